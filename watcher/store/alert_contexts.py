"""Alerts with all that is needed to put them into words for one Subscriber."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from watcher.core.language.dates import latest_moment
from watcher.core.language.region_text import is_region_text
from watcher.model import Alert, AlertContext, Delivery, DeliveryState, Match, Reason, Receipt, Status, Story, Version
from watcher.store import deadlines, items, stories
from watcher.store.alerts import alert_of
from watcher.store.database import MAX_NAMES_IN_QUERY, batched
from watcher.store.deliveries import delivery_of
from watcher.store.outbox_schema import deliveries, delivery_alerts
from watcher.store.schema import alerts
from watcher.store.story_lists import find_followed_officially

# Written once: an Alert leaves within milliseconds, and composing a query takes longer than running it.
_ALERTS_OF = (
    sa.select(delivery_alerts.c.delivery, alerts)
    .join(alerts, alerts.c.id == delivery_alerts.c.alert)
    .where(delivery_alerts.c.delivery.in_(sa.bindparam("deliveries", expanding=True)))
    .order_by(alerts.c.at, alerts.c.id)
)
_FIRST_ALERTS = (
    sa.select(alerts.c.story, sa.func.min(alerts.c.at))
    .where(alerts.c.story.in_(sa.bindparam("stories", expanding=True)))
    .group_by(alerts.c.story)
)


def load_alerts(tx: sa.Connection, delivery: Delivery) -> list[AlertContext]:
    """The Alerts of a Delivery, each with its Story, Item, evidence and the first Delivery that told its Story."""
    return load_alerts_of(tx, [delivery])[delivery.id]


def load_alerts_of(tx: sa.Connection, leaving: Sequence[Delivery]) -> Mapping[str, list[AlertContext]]:
    """The same of many Deliveries, by their ids: what several of them tell is read once, and is one AlertContext."""
    alerts_by_id: dict[str, Alert] = {}
    alerts_of: dict[str, list[Alert]] = {delivery.id: [] for delivery in leaving}
    for row in tx.execute(_ALERTS_OF, {"deliveries": list(alerts_of)}):
        alerts_of[row.delivery].append(alerts_by_id.setdefault(row.id, alert_of(row)))
    details = _Details(tx, list(alerts_by_id.values()))
    return {delivery.id: details.contexts_for(delivery, alerts_of[delivery.id]) for delivery in leaving}


def load_details(tx: sa.Connection, loaded: Sequence[Alert], delivery: Delivery) -> list[AlertContext]:
    """The AlertContexts of `loaded` for the Subscriber of `delivery`, by Alert moment, publication and title."""
    return _Details(tx, loaded).contexts_for(delivery, loaded)


def load_for_everybody(
    tx: sa.Connection, loaded: Sequence[Alert], stories_read: Mapping[str, Story] = MappingProxyType({})
) -> list[AlertContext]:
    """The AlertContexts of `loaded` as somebody sees them who was told nothing before, in the same order.

    Without evidence, which says why a Subscriber is told. `stories_read`: Stories that need not be read again, by id.
    """
    details = _Details(tx, loaded, stories_read)
    return sorted(details.contexts_for_everybody(loaded), key=_sort_key)


class _Details:
    """All that is needed to put some Alerts into words, read once for all their Subscribers."""

    def __init__(
        self, tx: sa.Connection, loaded: Sequence[Alert], stories_read: Mapping[str, Story] = MappingProxyType({})
    ) -> None:
        self._tx, self._stories_read = tx, stories_read
        self._stories = self._find_stories({alert.story for alert in loaded if alert.story})
        self._followed = self._find_stories({story.follows for story in self._stories.values() if story.follows})
        self._items = items.find(tx, {alert.item for alert in loaded if alert.item})
        self._dates = deadlines.of_stories(tx, self._stories)
        self._versions = items.versions_of(tx, {(alert.item, alert.revision) for alert in loaded})
        self._contexts: dict[tuple[str, tuple[int, ...]], AlertContext] = {}

    def _find_stories(self, ids: AbstractSet[str]) -> Mapping[str, Story]:
        read = {story: self._stories_read[story] for story in ids if story in self._stories_read}
        return {**read, **stories.find(self._tx, ids - read.keys())} if len(read) < len(ids) else read

    @cached_property
    def _followed_officially(self) -> frozenset[str]:
        reported = [story.id for story in self._stories.values() if story.status is Status.REPORTED]
        return find_followed_officially(self._tx, reported)

    @cached_property
    def _matches(self) -> Mapping[str, Sequence[Match]]:
        return items.matches_of(self._tx, self._items)

    def contexts_for(self, delivery: Delivery, among: Sequence[Alert]) -> list[AlertContext]:
        """The AlertContexts of `among` for the Subscriber of `delivery`, by Alert moment, publication and title."""
        revisions: dict[str, list[int]] = {}
        for alert in among:
            revisions.setdefault(alert.item, []).append(alert.revision)
        contexts = [self._load(alert, revisions[alert.item], self._matches) for alert in among]
        return sorted((self._with_first_delivery(context, delivery) for context in contexts), key=_sort_key)

    @cached_property
    def _first_alerts(self) -> Mapping[str, datetime]:
        """By Story, when (UTC) its first Alert was decided."""
        first: dict[str, datetime] = {}
        for ids in batched(sorted(self._stories), MAX_NAMES_IN_QUERY):
            rows = self._tx.execute(_FIRST_ALERTS, {"stories": ids})
            first.update((story, decided_at) for story, decided_at in rows)
        return first

    def contexts_for_everybody(self, among: Sequence[Alert]) -> list[AlertContext]:
        """The AlertContexts of `among`, each on its own."""
        return [self._load(alert, (alert.revision,), {}) for alert in among]

    def _load(self, alert: Alert, revisions: Sequence[int], matches: Mapping[str, Sequence[Match]]) -> AlertContext:
        """What an AlertContext holds for every Subscriber who is told these revisions of its Item."""
        name = (alert.id, tuple(revisions))
        if name not in self._contexts:
            story = self._stories.get(alert.story)
            earlier = self._followed.get(story.follows) if story else None
            before = self._versions.get((alert.item, alert.revision - 1)) if alert.reason is Reason.CHANGED else None
            self._contexts[name] = AlertContext(
                alert=alert,
                story=story,
                item=self._items.get(alert.item),
                matches=tuple(matches.get(alert.item, ())),
                previous_title=before.title if before else "",
                versions=self._versions_around(alert.item, revisions),
                dates=self._dates.get(alert.story, ()),
                earlier_chapter=earlier.title if earlier else "",
                has_official_chapter=alert.story in self._followed_officially or bool(earlier and earlier.official),
            )
        return self._contexts[name]

    def _versions_around(self, item: str, told_revisions: Sequence[int]) -> tuple[Version, ...]:
        """A watched page before the first of `told_revisions` and at the last of them; empty for any other Item."""
        first_and_last = {max(min(told_revisions) - 1, 1), max(told_revisions)}
        versions = [self._versions.get((item, number)) for number in sorted(first_and_last)]
        pages = tuple(version for version in versions if version and is_region_text(version.text))
        return pages if len(pages) == 2 else ()  # noqa: PLR2004 - one version alone shows no change

    def _with_first_delivery(self, context: AlertContext, delivery: Delivery) -> AlertContext:
        """`context` itself, where it is the first Alert of its Story; else with what its Subscriber was told before."""
        first_alert_at = self._first_alerts.get(context.alert.story)
        if first_alert_at is None or first_alert_at >= context.alert.at:
            return context
        first = _load_first_delivery(self._tx, context.alert, delivery)
        return replace(context, **first) if first else context


def _sort_key(context: AlertContext) -> tuple[datetime, datetime, str]:
    at = context.alert.at
    if context.item is None:
        return at, at, context.alert.id
    return at, latest_moment(context.item.published) or at, context.item.title


def _load_first_delivery(tx: sa.Connection, alert: Alert, delivery: Delivery) -> dict[str, Any]:
    """The `first_...` fields of an AlertContext: the first Delivery that told this Subscriber the Story.

    None when there was none. The Receipt of a digest names no message: a digest is no conversation to answer.
    """
    if not alert.story:
        return {}
    earlier = (
        sa.select(deliveries, alerts.c.item)
        .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
        .where(
            deliveries.c.subscriber == delivery.subscriber,
            deliveries.c.id != delivery.id,
            deliveries.c.state == DeliveryState.SENT,
            alerts.c.story == alert.story,
            alerts.c.at < alert.at,
        )
        .order_by(deliveries.c.sent_at)
        .limit(1)
    )
    row = tx.execute(earlier).first()
    if row is None:
        return {}
    item = items.as_of(tx, items.find(tx, [row.item])[row.item], row.sent_at)
    return {
        "first_receipt": Receipt(place=row.place, message="" if delivery_of(row).is_digest else row.message),
        "first_delivery": row.id,
        "first_title": item.title,
        "first_told_at": row.sent_at,
    }
