"""The health of each source: its conditions in plain words. A source that could not be read is never "no news".

A condition is a function of remembered facts (SourceState) and the time; what admins hear of it is decided in
admin_alerts.py. No source is ever given up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from watcher.core.items.told_until import memory_after
from watcher.core.language.format import format_duration, format_moment
from watcher.errors import NotFetched, NotParsed
from watcher.model import Fault, ParseResult, SourceState

MIN_ITEMS_FOR_GAP = 5  # a list this long that is suddenly empty, or shares nothing with the last poll, is suspicious
MAX_IDENTITIES_KEPT = 300
MAX_INTERVALS_KEPT, MIN_INTERVALS = 20, 5
QUIET_TIMES, MIN_QUIET = 3, timedelta(hours=48)
GAP_SHOWN = timedelta(hours=24)
MIN_REDIRECTS_REPORTED = 3
MIN_OUTAGE_SOURCES = 3
OVERDUE = timedelta(minutes=15)
MIN_FAILURES_REPORTED: Mapping[Fault, int] = {
    Fault.UNREACHABLE: 3,  # a single failure is weather; three in a row are not
    Fault.FAILED: 3,
    Fault.SUSPECT: 2,
    Fault.GONE: 1,  # HTTP 410: the publisher took it away on purpose
}
SUSPICIOUS_STATUS = frozenset({204, 304, 401, 403})


class Health(StrEnum):
    """A source's health, the worst first. `unread`: never polled so far."""

    FAILING = "failing"
    SUSPECT = "suspect"
    UNREAD = "unread"
    GAP = "gap"
    QUIET = "quiet"
    MOVED = "moved"
    OK = "ok"


# --- what one poll changes ----------------------------------------------------------------------------------------


def state_after_success(state: SourceState, parsed: ParseResult, now: datetime, *, fresh: int) -> SourceState:
    """The state after a poll that succeeded at `now` (UTC); `fresh` counts the Items that we did not have.

    Where all are fresh and the last poll showed many, some may have come and gone in between: a gap. Items of a site
    that moved count as known.
    """
    listed = {item.identity for item in parsed.items}
    is_list = bool(listed) and not parsed.only_changes
    gap = len(state.last_identities) >= MIN_ITEMS_FOR_GAP and is_list and fresh >= len(listed)
    is_redirected = bool(parsed.moved_to)
    return replace(
        state,
        last_poll=now,
        first_success=state.first_success or now,
        last_success=now,
        last_full=state.last_full if parsed.unchanged else now,
        last_new_item=now if fresh else state.last_new_item,
        failures=0,
        error="",
        fault=Fault.NONE,
        failing_since=None,
        last_identities=state.last_identities
        if parsed.unchanged or (parsed.only_changes and not listed)
        else frozenset(item.identity for item in parsed.items[:MAX_IDENTITIES_KEPT]),
        arrival_intervals=_add_interval(state, now) if fresh else state.arrival_intervals,
        recovered_at=None if fresh else now if is_reportable(state) else state.recovered_at,
        gap_at=now if gap else state.gap_at,
        moved_to=parsed.moved_to,
        redirected_polls=state.redirected_polls + 1
        if is_redirected and parsed.moved_to == state.moved_to
        else int(is_redirected),
        ttl=state.ttl if parsed.unchanged else parsed.ttl,
        last_answer=state.last_answer,
        memory=memory_after(state, parsed),
    )


def _add_interval(state: SourceState, now: datetime) -> tuple[float, ...]:
    if state.last_new_item is None:
        return ()
    return (*state.arrival_intervals, (now - state.last_new_item).total_seconds())[-MAX_INTERVALS_KEPT:]


def state_after_failure(state: SourceState, error: NotFetched | NotParsed, now: datetime) -> SourceState:
    """The state after a poll that failed at `now` (UTC); validators and last identities stay as they were."""
    return replace(
        state,
        last_poll=now,
        failures=state.failures + 1,
        error=error.why,
        fault=fault_of(error),
        failing_since=state.failing_since or now,
    )


def fault_of(error: NotFetched | NotParsed) -> Fault:
    """The Fault that `error` is: by its HTTP status where it has one."""
    if isinstance(error, NotParsed) or error.status in SUSPICIOUS_STATUS:
        return Fault.SUSPECT
    if error.status == 410:  # noqa: PLR2004
        return Fault.GONE
    return Fault.UNREACHABLE if error.unreachable else Fault.FAILED


