"""How well the shipped topics find real headlines: labelled items, two weeks of two papers, the founding days.

The labels lie in ../shared and are not ours to ship. The floors stand a little below what was reached.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from watcher import config
from watcher.cli.output import text_to_judge
from watcher.core.delivery.judge import Judgement, judge_item
from watcher.core.matching.index import TopicIndex
from watcher.model import Zone

CONFIG = Path(__file__).parents[2] / "config"
WEEKS = ("2020-07-20", "2020-11-16")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What score_match.py of the shared tools prints, computed from (item, topic) pairs."""

    micro: float
    primary: float
    negatives: float
    flu: float
    partnership: float


# Reached on all 298 items, which the terms are tuned on: see docs/judgement.md, also for what was reached on others.
TITLES = Scores(micro=0.895, primary=0.925, negatives=0.04, flu=0.94, partnership=0.84)
WITH_SUMMARIES = Scores(micro=0.895, primary=0.93, negatives=0.04, flu=0.94, partnership=0.86)
MOST_A_WEEK = 7


@pytest.fixture(scope="module")
def index() -> TopicIndex:
    """The engine with the topics that are shipped."""
    return config.read_configuration(CONFIG, {"SLACK_BOT_TOKEN": "xoxb-none"}).index


@pytest.fixture(scope="module")
def labelled(shared: Path) -> list[Row]:
    """The labelled items."""
    return rows_of(shared / "data" / "corpus" / "items.jsonl")


@pytest.fixture(scope="module")
def marked(shared: Path) -> dict[str, Row]:
    """The rows of the press weeks that a practice manager would want, by id."""
    return {row["id"]: row for row in rows_of(shared / "data" / "stream" / "relevant.jsonl")}


def rows_of(path: Path) -> list[Row]:
    if not path.is_file():
        pytest.skip(f"{path} is not there; it holds material that is not ours to ship")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def week(shared: Path, monday: str) -> list[Row]:
    papers = ("bbc", "guardian")
    return [row for paper in papers for row in rows_of(shared / "data" / "stream" / f"{paper}-{monday}.jsonl")]


def judged(index: TopicIndex, row: Row, *, summary: bool = True) -> Judgement:
    """One row as a poll would judge it."""
    return judge_item(index, text_to_judge(row if summary else {**row, "summary": ""}))


def told(index: TopicIndex, row: Row, *, summary: bool = True) -> set[str]:
    """The topics of one row that is told at once or in a digest."""
    judgement = judged(index, row, summary=summary)
    return (
        set()
        if judgement.zone is Zone.PERHAPS
        else {match.topic for match in judgement.matches if not match.is_passing}
    )


def f1(items: list[Row], found: dict[str, set[str]], counts: Callable[[str], bool]) -> float:
    """F1 over the (item, topic) pairs whose topic counts; 2 x right / (told + true)."""
    true = {(row["id"], topic) for row in items for topic in row["topics"] if counts(topic)}
    named = {(one, topic) for one, topics in found.items() for topic in topics if counts(topic)}
    return 2 * len(true & named) / (len(true) + len(named))


def scores(items: list[Row], found: dict[str, set[str]]) -> Scores:
    """The figures of the told topics; one that no label knows is neither right nor wrong, but on a look-alike."""
    in_labels = {topic for row in items for topic in row["topics"]}
    primary = [row["primary_topic"] in found[row["id"]] for row in items if row["primary_topic"]]
    negatives = [bool(found[row["id"]]) for row in items if not row["topics"]]
    return Scores(
        micro=f1(items, found, lambda topic: topic in in_labels),
        primary=sum(primary) / len(primary),
        negatives=sum(negatives) / len(negatives),
        flu=f1(items, found, lambda topic: topic == "flu-eligibility"),
        partnership=f1(items, found, lambda topic: topic == "partnership-schemes"),
    )


def short(reached: Scores, floors: Scores) -> Iterator[str]:
    """What falls short, by name; of the negatives less is better."""
    for name in Scores.__dataclass_fields__:
        is_, least = getattr(reached, name), getattr(floors, name)
        if (is_ > least) if name == "negatives" else (is_ < least):
            yield f"{name} is {is_:.3f}, not {least:.3f}"


def test_the_figures_count_pairs_and_name_what_falls_short() -> None:
    items: list[Row] = [
        {"id": "a", "topics": ["flu-eligibility", "gp-contract"], "primary_topic": "flu-eligibility"},
        {"id": "b", "topics": ["partnership-schemes"], "primary_topic": "partnership-schemes"},
        {"id": "c", "topics": [], "primary_topic": None},
    ]
    reached = scores(items, {"a": {"flu-eligibility"}, "b": {"partnership-schemes"}, "c": {"gp-contract"}})
    assert reached == Scores(micro=4 / 6, primary=1.0, negatives=1.0, flu=1.0, partnership=1.0)
    assert list(short(reached, Scores(micro=0.9, primary=0.95, negatives=0.05, flu=0.96, partnership=0.93))) == [
        "micro is 0.667, not 0.900",
        "negatives is 1.000, not 0.050",
    ]


def test_headlines_alone_find_the_topics_of_the_labelled_items(index: TopicIndex, labelled: list[Row]) -> None:
    reached = scores(labelled, {row["id"]: told(index, row, summary=False) for row in labelled})
    assert list(short(reached, TITLES)) == []


def test_headlines_and_summaries_find_the_topics_of_the_labelled_items(index: TopicIndex, labelled: list[Row]) -> None:
    reached = scores(labelled, {row["id"]: told(index, row) for row in labelled})
    assert list(short(reached, WITH_SUMMARIES)) == []


@pytest.mark.parametrize("monday", WEEKS)
def test_a_week_of_two_papers_makes_few_alerts_and_misses_nothing_sure(
    index: TopicIndex, shared: Path, marked: dict[str, Row], monday: str
) -> None:
    rows = week(shared, monday)
    loud = [row["id"] for row in rows if told(index, row) and judged(index, row).zone is Zone.AT_ONCE]
    sure = [row for row in rows if row["id"] in marked and marked[row["id"]]["note"] != "borderline"]
    missed = [row["id"] for row in sure if not told(index, row)]
    wrong = [one for one in loud if one not in marked]
    assert (missed, len(loud) <= MOST_A_WEEK, 10 * len(wrong) <= len(loud)) == ([], True, True), (missed, wrong)


@pytest.mark.parametrize(
    ("monday", "day", "words"),
    [("2020-07-20", "2020-07-24", "flu vaccine"), ("2020-11-16", "2020-11-20", "flu jab")],
)
def test_both_founding_days_alert_from_one_broadcaster(
    index: TopicIndex, shared: Path, monday: str, day: str, words: str
) -> None:
    rows = rows_of(shared / "data" / "stream" / f"bbc-{monday}.jsonl")
    of_the_day = [row for row in rows if row["published"].startswith(day) and words in row["title"].lower()]
    assert [told(index, row) & {"flu-eligibility"} for row in of_the_day] == [{"flu-eligibility"}]
    assert "eligib" not in of_the_day[0]["title"].lower()
