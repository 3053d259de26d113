"""The words and sets of all terms as numbers, and where each stands in a text.

The cost grows with the words of the text, not with the number of terms: every distinct word and set has a number, and a
word of the text is looked up once for all numbers that it stands for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from watcher.core.language.sentences import split_sentences
from watcher.core.language.stemming import singular
from watcher.core.language.text import folded_words, spelt_words
from watcher.core.matching.compiled_term import Spans, WordSpan, find_phrase
from watcher.core.matching.term_syntax import MAX_GAP_WORDS, Form, Word, parse_term

_MAX_REMEMBERED_WORDS = 100_000  # whose numbers are remembered between texts
_SENTENCE_GAP = MAX_GAP_WORDS + 1  # positions between two sentences: no term reaches from one into the next

# Of one word: its numbers, those that it has only in capitals ("ICE"), and only in capitals with a small s ("PCNs").
Numbers = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
_NO_NUMBERS: Numbers = ((), (), ())


@dataclass(frozen=True, kw_only=True)
class ReadText:
    """The folded words of a text, the position of each, where each sentence begins, and the spans of each number."""

    text: str
    words: Sequence[str]
    positions: Sequence[int]
    sentences: Sequence[int]
    spans: Spans

    @cached_property
    def spelt(self) -> Sequence[tuple[int, int]]:
        """Where each word stands in the text; read once, and only when somebody asks."""
        return spelt_words(self.text)

    def word_span(self, span: WordSpan) -> WordSpan:
        """A span of positions as one of words, from 0."""
        return bisect_left(self.positions, span[0]), bisect_left(self.positions, span[1])

    def sentence_of(self, span: WordSpan) -> int:
        """The number of the sentence in which a span begins."""
        return bisect_right(self.sentences, span[0])


class Lexicon:
    """The numbers of words and sets. A set may use those that stand above it."""

    def __init__(self, sets: Mapping[str, tuple[str, ...]]) -> None:
        self._numbers: dict[Word, int] = {}
        self._beginnings: dict[int, dict[str, int]] = {}
        self._endings: dict[int, dict[str, int]] = {}
        self._sets_with: dict[int, list[int]] = {}  # by a number, those of the sets of which it is a wording
        self._wordings: dict[int, list[tuple[int, tuple[int, ...], int]]] = {}  # of several words, by one of these
        self._set_anchors: set[int] = set()  # of wordings that hold sets alone
        self._remembered: dict[str, Numbers] = {}
        names: list[str] = []
        for name, wordings in sets.items():
            number = self.number_of(Word(name, Form.SET))
            for wording in wordings:
                self._add_wording(number, parse_term(wording, names).phrases[0])
            names.append(name)

    def _add_wording(self, set_number: int, phrase: tuple[Word, ...]) -> None:
        numbers = tuple(map(self.number_of, phrase))
        if len(numbers) == 1:
            self._sets_with.setdefault(numbers[0], []).append(set_number)
        else:
            anchor = max(phrase, key=lambda word: (word.form is not Form.SET, len(word.stem)))
            order = sum(map(len, self._wordings.values()))
            self._wordings.setdefault(self.number_of(anchor), []).append((order, numbers, set_number))
            self._set_anchors |= {self.number_of(anchor)} if anchor.form is Form.SET else set()

    def number_of(self, word: Word) -> int:
        """The number of a word or set of a term."""
        number = self._numbers.setdefault(word, len(self._numbers))
        if word.form is Form.BEGINNING:
            self._beginnings.setdefault(len(word.stem), {})[word.stem] = number
        elif word.form is Form.ENDING:
            self._endings.setdefault(len(word.stem), {})[word.stem] = number
        return number

    def read(self, text: str, *, is_running: bool) -> ReadText:
        """A text with its words looked up; `is_running`: in sentences. A headline is one, whatever stops it has."""
        sentences = (
            [folded_words(sentence) for sentence in split_sentences(text)] if is_running else [folded_words(text)]
        )
        words = [word for sentence in sentences for word in sentence]
        begins = [0]
        for sentence in sentences:
            begins.append(begins[-1] + len(sentence) + _SENTENCE_GAP)
        positions = [
            begin + place for begin, sentence in zip(begins, sentences, strict=False) for place in range(len(sentence))
        ]
        spans = self._find_words(text, words, positions)
        self._find_wordings(spans)
        return ReadText(text=text, words=words, positions=positions, sentences=begins[:-1], spans=spans)

    def _find_words(self, text: str, words: Sequence[str], positions: Sequence[int]) -> dict[int, list[WordSpan]]:
        """The spans of each number that is one word, in the order of the text."""
        spans: dict[int, list[WordSpan]] = {}
        remembered = self._remembered
        spelt: Sequence[WordSpan] | None = None
        for place, word in enumerate(words):
            numbers = remembered.get(word)
            if numbers is None:
                numbers = self._look_up(word)
            if numbers is _NO_NUMBERS:
                continue
            plain, capitals, capitals_with_s = numbers
            if capitals or capitals_with_s:
                spelt = spelt_words(text) if spelt is None else spelt
                spelling = text[slice(*spelt[place])] if len(spelt) == len(words) else ""
                if spelling.isupper():
                    plain += capitals
                elif spelling.removesuffix("s").rstrip("'’").isupper():
                    plain += capitals_with_s
            position = positions[place]
            span = (position, position + 1)
            for number in plain:  # each at most once: a word is not twice in a row
                if number in spans:
                    spans[number].append(span)
                else:
                    spans[number] = [span]
        return spans

    def _look_up(self, word: str) -> Numbers:
        """The numbers of `word`, and those that it has in capitals alone; remembered for the next text."""
        if len(self._remembered) >= _MAX_REMEMBERED_WORDS:
            self._remembered.clear()  # bounded: a hostile page of invented words only makes it forget
        names = {word, word.removesuffix("s")}
        plain = [Word(singular(word)), Word(word, Form.EXACT), *(Word(name, Form.ABBREVIATION) for name in names)]
        numbers = [self._numbers[form] for form in plain if form in self._numbers]
        for parts, is_ending in ((self._beginnings, False), (self._endings, True)):
            for length, by_part in parts.items():
                part = word[-length:] if is_ending else word[:length]
                if len(word) >= length and part in by_part:
                    numbers.append(by_part[part])
        whole, without_s = (self._capitals(name) for name in (word, word.removesuffix("s")))
        both = (self._with_sets(numbers), whole, without_s)
        return self._remembered.setdefault(word, both if any(both) else _NO_NUMBERS)

    def _capitals(self, name: str) -> tuple[int, ...]:
        number = self._numbers.get(Word(name, Form.CAPITALS))
        return () if number is None else self._with_sets([number])

    def _with_sets(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """`numbers`, and those of the sets that they belong to, each once."""
        reached = list(dict.fromkeys(numbers))
        for number in reached:  # grows while it is read
            reached += [holder for holder in self._sets_with.get(number, ()) if holder not in reached]
        return tuple(reached)

    def _find_wordings(self, spans: dict[int, list[WordSpan]]) -> None:
        """Add the spans of the wordings of several words to those of their sets, in the order of the sets."""
        anchors = (self._wordings.keys() & spans.keys()) | self._set_anchors
        candidates = sorted(wording for number in anchors for wording in self._wordings[number])
        grown: set[int] = set()
        for _, numbers, set_number in candidates:
            phrase_spans = find_phrase(numbers, spans)
            for number in self._with_sets([set_number]) if phrase_spans else ():
                spans.setdefault(number, []).extend(phrase_spans)
                grown.add(number)
        for number in grown:
            spans[number] = sorted(set(spans[number]))
