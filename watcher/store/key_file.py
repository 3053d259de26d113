"""The key of this installation, for hashes of what is personal data: WATCHER_SECRET, else a file beside the database.

A hash without a key is no secret: whoever has the database could hash every address that he can think of.
"""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from watcher.errors import BadDatabase
from watcher.store.database_address import read_database_address

SUFFIX = ".key"
MIN_CHARACTERS = 32


def read_key(database_url: str, *, make: bool = False) -> str:
    """The key in the file beside a SQLite database; "" for any other database, and where there is none yet.

    `make`: then one is made, for its owner's eyes only. Raises BadDatabase for a file that holds no key.
    """
    try:
        address = read_database_address(database_url)
    except BadDatabase:
        return ""  # opening it says what is wrong
    if not address.file:
        return ""
    file = Path(f"{address.file}{SUFFIX}")
    if make and not file.exists():
        with suppress(OSError):  # the folder cannot be written in: opening the database says so
            _make_key(file)
    if not file.is_file():
        return ""
    with suppress(OSError):
        file.chmod(0o600)  # one that was brought back from a backup
    found = file.read_text(encoding="ascii", errors="replace").strip()
    if len(found) < MIN_CHARACTERS:
        raise BadDatabase(f"{file} holds no key; bring it back from a backup, or delete it for a new one")
    return found


def find_key_file(database_url: str) -> Path | None:
    """Where the key of a SQLite database stands, whether or not it is there; None for any other database.

    Raises BadDatabase for an address that cannot be read.
    """
    address = read_database_address(database_url)
    return Path(f"{address.file}{SUFFIX}") if address.file else None


def put_key(file: Path, key: bytes) -> None:
    """Write a key that was kept elsewhere, for its owner's eyes only (0600), whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f"{file.name}.", delete=False) as new:
        new.write(key)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(file)


def _make_key(file: Path) -> None:
    """Write a new key, whole or not at all; of two processes that do so at once, the first one's stays."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f"{file.name}.", encoding="ascii") as new:  # 0600
        new.write(secrets.token_urlsafe(MIN_CHARACTERS))
        new.flush()
        os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(new.name, file)
