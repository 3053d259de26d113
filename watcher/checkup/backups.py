"""The newest backup: how old it is, and whether it can be read back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.core.language.format import format_count
from watcher.errors import BadDatabase
from watcher.model.finding import Finding, broken, doubtful, fine
from watcher.store.backup_file import SUFFIX, open_backup, read_created
from watcher.store.work_folder import work_folder

CHECK, UNPACKED = "backups", "watcher-doctor-"
MAX_AGE = timedelta(days=7)
ASIDE = ".replaced-"  # in the name of what `watcher restore --replace` keeps
CURE = "watcher backup watcher-DATE.wbk --keep 14, each night"


def examine_backups(folder: Path, oldest_item: datetime | None, now: datetime) -> Finding:
    """Of the backups in `folder` the one made last, read as a whole. `oldest_item`: when (UTC) the first Item was seen.

    What a restore put aside is no backup.
    """
    files = folder.glob(f"*{SUFFIX}") if folder.is_dir() else ()
    backups = sorted((file for file in files if ASIDE not in file.name), key=_made_at)
    if not backups:
        if oldest_item and now - oldest_item < MAX_AGE:
            return fine(CHECK, f"none yet in {folder}; the database is younger than a week")
        if oldest_item is None:
            return fine(CHECK, f"none in {folder}; nothing was seen yet that could be lost, as far as can be told")
        return doubtful(CHECK, f"there is none in {folder}", f"{CURE}; WATCHER_BACKUPS names their folder")
    newest = backups[-1]
    try:
        with work_folder(UNPACKED, None) as unpacked, open_backup(newest, unpacked) as kept:
            count, age = kept.manifest.count, now - kept.manifest.created
    except (BadDatabase, OSError) as error:
        why = str(error) if isinstance(error, BadDatabase) else (error.strerror or type(error).__name__)
        return broken(CHECK, f"{newest.name} cannot be read back: {why}", f"make another: {CURE}")
    if age > MAX_AGE:
        return doubtful(CHECK, f"the newest, {newest.name}, is {age.days} days old", CURE)
    return fine(CHECK, f"{newest.name}, {format_count(age.days, 'day')} old, read back: {format_count(count, 'row')}")


def _made_at(file: Path) -> datetime:
    """When a backup was made, by itself: a copy of an old one is a new file."""
    return read_created(file) or datetime.fromtimestamp(file.stat().st_mtime, UTC)
