"""How an Item came into its Story, and what may follow from that."""

from dataclasses import dataclass
from enum import StrEnum

from watcher.model import Retraction, Story, StoryItem


class Join(StrEnum):
    """How an Item came into its Story. Only `same_item` and `same_text` may keep it silent.

    `retraction`: it takes back what the Story announced. `same_matter`: its address, programme or facts prove that it
    is about the same. `likeness`: it shares words, which chooses the thread and proves nothing.
    """

    OPENED = "opened"
    SAME_ITEM = "same_item"
    SAME_TEXT = "same_text"
    RETRACTION = "retraction"
    SAME_MATTER = "same_matter"
    LIKENESS = "likeness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The Story `before` and `after` an Item joined it; `before` is None when it opens it, both when it tells none.

    `reason`: why it joined, in words; `twin`: the Item whose text it repeats; `was_told`: readers were told that text.
    `takes_back`: what it does to the whole of the announcement.
    """

    before: Story | None = None
    after: Story | None = None
    join: Join = Join.OPENED
    reason: str = ""
    twin: StoryItem | None = None
    was_told: bool = False
    takes_back: Retraction | None = None

    def describe_twin(self) -> str:
        """Why it joined its Story, with the Item that says the same where there is one; "" for what opens a Story."""
        return (
            f"{self.reason} as “{self.twin.title}” ({self.twin.publisher}, {self.twin.item})"
            if self.twin
            else self.reason
        )
