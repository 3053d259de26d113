"""What was found on the official sources for a Story that is only reported: how many could be read, and when."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.delivery.closing_note import is_settled_elsewhere
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_count, format_moment
from watcher.core.watching.source_status import LastLook
from watcher.core.wording.labels import COULD_NOT_LOOK
from watcher.model import AlertContext, Reason, Status, Story


def is_closing_note(context: AlertContext) -> bool:
    """Whether an Alert is a closing note, which says how many official sources were checked."""
    return context.alert.reason is Reason.STILL_REPORTED


def needs_source_checks(context: AlertContext) -> bool:
    """Whether an Alert says what was found on the official sources: a Story that is only reported."""
    is_reported = context.story is not None and context.story.status is Status.REPORTED
    return is_closing_note(context) or (is_reported and context.alert.reason is Reason.FIRST_HEARD)


def is_outdated_note(context: AlertContext, settled: Sequence[Story]) -> bool:
    """Whether a closing note is no longer true: the Story, or one that may be the same, has become official since."""
    if not is_closing_note(context) or context.story is None:
        return False
    return context.story.status is not Status.REPORTED or is_settled_elsewhere(context.story, settled)


def with_source_checks(
    contexts: Iterable[AlertContext], official: Iterable[LastLook], settled: Sequence[Story], now: datetime
) -> list[AlertContext]:
    """The AlertContexts, those that need it with `source_checks` set from the status of the `official` sources.

    Not where one of the Stories that are `settled` officially may be the same matter: then it may well be there.
    """
    statuses = list(official)
    return [
        replace(context, source_checks=_describe(context, context.story, statuses, now))
        if context.story and needs_source_checks(context) and not is_settled_elsewhere(context.story, settled)
        else context
        for context in contexts
    ]


def _describe(context: AlertContext, story: Story, statuses: list[LastLook], now: datetime) -> str:
    if is_closing_note(context):
        return _describe_checks(story, statuses, now)
    read = [status.last_success for status in statuses if status.could_look and status.last_success]
    if not read:
        return f"{COULD_NOT_LOOK}: no official source could be read"
    number = (
        f"{len(read)} of {_count_sources(len(statuses))}" if len(read) < len(statuses) else _count_sources(len(read))
    )
    return f"{number} read, last {_format_time_or_day(max(read), now)}, not there"


def _describe_checks(story: Story, official: list[LastLook], now: datetime) -> str:
    """A source whose last poll failed, or that was not read since the Story was opened, says nothing about it."""
    read = [
        status
        for status in official
        if status.could_look and status.last_success and status.last_success >= story.opened_at
    ]
    if not official:
        return f"{COULD_NOT_LOOK}: no official source is switched on"
    if not read and any(status.could_look for status in official):
        return "no official source was read since it was reported"
    if not read:
        return f"{COULD_NOT_LOOK}: of {_count_sources(len(official))} none could be read"
    last = max(status.last_success for status in read if status.last_success)
    checked = f"no official page; {_count_sources(len(read))} checked, last at {_format_time_or_day(last, now)}"
    unread = [status.name for status in official if status not in read]
    return f"{checked}; {len(unread)} could not be read ({', '.join(unread)})" if unread else checked


def _count_sources(number: int) -> str:
    return format_count(number, "official source")


def _format_time_or_day(moment: datetime, now: datetime) -> str:
    """London time: the time alone on the day of `now`, else with the day."""
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M}" if local.date() == now.astimezone(LONDON).date() else format_moment(moment)
