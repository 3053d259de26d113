"""Subscribers, and the Deliveries of Alerts to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from watcher.model.disposition import Disposition
from watcher.model.item import Item, Quarantined
from watcher.model.key import keyed_hash
from watcher.model.ledger import REMINDERS, LedgerDate, Reminder
from watcher.model.story import Alert, Status, Story
from watcher.model.topic import Match

DIGEST_PERIODS = ("daily:", "weekly:")  # how the period of a digest begins
WELCOME_PERIOD = "welcome:"  # and that of a Welcome


class Frequency(StrEnum):
    """How often a Subscriber wants a Message: each Alert at once, or a daily or weekly digest."""

    AT_ONCE = "at once"
    DAILY = "daily"
    WEEKLY = "weekly"


class FollowUps(StrEnum):
    """Which answers in a thread are shown in the channel too: those that must be seen, all, or none."""

    IMPORTANT = "important"
    ALL = "all"
    THREAD = "thread"


class EmptyDigests(StrEnum):
    """When a digest without any Alert is sent: on Mondays and when a source cannot be read, always, or never."""

    MONDAY = "monday"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A channel or mailbox with its Subscription. `address` may be a secret or personal data: it is never printed.

    `topics` None means all; `at` is the wall-clock time (Europe/London) of digests; `on` is a weekday (Monday 0) for
    weekly ones; `quiet` is the (from, until) of the hours in which an instant Alert waits. `reminders`: how long before
    a deadline. `mention`: who in the channel is called when something is due within a day ("here", or nobody).
    """

    id: str
    via: str
    address: str = field(repr=False)
    topics: frozenset[str] | None = None
    frequency: Frequency = Frequency.AT_ONCE
    at: time | None = None
    on: int = 0
    quiet: tuple[time, time] | None = None
    admin: bool = False
    reminders: tuple[Reminder, ...] = REMINDERS
    follow_ups: FollowUps = FollowUps.IMPORTANT
    empty: EmptyDigests = EmptyDigests.MONDAY
    mention: str = ""
    secret: str = field(default="", repr=False)

    @property
    def channel(self) -> str:
        """The key of the channel that is paced and leased: subscribers with the same address share it.

        A hash of the address under the `secret` of this installation, so that the database alone tells no address.
        The domain of a mailbox has no case, its name may have (RFC 5321 section 2.4).
        """
        name, at, domain = self.address.rpartition("@")
        return keyed_hash(self.secret, "address", self.via, name + at + (domain.lower() if at else domain))


class DeliveryState(StrEnum):
    """How far a Delivery got. `unknown`: it was sent and nobody can tell whether it arrived.

    `unwanted`: its Subscriber left, or changed topics, before it was sent, or it counts as told after a restore.
    """

    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    UNKNOWN = "unknown"
    GIVEN_UP = "given up"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDelivery:
    """One Alert for one Subscriber: it joins the Delivery of that `period`, or opens it, due at `due` (UTC).

    A digest that has already left cannot be joined; then the Alert goes with `else_period`, due at `else_due`.
    `alone`: it cannot wait, and the pending Alerts of its Story for this Subscriber leave with it.
    """

    subscriber: str
    channel: str
    period: str
    due: datetime
    alert: str = ""
    else_period: str = ""
    else_due: datetime | None = None
    alone: bool = False

    @property
    def is_digest(self) -> bool:
        """Whether the Alert waits for a digest."""
        return self.period.startswith(DIGEST_PERIODS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The place and message id that a channel returned when it accepted: enough to answer in the same thread later.

    `defect`: it took the Message and did not show all of it. `posts`: as how many messages of the channel it went.
    """

    place: str = field(default="", repr=False)  # it may be a mailbox
    message: str = ""
    defect: str = ""
    posts: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One or more Alerts for one Subscriber, due at a moment (UTC). A digest is a Delivery that collects Alerts.

    `lease` is the fencing token of the process that holds it; `repeat` says that an earlier attempt may have arrived,
    and `unknown_attempts` how many may have.
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
        """Whether this Delivery collects a day's or week's Alerts."""
        return self.period.startswith(DIGEST_PERIODS)

    @property
    def is_welcome(self) -> bool:
        """Whether it is the Welcome of a new Subscriber, which lists what is running already."""
        return self.period.startswith(WELCOME_PERIOD)

    @property
    def part(self) -> int:
        """The number of this part, from 1: a Delivery too long for one message continues in another, `PERIOD#2`."""
        return int(self.period.partition("#")[2] or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt to send ended: the Delivery's new state and, if it is tried again, when.

    `pause_seconds`: for how long nothing is sent to the channel. `split_in_half`: it was too large, so half of its
    Alerts leave in another Delivery. `blocks_channel`: the address is gone, so nothing more is sent to the channel.
    `cure`: what a person must do before anybody is reached through it again; "" where it may pass by itself.
    """

    state: DeliveryState
    word: str
    why: str = ""
    due: datetime | None = None
    receipt: Receipt = Receipt()
    pause_seconds: float = 0.0
    split_in_half: bool = False
    blocks_channel: bool = False
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that one poll changes, decided before anything is written.

    `moved` are stored Items, now listed under another identity (its key) and address. `dates`: those of the ledger that
    are new or changed. `dispositions`: what became of each of `items`.
    """

    items: tuple[Item, ...] = ()
    moved: Mapping[str, Item] = field(default_factory=dict)
    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[PlannedDelivery, ...] = ()
    dates: tuple[LedgerDate, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    fresh: int = 0
    revised: int = 0

    @property
    def matched_topics(self) -> tuple[str, ...]:
        """The Topic of each Match."""
        return tuple(sorted(match.topic for matches in self.matches.values() for match in matches))

    @property
    def reported_story_ids(self) -> frozenset[str]:
        """The Stories that are only reported, so that official sources are polled faster for their sake."""
        return frozenset(story.id for story in self.stories if story.status is Status.REPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDeliveries:
    """A matching Item as the database has it, with the Deliveries of its Story: (subscriber, state, first due).

    `points` are those of its Relevance by the signals of today.
    """

    item: Item
    topics: frozenset[str]
    points: int = 0
    deliveries: tuple[tuple[str, str, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """One Alert for one Subscriber and how far its Delivery got. `via` is the notifier, `pace` the Frequency."""

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
