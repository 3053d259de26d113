"""What an announcement is about, as a few canonical words and facts that two headlines can be compared by.

`new-to-partnership`, `practice-manager` and `money:20000` for "£20k golden hello: practice managers left out".
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import sqrt

from watcher.core.language.audience import read_inclusion
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import fold_text, folded_words
from watcher.core.language.vocabulary import ALIKE, COMMON, NAMED, SILENT, SUBJECTS
from watcher.model import Features, Inclusion

SUMMARY_SHARE = 0.3  # a word that only the summary has says less
_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = {name: number for number, name in enumerate(_MONTHS, 1)} | {
    name[:3]: number for number, name in enumerate(_MONTHS, 1) if name != "may"
}
_MONTH["sept"] = 9
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_FACTS = (
    ("ref", re.compile(r"\b(prn ?\d{4,6}|c\d{4}|whc/\d+)\b")),
    ("season", re.compile(r"\b(?:20)?(\d\d)(?: ?[-/] ?| to )(?:20)?(\d\d)\b")),
    ("money", re.compile(r"£ ?(\d{1,12}(?:\.\d{1,4})?) ?(k|m|bn|million|billion|thousand)?\b")),
    ("share", re.compile(r"\b(\d{1,3}(?:\.\d{1,2})?) ?(?:%|per ?cent\b)")),
    ("age", re.compile(r"\b(?:over|under|aged?|in their)[ -]?(\d\d)s?\b|\b(\d\d) ?(?:[-–] ?|to )\d\ds?\b|\b(\d\d)s\b")),
    (
        "date",
        re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_NAMES})\b|\b({_NAMES}) (\d{{1,2}})(?:st|nd|rd|th)?\b"),
    ),
    ("count", re.compile(r"(?<![\w£.])(\d{4,9})\b")),
)
_WHOLE = SILENT | COMMON | ALIKE.keys() | {"pm"}
WEIGHTS = {
    "ref": 4.0,
    "season": 1.3,
    "money": 2.6,
    "share": 2.6,
    "age": 2.0,
    "date": 2.0,
    "count": 1.3,
    "managers": 0.25,
}
NAMED_WEIGHT, WORD_WEIGHT, SUBJECT_WEIGHT, COMMON_WEIGHT = 1.4, 1.0, 0.4, 0.25
_NAMED = frozenset(NAMED) - SUBJECTS - COMMON
_THIS_CENTURY = range(1990, 2100)


def extract_features(title: str, summary: str = "") -> Features:
    """The gist of a headline with its summary; any text is allowed."""
    first = frozenset((*_facts(title), *_words(title), *_stance(title)))
    return Features(title=first, more=frozenset(_of_summary(title, summary)) - first if summary else frozenset())


def _of_summary(title: str, summary: str) -> Iterable[str]:
    """Of practice managers the headline's word counts, if it has one."""
    yield from _facts(summary)
    yield from _words(summary)
    if not any(_stance(title)):
        yield from _stance(summary)


def _stance(text: str) -> Iterable[str]:
    """Where practice managers stand: `managers:excluded`, `managers:included`, `managers:planned`, or nothing."""
    said = read_inclusion(split_sentences(text))
    return () if said is Inclusion.NOT_MENTIONED else (f"managers:{said.name.lower()}",)


def _facts(text: str) -> Iterable[str]:
    plain = fold_text(text)
    for kind, pattern in _FACTS:
        for found in pattern.finditer(plain):
            said = _said(kind, [group for group in found.groups() if group])
            if said:
                yield f"{kind}:{said}"


def _said(kind: str, groups: list[str]) -> str:
    """The canonical form of a fact; "" when the figures are something else."""
    if kind == "ref":
        return groups[0].replace(" ", "")
    if kind == "season":
        begins, ends = int(groups[0]), int(groups[1])
        return f"{begins:02}-{ends:02}" if ends - begins == 1 and begins > 10 else ""  # noqa: PLR2004 - 2010/11
    if kind == "money":
        return f"{float(groups[0]) * _SCALE.get(groups[1] if len(groups) > 1 else '', 1):.12g}"
    if kind == "date":
        day, month = groups if groups[0].isdigit() else reversed(groups)
        return f"{int(day)}-{_MONTH[month]}"
    if kind == "count":
        return "" if int(groups[0]) in _THIS_CENTURY else groups[0]
    return f"{float(groups[0]):g}"


def _words(text: str) -> Iterable[str]:
    """Canonical words: the longest known name first, then one word for all that mean the same."""
    left = [_stem(word) for word in folded_words(text)]
    at = 0
    while at < len(left):
        for length in range(min(_MAX_WORDS, len(left) - at), 0, -1):
            name = _WORDINGS.get(tuple(left[at : at + length]))
            if name:
                yield _ALIKE.get(name, name)
                at += length
                break
        else:
            word = _ALIKE.get(left[at], left[at])
            if word not in SILENT and not any(map(str.isdigit, word)) and len(word) > 1:
                yield word
            at += 1


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Without plural, -ed and -ing, about as Porter's first step; `words` has folded case and apostrophes."""
    if word in _WHOLE:
        return word
    single = _singular(word)
    if single in _WHOLE or len(single) < 6:  # noqa: PLR2004 - "red", "wing" and "need" end so too
        return single
    for ending in ("ing", "ed"):
        if single.endswith(ending):
            root = single.removesuffix(ending)
            doubled = root[-1] == root[-2] and root[-1] not in "lsz"
            return root[:-1] if doubled else root
    return single.removesuffix("e")


def _singular(word: str) -> str:
    if not word.endswith("s"):
        return word
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - not "dies"
        return word[:-3] + "y"
    if word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    short = len(word) <= 3 and word[:-1] not in _WHOLE  # noqa: PLR2004 - gps, but not gas
    return word if short or word.endswith(("ss", "us", "is")) else word[:-1]


_WORDINGS = {tuple(map(_stem, wording.split())): name for name, wordings in NAMED.items() for wording in wordings}
_MAX_WORDS = max(map(len, _WORDINGS))
_ALIKE = {_stem(word): first for word, first in ALIKE.items()}


def weigh_features(about: Features) -> Mapping[str, float]:
    """Each word and fact with its weight."""
    said = {each: weight_of(each) for each in about.title}
    return said | {each: weight_of(each) * SUMMARY_SHARE for each in about.more}


@lru_cache(maxsize=50_000)
def weight_of(each: str) -> float:
    """What a canonical word or fact weighs in a headline."""
    kind, fact, _ = each.partition(":")
    if fact:
        return WEIGHTS[kind]
    if each in _NAMED:
        return NAMED_WEIGHT
    if each in SUBJECTS:
        return SUBJECT_WEIGHT
    return COMMON_WEIGHT if each in COMMON else WORD_WEIGHT


def shared_weights(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """What both say, with its weight."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    return {each: sqrt(weight * many[each]) for each, weight in few.items() if each in many}


def facts_of_kind(about: frozenset[str], kind: str) -> frozenset[str]:
    """The facts of one kind: ref, season, money, share, age, date, count or managers."""
    return _by_kind(about).get(kind, _NONE)


_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=50_000)
def _by_kind(about: frozenset[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for each in about:
        kind, fact, _ = each.partition(":")
        if fact:
            found.setdefault(kind, set()).add(each)
    return {kind: frozenset(those) for kind, those in found.items()}
