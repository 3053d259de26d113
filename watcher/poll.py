"""The ingest flow, top to bottom: fetch, parse, and in ONE transaction save what is new and what is to be told.

docs/flow.md has the same numbers. Each `failpoint` is a place where the crash tests end the process.
"""

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from watcher import store
from watcher.announce import announce, tell_first_day
from watcher.core.candidates import settle
from watcher.core.items.list_identity import identify_known
from watcher.core.watching.admin_alerts import alerts_after_poll, concerns_network
from watcher.core.watching.fast_polling import UnconfirmedStory, fast_poll_at
from watcher.core.watching.next_poll import state_after_failed_poll, state_after_poll
from watcher.errors import NotFetched, NotParsed, NotThePage
from watcher.failpoint import failpoint
from watcher.model import Decision, ParseResult, Quarantined, SourceState
from watcher.reading import fetch_and_parse, prove, read_item_pages
from watcher.runtime import Runtime
from watcher.sources.base import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """How one poll of one source went.

    `outcome` is read, unchanged, failed, not proven (`enabled: auto`) or overtaken (another replica did it). `topics`:
    that of each Match of its fresh and revised Items.
    """

    source: str
    outcome: str
    fresh: int = 0
    revised: int = 0
    alerts: int = 0
    topics: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class UnchangedLook:
    """A poll that found all as it was, with the state before it, its lease and when it began (UTC)."""

    state: SourceState
    lease: str
    parsed: ParseResult
    now: datetime


async def poll_due(
    runtime: Runtime, now: datetime, *, only: Iterable[str] = (), forced: bool = False
) -> list[asyncio.Task[PollResult]]:
    """Begin to poll each source that is due (`forced`: each, due or not); one slow source delays no other."""
    sources = runtime.configuration.sources.values()
    enabled = [source.id for source in sources if source.enabled and source.is_polled]
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
        asked = state if source.is_on(state) else state.as_never_read()
        parsed = await fetch_and_parse(runtime, source, asked, now)  # 1 fetch, 2 parse
        state = await prove(runtime, source, asked, parsed, now)
        state = replace(state, last_success=None) if parsed.begins_anew else state
        parsed = await read_item_pages(runtime, source, state, parsed, now)
        failpoint("after_fetch")
        if parsed.unchanged:
            save = partial(runtime.run_in_thread, save_unchanged, runtime)
            look = UnchangedLook(state, lease, parsed, now)
            result: PollResult = await runtime.unchanged.add(look, save, runtime.lease_uses.total())
            return result
        return await runtime.run_in_thread(decide_and_save, runtime, source, state, lease, parsed, now)  # 3 to 8
    except (NotFetched, NotParsed) as error:
        save_it = save_failure if source.is_on(state) else save_trial
        return await runtime.run_in_thread(save_it, runtime, state, lease, error, now)
    except DBAPIError:
        raise  # the database is away: the lease runs out, and the poll is repeated
    except Exception as error:
        our_fault = NotParsed(f"a fault in watcher: {type(error).__name__}")
        await runtime.run_in_thread(save_failure, runtime, state, lease, our_fault, now)
        raise  # loud, and the others go on


# --- 3 load, 4 to 7 decide, 8 save --------------------------------------------------------------------------------


def decide_and_save(
    runtime: Runtime, source: Source, state: SourceState, lease: str, parsed: ParseResult, now: datetime
) -> PollResult:
    """One transaction: "seen" and "to be told" are one fact (ADR 3)."""
    from watcher.core.decide import decide

    with runtime.database.begin(deciding=True) as tx:
        before = state_before(source, state, parsed, now)
        loaded = store.loading.load_state(  # 3 load
            tx, before, parsed, now, compares_lines=source.compares_lines, calibrates=runtime.configuration.calibrate
        )
        parsed = replace(parsed, items=identify_known(parsed.items, loaded.items))
        if loaded.page_past:
            settled = settle_versions(tx, runtime, source, parsed, loaded.page_past, now)
            if settled.doubt:
                body = parsed.responses[0].body if parsed.responses else b""
                another_page = NotThePage(settled.doubt, doubt=settled.candidates[0].why, body=body)
                return record_failure(tx, runtime, state, lease, another_page, now)
            parsed, loaded = settled.parsed, replace(loaded, page_changes=settled.changes)
        # 4 compare, 5 match, 6 place, 7 plan
        decision = decide(parsed.items, loaded, runtime.poll_context(source, now))
        store.saving.save_decision(tx, parsed, loaded, decision, now, runtime.keep_bytes_for)  # 8 save
        is_poll = not (parsed.by_hand and source.is_polled)
        after = state_after_reading(tx, source, state, parsed, decision, now) if is_poll else state
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
        topics=decision.matched_topics,
        problems=parsed.problems,
    )


