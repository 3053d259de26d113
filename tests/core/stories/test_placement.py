"""Which Story an Item tells, and how far it can be trusted: repetition never makes a rumour official."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.items.newsworthiness import is_stale
from watcher.core.stories.features import extract_features
from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.story_index import StoryIndex
from watcher.model import Authority, Item, Status, StatusChange, Story, StoryItem, Trust, key

NOW = datetime(2020, 11, 20, 7, 0, tzinfo=UTC)
HEADLINE = "Over-50s to get free flu jab from 1 December"
PRESS = Item(source="bbc", identity="bbc.co.uk/1", url="https://bbc.co.uk/1", title=HEADLINE, first_seen=NOW)
OFFICIAL = Item(source="dhsc", identity="gov.uk/1", url="https://gov.uk/1", title=HEADLINE)


def told(item: Item, trust: Trust, minutes: int = 0) -> StoryItem:
    return as_story_item(replace(item, first_seen=None), trust, item.source.upper(), NOW + timedelta(minutes=minutes))


def place(
    told: StoryItem, topics: tuple[str, ...], stories: Iterable[Story], *, withdrawn: bool = False
) -> tuple[Story | None, Story]:
    """As `place` of the product, for what surely has a Story."""
    placement = place_item(told, topics, StoryIndex(stories), told.seen_at, withdrawn=withdrawn)
    assert placement.after
    return placement.before, placement.after


def opened(trust: Trust = Trust.PRESS) -> Story:
    return place(told(PRESS, trust), ("flu",), [])[1]


def test_a_telling_says_who_told_what_where_and_when_we_saw_it() -> None:
    assert as_story_item(PRESS, Trust.PRESS, "BBC News", NOW + timedelta(hours=1)) == StoryItem(
        item=PRESS.id,
        identity="bbc.co.uk/1",
        source="bbc",
        trust=Trust.PRESS,
        publisher="BBC News",
        title=HEADLINE,
        url="https://bbc.co.uk/1",
        seen_at=NOW,
        authority=Authority.REPORT,
        features=extract_features(HEADLINE),
    )


def test_what_an_edited_page_says_was_first_seen_with_the_edit() -> None:
    later = NOW + timedelta(days=3)
    assert as_story_item(replace(PRESS, revision=2), Trust.PRESS, "BBC News", later).seen_at == later


def test_the_first_item_opens_a_story() -> None:
    first = told(PRESS, Trust.PRESS)
    assert place(first, ("flu",), []) == (
        None,
        Story(
            id=key("story", PRESS.id, NOW.isoformat()),
            title=HEADLINE,
            status=Status.REPORTED,
            topics=("flu",),
            opened_at=NOW,
            items=(first,),
            status_changes=(StatusChange(status=Status.REPORTED, item=PRESS.id, at=NOW),),
        ),
    )


@pytest.mark.parametrize("trust", [Trust.OFFICIAL, Trust.PARLIAMENT])
def test_a_body_that_can_confirm_makes_the_story_official(trust: Trust) -> None:
    before, later = opened(), told(OFFICIAL, trust, 240)
    joined = replace(later, join_reason="the same headline")
    turns = (*before.status_changes, StatusChange(status=Status.CONFIRMED, item=OFFICIAL.id, at=later.seen_at))
    wider = replace(before, topics=("flu", "pay"), items=(*before.items, joined))
    expected = replace(wider, status=Status.CONFIRMED, status_changes=turns)
    assert place(later, ("pay",), [before]) == (before, expected)


@pytest.mark.parametrize("trust", [Trust.REPRESENTATIVE, Trust.TRADE, Trust.PRESS, Trust.AGGREGATOR])
def test_repetition_never_raises_a_status(trust: Trust) -> None:
    assert place(told(OFFICIAL, trust, 5), ("flu",), [opened()])[1].status is Status.REPORTED


def test_the_same_address_from_two_sources_is_one_story_whatever_the_headline() -> None:
    other = replace(PRESS, source="aggregator", title="Flu")
    assert place(told(other, Trust.AGGREGATOR, 5), ("flu",), [opened()])[0] == opened()


def test_the_same_headline_in_other_typography_is_one_story() -> None:
    other = replace(OFFICIAL, title="‘Over 50s’ to get FREE flu-jab from 1 December!")
    assert place(told(other, Trust.OFFICIAL, 5), ("flu",), [opened()])[0] == opened()


def test_a_pages_name_without_a_topic_joins_no_story() -> None:
    known = place(told(replace(PRESS, title="Flu: latest updates"), Trust.PRESS), ("flu",), [])[1]
    other = told(replace(OFFICIAL, title="Latest updates"), Trust.OFFICIAL, 5)
    assert place_item(other, (), StoryIndex([known]), other.seen_at).after is None


@pytest.mark.parametrize(("days", "same"), [(14, True), (90, True), (91, False)])
def test_the_same_headline_is_the_same_news_while_the_story_is_open(days: int, *, same: bool) -> None:
    before, _ = place(told(OFFICIAL, Trust.OFFICIAL, days * 24 * 60), ("flu",), [opened()])
    assert (before is not None) is same


def test_a_revised_item_stays_in_its_story_after_a_month_and_keeps_when_it_was_first_told() -> None:
    revised = told(replace(PRESS, title="Quite another headline about flu"), Trust.PRESS, 30 * 24 * 60)
    before, after = place(revised, ("flu",), [opened()])
    assert (before, after.items) == (opened(), (replace(revised, seen_at=NOW),))


def test_an_official_withdrawal_withdraws_and_a_newspapers_does_not() -> None:
    confirmed = opened(Trust.OFFICIAL)
    assert place(told(PRESS, Trust.OFFICIAL, 9), ("flu",), [confirmed], withdrawn=True)[1].status is Status.WITHDRAWN
    assert place(told(OFFICIAL, Trust.PRESS, 9), ("flu",), [confirmed], withdrawn=True)[1].status is Status.CONFIRMED


def test_who_told_first_stands_first() -> None:
    late, early = told(OFFICIAL, Trust.OFFICIAL, 9), told(PRESS, Trust.PRESS)
    story = place(early, ("flu",), [place(late, ("flu",), [])[1]])[1]
    assert (story.items[1], story.official) == (late, late)
    assert story.items[0] == replace(early, join_reason="the same headline")


@pytest.mark.parametrize(("hours", "stale"), [(-2, False), (47, False), (48, False), (49, True)])
def test_what_is_two_days_older_than_our_last_look_is_no_news(hours: int, *, stale: bool) -> None:
    assert is_stale(NOW - timedelta(hours=hours), NOW, timedelta(hours=48)) is stale


def test_an_undated_item_is_never_stale() -> None:
    assert not is_stale(None, NOW, timedelta(hours=48))
