"""An Item as a poll found it: its Matches, its Relevance, its age, and what its publisher changed."""

from dataclasses import dataclass

from watcher.core.delivery.routing import floor_points
from watcher.core.items.newsworthiness import Timeliness
from watcher.core.language.numbers import numbers_changed
from watcher.core.stories.sameness import is_reworded
from watcher.model import Item, Match, Relevance, StoryItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMatch:
    """An Item and its topics: its Matches, its Relevance, and its headline before an edit ("": none).

    `story_item` is its part in a Story; `timeliness`: whether it is news by its
    age. `is_updated`: its publisher gave it out anew; `trusts_stamps`: and means that whenever it does so. `is_edited`:
    a watched page says something else; `is_reverted`: it said so before. `alerts_so_far`: how many it has had.
    """

    item: Item
    story_item: StoryItem
    matches: tuple[Match, ...]
    relevance: Relevance
    timeliness: Timeliness = Timeliness.NEWS
    previous_title: str = ""
    is_updated: bool = False
    trusts_stamps: bool = False
    is_edited: bool = False
    is_reverted: bool = False
    alerts_so_far: int = 0

    @property
    def counts_as_told(self) -> bool:
        """Whether readers were told of it, as far as a restore knows."""
        return self.timeliness is Timeliness.TOLD

    @property
    def topics(self) -> tuple[str, ...]:
        """The Topics that it is about."""
        return tuple(match.topic for match in self.matches if not match.is_passing)

    @property
    def mentions(self) -> tuple[str, ...]:
        """The Topics that an official text only mentions: their readers find it in the digest."""
        is_official = self.story_item.trust.confirms
        return tuple(match.topic for match in self.matches if match.is_passing and is_official)

    @property
    def points(self) -> int:
        """The points of its Relevance. An official text is never left out for its tone: it has those of a digest."""
        return floor_points(self.relevance.points, self.story_item.trust)

    @property
    def signals(self) -> str:
        """The words by which it has its points."""
        return ", ".join(f"{signal}: {evidence.words}" for signal, evidence in self.relevance.signals)

    @property
    def weight(self) -> str:
        """Its Topics, those words and the points, as `watcher unsent` shows them."""
        signals = f" {self.signals}" if self.signals else ""
        return f"{', '.join(self.topics)};{signals} ({self.points} points)"

    @property
    def says_something_else(self) -> bool:
        """Whether an edit put other figures into its headline, or another headline in its place."""
        reworded = self.story_item.trust.confirms and is_reworded(self.item.title, self.previous_title)
        return reworded or numbers_changed(self.item.title, self.previous_title)

    @property
    def says_something_new(self) -> bool:
        """Whether a known Item says something else, by its publisher's own word, its text, figures or headline."""
        return self.is_updated or self.is_edited or self.says_something_else
