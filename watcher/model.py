"""The words of docs/glossary.md as frozen values. Moments are aware and in UTC; days are dates in Europe/London."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

# --- where announcements come from ------------------------------------------------------------------------------


class Trust(StrEnum):
    """What kind of body a Source is. Only the first two can confirm an announcement."""

    OFFICIAL = "official"
    PARLIAMENT = "parliament"
    REPRESENTATIVE = "representative"
    TRADE = "trade"
    PRESS = "press"
    AGGREGATOR = "aggregator"

    @property
    def confirms(self) -> bool:
        """Whether this body's word makes an announcement official."""
        return self in {Trust.OFFICIAL, Trust.PARLIAMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified exactly as received (RFC 9110 section 8.8); they are echoed, never read."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET that a source asks for. `headers` may hold secrets and never leave their host."""

    url: str
    validators: Validators = Validators()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a source answered. `url` is the final one, after redirects; `unchanged` is HTTP 304."""

    url: str
    body: bytes
    fetched_at: datetime
    content_type: str = ""
    validators: Validators = Validators()
    unchanged: bool = False
    moved_to: str = ""


class Precision(StrEnum):
    """How exactly a publisher dated an Item."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When the publisher says that an Item appeared: evidence, never identity.

    `at` (UTC) is known only with precision second or minute. `day` is the London date; with precision month it is
    the month's first day and must be shown as a month only. `literal` is the publisher's own wording.
    """

    at: datetime | None = None
    day: date | None = None
    precision: Precision = Precision.NONE
    literal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One announcement as one Source published it. An edited one is a new `revision` of the same Item.

    `identity` is what the source calls it (canonical URL, else guid, else a hash); `first_seen` is our own clock.
    `unread`: its own page should have been read and could not be, so the next poll tries again.
    """

    source: str
    identity: str
    url: str
    title: str
    summary: str = ""
    text: str = ""
    published: Published = Published()
    withdrawn: bool = False
    unread: bool = False
    revision: int = 1
    first_seen: datetime | None = None

    @property
    def id(self) -> str:
        """Stable across restarts, machines and repeated polls."""
        return key("item", self.source, self.identity)

    @property
    def face(self) -> str:
        """What a listing shows of an Item; another face is another revision."""
        return key("face", self.title, self.summary, str(self.withdrawn))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a source made of its Pages.

    `partial`: the answer was cut or broken, so its validators must not be remembered. `ttl`: how often the
    publisher wants to be asked. `problems`: what could not be read, in plain words.
    """

    items: tuple[Item, ...] = ()
    partial: bool = False
    unchanged: bool = False
    ttl: timedelta | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the database remembers of a Source between polls. `next_poll` is in UTC."""

    source: str
    next_poll: datetime
    validators: Mapping[str, Validators] = field(default_factory=dict)
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_full: datetime | None = None
    last_new_item: datetime | None = None
    failures: int = 0
    error: str = ""


# --- what they are about ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A policy subject with the terms that find it and the terms that veto it (docs/topics.md has the language)."""

    id: str
    name: str
    any: tuple[str, ...]
    unless: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words of an Item that made a term match: `field` is title, summary or text."""

    field: str
    text: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Item x Topic, with the words that made it match."""

    topic: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """A Topic that would have matched, and the words that stopped it."""

    topic: str
    by: Evidence


# --- what we make of them ---------------------------------------------------------------------------------------


class Status(StrEnum):
    """How far a Story can be trusted today."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why we speak now. `needs_admin` concerns the watcher itself and goes to admins only."""

    FIRST_HEARD = "first_heard"
    NOW_OFFICIAL = "now_official"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    DEADLINE_NEAR = "deadline_near"
    NEEDS_ADMIN = "needs_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An Item's part in a Story: who told it, and when we first saw it there. `identity` is the Item's."""

    item: str
    identity: str
    source: str
    trust: Trust
    publisher: str
    title: str
    url: str
    at: datetime
    published: Published = Published()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The Items of any Sources that tell of one announcement; `tellings` stand in the order we saw them."""

    id: str
    title: str
    status: Status
    topics: tuple[str, ...]
    opened: datetime
    tellings: tuple[Telling, ...] = ()

    @property
    def official(self) -> Telling | None:
        """The first telling by a body that can confirm."""
        return next((telling for telling in self.tellings if telling.trust.confirms), None)

    def told_by(self, telling: Telling, *, status: Status, topics: tuple[str, ...]) -> "Story":
        """The Story after one more body told it (or the same Item again, revised)."""
        others = tuple(known for known in self.tellings if known.item != telling.item)
        kept = next((known for known in self.tellings if known.item == telling.item), None)
        at = kept.at if kept else telling.at
        tellings = tuple(sorted((*others, replace(telling, at=at)), key=lambda known: known.at))
        return replace(self, status=status, topics=topics, tellings=tellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A Story with a Reason: the thing worth telling. `note` carries the words of a `needs_admin` Alert."""

    reason: Reason
    at: datetime
    story: str = ""
    item: str = ""
    revision: int = 0
    status: Status | None = None
    topics: tuple[str, ...] = ()
    note: str = ""

    @property
    def id(self) -> str:
        """The same for the same fact, so that a step that runs twice tells once."""
        if self.reason is Reason.NEEDS_ADMIN:
            return key("alert", self.reason, self.note, self.at.isoformat())
        return key("alert", self.story, self.reason, self.item, str(self.revision))


# --- whom we tell -----------------------------------------------------------------------------------------------


class Pace(StrEnum):
    """How soon a Subscriber wants to hear."""

    AT_ONCE = "at once"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A channel or mailbox with its Subscription. `address` may be a secret or personal data: it is never printed.

    `topics` None means all; `at` is a Europe/London wall-clock time; `on` is a weekday (Monday 0) for weekly digests;
    `quiet` is the (from, until) of the hours in which an instant Alert waits.
    """

    id: str
    via: str
    address: str = field(repr=False)
    topics: frozenset[str] | None = None
    pace: Pace = Pace.AT_ONCE
    at: time = time(7, 30)
    on: int = 0
    quiet: tuple[time, time] | None = None
    admin: bool = False

    @property
    def channel(self) -> str:
        """What is paced and leased: two subscribers with one address share it. Says nothing about the address."""
        return key("address", self.via, self.address)


class DeliveryState(StrEnum):
    """Where a Delivery stands. `unknown`: it was handed over and nobody can tell whether it arrived."""

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    UNKNOWN = "unknown"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One Alert's way to one Subscriber: it joins the Delivery of that `period`, or opens it, due at `due` (UTC).

    A digest that has already left cannot be joined; then the Alert goes with `else_period`, due at `else_due`.
    """

    subscriber: str
    channel: str
    period: str
    due: datetime
    alert: str = ""
    else_period: str = ""
    else_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel said when it accepted: enough to answer in the same thread later."""

    place: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One or more Alerts for one Subscriber, due at a moment. A digest is a Delivery that waits and gathers.

    `lease` is the fencing token of the process that holds it; `repeat` says that an earlier try may have arrived.
    """

    id: str
    subscriber: str
    period: str
    due: datetime
    first_due: datetime
    attempts: int = 0
    repeat: bool = False
    lease: str = ""

    @property
    def is_digest(self) -> bool:
        """Whether this Delivery gathers a day's or week's Alerts."""
        return self.period.startswith(("daily:", "weekly:"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that one poll changes, decided before anything is written."""

    items: tuple[Item, ...] = ()
    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[Planned, ...] = ()
    fresh: int = 0
    revised: int = 0


# --- what they read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One Alert as a reader sees it, still without any channel's markup. `facts` are (label, value) in fixed order.

    `before` is the Receipt of the first Delivery of the same Story to the same Subscriber: the thread to answer in.
    """

    heading: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    url: str = ""
    topics: tuple[str, ...] = ()
    before: Receipt | None = None
    before_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A group of a digest with its heading."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered Delivery: what every notifier turns into its own markup. All text here is untrusted.

    `at` is when it was rendered; `delivery` names it for good, so that a repeat can be recognised.
    """

    delivery: str
    at: datetime
    subject: str
    lead: str = ""
    sections: tuple[Section, ...] = ()
    footer: tuple[str, ...] = ()
    digest: bool = False
    repeat: bool = False

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All of them, in reading order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)


def key(*parts: Any) -> str:
    """A short name for a fact: the same parts give the same key on every machine (blake2b, 80 bits)."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=10).hexdigest()
