"""The verbs for the record: a day is polled and delivered, and then shown to somebody who was not there."""

import asyncio
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from typer.testing import CliRunner, Result

from tests.support.faulty import response
from tests.support.world import TOPICS, deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher.cli import app
from watcher.store.column_types import pack_text
from watcher.store.database import open_database

NOW = datetime(2026, 10, 20, 6, 41, tzinfo=UTC)
TITLE = "Free flu jabs for the over-50s from 1 December"
SOURCES = """
sources:
  - {{id: press, name: BBC News, publisher: BBC News, trust: press, kind: feed, every: 5m,
     url: "{site}/feed?api_key=canary-key", headers: {{X-Api-Key: canary-header}}}}
  - {{id: nhse, name: NHS England, publisher: NHS England, trust: official, kind: feed, url: "{site}/nhse", every: 5m,
     read_page: true}}
"""
PEOPLE = """
subscribers:
  - {id: screen, via: console, address: canary@practice.example, admin: true}
  - {id: managers, via: console, address: canary-too@practice.example, pace: daily, at: "07:30"}
"""
HEADERS = "Server: nginx\r\nSet-Cookie: id=canary-cookie\r\nContent-Type: application/rss+xml\r\n"
PAGE = b"<article><h1>Flu</h1><p>%b</p><script>alert('page')</script></article>" % (b"From 1 December, 50 to 64. " * 30)


def live_the_day(config: Path, url: str, site: str, answers: dict[str, Any]) -> None:
    """The paper at 07:41, the official page at 17:05, the paper's edit at 19:41, the digest the next morning."""

    feed = "/feed?api_key=canary-key"

    async def day() -> None:
        answers.update({feed: response(rss(item(1, NOW, TITLE)), headers=HEADERS), "/nhse": response(rss())})
        await look(NOW)
        evening = NOW + timedelta(hours=9, minutes=24)
        page = item(2, evening, TITLE).replace("https://news.example", site)
        answers.update({"/nhse": response(rss(page)), "/2": response(PAGE, headers="Content-Type: text/html\r\n")})
        await look(evening)
        edited = item(
            1, NOW, f"{TITLE}: now &lt;img src=x onerror=alert(1)&gt; &amp;amp;lt;script&amp;amp;gt; 8 December"
        )
        answers[feed] = response(rss(edited), headers=HEADERS)
        await look(NOW + timedelta(hours=13))
        await look(NOW + timedelta(days=1))

    async def look(now: datetime) -> None:
        async with desk(config, {}, url, now) as opened:
            await poll_all(opened, now)
            await deliver_all(opened, now)

    asyncio.run(day())


@pytest.fixture
def told(tmp_path: Path, database_url: str) -> tuple[Path, str]:
    """A configuration and the address of a database, on each engine, after that day."""
    answers: dict[str, Any] = {}
    with serving(answers) as (site, _):
        config = write_config(tmp_path / "config", SOURCES.format(site=site), PEOPLE, TOPICS)
        live_the_day(config, database_url, site, answers)
    return config, database_url


def watcher(told: tuple[Path, str], *words: str) -> Result:
    config, url = told
    return CliRunner().invoke(app, ["--config", str(config), "--database", url, *words])


