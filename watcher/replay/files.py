"""What a replay came to: the files of contracts.md, and the summary for a person."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from watcher.model import Alert, Reason, Story
from watcher.replay.rows import ReplayRow

FOR_READERS = frozenset(Reason) - {Reason.NEEDS_ADMIN, Reason.STILL_REPORTED}  # the reasons that alerts.jsonl may have


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What came of it: the lines of the three files, and what the summary says."""

    stories: Sequence[Mapping[str, Any]]
    alerts: Sequence[Mapping[str, Any]]
    notes: Sequence[Mapping[str, Any]]
    deliveries: Sequence[Mapping[str, Any]]
    played: int


def alert_as_json(alert: Alert, rows_of: Mapping[str, ReplayRow]) -> dict[str, Any]:
    """A line of alerts.jsonl."""
    return {
        "at": alert.at.isoformat(),
        "reason": alert.reason,
        "story": alert.story,
        "item": rows_of[alert.item].id,
        "topics": alert.topics,
        "status": alert.status,
    }


def story_as_json(story: Story, rows_of: Mapping[str, ReplayRow]) -> dict[str, Any]:
    """A line of stories.jsonl, as contracts.md has it, with the turns and the reasons for joining."""
    first, official = story.items[0], story.official
    other = next((each for each in story.items if not each.trust.confirms), None)
    lead = (official.seen_at - other.seen_at) / timedelta(hours=1) if official and other else None
    return {
        "story": story.id,
        "title": story.title,
        "items": [rows_of[each.item].id for each in story.items],
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
            {**asdict(turn), "item": rows_of[turn.item].id, "at": turn.at.isoformat()} for turn in story.status_changes
        ],
        "joined": {rows_of[each.item].id: each.join_reason for each in story.items if each.join_reason},
        "follows": story.follows or None,
    }


def summary(played: ReplayResult, undated: int) -> list[str]:
    """What a person wants to know first."""
    statuses = Counter(str(each["status"]) for each in played.stories)
    reasons = Counter(str(each["reason"]) for each in [*played.alerts, *played.notes])
    leads = sorted(each["lead_hours"] for each in played.stories if each["lead_hours"] is not None)
    media = [each for each in leads if each > 0]
    lines = [
        f"items played     {played.played}, and {undated} without a date left out",
        f"stories          {len(played.stories)}: {_counts(statuses)}",
        f"alerts           {sum(reasons.values())}: {_counts(reasons)}",
        f"deliveries       {len(played.deliveries)}",
        f"media first      {len(media)} of {len(leads)} stories that both told",
    ]
    return [*lines, f"  by (median)    {median(media):.1f} hours"] if media else lines


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counted.items()) or "none"


def write_files(played: ReplayResult, out: Path) -> None:
    """The files of contracts.md, in `out`; what was there before under these names is replaced."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("stories", "alerts", "notes", "deliveries"):
        lines = (json.dumps(each, ensure_ascii=False, default=str) + "\n" for each in getattr(played, name))
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