def state_before(source: Source, state: SourceState, parsed: ParseResult, now: datetime) -> SourceState:
    """The state that a decision begins with. What a person brings to a source that is polled is news by its own dates.

    The first that is ever brought is like a first poll (`begins_anew`); to a source that is not polled, each is a poll.
    """
    is_late_poll = parsed.by_hand and source.is_polled
    last_success = None if parsed.begins_anew else now if is_late_poll else state.last_success
    return replace(state, last_success=last_success)


def state_after_reading(
    tx: Connection, source: Source, state: SourceState, parsed: ParseResult, decision: Decision, now: datetime
) -> SourceState:
    """What is remembered of a source after a poll that read it."""
    could_confirm = confirmable(source, store.stories.unconfirmed(tx, now) if source.trust.confirms else ())
    after = state_after_poll(state, parsed, source.every, decision.fresh, could_confirm, now)
    after = replace(after, last_answer=source.mark_to_keep(parsed))
    return after if source.is_polled else replace(after, arrival_intervals=())  # a person has no rhythm


def settle_versions(
    tx: Connection, runtime: Runtime, source: Source, parsed: ParseResult, past: settle.PagePast, now: datetime
) -> settle.SettledPages:
    """Which versions of watched pages are the page; the others wait as Candidates, and admins hear what was taken."""
    settled = settle.settle_pages(parsed, past, now)
    store.candidates.replace_all(tx, source.id, settled.candidates)
    alerts = settle.taken_alerts(f"{source.name} ({source.id})", settled.taken, now)
    announce(tx, alerts, runtime.configuration.subscribers.values(), now)
    return settled


def save_unchanged(runtime: Runtime, looks: Sequence[UnchangedLook]) -> list[PollResult]:
    """Save that all is as it was, of several polls in one transaction: nothing to load, and nothing to decide.

    Pages that were away are back. A poll that another replica took over is left to it, and is told to nobody.
    """
    sources = runtime.configuration.sources
    with runtime.database.begin() as tx:
        store.hosts.save(tx, runtime.fetcher.resting_hosts())
        ours = store.sources.lock_leased(tx, [(look.state.source, look.lease) for look in looks])
        store.candidates.forget(tx, [source_id for source_id in ours if sources[source_id].compares_lines])
        is_awaited = any(sources[source_id].trust.confirms for source_id in ours)
        unconfirmed = store.stories.unconfirmed(tx, looks[0].now) if is_awaited else []
        changes = []
        for look in (look for look in looks if look.state.source in ours):
            source = sources[look.state.source]
            could_confirm = confirmable(source, unconfirmed)
            after = state_after_poll(look.state, look.parsed, source.every, 0, could_confirm, look.now)
            after = count_proven(tx, runtime, tell_conditions(tx, runtime, look.state, after, look.now), look.now)
            changes.append(store.sources.StateChange(after=after, before=look.state))
        store.sources.save_all(tx, changes)
        failpoint("before_commit")
    failpoint("after_commit")
    source_ids = [look.state.source for look in looks]
    return [PollResult(source=name, outcome="unchanged" if name in ours else "overtaken") for name in source_ids]


def confirmable(source: Source, unconfirmed: Iterable[UnconfirmedStory]) -> list[UnconfirmedStory]:
    """The Stories without an official word that `source` could confirm: it is polled fast for their sake."""
    if not source.trust.confirms or not source.is_polled:
        return []
    return [story for story in unconfirmed if story.waits_for(source.topics)]


