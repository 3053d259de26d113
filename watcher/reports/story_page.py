"""A Story with all that is known of it: what it asks, its dates, and what happened when, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day, format_moment
from watcher.core.language.region_text import is_region_text
from watcher.core.language.urls import clean_link, redact_url
from watcher.core.messages.brief_lines import brief_lines
from watcher.core.messages.details import read_brief
from watcher.core.messages.message import compose_paragraph
from watcher.core.wording.change_lines import MAX_EXPLAINED, change_lines
from watcher.core.wording.labels import LABELS
from watcher.core.wording.status_wording import ONLY_REPORTED, STATUS_WORDS, official_line
from watcher.model import (
    AlertContext,
    FactKind,
    Mark,
    Paragraph,
    Precision,
    Published,
    Reason,
    Span,
    Status,
    Story,
    StoryItem,
    Version,
)
from watcher.reports.dates import DateWithStory
from watcher.reports.digest_context import SharedReading
from watcher.reports.digest_preview import check_sources, load_settled
from watcher.reports.newest_alerts import changed_at, for_anybody, list_news
from watcher.reports.public_view import is_public, public_part, topic_names

MAX_FORWARDED_CHARACTERS = 700
MAX_ALERTS_READ = 20  # the newest


class TimelineKind(StrEnum):
    """What happened to a Story: somebody told it, its Status changed, a text was edited."""

    SEEN = "seen"
    STATUS = "status"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMoment:
    """What happened at a moment (UTC), by which item. `changes`: of an edit, each change as its label and its words.

    `own_date`: when its publisher says that it appeared, "" where it says nothing that can be read.
    """

    kind: TimelineKind
    at: datetime
    item: StoryItem
    status: str = ""
    own_date: str = ""
    changes: tuple[tuple[str, tuple[Span, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """The public_part() of a Story as of now. `paragraph`: the words of its newest Alert.

    `since` (UTC): when its Status changed last; `changed_at`: when it changed last in any way that was news.

    `brief`: every field of what it asks, "" where that is not known, as read from the text of `asked_by`; `asked`: the
    facts of it that a message shows. `earlier` and `later`: ids and titles of the other chapters; `official_chapters`:
    of the later ones that are official, where the Story is not. `today`: the day, in London, on which it is so;
    `address`: where its page is, "" where that is not known.
    """

    story: Story
    status: str
    since: datetime
    changed_at: datetime
    official: str
    paragraph: Paragraph
    brief: tuple[tuple[FactKind, str], ...]
    asked_by: StoryItem
    asked: tuple[tuple[FactKind, str], ...]
    dates: tuple[DateWithStory, ...]
    timeline: tuple[StoryMoment, ...]
    topics: Mapping[str, str]
    earlier: tuple[tuple[str, str], ...]
    later: tuple[tuple[str, str], ...]
    official_chapters: tuple[tuple[str, str], ...]
    today: date
    address: str

    @property
    def unknown(self) -> tuple[FactKind, ...]:
        """The fields of what it asks that are not known."""
        return tuple(kind for kind, words in self.brief if not words)

    @property
    def callers(self) -> str:
        """What the front desk may say to callers; "" where nothing is to be said."""
        return dict(self.paragraph.lines).get(FactKind.CALLERS, "")


def load_story_page(
    tx: sa.Connection, configuration: Configuration, now: datetime, story_id: str, public_url: str
) -> StoryPage | None:
    """The Story with this id as of `now` (UTC); None where there is none that may be shown to anybody.

    `public_url`: where its page is, for the text to pass on.
    """
    chapters = store.story_lists.find_with_chapters(tx, story_id)
    stored = chapters.get(story_id)
    if stored is None or not is_public(stored):
        return None
    story = public_part(stored)
    shared = SharedReading(tx, configuration, (), now)
    contexts = _load_contexts(tx, story, shared, chapters)
    context = contexts[-1]
    paragraph = compose_paragraph(context, shared.topic_names, now)
    asking = _find_asking(contexts)
    later = [chapter for chapter in chapters.values() if chapter.follows == story.id]
    followed, is_changed = _list_official(story, later), context.alert.reason is Reason.CHANGED
    dates = [DateWithStory(ledger_date=dated, story=story) for dated in context.dates]
    revisions = store.items.revisions_of(tx, *(item.item for item in story.items))
    return StoryPage(
        story=story,
        status=ONLY_REPORTED if followed else STATUS_WORDS[story.status] if is_changed else paragraph.status,
        since=story.status_changes[-1].at if story.status_changes else story.items[0].seen_at,
        changed_at=changed_at(story, context.alert),
        official=official_line(story),
        paragraph=paragraph,
        brief=brief_lines(read_brief(asking), now.astimezone(LONDON).date()),
        asked_by=next(item for item in story.items if item.item == asking.alert.item),
        asked=compose_paragraph(asking, shared.topic_names, now).lines,
        dates=tuple(dates),
        timeline=tuple(sorted(_list_moments(story, revisions), key=lambda moment: moment.at)),
        topics=topic_names(configuration, story.topics),
        earlier=_titles(chapters, [story.follows]),
        later=_titles(chapters, [chapter.id for chapter in later]),
        official_chapters=_titles(chapters, followed),
        today=now.astimezone(LONDON).date(),
        address=f"{public_url}/stories/{story.id}" if public_url else "",
    )


def _load_contexts(
    tx: sa.Connection, story: Story, shared: SharedReading, chapters: Mapping[str, Story]
) -> list[AlertContext]:
    """The Alerts of a Story that are news, the newest last; where it had none, as if its first item were told."""
    alerts = list_news(story, store.alerts.about_story(tx, story.id))[-MAX_ALERTS_READ:]
    loaded = store.alert_contexts.load_for_everybody(tx, alerts, chapters)
    contexts = [for_anybody(context, story) for context in loaded]
    settled = load_settled(tx, contexts, shared.now)
    return [check_sources(context, shared, settled) for context in contexts]


def _find_asking(contexts: Sequence[AlertContext]) -> AlertContext:
    """Whose text says what is asked: the newest official one that says any of it, else the newest that does."""
    newest_first = list(reversed(contexts))
    asking = [context for context in newest_first if _asks(context)]
    official = [context for context in asking if _is_official(context)]
    return next(iter([*official, *asking, *newest_first]))


def _asks(context: AlertContext) -> bool:
    brief = read_brief(context)
    return any((brief.who, brief.starts, brief.do, brief.order, brief.paid, brief.due))


def _is_official(context: AlertContext) -> bool:
    items = context.story.items if context.story else ()
    return any(item.item == context.alert.item and item.trust.confirms for item in items)


def _list_official(story: Story, later: Sequence[Story]) -> list[str]:
    """The ids of the later chapters that are official, of a Story that is not."""
    is_reported = story.status is Status.REPORTED
    return [chapter.id for chapter in later if is_reported and chapter.status in {Status.CONFIRMED, Status.CHANGED}]


def _titles(chapters: Mapping[str, Story], ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    shown = [chapters[story] for story in ids if story in chapters and is_public(chapters[story])]
    return tuple((story.id, public_part(story).title) for story in shown)


# --- what happened when -------------------------------------------------------------------------------------------


def _list_moments(story: Story, revisions: Sequence[sa.Row[Any]]) -> Iterator[StoryMoment]:
    by_id = {item.item: item for item in story.items}
    first_versions = {version.item: version for version in reversed(revisions)}
    for item in story.items:
        first = first_versions.get(item.item)
        as_seen = replace(item, title=first.title) if first else item
        seen_at = min(first.seen, item.seen_at) if first else item.seen_at  # it may have joined by an edit
        is_edited_since = item.published.at is not None and item.published.at > seen_at
        own_date = "" if is_edited_since else _own_date(item.published)
        yield StoryMoment(kind=TimelineKind.SEEN, at=seen_at, item=as_seen, own_date=own_date)
    for change in story.status_changes:
        if change.item in by_id and change.status is not Status.REPORTED:
            yield StoryMoment(
                kind=TimelineKind.STATUS, at=change.at, item=by_id[change.item], status=STATUS_WORDS[change.status]
            )
    sure = (version for version in revisions if not version.is_doubted)  # of the others nobody knows whose page it was
    for item_id, versions in groupby(sure, key=lambda version: str(version.item)):
        for was, now in pairwise(versions):
            yield StoryMoment(
                kind=TimelineKind.EDITED, at=now.seen, item=by_id[item_id], changes=tuple(_list_changes(was, now))
            )


def _own_date(published: Published) -> str:
    if published.at:
        return format_moment(published.at)
    if published.day and published.precision is Precision.MONTH:
        return f"{published.day:%B %Y}"
    return format_day(published.day) if published.day else published.literal


def _list_changes(was: Any, now: Any) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The changes between two revisions: of a watched page word by word, else of its headline and its summary."""
    if is_region_text(was.text) and is_region_text(now.text):
        versions = (Version(title=was.title, text=was.text), Version(title=now.title, text=now.text))
        yield from ((LABELS[line.kind], line.spans) for line in change_lines(*versions, MAX_EXPLAINED))
        return
    for words_was, words_now in ((was.title, now.title), (was.summary, now.summary)):
        if words_was != words_now:
            yield LABELS[FactKind.WAS], (Span(mark=Mark.REMOVED, text=words_was),)
            yield LABELS[FactKind.NOW], (Span(mark=Mark.ADDED, text=words_now),)


# --- to pass on ---------------------------------------------------------------------------------------------------


def compose_forward(shown: StoryPage) -> str:
    """The essence as plain text of at most MAX_FORWARDED_CHARACTERS, with its source and, where it has one, our page.

    It says on which day it was so: whoever gets it may read it weeks later. What does not fit is left out whole, the
    last facts first: half a fact would say something else.
    """
    newest = shown.paragraph
    link = clean_link(redact_url(newest.url))
    head = [shown.status, shown.story.title, f"Official: {shown.official}"]
    further = [f"Newest: {newest.title}"] if newest.title != shown.story.title else []
    further += [f"An official announcement followed: {title}" for _, title in shown.official_chapters[:1]]
    end = [
        f"{newest.source} (as of {format_day(shown.today)})",
        *filter(None, [link, f"More: {shown.address}" if shown.address else ""]),
    ]
    facts = [f"{LABELS[kind]}: {words}" for kind, words in newest.lines or shown.asked]
    while True:
        text = "\n".join([*head, *facts, *further, *end])
        if len(text) <= MAX_FORWARDED_CHARACTERS or not (facts or further or len(end) > 1):
            return text[:MAX_FORWARDED_CHARACTERS]
        (facts or further or end).pop()
