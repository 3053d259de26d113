"""Past announcements played through the product on a simulated clock: `watcher replay`.

The rows of a file stand in for the sources, and a recorder for the channels. What lies between is production's code:
`poll`, `decide`, the store, the plan, `deliver`. Mornings without news are not played.
"""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from watcher import app as building
from watcher.config import Configuration, Settings
from watcher.core.dates import earliest
from watcher.core.text import canonical
from watcher.deliver import deliver_due
from watcher.desk import Desk
from watcher.model import Item, Message, Precision, Published, Reading, Reason, Receipt, SourceState, Story, Trust
from watcher.notifiers.base import Notifier
from watcher.poll import poll_due
from watcher.sources.base import Source, Visit
from watcher.store import outbox
from watcher.store import stories as story_rows

TRUSTS = {"official": Trust.OFFICIAL, "representative": Trust.REPRESENTATIVE, "trade": Trust.TRADE}
SHOWN = 50  # items on a stand-in's list, as a feed has
FOR_READERS = frozenset(Reason) - {
    Reason.NEEDS_ADMIN,
    Reason.STILL_REPORTED,
}  # what contracts.md allows in alerts.jsonl
_MOST_HAND_OVERS = 500  # rounds for the Deliveries of one moment; each takes one from every channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the file. `at` (UTC) is the first moment that its date allows: then it is played."""

    id: str
    item: Item
    publisher: str
    kind: str
    at: datetime
    said: str


@dataclass(slots=True)
class Stage:
    """The simulated moment, and what each stand-in has shown until then."""

    now: datetime
    shown: dict[str, list[Item]] = field(default_factory=dict)

    def clock(self) -> datetime:
        """The simulated moment."""
        return self.now


@dataclass(frozen=True, kw_only=True)
class Replayed(Source):
    """A stand-in for one publisher. It asks for no page: its list is what the stage shows."""

    stage: Stage = field(repr=False)

    def visit(self, state: SourceState) -> Visit:  # noqa: ARG002 - a source decides by it, a stand-in need not
        """What is on its list now."""
        yield from ()
        return Reading(items=tuple(self.stage.shown.get(self.id, [])[-SHOWN:]))


