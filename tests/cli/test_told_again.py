"""After a restore no kind of source tells again what it told between the backup and then; what comes later is told."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.cli.test_restoring import CHANNELS, PEOPLE, bring_back, list_texts
from tests.support.faulty import response
from tests.support.mail_server import MailServer, mail_server
from tests.support.mails import OUR_SERVER, mail
from tests.support.watched_page import OVER_50, page
from tests.support.world import deliver_all, desk, poll_all, serving, write_config
from watcher import config, store
from watcher.cli.restoring import Restoration, ToldUntil
from watcher.demo.stand_ins import SlackStandIn, serve_http
from watcher.fetching.mailbox import MailReader
from watcher.fetching.mailbox_address import read_mailbox_address
from watcher.model import DateState
from watcher.runtime import Runtime
from watcher.sources.mailbox import MAX_MAILS
from watcher.store.backup_file import write_backup
from watcher.store.database import open_database

pytestmark = pytest.mark.promise("P4")
LISTING = """
sources:
  - {id: press, name: PCSE, publisher: PCSE, trust: official, kind: listing, url: "%s/list", every: 5m, item: article,
     title: h3, link: h3 a, date: .date, date_formats: ["%%d %%B %%Y", "%%B %%Y"]}
"""
WATCHED = """
sources:
  - {id: press, name: UKHSA, publisher: UKHSA, trust: official, kind: page, url: "%s/list", every: 5m, region: main}
"""
WHOLE_TEXTS = """
sources:
  - {id: press, name: UKHSA, publisher: UKHSA, trust: official, kind: json, url: "%s/list", every: 5m, items: /posts,
     title: /title, link: /link, published: /at, text: /html}
"""
MAILS = """
sources:
  - {id: press, name: NHS England by e-mail, publisher: NHS England, trust: official, kind: mailbox, every: 5m,
     senders: ["@england.example"]}
