"""Digests over 400 days and all their clock changes, over clocks that jump, and over processes that slept."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, desk, item, poll_all, rss, serving, write_config
from watcher.deliver import deliver_due
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier
from watcher.poll import poll_due
from watcher.runtime import Runtime

LONDON = ZoneInfo("Europe/London")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PEOPLE = """
subscribers:
  - {id: morning, via: console, address: morning, pace: daily, at: "07:30", empty: always, admin: true}
  - {id: night, via: console, address: night, pace: daily, at: "02:30", empty: always}
  - {id: friday, via: console, address: friday, pace: weekly, on: friday, at: "07:30"}
"""
DAILY, SHOWN = ("morning", "night"), 4


class RecordingChannel(Notifier):
    """A channel that keeps each Message with its address."""

    def __init__(self) -> None:
        super().__init__({})
        self.digests: list[tuple[str, Message]] = []

    def send(self, message: Message, address: str) -> Receipt:
        assert message.digest
        self.digests.append((address, message))
        return Receipt(place=address, message=message.delivery)

    def dates(self, address: str) -> list[date]:
        """The London dates that the subjects of the digests name, in the order in which they left."""
        found = [message.subject.partition(",")[2].partition(":")[0] for to, message in self.digests if to == address]
        return [datetime.strptime(each.removeprefix(" week to").strip(), "%a %d %b %Y").date() for each in found]  # noqa: DTZ007 - a date

    def titles(self, address: str) -> list[str]:
        """The announcements, each once; a closing note repeats the headline of what was told in an earlier digest."""
        seen: list[str] = []
        for message in (message for to, message in self.digests if to == address):
            notes = _count_closing_notes(message)
            titles = [paragraph.title for paragraph in message.paragraphs]
            news, closing = titles[: len(titles) - notes], titles[len(titles) - notes :]
            seen += [*news, *(title for title in closing if title not in seen)]
        return seen

    def late(self, address: str) -> list[bool]:
        return ["is late" in message.lead for to, message in self.digests if to == address]


def _count_closing_notes(message: Message) -> int:
    """How many of the last entries are closing notes, in their section or below the numbered ones: the subject says."""
    found = re.search(r"(\d+) still not official", message.subject)
    return int(found[1]) if found else 0


@dataclass
class DigestDays:
    """A practice's days: what was published so far, and the digests that left."""

    desk: Runtime
    answers: dict[str, Any]
    kept: RecordingChannel
    published: list[str]

    async def publish(self, now: datetime, *, ours: datetime | None = None) -> str:
        """One announcement more, seen at once; `ours` is what our own clock says then."""
        self.published.insert(0, item(len(self.published), now))
        return await self.look(ours or now)

    async def look(self, now: datetime) -> str:
        self.answers["/feed"] = response(rss(*self.published[:SHOWN]))
        (polled,) = await poll_all(self.desk, now)
        assert polled.outcome in {"read", "unchanged"}
        return f"Flu jabs for group {len(self.published) - 1} from December"

    async def tick(self, now: datetime) -> int:
        """Whatever is due at `now`; how many digests left."""
        done = await asyncio.gather(*await deliver_due(self.desk, now))
        assert {each.outcome for each in done} <= {"sent"}
        return len(done)


def live(folder: Path, start: datetime, story: Callable[[DigestDays], Awaitable[None]]) -> RecordingChannel:
    """Run `story` from `start`, with a first look at the empty site behind it."""
    kept = RecordingChannel()
    answers: dict[str, Any] = {}
    with serving(answers) as (site, _):
        files = write_config(folder / "config", SOURCE.format(site=site), PEOPLE)

        async def begin() -> None:
            async with desk(files, {}, f"sqlite:///{folder / 'w.db'}", start) as opened:
                opened.database.engine.dispose()
                sa.event.listen(opened.database.engine, "connect", unsafe)
                days = DigestDays(replace(opened, notifiers={"console": kept}), answers, kept, [])
                await days.look(start)
                await days.tick(start)
                await story(days)

        asyncio.run(begin())
    return kept


def unsafe(connection: Any, _record: Any) -> None:
    """No waiting for the disk: here the days count, and nobody pulls the plug."""
    connection.execute("PRAGMA synchronous=OFF")


def wall(day: date, at: time) -> datetime:
    """The moment at which London's clocks show `at`, by the standard library alone."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


# --- 400 days -----------------------------------------------------------------------------------------------------

FIRST, LENGTH = date(2026, 10, 1), 400
CHANGES = (date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))


def moments(day: date, chance: random.Random) -> list[tuple[datetime, bool]]:
    """The day's moments in order: at which something is published (True), and at which we look what is due (False)."""
    midnight = datetime.combine(day, time(), UTC)
    news = {midnight + chance.randrange(24 * 60) * MINUTE} if day.toordinal() % 2 else set()
    if day in CHANGES:
        news |= {midnight + half * 30 * MINUTE for half in range(9)}
    ticks = {wall(day, at) for at in (time(2, 30), time(7, 30))}
    if day in CHANGES or day.day == 1:
        ticks |= {tick - MINUTE for tick in ticks}
    return sorted([*((at, True) for at in news), *((at, False) for at in ticks)])


