"""When: the next poll, the next digest, the next try. All moments in UTC; London decides when a person wakes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from watcher.core.language.dates import LONDON
from watcher.core.language.working_hours import add_working_time
from watcher.errors import NotSent
from watcher.model import Delivery, Frequency, Subscriber, key

MAX_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=4)  # a channel that broke on Friday evening must still get its Alerts on Tuesday
ONE_A_DAY = timedelta(hours=24)
MIN_NOTICE = timedelta(hours=4)  # of working time: what is told later than that before a deadline is told too late
WAITS = (1, 2, 5, 10, 20, 40, 60, 120, 240, 360)  # minutes


def next_poll_at(
    source: str,
    every: timedelta,
    now: datetime,
    *,
    failures: int = 0,
    after: timedelta | None = None,
    ttl: timedelta | None = None,
) -> datetime:
    """The next look at a source: never more often than the publisher asks (`ttl`, Retry-After), never given up.

    Failures double the wait up to six hours. Up to a tenth more, fixed by name, keeps sources out of step.
    """
    wait = max(every, min(ttl or every, MAX_WAIT))
    if failures:
        wait = min(wait * 2 ** min(failures - 1, 10), max(MAX_WAIT, every))
    return now + max(with_jitter(source, wait), after or timedelta())


def with_jitter(source: str, wait: timedelta) -> timedelta:
    """`wait` and up to a tenth more, fixed by the name of `source`."""
    return wait + wait * (int(key("jitter", source)[:4], 16) / 0xFFFF) / 10


def retry_at(delivery: Delivery, error: NotSent, now: datetime) -> datetime | None:
    """When to try `delivery` again; None when there is no use, or when it has been tried for four days.

    An address at which nobody is gets one try a day, a token or a channel that a person can mend one each quarter of an
    hour: nothing is lost until then.
    """
    if error.for_good and error.about_message and not error.too_large:
        return None
    wait = timedelta(minutes=WAITS[min(delivery.attempts, len(WAITS)) - 1])
    again = now + max(wait, pause_for(error))
    return again if again <= delivery.first_due + GIVE_UP_AFTER else None


def blocks_channel(error: NotSent) -> bool:
    """Whether nothing reaches this address until a person acts, so that an admin must hear of it."""
    return error.for_good and not error.about_message


def pause_for(error: NotSent) -> timedelta:
    """How long the whole channel rests: as long as was asked; a day where nobody is, which mail hosts count."""
    return error.after or (ONE_A_DAY if blocks_channel(error) else timedelta())


def next_digest(subscriber: Subscriber, now: datetime) -> tuple[str, datetime]:
    """The period key and the moment of the next digest strictly after `now`, for example ("daily:2026-10-25", …).

    The key holds the London date, so a clock change neither repeats nor skips a digest. The hour from 01:00 happens
    twice or never on clock-change days; the configuration refuses it.
    """
    day = now.astimezone(LONDON).date()
    while True:
        due = london_time(day, subscriber.at)
        if due > now and (subscriber.frequency is not Frequency.WEEKLY or day.weekday() == subscriber.on):
            return f"{subscriber.frequency}:{day.isoformat()}", due
        day += timedelta(days=1)


def london_time(day: date, at: time) -> datetime:
    """The moment (UTC) at which London's clocks show `at` on `day`."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def after_quiet_hours(subscriber: Subscriber, now: datetime) -> datetime:
    """`now`, or the end of the quiet hours that it falls into. Quiet hours may run over midnight."""
    if subscriber.quiet is None:
        return now
    begin, end = subscriber.quiet
    local = now.astimezone(LONDON)
    clock = local.time()
    if begin > end and clock >= begin:
        return london_time(local.date() + timedelta(days=1), end)
    quiet = begin <= clock < end if begin <= end else clock < end
    return (
        max(now, london_time(local.date(), end)) if quiet else now
    )  # 01:30 stands twice on one day, and has passed once


def urgent_due(subscriber: Subscriber, deadlines: Iterable[datetime], now: datetime) -> datetime | None:
    """When to tell what must be done by one of `deadlines`, where it would otherwise come too late; else None.

    Too late is less than four working hours before. So an Alert waits neither for such a digest nor, if need be, for
    the end of the quiet hours.
    """
    ahead = [each for each in deadlines if each > now]
    usual = wakes = after_quiet_hours(subscriber, now)
    if subscriber.frequency is not Frequency.AT_ONCE:
        _, usual = next_digest(subscriber, now)
    if usual == now or not _too_late(usual, ahead):
        return None
    return now if _too_late(wakes, ahead) else wakes


def _too_late(moment: datetime, deadlines: Iterable[datetime]) -> bool:
    return any(add_working_time(moment, MIN_NOTICE) > each for each in deadlines)
