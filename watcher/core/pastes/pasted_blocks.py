"""Headlines and dates that stand in lines of their own: paired where the lines alternate without a doubt."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

from watcher.core.language.format import format_count
from watcher.core.pastes.pasted_lines import PastedLine
from watcher.core.pastes.pasted_words import (
    PastedAnnouncement,
    ReadDate,
    find_lone_date,
    is_headline,
    is_lone_date,
    make_announcement,
    says_headline,
    says_long_headline,
)
from watcher.errors import NotParsed

CURE = "copy the list alone, from its first headline or date to its last, or save the page and give it with --from FILE"
Segments = list[list[PastedLine]]
IsCandidate = Callable[[PastedLine], bool]


def read_blocks(lines: Sequence[PastedLine], read_date: ReadDate) -> Iterator[PastedAnnouncement]:
    """The announcements of lines that alternate. Raises NotParsed where it is doubtful what belongs together."""
    blocks = _split_at_blanks(lines)
    dated = [block for block in blocks if sum(is_lone_date(line, read_date) for line in block) == 1]
    lone_dates = sum(is_lone_date(line, read_date) for line in lines)
    if len(dated) == lone_dates and all(_has_headline(block, read_date) for block in dated):
        for block in dated:
            (date,) = (line for line in block if is_lone_date(line, read_date))
            texts = [line for line in block if line is not date]
            yield _make(_headlines(texts)[0], texts, find_lone_date(date, read_date))
        return
    yield from _read_unparted([line for line in lines if line], read_date)


def _has_headline(block: Sequence[PastedLine], read_date: ReadDate) -> bool:
    return bool(_headlines([line for line in block if not is_lone_date(line, read_date)]))


def _headlines(texts: list[PastedLine]) -> list[PastedLine]:
    """Of the lines of one announcement those that may be its headline, the likeliest first."""
    return [*filter(_is_linked, texts), *filter(says_headline, texts), *(line for line in texts if _tells(line))]


def _split_at_blanks(lines: Sequence[PastedLine]) -> Segments:
    blocks: Segments = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _read_unparted(lines: Sequence[PastedLine], read_date: ReadDate) -> Iterator[PastedAnnouncement]:
    """Announcements that nothing parts. Raises NotParsed where it is doubtful which headline a date belongs to."""
    dates = [index for index, line in enumerate(lines) if is_lone_date(line, read_date)]
    segments = [list(lines[begin + 1 : end]) for begin, end in pairwise([-1, *dates, len(lines)])]
    for is_candidate in (_is_linked, says_long_headline, says_headline, _tells):
        if any(sum(map(is_candidate, inner)) != 1 for inner in segments[1:-1]):
            continue
        stands_before, stands_after = _before(segments, is_candidate), _after(segments, is_candidate)
        if stands_before == stands_after:
            continue
        around = segments[:-1] if stands_before else segments[1:]
        for index, texts in zip(dates, around, strict=True):
            candidates = list(filter(is_candidate, texts))
            yield _make(candidates[-1 if stands_before else 0], texts, find_lone_date(lines[index], read_date))
        return
    raise NotParsed(f"it is doubtful which headline belongs to which of {format_count(len(dates), 'date')}; {CURE}")


def _before(segments: Segments, is_candidate: IsCandidate) -> bool:
    """Whether each headline can stand before its date: the lines before the first date end as the others do.

    Sentences and labels may stand between a headline and its date.
    """
    shapes = {_shape(inner, is_candidate).rpartition("h")[2] for inner in segments[1:-1]}
    first = _shape(segments[0], is_candidate)
    if first.endswith("h") or (segments[0] and shapes == {""} and says_headline(segments[0][-1])):
        return shapes <= {""} or "" in shapes
    return "h" in first and (first.rpartition("h")[2] in shapes or not shapes)


def _after(segments: Segments, is_candidate: IsCandidate) -> bool:
    """Whether each headline can stand after its date: the lines after the last date begin as the others do.

    Between a date and its headline there may be a category, and never a sentence.
    """
    shapes = {_shape(inner, is_candidate).partition("h")[0] for inner in segments[1:-1]}
    if any("s" in shape for shape in shapes):
        return False
    last = _shape(segments[-1], is_candidate)
    if last.startswith("h") or (segments[-1] and shapes == {""} and says_headline(segments[-1][0])):
        return shapes <= {""} or "" in shapes
    before_headline = last.partition("h")[0]
    return "h" in last and "s" not in before_headline and (before_headline in shapes or not shapes)


def _shape(segment: Sequence[PastedLine], is_candidate: IsCandidate) -> str:
    """A letter for each line: h for a headline, s for sentences, o for others; several of one are one."""
    letters = ("h" if is_candidate(line) else "s" if _is_sentence(line) else "o" for line in segment)
    return "".join(letter for letter, _ in groupby(letters))


def _is_sentence(line: PastedLine) -> bool:
    return any(cell.words.endswith((".", "…", "!", "?")) for cell in line)


def _is_linked(line: PastedLine) -> bool:
    """Whether a line has a headline that leads somewhere."""
    return any(cell.url and is_headline(cell) for cell in line)


def _tells(line: PastedLine) -> bool:
    return any(map(is_headline, line))


def _make(line: PastedLine, around: Sequence[PastedLine], date: str) -> PastedAnnouncement:
    """An announcement with the headline of a line; the lines around it are its summary."""
    title = max(line, key=lambda cell: (bool(cell.url and is_headline(cell)), is_headline(cell), len(cell.words)))
    others = [cell for words in around for cell in words if cell is not title]
    return make_announcement(title, date, others, line)
