"""Steps 1 and 2 of a poll: lead a source through its Requests to what it makes of them, and see that it is itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher import store
from watcher.core.items.list_identity import identify_known
from watcher.core.items.newsworthiness import worth_reading, worth_reading_once
from watcher.core.items.revisions import items_to_read
from watcher.core.letters.document_lines import is_document
from watcher.core.mail.batch import holds_mails
from watcher.core.watching.health import reject_emptied_list
from watcher.core.watching.proof import why_not_proven
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, MailRequest, ParseResult, Request, Response, SourceState
from watcher.runtime import Runtime
from watcher.sources.base import Source, next_item_step, next_step

MAX_ITEM_PAGES = 20  # item pages read in one poll; the rest stay unread until the next
MAX_PAGES_SECONDS = 60.0  # and no longer than this: the list itself is waiting to be told
FULL_POLL_EVERY = timedelta(hours=24)  # so often we ask without validators: a server may say "unchanged" for ever
READ_WITHIN = timedelta(days=7)  # an Item that could not be read is tried again for so long


async def fetch_and_parse(runtime: Runtime, source: Source, state: SourceState, now: datetime) -> ParseResult:
    """Lead a source through its Requests and Responses to what it makes of them."""
    is_full = state.last_full is None or now - state.last_full > FULL_POLL_EVERY
    asked_with = replace(state, validators={}) if is_full else state
    answers: list[Response | NotFetched] = []
    step = next_step(source, asked_with, ())
    while isinstance(step, Request):
        answers.append(await fetch(runtime, step))
        if len(answers) == 1 and not is_full and source.is_as_before(state, answers[0]):
            step = ParseResult(unchanged=True)
            break
        try:
            step = await runtime.run_parser(answers, next_step, source, asked_with, tuple(answers))
            if isinstance(step, ParseResult):
                reject_emptied_list(state, step)
        except NotParsed as error:
            body = next((answer.body for answer in reversed(answers) if isinstance(answer, Response)), b"")
            body = b"" if holds_mails(body) else body  # of all mails of a look, for the fault of one
            raise NotParsed(error.why, body=body) from error
    responses = tuple(answer for answer in answers if isinstance(answer, Response))
    return replace(step, responses=responses, moved_to=responses[0].moved_to if responses else "")


async def fetch(runtime: Runtime, request: Request) -> Response | NotFetched:
    """The Response, or why there is none: the source decides whether it can go on without."""
    try:
        if isinstance(request, MailRequest):
            return await runtime.run_in_thread(runtime.mail.read, request)
        return await runtime.fetcher.get(request)
    except NotFetched as error:
        return error


async def read_item_pages(
    runtime: Runtime, source: Source, state: SourceState, parsed: ParseResult, now: datetime
) -> ParseResult:
    """Each new Item with the text of its own page or file, where its source reads that. What fails loses no Item.

    Of a known page that its publisher calls updated, the page says in a note what is new.
    """
    if parsed.only_changes:  # what was left unread may not be listed again
        left = await runtime.run_in_thread(load_unread, runtime, source, now)
        listed = {item.identity for item in parsed.items}
        parsed = replace(parsed, items=(*parsed.items, *(item for item in left if item.identity not in listed)))
    if not parsed.items or not (source.trusts_stamps or any(map(source.reads_page_of, parsed.items))):
        return parsed
    stored = await runtime.run_in_thread(load_items, runtime, source, parsed.items)
    parsed = replace(parsed, items=identify_known(parsed.items, stored))
    wanted = items_to_read(parsed.items, stored, reads_page_of=source.reads_page_of, trusts_stamps=source.trusts_stamps)
    to_read = worth_reading(wanted, state, source.trust, now)
    to_read_once = worth_reading_once(wanted, state, source.trust, now)
    read: dict[str, tuple[Item, ...]] = {item.identity: (replace(item, unread=True),) for item in to_read}
    pages: dict[str, Response] = {}
    problems = []
    deadline = asyncio.get_running_loop().time() + MAX_PAGES_SECONDS
    for item in (*to_read, *to_read_once)[:MAX_ITEM_PAGES]:
        answers: list[Response | NotFetched] = []
        try:
            async with asyncio.timeout_at(deadline):
                read[item.identity] = await read_item(runtime, source, item, answers)
        except TimeoutError:
            problems.append(f"{item.url}: no time left in this poll")
        except (NotFetched, NotParsed) as error:
            problems.append(f"{item.url}: {error.why}")
            if item.identity in read:
                read[item.identity] = (replace(item, unread=not is_final(error, answers)),)
        else:
            page = next((answer for answer in answers if isinstance(answer, Response)), None)
            pages |= {part.identity: page for part in read[item.identity] if page}
    items = tuple(part for item in parsed.items for part in read.get(item.identity, (item,)))
    return replace(
        parsed, items=items, problems=(*parsed.problems, *problems), item_pages={**parsed.item_pages, **pages}
    )


async def read_item(
    runtime: Runtime, source: Source, item: Item, answers: list[Response | NotFetched]
) -> tuple[Item, ...]:
    """Lead a source through its Requests and Responses to the text of an Item; `answers` takes each as it comes."""
    step = next_item_step(source, item, ())
    while isinstance(step, Request):
        answers.append(await fetch(runtime, step))
        step = await runtime.run_parser(answers, next_item_step, source, item, tuple(answers))
    return step


def is_final(error: NotFetched | NotParsed, answers: Sequence[Response | NotFetched]) -> bool:
    """Whether the same page will fail again: it is gone, or it is a file without words."""
    if isinstance(error, NotFetched):
        return error.is_final
    return any(isinstance(answer, Response) and is_document(answer.body) for answer in answers)


def load_unread(runtime: Runtime, source: Source, now: datetime) -> list[Item]:
    """The Items of a source that are still to be read on their own pages."""
    with runtime.database.begin() as tx:
        return store.items.unread(tx, source.id, now - READ_WITHIN)


def load_items(runtime: Runtime, source: Source, items: Sequence[Item]) -> dict[str, Item]:
    """Those of `items` that we have, by identity."""
    with runtime.database.begin() as tx:
        return dict(store.items.known(tx, source.id, items))


# --- whether it is what its entry says -------------------------------------------------------------------------------


async def prove(
    runtime: Runtime, source: Source, state: SourceState, parsed: ParseResult, now: datetime
) -> SourceState:
    """The state with its Proof after a look at `parsed`.

    Raises NotParsed where a source that must prove itself does not, or no longer does.
    """
    if parsed.unchanged:
        return state
    why = why_not_proven(source.claim, parsed, {}, now)
    if not why and not state.proof.at and not parsed.only_changes:  # else the lists of all sources are not needed
        others = await load_lists_of_others(runtime, source)
        why = why_not_proven(source.claim, parsed, others, now)
    if not why and not parsed.only_changes:
        since = state.last_success if state.proof.at else source.news_since(state)
        return replace(state, last_success=since, proof=replace(state.proof, at=state.proof.at or now, why=""))
    if not source.is_auto:
        return replace(state, proof=replace(state.proof, why=why or state.proof.why))
    if why:
        raise NotParsed(f"it answers with something else than it did: {why}" if state.proof.at else why)
    return state


async def load_lists_of_others(runtime: Runtime, source: Source) -> Mapping[str, frozenset[str]]:
    """The identities of the Items that each other proven source listed last, and those of its site's general list."""
    states = await runtime.run_in_thread(load_states, runtime)
    configured = runtime.configuration.sources
    others = (state for state in states.values() if state.source in configured and state.source != source.id)
    proven = (state for state in others if state.proof.at and source.id not in configured[state.source].overlaps)
    lists = {state.source: state.last_identities for state in proven}
    if source.general_address:
        lists["the general feed of its site"] = await read_general_list(runtime, source)
    return lists


def load_states(runtime: Runtime) -> Mapping[str, SourceState]:
    """What is remembered of all sources."""
    with runtime.database.begin() as tx:
        return store.sources.states(tx)


async def read_general_list(runtime: Runtime, source: Source) -> frozenset[str]:
    """The identities of the list that `source` must not be; none where it cannot be read."""
    address = source.general_address
    answer = await fetch(runtime, Request(url=address, headers=source.headers_for(address)))
    if isinstance(answer, NotFetched):
        return frozenset()
    try:
        parsed: ParseResult = await runtime.run_parser([answer], source.parse, answer)
    except NotParsed:
        return frozenset()
    return frozenset(item.identity for item in parsed.items)
