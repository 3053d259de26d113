"""The line of a closing note on the official sources: how many could be read since the Story was opened, and when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_moment
from watcher.core.watching.source_status import SourceStatus
from watcher.model import AlertContext, Reason, Story


def is_closing_note(context: AlertContext) -> bool:
    """Whether an Alert is a closing note, which says how many official sources were checked."""
    return context.alert.reason is Reason.STILL_REPORTED


def with_source_checks(
    contexts: Iterable[AlertContext], official: Iterable[SourceStatus], now: datetime
) -> list[AlertContext]:
    """The AlertContexts, closing notes with `source_checks` set from the status of the `official` sources."""
    statuses = list(official)
    return [
        replace(context, source_checks=_describe_checks(context.story, statuses, now))
        if is_closing_note(context) and context.story
        else context
        for context in contexts
    ]


def _describe_checks(story: Story, official: list[SourceStatus], now: datetime) -> str:
    """A source whose last poll failed, or that was not read since the Story was opened, says nothing about it."""
    read = [
        status
        for status in official
        if status.could_look and status.last_success and status.last_success >= story.opened_at
    ]
    if not official:
        return "we could not look: no official source is switched on"
    if not read:
        return f"we could not look: of {_count_sources(len(official))} none could be read"
    last = max(status.last_success for status in read if status.last_success)
    checked = f"still no official page; {_count_sources(len(read))} checked, last at {_format_time_or_day(last, now)}"
    unread = [status.name for status in official if status not in read]
    return f"{checked}; {len(unread)} could not be read ({', '.join(unread)})" if unread else checked


def _count_sources(number: int) -> str:
    return f"{number} official source{'s' if number > 1 else ''}"


def _format_time_or_day(moment: datetime, now: datetime) -> str:
    """London time: the time alone on the day of `now`, else with the day."""
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M}" if local.date() == now.astimezone(LONDON).date() else format_moment(moment)
