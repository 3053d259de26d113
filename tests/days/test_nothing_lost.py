"""Days on which something official could be lost in silence, and is told: late, updated, under one link, or in time."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.faulty import response
from tests.support.world import deliver_all, desk, poll_all, rss, serving, write_config
from watcher.core.messages.plain_text import plain_text
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier
from watcher.reports.explanation import explain_item
from watcher.reports.unsent import unsent_items
from watcher.runtime import Runtime

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)  # when the daily message of an `at once` channel leaves
SOURCES = """
sources:
  - {{id: icb, name: An ICB, publisher: An ICB, trust: official, kind: feed, url: "{site}/icb", every: 5m}}
  - {{id: bbc, name: BBC, publisher: BBC News, trust: press, kind: feed, url: "{site}/bbc", every: 5m}}
  - {{id: gov, name: GOV.UK, publisher: UKHSA, trust: official, kind: govuk, url: "{site}/ukhsa.atom", every: 5m}}
"""
TOPICS = """
signals:
  - {id: rumour, name: Rumour, points: -1, any: ["could"]}
topics:
  - {id: practice, name: Practice, any: ["flu jab*", "flu vaccin*", "pension*"]}
"""
PEOPLE = "subscribers: [{id: channel, via: console, address: channel, admin: true}]"
OLD = f"<item><title>House prices</title><guid>h</guid><pubDate>{format_datetime(NOW - 90 * DAY)}</pubDate></item>"


class Channel(Notifier):
    """Keeps each Message."""

    def __init__(self) -> None:
        super().__init__({})
        self.messages: list[Message] = []

    def send(self, message: Message, address: str) -> Receipt:
        self.messages.append(message)
        return Receipt(place=address, message=message.delivery)


@dataclass
class Surgery:
    """One channel, told at once, and what three publishers list."""

    desk: Runtime
    answers: dict[str, Any]
    channel: Channel
    site: str
    entries: dict[str, list[str]] = field(default_factory=lambda: {"icb": [OLD], "bbc": [OLD]})
    pages: list[str] = field(default_factory=list)

    def lists(self, by: str, title: str, at: datetime, link: str = "", guid: str = "", summary: str = "") -> None:
        address = link or f"https://{by}.example/{len(self.entries[by])}"
        self.entries[by].insert(
            0,
            f"<item><title>{title}</title><link>{address}</link><description>{summary}</description>"
            f"<guid isPermaLink='false'>{guid or address}</guid><pubDate>{format_datetime(at)}</pubDate></item>",
        )

    def page(self, updated: datetime, *notes: str) -> None:
        """The one page in GOV.UK's feed, and in the Content API with its change notes."""
        stamp = updated.isoformat()
        link = f'<link rel="alternate" type="text/html" href="{self.site}/flu"/>'
        title = "<title>Flu vaccine letter</title><summary>Who is invited.</summary>"
        self.pages = [f"<entry><id>{self.site}/flu#{stamp}</id><updated>{stamp}</updated>{title}{link}</entry>"]
        moments = [f"2026-11-{n:02}T09:00:00Z" for n in range(1, len(notes))]
        history = [{"public_timestamp": at, "note": note} for at, note in zip([*moments, stamp], notes, strict=True)]
        content = {"base_path": "/flu", "document_type": "guidance", "title": "Flu vaccine letter"}
        self.answers["/api/content/flu"] = response(
            json.dumps({**content, "details": {"body": "<p>Text.</p>", "change_history": history}}).encode()
        )

    async def look(self, now: datetime) -> None:
        for name, entries in self.entries.items():
            self.answers[f"/{name}"] = response(rss(*entries))
        atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{self.site}/</id><title>UKHSA</title>'
        self.answers["/ukhsa.atom"] = response(f"{atom}{''.join(self.pages)}</feed>".encode())
        assert {each.outcome for each in await poll_all(self.desk, now)} <= {"read", "unchanged"}
        await self.tick(now)

    async def tick(self, now: datetime) -> None:
        assert {each.outcome for each in await deliver_all(self.desk, now)} <= {"sent", "unwanted"}

    def told(self) -> list[str]:
        """The subjects of all messages so far; then none is left."""
        subjects = [message.subject for message in self.channel.messages]
        self.last = plain_text(self.channel.messages[-1], details=True) if subjects else ""
        self.channel.messages.clear()
        return subjects


