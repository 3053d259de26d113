"""The command for whoever has no mailbox to be read: saved mails (.eml), dropped in by hand."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from watcher.app import open_runtime
from watcher.cli.additions import why_nothing_is_taken
from watcher.cli.options import Options, commands, now, print_error, print_json
from watcher.cli.taking_in import take_in
from watcher.core.mail.batch import MailBatch, ReceivedMail, pack_batch
from watcher.core.mail.content import MAX_MAIL_BYTES, parse_headers, without_recipients
from watcher.core.mail.senders import claimed_sender, named_domain
from watcher.errors import NotFetched, NotParsed
from watcher.fetching import sandbox
from watcher.model import ParseResult, Response
from watcher.poll import PollResult
from watcher.runtime import Runtime
from watcher.sources.mailbox import Mailbox

SAVED_BY_HAND = 1  # the UID of a mail that lies in no mailbox


@commands.command(name="add-mail")
def add_mail(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Saved mails: whole, with their header lines (.eml).")],
    sure: Annotated[
        bool, typer.Option("--sure", help="You know that it came from its sender, though no signature proves it.")
    ] = False,
) -> None:
    """Take saved e-mails as if they had come by the mailbox. Prints a line for each; adding one twice adds nothing."""
    options: Options = context.obj
    configuration, settings = options.configuration(), options.settings()
    boxes = [source for source in configuration.sources.values() if isinstance(source, Mailbox)]

    async def add_all() -> list[PollResult | str]:
        async with open_runtime(settings, configuration, options.database, now) as runtime:
            return [await runtime.run_in_thread(add_one, runtime, boxes, file, sure, now()) for file in files]

    failed = False
    for file, result in zip(files, asyncio.run(add_all()), strict=True):
        if isinstance(result, str):
            print_error(f"{file}: {result}")
            failed = True
            continue
        print_json({"file": str(file), **asdict(result)})
        for problem in result.problems:
            print_error(f"{file}: {problem}")
    if failed:
        raise typer.Exit(1)


def add_one(runtime: Runtime, boxes: Sequence[Mailbox], file: Path, sure: bool, now: datetime) -> PollResult | str:
    """Take in one mail, or say why it was not."""
    body = read_file(file)
    if isinstance(body, str):
        return body
    header = parse_headers(body)
    named = [box for box in boxes if claimed_sender(header, box.senders)[0]]
    source = next((box for box in named if not why_nothing_is_taken(box)), next(iter(named), None))
    if source is None:
        domain = named_domain(header) or "no one sender"
        return f"it comes from {domain}, which no source of kind `mailbox` has in `senders` (docs/bulletins.md)"
    if why := why_nothing_is_taken(source):
        return why
    sender = claimed_sender(header, source.senders)[0]
    signed_by = (
        frozenset({sender.rpartition("@")[2]})
        if sure
        else runtime.mail.signers_of(body, source.senders, source.signed_by, is_saved=True)
    )
    if signed_by is None:
        return "its signature cannot be checked now, for no name server answers; try again, or say --sure if you are"
    try:
        return take_in(runtime, source, read_one(source, body, signed_by, now), now)
    except (NotFetched, NotParsed) as error:
        return error.why


def read_file(file: Path) -> bytes | str:
    """The bytes of a saved mail, or why it is none."""
    try:
        body = file.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if len(body) > MAX_MAIL_BYTES:
        return f"it is larger than {MAX_MAIL_BYTES:,} bytes"
    if not parse_headers(body).get("From"):
        return "this is no e-mail: it has no From line; save the whole mail as .eml"
    return body


def read_one(source: Mailbox, body: bytes, signed_by: frozenset[str], now: datetime) -> ParseResult:
    """What a mailbox source makes of one mail. Raises NotParsed for what is no mail."""
    mail = ReceivedMail(uid=SAVED_BY_HAND, body=without_recipients(body), signed_by=signed_by)
    batch = pack_batch(MailBatch(validity=0, mails=(mail,)))
    response = Response(url="mid:", body=batch, fetched_at=now)
    parsed: ParseResult = sandbox.run_in_sandbox(source.parse, response)
    return parsed
