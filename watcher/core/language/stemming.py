"""The only stemmer: a word without its plural, and without -ed and -ing.

Topics match by `singular` alone: "booking" is not "booked" where an admin wrote one of them. Headlines are compared by
`stem`. The Snowball stemmer was measured for both and not taken (docs/adr/0009-libraries.md).
"""

from functools import lru_cache

_SHORT_PLURALS = frozenset({"ads", "gps", "ids", "mps", "pas", "tvs"})
_DOUBLED_ENDINGS = ("ches", "shes", "xes", "sses", "zes", "viruses", "bonuses", "statuses")
MIN_STEMMED_CHARACTERS = 6  # "red", "wing" and "need" end in -ed and -ing too


@lru_cache(maxsize=200_000)  # bounded: a hostile page of invented words only makes it forget
def singular(word: str) -> str:
    """A folded word without its plural, by rule: jabs, boxes, 50s. Short words and those in -ss, -us, -is stay."""
    if len(word) <= 3 and word not in _SHORT_PLURALS and not word[:1].isdigit():  # noqa: PLR2004 - PMS, DES, CAS
        return word
    without_s = _without_s(word)
    # "sizes" and "size", "tranches" and "tranche" meet without their e.
    return without_s[:-1] if without_s.endswith(("che", "she", "xe", "sse", "ze")) else without_s


def _without_s(word: str) -> str:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - not "dies"
        return word[:-3] + "y"
    return word[:-2] if word.endswith(_DOUBLED_ENDINGS) else word[:-1]


def stem(word: str) -> str:
    """A singular word without -ed and -ing, about as in the first step of Porter's stemmer; short words stay."""
    if len(word) < MIN_STEMMED_CHARACTERS:
        return word
    for ending in ("ing", "ed"):
        if word.endswith(ending):
            root = word.removesuffix(ending)
            is_doubled = root[-1] == root[-2] and root[-1] not in "lsz"
            return root[:-1] if is_doubled else root
    return word.removesuffix("e")
