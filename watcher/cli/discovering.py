"""Lead a discovery through its Requests, and try what it proposes: what `watcher add URL` shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from watcher.config.sources import make_source
from watcher.core.discovery.addition import SourceAddition, make_id, name_of, trust_of_hosts, words_of_address
from watcher.core.discovery.discover import discover
from watcher.core.discovery.proposals import Discovery, Proposal, TriedProposal, rank
from watcher.core.language.dates import LONDON
from watcher.core.language.urls import canonical_url
from watcher.core.watching.proof import why_not_proven
from watcher.errors import NotFetched, NotParsed
from watcher.fetching.frugal_fetcher import FrugalFetcher
from watcher.model import Request, Response, SourceState
from watcher.reading import fetch, fetch_and_parse
from watcher.runtime import Runtime
from watcher.sources.base import Source, play_visit

MAX_REQUESTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """A Discovery with what its proposals give: those that give Items, the best first, and those that do not."""

    discovery: Discovery
    giving: tuple[TriedProposal, ...] = ()
    failed: tuple[TriedProposal, ...] = ()
    requests: int = 0


def next_search_step(address: str, today: date, answers: Sequence[Response | NotFetched]) -> Request | Discovery:
    """The Request that a discovery makes after `answers`, or what it found; London's `today`."""
    return play_visit(discover(address, today), answers)


async def search(runtime: Runtime, address: str, now: datetime) -> Findings:
    """What can be watched at `address`, with the Items that each way gives. No more than MAX_REQUESTS are made."""
    frugal = FrugalFetcher(runtime.fetcher, MAX_REQUESTS)
    runtime = replace(runtime, fetcher=frugal)
    today = now.astimezone(LONDON).date()
    answers: list[Response | NotFetched] = []
    step = next_search_step(address, today, ())
    while isinstance(step, Request):
        answers.append(await fetch(runtime, step))
        step = await runtime.run_parser(answers, next_search_step, address, today, tuple(answers))
    tried = [await _try_proposal(runtime, proposal, step, now) for proposal in step.proposals]
    giving = rank(tried, step.links)
    failed = tuple(proposed for proposed in tried if not proposed.items)
    return Findings(discovery=step, giving=tuple(giving), failed=failed, requests=len(frugal.exchanges))


async def _try_proposal(runtime: Runtime, proposal: Proposal, discovery: Discovery, now: datetime) -> TriedProposal:
    """A proposal with the Items that it gives, read as a poll reads them."""
    try:
        source = make_source(replace(make_addition(proposal, discovery, ()), is_auto=False).keys)
    except ValueError:
        return TriedProposal(proposal=proposal, why="its address or options cannot be used")
    try:
        parsed = await fetch_and_parse(runtime, source, SourceState(source=source.id, next_poll=now), now)
    except (NotFetched, NotParsed) as error:
        return TriedProposal(proposal=proposal, why=error.why)
    why = why_not_proven(source.claim, parsed, {}, now)
    return TriedProposal(
        proposal=proposal, items=parsed.items, why=why or ("" if parsed.items else "no items"), problems=parsed.problems
    )


def make_addition(proposal: Proposal, discovery: Discovery, taken: Sequence[str]) -> SourceAddition:
    """The entry for a proposal, named as its site names itself; `taken` are the ids in use."""
    host = (urlsplit(discovery.address).hostname or "").removeprefix("www.")
    publisher = discovery.publisher or host
    types = proposal.options.get("type", ())
    address = discovery.address if proposal.kind in {"listing", "page", "govuk"} else proposal.url
    options = dict(proposal.options)
    if (urlsplit(proposal.url).hostname or "").removeprefix("www.") != host:
        options["hosts"] = (host,)  # a feed of another host, whose items lead back to the site
    return SourceAddition(
        id=make_id([*words_of_address(address), *types], taken),
        name=name_of(publisher, proposal.label or discovery.title),
        publisher=publisher,
        trust=trust_of_hosts(discovery.address, proposal.url),
        kind=proposal.kind,
        url=proposal.url,
        every="30m",
        options=options,
    )


def pasted_addition(url: str, taken: Sequence[str]) -> SourceAddition:
    """The entry of a list that people copy from `url`, of which no machine reads more than the address."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    words = words_of_address(url)
    return SourceAddition(
        id=make_id(words, taken),
        name=" ".join(words),
        publisher=host,
        trust=trust_of_hosts(url),
        kind="pasted",
        url=url,
        every="7d",
        is_auto=False,
    )


def watched_by(sources: Sequence[Source], url: str, kind: str = "", types: Sequence[str] = ()) -> str:
    """The id of the source that watches an address already; "" where none does.

    A site's WordPress is watched by its types: without `types` it is no answer for an address.
    """
    for source in sources:
        watched_types = tuple(getattr(source, "type", ()))
        is_same = canonical_url(source.url) == canonical_url(url) and (not kind or source.kind == kind)
        if is_same and set(types) <= set(watched_types) and bool(types) == bool(watched_types):
            return source.id
    return ""
