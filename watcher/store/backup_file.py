"""The file of a backup: a tar of a snapshot of the database, the configuration, the key, and a manifest of it all.

It appears under its name only when it is whole, on the disk, and has been read back.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from watcher import __version__
from watcher.errors import BadDatabase
from watcher.failpoint import failpoint
from watcher.store.database import Database, list_revisions
from watcher.store.snapshot import TableDigest, digest_tables, take_snapshot
from watcher.store.work_folder import is_in_work, work_folder

SUFFIX = ".wbk"
SNAPSHOT, MANIFEST, KEY = "data.sqlite", "manifest.json", "watcher.key"
_PART = ".part"  # in the name of the folder in which a backup is made, beside it
_CURE = "use another backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself: who made it and when (UTC), and the digests of its tables and files by name.

    `schema`: the revision of its database; `has_bodies`: whether the bytes of pages are in it (`watcher evidence`).
    """

    version: str
    schema: str
    created: datetime
    has_bodies: bool
    tables: Mapping[str, TableDigest]
    files: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many rows it holds."""
        return sum(digest.count for digest in self.tables.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBackup:
    """A backup that was read and found to be as it was written. `snapshot` is there until it is closed.

    `attachments`: the files that are beside the database, by their names in the backup.
    """

    manifest: Manifest
    snapshot: Path
    attachments: Mapping[str, bytes]


def write_backup(
    database: Database, file: Path, attachments: Mapping[str, bytes], created: datetime, *, has_bodies: bool = True
) -> Manifest:
    """Write a backup of `database`, as of one moment, to `file`, for its owner's eyes only (0600); its Manifest.

    What stood under that name stays until the new one is whole, on the disk, and was read back. Raises BadDatabase,
    also while another process writes that file, and OSError; then nothing is left of it.
    """
    prefix = f"{file.name}{_PART}-"
    if is_in_work(prefix, file.parent):
        raise BadDatabase(f"another backup is writing {file}; wait for it, or use another name")
    abandoned = (f"*{SUFFIX}{_PART}", f"*{SUFFIX}{_PART}-????????")  # of earlier versions, and as mkdtemp names them
    with work_folder(prefix, file.parent, abandoned=abandoned) as part:
        snapshot, packed = part / SNAPSHOT, part / "packed"
        counts = take_snapshot(database, snapshot, without=() if has_bodies else {"bodies"})
        failpoint("backup_copied")
        manifest = _describe(snapshot, attachments, created, has_bodies=has_bodies)
        _compare_counts(counts, manifest)
        _pack(packed, snapshot, attachments, manifest)
        snapshot.unlink()
        failpoint("backup_packed")
        with open_backup(packed, part):
            failpoint("backup_verified")
        packed.replace(file)
        _sync_folder(file.parent)
    return manifest


@contextmanager
def open_backup(file: Path, folder: Path) -> Iterator[OpenBackup]:
    """A backup, read as a whole and found to be as it was written; its snapshot stands in `folder` meanwhile.

    Raises BadDatabase, with the name of the table that is not as it was written.
    """
    snapshot = folder / f"unpacked-{SNAPSHOT}"
    try:
        manifest, attachments, digests = _unpack(file, snapshot)
        _verify(manifest, snapshot, digests)
        yield OpenBackup(manifest=manifest, snapshot=snapshot, attachments=attachments)
    except tarfile.TarError as error:
        raise BadDatabase(f"{file} is no backup, or not all of one; {_CURE}") from error
    except _NotAsWrittenError as error:
        raise BadDatabase(f"{file} is damaged: {error}; {_CURE}") from error
    finally:
        snapshot.unlink(missing_ok=True)


def read_created(file: Path) -> datetime | None:
    """When (UTC) a backup was made, as its first entry says; None for a file that is none. Nothing of it is proved."""
    try:
        with tarfile.open(file, "r:") as tar:
            head = tar.next()
    except (tarfile.TarError, OSError):
        return None
    return datetime.fromtimestamp(head.mtime, UTC) if head and head.name == MANIFEST else None


class _NotAsWrittenError(Exception):
    """A part of a backup is not as it was written; the text says which."""


def _describe(snapshot: Path, attachments: Mapping[str, bytes], created: datetime, *, has_bodies: bool) -> Manifest:
    with snapshot.open("rb") as opened:
        files = {SNAPSHOT: hashlib.file_digest(opened, "sha256").hexdigest()}
    return Manifest(
        version=__version__,
        schema=list_revisions()[-1],
        created=created,
        has_bodies=has_bodies,
        tables=digest_tables(snapshot),
        files=files | {name: hashlib.sha256(content).hexdigest() for name, content in attachments.items()},
    )


def _compare_counts(counts: Mapping[str, int], manifest: Manifest) -> None:
    """Raise BadDatabase where the snapshot has not as many rows as the database had at that moment."""
    for name, count in counts.items():
        if manifest.tables[name].count != count:
            raise BadDatabase(f"of the table {name} only {manifest.tables[name].count} of {count} rows were written")


def _pack(packed: Path, snapshot: Path, attachments: Mapping[str, bytes], manifest: Manifest) -> None:
    """Write the tar, and wait until it is on the disk."""
    small_files = {MANIFEST: _write_manifest(manifest), **attachments}
    with packed.open("xb") as opened:
        with tarfile.open(fileobj=opened, mode="w") as tar:
            for name, content in small_files.items():
                tar.addfile(_head(name, len(content), manifest.created), BytesIO(content))
            with snapshot.open("rb") as data_file:
                tar.addfile(_head(SNAPSHOT, snapshot.stat().st_size, manifest.created), data_file)
        opened.flush()
        os.fsync(opened.fileno())
    packed.chmod(0o600)


def _head(name: str, size: int, created: datetime) -> tarfile.TarInfo:
    head = tarfile.TarInfo(name)
    head.size, head.mode, head.mtime = size, 0o600, int(created.timestamp())
    return head


def _write_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON, with the SHA-256 of its own words."""
    words = {**asdict(manifest), "created": manifest.created.isoformat()}
    return json.dumps({**words, "sha256": _digest_words(words)}, indent=2).encode()


