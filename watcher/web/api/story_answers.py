"""Announcements and their dates as answers of the API."""

from collections.abc import Iterable
from datetime import datetime

from watcher.core.stories.authority import find_official_text
from watcher.core.wording.labels import LABELS
from watcher.core.wording.status_wording import STATUS_WORDS, official_line
from watcher.model import FactKind, Precision, Story, StoryItem
from watcher.reports.date_pages import ShownDate
from watcher.reports.public_view import public_part
from watcher.reports.story_list import list_story
from watcher.reports.story_page import StoryMoment, StoryPage, TimelineKind, compose_forward
from watcher.web.api.answers import (
    ChangeAnswer,
    ChangedLineAnswer,
    ChapterAnswer,
    DateAnswer,
    FactAnswer,
    ListedStoryAnswer,
    SpanAnswer,
    StoryAnswer,
    TellingAnswer,
    TurnAnswer,
)
from watcher.web.templating import public_address


def describe_listed_story(story: Story, changed_at: datetime, base_url: str) -> ListedStoryAnswer:
    """A public_part() in a list."""
    first = story.items[0]
    official, lead = find_official_text(story), list_story(story).lead
    return ListedStoryAnswer(
        id=story.id,
        page=f"{base_url}/stories/{story.id}",
        title=story.title,
        status=story.status,
        status_in_words=STATUS_WORDS[story.status],
        topics=list(story.topics),
        first_seen_at=first.seen_at,
        changed_at=changed_at,
        first_publisher=first.publisher,
        official_publisher=official.publisher if official else None,
        official_seen_at=official.seen_at if official else None,
        official_after_seconds=None if lead is None else int(lead.total_seconds()),
        text_count=len(story.items),
    )


def describe_story(page: StoryPage, dates: Iterable[ShownDate], base_url: str) -> StoryAnswer:
    """A Story with all that is known of it."""
    paragraph, story = page.paragraph, page.story
    listed = describe_listed_story(story, page.changed_at, base_url)
    return StoryAnswer(
        **{**dict(listed), "status_in_words": page.status},
        official_in_words=official_line(story),
        headline=paragraph.title,
        facts=[_describe_fact(kind, words) for kind, words in paragraph.lines],
        quote=paragraph.said,
        source=paragraph.source,
        source_url=public_address(paragraph.url),
        for_callers=page.callers,
        brief=[_describe_fact(kind, words) for kind, words in page.brief],
        tellings=[_describe_telling(item) for item in story.items],
        turns=[
            TurnAnswer(status=change.status, at=change.at, item=item.item, publisher=item.publisher)
            for change in story.status_changes
            for item in story.items
            if item.item == change.item
        ],
        changes=[_describe_change(moment) for moment in page.timeline if moment.kind is TimelineKind.EDITED],
        dates=[describe_date(shown) for shown in dates],
        earlier=[ChapterAnswer(id=chapter, title=title) for chapter, title in page.earlier],
        later=[ChapterAnswer(id=chapter, title=title) for chapter, title in page.later],
        forward=compose_forward(page),
    )


def _describe_fact(kind: FactKind, words: str) -> FactAnswer:
    return FactAnswer(kind=kind, label=LABELS[kind], words=words or None)


def _describe_telling(item: StoryItem) -> TellingAnswer:
    return TellingAnswer(
        item=item.item,
        publisher=item.publisher,
        trust=item.trust,
        authority=item.authority,
        title=item.title,
        url=public_address(item.url),
        seen_at=item.seen_at,
        published_at=item.published.at,
        published_day=None if item.published.precision is Precision.MONTH else item.published.day,
        published_as=item.published.literal,
        joined_because=item.join_reason,
    )


def _describe_change(moment: StoryMoment) -> ChangeAnswer:
    lines = [
        ChangedLineAnswer(label=label, spans=[SpanAnswer(mark=span.mark, text=span.text) for span in spans])
        for label, spans in moment.changes
    ]
    return ChangeAnswer(at=moment.at, item=moment.item.item, publisher=moment.item.publisher, lines=lines)


def describe_date(shown: ShownDate) -> DateAnswer:
    """A date of the ledger. Who has handled it is nobody's business."""
    dated, item = shown.dated.ledger_date, shown.dated.story_item
    at, is_month = dated.deadline.at, dated.deadline.precision is Precision.MONTH
    return DateAnswer(
        id=dated.id,
        series=dated.series_id,
        sequence=dated.sequence,
        story=dated.story,
        title=public_part(shown.dated.story).title,
        topics=list(shown.dated.story.topics),
        state=shown.state,
        kind=dated.deadline.kind,
        is_start=shown.is_start,
        day=shown.day,
        moment=at if isinstance(at, datetime) else None,
        month=f"{at:%Y-%m}" if at and is_month else None,
        in_words=shown.when,
        precision=dated.deadline.precision,
        last_working_day=shown.last_day,
        moved_from=shown.moved_from or None,
        moved_to=dated.moved_to or None,
        differs_from=dated.disagrees_with or None,
        is_official=dated.official,
        sentence=dated.deadline.sentence,
        publisher=item.publisher,
        url=public_address(item.url),
        item=item.item,
        changed_at=dated.changed_at,
    )
