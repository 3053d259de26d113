"""Whom we tell, and the Deliveries on their way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from watcher.model.item import Item, Quarantined
from watcher.model.key import key
from watcher.model.ledger import REMINDERS, LedgerDate, Reminder
from watcher.model.story import Alert, Story
from watcher.model.topic import Match


class Frequency(StrEnum):
    """How soon a Subscriber wants to hear."""

    AT_ONCE = "at once"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A channel or mailbox with its Subscription. `address` may be a secret or personal data: it is never printed.

    `topics` None means all; `at` is a Europe/London wall-clock time; `on` is a weekday (Monday 0) for weekly digests;
    `quiet` is the (from, until) of the hours in which an instant Alert waits. `reminders`: how long before a deadline.
    """

    id: str
    via: str
    address: str = field(repr=False)
    topics: frozenset[str] | None = None
    frequency: Frequency = Frequency.AT_ONCE
    at: time = time(7, 30)
    on: int = 0
    quiet: tuple[time, time] | None = None
    admin: bool = False
    reminders: tuple[Reminder, ...] = REMINDERS

    @property
    def channel(self) -> str:
        """What is paced and leased: two subscribers with one address share it. Says nothing about the address.

        The domain of a mailbox has no case, its name may have (RFC 5321 section 2.4).
        """
        name, at, domain = self.address.rpartition("@")
        return key("address", self.via, name + at + (domain.lower() if at else domain))


class DeliveryState(StrEnum):
    """Where a Delivery stands. `unknown`: it was handed over and nobody can tell whether it arrived.

    `unwanted`: its Subscriber left, or changed topics, before it was handed over.
    """

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    UNKNOWN = "unknown"
    GIVEN_UP = "given up"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDelivery:
    """One Alert's way to one Subscriber: it joins the Delivery of that `period`, or opens it, due at `due` (UTC).

    A digest that has already left cannot be joined; then the Alert goes with `else_period`, due at `else_due`.
    `alone`: it cannot wait, and what waits of its Story for this Subscriber leaves with it.
    """

    subscriber: str
    channel: str
    period: str
    due: datetime
    alert: str = ""
    else_period: str = ""
    else_due: datetime | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel said when it accepted: enough to answer in the same thread later.

    `defect`: it took the Message and did not show all of it.
    """

    place: str = field(default="", repr=False)  # it may be a mailbox
    message: str = ""
    defect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One or more Alerts for one Subscriber, due at a moment. A digest is a Delivery that waits and gathers.

    `lease` is the fencing token of the process that holds it; `repeat` says that an earlier try may have arrived, and
    `unknown_attempts` how many may have.
    """

    id: str
    subscriber: str
    period: str
    due: datetime
    first_due: datetime
    attempts: int = 0
    repeat: bool = False
    unknown_attempts: int = 0
    lease: str = ""

    @property
    def is_digest(self) -> bool:
        """Whether this Delivery gathers a day's or week's Alerts."""
        return self.period.startswith(("daily:", "weekly:"))

    @property
    def part(self) -> int:
        """From 1: a Delivery that did not fit its channel at once continues in another, `PERIOD#2`."""
        return int(self.period.partition("#")[2] or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one Attempt ended: the Delivery's new state and, if it goes on, when.

    `pause_seconds`: for how long nothing is sent to the channel. `split_in_half`: it was too large, so half of its
    Alerts leave in another Delivery. `blocks_channel`: nobody is at this address.
    """

    state: DeliveryState
    word: str
    why: str = ""
    due: datetime | None = None
    receipt: Receipt = Receipt()
    pause_seconds: float = 0.0
    split_in_half: bool = False
    blocks_channel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that one poll changes, decided before anything is written.

    `moved` are known Items, now listed under another identity (its key) and address. `dates`: those of the ledger that
    are new or changed.
    """

    items: tuple[Item, ...] = ()
    moved: Mapping[str, Item] = field(default_factory=dict)
    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[PlannedDelivery, ...] = ()
    dates: tuple[LedgerDate, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    fresh: int = 0
    revised: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDeliveries:
    """A matching Item as the database has it, with the Deliveries of its Story: (subscriber, state, first due).

    `points` are those of its Relevance, as they are judged now.
    """

    item: Item
    topics: frozenset[str]
    points: int = 0
    deliveries: tuple[tuple[str, str, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One Alert's way to one Subscriber, as far as it got. `via` and `pace` say what kind of reader that is."""

    alert: str
    delivery: str
    subscriber: str
    via: str
    pace: str
    state: str
    due: datetime
    sent_at: datetime | None
    attempts: int
    repeat: bool
