"""A morning with many readers: each digest is planned once, and what they have in common is done once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, TOPICS, deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher import deliver, scheduler
from watcher.core.messages.message import ParagraphCache
from watcher.delivering import planning
from watcher.demo.stand_ins import MailStandIn, serve_smtp
from watcher.reports.digest_context import SharedReading
from watcher.scheduler import Loops
from watcher.store import deliveries
from watcher.store.database import Database

MORNING = datetime(2020, 11, 20, 7, 0, tzinfo=UTC)  # a Friday
DIGEST = MORNING + timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
READER = "  - {{id: s{n}, via: email, address: s{n}@example.org, pace: daily, at: '07:30', topics: {topics}}}\n"
OTHERS = '  - id: covid\n    name: Covid vaccination\n    any: ["covid jab"]\n'
ENVIRONMENT = {"WATCHER_MAIL_FROM": "watcher@127.0.0.1", "WATCHER_SECRET": "s" * 32}


def readers(count: int, topics: str = "all") -> str:
    admin = "subscribers:\n  - {id: admin, via: console, address: screen, admin: true, topics: []}\n"
    return admin + "".join(READER.format(n=number, topics=topics) for number in range(count))


def news(count: int) -> bytes:
    return rss(*(item(number, MORNING - timedelta(hours=number)) for number in range(count)))


def digests(database: Database) -> dict[str, list[tuple[str, str]]]:
    """By reader, the period and state of each digest, in order."""
    with database.begin() as tx:
        rows = tx.execute(sa.text("SELECT subscriber, period, state FROM deliveries ORDER BY period")).all()
    found: dict[str, list[tuple[str, str]]] = {}
    for subscriber, period, state in rows:
        found.setdefault(subscriber, []).append((period.removeprefix("daily:"), state))
    return found


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """When the digests of all readers were planned."""
    moments: list[datetime] = []
    plan = planning.plan_for_subscribers

    def note(tx: sa.Connection, subscribers: Any, now: datetime) -> None:
        moments.append(now)
        plan(tx, subscribers, now)

    monkeypatch.setattr(planning, "plan_for_subscribers", note)
    yield moments


def words_of(mail: EmailMessage) -> tuple[str, str]:
    """What stands in a mail, without what names its reader."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_what_depends_on_each_reader_is_planned_when_a_digest_leaves_and_every_five_minutes(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({"/feed": response(rss())}) as (site, _), counted(monkeypatch) as planned:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), readers(3))

        async def story() -> None:
            environment = {**ENVIRONMENT, "WATCHER_SMTP_URL": "smtp://127.0.0.1:9"}
            async with desk(folder, environment, database_url, MORNING) as opened:
                for second in range(0, 60 * 31, 10):
                    claimed = planning.claim_due(opened, "lease", MORNING + timedelta(seconds=second), 0)
                    assert claimed == []
                earlier = MORNING - MINUTE  # the clock was put back
                planning.claim_due(opened, "lease", earlier, 0)
                changed = replace(opened.configuration, subscribers=dict(opened.configuration.subscribers))
                planning.claim_due(replace(opened, configuration=changed), "lease", earlier, 0)
                days = [("2020-11-20", "pending"), ("2020-11-21", "pending")]
                assert digests(opened.database) == {f"s{number}": days for number in range(3)}

        asyncio.run(story())
    minutes = [0, 5, 10, 15, 20, 25, 30]
    assert planned == [*(MORNING + minute * MINUTE for minute in minutes), MORNING - MINUTE, MORNING - MINUTE]


def test_two_replicas_open_each_digest_once_and_send_it_once(database_url: str, tmp_path: Path) -> None:
    kept = MailStandIn()
    with serving({"/feed": response(news(0))}) as (site, _), serve_smtp(kept) as relay:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), readers(6))

        async def story() -> None:
            environment = {**ENVIRONMENT, "WATCHER_SMTP_URL": relay}
            async with (
                desk(folder, environment, database_url, MORNING) as one,
                desk(folder, environment, database_url, MORNING) as other,
            ):
                for now in (MORNING, DIGEST, DIGEST + MINUTE):
                    tasks = [*await deliver.deliver_due(one, now), *await deliver.deliver_due(other, now)]
                    await asyncio.gather(*tasks)
                assert {len(periods) for periods in digests(one.database).values()} == {2}

        asyncio.run(story())
    assert sorted(mail["To"] for mail in kept.mails) == [f"s{number}@example.org" for number in range(6)]


