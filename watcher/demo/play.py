"""The demo: days pass on a simulated clock while the real product polls, decides and sends."""

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
from watcher.config.settings import read_settings
from watcher.core.language.dates import LONDON, london_time
from watcher.core.language.format import format_moment
from watcher.core.wording.status_wording import first_report_line
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
MAX_SENDING_SECONDS = 30.0  # of real time, for the Deliveries of one moment


@dataclass(slots=True)
class DemoStage:
    """The watched site with what it had published at the simulated moment. `site` is its own address."""

    now: datetime
    items: list[DemoItem]
    site: str = ""

    def clock(self) -> datetime:
        """The simulated moment, as a clock for the product."""
        return self.now

    def __call__(self, _method: str, path: str, _body: bytes) -> Answer:
        """The watched site's answer at the simulated moment."""
        page = page_at(self.items, urlsplit(path).path, self.now)
        if page is None:
            return 404, "text/plain", "not here"
        content_type, body = page
        return 200, content_type, body.replace("http://site.invalid", self.site)  # the days do not know their port


def play_demo(folder: Path, out: Path) -> int:
    """Play all days with the topics of `folder`, show what was sent, and write digests into `out`; the exit code.

    It is 0 if no trap alerted and Slack's stand-in refused nothing, else 1.
    """
    screen = Console(width=100, highlight=False)
    screen.print("Days from 2020 and 2022, played through the real fetcher, matcher, store and notifiers.\n")
    out.mkdir(parents=True, exist_ok=True)
    mail = MailStandIn()
    channel: list[SlackStandIn] = []
    refused: list[str] = []
    stories: list[Story] = []
    traps: list[str] = []
    for number, (subject, items) in enumerate(days()):
        screen.print(f"[bold]{subject}[/bold]", markup=True)
        slack = SlackStandIn([CHANNEL])
        stage = DemoStage(now=items[0].at - timedelta(hours=1), items=items)
        with ExitStack() as stack:
            config_folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            site = stack.enter_context(serve_http(stage))
            stage.site = site
            environment = {
                "SLACK_BOT_TOKEN": "xoxb-demo",
                "SLACK_API_URL": stack.enter_context(serve_http(slack)) + "/api/",
                "WATCHER_SMTP_URL": stack.enter_context(serve_smtp(mail)),
                "WATCHER_MAIL_FROM": "Practice watcher <watcher@watcher.example>",
                "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8",
            }
            write_config(folder, config_folder, site)
            database_url = f"sqlite:///{config_folder / f'demo{number}.db'}"
            stories += asyncio.run(_play_days(stage, config_folder, environment, database_url, screen))
        channel.append(slack)
        refused += slack.refused
        traps += [item.title for item in items if item.trap]
    _show_sent(screen, channel, mail, out)
    _show_first_reports(screen, stories)
    screen.print("\nTo look around in these days with a browser: make demo-web")
    return _show_traps(screen, [post for slack in channel for post in slack.posts], traps) or bool(refused)


def write_config(folder: Path, target: Path, site: str, *, subscribers: str = "subscribers") -> None:
    """The configuration of the demo in `target`: the topics of `folder`, the sources at the address `site`."""
    bundled = Path(__file__).parent / "config"
    for name, bundled_name in (("sources", "sources"), ("subscribers", subscribers)):
        text = (bundled / f"{bundled_name}.yaml").read_text(encoding="utf-8")
        (target / f"{name}.yaml").write_text(text.replace("http://site.invalid", site), encoding="utf-8")
    (target / "topics.yaml").write_bytes((folder / "topics.yaml").read_bytes())


