"""The pages of tests/rows: the rows that a reader sees in each, exactly, and nothing where there is no list."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.urls import clean_link
from watcher.core.rows.find import find_rows
from watcher.core.rows.values import ListingRow

FOLDER = Path(__file__).parents[2] / "rows"
NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))
MISSED: dict[str, str] = {  # by name, why the finder does not read it right
    "pcse-5": "of the dated bullets of an article, the two without a link are left out",
    "wix-blog": "its dates stand without a year in lists of their own inside each card, of which none is chosen",
}


def fits(line: ListingRow, expected: dict[str, Any], base: str) -> bool:
    day = line.published.day.isoformat() if line.published.day else ""
    is_day = day.startswith(expected["day"]) if expected.get("day") else not day
    address = clean_link(line.url, base) if line.url else ""
    is_link = address == (clean_link(expected["url"], base) if expected.get("url") else "")
    return line.title in (expected.get("titles") or [expected["title"]]) and is_link and is_day


def is_optional(line: ListingRow, page: dict[str, Any]) -> bool:
    address = clean_link(line.url, page["base"]) if line.url else ""
    return any(
        line.title in (row.get("titles") or [row["title"]]) or (row.get("url") and row["url"] == address)
        for row in page.get("may", ())
    )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=MISSED[name], strict=True)) if name in MISSED else name
        for name in NAMES
    ],
)
def test_the_rows_that_a_reader_sees_are_found_and_no_others(name: str) -> None:
    page = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    soup = html_soup((FOLDER / f"{name}.html").read_bytes())
    before = str(soup)
    answer = find_rows(soup, date.fromisoformat(page["today"]))
    assert str(soup) == before
    assert bool(answer.rows) != bool(answer.why)
    lines = [line for line in answer.rows if not is_optional(line, page)]
    for expected in page["rows"]:
        match = next((line for line in lines if fits(line, expected, page["base"])), None)
        assert match, (expected, lines or answer.why)
        lines.remove(match)
    assert lines == []
