"""The files of an evidence pack: facts from the database, a page for people, the bytes, and a manifest of hashes."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher import __version__, store
from watcher.core.language.format import format_duration, format_moment
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.urls import clean_link
from watcher.core.pages.word_diff import diff_words
from watcher.model import TextChange
from watcher.reports.evidence import EvidenceData, EvidencePack, ItemRevision
from watcher.store.database import Database

MANIFEST = "manifest.sha256"
_BYTES_FILE = lazy_regex(r"^bytes/[0-9a-f]{64}\.[a-z]{2,4}$")

_PAGES = Environment(loader=PackageLoader("watcher.reports"), autoescape=True, undefined=StrictUndefined)
_PAGES.filters |= {
    "link": clean_link,
    "clock": lambda moment: format_moment(datetime.fromisoformat(moment)),
    "length": lambda seconds: format_duration(timedelta(seconds=seconds)),
}
_PAGES.globals["diff_words"] = lambda was, now: diff_words(TextChange(was=was, now=now))


def load_evidence(database: Database, id_or_address: str) -> EvidenceData | None:
    """The evidence for a Story, named by its id or by the id or address of one of its Items; None if there is none."""
    with database.begin() as tx:
        story = store.stories.find_named(tx, id_or_address)
        if story is None or not story.items:
            return None
        ids = [item.item for item in story.items]
        origins = store.origins.of_items(tx, ids)
        hashes = {origin.sha256 for of_item in origins.values() for origin in of_item}
        return EvidenceData(
            story=story,
            items=store.items.find(tx, ids),
            revisions={
                item_id: [_read_revision(row) for row in store.items.revisions_of(tx, item_id)] for item_id in ids
            },
            matches=store.items.matches_of(tx, ids),
            origins=origins,
            bytes_by_hash=store.origins.compressed_bytes(tx, hashes),
            alerts=store.alerts.about_story(tx, story.id),
            deliveries=store.outbox.delivery_records(tx, story.id),
        )


def _read_revision(row: Any) -> ItemRevision:
    return ItemRevision(revision=row.revision, title=row.title, summary=row.summary, text=row.text, seen=row.seen)


def evidence_files(pack: EvidencePack) -> Mapping[str, bytes]:
    """The body of each file of the pack by its name; `sha256sum --check manifest.sha256` checks them."""
    facts = json.dumps(pack.facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    written = {**pack.files, "pack.json": facts.encode(), "index.html": evidence_page(pack).encode()}
    hashes = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(written.items())]
    return {**written, MANIFEST: "".join(hashes).encode()}


def evidence_page(pack: EvidencePack) -> str:
    """The facts as one HTML page without scripts; all text of publishers is escaped."""
    style = _PAGES.get_template("pack.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _PAGES.get_template("pack.html")
    return template.render(pack.facts, damaged=pack.damaged, style=style, digest=digest, version=__version__)


def write_evidence(folder: Path, written: Mapping[str, bytes]) -> None:
    """Write the files into `folder`; bytes that an earlier pack left there go, and nothing else there is touched."""
    (folder / "bytes").mkdir(parents=True, exist_ok=True)
    for file in sorted((folder / "bytes").iterdir()):
        name = f"bytes/{file.name}"
        if _BYTES_FILE.match(name) and name not in written:
            file.unlink()
    for name, body in written.items():
        (folder / name).write_bytes(body)
