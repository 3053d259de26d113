"""Messages as readers see them, before any channel's markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watcher.model.delivery import Delivery, Receipt
from watcher.model.item import Item, Quarantined
from watcher.model.ledger import LedgerDate
from watcher.model.page_change import Span, Version
from watcher.model.story import Alert, Story
from watcher.model.topic import Evidence


class FactKind(StrEnum):
    """What a fact of a Paragraph is about. Its label for readers stands in core/messages/labels.py."""

    AS_SENT = "as_sent"
    CHANGED = "changed"
    NOTICE = "notice"
    FILE = "file"
    ELIGIBLE = "eligible"
    ADDED = "added"
    REMOVED = "removed"
    WAS = "was"
    NOW = "now"
    NEW_TEXT = "new_text"
    TEXT_GONE = "text_gone"
    MORE_CHANGES = "more_changes"
    DUE = "due"
    FOLLOWS = "follows"
    PREVIOUS_TITLE = "previous_title"
    SAYS_WHO = "says_who"
    WHEN = "when"
    OFFICIAL = "official"
    WHO = "who"
    FROM = "from"
    DO = "do"
    ORDER = "order"
    PAID = "paid"
    CODE = "code"
    REPLY_BY = "reply_by"
    OWNER = "owner"
    APPLIES = "applies"
    UNKNOWN = "unknown"
    SO_FAR = "so_far"
    CHANGE_NOTE = "change_note"
    SUMMARY = "summary"
    OTHER_PUBLISHERS = "other_publishers"
    EARLIER_CHAPTER = "earlier_chapter"
    WHY_YOU = "why_you"
    WHAT_TO_DO = "what_to_do"
    TOPICS = "topics"
    SOURCE = "source"


LEFT_OUT_WHERE_SPACE_IS_SHORT = frozenset(
    {FactKind.WHEN, FactKind.OTHER_PUBLISHERS, FactKind.EARLIER_CHAPTER, FactKind.WHY_YOU, FactKind.TOPICS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One Alert as a reader sees it, still without any channel's markup. `facts` are (kind, words) in fixed order.

    `marked` maps the words of some facts to the same words with what was added and removed: a channel that cannot show
    that shows the words. `alert` is the Alert's id; `first_receipt` the Receipt of the first Delivery of the same Story
    to the same Subscriber: the thread to answer in; `follows` is its headline and time, where no thread shows it.
    """

    heading: str
    title: str
    facts: tuple[tuple[FactKind, str], ...] = ()
    url: str = ""
    topics: tuple[str, ...] = ()
    first_receipt: Receipt | None = None
    follows: str = ""
    marked: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    alert: str = field(default="", compare=False)

    def rows(self, *, short: bool = False) -> tuple[tuple[FactKind, str], ...]:
        """All that stands below the headline, in the order of every channel; `short`: where space is short."""
        facts = (
            *(((FactKind.FOLLOWS, self.follows),) if self.follows else ()),
            *self.facts,
            *(((FactKind.TOPICS, ", ".join(self.topics)),) if self.topics else ()),
            *(((FactKind.SOURCE, self.url),) if self.url else ()),
        )
        return tuple(fact for fact in facts if not short or fact[0] not in LEFT_OUT_WHERE_SPACE_IS_SHORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A group of paragraphs with its heading; "" outside digests."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered Delivery: what every notifier turns into its own markup. All text here is untrusted.

    `at` is when it was rendered (UTC); `delivery` is the Delivery's id, by which a repeat can be recognised.
    `quarantined` are the Alerts that could not be put into words. `update` is the new text of the Message that this
    one answers.
    """

    delivery: str
    at: datetime
    subject: str
    lead: str = ""
    sections: tuple[Section, ...] = ()
    footer: tuple[str, ...] = ()
    digest: bool = False
    repeat: bool = False
    quarantined: tuple[Quarantined, ...] = ()
    update: "Update | None" = None

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of all sections, in reading order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    @property
    def answers(self) -> Receipt | None:
        """The Receipt of the first Message of the Story, where all paragraphs follow the same one; else None."""
        receipts = {paragraph.first_receipt for paragraph in self.paragraphs}
        first = receipts.pop() if len(receipts) == 1 else None
        return first if first and first.message and not self.digest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The new text of a Message that was sent before, with its Receipt."""

    receipt: Receipt
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContext:
    """One Alert with all that is needed to put it into words. `story` and `item` are None for `needs_admin`.

    `first_receipt`, `first_delivery`, `first_title` and `first_told_at`: the Delivery by which its Subscriber first had
    this Story, with its headline then. `previous_title`: the headline before the edit that a `changed` Alert reports.
    `earlier_chapter`: the title of the Story of which this is the next chapter. `source_checks`: a closing note's line
    on the official sources. `dates`: the Story's in the ledger. `versions`: a watched page before and after.
    """

    alert: Alert
    story: Story | None = None
    item: Item | None = None
    evidence: tuple[Evidence, ...] = ()
    first_receipt: Receipt | None = None
    first_delivery: str = ""
    first_title: str = ""
    first_told_at: datetime | None = None
    previous_title: str = ""
    versions: tuple[Version, ...] = ()
    dates: tuple[LedgerDate, ...] = ()
    earlier_chapter: str = ""
    source_checks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A Delivery that follow-ups answer: when it was sent, its Alerts, and the newest follow-up of each Story in it.

    The AlertContexts are as of the time when each was sent.
    """

    delivery: Delivery
    receipt: Receipt
    sent_at: datetime
    contexts: Sequence[AlertContext]
    follow_ups: Sequence[AlertContext]
