"""The status ladder, one turn after the other: repetition turns nothing, an official text does."""

from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.language.numbers import numbers_changed
from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.story_index import StoryIndex
from watcher.model import Item, Status, Story, Trust

NOW = datetime(2026, 8, 9, 8, 0, tzinfo=UTC)
HEADLINE = "Flu vaccination of adults to start on 1 September"


class Ladder:
    """One Story; each Item says which turn it made."""

    def __init__(self) -> None:
        self.shelf = StoryIndex()
        self.number = 0
        self.story: Story | None = None

    def comes(self, title: str, trust: Trust, summary: str = "", *, withdrawn: bool = False, again: int = 0) -> str:
        """The Status that the Story turned to; "" for none, "another" when another Story was opened."""
        self.number += 1
        url = f"https://x.example/{again or self.number}"
        item = Item(source="s", identity=url, url=url, title=title, summary=summary, revision=2 if again else 1)
        now = NOW + timedelta(hours=2 * self.number)
        known = next((t.title for t in self.story.items if t.item == item.id), "") if self.story else ""
        told = as_story_item(item, trust, f"publisher {self.number}", now)
        changed = numbers_changed(title, known)
        placement = place_item(told, ("flu",), self.shelf, now, withdrawn=withdrawn, changed=changed)
        before, after = placement.before, placement.after
        assert after
        self.shelf.add(after)
        if self.story and before is None:
            return "another"
        turns = len(before.status_changes) if before else 0
        self.story = after
        assert all(turn.status in Status for turn in after.status_changes)
        return after.status_changes[-1].status if len(after.status_changes) > turns else ""


def test_a_report_is_confirmed_changed_and_withdrawn_and_each_turn_has_its_item_and_time() -> None:
    days = Ladder()
    said = [
        days.comes(HEADLINE, Trust.PRESS),
        days.comes(HEADLINE, Trust.TRADE),
        days.comes(HEADLINE, Trust.OFFICIAL),
        days.comes(HEADLINE, Trust.OFFICIAL),
        days.comes("Flu vaccination of adults: start moved to 2 October", Trust.OFFICIAL),
        days.comes("Flu vaccination of adults from 2 October is cancelled", Trust.OFFICIAL),
    ]
    assert said == ["reported", "", "confirmed", "", "changed", "withdrawn"]
    assert days.story
    assert [turn.at for turn in days.story.status_changes] == [NOW + timedelta(hours=2 * n) for n in (1, 3, 5, 6)]
    assert days.story.official == days.story.items[2]


def test_an_intention_and_a_text_for_others_confirm_nothing() -> None:
    days = Ladder()
    assert days.comes(HEADLINE, Trust.PRESS) == "reported"
    assert days.comes("NHS England plans to start adult flu vaccination on 1 September", Trust.OFFICIAL) == ""
    assert days.comes("Adult flu vaccination from 1 September: letter to NHS trusts", Trust.OFFICIAL) == ""
    assert days.story
    assert days.story.official is None


def test_a_denial_contradicts_a_report_and_confirms_one_that_said_no() -> None:
    days = Ladder()
    days.comes("Flu vaccination of adults may move to 2 October", Trust.PRESS)
    no_plans = "Flu vaccination of adults: no plans to move to 2 October"
    assert days.comes(no_plans, Trust.OFFICIAL) == "withdrawn"
    days = Ladder()
    days.comes("Practice managers refused the £20,000 partnership payment", Trust.TRADE)
    excluded = "Practice managers will not be included in the £20,000 partnership payment"
    assert days.comes(excluded, Trust.OFFICIAL) == "confirmed"


def test_a_page_that_is_withdrawn_and_comes_back_is_changed() -> None:
    days = Ladder()
    assert days.comes(HEADLINE, Trust.OFFICIAL) == "confirmed"
    assert days.comes(HEADLINE, Trust.OFFICIAL, withdrawn=True, again=1) == "withdrawn"
    assert days.comes(HEADLINE, Trust.OFFICIAL, again=1) == "changed"


def test_an_edit_of_an_official_figure_changes_and_one_of_its_wording_does_not() -> None:
    days = Ladder()
    days.comes(HEADLINE, Trust.OFFICIAL)
    assert days.comes("Adult flu vaccination to start on 1 September", Trust.OFFICIAL, again=1) == ""
    assert days.comes("Adult flu vaccination to start on 8 September", Trust.OFFICIAL, again=1) == "changed"


def test_a_story_that_begins_officially_is_confirmed_from_the_start() -> None:
    assert Ladder().comes(HEADLINE, Trust.OFFICIAL) == "confirmed"
    assert Ladder().comes("Consultation on adult flu vaccination", Trust.OFFICIAL) == "reported"


@pytest.mark.parametrize(
    "noun",
    [
        "handling appointment cancellations",
        "withdrawal of consent form explained",
        "pause before you vaccinate",
        "extending access for carers",
        "when to defer a dose",
    ],
)
def test_a_word_that_only_sounds_like_an_end_ends_nothing(noun: str) -> None:
    days = Ladder()
    assert days.comes(HEADLINE, Trust.OFFICIAL) == "confirmed"
    assert days.comes(f"{HEADLINE}: {noun}", Trust.OFFICIAL) == ""