"""
BEGIN = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RESTORED = BEGIN + 5 * HOUR
OLD = ("Opening hours", "1 October 2026")
JABS, ORDERS = ("Flu jabs for all from December", "26 November 2026"), ("Flu vaccine orders open", "November 2026")
KENT = ("Flu jabs ordered again by 300 surgeries in Kent", "26 November 2026")


def list_page(*entries: tuple[str, str]) -> bytes:
    rows = (
        f'<article><h3><a href="/n/{title[:12]}">{title}</a></h3><p class="date">{date}</p></article>'
        for title, date in entries
    )
    return f"<html><body>{''.join(rows)}</body></html>".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """What readers were told by the live installation, after the restore, and at a look two hours later."""

    live: Sequence[str]
    again: Sequence[str]
    later: Sequence[str]


def bring_back_now(opened: Runtime, file: Path) -> None:
    """Restore a backup at RESTORED: all until then counts as told."""
    restoration = Restoration(
        told_until=ToldUntil.NOW,
        sources=opened.configuration.sources.values(),
        subscribers=tuple(opened.configuration.subscribers.values()),
        now=RESTORED,
    )
    bring_back(opened.database, file, restoration)


def live_and_restore(
    sources: str,
    answers: Sequence[bytes],
    tmp_path: Path,
    *,
    is_known: bool = True,
    pages: Mapping[bytes, Mapping[str, bytes]] = MappingProxyType({}),
) -> Posts:
    """A source of three answers: at the backup, until the restore, and later. `is_known`: to the backup.

    `pages`: by an answer, the item pages that are served beside it.
    """
    slack, heard = SlackStandIn(CHANNELS, seconds=0), []
    served = {"/list": response(answers[0])}
    with serving(served) as (site, _), serve_http(slack) as base:
        folder = write_config(tmp_path / "config", sources % site, PEOPLE)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{base}/api/"}

        async def story() -> None:
            async with desk(folder, environment, f"sqlite:///{tmp_path}/w.db", BEGIN) as opened:

                async def look(answer: bytes, moment: datetime) -> None:
                    served["/list"] = response(answer)
                    served.update({path: response(text) for path, text in pages.get(answer, {}).items()})
                    slack.posts.clear()
                    await poll_all(opened, moment)
                    await deliver_all(opened, moment)
                    heard.append(list_texts(slack.posts, CHANNELS[0]))

                if not is_known:
                    write_backup(opened.database, tmp_path / "b.wbk", {}, BEGIN - 2 * HOUR)
                await look(answers[0], BEGIN - HOUR)
                if is_known:
                    write_backup(opened.database, tmp_path / "b.wbk", {}, BEGIN)
                await look(answers[1], BEGIN + HOUR)
                bring_back_now(opened, tmp_path / "b.wbk")
                await look(answers[1], RESTORED + timedelta(minutes=1))
                await look(answers[2], RESTORED + 2 * HOUR)

        asyncio.run(story())
    return Posts(live=heard[1], again=heard[2], later=heard[3])


def test_dates_of_a_day_and_of_a_month_are_told_once_and_what_is_listed_later_that_day_is_told(
    tmp_path: Path,
) -> None:
    entries = [[OLD], [JABS, ORDERS, OLD], [KENT, JABS, ORDERS, OLD]]
    told = live_and_restore(LISTING, [list_page(*listed) for listed in entries], tmp_path)
    assert (len(told.live), told.again, len(told.later)) == (2, [], 1)
    assert "Kent" in told.later[0]


def test_the_edit_of_a_page_is_told_once_and_so_is_the_next(tmp_path: Path) -> None:
    edited = page(OVER_50)
    told = live_and_restore(WATCHED, [page(), edited, page(OVER_50, start="Monday 2 November 2026")], tmp_path)
    assert (len(told.live), told.again, len(told.later)) == (1, [], 1)


def test_the_edit_of_a_text_in_a_list_is_told_once_and_so_is_the_next(tmp_path: Path) -> None:
    def listed(day: str) -> bytes:
        html = (
            "<p>Flu jabs are offered to everyone over 50 by their practice from December.</p>"
            f"<p>Practices must order their flu vaccine by {day} December 2026.</p>"
            "<p>A second letter with the fees follows before Christmas.</p>"
        )
        post = {"title": JABS[0], "link": "https://ukhsa.example/1", "at": "2026-11-26T07:30:00Z", "html": html}
        return json.dumps({"posts": [post]}).encode()

    told = live_and_restore(WHOLE_TEXTS, [listed("11"), listed("18"), listed("21")], tmp_path)
    assert (len(told.live), told.again, len(told.later)) == (1, [], 1)
    assert "21 Dec" in told.later[0]


def test_a_date_that_moved_meanwhile_moves_again_though_nobody_is_told(tmp_path: Path) -> None:
    """The page behind the entry says the new day too: read before the backup alone, it would keep the old one open."""

    def edited(day: str) -> tuple[bytes, Mapping[str, bytes]]:
        text = (
            f"<p>Practices must order their flu vaccine by {day} December 2026, says the letter of the programme.</p>"
        )
        article = f"<html><body><main><h1>Flu-vaccine-orders</h1>{text}</main></body></html>".encode()
        return list_page((f"Flu-vaccine-orders by {day} December", "26 November 2026"), OLD), {
            "/n/Flu-vaccine-": article
        }

    versions = [edited(day) for day in ("11", "18", "21")]
    listing = LISTING.replace("every: 5m,", "every: 5m, read_page: true,")
    told = live_and_restore(listing, [answer for answer, _ in versions], tmp_path, pages=dict(versions))
    assert (len(told.live), told.again, len(told.later)) == (1, [], 1)
    with closing(open_database(f"sqlite:///{tmp_path}/w.db")) as database, database.read() as tx:
        dates = store.deadlines.between(tx, BEGIN, BEGIN + 60 * DAY)
    states = sorted((dated.deadline.at.day, dated.state) for dated in dates if dated.deadline.at)
    assert states == [(11, DateState.MOVED), (18, DateState.MOVED), (21, DateState.OPEN)]


def test_a_source_that_proves_itself_again_tells_nothing_again(tmp_path: Path) -> None:
    proving = LISTING.replace("every: 5m,", "every: 5m, enabled: auto,")
    answers = [list_page(*listed) for listed in ([JABS, ORDERS, OLD], [JABS, ORDERS, OLD], [KENT, JABS, ORDERS, OLD])]
    told = live_and_restore(proving, answers, tmp_path, is_known=False)
    assert (told.again, len(told.later)) == ([], 1)


def test_a_source_that_the_backup_does_not_know_tells_nothing_again(tmp_path: Path) -> None:
    entries = [[OLD], [JABS, OLD], [KENT, JABS, OLD]]
    answers = [list_page(*listed) for listed in entries]
    told = live_and_restore(LISTING, answers, tmp_path, is_known=False)
    assert (len(told.live), told.again, len(told.later)) == (1, [], 1)


def test_mails_that_take_several_polls_to_read_are_told_once(tmp_path: Path) -> None:
    clock, told = [BEGIN], []

    async def story(server: MailServer, slack: SlackStandIn, base: str) -> None:
        folder = write_config(tmp_path / "config", MAILS, PEOPLE)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{base}/api/"}
        async with desk(folder, environment, f"sqlite:///{tmp_path}/w.db", BEGIN) as opened:
            reader = MailReader(read_mailbox_address(f"{server.url}?server={OUR_SERVER}"), lambda: clock[0])
            reading = replace(opened, mail=reader)

            async def look(moment: datetime) -> None:
                clock[0] = moment
                slack.posts.clear()
                await poll_all(reading, moment)
                await deliver_all(reading, moment)
                told.append(len(list_texts(slack.posts, CHANNELS[0])))

            def send(number: int, at: datetime) -> None:
                matter = f"Flu jabs in {'abcdefghijklmnopqrstuvwxyz'[number] * 5} street, number {number}"
                server.put(mail(at, "b@england.example", matter, f"<p>Flu jabs in place {number}.</p>"), at=at)

            server.put(mail(BEGIN - 20 * DAY, "b@england.example", "Old", "<p>Old.</p>"), at=BEGIN - 20 * DAY)
            await look(BEGIN)
            write_backup(opened.database, tmp_path / "b.wbk", {}, BEGIN)
            for number in range(MAX_MAILS + 5):
                send(number, BEGIN + HOUR + number * timedelta(minutes=1))
            await look(BEGIN + 2 * HOUR)
            await look(BEGIN + 3 * HOUR)
            bring_back_now(opened, tmp_path / "b.wbk")
            send(MAX_MAILS + 5, RESTORED + timedelta(minutes=5))
            for minutes in (10, 20, 30):
                await look(RESTORED + timedelta(minutes=minutes))

    slack = SlackStandIn(CHANNELS, seconds=0)
    with mail_server() as server, serve_http(slack) as base:
        asyncio.run(story(server, slack, base))
    live, again = told[1:3], told[3:]
    assert all(live)
    assert again == [0, 1, 0], "the mail that came after the restore is told, and none of before"


@pytest.mark.parametrize(("told_until", "welcomed"), [(ToldUntil.NOW, set()), (ToldUntil.BACKUP, {"manager", "admin"})])
def test_who_was_added_since_the_backup_is_not_welcomed_again(
    told_until: ToldUntil, welcomed: set[str], database_url: str, tmp_path: Path
) -> None:
    folder = write_config(tmp_path / "config", LISTING % "http://news.example", PEOPLE)
    people = tuple(config.read_configuration(folder, {"SLACK_BOT_TOKEN": "x"}).subscribers.values())
    with closing(open_database(database_url)) as database:
        write_backup(database, tmp_path / "b.wbk", {}, BEGIN)
        restoration = Restoration(told_until=told_until, sources=(), subscribers=people, now=RESTORED)
        bring_back(database, tmp_path / "b.wbk", restoration)
        with database.begin() as tx:
            assert store.subscribers.note_subscriptions(tx, people, RESTORED + HOUR) == welcomed
