"""Stories on labelled items: how well they gather one announcement, with each event left out of the choice of figures.

.venv/bin/python -m bench.stories [--joins]

Placing alone, without polls and messages (those are in `make judge`): 96 dated items of 30 events
(../shared/data/replay), 158 of the labelled items, and 370 items of 121 events of our own, written without sight of the
decisions to share as few words as announcements do (bench/judge/events). The figures of GRID are chosen anew for every
event on all others, and the event is measured with them; beside it stands what the product has. --joins prints every
join of two weeks of the press and half a year of official items, to be read.
"""

import argparse
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.judge.__main__ import DATA, ROOT, WEEKS
from bench.judge.labelled import Row, read_rows
from watcher.config.topics import read_topics
from watcher.config.yaml_file import load_yaml
from watcher.core.matching.index import TopicIndex
from watcher.core.stories import likeness, similarity
from watcher.core.stories.authority import teller_of
from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.story_index import MAX_OPEN, StoryIndex
from watcher.model import Story, StoryItem, Trust
from watcher.replay.rows import ReplayRow, read_row
from watcher.replay.stage import TRUSTS

GRID: Mapping[str, Sequence[float]] = {
    "GUESS_WITHIN": (0.14, 0.49, 0.98),
    "SHARE_OF_ONE_DUTY": (0.3, 0.5, 1.0),
    "JOINS_FROM": (0.6, 0.75, 0.9),
    "COST_OF_A_DAY": (0.05, 0.07, 0.1),
}
EVENTS = ROOT / "bench/judge/events"
_SLUG = re.compile(r"\s*\(from URL slug\)$")
_ALONE = "alone"
Placed = tuple[Row, str]  # a row and the id of its Story


def read_topic_index() -> TopicIndex:
    """The topics of config/."""
    path = ROOT / "config/topics.yaml"
    return read_topics(load_yaml(path, str(path))).index


def read_dated(rows: Sequence[Row]) -> list[tuple[Row, ReplayRow]]:
    """The rows with a date, in its order."""
    cut = ({**row, "title": _SLUG.sub("", row["title"]), "body": None} for row in rows)
    dated = [(row, read) for row, fields in zip(rows, cut, strict=True) if (read := read_row(fields))]
    return sorted(dated, key=lambda pair: (pair[1].at, pair[1].publisher, pair[1].id))


def place(dated: Sequence[tuple[Row, ReplayRow]], topics: TopicIndex) -> tuple[list[Placed], dict[str, Story]]:
    """Each row with its Story, and the Stories by their ids; a row in none stands alone."""
    placed: list[Placed] = []
    stories: dict[str, Story] = {}
    for row, read in dated:
        story_item, of_item = _judge(read, topics)
        since = read.at - MAX_OPEN
        index = StoryIndex(story for story in stories.values() if story.last_item_at >= since)
        after = place_item(story_item, of_item, index, read.at).after
        if after:
            stories[after.id] = after
        placed.append((row, after.id if after else f"{_ALONE} {row['id']}"))
    return placed, stories


def _judge(read: ReplayRow, topics: TopicIndex) -> tuple[StoryItem, tuple[str, ...]]:
    item = replace(read.item, source=f"{read.publisher} {read.kind}", first_seen=read.at)
    trust, publisher = teller_of(item, TRUSTS.get(read.kind, Trust.PRESS), read.publisher)
    matches, _ = topics.topics_of(item, publisher)
    told = tuple(match.topic for match in matches if not match.is_passing)
    return as_story_item(item, trust, publisher, read.at), told


