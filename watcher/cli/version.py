"""`watcher --version`: the version of the package, and the schema that it brings a database to."""

from pathlib import Path

import typer

MIGRATIONS = Path(__file__).parents[1] / "store" / "migrations" / "versions"


def print_version(is_asked: bool) -> None:
    """Where `is_asked`, print the version on stdout and end with exit code 0."""
    if is_asked:
        typer.echo(describe_version())
        raise typer.Exit


def describe_version() -> str:
    """Such as "watcher 1.0.0 (schema 0016)". The schema is read off the names of the files: no database is imported."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version("practice-watcher")
    except PackageNotFoundError:  # run from a folder that nobody installed
        from watcher import __version__ as installed
    numbers = [file.name.partition("_")[0] for file in MIGRATIONS.glob("[0-9]*_*.py")]
    return f"watcher {installed} (schema {max(numbers, default='unknown')})"
