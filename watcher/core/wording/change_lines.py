"""The changes of a watched page as lines for a reader: few, short, those with dates and figures first."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from watcher.core.language import region_text
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.numbers import figures_in
from watcher.core.language.text import printable
from watcher.core.pages import eligibility
from watcher.core.pages.compare import without_reworded
from watcher.core.pages.versions import compare_versions
from watcher.core.pages.word_diff import diff_words
from watcher.model import Change, FactKind, Line, Mark, Span, TextChange, Verdict, Version

MAX_TEXT_CHANGES, MAX_LISTS, MAX_MEMBERS = 3, 3, 6
MAX_EXPLAINED = 50  # changed sentences that `watcher explain` shows
CONTEXT_WORDS, MAX_CHANGE_WORDS = 9, 45  # unchanged words kept beside a change, and words of one change
MAX_SHORT_CONTEXT_WORDS = 5  # kept beside a change in a message
_FILE = lazy_regex(r"File of ([\d,]+ bytes), \w+")
_DUTY_WORDS = lazy_regex(
    r"\b(?:must|not|no|never|may|should|only|need|free|paid|clos\w+|open\w*|end\w*)\b", re.IGNORECASE
)
_OLD_MARKS, _NEW_MARKS = (Mark.KEPT, Mark.REMOVED), (Mark.KEPT, Mark.ADDED)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line on what changed: its kind, and its words with their Marks."""

    kind: FactKind
    spans: tuple[Span, ...]

    @property
    def value(self) -> str:
        """The words alone, for channels that cannot show Marks."""
        return " ".join(span.text for span in self.spans)


def change_lines(was: Version, now: Version, max_text_changes: int = MAX_TEXT_CHANGES) -> tuple[ChangeLine, ...]:
    """The changes of a page between two versions: its lists, then up to `max_text_changes` sentences, old and new."""
    files = [_FILE.fullmatch(version.text) for version in (was, now)]
    if files[0] and files[1]:
        if was.text == now.text:
            return ()  # the same file is back
        return (
            _plain_line(
                FactKind.FILE, f"another file under the same address ({files[0][1]} before, {files[1][1]} now)"
            ),
        )
    change = compare_versions(was, now)
    if change.verdict in {Verdict.COSMETIC, Verdict.SUSPECT}:
        return ()
    notice = [_plain_line(FactKind.NOTICE, change.why)] if change.verdict is Verdict.WITHDRAWN else []
    lists = list(_list_lines(without_reworded(change), now))
    max_lists = max(max_text_changes, MAX_LISTS)
    pairs = sorted(change.text, key=_rank)
    sentences = [line for pair in pairs[:max_text_changes] for line in _text_lines(pair)]
    left = len(pairs[max_text_changes:]) + len(lists[max_lists:])
    more = f"{left} more change{'s' if left > 1 else ''}: see the page, or watcher explain"
    return (*notice, *lists[:max_lists], *sentences, *([_plain_line(FactKind.MORE_CHANGES, more)] if left else []))


# The kinds of a change as the lines of a message, which has only was and now.
CHANGE_WORDS = {
    FactKind.NOTICE: FactKind.NOW,
    FactKind.FILE: FactKind.NOW,
    FactKind.ELIGIBLE: FactKind.NOW,
    FactKind.ADDED: FactKind.NOW,
    FactKind.NEW_TEXT: FactKind.NOW,
    FactKind.REMOVED: FactKind.WAS,
    FactKind.TEXT_GONE: FactKind.WAS,
}
_SHORT_PREFIXES = {FactKind.ADDED: "added: ", FactKind.REMOVED: "removed: ", FactKind.TEXT_GONE: "gone: "}
CHANGE_PREFIXES = tuple(_SHORT_PREFIXES.values())


def short_changes(lines: Sequence[ChangeLine]) -> tuple[tuple[FactKind, str], ...]:
    """The weightiest change as at most one "was" and one "now", without what did not change between them."""
    was = next((line for line in lines if line.kind is FactKind.WAS), None)
    now = next((line for line in lines if line.kind is FactKind.NOW), None)
    lists = [
        line for line in lines if line.kind in {FactKind.ELIGIBLE, FactKind.ADDED, FactKind.REMOVED, FactKind.FILE}
    ]
    if lists and (was is None or lists[0].kind is FactKind.ELIGIBLE):
        return tuple((line.kind, _SHORT_PREFIXES.get(line.kind, "") + _short_list(line)) for line in lists[:2])
    if was and now:
        return (FactKind.WAS, _near_change(was)), (FactKind.NOW, _near_change(now))
    first = next((line for line in lines if line.kind is not FactKind.MORE_CHANGES), None)
    return ((first.kind, _SHORT_PREFIXES.get(first.kind, "") + first.value),) if first else ()


