"""The term language of config/topics.yaml: words in order, and how near each other they stand.

flu jab            these words in this order; plural, hyphen, case and quotes do not matter
influenza vaccin*  the last word may go on; *cillin: any word that ends so
flu ~6 eligib*     both within six words of each other, in either order, in one sentence
flu ~ eligib*      both in one sentence, in either order
over 50 ~8 flu     either side may be a phrase; several ~ may be chained
{flu} ~6 eligib*   any wording of the set `flu`
ARRS               in capitals: an abbreviation, which is never taken for the plural of another word
=plans to          exactly this word; =ICE: in capitals in the text too
title: capita      in the title only; `lead:` also in the summary and where a text begins, `text:` in summary and text,
                   `publisher:` the publisher's name
"""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.stemming import singular
from watcher.core.language.text import folded_words

MAX_TERM_WORDS, MAX_GAP_WORDS, MIN_PREFIX_CHARACTERS, MIN_SUFFIX_CHARACTERS = 12, 50, 2, 3
PLACES = ("title", "lead", "text", "publisher")
_PLACE = lazy_regex(r"^\s*([A-Za-z]+):\s+(\S.*)$", re.DOTALL)
_PLACE_WITHOUT_SPACE = lazy_regex(rf"^\s*({'|'.join(PLACES)}):(?=\S)", re.IGNORECASE)
_SET = lazy_regex(r"^\{([^{}\s]*)\}$")
_NEAR = lazy_regex(r"^~(\d+)?$")
# What only a regular expression means, and the words of a term would drop; "65+" and "(ARRS)" are written so in texts.
_PATTERN_MARK = lazy_regex(r"\.[*+?{]|[\\^?]|(?<=[A-Za-z)])\+$|\$$|(?<=\w)\((?=\w)|(?<=\w)\)(?=\w)")


class BadTerm(ValueError):
    """A term that cannot be read; the text says what is wrong and the cure."""


class Form(StrEnum):
    """How a word of a term is compared with those of a text; SET is any wording of the set of that name."""

    WHOLE = "whole"  # in the singular or plural
    BEGINNING = "beginning"
    ENDING = "ending"
    EXACT = "exact"
    ABBREVIATION = "abbreviation"  # PCN, and PCNs
    CAPITALS = "capitals"  # the same, in capitals in the text too
    SET = "set"


class Word(NamedTuple):
    """One element of a term: a word, a part of one, or a set."""

    stem: str
    form: Form = Form.WHOLE


@dataclass(frozen=True, slots=True)
class Term:
    """Phrases, and between each two of them how many words they may be apart. `literal` is what the admin wrote.

    `place` is one of PLACES, or "" for title, summary and text.
    """

    literal: str
    phrases: tuple[tuple[Word, ...], ...]
    gaps: tuple[int, ...] = ()
    place: str = field(default="")

    @property
    def anchor(self) -> Word:
        """The word to look the term up by: a whole word if there is one, and the longest, as that is the rarest."""
        return max((word for phrase in self.phrases for word in phrase), key=_rarity)


NO_SETS: Mapping[str, tuple[str, ...]] = {}
_COMMON_FORMS = (Form.SET, Form.ENDING, Form.BEGINNING)


def _rarity(word: Word) -> tuple[int, int]:
    commonness = _COMMON_FORMS.index(word.form) if word.form in _COMMON_FORMS else len(_COMMON_FORMS)
    return commonness, len(word.stem)


def parse_term(literal: str, sets: Collection[str] = ()) -> Term:
    """The Term of one line of a Topic. `sets`: the names that it may use. Raises BadTerm."""
    term, names = _parse_with_any_sets(literal)
    return term if term and all(name in sets for name in names) else _parse_term(literal, sets)


@lru_cache(maxsize=16_384)
def _parse_with_any_sets(literal: str) -> tuple[Term | None, tuple[str, ...]]:
    """The Term with the names of its sets, which need not be there; None where it cannot be read even so.

    Remembered: a term of topics.yaml is read for its own mistakes, for those beside other terms, and to be found.
    """
    try:
        term = _parse_term(literal, None)
    except BadTerm:
        return None, ()
    return term, tuple(word.stem for phrase in term.phrases for word in phrase if word.form is Form.SET)


def _parse_term(literal: str, sets: Collection[str] | None) -> Term:
    """`sets` is None where any name will do."""
    place, body = _split_place(literal)
    phrases: list[tuple[Word, ...]] = []
    gaps: list[int] = []
    pending: list[Word] = []
    for chunk in body.split():
        near = _NEAR.match(chunk)
        if near is None:
            pending.extend(_parse_words(chunk, literal, sets))
            continue
        phrases.append(_check_phrase(pending, literal))
        gaps.append(_parse_gap(near[1]))
        pending = []
    phrases.append(_check_phrase(pending, literal))
    if sum(len(phrase) for phrase in phrases) > MAX_TERM_WORDS:
        raise BadTerm(f"{literal!r} has more than {MAX_TERM_WORDS} words; use its rarest few")
    return Term(literal, tuple(phrases), tuple(gaps), place)


