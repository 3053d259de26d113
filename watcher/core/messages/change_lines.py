"""What became of a watched page, as facts for a reader: few, short, what a diary would note first."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.language.numbers import figures_in
from watcher.core.language.text import printable
from watcher.core.pages import eligibility, region
from watcher.core.pages.versions import compare_versions
from watcher.core.pages.word_diff import diff_words
from watcher.model import Change, Line, Mark, Span, TextChange, Verdict, Version

MAX_TEXT_CHANGES, MAX_LISTS, MAX_MEMBERS = 3, 3, 6
MAX_EXPLAINED = 50  # what `watcher explain` shows
CONTEXT_WORDS, MAX_CHANGE_WORDS = 9, 45  # words that are kept beside a change, and words of one change
_FILE = re.compile(r"File of ([\d,]+ bytes), \w+")
_DUTY = re.compile(r"\b(?:must|not|no|never|may|should|only|need|free|paid|clos\w+|open\w*|end\w*)\b", re.IGNORECASE)
_GONE, _CAME = (Mark.KEPT, Mark.REMOVED), (Mark.KEPT, Mark.ADDED)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of what changed: its label, and its words with their Marks."""

    label: str
    spans: tuple[Span, ...]

    @property
    def value(self) -> str:
        """The words alone, for channels that cannot show Marks."""
        return " ".join(span.text for span in self.spans)


def change_lines(was: Version, now: Version, most: int = MAX_TEXT_CHANGES) -> tuple[ChangeLine, ...]:
    """What became of a page between two versions: its lists, then at most `most` sentences as they were and are."""
    files = [_FILE.fullmatch(each.text) for each in (was, now)]
    if files[0] and files[1]:
        return (_plain("File", f"another file under the same address ({files[0][1]} before, {files[1][1]} now)"),)
    change = compare_versions(was, now)
    if change.verdict in {Verdict.COSMETIC, Verdict.SUSPECT}:
        return ()
    pairs = sorted(change.text, key=_weight)
    notice = [_plain("Notice", change.why)] if change.verdict is Verdict.WITHDRAWN else []
    members = list(_members(_unpaired(change), now))
    told = [line for pair in pairs[:most] for line in _pair(pair)]
    lists = max(most, MAX_LISTS)
    left = len(pairs[most:]) + len(members[lists:])
    more = (
        [_plain("More", f"{left} more change{'s' if left > 1 else ''}: see the page, or watcher explain")]
        if left
        else []
    )
    return (*notice, *members[:lists], *told, *more)


def _plain(label: str, words: str) -> ChangeLine:
    return ChangeLine(label, (Span(mark=Mark.KEPT, text=printable(words)),))


def _weight(pair: TextChange) -> int:
    """A moved figure or day first, then what must be done or not, then all else."""
    if figures_in(pair.was) != figures_in(pair.now):
        return 0
    changed = " ".join(span.text for span in diff_words(pair) if span.mark is not Mark.KEPT)
    return 1 if _DUTY.search(changed) else 2


def _unpaired(change: Change) -> Change:
    """The Change without members that were only reworded: they are shown as text."""
    both = [pair for pair in change.text if pair.was and pair.now]
    was, now = {pair.was for pair in both}, {pair.now for pair in both}
    return replace(
        change,
        added=tuple(line for line in change.added if line.text not in now),
        removed=tuple(line for line in change.removed if line.text not in was),
    )


def _members(change: Change, now: Version) -> Iterator[ChangeLine]:
    """Who is eligible in one sentence, and the members of all other lists, each with the list that they stand in."""
    who = eligibility.eligible_groups((*change.added, *change.removed))
    if who:
        yield _plain("Eligible", eligibility.eligibility_sentence(change, region.read_region(now.text)))
    for label, lines in (("Added", change.added), ("Removed", change.removed)):
        for place, members in _by_list(line for line in lines if line not in who):
            yield _plain(label, f"{_listed(members)}{f' (list: “{place}”)' if place else ''}")


def _by_list(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    places: dict[str, list[Line]] = {}
    for line in lines:
        places.setdefault((line.lead if not line.cells else "") or line.under, []).append(line)
    yield from places.items()


def _listed(members: Sequence[Line]) -> str:
    texts = [_cut(line.text.rstrip(" .;,")) for line in members]
    more = f"; and {len(texts) - MAX_MEMBERS} more" if len(texts) > MAX_MEMBERS else ""
    return "; ".join(texts[:MAX_MEMBERS]) + more


def _pair(pair: TextChange) -> Iterator[ChangeLine]:
    """A sentence as it was and as it is, each with its own words marked, and no more of it than one needs."""
    if not pair.was:
        yield _plain("New text", _cut(pair.now))
    elif not pair.now:
        yield _plain("Text gone", _cut(pair.was))
    else:
        known = diff_words(pair)
        yield ChangeLine("Was", tuple(_short([span for span in known if span.mark in _GONE])))
        yield ChangeLine("Now", tuple(_short([span for span in known if span.mark in _CAME])))


def _short(known: Sequence[Span]) -> Iterator[Span]:
    """Words that stayed are cut to the few beside what changed."""
    last = len(known) - 1
    for at, span in enumerate(known):
        words = printable(span.text).split()
        if span.mark is not Mark.KEPT:
            text = _cut(span.text)
        else:
            head = words[:CONTEXT_WORDS] if at > 0 else []
            tail = words[-CONTEXT_WORDS:] if at < last else []
            few = len(words) <= len(head) + len(tail) or (not head and not tail)
            text = " ".join(words) if few else " ".join([*head, "…", *tail])
        yield Span(mark=span.mark, text=text)


def _cut(text: str) -> str:
    words = printable(text).split()
    return " ".join(words) if len(words) <= MAX_CHANGE_WORDS else " ".join([*words[:MAX_CHANGE_WORDS], "…"])
