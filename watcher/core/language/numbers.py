"""What a diary would note of a headline: numbers, days of the week and months."""

from watcher.core.language.text import folded_words

_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow"})
_MONTHS = frozenset(  # without May, which is also a word
    {"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"}
)
_SHORT = {name[:3]: name for name in _DAYS | _MONTHS if name not in {"today", "tomorrow"}} | {"sept": "september"}
_NAMES = _DAYS | _MONTHS
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def numbers_changed(headline: str, was: str) -> bool:
    """Whether a figure, day or month of a headline is another than `was`, before: editors touch pages all day."""
    return bool(was) and bool(figures_in(headline)) and figures_in(headline) != figures_in(was)


def figures_in(headline: str) -> frozenset[str]:
    """The numbers, days and months of a headline in one form: "10am" is 10, "Mon" is monday."""
    found = folded_words(headline)
    numbers = {word.rstrip(_LETTERS) for word in found if word[:1].isdigit()}  # 10am, 2nd and over-50s are 10, 2 and 50
    return frozenset(
        {*numbers, *(_SHORT.get(word, word) for word in found if _SHORT.get(word, word) in _DAYS | _MONTHS)}
    )


def numbers_in(headline: str) -> frozenset[str]:
    """The numbers alone."""
    return frozenset(each for each in figures_in(headline) if each[:1].isdigit())


def without_figures(headline: str) -> tuple[str, ...]:
    """The other words of a headline, in order."""
    return tuple(
        word for word in folded_words(headline) if not word[:1].isdigit() and _SHORT.get(word, word) not in _NAMES
    )