def live(folder: Path, url: str, story: Callable[[Surgery], Awaitable[None]]) -> None:
    """Run `story` after a first look in which the page of GOV.UK was a month old."""
    channel = Channel()
    answers: dict[str, Any] = {}
    with serving(answers) as (site, _):
        files = write_config(folder / "config", SOURCES.format(site=site), PEOPLE, TOPICS)

        async def begin() -> None:
            async with desk(files, {}, url, NOW) as opened:
                surgery = Surgery(replace(opened, notifiers={"console": channel}), answers, channel, site)
                surgery.page(NOW - 30 * DAY, "First published.")
                await surgery.look(NOW)
                assert surgery.told() == []
                await story(surgery)

        asyncio.run(begin())


@pytest.mark.promise("P29")
def test_an_official_notice_dated_three_days_back_is_told_at_once_with_its_date(
    database_url: str, tmp_path: Path
) -> None:
    async def story(surgery: Surgery) -> None:
        surgery.lists("icb", "Flu vaccine letter: GP practices must order by Friday", NOW - 3 * DAY)
        await surgery.look(NOW + MINUTE)
        assert surgery.told() == ["OFFICIAL: Flu vaccine letter: GP practices must order by Friday"]
        assert "Mon 23 Nov 2026 09:00 (seen late, Thu 26 Nov 2026 09:01)" in surgery.last

    live(tmp_path, database_url, story)


@pytest.mark.promise("P29")
def test_a_late_notice_with_a_near_deadline_waits_for_no_digest_and_is_not_told_twice(
    database_url: str, tmp_path: Path
) -> None:
    async def story(surgery: Surgery) -> None:
        title = "Flu vaccine stock: GP practices must reply to the survey"
        summary = "Practices must reply within 24 hours."
        surgery.lists("icb", title, NOW - 20 * DAY, summary=summary)
        await surgery.look(NOW + MINUTE)
        assert surgery.told() == [f"OFFICIAL: {title}"]
        surgery.lists("bbc", title, NOW + HOUR)
        await surgery.look(NOW + HOUR)
        await surgery.tick(MORNING)
        assert surgery.told() == []

    live(tmp_path, database_url, story)


@pytest.mark.promise("P29", "P30")
def test_what_waits_for_a_digest_reaches_an_at_once_channel_once_a_day_and_only_when_there_is_something(
    database_url: str, tmp_path: Path
) -> None:
    async def story(surgery: Surgery) -> None:
        surgery.lists("bbc", "Flu jabs could come for all ages", NOW)
        surgery.lists("bbc", "Pension rules that a minister announced on Sunday", NOW - 4 * DAY)
        await surgery.look(NOW + MINUTE)
        assert surgery.told() == []
        await surgery.tick(MORNING)
        assert surgery.told() == ["GP announcements, Fri 27 Nov 2026: 2 in the news"]
        assert surgery.last.partition("IN THE NEWS, NOT OFFICIAL YET\n\n")[2].partition("\n\n3 not sent")[0] == (
            "1. Pension rules that a minister announced on Sunday (BBC News)\n"
            "   https://bbc.example/2\n"
            "\n"
            "2. Flu jabs could come for all ages (BBC News)\n"
            "   https://bbc.example/1"
        )
        await surgery.tick(MORNING + DAY)
        assert surgery.told() == [], "no news is not sent to those who are told at once"

    live(tmp_path, database_url, story)


@pytest.mark.promise("P30")
def test_a_rumour_that_comes_true_before_the_morning_is_not_told_again_in_it(database_url: str, tmp_path: Path) -> None:
    async def story(surgery: Surgery) -> None:
        surgery.lists("bbc", "Flu jabs could come for everyone over 50 from 1 December", NOW)
        await surgery.look(NOW + MINUTE)
        surgery.lists("icb", "Flu jabs for everyone over 50 from 1 December", NOW + HOUR)
        await surgery.look(NOW + HOUR)
        assert surgery.told() == ["OFFICIAL: Flu jabs for everyone over 50 from 1 December"]
        await surgery.tick(MORNING)
        assert surgery.told() == []

    live(tmp_path, database_url, story)