def _split_place(literal: str) -> tuple[str, str]:
    """The place that a term is for ("" for any), and the rest of the term."""
    match = _PLACE.match(literal)
    glued = _PLACE_WITHOUT_SPACE.match(literal)
    if glued:
        raise BadTerm(f"{literal!r} has no space after '{glued[1]}:'; put one, as in '{glued[1]}: flu jab'")
    if match is None:
        return "", literal
    name = match[1].lower()
    if name not in PLACES:
        raise BadTerm(
            f"'{match[1]}:' is no field of an item; write title:, lead:, text: or publisher:, or leave the colon out"
        )
    return name, match[2]


def _check_phrase(pending: list[Word], literal: str) -> tuple[Word, ...]:
    if not pending:
        raise BadTerm(f"{literal!r} has no words on one side; write words, for example 'flu ~6 eligib*'")
    return tuple(pending)


def _parse_gap(number: str | None) -> int:
    if number is None:
        return MAX_GAP_WORDS  # no sentence is longer
    if len(number) > len(str(MAX_GAP_WORDS)) or not 1 <= int(number) <= MAX_GAP_WORDS:
        raise BadTerm(f"~{number} is not between ~1 and ~{MAX_GAP_WORDS}")
    return int(number)


def _parse_words(chunk: str, literal: str, sets: Collection[str] | None) -> list[Word]:
    name = _SET.match(chunk)
    if name:
        return [_parse_set(name[1], sets)]
    if chunk == "=" or chunk.startswith("={"):
        raise BadTerm(f"'=' in {literal!r} stands before no word; write it at the word itself, as in '=ICE'")
    if "{" in chunk or "}" in chunk:
        raise BadTerm(f"{literal!r} has a brace without its partner; write {{name of a set}}, with spaces around it")
    for mark, cure in (("~", "put spaces around '~6'"), ("|", "write two terms"), ("[", "patterns are not terms")):
        if mark in chunk:
            raise BadTerm(f"'{mark}' in {chunk!r} has no meaning here; {cure}")
    pattern_mark = _PATTERN_MARK.search(chunk)
    if pattern_mark:
        raise BadTerm(
            f"{pattern_mark[0]!r} in {chunk!r} has no meaning here, patterns are not terms; write a term for each "
            "wording, and * where a word may go on"
        )
    if "*" in chunk:
        return _parse_part_of_word(chunk)
    body = chunk.removeprefix("=")
    words = folded_words(body)
    if not words:
        raise BadTerm(f"{chunk!r} has no letter or digit")
    if body != chunk:
        return [Word(word, Form.CAPITALS if body.isupper() else Form.EXACT) for word in words]
    is_abbreviation = len(words) == 1 and len(body) > 1 and body.isupper() and body.isalnum()
    return [Word(words[0], Form.ABBREVIATION)] if is_abbreviation else [Word(singular(word)) for word in words]


def _parse_set(name: str, sets: Collection[str] | None) -> Word:
    if sets is not None and name not in sets:
        close = difflib.get_close_matches(name, sets, n=1)
        cure = f"did you mean {{{close[0]}}}?" if close else f"there are: {', '.join(sorted(sets)) or 'none'}"
        raise BadTerm(f"there is no set {{{name}}}; {cure}")
    return Word(name, Form.SET)


def _parse_part_of_word(chunk: str) -> list[Word]:
    """The words of a chunk whose last goes on (`vaccin*`), or whose only one has any beginning (`*cillin`)."""
    is_ending = chunk.startswith("*")
    body = chunk.removeprefix("*") if is_ending else chunk.removesuffix("*")
    words = folded_words(body)
    if not words:
        raise BadTerm(f"{chunk!r} has no letter or digit")
    if "*" in body or (is_ending and len(words) > 1):
        raise BadTerm(f"'*' in {chunk!r} must be the end of its word, or the beginning of a single one")
    least = MIN_SUFFIX_CHARACTERS if is_ending else MIN_PREFIX_CHARACTERS
    if len(words[-1]) < least:
        where = "after" if is_ending else "before"
        raise BadTerm(f"{chunk!r} would match nearly everything; give at least {least} letters {where} '*'")
    form = Form.ENDING if is_ending else Form.BEGINNING
    return [*(Word(singular(word)) for word in words[:-1]), Word(words[-1], form)]
