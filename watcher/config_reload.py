"""Configuration changed while running: the new one is taken over whole and checked, or the old one stays in use."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path

from watcher import config
from watcher.announce import announce
from watcher.config import FILES, Configuration, further_files
from watcher.core.language.dates import LONDON, london_time
from watcher.errors import BadConfig, Mistake
from watcher.model import Alert, Reason
from watcher.runtime import Runtime


class ConfigFiles:
    """The files of a configuration folder, compared by hash with those in use.

    `mistakes`: those of the files as they were read last, where they were refused.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self.in_force = self._before = self._hash_files()
        self.mistakes: tuple[Mistake, ...] = ()

    def read_if_changed(self) -> Configuration | None:
        """The new configuration, once for each change; None while nothing changed. Raises BadConfig, once as well.

        Files must be the same in two readings in a row: an editor may be in the middle of saving them.
        """
        current = self._hash_files()
        is_settled, self._before = current == self._before, current
        if not is_settled or current == self.in_force:
            return None
        self.in_force = current
        try:
            configuration = config.read_configuration(self._folder, self._environment)
        except BadConfig as error:
            self.mistakes = error.mistakes
            raise
        self.mistakes = ()
        return configuration

    def forget(self) -> None:
        """Read the files again at the next chance: what was read could not be used, through no fault of theirs."""
        self.in_force = ""

    def _hash_files(self) -> str:
        """A hash of all files; a file that cannot be read changes it, and read_configuration then says why."""
        digest = hashlib.blake2b()
        for path in (*(self._folder / f"{name}.yaml" for name in FILES), *further_files(self._folder)):
            digest.update(path.name.encode())
            try:
                digest.update(path.read_bytes() if path.is_file() or not path.exists() else b"no file")
            except OSError as error:
                digest.update(f"{type(error).__name__}".encode())
            digest.update(b"\x00")
        return digest.hexdigest()


MENDED = "The configuration in the files is in use again."


def refused_note(error: BadConfig) -> str:
    """The note to admins about a changed configuration with mistakes: the first one, and how many more there are."""
    first, more = error.mistakes[0], len(error.mistakes) - 1
    rest = f" (and {more} more; `watcher check` lists them)" if more else ""
    return f"The changed configuration is not used; the one before stays in force. {first}{rest}"


def tell_admins(runtime: Runtime, note: str, now: datetime) -> None:
    """Announce `note` to admins, once a day (London) for all replicas."""
    today = london_time(now.astimezone(LONDON).date(), time())
    with runtime.database.begin() as tx:
        alert = Alert(reason=Reason.NEEDS_ADMIN, at=today, note=note)
        announce(tx, [alert], runtime.configuration.subscribers.values(), now)
