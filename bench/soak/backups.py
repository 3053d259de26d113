"""A backup of each day of the soak, taken while deliveries wait; at the end each is read back, the last restored."""

import asyncio
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bench.soak.book import SoakVerdict
from watcher.cli.restoring import Restoration, ToldUntil, restore_backup
from watcher.errors import BadDatabase
from watcher.model import Subscriber
from watcher.sources.base import Source
from watcher.store.backup_file import Manifest, open_backup, write_backup
from watcher.store.database import Database, open_database

KEPT = 30  # of a year the last ones stay on the disk; those before are read back when they go


class DailyBackups:
    """The backups of the soak, in a folder of their own; `broken` says what was wrong with one."""

    def __init__(self, folder: Path) -> None:
        """None is there yet."""
        self._folder = folder / "backups"
        self._folder.mkdir()
        self._written: dict[Path, Manifest] = {}
        self.count, self.broken = 0, list[str]()

    async def take(self, database: Database, now: datetime) -> None:
        """Write one beside the loop, so that what it does meanwhile goes on."""
        file = self._folder / f"soak-{now:%Y-%m-%d-%H%M}.wbk"
        self._written[file] = await asyncio.to_thread(write_backup, database, file, {}, now)
        self.count += 1
        if len(self._written) > KEPT:
            self._read_back(next(iter(self._written)))

    def judge(
        self, verdict: SoakVerdict, sources: Iterable[Source], people: Iterable[Subscriber], now: datetime
    ) -> None:
        """Read back all that are left, and restore the last into a new database."""
        if not self._written:
            return
        last, manifest = list(self._written.items())[-1]
        fresh = f"sqlite:///{self._folder / 'restored.db'}"
        with closing(open_database(fresh)) as database, open_backup(last, self._folder) as kept:
            plan = Restoration(told_until=ToldUntil.BACKUP, sources=tuple(sources), subscribers=tuple(people), now=now)
            written = restore_backup(database, kept, plan)["rows"]
        if written != manifest.count:
            self.broken.append(f"{last.name}: {written} of {manifest.count} rows restored")
        for file in list(self._written):
            self._read_back(file)
        verdict.says("backups taken and read back", self.count)
        verdict.says("rows of the last, restored", written)
        verdict.must_be_none("backups that are not as they were written", self.broken)

    def _read_back(self, file: Path) -> None:
        try:
            with open_backup(file, self._folder) as kept:
                if kept.manifest != self._written[file]:
                    self.broken.append(f"{file.name}: another manifest")
        except BadDatabase as error:
            self.broken.append(str(error))
        del self._written[file]
        file.unlink()
