"""What a stand-in answers, and the promise that every stand-in keeps."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
RSS = "application/rss+xml; charset=UTF-8"
ATOM = "application/atom+xml; charset=utf-8"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class StandInAnswer:
    """One HTTP answer: status, body, type and further headers."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


class StandInSite(Protocol):
    """One host, at any moment of its history."""

    @property
    def host(self) -> str:
        """The name by which it is asked."""

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """What it says to a GET of this path and query when it is this late (UTC)."""

    def targets(self, now: datetime) -> Iterator[str]:
        """Every address at which it says something of its own now; for tests that look everywhere."""


def ask(
    site: StandInSite,
    url: str,
    now: datetime,
    form: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> StandInAnswer:
    """The answer of a site to a GET of an address, or to a form where it takes one (`post`); else 405."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if not form:
        return site.answer(target, now)
    post = getattr(site, "post", None)
    named = {name.lower(): content for name, content in (headers or {}).items()}
    answer: StandInAnswer = post(target, dict(form), named, now) if post else StandInAnswer(405)
    return answer


@dataclass(frozen=True)
class AskedTarget:
    """A target taken apart: path without escapes, and the query in the order given."""

    target: str
    path: str
    query: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, target: str) -> "AskedTarget":
        """Take a target apart."""
        parts = urlsplit("https://any.example" + target)
        return cls(target, unquote(parts.path), tuple(parse_qsl(parts.query, keep_blank_values=True)))

    def one(self, name: str, otherwise: str = "") -> str:
        """The last value of this name, as most services read it."""
        return dict(self.query).get(name, otherwise)

    def many(self, name: str) -> list[str]:
        """All values of this name: repeated, with brackets, or parted by commas."""
        said = [value for key, value in self.query if key in {name, f"{name}[]"}]
        return [part.strip() for value in said for part in value.split(",") if part.strip()]

    def has(self, name: str) -> bool:
        """Whether the query names it at all."""
        return any(key == name for key, _ in self.query)


@dataclass(frozen=True)
class SharedHost:
    """Several sites under one name: each has its own beginning of the path, the longest that fits answers."""

    host: str
    sites: Sequence[tuple[str, StandInSite]]

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """The answer of the site that owns the path."""
        fitting = [(prefix, site) for prefix, site in self.sites if target.startswith(prefix)]
        if not fitting:
            return not_found(self.host)
        return max(fitting, key=lambda pair: len(pair[0]))[1].answer(target, now)

    def targets(self, now: datetime) -> Iterator[str]:
        """The addresses of all of them."""
        for _, site in self.sites:
            yield from site.targets(now)


def not_found(host: str) -> StandInAnswer:
    """The usual small page for an address that does not exist."""
    return StandInAnswer(404, page("Page not found", "<p>There is nothing at this address.</p>", host))


def moved(address: str) -> StandInAnswer:
    """A permanent redirect."""
    return StandInAnswer(301, headers={"Location": address})


def text(kind: str, words: str, status: int = 200, **headers: str) -> StandInAnswer:
    """An answer of words; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return StandInAnswer(status, words.encode(), kind, named)


def as_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> StandInAnswer:
    """An answer of JSON, with non-ASCII letters escaped as most services do."""
    return StandInAnswer(status, json.dumps(value).encode(), JSON, dict(headers or {}))


def page(title: str, main: str, name: str, head: str = "") -> bytes:
    """A whole HTML page around what its main element holds."""
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)} - {escape(name)}</title>'
        f'{head}</head><body><header><nav><a href="/">Home</a> <a href="/contact/">Contact</a></nav></header>'
        f'<main id="content">{main}</main><footer><p>All content is available under the Open Government Licence.</p>'
        "</footer></body></html>"
    ).encode()


def utc(moment: datetime) -> datetime:
    """The same moment in UTC."""
    return moment.astimezone(UTC)


def london(moment: datetime) -> datetime:
    """The same moment as clocks in London show it."""
    return moment.astimezone(LONDON)


def rfc822(moment: datetime) -> str:
    """The date form of RSS, always at UTC."""
    return format_datetime(utc(moment)).replace("-0000", "+0000")


def gmt_file_date(moment: datetime) -> str:
    """The date of a file as WordPress keeps it: UTC, with a space."""
    return utc(moment).strftime("%Y-%m-%d %H:%M:%S")


def long_day(moment: datetime) -> str:
    """ "14 September 2020", as pages for people write it."""
    local = london(moment)
    return f"{local.day} {local:%B %Y}"


def shown(html: str) -> str:
    """Attribute and text form of plain words."""
    return escape(html, quote=True)
