"""Whether a version of a watched page that was read is the page, or waits as a Candidate and tells nobody.

What is doubted: a version unlike the page's past, one of which too little is left, one that a form or a button stands
before, a page where a file was. It is the page all the same when it is like any version that the page surely had, when
the page itself has been away for STAYS, or when an admin says so (`watcher accept`). So the true page coming back is
always read; and a wall that was taken for it once is doubted again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.core.candidates.likeness_to_past import is_like
from watcher.core.language import region_text
from watcher.core.language.format import format_moment
from watcher.core.pages.versions import (
    NOT_COMPARED,
    Changes,
    compare_versions,
    is_file,
    is_of_another_kind,
    version_of,
)
from watcher.model import Alert, Candidate, Change, Item, ParseResult, Reason, Validators, Verdict, Version

STAYS = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePast:
    """What is known of the pages of a source, by identity: as they are stored, their versions, and the Candidates."""

    stored: Mapping[str, Item]
    versions: Mapping[str, Sequence[Version]] = field(default_factory=dict)
    candidates: Mapping[str, Candidate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledPages:
    """The versions that are the page, with their Changes; and the Candidates that wait.

    `doubt`: why the page itself, the first Item, was not read ("": it was); `taken`: lines for admins about versions
    that are taken as the page from now on, though they are unlike it.
    """

    parsed: ParseResult
    changes: Changes
    candidates: tuple[Candidate, ...] = ()
    doubt: str = ""
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """Whether a version is the page: its Change, None where there is none to compare with; or the Candidate it is."""

    change: Change | None = None
    candidate: Candidate | None = None
    taken: str = ""


def doubted_ids(parsed: ParseResult, stored: Mapping[str, Item]) -> set[str]:
    """The identities of the known pages whose version in `parsed` is doubted: their whole past is worth loading."""
    known = ((item, stored[item.identity]) for item in parsed.items if item.identity in stored)
    return {
        item.identity
        for item, was in known
        if _why_doubted(version_of(was), version_of(item), parsed.doubts.get(item.identity, ""))
    }


def settle_pages(parsed: ParseResult, past: PagePast, now: datetime) -> SettledPages:
    """What becomes of each version in `parsed` at `now` (UTC). Where the page itself is doubted, nothing is read."""
    judged = {item.identity: _judge(item, parsed, past, now) for item in parsed.items}
    waiting = {identity: judgement.candidate for identity, judgement in judged.items() if judgement.candidate}
    page = parsed.items[0].identity if parsed.items else ""
    if page in waiting:
        candidate = waiting[page]
        others = (other for identity, other in past.candidates.items() if identity != page)
        return SettledPages(
            parsed=parsed, changes={}, candidates=(candidate, *others), doubt=describe_candidate(candidate)
        )
    problems = [f"{candidate.url}: {describe_candidate(candidate)}" for candidate in waiting.values()]
    taken = tuple(judgement.taken for judgement in judged.values() if judgement.taken)
    # Asked for whole again: "unchanged" would say nothing of a version that waits.
    responses = tuple(
        replace(response, validators=Validators())
        if response.requested_url in {candidate.url for candidate in waiting.values()}
        else response
        for response in parsed.responses
    )
    return SettledPages(
        parsed=replace(
            parsed,
            items=tuple(
                replace(item, is_doubted=bool(judged[item.identity].taken))
                for item in parsed.items
                if item.identity not in waiting
            ),
            problems=(*parsed.problems, *problems),
            responses=responses,
        ),
        changes={identity: judgement.change for identity, judgement in judged.items() if judgement.change},
        candidates=tuple(waiting.values()),
        taken=taken,
    )


def describe_candidate(candidate: Candidate) -> str:
    """In words for an admin, what waits, until when, and what to do."""
    return (
        f"another page may stand in its place since {format_moment(candidate.since)}: {candidate.why}. "
        f"It tells nobody; if it stays, it is taken as the page {format_moment(candidate.since + STAYS)}, "
        f"or now with `watcher accept {candidate.source}`"
    )


def taken_alerts(source: str, taken: Iterable[str], now: datetime) -> tuple[Alert, ...]:
    """For admins: which versions are taken as the page of `source` (its name and id) though they are unlike it."""
    stays = "What is shown there is taken as the page from now on, and readers are told of it. Look at it in a browser."
    return tuple(Alert(reason=Reason.NEEDS_ADMIN, at=now, note=f"{source}: {what}. {stays}") for what in taken)


def candidate_items(waiting: Mapping[str, Candidate], stored: Mapping[str, Item]) -> tuple[Item, ...]:
    """The Candidates as Items that were just read, behind those of `stored`, the page itself, that none replaces."""
    read = [
        Item(source=waits.source, identity=waits.identity, url=waits.url, title=waits.title, text=waits.text)
        for waits in waiting.values()
    ]
    return (*(item for identity, item in stored.items() if identity not in waiting), *read)


def _judge(item: Item, parsed: ParseResult, past: PagePast, now: datetime) -> _Judgement:
    stored, doubt = past.stored.get(item.identity), parsed.doubts.get(item.identity, "")
    accepted = item.identity in parsed.accepted
    if stored is None or not region_text.is_region_text(stored.text):  # never read as a watched page before
        return _doubt(item, doubt, None, past, now) if doubt and not accepted else _Judgement()
    was, version = version_of(stored), version_of(item)
    why = _why_doubted(was, version, doubt)
    if not why:
        return _Judgement(compare_versions(was, version))
    for earlier in past.versions.get(item.identity, ()):
        if not is_of_another_kind(earlier, version) and not _why_doubted(earlier, version, doubt):
            # Readers may have been told of what stood there in between: they hear that it is back.
            change = compare_versions(earlier, version)
            return _Judgement(NOT_COMPARED if change.verdict is Verdict.COSMETIC else change)
    if accepted:
        return _Judgement(NOT_COMPARED)
    return _doubt(item, why, NOT_COMPARED, past, now)


def _why_doubted(was: Version, now: Version, doubt: str) -> str:
    """Why a version may not be the page that `was` is; "" when it is. A file is never doubted: no wall is one."""
    if is_file(now):
        return ""
    if is_file(was):
        return doubt or "it is a page, and a file was there"
    change = compare_versions(was, now)
    if change.verdict in {Verdict.COSMETIC, Verdict.WITHDRAWN}:
        return ""
    if change.verdict is Verdict.SUSPECT:
        return change.why
    before, after = region_text.read_region(was.text), region_text.read_region(now.text)
    if not is_like(before, after, despite_doubt=bool(doubt)):
        return doubt or "it has hardly a word of the page before"
    return ""


def _doubt(item: Item, why: str, change: Change | None, past: PagePast, now: datetime) -> _Judgement:
    """The Candidate that a doubted version is; or that it is the page from now on, and why."""
    before = past.candidates.get(item.identity)
    # Whatever stood there meanwhile, the page itself has been away since then; a clock that ran ahead counts as now.
    since = min(before.since, now) if before else now
    candidate = Candidate(
        source=item.source, identity=item.identity, url=item.url, title=item.title, text=item.text, why=why, since=since
    )
    if now - since >= STAYS:
        return _Judgement(change, taken=f"{item.url} was unlike its past since {format_moment(since)}")
    return _Judgement(candidate=candidate)