def reject_emptied_list(state: SourceState, parsed: ParseResult) -> None:
    """Raise NotParsed for a list that was full at the last poll and is empty now: it is suspected, not believed."""
    is_list = not parsed.unchanged and not parsed.only_changes
    if is_list and not parsed.items and len(state.last_identities) >= MIN_ITEMS_FOR_GAP:
        raise NotParsed(f"the list is empty; at the last poll it had {len(state.last_identities)} items")


# --- conditions ---------------------------------------------------------------------------------------------------


class ConditionKind(StrEnum):
    """A kind of condition, the worst first. `blind`: it cannot be read; `stale`: the same content since an outage."""

    BLIND = "blind"
    STALE = "stale"
    GAP = "gap"
    QUIET = "quiet"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One way in which a source is not as it should be, in `words` for readers."""

    kind: ConditionKind
    health: Health
    words: str


def conditions_of(state: SourceState, now: datetime) -> tuple[Condition, ...]:
    """The conditions of a source at `now` (UTC), worst first; empty when all is well."""
    conditions = [*_find_blind(state), *_find_silence(state, now, ConditionKind.STALE)]
    if state.gap_at and now - state.gap_at < GAP_SHOWN:
        words = f"MAY HAVE MISSED ITEMS: at {format_moment(state.gap_at)} it shared no item with the look before"
        conditions.append(Condition(kind=ConditionKind.GAP, health=Health.GAP, words=words))
    conditions += _find_silence(state, now, ConditionKind.QUIET)
    if state.redirected_polls >= MIN_REDIRECTS_REPORTED:
        words = f"MOVED for good to {_remove_secrets(state.moved_to)}"
        conditions.append(Condition(kind=ConditionKind.MOVED, health=Health.MOVED, words=words))
    return tuple(conditions)


def _find_blind(state: SourceState) -> list[Condition]:
    if not state.error:
        return []
    since = f", last read {format_moment(state.last_success)}" if state.last_success else ", never read so far"
    health = Health.SUSPECT if state.fault is Fault.SUSPECT else Health.FAILING
    return [Condition(kind=ConditionKind.BLIND, health=health, words=f"COULD NOT LOOK ({state.error}){since}")]


def _find_silence(state: SourceState, now: datetime, kind: ConditionKind) -> list[Condition]:
    """The condition of that `kind`, STALE or QUIET, by the longest of the last arrival intervals; never both."""
    if len(state.arrival_intervals) < MIN_INTERVALS or state.last_new_item is None:
        return []
    silence, usual = now - state.last_new_item, timedelta(seconds=max(state.arrival_intervals))
    waits = f"nothing new for {format_duration(silence)}; the longest usual wait is {format_duration(usual)}"
    is_quiet = silence > max(QUIET_TIMES * usual, MIN_QUIET)
    if kind is ConditionKind.QUIET and is_quiet:
        return [Condition(kind=kind, health=Health.QUIET, words=f"UNUSUALLY QUIET: {waits}")]
    if kind is ConditionKind.STALE and not is_quiet and state.recovered_at and silence > usual:
        back = f"it shows the same as before since it could be read again {format_moment(state.recovered_at)}"
        return [Condition(kind=kind, health=Health.SUSPECT, words=f"SUSPECT: {back}: {waits}")]
    return []


def _remove_secrets(address: str) -> str:
    """A URL without user, query and fragment: a key may stand there, and readers see this."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def is_reportable(state: SourceState) -> bool:
    """Whether enough polls in a row have failed that admins should hear of it."""
    return state.failures >= MIN_FAILURES_REPORTED.get(state.fault, 1) and bool(state.error)


def network_down_since(states: Iterable[SourceState]) -> datetime | None:
    """Since when (UTC) this machine has reached no source at all; None while it reaches one.

    `states` are those of the sources that are on. What counts is the polls after the newest success anywhere: at least
    three, every one of them unreachable.
    """
    states = list(states)
    newest_success = max((state.last_success for state in states if state.last_success), default=None)
    polled = [
        state for state in states if state.last_poll and (newest_success is None or state.last_poll > newest_success)
    ]
    if len(polled) < MIN_OUTAGE_SOURCES or any(state.fault is not Fault.UNREACHABLE for state in polled):
        return None
    failing_since = (state.failing_since for state in polled if state.failing_since)
    return min(
        (moment for moment in failing_since if newest_success is None or moment > newest_success),
        default=newest_success,
    )
