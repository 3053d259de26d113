"""Feeds per CPU second with start-up, cold and warm, beside the readers of others: the same feeds, the same rounds.

.venv/bin/python -m bench.readers [--feeds 1000] [--runs 3] [--only watcher,reader] [--peers .venv-peers]

Each program is run as its users run it, as a whole process: its CPU (user and system) and its peak memory are the
operating system's own accounting. Rounds: `cold` (an empty database), `304` (nothing new, as the server says), `same`
(the same bytes again), `changed` (every 20th feed has a new item), `stamped` (other bytes, the same items). The
programs take turns; figures are medians. Peers are installed in a virtual environment of their own, on the first run.
"""

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from bench.readers.site import open_site

ROUNDS = ("cold", "304", "same", "changed", "stamped")
CONFIG = Path(__file__).parents[2] / "config"
PACKAGES = (
    "sgmllib3k",
    "reader",
    "feedparser",
    "httpx",
    "aiohttp",
    "fastfeedparser",
    "urlwatch",
    "webchanges",
    "rss2email",
)
SUBSCRIBERS = "subscribers:\n  - {id: screen, via: console, address: screen, topics: all, admin: true}\n"
MAX_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program cost: CPU seconds and peak memory in MB."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Program:
    """A program, by name. `prepare` writes its files into a folder and gives the command; `before` makes all due."""

    name: str
    prepare: Callable[[Path, Sequence[str], Path], list[str]]
    before: Callable[[Path], None] = lambda _: None


def prepare_watcher(folder: Path, addresses: Sequence[str], _peers: Path) -> list[str]:
    """Our own program with the shipped topics."""
    config = folder / "config"
    config.mkdir()
    rows = (
        f"  - {{id: s{number}, name: Site {number}, publisher: P{number}, trust: trade, kind: feed, every: 5m,"
        f" url: '{address}'}}\n"
        for number, address in enumerate(addresses)
    )
    (config / "sources.yaml").write_text("sources:\n" + "".join(rows))
    (config / "subscribers.yaml").write_text(SUBSCRIBERS)
    (config / "topics.yaml").write_bytes((CONFIG / "topics.yaml").read_bytes())
    return [sys.executable, "-m", "watcher", "--config", str(config), "--database", f"sqlite:///{folder}/w.db", "poll"]


def make_all_due(folder: Path) -> None:
    """The time until the next poll has passed."""
    with sqlite3.connect(folder / "w.db") as db:
        db.execute("UPDATE sources SET next_poll = '2026-01-01 00:00:00.000000'")
    db.close()


def prepare_script(script: str) -> Callable[[Path, Sequence[str], Path], list[str]]:
    """One of the programs in programs/."""

    def prepare(folder: Path, addresses: Sequence[str], peers: Path) -> list[str]:
        (folder / "addresses").write_text("\n".join(addresses))
        module = f"bench.readers.programs.{script}"
        return [str(peers / "bin/python"), "-m", module, str(folder), str(folder / "addresses")]

    return prepare


def prepare_urlwatch(folder: Path, addresses: Sequence[str], peers: Path) -> list[str]:
    """Watches bytes, like its fork webchanges; they parse no feed."""
    (folder / "urls.yaml").write_text("---\n".join(f"url: {address}\n" for address in addresses))
    (folder / "config.yaml").write_text("report: {text: {}, stdout: {enabled: false}}\n")
    files = ["--urls", f"{folder}/urls.yaml", "--config", f"{folder}/config.yaml", "--cache", f"{folder}/cache.db"]
    return [str(peers / "bin/urlwatch"), *files, "--hooks", f"{folder}/hooks.py"]


def prepare_webchanges(folder: Path, addresses: Sequence[str], peers: Path) -> list[str]:
    """A fork of urlwatch with options of its own."""
    (folder / "jobs.yaml").write_text("---\n".join(f"url: {address}\n" for address in addresses))
    (folder / "config.yaml").write_text("report: {stdout: {enabled: false}, browser: {enabled: false}}\n")
    files = ["--jobs", f"{folder}/jobs.yaml", "--config", f"{folder}/config.yaml", "--database", f"{folder}/cache.db"]
    return [str(peers / "bin/webchanges"), *files, "--hooks", f"{folder}/hooks.py"]


