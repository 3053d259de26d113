"""The words in which the two sides of a TextChange differ: for Slack, mail and HTML."""

from difflib import SequenceMatcher

from watcher.core.language.lazy_regex import lazy_regex
from watcher.model import Mark, Span, TextChange

MAX_WORDS = 300  # difflib is quadratic; the part between the first and the last difference is rarely longer
_TOKEN = lazy_regex(r"\S+")


def diff_words(pair: TextChange) -> tuple[Span, ...]:
    """`pair` word by word. Kept and removed Spans read as the old text, kept and added ones as the new text."""
    was, now = _TOKEN.findall(pair.was), _TOKEN.findall(pair.now)
    head = _count_shared_start(was, now)
    tail = _count_shared_start(was[head:][::-1], now[head:][::-1])
    middle = _diff_middle(was[head : len(was) - tail], now[head : len(now) - tail])
    parts = [(Mark.KEPT, now[:head]), *middle, (Mark.KEPT, now[len(now) - tail :])]
    return tuple(Span(mark=mark, text=" ".join(words)) for mark, words in parts if words)


def _count_shared_start(was: list[str], now: list[str]) -> int:
    """How many words both begin with."""
    pairs = enumerate(zip(was, now, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(was), len(now)))


def _diff_middle(was: list[str], now: list[str]) -> list[tuple[Mark, list[str]]]:
    """The words between the first and the last difference; all removed and all added where they are too many."""
    if len(was) > MAX_WORDS or len(now) > MAX_WORDS:
        return [(Mark.REMOVED, was), (Mark.ADDED, now)]
    parts: list[tuple[Mark, list[str]]] = []
    for operation, was_from, was_to, now_from, now_to in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if operation == "equal":
            parts.append((Mark.KEPT, now[now_from:now_to]))
        else:
            parts += [(Mark.REMOVED, was[was_from:was_to]), (Mark.ADDED, now[now_from:now_to])]
    return parts
