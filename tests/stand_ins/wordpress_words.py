"""How WordPress writes: typographic entities in titles, excerpts made of the first words, and moments in two clocks."""

import re
from datetime import UTC, datetime
from html import unescape

from tests.stand_ins.answer import LONDON, london, utc

_ENTITIES = {"&": "&#038;", "–": "&#8211;", "—": "&#8212;", "’": "&#8217;", "‘": "&#8216;", "…": "&#8230;"}
_FORM = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?")
_EXCERPT_WORDS = 55


def texturized(words: str) -> str:
    """Plain words as WordPress renders a title."""
    for mark, entity in (*_ENTITIES.items(), ("“", "&#8220;"), ("”", "&#8221;"), ("'", "&#8217;")):
        words = words.replace(mark, entity) if mark != "&" else re.sub(r"&(?!#)", entity, words)
    return words


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def excerpt(written: str, content: str) -> str:
    """The excerpt that was written, else the first words of the content."""
    if written:
        return texturized(written)
    words = plain(content).split()
    cut = " ".join(words[:_EXCERPT_WORDS])
    return texturized(cut) + (" [&#8230;]" if len(words) > _EXCERPT_WORDS else "")


def local(moment: datetime) -> str:
    """The site's own clock, London, without a zone."""
    return london(moment).strftime("%Y-%m-%dT%H:%M:%S")


def gmt(moment: datetime) -> str:
    """UTC, without a zone."""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%S")


def read_moment(words: str) -> datetime | None:
    """A moment as a REST parameter gives it: with its zone, else by the site's own clock; None where it is none."""
    if not _FORM.fullmatch(words):
        return None
    read = datetime.fromisoformat(words.replace("z", "Z"))
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=LONDON).astimezone(UTC)
