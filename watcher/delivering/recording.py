"""How an attempt ended is written down: at once, and together with the others that ended at the same time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from watcher import store
from watcher.announce import announce
from watcher.core.delivery import retries
from watcher.model import Delivery, DeliveryState, Message, Outcome, Quarantined, Subscriber
from watcher.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """How one attempt ended. `outcome` is sent, failed, unknown, unwanted, given up or overtaken."""

    delivery: str
    subscriber: str
    outcome: str
    why: str = ""


class Ended(NamedTuple):
    """An attempt that ended at `at` (UTC)."""

    delivery: Delivery
    outcome: Outcome
    at: datetime


def record_together(runtime: Runtime, ended: Sequence[Ended]) -> list[DeliveryResult]:
    """Write all of these down in one transaction."""
    with runtime.database.begin() as tx:
        return list(_record_all(tx, runtime, ended))


def _record_all(tx: Connection, runtime: Runtime, ended: Sequence[Ended]) -> Iterator[DeliveryResult]:
    sent = [attempt for attempt in ended if _is_plainly_sent(attempt.outcome)]
    moments = sorted({attempt.at for attempt in sent})
    ours: set[str] = set()
    for moment in moments:
        pairs = [(attempt.delivery, attempt.outcome) for attempt in sent if attempt.at == moment]
        ours |= store.attempts.record_sent(tx, pairs, moment)
    for attempt in ended:
        if _is_plainly_sent(attempt.outcome):
            yield _make_result(attempt, is_ours=attempt.delivery.id in ours)
        else:
            yield _record(tx, runtime, attempt)


def _is_plainly_sent(outcome: Outcome) -> bool:
    return outcome.state is DeliveryState.SENT and not outcome.cure


def _record(tx: Connection, runtime: Runtime, ended: Ended) -> DeliveryResult:
    """Write the Outcome down; when nobody is reached any more, admins hear of it in the same transaction."""
    delivery, outcome, now = ended
    is_given_up = outcome.state is DeliveryState.GIVEN_UP
    is_ours = store.attempts.record(tx, delivery, outcome, now)
    if is_ours and (is_given_up or outcome.blocks_channel):
        waits = outcome.blocks_channel
        alert = retries.not_reached_alert(delivery.subscriber, outcome.why, outcome.cure, now, waits=waits)
        announce(tx, [alert], others_than(runtime, delivery.subscriber), now)
    return _make_result(ended, is_ours=is_ours)


def _make_result(ended: Ended, *, is_ours: bool) -> DeliveryResult:
    """`overtaken`: its lease passed to another replica, which decides."""
    delivery, outcome, _ = ended
    word = "given up" if outcome.state is DeliveryState.GIVEN_UP else outcome.word
    return DeliveryResult(
        delivery=delivery.id,
        subscriber=delivery.subscriber,
        outcome=word if is_ours else "overtaken",
        why=outcome.why,
    )


def others_than(runtime: Runtime, subscriber_id: str) -> list[Subscriber]:
    """Those who can hear that this Subscriber is not reached: it would hear of it when that is over."""
    return [subscriber for subscriber in runtime.configuration.subscribers.values() if subscriber.id != subscriber_id]


def our_fault(error: BaseException) -> str:
    """A failure of this product in words that hold no secret."""
    return f"a fault in watcher: {type(error).__name__}"


def quarantine(runtime: Runtime, delivery: Delivery, why: str, message: Message | None, now: datetime) -> None:
    """Keep what a fault of ours happened with."""
    body = repr(message).encode("utf-8", "replace")
    with runtime.database.begin() as tx:
        page = Quarantined(what="delivery", name=delivery.id, why=why, body=body)
        store.quarantine.save(tx, [page], now)
