"""`watcher --version`: the version of the package, and the schema that it brings a database to."""

from pathlib import Path

import typer

from watcher import __version__

MIGRATIONS = Path(__file__).parents[1] / "store" / "migrations" / "versions"


def print_version(is_asked: bool) -> None:
    """Where `is_asked`, print the version on stdout and end with exit code 0."""
    if is_asked:
        typer.echo(describe_version())
        raise typer.Exit


def describe_version() -> str:
    """Such as "watcher 0.2.0 (schema 0016)". The schema is read off the names of the files: no database is imported."""
    numbers = [file.name.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*_*.py")]
    return f"watcher {__version__} (schema {max(numbers, default='unknown')})"
