"""What became of each Item: told at once, in a digest, or not told, with the reason (the table `dispositions`)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from watcher.model import Answer, Disposition, UnsentReason
from watcher.store.column_types import UtcDateTime
from watcher.store.database import batched, upsert
from watcher.store.schema import dispositions, items

MAX_ITEMS_IN_QUERY = 2_000

# Written once: composing a query takes longer than running it.
_ANSWERS_OF = sa.select(dispositions.c.item, dispositions.c.revision, dispositions.c.answer).where(
    dispositions.c.item.in_(sa.bindparam("items", expanding=True))
)

_STRONGER = {Answer.TOLD: (), Answer.DIGEST: (Answer.TOLD,), Answer.UNSENT: (Answer.TOLD, Answer.DIGEST)}

_WITH_WORDS = (
    sa.select(
        dispositions,
        *(items.c.title, items.c.url, items.c.source, items.c.published_literal, items.c.published_day),
        items.c.is_unproven,
    )
    .join(items, items.c.id == dispositions.c.item)
    .order_by(dispositions.c.at, dispositions.c.item, dispositions.c.revision)
)
_BESIDE = dispositions.alias()
_SINCE = dispositions.c.at >= sa.bindparam("begin", type_=UtcDateTime)
# Nothing of the Item was told, and this is the last that was decided of it.
_IS_LAST_OF_UNSENT = sa.and_(
    dispositions.c.answer == str(Answer.UNSENT),
    ~sa.exists().where(
        _BESIDE.c.item == dispositions.c.item,
        sa.or_(
            _BESIDE.c.answer != str(Answer.UNSENT),
            _BESIDE.c.at > dispositions.c.at,
            sa.and_(_BESIDE.c.at == dispositions.c.at, _BESIDE.c.revision > dispositions.c.revision),
        ),
    ),
)
_COUNT_UNSENT = (
    sa.select(dispositions.c.reason, sa.func.count()).where(_SINCE, _IS_LAST_OF_UNSENT).group_by(dispositions.c.reason)
)
_NEWEST_UNTOPICAL = (
    sa.select(items.c.title, items.c.url, items.c.source, sa.func.count().over())
    .join(dispositions, dispositions.c.item == items.c.id)
    .where(
        *(_SINCE, _IS_LAST_OF_UNSENT, dispositions.c.reason == str(UnsentReason.NO_TOPIC), ~items.c.is_unproven),
        items.c.source.in_(sa.bindparam("sources", expanding=True)),
        sa.or_(items.c.published_day.is_(None), items.c.published_day > sa.bindparam("oldest_day", type_=sa.Date)),
    )
    .order_by(dispositions.c.at.desc(), items.c.id)
    .limit(sa.bindparam("limit"))
)


def save(tx: sa.Connection, new: Sequence[Disposition]) -> None:
    """Store the Disposition of each revision; of one that is decided twice, what was told stays told."""
    kept = _answers(tx, [disposition.item for disposition in new])
    changed = [
        disposition
        for disposition in new
        if kept.get((disposition.item, disposition.revision)) not in _STRONGER[disposition.answer]
    ]
    upsert(tx, dispositions, [_make_row(disposition) for disposition in changed])


def _answers(tx: sa.Connection, item_ids: Sequence[str]) -> dict[tuple[str, int], Answer]:
    answers: dict[tuple[str, int], Answer] = {}
    for batch in batched(item_ids, MAX_ITEMS_IN_QUERY):
        for item, revision, answer in tx.execute(_ANSWERS_OF, {"items": batch}):
            answers[item, revision] = Answer(answer)
    return answers


def _make_row(disposition: Disposition) -> dict[str, Any]:
    return {
        "item": disposition.item,
        "revision": disposition.revision,
        "answer": str(disposition.answer),
        "reason": disposition.reason,
        "detail": disposition.detail,
        "at": disposition.at,
    }


def ids_with_reason(tx: sa.Connection, item_ids: Sequence[str], reasons: Iterable[UnsentReason]) -> set[str]:
    """Those of these Items, at most MAX_ITEMS_IN_QUERY, whose first revision was not told for one of `reasons`."""
    first = sa.and_(dispositions.c.revision == 1, dispositions.c.answer == str(Answer.UNSENT))
    query = sa.select(dispositions.c.item).where(first, dispositions.c.reason.in_([str(reason) for reason in reasons]))
    return set(tx.scalars(query.where(dispositions.c.item.in_(list(item_ids)))))


def of_item(tx: sa.Connection, item: str) -> list[sa.Row[Any]]:
    """What became of each revision of an Item, oldest first."""
    query = sa.select(dispositions).where(dispositions.c.item == item)
    return list(tx.execute(query.order_by(dispositions.c.revision)))


def since(tx: sa.Connection, begin: datetime) -> list[sa.Row[Any]]:
    """All revisions of each Item that was decided since `begin` (UTC), with the words of the Item; oldest first."""
    active = sa.select(dispositions.c.item).where(dispositions.c.at >= begin)
    return list(tx.execute(_WITH_WORDS.where(dispositions.c.item.in_(active))))


def between(tx: sa.Connection, begin: datetime, end: datetime) -> list[sa.Row[Any]]:
    """The revisions that were decided from `begin` until before `end` (UTC), with the words of their Items."""
    return list(tx.execute(_WITH_WORDS.where(dispositions.c.at >= begin, dispositions.c.at < end)))


def count_unsent(tx: sa.Connection, begin: datetime) -> Mapping[str, int]:
    """How many Items were not told since `begin` (UTC), by the reason that was given last; without those told too."""
    return {counted[0]: counted[1] for counted in tx.execute(_COUNT_UNSENT, {"begin": begin})}


def list_untopical(
    tx: sa.Connection, begin: datetime, sources: Collection[str], oldest_day: date, limit: int
) -> tuple[Sequence[sa.Row[Any]], int]:
    """The newest Items of `sources` not told since `begin` (UTC) for want of a Topic, and how many there are in all.

    None that says it appeared on `oldest_day` or before, and none of an unproven sender.
    """
    asked = {"begin": begin, "sources": list(sources), "oldest_day": oldest_day, "limit": limit}
    newest = tx.execute(_NEWEST_UNTOPICAL, asked).all()
    return newest, newest[0][-1] if newest else 0
