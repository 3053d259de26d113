"""What watcher costs before it does anything, as whole processes: CPU seconds (user and system) and peak memory.

.venv/bin/python -m bench.startup [FEEDS]

The shipped configuration for `check`, the shipped topics with one feed for `poll`, and FEEDS (1,000) feeds that all
answer 304 with one topic. Medians of five processes.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.readers.__main__ import Cost, make_all_due, prepare_watcher, run_once
from bench.readers.site import open_site

RUNS = 5
CONFIG = Path(__file__).parents[1] / "config"
TOPIC = "topics:\n  - {id: flu, name: Flu, any: ['flu jab']}\n"


def show(name: str, command: Sequence[str], log: Path, before: Callable[[], object] = lambda: None) -> None:
    """Print the medians of a command; `before` is called before each process."""
    costs: list[Cost] = []
    for _ in range(RUNS):
        before()
        costs.append(run_once(command, log))
    seconds = statistics.median(cost.seconds for cost in costs)
    megabytes = statistics.median(cost.megabytes for cost in costs)
    print(f"{name:45} {seconds:6.2f} s CPU {megabytes:5.0f} MB", flush=True)


def show_polls(name: str, folder: Path, feeds: int, topics: str = "") -> None:
    """Polls of so many feeds: with nothing due, and with all of them due and unchanged."""
    folder.mkdir()
    with open_site(feeds) as (site, rounds):
        command = prepare_watcher(folder, [f"{site}/feed/{number}" for number in range(feeds)], folder)
        if topics:
            (folder / "config/topics.yaml").write_text(topics)
        rounds.send("304")
        rounds.recv()
        run_once(command, folder / "log")
        show(f"{name}, nothing due", command, folder / "log")
        show(f"{name}, 304", command, folder / "log", lambda: make_all_due(folder))


def main() -> None:
    """Print a line for each command."""
    feeds = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    watcher = [sys.executable, "-m", "watcher"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"XDG_CACHE_HOME": name, "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8", "SLACK_BOT_TOKEN": "xoxb-bench"}
        proof, log = folder / "watcher/proven-topics", folder / "log"
        check = [*watcher, "--config", str(CONFIG), "check"]
        show("watcher --help", [*watcher, "--help"], log)
        show("watcher check, topics.yaml changed", check, log, lambda: proof.unlink(missing_ok=True))
        show("watcher check", check, log)
        show_polls("watcher poll, 1 feed", folder / "one", 1)
        show_polls(f"watcher poll, {feeds:,} feeds", folder / "many", feeds, TOPIC)


if __name__ == "__main__":
    main()
