"""The index of the words of Items, in which readers search: one row of words for each Item that has a `number`.

SQLite has an FTS5 table without content of its own, PostgreSQL a table of tsvectors. Neither keeps the text once more
(docs/adr/0018-search.md). Mails that anybody may have written have no number and are not in it.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa

from watcher.core.language.search_query import fold_words
from watcher.model import UNPROVEN_IDENTITY, Item
from watcher.store.schema import items

# A tsvector holds a megabyte; of a longer text the end is not found. A stored text has MAX_TEXT_CHARACTERS at most.
MAX_INDEXED_CHARACTERS = 120_000

MAX_ITEMS_AT_A_TIME = 500
_LAST_NUMBER = sa.select(sa.func.max(items.c.number))
_ADD_TO_FTS5 = sa.text("INSERT INTO search_words (rowid, words) VALUES (:number, :words)")
_TAKE_FROM_FTS5 = sa.text("INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', :number, :words)")
_EMPTY_FTS5 = sa.text("INSERT INTO search_words (search_words) VALUES ('delete-all')")
_EMPTY_POSTGRESQL = sa.text("DELETE FROM search_words")
_ADD_TO_POSTGRESQL = sa.text(
    "INSERT INTO search_words (number, words) VALUES (:number, to_tsvector('search_english', :words))"
)
_TAKE_FROM_POSTGRESQL = sa.text("DELETE FROM search_words WHERE number = :number")


def save(tx: sa.Connection, changed: Sequence[Item], stored: Mapping[str, Any]) -> Mapping[str, int]:
    """Index what Items say from now on; `stored` are the rows of those that are stored so far, by id.

    Returns their numbers by id, which grow in the order in which we first saw them. One poll at a time may do this.
    """
    public = {item.id: item for item in changed if not is_unproven(item)}
    numbers: dict[str, int] = {
        item_id: number for item_id, so_far in stored.items() if (number := so_far.number) is not None
    }
    before = {number: index_text(stored[item_id]) for item_id, number in numbers.items()}
    fresh = [item_id for item_id in reversed(public) if item_id not in numbers]  # a list has its newest first
    if fresh:
        numbers |= dict(zip(fresh, count((tx.scalar(_LAST_NUMBER) or 0) + 1), strict=False))
    after = {numbers[item_id]: index_text(item) for item_id, item in public.items()}
    write(tx, before, after)
    return {item_id: numbers[item_id] for item_id in public}


def is_unproven(item: Any) -> bool:
    """Whether an Item, or a row of `items`, is a mail that anybody may have written: nobody is to find it."""
    return bool(item.is_unproven) or item.identity.startswith(UNPROVEN_IDENTITY)


def index_text(item: Any) -> str:
    """What is indexed of an Item, or of a row of `items`.

    What is taken out of FTS5 must be, to the character, what was put in. So another answer of this function needs a
    migration that fills the index anew.
    """
    text = f"{item.title}\n{item.summary}\n{item.text}"
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def write(tx: sa.Connection, before: Mapping[int, str], after: Mapping[int, str]) -> None:
    """Make `after` of what was indexed as `before`: texts of Items by their numbers."""
    outdated: list[dict[str, Any]] = [
        {"number": number, "words": text} for number, text in before.items() if after.get(number) != text
    ]
    changed: list[dict[str, Any]] = [
        {"number": number, "words": text} for number, text in after.items() if before.get(number) != text
    ]
    if tx.dialect.name == "postgresql":
        take, add = _TAKE_FROM_POSTGRESQL, _ADD_TO_POSTGRESQL
        outdated = [{"number": words["number"]} for words in outdated]
        changed = [words | {"words": fold_words(words["words"][:MAX_INDEXED_CHARACTERS])} for words in changed]
    else:
        take, add = _TAKE_FROM_FTS5, _ADD_TO_FTS5
    if outdated:
        tx.execute(take, outdated)
    if changed:
        tx.execute(add, changed)


def rebuild(tx: sa.Connection) -> None:
    """Index all Items that have a number anew: the rows of items were put there as a whole."""
    tx.execute(_EMPTY_POSTGRESQL if tx.dialect.name == "postgresql" else _EMPTY_FTS5)
    page = sa.select(items).order_by(items.c.number).limit(MAX_ITEMS_AT_A_TIME)
    batch = tx.execute(page.where(items.c.number.is_not(None))).all()
    while batch:
        write(tx, {}, {item.number: index_text(item) for item in batch})
        batch = tx.execute(page.where(items.c.number > batch[-1].number)).all()
