"""Live and ready, as whoever restarts a process asks: by any name, without any names of people in the answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.flu_orders import PEOPLE, SOURCES
from tests.support.open_site import SECRET, open_site
from tests.support.world import desk, write_config
from watcher.core.delivery.signed_links import name_installation

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
ENVIRONMENT = {"WATCHER_SMTP_URL": "smtp://localhost"}


def remove(folder: Path) -> None:
    for file in folder.glob("w.db*"):
        file.unlink()


def ask(tmp_path: Path, url: str, *, breaks: bool = False, **parts: Any) -> tuple[httpx.Response, httpx.Response]:
    """What live and ready answer, asked by a name that the pages have not."""

    async def story() -> tuple[httpx.Response, httpx.Response]:
        folder = write_config(tmp_path / "config", SOURCES.format(site="https://x.example"), PEOPLE)
        async with (
            desk(folder, ENVIRONMENT, url, NOW) as opened,
            open_site(opened.database, opened.configuration, lambda: NOW, **parts) as client,
        ):
            if breaks:
                opened.database.close()
                remove(tmp_path)
            headers = {"Host": "10.1.2.3:8080"}
            assert (await client.get("/", headers=headers)).status_code == 421
            answers = [await client.get(f"/health/{name}", headers=headers) for name in ("live", "ready")]
            for answer in answers:
                assert answer.headers["cache-control"] == "no-store"
                assert answer.headers["content-type"] == "application/json"
                assert "practice.example" not in answer.text
            return answers[0], answers[1]

    return asyncio.run(story())


def test_the_pages_alone_are_ready_when_the_database_answers(database_url: str, tmp_path: Path) -> None:
    live, ready = ask(tmp_path, database_url)
    assert (live.status_code, live.json()) == (200, {"live": True, "instance": name_installation(SECRET)})
    expected = {"ready": True, "database": "ok", "seconds_since": {}, "stale": []}
    assert (ready.status_code, ready.json()) == (200, expected)


@pytest.mark.parametrize(
    ("poll", "deliver", "stale"),
    [(3, 1, []), (11, 1, ["poll"]), (3, 11, ["deliver"]), (None, None, ["poll", "deliver"])],
)
def test_both_loops_must_go_on(tmp_path: Path, poll: int | None, deliver: int | None, stale: list[str]) -> None:
    ages = {"poll": poll, "deliver": deliver}
    ticks = {name: None if age is None else NOW - timedelta(seconds=age) for name, age in ages.items()}
    live, ready = ask(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", ticks=lambda: ticks)
    assert live.status_code == 200
    assert (ready.status_code, ready.json()["ready"]) == ((503, False) if stale else (200, True))
    assert ready.json()["stale"] == stale
    assert ready.json()["seconds_since"] == ages


def test_without_its_database_it_lives_and_is_not_ready(tmp_path: Path) -> None:
    live, ready = ask(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", breaks=True)
    assert live.status_code == 200
    assert (ready.status_code, ready.json()["database"]) == (503, "away")
