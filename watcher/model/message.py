"""What they read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.model.change import Span
from watcher.model.delivery import Receipt
from watcher.model.item import Poison


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One Alert as a reader sees it, still without any channel's markup. `facts` are (label, value) in fixed order.

    `marked` gives the words of some of the values once more, with what came and went in them: a channel that cannot
    show that shows the value. `alert` is the Alert's id; `before` the Receipt of the first Delivery of the same Story
    to the same Subscriber: the thread to answer in; `follows` what that one said and when, where no thread shows it.
    """

    heading: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    url: str = ""
    topics: tuple[str, ...] = ()
    before: Receipt | None = None
    follows: str = ""
    marked: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    alert: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A group of a digest with its heading."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered Delivery: what every notifier turns into its own markup. All text here is untrusted.

    `at` is when it was rendered; `delivery` names it for good, so that a repeat can be recognised. `poison` is what
    could not be put into words. `update` is how the Message that this one answers is to read from now on.
    """

    delivery: str
    at: datetime
    subject: str
    lead: str = ""
    sections: tuple[Section, ...] = ()
    footer: tuple[str, ...] = ()
    digest: bool = False
    repeat: bool = False
    poison: tuple[Poison, ...] = ()
    update: "Update | None" = None

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All of them, in reading order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    @property
    def answers(self) -> Receipt | None:
        """The first Message of the Story that all of this tells; None where it can only stand by itself."""
        before = {each.before for each in self.paragraphs}
        first = before.pop() if len(before) == 1 else None
        return first if first and first.message and not self.digest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A Message that was sent before, with its Receipt, as it is to read now."""

    receipt: Receipt
    message: Message