def _short_list(line: ChangeLine) -> str:
    """The members without the name of their list; of the eligible without what did not change."""
    return line.value.replace("; removed: none", "").replace("added: none; ", "").partition(" (list: ")[0]


def _near_change(line: ChangeLine) -> str:
    """The words from a few before the first change to the last change."""
    marked = [index for index, span in enumerate(line.spans) if span.mark is not Mark.KEPT]
    if not marked:
        return line.value
    words_before = [word for span in line.spans[: marked[0]] for word in span.text.split()]
    words_after = [word for span in line.spans[marked[-1] + 1 :] for word in span.text.split()]
    before, after = words_before[-MAX_SHORT_CONTEXT_WORDS:], words_after[:MAX_SHORT_CONTEXT_WORDS]
    middle = [span.text for span in line.spans[marked[0] : marked[-1] + 1]]
    words = " ".join([*before, *middle, *after]).strip(" …,;")
    left_out = len(words_after) > len(after) or (after and after[-1].endswith("…"))
    return f"{words} …" if left_out else words


def _plain_line(kind: FactKind, words: str) -> ChangeLine:
    return ChangeLine(kind, (Span(mark=Mark.KEPT, text=printable(words)),))


def _rank(pair: TextChange) -> int:
    """The sort key of a TextChange: 0 for a changed figure or day, 1 for words of duty, 2 for all else."""
    if figures_in(pair.was) != figures_in(pair.now):
        return 0
    changed = " ".join(span.text for span in diff_words(pair) if span.mark is not Mark.KEPT)
    return 1 if _DUTY_WORDS.search(changed) else 2


def _list_lines(change: Change, now: Version) -> Iterator[ChangeLine]:
    """One sentence on who is eligible, and a line of members for each other list, with the list's name."""
    eligible = eligibility.eligible_groups((*change.added, *change.removed))
    if eligible:
        yield _plain_line(
            FactKind.ELIGIBLE, eligibility.eligibility_sentence(change, region_text.read_region(now.text))
        )
    for kind, lines in ((FactKind.ADDED, change.added), (FactKind.REMOVED, change.removed)):
        for name, members in _group_by_list(line for line in lines if line not in eligible):
            yield _plain_line(kind, f"{_join_members(members)}{f' (list: “{name}”)' if name else ''}")


def _group_by_list(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Members by the introduction of their list, rows (and lists without one) by their heading."""
    lists: dict[str, list[Line]] = {}
    for line in lines:
        lists.setdefault((line.lead if not line.cells else "") or line.under, []).append(line)
    yield from lists.items()


def _join_members(members: Sequence[Line]) -> str:
    texts = [_shorten(line.text.rstrip(" .;,")) for line in members]
    more = f"; and {len(texts) - MAX_MEMBERS} more" if len(texts) > MAX_MEMBERS else ""
    return "; ".join(texts[:MAX_MEMBERS]) + more


def _text_lines(pair: TextChange) -> Iterator[ChangeLine]:
    """A sentence as it was and as it is, each with its own words marked, shortened around what changed."""
    if not pair.was:
        yield _plain_line(FactKind.NEW_TEXT, _shorten(pair.now))
    elif not pair.now:
        yield _plain_line(FactKind.TEXT_GONE, _shorten(pair.was))
    else:
        spans = diff_words(pair)
        yield ChangeLine(FactKind.WAS, tuple(_shorten_kept([span for span in spans if span.mark in _OLD_MARKS])))
        yield ChangeLine(FactKind.NOW, tuple(_shorten_kept([span for span in spans if span.mark in _NEW_MARKS])))


def _shorten_kept(spans: Sequence[Span]) -> Iterator[Span]:
    """The Spans, of whose unchanged words only the CONTEXT_WORDS beside a change are left."""
    last = len(spans) - 1
    for index, span in enumerate(spans):
        words = printable(span.text).split()
        if span.mark is not Mark.KEPT:
            text = _shorten(span.text)
        else:
            head = words[:CONTEXT_WORDS] if index > 0 else []
            tail = words[-CONTEXT_WORDS:] if index < last else []
            few = len(words) <= len(head) + len(tail) or (not head and not tail)
            text = " ".join(words) if few else " ".join([*head, "…", *tail])
        yield Span(mark=span.mark, text=text)


def _shorten(text: str) -> str:
    words = printable(text).split()
    return " ".join(words) if len(words) <= MAX_CHANGE_WORDS else " ".join([*words[:MAX_CHANGE_WORDS], "…"])
