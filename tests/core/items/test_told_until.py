"""The first look after a restore: news is only what was surely published since, and later looks go by age again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.items.newsworthiness import PolledSource, Timeliness, timeliness
from watcher.core.items.told_until import mark_told_until, read_told_until
from watcher.core.language.dates import read_date
from watcher.core.watching.health import state_after_success
from watcher.model import Change, Item, ParseResult, SourceState, Trust, Verdict

pytestmark = pytest.mark.promise("P4")
RESTORED = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
LOOK = RESTORED + timedelta(minutes=5)
READ_BEFORE = SourceState(source="pcse", next_poll=RESTORED, last_success=RESTORED - timedelta(hours=7))
NEVER_READ = replace(READ_BEFORE, last_success=None)


def announce(date: str, **values: object) -> Item:
    item = Item(source="pcse", identity="1", url="https://pcse.example/1", title="Flu", published=read_date(date))
    return replace(item, **values)  # type: ignore[arg-type]


def judge(item: Item, state: SourceState, verdict: Verdict | None = None) -> Timeliness:
    changes = {item.identity: Change(verdict=verdict)} if verdict else None
    source = PolledSource(state=state, trust=Trust.OFFICIAL, now=LOOK, changes=changes, watched_ids={item.id})
    return timeliness([item], source)[item.id]


@pytest.mark.parametrize("state", [READ_BEFORE, NEVER_READ])
@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-11-26T14:01:00Z", Timeliness.NEWS),
        ("2026-11-26T13:59:00Z", Timeliness.TOLD),
        ("2026-11-26", Timeliness.TOLD),
        ("November 2026", Timeliness.TOLD),
        ("", Timeliness.TOLD),
    ],
)
def test_news_is_what_was_surely_published_since(date: str, expected: Timeliness, state: SourceState) -> None:
    assert judge(announce(date), mark_told_until(state, RESTORED)) is expected


def test_a_day_that_begins_after_it_is_news_and_so_is_what_is_given_out_anew() -> None:
    marked = mark_told_until(READ_BEFORE, RESTORED - timedelta(days=1))
    assert judge(announce("2026-11-26"), marked) is Timeliness.NEWS
    marked = mark_told_until(READ_BEFORE, RESTORED)
    assert judge(announce("2026-11-20", updated_at=LOOK), marked) is Timeliness.NEWS


def test_the_edit_of_a_watched_page_counts_as_told_unless_it_has_a_later_date() -> None:
    marked = mark_told_until(READ_BEFORE, RESTORED)
    edited = announce("2026-09-01", revision=2)
    assert judge(edited, READ_BEFORE, Verdict.CHANGED) is Timeliness.NEWS
    assert judge(edited, marked, Verdict.CHANGED) is Timeliness.TOLD
    assert judge(replace(edited, updated_at=LOOK), marked, Verdict.CHANGED) is Timeliness.NEWS
    assert judge(announce("2026-11-26T14:01:00Z"), marked, Verdict.CHANGED) is Timeliness.RECORDED


def test_never_more_than_five_are_news_where_nothing_was_read_before() -> None:
    dates = [f"2026-11-26T14:0{number % 5}:30Z" for number in range(9)]
    items = [announce(date, identity=str(number)) for number, date in enumerate(dates)]
    source = PolledSource(state=mark_told_until(NEVER_READ, RESTORED), trust=Trust.OFFICIAL, now=LOOK)
    assert list(timeliness(items, source).values()).count(Timeliness.NEWS) == 5


def test_the_second_look_goes_by_age_again() -> None:
    marked = mark_told_until(READ_BEFORE, RESTORED)
    read = state_after_success(marked, ParseResult(items=(announce("2026-11-26"),)), LOOK, fresh=1)
    assert read_told_until(read) is None
    assert judge(announce("2026-11-26", identity="2"), read) is Timeliness.NEWS
