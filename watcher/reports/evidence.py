"""The evidence pack of a Story: all that we know of it as plain values, and its bytes checked against their hashes.

No clock, no chance, and only what the database holds: the same rows give the same pack, byte for byte. Subscribers are
named by their ids; addresses are personal data and never get here.
"""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from watcher.core.language.text import redact_url
from watcher.core.stories.lead_times import PublicationOrder, story_lead_time
from watcher.model import Alert, DeliveryRecord, Item, Match, Origin, Published, Story, StoryItem

MOST_WORDS = 400  # longer sentences are shown whole, without marking words
GONE = "no longer kept; its hash stays"
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
# Markup is written as .txt: a double click must show it, not run what a publisher put into it.
_ENDINGS = {"application/json": "json", "application/pdf": "pdf", "application/feed+json": "json"}
_MARKUP = re.compile(r"^(?:text/|application/(?:[\w.-]+\+)?xml)")


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
    """What the database holds of one Story; all but `bytes_by_hash` (bytes by SHA-256, compressed) by Item."""

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
    """What is written: `facts` (pack.json, and the page made of them), the files of bytes, and what is damaged."""

    facts: Mapping[str, Any]
    files: Mapping[str, bytes] = field(repr=False)
    damaged: tuple[str, ...]


def build_evidence(gathered: EvidenceData) -> EvidencePack:
    """Everything about one Story. Bytes that no longer have their hash are named as damaged and left out."""
    known = {each.sha256: each for origins in gathered.origins.values() for each in origins}
    checked = {name: _checked(origin, gathered.bytes_by_hash.get(name)) for name, origin in known.items()}
    files = {
        f"bytes/{name}.{_ending(known[name], body)}": body for name, (body, _) in checked.items() if body is not None
    }
    names = {file[6:70]: file for file in files}
    notes = {name: note for name, (_, note) in checked.items()}
    tellings = sorted(gathered.story.items, key=lambda each: (each.seen_at, each.item))
    facts = {
        "story": _story(gathered.story),
        "items": [_item(gathered, each, names, notes) for each in tellings],
        "alerts": [_alert(each, gathered.deliveries) for each in gathered.alerts],
    }
    damaged = tuple(f"{name}: {note}" for name, note in sorted(notes.items()) if note not in {"", GONE})
    return EvidencePack(facts=facts, files=files, damaged=damaged)


# --- bytes --------------------------------------------------------------------------------------------------------


def _checked(origin: Origin, packed: bytes | None) -> tuple[bytes | None, str]:
    """The bytes if they are those that we once read, and a note where they are not."""
    if packed is None:
        return None, GONE
    try:
        body = zlib.decompressobj().decompress(packed, origin.size + 1)
    except zlib.error:
        return None, "DAMAGED: the bytes kept in the database cannot be unpacked any more"
    found = hashlib.sha256(body).hexdigest()
    if found != origin.sha256:
        return None, f"DAMAGED: the bytes kept in the database now have another hash, {found}"
    return body, ""


def _ending(origin: Origin, body: bytes) -> str:
    kind = origin.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body.startswith(b"%PDF"):
        return "pdf"
    if kind in _ENDINGS:
        return _ENDINGS[kind]
    return "txt" if _MARKUP.match(kind) or body.lstrip()[:1] == b"<" else "bin"


# --- facts --------------------------------------------------------------------------------------------------------


def _story(story: Story) -> dict[str, Any]:
    told = story_lead_time(story)
    return {
        "id": story.id,
        "title": story.title,
        "status": str(story.status),
        "topics": list(story.topics),
        "opened": _moment(story.opened_at),
        "first": {
            "by_first_seen": {
                **_order(told.seen_order),
                "publisher": told.first_item.publisher,
                "at": _moment(told.first_item.seen_at),
            },
            "by_publishers_dates": _order(told.dated_order),
            "official": told.body or None,
        },
    }


def _order(order: PublicationOrder) -> dict[str, Any]:
    return {"first": str(order.first), "lead_seconds": order.lead.total_seconds() if order.lead is not None else None}


