"""How old an Item may be to be told at once, in a digest, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.core.items.newsworthiness import PolledSource, Timeliness, is_seen_late, timeliness
from watcher.core.items.revisions import is_updated, items_to_read, next_revision
from watcher.core.language.dates import read_date
from watcher.model import Item, SourceState, Trust

pytestmark = pytest.mark.promise("P28", "P29")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LAST = NOW - timedelta(minutes=10)
STATE = SourceState(source="dhsc", next_poll=NOW, last_success=LAST)


def dated(days: float, **values: Any) -> Item:
    at = (LAST - timedelta(days=days)).isoformat()
    item = Item(source="dhsc", identity="gov.uk/1", url="https://gov.uk/1", title="Flu letter", published=read_date(at))
    return replace(item, **values)


def age(item: Item, trust: Trust, *, updated: bool = False) -> Timeliness:
    source = PolledSource(state=STATE, trust=trust, now=NOW, updated_ids={item.id} if updated else ())
    return timeliness([item], source)[item.id]


@pytest.mark.parametrize(
    ("days", "official", "press"),
    [
        (1, Timeliness.NEWS, Timeliness.NEWS),
        (3, Timeliness.NEWS, Timeliness.LATE),
        (14, Timeliness.NEWS, Timeliness.LATE),
        (15, Timeliness.LATE, Timeliness.OLD),
        (60, Timeliness.LATE, Timeliness.OLD),
        (61, Timeliness.OLD, Timeliness.OLD),
    ],
)
def test_official_texts_are_news_for_two_weeks_and_late_for_two_months(
    days: int, official: Timeliness, press: Timeliness
) -> None:
    assert (age(dated(days), Trust.OFFICIAL), age(dated(days), Trust.PRESS)) == (official, press)


def test_a_known_item_is_news_again_when_its_publisher_says_so_and_for_two_days_when_not() -> None:
    edited = dated(3, revision=2)
    assert age(edited, Trust.OFFICIAL) is Timeliness.OLD
    assert age(edited, Trust.OFFICIAL, updated=True) is Timeliness.NEWS


def test_an_entry_of_last_year_with_a_new_update_is_news_by_the_update() -> None:
    assert age(dated(400, updated_at=LAST - timedelta(hours=1)), Trust.OFFICIAL) is Timeliness.NEWS


def test_at_the_first_poll_of_a_source_the_rest_is_recorded() -> None:
    first = PolledSource(state=replace(STATE, last_success=None), trust=Trust.OFFICIAL, now=NOW)
    items = [replace(dated(n / 24), identity=str(n)) for n in range(8)]
    ages = timeliness(items, first)
    assert [ages[item.id] for item in items] == [Timeliness.NEWS] * 5 + [Timeliness.RECORDED] * 3


def test_what_was_seen_late_is_said_to_be() -> None:
    assert [is_seen_late(dated(days, first_seen=NOW)) for days in (1, 3)] == [False, True]
    assert not is_seen_late(dated(3, first_seen=NOW, revision=2)), "an update is no late sight"


@pytest.mark.parametrize(
    ("stored", "listed", "expected"),
    [
        ("2026-11-26T08:00:00Z", "2026-11-26T08:00:01Z", True),
        ("2026-11-26T08:00:01Z", "2026-11-26T08:00:00Z", False),  # newer only
        ("2026-11-25", "2026-11-26", False),  # a shown day flutters
        ("2026-11-20", "2026-11-26", True),
        ("November 2026", "2026-11-26", True),
        ("", "2026-11-26T08:00:00Z", False),  # nothing to compare with
    ],
)
def test_a_newer_stamp_to_the_second_or_a_later_day_is_an_update(stored: str, listed: str, *, expected: bool) -> None:
    before, after = dated(0, published=read_date(stored)), dated(0, published=read_date(listed))
    assert is_updated(after, before) is expected


def test_a_newer_stamp_alone_is_a_revision_where_its_source_means_it() -> None:
    known = dated(7, first_seen=NOW - timedelta(days=7))
    listed = dated(0)
    assert next_revision(listed, known, NOW) is None
    revised = next_revision(listed, known, NOW, trusts_stamps=True)
    assert revised == replace(listed, revision=2, first_seen=known.first_seen)
    assert next_revision(listed, revised, NOW, trusts_stamps=True) is None, "the same stamp again is nothing"
    assert items_to_read([listed], {listed.identity: known}, reads_page_of=lambda _: False, trusts_stamps=True) == (
        listed,
    )
    assert items_to_read([known], {listed.identity: known}, reads_page_of=lambda _: False, trusts_stamps=True) == ()


def test_of_two_servers_in_turn_the_newer_stamp_counts_once() -> None:
    known = dated(7, first_seen=NOW - timedelta(days=7), updated_at=LAST)
    older = replace(known, updated_at=LAST - timedelta(hours=1), summary="As the other server has it.")
    revised = next_revision(older, known, NOW)
    assert revised
    assert (revised.updated_at, is_updated(known, revised)) == (LAST, False)


def test_a_withdrawn_page_stays_withdrawn_while_only_its_list_is_read() -> None:
    known = dated(7, first_seen=NOW - timedelta(days=7), withdrawn=True, text="Withdrawn in May.")
    assert next_revision(replace(known, withdrawn=False, text=""), known, NOW) is None
    read = next_revision(replace(known, withdrawn=False, text="It is back."), known, NOW)
    assert read
    assert not read.withdrawn


def test_a_rewritten_item_keeps_its_date_unless_it_has_a_newer_one() -> None:
    known = dated(7, first_seen=NOW - timedelta(days=7))
    same_date = next_revision(replace(known, title="Flu letter for practices"), known, NOW)
    newer = next_revision(dated(0, title="Flu letter for practices"), known, NOW)
    assert same_date
    assert newer
    assert (same_date.published, newer.published) == (known.published, dated(0).published)
