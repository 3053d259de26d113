"""The verbs for what must be done by when, as a person or script uses them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.days.test_deadlines import CHANNEL, DECLARE, SOURCES, TOPICS, Life, at, live
from tests.support.calendars import read
from tests.support.world import write_config
from watcher.cli import app
from watcher.cli import dates as dates_command

NOW = datetime(2021, 11, 5, 12, tzinfo=UTC)
TEXT = (
    "Practices must declare pay by 23:59 on 12 November 2021. "
    "Practices must answer PCSE within 10 days of the request. The scheme takes effect on 1 December 2021."
)
PEOPLE = CHANNEL.replace("}]", "}, {id: nobody, via: console, address: none, topics: [other]}]")
OTHER = TOPICS + '  - {id: other, name: Other, any: ["nothing of this"]}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A practice's database on Friday 5 November 2021: one letter from October, and what the press made of it."""

    async def story(life: Life) -> None:
        await life.publish("2021-10-20 09:00", DECLARE, TEXT)
        other = "GP practices must declare pay by 19 November 2021."
        await life.publish("2021-10-21 09:00", DECLARE, other, by="bbc")

    live(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", "2021-10-20 08:00", story, CHANNEL)
    monkeypatch.setattr(dates_command, "now", lambda: NOW)
    return write_config(tmp_path / "config", SOURCES.format(site="http://news.example"), PEOPLE, OTHER)


def watcher(folder: Path, *words: str) -> Result:
    database = f"sqlite:///{folder.parent / 'w.db'}"
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database, *words])


def dates(folder: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in watcher(folder, "dates", "--json", *words).stdout.splitlines()]


def test_dates_are_listed_in_order_with_their_sentences_for_people(folder: Path) -> None:
    done = watcher(folder, "dates")
    (story,) = {each["story"] for each in dates(folder)}
    end = f"  story {story}: OFFICIAL"
    assert done.stdout.splitlines() == [
        "due Fri 12 Nov 2021 23:59  in 7 days, 5 working days  (official)",
        f"  {DECLARE}",
        "  “Practices must declare pay by 23:59 on 12 November 2021.”",
        "  NHS England  https://nhse.example/0",
        end,
        "due Fri 19 Nov 2021  in 14 days, 10 working days  (not official, the official date is another)",
        f"  {DECLARE}",
        "  “GP practices must declare pay by 19 November 2021.”",
        "  BBC News  https://bbc.example/0",
        end,
        "starts Wed 1 Dec 2021  in 26 days, 18 working days  (official)",
        f"  {DECLARE}",
        "  “The scheme takes effect on 1 December 2021.”",
        "  NHS England  https://nhse.example/0",
        end,
        "due 10 days after what only you know  no day is named  (official)",
        f"  {DECLARE}",
        "  “Practices must answer PCSE within 10 days of the request.”",
        "  NHS England  https://nhse.example/0",
        end,
    ]


def test_dates_as_json_say_all_that_is_known(folder: Path) -> None:
    first, press, start, relative = dates(folder)
    assert {name: value for name, value in first.items() if name not in {"id", "story", "item", "history"}} == {
        "title": DECLARE,
        "status": "confirmed",
        "topics": ["practice"],
        "state": "open",
        "kind": "deadline",
        "at": "2021-11-12T23:59",
        "precision": "minute",
        "weekday": "Friday",
        "days_left": 7,
        "working_days_left": 5,
        "last_working_day": None,
        "words": "23:59 on 12 November 2021",
        "sentence": "Practices must declare pay by 23:59 on 12 November 2021.",
        "offset": None,
        "official": True,
        "differs_from": None,
        "moved_to": None,
        "publisher": "NHS England",
        "url": "https://nhse.example/0",
        "derived": False,
        "ambiguous": False,
        "payment": False,
        "recurring": False,
        "handled_by": [],
    }
    assert first["history"] == [{"state": "open", "item": first["item"], "at": "2021-10-20T08:00:00+00:00"}]
    assert (press["at"], press["differs_from"]) == ("2021-11-19", first["id"])
    assert (start["kind"], start["at"], relative["at"], relative["offset"]) == (
        "effective",
        "2021-12-01",
        None,
        "10 days",
    )


def test_what_is_past_stands_under_all_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates_command, "now", lambda: at("2022-03-01 12:00"))
    assert watcher(folder, "dates").stdout == "no open date\n"
    assert [each["state"] for each in dates(folder, "--all")] == ["past"] * 4


def test_dates_of_one_subscriber_are_those_of_its_topics(folder: Path) -> None:
    assert (len(dates(folder, "--subscriber", "channel")), dates(folder, "--subscriber", "nobody")) == (4, [])
    done = watcher(folder, "dates", "--subscriber", "chanel")
    assert (done.exit_code, done.stderr) == (2, "unknown subscriber 'chanel'; available: channel, nobody\n")


def test_dates_are_written_as_a_calendar(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "dates.ics"
    done = watcher(folder, "dates", "--ics", str(file))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"written: {file}, 3 dates\n")
    assert sorted((each["DTSTART"], each["STATUS"], each["SUMMARY"]) for each in read(file.read_bytes())) == [
        ("20211112T235900Z", "CONFIRMED", f"Due: {DECLARE}"),
        ("20211119", "TENTATIVE", f"Due: {DECLARE}"),
        ("20211201", "CONFIRMED", f"Starts: {DECLARE}"),
    ]
    assert [each.name for each in tmp_path.glob("*ics*")] == ["dates.ics"], "nothing half written is left"
    watcher(folder, "dates", "--ics", str(file), "--subscriber", "nobody")
    assert read(file.read_bytes()) == []


def test_a_calendar_that_cannot_be_written_says_so_and_leaves_the_old_one(folder: Path, tmp_path: Path) -> None:
    done = watcher(folder, "dates", "--ics", str(tmp_path / "no such folder" / "dates.ics"))
    assert isinstance(done.exception, OSError), "main() turns it into a line and exit code 2"


def test_a_story_is_marked_as_handled_and_that_is_taken_back(folder: Path) -> None:
    (story,) = {each["story"] for each in dates(folder)}
    done = [
        watcher(folder, "handled", "https://nhse.example/0", "channel"),
        watcher(folder, "handled", story),
        watcher(folder, "handled", story),
        watcher(folder, "handled", story, "--undo"),
        watcher(folder, "handled", story, "--undo"),
        watcher(folder, "handled", "no-such-story"),
        watcher(folder, "handled", story, "chanel"),
    ]
    assert [(each.exit_code, each.stderr) for each in done] == [
        (0, f"handled by channel: {story}: {DECLARE}\n"),
        (0, f"handled by everybody: {story}: {DECLARE}\n"),
        (0, f"handled by everybody: {story}: {DECLARE}\n"),
        (0, f"no longer handled by everybody: {story}: {DECLARE}\n"),
        (1, f"everybody had not handled {story}: {DECLARE}\n"),
        (1, "no story has the id 'no-such-story', and no item with that id or address belongs to one\n"),
        (2, "unknown subscriber 'chanel'; available: channel, nobody\n"),
    ]
    assert {tuple(each["handled_by"]) for each in dates(folder)} == {("channel",)}
    assert "  handled by channel" in watcher(folder, "dates").stdout.splitlines()
