"""Items, and the ParseResult in which a poll of a source returns them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self

from watcher.model.key import key
from watcher.model.source import Response


class Precision(StrEnum):
    """How exactly a publisher dated an Item."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When an Item appeared, according to its publisher: evidence, never identity.

    `at` (UTC) is known only with precision second or minute. `day` is the London date; with precision month it is
    the month's first day and must be shown as a month only. `literal` is the publisher's own wording.
    """

    at: datetime | None = None
    day: date | None = None
    precision: Precision = Precision.NONE
    literal: str = ""


UNDATED = Published()
MAX_IDS_KEPT = 5_000
MAIL_IDENTITY = "mid:"  # what the identity of an Item of an e-mail begins with (RFC 2392)
UNPROVEN_IDENTITY = "mid:unproven:"  # of one that anybody may have written


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One announcement as one Source published it. An edited one is a new `revision` of the same Item.

    `identity` is how the source names it (canonical URL, else guid, else a hash); `first_seen` is by our own clock
    (UTC). `unread`: its own page should have been read and could not be, so the next poll tries again. `updated_at`
    (UTC): when its publisher says that it last changed something that matters, to the second; None where it does not
    say. `change_note`: what it says of that change. `is_doubted`: this revision of a watched page may be
    another page, and stood there for so long that it was taken. `is_unproven`: an e-mail that its sender's domain did
    not sign, so that anybody may have written it; `url` is "" for an e-mail that leads nowhere. `keys`: all that could
    be its identity, the best first; `shared_keys`: those that other announcements of the same list bear as well
    (core/items/list_identity.py).
    `text_url`: where the list that shows it says that its whole text is, if not at `url`; it is not stored.
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
    updated_at: datetime | None = None
    change_note: str = ""
    is_doubted: bool = False
    is_unproven: bool = False
    keys: tuple[str, ...] = field(default=(), compare=False, repr=False)
    shared_keys: tuple[str, ...] = field(default=(), compare=False, repr=False)
    text_url: str = field(default="", compare=False, repr=False)

    @property
    def id(self) -> str:
        """A key of source and identity: stable across restarts, machines and repeated polls."""
        return _make_id(self.source, self.identity)

    def named(self, identity: str) -> "Item":
        """The Item under this identity, which no key of a list can replace."""
        return replace(self, identity=identity, keys=(), shared_keys=())

    @property
    def is_mail(self) -> bool:
        """Whether it came by e-mail."""
        return self.identity.startswith(MAIL_IDENTITY) or not self.url

    @property
    def stamp(self) -> datetime | None:
        """When its publisher says that it last said something new (UTC), to the second; None where it does not say."""
        return self.updated_at or (self.published.at if self.published.precision is Precision.SECOND else None)

    @property
    def listed_content(self) -> str:
        """A key of what a listing shows of an Item; a listing that shows something else makes another revision."""
        return key("face", self.title, self.summary, str(self.withdrawn))


@lru_cache(maxsize=MAX_IDS_KEPT)  # a decision asks for the id of an Item some thirty times
def _make_id(source: str, identity: str) -> str:
    return key("item", source, identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A page, Item or Delivery that could not be read or shown: kept with its bytes and the reason; all else goes on.

    `what` is page, item or delivery; `name` says which one (a source's id, an Item's or Delivery's id).
    """

    what: str
    name: str
    why: str
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """The Items that a source parsed from its Responses, and what went wrong.

    `partial`: the answer was cut or broken, so its validators must not be remembered. `ttl`: the time between polls for
    which the publisher asks. `problems`: what could not be read, in plain words; `quarantined`: the same with bytes.
    `moved_to`: where a permanent redirect led. `responses`: those that it was parsed from; `item_pages`: by identity of
    an Item, the Response of its own page. `doubts`: by identity of an Item, why it may be another page, shown in place
    of the one asked for; `accepted`: the identities of those that an admin says to be the page all the same.
    `only_changes`: what is new or changed since the last look, and no list of what there is, so that none is no alarm.
    `memory`: what the source wants to know at its next look. `begins_anew`: its list can be read for the first time
    since it stood there unreadable, so that nothing of it counts as new. `is_rebuilt`: it was built anew, so that what
    it lists may be what it listed before, under other addresses. `by_hand`: a person brought these Items, so
    that they are news by their own dates, and say nothing of how the source can be read.
    """

    items: tuple[Item, ...] = ()
    partial: bool = False
    unchanged: bool = False
    ttl: timedelta | None = None
    problems: tuple[str, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    moved_to: str = ""
    responses: tuple[Response, ...] = field(default=(), repr=False)
    item_pages: Mapping[str, Response] = field(default_factory=dict, repr=False)
    doubts: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    only_changes: bool = False
    begins_anew: bool = False
    is_rebuilt: bool = False
    by_hand: bool = False
    memory: Mapping[str, Any] = field(default_factory=dict)

    def with_problems(self, *problems: str) -> Self:
        """The same with more problems."""
        return replace(self, problems=(*self.problems, *problems))
