"""The command that takes out of the database for other programs: export."""

import csv
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.options import Options, commands, now, print_error, refuse_missing

if TYPE_CHECKING:
    import sqlalchemy as sa

    from watcher.reports.export import Record

FORMULA_SIGNS = "=+-@"  # by which a spreadsheet takes a text for a formula (OWASP, CSV injection)
BREAKS = "\t\r\n"  # so is what begins with one of these


class Exported(StrEnum):
    """What can be exported."""

    STORIES = "stories"
    ITEMS = "items"
    DATES = "dates"
    DELIVERIES = "deliveries"
    READERS = "readers"


class ExportFormat(StrEnum):
    """As what: a JSON object a line, or a table for a spreadsheet."""

    JSONL = "jsonl"
    CSV = "csv"


@commands.command()
def export(
    context: typer.Context,
    what: Annotated[Exported, typer.Argument(help="What to write.")],
    as_format: Annotated[
        ExportFormat, typer.Option("--format", help="jsonl, or csv for a spreadsheet.")
    ] = ExportFormat.JSONL,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this London day on; else all of it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A new file, for its owner's eyes only; else stdout.")] = None,
    with_addresses: Annotated[
        bool, typer.Option("--with-addresses", help="Needed for readers: their addresses are personal data.")
    ] = False,
) -> None:
    """Write all there is of one kind, for other programs. The fields are those of the API."""
    if what is Exported.READERS and not (with_addresses and out):
        print_error("readers are personal data: say --with-addresses, and --out FILE, which only you can read")
        raise typer.Exit(2)
    options: Options = context.obj
    refuse_missing(options.database)
    is_table = as_format is ExportFormat.CSV
    with _open_out(out, with_bom=is_table) as file, _reading(options) as tx:
        records = _records(tx, options, what, _as_moment(since))
        count = _write_table(records, _fields(what), file) if is_table else _write_lines(records, file)
    if out:
        print_error(f"{out}: {count} records")


def _as_moment(since: datetime | None) -> datetime:
    """The beginning of a London day in UTC; the beginning of time for none."""
    from watcher.core.language.dates import london_time

    return london_time(since.date(), time()) if since else datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def _open_out(out: Path | None, *, with_bom: bool) -> Iterator[IO[str]]:
    """stdout, or a new file (0600); one that is not finished is taken away again.

    `with_bom`: the file begins with the mark by which Excel takes it for UTF-8.
    """
    if out is None:
        yield sys.stdout
        return
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig" if with_bom else "utf-8", newline="") as file:
        try:
            yield file
        except BaseException:
            out.unlink(missing_ok=True)
            raise


@contextmanager
def _reading(options: Options) -> Iterator["sa.Connection"]:
    from watcher.store.database import open_database

    database = open_database(options.database)
    try:
        with database.read() as tx:
            yield tx
    finally:
        database.close()


def _records(tx: "sa.Connection", options: Options, what: Exported, since: datetime) -> "Iterator[Record]":
    """Everything of one kind, one record after another; the whole is never held."""
    from watcher.reports import export as reports
    from watcher.web.api.exports import export_dates, export_stories

    base = options.environment.get("WATCHER_PUBLIC_URL", "").rstrip("/")
    if what is Exported.READERS:
        return reports.export_readers(options.configuration().subscribers)
    if what is Exported.ITEMS:
        return reports.export_items(tx, since)
    if what is Exported.DELIVERIES:
        return reports.export_deliveries(tx, since)
    return export_stories(tx, since, base) if what is Exported.STORIES else export_dates(tx, since, now())


def _fields(what: Exported) -> tuple[str, ...]:
    """The names of the fields of every record of one kind, in order."""
    from watcher.reports import export as reports
    from watcher.web.api.exports import DATE_FIELDS, STORY_FIELDS

    return {
        Exported.STORIES: STORY_FIELDS,
        Exported.DATES: DATE_FIELDS,
        Exported.ITEMS: reports.ITEM_FIELDS,
        Exported.DELIVERIES: reports.DELIVERY_FIELDS,
        Exported.READERS: reports.READER_FIELDS,
    }[what]


def _write_lines(records: "Iterable[Record]", file: IO[str]) -> int:
    """Write a JSON object a line; how many."""
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007 - the last one is the count
        file.write(f"{json.dumps(record, ensure_ascii=False)}\n")
    return count


def _write_table(records: "Iterable[Record]", fields: Sequence[str], file: IO[str]) -> int:
    """Write the heads, and a line for each record; how many records."""
    table = csv.DictWriter(file, fields)
    table.writeheader()
    count = 0
    for count, record in enumerate(records, 1):  # noqa: B007 - the last one is the count
        table.writerow(make_inert(record))
    return count


def make_inert(record: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a record for a spreadsheet: lists with semicolons, and nothing that is taken for a formula.

    An object stands as JSON, and so does a list of objects.
    """
    cells = {name: _as_cell(content) for name, content in record.items()}
    return {name: f"'{cell}" if _is_formula(cell) else cell for name, cell in cells.items()}


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take it for one: with white space before the sign, or the sign in full width, too."""
    first = next((sign for sign in cell if unicodedata.category(sign)[0] not in "CZ"), " ")
    return cell.startswith(tuple(BREAKS)) or unicodedata.normalize("NFKC", first)[0] in FORMULA_SIGNS


def _as_cell(content: Any) -> str:
    if content is None:
        return ""
    if isinstance(content, bool):
        return "yes" if content else "no"
    if isinstance(content, list | tuple) and not any(isinstance(part, dict | list | tuple) for part in content):
        return "; ".join(map(str, content))
    if isinstance(content, dict | list | tuple):
        return json.dumps(content, ensure_ascii=False, default=str)
    return str(content)