@pytest.mark.fault(113, 114, 115, 117)
@pytest.mark.promise("P12")
def test_each_item_is_in_one_digest_and_each_day_has_one_over_400_days_and_three_clock_changes(tmp_path: Path) -> None:
    chance = random.Random(2026)  # noqa: S311 - the same days each time
    days = [FIRST + number * DAY for number in range(LENGTH)]
    titles: list[str] = []

    async def story(lived: DigestDays) -> None:
        for day in days:
            for now, news in moments(day, chance):
                if news:
                    titles.append(await lived.publish(now))
                else:
                    early = now + MINUTE in {wall(day, time(2, 30)), wall(day, time(7, 30))}
                    assert await lived.tick(now) == (
                        0 if early else 1 + (day.weekday() == 4) * (now > wall(day, time(3)))
                    )
        for later in range(1, 9):  # what was published on the last day leaves within a week
            for at in (time(2, 30), time(7, 30)):
                await lived.tick(wall(days[-1] + later * DAY, at))

    kept = live(tmp_path, wall(FIRST, time(0, 5)), story)
    assert set(CHANGES) < set(days)
    for address in DAILY:
        assert kept.dates(address) == [FIRST + number * DAY for number in range(LENGTH + 8)]
        assert kept.titles(address) == titles
    assert kept.dates("friday") == [day for day in kept.dates("morning") if day.weekday() == 4]
    assert sorted(kept.titles("friday")) == sorted(titles)  # what has its closing note stands in another section
    assert not any(kept.late("morning") + kept.late("night") + kept.late("friday"))


# --- clocks that jump, and processes that sleep -------------------------------------------------------------------

MONDAY = date(2026, 11, 2)


@pytest.mark.fault(113)
@pytest.mark.promise("P12")
@pytest.mark.parametrize("jump", [DAY, -DAY, 3 * DAY, -3 * DAY])
def test_a_clock_that_jumps_and_comes_back_loses_and_doubles_no_digest(jump: timedelta, tmp_path: Path) -> None:
    titles: list[str] = []

    async def story(lived: DigestDays) -> None:
        for number in range(10):
            morning = wall(MONDAY + number * DAY, time(7, 30))
            await lived.tick(morning)
            titles.append(await lived.publish(morning + 2 * HOUR))
            if number == 4:
                titles.append(await lived.publish(morning + 3 * HOUR, ours=morning + 3 * HOUR + jump))
                await lived.tick(morning + 3 * HOUR + jump)
            titles.append(await lived.publish(morning + 4 * HOUR))
        for number in range(10, 16):
            await lived.tick(wall(MONDAY + number * DAY, time(7, 30)))

    kept = live(tmp_path, wall(MONDAY, time(0, 5)), story)
    days = kept.dates("morning")
    assert sorted(set(days)) == sorted(days), "no digest leaves twice"
    assert set(days) >= {MONDAY + number * DAY for number in range(5)} | {
        MONDAY + number * DAY for number in range(8, 16)
    }
    assert sorted(kept.titles("morning")) == sorted(titles), "each item is in one digest"
    assert sorted(kept.titles("friday")) == sorted(titles)


@pytest.mark.fault(113)
def test_a_source_is_looked_at_again_when_the_clock_has_come_back(tmp_path: Path) -> None:
    async def story(lived: DigestDays) -> None:
        monday = wall(MONDAY, time(10))
        await lived.look(monday + DAY)
        due = await poll_due(lived.desk, monday + HOUR)
        assert [each.outcome for each in await asyncio.gather(*due)] == ["unchanged"]

    live(tmp_path, wall(MONDAY, time(0, 5)), story)


@pytest.mark.fault(116)
@pytest.mark.promise("P13")
@pytest.mark.parametrize(("slept", "late"), [(30 * MINUTE, False), (3 * HOUR, True), (3 * DAY, True)])
def test_a_process_that_slept_sends_the_missed_digest_once_and_says_that_it_is_late(
    slept: timedelta,
    late: bool,  # noqa: FBT001 - pytest hands it over
    tmp_path: Path,
) -> None:
    tuesday = wall(MONDAY + DAY, time(7, 30))
    woke = tuesday + slept
    told: dict[str, str] = {}

    async def story(lived: DigestDays) -> None:
        await lived.tick(tuesday - DAY)
        told["before"] = await lived.publish(tuesday - 20 * HOUR)
        await lived.tick(tuesday - 20 * HOUR)  # the last tick before it fell asleep
        lived.published.insert(0, item(1, woke - 10 * MINUTE))
        await lived.tick(woke)
        told["while asleep"] = await lived.look(woke)
        await lived.tick(woke)
        await lived.tick(woke + MINUTE)
        await lived.tick(wall(woke.astimezone(LONDON).date() + DAY, time(7, 30)))

    kept = live(tmp_path, wall(MONDAY, time(0, 5)), story)
    following = woke.astimezone(LONDON).date() + DAY
    assert kept.dates("morning") == [MONDAY, MONDAY + DAY, following]
    assert kept.late("morning") == [False, late, False]
    assert kept.titles("morning") == [told["before"], told["while asleep"]]
