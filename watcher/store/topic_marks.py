"""What people said of the Topics of Items, and how often each term was the evidence of a Match."""

from collections import Counter
from datetime import datetime

import sqlalchemy as sa

from watcher.model import MarkVerdict, TopicMark
from watcher.store.database import upsert
from watcher.store.marks_schema import topic_marks
from watcher.store.schema import items, matches


def save(tx: sa.Connection, mark: TopicMark) -> None:
    """Remember a mark; a later one of the same Item and Topic takes its place."""
    columns = {"item": mark.item, "topic": mark.topic, "verdict": str(mark.verdict), "at": mark.at}
    upsert(tx, topic_marks, [{**columns, "terms": list(mark.terms)}])


def delete(tx: sa.Connection, item_id: str, topic: str) -> bool:
    """Forget the mark of an Item and a Topic; False where there is none."""
    of_both = (topic_marks.c.item == item_id) & (topic_marks.c.topic == topic)
    return tx.execute(sa.delete(topic_marks).where(of_both)).rowcount > 0


def load(tx: sa.Connection, item_id: str = "") -> list[TopicMark]:
    """All marks, the oldest first; with an id those of that Item alone."""
    query = sa.select(topic_marks).order_by(topic_marks.c.at, topic_marks.c.item, topic_marks.c.topic)
    query = query.where(topic_marks.c.item == item_id) if item_id else query
    return [
        TopicMark(item=row.item, topic=row.topic, verdict=MarkVerdict(row.verdict), terms=tuple(row.terms), at=row.at)
        for row in tx.execute(query)
    ]


def count_terms(tx: sa.Connection, begin: datetime) -> Counter[tuple[str, str]]:
    """In how many Items first seen since `begin` (UTC) each (topic, term) was evidence of a Match."""
    query = sa.select(matches.c.topic, matches.c.evidence).join(items, items.c.id == matches.c.item)
    counts: Counter[tuple[str, str]] = Counter()
    for topic, evidence in tx.execute(query.where(items.c.first_seen >= begin)):
        counts.update({(topic, fields["term"]) for fields in evidence})
    return counts
