"""A new Subscriber is welcomed once with what is open on its Topics, and not with what it is told anyway."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.faulty import response
from tests.support.world import deliver_all, desk, poll_all, rss, serving, write_config
from watcher.demo.stand_ins import MailStandIn, serve_smtp

MORNING = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
SOURCES = """sources:
  - {id: nhse, name: NHS England, publisher: NHS England, trust: official, kind: feed, url: "SITE/nhse", every: 10m}
"""
TOPICS = """topics:
  - {id: flu, name: Flu, any: ["flu jab"]}
  - {id: pay, name: Pay, any: ["pay rise"]}
"""
KNOWN = "{id: known, via: email, address: known@example.org, admin: true}"
NEW = "{id: new, via: email, address: new@example.org, topics: [flu]}"
OTHER = "{id: other, via: email, address: other@example.org, topics: [pay]}"
FLU = (
    "<item><title>Flu jabs for everyone over 50: sign up by 4 December 2020</title><link>https://news.example/1</link>"
    "<guid>1</guid><pubDate>Fri, 20 Nov 2020 07:30:00 GMT</pubDate></item>"
)


def visit(folder: Path, people: list[str], *hours: int) -> list[tuple[str, str]]:
    """To whom what is sent when these people are subscribed, at so many hours after the first look; (to, subject)."""
    mail = MailStandIn()
    answers: dict[str, Any] = {"/nhse": response(rss(FLU))}
    with serving(answers) as (site, _), serve_smtp(mail) as relay:
        environment = {"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@example.org"}
        subscribers = "subscribers:\n" + "".join(f"  - {person}\n" for person in people)
        config = write_config(folder / "config", SOURCES.replace("SITE", site), subscribers, TOPICS)

        async def pass_by() -> None:
            url = f"sqlite:///{folder / 'w.db'}"
            async with desk(config, environment, url, MORNING, welcomes=True) as opened:
                for hour in hours:
                    await poll_all(opened, MORNING + hour * timedelta(hours=1))
                    await deliver_all(opened, MORNING + hour * timedelta(hours=1))

        asyncio.run(pass_by())
    return [(str(each["To"]), str(each["Subject"])) for each in mail.mails]


def test_who_joins_later_is_welcomed_once_with_what_is_open_on_its_topics(tmp_path: Path) -> None:
    headline = "Flu jabs for everyone over 50: sign up by 4 December 2020"
    assert visit(tmp_path, [KNOWN], 0) == [("known@example.org", f"OFFICIAL: {headline}")], "told, so not welcomed"
    assert visit(tmp_path, [KNOWN, NEW, OTHER], 3, 4, 27) == [
        ("new@example.org", "Welcome: 1 date ahead, 1 announcement running")
    ]
