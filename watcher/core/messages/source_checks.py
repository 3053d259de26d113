"""What a closing note says of the official sources: which could be read since, and when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_moment
from watcher.core.watching.source_status import SourceStatus
from watcher.model import AlertContext, Reason, Story


def is_closing_note(told: AlertContext) -> bool:
    """Whether it is a closing note, which says where we looked."""
    return told.alert.reason is Reason.STILL_REPORTED


def with_source_checks(
    told: Iterable[AlertContext], official: Iterable[SourceStatus], now: datetime
) -> list[AlertContext]:
    """`told`, each closing note with what could be seen since on the sources that can make a Story `official`."""
    known = list(official)
    return [
        replace(each, source_checks=_checks_of(each.story, known, now))
        if is_closing_note(each) and each.story
        else each
        for each in told
    ]


def _checks_of(story: Story, official: list[SourceStatus], now: datetime) -> str:
    """A source that was not read since the Story was opened, or not at the last look, says nothing about it."""
    read = [each for each in official if each.could_look and each.last_success and each.last_success >= story.opened_at]
    if not official:
        return "we could not look: no official source is switched on"
    if not read:
        return f"we could not look: of {_sources(len(official))} none could be read"
    last = max(each.last_success for each in read if each.last_success)
    words = f"still no official page; {_sources(len(read))} checked, last at {_time_or_day(last, now)}"
    unread = [each.name for each in official if each not in read]
    return f"{words}; {len(unread)} could not be read ({', '.join(unread)})" if unread else words


def _sources(number: int) -> str:
    return f"{number} official source{'s' if number > 1 else ''}"


def _time_or_day(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M}" if local.date() == now.astimezone(LONDON).date() else format_moment(moment)
