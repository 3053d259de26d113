"""What a person brings or decides: it is decided and saved at once, between two polls."""

import secrets
from dataclasses import replace
from datetime import datetime

from watcher import store
from watcher.core.candidates import settle
from watcher.errors import NotFetched
from watcher.model import ParseResult
from watcher.poll import PollResult, claim_sources, decide_and_save
from watcher.runtime import Runtime
from watcher.sources.base import Source


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
    parsed = ParseResult(items=settle.candidate_items(waiting, stored), accepted=frozenset(waiting))
    return save_now(runtime, source, parsed, now)


def take_in(runtime: Runtime, source: Source, parsed: ParseResult, now: datetime) -> PollResult:
    """Take what a person brings as Items of `source`, which need not be on; how its polls went stays as it was.

    Raises NotFetched while another process polls it.
    """
    return save_now(runtime, source, replace(parsed, by_hand=True, only_changes=True), now)


def save_now(runtime: Runtime, source: Source, parsed: ParseResult, now: datetime) -> PollResult:
    """Decide and save at once, between two polls. Raises NotFetched while another process polls this source."""
    lease = secrets.token_hex(16)
    claimed = claim_sources(runtime, [source.id], lease, now, True)
    if not claimed:
        raise NotFetched("it is being polled just now; try again in a minute")
    return decide_and_save(runtime, source, claimed[0], lease, parsed, now)
