"""The only sentence splitter: full stops that end no abbreviation, lines and bullets, found in one pass."""

import re
from collections.abc import Iterator

from watcher.core.language.lazy_regex import lazy_regex

MAX_SENTENCE_CHARACTERS = 600  # a list without full stops is cut at a space

# Each run of marks is scanned once, from its first: a page of 100,000 full stops has been sent to us.
_STOP = lazy_regex(r"(?<![.!?])[.!?]++[)\"'”’]*+\s++(?=[^a-z])|[\n\r•▪]")
_ABBREVIATION = lazy_regex(
    r"(?:\b(?:e\.g|i\.e|dr|mr|mrs|ms|no|st|approx|incl|vs|cf|etc|prof|rev|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|mon|tues?|wed|thurs?|fri|sat|sun)|(?<!['’])\b[A-Za-z])\.\s+$",
    re.IGNORECASE,
)
_NUMBERING = lazy_regex(r"\s*\d{1,2}")  # of a paragraph: "2. Order the vaccine"
_HALF_DAY = lazy_regex(r"\b[ap]\.m\.\s+$", re.IGNORECASE)
_CONTINUATION = lazy_regex(r"(?:on|mon|tue|wed|thu|fri|sat|sun|\d)", re.IGNORECASE)


def split_sentences(text: str) -> Iterator[str]:
    """The sentences of `text` in their order, whole and without the space or bullets around them."""
    begin = 0
    for stop in _STOP.finditer(text):
        if _is_sentence_end(text, begin, stop):
            if sentence := text[begin : stop.end()].strip().strip("•▪").strip():
                yield sentence
            begin = stop.end()
    if sentence := text[begin:].strip().strip("•▪").strip():
        yield sentence


def split_searchable(text: str) -> Iterator[str]:
    """The same, none longer than MAX_SENTENCE_CHARACTERS: short enough to be searched by any pattern."""
    for sentence in split_sentences(text):
        if len(sentence) <= MAX_SENTENCE_CHARACTERS:
            yield sentence
        else:
            yield from _split_long_sentence(sentence)


def _is_sentence_end(text: str, begin: int, stop: re.Match[str]) -> bool:
    if not stop[0].startswith("."):
        return True
    before = text[max(0, stop.start() - 10) : stop.end()]
    if _HALF_DAY.search(before):
        return not _CONTINUATION.match(text, stop.end())
    return not _ABBREVIATION.search(before) and not _NUMBERING.fullmatch(text, begin, stop.start())


def _split_long_sentence(sentence: str) -> Iterator[str]:
    begin = 0
    while len(sentence) - begin > MAX_SENTENCE_CHARACTERS:
        space = sentence.rfind(" ", begin + MAX_SENTENCE_CHARACTERS // 2, begin + MAX_SENTENCE_CHARACTERS)
        end = space if space > 0 else begin + MAX_SENTENCE_CHARACTERS
        yield sentence[begin:end].strip()
        begin = end
    yield sentence[begin:].strip()
