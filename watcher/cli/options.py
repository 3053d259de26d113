"""What all verbs of the command line share: the global options, the clock, and how they speak."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from watcher.app import read_configuration_of, read_settings_of_process
from watcher.cli import output
from watcher.config import Configuration, Settings

Read = TypeVar("Read")
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass(slots=True)
class Options:
    """The global options."""

    folder: Path
    database: str

    def settings(self) -> Settings:
        """The environment."""
        return read_settings_of_process()

    def configuration(self) -> Configuration:
        """The checked files."""
        return read_configuration_of(self.folder, self.settings())


def now() -> datetime:
    """The only clock that the commands look at."""
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


def print_json(value: Any) -> None:
    """One JSON object on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def print_error(words: str) -> None:
    """One line on stderr."""
    typer.echo(words, err=True)


def read_json_lines(file: str, read: Callable[[Any], Read], cure: str) -> tuple[list[Read], int]:
    """What the JSON lines of `file` (- for stdin) hold, and how many lines are none: those are named on stderr."""
    found, wrong = [], 0
    for number, line in _given(file):
        try:
            found.append(read(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            print_error(f"{file}:{number}: {cure}")
            wrong += 1
    return found, wrong


def _given(file: str) -> list[tuple[int, str]]:
    try:
        return output.numbered(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        print_error(f"{file}: cannot be read: {error}")
        raise typer.Exit(2) from None
