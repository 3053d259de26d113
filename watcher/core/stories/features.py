"""Features of an announcement: a few canonical words and facts that two headlines can be compared by.

`new-to-partnership`, `practice-manager` and `money:20000` for "£20k golden hello: practice managers left out".
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import TypeVar

from watcher.core.audience.inclusion import read_inclusion
from watcher.core.language.calendar_words import MONTHS
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.sentences import split_searchable
from watcher.core.language.stemming import singular, stem
from watcher.core.language.text import fold_text, folded_words, split_words
from watcher.core.programmes import PROGRAMMES
from watcher.core.stories.words.everyday_words import EVERYDAY
from watcher.core.stories.words.synonyms import ALIKE, COMMON, NAMED, SILENT, SUBJECTS
from watcher.model import Features

Name = TypeVar("Name")
SUMMARY_SHARE = 0.3  # of the full weight, for a word that only the summary has
_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | {
    name[:3]: number for number, name in enumerate(MONTHS, 1) if name != "may"
}
_MONTH_NUMBERS["sept"] = 9
_MONTH_NAMES = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
# Numbers of letters and notices as their publishers write them: PRN01475, C1575, B0468, BW1234, EL(26)A/31,
# NatPSA/2026/007, MSN/2026/041, DSI/2026/003, CEM/CAS/…, SSP063, TA1026, NG12, S.I. 2026/123, Gateway reference 05432.
REFERENCE = lazy_regex(
    r"\b(prn ?\d{4,6}|(?:bw|b|c)\d{4,5}|el ?\(\d\d\) ?a ?/ ?\d{1,3}|(?:natpsa|msn|dsi|mda|cem|cmo|fsn|nihp|psa|whc|ltb)"
    r"(?: ?/ ?[a-z0-9]+){1,4}|ssp ?\d{2,3}|ta ?\d{3,4}|ng ?\d{1,3}|(?:s\.?i\.?|uksi) ?\d{4}/\d{1,4}"
    r"|gateway (?:ref(?:erence)? ?)?(?:number |no\.? ?)?\d{4,6})(?![\w/])"
)
_FACT_PATTERNS = (
    ("ref", REFERENCE),
    ("dose", lazy_regex(r"\b(\d{1,5}(?:\.\d{1,3})?) ?(mg|mcg|micrograms?|g|ml|units?)\b")),
    ("season", lazy_regex(r"\b(?:20)?(\d\d)(?: ?[-/] ?| to )(?:20)?(\d\d)\b")),
    ("money", lazy_regex(r"£ ?(\d{1,12}(?:\.\d{1,4})?) ?(k|m|bn|million|billion|thousand)?\b")),
    ("share", lazy_regex(r"\b(\d{1,3}(?:\.\d{1,2})?) ?(?:%|per ?cent\b)")),
    ("age", lazy_regex(r"\b(?:over|under|aged?|in their)[ -]?(\d\d)s?\b|\b(\d\d) ?(?:[-–] ?|to )\d\ds?\b|\b(\d\d)s\b")),
    (
        "date",
        lazy_regex(
            rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH_NAMES})\b"
            rf"|\b({_MONTH_NAMES}) (\d{{1,2}})(?:st|nd|rd|th)?\b"
        ),
    ),
    ("count", lazy_regex(r"(?<![\w£.])(\d{4,9})\b")),
)
_DIGIT = lazy_regex(r"\d")
_LEADING_ZEROS = lazy_regex(r"(?<=/)0+(?=\d)")  # EL(26)A/3 is EL(26)A/03
_UNITS = {"microgram": "mcg", "micrograms": "mcg", "units": "unit"}
_INSIDE_NAMES = frozenset({"a", "an", "and", "are", "be", "being", "for", "is", "of", "the", "to", "will"})
_UNSTEMMED = SILENT | COMMON | ALIKE.keys() | {"pm"}
WEIGHTS = {
    "ref": 4.0,
    "season": 1.3,
    "money": 2.6,
    "share": 2.6,
    "age": 2.0,
    "date": 2.0,
    "count": 1.3,
    "managers": 0.25,
    "dose": 1.3,
    "programme": 0.4,  # its words count by themselves
}
NAMED_WEIGHT, WORD_WEIGHT, SUBJECT_WEIGHT, COMMON_WEIGHT = 1.4, 1.0, 0.4, 0.25
RARE_WORD = 30  # of 10,000 headlines have it, or fewer: it has its full weight, and others less with the root
_NAMED_PROGRAMMES = frozenset(NAMED) - SUBJECTS - COMMON
_THIS_CENTURY = range(1990, 2100)


@lru_cache(maxsize=2_000)  # a poll asks twice: to find what could be the same matter, and to place
def extract_features(title: str, summary: str = "") -> Features:
    """Features of a headline and of its summary; `more` are those that only the summary has. Any text is allowed."""
    inclusion = _inclusion_features(title)
    headline = frozenset((*_facts_and_words(title), *inclusion))
    if not summary:
        return Features(title=headline)
    of_summary = () if inclusion else _inclusion_features(summary)  # what the headline says of managers counts
    return Features(title=headline, more=frozenset((*_facts_and_words(summary), *of_summary)) - headline)


def _facts_and_words(text: str) -> Iterable[str]:
    plain = fold_text(text)
    words = split_words(plain)
    return (*_find_programmes(words), *_extract_facts(plain), *_canonical_words(words))


def _inclusion_features(text: str) -> tuple[str, ...]:
    """`managers:excluded`, `managers:included` or `managers:planned`; nothing where they are not mentioned."""
    inclusion = read_inclusion(split_searchable(text))
    return (f"managers:{inclusion[0]}",) if inclusion else ()


def _extract_facts(plain: str) -> Iterable[str]:
    """The facts of a text of `fold_text`, but for the programmes."""
    if not _DIGIT.search(plain):
        return  # every fact has one
    for kind, pattern in _FACT_PATTERNS:
        for match in pattern.finditer(plain):
            fact = _format_fact(kind, [group for group in match.groups() if group])
            if fact:
                yield f"{kind}:{fact}"


def _format_fact(kind: str, groups: list[str]) -> str:
    """The canonical form of a fact, such as 20000 for "£20k"; "" when the figures are something else."""
    if kind == "ref":
        return _LEADING_ZEROS.sub("", groups[0].replace(" ", "").replace(".", ""))
    if kind == "dose":
        return f"{float(groups[0]):g}{_UNITS.get(groups[1], groups[1])}"
    if kind == "season":
        begins, ends = int(groups[0]), int(groups[1])
        return f"{begins:02}-{ends:02}" if ends - begins == 1 and begins > 10 else ""  # noqa: PLR2004 - 2010/11
    if kind == "money":
        return f"{float(groups[0]) * _SCALE.get(groups[1] if len(groups) > 1 else '', 1):.12g}"
    if kind == "date":
        day, month = groups if groups[0].isdigit() else reversed(groups)
        return f"{int(day)}-{_MONTH_NUMBERS[month]}"
    if kind == "count":
        return "" if int(groups[0]) in _THIS_CENTURY else groups[0]
    return f"{float(groups[0]):g}"


def _canonical_words(folded: Iterable[str]) -> Iterable[str]:
    """Canonical words: the longest known name first, then one word for all that mean the same."""
    words = list(map(_canonical_word, folded))
    if _NAMES_BY_FIRST_WORD.keys().isdisjoint(words):  # most texts: they have none of the names
        yield from filter(_may_tell, words)
        return
    start = 0
    while start < len(words):
        for wording, name in _NAMES_BY_FIRST_WORD.get(words[start], ()):
            if tuple(words[start : start + len(wording)]) == wording:
                yield _SYNONYMS.get(name, name)
                start += len(wording)
                break
        else:
            if _may_tell(words[start]):
                yield words[start]
            start += 1


@lru_cache(maxsize=20_000)
def _may_tell(word: str) -> bool:
    return word not in SILENT and not any(map(str.isdigit, word)) and len(word) > 1


def _find_programmes(folded: Iterable[str]) -> Iterable[str]:
    words = _programme_words(folded)
    if _PROGRAMMES_BY_FIRST_WORD.keys().isdisjoint(words):
        return
    for start, word in enumerate(words):
        for wording, names in _PROGRAMMES_BY_FIRST_WORD.get(word, ()):
            if words[start : start + len(wording)] == wording:
                yield from (f"programme:{name}" for name in names)


def _programme_words(folded: Iterable[str]) -> tuple[str, ...]:
    """Canonical words without those that come and go inside a name: "surgeries to be refurbished"."""
    return tuple(_canonical_word(word) for word in folded if word not in _INSIDE_NAMES)


@lru_cache(maxsize=20_000)
def _canonical_word(word: str) -> str:
    """The stem of a word of `folded_words`, or the one word for all that mean the same."""
    stemmed = _stem_word(word)
    return _SYNONYMS.get(stemmed, stemmed)


def _stem_word(word: str) -> str:
    """The stem of a word of `folded_words`; words that this field uses for themselves are kept as they are."""
    if word in _UNSTEMMED:
        return word
    if len(word) <= 3 and word.endswith("s") and word[:-1] in _UNSTEMMED:  # noqa: PLR2004 - PMs, UK's, "hes"
        return word[:-1]
    base = singular(word)
    return base if base in _UNSTEMMED else stem(base)


_SYNONYMS = {_stem_word(word): first for word, first in ALIKE.items()}


def _by_first_word(
    names_by_wording: Mapping[tuple[str, ...], Name],
) -> Mapping[str, Sequence[tuple[tuple[str, ...], Name]]]:
    """The wordings and what they name, by their first word, the longest first."""
    by_first_word: dict[str, list[tuple[tuple[str, ...], Name]]] = {}
    for wording in sorted(filter(None, names_by_wording), key=len, reverse=True):
        by_first_word.setdefault(wording[0], []).append((wording, names_by_wording[wording]))
    return by_first_word


_NAMES_BY_FIRST_WORD = _by_first_word(
    {
        tuple(_canonical_word(word) for word in wording.split()): name
        for name, wordings in NAMED.items()
        for wording in wordings
    }
)
_PROGRAMMES_BY_WORDING: dict[tuple[str, ...], tuple[str, ...]] = {}
_WORDS_OF_PROGRAMME = {
    f"programme:{name}": frozenset(word for wording in wordings for word in _canonical_words(folded_words(wording)))
    for name, wordings in PROGRAMMES.items()
}
for _name, _wordings in PROGRAMMES.items():
    for _wording in _wordings:
        _words = _programme_words(folded_words(_wording))
        _PROGRAMMES_BY_WORDING[_words] = tuple(dict.fromkeys((*_PROGRAMMES_BY_WORDING.get(_words, ()), _name)))
_PROGRAMMES_BY_FIRST_WORD = _by_first_word(_PROGRAMMES_BY_WORDING)


@lru_cache(maxsize=2_000)  # those of the open Stories are asked for at each decision
def weigh_features(features: Features) -> Mapping[str, float]:
    """Each word and fact with its weight; those of the summary count SUMMARY_SHARE of it."""
    weights = {feature: weight_of(feature) for feature in features.title}
    return weights | {feature: weight_of(feature) * SUMMARY_SHARE for feature in features.more}


@lru_cache(maxsize=20_000)
def weight_of(feature: str) -> float:
    """The weight of a canonical word or fact (`kind:fact`) in a headline."""
    kind, fact, _ = feature.partition(":")
    if fact:
        return WEIGHTS[kind]
    if feature in _NAMED_PROGRAMMES:
        return NAMED_WEIGHT
    if feature in SUBJECTS:
        return SUBJECT_WEIGHT
    if feature in COMMON:
        return COMMON_WEIGHT
    return WORD_WEIGHT * sqrt(RARE_WORD / EVERYDAY[feature]) if feature in EVERYDAY else WORD_WEIGHT


def telling_words(features: frozenset[str]) -> frozenset[str]:
    """The words of a headline that tell it from others on its subject: none of COMMON or SUBJECTS, and no facts."""
    return frozenset(word for word in features if ":" not in word and word not in COMMON and word not in SUBJECTS)


def programmes_in(features: frozenset[str]) -> frozenset[str]:
    """The programmes, duties and schemes that are named, under their canonical names."""
    return facts_of_kind(features, "programme")


def words_of_programmes(programmes: Iterable[str]) -> frozenset[str]:
    """The words of the wordings of `programmes` (`programme:name`): they say no more than the name does."""
    return frozenset().union(*(_WORDS_OF_PROGRAMME.get(programme, ()) for programme in programmes))


def shared_weights(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    """The words and facts that both have, each with the geometric mean of its two weights."""
    return {feature: sqrt(first[feature] * second[feature]) for feature in first.keys() & second.keys()}


def facts_of_kind(features: frozenset[str], kind: str) -> frozenset[str]:
    """The facts of one kind: ref, season, money, share, age, date, count or managers."""
    return _facts_by_kind(features).get(kind, _NO_FACTS)


def facts_in(features: Features, kind: str) -> frozenset[str]:
    """The same of a headline and its summary."""
    return facts_of_kind(features.title, kind) | facts_of_kind(features.more, kind)


_NO_FACTS: frozenset[str] = frozenset()


@lru_cache(maxsize=4_000)
def _facts_by_kind(features: frozenset[str]) -> Mapping[str, frozenset[str]]:
    by_kind: dict[str, set[str]] = {}
    for feature in features:
        kind, fact, _ = feature.partition(":")
        if fact:
            by_kind.setdefault(kind, set()).add(feature)
    return {kind: frozenset(facts) for kind, facts in by_kind.items()}
