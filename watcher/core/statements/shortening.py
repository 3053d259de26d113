"""Words of an announcement made short enough for a line, without losing what they depend on."""

import re

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import any_of, pattern

MAX_CHARACTERS, MAX_QUOTED_WORDS = 90, 60
_BRACKETS = lazy_regex(r" ?\([^()]*\)")
_LINKS = any_of(r"to, of, for, with, the, a, an, in, on, at, by, from, their, its, your, and, or, as, that")
_DANGLING = lazy_regex(
    rf"(?:[\s,;:–-]+(?:{_LINKS}))*"
    r"[\s,;:–-]*$",
    re.IGNORECASE,
)
# What may not fall off: without it the rest says something else.
_CARRIES_MEANING = pattern(
    r"\b(?:if|unless|except|excluding|only|not|no|never|but|other than|without|until|before|provided|those|who|whom"
    r"|which|that|with|where|when|once|aged|over|under|born|between|or|per|each|every|least|most|up to)\b|n['’]t\b|\d"
)
_LIMITER_LEFT = pattern(r"\b(?:except|excluding|unless|only|not|no|without|other than|if|until|before|or|per)$")
_LIMITS = pattern(
    r"\b(?:if|unless|except|excluding|only|not|who|that|which|with|aged|over|under|born)\b"
)  # in brackets
# The same said shorter.
_SHORTER = (
    (pattern(r"\bthose aged\b"), "aged"),
    (pattern(r"\bpeople who are aged\b"), "people aged"),
    (pattern(r"\bwho (?:is|are)(?= (?:aged|severely|immuno|pregnant|eligible|registered))"), ""),
    (pattern(r"(?<=\d) years(?: of age)? and (over|above|older|under)\b"), r" and \1"),
    (pattern(r", and\b"), ","),
)


def trim(words: str) -> str:
    """The words without what dangles at their end."""
    return _DANGLING.sub("", words.strip(" ,;:"))


def shorten(words: str, limit: int = MAX_CHARACTERS, *, whole: bool = False) -> str:
    """`words` in at most `limit` characters, cut at a word with "…"; "" where a part would be lost that matters.

    `whole`: nothing may fall off but what stands in brackets.
    """
    text = trim(" ".join(words.split()))
    if len(text) <= limit:
        return text
    shorter = _say_shorter(text)
    if len(shorter) <= limit:
        return shorter
    if any(_LIMITS.search(brackets) for brackets in _BRACKETS.findall(shorter)):
        return ""
    text = _BRACKETS.sub("", shorter)
    if len(text) <= limit:
        return text
    if whole:
        return ""
    head = text[: limit - 1]
    head = trim(head[: head.rfind(" ")])
    return "" if _CARRIES_MEANING.search(text[len(head) :]) or _LIMITER_LEFT.search(head) else f"{head}…"


def _say_shorter(text: str) -> str:
    for wording, shorter in _SHORTER:
        text = wording.sub(shorter, text)
    return re.sub(r"\s+", " ", text).strip()


def quote_around(sentence: str, words: str = "", limit: int = MAX_QUOTED_WORDS) -> str:
    """`sentence`, or the `limit` words of it that stand around `words`: a piece of it, word by word."""
    all_words = list(re.finditer(r"\S+", sentence))
    if len(all_words) <= limit:
        return sentence
    start = max(sentence.find(words), 0)
    index = sum(match.end() <= start for match in all_words)
    begin = max(0, min(index - limit // 4, len(all_words) - limit))
    return sentence[all_words[begin].start() : all_words[begin + limit - 1].end()]
