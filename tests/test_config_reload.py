"""Configuration changed while running: whole and checked, or not at all."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, desk, item, recently, rss, serving, write_config
from watcher.config_reload import ConfigFiles, refused_note, tell_admins
from watcher.errors import BadConfig

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
TWO = "subscribers: [{id: screen, via: console, address: screen, admin: true}, {id: b, via: console, address: b}]"
BROKEN = "subscribers: [{id: screen, via: console, address: screen, admn: true}]"


@pytest.mark.fault(120)
@pytest.mark.promise("P20")
def test_a_change_takes_over_when_it_has_settled_and_is_right_and_a_mistake_is_told_once(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://press.example"), SCREEN)
    watched = ConfigFiles(folder, {})

    def look(text: str = "") -> Any:
        if text:
            (folder / "subscribers.yaml").write_text(text, encoding="utf-8")
        try:
            changed = watched.read_if_changed()
        except BadConfig as error:
            return str(error).partition("yaml")[2]
        return sorted(changed.subscribers) if changed else None

    assert [look(), look(TWO), look(), look()] == [None, None, ["b", "screen"], None]
    assert [look(TWO[:40]), look(BROKEN), look(), look()] == [
        None,
        None,
        ":1:59: unknown key 'admn' (did you mean 'admin'?)",
        None,
    ]
    assert [look(TWO), look()] == [None, ["b", "screen"]], "the way back is a change as well"
    (folder / "topics.yaml").unlink()
    assert look() is None
    assert look().startswith(":1:1: the file cannot be read")


@pytest.mark.fault(120)
@pytest.mark.promise("P20")
def test_admins_hear_which_line_is_wrong_and_that_the_old_configuration_stays(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://press.example"), SCREEN)

    async def story() -> list[str]:
        async with desk(folder, {}, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            write_config(folder, SOURCE.format(site="https://press.example"), BROKEN)
            watched = ConfigFiles(folder, {})
            (folder / "subscribers.yaml").write_text(BROKEN + "\n", encoding="utf-8")
            assert watched.read_if_changed() is None
            with pytest.raises(BadConfig) as caught:
                watched.read_if_changed()
            tell_admins(opened, refused_note(caught.value), NOW)
            with opened.database.begin() as tx:
                notes = list(tx.scalars(sa.text("SELECT note FROM alerts")))
                assert tx.scalar(sa.text("SELECT count(*) FROM deliveries")) == 1
            return notes

    (note,) = asyncio.run(story())
    assert note.startswith("The changed configuration is not used; the one before stays in force. ")
    assert note.endswith("subscribers.yaml:1:59: unknown key 'admn' (did you mean 'admin'?)")


@pytest.mark.fault(120)
@pytest.mark.promise("P20")
def test_a_file_that_cannot_be_read_for_a_moment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://press.example"), SCREEN)
    watched = ConfigFiles(folder, {})
    read = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "topics.yaml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    with monkeypatch.context() as moment:
        moment.setattr(Path, "read_bytes", denied)
        assert watched.read_if_changed() is None
        with pytest.raises(BadConfig, match="the file cannot be read: Permission denied"):
            watched.read_if_changed()
    assert watched.read_if_changed() is None
    back = watched.read_if_changed()
    assert back is not None
    assert sorted(back.subscribers) == ["screen"]


@pytest.mark.fault(112)
@pytest.mark.promise("P21")
def test_a_beat_that_fails_is_said_and_the_next_one_holds_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://press.example"), SCREEN)
    beats: list[tuple[str, ...]] = []
    third = threading.Event()

    def renew(_tx: Any, tokens: Any) -> None:
        beats.append(tuple(tokens))
        if len(beats) == 1:
            raise sa.exc.InterfaceError("select", {}, Exception("the line is down"))
        if len(beats) == 3:
            third.set()

    monkeypatch.setattr("watcher.app.RENEW_SECONDS", 0.01)
    monkeypatch.setattr("watcher.store.leases.renew", renew)

    async def story() -> None:
        async with desk(folder, {}, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            opened.lease_uses["token"] = 1
            assert await opened.run_in_thread(third.wait, 10)

    asyncio.run(story())
    assert set(beats) == {("token",)}


def events(process: subprocess.Popen[str], folder: Path, site: str) -> Iterator[str]:
    """What the process says; each event brings the day on, and the test waits for nothing else."""
    assert process.stderr is not None
    for line in process.stderr:
        event = json.loads(line)
        yield event["event"]
        if event["event"] == "polled":
            write_config(folder, SOURCE.format(site=site), BROKEN)
        if event["event"] == "configuration refused":
            assert event["mistakes"] == [f"{folder}/subscribers.yaml:1:59: unknown key 'admn' (did you mean 'admin'?)"]
            write_config(folder, SOURCE.format(site=site), TWO)
        if event["event"] == "configuration changed":
            assert event["subscribers"] == 2
            process.send_signal(signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.promise("P20")
def test_a_running_watcher_takes_a_new_subscriber_in_and_refuses_a_broken_file(tmp_path: Path) -> None:
    with serving({"/feed": response(rss(item(1, recently())))}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)
        command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database"]
        with subprocess.Popen(
            [*command, f"sqlite:///{tmp_path / 'w.db'}", "run"],
            env={**os.environ, "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                heard = list(events(process, folder, site))
            finally:
                process.kill()
    assert heard.index("configuration refused") < heard.index("configuration changed") < heard.index("stopped")
