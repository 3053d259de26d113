"""Writing an evidence pack: facts from the database, a page for people, the bytes, and a manifest of all hashes."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher import __version__, store
from watcher.core.language.format import format_duration, format_moment
from watcher.core.language.text import clean_link
from watcher.reports.evidence import EvidenceData, EvidencePack, ItemRevision, marked
from watcher.store.database import Database

MANIFEST = "manifest.sha256"
_OURS = re.compile(r"^bytes/[0-9a-f]{64}\.[a-z]{2,4}$")

_PAGES = Environment(loader=PackageLoader("watcher.reports"), autoescape=True, undefined=StrictUndefined)
_PAGES.filters |= {
    "link": clean_link,
    "clock": lambda moment: format_moment(datetime.fromisoformat(moment)),
    "length": lambda seconds: format_duration(timedelta(seconds=seconds)),
}
_PAGES.globals["marked"] = marked


def load_evidence(database: Database, wanted: str) -> EvidenceData | None:
    """All about the Story with this id, or that the Item with this id or address tells; None when there is none."""
    with database.begin() as tx:
        story = store.stories.find_named(tx, wanted)
        if story is None or not story.items:
            return None
        ids = [each.item for each in story.items]
        origins = store.origins.of_items(tx, ids)
        return EvidenceData(
            story=story,
            items=store.items.find(tx, ids),
            revisions={each: [_revision(row) for row in store.items.revisions_of(tx, each)] for each in ids},
            matches=store.items.matches_of(tx, ids),
            origins=origins,
            bytes_by_hash=store.origins.compressed_bytes(tx, {one.sha256 for each in origins.values() for one in each}),
            alerts=store.stories.alerts_about(tx, story.id),
            deliveries=store.outbox.delivery_records(tx, story.id),
        )


def _revision(row: Any) -> ItemRevision:
    return ItemRevision(revision=row.revision, title=row.title, summary=row.summary, text=row.text, seen=row.seen)


def evidence_files(pack: EvidencePack) -> Mapping[str, bytes]:
    """Every file of the pack by its name; the manifest can be checked with `sha256sum --check`."""
    facts = json.dumps(pack.facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    written = {**pack.files, "pack.json": facts.encode(), "index.html": evidence_page(pack).encode()}
    hashes = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(written.items())]
    return {**written, MANIFEST: "".join(hashes).encode()}


def evidence_page(pack: EvidencePack) -> str:
    """The facts as one page without a script; all text of publishers is inert."""
    style = _PAGES.get_template("pack.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _PAGES.get_template("pack.html")
    return template.render(pack.facts, damaged=pack.damaged, style=style, digest=digest, version=__version__)


def write_evidence(folder: Path, written: Mapping[str, bytes]) -> None:
    """Write the files; bytes that an earlier pack left in `folder` go, and nothing else there is touched."""
    (folder / "bytes").mkdir(parents=True, exist_ok=True)
    for each in sorted((folder / "bytes").iterdir()):
        name = f"bytes/{each.name}"
        if _OURS.match(name) and name not in written:
            each.unlink()
    for name, body in written.items():
        (folder / name).write_bytes(body)
