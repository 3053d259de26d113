"""The lines of a replay file, as contracts.md has them: items with a date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from watcher.core.language.dates import earliest_moment
from watcher.core.language.urls import canonical_url
from watcher.model import Item, Precision, Published

ROW_CURE = 'not a dated item: write {"id": 1, "title": "a headline", "published": "2020-11-20"} on one line'


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRow:
    """One line of the file, played at `at`: the first moment, in UTC, that its date allows."""

    id: str
    item: Item
    publisher: str
    kind: str
    at: datetime
    date_literal: str


def read_row(fields: Mapping[str, Any]) -> ReplayRow | None:
    """One line of the file; None if it has no date. Raises ValueError, KeyError or TypeError if it is no item."""
    if fields.get("published") is None:
        return None
    published = _read_published(str(fields["published"]))
    at = earliest_moment(published)
    if at is None:
        raise ValueError("no date")
    url, title = str(fields.get("url") or ""), str(fields["title"])
    item = Item(source="", identity=canonical_url(url) or str(fields["id"]), url=url, title=title, published=published)
    item = replace(item, summary=str(fields.get("summary") or ""), text=str(fields.get("body") or ""))
    kind = str(fields.get("publisher_kind") or "press")
    return ReplayRow(
        id=str(fields["id"]),
        item=item,
        publisher=str(fields.get("publisher") or "unknown"),
        kind=kind,
        at=at,
        date_literal=str(fields["published"]),
    )


def _read_published(literal: str) -> Published:
    """A moment, a day (London), a month or a year, as ISO 8601 writes them. Raises ValueError for anything else."""
    if len(literal) in {len("2020"), len("2020-07")}:
        first = date.fromisoformat(f"{literal}-01" if len(literal) > len("2020") else f"{literal}-01-01")
        return Published(day=first, precision=Precision.MONTH, literal=literal)
    if len(literal) == len("2020-07-23"):
        return Published(day=date.fromisoformat(literal), precision=Precision.DAY, literal=literal)
    moment = datetime.fromisoformat(literal)
    at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return Published(at=at, day=at.date(), precision=Precision.SECOND, literal=literal)
