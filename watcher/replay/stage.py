"""What stands in for the world: publishers that show what was published until now, and a channel that keeps all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.model import Item, Message, ParseResult, Receipt, SourceState, Trust
from watcher.notifiers.base import Notifier
from watcher.replay.rows import ReplayRow
from watcher.sources.base import Source, Visit

TRUSTS = {"official": Trust.OFFICIAL, "representative": Trust.REPRESENTATIVE, "trade": Trust.TRADE}
SHOWN = 50  # items on a stand-in's list, as a feed has


@dataclass(slots=True)
class ReplayStage:
    """The simulated moment, and what each stand-in has shown until then."""

    now: datetime
    shown: dict[str, list[Item]] = field(default_factory=dict)

    def clock(self) -> datetime:
        """The simulated moment."""
        return self.now


@dataclass(frozen=True, kw_only=True)
class ReplayedSource(Source):
    """A stand-in for one publisher. It asks for no page: its list is what the stage shows."""

    stage: ReplayStage = field(repr=False)

    def visit(self, state: SourceState) -> Visit:  # noqa: ARG002 - a source decides by it, a stand-in need not
        """What is on its list now."""
        yield from ()
        return ParseResult(items=tuple(self.stage.shown.get(self.id, [])[-SHOWN:]))


class RecordingNotifier(Notifier):
    """Keeps each Message instead of sending it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start with none."""
        super().__init__(environment)
        self.kept: dict[str, Message] = {}

    def send(self, message: Message, address: str) -> Receipt:
        """Keep it."""
        self.kept[message.delivery] = message
        return Receipt(place=address, message=message.delivery)


Shown = tuple[ReplayRow, Item]


def stand_in_sources(
    ordered: Sequence[ReplayRow], stage: ReplayStage
) -> tuple[dict[tuple[str, str], ReplayedSource], list[Shown]]:
    """A stand-in for each publisher, and each row's Item at it. Two rows of one address there are two Items."""
    sources: dict[tuple[str, str], ReplayedSource] = {}
    shown: list[Shown] = []
    taken: set[tuple[str, str]] = set()
    for each in ordered:
        source = sources.setdefault(
            (each.publisher, each.kind),
            ReplayedSource(
                id=f"replayed-{len(sources)}",
                name=each.publisher,
                publisher=each.publisher,
                trust=TRUSTS.get(each.kind, Trust.PRESS),
                kind="replayed",
                url="https://replay.invalid",
                every=timedelta(minutes=10),
                stage=stage,
            ),
        )
        twin = (source.id, each.item.identity) in taken
        item = replace(each.item, source=source.id, identity=each.id if twin else each.item.identity)
        taken.add((source.id, item.identity))
        shown.append((each, item))
    return sources, shown
