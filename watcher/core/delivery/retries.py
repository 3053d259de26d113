"""The Outcome of an attempt to send a Delivery: its state, when it is tried again, and what admins must hear."""

from datetime import datetime, time, timedelta

from watcher.core.language.dates import LONDON, london_time
from watcher.errors import NotSent
from watcher.model import Alert, Delivery, DeliveryState, Outcome, Reason

WAITS = (1, 2, 5, 10, 20, 40, 60, 120, 240, 360)  # minutes, after each attempt
RETRY_UNKNOWN_AFTER = timedelta(minutes=5)
ONE_A_DAY = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(days=4)  # a channel that broke on Friday evening must still get its Alerts on Tuesday
PUT_IT_RIGHT = "put it right: the address in subscribers.yaml, or the token and the app"
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
        cure=error.cure,
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


def not_reached_alert(subscriber: str, why: str, cure: str, now: datetime, *, waits: bool = True) -> Alert:
    """The admins' Alert that a Subscriber is not reached: one a day for each cause, however many Deliveries meet it.

    `waits`: nothing was given up; it leaves when the cause is put right.
    """
    later = (
        "What waits for it leaves when it is put right, for four days."
        if waits
        else "`watcher health` lists what was given up, and all of it is kept in the database."
    )
    note = f"Nothing reaches the subscriber {subscriber}: {why}. {as_sentence(cure or PUT_IT_RIGHT)} {later}"
    return Alert(reason=Reason.NEEDS_ADMIN, at=london_time(now.astimezone(LONDON).date(), time()), note=note)


def as_sentence(words: str) -> str:
    """A cure as a sentence of its own."""
    return f"{words[:1].upper()}{words[1:]}."


def retry_at(delivery: Delivery, error: NotSent, now: datetime) -> datetime | None:
    """When (UTC) to attempt `delivery` again; None when it is no use, or after four days of attempts.

    An address at which nobody is gets one attempt a day; a token or a channel that a person can mend, one each quarter
    of an hour: nothing is lost until then.
    """
    if error.for_good and error.about_message and not error.too_large:
        return None
    wait = timedelta(minutes=WAITS[min(delivery.attempts, len(WAITS)) - 1])
    again = now + max(wait, pause_for(error))
    return again if again <= delivery.first_due + GIVE_UP_AFTER else None


def blocks_channel(error: NotSent) -> bool:
    """Whether nothing can reach this address until a person acts, so that an admin must hear of it."""
    return error.for_good and not error.about_message


def pause_for(error: NotSent) -> timedelta:
    """How long to send nothing to the whole channel: as long as it asked, or a day when nobody is at the address.

    Mail hosts count attempts at addresses that do not exist.
    """
    return error.after or (ONE_A_DAY if blocks_channel(error) else timedelta())
