"""The term language of config/topics.yaml: words in order, `word*` for a continuation, `a ~6 b` for nearness.

flu jab            these words in this order; plural, hyphen, case and quotes do not matter
influenza vaccin*  the last word may go on
flu ~6 eligib*     both within six words of each other, in either order
over 50 ~8 flu     either side may be a phrase; several ~ may be chained
{flu} ~6 eligib*   any wording of the set `flu`
title: capita      in the title only; `text:` means summary and text, `publisher:` the publisher's name
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod

from watcher.core.language.stemming import singular
from watcher.core.language.text import folded_words

MAX_TERM_WORDS, MAX_GAP_WORDS, MIN_PREFIX_CHARACTERS, MAX_WORDINGS = 12, 50, 2, 200
FIELDS = ("title", "text", "publisher")
_FIELD = re.compile(r"^\s*([A-Za-z]+):\s+(\S.*)$", re.DOTALL)
_FIELD_WITHOUT_SPACE = re.compile(r"^\s*(title|text|publisher):(?=\S)", re.IGNORECASE)
_SET = re.compile(r"\{([^{}\s]*)\}")
_NEAR = re.compile(r"^~(\d+)?$")


class BadTerm(ValueError):
    """A term that cannot be read; the text says what is wrong and the cure."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a term: a stem, or with `continues` the beginning of words."""

    stem: str
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """Phrases, and between each two of them how many words they may be apart. `literal` is what the admin wrote.

    `body` is the same without field and with its sets filled in; `place` is one of FIELDS, or "" for title, summary and
    text.
    """

    literal: str
    phrases: tuple[tuple[Word, ...], ...]
    gaps: tuple[int, ...] = ()
    place: str = ""
    body: str = field(default="", compare=False)

    @property
    def anchor(self) -> Word:
        """The word to look the term up by: a whole word if there is one, and the longest, as that is the rarest."""
        return max(
            (word for phrase in self.phrases for word in phrase), key=lambda word: (not word.continues, len(word.stem))
        )


NO_SETS: Mapping[str, tuple[str, ...]] = {}


def expand_term(literal: str, sets: Mapping[str, tuple[str, ...]] = NO_SETS) -> tuple[Term, ...]:
    """The Terms of one line of a Topic: one for each wording that its {sets} allow. Raises BadTerm."""
    place, body = _split_field(literal)
    names = _SET.findall(body)
    for name in names:
        if name not in sets:
            close = difflib.get_close_matches(name, sets, n=1)
            cure = f"did you mean {{{close[0]}}}?" if close else f"there are: {', '.join(sorted(sets)) or 'none'}"
            raise BadTerm(f"there is no set {{{name}}}; {cure}")
    if "{" in _SET.sub("", body) or "}" in _SET.sub("", body):
        raise BadTerm(f"{literal!r} has a brace without its partner; write {{name of a set}}")
    count = prod(len(sets[name]) for name in names)
    if count > MAX_WORDINGS:
        raise BadTerm(f"{literal!r} stands for {count} wordings, more than {MAX_WORDINGS}; use fewer sets")
    choices = product(*(sets[name] for name in names))
    return tuple(_parse_wording(_fill_sets(body, choice), literal, place) for choice in choices)


def _split_field(literal: str) -> tuple[str, str]:
    """The field that a term is for ("" for any), and the rest of the term."""
    match = _FIELD.match(literal)
    glued = _FIELD_WITHOUT_SPACE.match(literal)
    if glued:
        raise BadTerm(f"{literal!r} has no space after '{glued[1]}:'; put one, as in '{glued[1]}: flu jab'")
    if match is None:
        return "", literal
    name = match[1].lower()
    if name not in FIELDS:
        raise BadTerm(
            f"'{match[1]}:' is no field of an item; write title:, text: or publisher:, or leave the colon out"
        )
    return name, match[2]


def _fill_sets(body: str, choice: tuple[str, ...]) -> str:
    wording: Iterator[str] = iter(choice)
    return _SET.sub(lambda _: next(wording), body)


def _parse_wording(body: str, literal: str, place: str) -> Term:
    phrases: list[tuple[Word, ...]] = []
    gaps: list[int] = []
    pending: list[Word] = []
    for chunk in body.split():
        near = _NEAR.match(chunk)
        if near is None:
            pending.extend(_parse_words(chunk))
            continue
        phrases.append(_check_phrase(pending, literal))
        gaps.append(_parse_gap(near[1]))
        pending = []
    phrases.append(_check_phrase(pending, literal))
    if sum(len(phrase) for phrase in phrases) > MAX_TERM_WORDS:
        raise BadTerm(f"{literal!r} has more than {MAX_TERM_WORDS} words; use its rarest few")
    return Term(literal, tuple(phrases), tuple(gaps), place, body)


def _check_phrase(pending: list[Word], literal: str) -> tuple[Word, ...]:
    if not pending:
        raise BadTerm(f"{literal!r} has no words on one side; write words, for example 'flu ~6 eligib*'")
    return tuple(pending)


def _parse_gap(number: str | None) -> int:
    if number is None:
        raise BadTerm("'~' needs the number of words that may lie between, for example ~6")
    if len(number) > len(str(MAX_GAP_WORDS)) or not 1 <= int(number) <= MAX_GAP_WORDS:
        raise BadTerm(f"~{number} is not between ~1 and ~{MAX_GAP_WORDS}")
    return int(number)


def _parse_words(chunk: str) -> list[Word]:
    for mark, cure in (("~", "put spaces around '~6'"), ("|", "write two terms"), ("[", "patterns are not terms")):
        if mark in chunk:
            raise BadTerm(f"'{mark}' in {chunk!r} has no meaning here; {cure}")
    body = chunk.removesuffix("*")
    if "*" in body:
        raise BadTerm(f"'*' in {chunk!r} must be the end of its word")
    words = folded_words(body)
    if not words:
        raise BadTerm(f"{chunk!r} has no letter or digit")
    if chunk == body:
        return [Word(singular(word)) for word in words]
    if len(words[-1]) < MIN_PREFIX_CHARACTERS:
        raise BadTerm(
            f"{chunk!r} would match nearly everything; give at least {MIN_PREFIX_CHARACTERS} letters before '*'"
        )
    return [*(Word(singular(word)) for word in words[:-1]), Word(words[-1], continues=True)]
