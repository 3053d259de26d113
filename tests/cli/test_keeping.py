"""`watcher backup` as a person or cron uses it, and while `watcher run` goes on."""

import asyncio
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.faulty import response
from tests.support.kept_rows import fill_every_table
from tests.support.world import SOURCE, desk, item, recently, rss, serving, write_config
from watcher.cli import app
from watcher.cli.keeping import collect_attachments, delete_older
from watcher.cli.options import Options
from watcher.scheduler import Loops
from watcher.store.backup_file import open_backup, write_backup
from watcher.store.database import open_database

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
PATIENCE = 20


def watcher(*words: str, folder: Path, database_url: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database_url, *words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN)


def test_a_backup_has_the_rows_the_configuration_and_the_key_and_no_secret(
    database_url: str, folder: Path, tmp_path: Path
) -> None:
    database = open_database(database_url)
    fill_every_table(database)
    database.close()
    (folder / "sources").mkdir()
    (folder / "sources" / "added.yaml").write_text("sources: []\n", encoding="utf-8")
    (folder / "sources" / "more.yml").write_text("sources: []\n", encoding="utf-8")
    (folder / ".env").write_text("SLACK_BOT_TOKEN=xoxb-canary", encoding="utf-8")
    if database_url.startswith("sqlite"):
        (tmp_path / "watcher.db.key").write_text("k" * 40, encoding="ascii")
    file = tmp_path / "kept" / "watcher-2026-11-27.wbk"
    file.parent.mkdir()
    done = watcher("backup", str(file), folder=folder, database_url=database_url)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["file"], said["bytes"], said["tables"]["items"]) == (str(file), file.stat().st_size, 1)
    assert said["rows"] == sum(said["tables"].values())
    with open_backup(file, tmp_path) as backup:
        names = set(backup.attachments)
    expected = {f"config/{name}.yaml" for name in ("sources", "topics", "subscribers", "sources/added")} | {
        "config/sources/more.yml"
    }
    assert names == expected | ({"watcher.key"} if database_url.startswith("sqlite") else set())
    assert b"canary" not in file.read_bytes()


def test_a_backup_is_whole_while_both_loops_go_on(database_url: str, tmp_path: Path) -> None:
    feed = response(rss(*(item(number, recently()) for number in range(1, 30))))
    counts = []
    with serving({"/feed": feed}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)

        async def story() -> None:
            async with desk(folder, {}, database_url, datetime.now(UTC)) as opened:
                loops, heard = Loops(opened, lambda: datetime.now(UTC)), asyncio.Event()
                loops.observe = lambda _result: heard.set()
                running = asyncio.create_task(loops.until_stopped())
                for number in range(3):
                    file, at = tmp_path / f"{number}.wbk", datetime.now(UTC)
                    manifest = await asyncio.to_thread(write_backup, opened.database, file, {}, at)
                    counts.append({name: digest.count for name, digest in manifest.tables.items()})
                    async with asyncio.timeout(PATIENCE):
                        await heard.wait()
                loops._stop.set()
                await running

        asyncio.run(story())
    assert all(tables["matches"] == tables["items"] for tables in counts), "as of one moment: a poll is one commit"
    assert counts[-1]["items"] == 29
    assert all(tables["delivery_alerts"] <= tables["alerts"] for tables in counts)


def test_old_backups_go_after_a_good_one_and_nothing_else_does(folder: Path, tmp_path: Path) -> None:
    database_url = f"sqlite:///{tmp_path / 'w.db'}"
    open_database(database_url).close()
    kept = tmp_path / "kept"
    kept.mkdir()
    for day in range(1, 6):
        old = kept / f"watcher-2026-11-0{day}.wbk"
        old.write_bytes(b"old")
        moment = datetime(2026, 11, day, tzinfo=UTC).timestamp()
        os.utime(old, (moment, moment))
    for name in ("watcher-2026-11-01.wbk.txt", "other-2026-11-01.wbk", "watcher-latest.wbk"):
        (kept / name).write_bytes(b"other")
    done = watcher(
        "backup", str(kept / "watcher-2026-11-09.wbk"), "--keep", "3", folder=folder, database_url=database_url
    )
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in kept.iterdir()) == [
        "other-2026-11-01.wbk",
        "watcher-2026-11-01.wbk.txt",
        "watcher-2026-11-04.wbk",
        "watcher-2026-11-05.wbk",
        "watcher-2026-11-09.wbk",
        "watcher-latest.wbk",
    ]
    assert [line.rpartition("-")[2] for line in done.stderr.splitlines()] == ["03.wbk", "02.wbk", "01.wbk"]


def test_nothing_old_goes_when_the_backup_fails(folder: Path, tmp_path: Path) -> None:
    old = tmp_path / "watcher-1.wbk"
    old.write_bytes(b"old")
    damaged = tmp_path / "w.db"
    damaged.write_bytes(b"no database at all" * 100)
    failed = watcher(
        "backup", str(tmp_path / "watcher-2.wbk"), "--keep", "1", folder=folder, database_url=f"sqlite:///{damaged}"
    )
    assert failed.exit_code != 0
    assert old.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (["backup", "b.tar"], r"b\.tar: name it FILE\.wbk, for example watcher-\d{4}-\d\d-\d\d\.wbk"),
        (["backup", "b.wbk", "--keep", "2"], r"b\.wbk: with --keep its name must have a date"),
    ],
)
def test_a_name_that_would_be_trouble_later_is_refused(words: list[str], cure: str, folder: Path) -> None:
    done = watcher(*words, folder=folder, database_url=f"sqlite:///{folder.parent / 'w.db'}")
    assert done.exit_code == 2
    assert re.match(cure, done.stderr)


def test_a_database_that_is_not_there_is_not_made(folder: Path, tmp_path: Path) -> None:
    done = watcher("backup", str(tmp_path / "b.wbk"), folder=folder, database_url=f"sqlite:///{tmp_path / 'none.db'}")
    assert "there is no database" in str(done.exception)
    assert "name yours with --database" in str(done.exception)
    assert not (tmp_path / "none.db").exists()


def test_a_configuration_with_mistakes_is_taken_as_it_is(folder: Path, tmp_path: Path) -> None:
    (folder / "topics.yaml").write_text("topics: [", encoding="utf-8")
    (folder / "subscribers.yaml").unlink()
    attachments = collect_attachments(Options(folder, f"sqlite:///{tmp_path / 'w.db'}"))
    assert attachments == {
        "config/sources.yaml": (folder / "sources.yaml").read_bytes(),
        "config/topics.yaml": b"topics: [",
    }


def test_the_one_just_written_is_never_deleted(tmp_path: Path) -> None:
    for name in ("b-1.wbk", "b-2.wbk"):
        (tmp_path / name).write_bytes(b"")
    os.utime(tmp_path / "b-1.wbk", (0, 0))
    delete_older(tmp_path / "b-1.wbk", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["b-1.wbk"]
