"""The Search API of GOV.UK: it knows its parameters, and says 422 to any other."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from html import unescape

from tests.stand_ins.answer import AskedTarget, StandInAnswer, as_json, utc
from tests.stand_ins.govuk_pages import ORGANISATIONS, GovukPage
from tests.stand_ins.wordpress_words import plain

Json = dict[str, object]
_MAX_COUNT, _MAX_QUESTION_CHARACTERS = 1500, 512
_KNOWN = {"q", "order", "count", "start", "fields", "debug", "cache_bust", "suggest", "c", "ab_tests"}
_FILTERS: dict[str, Callable[[GovukPage], list[str]]] = {
    "organisations": lambda found: list(found.organisations),
    "format": lambda found: [found.document_type],
    "content_store_document_type": lambda found: [found.document_type],
    "content_purpose_supergroup": lambda found: [found.supergroup],
    "link": lambda found: [found.path],
    "content_id": lambda found: [found.content_id],
}
_ORDERS = {"public_timestamp", "title", "popularity"}
_DEFAULT_FIELDS = ("title", "link", "description", "public_timestamp", "format", "organisations")


class Unprocessable(Exception):
    """A question the service does not understand."""


def search(pages: Sequence[GovukPage], asked: AskedTarget, now: datetime) -> StandInAnswer:
    """The answer of /api/search.json; `pages` are those that are published."""
    try:
        _check(asked)
        wanted = _names(asked)
        found = _ordered([page for page in pages if _fits(page, asked, now)], asked, now)
        start, count = _whole(asked, "start", 0), _whole(asked, "count", 10)
    except Unprocessable as refused:
        return as_json({"error": str(refused)}, 422)
    results = [_result(page, wanted, now) for page in found[start : start + count]]
    counts: Json = {"total": len(found), "start": start, "aggregates": {}, "suggested_queries": []}
    return as_json({"results": results, **counts, "es_cluster": "A", "reranked": False})


def _check(asked: AskedTarget) -> None:
    names = {name.removesuffix("[]") for name, _ in asked.query}
    unknown = {name for name in names - _KNOWN if not name.startswith(("filter_", "reject_", "aggregate_"))}
    if unknown:
        raise Unprocessable(f"Unexpected parameters: {', '.join(sorted(unknown))}")
    for name in names:
        kind, _, word = name.partition("_")
        if kind in {"filter", "reject"} and word not in {*_FILTERS, "public_timestamp"}:
            raise Unprocessable(f'"{word}" is not a valid filter field')
    if len(asked.one("q")) > _MAX_QUESTION_CHARACTERS:
        raise Unprocessable("Invalid parameters: q exceeds the longest length")
    if _whole(asked, "count", 10) > _MAX_COUNT:
        raise Unprocessable(f"Maximum result set size (as specified in 'count') is {_MAX_COUNT}")


def _whole(asked: AskedTarget, name: str, otherwise: int) -> int:
    said = asked.one(name, str(otherwise))
    if not said.isdigit():
        raise Unprocessable(f'Invalid value "{said}" for parameter "{name}" (expected positive integer)')
    return int(said)


def _names(asked: AskedTarget) -> list[str]:
    names = asked.many("fields") or list(_DEFAULT_FIELDS)
    unknown = [name for name in names if name not in _fields_of()]
    if unknown:
        raise Unprocessable(f"Some requested fields are not valid return fields: {unknown}")
    return names


def _fits(page: GovukPage, asked: AskedTarget, now: datetime) -> bool:
    for name, values in _FILTERS.items():
        wanted, refused = asked.many(f"filter_{name}"), asked.many(f"reject_{name}")
        if (wanted and not set(wanted) & set(values(page))) or set(refused) & set(values(page)):
            return False
    return _in_time(page, asked, now) and _speaks_of(page, asked.one("q"), now)


def _in_time(page: GovukPage, asked: AskedTarget, now: datetime) -> bool:
    said = next((value for name, value in asked.query if name == "filter_public_timestamp"), "")
    moment = page.public(now)
    for part in filter(None, said.split(",")):
        side, _, day = part.partition(":")
        if side not in {"from", "to"}:
            raise Unprocessable(f'Invalid value "{part}" for date filter')
        bound = _bound(day, time.max if side == "to" else time.min)
        if (side == "from" and moment < bound) or (side == "to" and moment > bound):
            return False
    return True


def _bound(day: str, clock: time) -> datetime:
    try:
        read = datetime.fromisoformat(day.strip())
    except ValueError:
        raise Unprocessable(f'Invalid value "{day}" for date filter') from None
    if len(day.strip()) <= len("2026-11-01"):
        read = datetime.combine(read.date(), clock)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _speaks_of(page: GovukPage, question: str, now: datetime) -> bool:
    """All of one or two words, half of more: about what the service asks of a page."""
    words = [word.strip('"').lower() for word in question.split()]
    edition = page.at(now)
    assert edition is not None
    said = unescape(plain(f"{edition.title} {edition.description} {edition.body}")).lower()
    hits = sum(word in said for word in words)
    return hits == len(words) if len(words) <= 2 else 2 * hits >= len(words)


def _ordered(pages: list[GovukPage], asked: AskedTarget, now: datetime) -> list[GovukPage]:
    order = asked.one("order")
    name = order.removeprefix("-")
    if order and name not in _ORDERS:
        raise Unprocessable(f'"{name}" is not a valid sort field')
    if name == "public_timestamp":
        return sorted(pages, key=lambda page: page.public(now), reverse=order.startswith("-"))
    if name == "title":
        return sorted(pages, key=lambda page: page.editions[-1].title, reverse=order.startswith("-"))
    return sorted(pages, key=lambda page: page.content_id)  # by popularity: an order that says nothing of time


def _fields_of() -> dict[str, Callable[[GovukPage, datetime], object]]:
    return {
        "title": lambda page, now: _said(page, now)[0],
        "description": lambda page, now: _said(page, now)[1],
        "link": lambda page, _: page.path,
        "public_timestamp": lambda page, now: utc(page.public(now)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "first_published_at": lambda page, _: utc(page.published).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "content_id": lambda page, _: page.content_id,
        "format": lambda page, _: page.document_type,
        "content_store_document_type": lambda page, _: page.document_type,
        "content_purpose_supergroup": lambda page, _: page.supergroup,
        "organisations": lambda page, _: [
            {"slug": slug, "title": ORGANISATIONS[slug], "link": f"/government/organisations/{slug}"}
            for slug in page.organisations
        ],
        "is_withdrawn": lambda page, now: bool(page.at(now) and _said(page, now)[2]),
    }


def _said(page: GovukPage, now: datetime) -> tuple[str, str, str]:
    edition = page.at(now)
    assert edition is not None
    return edition.title, edition.description, edition.withdrawn


def _result(page: GovukPage, names: Sequence[str], now: datetime) -> Json:
    values: Json = {name: value(page, now) for name, value in _fields_of().items() if name in names}
    extra = {"index": "government", "es_score": None, "_id": page.path}
    return values | extra | {"elasticsearch_type": "edition", "document_type": "edition"}
