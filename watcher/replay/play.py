"""A replay: the rows of a file stand in for the sources, and a recorder for the channels.

All between is the code of production: `poll`, `decide`, the store, routing, `deliver`. Mornings without news are not
played.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher import app, store
from watcher.config import Configuration
from watcher.config.settings import Settings
from watcher.core.wording.labels import LABELS
from watcher.deliver import deliver_due
from watcher.model import Message
from watcher.poll import poll_due
from watcher.replay.files import FOR_READERS, ReplayResult, alert_as_json, story_as_json
from watcher.replay.rows import ReplayRow
from watcher.replay.stage import PlayedItem, RecordingNotifier, ReplayStage, stand_in_sources
from watcher.runtime import Runtime

_MAX_ROUNDS = 500  # of sending at one moment; each round sends one Delivery of every channel


def replay_items(
    rows: Iterable[ReplayRow],
    configuration: Configuration,
    settings: Settings,
    advance: Callable[[int], object] = lambda _played: None,
) -> ReplayResult:
    """Play `rows` in the order of their dates, for the configured Topics and Subscribers.

    `advance` hears how many rows each moment has played.
    """
    ordered = sorted(rows, key=lambda row: (row.at, row.id))
    stage = ReplayStage(now=(ordered[0].at if ordered else datetime(2020, 1, 1, tzinfo=UTC)) - timedelta(hours=1))
    sources, played_items = stand_in_sources(ordered, stage)
    staged = replace(
        configuration,
        sources={source.id: source for source in sources.values()},
        subscribers={
            name: replace(subscriber, via="recorder", address=name, admin=False)
            for name, subscriber in configuration.subscribers.items()
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite:///{folder}/replay.db"
        return asyncio.run(_play(staged, settings, database_url, stage, played_items, advance))


async def _play(
    configuration: Configuration,
    settings: Settings,
    database_url: str,
    stage: ReplayStage,
    items: list[PlayedItem],
    advance: Callable[[int], object],
) -> ReplayResult:
    recorder = RecordingNotifier(settings.environment)
    deliveries: list[dict[str, Any]] = []
    without_channels = replace(configuration, subscribers={})
    async with app.open_runtime(settings, without_channels, database_url, stage.clock) as opened:
        runtime = replace(opened, configuration=configuration, notifiers={"recorder": recorder})
        await asyncio.gather(*await poll_due(runtime, stage.now, forced=True))  # watched since before the first row
        unplayed = list(items)
        while (moment := await runtime.run_in_thread(_find_next_moment, runtime, unplayed)) is not None:
            stage.now = moment
            count_before = len(unplayed)
            while unplayed and unplayed[0][0].at <= moment:
                _, item = unplayed.pop(0)
                stage.published.setdefault(item.source, []).append(item)
            for source in sorted({item.source for row, item in items if row.at == moment}):
                await asyncio.gather(*await poll_due(runtime, moment, only=[source], forced=True))
            deliveries += await _deliver_all(runtime, recorder, moment)
            advance(count_before - len(unplayed))
        rows_of = {item.id: row for row, item in items}
        return await runtime.run_in_thread(_load_result, runtime, rows_of, deliveries, recorder.messages)


def _find_next_moment(runtime: Runtime, unplayed: Sequence[PlayedItem]) -> datetime | None:
    """The next moment at which something happens; None at the end."""
    with runtime.database.begin() as tx:
        moments = [store.outbox.next_news(tx), store.stories.next_close(tx), unplayed[0][0].at if unplayed else None]
    return min((moment for moment in moments if moment), default=None)


async def _deliver_all(runtime: Runtime, recorder: RecordingNotifier, now: datetime) -> list[dict[str, Any]]:
    """Deliver until nothing with news is due; the lines of deliveries.jsonl for all that said something."""
    deliveries: list[dict[str, Any]] = []
    for _ in range(_MAX_ROUNDS):
        results = await asyncio.gather(*await deliver_due(runtime, now))
        deliveries += [
            _delivery_as_json(result.delivery, result.subscriber, result.outcome, recorder, now) for result in results
        ]
        if not results:
            break
    return [delivery for delivery in deliveries if delivery["paragraphs"]]


def _delivery_as_json(
    delivery: str, subscriber: str, outcome: str, recorder: RecordingNotifier, now: datetime
) -> dict[str, Any]:
    """A line of deliveries.jsonl; "answers" is the message in whose thread it stands."""
    message = recorder.messages.get(delivery)
    sections = message.sections if message else ()
    paragraphs = [(section.heading, paragraph) for section in sections for paragraph in section.paragraphs]
    receipts = (paragraph.first_receipt for _, paragraph in paragraphs)
    return {
        "at": now.isoformat(),
        "subscriber": subscriber,
        "delivery": delivery,
        "outcome": outcome,
        "subject": message.subject if message else "",
        "answers": next((receipt.message for receipt in receipts if receipt), None),
        "paragraphs": [
            {
                "section": heading,
                "alert": paragraph.alert,
                "status": paragraph.status,
                "title": paragraph.title,
                "lines": {LABELS[kind]: words for kind, words in paragraph.lines},
                "note": paragraph.note,
                "source": paragraph.source,
                "said": paragraph.said,
                "details": {LABELS[kind]: words for kind, words in paragraph.details},
            }
            for heading, paragraph in paragraphs
        ],
    }


def _load_result(
    runtime: Runtime,
    rows_of: Mapping[str, ReplayRow],
    deliveries: Sequence[Mapping[str, Any]],
    messages: Mapping[str, Message],
) -> ReplayResult:
    with runtime.database.begin() as tx:
        stories = store.stories.find(tx, store.stories.all_ids(tx))
        alerts = store.alerts.since(tx, datetime.min.replace(tzinfo=UTC))
    lines = [alert_as_json(alert, rows_of) for alert in alerts if alert.story]
    return ReplayResult(
        stories=[story_as_json(story, rows_of) for story in stories.values()],
        alerts=[line for line in lines if line["reason"] in FOR_READERS],
        notes=[line for line in lines if line["reason"] not in FOR_READERS],
        deliveries=deliveries,
        played=len(rows_of),
        messages=messages,
    )
