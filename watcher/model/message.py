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
from watcher.model.topic import Match


class FactKind(StrEnum):
    """What a fact of a Paragraph is about. Its label for readers stands in core/wording/labels.py."""

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
    WHOLE_TITLE = "whole_title"
    SAYS_WHO = "says_who"
    WHEN = "when"
    OFFICIAL = "official"
    WHO = "who"
    FROM = "from"
    DO = "do"
    ORDER = "order"
    PAID = "paid"
    CODE = "code"
    OWNER = "owner"
    RULE = "rule"
    IF_MISSED = "if_missed"
    CALLERS = "callers"
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


class Tone(StrEnum):
    """How urgent an Alert looks, where a channel has colours; its status says the same in words."""

    WARNING = "warning"
    GOOD = "good"
    ACCENT = "accent"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One Alert as a reader sees it, still without any channel's markup: its essence, and its details.

    The essence is what every channel shows: `status`, `title` (the link to `url`), at most four `lines` of (kind,
    words), and `source` (publisher and London time) with the one sentence `said` on which they rest. In a digest the
    `note` stands in place of the lines. Nothing in it is unknown. `details` are (kind, words) in fixed order, all
    fields of the Brief with those that are not known: for the thread, below a rule, or on a page.

    `marked` maps the words of some details to the same words with what was added and removed. `alert` is the Alert's
    id, `story` its Story's ("" for what concerns the watcher itself); `has_page`: anybody may read of it on our pages.
    `first_receipt` is the Receipt of the first Delivery of the same Story to the same Subscriber: the thread to answer
    in; `follows` is its headline and time, where no thread shows it. `is_loud`: whoever reads only the channel must see
    it too. `is_urgent`: something is due within a day.
    """

    status: str
    title: str
    url: str = ""
    lines: tuple[tuple[FactKind, str], ...] = ()
    note: str = ""
    source: str = ""
    said: str = ""
    tone: Tone = Tone.ACCENT
    details: tuple[tuple[FactKind, str], ...] = ()
    topics: tuple[str, ...] = ()
    first_receipt: Receipt | None = None
    follows: str = ""
    marked: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    is_loud: bool = False
    is_urgent: bool = False
    alert: str = field(default="", compare=False)
    story: str = field(default="", compare=False)
    has_page: bool = field(default=False, compare=False)

    @property
    def quotation(self) -> str:
        """The sentence on which it rests, in quotation marks; "" for none."""
        return f"“{self.said}”" if self.said else ""

    @property
    def source_line(self) -> str:
        """The publisher, the time, and the sentence quoted."""
        return f"{self.source}: {self.quotation}" if self.quotation and self.source else self.source

    def all_details(self) -> tuple[tuple[FactKind, str], ...]:
        """All that is known of it beyond its essence, in the order of every channel."""
        return (
            *(((FactKind.FOLLOWS, self.follows),) if self.follows else ()),
            *self.details,
            *(((FactKind.TOPICS, ", ".join(self.topics)),) if self.topics else ()),
        )

    def known_details(self) -> tuple[tuple[FactKind, str], ...]:
        """All details but the line that names what was not found, for channels where every line costs a look."""
        return tuple(detail for detail in self.all_details() if detail[0] is not FactKind.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A group of paragraphs with its heading; "" outside digests.

    `is_numbered`: its paragraphs are numbered through the digest. `lines` are sentences of its own below them.
    """

    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    lines: tuple[str, ...] = ()
    is_numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered Delivery: what every notifier turns into its own markup. All text here is untrusted.

    `at` is when it was rendered (UTC); `delivery` is the Delivery's id, by which a repeat can be recognised, and
    `subscriber` the id of whom it is for. `topics`: the names of the Topics for which it came.
    `is_loud`: where it answers in a thread, it is shown in the channel too. `mention`: who is called ("here"
    or nobody).
    `quarantined` are the Alerts that could not be put into words. `update` is the new text of the Message that this
    one answers.
    """

    delivery: str
    at: datetime
    subject: str
    subscriber: str = ""
    topics: tuple[str, ...] = ()
    lead: str = ""
    sections: tuple[Section, ...] = ()
    footer: tuple[str, ...] = ()
    digest: bool = False
    repeat: bool = False
    is_loud: bool = False
    mention: str = ""
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
    `earlier_chapter`: the title of the Story of which this is the next chapter; `has_official_chapter`: whether that
    one is official, or one that follows. `source_checks`: what was found on the official sources for a Story that is
    only reported. `dates`: the Story's in the ledger. `versions`: a watched page before and after. `matches`: of the
    Item, those that say why somebody is told.
    """

    alert: Alert
    story: Story | None = None
    item: Item | None = None
    matches: tuple[Match, ...] = ()
    first_receipt: Receipt | None = None
    first_delivery: str = ""
    first_title: str = ""
    first_told_at: datetime | None = None
    previous_title: str = ""
    versions: tuple[Version, ...] = ()
    dates: tuple[LedgerDate, ...] = ()
    earlier_chapter: str = ""
    has_official_chapter: bool = False
    source_checks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDate:
    """A date of the ledger with its Story and the Item that gives it.

    `if_missed`: what follows, "" if nobody says. `is_due`: something must be done by then; else it starts, or may.
    """

    date: LedgerDate
    story: Story
    item: Item
    if_missed: str = ""
    is_due: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContext:
    """What a digest shows besides its Alerts.

    `dates`: the open dates ahead of what its Subscriber was told and has not handled. `also_official`: headlines of
    official Items without a Topic since the last digest, of which there are `more_official` besides, and `unsent`: how
    many other Items were not told, by reason.
    `sources`: how many could be read, and what is wrong with the others.
    """

    dates: tuple[StoryDate, ...] = ()
    also_official: tuple[Paragraph, ...] = ()
    more_official: int = 0
    unsent: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A Delivery that follow-ups answer: when it was sent, its Alerts, and the follow-ups of its Stories, in order.

    The AlertContexts are as of the time when each was sent.
    """

    delivery: Delivery
    receipt: Receipt
    sent_at: datetime
    contexts: Sequence[AlertContext]
    follow_ups: Sequence[AlertContext]
