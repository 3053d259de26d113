"""config/sources/added.yaml, to which `watcher add` appends entries as text, so that all else stays as it is."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from watcher.config import Configuration, read_configuration
from watcher.core.discovery.addition import SourceAddition, append_to

FOLDER, FILE = "sources", "added.yaml"


def append_addition(
    folder: Path, addition: SourceAddition, environment: Mapping[str, str]
) -> tuple[Path, Configuration]:
    """The file with one more entry, and the whole configuration with it. It is written whole or not at all.

    Raises BadConfig where that cannot be read; then the file is as it was. Of two that append at once, one waits.
    """
    path = folder / FOLDER / FILE
    _make_folder(path.parent)
    with _locked(path.parent):
        target = path.resolve()  # whoever keeps it elsewhere keeps his link to it
        old = target.read_bytes() if target.exists() else b""
        draft = target.with_name(f"{target.name}.new")  # no *.yaml: nobody takes it for a file of sources
        try:
            _write(draft, append_to(old, addition), like=target if target.exists() else folder / "sources.yaml")
            configuration = read_configuration(folder, environment, drafts={path: draft})
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return path, configuration


def _write(file: Path, body: bytes, like: Path) -> None:
    """Write a file through to the disk. Who may read and write `like` may do so with it: a service has its own user."""
    with file.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    status = like.stat()
    file.chmod(status.st_mode & 0o666)
    with suppress(PermissionError):
        os.chown(file, status.st_uid, status.st_gid)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; it goes with the process that holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(folder.parent.stat().st_mode & 0o777)
