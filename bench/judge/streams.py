"""What real streams of headlines would have told: whole weeks of the press, ten days of January, official items."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.messages import play_rows, read_readers
from watcher.model import Message
from watcher.replay.rows import read_row

_TAG = re.compile(r"<[^<>]*>")
_SUMMARY_CHARACTERS = 500  # a feed's description, not the whole article


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a reader hears of a stream, by the ids of its rows.

    `at_once`: the first Alert of a Story; `waiting`: the same in a digest alone; `told`: all rows of a Story of which
    something was told; `reasons`: all Alerts by their reason.
    """

    at_once: set[str]
    waiting: set[str]
    told: set[str]
    reasons: Counter[str]


def play_stream(rows: Sequence[Mapping[str, Any]], folder: Path, topics: Path) -> Heard:
    """What would have been told of these rows, by the folder `topics`. `folder` is an empty one for the readers."""
    played = [row for fields in rows if (row := read_row(fields))]
    result, sent = play_rows(played, read_readers(folder, topics))
    alerts = {alert["id"]: alert for alert in [*result.alerts, *result.notes]}
    at_once = _alerts_in(each.message for each in sent if not each.message.digest)
    waiting = _alerts_in(each.message for each in sent if each.message.digest)
    heard = {each for each in alerts if alerts[each]["reason"] == "first_heard"}
    loud = {alerts[each]["item"] for each in heard & at_once}
    told_stories = {alerts[each]["story"] for each in (at_once | waiting) & alerts.keys()}
    return Heard(
        at_once=loud,
        waiting={alerts[each]["item"] for each in heard & waiting} - loud,
        told={item for story in result.stories if story["story"] in told_stories for item in story["items"]},
        reasons=Counter(str(alert["reason"]) for alert in alerts.values()),
    )


def _alerts_in(messages: Iterable[Message]) -> set[str]:
    return {paragraph.alert for message in messages for paragraph in message.paragraphs if paragraph.alert}


def read_json_feed(path: Path, publisher: str) -> list[dict[str, Any]]:
    """The items of a stored JSON Feed as rows of a replay."""
    items = json.loads(path.read_text(encoding="utf-8"))["items"] if path.is_file() else []
    return [
        {
            "id": item["id"],
            "title": item["title"],
            "summary": " ".join(html.unescape(_TAG.sub(" ", item["content_html"])).split())[:_SUMMARY_CHARACTERS],
            "publisher": publisher,
            "publisher_kind": "press",
            "url": item["url"],
            "published": item["date_published"],
        }
        for item in items
    ]
