"""`watcher diff-config`: an admin edits a copy of the configuration, and sees what it would have done."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.support.world import write_config
from watcher import store
from watcher.cli import app
from watcher.config import read_configuration
from watcher.model import Answer, Disposition, Item, UnsentReason
from watcher.reports.configuration_diff import MAX_LISTED, compare_configurations
from watcher.store.database import Database, open_database

NOW = datetime.now(UTC)
CANARY = "canary5f1d"
SOURCES = f"""
sources:
  - {{id: press, name: Press, publisher: BBC News, trust: press, kind: feed, url: "https://a.x/{CANARY}", every: 5m}}
  - {{id: trade, name: Trade, publisher: Pulse, trust: trade, kind: feed, url: "https://b.example/", every: 5m}}
"""
TOPICS = """
topics:
  - id: flu
    name: Flu vaccination
    any: ["flu jab"]
  - id: pay
    name: Pay
    any: ["golden hello"]
"""
SUBSCRIBERS = """
subscribers:
  - {id: screen, via: console, address: screen, admin: true}
  - {id: digest, via: console, address: digest, topics: [flu], pace: daily}
  - {id: pay-readers, via: console, address: pay, topics: [pay]}
"""


def write(folder: Path, **changes: tuple[str, str]) -> Path:
    """A configuration folder; of a file that is named here, the first words are replaced by the second."""
    texts = {"sources": SOURCES, "topics": TOPICS, "subscribers": SUBSCRIBERS}
    for name, (old, new) in changes.items():
        assert old in texts[name]
        texts[name] = texts[name].replace(old, new)
    return write_config(folder, texts["sources"], texts["subscribers"], texts["topics"])


def seen_at(days_ago: int) -> datetime:
    return (NOW - timedelta(days=days_ago)).replace(hour=12, minute=0, second=0, microsecond=0)


def announce(database: Database, *titles: str, source: str = "press", days_ago: int = 3) -> list[str]:
    """Store an Item with each of these headlines, a second apart; their ids."""
    noon = seen_at(days_ago)
    ids = []
    with database.begin() as tx:
        for number, title in enumerate(titles):
            seen, name = noon + timedelta(seconds=number), f"{source}-{days_ago}-{number}"
            item = Item(source=source, identity=name, url=f"https://a.example/{name}", title=title, first_seen=seen)
            store.items.save(tx, [item], {}, seen)
            ids.append(item.id)
    return ids


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'w.db'}"


@pytest.fixture
def database(url: str) -> Any:
    opened = open_database(url)
    yield opened
    opened.close()


def compare(folder: Path, url: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(folder / "in-use"), "--database", url, "diff-config", *words])


def test_the_same_configuration_changes_nothing(tmp_path: Path, url: str, database: Database) -> None:
    announce(database, "Flu jabs for all")
    write(tmp_path / "in-use")
    shutil.copytree(tmp_path / "in-use", tmp_path / "copy")
    result = compare(tmp_path, url, str(tmp_path / "copy"))
    assert (result.exit_code, result.stdout) == (0, "nothing would be otherwise (1 items of the last 30 days)\n")


def test_it_says_what_would_be_polled_matched_and_told_otherwise(tmp_path: Path, url: str, database: Database) -> None:
    announce(database, "Flu jabs for all", "Flu vaccine for children", "Golden hello for partners")
    announce(database, "Flu jab stocks run low", source="trade", days_ago=2)
    write(tmp_path / "in-use")
    write(
        tmp_path / "copy",
        sources=("  - {id: trade, ", "  - {id: icb, "),
        topics=('any: ["flu jab"]', 'any: ["flu vaccin*"]'),
        subscribers=("topics: [flu], pace: daily", "topics: [flu], pace: weekly"),
    )
    result = compare(tmp_path, url, str(tmp_path / "copy"))
    assert result.exit_code == 0
    days = [(NOW - timedelta(days=ago)).strftime("%Y-%m-%d") for ago in (2, 3)]
    lines = [line.replace(" 13:00", " 12:00") for line in result.stdout.splitlines()]
    assert lines[: lines.index("compared over 4 items of the last 30 days. Not simulated:")] == [
        "sources:",
        "  + icb",
        "  - trade",
        "topics:",
        "  ~ flu: any",
        "terms:",
        "  + flu: any: flu vaccin*",
        "  - flu: any: flu jab",
        "flu: 2 would no longer match:",
        f"  {days[0]} 12:00  Flu jab stocks run low",
        f"  {days[1]} 12:00  Flu jabs for all",
        "flu: 1 would newly match:",
        f"  {days[1]} 12:00  Flu vaccine for children",
        "subscribers:",
        "  ~ digest: pace",
        "messages, at most:",
        "  screen: 3 messages before, 2 messages after",
        "  digest: 2 messages before, 1 messages after",
    ]
    assert "a new source" in result.stdout
    assert CANARY not in result.stdout


@pytest.mark.usefixtures("database")
def test_a_value_that_may_be_a_secret_is_named_by_its_key_alone(tmp_path: Path, url: str) -> None:
    write(tmp_path / "in-use")
    write(tmp_path / "copy", sources=(CANARY, f"{CANARY}-new"), subscribers=("address: digest", f"address: {CANARY}"))
    result = compare(tmp_path, url, str(tmp_path / "copy"))
    assert "  ~ press: url" in result.stdout
    assert "  ~ digest: address" in result.stdout
    assert CANARY not in result.stdout + result.stderr


def test_for_programs_it_is_one_object_a_line_with_the_counts_last(
    tmp_path: Path, url: str, database: Database
) -> None:
    (item,) = announce(database, "Golden hello for partners")
    write(tmp_path / "in-use")
    write(tmp_path / "copy", topics=('any: ["golden hello"]', 'any: ["signing bonus"]'))
    lines = [json.loads(line) for line in compare(tmp_path, url, str(tmp_path / "copy"), "--json").stdout.splitlines()]
    at = seen_at(3).isoformat()
    assert lines[:-1] == [
        {"topic": "pay", "is": "changed", "keys": ["any"]},
        {"topic": "pay", "new": ["any: signing bonus"], "gone": ["any: golden hello"]},
        {"topic": "pay", "item": item, "title": "Golden hello for partners", "at": at, "is": "lost"},
        {"subscriber": "screen", "messages_before": 1, "messages_after": 0},
        {"subscriber": "pay-readers", "messages_before": 1, "messages_after": 0},
    ]
    assert lines[-1]["counts"]["matches"] == {"pay": {"caught": 0, "lost": 1}}
    assert lines[-1]["not_simulated"]


def test_of_many_items_the_newest_are_shown_and_all_are_counted(tmp_path: Path, url: str, database: Database) -> None:
    announce(database, *(f"Golden hello number {number}" for number in range(MAX_LISTED + 5)))
    write(tmp_path / "in-use")
    write(tmp_path / "copy", topics=("golden hello", "signing bonus"))
    lines = compare(tmp_path, url, str(tmp_path / "copy")).stdout.splitlines()
    begin = lines.index(f"pay: {MAX_LISTED + 5} would no longer match:")
    assert lines[begin + 1 + MAX_LISTED] == "  and 5 more"


def test_what_was_no_news_is_compared_and_is_no_message(tmp_path: Path, database: Database) -> None:
    (item,) = announce(database, "Golden hello for partners")
    unsent = Disposition(item=item, revision=1, answer=Answer.UNSENT, reason=UnsentReason.FIRST_POLL, detail="", at=NOW)
    with database.begin() as tx:
        store.dispositions.save(tx, [unsent])
    folders = write(tmp_path / "in-use"), write(tmp_path / "copy", topics=("golden hello", "signing bonus"))
    before, after = (read_configuration(folder, {}) for folder in folders)
    difference = compare_configurations(database, before, after, NOW - timedelta(days=30))
    assert difference.match_counts == {("pay", False): 1}
    assert difference.messages == ()


def test_nobody_who_writes_waits_for_the_comparison(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(database, "Golden hello for partners")
    folders = write(tmp_path / "in-use"), write(tmp_path / "copy", topics=("golden hello", "signing bonus"))
    before, after = (read_configuration(folder, {}) for folder in folders)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("this writes")

    monkeypatch.setattr(Database, "begin", refuse)
    assert compare_configurations(database, before, after, NOW - timedelta(days=30)).items == 1


def test_only_the_days_that_are_asked_for_are_compared(tmp_path: Path, url: str, database: Database) -> None:
    announce(database, "Golden hello for partners", days_ago=9)
    write(tmp_path / "in-use")
    write(tmp_path / "copy", topics=("golden hello", "signing bonus"))
    assert "no longer match" in compare(tmp_path, url, str(tmp_path / "copy")).stdout
    assert "no longer match" not in compare(tmp_path, url, str(tmp_path / "copy"), "--days", "7").stdout


def test_items_come_page_by_page_whatever_their_number(database: Database) -> None:
    names = announce(database, *(f"Headline {number}" for number in range(7)))
    with database.begin() as tx:
        pages = list(store.items.pages_since(tx, NOW - timedelta(days=30), size=3))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [item.id for page in pages for item in page] == names


def test_a_folder_with_mistakes_is_refused(tmp_path: Path, url: str) -> None:
    write(tmp_path / "in-use")
    write(tmp_path / "copy", topics=("any", "anny"))
    result = compare(tmp_path, url, str(tmp_path / "copy"))
    assert "unknown key 'anny' (did you mean 'any'?)" in str(result.exception)
    assert "there is no such folder" in str(compare(tmp_path, url, str(tmp_path / "nowhere")).exception)
