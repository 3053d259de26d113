"""Why an Item is told now, or why not: identity may silence it, likeness never does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from watcher.core.delivery.item_match import ItemMatch
from watcher.core.delivery.telling import reason_to_tell
from watcher.core.stories.join import Join, Placement
from watcher.core.stories.placement import as_story_item
from watcher.model import Item, Match, Reason, Relevance, Status, StatusChange, Story, Trust, UnsentReason

NOW = datetime(2020, 11, 20, 7, 0, tzinfo=UTC)
HEADLINE = "Over-50s to get free flu jab from 1 December"
PRESS = Item(source="bbc", identity="bbc.co.uk/1", url="https://bbc.co.uk/1", title=HEADLINE, first_seen=NOW)
OFFICIAL = Item(source="dhsc", identity="gov.uk/1", url="https://gov.uk/1", title=HEADLINE)
EDITED = replace(PRESS, revision=2)
FIRST = as_story_item(PRESS, Trust.PRESS, "BBC", NOW)
REPORTED = Story(
    id="story",
    title=HEADLINE,
    status=Status.REPORTED,
    topics=("flu",),
    opened_at=NOW,
    items=(FIRST,),
    told_topics=frozenset({"flu"}),
    status_changes=(StatusChange(status=Status.REPORTED, item=PRESS.id, at=NOW),),
)
ONLY_RECORDED = replace(REPORTED, told_topics=frozenset())
CONFIRMED = REPORTED.with_status(Status.CONFIRMED, FIRST, NOW)
CHANGED = CONFIRMED.with_status(Status.CHANGED, FIRST, NOW)
WITHDRAWN = CONFIRMED.with_status(Status.WITHDRAWN, FIRST, NOW)
WIDER = replace(CONFIRMED, topics=("flu", "pay"))
LIKE, SAME, EDIT = Join.LIKENESS, Join.SAME_TEXT, Join.SAME_ITEM


def item_match(item: Item, trust: Trust, topics: tuple[str, ...], **what: object) -> ItemMatch:
    return ItemMatch(
        item=item,
        story_item=as_story_item(item, trust, item.source.upper(), NOW),
        matches=tuple(Match(topic=topic, evidence=()) for topic in topics),
        relevance=Relevance(points=1),
        **what,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("before", "after", "item", "trust", "join", "expected"),
    [
        (None, REPORTED, PRESS, Trust.PRESS, Join.OPENED, Reason.FIRST_HEARD),
        (None, CONFIRMED, PRESS, Trust.PRESS, Join.OPENED, Reason.FIRST_HEARD),
        (None, WITHDRAWN, PRESS, Trust.OFFICIAL, Join.OPENED, Reason.WITHDRAWN),
        (ONLY_RECORDED, REPORTED, OFFICIAL, Trust.PRESS, LIKE, Reason.FIRST_HEARD),  # nobody has heard of it yet
        (REPORTED, CONFIRMED, OFFICIAL, Trust.OFFICIAL, Join.SAME_MATTER, Reason.NOW_OFFICIAL),
        (REPORTED, REPORTED, OFFICIAL, Trust.TRADE, Join.SAME_MATTER, UnsentReason.ONE_MORE_REPORT),
        (REPORTED, REPORTED, OFFICIAL, Trust.TRADE, LIKE, Reason.CHANGED),  # likeness chooses the thread, and no more
        (CONFIRMED, CONFIRMED, OFFICIAL, Trust.OFFICIAL, SAME, UnsentReason.SAME_TEXT),
        (CONFIRMED, CONFIRMED, OFFICIAL, Trust.OFFICIAL, LIKE, Reason.CHANGED),  # an official text always speaks
        (CONFIRMED, CONFIRMED, OFFICIAL, Trust.OFFICIAL, Join.SAME_MATTER, Reason.CHANGED),
        (CONFIRMED, CONFIRMED, EDITED, Trust.PRESS, EDIT, UnsentReason.MINOR_EDIT),
        (CONFIRMED, WIDER, EDITED, Trust.PRESS, EDIT, Reason.CHANGED),  # edited, and now on one topic more
        (CONFIRMED, WIDER, OFFICIAL, Trust.PRESS, SAME, Reason.FIRST_HEARD),  # heard by those who wait for the other
        (CONFIRMED, CHANGED, OFFICIAL, Trust.OFFICIAL, Join.RETRACTION, Reason.CHANGED),
        (CONFIRMED, WITHDRAWN, EDITED, Trust.OFFICIAL, EDIT, Reason.WITHDRAWN),
        (WITHDRAWN, WITHDRAWN, EDITED, Trust.PRESS, EDIT, UnsentReason.MINOR_EDIT),
    ],
)
def test_an_item_is_told_for_a_reason_or_not_told_for_one(
    before: Story | None, after: Story, item: Item, trust: Trust, join: Join, expected: Reason | UnsentReason
) -> None:
    placement = Placement(before=before, after=after, join=join, was_told=True)
    assert reason_to_tell(placement, item_match(item, trust, after.topics)) is expected


def test_an_official_text_is_silent_only_when_its_twin_was_told() -> None:
    untold = Placement(before=CONFIRMED, after=CONFIRMED, join=SAME, was_told=False)
    assert reason_to_tell(untold, item_match(OFFICIAL, Trust.OFFICIAL, ("flu",))) is Reason.CHANGED
    assert reason_to_tell(untold, item_match(OFFICIAL, Trust.PRESS, ("flu",))) is UnsentReason.SAME_TEXT


def test_what_matches_no_topic_tells_a_story_and_is_no_reason_to_tell_it() -> None:
    placement = Placement(before=ONLY_RECORDED, after=REPORTED, join=LIKE)
    assert reason_to_tell(placement, item_match(OFFICIAL, Trust.PRESS, ())) is UnsentReason.NO_TOPIC
    assert reason_to_tell(Placement(), item_match(OFFICIAL, Trust.PRESS, ())) is UnsentReason.NO_TOPIC


@pytest.mark.parametrize(
    ("trust", "expected"), [(Trust.PRESS, UnsentReason.ONE_MORE_REPORT), (Trust.OFFICIAL, Reason.CHANGED)]
)
def test_a_report_without_a_topic_joins_a_told_story_silently_and_an_official_text_speaks(
    trust: Trust, expected: Reason | UnsentReason
) -> None:
    placement = Placement(before=REPORTED, after=REPORTED, join=LIKE)
    assert reason_to_tell(placement, item_match(OFFICIAL, trust, ())) is expected


@pytest.mark.parametrize(
    ("trust", "expected"), [(Trust.OFFICIAL, Reason.CHANGED), (Trust.PRESS, UnsentReason.MINOR_EDIT)]
)
def test_what_an_official_body_gives_out_anew_is_told_and_a_paper_touches_its_pages_all_day(
    trust: Trust, expected: Reason | UnsentReason
) -> None:
    placement = Placement(before=CONFIRMED, after=CONFIRMED, join=EDIT)
    assert reason_to_tell(placement, item_match(EDITED, trust, ("flu",), is_updated=True)) is expected


def test_another_headline_under_an_official_address_is_told_and_a_polished_one_is_not() -> None:
    placement = Placement(before=CONFIRMED, after=CONFIRMED, join=EDIT)
    other = replace(EDITED, title="Pneumococcal vaccine: who is invited this winter")
    polished = replace(EDITED, title="Everybody over 50 to get a free flu jab from 1 December")
    reasons = [
        reason_to_tell(placement, item_match(item, Trust.OFFICIAL, ("flu",), previous_title=HEADLINE))
        for item in (other, polished)
    ]
    assert reasons == [Reason.CHANGED, UnsentReason.MINOR_EDIT]
