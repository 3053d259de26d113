"""Stored Items as what the matching judges: with what the configuration says of the source that gave them."""

from watcher.core.delivery.judge import TextToJudge
from watcher.core.stories.authority import teller_of
from watcher.model import Item
from watcher.sources.base import Source


def stored_text(item: Item, source: Source | None) -> TextToJudge:
    """A stored Item with what its source says of it, if that is still configured."""
    if source is None:
        return TextToJudge(identity=item.id, item=item)
    trust, publisher = teller_of(item, source.trust, source.publisher)
    return TextToJudge(
        identity=item.id, item=item, publisher=publisher, trust=trust, about=source.about, points=source.points
    )
