"""A month of announcements: who was first by our clock, by how long, and where publishers' dates say otherwise."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from watcher.core.stories.lead_times import (
    FirstReporter,
    PublicationOrder,
    ScoreboardRow,
    appeared_by,
    build_scoreboard,
    month_bounds,
    story_lead_time,
)
from watcher.model import Precision, Published, Status, StatusChange, Story, StoryItem, Trust

SIX = datetime(2026, 10, 20, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(moment: datetime) -> Published:
    return Published(at=moment, day=moment.date(), precision=Precision.SECOND, literal=moment.isoformat())


def on(day: date) -> Published:
    return Published(day=day, precision=Precision.DAY, literal=day.isoformat())


def told(publisher: str, trust: Trust, hours: float, published: Published = Published()) -> StoryItem:  # noqa: B008
    return StoryItem(
        item=f"{publisher}{hours}",
        identity=publisher,
        source="s",
        trust=trust,
        publisher=publisher,
        title="Flu jabs",
        url="https://x.example",
        seen_at=SIX + hours * HOUR,
        published=published,
    )


def bbc(hours: float, published: Published = Published()) -> StoryItem:  # noqa: B008
    return told("BBC News", Trust.PRESS, hours, published)


def nhs(hours: float, published: Published = Published()) -> StoryItem:  # noqa: B008
    return told("NHS England", Trust.OFFICIAL, hours, published)


def bma(hours: float) -> StoryItem:
    return told("BMA", Trust.REPRESENTATIVE, hours)


def story(name: str, *tellings: StoryItem, topics: tuple[str, ...] = ("flu",)) -> Story:
    seen = tuple(sorted(tellings, key=lambda each: each.seen_at))
    settled = next(
        (StatusChange(status=Status.CONFIRMED, item=t.item, at=t.seen_at) for t in seen if t.trust.confirms), None
    )
    return Story(
        id=name,
        title=name,
        status=Status.REPORTED,
        topics=topics,
        opened_at=seen[0].seen_at,
        items=seen,
        status_changes=(settled,) if settled else (),
    )


MONTH = (
    story("media by an hour", bbc(0), nhs(1)),
    story("media by nine", bbc(10), bma(11), nhs(19), topics=("flu", "pay")),
    story("union first", bma(20), bbc(21), nhs(22)),
    story("official first", nhs(30), bbc(31)),
    story("official alone", nhs(32), topics=("pay",)),
    story("one look", bbc(40), nhs(40)),
    story("never", bbc(50), topics=("pay",)),
)


def test_the_counts_of_a_month_add_up_by_body_and_topic() -> None:
    board = build_scoreboard(MONTH, "2026-10")
    empty: dict[str, Any] = {
        "media_first": 0,
        "others_first": 0,
        "official_first": 0,
        "same_look": 0,
        "never_official": 0,
    }
    led: dict[str, Any] = {"longest_lead": 9 * HOUR, "longest_story": "media by nine"}
    assert board.rows == (
        ScoreboardRow(
            body=None,
            topic="",
            announcements=7,
            media_first=2,
            others_first=1,
            official_first=2,
            same_look=1,
            never_official=1,
            median_lead=5 * HOUR,
            **led,
        ),
        ScoreboardRow(
            body=None,
            topic="flu",
            announcements=5,
            media_first=2,
            others_first=1,
            official_first=1,
            same_look=1,
            never_official=0,
            median_lead=5 * HOUR,
            **led,
        ),
        ScoreboardRow(
            body=None,
            topic="pay",
            announcements=3,
            **(empty | {"media_first": 1, "official_first": 1, "never_official": 1}),
            median_lead=9 * HOUR,
            **led,
        ),
        replace(board.total, body="NHS England", announcements=6, never_official=0),
        replace(board.rows[1], body="NHS England"),
        replace(board.rows[2], body="NHS England", announcements=2, never_official=0),
        ScoreboardRow(body="", topic="", announcements=1, **(empty | {"never_official": 1})),
        ScoreboardRow(body="", topic="pay", announcements=1, **(empty | {"never_official": 1})),
    )
    for row in board.rows:
        parts = (row.media_first, row.others_first, row.official_first, row.same_look, row.never_official)
        assert sum(parts) == row.announcements


def test_a_month_is_one_of_londons_and_an_empty_one_counts_nothing() -> None:
    summer_ends = datetime(2026, 9, 30, 22, 59, tzinfo=UTC)
    assert month_bounds("2026-10")[0] == summer_ends + timedelta(minutes=1)
    assert month_bounds("2026-12")[1] == datetime(2027, 1, 1, tzinfo=UTC)
    last_of_september = replace(MONTH[0], opened_at=summer_ends)
    assert build_scoreboard([last_of_september], "2026-10").total.announcements == 0
    assert build_scoreboard([last_of_september], "2026-09").total.announcements == 1


@pytest.mark.parametrize(
    "month",
    ["", "october", "2026", "2026-13", "2026-00", "2026-1-1", "0-1", "0001-01", "9999-12", "２０２６-10", "2026-10\n"],
)
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        month_bounds(month)


NINE = PublicationOrder(first=FirstReporter.MEDIA, lead=9 * HOUR)
CASES = {
    # An outage: we saw the official text at 15:00, and it says 05:30, half an hour before the paper.
    "seen late": ((bbc(0, at(SIX)), nhs(9, at(SIX - HOUR / 2))), NINE, FirstReporter.OFFICIAL, -HOUR / 2),
    # It is dated the day before: certainly earlier, and nobody knows by how long.
    "the day before": ((bbc(0), nhs(9, on(date(2026, 10, 19)))), NINE, FirstReporter.OFFICIAL, None),
    # A day alone decides nothing against an hour of the same day.
    "the same day": ((bbc(0, at(SIX)), nhs(9, on(date(2026, 10, 20)))), NINE, FirstReporter.MEDIA, 9 * HOUR),
    # A date that was moved until after we saw it is not believed.
    "moved": ((bbc(0, at(SIX + 30 * HOUR)), nhs(9)), NINE, FirstReporter.MEDIA, 9 * HOUR),
    # Both in one look: their own times tell them apart.
    "one look": (
        (bbc(0, at(SIX - HOUR)), nhs(0, at(SIX - HOUR / 2))),
        PublicationOrder(first=FirstReporter.SAME_LOOK, lead=timedelta()),
        FirstReporter.MEDIA,
        HOUR / 2,
    ),
    # The paper dates itself by the day, which holds the official hour: what we saw stands.
    "open": (
        (bbc(9, on(date(2026, 10, 19))), nhs(0, at(SIX - 20 * HOUR))),
        PublicationOrder(first=FirstReporter.OFFICIAL, lead=-9 * HOUR),
        FirstReporter.OFFICIAL,
        -9 * HOUR,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_lead_goes_by_our_clock_and_publishers_dates_stand_beside_it(case: str) -> None:
    tellings, seen, first, lead = CASES[case]
    told = story_lead_time(story("s", *tellings))
    assert (told.seen_order, told.dated_order) == (seen, PublicationOrder(first=first, lead=lead))
    assert told.dates_disagree == (seen.first is not first)


def test_what_was_old_when_we_first_saw_it_is_named_and_not_counted() -> None:
    old = story("from August", nhs(0, at(SIX - 49 * HOUR)), bbc(5))
    board = build_scoreboard([old, *MONTH], "2026-10")
    assert (board.total.announcements, board.old) == (7, 1)
    assert [each.story for each in board.lines if each.is_old] == ["from August"]


def test_a_date_after_our_first_sight_says_nothing_and_a_day_counts_from_its_end() -> None:
    assert appeared_by(bbc(0, at(SIX + HOUR))) is None
    assert appeared_by(bbc(0, on(date(2026, 10, 20)))) is None
    assert appeared_by(bbc(0, on(date(2026, 10, 19)))) == datetime(2026, 10, 19, 23, 0, tzinfo=UTC)
    assert appeared_by(bbc(0)) is None
