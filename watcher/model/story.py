"""What we make of Items: Stories, and the Alerts worth telling."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from watcher.model.item import UNDATED, Published
from watcher.model.key import key
from watcher.model.source import Trust


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
    STILL_REPORTED = "still_reported"
    DEADLINE_NEAR = "deadline_near"
    NEEDS_ADMIN = "needs_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What an announcement is about in canonical words and facts; `more` are those that only its summary has."""

    title: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()


class Authority(StrEnum):
    """How much an Item settles. Only an official text that practices can use makes a Story official.

    `intention`: an official body says what it means to do, in a speech, a plan or a consultation. `elsewhere`: its text
    is not for practices. `denial`: it says that what was reported is not so.
    """

    REPORT = "report"
    OFFICIAL = "official"
    INTENTION = "intention"
    ELSEWHERE = "elsewhere"
    DENIAL = "denial"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """An Item's part in a Story: who told it, and when we first saw it there. `identity` is the Item's.

    `join_reason`: why it stands in this Story, "" for the Item that opened it.
    """

    item: str
    identity: str
    source: str
    trust: Trust
    publisher: str
    title: str
    url: str
    seen_at: datetime
    published: Published = UNDATED
    authority: Authority = Authority.REPORT
    features: Features = Features()
    join_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A change of a Story's Status, with the Item that made it, and when."""

    status: Status
    item: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The Items of any Sources that tell of one announcement; `items` stand in the order we saw them.

    `told_topics`: the Topics whose readers had an Alert of it. None yet, when it was only recorded at the first sight
    of a source: it may still be news. `status_changes`: how its Status came about. `follows`: the Story of which this
    is the next chapter, "" where there is none. `close_at`: when a Story that is still `reported` gets its closing
    note; `closed`: it had one. `last_alert_at`: when its last Alert was made.
    """

    id: str
    title: str
    status: Status
    topics: tuple[str, ...]
    opened_at: datetime
    items: tuple[StoryItem, ...] = ()
    told_topics: frozenset[str] = frozenset()
    status_changes: tuple[StatusChange, ...] = ()
    follows: str = ""
    close_at: datetime | None = None
    closed: bool = False
    last_alert_at: datetime | None = None

    @property
    def official(self) -> StoryItem | None:
        """The telling that settled it: the first official text that practices can use, or that took it back."""
        settled = next((turn.item for turn in self.status_changes if turn.status is not Status.REPORTED), "")
        return next((telling for telling in self.items if telling.item == settled), None)

    @property
    def last_item_at(self) -> datetime:
        """When we saw its newest telling."""
        return self.items[-1].seen_at if self.items else self.opened_at

    def as_of(self, moment: datetime) -> "Story":
        """The Story as we knew it at `moment`."""
        turns = tuple(turn for turn in self.status_changes if turn.at <= moment)
        return replace(
            self,
            status=turns[-1].status if turns else self.status,
            items=tuple(telling for telling in self.items if telling.seen_at <= moment),
            status_changes=turns,
        )

    def with_item(self, telling: StoryItem, *, topics: tuple[str, ...]) -> "Story":
        """The Story after one more body told it (or the same Item again, revised)."""
        others = tuple(known for known in self.items if known.item != telling.item)
        kept = next((known for known in self.items if known.item == telling.item), None)
        again = replace(telling, seen_at=kept.seen_at, join_reason=kept.join_reason) if kept else telling
        tellings = tuple(sorted((*others, again), key=lambda known: known.seen_at))
        return replace(self, topics=topics, items=tellings)

    def with_status(self, status: Status, telling: StoryItem, at: datetime) -> "Story":
        """The Story with another Status, and what brought it about."""
        turn = StatusChange(status=status, item=telling.item, at=at)
        return replace(self, status=status, status_changes=(*self.status_changes, turn))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A Story with a Reason: the thing worth telling. `note` carries the words of a `needs_admin` Alert.

    Of a `deadline_near` one it names the date of the ledger and the Reminder, such as `9f0c 24h`.
    `relevance` are the points of its Item: what has few is left to digests, or not sent at all (delivery/routing.py).
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
        if self.reason is Reason.DEADLINE_NEAR:
            return key("alert", self.story, self.reason, self.note)
        return key("alert", self.story, self.reason, self.item, str(self.revision))
