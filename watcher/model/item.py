"""Where announcements come from, and what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from watcher.model.key import key


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
    """One GET that a source asks for. `url` and `headers` may hold secrets; headers never leave their host."""

    url: str = field(repr=False)
    validators: Validators = Validators()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a source answered. `url` is the final one, after redirects; `asked` the one of the Request.

    `unchanged` is HTTP 304; `moved_to` is where a permanent redirect led; `headers` are chosen ones. `max_age`: for how
    long it is still the answer that a cache may give.
    """

    url: str
    body: bytes
    fetched_at: datetime
    content_type: str = ""
    validators: Validators = Validators()
    unchanged: bool = False
    asked: str = ""
    moved_to: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    max_age: timedelta | None = None


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


UNDATED = Published()


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
class Poison:
    """What could not be read or shown: put aside with its bytes and the reason, so that everything else goes on.

    `what` is page, item or delivery; `name` says which one (a source's id, an Item's or Delivery's id).
    """

    what: str
    name: str
    why: str
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a source made of its Pages.

    `partial`: the answer was cut or broken, so its validators must not be remembered. `ttl`: how often the
    publisher wants to be asked. `problems`: what could not be read, in plain words; `poison`: the same with bytes.
    `moved_to`: where a permanent redirect led. `pages`: what it was read from; `own`: by identity of an Item, the
    page of its own that was read.
    """

    items: tuple[Item, ...] = ()
    partial: bool = False
    unchanged: bool = False
    ttl: timedelta | None = None
    problems: tuple[str, ...] = ()
    poison: tuple[Poison, ...] = ()
    moved_to: str = ""
    pages: tuple[Page, ...] = field(default=(), repr=False)
    own: Mapping[str, Page] = field(default_factory=dict, repr=False)


class Fault(StrEnum):
    """What kind of failure a look ended with. `suspect`: an answer came, and it is not what the source promised."""

    NONE = ""
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    GONE = "gone"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the database remembers of a Source between polls. Moments are in UTC.

    `window`: the identities that the last Reading showed; `rhythm`: the last waits for a new Item, in seconds;
    `back_at`: when the last outage ended; `gap_at`: when two looks last shared no Item; `moves`: how many looks in a
    row were sent on for good, to `moved_to`; `told`: of which conditions admins have heard (health.py). `ttl`: how
    often its content says that it wants to be asked; `not_before`: until then its server must not be hurried
    (core/watching/fast_polling.py).
    """

    source: str
    next_poll: datetime
    validators: Mapping[str, Validators] = field(default_factory=dict)
    last_poll: datetime | None = None
    first_success: datetime | None = None
    last_success: datetime | None = None
    last_full: datetime | None = None
    last_new_item: datetime | None = None
    failures: int = 0
    error: str = ""
    fault: Fault = Fault.NONE
    failing_since: datetime | None = None
    window: frozenset[str] = frozenset()
    rhythm: tuple[float, ...] = ()
    back_at: datetime | None = None
    gap_at: datetime | None = None
    moved_to: str = ""
    moves: int = 0
    told: frozenset[str] = frozenset()
    ttl: timedelta | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A policy subject with the terms that find it and those that veto it (docs/configuration.md has the language).

    One of `any` is enough. One of `weak` counts only beside one of `needs`, or from one of `publishers`. One of
    `unless` is a veto, which one of `but` lifts.
    """

    id: str
    name: str
    any: tuple[str, ...]
    unless: tuple[str, ...] = ()
    description: str = ""
    weak: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A veto for every Topic: what is not for an English practice. One of `but` lifts it."""

    id: str
    name: str
    unless: tuple[str, ...]
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Words that make it more, or with negative `points` less likely that an Item is for an English practice."""

    id: str
    name: str
    points: int
    any: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words of an Item that made a term match, as the publisher spelt them.

    `field` is title, summary, text or publisher; `words` stand in the sentence `text`; `term` is what the admin wrote.
    """

    field: str
    text: str
    term: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Item x Topic, with the words that made it match."""

    topic: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Whether an English general practice must know of an Item or act on it: its Signals, summed."""

    points: int = 0
    signals: tuple[tuple[str, Evidence], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """A Topic that would have matched, and the words that stopped it; `guard` is the Guard they belong to, if any."""

    topic: str
    by: Evidence
    guard: str = ""
