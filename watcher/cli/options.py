"""Shared by all commands: the global options, the clock, and reading and printing of lines.

What only some commands need is imported where they need it: `watcher --help` waits for nothing.
"""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from watcher.errors import BadConfig, Mistake

if TYPE_CHECKING:
    from watcher.config import Configuration
    from watcher.config.settings import Settings
    from watcher.runtime import Runtime
    from watcher.sources.base import Source
    from watcher.store.database import Database

Row = TypeVar("Row")
commands = typer.Typer(rich_markup_mode=None)  # those whose modules are imported (watcher/cli/commands.py)


@dataclass(slots=True)
class Options:
    """The global options: the folder of the configuration, and the URL of the database.

    `makes_key`: this command writes into the database, so that it needs the key of this installation. `environment`:
    the environment variables, with those of the file .env.
    """

    folder: Path
    database: str
    makes_key: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    def settings(self) -> "Settings":
        """The environment variables, checked, with the key of this installation. Raises BadConfig and BadDatabase."""
        from watcher.config.settings import read_settings
        from watcher.store.key_file import read_key

        try:
            settings = read_settings(self.environment)
        except BadConfig as error:
            raise BadConfig([self._find_place(mistake) for mistake in error.mistakes]) from None
        secret = settings.environment.get("WATCHER_SECRET") or read_key(self.database, make=self.makes_key)
        return replace(settings, environment={**settings.environment, "WATCHER_SECRET": secret})

    def configuration(self) -> "Configuration":
        """The files in the folder, checked. Raises BadConfig with every mistake of them and of the environment."""
        from watcher.config import read_configuration

        mistakes: list[Mistake] = []
        environment = self.environment
        try:
            environment = self.settings().environment
        except BadConfig as error:
            mistakes += error.mistakes
        try:
            configuration = read_configuration(self.folder, environment)
        except BadConfig as error:
            mistakes += error.mistakes
        if mistakes:
            raise BadConfig(mistakes)
        return configuration

    def _find_place(self, mistake: "Mistake") -> "Mistake":
        """The mistake of an environment variable with its line in the file .env, where it is set there."""
        from watcher.cli.env_file import env_file_of, find_lines

        name = mistake.what.partition(":")[0]
        line = 0 if os.environ.get(name) else find_lines(self.folder).get(name, 0)
        return replace(mistake, file=str(env_file_of(self.folder)), line=line) if line else mistake


def now() -> datetime:
    """The time now in UTC: the only clock that the commands read."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_passing_runtime(settings: "Settings", configuration: "Configuration") -> AsyncIterator["Runtime"]:
    """A Runtime for a look that is not stored: it needs a database, and this one is deleted at once."""
    from watcher.app import open_runtime

    with tempfile.TemporaryDirectory() as folder:
        async with open_runtime(settings, configuration, f"sqlite:///{folder}/passing.db", now) as runtime:
            yield runtime


def refuse_missing(database_url: str) -> None:
    """Raise BadDatabase where there is no SQLite file: opening it would make an empty one."""
    from watcher.errors import BadDatabase
    from watcher.store.database_address import read_database_address

    address = read_database_address(database_url)
    if address.file and not Path(address.file).is_file():
        raise BadDatabase(f"there is no database {address.file}; name yours with --database or WATCHER_DATABASE")


def open_existing(database_url: str) -> "Database":
    """The database, open. Raises BadDatabase, also where there is none: what an empty one lacks would be no fact."""
    from watcher.store.database import open_database

    refuse_missing(database_url)
    return open_database(database_url)


@contextmanager
def open_or_empty(database_url: str) -> Iterator["Database"]:
    """The database; before the first start an empty one, which is said, and which is gone at the end."""
    from watcher.store.database import open_database
    from watcher.store.database_address import read_database_address

    file = read_database_address(database_url).file
    with ExitStack() as stack:
        if file and not Path(file).is_file():
            print_error(f"there is no database {file} yet: the first `watcher run` or `watcher poll` makes it")
            database_url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/empty.db"
        yield stack.enter_context(closing(open_database(database_url)))


def find_source(configuration: "Configuration", source: str) -> "Source":
    """The source with this id. Where there is none, the nearest is named, and the command ends with exit code 2."""
    from watcher.config.parse_errors import did_you_mean
    from watcher.core.language.text import printable

    if source not in configuration.sources:
        meant = did_you_mean(source, configuration.sources) or "; `watcher sources` lists them"
        print_error(f"there is no source {printable(source)!r}{meant}")
        raise typer.Exit(2)
    return configuration.sources[source]


def print_json(row: Any) -> None:
    """Print one JSON object as a line on stdout."""
    typer.echo(json.dumps(row, ensure_ascii=False, default=str))


def print_error(line: str) -> None:
    """Print one line on stderr."""
    typer.echo(line, err=True)


def describe_fault(error: BaseException) -> str:
    """A fault of ours: its type and place, without its words, which may repeat a password or an address."""
    from sqlalchemy.exc import DBAPIError

    from watcher.store.database import explain_error

    if isinstance(error, DBAPIError):
        return f"the database: {explain_error(error)}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/watcher/" in frame.filename] or frames
    place = f" at {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return f"a fault in watcher: {type(error).__name__}{place}; please report it with this line"


def read_json_lines(file: str, read: Callable[[Any], Row], cure: str) -> tuple[list[Row], int]:
    """The lines of `file` (- for stdin) as `read` makes them of their JSON, and how many it could not read.

    Each of those is named on stderr with its number and the cure.
    """
    rows, unreadable = [], 0
    for number, line in _read_lines(file):
        try:
            rows.append(read(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            print_error(f"{file}:{number}: {cure}")
            unreadable += 1
    return rows, unreadable


def _read_lines(file: str) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        print_error(f"{file}: cannot be read: {why}")
        raise typer.Exit(2) from None
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
