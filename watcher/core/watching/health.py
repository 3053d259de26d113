"""Whether we can see: each source's condition in plain words. "Could not look" is never "no news".

A condition is a function of remembered facts (SourceState) and the time; what admins hear of it is decided in
admin_alerts.py. No source is ever given up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from watcher.core.language.format import format_duration, format_moment
from watcher.errors import NotFetched, NotParsed
from watcher.model import Fault, ParseResult, SourceState

MIN_ITEMS_FOR_GAP = 5  # a list this long that is suddenly empty, or shares nothing with the last look, is suspicious
MAX_IDENTITIES_KEPT = 300
MAX_INTERVALS_KEPT, MIN_INTERVALS = 20, 5
QUIET_TIMES, MIN_QUIET = 3, timedelta(hours=48)
GAP_SHOWN = timedelta(hours=24)
MIN_REDIRECTS_REPORTED = 3
MIN_OUTAGE_SOURCES = 3
OVERDUE = timedelta(minutes=15)
MIN_FAILURES_REPORTED: Mapping[Fault, int] = {
    Fault.UNREACHABLE: 3,  # a single failure is weather; three in a row are a fault
    Fault.FAILED: 3,
    Fault.SUSPECT: 2,
    Fault.GONE: 1,  # HTTP 410: the publisher took it away on purpose
}
SUSPICIOUS_STATUS = frozenset({204, 304, 401, 403})


class Health(StrEnum):
    """A source's condition, the worst first. `unread`: never looked at so far."""

    FAILING = "failing"
    SUSPECT = "suspect"
    UNREAD = "unread"
    GAP = "gap"
    QUIET = "quiet"
    MOVED = "moved"
    OK = "ok"


# --- what one look changes ----------------------------------------------------------------------------------------


def state_after_success(state: SourceState, reading: ParseResult, now: datetime, *, fresh: int) -> SourceState:
    """The facts after a look that succeeded at `now` (UTC); `fresh` counts the Items that we did not have.

    Where all are fresh and the last look showed many, some may have come and gone in between. Items of a site that
    moved are known ones.
    """
    listed = {item.identity for item in reading.items}
    gap = len(state.last_identities) >= MIN_ITEMS_FOR_GAP and bool(listed) and fresh >= len(listed)
    moved = bool(reading.moved_to)
    return replace(
        state,
        last_poll=now,
        first_success=state.first_success or now,
        last_success=now,
        last_full=state.last_full if reading.unchanged else now,
        last_new_item=now if fresh else state.last_new_item,
        failures=0,
        error="",
        fault=Fault.NONE,
        failing_since=None,
        last_identities=state.last_identities
        if reading.unchanged
        else frozenset(item.identity for item in reading.items[:MAX_IDENTITIES_KEPT]),
        arrival_intervals=_rhythm(state, now) if fresh else state.arrival_intervals,
        recovered_at=None if fresh else now if is_reportable(state) else state.recovered_at,
        gap_at=now if gap else state.gap_at,
        moved_to=reading.moved_to,
        redirected_polls=state.redirected_polls + 1 if moved and reading.moved_to == state.moved_to else int(moved),
        ttl=state.ttl if reading.unchanged else reading.ttl,
    )


def _rhythm(state: SourceState, now: datetime) -> tuple[float, ...]:
    if state.last_new_item is None:
        return ()
    return (*state.arrival_intervals, (now - state.last_new_item).total_seconds())[-MAX_INTERVALS_KEPT:]


def state_after_failure(state: SourceState, error: NotFetched | NotParsed, now: datetime) -> SourceState:
    """The facts after a look that failed; validators and window stay as they were."""
    return replace(
        state,
        last_poll=now,
        failures=state.failures + 1,
        error=error.why,
        fault=fault_of(error),
        failing_since=state.failing_since or now,
    )


def fault_of(error: NotFetched | NotParsed) -> Fault:
    """What kind of failure this was."""
    if isinstance(error, NotParsed) or error.status in SUSPICIOUS_STATUS:
        return Fault.SUSPECT
    if error.status == 410:  # noqa: PLR2004
        return Fault.GONE
    return Fault.UNREACHABLE if error.unreachable else Fault.FAILED


