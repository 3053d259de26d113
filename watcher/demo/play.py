"""The demo as a story: the days pass on a simulated clock, and the real product polls, decides and tells."""

import asyncio
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from rich.console import Console

from watcher import app, config, store
from watcher.core.delivery.schedule import london_time
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_moment
from watcher.core.messages.headings import first_report_line
from watcher.deliver import deliver_due
from watcher.demo import show
from watcher.demo.days import DemoItem, days, page_at
from watcher.demo.stand_ins import Answer, MailStandIn, SlackStandIn, serve_http, serve_smtp
from watcher.model import Story
from watcher.poll import poll_due
from watcher.runtime import Runtime
from watcher.store.schema import stories as stories_table

CHANNEL = "C0DEMO0GP"
DIGEST_AT = time(7, 30)
MAX_SENDING_SECONDS = 30.0  # seconds of real time for the Deliveries of one moment


@dataclass(slots=True)
class DemoStage:
    """The watched site: what was on show until the simulated moment."""

    now: datetime
    items: list[DemoItem]
    site: str = ""

    def clock(self) -> datetime:
        """The simulated moment."""
        return self.now

    def __call__(self, _method: str, path: str, _body: bytes) -> Answer:
        """The watched site's answer at the simulated moment."""
        found = page_at(self.items, urlsplit(path).path, self.now)
        if found is None:
            return 404, "text/plain", "not here"
        kind, body = found
        return 200, kind, body.replace("http://site.invalid", self.site)  # the days do not know their port


def play_demo(folder: Path, out: Path) -> int:
    """Play all days and show what was told. 0 when no trap alerted, 1 otherwise."""
    screen = Console(width=100, highlight=False)
    screen.print("Days from 2020 and 2022, played through the real fetcher, matcher, store and notifiers.\n")
    out.mkdir(parents=True, exist_ok=True)
    mail = MailStandIn()
    posts: list[dict[str, Any]] = []
    refused: list[str] = []
    stories: list[Story] = []
    traps: list[str] = []
    for number, (about, items) in enumerate(days()):
        screen.print(f"[bold]{about}[/bold]", markup=True)
        slack = SlackStandIn([CHANNEL])
        stage = DemoStage(now=items[0].at - timedelta(hours=1), items=items)
        with ExitStack() as stack:
            folder_of_days = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            site = stack.enter_context(serve_http(stage))
            stage.site = site
            environment = {
                "SLACK_BOT_TOKEN": "xoxb-demo",
                "SLACK_API_URL": stack.enter_context(serve_http(slack)) + "/api/",
                "WATCHER_SMTP_URL": stack.enter_context(serve_smtp(mail)),
                "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8",
            }
            _write_config(folder, folder_of_days, site)
            database = f"sqlite:///{folder_of_days / f'demo{number}.db'}"
            stories += asyncio.run(_pass(stage, folder_of_days, environment, database, screen))
        posts += slack.posts
        refused += slack.refused
        traps += [item.title for item in items if item.trap]
    return _curtain(screen, posts, mail, stories, traps, out) or bool(refused)


def _write_config(folder: Path, target: Path, site: str) -> None:
    bundled = Path(__file__).parent / "config"
    for name in ("sources", "subscribers"):
        text = (bundled / f"{name}.yaml").read_text(encoding="utf-8")
        (target / f"{name}.yaml").write_text(text.replace("http://site.invalid", site), encoding="utf-8")
    (target / "topics.yaml").write_bytes((folder / "topics.yaml").read_bytes())


async def _pass(
    stage: DemoStage, folder: Path, environment: dict[str, str], database: str, screen: Console
) -> list[Story]:
    """Let the days pass: at each moment something appears or a digest is due, poll and deliver."""
    known = config.read_settings(environment)
    checked = config.read_configuration(folder, environment)
    async with app.open_runtime(known, checked, database, stage.clock) as desk:
        for moment in _moments(stage.now, stage.items):
            stage.now = moment
            polled = await asyncio.gather(*await poll_due(desk, moment, forced=True))
            sent = await _hand_over(desk, moment)
            if any(each.fresh or each.alerts for each in polled) or sent:
                news = sum(each.fresh + each.revised for each in polled)
                screen.print(
                    f"  {format_moment(moment)}   {news} new or changed   {', '.join(sent) or 'nothing to tell'}"
                )
        with desk.database.begin() as tx:
            return list(store.stories.find(tx, tx.scalars(sa.select(stories_table.c.id)).all()).values())


def _moments(first: datetime, items: list[DemoItem]) -> Iterator[datetime]:
    """When something appears, and every morning at half past seven until the day after the last."""
    mornings = []
    day = first.astimezone(LONDON).date()
    while day <= items[-1].at.date() + timedelta(days=1):
        mornings.append(london_time(day, DIGEST_AT))
        day += timedelta(days=1)
    yield from sorted({first, *(item.at for item in items), *(each for each in mornings if each >= first)})


async def _hand_over(desk: Runtime, moment: datetime) -> list[str]:
    """Deliver until nothing is due; Slack takes one message a second, so this may take a few."""
    sent: list[str] = []
    async with asyncio.timeout(MAX_SENDING_SECONDS):
        while True:
            outcomes = await asyncio.gather(*await deliver_due(desk, moment))
            sent += [f"{each.outcome} to {each.subscriber}" for each in outcomes]
            if not await desk.run_in_thread(_due, desk, moment):
                return sent
            await asyncio.sleep(0.1)


def _due(desk: Runtime, moment: datetime) -> int:
    with desk.database.begin() as tx:
        return store.outbox.ready(tx, moment)


def _curtain(
    screen: Console,
    posts: list[dict[str, Any]],
    mail: MailStandIn,
    stories: Iterable[Story],
    traps: list[str],
    out: Path,
) -> int:
    screen.print(f"\n[bold]In Slack: {len(posts)} messages[/bold]\n", markup=True)
    for post in posts:
        screen.print(show.show_slack_post(post))
    screen.print(f"[bold]By e-mail: {len(mail.mails)} digests[/bold]\n", markup=True)
    for number, each in enumerate(mail.mails, 1):
        page = each.get_body(("html",))
        file = out / f"digest-{number:02}.html"
        file.write_text(page.get_content() if page else "", encoding="utf-8")
        screen.print(f"  {each['Subject']}\n      {file}")
    newest = mail.mails[-1].get_body(("plain",)) if mail.mails else None
    screen.print(show.show_mail(newest.get_content() if newest else ""))
    screen.print("[bold]Who said it first[/bold]", markup=True)
    for story in stories:
        if story.official and len(story.items) > 1:
            screen.print(f"  {story.title}\n      {first_report_line(story)}", markup=False)
    fell_for = [title for title in traps if any(title in str(post["blocks"]) for post in posts)]
    screen.print(
        f"\n{len(traps)} lookalikes (bird flu, football partnerships, …) were on show; {len(fell_for)} alerted."
    )
    for title in fell_for:
        screen.print(f"  alerted, and should not have: {title}", markup=False)
    return 1 if fell_for else 0
