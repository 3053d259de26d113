"""The verbs that judge a text alone, as a script uses them."""

import json

from typer.testing import CliRunner, Result

from watcher.cli import app


def watcher(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, words, input=given)


def test_deadlines_prints_a_line_for_each_text_with_what_is_known_of_each_moment() -> None:
    row = {"id": "a", "text": "Practices must reply by 5pm on Friday 27 May. Thank you.", "page_date": "2022-05-03"}
    done = watcher("deadlines", "-", given=json.dumps(row))
    assert json.loads(done.stdout) == {
        "id": "a",
        "deadlines": [
            {
                "kind": "deadline",
                "at": "2022-05-27T17:00",
                "precision": "minute",
                "text": "5pm on Friday 27 May",
                "sentence": "Practices must reply by 5pm on Friday 27 May.",
                "whom": "practices",
                "offset": None,
                "derived": False,
                "ambiguous": False,
                "payment": False,
                "recurring": False,
            }
        ],
    }
    assert done.exit_code == 0


def test_deadlines_asks_less_of_a_phrase_and_never_guesses_a_year() -> None:
    rows = [
        {"id": 1, "phrase": "is 31 March 2024", "page_date": None},
        {"id": 2, "text": "It is 31 March 2024.", "page_date": None},
        {"id": 3, "phrase": "by 30 April", "page_date": None},
        {"id": 4, "phrase": "by 30 April", "page_date": "2024"},
        {"id": 5, "phrase": "by 30 April", "page_date": "2024-03"},
        {"id": 6, "phrase": "from 30 April", "page_date": "2024-03-01T09:00:00Z"},
        {"id": 7, "phrase": "by July 2024"},
    ]
    done = watcher("deadlines", "-", given="\n".join(map(json.dumps, rows)))
    told = {row["id"]: row["deadlines"] for row in map(json.loads, done.stdout.splitlines())}
    assert {number: [(each["at"], each["precision"]) for each in found] for number, found in told.items()} == {
        1: [("2024-03-31T23:59", "day")],
        2: [],
        3: [(None, None)],
        4: [(None, None)],
        5: [("2024-04-30T23:59", "day")],
        6: [("2024-04-30T00:00", "day")],
        7: [("2024-07", "month")],
    }


def test_deadlines_names_each_line_that_is_none_and_answers_the_others() -> None:
    lines = [
        "no json",
        '{"id": 1}',
        '{"id": 2, "text": "submit by 1 July", "page_date": "soon"}',
        '{"id": 3, "text": "submit by 1 July 2024"}',
        "[" * 100_000,
    ]
    done = watcher("deadlines", "-", given="\n".join(lines))
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [3]
    cure = 'not a text: write {"id": 1, "text": "by 5pm on Friday", "page_date": "2026-03-02"} on one line'
    assert done.stderr.splitlines() == [f"-:{number}: {cure}" for number in (1, 2, 3, 5)]
    assert done.exit_code == 1


def test_deadlines_says_that_a_file_cannot_be_read() -> None:
    done = watcher("deadlines", "/nowhere/at/all.jsonl")
    assert (done.exit_code, done.stderr.split(": ")[:2]) == (2, ["/nowhere/at/all.jsonl", "cannot be read"])
