"""What changed between two versions of a Region, and whether it matters.

Members of lists and rows of tables are compared as sets, all other lines as text. Everything is counted and hashed;
only what has no twin on the other side is looked at line by line, and of that a bounded number.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from watcher.core.pages.boilerplate import fold_line
from watcher.model import Change, Line, LineKind, Region, TextChange, Verdict

MIN_SIZE_KEPT, ENOUGH = 0.5, 300  # less than half of a text this long (characters) is an error, never a change
FOREIGN, LINES_ENOUGH = 0.1, 10  # of a page this long (lines) so little is left: it is another page
MAX_PAIRED_LINES = 200  # lines on each side that are looked at for a reworded one
ALIKE, SAME = 0.5, 0.6  # shared words: of two sentences, of two members
MAX_EQUAL_LINES = 8  # lines with the very same words that are tried one after the other
_WORD = re.compile(r"[^\W_]+(?:[.,'/-][^\W_]+)*")
_JOINER = re.compile(r"[;,]\s*(and|or)\W*$")
_SHAPES = {LineKind.MEMBER: "member", LineKind.ROW: "member"}

Place = tuple[str, str]
Twins = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    """A Line with what it is compared by: its folded words, its list, and where it stands on the page."""

    index: int
    line: Line
    words: str
    place: Place

    @property
    def shape(self) -> str:
        return _SHAPES.get(self.line.kind, "text")


def compare_regions(before: Region, after: Region) -> Change:
    """What became of `before`. Where one of the two is not the page, or the page shrank, nothing is said of it."""
    newly = after.banner if not before.banner else ""
    why = _suspect(before, "before") or _suspect(after, "after") or ("" if newly else _shrunk(before, after))
    if why:
        return Change(verdict=Verdict.SUSPECT, why=why)
    if newly and _shrunk(before, after):  # only the notice is left: nobody was taken off a list
        return Change(verdict=Verdict.WITHDRAWN, why=newly)
    old, new = _known(before), _known(after)
    if newly:
        new = [each for each in new if each.line.kind is not LineKind.BANNER]
    change = _change(old, new)
    if newly:
        return replace(change, verdict=Verdict.WITHDRAWN, why=newly)
    kept = sum(len(line.text) for line in before.lines) - sum(len(each.line.text) for each in _gone(old, new))
    lost = len(before.lines) >= LINES_ENOUGH and kept < FOREIGN * sum(len(line.text) for line in before.lines)
    reissued = _headline(before) and _headline(before) == _headline(after)
    if lost and not reissued and not any(pair.was and pair.now for pair in change.text):
        return Change(verdict=Verdict.SUSPECT, why="nearly nothing of the page before is left on it")
    return change


def _suspect(region: Region, which: str) -> str:
    why = region.why or ("" if region.lines else "there is no text in it")
    return f"the page {which} is not the page: {why}" if why else ""


def _shrunk(before: Region, after: Region) -> str:
    was, now = (sum(len(line.text) for line in each.lines) for each in (before, after))
    return f"only {now:,} of {was:,} characters are left" if was >= ENOUGH and now < MIN_SIZE_KEPT * was else ""


def _headline(region: Region) -> str:
    """A page that keeps it is that page, however much of its text was written anew."""
    return next((fold_line(line.text) for line in region.lines if line.kind is LineKind.HEADING), "")


def _known(region: Region) -> list[_PlacedLine]:
    places: dict[Place, Place] = {}
    known = []
    for at, line in enumerate(region.lines):
        raw = (line.under, line.lead) if line.is_member else ("", "")
        place = places.get(raw) or places.setdefault(raw, (fold_line(raw[0]), fold_line(raw[1])))
        cells = tuple(map(fold_line, line.cells))
        known.append(_PlacedLine(at, line, " | ".join(cells) if cells else fold_line(line.text), place))
    return known


def _change(old: Sequence[_PlacedLine], new: Sequence[_PlacedLine]) -> Change:
    same = _exact(old, new)
    gone = [each for each in old if each.index not in same]
    taken = set(same.values())
    come = [each for each in new if each.index not in taken]
    moved = _moved(gone, come, {each.place for each in old}, {each.place for each in new})
    gone = [each for each in gone if each.index not in moved]
    come = [each for each in come if each.index not in set(moved.values())]
    rows = _relabelled(gone, come)
    gone = [each for each in gone if each.index not in rows]
    come = [each for each in come if each.index not in set(rows.values())]
    reworded = _reworded(gone, come)
    added = tuple(each.line for each in come if each.line.is_member)
    removed = tuple(each.line for each in gone if each.line.is_member)
    text = (*_rejoined(old, new, same), *_pairs(old, new, rows | reworded, gone, come))
    members = sum(each.line.is_member for each in old) - len(removed) - len(rows)
    verdict = Verdict.CHANGED if added or removed or text else Verdict.COSMETIC
    return Change(verdict=verdict, added=added, removed=removed, kept=members, text=text)


def _exact(old: Iterable[_PlacedLine], new: Iterable[_PlacedLine]) -> dict[int, int]:
    """Lines with the same words in the same list: positions in `old` with those in `new`."""
    waiting: dict[tuple[str, Place, str], list[int]] = defaultdict(list)
    for each in new:
        waiting[each.shape, each.place, each.words].append(each.index)
    for found in waiting.values():
        found.reverse()
    same: dict[int, int] = {}
    for each in old:
        twins = waiting.get((each.shape, each.place, each.words))
        if twins:
            same[each.index] = twins.pop()
    return same


def _gone(old: Sequence[_PlacedLine], new: Iterable[_PlacedLine]) -> list[_PlacedLine]:
    left = Counter(each.words for each in new)
    left.subtract(Counter(each.words for each in old))
    return [each for each in old if left[each.words] < 0]


def _rejoined(old: Sequence[_PlacedLine], new: Sequence[_PlacedLine], same: Mapping[int, int]) -> list[TextChange]:
    """Members whose list went from "all of these" to "any of these": "a; and" and "a; or" fold to the same words."""
    ends = {each.index: found[1] for each in new if (found := _joined(each))}
    return [
        TextChange(was=each.line.text, now=next(other.line.text for other in new if other.index == same[each.index]))
        for each in old
        if (found := _joined(each)) and ends.get(same.get(each.index, -1), found[1]) != found[1]
    ][:MAX_PAIRED_LINES]


def _joined(each: _PlacedLine) -> re.Match[str] | None:
    return _JOINER.search(each.line.text[-8:]) if each.line.is_member else None


def _moved(
    gone: Sequence[_PlacedLine], come: Sequence[_PlacedLine], old: set[Place], new: set[Place]
) -> dict[int, int]:
    """Lines that only stand elsewhere. Between two lists that were and are there, a member that moves is news."""
    twins: dict[str, list[_PlacedLine]] = defaultdict(list)
    for each in come:
        twins[each.words].append(each)
    moved: dict[int, int] = {}
    taken: set[int] = set()
    for was in gone:
        for now in twins.get(was.words, ())[:MAX_EQUAL_LINES]:
            if now.index not in taken and _is_same_list(was, now, old, new):
                moved[was.index] = now.index
                taken.add(now.index)
                break
    return moved


def _is_same_list(was: _PlacedLine, now: _PlacedLine, old: set[Place], new: set[Place]) -> bool:
    if "text" in {was.shape, now.shape}:
        return True
    ended, began = was.place not in new, now.place not in old
    return (ended or began) if was.place[0] == now.place[0] else (ended and began)


def _relabelled(gone: Iterable[_PlacedLine], come: Iterable[_PlacedLine]) -> dict[int, int]:
    """Rows with the same first cell and other cells: the group stayed, something about it changed."""

    def by_label(lines: Iterable[_PlacedLine]) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for each in lines:
            if each.line.kind is LineKind.ROW and len(each.line.cells) > 1 and each.line.cells[0]:
                found[each.place[0], fold_line(each.line.cells[0])].append(each.index)
        return found

    before, after = by_label(gone), by_label(come)
    return {
        was[0]: after[label][0] for label, was in before.items() if len(was) == 1 and len(after.get(label, ())) == 1
    }


def _reworded(gone: Sequence[_PlacedLine], come: Sequence[_PlacedLine]) -> dict[int, int]:
    """Lines that are clearly the same in other words, the most alike first; figures make another member."""
    found: list[tuple[float, int, int, int]] = []
    for members in (False, True):
        one = [each for each in gone if each.line.is_member is members][:MAX_PAIRED_LINES]
        other = [each for each in come if each.line.is_member is members][:MAX_PAIRED_LINES]
        counted = [(each, Counter(_WORD.findall(each.words))) for each in other]
        for was in one:
            words = Counter(_WORD.findall(was.words))
            for now, others in counted:
                alike = _alike(words, others) if was.words != now.words else 0.0
                if alike >= (SAME if members else ALIKE) and (not members or _figures(words) == _figures(others)):
                    found.append((-alike, abs(was.index - now.index), was.index, now.index))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, was_at, now_at in sorted(found):
        if was_at not in pairs and now_at not in taken:
            pairs[was_at] = now_at
            taken.add(now_at)
    return pairs


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Shared words, counted, from 0 to 1 (Dice)."""
    few, many = sorted((one.total(), other.total()))
    if 2 * few < min(SAME, ALIKE) * (few + many) or not few:
        return 0.0
    return 2 * (one & other).total() / (few + many)


def _figures(words: Iterable[str]) -> set[str]:
    return {word for word in words if any(character.isdigit() for character in word)}


def _pairs(
    old: Sequence[_PlacedLine],
    new: Sequence[_PlacedLine],
    pairs: Mapping[int, int],
    gone: Sequence[_PlacedLine],
    come: Sequence[_PlacedLine],
) -> list[TextChange]:
    """All that changed in the text, in the order of the page: reworded lines, and those that only came or went."""
    taken = set(pairs.values())
    was_at = {each.index: each.line.text for each in old}
    now_at = {each.index: each.line.text for each in new}
    told = [(now, 1, TextChange(was=was_at[was], now=now_at[now])) for was, now in pairs.items()]
    told += [
        (each.index, 0, TextChange(was=each.line.text))
        for each in gone
        if each.index not in pairs and not each.line.is_member
    ]
    told += [
        (each.index, 1, TextChange(now=each.line.text))
        for each in come
        if each.index not in taken and not each.line.is_member
    ]
    return [pair for _, _, pair in sorted(told, key=lambda each: each[:2])]
