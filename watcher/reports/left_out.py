"""What was not told on a day, each Item with the words of its reason, grouped by reason; for everybody to check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.language.dates import LONDON, london_time
from watcher.model import Answer
from watcher.reports.why import describe_reason

MAX_ITEMS_SHOWN = 200  # of one reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutItem:
    """An Item that was not told, and why in words; "" where its reason says all."""

    item: str
    title: str
    publisher: str
    url: str
    at: datetime
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The Items of a London day by reason, the commonest first, each reason with how many there are in all.

    `told_at_once` and `in_digest`: how many others of that day were told at once, or stand in digests.
    `looked_since`: when (UTC) a source was read for the first time, None where none was.
    """

    day: date
    counts: Mapping[str, int]
    items: Mapping[str, tuple[LeftOutItem, ...]]
    told_at_once: int
    in_digest: int
    looked_since: datetime | None

    @property
    def was_watched(self) -> bool:
        """Whether anything was looked at on that day, or before it."""
        return self.looked_since is not None and self.looked_since.astimezone(LONDON).date() <= self.day

    @property
    def total(self) -> int:
        """How many were not told."""
        return sum(self.counts.values())


def load_left_out(tx: sa.Connection, configuration: Configuration, _now: datetime, day: date) -> LeftOut:
    """What became of the Items that were decided on `day`, each by what was decided of it that day."""
    begin, end = london_time(day, time()), london_time(day + timedelta(days=1), time())
    latest: dict[str, sa.Row[Any]] = {}
    for decided in store.dispositions.between(tx, begin, end):
        earlier = latest.get(decided.item)
        if earlier is None or earlier.answer == Answer.UNSENT or decided.answer != Answer.UNSENT:
            latest[decided.item] = decided
    by_reason: dict[str, list[sa.Row[Any]]] = {}
    for decided in latest.values():
        if decided.answer == Answer.UNSENT:
            by_reason.setdefault(decided.reason, []).append(decided)
    ordered = sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return LeftOut(
        day=day,
        counts={reason: len(unsent) for reason, unsent in ordered},
        items={reason: tuple(_list_items(unsent, configuration)) for reason, unsent in ordered},
        told_at_once=sum(decided.answer == Answer.TOLD for decided in latest.values()),
        in_digest=sum(decided.answer == Answer.DIGEST for decided in latest.values()),
        looked_since=store.search.count_sources(tx)[1],
    )


def _list_items(unsent: Sequence[sa.Row[Any]], configuration: Configuration) -> list[LeftOutItem]:
    """The Items that may be shown to anybody; what an unproven e-mail says is only counted."""
    publishers = {source.id: source.publisher for source in configuration.sources.values()}
    names = {topic.id: topic.name for topic in configuration.topics}
    shown = [decided for decided in unsent if not decided.is_unproven][:MAX_ITEMS_SHOWN]
    return [
        LeftOutItem(
            item=decided.item,
            title=decided.title,
            publisher=publishers.get(decided.source, decided.source),
            url=decided.url,
            at=decided.at,
            detail=describe_reason(decided.reason, decided.detail, names),
        )
        for decided in shown
    ]
