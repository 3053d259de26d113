"""The ingest flow, top to bottom: fetch, parse, and in ONE transaction remember what is new and what is to be told.

docs/flow.md numbers the steps. The `failpoint`s are where the crash tests end the process.
"""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from watcher import store
from watcher.announce import announce
from watcher.core.decide import LoadedState, decide
from watcher.core.delivery.schedule import next_poll_at
from watcher.core.items.freshness import recent_items
from watcher.core.items.revisions import items_to_read
from watcher.core.watching import health
from watcher.core.watching.admin_alerts import alerts_after_poll
from watcher.core.watching.fast_polling import fast_poll_at, not_before_after_failure, not_before_after_success
from watcher.errors import NotFetched, NotParsed
from watcher.failpoint import failpoint
from watcher.load import load
from watcher.model import Decision, Item, ParseResult, Quarantined, Request, Response, SourceState, Status, Validators
from watcher.runtime import Runtime
from watcher.sources.base import Source, next_step

MAX_ITEM_PAGES = 20  # item pages read in one poll; the rest stay unread until the next
MAX_PAGES_SECONDS = 60.0  # and no longer than this: the list itself is waiting to be told
GAP_SPEEDUP = 4  # so many times sooner we look again after two looks that shared no item
MIN_INTERVAL = timedelta(seconds=30)
FULL_POLL_EVERY = timedelta(hours=24)  # so often we ask without validators: a server may say "unchanged" for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """How one look at one source went. `outcome` is read, unchanged or failed."""

    source: str
    outcome: str
    fresh: int = 0
    revised: int = 0
    alerts: int = 0
    problems: tuple[str, ...] = ()
    why: str = ""


async def poll_due(
    desk: Runtime, now: datetime, *, only: Iterable[str] = (), forced: bool = False
) -> list[asyncio.Task[PollResult]]:
    """Begin a look at each source that is due; one slow source delays no other."""
    enabled = [
        each.id for each in desk.configuration.sources.values() if each.enabled and (not only or each.id in only)
    ]
    lease = secrets.token_hex(16)
    states = await desk.run_in_thread(_claim, desk, enabled, lease, now, forced)
    looks = [asyncio.create_task(poll(desk, state, lease, now)) for state in states]
    desk.keep_lease(lease, looks)
    return looks


def _claim(desk: Runtime, ids: Sequence[str], lease: str, now: datetime, forced: bool) -> list[SourceState]:  # noqa: FBT001
    with desk.database.begin() as tx:
        return store.sources.claim(tx, ids, lease, now, forced=forced)


async def poll(desk: Runtime, state: SourceState, lease: str, now: datetime) -> PollResult:
    """One look at one source. What could not be looked at is a row that says so, never "no news"."""
    source = desk.configuration.sources[state.source]
    try:
        reading, validators = await visit(desk, source, state, now)  # 1 fetch, 2 parse
        reading = await read_pages(desk, source, state, reading, now)
    except (NotFetched, NotParsed) as error:
        return await desk.run_in_thread(remember_failure, desk, state, lease, error, now)
    except Exception as error:
        await desk.run_in_thread(remember_failure, desk, state, lease, _ours(error), now)
        raise  # loud, and the others go on
    failpoint("after_fetch")
    try:
        return await desk.run_in_thread(remember, desk, state, lease, reading, validators, now)
    except NotParsed as error:  # what was read is suspect beside what was known
        return await desk.run_in_thread(remember_failure, desk, state, lease, error, now)
    except DBAPIError:
        raise  # the database is away: the lease runs out, and the look is repeated
    except Exception as error:
        await desk.run_in_thread(remember_failure, desk, state, lease, _ours(error), now)
        raise


def _ours(error: Exception) -> NotParsed:
    return NotParsed(f"a fault in watcher: {type(error).__name__}")


