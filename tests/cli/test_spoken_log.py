"""`watcher run` for eyes: what it watches, whom it tells, and then each alert and each failure in a line."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from tests.support.faulty import response
from tests.support.world import SOURCE, item, recently, rss, serving, write_config
from watcher import config, store
from watcher.cli import spoken_log, spoken_words
from watcher.cli.spoken_log import SpokenLog
from watcher.model import Fault, Proof, SourceState
from watcher.store.database import Database, open_database

NOW = datetime(2026, 7, 2, 6, 30, tzinfo=UTC)
PATIENCE_SECONDS = 60
PEOPLE = """subscribers:
  - {id: screen, via: console, address: "practice.manager@nhs.example", admin: true}
  - {id: partners, via: console, address: upstairs, pace: weekly, on: friday}
"""
GONE = SOURCE.partition("sources:")[2].replace("id: press", "id: gone").replace("BBC News", "Gone News")
HEADLINE = "Flu jabs \x1b]0;owned\x07 for all\u202e from December"


class StoppableScreen(StringIO):
    """A terminal of which one can wait for words; while it is `stopped`, writing to it waits."""

    def __init__(self) -> None:
        super().__init__()
        self._shown, self._goes_on = threading.Condition(), threading.Event()
        self._goes_on.set()
        self.is_asked = threading.Event()

    def stop(self) -> None:
        self._goes_on.clear()

    def go_on(self) -> None:
        self._goes_on.set()

    def write(self, text: str) -> int:
        self.is_asked.set()
        assert self._goes_on.wait(PATIENCE_SECONDS)
        with self._shown:
            self._shown.notify_all()
            return super().write(text)

    def wait_for(self, words: str) -> None:
        with self._shown:
            assert self._shown.wait_for(lambda: words in self.getvalue(), PATIENCE_SECONDS), self.getvalue()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, what waits is said before the log is closed."""
    monkeypatch.setattr(spoken_log, "MAX_CLOSE_SECONDS", PATIENCE_SECONDS)


def say(log: SpokenLog, **record: object) -> None:
    with pytest.raises(structlog.DropEvent):
        log(None, "info", {"level": "info", **record})


def listen(log: SpokenLog, folder: Path) -> Database:
    """Give the log an empty database."""
    loaded = config.read_configuration(write_config(folder / "c", SOURCE.format(site="http://a.example"), PEOPLE), {})
    database = open_database(f"sqlite:///{folder}/w.db")
    log.listen_to(database, lambda: loaded)
    return database


