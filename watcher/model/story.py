"""Stories, which join the Items on one announcement, and their Alerts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from watcher.model.item import UNDATED, UNPROVEN_IDENTITY, Published
from watcher.model.key import key
from watcher.model.source import Trust


class Status(StrEnum):
    """Whether a Story is only reported, confirmed by an official text, changed since, or withdrawn."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """The reason for an Alert. `needs_admin` concerns the watcher itself and goes to admins only."""

    FIRST_HEARD = "first_heard"
    NOW_OFFICIAL = "now_official"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    STILL_REPORTED = "still_reported"
    DEADLINE_NEAR = "deadline_near"
    NEEDS_ADMIN = "needs_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The canonical words and facts of an announcement's title; `more` are those that only its summary has."""

    title: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()


class Authority(StrEnum):
    """How much an Item settles. Only an official text that practices can use makes a Story official.

    `intention`: an official body says what it means to do, in a speech, a plan or a consultation. `elsewhere`: an
    official text that is not for practices. `denial`: an official body says that what was reported is not so.
    """

    REPORT = "report"
    OFFICIAL = "official"
    INTENTION = "intention"
    ELSEWHERE = "elsewhere"
    DENIAL = "denial"


class Retraction(StrEnum):
    """What an Item does to an earlier one by its own words: it ends it, or changes its date, figures or duty."""

    ENDS = "ends"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """An Item in a Story: who published it, and when we first saw it (UTC). `item` is its id, `identity` its identity.

    `join_reason`: why it joined this Story, "" for the Item that opened it. `retraction`: what it takes back by its own
    words; it is read when the Item is placed, and not kept.
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
    retraction: Retraction | None = field(default=None, compare=False)

    @property
    def is_unproven(self) -> bool:
        """Whether it is an e-mail that anybody may have written."""
        return self.identity.startswith(UNPROVEN_IDENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A change of a Story to `status`, with the id of the Item that made it, and when (UTC)."""

    status: Status
    item: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The Items of any Sources on one announcement; `items` stand in the order in which we saw them.

    `told_topics`: the Topics whose readers had an Alert of it; empty where it was only recorded at the first poll of a
    source, so that it may still be news. `told_items`: the ids of the Items that had an Alert. `status_changes`: every
    change of its Status, oldest first. `follows`: the id of the Story of which this is the next chapter, "" where there
    is none. `close_at`: when a Story that is still `reported` gets its closing note; `closed`: it had one.
    `last_alert_at`: when its last Alert was made.
    """

    id: str
    title: str
    status: Status
    topics: tuple[str, ...]
    opened_at: datetime
    items: tuple[StoryItem, ...] = ()
    told_topics: frozenset[str] = frozenset()
    told_items: frozenset[str] = frozenset()
    status_changes: tuple[StatusChange, ...] = ()
    follows: str = ""
    close_at: datetime | None = None
    closed: bool = False
    last_alert_at: datetime | None = None

    @property
    def official(self) -> StoryItem | None:
        """The item that settled it: the first official text that practices can use, or that took it back."""
        settled_by = next((change.item for change in self.status_changes if change.status is not Status.REPORTED), "")
        return next((item for item in self.items if item.item == settled_by), None)

    @property
    def last_item_at(self) -> datetime:
        """When we saw its newest item (UTC)."""
        return self.items[-1].seen_at if self.items else self.opened_at

    def items_since(self, before: "Story | None") -> Sequence[StoryItem]:
        """The items that `before`, the Story from which this one was made, does not hold as they are."""
        held = {id(item) for item in before.items} if before else set()
        return [item for item in self.items if id(item) not in held]

    def as_of(self, moment: datetime) -> "Story":
        """The Story with the items and the Status that it had at `moment` (UTC)."""
        changes = tuple(change for change in self.status_changes if change.at <= moment)
        return replace(
            self,
            status=changes[-1].status if changes else self.status,
            items=tuple(item for item in self.items if item.seen_at <= moment),
            status_changes=changes,
        )

    def with_item(self, item: StoryItem, *, topics: tuple[str, ...]) -> "Story":
        """The Story with one more item; a revised one takes the place of its earlier revision, in the same order."""
        others = tuple(member for member in self.items if member.item != item.item)
        earlier = next((member for member in self.items if member.item == item.item), None)
        joined = replace(item, seen_at=earlier.seen_at, join_reason=earlier.join_reason) if earlier else item
        items = tuple(sorted((*others, joined), key=lambda member: member.seen_at))
        return replace(self, topics=topics, items=items)

    def with_status(self, status: Status, item: StoryItem, at: datetime) -> "Story":
        """The Story with another Status from `at` (UTC) on, which `item` brought about."""
        change = StatusChange(status=status, item=item.item, at=at)
        return replace(self, status=status, status_changes=(*self.status_changes, change))


class StoryVerdict(StrEnum):
    """What a person says of two Items: that they tell one matter, or two."""

    JOINS = "joins"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMark:
    """A person's word on whether two Items (their ids) tell one matter, given at `at` (UTC)."""

    item: str
    other_item: str
    verdict: StoryVerdict
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A Story with a Reason to write to readers. `note` holds the text of a `needs_admin` Alert.

    For a `deadline_near` Alert, `note` names the date of the ledger and the Reminder, such as `9f0c 24h`. `relevance`
    are the points of its Item. `in_digest`: it waits for digests, because it is opinion, or was seen late
    (core/delivery/routing.py). `mentions`: Topics that its text only mentions, for whose readers it waits as well.
    """

    reason: Reason
    at: datetime
    story: str = ""
    item: str = ""
    revision: int = 0
    status: Status | None = None
    topics: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    relevance: int = 0
    in_digest: bool = False
    note: str = ""

    @property
    def id(self) -> str:
        """A key of the fact that it reports: a step that runs twice makes the same Alert, which is sent once."""
        if self.reason is Reason.NEEDS_ADMIN:
            return key("alert", self.reason, self.note, self.at.isoformat())
        if self.reason is Reason.DEADLINE_NEAR:
            return key("alert", self.story, self.reason, self.note)
        return key("alert", self.story, self.reason, self.item, str(self.revision))