def _read_manifest(content: bytes) -> Manifest:
    try:
        words: dict[str, Any] = json.loads(content)
        if words.pop("sha256") != _digest_words(words):
            raise _NotAsWrittenError(f"its {MANIFEST} is not as it was written")
        tables = {name: TableDigest(**digest) for name, digest in words["tables"].items()}
        return Manifest(**{**words, "created": datetime.fromisoformat(words["created"]), "tables": tables})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _NotAsWrittenError(f"its {MANIFEST} cannot be read") from error


def _digest_words(words: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


def _unpack(file: Path, snapshot: Path) -> tuple[Manifest, Mapping[str, bytes], Mapping[str, str]]:
    """The manifest, the attachments and the digests of all files by their names; the snapshot is written to disk."""
    attachments: dict[str, bytes] = {}
    digests: dict[str, str] = {}
    with tarfile.open(file, "r:") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                continue
            if member.name == SNAPSHOT:
                digests[SNAPSHOT] = _write_out(content, snapshot)
            else:
                attachments[member.name] = content.read()
                digests[member.name] = hashlib.sha256(attachments[member.name]).hexdigest()
    if MANIFEST not in attachments:
        raise _NotAsWrittenError(f"its {MANIFEST} is missing")
    manifest = _read_manifest(attachments.pop(MANIFEST))
    digests.pop(MANIFEST)
    return manifest, attachments, digests


def _write_out(content: IO[bytes], snapshot: Path) -> str:
    with snapshot.open("wb") as opened:
        shutil.copyfileobj(content, opened)
    with snapshot.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _verify(manifest: Manifest, snapshot: Path, digests: Mapping[str, str]) -> None:
    """Raise _NotAsWrittenError with what differs: a table by its name, else a file."""
    if SNAPSHOT in digests and digests[SNAPSHOT] != manifest.files.get(SNAPSHOT):
        try:
            tables = digest_tables(snapshot)
        except (BadDatabase, sqlite3.Error) as error:
            raise _NotAsWrittenError(str(error)) from error
        for name, digest in manifest.tables.items():
            if tables.get(name) != digest:
                raise _NotAsWrittenError(f"the table {name} is not as it was written")
    for name in sorted(manifest.files.keys() | digests.keys()):
        if digests.get(name) != manifest.files.get(name):
            raise _NotAsWrittenError(f"{name} is not as it was written")


def _sync_folder(folder: Path) -> None:
    """Wait until the folder's names are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