@pytest.mark.promise("P28")
def test_a_major_update_of_a_known_page_is_told_with_its_change_note_and_the_same_stamp_again_is_not(
    database_url: str, tmp_path: Path
) -> None:
    async def story(surgery: Surgery) -> None:
        surgery.page(NOW + HOUR, "First published.", "Added people aged 50 to 64.")
        await surgery.look(NOW + HOUR + MINUTE)
        assert surgery.told() == ["CHANGED: Flu vaccine letter"]
        assert "Now:       Added people aged 50 to 64." in surgery.last
        assert "UKHSA, Thu 26 Nov 2026 10:00" in surgery.last
        await surgery.look(NOW + 2 * HOUR)
        surgery.page(NOW, "First published.", "Added people aged 50 to 64.")
        await surgery.look(NOW + 3 * HOUR)
        assert surgery.told() == [], "newer stamps only"
        surgery.page(NOW + 4 * HOUR, "First published.", "Added people aged 50 to 64.", "New leaflet.")
        await surgery.look(NOW + 4 * HOUR + MINUTE)
        assert surgery.told() == ["CHANGED: Flu vaccine letter"]

    live(tmp_path, database_url, story)


@pytest.mark.promise("P28")
def test_a_new_notice_at_a_known_address_is_told_and_a_moved_day_is_not(database_url: str, tmp_path: Path) -> None:
    async def story(surgery: Surgery) -> None:
        surgery.lists("icb", "Pension certificates for GP practices", NOW - 70 * DAY, "https://icb.example/p", "p")
        await surgery.look(NOW + MINUTE)
        assert surgery.told() == []
        del surgery.entries["icb"][0]
        summary = "This year's certificate must reach PCSE by 28 February 2027."
        title = "Pension certificates for GP practices"
        surgery.lists("icb", title, NOW + HOUR, "https://icb.example/p", "p", summary)
        await surgery.look(NOW + HOUR)
        assert surgery.told() == [f"CHANGED: {title}"]

    live(tmp_path, database_url, story)


@pytest.mark.promise("P31")
def test_two_announcements_under_one_link_are_both_told(database_url: str, tmp_path: Path) -> None:
    async def story(surgery: Surgery) -> None:
        page = "https://icb.example/bulletins"
        surgery.lists("icb", "Flu vaccine letter: invite carers", NOW, page, "a")
        surgery.lists("icb", "Pension certificates are due on Friday", NOW, page, "b")
        await surgery.look(NOW + MINUTE)
        assert sorted(surgery.told()) == [
            "OFFICIAL: Flu vaccine letter: invite carers",
            "OFFICIAL: Pension certificates are due on Friday",
        ]
        surgery.lists("icb", "Flu vaccine: the clinics of December", NOW + HOUR, page, "c")
        await surgery.look(NOW + HOUR)
        assert surgery.told() == ["OFFICIAL: Flu vaccine: the clinics of December"], "the others are known"

    live(tmp_path, database_url, story)


@pytest.mark.promise("P24", "P26", "P29")
def test_a_relayed_letter_is_told_once_and_explain_and_unsent_say_why(database_url: str, tmp_path: Path) -> None:
    async def story(surgery: Surgery) -> None:
        title = "Flu vaccine letter to GP practices (PRN09990)"
        surgery.lists("icb", title, NOW)
        await surgery.look(NOW + MINUTE)
        surgery.lists("icb", "PRN09990: flu vaccine letter for all GP practices", NOW, "https://icb.example/relay")
        await surgery.look(NOW + HOUR)
        assert surgery.told() == [f"OFFICIAL: {title}"]
        database, configuration = surgery.desk.database, surgery.desk.configuration
        life = explain_item(database, configuration, "https://icb.example/relay", NOW + HOUR)
        assert life
        ((answer,), story_of_it) = (life["answers"], life["story"])
        assert (answer["answer"], answer["reason"]) == ("unsent", "same_text")
        assert answer["detail"].startswith(f"the same reference PRN09990 as “{title}” (An ICB, ")
        assert len(story_of_it["told_by"]) == 2
        report = unsent_items(database, configuration, NOW - HOUR)
        assert report.counts == {"same_text": 1, "first_poll": 1, "no_topic": 2}
        assert report.answers == {"told": 1, "digest": 0, "unsent": 4}

    live(tmp_path, database_url, story)
