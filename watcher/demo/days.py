"""The bundled days as a site at one moment: what its feeds, listings, pages and API would have answered then."""

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
_OLD = "2020-01-08 09:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoItem:
    """One item of the bundled days. `at` is London time; a `trap` must not alert."""

    at: datetime
    on: str
    path: str
    title: str
    summary: str
    text: str
    trap: str


def days() -> list[tuple[str, list[DemoItem]]]:
    """The stretches of days to play, oldest first: what each is about, and its items in order."""
    file = Path(__file__).with_name("days.yaml")
    placed = load_yaml(file, str(file))
    by_stretch: dict[str, tuple[list[str], list[DemoItem]]] = {}
    for each in sorted(placed.value["days"], key=lambda entry: str(entry["date"])):
        about, items = by_stretch.setdefault(each["date"][:7], ([], []))
        about.append(each["about"])
        items += [_shown(item) for item in each["items"]]
    return [(about[0], sorted(items, key=lambda item: item.at)) for about, items in by_stretch.values()]


def _shown(item: dict[str, Any]) -> DemoItem:
    return DemoItem(
        at=_moment(item["at"]),
        on=item["on"],
        path=item["path"],
        title=item["title"],
        summary=item.get("summary") or "",
        text=item.get("text") or "",
        trap=item.get("trap") or "",
    )


def _moment(literal: str) -> datetime:
    return datetime.fromisoformat(literal).replace(tzinfo=LONDON)


def page_at(items: Iterable[DemoItem], path: str, now: datetime) -> tuple[str, str] | None:
    """(content type, body) of `path` as it stood at `now`; None for 404. An edit replaces the page at its address."""
    standing: dict[tuple[str, str], DemoItem] = {}
    for item in sorted(items, key=lambda each: each.at):
        if item.at <= now:
            standing[item.on, item.path if item.on != "govuk" else item.at.isoformat()] = item
    newest = sorted(standing.values(), key=lambda each: each.at, reverse=True)
    lists = {
        "/press/rss.xml": ("application/rss+xml", _rss, "press"),
        "/trade/feed.atom": ("application/atom+xml", _atom, "trade"),
        "/nhse/news/": ("text/html", _nhse, "nhse"),
        "/pcse/news/": ("text/html", _pcse, "pcse"),
        f"/api/content{FLU_PAGE}": ("application/json", _govuk, "govuk"),
    }
    if path in lists:
        kind, written, on = lists[path]
        return kind, written([each for each in newest if each.on == on])
    page = next((each for each in newest if each.path == path and each.on != "govuk"), None)
    return ("text/html", _page(page)) if page else None


def _old(on: str, title: str) -> DemoItem:
    """Something old on every list, as on any real site: the first look records it and does not tell it."""
    return DemoItem(at=_moment(_OLD), on=on, path=f"/{on}/about", title=title, summary="", text="", trap="")


def _rss(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<item><title>{xml(each.title)}</title><link>http://site.invalid{each.path}?at_medium=RSS</link>"
        f"<guid isPermaLink='false'>http://site.invalid{each.path}</guid><description>{xml(each.summary)}</description>"
        f"<pubDate>{format_datetime(each.at)}</pubDate></item>"
        for each in [*items, _old("press", "About this feed")]
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{entries}</channel></rss>"


def _atom(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<entry><id>tag:site.invalid,2020:{each.path}</id><title>{xml(each.title)}</title>"
        f"<link rel='alternate' href='http://site.invalid{each.path}'/><updated>{each.at.isoformat()}</updated>"
        f"<summary>{xml(each.summary)}</summary></entry>"
        for each in [*items, _old("trade", "About this feed")]
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Trade news</title>{entries}</feed>"


def _nhse(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<li class='news'><h3><a href='{each.path}'>{escape(each.title)}</a></h3>"
        f"<span class='date'>{each.at:%d %B %Y}</span><p class='summary'>{escape(each.summary)}</p></li>"
        for each in [*items, _old("nhse", "About the news pages")]
    )
    return f"<!doctype html><title>News</title><main><div class='banner'>Winter advice</div><ul>{entries}</ul></main>"


def _pcse(items: list[DemoItem]) -> str:
    entries = "".join(
        f"<article class='news-item'><h3>{each.at:%B %Y} {escape(each.title)}</h3>"
        f"<p class='summary'>{escape(each.summary)}</p><a href='{each.path}'>click here</a></article>"
        for each in [*items, _old("pcse", "About the news pages")]
    )
    return f"<!doctype html><title>News</title><main>{entries}</main>"


def _govuk(items: list[DemoItem]) -> str:
    notes = [{"public_timestamp": each.at.isoformat(), "note": each.summary} for each in items]
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


def _page(item: DemoItem) -> str:
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in item.text.strip().split("\n\n"))
    return (
        f"<!doctype html><title>{escape(item.title)}</title><nav>News Sport Weather</nav>"
        f"<article><h1>{escape(item.title)}</h1>{paragraphs}</article><footer>About us</footer>"
    )
