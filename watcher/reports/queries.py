"""What the database can tell: health, an Item's whole life, a digest as it would go out now. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from watcher import store
from watcher.config import Configuration
from watcher.core.delivery.missed_alerts import LOOK_BACK, MIN_AGE, find_missed_alerts
from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST
from watcher.core.delivery.schedule import next_digest
from watcher.core.language.format import format_moment
from watcher.core.messages import message
from watcher.core.messages.change_lines import MAX_EXPLAINED, change_lines
from watcher.core.messages.source_checks import with_source_checks
from watcher.core.pages.region import is_region_text
from watcher.core.watching.fast_polling import UnconfirmedStory, fast_polling_line
from watcher.core.watching.health import OVERDUE, Health
from watcher.core.watching.source_status import SourceStatus, digest_footer, source_status, status_lines
from watcher.model import Delivery, Frequency, Item, Message, Relevance, SourceState, Story, Version, key
from watcher.store.database import Database

RECENT = timedelta(days=7)
WORRYING = frozenset({Health.FAILING, Health.SUSPECT, Health.UNREAD, Health.GAP})  # quiet and moved can wait


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """Whether all is well: each source, the Deliveries that are late or were given up, and what was never heard.

    `chasing`: for which Stories official sources are looked at more often.
    """

    sights: tuple[SourceStatus, ...]
    overdue: tuple[str, ...]
    given_up: tuple[str, ...]
    unheard: tuple[str, ...]
    quarantine: tuple[str, ...]
    chasing: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """False when a person should look."""
        trouble = self.overdue or self.given_up or self.unheard
        return not trouble and all(each.could_look and each.health not in WORRYING for each in self.sights)

    @property
    def lines(self) -> tuple[str, ...]:
        """The same for people."""
        verdict = "all is well" if self.well else "something needs a person"
        fine = tuple(each.sentence for each in self.sights if each.health is Health.OK)
        rest = (*self.overdue, *self.given_up, *self.unheard, *self.quarantine)
        return (*fine, *status_lines(self.sights), *self.chasing, *rest, verdict)


def health_report(database: Database, configuration: Configuration, now: datetime) -> HealthReport:
    """The state of every source that is on, of the outbox, and of the check from the other end."""
    with database.begin() as tx:
        states = store.sources.states(tx)
        late = store.outbox.overdue(tx, now - OVERDUE)
        lost = store.outbox.given_up(tx, now - RECENT)
        seen = store.subscribers.matching_items(tx, now - LOOK_BACK, now - MIN_AGE)
        since = store.subscribers.since(tx)
        aside = store.quarantine.since(tx, now - RECENT)
        chases = store.stories.unconfirmed(tx, now)
    seen = [replace(each, points=_weighed(configuration, each.item).points) for each in seen]
    baseline = {name: state.first_success for name, state in states.items() if state.first_success}
    return HealthReport(
        sights=_sights(configuration, states, now),
        overdue=tuple(
            f"delivery {row.id} to {row.subscriber}: due {format_moment(row.first_due)}, {row.attempts} tries so far"
            for row in late
        ),
        given_up=tuple(f"delivery {row.id} to {row.subscriber}: given up after {row.attempts} tries" for row in lost),
        unheard=find_missed_alerts(seen, configuration.subscribers.values(), since, baseline, now),
        quarantine=tuple(
            f"put aside {format_moment(row.at)}: {row.what} {row.name}, {row.why} "
            f"(watcher quarantine {row.id} --save FILE)"
            for row in aside
        ),
        chasing=tuple(
            fast_polling_line(each, _chasing(configuration, states, each)) for each in chases if each.interval(now)
        ),
    )


def _chasing(configuration: Configuration, states: Mapping[str, SourceState], wanted: UnconfirmedStory) -> list[str]:
    """The names of the sources that are looked at more often for a Story."""
    could = [each for each in configuration.sources.values() if each.enabled and each.trust.confirms]
    well = [each for each in could if each.id in states and not states[each.id].failures]
    return [each.name for each in well if wanted.waits_for(each.topics)]


def stored_items(database: Database, configuration: Configuration, since: datetime) -> list[tuple[Item, str]]:
    """The Items that were first seen since `since`, oldest first, with their publishers."""
    with database.begin() as tx:
        found = store.items.since(tx, since)
    publishers = {source.id: source.publisher for source in configuration.sources.values()}
    return [(item, publishers.get(item.source, "")) for item in found]


def unsent_items(database: Database, configuration: Configuration, since: datetime) -> list[dict[str, Any]]:
    """What was seen since `since`, was about a Topic, and was not told at once, each with the reason."""
    rows = []
    for item, publisher in stored_items(database, configuration, since):
        matches, vetoes = configuration.index.topics_of(item, publisher)
        about = {"id": item.id, "title": item.title, "publisher": publisher, "url": item.url}
        rows += [
            {**about, "topic": veto.topic, "why": veto.guard or "veto of the topic", "words": veto.by.words}
            for veto in vetoes
        ]
        weighed = _weighed(configuration, item)
        if matches and weighed.points < MIN_POINTS_AT_ONCE:
            where = "digests only" if weighed.points >= MIN_POINTS_IN_DIGEST else "not sent"
            words = ", ".join(f"{name}: {evidence.words}" for name, evidence in weighed.signals)
            rows += [
                {**about, "topic": match.topic, "why": f"{where} ({weighed.points} points)", "words": words}
                for match in matches
            ]
    return rows


def quarantined(database: Database, wanted: str = "") -> tuple[list[dict[str, Any]], bytes | None]:
    """What was put aside (the row `wanted`, or all of the last 90 days), and the bytes of `wanted`."""
    with database.begin() as tx:
        rows = store.quarantine.all_rows(tx)
        body = store.quarantine.body(tx, wanted) if wanted else None
    return [{**row._mapping, "at": row.at.isoformat()} for row in rows if not wanted or row.id == wanted], body  # noqa: SLF001 - SQLAlchemy's public name


def _weighed(configuration: Configuration, item: Item) -> Relevance:
    source = configuration.sources.get(item.source)
    publisher, confirms = (source.publisher, source.trust.confirms) if source else ("", False)
    return configuration.index.relevance(item, publisher, confirms=confirms)


def _sights(
    configuration: Configuration, states: Mapping[str, SourceState], now: datetime, *, confirms: bool = False
) -> tuple[SourceStatus, ...]:
    """The sources that are on; or those of them that can make a Story official."""
    enabled = [
        each for each in configuration.sources.values() if each.enabled and (each.trust.confirms or not confirms)
    ]
    return tuple(source_status(source.name, source.id, states.get(source.id), now) for source in enabled)


def explain_item(database: Database, configuration: Configuration, wanted: str) -> dict[str, Any] | None:
    """The whole life of the Item with this id or address; None when there is none."""
    with database.begin() as tx:
        item = store.items.get(tx, wanted)
        if item is None:
            return None
        revisions = _revisions(store.items.revisions_of(tx, item.id))
        matches = store.items.matches_of(tx, [item.id]).get(item.id, ())
        story = store.stories.of_item(tx, item.id)
        life = store.outbox.attempts_of_story(tx, story.id) if story else []
    source = configuration.sources.get(item.source)
    _, vetoed = configuration.index.topics_of(item, source.publisher if source else "")
    return {
        "item": _facts(item),
        "revisions": revisions,
        "matches": [asdict(match) for match in matches],
        "vetoed": [asdict(veto) for veto in vetoed],
        "story": _story(story) if story else None,
        "deliveries": [
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in zip(row._fields, row, strict=True)
            }
            for row in life
        ],
    }


def _revisions(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Each revision of an Item; of a watched page with all that changed with it."""
    kept = [Version(title=row.title, text=row.text) for row in rows]
    changed: list[list[tuple[str, str]]] = [[]]
    for was, now in pairwise(kept):
        by_lines = is_region_text(was.text) and is_region_text(now.text)
        changed.append(
            [(each.label, each.value) for each in change_lines(was, now, most=MAX_EXPLAINED)] if by_lines else []
        )
    return [
        {"revision": row.revision, "seen": row.seen.isoformat(), "title": row.title, "changed": each}
        for row, each in zip(rows, changed, strict=False)
    ]


