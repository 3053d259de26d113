"""People say whether a topic is right, and what that does: a report per term, and where it is wished, the zone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.support.world import SOURCE, write_config
from watcher import store
from watcher.cli import app
from watcher.core.delivery.calibration import NO_VERDICTS, TermVerdicts, agree, calibrate
from watcher.model import Evidence, Item, MarkVerdict, Match, Relevance, TopicMark, Trust
from watcher.store.database import open_database

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TERM, BETTER = "flu jab", "flu vaccin*"


def mark(verdict: MarkVerdict, *terms: str, item: str = "1") -> TopicMark:
    return TopicMark(item=item, topic="flu", verdict=verdict, terms=terms, at=NOW)


def match(*terms: str) -> Match:
    return Match(topic="flu", evidence=tuple(Evidence(field="title", text=term, term=term) for term in terms))


RIGHT, WRONG = MarkVerdict.RIGHT, MarkVerdict.WRONG
TWICE_WRONG = agree([mark(WRONG, TERM), mark(WRONG, TERM)])
TWICE_RIGHT = agree([mark(RIGHT, TERM), mark(RIGHT, TERM)])


@pytest.mark.parametrize(
    ("marks", "verdicts"),
    [
        ([], NO_VERDICTS),
        ([mark(WRONG, TERM)], NO_VERDICTS),  # one person's word
        ([mark(WRONG, TERM), mark(WRONG, TERM)], TermVerdicts(wrong=frozenset({("flu", TERM)}))),
        ([mark(RIGHT, TERM, BETTER), mark(RIGHT, TERM)], TermVerdicts(right=frozenset({("flu", TERM)}))),
        ([mark(WRONG, TERM), mark(WRONG, TERM), mark(RIGHT, TERM)], NO_VERDICTS),
    ],
)
def test_it_takes_two_marks_that_agree_and_none_against(marks: list[TopicMark], verdicts: TermVerdicts) -> None:
    assert agree(marks) == verdicts


@pytest.mark.parametrize(
    ("points", "terms", "verdicts", "trust", "expected"),
    [
        (-1, (TERM,), TWICE_WRONG, Trust.PRESS, -3),  # from the digest to "perhaps"
        (-1, (TERM, BETTER), TWICE_WRONG, Trust.PRESS, -1),  # another term found it as well
        (-4, (TERM,), TWICE_RIGHT, Trust.PRESS, -2),  # from "perhaps" to the digest
        (-4, (TERM, BETTER), TWICE_RIGHT, Trust.PRESS, -2),
        (0, (TERM,), TWICE_WRONG, Trust.PRESS, 0),  # what is told at once stays so
        (-4, (TERM,), TWICE_WRONG, Trust.PRESS, -4),
        (-1, (TERM,), TWICE_RIGHT, Trust.PRESS, -1),
        (-1, (TERM,), TWICE_WRONG, Trust.OFFICIAL, -1),  # and so does what is official
        (-1, (), TWICE_WRONG, Trust.PRESS, -1),
    ],
)
def test_marks_move_between_the_digest_and_perhaps_and_nowhere_else(
    points: int, terms: tuple[str, ...], verdicts: TermVerdicts, trust: Trust, expected: int
) -> None:
    matches = [match(*terms)] if terms else []
    calibrated = calibrate(Relevance(points=points), matches, verdicts, trust)
    assert (calibrated.points, bool(calibrated.signals)) == (expected, points != expected)  # marks say that they did it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN)


def watcher(folder: Path, *words: str) -> Result:
    database = f"sqlite:///{folder.parent / 'w.db'}"
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database, *words])


@pytest.fixture
def stored(folder: Path) -> Callable[[], list[str]]:
    """Four items in a database: one that matches twice, one that matches, one that does not, one that is stopped."""

    def save() -> list[str]:
        database = open_database(f"sqlite:///{folder.parent / 'w.db'}")
        items = [
            Item(source="press", identity=f"news.example/{number}", url="", title=title, first_seen=datetime.now(UTC))
            for number, title in enumerate(
                ("Flu jabs and flu vaccines", "A flu jab", "Influenza season", "Bird flu vaccine")
            )
        ]
        found = ((items[0], match(TERM, BETTER)), (items[1], match(TERM)))
        matches = {item.id: (replace(of_item, topic="flu-eligibility"),) for item, of_item in found}
        with database.begin(deciding=True) as tx:
            store.items.save(tx, items, matches, datetime.now(UTC) - timedelta(hours=1))
        database.close()
        return [item.id for item in items]

    return save


def test_a_mark_is_remembered_with_its_terms_and_counted_by_term(folder: Path, stored: Callable[[], list[str]]) -> None:
    both, one, none, stopped = stored()
    said = [
        watcher(folder, "mark", name, verdict, "flu-eligibility").stdout
        for name, verdict in ((both, "wrong"), (one, "wrong"), (one, "right"), (none, "right"), (stopped, "right"))
    ]
    assert said == [
        "marked wrong for flu-eligibility: Flu jabs and flu vaccines (its terms: flu jab, flu vaccin*)\n",
        "marked wrong for flu-eligibility: A flu jab (its terms: flu jab)\n",
        "marked right for flu-eligibility: A flu jab (its terms: flu jab)\n",
        "marked right for flu-eligibility: Influenza season (it does not match this topic)\n",
        "marked right for flu-eligibility: Bird flu vaccine (the veto 'bird flu' stops it)\n",
    ]
    *used, last = [json.loads(line) for line in watcher(folder, "marks", "--json").stdout.splitlines()]
    by_term: dict[str, Any] = {use["term"]: use for use in used}
    assert {name: by_term[TERM][name] for name in ("fired", "right", "wrong")} == {"fired": 2, "right": 1, "wrong": 1}
    assert last["missed"] == sorted(
        [
            {"topic": "flu-eligibility", "item": none, "title": "Influenza season"},
            {"topic": "flu-eligibility", "item": stopped, "title": "Bird flu vaccine"},
        ],
        key=lambda missed: missed["item"],
    )
    for_people = watcher(folder, "marks").stdout
    assert "   1 wrong    1 right     2 items  flu-eligibility: flu jab\n" in for_people
    assert f"missed: flu-eligibility: Influenza season (id {none})\n" in for_people


def test_a_mark_is_shown_with_its_item_and_can_be_taken_back(folder: Path, stored: Callable[[], list[str]]) -> None:
    name = stored()[1]
    watcher(folder, "mark", name, "wrong", "flu-eligibility")
    assert "marked    wrong for flu-eligibility (" in watcher(folder, "explain", name).stdout
    said = [watcher(folder, "mark", name, "wrong", "flu-eligibility", "--undo").stdout for _ in range(2)]
    assert said == ["forgotten: flu-eligibility: A flu jab\n", "there was no mark: flu-eligibility: A flu jab\n"]
    assert json.loads(watcher(folder, "explain", name, "--json").stdout)["marks"] == []


def test_a_mark_of_nothing_says_what_there_is(folder: Path, stored: Callable[[], list[str]]) -> None:
    name = stored()[0]
    unknown_topic = watcher(folder, "mark", name, "right", "flew")
    assert (
        unknown_topic.exit_code,
        "there is no topic 'flew' (for stories: joins, apart); there are: " in unknown_topic.stderr,
    ) == (2, True)
    unknown_item = watcher(folder, "mark", "nowhere.example/1", "right", "flu-eligibility")
    assert (unknown_item.exit_code, unknown_item.stderr.count("was ever seen")) == (1, 1)
