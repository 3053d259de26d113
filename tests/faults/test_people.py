"""Secrets never leave, and addresses of people stay out of logs: canaries through a day on which all goes wrong."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from tests.support.faulty import Asked, drip_headers, response
from tests.support.world import deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher.cli.logs import log_as_json
from watcher.core.messages.plain_text import plain_text
from watcher.demo.stand_ins import MailStandIn, SimulatedFault, SlackStandIn, serve_http, serve_smtp
from watcher.errors import BadConfig
from watcher.fetching.fetcher import Fetcher
from watcher.reports.digest_preview import preview_digest
from watcher.reports.explanation import explain_item
from watcher.reports.source_health import health_report
from watcher.runtime import Runtime
from watcher.scheduler import Loops, log

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
CANARY = "canary-7f3a9"
SOURCES = """
sources:
  - {{id: open, name: Open, publisher: Open, trust: press, kind: feed, url: "{site}/feed?key={canary}", every: 5m,
     headers: {{X-Api-Key: {canary}}}}}
  - {{id: away, name: Away, publisher: Away, trust: press, kind: feed, url: "{site}/away", every: 5m,
     headers: {{X-Api-Key: {canary}}}}}
  - {{id: login, name: Login, publisher: Login, trust: press, kind: feed, url: "{site}/login", every: 5m}}
  - {{id: down, name: Down, publisher: Down, trust: press, kind: feed,
     url: "http://user:{canary}@127.0.0.1:9/feed", every: 5m}}
"""
PEOPLE = """
subscribers:
  - {id: channel, via: slack, address: C0000000001, admin: true}
  - {id: hook, via: slack, address: "env:HOOK"}
  - {id: gone-hook, via: slack, address: "env:GONE"}
  - {id: manager, via: email, address: maria.canary@practice.example}
  - {id: digest, via: email, address: morning.canary@practice.example, pace: daily}
"""


def everything(opened: Runtime) -> str:
    """All that the database says about the day."""
    with opened.database.begin() as tx:
        names = set(sa.inspect(tx).get_table_names()) - {"search_words"}  # an index; what it holds is in its own tables
        rows = {name: tx.execute(sa.text(f"SELECT * FROM {name}")).mappings().all() for name in names}  # noqa: S608
    inner = {"place", "validators"}  # where a message went, and which address of a source gave which ETag
    told = [{key: value for key, value in row.items() if key not in inner} for each in rows.values() for row in each]
    return json.dumps(told, default=str)


@pytest.mark.fault(14, 18, 85, 91)
@pytest.mark.promise("P11")
def test_no_secret_and_no_address_leaves_on_a_day_on_which_everything_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere: dict[str, Any] = {"/feed": response(rss(item(1, NOW)))}
    answers: dict[str, Any] = {
        f"/feed?key={CANARY}": response(rss(item(2, NOW))),
        "/login": response(b"<form>Sign in</form>"),
    }
    slack, mails = SlackStandIn(["C0000000001"], seconds=0), MailStandIn()
    slack.faults = {
        f"/hook/{CANARY}": SimulatedFault(status=503),
        f"/hook/gone-{CANARY}": SimulatedFault(status=410, word="no_service"),
    }
    said: list[str] = []
    with (
        serving(answers) as (site, _),
        serving(elsewhere) as (other, other_asked),
        serve_http(slack) as api,
        serve_smtp(mails) as relay,
    ):
        answers["/away"] = response(
            status="302 Found", headers=f"Location: {other.replace('127.0.0.1', 'localhost')}/feed\r\n"
        )
        environment = {
            "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
            "SLACK_API_URL": f"{api}/api/",
            "HOOK": f"{api}/hook/{CANARY}",
            "GONE": f"{api}/hook/gone-{CANARY}",
            "WATCHER_SMTP_URL": relay,
            "WATCHER_MAIL_FROM": "watcher@example.org",
        }
        folder = write_config(tmp_path / "config", SOURCES.format(site=site, canary=CANARY), PEOPLE)

        async def story() -> None:
            async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
                log_as_json()
                running = Loops(opened, lambda: NOW)
                for hour in range(0, 30, 5):
                    now = NOW + timedelta(hours=hour)
                    done = [*await poll_all(opened, now), *await deliver_all(opened, now)]
                    for each in done:
                        log.info("done", each=repr(each))
                    said.extend(map(repr, done))
                log.error("fault", exc_info=ValueError("to maria.canary@practice.example"), desk=repr(running.__dict__))
                said.extend(health_report(opened.database, opened.configuration, NOW).lines)
                said.append(
                    json.dumps(explain_item(opened.database, opened.configuration, "https://news.example/2", NOW))
                )
                said.extend(map(plain_text, preview_digest(opened.database, opened.configuration, "digest", NOW)))
                said.append(everything(opened))

        try:
            asyncio.run(story())
        finally:
            structlog.reset_defaults()
    logged = capsys.readouterr()
    posted = [json.dumps(each) for each in slack.posts]
    mailed = [str(each.get_body(("plain",))) + str(each.get_body(("html",))) for each in mails.mails]
    everywhere = "\n".join([*said, logged.out, logged.err, *posted, *mailed])
    assert len(posted) > 3, "the day was told to those who could be reached"
    assert len(mailed) > 1
    assert [line[:200] for line in everywhere.splitlines() if CANARY in line] == []
    assert "canary@" not in everywhere
    assert '"exc_type": "ValueError"' in logged.err, "an exception's words are not logged"
    assert CANARY.encode() not in crossed(other_asked)


def crossed(asked: Asked) -> bytes:
    """What another host was told after a redirect."""
    assert asked.paths() == ["/feed"] * 6
    return b"".join(request for _, request in asked.requests)


@pytest.mark.fault(127)
@pytest.mark.promise("P11")
def test_a_mistake_in_the_configuration_never_repeats_a_value(tmp_path: Path) -> None:
    people = PEOPLE.replace("maria.canary@practice.example", f"maria {CANARY}").replace("C0000000001", CANARY)
    folder = write_config(tmp_path / "config", SOURCES.format(site="https://x.example", canary=CANARY), people)
    from watcher import config

    with pytest.raises(BadConfig) as caught:
        config.read_configuration(folder, {"HOOK": f"ftp://{CANARY}", "GONE": f" {CANARY} "})
    assert len(caught.value.mistakes) >= 4
    assert CANARY not in str(caught.value)


@pytest.mark.fault(1)
@pytest.mark.promise("P11")
def test_an_error_of_fetching_names_no_address_with_a_secret(tmp_path: Path) -> None:
    answers: dict[str, Any] = {f"/feed?key={CANARY}": drip_headers, "/away": response(status="500 No")}
    with serving(answers) as (site, _):
        folder = write_config(
            tmp_path / "config",
            SOURCES.format(site=site, canary=CANARY),
            "subscribers: [{id: screen, via: console, address: screen, admin: true}]",
        )

        async def story() -> list[str]:
            async with desk(folder, {}, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
                assert isinstance(opened.fetcher, Fetcher)
                opened.fetcher._limits = opened.fetcher._limits.__class__(max_seconds=0.3)
                return [each.why for each in await poll_all(opened, NOW)]

        why = asyncio.run(story())
    assert all(why)
    assert CANARY not in "".join(why)