async def _play_days(
    stage: DemoStage, folder: Path, environment: dict[str, str], database_url: str, screen: Console
) -> list[Story]:
    """Poll and deliver at each moment at which something appears or a digest is due; the Stories that came of it."""
    settings = read_settings(environment)
    configuration = config.read_configuration(folder, environment)
    async with app.open_runtime(settings, configuration, database_url, stage.clock) as runtime:
        for moment in list_moments(stage.now, stage.items):
            stage.now = moment
            polls = await asyncio.gather(*await poll_due(runtime, moment, forced=True))
            sent = await deliver_all(runtime, moment)
            if any(poll.fresh or poll.alerts for poll in polls) or sent:
                news = sum(poll.fresh + poll.revised for poll in polls)
                screen.print(
                    f"  {format_moment(moment)}   {news} new or changed   {', '.join(sent) or 'nothing to tell'}"
                )
        with runtime.database.begin() as tx:
            return list(store.stories.find(tx, tx.scalars(sa.select(stories_table.c.id)).all()).values())


def list_moments(first: datetime, items: list[DemoItem]) -> Iterator[datetime]:
    """In order: `first`, each moment when an item appears, and 07:30 of every day until the day after the last."""
    mornings = []
    day = first.astimezone(LONDON).date()
    while day <= items[-1].at.date() + timedelta(days=1):
        mornings.append(london_time(day, DIGEST_AT))
        day += timedelta(days=1)
    yield from sorted({first, *(item.at for item in items), *(morning for morning in mornings if morning >= first)})


async def deliver_all(runtime: Runtime, moment: datetime) -> list[str]:
    """Deliver until nothing is due; Slack takes one message a second, so this may take a few seconds."""
    sent: list[str] = []
    async with asyncio.timeout(MAX_SENDING_SECONDS):
        while True:
            results = await asyncio.gather(*await deliver_due(runtime, moment))
            sent += [f"{result.outcome} to {result.subscriber}" for result in results]
            if not await runtime.run_in_thread(_count_due, runtime, moment):
                return sent
            await asyncio.sleep(0.1)


def _count_due(runtime: Runtime, moment: datetime) -> int:
    with runtime.database.begin() as tx:
        return store.outbox.ready(tx, moment)


def _show_sent(screen: Console, channel: list[SlackStandIn], mail: MailStandIn, out: Path) -> None:
    screen.print(f"\n[bold]In Slack: {sum(len(slack.posts) for slack in channel)} messages[/bold]\n", markup=True)
    for slack in channel:
        edited, details = {update["ts"] for update in slack.updates}, {post["ts"] for post in slack.details}
        for post in show.in_reading_order(slack.posts, slack.details):
            if post["ts"] in details:
                screen.print(show.show_details_post(post))
            else:
                screen.print(show.show_slack_post(post, is_edited=post["ts"] in edited))
    screen.print(f"[bold]By e-mail: {len(mail.mails)} digests[/bold]\n", markup=True)
    for left_over in out.glob("digest-*.html"):
        left_over.unlink()
    for number, digest in enumerate(mail.mails, 1):
        page = digest.get_body(("html",))
        file = out / f"digest-{number:02}.html"
        file.write_text(page.get_content() if page else "", encoding="utf-8")
        screen.print(f"  {digest['Subject']}\n      {file}")
    newest = mail.mails[-1].get_body(("plain",)) if mail.mails else None
    screen.print(show.show_mail(newest.get_content() if newest else ""))


def _show_first_reports(screen: Console, stories: Iterable[Story]) -> None:
    screen.print("[bold]Who said it first[/bold]", markup=True)
    for story in stories:
        if story.official and len(story.items) > 1:
            screen.print(f"  {story.title}\n      {first_report_line(story)}", markup=False)


def _show_traps(screen: Console, posts: list[dict[str, Any]], traps: list[str]) -> int:
    """Name the traps that alerted; 1 if there are any, else 0."""
    alerted = [title for title in traps if any(title in str(post["blocks"]) for post in posts)]
    screen.print(
        f"\n{len(traps)} lookalikes (bird flu, football partnerships, …) were on show; {len(alerted)} alerted."
    )
    for title in alerted:
        screen.print(f"  alerted, and should not have: {title}", markup=False)
    return 1 if alerted else 0
