"""What became of each Item of a poll: told at once, in a digest, or not told, with the reason. There is no fourth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST
from watcher.model import Alert, Answer, Disposition, Item, PlannedDelivery, Reason, UnsentReason


class Unsent(NamedTuple):
    """Why an Item was not told, with the evidence in words."""

    reason: UnsentReason
    detail: str = ""


def dispositions_of(
    items: Iterable[Item],
    alerts: Iterable[Alert],
    deliveries: Sequence[PlannedDelivery],
    unsent: Mapping[str, Unsent],
    signals: Mapping[str, str],
    now: datetime,
) -> tuple[Disposition, ...]:
    """The Disposition of each of `items` at `now` (UTC): each has one of `alerts`, or is in `unsent`.

    `signals`: the words by which an Item has its points, by its id.
    """
    alert_of = {alert.item: alert for alert in alerts}
    at_once = {planned.alert for planned in deliveries if not planned.is_digest}
    in_digest = {planned.alert for planned in deliveries if planned.is_digest}
    dispositions = (_disposition(item, alert_of.get(item.id), unsent, at_once, in_digest, now) for item in items)
    return tuple(
        replace(each, detail=_weigh(alert_of[each.item], signals.get(each.item, "")))
        if each.item in alert_of and each.answer is not Answer.TOLD and not each.detail
        else each
        for each in dispositions
    )


def _weigh(alert: Alert, signals: str) -> str:
    """Why an Alert was left to digests, or sent to nobody, by its points and the words behind them."""
    return f"{signals} ({alert.relevance} points)" if signals and alert.relevance < MIN_POINTS_AT_ONCE else ""


def _disposition(
    item: Item,
    alert: Alert | None,
    unsent: Mapping[str, Unsent],
    at_once: set[str],
    in_digest: set[str],
    now: datetime,
) -> Disposition:
    answer, reason, detail = Answer.UNSENT, "", ""
    if alert is None:
        reason, detail = unsent[item.id]
    elif alert.id in at_once | in_digest:
        answer, reason = Answer.TOLD if alert.id in at_once else Answer.DIGEST, alert.reason
    elif alert.reason is Reason.FIRST_HEARD and alert.relevance < MIN_POINTS_IN_DIGEST:
        reason = UnsentReason.PERHAPS
    else:
        reason = UnsentReason.NO_SUBSCRIBER
    return Disposition(item=item.id, revision=item.revision, answer=answer, reason=str(reason), detail=detail, at=now)
