"""Days in which channels fail: nobody waits for a broken neighbour, and nothing is lost over a weekend."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher.deliver import DeliveryResult, deliver_due
from watcher.demo.stand_ins import MailStandIn, serve_smtp
from watcher.store.database import Database

FRIDAY = datetime(2020, 11, 20, 18, 0, tzinfo=UTC)


def states(database: Database) -> dict[str, list[str]]:
    """The states of each subscriber's Deliveries."""
    with database.begin() as tx:
        rows = tx.execute(sa.text("SELECT subscriber, state FROM deliveries ORDER BY first_due, id")).all()
    found: dict[str, list[str]] = {}
    for subscriber, state in rows:
        found.setdefault(subscriber, []).append(state)
    return found


def subscribers(*names: str) -> str:
    """Slack webhooks by environment variable; the one called good is the admin."""
    row = "  - {{id: {name}, via: slack, address: 'env:{variable}', admin: {admin}}}\n"
    rows = [row.format(name=name, variable=name.upper(), admin=str(name == "good").lower()) for name in names]
    return "subscribers:\n" + "".join(rows)


async def never(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """Take the message and say nothing until the client hangs up or the test ends."""
    for _ in range(500):
        if writer.is_closing():
            return
        await asyncio.sleep(0.02)


def test_a_503_a_dead_port_a_410_and_silence_delay_nobody_else(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("watcher.notifiers.slack.SECONDS", 1.0)
    answers = {
        "/feed": response(rss(item(1, FRIDAY))),
        "/hook/busy": response(b"busy", status="503 S"),
        "/hook/gone": response(b"channel_is_archived", status="410 G"),
        "/hook/silent": never,
        "/hook/good": response(b"ok"),
    }
    with serving(answers) as (site, asked):
        names = ("busy", "dead", "gone", "silent", "good")
        environment = {name.upper(): f"{site}/hook/{name}" for name in names} | {"DEAD": "http://127.0.0.1:9/hook"}
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), subscribers(*names))

        async def story() -> dict[str, list[str]]:
            async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", FRIDAY) as opened:
                await poll_all(opened, FRIDAY)
                tasks = await deliver_due(opened, FRIDAY)
                finished = [(await done).subscriber for done in asyncio.as_completed(tasks)]
                assert len(tasks) == 5
                assert finished[-1] == "silent", "everybody else was done before the silent one"
                await deliver_all(opened, FRIDAY)
                return states(opened.database)

        found = asyncio.run(story())
    assert found == {
        "busy": ["pending"],
        "dead": ["pending"],
        "gone": ["pending"],
        "silent": ["unknown"],
        "good": ["sent", "sent"],
    }
    admin_heard = [request for path, request in asked.requests if path == "/hook/good"]
    assert len(admin_heard) == 2
    assert b"Nothing reaches the subscriber gone" in b"".join(admin_heard)


def test_a_channel_that_breaks_on_friday_evening_has_its_alert_on_monday(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"/feed": response(rss(item(1, FRIDAY))), "/hook/good": response(b"busy", status="503 S")}
    with serving(answers) as (site, asked):
        environment = {"GOOD": f"{site}/hook/good"}
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), subscribers("good"))

        async def story() -> list[DeliveryResult]:
            results = []
            async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", FRIDAY) as opened:
                await poll_all(opened, FRIDAY)
                for quarter in range(4 * 62):
                    now = FRIDAY + timedelta(minutes=15 * quarter)
                    if now >= FRIDAY + timedelta(hours=60):
                        answers["/hook/good"] = response(b"ok")
                    results += await deliver_all(opened, now)
                for hour in range(8):
                    later = FRIDAY + timedelta(hours=62 + hour)
                    results += await deliver_all(opened, later)
            return results

        results = asyncio.run(story())
    tries: dict[str, list[str]] = {}
    for result in results:
        tries.setdefault(result.delivery, []).append(result.outcome)
    alert, digest = tries.values()  # Sunday's digest says that it is still not official
    for outcomes in (alert, digest):
        assert outcomes[-1] == "sent"
        assert set(outcomes[:-1]) == {"failed"}
        assert 10 <= len(outcomes) <= 25, "the waits grow"
    assert asked.paths().count("/hook/good") == len(results)


def test_a_dead_channel_is_given_up_after_four_days_and_the_admin_hears_once(tmp_path: Path) -> None:
    answers: dict[str, Any] = {
        "/feed": response(rss(item(1, FRIDAY))),
        "/hook/busy": response(b"busy", status="503 S"),
        "/hook/good": response(b"ok"),
    }
    with serving(answers) as (site, asked):
        environment = {"GOOD": f"{site}/hook/good", "BUSY": f"{site}/hook/busy"}
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), subscribers("busy", "good"))

        async def story() -> dict[str, list[str]]:
            async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", FRIDAY) as opened:
                await poll_all(opened, FRIDAY)
                for hour in range(0, 120, 2):
                    await deliver_all(opened, FRIDAY + timedelta(hours=hour))
                return states(opened.database)

        assert asyncio.run(story()) == {
            "busy": ["given up", "pending"],  # Sunday's digest, that it is still not official, is a day younger
            "good": ["sent", "sent", "sent"],
        }
    assert sum(b"Nothing reaches" in request for _, request in asked.requests) == 1


