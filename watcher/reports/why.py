"""Why readers were told of something, or were not: what became of an Item, for everybody, without naming anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.wording.labels import UNSENT_WORDS
from watcher.model import Answer, Item, Match, Story, UnsentReason, Veto
from watcher.reports.public_view import is_public, public_part, topic_names

ANSWER_WORDS: Mapping[str, str] = {
    Answer.TOLD: "sent at once, or within the hour, to those who want that",
    Answer.DIGEST: "put into the next digest",
}
_TOPIC_IN_DETAIL = lazy_regex(r"(^|, )([a-z0-9-]+): ")
NEVER_SEEN = "We have never seen this."


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFate:
    """What became of one revision of an Item, in words, when (UTC), and the evidence."""

    revision: int
    at: datetime
    words: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage:
    """An Item and what became of it; `publisher` is that of its source. `vetoed`: the Topics that words of it stop."""

    item: Item
    publisher: str
    matches: tuple[Match, ...]
    vetoed: tuple[Veto, ...]
    fates: tuple[RevisionFate, ...]
    story: Story | None
    topics: Mapping[str, str]


def load_why(tx: sa.Connection, configuration: Configuration, _now: datetime, id_or_address: str) -> WhyPage | None:
    """The Item with this id or address; None where we never saw it, or where only an unproven e-mail says it."""
    item = store.items.get(tx, id_or_address, proven_only=True)
    if item is None:
        return None
    source = configuration.sources.get(item.source)
    publisher = source.publisher if source else item.source
    matches = store.items.matches_of(tx, [item.id]).get(item.id, ())
    vetoed = configuration.index.topics_of(item, publisher, source.about)[1] if source else ()
    story = store.stories.of_item(tx, item.id)
    all_names = {topic.id: topic.name for topic in configuration.topics}
    names = {*(match.topic for match in matches), *(veto.topic for veto in vetoed)}
    return WhyPage(
        item=item,
        publisher=publisher,
        matches=matches,
        vetoed=tuple(vetoed),
        fates=tuple(_describe_fate(decided, all_names) for decided in store.dispositions.of_item(tx, item.id)),
        story=public_part(story) if story and is_public(story) else None,
        topics=topic_names(configuration, names),
    )


def _describe_fate(decided: sa.Row[Any], names: Mapping[str, str]) -> RevisionFate:
    unsent = f"not told: {UNSENT_WORDS.get(decided.reason, decided.reason)}"
    return RevisionFate(
        revision=decided.revision,
        at=decided.at,
        words=ANSWER_WORDS.get(decided.answer, unsent),
        detail=describe_reason(decided.reason, decided.detail, names),
    )


def describe_reason(reason: str, detail: str, names: Mapping[str, str]) -> str:
    """What readers are shown of the evidence: the words that ruled a Topic out. The rest is for `watcher explain`."""
    if reason != UnsentReason.VETOED:
        return ""
    return _TOPIC_IN_DETAIL.sub(lambda match: f"{match[1]}{names.get(match[2], match[2])}: ", detail)
