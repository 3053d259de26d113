"""`watcher move`: from SQLite to PostgreSQL and back every row is the same, and what goes wrong changes nothing."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from tests.support.kept_rows import fill_every_table
from tests.support.past_schemas import to_version_14
from tests.support.world import SOURCE, write_config
from watcher.cli import app
from watcher.failpoint import VARIABLE
from watcher.store.database import open_database
from watcher.store.snapshot import TableDigest, digest_tables, take_snapshot

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"


def watcher(*words: str, folder: Path, database_url: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database_url, *words])


def digest(url: str, file: Path) -> dict[str, TableDigest]:
    with closing(open_database(url)) as database:
        take_snapshot(database, file)
    return digest_tables(file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN)


@pytest.fixture
def old(tmp_path: Path) -> str:
    """The address of a SQLite database with a row in every table, and its key."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with closing(open_database(url)) as database:
        fill_every_table(database)
    (tmp_path / "old.db.key").write_text("k" * 40, encoding="ascii")
    return url


def test_there_and_back_every_row_is_the_same(
    old: str, database_url: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WATCHER_SECRET", raising=False)
    before = digest(old, tmp_path / "1.sqlite")
    there = watcher("move", "--to", database_url, folder=folder, database_url=old)
    assert there.exit_code == 0, there.output
    assert json.loads(there.stdout)["tables"] == {name: table.count for name, table in before.items()}
    if database_url.startswith("sqlite"):
        assert (tmp_path / "watcher.db.key").read_text(encoding="ascii") == "k" * 40
    else:
        assert f"set WATCHER_SECRET to what {tmp_path / 'old.db.key'} holds" in there.stderr
        assert database_url not in there.output
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert watcher("move", "--to", back, folder=folder, database_url=database_url).exit_code == 0
    assert digest(back, tmp_path / "2.sqlite") == digest(old, tmp_path / "3.sqlite") == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".watcher")] == []


def test_a_database_that_holds_anything_is_not_moved_into(old: str, folder: Path, tmp_path: Path) -> None:
    full = watcher("move", "--to", old, folder=folder, database_url=old)
    said = str(full.exception)
    assert ("the database is not empty" in said, "--replace" in said) == (True, False)  # move has no such option
    none = watcher("move", "--to", old, folder=folder, database_url=f"sqlite:///{tmp_path / 'none.db'}")
    assert "there is no database" in str(none.exception)


def test_a_row_that_cannot_be_written_is_named_and_nothing_is_left(
    old: str, folder: Path, tmp_path: Path, database_url: str
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL alone minds how long a text is")
    with closing(open_database(old)) as database, database.begin() as tx:
        tx.execute(sa.text("UPDATE used_links SET link = :link"), {"link": "x" * 100})
    done = watcher("move", "--to", database_url, folder=folder, database_url=old)
    assert "the table used_links cannot be copied" in str(done.exception)
    assert all(table.count == 0 for table in digest(database_url, tmp_path / "1.sqlite").values())


def test_a_process_that_is_killed_leaves_the_new_one_empty(old: str, folder: Path, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path / 'new.db'}"
    command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database", old, "move", "--to", new]
    values = {**os.environ, VARIABLE: "move_compared"}
    assert subprocess.run(command, env=values, capture_output=True, check=False, timeout=60).returncode == -9
    assert all(table.count == 0 for table in digest(new, tmp_path / "1.sqlite").values())
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    assert digest(new, tmp_path / "2.sqlite") == digest(old, tmp_path / "3.sqlite")
    assert list(tmp_path.glob(".watcher-move-*")) == [], "what the killed one left is gone"


def test_an_old_database_of_an_earlier_version_is_brought_up_to_date_and_keeps_its_rows(
    folder: Path, tmp_path: Path
) -> None:
    old, new = (f"sqlite:///{tmp_path / name}" for name in ("old.db", "new.db"))
    with closing(open_database(old)) as database:
        fill_every_table(database)
        with database.begin() as tx:
            to_version_14(tx)
    assert watcher("move", "--to", new, folder=folder, database_url=old).exit_code == 0
    moved = digest(new, tmp_path / "1.sqlite")
    assert (digest(old, tmp_path / "2.sqlite"), moved["items"].count) == (moved, 1)