def prepare_rss2email(folder: Path, addresses: Sequence[str], peers: Path) -> list[str]:
    """Without sending."""
    head = "[DEFAULT]\nfrom = a@example.org\nto = b@example.org\nverbose = error\n"
    feeds = "".join(f"[feed.s{number}]\nurl = {address}\n" for number, address in enumerate(addresses))
    (folder / "rss2email.cfg").write_text(head + feeds)
    return [str(peers / "bin/r2e"), "-c", f"{folder}/rss2email.cfg", "-d", f"{folder}/data.json", "run", "--no-send"]


ALL = (
    Program("watcher", prepare_watcher, make_all_due),
    Program("reader", prepare_script("with_reader")),
    Program("httpx+feedparser", prepare_script("with_feedparser")),
    Program("urlwatch (no parsing)", prepare_urlwatch),
    Program("webchanges (no parsing)", prepare_webchanges),
    Program("rss2email", prepare_rss2email),
    Program("aiohttp+fastfeedparser", prepare_script("with_fastfeedparser")),
)


def install_peers(folder: Path) -> None:
    """What can be installed, each by itself: one that cannot stays out of the table."""
    if not folder.exists():
        venv.create(folder, with_pip=True)
        for package in PACKAGES:
            pip = [
                str(folder / "bin/python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                package,
            ]
            if subprocess.run(pip, check=False, stderr=subprocess.DEVNULL).returncode:  # noqa: S603 - our own words
                print(f"{package} could not be installed", file=sys.stderr)


def run_once(command: Sequence[str], log: Path) -> Cost:
    """Run a whole process. Raises RuntimeError when it fails."""
    with log.open("ab") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)  # noqa: S603 - our own words
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {log.read_text()[-300:]}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def run_rounds(program: Program, addresses: Sequence[str], rounds: Connection, peers: Path) -> dict[str, Cost]:
    """All rounds of one program, from an empty folder. A round that fails ends them."""
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = program.prepare(folder, addresses, peers)
        for number, round_name in enumerate(ROUNDS):
            rounds.send("304" if round_name == "cold" else round_name)
            rounds.recv()
            if number:
                program.before(folder)
            try:
                costs[round_name] = run_once(command, folder / "log")
            except (RuntimeError, OSError) as error:
                print(f"{program.name}, {round_name}: {error}", file=sys.stderr)
                break
    return costs


def print_table(feeds: int, costs: Mapping[str, Sequence[Mapping[str, Cost]]]) -> None:
    """Feeds per CPU second by round, and the highest peak; below it the ratios of ours to reader."""
    print(f"\n{feeds:,} feeds: feeds per CPU second, with start-up (medians)\n")
    print(f"| {'program':24} | " + " | ".join(f"{name:>8}" for name in ROUNDS) + " | peak MB |")
    print("| --- |" + " ---: |" * (len(ROUNDS) + 1))
    speeds: dict[str, dict[str, float]] = {}
    for name, runs in costs.items():
        speeds[name] = {
            round_name: feeds / statistics.median(run[round_name].seconds for run in runs)
            for round_name in ROUNDS
            if runs and all(round_name in run for run in runs)
        }
        peak = max((cost.megabytes for run in runs for cost in run.values()), default=0)
        figures = " | ".join(f"{speeds[name].get(round_name, 0):8,.0f}" for round_name in ROUNDS)
        print(f"| {name:24} | {figures} | {peak:7,.0f} |")
    if {"watcher", "reader"} <= speeds.keys():
        ratios = " | ".join(
            f"{speeds['watcher'].get(name, 0) / max(speeds['reader'].get(name, 1), 1e-9):8.2f}" for name in ROUNDS
        )
        print(f"| {'watcher / reader':24} | {ratios} | {'':7} |")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--peers", type=Path, default=Path(".venv-peers"))
    asked = parser.parse_args()
    install_peers(asked.peers)
    names = [name for name in asked.only.split(",") if name]
    programs = [program for program in ALL if not names or any(program.name.startswith(name) for name in names)]
    costs: dict[str, list[Mapping[str, Cost]]] = {program.name: [] for program in programs}
    with open_site(asked.feeds) as (site, rounds):
        addresses = [f"{site}/feed/{number}" for number in range(asked.feeds)]
        for _ in range(asked.runs):
            for program in programs:
                costs[program.name].append(run_rounds(program, addresses, rounds, asked.peers))
    print_table(asked.feeds, costs)


if __name__ == "__main__":
    os.environ["WATCHER_ALLOW_PRIVATE"] = "127.0.0.0/8"
    main()
