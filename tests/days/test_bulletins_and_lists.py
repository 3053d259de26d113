"""One day of all that is no feed: bulletins by e-mail, one of them forged, a saved mail, Parliament's JSON with a
detail request, a register behind a form, and a list without selectors whose site is built anew at noon."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stand_ins.answer import StandInAnswer, as_json
from tests.stand_ins.cas_site import CasSite, SafetyAlert
from tests.support.mail_server import MailServer, mail_server
from tests.support.mails import OUR_SERVER, mail, tables
from tests.support.stand_in_web import StandInWeb
from tests.support.world import desk, poll_all, write_config
from watcher import store
from watcher.cli.add_mail import add_one
from watcher.fetching.mailbox import MailReader
from watcher.fetching.mailbox_address import read_mailbox_address
from watcher.runtime import Runtime
from watcher.sources.mailbox import Mailbox

EIGHT = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GRID = "ctl00$ContentPlaceHolder1$AlertSearchResults1$gvwAlertList"
SOURCES = f"""
sources:
  - {{id: nhse-mail, name: NHS England by e-mail, publisher: NHS England, trust: official, kind: mailbox, every: 5m,
     senders: ["@england.example"], enabled: auto}}
  - {{id: pcse-mail, name: PCSE by e-mail, publisher: PCSE, trust: official, kind: mailbox, every: 5m,
     senders: [updates@pcse.example], enabled: auto}}
  - {{id: statements, name: Written statements, publisher: Parliament, trust: parliament, kind: json, every: 30m,
     url: "https://house.example/api/list", items: /results, title: /title, published: /made, identity: /id,
     link: "/statements/{{/id}}", detail: "/api/one/{{/id}}", detail_text: /text}}
  - {{id: cas, name: Safety alerts, publisher: CAS, trust: official, kind: listing, every: 30m,
     url: "https://www.cas.mhra.gov.uk/SearchAlerts.aspx", item: "tr:has(a[href*='AlertID='])",
     title: "a[href*='AlertID=']", link: "a[href*='AlertID=']", date: "td:nth-of-type(4)",
     date_formats: ["%d-%b-%Y"], older_form: {{target: "{GRID}"}}}}
  - {{id: pcse-news, name: PCSE news, publisher: PCSE, trust: official, kind: listing, every: 15m,
     url: "https://www.pcse.example/news/", enabled: auto}}
"""
TOPICS = """
topics:
  - {id: flu, name: Flu vaccination, any: ["flu vaccin*", "flu jab"]}
  - {id: lists, name: Patient lists, any: ["patient list"]}
"""
READERS = "subscribers: [{id: desk, via: console, address: screen, admin: true}]"
STATEMENT = "<p>Practices give the flu vaccine to carers from 1 December 2026.</p>"


class HouseOfStatements:
    """A house whose list names its statements, and whose detail has their words."""

    host = "house.example"
    titles = ("Rivers", "Roads", "Rents")

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        titles = (*self.titles, *(["Flu vaccination of carers"] if now >= EIGHT + 3 * HOUR else []))
        if target == "/api/list":
            made = f"{now.date()}T00:00:00"
            listed = [{"id": number, "title": title, "made": made} for number, title in enumerate(titles)]
            return as_json({"results": listed[::-1]})
        return as_json({"text": STATEMENT if target.endswith("/3") else "<p>Of something else.</p>"})

    def targets(self, _now: datetime) -> Iterator[str]:
        yield from ("/api/list", "/api/one/3")


class RebuiltNews:
    """PCSE's news: a table in the morning, cards from noon on, with one announcement more."""

    host = "www.pcse.example"
    news = (
        ("Payment run of November brought forward", "/news/payment-run/", 24),
        ("Pension certificates: the portal is open", "/news/certificates/", 20),
        ("Records: new bags from January", "/news/bags/", 17),
        ("Performers list: forms move online", "/news/forms/", 12),
    )
    added = ("Patient list checks restart on 1 December", "/news/list-checks/", 26)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        if target != "/news/":
            return StandInAnswer(404)
        is_new = now >= EIGHT + 4 * HOUR
        rows = [self.added, *self.news] if is_new else list(self.news)
        card = (
            '<div class="card"><p class="when">{2} November 2026</p><h3><a href="{1}">{0}</a></h3><p>Read it.</p></div>'
        )
        shape = card if is_new else '<tr><td>{2} Nov 2026</td><td><a href="{1}">{0}</a></td></tr>'
        listed = "".join(shape.format(*news) for news in rows)
        body = f"<div class='cards'>{listed}</div>" if is_new else f"<table>{listed}</table>"
        menu = '<ul><li><a href="/services/">Services</a></li><li><a href="/help/">Help</a></li></ul>'
        page = (
            f"<html><head><title>News</title></head><body><header><nav>{menu}</nav></header><main><h1>News</h1>{body}"
        )
        return StandInAnswer(200, f"{page}</main><footer><p>PCSE</p></footer></body></html>".encode())

    def targets(self, _now: datetime) -> Iterator[str]:
        yield "/news/"


