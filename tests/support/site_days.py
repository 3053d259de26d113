"""The pages of the demo's days, played through the real product, with headlines of an attacker among them."""

import asyncio
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from watcher.core.language.dates import LONDON
from watcher.demo.browse import open_demo_pages
from watcher.demo.days import DemoItem

ROOT = Path(__file__).parents[2]
HOSTILE_HEADLINES = (
    'Flu vaccine "><script>alert(1)</script> for over 50s',
    "Flu vaccine <img src=x onerror=alert(2)> orders due by 20 January 2022",
    "Flu vaccine {{ 7 * 7 }} {% raw %} ${7*7} #{7*7} for practices",
    "Flu vaccine </textarea><svg onload=alert(3)> in practices",
    "Flu vaccine &lt;b&gt; &#x3C;script&#x3E; javascript:alert(4) \u202egnp.exe",
    "Flu vaccine " + "w" * 200,
)


def hostile_items() -> list[DemoItem]:
    """Items of a newspaper whose headlines, summaries and texts attack whoever shows them."""
    return [
        DemoItem(
            at=datetime(2022, 1, 10, 16, number, tzinfo=LONDON),
            on="press",
            path=f"/news/hostile-{number}",
            title=headline,
            summary=f"{headline} {headline}",
            text=f"Practices must order flu vaccine by 31 January 2022. {headline}",
            trap="",
        )
        for number, headline in enumerate(HOSTILE_HEADLINES)
    ]


@contextmanager
def demo_pages(further: Sequence[DemoItem] = ()) -> Iterator[str]:
    """The address of the pages, with `further` items, served by a thread of their own while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    ready: dict[str, Any] = {}
    started = threading.Event()

    async def serve() -> None:
        ready["stop"], ready["loop"] = asyncio.Event(), asyncio.get_running_loop()
        with tempfile.TemporaryDirectory() as work:
            async with open_demo_pages(
                ROOT / "config", Path(work), address, further, proxies="127.0.0.1"
            ) as public_url:
                ready["address"] = public_url
                started.set()
                await ready["stop"].wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            started.set()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    try:
        assert "address" in ready, "the demo's days could not be played"
        yield ready["address"]
    finally:
        if "loop" in ready:
            ready["loop"].call_soon_threadsafe(ready["stop"].set)
        thread.join()
