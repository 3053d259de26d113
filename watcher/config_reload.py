"""Configuration changed while running: the new one takes over whole and checked, or the old one stays in force."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path

from watcher import config
from watcher.announce import announce
from watcher.config import FILES, Configuration
from watcher.core.delivery.schedule import london_time
from watcher.core.language.dates import LONDON
from watcher.errors import BadConfig
from watcher.model import Alert, Reason
from watcher.runtime import Runtime


class ConfigFiles:
    """The files of a configuration folder, looked at again and again."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self.in_force = self._before = self._print()

    def read_if_changed(self) -> Configuration | None:
        """The new configuration, once for each change; None while nothing changed. Raises BadConfig, once as well.

        Files must look the same at two looks in a row: an editor may be in the middle of saving them.
        """
        current = self._print()
        settled, self._before = current == self._before, current
        if not settled or current == self.in_force:
            return None
        self.in_force = current
        return config.read_configuration(self._folder, self._environment)

    def forget(self) -> None:
        """What was found could not be used, through no fault of the files: find it once more."""
        self.in_force = ""

    def _print(self) -> str:
        """What the files hold; one that cannot be read counts as another content, and config.read says why."""
        found = hashlib.blake2b()
        for name in FILES:
            try:
                found.update((self._folder / f"{name}.yaml").read_bytes())
            except OSError as error:
                found.update(f"{type(error).__name__}".encode())
            found.update(b"\x00")
        return found.hexdigest()


MENDED = "The configuration in the files is in use again."


def refused_note(error: BadConfig) -> str:
    """What admins hear of a changed configuration that has mistakes."""
    first, more = error.mistakes[0], len(error.mistakes) - 1
    rest = f" (and {more} more; `watcher check` lists them)" if more else ""
    return f"The changed configuration is not used; the one before stays in force. {first}{rest}"


def tell_admins(desk: Runtime, words: str, now: datetime) -> None:
    """Tell admins `words`, once a day for all replicas."""
    today = london_time(now.astimezone(LONDON).date(), time())
    with desk.database.begin() as tx:
        alert = Alert(reason=Reason.NEEDS_ADMIN, at=today, note=words)
        announce(tx, [alert], desk.configuration.subscribers.values(), now)
