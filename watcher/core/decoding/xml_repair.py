"""XML as careless publishers write it, mended so that a parser reads it (XML 1.0, fifth edition).

feedparser raises on a reference to half a character ("&#xD83D;"), which one emoji in one title makes; expat refuses
control characters, XML 1.1 and whatever stands before the declaration.
"""

import re

from watcher.core.language.lazy_regex import lazy_regex

_NOT_XML = lazy_regex("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # all but section 2.2's Char
_DECLARATION = lazy_regex(r"<\?xml\s[^>]{0,300}>")
_REFERENCE = lazy_regex(r"&#(?:[xX]([0-9a-fA-F]{1,40})|([0-9]{1,40}));?")
_PAIR = lazy_regex(
    r"&#(?:[xX](?P<high_hex>[0-9a-fA-F]{1,8})|(?P<high>[0-9]{1,8}));&#(?:[xX](?P<low_hex>[0-9a-fA-F]{1,8})|(?P<low>[0-9]{1,8}));"
)
# An "&" that begins no reference, or a CDATA section or comment, in which it stands for itself.
_BARE_AMPERSAND = lazy_regex(
    r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)", re.DOTALL
)
_ROOT = lazy_regex(r"<(?:\w{1,20}:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_MAX_CHARACTERS_BEFORE = 20_000  # a server's warnings, printed before the feed
_REPLACEMENT = "&#xFFFD;"


def mend_xml(text: str) -> str:
    """`text` without its declaration, what stands before it, and characters that XML does not have.

    References to such characters become U+FFFD; two halves of one character become that character.
    """
    declaration = _DECLARATION.search(text[:_MAX_CHARACTERS_BEFORE])
    if declaration and not _ROOT.search(text, 0, declaration.start()):  # not one that an item quotes
        text = text[declaration.end() :]
    if "&#" in text:
        text = _REFERENCE.sub(_mend_reference, _PAIR.sub(_join_halves, text))
    return _BARE_AMPERSAND.sub(_escape_ampersand, _NOT_XML.sub(_drop_character, text))


def _escape_ampersand(match: re.Match[str]) -> str:
    return "&amp;" if match[0] == "&" else match[0]


def _drop_character(match: re.Match[str]) -> str:
    """A line break of an old system still parts two words."""
    return " " if match[0] in "\x0b\x0c" else ""


def _join_halves(match: re.Match[str]) -> str:
    """A UTF-16 pair written as two references as the one that it means; any other two as they are."""
    high, low = _number(match["high_hex"], match["high"]), _number(match["low_hex"], match["low"])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:  # noqa: PLR2004 - The Unicode Standard, section 3.8
        return f"&#{0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00};"
    return match[0]


def _mend_reference(match: re.Match[str]) -> str:
    number = _number(match[1], match[2])
    is_character = number <= 0x10FFFF and not _NOT_XML.match(chr(number))  # noqa: PLR2004 - the last code point
    return match[0] if is_character else _REPLACEMENT


def _number(hexadecimal: str | None, decimal: str | None) -> int:
    return int(hexadecimal, 16) if hexadecimal else int(decimal or "0")
