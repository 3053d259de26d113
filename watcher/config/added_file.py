"""config/sources/added.yaml, to which `watcher add` appends entries as text, so that all else stays as it is."""

from collections.abc import Mapping
from pathlib import Path

from watcher.config import Configuration, read_configuration
from watcher.core.discovery.addition import SourceAddition, append_to

FOLDER, FILE = "sources", "added.yaml"


def append_addition(
    folder: Path, addition: SourceAddition, environment: Mapping[str, str]
) -> tuple[Path, Configuration]:
    """The file with one more entry, and the whole configuration with it.

    Raises BadConfig where that cannot be read; then the file is as it was.
    """
    path = folder / FOLDER / FILE
    old = path.read_bytes() if path.exists() else None
    _make_folder(path.parent)
    try:
        path.write_bytes(append_to(old or b"", addition))
        configuration = read_configuration(folder, environment)
    except BaseException:
        if old is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(old)
        raise
    if old is None:  # who may read sources.yaml may read this: a service has its own user
        path.chmod((folder / "sources.yaml").stat().st_mode & 0o666)
    return path, configuration


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir()
        folder.chmod(folder.parent.stat().st_mode & 0o777)
