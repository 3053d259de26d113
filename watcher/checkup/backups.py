"""The newest backup: how old it is, and whether it can be read back."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from watcher.core.language.format import format_count
from watcher.errors import BadDatabase
from watcher.model.finding import Finding, broken, doubtful, fine
from watcher.store.backup_file import SUFFIX, open_backup

CHECK = "backups"
MAX_AGE = timedelta(days=7)
ASIDE = ".replaced-"  # in the name of what `watcher restore --replace` keeps
CURE = "watcher backup watcher-DATE.wbk --keep 14, each night"


def examine_backups(folder: Path, watching_since: datetime | None, now: datetime) -> Finding:
    """Of the backups in `folder` the newest, read as a whole. `watching_since` (UTC): the first look at a source.

    What a restore put aside is no backup.
    """
    files = folder.glob(f"*{SUFFIX}") if folder.is_dir() else ()
    backups = sorted((file for file in files if ASIDE not in file.name), key=lambda file: file.stat().st_mtime)
    if not backups:
        if watching_since is None or now - watching_since < MAX_AGE:
            return fine(CHECK, f"none yet in {folder}; the database is younger than a week")
        return doubtful(CHECK, f"there is none in {folder}", f"{CURE}; WATCHER_BACKUPS names their folder")
    newest = backups[-1]
    try:
        with tempfile.TemporaryDirectory() as unpacked, open_backup(newest, Path(unpacked)) as kept:
            count, age = kept.manifest.count, now - kept.manifest.created
    except (BadDatabase, OSError) as error:
        why = str(error) if isinstance(error, BadDatabase) else (error.strerror or type(error).__name__)
        return broken(CHECK, f"{newest.name} cannot be read back: {why}", f"make another: {CURE}")
    if age > MAX_AGE:
        return doubtful(CHECK, f"the newest, {newest.name}, is {age.days} days old", CURE)
    return fine(CHECK, f"{newest.name}, {format_count(age.days, 'day')} old, read back: {format_count(count, 'row')}")
