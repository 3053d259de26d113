"""The Welcome of a new Subscriber: the open dates and the running Stories of its Topics, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_count
from watcher.core.language.text import printable
from watcher.core.messages.digest import make_task
from watcher.core.messages.open_dates import coming_up
from watcher.core.messages.plain_text import cut_at_word, subject_line
from watcher.core.messages.quotation import MAX_LINE_CHARACTERS
from watcher.core.wording.status_wording import STATUS_WORDS
from watcher.model import Delivery, Message, Paragraph, Section, Story, StoryDate

MAX_DATES, MAX_STORIES = 8, 8
RUNNING_FOR = timedelta(days=14)  # since its last item


def is_running(story: Story, now: datetime) -> bool:
    """Whether readers of its Topics were told of it and it moved lately."""
    return bool(story.told_topics) and story.last_item_at > now - RUNNING_FOR


def compose_welcome(delivery: Delivery, dates: Sequence[StoryDate], running: Sequence[Story], now: datetime) -> Message:
    """The Welcome at `now` (UTC); `dates` are those ahead, the soonest first, and `running` Stories, newest first."""
    today = now.astimezone(LONDON).date()
    due = [dated for dated in dates if dated.is_due]
    tasks = [make_task(dated, None, today) for dated in due[:MAX_DATES]]
    coming = list(coming_up([dated for dated in dates if not dated.is_due], today))
    left = len(due[MAX_DATES:]) + len(coming[MAX_DATES:])
    further = (*coming[:MAX_DATES], *([f"and {format_count(left, 'further date')}"] if left else []))
    stories = tuple(map(_make_headline, running[:MAX_STORIES]))
    more = (f"and {len(running) - MAX_STORIES} more",) if len(running) > MAX_STORIES else ()
    sections = (
        Section(heading="Open dates", paragraphs=tuple(tasks), lines=further, is_numbered=True),
        Section(heading="Running", paragraphs=stories, lines=more),
    )
    return Message(
        delivery=delivery.id,
        at=now,
        subject=subject_line(
            f"Welcome: {format_count(len(dates), 'date')} ahead, {format_count(len(running), 'announcement')} running"
        ),
        lead="From now on you are told what is new on your topics. This is what is open today.",
        sections=tuple(section for section in sections if section.paragraphs or section.lines),
        subscriber=delivery.subscriber,
        digest=True,
        repeat=delivery.repeat,
    )


def _make_headline(story: Story) -> Paragraph:
    """A Story by its official item, else its first."""
    shown = story.official or story.items[0]
    title = cut_at_word(printable(shown.title), MAX_LINE_CHARACTERS)
    return Paragraph(status=STATUS_WORDS[story.status], title=title, url=shown.url, source=shown.publisher)
