"""Past announcements through the whole product: one Story each, with its turns and its follow-ups in one thread."""

import os
from pathlib import Path
from typing import Any

from watcher import config
from watcher.config.settings import read_settings
from watcher.replay import files
from watcher.replay.play import replay_items
from watcher.replay.rows import read_row

CONFIG = Path(__file__).parents[2] / "config"


def item(number: int, kind: str, published: str | None, title: str, summary: str = "") -> dict[str, Any]:
    publisher = {"official": "NHS England"}.get(kind, f"{kind} {number}")
    return {
        "id": f"i{number}",
        "title": title,
        "summary": summary,
        "publisher": publisher,
        "publisher_kind": kind,
        "url": f"https://x{number}.example/a",
        "published": published,
    }


def played(*rows: dict[str, Any]) -> files.ReplayResult:
    settings = read_settings(os.environ)
    configuration = config.read_configuration(CONFIG, settings.environment)
    return replay_items([each for each in map(read_row, rows) if each], configuration, settings)


def said(done: files.ReplayResult) -> list[tuple[str, str]]:
    return [(str(each["reason"]), each["item"]) for each in done.alerts]


def test_the_over_50s_flu_day_is_one_story_that_becomes_official_in_its_thread() -> None:
    done = played(
        item(1, "press", "2020-11-20T07:41:00+00:00", "Free flu jabs for over-50s from 1 December"),
        item(2, "trade", "2020-11-20T10:25:00+00:00", "GP practices to give flu jabs to 50 to 64s from 1 December"),
        item(3, "press", "2020-11-20T12:06:00+00:00", "Over-50s to be offered flu vaccine from 1 December"),
        item(4, "official", "2020-11-20T17:05:00+00:00", "Flu vaccination for people aged 50 to 64 from 1 December"),
    )
    (story,) = done.stories
    assert said(done) == [("first_heard", "i1"), ("now_official", "i4")]
    assert (story["items"], story["status"], story["lead_hours"]) == (["i1", "i2", "i3", "i4"], "confirmed", 9.4)
    assert story["official"] == {"item": "i4", "at": "2020-11-20T17:05:00+00:00"}
    first, answer = done.deliveries
    assert answer["answers"] == first["delivery"]
    assert [each["paragraphs"][0]["status"] for each in done.deliveries] == [
        "REPORTED, NOT OFFICIAL YET",
        "NOW OFFICIAL, 9 h 24 min after press 1",
    ]
    assert done.notes == []


def test_new_to_partnership_stays_a_report_and_a_hope_to_add_managers_is_told_as_one() -> None:
    done = played(
        item(
            1, "trade", "2020-06-30", "£20,000 golden hello for new partners begins", "Practice managers are excluded."
        ),
        item(2, "trade", "2020-07-03", "NHS England plans to add practice managers to £20,000 golden hello scheme"),
        item(3, "representative", "2020-07-08", "New to Partnership Payment Scheme: £20,000 for clinical partners"),
    )
    (story,) = done.stories
    assert (story["status"], story["official"], story["items"]) == ("reported", None, ["i1", "i2", "i3"])
    assert said(done) == [("first_heard", "i1"), ("changed", "i2"), ("changed", "i3")]
    assert [each["item"] for each in done.notes] == ["i1"]
    assert {each["answers"] for each in done.deliveries[1:]} == {done.deliveries[0]["delivery"]}


def test_care_home_vaccination_is_one_story_and_the_new_date_of_two_weeks_later_is_told_in_its_thread() -> None:
    done = played(
        item(1, "official", "2020-12-31", "GPs given £10 per jab to support care home vaccination"),
        item(
            2, "trade", "2021-01-13", "GPs to vaccinate all care homes", "Residents by Sunday 24 January at the latest."
        ),
        item(3, "trade", "2021-01-13", "Practices told to complete care home vaccination by 24 January"),
    )
    (story,) = done.stories
    assert (story["status"], story["lead_hours"]) == ("confirmed", -312.0)
    # The third is only like the second: likeness chooses the thread, and silences nothing.
    assert said(done) == [("first_heard", "i1"), ("changed", "i2"), ("changed", "i3")]
    assert done.deliveries[1]["answers"] == done.deliveries[0]["delivery"]


def test_rows_without_a_date_are_left_out_and_the_files_are_written(tmp_path: Path) -> None:
    assert read_row(item(9, "press", None, "Undated")) is None
    done = played(item(1, "press", "2020-11", "Free flu jabs for over-50s from 1 December"))
    files.write_files(done, tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "alerts.jsonl",
        "deliveries.jsonl",
        "notes.jsonl",
        "stories.jsonl",
    ]
    assert files.summary(done, 1)[0] == "items played     1, and 1 without a date left out"


def test_a_sum_or_a_day_that_a_later_report_shares_never_keeps_it_silent() -> None:
    done = played(
        item(1, "trade", "2020-06-30", "GP pharmacists to get £20,000 under New to Partnership"),
        item(2, "press", "2020-07-07", "New to Partnership payment scrapped: GP practices lose £20,000 golden hello"),
        item(3, "official", "2020-08-03", "Flu vaccination programme: GP practices start on 1 September"),
        item(4, "trade", "2020-08-06", "GP practices told not to give flu vaccine from 1 September as deliveries stop"),
    )
    assert {alert for _, alert in said(done)} == {"i1", "i2", "i3", "i4"}
