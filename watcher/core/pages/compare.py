"""The Change between two versions of a Region, and whether it matters.

Members of lists and rows of tables are compared as sets, all other lines as text. Everything is counted and hashed;
only what has no match on the other side is compared line by line, and of that a bounded number.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.pages.boilerplate_lines import fold_line
from watcher.model import Change, Line, LineKind, Region, TextChange, Verdict

MIN_SIZE_KEPT, MIN_CHARACTERS = 0.5, 300  # less than half of a text this long (characters) is an error, never a change
MIN_SHARED_LINES, MIN_LINES = 0.1, 10  # of a page this long (lines) so little is left: it is another page
MAX_PAIRED_LINES = 200  # lines on each side that are searched for a reworded one
MIN_SHARED_WORDS_OF_SENTENCE, MIN_SHARED_WORDS_OF_MEMBER = 0.5, 0.6  # shared words: of two sentences, of two members
MAX_EQUAL_LINES = 8  # lines with the very same words that are tried one after the other
_WORD = lazy_regex(r"[^\W_]+(?:[.,'/-][^\W_]+)*")
_JOINER = lazy_regex(r"[;,]\s*(and|or)\W*$")
_SHAPES = {LineKind.MEMBER: "member", LineKind.ROW: "member"}

Place = tuple[str, str]  # the heading that a list stands under, and what introduces it, both folded


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    """A Line with what it is compared by: its folded words, its list, and its index on the page."""

    index: int
    original: Line
    words: str
    place: Place

    @property
    def shape(self) -> str:
        return _SHAPES.get(self.original.kind, "text")

    @property
    def text(self) -> str:
        return self.original.text

    @property
    def is_member(self) -> bool:
        return self.original.is_member


def compare_regions(before: Region, after: Region) -> Change:
    """The Change from `before` to `after`; suspect where one of the two is not the page, or the page shrank."""
    notice = after.banner if not before.banner else ""
    shrinkage = _describe_shrinkage(before, after)
    why = _why_unusable(before, "before") or _why_unusable(after, "after") or ("" if notice else shrinkage)
    if why:
        return Change(verdict=Verdict.SUSPECT, why=why)
    if notice and shrinkage:  # only the notice is left: nobody was taken off a list
        return Change(verdict=Verdict.WITHDRAWN, why=notice)
    old, new = _place_lines(before), _place_lines(after)
    if notice:
        new = [line for line in new if line.original.kind is not LineKind.BANNER]
    change = _compare_lines(old, new)
    if notice:
        return replace(change, verdict=Verdict.WITHDRAWN, why=notice)
    if _is_another_page(before, after, old, new) and not any(pair.was and pair.now for pair in change.text):
        return Change(verdict=Verdict.SUSPECT, why="nearly nothing of the page before is left on it")
    return change


def _why_unusable(region: Region, which: str) -> str:
    why = region.why or region.doubt or ("" if region.lines else "there is no text in it")
    return f"the page {which} is not the page: {why}" if why else ""


def _describe_shrinkage(before: Region, after: Region) -> str:
    """By how much a page shrank, where that is too much to believe; else ""."""
    was, now = (sum(len(line.text) for line in region.lines) for region in (before, after))
    return f"only {now:,} of {was:,} characters are left" if was >= MIN_CHARACTERS and now < MIN_SIZE_KEPT * was else ""


def _is_another_page(before: Region, after: Region, old: Sequence[_PlacedLine], new: Sequence[_PlacedLine]) -> bool:
    """Whether nearly no text is left; a page that keeps its headline is that page, however much was written anew."""
    size = sum(len(line.text) for line in before.lines)
    kept = size - sum(len(line.text) for line in _lines_without_equal(old, new))
    lost = len(before.lines) >= MIN_LINES and kept < MIN_SHARED_LINES * size
    return lost and not has_same_headline(before, after)


def has_same_headline(before: Region, after: Region) -> bool:
    """Whether both have a headline, and the same."""
    return bool(_find_headline(before)) and _find_headline(before) == _find_headline(after)


def _find_headline(region: Region) -> str:
    return next((fold_line(line.text) for line in region.lines if line.kind is LineKind.HEADING), "")


def _place_lines(region: Region) -> list[_PlacedLine]:
    places: dict[Place, Place] = {}
    lines = []
    for index, line in enumerate(region.lines):
        raw = (line.under, line.lead) if line.is_member else ("", "")
        place = places.get(raw) or places.setdefault(raw, (fold_line(raw[0]), fold_line(raw[1])))
        cells = tuple(map(fold_line, line.cells))
        lines.append(_PlacedLine(index, line, " | ".join(cells) if cells else fold_line(line.text), place))
    return lines


def _compare_lines(old: Sequence[_PlacedLine], new: Sequence[_PlacedLine]) -> Change:
    same = _match_equal_lines(old, new)
    only_old, only_new = _without_matched(old, new, same)
    moved = _match_moved_lines(only_old, only_new, {line.place for line in old}, {line.place for line in new})
    only_old, only_new = _without_matched(only_old, only_new, moved)
    rows = _match_relabelled_rows(only_old, only_new)
    only_old, only_new = _without_matched(only_old, only_new, rows)
    reworded = _match_reworded_lines(only_old, only_new)
    added = tuple(line.original for line in only_new if line.is_member)
    removed = tuple(line.original for line in only_old if line.is_member)
    text = (*_list_changed_joiners(old, new, same), *_list_text_changes(old, new, rows | reworded, only_old, only_new))
    kept = sum(line.is_member for line in old) - len(removed) - len(rows)
    verdict = Verdict.CHANGED if added or removed or text else Verdict.COSMETIC
    return Change(verdict=verdict, added=added, removed=removed, kept=kept, text=text)


def _without_matched(
    only_old: Sequence[_PlacedLine], only_new: Sequence[_PlacedLine], matches: Mapping[int, int]
) -> tuple[list[_PlacedLine], list[_PlacedLine]]:
    """The lines of both sides that `matches` (old index to new index) does not hold."""
    matched = set(matches.values())
    return [line for line in only_old if line.index not in matches], [
        line for line in only_new if line.index not in matched
    ]


def _match_equal_lines(old: Iterable[_PlacedLine], new: Iterable[_PlacedLine]) -> dict[int, int]:
    """Lines with the same words in the same list: old index to new index."""
    unmatched: dict[tuple[str, Place, str], list[int]] = defaultdict(list)
    for line in new:
        unmatched[line.shape, line.place, line.words].append(line.index)
    for indexes in unmatched.values():
        indexes.reverse()
    matches: dict[int, int] = {}
    for line in old:
        equal = unmatched.get((line.shape, line.place, line.words))
        if equal:
            matches[line.index] = equal.pop()
    return matches


def _lines_without_equal(old: Sequence[_PlacedLine], new: Iterable[_PlacedLine]) -> list[_PlacedLine]:
    """The old lines whose words stand on the new page less often than on the old one, in whatever list."""
    surplus = Counter(line.words for line in new)
    surplus.subtract(Counter(line.words for line in old))
    return [line for line in old if surplus[line.words] < 0]


def _list_changed_joiners(
    old: Sequence[_PlacedLine], new: Sequence[_PlacedLine], same: Mapping[int, int]
) -> list[TextChange]:
    """Members whose list went from "all of these" to "any of these": "a; and" and "a; or" fold to the same words."""
    joiners = {line.index: joiner for line in new if (joiner := _find_joiner(line))}
    return [
        TextChange(was=was.text, now=next(now.text for now in new if now.index == same[was.index]))
        for was in old
        if (joiner := _find_joiner(was)) and joiners.get(same.get(was.index, -1), joiner) != joiner
    ][:MAX_PAIRED_LINES]


def _find_joiner(line: _PlacedLine) -> str:
    """The "and" or "or" that a member of a list ends in, else ""."""
    match = _JOINER.search(line.text[-8:]) if line.is_member else None
    return match[1] if match else ""


def _match_moved_lines(
    only_old: Sequence[_PlacedLine], only_new: Sequence[_PlacedLine], old_places: set[Place], new_places: set[Place]
) -> dict[int, int]:
    """Lines that only stand elsewhere. Between two lists that were and are there, a member that moves is news."""
    same_words: dict[str, list[_PlacedLine]] = defaultdict(list)
    for line in only_new:
        same_words[line.words].append(line)
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for was in only_old:
        for now in same_words.get(was.words, ())[:MAX_EQUAL_LINES]:
            if now.index not in taken and _is_same_list(was, now, old_places, new_places):
                matches[was.index] = now.index
                taken.add(now.index)
                break
    return matches


def _is_same_list(was: _PlacedLine, now: _PlacedLine, old_places: set[Place], new_places: set[Place]) -> bool:
    if "text" in {was.shape, now.shape}:
        return True
    ended, began = was.place not in new_places, now.place not in old_places
    return (ended or began) if was.place[0] == now.place[0] else (ended and began)


def _match_relabelled_rows(only_old: Iterable[_PlacedLine], only_new: Iterable[_PlacedLine]) -> dict[int, int]:
    """Rows with the same first cell and other cells: the group stayed, something about it changed."""
    before, after = _index_rows(only_old), _index_rows(only_new)
    return {
        indexes[0]: after[label][0]
        for label, indexes in before.items()
        if len(indexes) == 1 and len(after.get(label, ())) == 1
    }


def _index_rows(lines: Iterable[_PlacedLine]) -> dict[tuple[str, str], list[int]]:
    """The indexes of rows by heading and folded first cell."""
    indexes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        cells = line.original.cells
        if line.original.kind is LineKind.ROW and len(cells) > 1 and cells[0]:
            indexes[line.place[0], fold_line(cells[0])].append(line.index)
    return indexes


def _match_reworded_lines(only_old: Sequence[_PlacedLine], only_new: Sequence[_PlacedLine]) -> dict[int, int]:
    """Lines that are clearly the same in other words, the most similar first; other figures make another member."""
    candidates: list[tuple[float, int, int, int]] = []
    for members in (False, True):
        old = [line for line in only_old if line.is_member is members][:MAX_PAIRED_LINES]
        new = [line for line in only_new if line.is_member is members][:MAX_PAIRED_LINES]
        new_counts = [(line, Counter(_WORD.findall(line.words))) for line in new]
        for was in old:
            was_words = Counter(_WORD.findall(was.words))
            for now, now_words in new_counts:
                similarity = _similarity(was_words, now_words) if was.words != now.words else 0.0
                if similarity >= (MIN_SHARED_WORDS_OF_MEMBER if members else MIN_SHARED_WORDS_OF_SENTENCE) and (
                    not members or _figures_among(was_words) == _figures_among(now_words)
                ):
                    candidates.append((-similarity, abs(was.index - now.index), was.index, now.index))
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, old_index, new_index in sorted(candidates):
        if old_index not in matches and new_index not in taken:
            matches[old_index] = new_index
            taken.add(new_index)
    return matches


def _similarity(left: Counter[str], right: Counter[str]) -> float:
    """Shared words, counted, from 0 to 1 (Dice)."""
    few, many = sorted((left.total(), right.total()))
    if 2 * few < min(MIN_SHARED_WORDS_OF_MEMBER, MIN_SHARED_WORDS_OF_SENTENCE) * (few + many) or not few:
        return 0.0
    shared = sum(min(left[word], right[word]) for word in left.keys() & right.keys())  # faster than `left & right`
    return 2 * shared / (few + many)


def _figures_among(words: Iterable[str]) -> set[str]:
    return {word for word in words if any(character.isdigit() for character in word)}


def _list_text_changes(
    old: Sequence[_PlacedLine],
    new: Sequence[_PlacedLine],
    matches: Mapping[int, int],
    only_old: Sequence[_PlacedLine],
    only_new: Sequence[_PlacedLine],
) -> list[TextChange]:
    """All that changed in the text, in the order of the page: reworded lines, and those that only came or went."""
    old_texts = {line.index: line.text for line in old}
    new_texts = {line.index: line.text for line in new}
    only_old, only_new = _without_matched(only_old, only_new, matches)
    changes = [
        (new_index, 1, TextChange(was=old_texts[old_index], now=new_texts[new_index]))
        for old_index, new_index in matches.items()
    ]
    changes += [(line.index, 0, TextChange(was=line.text)) for line in only_old if not line.is_member]
    changes += [(line.index, 1, TextChange(now=line.text)) for line in only_new if not line.is_member]
    return [pair for _, _, pair in sorted(changes, key=lambda change: change[:2])]


def without_reworded(change: Change) -> Change:
    """The Change without members that were only reworded: they are shown as text."""
    reworded = [pair for pair in change.text if pair.was and pair.now]
    was, now = {pair.was for pair in reworded}, {pair.now for pair in reworded}
    return replace(
        change,
        added=tuple(line for line in change.added if line.text not in now),
        removed=tuple(line for line in change.removed if line.text not in was),
    )
