"""The pages of tests/rows, saved whole and pasted: what is read is there, with its own date; or it is refused."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from tests.core.rows.test_pages import FOLDER, MISSED, NAMES
from tests.sources.test_pasted import NICE
from watcher.errors import NotParsed
from watcher.model import Response

REFUSED = {"wix-blog"}  # its dates have no year, and none is near


@pytest.mark.parametrize("name", [name for name in NAMES if name in REFUSED or name not in MISSED])
def test_a_saved_page_gives_its_dated_list_or_is_refused(name: str) -> None:
    page = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    source, at = replace(NICE, url=page["base"]), datetime.combine(date.fromisoformat(page["today"]), time(9), UTC)
    dated = {
        (title, row["day"]) for row in page["rows"] if row.get("day") for title in row.get("titles") or [row["title"]]
    }
    optional = {title for row in page.get("may", ()) for title in row.get("titles") or [row["title"]]}
    try:
        items = source.parse(Response(url=source.url, body=(FOLDER / f"{name}.html").read_bytes(), fetched_at=at)).items
    except NotParsed:
        assert not dated or name in REFUSED
        return
    listed = {(item.title, item.published.day.isoformat()) for item in items if item.published.day}
    months = {(title, day[:7]) for title, day in listed}
    unlike = {pair for pair in listed if pair not in dated and (pair[0], pair[1][:7]) not in dated}
    assert {title for title, _ in unlike} <= optional
    assert len((listed | months) & dated) == len([row for row in page["rows"] if row.get("day")])
