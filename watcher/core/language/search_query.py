"""What somebody searches for: words, "quoted phrases" and -without. Any text is a query; none is a syntax error."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import printable

MAX_QUERY_CHARACTERS = 200
MAX_QUERY_TERMS = 12
TOO_LONG = f"Only the first {MAX_QUERY_CHARACTERS} characters are searched for."
TOO_MANY = f"Only the first {MAX_QUERY_TERMS} words and phrases are searched for."
NOTHING_ASKED = "Write a word to search for."
ONLY_EXCLUSIONS = "Words with a minus only take away from what is found: write one word without it."

# A quotation that nobody closed goes on to the end; the minus may be one of the dashes that telephones make of it.
_TERM = lazy_regex(r'(?P<minus>[-–−]*)(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?|(?P<word>[^\s"“”„]+))')
_SEARCHED_WORD = lazy_regex(r"[^\W_]+")
_ACCENTS = lazy_regex("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What an Item must hold: all `terms` and all `phrases`, and nothing that is `excluded`; each as it was written.

    `notes`: what was not searched for, and why, as sentences for whoever asked. The words of a term such as "over-50s"
    must stand one after the other, as those of a phrase.
    """

    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing, so that nothing can be found."""
        return not self.required

    @property
    def required(self) -> tuple[str, ...]:
        """All terms and phrases that must be there."""
        return (*self.terms, *self.phrases)

    @property
    def text(self) -> str:
        """The query as it was understood, in the words of its own language: flu "new contract" -"press release"."""
        phrases = [f'"{phrase}"' for phrase in self.phrases]
        excluded = [f'-"{words}"' if " " in words else f"-{words}" for words in self.excluded]
        return " ".join([*self.terms, *phrases, *excluded])


def parse_query(raw: str) -> SearchQuery:
    """The SearchQuery that an untrusted text asks for: MAX_QUERY_TERMS from MAX_QUERY_CHARACTERS; the rest is noted."""
    text, notes = _cut(" ".join(printable(raw).split()))
    parsed = list(dict.fromkeys(_split_terms(text)))
    if len(parsed) > MAX_QUERY_TERMS:
        parsed, notes = parsed[:MAX_QUERY_TERMS], [*notes, TOO_MANY]
    terms, phrases, excluded = (tuple(words for kind, words in parsed if kind == wanted) for wanted in ("", '"', "-"))
    if not terms and not phrases:
        notes = [*notes, ONLY_EXCLUSIONS if excluded else NOTHING_ASKED]
    return SearchQuery(terms=terms, phrases=phrases, excluded=excluded, notes=tuple(notes))


def _cut(text: str) -> tuple[str, list[str]]:
    """`text` without what is too much of it, cut between two words, and a note that says so."""
    if len(text) <= MAX_QUERY_CHARACTERS:
        return text, []
    whole_words = text[: MAX_QUERY_CHARACTERS + 1].rpartition(" ")[0]
    return whole_words or text[:MAX_QUERY_CHARACTERS], [TOO_LONG]


def _split_terms(text: str) -> Iterator[tuple[str, str]]:
    """(kind, words) of each term that has a letter or a digit; the kind is "", '"' or "-"."""
    for match in _TERM.finditer(text):
        words = " ".join((match["phrase"] if match["word"] is None else match["word"]).split())
        if _SEARCHED_WORD.search(words):
            yield "-" if match["minus"] else "" if match["word"] else '"', words


def searched_words(text: str) -> Sequence[str]:
    """The words that are searched for: runs of letters and digits, as they are spelt. Everything else parts them."""
    return _SEARCHED_WORD.findall(unicodedata.normalize("NFC", text))


def fold_words(text: str) -> str:
    """The words of `text` in lower case and without accents, with one space between them."""
    folded = text.lower()
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))
    return " ".join(_SEARCHED_WORD.findall(folded))


def render_for_fts5(query: SearchQuery) -> str:
    """The query for SQLite's FTS5. Each term is a string in quotes, so that nobody can write an operator."""
    required = " AND ".join(f'"{" ".join(searched_words(term))}"' for term in query.required)
    excluded = " OR ".join(f'"{" ".join(searched_words(term))}"' for term in query.excluded)
    return f"({required}) NOT ({excluded})" if excluded else required


def render_for_postgresql(query: SearchQuery) -> str:
    """The query for PostgreSQL's websearch_to_tsquery, to which each term is a quoted phrase of folded words.

    The words of a phrase are asked for one by one as well: the server takes a phrase to be as frequent as if its words
    stood anywhere, and would read all texts for one that is rarer.
    """
    required = [fold_words(term) for term in query.required]
    words = [word for term in required if " " in term for word in term.split()]
    asked = dict.fromkeys([*required, *words])
    return " ".join([*(f'"{term}"' for term in asked), *(f'-"{fold_words(term)}"' for term in query.excluded)])
