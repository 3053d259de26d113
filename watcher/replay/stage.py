"""Stand-ins for the world: publishers that list what was published until now, and a channel that keeps messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.model import Item, Message, ParseResult, Receipt, SourceState, Trust
from watcher.notifiers.base import Notifier
from watcher.replay.rows import ReplayRow
from watcher.sources.base import Source, Visit

TRUSTS = {
    "official": Trust.OFFICIAL,
    "representative": Trust.REPRESENTATIVE,
    "trade": Trust.TRADE,
    "other": Trust.AGGREGATOR,
}
MAX_LISTED = 50  # items on a stand-in's list, as a feed has


@dataclass(slots=True)
class ReplayStage:
    """The simulated moment, and the Items that each stand-in has published until then, by its source id."""

    now: datetime
    published: dict[str, list[Item]] = field(default_factory=dict)

    def clock(self) -> datetime:
        """The simulated moment in UTC."""
        return self.now


@dataclass(frozen=True, kw_only=True)
class ReplayedSource(Source):
    """A stand-in for one publisher. It fetches nothing: its Items come from the stage."""

    stage: ReplayStage = field(repr=False)

    def visit(self, state: SourceState) -> Visit:  # noqa: ARG002 - real sources decide by it
        """The newest 50 Items published until now."""
        yield from ()
        return ParseResult(items=tuple(self.stage.published.get(self.id, [])[-MAX_LISTED:]))


class RecordingNotifier(Notifier):
    """Keeps each Message instead of sending it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start with no Messages."""
        super().__init__(environment)
        self.messages: dict[str, Message] = {}

    def send(self, message: Message, address: str) -> Receipt:
        """Keep the Message under the id of its Delivery."""
        self.messages[message.delivery] = message
        return Receipt(place=address, message=message.delivery)


PlayedItem = tuple[ReplayRow, Item]


def stand_in_sources(
    rows: Sequence[ReplayRow], stage: ReplayStage
) -> tuple[dict[tuple[str, str], ReplayedSource], list[PlayedItem]]:
    """A stand-in for each publisher and kind, and each row with its Item there.

    Two rows with the same address at one publisher are two Items: the second takes its row's id as its identity.
    """
    sources: dict[tuple[str, str], ReplayedSource] = {}
    played_items: list[PlayedItem] = []
    taken: set[tuple[str, str]] = set()
    for row in rows:
        source = sources.setdefault(
            (row.publisher, row.kind),
            ReplayedSource(
                id=f"replayed-{len(sources)}",
                name=row.publisher,
                publisher=row.publisher,
                trust=TRUSTS.get(row.kind, Trust.PRESS),
                kind="replayed",
                url="https://replay.invalid",
                every=timedelta(minutes=10),
                stage=stage,
            ),
        )
        is_taken = (source.id, row.item.identity) in taken
        item = replace(row.item, source=source.id, identity=row.id if is_taken else row.item.identity)
        taken.add((source.id, item.identity))
        played_items.append((row, item))
    return sources, played_items
