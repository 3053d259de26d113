"""The words of a SearchQuery marked in texts, and a snippet of a text around the first of them: pieces, never markup.

The databases find by stems and do not say where. PostgreSQL's stemmer is a younger one, so that there a word may be
found, once in a while, that is not marked.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.search_query import SearchQuery, searched_words
from watcher.core.language.text import printable
from watcher.core.wording.porter import porter_stem

MarkedText = tuple[tuple[str, bool], ...]  # pieces of a text in their order; True: words that were searched for

MAX_SNIPPET_CHARACTERS = 240
MAX_CHARACTERS_BEFORE = 80  # the first marked word
MAX_ALTERED, MIN_BEGINNING = 2, 2  # letters: a word begins with its stem, but for its last two
_LINE_BREAK = lazy_regex(r"\s*\n\s*(?:(?:#|\|\|?|!|-) |\\)?\s*")  # with the mark that begins a line of a watched page
_LINE_MARK = lazy_regex(r"^\s*(?:(?:#|\|\|?|!|-) |\\)")
_SPACES = lazy_regex(r"\s+")
_NEXT_WORD = lazy_regex(r"[^\W_]+")


class BareLetters(dict[int, int]):
    """By code point, the letter in lower case and without its accent: each stays one character."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        bare = unicodedata.normalize("NFD", letter.lower())[0]
        self[code] = ord(bare) if bare.isalnum() == letter.isalnum() else code
        return self[code]


_BARE_LETTERS = BareLetters()


def mark_words(text: str, query: SearchQuery) -> MarkedText:
    """All of a text on one line, with the words of `query` marked."""
    return _cut_pieces(text, (0, len(text)), _find_spans(text, query, len(text)))


def make_snippet(title: str, summary: str, text: str, query: SearchQuery) -> MarkedText:
    """A piece of the summary, or else of the text, around the first words that were searched for.

    Of an Item that says them in neither it is how the summary or the text begins; () where it has none.
    """
    if spans := _find_spans(summary, query):
        return _cut_snippet(summary, spans)
    if summary and _has_all(title, query):
        return _cut_snippet(summary, ())
    spans = _find_spans(text, query)
    return _cut_snippet(text if spans else summary or text, spans)


def _has_all(title: str, query: SearchQuery) -> bool:
    return all(_find_spans(title, SearchQuery(terms=(term,))) for term in query.required)


def _find_spans(text: str, query: SearchQuery, window: int = MAX_SNIPPET_CHARACTERS) -> Sequence[tuple[int, int]]:
    """Where the words of `query` stand in `text`, in their order and apart: the first, and those in a window after it.

    The rest of a text of a hundred pages need not be read.
    """
    stems_of_terms, first_words = _compile_terms(query.required)
    folded = text.lower() if text.isascii() else text.translate(_BARE_LETTERS)
    spans: list[tuple[int, int]] = []
    for match in first_words.finditer(folded):
        if spans and match.start() > spans[0][0] + window:
            break
        ends = [end for stems in stems_of_terms if (end := _end_of_term(folded, match, stems))]
        if ends and (not spans or match.start() >= spans[-1][1]):
            spans.append((match.start(), max(ends)))
    return spans


def _end_of_term(folded: str, first_word: re.Match[str], stems: Sequence[str]) -> int:
    """Where a term that begins with `first_word` ends; 0 where another word comes in between."""
    word: re.Match[str] | None = first_word
    for stem in stems[:-1]:
        if word is None or porter_stem(word[0]) != stem:
            return 0
        word = _NEXT_WORD.search(folded, word.end())
    return word.end() if word and porter_stem(word[0]) == stems[-1] else 0


@lru_cache(maxsize=50)
def _compile_terms(terms: tuple[str, ...]) -> tuple[Sequence[tuple[str, ...]], re.Pattern[str]]:
    """The stems of each term, and a pattern for each word that may be the first of one."""
    bare_terms = [[word.translate(_BARE_LETTERS) for word in searched_words(term)] for term in terms]
    stems_of_terms = [tuple(map(porter_stem, words)) for words in bare_terms if words]
    beginnings = {re.escape(stems[0][: max(len(stems[0]) - MAX_ALTERED, MIN_BEGINNING)]) for stems in stems_of_terms}
    return stems_of_terms, re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(beginnings))})[^\W_]*")


def _cut_snippet(text: str, spans: Sequence[tuple[int, int]]) -> MarkedText:
    """MAX_SNIPPET_CHARACTERS of `text` at most, whole words, with dots where it goes on."""
    first_mark = spans[0][0] if spans else 0
    begin = first_mark - MAX_CHARACTERS_BEFORE
    begin = text.find(" ", begin, first_mark) + 1 or first_mark if begin > 0 else 0
    end = min(len(text), begin + MAX_SNIPPET_CHARACTERS)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), spans[0][1] if spans else 0) or end
    pieces = _cut_pieces(text, (begin, end), [span for span in spans if span[1] <= end])
    before = (("… ", False),) if begin else ()
    after = ((" …", False),) if end < len(text) else ()
    return (*before, *pieces, *after)


def _cut_pieces(text: str, window: tuple[int, int], spans: Sequence[tuple[int, int]]) -> MarkedText:
    return tuple(piece for piece in _split(text, window, spans) if piece[0])


def _split(text: str, window: tuple[int, int], spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    position, last = window
    if position == 0 and (mark := _LINE_MARK.match(text)):
        position = mark.end()
    for begin, end in spans:
        yield _clean(text[position:begin]), False
        yield _clean(text[begin:end]), True
        position = end
    yield _clean(text[position:last]), False


def _clean(piece: str) -> str:
    """A piece on one line; lines of a watched page are parted by a dot."""
    return _SPACES.sub(" ", printable(_LINE_BREAK.sub(" · ", piece)))