class Recorder(Notifier):
    """Keeps each Message instead of sending it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start with none."""
        super().__init__(environment)
        self.kept: dict[str, Message] = {}

    def send(self, message: Message, address: str) -> Receipt:
        """Keep it."""
        self.kept[message.delivery] = message
        return Receipt(place=address, message=message.delivery)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it: the lines of the three files, and what the summary says."""

    stories: Sequence[Mapping[str, Any]]
    alerts: Sequence[Mapping[str, Any]]
    notes: Sequence[Mapping[str, Any]]
    deliveries: Sequence[Mapping[str, Any]]
    played: int


def row(said: Mapping[str, Any]) -> Row | None:
    """One line of the file; None when it has no date. Raises ValueError, KeyError or TypeError for one that is none."""
    if said.get("published") is None:
        return None
    published = _published(str(said["published"]))
    at = earliest(published)
    if at is None:
        raise ValueError("no date")
    url, title = str(said.get("url") or ""), str(said["title"])
    item = Item(source="", identity=canonical(url) or str(said["id"]), url=url, title=title, published=published)
    item = replace(item, summary=str(said.get("summary") or ""), text=str(said.get("body") or ""))
    kind = str(said.get("publisher_kind") or "press")
    return Row(
        id=str(said["id"]),
        item=item,
        publisher=str(said.get("publisher") or "unknown"),
        kind=kind,
        at=at,
        said=str(said["published"]),
    )


def _published(said: str) -> Published:
    """A moment, a day (London), a month or a year, as ISO 8601 writes them. Raises ValueError for anything else."""
    if len(said) in {len("2020"), len("2020-07")}:
        first = date.fromisoformat(f"{said}-01" if len(said) > len("2020") else f"{said}-01-01")
        return Published(day=first, precision=Precision.MONTH, literal=said)
    if len(said) == len("2020-07-23"):
        return Published(day=date.fromisoformat(said), precision=Precision.DAY, literal=said)
    moment = datetime.fromisoformat(said)
    at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return Published(at=at, day=at.date(), precision=Precision.SECOND, literal=said)


def play(rows: Iterable[Row], checked: Configuration, known: Settings) -> Played:
    """Play `rows` in the order of their dates, for the configured Topics and Subscribers."""
    ordered = sorted(rows, key=lambda each: (each.at, each.id))
    stage = Stage(now=(ordered[0].at if ordered else datetime(2020, 1, 1, tzinfo=UTC)) - timedelta(hours=1))
    sources, rows_of = _stand_ins(ordered, stage)
    staged = replace(
        checked,
        sources={each.id: each for each in sources.values()},
        subscribers={
            name: replace(each, via="recorder", address=name, admin=False) for name, each in checked.subscribers.items()
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_played(staged, known, f"sqlite:///{folder}/replay.db", stage, rows_of))


Shown = tuple[Row, Item]


def _stand_ins(ordered: Sequence[Row], stage: Stage) -> tuple[dict[tuple[str, str], Replayed], list[Shown]]:
    """A stand-in for each publisher, and each row's Item at it. Two rows of one address there are two Items."""
    sources: dict[tuple[str, str], Replayed] = {}
    shown: list[Shown] = []
    taken: set[tuple[str, str]] = set()
    for each in ordered:
        source = sources.setdefault(
            (each.publisher, each.kind),
            Replayed(
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


async def _played(checked: Configuration, known: Settings, address: str, stage: Stage, shown: list[Shown]) -> Played:
    recorder = Recorder(known.environment)
    sent: list[dict[str, Any]] = []
    async with building.open_desk(known, replace(checked, subscribers={}), address, stage.clock) as opened:
        desk = replace(opened, configuration=checked, notifiers={"recorder": recorder})
        await asyncio.gather(*await poll_due(desk, stage.now, forced=True))  # watched since before the first row
        left = list(shown)
        while (moment := await desk.aside(_next, desk, left)) is not None:
            stage.now = moment
            while left and left[0][0].at <= moment:
                _, item = left.pop(0)
                stage.shown.setdefault(item.source, []).append(item)
            wanted = {item.source for each, item in shown if each.at == moment}
            for source in sorted(wanted):
                await asyncio.gather(*await poll_due(desk, moment, only=[source], forced=True))
            sent += await _handed_over(desk, recorder, moment)
        return await desk.aside(_told, desk, {item.id: each for each, item in shown}, sent)


def _next(desk: Desk, left: Sequence[Shown]) -> datetime | None:
    """The next moment at which something happens; None at the end."""
    with desk.database.begin() as tx:
        due = [outbox.next_news(tx), story_rows.next_close(tx), left[0][0].at if left else None]
    return min((each for each in due if each), default=None)


async def _handed_over(desk: Desk, recorder: Recorder, now: datetime) -> list[dict[str, Any]]:
    """Deliver until nothing with news is due."""
    sent: list[dict[str, Any]] = []
    for _ in range(_MOST_HAND_OVERS):
        done = await asyncio.gather(*await deliver_due(desk, now))
        sent += [_sent(each.delivery, each.subscriber, each.outcome, recorder, now) for each in done]
        if not done:
            break
    return [each for each in sent if each["paragraphs"]]


def _sent(delivery: str, subscriber: str, outcome: str, recorder: Recorder, now: datetime) -> dict[str, Any]:
    message = recorder.kept.get(delivery)
    shown = message.paragraphs if message else ()
    return {
        "at": now.isoformat(),
        "subscriber": subscriber,
        "delivery": delivery,
        "outcome": outcome,
        "subject": message.subject if message else "",
        "answers": next((each.before.message for each in shown if each.before), None),
        "paragraphs": [
            {"alert": each.alert, "heading": each.heading, "title": each.title, "facts": dict(each.facts)}
            for each in shown
        ],
    }


def _told(desk: Desk, rows_of: Mapping[str, Row], sent: Sequence[Mapping[str, Any]]) -> Played:
    with desk.database.begin() as tx:
        stories = story_rows.find(tx, story_rows.every(tx))
        alerts = story_rows.alerts_since(tx, datetime.min.replace(tzinfo=UTC))
    lines = [
        {
            "at": each.at.isoformat(),
            "reason": each.reason,
            "story": each.story,
            "item": rows_of[each.item].id,
            "topics": each.topics,
            "status": each.status,
        }
        for each in alerts
        if each.story
    ]
    return Played(
        stories=[_story(each, rows_of) for each in stories.values()],
        alerts=[each for each in lines if each["reason"] in FOR_READERS],
        notes=[each for each in lines if each["reason"] not in FOR_READERS],
        deliveries=sent,
        played=len(rows_of),
    )


def _story(story: Story, rows_of: Mapping[str, Row]) -> dict[str, Any]:
    """A line of stories.jsonl, as contracts.md has it, with the turns and the reasons for joining."""
    first, official = story.tellings[0], story.official
    other = next((each for each in story.tellings if not each.trust.confirms), None)
    lead = (official.at - other.at) / timedelta(hours=1) if official and other else None
    return {
        "story": story.id,
        "title": story.title,
        "items": [rows_of[each.item].id for each in story.tellings],
        "topics": story.topics,
        "status": story.status,
        "first_heard": {
            "item": rows_of[first.item].id,
            "kind": rows_of[first.item].kind,
            "at": rows_of[first.item].said,
        },
        "official": {"item": rows_of[official.item].id, "at": rows_of[official.item].said} if official else None,
        "lead_hours": None if lead is None else round(lead, 2),
        "turns": [{**asdict(turn), "item": rows_of[turn.item].id, "at": turn.at.isoformat()} for turn in story.turns],
        "joined": {rows_of[each.item].id: each.joined for each in story.tellings if each.joined},
        "follows": story.follows or None,
    }


WANTED = 'not a dated item: write {"id": 1, "title": "a headline", "published": "2020-11-20"} on one line'


def summary(played: Played, undated: int) -> list[str]:
    """What a person wants to know first."""
    statuses = Counter(str(each["status"]) for each in played.stories)
    reasons = Counter(str(each["reason"]) for each in [*played.alerts, *played.notes])
    leads = sorted(each["lead_hours"] for each in played.stories if each["lead_hours"] is not None)
    media = [each for each in leads if each > 0]
    lines = [
        f"items played     {played.played}, and {undated} without a date left out",
        f"stories          {len(played.stories)}: {_counts(statuses)}",
        f"alerts           {sum(reasons.values())}: {_counts(reasons)}",
        f"deliveries       {len(played.deliveries)}",
        f"media first      {len(media)} of {len(leads)} stories that both told",
    ]
    return [*lines, f"  by (median)    {median(media):.1f} hours"] if media else lines


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counted.items()) or "none"


def write(played: Played, out: Path) -> None:
    """The files of contracts.md, in `out`; what was there before under these names is replaced."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("stories", "alerts", "notes", "deliveries"):
        lines = (json.dumps(each, ensure_ascii=False, default=str) + "\n" for each in getattr(played, name))
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
