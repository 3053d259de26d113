"""The bundled days as a website at one moment: the feeds, listings, pages and API answers that it had then."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape as xml

from watcher.config.yaml_file import load_yaml
from watcher.core.language.dates import LONDON

FLU_PAGE = "/government/collections/annual-flu-programme"
_OLD_AT = "2020-01-08 09:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """One item of the bundled days. `at` is London time; `trap` says why it must not alert, "" for all others."""

    at: datetime
    on: str
    path: str
    title: str
    summary: str
    text: str
    trap: str


def days() -> list[tuple[str, list[DemoItem]]]:
    """The months to play, oldest first: the subject of each, and its items in the order of their dates."""
    file = Path(__file__).with_name("days.yaml")
    content = load_yaml(file, str(file)).value
    by_month: dict[str, tuple[list[str], list[DemoItem]]] = {}
    for day in sorted(content["days"], key=lambda day: str(day["date"])):
        subjects, items = by_month.setdefault(day["date"][:7], ([], []))
        subjects.append(day["about"])
        items += [_read_item(item) for item in day["items"]]
    return [(subjects[0], sorted(items, key=lambda item: item.at)) for subjects, items in by_month.values()]


def _read_item(item: dict[str, Any]) -> DemoItem:
    return DemoItem(
        at=_read_moment(item["at"]),
        on=item["on"],
        path=item["path"],
        title=item["title"],
        summary=item.get("summary") or "",
        text=item.get("text") or "",
        trap=item.get("trap") or "",
    )


def _read_moment(literal: str) -> datetime:
    return datetime.fromisoformat(literal).replace(tzinfo=LONDON)


def page_at(items: Iterable[DemoItem], path: str, now: datetime) -> tuple[str, str] | None:
    """(content type, body) of `path` as it was at `now`; None for 404. An edit replaces the page at its address."""
    current: dict[tuple[str, str], DemoItem] = {}
    for item in sorted(items, key=lambda item: item.at):
        if item.at <= now:
            current[item.on, item.path if item.on != "govuk" else item.at.isoformat()] = item
    newest_first = sorted(current.values(), key=lambda item: item.at, reverse=True)
    lists = {
        "/press/rss.xml": ("application/rss+xml", _write_rss, "press"),
        "/trade/feed.atom": ("application/atom+xml", _write_atom, "trade"),
        "/nhse/news/": ("text/html", _write_nhse, "nhse"),
        "/pcse/news/": ("text/html", _write_pcse, "pcse"),
        f"/api/content{FLU_PAGE}": ("application/json", _write_govuk, "govuk"),
    }
    if path in lists:
        content_type, write, site = lists[path]
        return content_type, write([item for item in newest_first if item.on == site])
    shown = next((item for item in newest_first if item.path == path and item.on != "govuk"), None)
    return ("text/html", _write_page(shown)) if shown else None


def _old_item(site: str, title: str) -> DemoItem:
    """An old item for the list of `site`, as on any real site: the first poll records it and does not report it."""
    return DemoItem(at=_read_moment(_OLD_AT), on=site, path=f"/{site}/about", title=title, summary="", text="", trap="")


def _write_rss(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<item><title>{xml(item.title)}</title><link>http://site.invalid{item.path}?at_medium=RSS</link>"
        f"<guid isPermaLink='false'>http://site.invalid{item.path}</guid><description>{xml(item.summary)}</description>"
        f"<pubDate>{format_datetime(item.at)}</pubDate></item>"
        for item in [*items, _old_item("press", "About this feed")]
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{entries}</channel></rss>"


def _write_atom(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<entry><id>tag:site.invalid,2020:{item.path}</id><title>{xml(item.title)}</title>"
        f"<link rel='alternate' href='http://site.invalid{item.path}'/><updated>{item.at.isoformat()}</updated>"
        f"<summary>{xml(item.summary)}</summary></entry>"
        for item in [*items, _old_item("trade", "About this feed")]
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Trade news</title>{entries}</feed>"


def _write_nhse(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<li class='news'><h3><a href='{item.path}'>{escape(item.title)}</a></h3>"
        f"<span class='date'>{item.at:%d %B %Y}</span><p class='summary'>{escape(item.summary)}</p></li>"
        for item in [*items, _old_item("nhse", "Offices closed on the bank holiday")]
    )
    return f"<!doctype html><title>News</title><main><div class='banner'>Winter advice</div><ul>{entries}</ul></main>"


def _write_pcse(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<article class='news-item'><h3>{item.at:%B %Y} {escape(item.title)}</h3>"
        f"<p class='summary'>{escape(item.summary)}</p><a href='{item.path}'>click here</a></article>"
        for item in [*items, _old_item("pcse", "Telephone lines closed on the bank holiday")]
    )
    return f"<!doctype html><title>News</title><main>{entries}</main>"


def _write_govuk(items: list[DemoItem]) -> str:
    notes = [{"public_timestamp": item.at.isoformat(), "note": item.summary} for item in items]
    notes.append({"public_timestamp": "2013-10-17T09:30:00+01:00", "note": "First published."})
    content = {
        "base_path": FLU_PAGE,
        "document_type": "document_collection",
        "title": "Annual flu programme",
        "description": "Information for the NHS flu vaccination programme.",
        "details": {"change_history": notes},
        "withdrawn_notice": {},
    }
    return json.dumps(content)


def _write_page(item: DemoItem) -> str:
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in item.text.strip().split("\n\n"))
    return (
        f"<!doctype html><title>{escape(item.title)}</title><nav>News Sport Weather</nav>"
        f"<article><h1>{escape(item.title)}</h1>{paragraphs}</article><footer>About us</footer>"
    )