def _facts(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": item.source,
        "identity": item.identity,
        "url": item.url,
        "title": item.title,
        "published": item.published.literal,
        "first_seen": item.first_seen.isoformat() if item.first_seen else None,
        "revision": item.revision,
        "withdrawn": item.withdrawn,
        "characters_of_text": len(item.text),
    }


def _story(story: Story) -> dict[str, Any]:
    items = [
        {
            "publisher": item.publisher,
            "trust": item.trust,
            "standing": item.authority,
            "at": item.seen_at.isoformat(),
            "url": item.url,
            "joined": item.join_reason,
        }
        for item in story.items
    ]
    changes = [
        {"status": change.status, "item": change.item, "at": change.at.isoformat()} for change in story.status_changes
    ]
    named = {"id": story.id, "title": story.title, "status": story.status, "topics": story.topics}
    return {**named, "told_by": items, "turns": changes, "follows": story.follows or None}


def digest_readers(configuration: Configuration) -> list[str]:
    """The Subscribers who get a digest."""
    return [each.id for each in configuration.subscribers.values() if each.frequency is not Frequency.AT_ONCE]


def preview_digest(database: Database, configuration: Configuration, name: str, now: datetime) -> Message | None:
    """The digest that `name` would get now; None when there is no such Subscriber with a digest."""
    subscriber = configuration.subscribers.get(name)
    if subscriber is None or subscriber.frequency is Frequency.AT_ONCE:
        return None
    period, moment = next_digest(subscriber, now)
    with database.begin() as tx:
        waiting = store.outbox.pending(tx, name, period)
        empty = Delivery(id=key("delivery", name, period), subscriber=name, period=period, due=moment, first_due=moment)
        told = store.deliveries.load_alerts(tx, waiting) if waiting else []
        states = store.sources.states(tx)
    footer = digest_footer(_sights(configuration, states, now))
    told = with_source_checks(told, _sights(configuration, states, now, confirms=True), now)
    names = {topic.id: topic.name for topic in configuration.topics}
    return message.compose(waiting or empty, told, names, footer, now)
