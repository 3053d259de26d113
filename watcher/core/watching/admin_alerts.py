"""Alerts for admins about a source: one when a condition begins, one when it ends; a dead network is one incident."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.core.watching.health import Condition, ConditionKind, conditions_of, is_reportable, network_down_since
from watcher.core.watching.proof import NOTE
from watcher.model import Alert, Fault, Reason, SourceState

# In `reported_conditions`, followed by the moment it began: this source's failure was reported as part of that outage.
NETWORK = "network "
DOWN = "This machine cannot reach any source: the network or its DNS is down. Nothing is being watched."
UP = "The network can be reached again, and sources are being read."
_ENDED = {
    ConditionKind.BLIND: "can be read again.",
    ConditionKind.STALE: "shows new items again.",
    ConditionKind.GAP: "every poll of the last day reached an item that was known already.",
    ConditionKind.QUIET: "shows new items again.",
    ConditionKind.MOVED: "no longer sends us to another address.",
}
_ADVICE = {
    ConditionKind.BLIND: "We keep trying; look yourself with `watcher try {source}`.",
    ConditionKind.STALE: "Compare it with the site; a cache may be stuck.",
    ConditionKind.GAP: "Open the site and look; shorten `every` of {source}, or set `older`.",
    ConditionKind.QUIET: "Compare it with the site; the feed may have been given up.",
    ConditionKind.MOVED: "Change the url of {source} in sources.yaml; we follow the redirect meanwhile.",
}


def concerns_network(before: SourceState, after: SourceState) -> bool:
    """Whether the states of all other sources matter after a poll: it failed, or was part of a network's outage."""
    return bool(after.error) or any(mark.startswith(NETWORK) for mark in before.reported_conditions)


def alerts_after_poll(
    name: str, before: SourceState, after: SourceState, others: Iterable[SourceState], now: datetime
) -> tuple[SourceState, tuple[Alert, ...]]:
    """`after` with the conditions that admins now know of, and the Alerts that tell them after a poll at `now` (UTC).

    `name`: of the source, for readers; `before`: its state until then; `others`: the states of all sources that are on,
    where it `concerns_network`. While a source cannot be read, no other condition of it begins or ends.
    """
    reported = {ConditionKind(mark) for mark in before.reported_conditions if not mark.startswith(NETWORK)}
    outage = next((mark for mark in before.reported_conditions if mark.startswith(NETWORK)), "")
    down_since = network_down_since({**{state.source: state for state in others}, after.source: after}.values())
    active = _find_active(reported, after, now)
    alerts: list[Alert] = []
    if outage and (down_since is None or not after.error):
        alerts.append(_build_alert(UP, datetime.fromisoformat(outage.removeprefix(NETWORK))))
        outage = ""
    begins = ConditionKind.BLIND in active and ConditionKind.BLIND not in reported
    if begins and down_since and after.fault is Fault.UNREACHABLE and not outage:
        outage = f"{NETWORK}{down_since.isoformat()}"
        alerts.append(_build_alert(DOWN, down_since))
    if outage:
        active.pop(ConditionKind.BLIND, None)
    begun = [condition for kind, condition in active.items() if kind not in reported]
    notes = [
        *(_ENDED[kind] for kind in sorted(reported - active.keys())),
        *(f"{condition.words}. {_ADVICE[condition.kind].format(source=after.source)}" for condition in begun),
    ]
    if (note := after.memory.get(NOTE)) and note != before.memory.get(NOTE):
        notes.append(str(note))
    alerts += [_build_alert(f"{name} ({after.source}): {note}", now) for note in notes]
    marks = frozenset({*map(str, active), *([outage] if outage else [])})
    return replace(after, reported_conditions=marks), tuple(alerts)


def _find_active(reported: set[ConditionKind], after: SourceState, now: datetime) -> dict[ConditionKind, Condition]:
    """The conditions that admins should know of, by kind. During a failure all others stay as they were reported."""
    conditions = {condition.kind: condition for condition in conditions_of(after, now)}
    if not after.error:
        return conditions
    blind = conditions[ConditionKind.BLIND]
    kept = {kind: conditions.get(kind, blind) for kind in sorted(reported - {ConditionKind.BLIND})}
    return {ConditionKind.BLIND: blind, **kept} if is_reportable(after) or ConditionKind.BLIND in reported else kept


def _build_alert(words: str, at: datetime) -> Alert:
    return Alert(reason=Reason.NEEDS_ADMIN, at=at, note=words)
