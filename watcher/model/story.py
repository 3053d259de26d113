"""What we make of Items: Stories, and the Alerts worth telling."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from watcher.model.item import UNDATED, Published, Trust
from watcher.model.key import key


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
    published: Published = UNDATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The Items of any Sources that tell of one announcement; `tellings` stand in the order we saw them.

    `told`: the Topics whose readers had an Alert of it. None yet, when it was only recorded at the first sight of a
    source: it may still be news.
    """

    id: str
    title: str
    status: Status
    topics: tuple[str, ...]
    opened: datetime
    tellings: tuple[Telling, ...] = ()
    told: frozenset[str] = frozenset()

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
    """A Story with a Reason: the thing worth telling. `note` carries the words of a `needs_admin` Alert.

    `relevance` are the points of its Item: what has few is left to digests, or not sent at all (core/plan.py).
    """

    reason: Reason
    at: datetime
    story: str = ""
    item: str = ""
    revision: int = 0
    status: Status | None = None
    topics: tuple[str, ...] = ()
    relevance: int = 0
    note: str = ""

    @property
    def id(self) -> str:
        """The same for the same fact, so that a step that runs twice tells once."""
        if self.reason is Reason.NEEDS_ADMIN:
            return key("alert", self.reason, self.note, self.at.isoformat())
        return key("alert", self.story, self.reason, self.item, str(self.revision))
