"""The commands that keep the database: backup."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.options import Options, commands, now, print_error, print_json
from watcher.config import FILES
from watcher.errors import BadDatabase
from watcher.store.backup_file import KEY, SUFFIX, write_backup
from watcher.store.database import open_database
from watcher.store.database_address import read_database_address
from watcher.store.key_file import find_key_file


@commands.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.wbk", help="The file to write; one of that name is replaced.")],
    without_bodies: Annotated[
        bool, typer.Option("--without-bodies", help="Leave out the bytes of pages, of which only evidence is made.")
    ] = False,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Keep so many backups whose names differ in their digits only; delete older ones."),
    ] = None,
) -> None:
    """Write the database, its key and the configuration into one file. Others may go on reading and writing."""
    options: Options = context.obj
    _refuse_name(file, is_one_of_many=keep is not None)
    began = time.monotonic()
    _refuse_missing(options.database)
    database = open_database(options.database)
    try:
        manifest = write_backup(database, file, collect_attachments(options), now(), has_bodies=not without_bodies)
    finally:
        database.close()
    print_json(
        {
            "file": str(file),
            "rows": manifest.count,
            "tables": {name: digest.count for name, digest in manifest.tables.items()},
            "bytes": file.stat().st_size,
            "seconds": round(time.monotonic() - began, 1),
        }
    )
    if keep is not None:
        delete_older(file, keep)


def _refuse_name(file: Path, *, is_one_of_many: bool) -> None:
    if file.suffix != SUFFIX:
        print_error(f"{file}: name it FILE{SUFFIX}, for example watcher-{now():%Y-%m-%d}{SUFFIX}")
        raise typer.Exit(2)
    if is_one_of_many and not re.search(r"\d", file.stem):
        print_error(f"{file}: with --keep its name must have a date, for example watcher-{now():%Y-%m-%d}{SUFFIX}")
        raise typer.Exit(2)


def _refuse_missing(database_url: str) -> None:
    """Raise BadDatabase where there is no SQLite file: opening it would make an empty one."""
    address = read_database_address(database_url)
    if address.file and not Path(address.file).is_file():
        raise BadDatabase(f"there is no database {address.file}; name yours with --database or WATCHER_DATABASE")


def collect_attachments(options: Options) -> dict[str, bytes]:
    """The files beside the database, by their names in a backup: the key and the configuration, where they are there.

    They are taken as they are: a configuration with mistakes is no reason to have no backup.
    """
    folder, key_file = options.folder, find_key_file(options.database)
    files = {f"config/{name}.yaml": folder / f"{name}.yaml" for name in FILES}
    files |= {f"config/sources/{own.name}": own for own in sorted((folder / "sources").glob("*.yaml"))}
    files |= {KEY: key_file} if key_file else {}
    return {name: path.read_bytes() for name, path in files.items() if path.is_file()}


def delete_older(file: Path, keep: int) -> None:
    """Of the files in the folder of `file` whose names differ from its in digits only, delete all but the newest."""
    pattern = re.compile(re.sub(r"\d+", r"\\d+", re.escape(file.name)))
    alike = (path for path in file.parent.iterdir() if pattern.fullmatch(path.name) and path.is_file())
    for old in _sort_newest_first(path for path in alike if path.name != file.name)[keep - 1 :]:
        old.unlink()
        print_error(f"deleted: {old}")


def _sort_newest_first(files: Iterable[Path]) -> list[Path]:
    return sorted(files, key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
