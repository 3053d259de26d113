"""The stem under which SQLite's index of words has an English word: Martin Porter's algorithm of 1980.

It only marks in a text what was found by the index, and is tried against SQLite's own in the tests. Everywhere else
words are compared by core/language/stemming.py.
"""

from functools import lru_cache

MIN_STEMMED, MAX_STEMMED = 3, 64  # characters: the index has other words as they are
LATER_ENDINGS = ("logi", "bli")  # two rules of Porter's own program that the article had not, and that FTS5 follows


@lru_cache(maxsize=20_000)
def porter_stem(word: str) -> str:
    """The stem of a word in lower case: vaccin of vaccine, vaccinated and vaccination."""
    from snowballstemmer.porter_stemmer import PorterStemmer

    if not MIN_STEMMED <= len(word) <= MAX_STEMMED:
        return word
    stem: str = PorterStemmer().stemWord(word)  # each word has its own: it keeps the word while it works
    return stem.removesuffix("i") if stem.endswith(LATER_ENDINGS) else stem
