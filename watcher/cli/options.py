"""Shared by all commands: the global options, the clock, and reading and printing of lines."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from watcher.cli import output
from watcher.config import Configuration, read_configuration
from watcher.config.settings import Settings, read_settings

Row = TypeVar("Row")
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass(slots=True)
class Options:
    """The global options: the folder of the configuration, and the URL of the database."""

    folder: Path
    database: str

    def settings(self) -> Settings:
        """The environment variables, checked. Raises BadConfig."""
        return read_settings(os.environ)

    def configuration(self) -> Configuration:
        """The files in the folder, checked. Raises BadConfig."""
        return read_configuration(self.folder, self.settings().environment)


def now() -> datetime:
    """The time now in UTC: the only clock that the commands read."""
    return datetime.now(UTC)


@app.callback()
def set_options(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(envvar="WATCHER_CONFIG", help="The folder with sources, topics and subscribers.")
    ] = Path("config"),
    database: Annotated[
        str, typer.Option(envvar="WATCHER_DATABASE", help="sqlite:///FILE or postgresql://...")
    ] = "sqlite:///watcher.db",
) -> None:
    """Tell GP practice managers in England what was announced, minutes after it appears."""
    context.obj = Options(config, database)


def print_json(row: Any) -> None:
    """Print one JSON object as a line on stdout."""
    typer.echo(json.dumps(row, ensure_ascii=False, default=str))


def print_error(line: str) -> None:
    """Print one line on stderr."""
    typer.echo(line, err=True)


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
    try:
        return output.numbered(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        print_error(f"{file}: cannot be read: {error}")
        raise typer.Exit(2) from None