async def visit(
    desk: Runtime, source: Source, state: SourceState, now: datetime
) -> tuple[ParseResult, Mapping[str, Validators]]:
    """Lead a source through its Requests and Responses to its ParseResult; also the validators for the next time."""
    whole = state.last_full is None or now - state.last_full > FULL_POLL_EVERY
    asked = replace(state, validators={}) if whole else state
    answers: list[Response | NotFetched] = []
    step = next_step(source, asked, ())
    while isinstance(step, Request):
        answers.append(await _answer(desk, step))
        try:
            step = await desk.run_parser(answers, next_step, source, asked, tuple(answers))
            if isinstance(step, ParseResult):
                health.reject_emptied_list(state, step)
        except NotParsed as error:
            raise NotParsed(error.why, body=_body(answers)) from error
    pages = [answer for answer in answers if isinstance(answer, Response)]
    moved_to = next((page.moved_to for page in pages), "")
    validators = {page.requested_url: page.validators for page in pages}
    return replace(step, moved_to=moved_to, responses=tuple(pages)), state.validators if step.partial else validators


async def _answer(desk: Runtime, request: Request) -> Response | NotFetched:
    """A Response, or why there is none: the source decides whether it can go on without."""
    try:
        return await desk.fetcher.get(request)
    except NotFetched as error:
        return error


def _body(answers: Sequence[Response | NotFetched]) -> bytes:
    return next((answer.body for answer in reversed(answers) if isinstance(answer, Response)), b"")


async def read_pages(
    desk: Runtime, source: Source, state: SourceState, reading: ParseResult, now: datetime
) -> ParseResult:
    """With `read_page`, each new Item with the text of its own page. A page that cannot be read loses no Item."""
    if not source.read_page or not reading.items:
        return reading
    known = await desk.run_in_thread(_known, desk, source, reading.items)
    wanted = recent_items(items_to_read(reading.items, known), state, now)
    texts: dict[str, tuple[Item, ...]] = {}
    own: dict[str, Response] = {}
    problems = []
    until = asyncio.get_running_loop().time() + MAX_PAGES_SECONDS
    for number, item in enumerate(wanted):
        texts[item.identity] = (replace(item, unread=True),)
        if number >= MAX_ITEM_PAGES:
            continue
        try:
            async with asyncio.timeout_at(until):
                page = await desk.fetcher.get(source.page_request(item))
            texts[item.identity] = await desk.run_parser([page], source.read_items, item, page)
            own |= {each.identity: page for each in texts[item.identity]}
        except TimeoutError:
            problems.append(f"{item.url}: no time left in this poll")
        except (NotFetched, NotParsed) as error:
            problems.append(f"{item.url}: {error.why}")
            gone = isinstance(error, NotFetched) and error.status in {401, 403, 404, 410}
            texts[item.identity] = (replace(item, unread=not gone),)
    items = tuple(each for item in reading.items for each in texts.get(item.identity, (item,)))
    return replace(reading, items=items, problems=(*reading.problems, *problems), item_pages=own)


def _known(desk: Runtime, source: Source, found: Sequence[Item]) -> Mapping[str, Item]:
    with desk.database.begin() as tx:
        return store.items.known(tx, source.id, [item.identity for item in found])


def remember(
    desk: Runtime,
    state: SourceState,
    lease: str,
    reading: ParseResult,
    validators: Mapping[str, Validators],
    now: datetime,
) -> PollResult:
    """Steps 3 to 8: load, decide, save, in one transaction. "Seen" and "to be told" are one fact."""
    source, configuration = desk.configuration.sources[state.source], desk.configuration
    with desk.database.begin(deciding=True) as tx:
        known, reading = load(tx, source, state, reading, now)
        decision = decide(
            reading.items,
            known,
            trust=source.trust,
            publisher=source.publisher,
            index=configuration.index,
            subscribers=tuple(configuration.subscribers.values()),
            now=now,
        )
        store.items.save(tx, decision.items, decision.matches, now)
        store.items.save_new_identities(tx, source.id, decision.moved)
        failpoint("after_items")
        _save_stories(tx, decision)
        store.deliveries.plan(tx, decision.deliveries, now)
        _keep_bytes(tx, desk, reading, known, decision, now)
        seen = replace(_after_reading(tx, source, state, reading, decision, now), validators=validators)
        kept = _save_state(tx, desk, state, seen, lease, now)
        _pull(tx, desk, source, decision, now)  # last of all: these are rows of others
        failpoint("before_commit")
        if not kept:
            tx.rollback()  # another replica took this look over; what it decides is decided
            return PollResult(source=source.id, outcome="overtaken")
    failpoint("after_commit")
    return _result(source, reading, decision)


