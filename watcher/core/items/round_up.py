"""A round-up (an LMC newsletter, a bulletin) split into the announcements that it holds, each to be matched alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language import text
from watcher.core.language.urls import clean_link
from watcher.errors import NotParsed
from watcher.model import Item, key

if TYPE_CHECKING:
    from bs4 import Tag
    from bs4.element import NavigableString

PART_MARK = "#part-"  # between the identity of a round-up and the key of an announcement in it
MAX_SECTIONS = 60  # a longer page is a list, and there is a kind for lists
NOISE = frozenset({"script", "style", "noscript", "template"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundUpSection:
    """One announcement of a round-up: its heading, the heading's id ("" for none), its text and its first link."""

    title: str
    anchor: str
    text: str
    link: str


def split_round_up(body: bytes, region: str, headings: str) -> tuple[str, list[RoundUpSection]]:
    """The text above the first heading, and the sections from one of `headings` (CSS, inside `region`) to the next.

    Raises NotParsed when there is no heading: a newsletter in another layout is not "no news".
    """
    soup = html_soup(body)
    content = (soup.select_one(region) if region else None) or soup.body or soup
    heading_tags = content.select(headings)[:MAX_SECTIONS]
    if not heading_tags:
        raise NotParsed(f"{headings!r} finds no heading in this round-up: its layout has changed")
    (above, _), *parts = _split_at_headings(content, {id(heading) for heading in heading_tags})
    sections = [
        RoundUpSection(
            title=text.clean_title(heading.get_text(" ", strip=True)),
            anchor=str(heading.get("id") or ""),
            text=text.clean(" ".join(words), text.MAX_TEXT_CHARACTERS),
            link=next(iter(links), ""),
        )
        for heading, (words, links) in zip(heading_tags, parts, strict=True)
        if heading.get_text(strip=True)
    ]
    return text.clean(" ".join(above), text.MAX_TEXT_CHARACTERS), sections


def round_up_parts(
    round_up: Item, sections: Sequence[RoundUpSection], page: str, drop: Iterable[str]
) -> Iterator[Item]:
    """An Item for each section, identified by its title within the round-up; those of one title are numbered.

    Its URL is its own link, else its anchor on the page (the address `page`), else the page.
    """
    titles = [text.title_key(section.title) for section in sections]
    sentences = tuple(drop)
    for index, (title, section) in enumerate(zip(titles, sections, strict=True)):
        link = clean_link(section.link, page) if section.link else ""
        name = f"{title} {titles[:index].count(title)}"
        yield replace(
            round_up.named(f"{round_up.identity}{PART_MARK}{key(name)}"),
            url=link or (f"{page}#{section.anchor}" if section.anchor else page),
            title=section.title,
            summary="",
            text=text.drop_sentences(section.text, sentences),
            unread=False,
        )


def _split_at_headings(content: "Tag", heading_ids: set[int]) -> list[tuple[list[str], list[str]]]:
    """(words, links) above the first heading and after each, in one walk through the page."""
    from bs4 import Tag
    from bs4.element import NavigableString

    parts: list[tuple[list[str], list[str]]] = [([], [])]
    for node in content.descendants:
        if isinstance(node, Tag) and id(node) in heading_ids:
            parts.append(([], []))
        elif isinstance(node, Tag) and node.name == "a" and node.get("href"):
            parts[-1][1].append(str(node["href"]))
        elif type(node) is NavigableString and not _is_heading_or_noise(node, heading_ids):
            parts[-1][0].append(str(node))
    return parts


def _is_heading_or_noise(node: "NavigableString", heading_ids: set[int]) -> bool:
    """Whether this string is part of a heading, or of a script."""
    return any(id(parent) in heading_ids or parent.name in NOISE for parent in _near_parents(node))


def _near_parents(node: "NavigableString") -> "Iterator[Tag]":
    for depth, parent in enumerate(node.parents):
        if depth > 3:  # noqa: PLR2004 - a heading's words are never deeper, and pages nest without end
            return
        yield parent