def _item(
    gathered: EvidenceData, told: StoryItem, files: Mapping[str, str], notes: Mapping[str, str]
) -> dict[str, Any]:
    item = gathered.items[told.item]
    origins = gathered.origins.get(item.id, ())
    revisions = _whole(item, gathered.revisions.get(item.id, ()))
    before: list[ItemRevision | None] = [None, *revisions[:-1]]
    return {
        "id": item.id,
        "source": item.source,
        "publisher": told.publisher,
        "trust": str(told.trust),
        "url": redact_url(item.url),
        "title": item.title,
        "first_seen": _moment(told.seen_at),
        "published": _published(item.published),
        "withdrawn": item.withdrawn,
        "matches": [asdict(each) for each in gathered.matches.get(item.id, ())],
        "revisions": [
            {
                **asdict(each),
                "seen": _moment(each.seen),
                "changes": changes(was, each) if was else [],
                "read_from": [_origin(one, files, notes) for one in origins if one.revision == each.revision],
            }
            for was, each in zip(before, revisions, strict=True)
        ],
    }


def _whole(item: Item, revisions: Sequence[ItemRevision]) -> list[ItemRevision]:
    """The newest as the Item has it: where its page was read at a later look, its text came after its row."""
    newest = [each for each in revisions if each.revision == item.revision]
    others = [each for each in revisions if each.revision != item.revision]
    values = {"title": item.title, "summary": item.summary, "text": item.text, "revision": item.revision}
    return [*others, *(ItemRevision(seen=each.seen, **values) for each in newest)]  # type: ignore[arg-type]


def _published(published: Published) -> dict[str, Any]:
    return {
        "as_written": published.literal,
        "precision": str(published.precision),
        "at": _moment(published.at),
        "day": published.day.isoformat() if published.day else None,
    }


def _origin(origin: Origin, files: Mapping[str, str], notes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "part": origin.part,
        "asked": origin.asked,
        "url": origin.url,
        "status": origin.status,
        "fetched_at": _moment(origin.fetched_at),
        "headers": dict(sorted(origin.headers.items())),
        "sha256": origin.sha256,
        "size": origin.size,
        "bytes": files.get(origin.sha256),
        "note": notes[origin.sha256],
    }


def _alert(alert: Alert, handed: Sequence[DeliveryRecord]) -> dict[str, Any]:
    mine = [each for each in handed if each.alert == alert.id]
    kinds = Counter(f"{each.via or 'unknown channel'}, {each.pace}" for each in mine if each.state == "sent")
    return {
        "id": alert.id,
        "reason": str(alert.reason),
        "at": _moment(alert.at),
        "item": alert.item,
        "revision": alert.revision,
        "status": str(alert.status) if alert.status else None,
        "topics": list(alert.topics),
        "relevance": alert.relevance,
        "reached": dict(sorted(kinds.items())),
        "deliveries": [{**asdict(each), "due": _moment(each.due), "sent_at": _moment(each.sent_at)} for each in mine],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# --- what changed -------------------------------------------------------------------------------------------------


def changes(before: ItemRevision, after: ItemRevision) -> list[dict[str, str]]:
    """Sentence by sentence: in which field, what it was and what it is now ("" where there was, or is, nothing)."""
    found = []
    for name in ("title", "summary", "text"):
        was, now = (_SENTENCE_END.split(getattr(each, name)) for each in (before, after))
        for kind, a, b, c, d in SequenceMatcher(None, was, now).get_opcodes():
            if kind != "equal":
                found.append({"field": name, "was": " ".join(was[a:b]), "now": " ".join(now[c:d])})
    return found


def marked(was: str, now: str) -> list[tuple[str, str]]:
    """Both sentences in one, word by word, as (kept, removed or added; words), for people."""
    old, new = was.split(), now.split()
    if len(old) + len(new) > MOST_WORDS:
        return [("removed", was), ("added", now)]
    parts: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        pieces = [("kept", old[a:b])] if kind == "equal" else [("removed", old[a:b]), ("added", new[c:d])]
        parts += [(word, " ".join(words)) for word, words in pieces if words]
    return parts
