"""Days on which something is due: told before it is too late, reminded of once, and never again once it is off."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import deliver_all, desk, poll_all, rss, serving, write_config
from watcher import store
from watcher.core.messages.plain_text import plain_text
from watcher.model import DateState, Message, Receipt
from watcher.notifiers.base import Notifier
from watcher.runtime import Runtime
from watcher.store.database import Database

LONDON = ZoneInfo("Europe/London")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SOURCES = """
sources:
  - {{id: nhse, name: NHSE, publisher: NHS England, trust: official, kind: feed, url: "{site}/nhse", every: 5m}}
  - {{id: bbc, name: BBC, publisher: BBC News, trust: press, kind: feed, url: "{site}/bbc", every: 5m}}
"""
TOPICS = """
topics:
  - {id: practice, name: Practice, any: ["GP pay declaration", "patient list", "flu vaccin*", "workforce return"]}
"""
PEOPLE = """
subscribers:
  - {id: channel, via: console, address: channel, admin: true}
  - {id: sleeper, via: console, address: sleeper, quiet: "21:00-07:00"}
  - {id: daily, via: console, address: daily, pace: daily, at: "07:30"}
  - {id: weekly, via: console, address: weekly, pace: weekly, on: wednesday, at: "07:30"}
"""
CHANNEL = "subscribers: [{id: channel, via: console, address: channel, admin: true}]"


class TimedChannel(Notifier):
    """A channel that keeps each Message with its address and the moment."""

    def __init__(self) -> None:
        super().__init__({})
        self.told: list[tuple[datetime, str, str]] = []
        self.texts: list[str] = []

    def send(self, message: Message, address: str) -> Receipt:
        self.texts.append(plain_text(message))
        for section in message.sections:
            for paragraph in section.paragraphs:
                if paragraph.alert:  # a digest lists open dates and other headlines besides its Alerts
                    kind = f"digest: {section.heading}" if message.digest else paragraph.status
                    self.told.append((message.at, address, kind))
        return Receipt(place=address, message=message.delivery)


@dataclass
class Life:
    """What two publishers say, and what readers hear of it."""

    desk: Runtime
    answers: dict[str, Any]
    kept: TimedChannel
    said: dict[str, list[str]] = field(default_factory=lambda: {"nhse": [], "bbc": []})

    async def publish(self, written: str, title: str, text: str, *, by: str = "nhse", link: str = "") -> None:
        """One announcement more, seen at once."""
        now = at(written)
        number = len(self.said[by])
        address = link or f"https://{by}.example/{number}"
        self.said[by].insert(
            0,
            f"<item><title>{title}</title><link>{address}</link><description>{text}</description>"
            f"<pubDate>{format_datetime(now)}</pubDate></item>",
        )
        await self.look(now)
        await self.tick(written)

    async def look(self, now: datetime) -> None:
        for name, entries in self.said.items():
            self.answers[f"/{name}"] = response(rss(*entries, "<item><title>House prices</title><guid>h</guid></item>"))
        assert {each.outcome for each in await poll_all(self.desk, now)} <= {"read", "unchanged"}

    async def tick(self, *written: str) -> None:
        for each in written:
            assert {one.outcome for one in await deliver_all(self.desk, at(each))} <= {"sent", "unwanted"}

    def states(self) -> list[tuple[str, str]]:
        """The ledger: the words of each date, and where it stands."""
        with self.desk.database.begin() as tx:
            found = store.deadlines.since(tx, None)
        return [(each.deadline.words, str(each.state)) for each in found]

    def handled(self, now: datetime, subscriber: str) -> None:
        with self.desk.database.begin() as tx:
            (story,) = store.stories.all_ids(tx)
            store.deadlines.handle(tx, story, subscriber, now)


def at(written: str) -> datetime:
    """A moment in London."""
    return datetime.fromisoformat(written).replace(tzinfo=LONDON).astimezone(UTC)


def live(
    folder: Path, url: str, start: str, story: Callable[[Life], Awaitable[None]], people: str = PEOPLE
) -> list[tuple[str, ...]]:
    """Run `story` from `start` with a first look behind it: what was told, when, to whom, and under which heading."""
    kept = TimedChannel()
    answers: dict[str, Any] = {}
    with serving(answers) as (site, _):
        files = write_config(folder / "config", SOURCES.format(site=site), people, TOPICS)

        async def begin() -> None:
            async with desk(files, {}, url, at(start)) as opened:
                life = Life(replace(opened, notifiers={"console": kept}), answers, kept)
                await life.look(at(start))
                await life.tick(start)
                kept.told.clear()
                await story(life)

        asyncio.run(begin())
    return [(f"{moment.astimezone(LONDON):%a %d %b %H:%M}", *rest) for moment, *rest in sorted(kept.told)]


def test_on_friday_at_four_a_demand_within_24_hours_reaches_everybody_at_once(
    database_url: str, tmp_path: Path
) -> None:
    async def story(life: Life) -> None:
        text = "Practices must confirm their patient list to PCSE within 24 hours."
        await life.publish("2026-11-06 16:00", "PCSE asks for a check of the patient list of each practice", text)
        await life.tick("2026-11-06 16:01", "2026-11-07 07:30", "2026-11-11 07:30")
        assert life.states() == [("24 hours", "open")]

    assert live(tmp_path, database_url, "2026-11-06 12:00", story) == [
        ("Fri 06 Nov 16:00", who, "OFFICIAL") for who in ("channel", "daily", "sleeper", "weekly")
    ]


def test_a_deadline_of_the_morning_wakes_who_sleeps_and_a_later_one_does_not(database_url: str, tmp_path: Path) -> None:
    async def story(life: Life) -> None:
        later = "Practices must send their workforce return by 5pm on Wednesday 11 November 2026."
        morning = "Practices must confirm their patient list by 9am on Tuesday 10 November 2026."
        await life.publish("2026-11-09 22:00", "Workforce return of general practice is due soon", later)
        await life.publish("2026-11-09 22:05", "PCSE wants every patient list confirmed", morning)
        await life.tick("2026-11-10 06:59", "2026-11-10 07:00", "2026-11-10 07:30")

    assert live(tmp_path, database_url, "2026-11-09 12:00", story) == [
        ("Mon 09 Nov 22:00", "channel", "OFFICIAL"),
        ("Mon 09 Nov 22:05", "channel", "OFFICIAL"),
        ("Mon 09 Nov 22:05", "daily", "OFFICIAL"),
        ("Mon 09 Nov 22:05", "sleeper", "OFFICIAL"),
        ("Mon 09 Nov 22:05", "weekly", "OFFICIAL"),
        ("Tue 10 Nov 07:00", "sleeper", "OFFICIAL"),
        ("Tue 10 Nov 07:30", "daily", "digest: To do"),
    ]


def test_a_follow_up_that_cannot_wait_takes_along_what_waited_of_its_story(database_url: str, tmp_path: Path) -> None:
    title = "GP pay declaration: practices must declare high earners"

    async def story(life: Life) -> None:
        await life.publish("2026-11-09 09:00", title, "More will follow.", by="bbc")
        text = "Practices must declare by 11am on Tuesday 10 November 2026."
        await life.publish("2026-11-09 15:00", title, text)
        await life.tick("2026-11-09 17:30", "2026-11-10 07:30", "2026-11-11 07:30")

    people = PEOPLE.replace("  - {id: sleeper", "  # - {id: sleeper")
    assert live(tmp_path, database_url, "2026-11-08 12:00", story, people) == [
        ("Mon 09 Nov 09:00", "channel", "REPORTED, NOT OFFICIAL YET"),
        ("Mon 09 Nov 15:00", "channel", "NOW OFFICIAL, 6 h 0 min after BBC News"),
        ("Mon 09 Nov 15:00", "daily", "NOW OFFICIAL, 6 h 0 min after BBC News"),
        ("Mon 09 Nov 15:00", "weekly", "NOW OFFICIAL, 6 h 0 min after BBC News"),
        ("Mon 09 Nov 17:30", "channel", "DUE IN 4 WORKING HOURS"),
        ("Mon 09 Nov 17:30", "daily", "DUE IN 4 WORKING HOURS"),
        ("Mon 09 Nov 17:30", "weekly", "DUE IN 4 WORKING HOURS"),
    ]


DECLARE = "GP pay declaration: practices must declare pay above £150,000"
BY_12_NOVEMBER = "Practices must declare pay by 23:59 on 12 November 2021."
NOVEMBER = ("2021-11-11 23:58", "2021-11-11 23:59", "2021-11-12 14:29", "2021-11-12 14:30", "2021-11-13 09:00")


def test_everybody_who_was_told_is_reminded_a_day_and_four_working_hours_before(
    database_url: str, tmp_path: Path
) -> None:
    async def story(life: Life) -> None:
        await life.publish("2021-10-20 09:00", DECLARE, BY_12_NOVEMBER)
        await life.tick("2021-10-21 07:30", "2021-10-27 07:30", *NOVEMBER[:2], "2021-11-12 07:00", "2021-11-12 07:30")
        await life.tick(*NOVEMBER[2:])

    told = live(tmp_path, database_url, "2021-10-20 08:00", story)
    assert told[-8:] == [
        ("Thu 11 Nov 23:59", "channel", "DUE TOMORROW, 23:59"),
        ("Thu 11 Nov 23:59", "weekly", "DUE TOMORROW, 23:59"),
        ("Fri 12 Nov 07:00", "sleeper", "DUE TODAY, 23:59"),
        ("Fri 12 Nov 07:30", "daily", "digest: To do"),
        ("Fri 12 Nov 14:30", "channel", "DUE IN 4 WORKING HOURS"),
        ("Fri 12 Nov 14:30", "daily", "DUE IN 4 WORKING HOURS"),
        ("Fri 12 Nov 14:30", "sleeper", "DUE IN 4 WORKING HOURS"),
        ("Fri 12 Nov 14:30", "weekly", "DUE IN 4 WORKING HOURS"),
    ]
    assert sum(kind.startswith(("DUE", "digest: To do")) for _, _, kind in told) == 8


def test_a_pay_declaration_that_was_withdrawn_is_reminded_of_no_more(database_url: str, tmp_path: Path) -> None:
    async def story(life: Life) -> None:
        await life.publish("2021-10-20 09:00", DECLARE, BY_12_NOVEMBER)
        off = "Practices do not need to declare pay by 12 November 2021."
        await life.publish("2021-11-05 09:00", "GP pay declaration above £150,000 is withdrawn", off)
        await life.tick(*NOVEMBER)
        assert life.states() == [("23:59 on 12 November 2021", "withdrawn")]

    assert live(tmp_path, database_url, "2021-10-20 08:00", story, CHANNEL) == [
        ("Wed 20 Oct 09:00", "channel", "OFFICIAL"),
        ("Fri 05 Nov 09:00", "channel", "WITHDRAWN"),
    ]


def test_a_deadline_that_moved_is_reminded_of_at_its_new_day_only(database_url: str, tmp_path: Path) -> None:
    async def story(life: Life) -> None:
        await life.publish("2021-10-20 09:00", DECLARE, BY_12_NOVEMBER)
        later = "The deadline for practices to declare has been extended from 12 November to 30 November 2021."
        await life.publish("2021-11-05 09:00", "GP pay declaration above £150,000: deadline extended", later)
        await life.tick(*NOVEMBER, "2021-11-29 23:58", "2021-11-29 23:59", "2021-11-30 14:30", "2021-12-01 09:00")
        assert life.states() == [("23:59 on 12 November 2021", "moved"), ("30 November 2021", "open")]

    assert live(tmp_path, database_url, "2021-10-20 08:00", story, CHANNEL) == [
        ("Wed 20 Oct 09:00", "channel", "OFFICIAL"),
        ("Fri 05 Nov 09:00", "channel", "CHANGED"),
        ("Mon 29 Nov 23:59", "channel", "DUE TOMORROW"),
        ("Tue 30 Nov 14:30", "channel", "DUE IN 4 WORKING HOURS"),
    ]


def test_who_has_handled_a_story_is_not_reminded_and_the_others_are(database_url: str, tmp_path: Path) -> None:
    people = PEOPLE.replace("pace: daily, at", "reminders: [4wh], pace: daily, at")

    async def story(life: Life) -> None:
        await life.publish("2021-10-20 09:00", DECLARE, BY_12_NOVEMBER)
        await life.tick("2021-10-21 07:30", "2021-10-27 07:30")
        life.kept.told.clear()
        life.handled(at("2021-11-01 09:00"), "channel")
        await life.tick(*NOVEMBER[:2], "2021-11-12 07:00", *NOVEMBER[2:4])
        life.handled(at("2021-11-12 15:00"), "")

    assert live(tmp_path, database_url, "2021-10-20 08:00", story, people) == [
        ("Thu 11 Nov 23:59", "weekly", "DUE TOMORROW, 23:59"),
        ("Fri 12 Nov 07:00", "sleeper", "DUE TODAY, 23:59"),
        ("Fri 12 Nov 14:30", "daily", "DUE IN 4 WORKING HOURS"),
        ("Fri 12 Nov 14:30", "sleeper", "DUE IN 4 WORKING HOURS"),
        ("Fri 12 Nov 14:30", "weekly", "DUE IN 4 WORKING HOURS"),
    ]


def test_over_the_night_in_which_the_clocks_go_back_reminders_keep_their_hours(
    database_url: str, tmp_path: Path
) -> None:
    async def story(life: Life) -> None:
        text = "Practices must send their workforce return by 12 noon on Monday 26 October 2026."
        await life.publish("2026-10-20 09:00", "Workforce return of general practice is due soon", text)
        await life.tick("2026-10-21 07:30")
        life.kept.told.clear()
        await life.tick("2026-10-25 11:59", "2026-10-25 12:00", "2026-10-26 07:30", "2026-10-26 07:59")
        await life.tick("2026-10-26 08:00", "2026-10-26 12:00")

    assert live(tmp_path, database_url, "2026-10-19 12:00", story) == [
        ("Sun 25 Oct 12:00", "channel", "DUE IN 4 WORKING HOURS"),
        ("Sun 25 Oct 12:00", "sleeper", "DUE IN 4 WORKING HOURS"),
        ("Sun 25 Oct 12:00", "weekly", "DUE IN 4 WORKING HOURS"),
        ("Mon 26 Oct 07:30", "daily", "digest: To do"),
        ("Mon 26 Oct 08:00", "channel", "DUE IN 4 WORKING HOURS"),
        ("Mon 26 Oct 08:00", "daily", "DUE IN 4 WORKING HOURS"),
        ("Mon 26 Oct 08:00", "sleeper", "DUE IN 4 WORKING HOURS"),
        ("Mon 26 Oct 08:00", "weekly", "DUE IN 4 WORKING HOURS"),
    ]


def test_a_flu_start_that_moves_twice_is_kept_with_its_history(database_url: str, tmp_path: Path) -> None:
    async def story(life: Life) -> None:
        page = "https://nhse.example/flu"
        for day, title, text in (
            (
                "2023-07-20 09:00",
                "Flu vaccination of adults: start",
                "Flu vaccination in practices will start on 1 September 2023.",
            ),
            (
                "2023-08-10 09:00",
                "Flu vaccination of adults: later start",
                "The start in practices is delayed from 1 September to October 2023.",
            ),
            (
                "2023-08-30 09:00",
                "Flu vaccination of adults: start on 11 September",
                "Flu vaccination in practices will start on 11 September 2023.",
            ),
        ):
            life.said["nhse"].clear()
            await life.publish(day, title, text, link=page)
        assert life.states() == [
            ("1 September 2023", "moved"),
            ("11 September", "open"),
            ("October 2023", "moved"),
        ]

    live(tmp_path, database_url, "2023-07-20 08:00", story, CHANNEL)


# --- rows ---------------------------------------------------------------------------------------------------------


def test_dates_come_back_as_they_were_saved_and_the_look_for_reminders_has_its_index(
    database: Database, tmp_path: Path, database_url: str
) -> None:
    async def story(life: Life) -> None:
        text = "Practices must declare pay by 23:59 on 12 November 2021, and answer PCSE within 10 days of the request."
        await life.publish("2021-10-20 09:00", DECLARE, text)

    live(tmp_path, database_url, "2021-10-20 08:00", story, CHANNEL)
    with database.begin() as tx:
        saved = store.deadlines.since(tx, None)
        store.deadlines.save(
            tx, [each.with_state(DateState.WITHDRAWN, each.item, at("2021-11-01 09:00")) for each in saved]
        )
        again = store.deadlines.of_stories(tx, [each.story for each in saved])
        indexes = {column for each in sa.inspect(tx).get_indexes("deadlines") for column in each["column_names"]}
    turned = [each.with_state(DateState.WITHDRAWN, each.item, at("2021-11-01 09:00")) for each in saved]
    assert {each.id: each for dates in again.values() for each in dates} == {each.id: each for each in turned}
    assert indexes == {"story", "moment", "remind_at"}
