"""Configuration changed while running: the new one takes over whole and checked, or the old one stays in force."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from watcher import config
from watcher.config import FILES, Configuration
from watcher.core import plan
from watcher.desk import Desk
from watcher.errors import BadConfig
from watcher.model import Alert, Reason
from watcher.store import deliveries as delivery_rows
from watcher.store import stories as story_rows


class Watched:
    """The files of a configuration folder, looked at again and again."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._in_force = self._before = self._print()

    def changed(self) -> Configuration | None:
        """The new configuration, once for each change; None while nothing changed. Raises BadConfig, once as well.

        Files must look the same at two looks in a row: an editor may be in the middle of saving them.
        """
        current = self._print()
        settled, self._before = current == self._before, current
        if not settled or current == self._in_force:
            return None
        self._in_force = current
        return config.read(self._folder, self._environment)

    def _print(self) -> str:
        found = hashlib.blake2b()
        for name in FILES:
            path = self._folder / f"{name}.yaml"
            found.update(path.read_bytes() if path.is_file() else b"missing")
            found.update(b"\x00")
        return found.hexdigest()


def tell_admins(desk: Desk, error: BadConfig, now: datetime) -> None:
    """Say that the old configuration stays in force, and what is wrong with the new one."""
    first, more = error.mistakes[0], len(error.mistakes) - 1
    rest = f" (and {more} more; `watcher check` lists them)" if more else ""
    words = f"The changed configuration is not used; the one before stays in force. {first}{rest}"
    alert = Alert(reason=Reason.NEEDS_ADMIN, at=now, note=words)
    with desk.database.begin() as tx:
        story_rows.save_alerts(tx, [alert])
        delivery_rows.plan(tx, plan.deliveries([alert], tuple(desk.configuration.subscribers.values()), now), now)
