"""What admins hear of a source: once when a trouble begins, once when it ends; a dead network is one incident."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.core.watching.health import Condition, ConditionKind, conditions_of, is_reportable, network_down_since
from watcher.model import Alert, Fault, Reason, SourceState

NETWORK = "network "  # in `told`, with the moment since when: this source's failure was told as a part of that incident
DOWN = "This machine cannot reach any source: the network or its DNS is down. Nothing is being watched."
UP = "The network can be reached again, and sources are being read."
_ENDED = {
    ConditionKind.BLIND: "can be read again.",
    ConditionKind.STALE: "shows new items again.",
    ConditionKind.GAP: "no look of the last day was without a known item.",
    ConditionKind.QUIET: "shows new items again.",
    ConditionKind.MOVED: "no longer sends us to another address.",
}
_CURES = {
    ConditionKind.BLIND: "We keep trying; look yourself with `watcher try {source}`.",
    ConditionKind.STALE: "Compare it with the site; a cache may be stuck.",
    ConditionKind.GAP: "Open the site and look; shorten `every` of {source}, or set `older`.",
    ConditionKind.QUIET: "Compare it with the site; the feed may have been given up.",
    ConditionKind.MOVED: "Change the url of {source} in sources.yaml; we follow the redirect meanwhile.",
}


def alerts_after_poll(
    name: str, before: SourceState, after: SourceState, others: Iterable[SourceState], now: datetime
) -> tuple[SourceState, tuple[Alert, ...]]:
    """What admins hear after a look at `now` (UTC), and the state that remembers that they did.

    `others` are the states of all sources that are on. While a source cannot be read, nothing else of it begins or
    ends.
    """
    known = {ConditionKind(each) for each in before.reported_conditions if not each.startswith(NETWORK)}
    token = next((each for each in before.reported_conditions if each.startswith(NETWORK)), "")
    incident = network_down_since({**{each.source: each for each in others}, after.source: after}.values())
    active = _active(known, after, now)
    alerts: list[Alert] = []
    if token and (incident is None or not after.error):
        alerts.append(_note(UP, datetime.fromisoformat(token.removeprefix(NETWORK))))
        token = ""
    begins = ConditionKind.BLIND in active and ConditionKind.BLIND not in known
    if begins and incident and after.fault is Fault.UNREACHABLE and not token:
        token = f"{NETWORK}{incident.isoformat()}"
        alerts.append(_note(DOWN, incident))
    if token:
        active.pop(ConditionKind.BLIND, None)
    begun = {trouble: each.words for trouble, each in active.items() if trouble not in known}
    words = [
        *(_ENDED[trouble] for trouble in sorted(known - active.keys())),
        *(f"{said}. {_CURES[trouble].format(source=after.source)}" for trouble, said in begun.items()),
    ]
    alerts += [_note(f"{name} ({after.source}): {each}", now) for each in words]
    told = frozenset({*map(str, active), *([token] if token else [])})
    return replace(after, reported_conditions=told), tuple(alerts)


def _active(known: set[ConditionKind], after: SourceState, now: datetime) -> dict[ConditionKind, Condition]:
    """The troubles that admins should know of. During a failure all others stay as they were told."""
    found = {each.kind: each for each in conditions_of(after, now)}
    if not after.error:
        return found
    blind = found[ConditionKind.BLIND]
    kept = {trouble: found.get(trouble, blind) for trouble in sorted(known - {ConditionKind.BLIND})}
    return {ConditionKind.BLIND: blind, **kept} if is_reportable(after) or ConditionKind.BLIND in known else kept


def _note(words: str, at: datetime) -> Alert:
    return Alert(reason=Reason.NEEDS_ADMIN, at=at, note=words)
