"""A private folder for the files of a long command, beside what it writes; one that a killed process left is cleared.

Its process holds a lock on it, which ends with the process: so it is known which folders nobody uses any more.
"""

import fcntl
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

MAX_AGE_SECONDS = 24 * 3600  # where the file system has no locks, an older one counts as left


@contextmanager
def work_folder(prefix: str, parent: Path | None, *, abandoned: Sequence[str] = ()) -> Iterator[Path]:
    """A new folder (0700) whose name begins with `prefix`, gone at the end; None: in the system's folder for such.

    First, folders of this user that killed processes left are deleted: those whose names match one of `abandoned`,
    by default all that begin with `prefix`.
    """
    parent = parent or Path(tempfile.gettempdir())
    for pattern in abandoned or (f"{glob.escape(prefix)}*",):
        for left in parent.glob(pattern):
            _delete_abandoned(left)
    folder, lock = _make_locked(prefix, parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def is_in_work(prefix: str, parent: Path) -> bool:
    """Whether a process that is alive has a folder in `parent` whose name begins with `prefix`."""
    for folder in parent.glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError), _opened(folder) as handle:
            if _try_lock(handle) is False:
                return True
    return False


def _make_locked(prefix: str, parent: Path) -> tuple[Path, int]:
    """A new folder and the lock on it. One that another process cleared before it was locked is made again."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with suppress(FileNotFoundError):
            lock = _open_folder(folder)
            with suppress(OSError):  # no locks there
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.is_dir():
                return folder, lock
            os.close(lock)


def _delete_abandoned(folder: Path) -> None:
    with suppress(OSError), _opened(folder) as handle:
        stat = os.fstat(handle)
        is_free = _try_lock(handle)
        if is_free is None:
            is_free = time.time() - stat.st_mtime > MAX_AGE_SECONDS
        if is_free and stat.st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)


def _try_lock(handle: int) -> bool | None:
    """Whether nobody else has the lock; None where the file system has no locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = _open_folder(folder)
    try:
        yield handle
    finally:
        os.close(handle)


def _open_folder(folder: Path) -> int:
    """A handle of the folder; no link is followed."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
