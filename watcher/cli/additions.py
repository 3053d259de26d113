"""Addresses and entries that a person gives to `watcher add`: checked before anything is asked or written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import typer
from pydantic import TypeAdapter, ValidationError

from watcher.cli.options import Options, print_error
from watcher.config import Configuration
from watcher.config.added_file import append_addition
from watcher.config.sources import make_source
from watcher.core.discovery.addition import SourceAddition
from watcher.core.language.text import clean_title
from watcher.core.language.urls import clean_link
from watcher.errors import BadConfig
from watcher.model import Trust
from watcher.model.options import Id
from watcher.sources.base import Source


def why_nothing_is_taken(source: Source) -> str:
    """Why a person can bring nothing to a source: it is switched off; "" where it takes things."""
    if source.enabled is not False:
        return ""
    return f"{source.id} is switched off (`enabled: false`): what you bring would be told to nobody, so it is not taken"


def read_address(written: str) -> str:
    """The address that was written; without a scheme, https. Exit code 2 where it is none."""
    address = written.strip()
    has_scheme = "://" in address or address.startswith(("mailto:", "javascript:", "data:"))
    url = clean_link(address if has_scheme else f"https://{address}")
    if not url or (not has_scheme and "." not in address and ":" not in address):
        print_error(f"{clean_title(written)!r} is no web address; write one such as https://www.example.org/news/")
        raise typer.Exit(2)
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path or "/"))


def read_overrides(
    configuration: Configuration, source_id: str, name: str, publisher: str, trust: Trust | None
) -> Mapping[str, Any]:
    """What a person says of the entry, by its keys. Exit code 2 for an id that cannot be, or that is taken."""
    try:
        TypeAdapter(Id).validate_python(source_id or "any")
    except ValidationError:
        print_error(f"--id {clean_title(source_id)!r}: write lower-case letters and digits, with dashes between them")
        raise typer.Exit(2) from None
    if source_id in configuration.sources:
        print_error(f"--id {source_id}: a source has this id already; choose another")
        raise typer.Exit(2)
    words = {"id": source_id, "name": clean_title(name), "publisher": clean_title(publisher)}
    return {key: given for key, given in {**words, "trust": trust}.items() if given}


def write_addition(options: Options, addition: SourceAddition, *, dry_run: bool) -> Configuration | None:
    """Append an entry and say where; None with `dry_run`, when it is shown only. Exit code 1 where it cannot be."""
    typer.echo(addition.as_yaml().strip("\n"))
    if dry_run:
        print_error("nothing was written (--dry-run)")
        return None
    try:
        path, configuration = append_addition(options.folder, addition, options.settings().environment)
    except BadConfig as error:
        print_error(f"{error}\nnothing was written: add the entry above to {options.folder}/sources.yaml yourself")
        raise typer.Exit(1) from None
    print_error(f"written to {path}: source {addition.id}")
    return configuration


def with_overrides(addition: SourceAddition, overrides: Mapping[str, Any]) -> SourceAddition:
    """The entry as a person wants it. Exit code 2 where its kind refuses it."""
    changed = replace(addition, **overrides)
    try:
        make_source(changed.keys)
    except ValueError:
        print_error(f"an entry for {changed.url} cannot be written: its address or names are refused")
        raise typer.Exit(2) from None
    return changed