def test_readers_of_the_same_get_the_same_mail_each_with_headers_of_their_own(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, composed = MailStandIn(), []
    compose = ParagraphCache.compose

    def note(self: Any, context: Any, *rest: Any, **more: Any) -> Any:
        composed.append(id(self))
        return compose(self, context, *rest, **more)

    monkeypatch.setattr(ParagraphCache, "compose", note)
    answers: dict[str, Any] = {"/feed": response(news(0))}
    with serving(answers) as (site, _), serve_smtp(kept) as relay:
        folder = write_config(
            tmp_path / "config",
            SOURCE.format(site=site),
            readers(5) + READER.format(n="other", topics="[covid]"),
            TOPICS + OTHERS,
        )

        async def story() -> None:
            environment = {**ENVIRONMENT, "WATCHER_SMTP_URL": relay}
            async with desk(folder, environment, database_url, MORNING) as opened:
                await poll_all(opened, MORNING - timedelta(hours=1))
                answers["/feed"] = response(news(2))
                await poll_all(opened, MORNING)
                await deliver_all(opened, DIGEST)

        asyncio.run(story())
    same = [mail for mail in kept.mails if mail["To"] != "sother@example.org"]
    assert len(same) == 5
    assert len({words_of(mail) for mail in same}) == 1
    assert "Flu jabs for group 1" in words_of(same[0])[0]
    assert len({mail["Message-ID"] for mail in same}) == len({mail["To"] for mail in same}) == 5
    assert {mail["List-Id"] for mail in same} == {f"<s{number}.alerts.127.0.0.1>" for number in range(5)}
    assert len(composed) == 2, "two announcements, for five readers"


def test_a_fault_with_one_delivery_is_its_own(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = MailStandIn()
    load = SharedReading.digest_context

    def fail(self: Any, subscriber: Any, alerts: Any) -> Any:
        if subscriber.id == "s1":
            raise ZeroDivisionError
        return load(self, subscriber, alerts)

    monkeypatch.setattr(SharedReading, "digest_context", fail)
    with serving({"/feed": response(b"<html>no feed</html>")}) as (site, _), serve_smtp(kept) as relay:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), readers(3))

        async def story() -> None:
            async with desk(folder, {**ENVIRONMENT, "WATCHER_SMTP_URL": relay}, database_url, MORNING) as opened:
                await poll_all(opened, MORNING)
                planning.claim_due(opened, "", MORNING, 0)
                tasks = await deliver.deliver_due(opened, DIGEST)
                done = await asyncio.gather(*tasks, return_exceptions=True)
                assert [type(result) for result in done if isinstance(result, Exception)] == [ZeroDivisionError]
                states = {name: dict(periods)["2020-11-20"] for name, periods in digests(opened.database).items()}
                assert states == {"s0": "sent", "s1": "pending", "s2": "sent"}

        asyncio.run(story())
    assert sorted(mail["To"] for mail in kept.mails) == ["s0@example.org", "s2@example.org"]


def test_an_alert_for_many_is_planned_together_and_joins_what_waits_one_by_one(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone: list[str] = []
    plan_alone = deliveries._plan_alone

    def note(tx: sa.Connection, planned: Any, planned_at: datetime) -> None:
        alone.append(planned.subscriber)
        plan_alone(tx, planned, planned_at)

    monkeypatch.setattr(deliveries, "_plan_alone", note)
    answers: dict[str, Any] = {"/feed": response(news(0)), "/official": response(rss())}
    official = SOURCE + SOURCE.split("sources:")[1].replace("press", "official").replace("/feed", "/official")
    title = "Flu jabs for everyone aged fifty from December"
    people = readers(4).replace("pace: daily, at: '07:30', ", "")
    with serving(answers) as (site, _):
        folder = write_config(tmp_path / "config", official.format(site=site), people)

        async def story() -> list[tuple[str, int]]:
            environment = {**ENVIRONMENT, "WATCHER_SMTP_URL": "smtp://127.0.0.1:9"}
            async with desk(folder, environment, database_url, MORNING) as opened:
                await poll_all(opened, MORNING - timedelta(hours=1))
                answers["/feed"] = response(rss(item(1, MORNING, title)))
                await poll_all(opened, MORNING)
                assert alone == []
                answers["/official"] = response(rss(item(7, MORNING, title)))
                await poll_all(opened, MORNING + MINUTE)
                with opened.database.begin() as tx:
                    counted = sa.text("SELECT delivery, count(*) FROM delivery_alerts GROUP BY delivery")
                    return [(row[0], row[1]) for row in tx.execute(counted)]

        waiting = asyncio.run(story())
    assert [count for _, count in waiting] == [2, 2, 2, 2], "the second waits with the first, and overtakes it nowhere"
    assert sorted(alone) == ["s0", "s1", "s2", "s3"]


class UntilSent(Loops):
    """Stops when as many deliveries were sent as are wanted."""

    wanted = 0

    def _finish(self, task: asyncio.Task[Any], event: str) -> None:
        super()._finish(task, event)
        self.wanted -= event == "delivered"
        if self.wanted == 0:
            self._stop.set()


def test_what_a_poll_decides_to_tell_leaves_at_once_and_waits_for_no_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "DELIVER_SECONDS", 3_600)
    kept, now = MailStandIn(), datetime.now(UTC)
    answers: dict[str, Any] = {"/feed": response(rss(item(1, now - MINUTE)))}
    people = readers(80).replace("pace: daily, at: '07:30', ", "")
    with serving(answers) as (site, _), serve_smtp(kept) as relay:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), people)

        async def story() -> None:
            address = f"sqlite:///{tmp_path / 'w.db'}"
            async with desk(folder, {**ENVIRONMENT, "WATCHER_SMTP_URL": relay}, address, now) as opened:
                loops = UntilSent(opened, lambda: datetime.now(UTC))
                loops.wanted = 80  # more than can be claimed at a time
                async with asyncio.timeout(60):
                    assert await loops.until_stopped()

        asyncio.run(story())
    assert len({mail["To"] for mail in kept.mails}) == 80
