"""Which Items tell one announcement, and which only look so."""

from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.story_index import MAX_OPEN, StoryIndex
from watcher.model import Item, Published, Story, Trust

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
DAY = timedelta(days=1)
FLU, PAY = ("flu",), ("pay",)


class Papers:
    """Items as they come; each line says which Story they joined and why."""

    def __init__(self) -> None:
        self.shelf = StoryIndex()
        self.number = 0

    def comes(
        self,
        title: str,
        summary: str = "",
        by: str = "",
        trust: Trust = Trust.PRESS,
        after: timedelta = timedelta(),
        topics: tuple[str, ...] = FLU,
    ) -> Story | None:
        """The Story after this Item."""
        self.number += 1
        url = f"https://x.example/{self.number}"
        item = Item(source=by or f"s{self.number}", identity=url, url=url, title=title, summary=summary)
        now = NOW + after + timedelta(minutes=self.number)
        story = place_item(as_story_item(item, trust, item.source, now), topics, self.shelf, now).after
        if story:
            self.shelf.add(story)
        return story


def test_fourteen_papers_are_one_story_and_the_reason_is_kept() -> None:
    days = Papers()
    first = days.comes("Free flu jabs for over-50s from 1 December")
    second = days.comes("Everybody over 50 can have the flu vaccine next month", "It starts on 1 December.")
    third = days.comes("50-64 year old flu vacs to start 1st Dec", trust=Trust.REPRESENTATIVE)
    assert first
    assert second
    assert third
    assert first.id == second.id == third.id
    assert [each.join_reason for each in third.items] == [
        "",
        "shares age:50, date:1-12, flu, vaccine (2.7)",
        "shares age:50, date:1-12, flu, programme:flu-50-64, vaccine (2.9)",
    ]


@pytest.mark.parametrize(
    ("first", "second", "after"),
    [
        (
            "Update: staff vaccination for all workers (C1575)",
            "Update: staff vaccination for all workers (C1584)",
            8 * DAY,
        ),
        ("Annual flu letter 2025 to 2026", "Annual flu letter 2026 to 2027", 8 * DAY),
        ("Flu bulletin 130 for practices", "Flu bulletin 131 for practices", 7 * DAY),
        ("Flu for 50 to 64s: practices still have no start date", "Flu jabs for 50 to 64s from 1 December", 1 * DAY),
        ("Flu jabs delayed until 2 October", "Flu jabs brought forward to 11 September", 20 * DAY),
    ],
)
def test_what_only_looks_alike_is_the_next_chapter(first: str, second: str, after: timedelta) -> None:
    days = Papers()
    one, other = days.comes(first), days.comes(second, after=after)
    assert one
    assert other
    assert one.id != other.id
    assert other.follows in {one.id, ""}


def test_a_chapter_names_the_story_before() -> None:
    days = Papers()
    one = days.comes("Update: staff vaccination for all workers (C1575)", trust=Trust.OFFICIAL)
    other = days.comes("Update: staff vaccination for all workers (C1584)", trust=Trust.OFFICIAL, after=8 * DAY)
    assert one
    assert other
    assert other.follows == one.id


def test_two_notices_that_share_their_publisher_alone_are_no_chapters() -> None:
    days = Papers()
    days.comes("PCSE gave practices five days for patient list checks, contract says 30", trust=Trust.TRADE)
    reminder = "PCSE reminder: annual certificate of pensionable profits due by 28 February 2022"
    other = days.comes(reminder, trust=Trust.OFFICIAL, after=DAY)
    assert other
    assert other.follows == ""


def test_reports_of_one_subject_stand_together_as_a_guess() -> None:
    days = Papers()
    days.comes("Flu jab delay will cause chaos")
    guess = days.comes("Confusion over this year's flu vaccination campaign")
    assert guess
    assert [each.join_reason for each in guess.items][1].startswith("perhaps: shares flu, vaccine")


