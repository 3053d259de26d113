"""Cutting a text into sentences that are short enough to be searched by any pattern, in one pass."""

import re
from collections.abc import Iterator

MAX_SENTENCE_CHARACTERS = 600  # characters; a list without full stops is cut at a space

# Each run of marks is looked at once, from its first: 100,000 full stops are a page somebody sent.
_STOP = re.compile(r"(?<![.!?])[.!?]++[)\"'”’]*+\s++(?=[^a-z])|[\n\r•▪]")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|dr|mr|mrs|ms|no|st|approx|vs|etc|prof|rev|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|mon|tues?|wed|thurs?|fri|sat|sun)|\b[A-Za-z])\.\s+$",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"\b[ap]\.m\.\s+$", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:on|mon|tue|wed|thu|fri|sat|sun|\d)", re.IGNORECASE)


def split_sentences(text: str) -> Iterator[str]:
    """The sentences of `text` in their order, none longer than LONGEST."""
    begin = 0
    for stop in _STOP.finditer(text):
        if _ends(text, stop):
            yield from _short(text[begin : stop.end()].strip())
            begin = stop.end()
    yield from _short(text[begin:].strip())


def _ends(text: str, stop: re.Match[str]) -> bool:
    if not stop[0].startswith("."):
        return True
    before = text[max(0, stop.start() - 10) : stop.end()]
    if _HALF_DAY.search(before):
        return not _GOES_ON.match(text, stop.end())
    return not _ABBREVIATED.search(before)


def _short(sentence: str) -> Iterator[str]:
    begin = 0
    while len(sentence) - begin > MAX_SENTENCE_CHARACTERS:
        space = sentence.rfind(" ", begin + MAX_SENTENCE_CHARACTERS // 2, begin + MAX_SENTENCE_CHARACTERS)
        end = space if space > 0 else begin + MAX_SENTENCE_CHARACTERS
        yield sentence[begin:end].strip()
        begin = end
    if sentence:
        yield sentence[begin:].strip()
