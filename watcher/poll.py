"""The ingest flow, top to bottom: fetch, parse, and in ONE transaction save what is new and what is to be told.

docs/flow.md has the same numbers. Each `failpoint` is a place where the crash tests end the process.
"""

import asyncio
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from watcher import store
from watcher.announce import announce
from watcher.core.decide import decide
from watcher.core.items.list_identity import identify_known
from watcher.core.items.newsworthiness import worth_reading
from watcher.core.items.revisions import items_to_read
from watcher.core.pages.candidates import candidate_items, settle_pages, taken_alerts
from watcher.core.watching.admin_alerts import alerts_after_poll, concerns_network
from watcher.core.watching.fast_polling import UnconfirmedStory, fast_poll_at
from watcher.core.watching.health import reject_emptied_list
from watcher.core.watching.next_poll import state_after_failed_poll, state_after_poll
from watcher.errors import NotFetched, NotParsed, NotThePage
from watcher.failpoint import failpoint
from watcher.model import Decision, Item, ParseResult, Quarantined, Request, Response, SourceState
from watcher.runtime import Runtime
from watcher.sources.base import Source, next_step

MAX_ITEM_PAGES = 20  # item pages read in one poll; the rest stay unread until the next
MAX_PAGES_SECONDS = 60.0  # and no longer than this: the list itself is waiting to be told
FULL_POLL_EVERY = timedelta(hours=24)  # so often we ask without validators: a server may say "unchanged" for ever
PAGE_IS_GONE = frozenset({401, 403, 404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """How one poll of one source went. `outcome` is read, unchanged, failed or overtaken (another replica did it)."""

    source: str
    outcome: str
    fresh: int = 0
    revised: int = 0
    alerts: int = 0
    problems: tuple[str, ...] = ()
    why: str = ""


async def poll_due(
    runtime: Runtime, now: datetime, *, only: Iterable[str] = (), forced: bool = False
) -> list[asyncio.Task[PollResult]]:
    """Begin to poll each source that is due (`forced`: each, due or not); one slow source delays no other."""
    enabled = [source.id for source in runtime.configuration.sources.values() if source.enabled]
    wanted = [source_id for source_id in enabled if not only or source_id in only]
    lease = secrets.token_hex(16)
    states = await runtime.run_in_thread(claim_sources, runtime, wanted, lease, now, forced)
    polls = [asyncio.create_task(poll(runtime, state, lease, now)) for state in states]
    runtime.keep_lease(lease, polls)
    return polls


def claim_sources(runtime: Runtime, ids: Sequence[str], lease: str, now: datetime, forced: bool) -> list[SourceState]:  # noqa: FBT001
    """Lease those of `ids` that are due and that no other process polls; what is remembered of each."""
    with runtime.database.begin() as tx:
        runtime.fetcher.rest(store.hosts.resting(tx, now))
        return store.sources.claim(tx, ids, lease, now, forced=forced)


async def poll(runtime: Runtime, state: SourceState, lease: str, now: datetime) -> PollResult:
    """Poll one source. A failure is saved as a failure, never as "no news"."""
    source = runtime.configuration.sources[state.source]
    try:
        parsed = await fetch_and_parse(runtime, source, state, now)  # 1 fetch, 2 parse
        parsed = await read_item_pages(runtime, source, state, parsed, now)
        failpoint("after_fetch")
        save = save_unchanged if parsed.unchanged else decide_and_save
        return await runtime.run_in_thread(save, runtime, source, state, lease, parsed, now)  # 3 to 8
    except (NotFetched, NotParsed) as error:
        return await runtime.run_in_thread(save_failure, runtime, state, lease, error, now)
    except DBAPIError:
        raise  # the database is away: the lease runs out, and the poll is repeated
    except Exception as error:
        our_fault = NotParsed(f"a fault in watcher: {type(error).__name__}")
        await runtime.run_in_thread(save_failure, runtime, state, lease, our_fault, now)
        raise  # loud, and the others go on


# --- 1 fetch, 2 parse ---------------------------------------------------------------------------------------------


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
            raise NotParsed(error.why, body=body) from error
    responses = tuple(answer for answer in answers if isinstance(answer, Response))
    return replace(step, responses=responses, moved_to=responses[0].moved_to if responses else "")


async def fetch(runtime: Runtime, request: Request) -> Response | NotFetched:
    """The Response, or why there is none: the source decides whether it can go on without."""
    try:
        return await runtime.fetcher.get(request)
    except NotFetched as error:
        return error


async def read_item_pages(
    runtime: Runtime, source: Source, state: SourceState, parsed: ParseResult, now: datetime
) -> ParseResult:
    """With `read_page`, each new Item with the text of its own page. A page that cannot be read loses no Item.

    Of a known page that its publisher calls updated, the page says in a note what is new.
    """
    if not parsed.items or not (source.read_page or source.trusts_stamps):
        return parsed
    stored = await runtime.run_in_thread(load_items, runtime, source, parsed.items)
    parsed = replace(parsed, items=identify_known(parsed.items, stored))
    wanted = items_to_read(parsed.items, stored, reads_new=source.read_page, trusts_stamps=source.trusts_stamps)
    to_read = worth_reading(wanted, state, source.trust, now)
    read: dict[str, tuple[Item, ...]] = {item.identity: (replace(item, unread=True),) for item in to_read}
    pages: dict[str, Response] = {}
    problems = []
    deadline = asyncio.get_running_loop().time() + MAX_PAGES_SECONDS
    for item in to_read[:MAX_ITEM_PAGES]:
        try:
            async with asyncio.timeout_at(deadline):
                page = await runtime.fetcher.get(source.page_request(item))
            read[item.identity] = await runtime.run_parser([page], source.read_items, item, page)
            pages |= {part.identity: page for part in read[item.identity]}
        except TimeoutError:
            problems.append(f"{item.url}: no time left in this poll")
        except (NotFetched, NotParsed) as error:
            problems.append(f"{item.url}: {error.why}")
            is_gone = isinstance(error, NotFetched) and error.status in PAGE_IS_GONE
            read[item.identity] = (replace(item, unread=not is_gone),)
    items = tuple(part for item in parsed.items for part in read.get(item.identity, (item,)))
    return replace(parsed, items=items, problems=(*parsed.problems, *problems), item_pages=pages)


def load_items(runtime: Runtime, source: Source, items: Sequence[Item]) -> dict[str, Item]:
    """Those of `items` that we have, by identity."""
    with runtime.database.begin() as tx:
        return dict(store.items.known(tx, source.id, items))


# --- 3 load, 4 to 7 decide, 8 save --------------------------------------------------------------------------------


def decide_and_save(
    runtime: Runtime,
    source: Source,
    state: SourceState,
    lease: str,
    parsed: ParseResult,
    now: datetime,
    accepted: Collection[str] = (),
) -> PollResult:
    """One transaction: "seen" and "to be told" are one fact (ADR 3). `accepted`: see PagePast."""
    with runtime.database.begin(deciding=True) as tx:
        loaded = store.loading.load_state(tx, state, parsed, now, compares_lines=source.compares_lines)  # 3 load
        parsed = replace(parsed, items=identify_known(parsed.items, loaded.items))
        if loaded.page_past:
            settled = settle_pages(parsed, replace(loaded.page_past, accepted=accepted), now)
            store.candidates.replace_all(tx, source.id, settled.candidates)
            if settled.doubt:
                another_page = NotThePage(settled.doubt, body=parsed.responses[0].body if parsed.responses else b"")
                return record_failure(tx, runtime, state, lease, another_page, now)
            announce(tx, taken_alerts(settled.taken, now), runtime.configuration.subscribers.values(), now)
            parsed, loaded = settled.parsed, replace(loaded, page_changes=settled.changes)
        # 4 compare, 5 match, 6 place, 7 plan
        decision = decide(parsed.items, loaded, runtime.poll_context(source, now))
        store.saving.save_decision(tx, parsed, loaded, decision, now, runtime.keep_bytes_for)  # 8 save
        could_confirm = stories_to_confirm(tx, source, now)
        after = state_after_poll(state, parsed, source.every, decision.fresh, could_confirm, now)
        after = replace(after, last_answer=source.mark_to_keep(parsed))
        is_ours = save_state(tx, runtime, state, after, lease, now)
        bring_polls_forward(tx, runtime, source, decision, now)  # last of all: these rows belong to others
        failpoint("before_commit")
        if not is_ours:
            tx.rollback()  # another replica took this poll over; what it decides is decided
            return PollResult(source=source.id, outcome="overtaken")
    failpoint("after_commit")
    return PollResult(
        source=source.id,
        outcome="unchanged" if parsed.unchanged else "read",
        fresh=decision.fresh,
        revised=decision.revised,
        alerts=len(decision.alerts),
        problems=parsed.problems,
    )


def save_unchanged(
    runtime: Runtime, source: Source, state: SourceState, lease: str, parsed: ParseResult, now: datetime
) -> PollResult:
    """Save that all is as it was: there is nothing to load and nothing to decide. A page that was away is back."""
    with runtime.database.begin() as tx:
        if source.compares_lines:
            store.candidates.replace_all(tx, source.id, ())
        after = state_after_poll(state, parsed, source.every, 0, stories_to_confirm(tx, source, now), now)
        failpoint("before_commit")
        if not save_state(tx, runtime, state, after, lease, now):
            tx.rollback()  # another replica took this poll over
            return PollResult(source=source.id, outcome="overtaken")
    failpoint("after_commit")
    return PollResult(source=source.id, outcome="unchanged")


def stories_to_confirm(tx: Connection, source: Source, now: datetime) -> list[UnconfirmedStory]:
    """The Stories without an official word that `source` could confirm: it is polled fast for their sake."""
    unconfirmed = store.stories.unconfirmed(tx, now) if source.trust.confirms else []
    return [story for story in unconfirmed if story.waits_for(source.topics)]


def save_failure(
    runtime: Runtime, state: SourceState, lease: str, error: NotFetched | NotParsed, now: datetime
) -> PollResult:
    """Save that a poll failed, in a transaction of its own."""
    with runtime.database.begin() as tx:
        return record_failure(tx, runtime, state, lease, error, now)


def record_failure(
    tx: Connection, runtime: Runtime, state: SourceState, lease: str, error: NotFetched | NotParsed, now: datetime
) -> PollResult:
    """Save that a poll failed: the next one comes later, the validators stay, what could not be read is quarantined."""
    source = runtime.configuration.sources[state.source]
    after = state_after_failed_poll(state, error, source.every, now)
    if isinstance(error, NotParsed):
        page = Quarantined(what="page", name=source.id, why=error.why, body=error.body)
        store.quarantine.save(tx, [page], now)
    if not save_state(tx, runtime, state, after, lease, now):
        tx.rollback()  # another replica took this poll over
        return PollResult(source=source.id, outcome="overtaken")
    return PollResult(source=source.id, outcome="failed", why=error.why)


def accept_candidates(runtime: Runtime, source: Source, now: datetime) -> PollResult | None:
    """Take the versions that wait as the page, as an admin says; readers are told. None: nothing waits.

    Raises NotFetched while another process polls this source.
    """
    page = source.make_item(title=source.name, url=source.url, base=source.url)
    with runtime.database.begin() as tx:
        waiting = store.candidates.of_source(tx, source.id)
        stored = store.items.known(tx, source.id, [page] if page else [])
    if not waiting:
        return None
    lease = secrets.token_hex(16)
    claimed = claim_sources(runtime, [source.id], lease, now, True)
    if not claimed:
        raise NotFetched("it is being polled just now; try again in a minute")
    parsed = ParseResult(items=candidate_items(waiting, stored))
    return decide_and_save(runtime, source, claimed[0], lease, parsed, now, accepted=frozenset(waiting))


def save_state(
    tx: Connection, runtime: Runtime, before: SourceState, after: SourceState, lease: str, now: datetime
) -> bool:
    """Save a source's state, and tell admins once what began or ended with this poll. False: the lease was lost."""
    store.hosts.save(tx, runtime.fetcher.resting_hosts())
    sources = runtime.configuration.sources
    states = store.sources.states(tx) if concerns_network(before, after) else {}
    others = [state for source_id, state in states.items() if source_id in sources and sources[source_id].enabled]
    state, alerts = alerts_after_poll(sources[before.source].name, before, after, others, now)
    announce(tx, alerts, runtime.configuration.subscribers.values(), now)
    return store.sources.save(tx, state, lease)


def bring_polls_forward(tx: Connection, runtime: Runtime, polled: Source, decision: Decision, now: datetime) -> None:
    """Poll the official sources sooner that could confirm what was reported just now."""
    if not (reported := decision.reported_story_ids):
        return
    unconfirmed = [story for story in store.stories.unconfirmed(tx, now) if story.story in reported]
    others = [source for source in runtime.configuration.sources.values() if source.enabled and source.id != polled.id]
    awaited = {
        source.id: stories
        for source in others
        if source.trust.confirms and (stories := [story for story in unconfirmed if story.waits_for(source.topics)])
    }
    if awaited:
        store.sources.bring_forward(
            tx, awaited, lambda state: fast_poll_at(state, state.next_poll, awaited[state.source], now)
        )
