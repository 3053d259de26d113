"""The figures for Prometheus: what really happened is counted, and no text of a publisher becomes a label."""

import asyncio
import re
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.faulty import response
from tests.support.open_site import open_site
from tests.support.world import SOURCE, desk, item, poll_all, recently, rss, serving, write_config
from watcher.demo.stand_ins import SlackStandIn, serve_http
from watcher.errors import BadConfig
from watcher.monitoring.metrics import Metrics
from watcher.monitoring.serving import build_metrics_page, serve_metrics
from watcher.poll import PollResult
from watcher.scheduler import Loops
from watcher.store.database import open_database

PATIENCE = 20
CHANNEL = "C0000000001"
PEOPLE = f"subscribers: [{{id: one, via: slack, address: {CHANNEL}, admin: true}}]"
TITLE = "Flu jabs for CANARY-HEADLINE from December"
Samples = Mapping[tuple[str, str], float]


def clock() -> datetime:
    return datetime.now(UTC)


def read(metrics: Metrics) -> Samples:
    """Each figure by its name and labels."""
    body, content_type = metrics.write("")
    assert content_type.startswith("text/plain")
    assert b"CANARY" not in body
    return {
        (sample.name, ",".join(f"{name}={label}" for name, label in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_what_both_loops_do_is_counted(database_url: str, tmp_path: Path) -> None:
    slack = SlackStandIn([CHANNEL], seconds=0)
    environment = {"SLACK_BOT_TOKEN": "xoxb-1"}
    with serving({"/feed": response(rss(item(1, recently(), TITLE)))}) as (site, _), serve_http(slack) as base:
        environment["SLACK_API_URL"] = f"{base}/api/"
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)

        async def story() -> tuple[Samples, Samples, set[str]]:
            async with desk(folder, environment, database_url, clock()) as opened:
                loops, heard = Loops(opened, clock), asyncio.Event()
                metrics = Metrics(opened.database, lambda: loops.configuration, clock)

                def observe(result: Any) -> None:
                    metrics.observe_result(result)
                    if not isinstance(result, PollResult):
                        heard.set()

                loops.observe = observe
                running = asyncio.create_task(loops.until_stopped())
                async with asyncio.timeout(PATIENCE):
                    await heard.wait()
                loops._stop.set()
                await running
                return read(metrics), read(metrics), set(loops.ticks)

        first, second, ticks = asyncio.run(story())
    assert ticks == {"poll", "deliver"}
    polls = {name: count for name, count in first.items() if name[0] == "watcher_polls_total"}
    assert sum(polls.values()) >= 1
    assert {labels for _, labels in polls} <= {"outcome=read,source=press", "outcome=unchanged,source=press"}
    expected = {
        ("watcher_items_total", "source=press"): 1,
        ("watcher_matches_total", "topic=flu-eligibility"): 1,
        ("watcher_deliveries_total", "outcome=sent,via=slack"): 1,
        ("watcher_delivery_seconds_count", ""): 1,
        ("watcher_oldest_due_seconds", ""): 0,
        ("watcher_database_up", ""): 1,
        ("watcher_source_state", "source=press,state=ok"): 1,
        ("watcher_source_state", "source=press,state=failing"): 0,
    }
    assert {name: first.get(name) for name in expected} == expected
    assert 0 < first["watcher_delivery_seconds_sum", ""] < 3600, "it was published five minutes ago"
    assert second == first, "each is measured once, however often it is asked for"


def test_what_fails_is_counted_as_what_it_is_and_what_waits_is_seen(database_url: str, tmp_path: Path) -> None:
    now = recently()
    with serving({"/feed": response(rss(item(1, now)))}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)
        environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"}

        async def story() -> Samples:
            async with desk(folder, environment, database_url, now) as opened:
                metrics = Metrics(
                    opened.database, lambda: opened.configuration, lambda: now + timedelta(minutes=20, seconds=1)
                )
                for result in await poll_all(opened, now):
                    metrics.observe_result(result)
                metrics.observe_result(PollResult(source="press", outcome="failed", why="CANARY"))
                return read(metrics)

        figures = asyncio.run(story())
    assert figures["watcher_polls_total", "outcome=failed,source=press"] == 1
    assert figures["watcher_oldest_due_seconds", ""] == pytest.approx(1201, abs=1)


def test_while_the_database_is_away_only_that_is_said(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'w.db'}")
    metrics = Metrics(database, lambda: pytest.fail("nothing to ask"), clock)
    metrics.observe_page("today", 0.2)
    database.close()
    for file in tmp_path.iterdir():
        file.unlink()
    figures = read(metrics)
    assert figures["watcher_database_up", ""] == 0
    assert figures["watcher_web_seconds_count", "page=today"] == 1
    assert [name for name, _ in figures if name in {"watcher_oldest_due_seconds", "watcher_source_state"}] == []


def test_the_figures_stand_on_a_port_of_their_own_and_pages_are_measured_by_name(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://x.example"), PEOPLE)

    async def story() -> None:
        async with desk(folder, {"SLACK_BOT_TOKEN": "x"}, f"sqlite:///{tmp_path / 'w.db'}", clock()) as opened:
            metrics = Metrics(opened.database, lambda: opened.configuration, clock)
            async with open_site(opened.database, opened.configuration, clock, observe=metrics.observe_page) as client:
                assert (await client.get("/metrics")).status_code == 404
                for path in ("/stories/CANARY", "/why?q=CANARY", "/handled/CANARY", "/CANARY"):
                    await client.get(path)
            pages = {labels for name, labels in read(metrics) if name == "watcher_web_seconds_count"}
            assert pages == {"page=story", "page=why", "page=handled"}
            transport = httpx.ASGITransport(build_metrics_page(metrics))
            async with httpx.AsyncClient(transport=transport, base_url="http://any-name.example:9464") as client:
                answer = await client.get("/metrics")
                assert answer.status_code == 200
                assert "watcher_web_seconds_bucket" in answer.text
                assert (await client.get("/")).status_code == 404
                assert (await client.post("/metrics")).status_code == 405
                wanted = {"Accept": "application/openmetrics-text; version=1.0.0"}
                assert (await client.get("/metrics", headers=wanted)).text.endswith("# EOF\n")

    asyncio.run(story())


def test_a_port_that_is_taken_is_named_with_its_setting() -> None:
    database: Any = None

    async def story(address: str) -> None:
        async with serve_metrics(address, database, database, clock):
            pass

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BadConfig) as caught:
        asyncio.run(story(f"127.0.0.1:{taken.getsockname()[1]}"))
    assert re.search(r"environment:1:1: WATCHER_METRICS: 127\.0\.0\.1:\d+ cannot be listened on", str(caught.value))
