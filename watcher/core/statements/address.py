"""Whom an Item addresses, with the words that say so, and so what its "you" and "please" mean."""

from collections.abc import Sequence

from watcher.core.audience.addressees import find_address_line, read_addressees
from watcher.core.statements.instructions import Writer
from watcher.core.statements.statement import FIELDS, MAX_CHARACTERS_READ, Statement
from watcher.model import Audience, Fact, Item, Trust


def writer_of(trust: Trust, addressed_to: Fact | None) -> Writer:
    """The Writer of a text of this `trust` that addresses `addressed_to`."""
    return Writer(trust, Audience(addressed_to.value) if addressed_to else None)


def find_addressees(item: Item, statements: Sequence[Statement], trust: Trust) -> Fact | None:
    """The address lines decide, else the first sentence that surely addresses somebody; the press addresses readers."""
    if trust is Trust.PRESS:
        return None
    for name in FIELDS:
        line = find_address_line(getattr(item, name)[:MAX_CHARACTERS_READ])
        if line:
            return Fact(words=line[1], sentence=line[1], field=name, value=line[0])
    for statement in statements:
        is_opinion = not trust.confirms and statement.is_quoted(len(statement.text) // 2)
        audience = None if statement.is_past or is_opinion else read_addressees(statement.text)
        if audience:
            return Fact(words=statement.text, sentence=statement.text, field=statement.field, value=audience)
    return None
