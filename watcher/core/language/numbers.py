"""Figures of a headline, as one would note them in a diary: numbers, days of the week and months."""

from functools import lru_cache

from watcher.core.language.calendar_words import MONTHS, WEEKDAYS
from watcher.core.language.text import folded_words

_DAYS = frozenset({*WEEKDAYS, "today", "tomorrow"})
_MONTHS = frozenset(MONTHS) - {"may"}  # it is also a word
_NAMES = _DAYS | _MONTHS
_FULL_NAMES = {name[:3]: name for name in {*WEEKDAYS, *_MONTHS}} | {"sept": "september"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def numbers_changed(headline: str, previous: str) -> bool:
    """Whether a headline has figures, and others than its `previous` wording; False where there was none ("").

    Editors touch pages all day: only another number, day or month is worth telling.
    """
    return bool(previous) and bool(figures_in(headline)) and figures_in(headline) != figures_in(previous)


@lru_cache(maxsize=5_000)
def figures_in(headline: str) -> frozenset[str]:
    """The numbers, days and months of a headline in one form: "10am" is 10, "Mon" is monday."""
    words = folded_words(headline)
    numbers = {word.rstrip(_LETTERS) for word in words if word[:1].isdigit()}  # 10am, 2nd and over-50s are 10, 2 and 50
    names = {_FULL_NAMES.get(word, word) for word in words}
    return frozenset(numbers | (names & _NAMES))


@lru_cache(maxsize=5_000)
def numbers_in(headline: str) -> frozenset[str]:
    """The numbers of a headline, without its days and months."""
    return frozenset(figure for figure in figures_in(headline) if figure[:1].isdigit())


@lru_cache(maxsize=5_000)
def without_figures(headline: str) -> tuple[str, ...]:
    """The words of a headline that are no numbers, days or months, in order."""
    return tuple(
        word for word in folded_words(headline) if not word[:1].isdigit() and _FULL_NAMES.get(word, word) not in _NAMES
    )
