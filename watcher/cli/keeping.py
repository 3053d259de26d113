"""The commands that keep the database: backup, restore and move."""

import re
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.options import Options, commands, now, print_error, print_json, refuse_missing
from watcher.cli.progress import ProgressBar
from watcher.cli.restoring import Restoration, ToldUntil, refuse_full, refuse_newer, restore_backup
from watcher.config import FILES, further_files
from watcher.errors import BadDatabase
from watcher.failpoint import failpoint
from watcher.store.backup_file import KEY, SUFFIX, open_backup, write_backup
from watcher.store.database import Database, open_database
from watcher.store.database_address import read_database_address
from watcher.store.key_file import find_key_file, put_key
from watcher.store.restoring import move_rows
from watcher.store.snapshot import is_empty
from watcher.store.work_folder import work_folder


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
    refuse_missing(options.database)
    database = open_database(options.database)
    try:
        with ProgressBar("backing up"):
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


@commands.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.wbk", help="What `watcher backup` wrote.", exists=True)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Back up what the database holds beside it, and replace it.")
    ] = False,
    told_until: Annotated[
        ToldUntil, typer.Option(help="now: what was due meanwhile counts as told; backup: all of it is sent, late.")
    ] = ToldUntil.NOW,
) -> None:
    """Bring the database back from a backup, into an empty one. What was due or published meanwhile counts as told."""
    options: Options = context.obj
    moment = now()
    options.configuration()  # with a mistake in it nothing is touched
    with (
        work_folder(".watcher-restore-", _find_folder(options.database)) as folder,
        ProgressBar("restoring"),
        open_backup(file, folder) as kept,
    ):
        refuse_newer(kept)
        database = _open_target(options.database)
        try:
            replaced = _make_room(database, options, file.parent, moment) if replace else None
            if not replace:
                refuse_full(database, "name an empty one, or use --replace, which backs it up first")
            where = f"`tar -xOf {file} {KEY}` prints"
            _put_key_beside(options.database, kept.attachments.get(KEY), where, has_secret(options), replaces=replace)
            failpoint("restore_key_put")
            configuration = options.configuration()  # read anew: the channels of subscribers are hashes by that key
            restoration = Restoration(
                told_until=told_until,
                sources=configuration.sources.values(),
                subscribers=tuple(configuration.subscribers.values()),
                now=moment,
            )
            outcome = restore_backup(database, kept, restoration)
        finally:
            database.close()
    created = kept.manifest.created.isoformat()
    print_json({"file": str(file), "created": created, "told_until": told_until, "replaced": replaced, **outcome})


def _find_folder(database_url: str) -> Path | None:
    """The folder of a SQLite database, where there is room for it; None for PostgreSQL: that of the system."""
    address = read_database_address(database_url)
    return Path(address.file).parent if address.file else None


def _open_target(database_url: str) -> Database:
    """The database to restore into; a damaged one must be moved away first."""
    try:
        return open_database(database_url)
    except BadDatabase as error:
        if _find_folder(database_url):
            raise BadDatabase(f"{error}; to restore, move the file of the database away first") from error
        raise


def _make_room(database: Database, options: Options, folder: Path, moment: datetime) -> str | None:
    """Write a backup of what will be replaced beside it, for PostgreSQL in `folder`; its name. None: it is empty."""
    with database.read() as tx:
        if is_empty(tx):
            return None
    address = read_database_address(options.database)
    database_file = Path(address.file) if address.file else folder / "postgresql"
    beside = database_file.with_name(f"{database_file.name}.replaced-{moment:%Y%m%dT%H%M%SZ}{SUFFIX}")
    try:
        write_backup(database, beside, collect_attachments(options), moment)
    except BadDatabase as error:
        cure = "move that database away, and restore without --replace"
        raise BadDatabase(f"what is to be replaced cannot be backed up ({error}); {cure}") from error
    return str(beside)


def has_secret(options: Options) -> bool:
    """Whether the key of this installation is set in the environment."""
    return bool(options.environment.get("WATCHER_SECRET"))


def _put_key_beside(database_url: str, key: bytes | None, where: str, is_set: bool, *, replaces: bool) -> None:
    """Put a key beside a SQLite database; of PostgreSQL say `where` it stands. Raises BadDatabase for another one."""
    key_file = find_key_file(database_url)
    if key is None:
        return
    if key_file is None:
        if not is_set:
            print_error(f"PostgreSQL has no key beside it: set WATCHER_SECRET to what {where}")
        return
    if key_file.is_file() and key_file.read_bytes() != key and not replaces:
        raise BadDatabase(f"{key_file} is another key than the one that belongs there; move it away, or use --replace")
    put_key(key_file, key)


@commands.command()
def move(
    context: typer.Context,
    to: Annotated[str, typer.Option(help="The empty database: sqlite:///FILE or postgresql://...")],
) -> None:
    """Copy the database into another, SQLite or PostgreSQL, and compare every row. The old one keeps all it holds."""
    options: Options = context.obj
    began = time.monotonic()
    refuse_missing(options.database)
    with (
        work_folder(".watcher-move-", _find_folder(to) or _find_folder(options.database)) as folder,
        closing(open_database(options.database)) as source,
        closing(open_database(to)) as target,
        ProgressBar("moving"),
    ):
        refuse_full(target, "name one that is not there yet, or an empty one")
        key_file = find_key_file(options.database)
        key = key_file.read_bytes() if key_file and key_file.is_file() else None
        _put_key_beside(to, key, f"{key_file} holds", has_secret(options), replaces=False)
        digests = move_rows(source, target, folder)
    print_json(
        {
            "rows": sum(digest.count for digest in digests.values()),
            "tables": {name: digest.count for name, digest in digests.items()},
            "seconds": round(time.monotonic() - began, 1),
        }
    )
    print_error("every row is the same; start with --database or WATCHER_DATABASE naming the new one, and only with it")


def _refuse_name(file: Path, *, is_one_of_many: bool) -> None:
    if file.suffix != SUFFIX:
        print_error(f"{file}: name it FILE{SUFFIX}, for example watcher-{now():%Y-%m-%d}{SUFFIX}")
        raise typer.Exit(2)
    if is_one_of_many and not re.search(r"\d", file.stem):
        print_error(f"{file}: with --keep its name must have a date, for example watcher-{now():%Y-%m-%d}{SUFFIX}")
        raise typer.Exit(2)


def collect_attachments(options: Options) -> dict[str, bytes]:
    """The files beside the database, by their names in a backup: the key and the configuration, where they are there.

    They are taken as they are: a configuration with mistakes is no reason to have no backup.
    """
    folder, key_file = options.folder, find_key_file(options.database)
    files = {f"config/{name}.yaml": folder / f"{name}.yaml" for name in FILES}
    files |= {f"config/sources/{own.name}": own for own in further_files(folder)}
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
