"""Bytes of a page or feed as text: a byte order mark, then strict UTF-8, then the label, then a guess.

A label is often wrong (a template's "iso-8859-1" over UTF-8), and text that is valid UTF-8 by chance is not met:
so UTF-8 goes before what the server or the document says. Names of encodings: encoding.spec.whatwg.org.
"""

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup


from watcher.core.language.lazy_regex import lazy_regex

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED_UTF_16 = (
    *((mark + b"\x00", "utf-16-le") for mark in (b"<", b"{", b"[")),
    *((b"\x00" + mark, "utf-16-be") for mark in (b"<", b"{", b"[")),
)
_LABEL_IN_HEADER = lazy_regex(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_LABEL_IN_BODY = lazy_regex(
    rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})|<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)
_HEAD_BYTES = 4_096  # where a document says how it is encoded
_WINDOWS_1252_NAMES = frozenset({"ascii", "iso8859-1"})  # as browsers read them: what is labelled so holds its quotes
_ONE_OF_MANY = lazy_regex(r"cp\d+|iso8859-\d+|koi8-\w|mac-\w+|gb\w+|big5\w*|euc_\w+|shift_jis\w*|iso2022_\w+|ascii")


def decode_text(body: bytes, content_type: str = "") -> str:
    """The text of `body`; `content_type` is its HTTP header, or "". Never fails: a byte that fits nothing is guessed.

    In a body that is neither UTF-8 nor what its label says, each broken byte is read as Windows-1252, and the others
    as UTF-8: a stray "£" of an old system costs no other character.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _UNMARKED_UTF_16:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mended = body.decode("utf-8", "watcher.windows-1252")
    if _is_mostly_utf_8(body):
        return mended
    encoding = _find_label(body, content_type)
    if encoding:
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, ValueError):
            pass
    return mended


def _is_mostly_utf_8(body: bytes) -> bool:
    """Whether more of what is not ASCII is UTF-8 than is broken: one stray byte, or a cut, makes no other encoding."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - broken > broken


def html_soup(body: bytes, content_type: str = "") -> "BeautifulSoup":
    """A page parsed with lxml: html.parser took 24 s for 30 kB of "<a <a"."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(decode_text(body, content_type), "lxml")


def _find_label(body: bytes, content_type: str) -> str:
    """The name of the encoding that the header, else the document names; "" for none, an unknown one and Unicode."""
    in_header, in_body = _LABEL_IN_HEADER.search(content_type), _LABEL_IN_BODY.search(body[:_HEAD_BYTES])
    labels = [in_header[1]] if in_header else []
    labels += [(in_body[1] or in_body[2]).decode("ascii", "replace")] if in_body else []
    for label in labels:
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        if _ONE_OF_MANY.fullmatch(name):  # not Unicode, which was tried, nor Python's own, such as "base64"
            return "windows-1252" if name in _WINDOWS_1252_NAMES else name
    return ""


def _read_as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """The handler of what is not UTF-8 (codecs.register_error); the five bytes without a character stay as they are."""
    assert isinstance(error, UnicodeDecodeError)
    broken = error.object[error.start : error.end]
    return "".join(bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in broken), error.end


codecs.register_error("watcher.windows-1252", _read_as_windows_1252)
