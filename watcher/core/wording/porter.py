"""The stem under which SQLite's index of words has an English word: Martin Porter's algorithm of 1980.

It is the one of FTS5, tried against it in the tests, and only marks in a text what was found by the index. Everywhere
else words are compared by core/language/stemming.py.
"""

from collections.abc import Mapping
from functools import lru_cache

from watcher.core.language.lazy_regex import lazy_regex

MIN_STEMMED, MAX_STEMMED = 3, 64  # characters: the index has other words as they are

_VOWEL = lazy_regex(r"[aeiou]|(?<=[^aeiou])y")
_VOWELS_THEN_CONSONANTS = lazy_regex(r"(?:[aeiou]|(?<=[^aeiou])y)+(?:[^aeiouy]|(?<![^aeiou])y)+")
_ENDS_IN_DOUBLE = lazy_regex(r"([^aeioulsz])\1$")
_ENDS_LIKE_HOP = lazy_regex(r"(?:[^aeiouy]|^y)(?:[aeiou]|(?<=[^aeiou])y)[^aeiouwxy]$")
_PLURALS: Mapping[str, str] = {"sses": "ss", "ies": "i", "ss": "ss", "s": ""}
_AFTER_FORMS: Mapping[str, str] = {"at": "ate", "bl": "ble", "iz": "ize"}
_LONG_ENDINGS: Mapping[str, str] = {
    "ational": "ate",
    "tional": "tion",
    "enci": "ence",
    "anci": "ance",
    "izer": "ize",
    "logi": "log",
    "bli": "ble",
    "alli": "al",
    "entli": "ent",
    "eli": "e",
    "ousli": "ous",
    "ization": "ize",
    "ation": "ate",
    "ator": "ate",
    "alism": "al",
    "iveness": "ive",
    "fulness": "ful",
    "ousness": "ous",
    "aliti": "al",
    "iviti": "ive",
    "biliti": "ble",
}
_MIDDLE_ENDINGS: Mapping[str, str] = {
    "icate": "ic",
    "ative": "",
    "alize": "al",
    "iciti": "ic",
    "ical": "ic",
    "ful": "",
    "ness": "",
}
_LAST_ENDINGS = (
    *("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate"),
    *("iti", "ous", "ive", "ize"),
)


@lru_cache(maxsize=20_000)
def porter_stem(word: str) -> str:
    """The stem of a word in lower case: vaccin of vaccine, vaccinated and vaccination."""
    if not MIN_STEMMED <= len(word) <= MAX_STEMMED:
        return word
    stem = _without_form(_replace(word, _PLURALS, -1))
    if stem.endswith("y") and _VOWEL.search(stem[:-1]):
        stem = stem[:-1] + "i"
    stem = _replace(_replace(stem, _LONG_ENDINGS, 0), _MIDDLE_ENDINGS, 0)
    return _without_last(_without_ending(stem))


def _measure(stem: str) -> int:
    """How often vowels are followed by consonants."""
    return len(_VOWELS_THEN_CONSONANTS.findall(stem))


def _longest(word: str, endings: Mapping[str, str] | tuple[str, ...]) -> str:
    return max(filter(word.endswith, endings), key=len, default="")


def _replace(word: str, endings: Mapping[str, str], more_than: int) -> str:
    """`word` with its longest ending replaced, where what is left of it measures more than this."""
    ending = _longest(word, endings)
    stem = word.removesuffix(ending)
    return stem + endings[ending] if ending and _measure(stem) > more_than else word


def _without_form(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    ending = _longest(word, ("ed", "ing"))
    stem = word.removesuffix(ending)
    if not ending or not _VOWEL.search(stem):
        return word
    if mended := _longest(stem, _AFTER_FORMS):
        return stem.removesuffix(mended) + _AFTER_FORMS[mended]
    if _ENDS_IN_DOUBLE.search(stem):
        return stem[:-1]
    return f"{stem}e" if _measure(stem) == 1 and _ENDS_LIKE_HOP.search(stem) else stem


def _without_ending(word: str) -> str:
    ending = _longest(word, _LAST_ENDINGS)
    stem = word.removesuffix(ending)
    is_wanted = _measure(stem) > 1 and (ending != "ion" or stem.endswith(("s", "t")))
    return stem if ending and is_wanted else word


def _without_last(word: str) -> str:
    stem = word.removesuffix("e")
    if stem != word and (_measure(stem) > 1 or (_measure(stem) == 1 and not _ENDS_LIKE_HOP.search(stem))):
        word = stem
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
