"""Whether we can see: each source's condition in plain words. "Could not look" is never "no news".

A condition is a function of remembered facts (SourceState) and the time; admins hear once when one begins and once
when it ends. No source is ever given up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.core.render import clock, length
from watcher.errors import NotFetched, NotParsed
from watcher.model import Alert, Fault, Reading, Reason, SourceState

ENOUGH_TO_MISS = 5  # a list this long that is suddenly empty, or shares nothing with the last look, is suspicious
WINDOW_KEPT = 300
RHYTHM_KEPT, RHYTHM_NEEDED = 20, 5
QUIET_TIMES, QUIET_AT_LEAST = 3, timedelta(hours=48)
GAP_SHOWN = timedelta(hours=24)
MOVES_BEFORE_WE_SAY_SO = 3
OUTAGE_SOURCES = 3
OVERDUE = timedelta(minutes=15)
FAILURES_BEFORE_WE_SAY_SO: Mapping[Fault, int] = {
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


def after_reading(state: SourceState, reading: Reading, now: datetime, *, fresh: bool) -> SourceState:
    """The facts after a look that succeeded; `fresh` says that it brought an Item we did not have."""
    window = state.window if reading.unchanged else frozenset(item.identity for item in reading.items[:WINDOW_KEPT])
    gap = len(state.window) >= ENOUGH_TO_MISS and bool(window) and state.window.isdisjoint(window)
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
        window=window,
        rhythm=_rhythm(state, now) if fresh else state.rhythm,
        back_at=now if _speaks(state) else None if fresh else state.back_at,
        gap_at=now if gap else state.gap_at,
        moved_to=reading.moved_to,
        moves=state.moves + 1 if moved and reading.moved_to == state.moved_to else int(moved),
    )


def _rhythm(state: SourceState, now: datetime) -> tuple[float, ...]:
    if state.last_new_item is None:
        return ()
    return (*state.rhythm, (now - state.last_new_item).total_seconds())[-RHYTHM_KEPT:]


def after_failure(state: SourceState, error: NotFetched | NotParsed, now: datetime) -> SourceState:
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


def refuse_emptied(state: SourceState, reading: Reading) -> None:
    """Raise NotParsed for a list that was full at the last look and is empty now: it is suspected, not believed."""
    if not reading.unchanged and not reading.items and len(state.window) >= ENOUGH_TO_MISS:
        raise NotParsed(f"the list is empty; at the last look it had {len(state.window)} items")


# --- conditions ---------------------------------------------------------------------------------------------------


def conditions(state: SourceState, now: datetime) -> Mapping[Health, str]:
    """What is not as it should be, worst first, each with its sentence; empty when all is well."""
    found: dict[Health, str] = {}
    if state.error:
        since = f", last read {clock(state.last_success)}" if state.last_success else ", never read so far"
        kind = Health.SUSPECT if state.fault is Fault.SUSPECT else Health.FAILING
        found[kind] = f"COULD NOT LOOK ({state.error}){since}"
    if state.gap_at and now - state.gap_at < GAP_SHOWN:
        found[Health.GAP] = f"MAY HAVE MISSED ITEMS: at {clock(state.gap_at)} it shared no item with the look before"
    silence = now - state.last_new_item if state.last_new_item else timedelta()
    usual = timedelta(seconds=max(state.rhythm, default=0))
    if len(state.rhythm) >= RHYTHM_NEEDED and state.last_new_item:
        waits = f"nothing new for {length(silence)}; the longest usual wait is {length(usual)}"
        if silence > max(QUIET_TIMES * usual, QUIET_AT_LEAST):
            found[Health.QUIET] = f"UNUSUALLY QUIET: {waits}"
        elif state.back_at and silence > usual and Health.SUSPECT not in found:
            back = f"it shows the same as before since it could be read again {clock(state.back_at)}"
            found[Health.SUSPECT] = f"SUSPECT: {back}: {waits}"
    if state.moves >= MOVES_BEFORE_WE_SAY_SO:
        found[Health.MOVED] = f"MOVED for good to {state.moved_to}: change its url in sources.yaml"
    return found


def outage(states: Iterable[SourceState]) -> datetime | None:
    """Since when this machine reaches nothing at all; None while it reaches something. One incident, not one a source.

    Counted are the sources that were looked at since the first of them failed.
    """
    known = list(states)
    begun = [each.failing_since for each in known if each.fault is Fault.UNREACHABLE and each.failing_since]
    if len(begun) < OUTAGE_SOURCES:
        return None
    looked = [each for each in known if each.last_poll and each.last_poll >= min(begun)]
    return min(begun) if all(each.fault is Fault.UNREACHABLE for each in looked) else None


# --- what admins hear ---------------------------------------------------------------------------------------------

_FAMILY = {Health.FAILING: "blind", Health.GAP: "gap", Health.QUIET: "quiet", Health.MOVED: "moved"}
_OUTAGE = "outage "


def _speaks(state: SourceState) -> bool:
    return state.failures >= FAILURES_BEFORE_WE_SAY_SO.get(state.fault, 1) and bool(state.error)


def news(
    name: str, source: str, before: SourceState, after: SourceState, others: Iterable[SourceState], now: datetime
) -> tuple[SourceState, tuple[Alert, ...]]:
    """What admins hear after a look, and the state that remembers that they did. `others` are all sources' states."""
    active = _active(after, now)
    known = {each for each in before.told if not each.startswith(_OUTAGE)}
    network = next((each for each in before.told if each.startswith(_OUTAGE)), "")
    alerts = []
    if network and not after.error:
        since = datetime.fromisoformat(network.removeprefix(_OUTAGE))
        alerts.append(_note("The network can be reached again, and sources are being read.", since))
        network = ""
    if "blind" in active and not known & {"blind"} and not network:
        begun = outage({**{each.source: each for each in others}, source: after}.values())
        if begun:
            network = f"{_OUTAGE}{begun.isoformat()}"
            words = "This machine cannot reach any source: the network or its DNS is down. Nothing is being watched."
            alerts.append(_note(words, begun))
    if network:
        active.pop("blind", None)  # told as one incident for all
    began = [words for family, words in active.items() if family not in known]
    ended = [_ENDED[family] for family in sorted(known - active.keys())]
    alerts += [_note(f"{name} ({source}): {words}", now) for words in (*ended, *began)]
    told = frozenset({*active, *({network} if network else ())})
    return replace(after, told=told), tuple(alerts)


_ENDED = {
    "blind": "can be read again.",
    "stale": "shows new items again.",
    "gap": "its looks share items again; see above what may have been missed.",
    "quiet": "shows new items again.",
    "moved": "no longer sends us to another address.",
}


def _active(state: SourceState, now: datetime) -> dict[str, str]:
    """The conditions that admins should know of, by family: one word for what begins and ends as one."""
    found = {}
    for health, words in conditions(state, now).items():
        family = _FAMILY.get(health) or ("blind" if state.error else "stale")
        if family != "blind" or _speaks(state):
            found[family] = f"{words}. {_CURES[family].format(source=state.source)}"
    return found


_CURES = {
    "blind": "We keep trying; look yourself with `watcher try {source}`.",
    "stale": "Compare it with the site; a cache may be stuck.",
    "gap": "Open the site and look; shorten `every` of {source}, or set `older`.",
    "quiet": "Compare it with the site; the feed may have been given up.",
    "moved": "We follow the redirect meanwhile.",
}


def _note(words: str, at: datetime) -> Alert:
    return Alert(reason=Reason.NEEDS_ADMIN, at=at, note=words)
