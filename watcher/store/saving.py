"""Step 8 of a poll: all that was decided, written in the transaction that its state was read in."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from watcher.core.decide import LoadedState
from watcher.failpoint import failpoint
from watcher.model import Decision, ParseResult
from watcher.store import alerts, deadlines, deliveries, dispositions, items, origins, quarantine, seals, stories


def save_decision(
    tx: sa.Connection,
    parsed: ParseResult,
    loaded: LoadedState,
    decision: Decision,
    now: datetime,
    keep_bytes_for: timedelta,
) -> None:
    """Write Items, Stories, dates and Alerts, plan the Deliveries, and keep what the Items were read from.

    What could not be read or decided is quarantined. Bytes of Responses are deleted after `keep_bytes_for`.
    """
    items.save(tx, decision.items, decision.matches, now)
    items.save_new_identities(tx, loaded.state.source, decision.moved)
    failpoint("after_items")
    stories.save(tx, decision.stories, loaded.stories)
    # A Story that is kept in memory has these Items as they were, where they were not placed anew.
    stored_ids = {item.id for item in (*loaded.items.values(), *decision.moved.values())}
    moved_ids = {item.id for item in decision.moved.values()}
    seals.renew_of_items(tx, moved_ids | (stored_ids & {item.id for item in decision.items}))
    deadlines.save(tx, decision.dates)
    alerts.save(tx, decision.alerts)
    dispositions.save(tx, decision.dispositions)
    deliveries.plan(tx, decision.deliveries, now)
    quarantine.save(tx, [*parsed.quarantined, *decision.quarantined], now)
    stored = {**loaded.items, **decision.moved}
    origins.save(tx, decision.items, parsed, stored, now, keep_bytes_for)
