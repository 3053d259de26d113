"""What follows from an attempt to send a Delivery: its new state, when it is tried again, and what admins must hear."""

from datetime import datetime, time, timedelta

from watcher.core.delivery.schedule import GIVE_UP_AFTER, blocks_channel, pause_for, retry_at
from watcher.core.language.dates import LONDON, london_time
from watcher.errors import NotSent
from watcher.model import Alert, Delivery, DeliveryState, Outcome, Reason

RETRY_UNKNOWN_AFTER = timedelta(minutes=5)
UNWANTED = Outcome(state=DeliveryState.UNWANTED, word="unwanted", why="nobody wants it any more")


def not_sent(delivery: Delivery, error: NotSent, now: datetime) -> Outcome:
    """The Outcome of an attempt at `now` (UTC) that surely did not arrive: when it goes again, or that it is given up.

    The channel rests for as long as its server asked, or because nobody is at its address.
    """
    due = retry_at(delivery, error, now)
    state = DeliveryState.PENDING if due else DeliveryState.GIVEN_UP
    if due and delivery.repeat:
        state = DeliveryState.UNKNOWN  # an earlier attempt may still have arrived
    return Outcome(
        state=state,
        word="failed",
        why=error.why,
        due=due,
        pause_seconds=pause_for(error).total_seconds(),
        split_in_half=error.too_large,
        blocks_channel=blocks_channel(error),
    )


def unknown(delivery: Delivery, why: str, now: datetime, *, is_last: bool, pause_seconds: float) -> Outcome:
    """The Outcome of an attempt at `now` (UTC) of which nobody can tell: it goes again in five minutes.

    `is_last`: the channel cannot be read back, and the Message has gone there as often as it allows.
    """
    ends = is_last or delivery.first_due + GIVE_UP_AFTER < now
    return Outcome(
        state=DeliveryState.GIVEN_UP if ends else DeliveryState.UNKNOWN,
        word="unknown",
        why=why,
        due=None if ends else now + RETRY_UNKNOWN_AFTER,
        pause_seconds=pause_seconds,
    )


def not_reached_alert(delivery: Delivery, outcome: Outcome, now: datetime) -> Alert:
    """The admins' Alert that a Subscriber is not reached: one a day for each cause, however many Deliveries meet it."""
    waits = "What waits for it leaves when it is put right, for four days."
    lost = "`watcher health` lists what was given up, and all of it is kept in the database."
    note = (
        f"Nothing reaches the subscriber {delivery.subscriber}: {outcome.why}. "
        "Put it right: the address in subscribers.yaml, or the token and the app. "
        f"{waits if outcome.blocks_channel else lost}"
    )
    return Alert(reason=Reason.NEEDS_ADMIN, at=london_time(now.astimezone(LONDON).date(), time()), note=note)
