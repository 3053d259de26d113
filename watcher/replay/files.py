"""The results of a replay: the files of contracts.md, and a summary for people."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from watcher.model import Alert, Message, Reason, Story
from watcher.replay.rows import ReplayRow

FOR_READERS = frozenset(Reason) - {Reason.NEEDS_ADMIN, Reason.STILL_REPORTED}  # the reasons that alerts.jsonl may have


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """The lines of the four files as JSON, how many items were played, and the Messages by their Deliveries."""

    stories: Sequence[Mapping[str, Any]]
    alerts: Sequence[Mapping[str, Any]]
    notes: Sequence[Mapping[str, Any]]
    deliveries: Sequence[Mapping[str, Any]]
    played: int
    messages: Mapping[str, Message]


def alert_as_json(alert: Alert, rows_of: Mapping[str, ReplayRow]) -> dict[str, Any]:
    """A line of alerts.jsonl; `rows_of` are the played rows by the ids of their Items."""
    return {
        "id": alert.id,
        "at": alert.at.isoformat(),
        "reason": alert.reason,
        "story": alert.story,
        "item": rows_of[alert.item].id,
        "topics": alert.topics,
        "status": alert.status,
    }


def story_as_json(story: Story, rows_of: Mapping[str, ReplayRow]) -> dict[str, Any]:
    """A line of stories.jsonl as contracts.md has it, with the changes of status and the reasons for joining."""
    first, official = story.items[0], story.official
    unofficial = next((item for item in story.items if not item.trust.confirms), None)
    lead = (official.seen_at - unofficial.seen_at) / timedelta(hours=1) if official and unofficial else None
    return {
        "story": story.id,
        "title": story.title,
        "items": [rows_of[item.item].id for item in story.items],
        "topics": story.topics,
        "status": story.status,
        "first_heard": {
            "item": rows_of[first.item].id,
            "kind": rows_of[first.item].kind,
            "at": rows_of[first.item].date_literal,
        },
        "official": {"item": rows_of[official.item].id, "at": rows_of[official.item].date_literal}
        if official
        else None,
        "lead_hours": None if lead is None else round(lead, 2),
        "turns": [
            {**asdict(change), "item": rows_of[change.item].id, "at": change.at.isoformat()}
            for change in story.status_changes
        ],
        "joined": {rows_of[item.item].id: item.join_reason for item in story.items if item.join_reason},
        "follows": story.follows or None,
    }


def summary(result: ReplayResult, undated: int) -> list[str]:
    """The counts as lines for people; `undated` rows were left out."""
    statuses = Counter(str(story["status"]) for story in result.stories)
    reasons = Counter(str(alert["reason"]) for alert in [*result.alerts, *result.notes])
    leads = sorted(story["lead_hours"] for story in result.stories if story["lead_hours"] is not None)
    media_leads = [lead for lead in leads if lead > 0]
    lines = [
        f"items played     {result.played}, and {undated} without a date left out",
        f"stories          {len(result.stories)}: {_format_counts(statuses)}",
        f"alerts           {sum(reasons.values())}: {_format_counts(reasons)}",
        f"deliveries       {len(result.deliveries)}",
        f"media first      {len(media_leads)} of {len(leads)} stories that both told",
    ]
    return [*lines, f"  by (median)    {median(media_leads):.1f} hours"] if media_leads else lines


def _format_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items()) or "none"


def write_files(result: ReplayResult, out: Path) -> None:
    """Write the files of contracts.md into the folder `out`; files of these names are replaced."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("stories", "alerts", "notes", "deliveries"):
        lines = (json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in getattr(result, name))
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
