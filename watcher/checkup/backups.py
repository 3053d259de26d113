"""The newest backup: how old it is, and whether it can be read back."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.core.language.format import format_count
from watcher.errors import BadDatabase
from watcher.model.finding import Finding, broken, doubtful, fine
from watcher.store.backup_file import SUFFIX, open_backup

CHECK = "backups"
MAX_AGE = timedelta(days=7)
CURE = "watcher backup watcher-DATE.wbk --keep 14, each night"


def examine_backups(folder: Path, database_since: datetime | None, now: datetime) -> Finding:
    """Of the backups in `folder` the newest, read as a whole. `database_since`: when the database was made (UTC)."""
    backups = sorted(folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime) if folder.is_dir() else []
    if not backups:
        if database_since is None or now - database_since < MAX_AGE:
            return fine(CHECK, f"none yet in {folder}; the database is younger than a week")
        return doubtful(CHECK, f"there is none in {folder}", f"{CURE}; WATCHER_BACKUPS names their folder")
    newest = backups[-1]
    age = now - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    try:
        with tempfile.TemporaryDirectory() as unpacked, open_backup(newest, Path(unpacked)) as kept:
            count = kept.manifest.count
    except (BadDatabase, OSError) as error:
        why = str(error) if isinstance(error, BadDatabase) else (error.strerror or type(error).__name__)
        return broken(CHECK, f"{newest.name} cannot be read back: {why}", f"make another: {CURE}")
    if age > MAX_AGE:
        return doubtful(CHECK, f"the newest, {newest.name}, is {age.days} days old", CURE)
    return fine(CHECK, f"{newest.name}, {format_count(age.days, 'day')} old, read back: {format_count(count, 'row')}")
