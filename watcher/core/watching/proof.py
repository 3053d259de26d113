"""Whether a source is what its entry in sources.yaml says: by what it gives, never by whether it answers.

A wrong address that answers is worse than none. A source of the shipped catalogue that nobody has seen live is
`enabled: auto`: it is tried until what it gives fits its entry, and only then on. Of any other source, what does not
fit is a warning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from watcher.core.language.dates import latest_moment
from watcher.core.language.format import format_day
from watcher.core.language.text import folded_words
from watcher.model import Item, ParseResult, Proof, SourceState

TRY_EVERY, TRY_SOON = timedelta(hours=24), timedelta(hours=1)  # soon: where the machine reached nothing
AS_PAGE = "as page"  # remembered of a list that cannot be read and whose page is watched instead
NOTE = "note"  # remembered of a source: what admins hear once of how it is read
MAX_NAMED = 5
MIN_ITEMS = 2  # one item may stand on any page
MIN_SHARE = 0.5  # of the items that must be its own, and dated
MAX_SHARED = 0.8  # of the items may be those of another source
MAX_AGE_OF_NEWEST, MAX_AHEAD = timedelta(days=400), timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an entry says of its source: where its Items lead (`hosts`), whether it is a list, and what it is about.

    `subject`: words of which one must stand in what it gives; `overlaps`: the sources that give the same on purpose.
    """

    hosts: frozenset[str]
    is_list: bool = True
    is_dated: bool = True
    subject: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()


def why_not_proven(claim: Claim, parsed: ParseResult, others: Mapping[str, Iterable[str]], now: datetime) -> str:
    """Why what a source gives does not fit its entry; "" where it does.

    `others`: by id of another source, the identities of its Items.
    """
    doubt = next(iter(parsed.doubts.values()), "")
    if doubt:
        return f"another page may stand in its place: {doubt}"
    items = [item for item in parsed.items if not item.identity.startswith("letter ")]
    if not claim.is_list or parsed.memory.get(AS_PAGE):
        return _why_off_subject(claim, items) if items else ""
    if parsed.only_changes:  # few, and perhaps of old posts: only where they lead can be judged
        return _why_of_others(claim, items) if len(items) >= MIN_ITEMS else ""
    if len(items) < MIN_ITEMS:
        return f"it lists {len(items)} items, expected {MIN_ITEMS} or more"
    return (
        _why_of_others(claim, items)
        or (_why_implausible(items, now) if claim.is_dated else "")
        or _why_the_same(claim, items, others)
        or _why_off_subject(claim, items)
    )


def _why_of_others(claim: Claim, items: list[Item]) -> str:
    """Whether most Items lead to hosts that are not the publisher's."""
    hosts = [(urlsplit(item.url).hostname or "").removeprefix("www.") for item in items]
    strange = [host for host in hosts if not any(_is_within(host, own) for own in claim.hosts)]
    if len(strange) <= len(items) * (1 - MIN_SHARE):
        return ""
    return f"{len(strange)} of {len(items)} items lead elsewhere, such as to {strange[0]}"


def _is_within(host: str, own: str) -> bool:
    """Whether a host is `own`, below it, or beside it in one domain: feeds.bbci.co.uk is not bbc.co.uk."""
    return host == own or host.endswith(f".{own}") or own.endswith(f".{host}")


def _why_implausible(items: list[Item], now: datetime) -> str:
    moments = [moment for item in items if (moment := latest_moment(item.published))]
    if len(moments) < len(items) * MIN_SHARE:
        return f"only {len(moments)} of {len(items)} items have a date that can be read"
    newest = max(moments)
    if newest > now + MAX_AHEAD:
        newest = max((moment for moment in moments if moment <= now + MAX_AHEAD), default=newest)
    if newest > now + MAX_AHEAD or newest < now - MAX_AGE_OF_NEWEST:
        return f"its newest item is of {format_day(newest.date())}"
    return ""


def _why_the_same(claim: Claim, items: list[Item], others: Mapping[str, Iterable[str]]) -> str:
    """Whether it is another source's list: a site serves its general feed for what it does not know."""
    own = {item.identity for item in items}
    for source, identities in others.items():
        shared = own & set(identities)
        if source not in claim.overlaps and len(shared) >= MAX_SHARED * len(own):
            return f"it gives the same as {source}; if that is meant, name it in `overlaps`"
    return ""


def _why_off_subject(claim: Claim, items: list[Item]) -> str:
    words = {word for item in items for word in folded_words(f"{item.title} {item.summary} {item.text}")}
    wanted = [subject for subject in claim.subject if set(folded_words(subject)) <= words]
    return "" if wanted or not claim.subject else f"none of its words {', '.join(claim.subject)} stands in it"


def first_day_note(names: Mapping[str, str], states: Mapping[str, SourceState]) -> str:
    """For admins, once all sources that prove themselves were tried: how many did, and why others did not.

    `names` are those sources, by id; "" while one was not tried, or where admins have been told.
    """
    proofs = {source: states[source].proof for source in names if source in states and states[source].last_poll}
    if len(proofs) < len(names) or any(proof.is_told for proof in proofs.values()):
        return ""
    failed = {names[source]: proof.why for source, proof in proofs.items() if proof.at is None}
    counts = f"{len(names) - len(failed)} of {len(names)} sources proved to be what their entry says and are on"
    if not failed:
        return f"{counts}."
    tried = "The others stay off and are tried again; `watcher sources` says what to do."
    return f"{counts}. {tried} Off: {'; '.join(group_by_reason(failed))}."


def group_by_reason(reasons: Mapping[str, str]) -> list[str]:
    """A line for each reason with the sources that have it, by name: many of one reason are one trouble."""
    names_by_reason: dict[str, list[str]] = {}
    for name, why in reasons.items():
        names_by_reason.setdefault(why, []).append(name)
    return [
        f"{', '.join(names)}: {why}"
        if len(names) <= MAX_NAMED
        else f"{len(names)} sources ({', '.join(names[:MAX_NAMED])} and others): {why}"
        for why, names in names_by_reason.items()
    ]


def describe_unproven(source: str, proof: Proof, *, is_auto: bool) -> str:
    """In words for an admin, why a source is off, or what does not fit its entry, and the cure; "" where all fits."""
    if not proof.why:
        return "not tried so far" if is_auto and proof.at is None else ""
    cure = f"look with `watcher try {source}` and mend its entry"
    if not is_auto:
        return f"does not look like what its entry says: {proof.why}; {cure}"
    return f"not proven: {proof.why}; it is tried again. If this machine is online, {cure}, or write `enabled: true`"
