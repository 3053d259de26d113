"""`watcher run` with all that it can serve, as a process: healthy, measured, heard, and silent about its secrets."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx

from tests.support.faulty import response
from tests.support.mail_server import free_port
from tests.support.world import SOURCE, item, recently, rss, serving, write_config

PATIENCE = 30
CANARY = "canary-51fe"
PEOPLE = "subscribers: [{id: one, via: console, address: screen, admin: true}]"


def test_it_is_ready_measured_and_heard(tmp_path: Path) -> None:
    heard = threading.Event()

    async def hear(_path: str, _request: bytes, writer: Any) -> None:
        heard.set()
        writer.write(response(b"OK"))
        await writer.drain()

    pages, figures = free_port(), free_port()
    with serving({"/feed": response(rss(item(1, recently()))), f"/{CANARY}": hear}) as (site, _):
        environment = {
            **os.environ,
            "WATCHER_CONFIG": str(write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)),
            "WATCHER_DATABASE": f"sqlite:///{tmp_path / 'w.db'}",
            "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8",
            "WATCHER_SECRET": CANARY * 4,
            "WATCHER_WEB": f"127.0.0.1:{pages}",
            "WATCHER_METRICS": f"127.0.0.1:{figures}",
            "WATCHER_HEARTBEAT": f"{site}/{CANARY}",
        }
        command = [sys.executable, "-m", "watcher", "run"]
        process = subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        try:
            assert heard.wait(PATIENCE), "both loops have ended a tick"
            ready = httpx.get(f"http://127.0.0.1:{pages}/health/ready")
            scraped = httpx.get(f"http://127.0.0.1:{figures}/metrics")
            elsewhere = httpx.get(f"http://127.0.0.1:{pages}/metrics")
            process.send_signal(signal.SIGTERM)
            _, logged = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == 0
    assert (ready.status_code, ready.json()["stale"]) == (200, [])
    assert set(ready.json()["seconds_since"]) == {"poll", "deliver"}
    assert scraped.status_code == 200
    assert "watcher_oldest_due_seconds" in scraped.text
    assert elsewhere.status_code == 404, "never on the port of the pages"
    assert CANARY not in logged + scraped.text + ready.text