def reject_emptied_list(state: SourceState, reading: ParseResult) -> None:
    """Raise NotParsed for a list that was full at the last look and is empty now: it is suspected, not believed."""
    if not reading.unchanged and not reading.items and len(state.last_identities) >= MIN_ITEMS_FOR_GAP:
        raise NotParsed(f"the list is empty; at the last look it had {len(state.last_identities)} items")


# --- conditions ---------------------------------------------------------------------------------------------------


class ConditionKind(StrEnum):
    """What begins and ends as one for an admin, the worst first. `stale`: the same content since an outage."""

    BLIND = "blind"
    STALE = "stale"
    GAP = "gap"
    QUIET = "quiet"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is not as it should be, with its sentence."""

    kind: ConditionKind
    health: Health
    words: str


def conditions_of(state: SourceState, now: datetime) -> tuple[Condition, ...]:
    """What is not as it should be at `now` (UTC), worst first; empty when all is well."""
    found = [*_blind(state), *_silent(state, now, ConditionKind.STALE)]
    if state.gap_at and now - state.gap_at < GAP_SHOWN:
        words = f"MAY HAVE MISSED ITEMS: at {format_moment(state.gap_at)} it shared no item with the look before"
        found.append(Condition(kind=ConditionKind.GAP, health=Health.GAP, words=words))
    found += _silent(state, now, ConditionKind.QUIET)
    if state.redirected_polls >= MIN_REDIRECTS_REPORTED:
        words = f"MOVED for good to {_without_secrets(state.moved_to)}"
        found.append(Condition(kind=ConditionKind.MOVED, health=Health.MOVED, words=words))
    return tuple(found)


def _blind(state: SourceState) -> list[Condition]:
    if not state.error:
        return []
    since = f", last read {format_moment(state.last_success)}" if state.last_success else ", never read so far"
    kind = Health.SUSPECT if state.fault is Fault.SUSPECT else Health.FAILING
    return [Condition(kind=ConditionKind.BLIND, health=kind, words=f"COULD NOT LOOK ({state.error}){since}")]


def _silent(state: SourceState, now: datetime, trouble: ConditionKind) -> list[Condition]:
    """Stale or quiet, by the longest of the last waits for something new; never both."""
    if len(state.arrival_intervals) < MIN_INTERVALS or state.last_new_item is None:
        return []
    silence, usual = now - state.last_new_item, timedelta(seconds=max(state.arrival_intervals))
    waits = f"nothing new for {format_duration(silence)}; the longest usual wait is {format_duration(usual)}"
    quiet = silence > max(QUIET_TIMES * usual, MIN_QUIET)
    if trouble is ConditionKind.QUIET and quiet:
        return [Condition(kind=trouble, health=Health.QUIET, words=f"UNUSUALLY QUIET: {waits}")]
    if trouble is ConditionKind.STALE and not quiet and state.recovered_at and silence > usual:
        back = f"it shows the same as before since it could be read again {format_moment(state.recovered_at)}"
        return [Condition(kind=trouble, health=Health.SUSPECT, words=f"SUSPECT: {back}: {waits}")]
    return []


def _without_secrets(address: str) -> str:
    """Where a redirect leads, without user, query and fragment: a key may stand there, and readers see this."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def is_reportable(state: SourceState) -> bool:
    """Whether so many looks in a row have failed that it is no longer weather."""
    return state.failures >= MIN_FAILURES_REPORTED.get(state.fault, 1) and bool(state.error)


def network_down_since(states: Iterable[SourceState]) -> datetime | None:
    """Since when (UTC) this machine reaches nothing at all; None while it reaches something.

    `states` are those of the sources that are on. Counted are the looks after the newest success anywhere: at least
    three, and every one of them unreachable.
    """
    known = list(states)
    newest = max((each.last_success for each in known if each.last_success), default=None)
    looked = [each for each in known if each.last_poll and (newest is None or each.last_poll > newest)]
    if len(looked) < MIN_OUTAGE_SOURCES or any(each.fault is not Fault.UNREACHABLE for each in looked):
        return None
    begun = [each.failing_since for each in looked if each.failing_since]
    return min((moment for moment in begun if newest is None or moment > newest), default=newest)
