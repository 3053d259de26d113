"""A day on which NHS England sets a date, told by mail to two readers, who are reminded of it two weeks later."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx

from tests.support.faulty import response
from tests.support.open_site import PUBLIC_URL, SECRET, open_site
from tests.support.world import deliver_all, desk, poll_all, rss, serving, write_config
from watcher.demo.stand_ins import MailStandIn, serve_smtp
from watcher.runtime import Runtime

MORNING = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SOURCES = """
sources:
  - {{id: nhse, name: NHSE, publisher: NHS England, trust: official, kind: feed, url: "{site}/nhse", every: 5m}}
"""
PEOPLE = """
subscribers:
  - {id: screen, via: console, address: screen, admin: true, topics: []}
  - {id: managers, via: email, address: managers@practice.example, topics: all}
  - {id: nurses, via: email, address: nurses@practice.example, topics: all}
"""
TITLE, TEXT = "Flu vaccine orders", "All GP practices must order flu vaccine by 18 December 2026."
ENTRY = (
    "<item><title>{title}</title><link>https://nhse.example/{n}</link><description>{text}</description>{date}</item>"
)
OLD = "<item><title>House prices</title><guid>h</guid></item>"
HANDLED_LINK = re.compile(r"https?://[^\s\"<>]+/handled/[A-Za-z0-9_.-]+")


def feed(*texts: tuple[str, str]) -> Any:
    """A feed with these (title, text)."""
    date = f"<pubDate>{format_datetime(MORNING)}</pubDate>"
    entries = [ENTRY.format(title=title, n=n, text=text, date=date) for n, (title, text) in enumerate(texts)]
    return response(rss(*entries, OLD))


class BusyRelay(MailStandIn):
    """A mail relay that may be too busy for a while."""

    is_busy = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.is_busy:
            return "451 4.3.2 busy"
        return await super().handle_DATA(server, session, envelope)


@dataclass
class OrderDays:
    """The open Runtime, the mails that were sent, and the moment it is."""

    desk: Runtime
    answers: dict[str, Any]
    relay: BusyRelay
    now: datetime = MORNING
    environment: dict[str, str] = field(default_factory=dict)

    async def publish(self, *texts: tuple[str, str]) -> None:
        """NHS England lists these, and whoever wants them is told."""
        self.answers["/nhse"] = feed(*texts)
        await poll_all(self.desk, self.now)
        await deliver_all(self.desk, self.now)

    async def wait_until(self, moment: datetime) -> None:
        """What is due until then is sent, looked after each quarter of a day."""
        while self.now < moment:
            self.now = min(moment, self.now + timedelta(hours=6))
            await deliver_all(self.desk, self.now)

    def mails_to(self, name: str) -> list[EmailMessage]:
        return [mail for mail in self.relay.mails if str(mail["To"]).startswith(name)]

    @asynccontextmanager
    async def pages(self, **parts: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A client of the pages over the same database."""
        chosen = {"environment": self.environment} if self.environment else {}
        async with open_site(
            self.desk.database, self.desk.configuration, lambda: self.now, **chosen, **parts
        ) as client:
            yield client


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    """A part of a mail, decoded."""
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content())


def handled_link(mail: EmailMessage, kind: str = "plain") -> str:
    """The path of its link "Handled: no more reminders"."""
    (link,) = set(HANDLED_LINK.findall(words_of(mail, kind)))
    return str(link[link.index("/handled/") :])


@asynccontextmanager
async def order_days(folder: Path, url: str, **settings: str) -> AsyncIterator[OrderDays]:
    """The days, from a first look at an empty feed on. `settings`: environment variables besides those of mail."""
    relay, answers = BusyRelay(), {"/nhse": feed()}
    with serving(answers) as (site, _), serve_smtp(relay) as address:
        environment = {
            "WATCHER_SMTP_URL": address,
            "WATCHER_MAIL_FROM": "watcher@watcher.example",
            "WATCHER_PUBLIC_URL": PUBLIC_URL,
            "WATCHER_SECRET": SECRET,
            **settings,
        }
        files = write_config(folder, SOURCES.format(site=site), PEOPLE)
        async with desk(files, environment, url, MORNING) as opened:
            await poll_all(opened, MORNING - timedelta(minutes=10))
            yield OrderDays(desk=opened, answers=answers, relay=relay, environment=settings and environment)


def play(story: Any) -> None:
    """Run a story to its end."""
    asyncio.run(story())