def _result(source: Source, reading: ParseResult, decision: Decision) -> PollResult:
    return PollResult(
        source=source.id,
        outcome="unchanged" if reading.unchanged else "read",
        fresh=decision.fresh,
        revised=decision.revised,
        alerts=len(decision.alerts),
        problems=reading.problems,
    )


def _after_reading(
    tx: Connection, source: Source, state: SourceState, reading: ParseResult, decision: Decision, now: datetime
) -> SourceState:
    """The facts after this look, and when the next comes: sooner after a gap, or while a Story is chased here."""
    seen = health.state_after_success(state, reading, now, fresh=decision.fresh)
    max_age = reading.responses[0].max_age if reading.responses else None
    seen = replace(seen, not_before=not_before_after_success(state, seen.ttl, max_age, now))
    every = max(source.every / GAP_SPEEDUP, MIN_INTERVAL) if seen.gap_at == now else source.every
    usual = next_poll_at(source.id, every, now, ttl=seen.ttl)
    chases = store.stories.unconfirmed(tx, now) if source.trust.confirms else []
    here = [each for each in chases if each.waits_for(source.topics)]
    return replace(seen, next_poll=fast_poll_at(seen, usual, here, now))


def _pull(tx: Connection, desk: Runtime, looked_at: Source, decision: Decision, now: datetime) -> None:
    """What was reported just now brings the next looks forward at the official sources that could confirm it."""
    reported = {story.id for story in decision.stories if story.status is Status.REPORTED}
    chases = [each for each in store.stories.unconfirmed(tx, now) if each.story in reported] if reported else []
    others = [
        each
        for each in desk.configuration.sources.values()
        if each.enabled and each.trust.confirms and each.id != looked_at.id
    ]
    wanted = {each.id: found for each in others if (found := [it for it in chases if it.waits_for(each.topics)])}
    if wanted:
        store.sources.bring_forward(
            tx, wanted, lambda each: fast_poll_at(each, each.next_poll, wanted[each.source], now)
        )


def _save_stories(tx: Connection, decision: Decision) -> None:
    store.stories.save(tx, decision.stories)
    store.deadlines.save(tx, decision.dates)
    store.stories.save_alerts(tx, decision.alerts)


def _keep_bytes(
    tx: Connection, desk: Runtime, reading: ParseResult, known: LoadedState, decision: Decision, now: datetime
) -> None:
    """What could not be read, for a person to look at; and what the Items of Stories were read from, as evidence."""
    store.quarantine.save(tx, [*reading.quarantined, *decision.quarantined], now)
    store.origins.save(tx, decision.items, reading, {**known.items, **decision.moved}, now, desk.keep_bytes_for)


def remember_failure(
    desk: Runtime, state: SourceState, lease: str, error: NotFetched | NotParsed, now: datetime
) -> PollResult:
    """A look that failed: the next one comes later, the validators stay, and what cannot be read is put aside."""
    source = desk.configuration.sources[state.source]
    after = error.after if isinstance(error, NotFetched) else None
    status = error.status if isinstance(error, NotFetched) else None
    failed = health.state_after_failure(state, error, now)
    failed = replace(failed, not_before=not_before_after_failure(state, status, after, now))
    again = next_poll_at(source.id, source.every, now, failures=failed.failures, after=after)
    with desk.database.begin() as tx:
        if isinstance(error, NotParsed):
            store.quarantine.save(tx, [Quarantined(what="page", name=source.id, why=error.why, body=error.body)], now)
        if not _save_state(tx, desk, state, replace(failed, next_poll=again), lease, now):
            tx.rollback()  # another replica took this look over
            return PollResult(source=source.id, outcome="overtaken")
    return PollResult(source=source.id, outcome="failed", why=error.why)


def _save_state(
    tx: Connection, desk: Runtime, before: SourceState, after: SourceState, lease: str, now: datetime
) -> bool:
    """Remember the source's state, and tell admins what began or ended with this look, once."""
    source = desk.configuration.sources[before.source]
    on = {each.id for each in desk.configuration.sources.values() if each.enabled}
    others = [each for name, each in store.sources.states(tx).items() if name in on]
    state, alerts = alerts_after_poll(source.name, before, after, others, now)
    announce(tx, alerts, desk.configuration.subscribers.values(), now)
    return store.sources.save(tx, state, lease)
