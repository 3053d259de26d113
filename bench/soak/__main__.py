"""The soak (`make soak`): a year of all that can go wrong, in minutes, and a table of what became of the promises.

.venv/bin/python -m bench.soak --seed 1 --days 365

The real product runs between 20 sites and 6 subscribers on loopback, over both clock changes, with a handed-in `now`.
From the seed, sites answer 503, 429, login pages, half a feed, nothing, or an empty list; they move, edit, flip-flop,
burst, drop and bring back. Channels refuse, break off after accepting, send pages, or are out for days. The process
dies before a commit, right after one, before and after a hand-over, with leases left behind; it is restarted, falls
asleep, and its clock jumps a day and comes back.

Each day a backup is taken while messages are handed over; each is read back, and the last is restored at the end.

A book of its own (`book.py`) knows what was really served and what each channel really took. Every log line, error,
message and row is searched for secrets. Exit code 1 when a promise is broken: the first cases stand below the table,
and the same seed plays them again.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench.soak.year import Year


def main() -> int:
    """Live the year and print what became of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="A simulated year with faults.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="watcher-soak-") as folder:
        year = Year(asked.seed, asked.days, Path(folder), lambda line: print(line, flush=True))
        verdict = asyncio.run(year.live())
    print(f"\nseed {asked.seed}, {asked.days} days")
    for what, figure in verdict.rows:
        print(f"{what:<52} {figure}")
    for case in verdict.broken:
        print(f"BROKEN  seed {asked.seed}: {case}")
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    sys.exit(main())
