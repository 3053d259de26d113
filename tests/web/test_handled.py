"""A date is handled by a link in its mail: by its button alone, for its reader alone, and it can be taken back."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.flu_orders import MORNING, TEXT, TITLE, handled_link, order_days, play, words_of
from tests.support.open_site import OWN_FORM, PUBLIC_URL, SECRET
from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.store.database import Database

BEFORE_REMINDERS, AFTER_THEM = MORNING + timedelta(days=2), MORNING + timedelta(days=24)


def marks(database: Database) -> list[str]:
    with database.begin() as tx:
        return list(tx.scalars(sa.text("SELECT subscriber FROM handled ORDER BY subscriber")))


def test_whoever_presses_the_button_is_reminded_no_more_and_nobody_else_is_concerned(
    database_url: str, tmp_path: Path
) -> None:
    async def story() -> None:
        async with order_days(tmp_path / "config", database_url) as days:
            await days.publish((TITLE, TEXT))
            link = handled_link(days.mails_to("managers")[0])
            assert link != handled_link(days.mails_to("nurses")[0])
            async with days.pages() as client:
                page = await client.get(link)
                assert page.status_code == 200
                assert TITLE in page.text
                answer = await client.post(link, headers=OWN_FORM, data={"mark": "handled"})
                assert (answer.status_code, answer.headers["location"]) == (303, link)
                page = await client.get(link)
                assert "<strong>Handled</strong>, <time" in page.text
                assert "Undo" in page.text
            assert marks(days.desk.database) == ["managers"]
            await days.wait_until(AFTER_THEM)
            assert len(days.mails_to("managers")) == 1
            assert len(days.mails_to("nurses")) > 1, "the other reader is reminded"

    play(story)


def test_handled_twice_is_handled_and_undo_brings_the_reminders_back(database_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with order_days(tmp_path / "config", database_url) as days:
            await days.publish((TITLE, TEXT))
            link = handled_link(days.mails_to("managers")[0])
            async with days.pages() as client:
                for mark in ("handled", "handled"):
                    assert (await client.post(link, headers=OWN_FORM, data={"mark": mark})).status_code == 303
                assert marks(days.desk.database) == ["managers"]
                for mark in ("undo", "undo"):
                    assert (await client.post(link, headers=OWN_FORM, data={"mark": mark})).status_code == 303
                assert marks(days.desk.database) == []
                assert "Undo" not in (await client.get(link)).text
            await days.wait_until(AFTER_THEM)
            reminders = days.mails_to("managers")[1:]
            assert reminders
            assert {handled_link(mail)[:9] for mail in reminders} == {"/handled/"}, "a reminder has the link too"

    play(story)


def test_a_scanner_that_opens_every_link_changes_nothing(database_url: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with order_days(tmp_path / "config", database_url) as days:
            await days.publish((TITLE, TEXT))
            async with days.pages() as client:
                for mail in days.relay.mails:
                    for kind in ("plain", "html"):
                        for link in re.findall(rf"{PUBLIC_URL}/[\w/.-]+", words_of(mail, kind)):
                            for method in ("GET", "HEAD", "GET"):
                                assert (await client.request(method, link)).status_code == 200, link
                            for method in ("PUT", "DELETE", "PATCH"):
                                assert (await client.request(method, link)).status_code == 405
            assert marks(days.desk.database) == []

    play(story)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": f"{PUBLIC_URL}.evil.example"}, 403),
        ({"Origin": PUBLIC_URL}, 303),
        ({"Origin": "http://watcher.example.org"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_a_form_counts_only_from_a_page_of_ours(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    async def story() -> None:
        async with order_days(tmp_path / "config", f"sqlite:///{tmp_path / 'w.db'}") as days:
            await days.publish((TITLE, TEXT))
            link = handled_link(days.mails_to("managers")[0])
            async with days.pages() as client:
                assert (await client.post(link, headers=headers, data={"mark": "handled"})).status_code == status
            assert marks(days.desk.database) == (["managers"] if status == 303 else [])

    play(story)


def test_a_link_that_is_forged_old_or_for_something_else_is_no_page_and_changes_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with order_days(tmp_path / "config", f"sqlite:///{tmp_path / 'w.db'}") as days:
            await days.publish((TITLE, TEXT))
            link = handled_link(days.mails_to("managers")[0])
            names = SignedLinks(SECRET).read(LinkPurpose.HANDLED, link.removeprefix("/handled/"), MORNING)
            assert names
            soon = MORNING + timedelta(days=1)
            others = [
                f"{link[:-2]}{'AA' if link[-2:] != 'AA' else 'BB'}",
                "/handled/x",
                f"/handled/{SignedLinks('o' * 32).sign(LinkPurpose.HANDLED, names, soon)}",
                f"/handled/{SignedLinks(SECRET).sign(LinkPurpose.ADMIN_SESSION, names, soon)}",
                f"/handled/{SignedLinks(SECRET).sign(LinkPurpose.HANDLED, names, MORNING)}",
            ]
            async with days.pages() as client:
                bodies = set()
                for wrong in others:
                    answers = [
                        await client.get(wrong),
                        await client.post(wrong, headers=OWN_FORM, data={"mark": "handled"}),
                    ]
                    assert {answer.status_code for answer in answers} == {404}
                    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
                    bodies |= {answer.text for answer in answers}
                assert len(bodies) == 1, "nobody learns which it was"
                gone = SignedLinks(SECRET).sign(LinkPurpose.HANDLED, ("managers", "no-such-alert"), soon)
                assert (await client.get(f"/handled/{gone}")).status_code == 410
                assert (await client.post(f"/handled/{gone}", headers=OWN_FORM)).status_code == 410
                days.now = MORNING + timedelta(days=399)
                assert (await client.get(link)).status_code == 200
                days.now = MORNING + timedelta(days=401)
                assert (await client.get(link)).status_code == 404
            assert marks(days.desk.database) == []

    play(story)


def test_nobody_may_keep_or_list_the_page(tmp_path: Path) -> None:
    async def story() -> None:
        async with order_days(tmp_path / "config", f"sqlite:///{tmp_path / 'w.db'}") as days:
            await days.publish((TITLE, TEXT))
            link = handled_link(days.mails_to("managers")[0])
            async with days.pages() as client:
                for answer in (
                    await client.get(link),
                    await client.post(link, headers=OWN_FORM, data={"mark": "handled"}),
                ):
                    assert answer.headers["cache-control"] == "no-store"
                    assert answer.headers["x-robots-tag"] == "noindex"
                    assert answer.headers["referrer-policy"] == "same-origin"
                assert "managers" not in (await client.get(link)).text, "who it is for is nobody else's affair"

    play(story)


def test_a_date_that_it_names_later_wants_the_button_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with order_days(tmp_path / "config", f"sqlite:///{tmp_path / 'w.db'}") as days:
            await days.publish((TITLE, TEXT))
            link = handled_link(days.mails_to("managers")[0])
            async with days.pages() as client:
                await client.post(link, headers=OWN_FORM, data={"mark": "handled"})
                days.now += timedelta(hours=1)
                await days.publish((TITLE, TEXT.replace("18 December", "16 December")))
                page = (await client.get(link)).text
                assert "has named another date since" in page
                assert 'value="handled"' in page
                await client.post(link, headers=OWN_FORM, data={"mark": "handled"})
                assert "has named another date since" not in (await client.get(link)).text

    play(story)


@pytest.mark.parametrize("missing", ["WATCHER_PUBLIC_URL", "WATCHER_SECRET"])
def test_without_pages_or_a_key_there_is_no_link_and_no_page(tmp_path: Path, missing: str) -> None:
    async def story() -> None:
        settings = {missing: ""}
        async with order_days(tmp_path / "config", f"sqlite:///{tmp_path / 'w.db'}", **settings) as days:
            await days.publish((TITLE, TEXT))
            text = words_of(days.mails_to("managers")[0]) + words_of(days.mails_to("managers")[0], "html")
            assert "Handled" not in text
            assert ("/stories/" in text) == (missing == "WATCHER_SECRET")
            names = ("managers", "a")
            token = SignedLinks(SECRET).sign(LinkPurpose.HANDLED, names, MORNING + timedelta(days=1))
            if missing == "WATCHER_SECRET":
                async with days.pages() as client:
                    assert (await client.get(f"/handled/{token}")).status_code == 404

    play(story)