def put_mails_of_nine(server: MailServer) -> None:
    """A bulletin and a demand, signed; and one that somebody forged."""
    nine = EIGHT + HOUR
    bulletin = tables(
        ("Flu vaccine orders close on 4 December", "Order by 5pm on 4 December 2026."),
        ("Car parking at headquarters", "The car park is closed."),
        ("Our new website for staff", "Have a look."),
    )
    demand = "<p>Return the patient list that we sent you within 48 hours.</p>"
    forged = (
        '<p>All practices must enter bank details at <a href="https://evil.example/bank">www.evil.example/bank</a></p>'
    )
    england, pcse = "NHS England <bulletin@england.example>", "PCSE <updates@pcse.example>"
    server.put(mail(nine, england, "Primary care bulletin", bulletin), at=nine)
    server.put(mail(nine, pcse, "Patient list: return it within 48 hours", demand), at=nine)
    server.put(mail(nine, pcse, "Flu vaccination payments: act now", forged, signed_by=None), at=nine)


@asynccontextmanager
async def day(folder: Path, server: MailServer) -> AsyncIterator[tuple[Runtime, StandInWeb, CasSite]]:
    cas = CasSite()
    for number in range(12):
        put_alert(cas, number, "Recall of dressings", EIGHT - (number + 1) * DAY)
    web = StandInWeb([HouseOfStatements(), RebuiltNews(), cas], EIGHT)
    reader = MailReader(read_mailbox_address(f"{server.url}?server={OUR_SERVER}"), lambda: web.now)
    written = write_config(folder / "config", SOURCES, READERS, TOPICS)
    async with desk(written, {}, f"sqlite:///{folder}/w.db", EIGHT) as opened:
        yield replace(opened, fetcher=web, mail=reader), web, cas  # type: ignore[arg-type]


def put_alert(cas: CasSite, number: int, title: str, at: datetime) -> None:
    cas.put(SafetyAlert(number, f"R/{number}", f"{title} {number}", "DHSC", at))


def told(runtime: Runtime) -> list[tuple[str, str, str, str]]:
    """Of each Alert, oldest first: its reason, the status of its Story, who said it, and its headline."""
    with runtime.database.begin() as tx:
        alerts = [alert for alert in store.alerts.since(tx, datetime.min.replace(tzinfo=UTC)) if alert.story]
        stories = store.stories.find(tx, [alert.story for alert in alerts])
    items = {item.item: item for story in stories.values() for item in story.items}
    return sorted(
        (str(alert.reason), str(alert.status), items[alert.item].publisher, items[alert.item].title) for alert in alerts
    )


def admin_notes(runtime: Runtime) -> list[str]:
    with runtime.database.begin() as tx:
        return [alert.note for alert in store.alerts.since(tx, datetime.min.replace(tzinfo=UTC)) if not alert.story]


@pytest.mark.promise("P45")
def test_a_day_of_mails_statements_a_register_and_a_list_that_is_built_anew(tmp_path: Path) -> None:
    async def story(server: MailServer) -> None:
        for sender in ("bulletin@england.example", "updates@pcse.example"):
            server.put(mail(EIGHT - 20 * DAY, sender, "Flu vaccine letter", "<p>Old news.</p>"), at=EIGHT - 20 * DAY)
        async with day(tmp_path, server) as (runtime, web, cas):
            expected: list[tuple[str, str, str, str]] = []

            async def look(hours: float, *news: tuple[str, str, str, str]) -> None:
                web.now = EIGHT + hours * HOUR
                results = await poll_all(runtime, web.now)
                assert {result.outcome for result in results} <= {"read", "unchanged"}, results
                expected.extend(news)
                assert told(runtime) == sorted(expected), web.now

            await look(0)
            put_mails_of_nine(server)
            flags = server.flags()
            await look(
                1,
                ("first_heard", "confirmed", "NHS England", "Flu vaccine orders close on 4 December"),
                ("first_heard", "confirmed", "PCSE", "Patient list: return it within 48 hours"),
                ("first_heard", "reported", "Unproven e-mail in the name of PCSE", "Flu vaccination payments: act now"),
            )
            file = tmp_path / "saved.eml"
            file.write_bytes(
                mail(EIGHT, "updates@pcse.example", "Flu vaccine stock form: new version", "<p>Use it.</p>")
            )
            boxes = [source for source in runtime.configuration.sources.values() if isinstance(source, Mailbox)]
            add_one(runtime, boxes, file, True, EIGHT + 2 * HOUR)
            saved = ("first_heard", "confirmed", "PCSE", "Flu vaccine stock form: new version")
            await look(2, saved)
            await look(3, ("first_heard", "confirmed", "Parliament", "Flu vaccination of carers"))
            for number in range(100, 114):
                name = "Flu vaccine recall" if number == 100 else "Recall of dressings"
                put_alert(cas, number, name, EIGHT + 3 * HOUR + timedelta(minutes=number - 99))
            await look(
                4,
                ("first_heard", "confirmed", "PCSE", "Patient list checks restart on 1 December"),
                ("first_heard", "confirmed", "CAS", "Flu vaccine recall 100"),
            )
            for hours in (4.5, 5, 30):
                await look(hours)
            assert server.flags() == flags
            notes = [note for note in admin_notes(runtime) if "redesigned" in note]
            assert len(notes) == 1, admin_notes(runtime)
            assert notes[0].startswith("PCSE news (pcse-news): the page was redesigned: its rows are now read by")

    with mail_server() as server:
        asyncio.run(story(server))
