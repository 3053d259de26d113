"""The scoreboard as lines for people and as JSON for machines: how often, and by how much, the media were first."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from watcher.core.language.format import format_duration, format_moment
from watcher.core.language.urls import redact_url
from watcher.core.stories.lead_times import PublicationOrder, Scoreboard, ScoreboardRow, StoryLeadTime, appeared_by
from watcher.model import StoryItem
from watcher.reports import scoreboard_svg

COLUMNS: tuple[str, ...] = ("body and topic", "all", "media first", "median lead", "longest lead", "others first")
COLUMNS += ("official first", "same look", "never official")
INDENT = 2


# --- for machines ----------------------------------------------------------------------------------


def row_as_json(row: ScoreboardRow) -> dict[str, Any]:
    """A row as JSON: `body` null is all bodies, "" is no official text so far; `topic` null is all topics."""
    return {
        "body": row.body,
        "topic": row.topic or None,
        "announcements": row.announcements,
        "media_first": row.media_first,
        "others_first": row.others_first,
        "official_first": row.official_first,
        "same_look": row.same_look,
        "never_official": row.never_official,
        "median_lead_seconds": _count_seconds(row.median_lead),
        "longest_lead_seconds": _count_seconds(row.longest_lead),
        "longest_story": row.longest_story or None,
        "dates_say_otherwise": row.otherwise,
    }


def story_as_json(story: StoryLeadTime) -> dict[str, Any]:
    """A Story as JSON: who was first by our first sight and by the publishers' dates, and the Items these rest on."""
    return {
        "story": story.story,
        "title": story.title,
        "topics": list(story.topics),
        "body": story.body,
        "counted": not story.is_old,
        "by_first_seen": _order_as_json(story.seen_order),
        "by_publishers_dates": _order_as_json(story.dated_order),
        "teller": _item_as_json(story.first_item),
        "official": _item_as_json(story.official) if story.official else None,
    }


def _order_as_json(order: PublicationOrder) -> dict[str, Any]:
    return {"first": order.first, "lead_seconds": _count_seconds(order.lead)}


def _item_as_json(item: StoryItem) -> dict[str, Any]:
    return {
        "publisher": item.publisher,
        "trust": item.trust,
        "url": redact_url(item.url),
        "first_seen": item.seen_at.isoformat(),
        "published": item.published.literal,
    }


def _count_seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None


# --- for people ------------------------------------------------------------------------------------


def scoreboard_lines(board: Scoreboard, names: Mapping[str, str]) -> Iterator[str]:
    """The scoreboard as lines: a summary, the rows in columns, and Stories of which publishers' dates say otherwise."""
    yield f"{board.name}: {scoreboard_svg.summary(board)}"
    if board.total.announcements:
        cells = [COLUMNS, *(_cells_of_row(row, names) for row in board.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        yield ""
        for first, *rest in cells:
            figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
            yield "  ".join([first.ljust(widths[0]), *figures])
    disagreeing = [story for story in board.lines if story.dates_disagree and not story.is_old]
    if disagreeing:
        yield "\nBy the publishers' own dates another was first (they move them; or we saw a text late):"
        yield from map(_describe_disagreement, disagreeing)
    yield ""
    yield from scoreboard_svg.basis(board)


def _cells_of_row(row: ScoreboardRow, names: Mapping[str, str]) -> tuple[str, ...]:
    body = "all bodies" if row.body is None else row.body or scoreboard_svg.NOBODY.lower()
    leads = (format_duration(lead) if lead is not None else "-" for lead in (row.median_lead, row.longest_lead))
    counts = (row.others_first, row.official_first, row.same_look, row.never_official)
    first = " " * INDENT + names.get(row.topic, row.topic) if row.topic else body
    return (first, str(row.announcements), str(row.media_first), *leads, *map(str, counts))


def _describe_disagreement(story: StoryLeadTime) -> str:
    items = [story.first_item, *([story.official] if story.official and story.official != story.first_item else [])]
    dates = "; ".join(
        f"{item.publisher} seen {format_moment(item.seen_at)}, dated {_format_date(item)}" for item in items
    )
    return f"  {story.story} “{story.title}”: {dates}; so {story.dated_order.first.replace('_', ' ')} first"


def _format_date(item: StoryItem) -> str:
    appeared_at = appeared_by(item)
    if appeared_at is None:
        return "no earlier"
    return format_moment(appeared_at) if item.published.at else item.published.literal
