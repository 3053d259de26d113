"""The lines of a replay file: dated items, as contracts have them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from watcher.core.language.dates import earliest_moment
from watcher.core.language.text import canonical_url
from watcher.model import Item, Precision, Published

WANTED = 'not a dated item: write {"id": 1, "title": "a headline", "published": "2020-11-20"} on one line'


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRow:
    """One line of the file. `at` (UTC) is the first moment that its date allows: then it is played."""

    id: str
    item: Item
    publisher: str
    kind: str
    at: datetime
    date_literal: str


def read_row(said: Mapping[str, Any]) -> ReplayRow | None:
    """One line of the file; None when it has no date. Raises ValueError, KeyError or TypeError for one that is none."""
    if said.get("published") is None:
        return None
    published = _published(str(said["published"]))
    at = earliest_moment(published)
    if at is None:
        raise ValueError("no date")
    url, title = str(said.get("url") or ""), str(said["title"])
    item = Item(source="", identity=canonical_url(url) or str(said["id"]), url=url, title=title, published=published)
    item = replace(item, summary=str(said.get("summary") or ""), text=str(said.get("body") or ""))
    kind = str(said.get("publisher_kind") or "press")
    return ReplayRow(
        id=str(said["id"]),
        item=item,
        publisher=str(said.get("publisher") or "unknown"),
        kind=kind,
        at=at,
        date_literal=str(said["published"]),
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
