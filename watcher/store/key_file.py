"""The key of this installation, for hashes of what is personal data: WATCHER_SECRET, else a file beside the database.

A hash without a key is no secret: whoever has the database could hash every address that he can think of.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from watcher.errors import BadDatabase

SUFFIX = ".key"
MIN_CHARACTERS = 32


def read_key(database_url: str, *, make: bool = False) -> str:
    """The key in the file beside a SQLite database; "" for any other database, and where there is none yet.

    `make`: then one is made, for its owner's eyes only. Raises BadDatabase for a file that holds no key.
    """
    try:
        address = sa.make_url(database_url)
    except (sa.exc.ArgumentError, ValueError):
        return ""  # opening it says what is wrong
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return ""
    file = Path(f"{address.database}{SUFFIX}")
    if make:
        with suppress(OSError):  # it is there, or the folder cannot be written in: opening the database says so
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                new.write(secrets.token_urlsafe(MIN_CHARACTERS))
    if not file.is_file():
        return ""
    found = file.read_text(encoding="ascii", errors="replace").strip()
    if len(found) < MIN_CHARACTERS:
        raise BadDatabase(f"{file} holds no key; bring it back from a backup, or delete it for a new one")
    return found
