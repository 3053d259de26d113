"""The pages on a port: alone, beside the loops, while somebody writes, and when the port cannot be had."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from tests.support.flu_week import TOPICS
from tests.support.world import write_config
from watcher.store.database import Database, open_database

SOURCES = """
sources:
  - {id: press, name: BBC, publisher: BBC, trust: press, kind: feed, url: "http://127.0.0.1:9/feed", every: 5m}
"""
READERS = "subscribers: [{id: desk, via: console, address: screen, admin: true}]"
MAX_START_SECONDS = 60


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def running(folder: Path, verb: str, address: str, database: str = "") -> Iterator[subprocess.Popen[str]]:
    """`watcher VERB` with the pages at `address`, until the block ends."""
    write_config(folder / "config", SOURCES, READERS, TOPICS)
    database = database or f"sqlite:///{folder / 'watcher.db'}"
    command = [sys.executable, "-m", "watcher", "--config", str(folder / "config"), "--database", database, verb]
    environment = {**os.environ, "WATCHER_WEB": address, "WATCHER_SECRET": "s" * 32}
    process = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_page(process: subprocess.Popen[str], url: str) -> httpx.Response:
    """The page, once it is served."""
    deadline = time.monotonic() + MAX_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return httpx.get(url, timeout=10)
        except httpx.TransportError:
            threading.Event().wait(0.05)
    raise AssertionError(f"never served: {process.communicate()}")


@pytest.mark.parametrize("verb", ["web", "run"])
def test_the_pages_are_served_on_an_empty_database_until_sigterm(tmp_path: Path, verb: str) -> None:
    address = free_address()
    with running(tmp_path, verb, address) as process:
        page = wait_for_page(process, f"http://{address}/")
        assert page.status_code == httpx.codes.OK
        assert "We could not look" in page.text, "no source has been read so far"
        assert "server" not in page.headers
        topics = httpx.get(f"http://{address}/topics")
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=30)
    assert "Flu vaccination" in topics.text
    assert process.returncode == 0
    assert '"page": "today"' in logged
    assert "Traceback" not in logged


def test_a_changed_configuration_reaches_the_pages_and_a_broken_one_does_not(tmp_path: Path) -> None:
    address = free_address()
    with running(tmp_path, "web", address) as process:
        wait_for_page(process, f"http://{address}/topics")
        file = tmp_path / "config" / "topics.yaml"

        def shows(topic: str) -> bool:
            deadline = time.monotonic() + MAX_START_SECONDS
            while time.monotonic() < deadline:
                if topic in httpx.get(f"http://{address}/topics", timeout=10).text:
                    return True
                threading.Event().wait(1)
            return False

        file.write_text("topics: [{id: broken", encoding="utf-8")
        file.write_text(TOPICS.replace("name: Pay,", "name: Pay and terms,"), encoding="utf-8")
        assert shows("Pay and terms")


def test_a_port_that_is_taken_is_named_with_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with running(tmp_path, "web", address) as process:
            _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"WATCHER_WEB: {address} cannot be listened on" in error
    assert "name a free port" in error


# --- reading beside writing ---------------------------------------------------------------------------------------


def test_a_page_is_read_while_somebody_writes(database: Database) -> None:
    with database.begin() as writing:
        writing.execute(sa.text("DELETE FROM resting_hosts"))
        with database.read() as tx:
            assert tx.scalar(sa.text("SELECT count(*) FROM items")) == 0


def test_what_reads_cannot_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), database.read() as tx:
        tx.execute(sa.text("DELETE FROM resting_hosts"))


def test_a_read_sees_one_moment(database: Database) -> None:
    insert = sa.text("INSERT INTO resting_hosts (host, until) VALUES ('a.example', '2026-01-01 00:00:00')")
    with database.read() as tx:
        before = tx.scalar(sa.text("SELECT count(*) FROM resting_hosts"))
        with database.begin() as writing:
            writing.execute(insert)
        assert tx.scalar(sa.text("SELECT count(*) FROM resting_hosts")) == before == 0


def test_an_old_database_is_brought_up_to_date_before_it_is_shown(tmp_path: Path) -> None:
    address = free_address()
    open_database(f"sqlite:///{tmp_path / 'watcher.db'}").close()
    with running(tmp_path, "web", address) as process:
        assert wait_for_page(process, f"http://{address}/dates").status_code == httpx.codes.OK
