"""The evidence pack of a Story: all that we know of it as plain values, and its bytes checked against their hashes.

No clock, no chance, and only what the database holds: the same rows give the same pack, byte for byte. Subscribers are
named by their ids; addresses are personal data and never get here.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.region_text import is_region_text
from watcher.core.language.sentences import split_sentences
from watcher.core.language.urls import redact_url
from watcher.core.pages.compare import without_reworded
from watcher.core.pages.versions import compare_versions
from watcher.core.stories.lead_times import PublicationOrder, story_lead_time
from watcher.model import Alert, DeliveryRecord, Item, Match, Origin, Published, Story, StoryItem, Verdict, Version

GONE = "no longer kept; its hash stays"
# Markup is written as .txt: a double click must show it, not run what a publisher put into it.
_ENDINGS = {"application/json": "json", "application/pdf": "pdf", "application/feed+json": "json"}
_MARKUP = lazy_regex(r"^(?:text/|application/(?:[\w.-]+\+)?xml)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRevision:
    """One version of an Item as we read it, and when."""

    revision: int
    title: str
    summary: str
    text: str
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceData:
    """Everything in the database about one Story; all but `bytes_by_hash` (bytes by SHA-256, compressed) by Item."""

    story: Story
    items: Mapping[str, Item]
    revisions: Mapping[str, Sequence[ItemRevision]]
    matches: Mapping[str, Sequence[Match]]
    origins: Mapping[str, Sequence[Origin]]
    bytes_by_hash: Mapping[str, bytes] = field(repr=False)
    alerts: Sequence[Alert]
    deliveries: Sequence[DeliveryRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePack:
    """A pack to write: `facts` (pack.json, and the page made of them), the files of bytes, and what is damaged."""

    facts: Mapping[str, Any]
    files: Mapping[str, bytes] = field(repr=False)
    damaged: tuple[str, ...]


def build_evidence(evidence: EvidenceData) -> EvidencePack:
    """Everything about one Story. Bytes that no longer have their hash are named as damaged and left out."""
    origins = {origin.sha256: origin for of_item in evidence.origins.values() for origin in of_item}
    checked = {sha256: _check_bytes(origin, evidence.bytes_by_hash.get(sha256)) for sha256, origin in origins.items()}
    files = {
        f"bytes/{sha256}.{_ending(origins[sha256], body)}": body
        for sha256, (body, _) in checked.items()
        if body is not None
    }
    file_names = {name[6:70]: name for name in files}
    notes = {sha256: note for sha256, (_, note) in checked.items()}
    story_items = sorted(evidence.story.items, key=lambda item: (item.seen_at, item.item))
    facts = {
        "story": _story_as_json(evidence.story),
        "items": [_item_as_json(evidence, item, file_names, notes) for item in story_items],
        "alerts": [_alert_as_json(alert, evidence.deliveries) for alert in evidence.alerts],
    }
    damaged = tuple(f"{sha256}: {note}" for sha256, note in sorted(notes.items()) if note not in {"", GONE})
    return EvidencePack(facts=facts, files=files, damaged=damaged)


# --- bytes --------------------------------------------------------------------------------------------------------


def _check_bytes(origin: Origin, compressed: bytes | None) -> tuple[bytes | None, str]:
    """The bytes if they are those that we once read, and a note where they are not."""
    if compressed is None:
        return None, GONE
    try:
        body = zlib.decompressobj().decompress(compressed, origin.size + 1)
    except zlib.error:
        return None, "DAMAGED: the bytes kept in the database cannot be unpacked any more"
    sha256 = hashlib.sha256(body).hexdigest()
    if sha256 != origin.sha256:
        return None, f"DAMAGED: the bytes kept in the database now have another hash, {sha256}"
    return body, ""


def _ending(origin: Origin, body: bytes) -> str:
    kind = origin.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body.startswith(b"%PDF"):
        return "pdf"
    if kind in _ENDINGS:
        return _ENDINGS[kind]
    return "txt" if _MARKUP.match(kind) or body.lstrip()[:1] == b"<" else "bin"


# --- facts --------------------------------------------------------------------------------------------------------


def _story_as_json(story: Story) -> dict[str, Any]:
    lead_time = story_lead_time(story)
    return {
        "id": story.id,
        "title": story.title,
        "status": str(story.status),
        "topics": list(story.topics),
        "opened": _iso(story.opened_at),
        "first": {
            "by_first_seen": {
                **_order_as_json(lead_time.seen_order),
                "publisher": lead_time.first_item.publisher,
                "at": _iso(lead_time.first_item.seen_at),
            },
            "by_publishers_dates": _order_as_json(lead_time.dated_order),
            "official": lead_time.body or None,
        },
    }


def _order_as_json(order: PublicationOrder) -> dict[str, Any]:
    return {"first": str(order.first), "lead_seconds": order.lead.total_seconds() if order.lead is not None else None}


def _item_as_json(
    evidence: EvidenceData, story_item: StoryItem, file_names: Mapping[str, str], notes: Mapping[str, str]
) -> dict[str, Any]:
    item = evidence.items[story_item.item]
    origins = evidence.origins.get(item.id, ())
    revisions = evidence.revisions.get(item.id, ())
    previous: list[ItemRevision | None] = [None, *revisions[:-1]]
    return {
        "id": item.id,
        "source": item.source,
        "publisher": story_item.publisher,
        "trust": str(story_item.trust),
        "url": redact_url(item.url),
        "title": item.title,
        "first_seen": _iso(story_item.seen_at),
        "published": _published_as_json(item.published),
        "withdrawn": item.withdrawn,
        "matches": [asdict(match) for match in evidence.matches.get(item.id, ())],
        "revisions": [
            {
                **asdict(revision),
                "seen": _iso(revision.seen),
                "changes": changes_between(before, revision) if before else [],
                "read_from": [
                    _origin_as_json(origin, file_names, notes)
                    for origin in origins
                    if origin.revision == revision.revision
                ],
            }
            for before, revision in zip(previous, revisions, strict=True)
        ],
    }


def _published_as_json(published: Published) -> dict[str, Any]:
    return {
        "as_written": published.literal,
        "precision": str(published.precision),
        "at": _iso(published.at),
        "day": published.day.isoformat() if published.day else None,
    }


def _origin_as_json(origin: Origin, file_names: Mapping[str, str], notes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "part": origin.part,
        "asked": origin.asked,
        "url": origin.url,
        "status": origin.status,
        "fetched_at": _iso(origin.fetched_at),
        "headers": dict(sorted(origin.headers.items())),
        "sha256": origin.sha256,
        "size": origin.size,
        "bytes": file_names.get(origin.sha256),
        "note": notes[origin.sha256],
    }


def _alert_as_json(alert: Alert, deliveries: Sequence[DeliveryRecord]) -> dict[str, Any]:
    records = [record for record in deliveries if record.alert == alert.id]
    reached = Counter(
        f"{record.via or 'unknown channel'}, {record.pace}" for record in records if record.state == "sent"
    )
    return {
        "id": alert.id,
        "reason": str(alert.reason),
        "at": _iso(alert.at),
        "item": alert.item,
        "revision": alert.revision,
        "status": str(alert.status) if alert.status else None,
        "topics": list(alert.topics),
        "relevance": alert.relevance,
        "reached": dict(sorted(reached.items())),
        "deliveries": [
            {**asdict(record), "due": _iso(record.due), "sent_at": _iso(record.sent_at)} for record in records
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# --- what changed -------------------------------------------------------------------------------------------------


def changes_between(before: ItemRevision, after: ItemRevision) -> list[dict[str, str]]:
    """Each change between two revisions: in which field, its wording before and after ("": nothing).

    The text of a watched page is compared as its alerts compare it, so that both show the same; any other text, and
    headlines and summaries, sentence by sentence.
    """
    is_watched = is_region_text(before.text) and is_region_text(after.text)
    by_field = {
        "title": _changed_sentences(before.title, after.title),
        "summary": _changed_sentences(before.summary, after.summary),
        "text": (_changed_lines if is_watched else _changed_sentences)(before.text, after.text),
    }
    return [{"field": name, "was": was, "now": now} for name, pairs in by_field.items() for was, now in pairs]


def _changed_lines(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The changes of a watched page's lines: its notice of withdrawal, members that left or joined, other text."""
    change = compare_versions(Version(title="", text=before), Version(title="", text=after))
    if change.verdict is Verdict.WITHDRAWN:
        yield "", change.why
    lists = without_reworded(change)
    yield from ((line.text, "") for line in lists.removed)
    yield from (("", line.text) for line in lists.added)
    yield from ((pair.was, pair.now) for pair in change.text)


def _changed_sentences(before: str, after: str) -> Iterator[tuple[str, str]]:
    was, now = list(split_sentences(before)), list(split_sentences(after))
    for kind, was_from, was_to, now_from, now_to in SequenceMatcher(None, was, now).get_opcodes():
        if kind != "equal":
            yield " ".join(was[was_from:was_to]), " ".join(now[now_from:now_to])
