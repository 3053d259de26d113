"""When the next poll, digest or attempt is due. All moments are in UTC; a reader's hours are London time."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from watcher.core.language.dates import LONDON, london_time
from watcher.core.language.working_time import add_working_time
from watcher.model import Frequency, Subscriber, key

MAX_WAIT = timedelta(hours=6)
DIGEST_TIME = time(7, 30)  # in London, where a Subscriber names no other
PLAN_EVERY = timedelta(minutes=5)  # a poll that began under another configuration may have planned by it
MIN_NOTICE = timedelta(hours=4)  # of working time before a deadline: an Alert sent later than that comes too late


def next_poll_at(
    source: str,
    every: timedelta,
    now: datetime,
    *,
    failures: int = 0,
    after: timedelta | None = None,
    ttl: timedelta | None = None,
) -> datetime:
    """When (UTC) to poll a source next: never sooner than the publisher asks (`ttl`, or Retry-After as `after`).

    Failures double the wait up to six hours; no source is given up. Up to a tenth more, fixed by the source's id, keeps
    sources from being polled all at once.
    """
    wait = max(every, min(ttl or every, MAX_WAIT))
    if failures:
        wait = min(wait * 2 ** min(failures - 1, 10), max(MAX_WAIT, every))
    return now + max(with_jitter(source, wait), after or timedelta())


def with_jitter(source: str, wait: timedelta) -> timedelta:
    """`wait` and up to a tenth more, fixed by the id of `source`."""
    return wait + wait * (int(key("jitter", source)[:4], 16) / 0xFFFF) / 10


def next_digest(subscriber: Subscriber, now: datetime) -> tuple[str, datetime]:
    """The period key and the moment (UTC) of the next digest strictly after `now`: ("daily:2026-10-25", …).

    The key holds the London date, so a clock change neither repeats nor skips a digest. The hour from 01:00 happens
    twice or never on clock-change days; the configuration refuses it. For a Subscriber who is told at once it is the
    daily message with what waits.
    """
    frequency = Frequency.DAILY if subscriber.frequency is Frequency.AT_ONCE else subscriber.frequency
    day = now.astimezone(LONDON).date()
    while True:
        due = london_time(day, subscriber.at or DIGEST_TIME)
        if due > now and (frequency is not Frequency.WEEKLY or day.weekday() == subscriber.on):
            return f"{frequency}:{day.isoformat()}", due
        day += timedelta(days=1)


def next_planning_at(subscribers: Iterable[Subscriber], now: datetime) -> datetime:
    """When (UTC) the next digests must be opened: when the first of those that are open leaves; PLAN_EVERY at most.

    It is asked of each schedule, not of each Subscriber: many have the same.
    """
    with_digests = (subscriber for subscriber in subscribers if subscriber.frequency is not Frequency.AT_ONCE)
    schedules = {(subscriber.frequency, subscriber.at, subscriber.on): subscriber for subscriber in with_digests}
    moments = (next_digest(subscriber, now)[1] for subscriber in schedules.values())
    return min((now + PLAN_EVERY, *moments))


def after_quiet_hours(subscriber: Subscriber, now: datetime) -> datetime:
    """`now`, or the end (UTC) of the quiet hours that it falls into. Quiet hours may run over midnight."""
    if subscriber.quiet is None:
        return now
    begin, end = subscriber.quiet
    local = now.astimezone(LONDON)
    clock = local.time()
    if begin > end and clock >= begin:
        return london_time(local.date() + timedelta(days=1), end)
    is_quiet = begin <= clock < end if begin <= end else clock < end
    # `max`: when the clocks go back, 01:30 stands twice on one day, and the first may have passed.
    return max(now, london_time(local.date(), end)) if is_quiet else now


def urgent_due(
    subscriber: Subscriber, deadlines: Iterable[datetime], now: datetime, *, waits: bool = False
) -> datetime | None:
    """When (UTC) to send an Alert that would otherwise come too late for one of `deadlines`; None if it would not.

    Too late is less than four working hours before. Such an Alert does not wait for the digest nor, if need be, for the
    end of the quiet hours. `waits`: it is one that would wait for the digest of those who are told at once, too.
    """
    ahead = [deadline for deadline in deadlines if deadline > now]
    usual = wakes = after_quiet_hours(subscriber, now)
    if waits or subscriber.frequency is not Frequency.AT_ONCE:
        _, usual = next_digest(subscriber, now)
    if usual == now or not _is_too_late(usual, ahead):
        return None
    return now if _is_too_late(wakes, ahead) else wakes


def _is_too_late(moment: datetime, deadlines: Iterable[datetime]) -> bool:
    return any(add_working_time(moment, MIN_NOTICE) > deadline for deadline in deadlines)
