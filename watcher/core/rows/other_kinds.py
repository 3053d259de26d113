"""By what a list is known to be none of announcements: what its items hold, where they lead, what its tag is called."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from urllib.parse import urlsplit

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import title_key
from watcher.core.rows.lists import PageList
from watcher.core.rows.reading.item_fields import Reading
from watcher.core.rows.tree import Box
from watcher.core.rows.vocabulary import ACTS, BOOKS, NEWS, SOCIAL_HOSTS, SURELY_NEWS, says_times

MAX_HEADLINE_WORDS = 28  # on average: what is longer are paragraphs
MIN_NAMED_ITEMS = 3
MAX_MENU_SHARE = 0.34
_REPLIES = lazy_regex(r"^\W*repl(?:y|ies)\b", re.IGNORECASE)
_PERSON = lazy_regex(
    r"^(?:(?i:dr|mrs?|ms|miss|prof(?:essor)?|sir|dame|cllr|rev)\.?\s+[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){0,2}"
    r"|[A-Z][a-z'’-]+(?:\s+[A-Z]\.?)?\s+(?:[A-Z][a-z]*['’-])?[A-Z][a-z]+)$"
)
_QUOTED = lazy_regex(r"^[“\"‘'].{20,}[”\"’']?\W*$")
_JOB = lazy_regex(
    r"£\s?\d[\d,]*|\bsalary\b|\bband \d|\bper (?:hour|annum)\b|\bhours (?:per|a) week\b|\b(?:full|part)[- ]time\b"
    r"|\bclos(?:es|ing)(?: date)?\b|\bapply by\b",
    re.IGNORECASE,
)
_SOLD = lazy_regex(r"^\W*(?:add to (?:basket|cart)|buy now)\W*$|^\W*£\s?\d[\d,.]*\W*$", re.IGNORECASE)
_VENUE = lazy_regex(
    r"^\W*(?:venue|location|where|when|start time|doors open|online event|in person)\b\s*[:–-]?", re.IGNORECASE
)
_COUNTER = lazy_regex(r"^\W*(?:[A-Za-z]+\W+){0,2}(?:no\.?|number|#)?\W*\d{1,5}\W*$", re.IGNORECASE)
_ACT_ON_IT = lazy_regex(r"^(?:the|our|this|these|your|all|a|an|full|it|here)\b", re.IGNORECASE)
_FOLDERS = lazy_regex(
    r"^/(?:[^/]+/)*?(?P<kind>events?|jobs?|vacanc(?:y|ies)|careers|calendar|people|staff|our-team|team|profiles?|members?)/[^/]+",
    re.IGNORECASE,
)
_SUBJECTS = lazy_regex(
    r"/(?:tags?|category|categories|topics?|authors?)/[^/]+/?$|^/?\?[^=]*(?:filter|category|topic|tag)[^=]*="
)
_OTHER_NAMES = frozenset(
    {
        *(
            "event",
            "events",
            "vacancy",
            "vacancies",
            "job",
            "jobs",
            "careers",
            "testimonial",
            "testimonials",
            "reviews",
        ),
        *("course", "courses", "webinar", "webinars", "calendar", "diary", "team", "staff", "faq", "faqs", "deadlines"),
        *("timetable", "opening-hours", "payment-dates", "key-dates"),
    }
)


def why_other_kind(page_list: PageList, headline: str, menu: Collection[str]) -> str:
    """What a list is, where it is of another kind than announcements, in words; "" where nothing says so.

    `menu`: the short words of the site's menus.
    """
    return (
        _why_by_pieces(page_list.readings)
        or _why_by_addresses(page_list.readings)
        or _why_by_names(page_list, page_list.heading or headline)
        or _why_by_headlines(page_list, page_list.heading or headline, menu)
    )


def _why_by_pieces(readings: Sequence[Reading]) -> str:
    """By what its items hold: people to write to, places to book, what was said on social media."""
    least = max(len(readings) / 2, 1)
    kinds: dict[str, Callable[[Reading], bool]] = {
        "people to write to": _is_of_people,
        "places to book": lambda reading: any(
            BOOKS.match(piece.words) for piece in reading.pieces if piece.href or piece.words != reading.title
        ),
        "posts of social media": lambda reading: (
            bool(SOCIAL_HOSTS.search(reading.url)) or any(piece.words.startswith("@") for piece in reading.pieces)
        ),
        "comments": lambda reading: _is_in(_REPLIES, reading),
        "events": lambda reading: _is_in(_VENUE, reading),
        "things for sale": lambda reading: _is_in(_SOLD, reading),
    }
    kind = next((kind for kind, is_one in kinds.items() if sum(map(is_one, readings)) >= least), "")
    times = sum(map(_says_times, readings)) - 1
    jobs = sum(_is_in(_JOB, reading) for reading in readings) - len(readings) / 4
    kind = kind or ("times of day" if times >= least else "vacancies" if jobs > least else "")
    return kind and f"it lists {kind}"


def _says_times(reading: Reading) -> bool:
    return any(says_times(piece.words) for piece in reading.pieces if len(piece.words) < 80)  # noqa: PLR2004


def _is_of_people(reading: Reading) -> bool:
    return any(piece.href.lower().startswith(("mailto:", "tel:")) for piece in reading.pieces)


def _is_in(pattern: re.Pattern[str], reading: Reading) -> bool:
    return any(pattern.search(piece.words) for piece in reading.pieces if piece.words != reading.title)


def _why_by_addresses(readings: Sequence[Reading]) -> str:
    parts = [urlsplit(reading.url) for reading in readings]
    folders = [match["kind"].lower() for part in parts if (match := _FOLDERS.match(part.path))]
    if len(folders) * 2 > len(readings):
        return f"its links lead to {folders[0]!r}"
    subjects = sum(bool(_SUBJECTS.search(part.path) or _SUBJECTS.search(f"?{part.query}")) for part in parts)
    return "its links lead to subjects" if subjects * 2 > len(readings) else ""


def _why_by_names(page_list: PageList, heading: str) -> str:
    """By the classes and ids of its items, or of what holds it, where its heading is not clearly news."""
    if SURELY_NEWS.search(heading):
        return ""
    boxes = [nodes[0] for nodes in page_list.nodes if isinstance(nodes[0], Box)]
    named = [name for name in map(_other_name, boxes) if name]
    if len(named) * 2 > len(page_list.nodes):
        return f"its items are called {named[0]!r}"
    holder = page_list.group.holder
    around = (box for box in (holder, *holder.ancestors) if not box.is_main and box.name not in {"body", "html"})
    name = next(filter(None, map(_other_name, around)), "")
    return f"it stands in {name!r}" if name else ""


def _other_name(box: Box) -> str:
    names = [*box.classes, str(box.tag.get("id") or "")]
    return next(
        (name for name in names if not NEWS.search(name.replace("-", " ").replace("_", " ")) and _is_other(name)), ""
    )


def _is_other(name: str) -> bool:
    plain = name.lower()
    return plain in _OTHER_NAMES or any(part in _OTHER_NAMES for part in re.split(r"[-_]+", plain))


def _why_by_headlines(page_list: PageList, heading: str, menu: Collection[str]) -> str:
    readings = page_list.readings
    titles = [reading.title for reading in readings]
    if sum(len(title.split()) for title in titles) > MAX_HEADLINE_WORDS * len(titles):
        return "its texts are paragraphs and no headlines"
    if _most(titles, lambda title: bool(_COUNTER.match(title))) and any(_says_more(reading) for reading in readings):
        return "its headlines only count"
    if all(map(ACTS.match, titles)) and any(_ACT_ON_IT.match(ACTS.sub("", title)) for title in titles):
        return "its links only say what can be done with them"
    if len(titles) >= MIN_NAMED_ITEMS and _most(titles, lambda title: bool(_PERSON.match(title))):
        return "" if SURELY_NEWS.search(heading) and page_list.is_dated else "its headlines are names"
    if _most(titles, lambda title: bool(_QUOTED.match(title))):
        return "it lists what people said"
    share = sum(title_key(title) in menu for title in titles) / len(titles)
    return "its headlines are those of the site's menu" if share > MAX_MENU_SHARE else ""


def _most(titles: Sequence[str], test: Callable[[str], bool]) -> bool:
    return sum(map(test, titles)) * 3 > 2 * len(titles)


def _says_more(reading: Reading) -> bool:
    others: Iterable[str] = (piece.words for piece in reading.pieces if piece.words != reading.title)
    return reading.marked not in {"heading", "link"} and any(len(words.split()) > 3 for words in others)  # noqa: PLR2004
