"""The rows of a file stand in for the sources, and a recorder for the channels.

What lies between is production's code: `poll`, `decide`, the store, the plan, `deliver`. Mornings without news are not
played.
"""

import asyncio
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher import app, store
from watcher.config import Configuration, Settings
from watcher.deliver import deliver_due
from watcher.poll import poll_due
from watcher.replay.files import FOR_READERS, ReplayResult, alert_as_json, story_as_json
from watcher.replay.rows import ReplayRow
from watcher.replay.stage import RecordingNotifier, ReplayStage, Shown, stand_in_sources
from watcher.runtime import Runtime

_MAX_SENDS = 500  # rounds for the Deliveries of one moment; each takes one from every channel


def replay_items(rows: Iterable[ReplayRow], checked: Configuration, known: Settings) -> ReplayResult:
    """Play `rows` in the order of their dates, for the configured Topics and Subscribers."""
    ordered = sorted(rows, key=lambda each: (each.at, each.id))
    stage = ReplayStage(now=(ordered[0].at if ordered else datetime(2020, 1, 1, tzinfo=UTC)) - timedelta(hours=1))
    sources, rows_of = stand_in_sources(ordered, stage)
    staged = replace(
        checked,
        sources={each.id: each for each in sources.values()},
        subscribers={
            name: replace(each, via="recorder", address=name, admin=False) for name, each in checked.subscribers.items()
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_played(staged, known, f"sqlite:///{folder}/replay.db", stage, rows_of))


async def _played(
    checked: Configuration, known: Settings, address: str, stage: ReplayStage, shown: list[Shown]
) -> ReplayResult:
    recorder = RecordingNotifier(known.environment)
    sent: list[dict[str, Any]] = []
    async with app.open_runtime(known, replace(checked, subscribers={}), address, stage.clock) as opened:
        desk = replace(opened, configuration=checked, notifiers={"recorder": recorder})
        await asyncio.gather(*await poll_due(desk, stage.now, forced=True))  # watched since before the first row
        left = list(shown)
        while (moment := await desk.run_in_thread(_next, desk, left)) is not None:
            stage.now = moment
            while left and left[0][0].at <= moment:
                _, item = left.pop(0)
                stage.shown.setdefault(item.source, []).append(item)
            wanted = {item.source for each, item in shown if each.at == moment}
            for source in sorted(wanted):
                await asyncio.gather(*await poll_due(desk, moment, only=[source], forced=True))
            sent += await _handed_over(desk, recorder, moment)
        return await desk.run_in_thread(_told, desk, {item.id: each for each, item in shown}, sent)


def _next(desk: Runtime, left: Sequence[Shown]) -> datetime | None:
    """The next moment at which something happens; None at the end."""
    with desk.database.begin() as tx:
        due = [store.outbox.next_news(tx), store.stories.next_close(tx), left[0][0].at if left else None]
    return min((each for each in due if each), default=None)


async def _handed_over(desk: Runtime, recorder: RecordingNotifier, now: datetime) -> list[dict[str, Any]]:
    """Deliver until nothing with news is due."""
    sent: list[dict[str, Any]] = []
    for _ in range(_MAX_SENDS):
        done = await asyncio.gather(*await deliver_due(desk, now))
        sent += [_sent(each.delivery, each.subscriber, each.outcome, recorder, now) for each in done]
        if not done:
            break
    return [each for each in sent if each["paragraphs"]]


def _sent(delivery: str, subscriber: str, outcome: str, recorder: RecordingNotifier, now: datetime) -> dict[str, Any]:
    message = recorder.kept.get(delivery)
    shown = message.paragraphs if message else ()
    return {
        "at": now.isoformat(),
        "subscriber": subscriber,
        "delivery": delivery,
        "outcome": outcome,
        "subject": message.subject if message else "",
        "answers": next((each.first_receipt.message for each in shown if each.first_receipt), None),
        "paragraphs": [
            {"alert": each.alert, "heading": each.heading, "title": each.title, "facts": dict(each.facts)}
            for each in shown
        ],
    }


def _told(desk: Runtime, rows_of: Mapping[str, ReplayRow], sent: Sequence[Mapping[str, Any]]) -> ReplayResult:
    with desk.database.begin() as tx:
        stories = store.stories.find(tx, store.stories.all_ids(tx))
        alerts = store.stories.alerts_since(tx, datetime.min.replace(tzinfo=UTC))
    lines = [alert_as_json(each, rows_of) for each in alerts if each.story]
    return ReplayResult(
        stories=[story_as_json(each, rows_of) for each in stories.values()],
        alerts=[each for each in lines if each["reason"] in FOR_READERS],
        notes=[each for each in lines if each["reason"] not in FOR_READERS],
        deliveries=sent,
        played=len(rows_of),
    )
