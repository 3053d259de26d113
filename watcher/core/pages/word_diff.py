"""The words in which the two sides of a TextChange differ: for Slack, mail and HTML."""

import re
from difflib import SequenceMatcher

from watcher.model import Mark, Span, TextChange

MAX_WORDS = 300  # difflib is quadratic; what lies between the first and the last difference is rarely longer
_TOKEN = re.compile(r"\S+")


def diff_words(pair: TextChange) -> tuple[Span, ...]:
    """`pair` word by word. Kept and removed Spans read as what was, kept and added ones as what is now."""
    was, now = _TOKEN.findall(pair.was), _TOKEN.findall(pair.now)
    head = _alike(was, now)
    tail = _alike(was[head:][::-1], now[head:][::-1])
    between = _middle(was[head : len(was) - tail], now[head : len(now) - tail])
    parts = [(Mark.KEPT, now[:head]), *between, (Mark.KEPT, now[len(now) - tail :])]
    return tuple(Span(mark=mark, text=" ".join(words)) for mark, words in parts if words)


def _alike(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _middle(was: list[str], now: list[str]) -> list[tuple[Mark, list[str]]]:
    if len(was) > MAX_WORDS or len(now) > MAX_WORDS:
        return [(Mark.REMOVED, was), (Mark.ADDED, now)]
    parts: list[tuple[Mark, list[str]]] = []
    for what, begin, end, first, last in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append((Mark.KEPT, now[first:last]))
        else:
            parts += [(Mark.REMOVED, was[begin:end]), (Mark.ADDED, now[first:last])]
    return parts