def test_between_two_open_stories_of_one_subject_nothing_is_guessed() -> None:
    days = Papers()
    chaos = days.comes("Flu jab delay will cause chaos", by="bbc")
    nursery = days.comes("Nursery pupils to get flu nasal vaccine in Leeds", by="bbc")
    confusion = days.comes("Confusion over this year's flu vaccination campaign")
    assert chaos
    assert nursery
    assert confusion
    assert len({chaos.id, nursery.id, confusion.id}) == 3


def test_everyday_words_join_nothing_however_few_stories_are_open() -> None:
    days = Papers()
    one = days.comes("Ministers have to learn what the vaccine campaign got right")
    other = days.comes("The grand plan sounded right, and nobody will learn from vaccine sceptics", after=8 * DAY)
    assert one
    assert other
    assert one.id != other.id


@pytest.mark.parametrize(
    ("second", "is_joined"),
    [
        ("Practice managers shut out of New to Partnership scheme for good", True),
        ("Practice managers shut out of the pay award for good", False),
    ],
)
def test_the_next_chapter_of_a_named_scheme_finds_its_story_after_eleven_weeks(second: str, *, is_joined: bool) -> None:
    days = Papers()
    one = days.comes("Clock is running out for practice managers to join New to Partnership", by="trade 1", topics=PAY)
    other = days.comes(second, by="trade 2", after=77 * DAY, topics=PAY)
    assert one
    assert other
    assert (one.id == other.id) is is_joined


@pytest.mark.parametrize("trust", [Trust.OFFICIAL, Trust.PARLIAMENT])
def test_no_official_text_is_joined_on_a_guess(trust: Trust) -> None:
    days = Papers()
    days.comes("Flu jab delay will cause chaos")
    story = days.comes("Guidance on the flu vaccination campaign", trust=trust)
    assert story
    assert len(story.items) == 1


def test_one_source_does_not_say_one_thing_twice_in_other_words() -> None:
    days = Papers()
    days.comes("Free flu jabs for over-50s from 1 December", by="bbc")
    story = days.comes("Flu vaccine supply: order by Friday", by="bbc", after=DAY)
    assert story
    assert len(story.items) == 1


def test_an_item_without_a_topic_joins_what_it_clearly_tells_and_opens_nothing() -> None:
    days = Papers()
    days.comes("£20,000 golden hello for new partners", topics=PAY)
    assert days.comes("Golden handshake of £20,000: new partners can apply", topics=()) is not None
    assert days.comes("Bake sale raises £300", topics=()) is None
    assert days.comes("Latest updates", topics=()) is None


@pytest.mark.parametrize(
    ("title", "is_joined"),
    [("Crewe care homes ready for 24 January", True), ("Care homes: are they ready for 24 January?", False)],
)
def test_without_a_topic_what_surely_is_one_matter_joins_from_fewer_points(title: str, *, is_joined: bool) -> None:
    days = Papers()
    days.comes("GPs to vaccinate care homes in Crewe by 24 January")
    after = days.comes(title, after=24 * DAY, topics=())
    assert (after is not None) is is_joined


def test_a_story_is_open_for_three_months_and_an_official_text_is_awaited() -> None:
    days = Papers()
    days.comes("Minister orders inquiry into missed breast cancer screening invitations", topics=PAY)
    late = days.comes("Breast cancer screening: written statement", trust=Trust.OFFICIAL, after=33 * DAY, topics=PAY)
    assert late
    assert len(late.items) == 2
    later = days.comes("Breast cancer screening: second statement", after=34 * DAY + MAX_OPEN, topics=PAY)
    assert later
    assert len(later.items) == 1


def test_an_old_page_that_we_see_late_is_not_of_this_week() -> None:
    days = Papers()
    days.comes("Free flu jabs for over-50s from 1 December")
    old = Item(
        source="gov",
        identity="old",
        url="https://x.example/old",
        title="Flu vaccination for people aged 50 to 64",
        published=Published(at=NOW - 30 * DAY),
    )
    placement = place_item(as_story_item(old, Trust.OFFICIAL, "UKHSA", NOW + DAY), FLU, days.shelf, NOW + DAY)
    assert placement.before is None
    assert placement.after
