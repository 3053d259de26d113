"""Publishers' text made plain: one clean form for showing, one canonical form for comparing."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from watcher.core.language.lazy_regex import lazy_regex

MAX_TITLE_CHARACTERS = 300
MAX_SUMMARY_CHARACTERS = 2_000
MAX_TEXT_CHARACTERS = 100_000
# Longer raw fields are attacks or accidents: `<!--` x 100,000 kept a parser busy for 30 s.
MAX_FIELD_CHARACTERS = 200_000
MAX_CONTEXT_CHARACTERS = 120  # of a sentence on each side of what is quoted

_TAG = lazy_regex(r"<[a-zA-Z/!][^<>]*>")
_SPACE = lazy_regex(r"\s+")
_LINE_BREAKS = lazy_regex(r"[\t\n\r]+")
_READ_MORE = lazy_regex(
    r"(?:continue reading|read more|the post .{1,200} appeared first on .{1,100})[.…]*\s*$", re.IGNORECASE
)
_ELLIPSIS = lazy_regex(r"\s*\[(?:…|\.\.\.)\]\s*$")
_WORD = lazy_regex(r"[^\W_]+")
_SENTENCE_ENDS = (". ", "! ", "? ", "\n")
_APOSTROPHE = lazy_regex(r"['’‘ʼ`]")
_SUPERSCRIPTS = lazy_regex("[™℠¹²³⁰⁴-⁹]")  # NFKC would glue them to the word before: "epipentm", "flu1"
_WORD_AS_SPELT = lazy_regex(r"[^\W_¹²³⁰⁴-⁹]+(?:(?:['’‘ʼ`]+|(?<=\d),(?=\d{3}(?!\d)))[^\W_¹²³⁰⁴-⁹]*)*")
_THOUSANDS = lazy_regex(r"(?<=\d),(?=\d{3}(?!\d))")


def clean(raw: str, limit: int = MAX_SUMMARY_CHARACTERS) -> str:
    """Plain one-line text: no tags, entities, control or direction characters, and at most `limit` characters."""
    text = html.unescape(_TAG.sub(" ", html.unescape(raw[:MAX_FIELD_CHARACTERS])))
    return " ".join(_TAG.sub(" ", printable(text)).split())[:limit].rstrip()


def printable(raw: str) -> str:
    """`raw` without C0/C1 controls, bidi and zero-width characters and lone surrogates; line breaks become spaces."""
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(_printable_character(character) for character in raw)


def one_line(raw: str) -> str:
    """Text that a parser gave, printable and on one line; unlike `clean` it takes no "<" for a tag."""
    joined = " ".join(raw.split())
    return joined if joined.isascii() and joined.isprintable() else " ".join(printable(joined).split())


def _printable_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r\x0b\x0c\x85" or category in {"Zl", "Zp"}:
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def clean_title(raw: str) -> str:
    """A headline fit to show and to store."""
    return clean(raw, MAX_TITLE_CHARACTERS)


def clean_summary(raw: str, drop: Iterable[str] = ()) -> str:
    """A description without "Continue reading…", "[…]" and the source's own boilerplate."""
    text = clean(raw)
    text = drop_sentences(text, sentences) if (sentences := tuple(drop)) else text
    if "read" in (folded := text.casefold()) or "appeared first on" in folded:
        text = _READ_MORE.sub("", text)
    return _ELLIPSIS.sub("", text).strip()


def drop_sentences(text: str, drop: Iterable[str]) -> str:
    """`text` without the sentences that stand on every page of a site."""
    for sentence in drop:
        text = text.replace(sentence, " ")
    return " ".join(text.split())


@lru_cache(maxsize=5_000)
def title_key(title: str) -> str:
    """The folded words of a headline as one string: the same for any case, punctuation and quotes."""
    return " ".join(folded_words(title))


def folded_words(text: str) -> list[str]:
    """The words of `text`, folded: hyphen, slash, dash and space are one, apostrophes vanish, £20,000 is 20000."""
    return split_words(fold_text(text))


def split_words(folded: str) -> list[str]:
    """The words of a text of `fold_text`."""
    return _WORD.findall(folded)


def spelt_words(text: str) -> list[tuple[int, int]]:
    """Where each word of `text` stands; unusual characters may make them another number than the folded ones."""
    return [match.span() for match in _WORD_AS_SPELT.finditer(text)]


def original_spelling(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """The words of `text` at `spans` as they are spelt, with their sentence; both are "" without spans."""
    if not spans:
        return "", ""
    begin, end = spans[0][0], spans[-1][1]
    left = max(text.rfind(mark, max(0, begin - MAX_CONTEXT_CHARACTERS), begin) for mark in _SENTENCE_ENDS) + 1
    ends = [
        position for mark in _SENTENCE_ENDS if (position := text.find(mark, end, end + MAX_CONTEXT_CHARACTERS)) >= 0
    ]
    sentence = text[max(left, begin - MAX_CONTEXT_CHARACTERS) : min(ends, default=end + MAX_CONTEXT_CHARACTERS)]
    return text[begin:end].rstrip("'’‘ʼ`"), sentence.strip()


def fold_text(text: str) -> str:
    """`text` in lower case, without accents' variety, apostrophes or thousands commas."""
    if text.isascii():  # plain replacements take a third of the time, and most letters are ASCII
        plain = text.lower().replace("'", "").replace("`", "")
    else:
        plain = _APOSTROPHE.sub("", unicodedata.normalize("NFKC", _SUPERSCRIPTS.sub(" ", text)).casefold())
    return _THOUSANDS.sub("", plain) if "," in plain else plain


def repr_bytes(value: object) -> bytes:
    """The first bytes of a value's repr, for quarantine; its type's name when even repr() raises."""
    try:
        return repr(value).encode("utf-8", "backslashreplace")[:MAX_FIELD_CHARACTERS]
    except Exception:  # noqa: BLE001 - then its type is all that is known
        return type(value).__name__.encode()