def save_failure(
    runtime: Runtime, state: SourceState, lease: str, error: NotFetched | NotParsed, now: datetime
) -> PollResult:
    """Save that a poll failed, in a transaction of its own."""
    with runtime.database.begin() as tx:
        return record_failure(tx, runtime, state, lease, error, now)


def save_trial(
    runtime: Runtime, state: SourceState, lease: str, error: NotFetched | NotParsed, now: datetime
) -> PollResult:
    """Save that a source did not prove itself: it stays off, and nothing of what it gave is kept."""
    with runtime.database.begin() as tx:
        every = runtime.configuration.sources[state.source].try_every
        after = count_proven(tx, runtime, state_after_failed_poll(state, error, every, now, is_on=False), now)
        if not store.sources.save(tx, after, lease):
            tx.rollback()
            return PollResult(source=state.source, outcome="overtaken")
    return PollResult(source=state.source, outcome="not proven", why=error.why)


def count_proven(tx: Connection, runtime: Runtime, state: SourceState, now: datetime) -> SourceState:
    """Tell admins how many sources proved themselves, once all were tried."""
    configuration = runtime.configuration
    if not configuration.sources[state.source].is_auto:
        return state
    return tell_first_day(tx, configuration.sources.values(), configuration.subscribers.values(), state, now)


def record_failure(
    tx: Connection, runtime: Runtime, state: SourceState, lease: str, error: NotFetched | NotParsed, now: datetime
) -> PollResult:
    """Save that a poll failed: the next one comes later, the validators stay, what could not be read is quarantined."""
    source = runtime.configuration.sources[state.source]
    after = state_after_failed_poll(state, error, source.every, now)
    if isinstance(error, NotParsed):
        why = error.doubt if isinstance(error, NotThePage) else error.why
        page = Quarantined(what="page", name=source.id, why=why, body=error.body)
        store.quarantine.save(tx, [page], now)
    if not save_state(tx, runtime, state, after, lease, now):
        tx.rollback()  # another replica took this poll over
        return PollResult(source=source.id, outcome="overtaken")
    return PollResult(source=source.id, outcome="failed", why=error.why)


def save_state(
    tx: Connection, runtime: Runtime, before: SourceState, after: SourceState, lease: str, now: datetime
) -> bool:
    """Save a source's state, and tell admins once what began or ended with this poll. False: the lease was lost."""
    store.hosts.save(tx, runtime.fetcher.resting_hosts())
    state = tell_conditions(tx, runtime, before, after, now)
    return store.sources.save(tx, count_proven(tx, runtime, state, now), lease)


def tell_conditions(
    tx: Connection, runtime: Runtime, before: SourceState, after: SourceState, now: datetime
) -> SourceState:
    """Tell admins what began or ended with a poll; `after` as told then."""
    sources = runtime.configuration.sources
    states = store.sources.states(tx) if concerns_network(before, after) else {}
    polled = {source_id: state for source_id, state in states.items() if source_id in sources}
    polled = {source_id: state for source_id, state in polled.items() if sources[source_id].is_polled}
    others = [state for source_id, state in polled.items() if sources[source_id].is_on(state)]
    state, alerts = alerts_after_poll(sources[before.source].name, before, after, others, now)
    announce(tx, alerts, runtime.configuration.subscribers.values(), now)
    return state


def bring_polls_forward(tx: Connection, runtime: Runtime, polled: Source, decision: Decision, now: datetime) -> None:
    """Poll the official sources sooner that could confirm what was reported just now."""
    if not (reported := decision.reported_story_ids):
        return
    unconfirmed = [story for story in store.stories.unconfirmed(tx, now) if story.story in reported]
    others = [source for source in runtime.configuration.sources.values() if source.id != polled.id]
    could_confirm = [source for source in others if confirmable(source, unconfirmed)]
    states = store.sources.states(tx, [source.id for source in could_confirm]) if could_confirm else {}
    on = [source for source in could_confirm if source.is_on(states.get(source.id))]
    awaited = {source.id: confirmable(source, unconfirmed) for source in on}
    if awaited:
        store.sources.bring_forward(
            tx, awaited, lambda state: fast_poll_at(state, state.next_poll, awaited[state.source], now)
        )