@pytest.mark.fault(81)
@pytest.mark.promise("P17")
def test_20_after_a_429_no_call_comes_before_its_time_even_for_the_next_message(tmp_path: Path) -> None:
    limited = response(b"rate_limited", status="429 T", headers="Retry-After: 3600\r\n")
    answers: dict[str, Any] = {"/feed": response(rss(item(1, FRIDAY), item(2, FRIDAY))), "/hook/good": limited}
    with serving(answers) as (site, asked):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), subscribers("good"))

        async def story() -> None:
            address = f"sqlite:///{tmp_path / 'w.db'}"
            async with desk(folder, {"GOOD": f"{site}/hook/good"}, address, FRIDAY) as opened:
                await poll_all(opened, FRIDAY)
                await asyncio.gather(*await deliver_due(opened, FRIDAY))
            async with desk(folder, {"GOOD": f"{site}/hook/good"}, address, FRIDAY) as restarted:
                later = FRIDAY + timedelta(minutes=30)
                assert await deliver_due(restarted, later) == []

        asyncio.run(story())
    assert asked.paths().count("/hook/good") == 1


def test_a_subscriber_taken_out_of_the_file_is_told_nothing_more(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"/feed": response(rss(item(1, FRIDAY))), "/hook/good": response(b"ok")}
    with serving(answers) as (site, asked):
        environment = {"GOOD": f"{site}/hook/good", "LEFT": f"{site}/hook/left"}
        address = f"sqlite:///{tmp_path / 'w.db'}"
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), subscribers("left", "good"))

        async def story() -> dict[str, list[str]]:
            async with desk(folder, environment, address, FRIDAY) as opened:
                await poll_all(opened, FRIDAY)
            write_config(folder, SOURCE.format(site=site), subscribers("good"))
            async with desk(folder, environment, address, FRIDAY) as opened:
                await deliver_all(opened, FRIDAY)
                return states(opened.database)

        assert asyncio.run(story())["left"] == ["unwanted"]
    assert "/hook/left" not in asked.paths()


def test_a_digest_says_nothing_new_and_names_the_source_that_could_not_be_read(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"/feed": response(b"<html>log in</html>")}
    kept = MailStandIn()
    people = "subscribers: [{id: m, via: email, address: m@example.org, pace: daily, at: '07:30', admin: true}]"
    with serving(answers) as (site, _), serve_smtp(kept) as relay:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), people)

        async def story() -> None:
            environment = {"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}
            async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", FRIDAY) as opened:
                (polled,) = await poll_all(opened, FRIDAY)
                assert (polled.outcome, polled.why) == ("failed", "this is not a feed; perhaps a login or error page")
                await deliver_all(opened, FRIDAY)
                await deliver_all(opened, datetime(2020, 11, 21, 7, 30, tzinfo=UTC))

        asyncio.run(story())
    (mail,) = kept.mails
    assert mail["Subject"] == "GP announcements, Sat 21 Nov 2020: nothing new"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[2:7] == [
        "Nothing new on your topics since the last digest.",
        "",
        "Sources: 0 of 1 could be read at their last check.",
        "BBC News: COULD NOT LOOK (this is not a feed; perhaps a login or error",
        "page), never read so far",
    ]


def test_follow_ups_come_by_mail_in_the_same_conversation(tmp_path: Path) -> None:
    official = SOURCE + SOURCE.split("sources:")[1].replace("press", "official").replace("/feed", "/official")
    title = "Flu jabs for everyone aged fifty from December"
    later = FRIDAY + timedelta(hours=9)
    answers: dict[str, Any] = {"/feed": response(rss(item(1, FRIDAY, title))), "/official": response(rss())}
    kept = MailStandIn()
    people = "subscribers: [{id: m, via: email, address: m@example.org, admin: true}]"
    with serving(answers) as (site, _), serve_smtp(kept) as relay:
        folder = write_config(tmp_path / "config", official.format(site=site), people)

        async def story() -> None:
            environment = {"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}
            async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", FRIDAY) as opened:
                await poll_all(opened, FRIDAY)
                await deliver_all(opened, FRIDAY)
                answers["/official"] = response(rss(item(7, later, title)))
                await poll_all(opened, later)
                await deliver_all(opened, later)

        asyncio.run(story())
    first, second = kept.mails
    assert [mail["Subject"] for mail in kept.mails] == [
        f"REPORTED, NOT OFFICIAL YET: {title}",
        f"NOW OFFICIAL, 9 h 0 min after BBC News: {title}",
    ]
    assert second["In-Reply-To"] == first["Message-ID"]