def written(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def change(url: str, statement: str, **values: object) -> None:
    database = open_database(url)
    with database.begin() as tx:
        tx.execute(sa.text(statement), values)
    database.close()


def test_the_scoreboard_of_a_month_says_who_was_first_and_by_how_long(told: tuple[Path, str], tmp_path: Path) -> None:
    shown = watcher(told, "scoreboard", "--month", "2026-10").stdout.splitlines()
    assert shown[0] == "October 2026: 1 announcement. The media had 1 first, by 9 h 24 min."
    cells = [re.split(r" {2,}", each.strip()) for each in shown[2:7]]
    assert cells[0][:5] == ["body and topic", "all", "media first", "median lead", "longest lead"]
    assert cells[1] == ["all bodies", "1", "1", "9 h 24 min", "9 h 24 min", "0", "0", "0", "0"]
    assert [each[0] for each in cells[2:]] == ["Flu vaccination", "NHS England", "Flu vaccination"]
    assert len({len(each) for each in shown[2:7]}) == 1, "columns stand under one another"
    picture = tmp_path / "october.svg"
    lines = watcher(told, "scoreboard", "--month", "2026-10", "--json", "--svg", str(picture)).stdout.splitlines()
    rows = [json.loads(each) for each in lines]
    assert [(each.get("body"), each.get("topic"), each["median_lead_seconds"]) for each in rows[:-1]] == [
        (None, None, 33840.0),
        (None, "flu-eligibility", 33840.0),
        ("NHS England", None, 33840.0),
        ("NHS England", "flu-eligibility", 33840.0),
    ]
    assert rows[-1]["by_first_seen"] == {"first": "media", "lead_seconds": 33840.0}
    assert rows[-1]["official"]["publisher"] == "NHS England"
    assert ET.parse(picture).getroot().get("width") == "800"  # noqa: S314 - our own file


def test_an_empty_month_says_so_and_what_is_no_month_is_refused(told: tuple[Path, str]) -> None:
    empty = watcher(told, "scoreboard", "--month", "2026-09")
    assert (empty.exit_code, empty.stdout.splitlines()[0]) == (
        0,
        "September 2026: No announcement was seen in September 2026.",
    )
    wrong = watcher(told, "scoreboard", "--month", "October")
    assert (wrong.exit_code, wrong.stderr) == (2, "'October' is not a month; use YYYY-MM, for example 2026-10\n")


@pytest.mark.promise("P24")
def test_the_evidence_of_a_story_is_the_same_byte_for_byte_whoever_asks_and_however(
    told: tuple[Path, str], tmp_path: Path
) -> None:
    story = json.loads(watcher(told, "scoreboard", "--month", "2026-10", "--json").stdout.splitlines()[-1])["story"]
    once, again = tmp_path / "once", tmp_path / "again"
    assert watcher(told, "evidence", story, "--out", str(once)).exit_code == 0
    for _ in range(2):  # over an older pack too
        (again / "bytes").mkdir(parents=True, exist_ok=True)
        (again / "bytes" / f"{'0' * 64}.txt").write_text("of another story", encoding="utf-8")
        assert watcher(told, "evidence", "https://news.example/1", "--out", str(again)).exit_code == 0
    assert written(once) == written(again)
    assert len(written(once)) == 6
    for line in (once / "manifest.sha256").read_text(encoding="utf-8").splitlines():
        name = line[66:]
        assert hashlib.sha256((once / name).read_bytes()).hexdigest() == line[:64]
    assert {line[66:] for line in (once / "manifest.sha256").read_text().splitlines()} == {*written(once)} - {
        "manifest.sha256"
    }


@pytest.mark.promise("P11", "P24")
def test_a_pack_holds_every_item_with_its_bytes_and_whom_it_reached_and_no_secret_or_address(
    told: tuple[Path, str], tmp_path: Path
) -> None:
    assert watcher(told, "evidence", "https://news.example/1", "--out", str(tmp_path / "pack")).exit_code == 0
    files = written(tmp_path / "pack")
    facts = json.loads(files["pack.json"])
    press, official = facts["items"]
    assert [len(each["revisions"]) for each in (press, official)] == [2, 1]
    assert [each["part"] for each in official["revisions"][0]["read_from"]] == ["page"]
    ((read,), (edited,)) = (each["read_from"] for each in press["revisions"])
    assert read["headers"] == {"content-type": "application/rss+xml", "server": "nginx"}
    assert read["sha256"] != edited["sha256"]
    assert files[official["revisions"][0]["read_from"][0]["bytes"]] == PAGE
    assert TITLE in files[read["bytes"]].decode()
    assert [each["reached"] for each in facts["alerts"]][:2] == [
        {"console, at once": 1, "console, daily digest": 1},
        {"console, at once": 1, "console, daily digest": 1},
    ]
    assert b"canary" not in b"".join(files.values()).lower()


HOSTILE = (
    '</style></title><script>alert(1)</script>" onload=\'x\' <a href="javascript:alert(1)"> {{ 7 * 7 }} 8 December'
)
PLACES = [
    ("items", "title"),
    ("items", "text"),
    ("items", "published_literal"),
    ("items", "summary"),
    ("revisions", "title"),
    ("revisions", "summary"),
    ("tellings", "publisher"),
    ("stories", "title"),
    ("origins", "url"),
]


@pytest.mark.promise("P19")
def test_the_page_of_a_pack_is_inert_and_plain(told: tuple[Path, str], tmp_path: Path) -> None:
    for table, column in PLACES:
        stored = pack_text(HOSTILE) if column == "text" else HOSTILE
        change(told[1], f"UPDATE {table} SET {column} = :text", text=stored)  # noqa: S608 - our own names
    change(told[1], "UPDATE items SET url = :text WHERE source = 'press'", text="javascript:alert(1)")
    name = json.loads(watcher(told, "scoreboard", "--month", "2026-10", "--json").stdout.splitlines()[-1])["story"]
    assert watcher(told, "evidence", name, "--out", str(tmp_path / "pack")).exit_code == 0
    text = (tmp_path / "pack" / "index.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "lxml")
    assert page.find_all(["script", "img", "iframe", "form", "object", "link", "base"]) == []
    assert [name for tag in page.find_all() for name in tag.attrs if name.startswith("on") or name == "style"] == []
    assert {str(each["href"])[:5] for each in page.find_all("a")} <= {"http:", "https"} | {
        f"#{each['id']}"[:5] for each in page.find_all("h3", id=True)
    }
    (policy,) = [str(each["content"]) for each in page.find_all("meta") if each.get("http-equiv")]
    assert re.match(r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'$", policy)
    assert (page.html or page)["lang"] == "en-GB"
    assert len(page.find_all("h1")) == len(page.find_all("main")) == 1
    assert all(each.find("caption") and each.find("th", scope="col") for each in page.find_all("table"))
    levels = [int(each.name[1]) for each in page.find_all(re.compile("^h[1-6]$"))]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.get_text().count(HOSTILE) >= len(PLACES), "what others wrote is shown as they wrote it"


def test_a_byte_that_was_altered_in_the_database_is_said(told: tuple[Path, str], tmp_path: Path) -> None:
    _, url = told
    database = open_database(url)
    with database.begin() as tx:
        (name, body) = tx.execute(sa.text("SELECT sha256, body FROM bodies ORDER BY size LIMIT 1")).one()
    database.close()
    body = bytearray(body)
    body[len(body) // 2] ^= 1
    change(url, "UPDATE bodies SET body = :body WHERE sha256 = :name", body=bytes(body), name=name)
    done = watcher(told, "evidence", "https://news.example/1", "--out", str(tmp_path / "pack"))
    assert done.exit_code == 1
    assert f"{name}: DAMAGED: " in done.stderr
    files = written(tmp_path / "pack")
    assert not any(name in file for file in files)
    assert "DAMAGED: " in files["index.html"].decode()
    assert f"{name}  " not in files["manifest.sha256"].decode()


def test_bytes_that_were_forgotten_leave_their_hash_in_the_pack(told: tuple[Path, str], tmp_path: Path) -> None:
    _, url = told
    change(url, "DELETE FROM bodies")
    done = watcher(told, "evidence", "https://news.example/1", "--out", str(tmp_path / "pack"))
    assert (done.exit_code, sorted(written(tmp_path / "pack"))) == (0, ["index.html", "manifest.sha256", "pack.json"])
    assert "no longer kept; its hash stays" in (tmp_path / "pack" / "index.html").read_text(encoding="utf-8")


def test_a_story_that_is_not_known_is_an_error_that_says_how_to_find_one(
    told: tuple[Path, str], tmp_path: Path
) -> None:
    done = watcher(told, "evidence", "nothing", "--out", str(tmp_path / "pack"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "no story has the id 'nothing'" in done.stderr
    assert not (tmp_path / "pack").exists()