def run_until(
    folder: Path, is_done: Callable[[str], bool], *options: str, terminal: bool = True, shared: bool = False
) -> tuple[str, str]:
    """(stderr, stdout) of `watcher run`, stopped as soon as `is_done` of its stderr.

    `terminal`: stderr is one; `shared`: stdout goes to the same.
    """
    ours, theirs = pty.openpty() if terminal else os.pipe()
    environment = {**os.environ, "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
    command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database", f"sqlite:///{folder}/w.db"]
    shown = ""
    with subprocess.Popen(
        [*command, "run", *options],
        env=environment,
        stdout=theirs if shared else subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as running:
        os.close(theirs)
        give_up = time.monotonic() + PATIENCE_SECONDS
        is_stopped = False
        while select.select([ours], [], [], max(0, give_up - time.monotonic()))[0]:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # a terminal whose other end is closed
                break
            if not chunk:
                break
            shown += chunk.decode()
            if is_done(shown) and not is_stopped:
                is_stopped = True
                running.send_signal(signal.SIGTERM)
        os.close(ours)
        if not is_stopped:
            running.kill()
        out = running.communicate()[0] or ""
    assert running.returncode == 0, shown
    return shown.replace("\r\n", "\n"), out


def spoken(lines: str) -> list[str]:
    """The lines without London's clock before each."""
    return [re.sub(r"^\w{3} \d\d \w{3} \d\d:\d\d:\d\d  ", "", line) for line in lines.splitlines()]


def test_on_a_terminal_it_says_what_it_watches_whom_it_tells_and_what_happens(tmp_path: Path) -> None:
    with serving({"/feed": response(rss(item(1, recently(), HEADLINE)))}) as (site, _):
        sources = SOURCE.format(site=site) + GONE.format(site=site).replace("/feed", "/nothing").lstrip("\n")
        folder = write_config(tmp_path / "config", sources, PEOPLE)
        shown, out = run_until(folder, lambda text: "told screen" in text and "COULD NOT LOOK" in text)
    lines = spoken(shown)
    assert lines[:3] == [
        "watching 2 sources",
        "telling screen (console, at once), partners (console, weekly on Fridays)",
        "next look: BBC News, now",
    ]
    assert re.fullmatch(r"next digest: Fri \d+ \w{3} \d{4} 07:30 for partners", lines[3])
    assert "told screen (console): first heard: Flu jabs ]0;owned for all from December" in lines
    (failed,) = [line for line in lines if line.startswith("COULD NOT LOOK")]
    assert failed.startswith("COULD NOT LOOK at Gone News (HTTP 404): look at the site in a browser; if it moved,")
    assert re.search(r"; next look \w{3} \d+ \w{3} \d{4} \d\d:\d\d$", failed)
    assert lines[-2:] == ["stopping when the unfinished work is done", "stopped"]
    assert "Flu jabs" in out, "what the console tells stands on standard output as ever"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", shown), "text from outside commands no terminal"
    assert "manager@nhs.example" not in shown
    assert "upstairs" not in shown


def test_a_message_that_is_printed_on_the_same_terminal_is_not_said_again(tmp_path: Path) -> None:
    with serving({"/feed": response(rss(item(1, recently(), "Flu jabs for all from December")))}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)
        shown, _ = run_until(folder, lambda text: "--- to practice.manager@nhs.example ---" in text, shared=True)
    assert "watching 1 source" in shown
    assert shown.count("Flu jabs for all from December") == 1
    assert "told screen" not in shown


@pytest.mark.parametrize(
    ("terminal", "options", "is_json"),
    [(False, (), True), (True, ("--log", "json"), True), (False, ("--log", "text"), False)],
    ids=["no terminal", "json asked for", "text asked for"],
)
def test_machines_get_json_and_whoever_asks_gets_what_is_asked(
    *, terminal: bool, options: tuple[str, ...], is_json: bool, tmp_path: Path
) -> None:
    with serving({"/feed": response(rss())}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)
        shown, _ = run_until(
            folder, lambda text: "started" in text or "next digest" in text, *options, terminal=terminal
        )
    if is_json:
        events = [json.loads(line) for line in shown.splitlines()]
        assert (events[0]["event"], events[0]["sources"], events[-1]["event"]) == ("started", 1, "stopped")
    else:
        assert spoken(shown)[0] == "watching 1 source"


def test_sources_that_are_being_proven_are_counted_apart_and_the_next_look_is_the_earliest(tmp_path: Path) -> None:
    auto = GONE.format(site="http://a.example") + "    enabled: auto\n"
    loaded = config.read_configuration(
        write_config(tmp_path / "c", SOURCE.format(site="http://a.example") + auto, PEOPLE), {}
    )
    states = {
        "press": SourceState(source="press", next_poll=NOW + timedelta(minutes=9)),
        "gone": SourceState(source="gone", next_poll=NOW + timedelta(minutes=4)),
    }
    lines = list(spoken_words.opening_lines(loaded, states, NOW))
    assert lines[0] == "watching 1 source, 1 being proven"
    assert lines[2:] == [
        "next look: Gone News, Thu 2 Jul 2026 07:34",
        "next digest: Fri 3 Jul 2026 07:30 for partners",
    ]


def test_a_digest_is_one_line_with_its_headlines_below_and_not_all_of_hundreds() -> None:
    rows = [SimpleNamespace(reason="first_heard", note="", title=f"Headline {number}") for number in range(25)]
    lines = list(spoken_words.sent_lines("partners", "email", "weekly:2026-07-03", rows))
    assert (lines[0], lines[1]) == (
        "sent partners (email) its weekly digest: 25 headlines",
        "    first heard: Headline 0",
    )
    assert (len(lines), lines[-1]) == (22, "    and 5 more")
    note = SimpleNamespace(reason="needs_admin", note="PCSE cannot be read.\n\x1b[2J", title="")
    assert list(spoken_words.sent_lines("screen", "slack", "alert:1", [note])) == [
        "told screen (slack): for admins: PCSE cannot be read. [2J"
    ]
    assert list(spoken_words.sent_lines("screen", "slack", "welcome:screen", [])) == ["sent screen (slack) a message"]


def test_what_did_not_arrive_says_why_and_when_it_goes_again() -> None:
    record = {"subscriber": "screen", "outcome": "failed", "why": "HTTP 503"}
    again = "; it goes again Thu 2 Jul 2026 07:30"
    assert spoken_words.not_sent_line(record, "slack", NOW) == f"NOT SENT to screen (slack): failed, HTTP 503{again}"
    assert spoken_words.not_sent_line({**record, "outcome": "given up"}, "slack", None).endswith("given up, HTTP 503")


def test_polls_speak_where_something_came_or_failed_and_are_silent_otherwise() -> None:
    quiet = {"source": "press", "outcome": "unchanged", "fresh": 0, "revised": 0, "topics": [], "problems": []}
    assert list(spoken_words.poll_lines(quiet, "BBC News", None)) == []
    read = {**quiet, "outcome": "read", "fresh": 3, "revised": 1, "problems": ["a row without a link"]}
    assert list(spoken_words.poll_lines(read, "BBC News", None)) == [
        "BBC News: 3 new, 1 changed, none of a topic",
        "BBC News: a row without a link",
    ]
    failing = SourceState(source="press", next_poll=NOW, last_poll=NOW, error="HTTP 429", fault=Fault.FAILED)
    assert list(spoken_words.poll_lines({**quiet, "outcome": "failed", "why": "HTTP 429"}, "BBC News", failing)) == [
        "COULD NOT LOOK at BBC News (HTTP 429): wait; if it stays so, raise its `every`; next look Thu 2 Jul 2026 07:30"
    ]
    (unproven,) = spoken_words.poll_lines({**quiet, "outcome": "not proven", "why": "HTTP 404"}, "BBC News", None)
    assert unproven == "not proven, so it stays off: BBC News (HTTP 404); `watcher sources` says what to do"


def test_every_other_record_is_said_too_and_an_exception_by_its_type_and_place() -> None:
    stack = {"exc_type": "KeyError", "frames": [{"filename": "/x/watcher/poll.py", "lineno": 9}, {"filename": "/y.py"}]}
    record = {"event": "unexpected error", "level": "error", "during": "polled", "exception": [stack]}
    (line,) = spoken_words.record_lines(record)
    assert line == "unexpected error (during polled): KeyError at poll.py:9; please report it with this line"
    refused = {"event": "configuration refused", "level": "warning", "mistakes": ["config/topics.yaml:3:1: no"]}
    assert list(spoken_words.record_lines(refused))[1:] == ["    config/topics.yaml:3:1: no"]
    assert list(spoken_words.record_lines({"event": "page", "level": "info", "ms": 3})) == []


@pytest.mark.usefixtures("patient")
def test_a_source_that_proved_itself_and_one_that_is_back_are_said_once(tmp_path: Path) -> None:
    auto = GONE.format(site="http://a.example") + "    enabled: auto\n"
    folder = write_config(tmp_path / "c", SOURCE.format(site="http://a.example") + auto, PEOPLE)
    loaded = config.read_configuration(folder, {})
    database = open_database(f"sqlite:///{tmp_path}/w.db")
    screen = StoppableScreen()
    log = SpokenLog(screen, lambda: NOW, str)
    log.listen_to(database, lambda: loaded)
    say(log, event="started")
    for source, outcome in (
        ("press", "failed"),
        ("press", "unchanged"),
        ("press", "unchanged"),
        ("gone", "not proven"),
    ):
        say(log, event="polled", source=source, outcome=outcome, why="HTTP 503" if outcome != "unchanged" else "")
    screen.wait_for("not proven")
    with database.begin() as tx:
        (state,) = store.sources.claim(tx, ["gone"], "lease", NOW, forced=True)
        assert store.sources.save(tx, replace(state, proof=Proof(at=NOW)), "lease")
    say(log, event="polled", source="gone", outcome="read", fresh=3)
    say(log, event="polled", source="gone", outcome="unchanged")
    log.close()
    database.close()
    assert [line for line in spoken(screen.getvalue()) if "again" in line or "proven" in line][2:] == [
        "BBC News can be read again",
        "not proven, so it stays off: Gone News (HTTP 503); `watcher sources` says what to do",
        "proven, and on from now: Gone News",
    ]


@pytest.mark.usefixtures("patient")
def test_a_database_that_is_away_silences_nothing(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "c", SOURCE.format(site="http://a.example"), PEOPLE)
    loaded = config.read_configuration(folder, {})
    database = open_database(f"sqlite:///{tmp_path}/w.db")
    with database.begin() as tx:
        tx.exec_driver_sql("DROP TABLE delivery_alerts")
    screen = StringIO()
    log = SpokenLog(screen, lambda: NOW, lambda line: line.replace("secret", "***"))
    log.listen_to(database, lambda: loaded)
    record = {"event": "delivered", "level": "info", "delivery": "1", "subscriber": "screen", "outcome": "sent"}
    with pytest.raises(structlog.DropEvent):
        log(None, "info", record)
    log.close()
    database.close()
    with pytest.raises(structlog.DropEvent):
        log(None, "info", {"event": "stopped with a secret", "level": "info"})
    assert screen.getvalue().splitlines() == [
        "Thu 02 Jul 07:30:00  delivered (delivery 1, subscriber screen, outcome sent)",
        "Thu 02 Jul 07:30:00  stopped with a ***",
    ]


class Closed(StringIO):
    """A terminal whose window was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def write(self, text: str) -> int:
        self.count += 1
        raise OSError(5, "Input/output error", text)


@pytest.mark.usefixtures("patient")
def test_a_closed_terminal_stops_nothing_and_nothing_is_kept_for_it(tmp_path: Path) -> None:
    screen = Closed()
    log = SpokenLog(screen, lambda: NOW, str)
    database = listen(log, tmp_path)
    for _ in range(3_000):
        say(log, event="something")
    log.close()
    database.close()
    say(log, event="stopped")
    assert log._thread is not None
    assert not log._thread.is_alive()
    assert (log._records.qsize(), screen.count) == (0, 1)


@pytest.mark.usefixtures("patient")
def test_what_comes_faster_than_it_can_be_said_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_log, "MAX_WAITING_RECORDS", 3)
    screen = StoppableScreen()
    log = SpokenLog(screen, lambda: NOW, str)
    database = listen(log, tmp_path)
    screen.stop()
    say(log, event="the first")
    assert screen.is_asked.wait(PATIENCE_SECONDS)
    for number in range(8):
        say(log, event=f"number {number}")
    screen.go_on()
    log.close()
    database.close()
    assert spoken(screen.getvalue()) == [
        "the first",
        "number 0",
        "number 1",
        "number 2",
        "5 records of the log were left out: they came faster than they could be said",
    ]


def test_a_stopped_terminal_does_not_stop_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_log, "MAX_CLOSE_SECONDS", 0.0)
    screen = StoppableScreen()
    log = SpokenLog(screen, lambda: NOW, str)
    database = listen(log, tmp_path)
    screen.stop()
    say(log, event="the first")
    assert screen.is_asked.wait(PATIENCE_SECONDS)
    log.close()
    say(log, event="stopped")
    screen.go_on()
    assert log._thread is not None
    log._thread.join(PATIENCE_SECONDS)
    database.close()
    assert "stopped" not in screen.getvalue()
