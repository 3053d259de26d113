"""One watched site: its list, its pages in three shapes, and its answers when it is ill."""

import html
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime


@dataclass(slots=True)
class Piece:
    """One announcement on one site."""

    event: int
    at: datetime
    title: str
    summary: str
    topics: frozenset[str]
    widened: int = 0
    other: str = ""  # its second headline, between which it goes back and forth


@dataclass(frozen=True, slots=True)
class Shown:
    """What a good answer showed of a Piece."""

    event: int
    title: str
    summary: str
    topics: frozenset[str]
    latest: datetime | None


@dataclass(slots=True)
class Site:
    """One site: its list, newest first, of which it shows `window`."""

    name: str
    shape: str
    window: int
    rate: float
    dated: bool
    every: str
    trust: str
    pieces: list[Piece] = field(default_factory=list)
    gone: list[Piece] = field(default_factory=list)
    version: int = 1
    fault: str = ""
    ill_until: datetime | None = None
    served: list[Shown] | None = None  # what its last answer showed, if that was a good one
    kept: bytes = b""

    @property
    def selectors(self) -> str:
        """The further options of its entry in sources.yaml."""
        listing = 'item: "li", title: "a", date: ".date", summary: "p", date_formats: ["%d %B %Y"], '
        return listing if self.shape == "listing" else ""

    def shown(self) -> list[Piece]:
        """What stands on its page now."""
        return self.pieces[: self.window]

    def page(self) -> bytes:
        """The page itself."""
        self.kept = self.kept or _PAGES[self.shape](self).encode("utf-8")
        return self.kept

    def url(self, piece: Piece) -> str:
        """The address of an announcement; after a move it is another."""
        moved = f"v{self.version}/" if self.version > 1 else ""
        return f"https://{self.name}.example/{moved}e{piece.event}/news"

    def latest(self, piece: Piece) -> datetime | None:
        """What the date shown says; a listing shows a day, and its beginning is the harder judgement."""
        if not self.dated:
            return None
        return piece.at if self.shape != "listing" else piece.at.replace(hour=0, minute=0, second=0)

    def facts(self) -> list[Shown]:
        """What a good answer shows."""
        return [Shown(p.event, p.title, p.summary, p.topics, self.latest(p)) for p in self.shown()]


def _rss(site: Site) -> str:
    rows = "".join(
        f"<item><title>{_xml(p.title)}</title><link>{site.url(p)}</link><guid>{site.url(p)}</guid>"
        + (f"<pubDate>{format_datetime(p.at)}</pubDate>" if site.dated else "")
        + f"<description>{_xml(p.summary)}</description></item>"
        for p in site.shown()
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{site.name}</title>{rows}</channel></rss>"


def _atom(site: Site) -> str:
    rows = "".join(
        f"<entry><title>{_xml(p.title)}</title><link href='{site.url(p)}'/><id>{site.url(p)}</id>"
        + (f"<updated>{p.at.isoformat()}</updated>" if site.dated else "")
        + f"<summary>{_xml(p.summary)}</summary></entry>"
        for p in site.shown()
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{site.name}</title>{rows}</feed>"


def _listing(site: Site) -> str:
    rows = "".join(
        f"<li><a href='{site.url(p)}'>{html.escape(p.title)}</a>"
        + (f"<span class='date'>{p.at:%d %B %Y}</span>" if site.dated else "")
        + f"<p>{html.escape(p.summary)}</p></li>"
        for p in site.shown()
    )
    return f"<!doctype html><html><head><meta charset='utf-8'></head><body><ul>{rows}</ul></body></html>"


def _xml(words: str) -> str:
    return html.escape(html.escape(words), quote=False)  # feeds carry HTML inside of XML


_PAGES = {"rss": _rss, "atom": _atom, "listing": _listing}


def response(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """One HTTP answer."""
    length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status}\r\n{length}{headers}\r\n".encode() + body


REFUSALS = {
    "503": response(b"<rss version='2.0'><channel></channel></rss>", "503 Service Unavailable"),
    "429": response(b"", "429 Too Many Requests", "Retry-After: 7200\r\n"),
    "login": response(b"<html><form action='/login'>Sign in to continue</form></html>"),
}
