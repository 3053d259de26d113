"""The laboratory of judgement: one table of how well topics, stories, telling, briefs and dates are judged.

.venv/bin/python -m bench.judge [--config DIR] [--quick] [--misses dev|NAME]

Each figure stands beside that of the last run (.judge.json), so that a change of one term shows its price at once. What
is measured, on what, and what may be read of it: docs/judgement.md. No title of items-2 is ever printed.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.judge import labelled, streams
from bench.judge.labelled import Row, read_rows
from bench.judge.scorers import run_scorers
from watcher import config
from watcher.cli import output
from watcher.core.delivery.judge import judge_item
from watcher.model import Zone

ROOT = Path(__file__).parents[2]
DATA, TOOLS = ROOT.parent / "shared/data", ROOT.parent / "shared/tools"
HEADLINES = Path(__file__).parent / "headlines"  # written by us from the facts, in the manner of each kind of publisher
LAST_RUN = ROOT / ".judge.json"
WEEKS = ("2020-07-20", "2020-11-16")
JANUARY = {"guardian_2026-01-01_to_10": "The Guardian", "sky_world_2026-01-01_to_10": "Sky News"}
Figures = dict[str, float]
TopicsOf = Callable[[Row], set[str]]


def read_topics_of(folder: Path) -> TopicsOf:
    """What `watcher match` says of a row, with the topics of `folder`."""
    configuration = config.read_configuration(folder, {"SLACK_BOT_TOKEN": "xoxb-none"})
    return partial(_match, configuration)


def _match(configuration: config.Configuration, row: Row) -> set[str]:
    judgement = judge_item(configuration.index, output.text_to_judge(dict(row)))
    return (
        set()
        if judgement.zone is Zone.PERHAPS
        else {match.topic for match in judgement.matches if not match.is_passing}
    )


def read_sets() -> dict[str, list[dict[str, object]]]:
    """The labelled sets by name; of items-2 also the third that nobody reads, and the two thirds that are read once."""
    second = read_rows(DATA / "corpus/items-2.jsonl")
    ours = {f"ours, {path.stem}": read_rows(path) for path in sorted(HEADLINES.glob("*.jsonl"))}
    return {
        **ours,
        "items": read_rows(DATA / "corpus/items.jsonl"),
        "items-2": second,
        "items-2, two thirds": [row for row in second if not labelled.is_unread(row)],
        "items-2, unread third": [row for row in second if labelled.is_unread(row)],
        "briefs": read_rows(DATA / "briefs/dev.jsonl"),
    }


def measure_topics(topics_of: TopicsOf) -> Iterator[tuple[str, Figures]]:
    """A line for each labelled set, from headlines alone and with summary and body."""
    for name, rows in read_sets().items():
        for fields in labelled.FIELDS if rows else ():
            yield f"topics, {name}, {fields}", labelled.score(rows, topics_of, fields).figures()


def measure_streams(topics: Path) -> Iterator[tuple[str, Figures]]:
    """A line for each press week, for ten days of January, and for half a year of official items."""
    marked = {row["id"]: row for row in read_rows(DATA / "stream/relevant.jsonl")}
    for monday in WEEKS:
        rows = [row for paper in ("bbc", "guardian") for row in read_rows(DATA / f"stream/{paper}-{monday}.jsonl")]
        if rows:
            heard = _play(rows, topics)
            sure = {row["id"] for row in rows if marked.get(row["id"], {}).get("note", "borderline") != "borderline"}
            wrong, silent = len(heard.at_once - marked.keys()), len(sure - heard.told)
            yield f"press week {monday}", {"wrong": wrong, "sure ones silent": silent, **_count(heard)}
    feeds = [
        row
        for name, paper in JANUARY.items()
        for row in streams.read_json_feed(DATA / f"captures-2/{name}.jsonfeed.json", paper)
    ]
    for name, rows in (("January feeds", feeds), ("official stream", read_rows(DATA / "stream/official-2026.jsonl"))):
        if rows:
            yield name, {"items": len(rows), **_count(_play(rows, topics))}


def _play(rows: list[dict[str, object]], topics: Path) -> streams.Heard:
    with tempfile.TemporaryDirectory() as folder:
        return streams.play_stream(rows, Path(folder), topics)


def _count(heard: streams.Heard) -> Figures:
    reasons = {name.replace("_", " "): heard.reasons[name] for name in ("changed", "still_reported")}
    return {"first alerts": len(heard.at_once), "in digest": len(heard.waiting), **reasons}


def print_table(table: Mapping[str, Figures], last: Mapping[str, Figures]) -> None:
    """Each line with its figures, and in brackets that of the last run where it differs."""
    for name, figures in table.items():
        before = last.get(name, {})
        cells = [f"{each} {figure:.4g}{_beside(before.get(each), figure)}" for each, figure in figures.items()]
        print(f"{name:36} {', '.join(cells)}")


def _beside(before: float | None, now: float) -> str:
    return "" if before is None or abs(before - now) < 0.00005 else f" ({before:.4g})"  # noqa: PLR2004 - as printed


def main() -> None:
    """Measure, print, and remember for the next run."""
    parser = argparse.ArgumentParser(prog="bench.judge", description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("--config", type=Path, default=ROOT / "config", help="the folder whose topics.yaml is judged")
    parser.add_argument("--quick", action="store_true", help="topics alone")
    parser.add_argument("--misses", metavar="SET", help="list what is wrong or missed in this set; never of items-2")
    options = parser.parse_args()
    topics_of = read_topics_of(options.config)
    if options.misses:
        if options.misses.startswith("items-2"):
            sys.exit("items-2 decides, and is not read; see docs/judgement.md")
        print("\n".join(labelled.misses(read_sets()[options.misses], topics_of, "all")))
        return
    table = dict(measure_topics(topics_of))
    if not options.quick:
        table |= dict(measure_streams(options.config))
        by_scorer = run_scorers(TOOLS, options.config)
        table |= {name: figures for name, figures in by_scorer.items() if figures}
        print("".join(f"{name:36} not measured\n" for name, figures in by_scorer.items() if not figures), end="")
    last = json.loads(LAST_RUN.read_text(encoding="utf-8")) if LAST_RUN.is_file() else {}
    print_table(table, last)
    if not table:
        print(f"nothing measured: {DATA} is not there (shared/ lies beside the checkout)")
    LAST_RUN.write_text(json.dumps({**last, **table}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
