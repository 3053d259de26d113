"""The admin's page: entered by a link that works once, closed to everybody else, and without secrets."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import structlog

from tests.support.flu_orders import MORNING, PEOPLE, SOURCES, TEXT, TITLE, OrderDays, order_days, play
from tests.support.open_site import OWN_FORM, PUBLIC_URL, SECRET
from tests.support.world import deliver_all, write_config
from watcher import store
from watcher.cli.logs import log_as_json
from watcher.cli.options import now
from watcher.config_reload import ConfigFiles
from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.errors import BadConfig, Mistake
from watcher.model import DeliveryState, MarkVerdict, Outcome, PlannedDelivery, Quarantined, TopicMark
from watcher.reports.admin_page import mask_address
from watcher.store.database import Database, open_database
from watcher.store.key_file import read_key
from watcher.web.site import WebSettings

LINKS = SignedLinks(SECRET)
SOON = MORNING + timedelta(minutes=10)
LOOPBACK_URL = "http://127.0.0.1:8080"


def entrance(name: str = "link-1", **other: Any) -> str:
    """The path of a link as `watcher admin-link` makes it."""
    parts: dict[str, Any] = {"purpose": LinkPurpose.ADMIN_ENTRANCE, "names": (name,), "expires_at": SOON} | other
    return f"/admin/enter/{LINKS.sign(**parts)}"


@asynccontextmanager
async def opened(folder: Path, url: str = "", **settings: str) -> AsyncIterator[tuple[OrderDays, httpx.AsyncClient]]:
    address = url or f"sqlite:///{folder / 'w.db'}"
    async with order_days(folder / "config", address, **settings) as days, days.pages() as client:
        yield days, client


async def enter(client: httpx.AsyncClient, name: str = "link-1") -> httpx.Response:
    return await client.post(entrance(name), headers=OWN_FORM)


def test_the_link_works_once_and_only_its_button_uses_it(database_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path, database_url) as (_, client):
            for _ in range(2):  # whatever opens links uses none up
                page = await client.get(entrance())
                assert (page.status_code, "<button>Enter</button>" in page.text) == (200, True)
            assert (await client.head(entrance())).status_code == 200
            assert (await client.get("/admin")).status_code == 403
            answer = await enter(client)
            assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
            page = await client.get("/admin")
            assert page.status_code == 200
            for private in (answer, page):
                assert (private.headers["cache-control"], private.headers["x-robots-tag"]) == ("no-store", "noindex")
            client.cookies.clear()
            assert (await enter(client)).status_code == 404
            assert (await client.get(entrance())).status_code == 404
            assert (await client.get("/admin")).status_code == 403
            assert (await enter(client, "link-2")).status_code == 303

    play(story)


def test_its_cookie_is_as_closed_as_cookies_can_be(tmp_path: Path) -> None:
    async def story(url: str) -> str:
        async with opened(tmp_path / url.partition(":")[0], WATCHER_PUBLIC_URL=url) as (_, client):
            answer = await enter(client)
            assert (await client.get("/admin")).status_code == 200
            return str(answer.headers["set-cookie"])

    for folder in ("https", "http"):
        (tmp_path / folder).mkdir()
    name, _, parts = asyncio.run(story(PUBLIC_URL)).partition("=")
    assert name == "__Host-admin"
    assert set(parts.split("; ")[1:]) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict", "Secure"}
    name, _, parts = asyncio.run(story(LOOPBACK_URL)).partition("=")
    assert name == "admin"
    assert set(parts.split("; ")[1:]) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict"}


def test_a_link_that_is_forged_old_or_for_something_else_opens_nothing(tmp_path: Path) -> None:
    wrong = [
        "/admin/enter/x",
        f"{entrance()[:-3]}AAA",
        entrance(purpose=LinkPurpose.HANDLED),
        entrance(purpose=LinkPurpose.ADMIN_SESSION),
        entrance(expires_at=MORNING),
        entrance(names=()),
        f"/admin/enter/{SignedLinks('o' * 32).sign(LinkPurpose.ADMIN_ENTRANCE, ('x',), SOON)}",
    ]

    async def story() -> None:
        async with opened(tmp_path) as (days, client):
            bodies = set()
            for path in wrong:
                for answer in (await client.get(path), await client.post(path, headers=OWN_FORM)):
                    assert answer.status_code == 404
                    assert "set-cookie" not in answer.headers
                    bodies.add(answer.text)
            days.now = SOON
            answer = await enter(client)
            bodies.add(answer.text)
            assert (answer.status_code, len(bodies)) == (404, 1)

    play(story)


def test_a_cookie_that_is_forged_old_or_for_something_else_opens_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as (days, client):
            later = MORNING + timedelta(hours=13)
            wrong = [
                "x",
                LINKS.sign(LinkPurpose.ADMIN_ENTRANCE, ("link-1",), later),
                LINKS.sign(LinkPurpose.HANDLED, ("a", "b"), later),
                SignedLinks("o" * 32).sign(LinkPurpose.ADMIN_SESSION, (), later),
                LINKS.sign(LinkPurpose.ADMIN_SESSION, (), MORNING),
            ]
            for cookie in wrong:
                answer = await client.get("/admin", headers={"Cookie": f"__Host-admin={cookie}"})
                assert answer.status_code == 403
                assert "admin-link" in answer.text
            right = LINKS.sign(LinkPurpose.ADMIN_SESSION, (), later)
            other_name = await client.get("/admin", headers={"Cookie": f"admin={right}"})
            assert other_name.status_code == 403, "any host of the domain could set a cookie of this name"
            await enter(client)
            assert (await client.get("/admin")).status_code == 200
            days.now = MORNING + timedelta(hours=12)
            assert (await client.get("/admin")).status_code == 403

    play(story)


def test_in_the_open_there_is_no_such_page() -> None:
    in_the_open = WebSettings(address=("10.0.0.5", 8080), public_url="", secret=SECRET)
    assert [replace(in_the_open, public_url=url).has_admin for url in ("", LOOPBACK_URL, PUBLIC_URL)] == [
        False,
        True,
        True,
    ]


def test_without_a_key_there_is_no_such_page(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path, WATCHER_SECRET="") as (_, client):
            for path in ("/admin", entrance(), "/admin/deliveries/x"):
                assert (await client.get(path)).status_code == 404
                assert (await client.post(path, headers=OWN_FORM)).status_code == 404

    play(story)


def test_no_other_site_can_press_its_buttons(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as (days, client):
            days.relay.is_busy = True
            await days.publish((TITLE, TEXT))
            for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
                assert (await client.post(entrance(), headers=headers)).status_code == 403
            await enter(client)
            (delivery, *_) = waiting(days.desk.database)
            path = f"/admin/deliveries/{delivery}"
            due = due_of(days.desk.database, delivery)
            for headers in ({}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}):
                assert (await client.post(path, headers=headers)).status_code == 403
            assert (await client.get(path)).status_code == 404
            client.cookies.clear()
            assert (await client.post(path, headers=OWN_FORM)).status_code == 403, "without a cookie"
            assert due_of(days.desk.database, delivery) == due

    play(story)


def waiting(database: Database) -> list[str]:
    query = "SELECT id FROM deliveries WHERE state IN ('pending', 'given up') AND period LIKE 'alert:%' ORDER BY id"
    with database.begin() as tx:
        return list(tx.scalars(sa.text(query)))


def due_of(database: Database, delivery: str) -> Any:
    with database.begin() as tx:
        return tx.scalar(sa.text("SELECT due FROM deliveries WHERE id = :id"), {"id": delivery})


def test_what_is_late_or_given_up_is_tried_again_at_once(database_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path, database_url) as (days, client):
            days.relay.is_busy = True
            await days.publish((TITLE, TEXT))
            days.now += timedelta(hours=2)
            await deliver_all(days.desk, days.now)
            late, given_up = waiting(days.desk.database)
            with days.desk.database.begin() as tx:
                tx.execute(sa.text("UPDATE deliveries SET state = 'given up' WHERE id = :id"), {"id": given_up})
            await client.post(entrance(expires_at=days.now + timedelta(minutes=5)), headers=OWN_FORM)
            page = (await client.get("/admin")).text
            assert f"/admin/deliveries/{late}" in page
            assert "<strong>given up</strong>" in page
            assert "the mail relay" in page, "why it was not sent"
            days.relay.is_busy = False
            await deliver_all(days.desk, days.now)
            assert days.relay.mails == [], "neither is due"
            for delivery in (late, given_up):
                answer = await client.post(f"/admin/deliveries/{delivery}", headers=OWN_FORM)
                assert (answer.status_code, answer.headers["location"]) == (303, "/admin#deliveries")
            await deliver_all(days.desk, days.now)
            readers = sorted(str(mail["To"]).partition("@")[0] for mail in days.relay.mails)
            assert readers == ["managers", "nurses"]
            for delivery in (late, "no-such-delivery"):
                assert (await client.post(f"/admin/deliveries/{delivery}", headers=OWN_FORM)).status_code == 409
            assert len(days.relay.mails) == 2, "what was sent is not sent again"

    play(story)


@pytest.mark.parametrize(("outcome", "is_repeat"), [("unknown", True), ("failed", False)])
def test_what_may_have_arrived_goes_again_marked_as_a_repeat(
    database: Database,
    outcome: str,
    is_repeat: bool,  # noqa: FBT001
) -> None:
    planned = PlannedDelivery(subscriber="gp", channel="c", period="alert:1", due=MORNING)
    with database.begin() as tx:
        store.deliveries.plan(tx, [planned], MORNING)
        (first,) = store.attempts.claim(tx, "lease", MORNING, 1)
    ended = Outcome(
        state=DeliveryState.GIVEN_UP, word=outcome, why="the line broke", pause_seconds=86_400, cure="mend it"
    )
    with database.begin() as tx:
        store.attempts.record(tx, first, ended, MORNING)
    with database.begin() as tx:
        assert store.attempts.claim(tx, "lease-2", MORNING, 1) == []
        assert store.attempts.try_again(tx, first.id, MORNING)
        (again,) = store.attempts.claim(tx, "lease-2", MORNING, 1)
        assert (again.id, again.repeat) == (first.id, is_repeat)
        assert not store.attempts.try_again(tx, first.id, MORNING), "it is on its way"


def test_it_shows_what_an_admin_needs_and_no_address_and_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_as_json()

    async def story() -> tuple[str, str]:
        async with order_days(tmp_path / "config", f"sqlite:///{tmp_path / 'w.db'}") as days:
            await days.publish((TITLE, TEXT), ("House prices rise", "No topic of ours."))
            item = next(iter(await ids_of_items(days)))
            with days.desk.database.begin() as tx:
                mark = TopicMark(
                    item=item, topic="flu-eligibility", verdict=MarkVerdict.WRONG, terms=("flu vaccin*",), at=MORNING
                )
                store.topic_marks.save(tx, mark)
                failed = Quarantined(what="page", name="nhse", why="it is a login page", body=b"<html>")
                store.quarantine.save(tx, [failed], MORNING)
            mistake = Mistake(file="config/topics.yaml", line=7, column=3, what="unknown key 'nam'")
            async with days.pages(mistakes=lambda: (mistake,)) as client:
                answer = await enter(client)
                cookie = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
                return (await client.get("/admin")).text, cookie

    try:
        page, cookie = asyncio.run(story())
    finally:
        structlog.reset_defaults()
    for words in (
        "config/topics.yaml:7:3: unknown key &#39;nam&#39;",
        "1 source, 1 topic, 3 subscribers",
        '<th scope="row">NHSE',
        "ok, read",
        "it is a login page",
        "matching no topic",
        "flu vaccin*",
        "m…@practice.example",
        "email, at once",
    ):
        assert words in page, words
    logged = capsys.readouterr().err
    assert '"page": "admin-entrance"' in logged
    for secret in ("managers@", "nurses@", SECRET, cookie, entrance().rpartition("/")[2]):
        assert secret not in page + logged


async def ids_of_items(days: OrderDays) -> list[str]:
    with days.desk.database.begin() as tx:
        return list(tx.scalars(sa.text("SELECT item FROM matches")))


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("jo.bloggs@practice.example", "j…@practice.example"),
        ("https://hooks.example/services/T/B/secret", "hooks.example/…"),
        ("https://user:secret@hooks.example/x?sig=secret", "hooks.example/…"),
        ("https://[secret", "…"),
        ("C0123456789", "C…"),
        ("", "…"),
    ],
)
def test_an_address_is_masked(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_of_two_who_use_a_link_at_once_one_enters(database: Database) -> None:
    def use(_: int) -> bool:
        with database.begin() as tx:
            return store.used_links.use_once(tx, "link-1", SOON, MORNING)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(16))) == [False] * 15 + [True]
    with database.begin() as tx:
        assert store.used_links.is_used(tx, "link-1")
        assert store.used_links.use_once(tx, "link-2", SOON, SOON + timedelta(hours=1))
        assert not store.used_links.is_used(tx, "link-1"), "it has ended, and proves nothing any more"


def test_the_mistakes_of_refused_files_are_kept_until_they_are_mended(tmp_path: Path) -> None:
    environment = {"WATCHER_SMTP_URL": "smtp://localhost"}
    sources = SOURCES.format(site="https://x.example")
    files = ConfigFiles(write_config(tmp_path, sources, PEOPLE), environment)
    assert (files.read_if_changed(), files.mistakes) == (None, ())
    write_config(tmp_path, sources.replace("every", "evry"), PEOPLE)
    assert files.read_if_changed() is None, "an editor may be in the middle of it"
    with pytest.raises(BadConfig):
        files.read_if_changed()
    assert "did you mean 'every'" in "\n".join(map(str, files.mistakes))
    assert files.read_if_changed() is None
    assert files.mistakes
    write_config(tmp_path, sources, PEOPLE)
    files.read_if_changed()
    assert files.read_if_changed()
    assert files.mistakes == ()


def run_admin_link(folder: Path, **settings: str) -> tuple[int, str, str]:
    url = f"sqlite:///{folder / 'w.db'}"
    environment = {"WATCHER_DATABASE": url, "PATH": "", **settings}
    command = [sys.executable, "-m", "watcher", "admin-link"]
    done = subprocess.run(
        command, env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_the_command_prints_a_link_that_the_pages_know(tmp_path: Path) -> None:
    code, link, why = run_admin_link(tmp_path)
    assert (code, link) == (1, "")
    assert "there is no key to sign it with: set WATCHER_SECRET, or start `watcher run` once" in why
    assert not (tmp_path / "w.db.key").exists(), "it makes none: whoever serves the pages would have another"
    url = f"sqlite:///{tmp_path / 'w.db'}"
    open_database(url).close()
    key = read_key(url, make=True)
    code, link, _ = run_admin_link(tmp_path, WATCHER_WEB="0.0.0.0:8090")
    assert (code, link.rpartition("/")[0]) == (0, "http://localhost:8090/admin/enter")
    assert key not in link
    token = link.rpartition("/")[2]
    names = SignedLinks(key).read(LinkPurpose.ADMIN_ENTRANCE, token, now())
    assert names
    assert SignedLinks(key).read(LinkPurpose.ADMIN_ENTRANCE, token, now() + timedelta(minutes=10)) is None
    assert run_admin_link(tmp_path)[1] != link
    code, link, _ = run_admin_link(tmp_path, WATCHER_PUBLIC_URL=PUBLIC_URL)
    assert link.startswith(f"{PUBLIC_URL}/admin/enter/")
    for settings, expected in (({"WATCHER_WEB": "10.0.0.5:8090"}, 1), ({"WATCHER_PUBLIC_URL": "http://a.example"}, 2)):
        code, link, why = run_admin_link(tmp_path, **settings)
        assert (code, link) == (expected, "")
        assert "https://" in why