def b_cubed(placed: Sequence[Placed], events: set[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over the items of `events`."""
    by_story: dict[str, list[Row]] = defaultdict(list)
    by_event: dict[str, list[Row]] = defaultdict(list)
    for row, story in placed:
        by_story[story].append(row)
        by_event[row["event"]].append(row)
    pairs = [(row, story) for row, story in placed if row["event"] in events]
    right = [sum(each["event"] == row["event"] for each in by_story[story]) for row, story in pairs]
    precision = sum(n / len(by_story[story]) for n, (_, story) in zip(right, pairs, strict=True)) / len(pairs)
    recall = sum(n / len(by_event[row["event"]]) for n, (row, _) in zip(right, pairs, strict=True)) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def settings() -> Iterator[dict[str, float]]:
    """Every combination of the figures of GRID."""
    for values in itertools.product(*GRID.values()):
        yield dict(zip(GRID, values, strict=True))


def use(figures: Mapping[str, float]) -> None:
    """Let the decisions work with `figures`."""
    for module, (name, value) in itertools.product((similarity, likeness), figures.items()):
        if hasattr(module, name):
            setattr(module, name, value)


def leave_one_out(dated: Sequence[tuple[Row, ReplayRow]], topics: TopicIndex, events: set[str]) -> tuple[float, ...]:
    """B-cubed where each event is measured with the figures that are best for the other ones."""
    shipped = {name: getattr(similarity, name) for name in GRID}
    runs = []
    for figures in settings():
        use(figures)
        runs.append(place(dated, topics)[0])
    use(shipped)
    shares: list[tuple[float, float, int]] = []
    for event in sorted(events):
        best = max(runs, key=lambda placed: b_cubed(placed, events - {event})[2])
        precision, recall, _ = b_cubed(best, {event})
        shares.append((precision, recall, sum(row["event"] == event for row, _ in best)))
    items = sum(count for *_, count in shares)
    precision, recall = (sum(each[n] * each[2] for each in shares) / items for n in (0, 1))
    return precision, recall, 2 * precision * recall / (precision + recall)


def print_joins(name: str, rows: Sequence[Row], topics: TopicIndex) -> None:
    """Every Story of more than one item, with why each joined."""
    _, stories = place(read_dated(rows), topics)
    several = [story for story in stories.values() if len(story.items) > 1]
    print(f"\n{name}: {len(rows)} items, {sum(len(story.items) - 1 for story in several)} joins")
    for story in several:
        print()
        for item in story.items:
            print(f"  {item.seen_at:%d %b %H:%M} {item.publisher[:14]:14} {item.title[:90]} <- {item.join_reason}")


def labelled() -> dict[str, tuple[list[dict[str, Any]], set[str]]]:
    """The rows of each labelled set, and its events; a row without one is an event of its own."""
    path = DATA / "replay/events.json"
    traps = {event for event, label in _read_json(path).items() if label["is_trap"]}
    replay = read_rows(DATA / "replay/items.jsonl")
    days = [
        row for row in read_rows(DATA / "corpus/items.jsonl") if len(row.get("published") or "") >= len("2020-07-24")
    ]
    alone = [{**row, "event": row.get("event") or f"{_ALONE} {row['id']}"} for row in days]
    ours = {f"ours, {path.stem}": read_rows(path) for path in sorted(EVENTS.glob("*.jsonl"))}
    sets = {"replay": replay, "items": alone, **ours}
    return {name: (rows, {row["event"] for row in rows if row["published"]} - traps) for name, rows in sets.items()}


def _read_json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Print the table, and the joins where they are asked for."""
    parser = argparse.ArgumentParser(description="Stories on labelled items.")
    parser.add_argument("--joins", action="store_true", help="print every join of the streams instead")
    asked = parser.parse_args()
    topics = read_topic_index()
    if asked.joins:
        stream = DATA / "stream"
        print_joins("official", read_rows(stream / "official-2026.jsonl"), topics)
        for week in WEEKS:
            rows = [row for paper in ("bbc", "guardian") for row in read_rows(stream / f"{paper}-{week}.jsonl")]
            print_joins(f"press, {week}", rows, topics)
        return
    print("b-cubed          precision  recall  F1    | each event left out: precision  recall  F1")
    for name, (rows, events) in labelled().items():
        dated = read_dated(rows)
        own = b_cubed(place(dated, topics)[0], events)
        left_out = leave_one_out(dated, topics, events)
        print(f"{name:15}  " + "  ".join(f"{figure:.3f}" for figure in (*own, *left_out)))


if __name__ == "__main__":
    main()
