"""For any Story and Item: a message is short, each of its dates stands with its sentence, each number is that below.

tests/core/messages/test_essence.py and test_digest.py have more of one Reason; here are all Reasons, with a ledger, a
page before and after, and any publisher.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden.cases import SATURDAY, TOPICS, Chapter, checked, follow, tell
from tests.golden.texts import FLU_HEARD, FLU_OFFICIAL, Telling
from watcher.core.language.text import clean_title
from watcher.core.messages.message import compose
from watcher.core.wording.labels import LABELS
from watcher.model import (
    AlertContext,
    Delivery,
    DigestContext,
    FactKind,
    Message,
    Paragraph,
    Reason,
    Section,
    Status,
    StoryDate,
    Version,
)

MAX_LINES, MAX_CHARACTERS, MAX_SOURCE_CHARACTERS = 7, 90, 180
SENTENCES = (
    "To: GP practices in England.",
    "From Tuesday 1 December 2020 practices can give the flu vaccine to all patients aged 50 to 64.",
    "Practices must order by 5pm on Friday 27 November 2020.",
    "Practices must return the list data by 12 noon on 3 December 2020.",
    "The deadline for claims is now 11 December 2020, and a claim that is not received by then will be rejected.",
    "Practices need not send their claims by 11 December 2020.",
    "The scheme starts not before 4 January 2021.",
    "An item of service fee is paid for each vaccination.",
    "Practice managers are not eligible.",
    "Practices must return the list data within 48 hours of the request.",
    "“We will open on 7 December 2020,” said a minister after a wet morning of a long week in 2 towns and 3,000 rooms.",
)
REASONS = (Reason.FIRST_HEARD, Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN, Reason.STILL_REPORTED)
HEADLINES = (
    "Flu vaccination",
    "Claims: new deadline of 11 December 2020",
    "Flu vaccine for people aged 50 to 64 in England and for those who turn 50: how practices order stock",
)
TITLES = st.sampled_from(HEADLINES) | st.text(max_size=200).map(lambda text: clean_title(text) or "untitled")
LETTERS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5, unique=True)
TEXTS = LETTERS | LETTERS | st.lists(st.text(max_size=200), max_size=3)
PUBLISHERS = st.sampled_from(("DHSC", "PCSE", "Department of Health and Social Care", "Management in Practice"))
_DAY = re.compile(r"\b(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}")


@st.composite
def tellings(draw: st.DrawFn, first: Telling, status: Status) -> Telling:
    """`first` with another headline, text and publisher."""
    text = draw(TEXTS)
    item = replace(first.item, title=draw(TITLES), summary=" ".join(text[:1]), text="\n".join(text))
    return replace(first, item=item, publisher=draw(PUBLISHERS), status=status)


@st.composite
def stories(draw: st.DrawFn) -> AlertContext:
    """An Alert of any Reason on a Story of one or two texts, with the ledger that they made."""
    heard = draw(tellings(FLU_HEARD, Status.REPORTED))
    newest = draw(tellings(FLU_OFFICIAL, draw(st.sampled_from([s for s in Status if s is not Status.REPORTED]))))
    chapter = follow("story", "flu", *draw(st.sampled_from([(heard,), (newest,), (heard, newest)])))
    by = chapter.tellings[-1]
    dated = [date for date in chapter.dates if date.item == by.item.id]
    reason = draw(st.sampled_from([*REASONS, *([Reason.DEADLINE_NEAR] if dated else [])]))
    context = tell(reason, chapter, by, previous_title=draw(st.just("") | TITLES))
    if reason is Reason.DEADLINE_NEAR:
        note = f"{draw(st.sampled_from(dated)).id} 24h"
        context = replace(context, alert=replace(context.alert, note=note), first_told_at=by.at)
    if draw(st.booleans()):
        was = Version(title=by.item.title, text="\n".join(draw(TEXTS)))
        item = replace(by.item, revision=2)
        context = replace(context, item=item, versions=(was, Version(title=item.title, text=item.text)))
    return checked(context, by.at) if context.story and context.story.status is Status.REPORTED else context


def composed(context: AlertContext, later: timedelta = timedelta()) -> Message:
    delivery = Delivery(id="d1", subscriber="managers", period="alert:1", due=SATURDAY, first_due=SATURDAY)
    return compose(delivery, [context], TOPICS, context.alert.at + later)


def lines_of(paragraph: Paragraph) -> list[str]:
    return [paragraph.status, paragraph.title, *(f"{LABELS[kind]}: {words}" for kind, words in paragraph.lines)]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(stories(), st.sampled_from([timedelta(), timedelta(days=5), timedelta(days=400)]))
def test_any_story_makes_few_short_lines_with_what_is_known_alone(context: AlertContext, later: timedelta) -> None:
    sent = composed(context, later)
    assert sent.quarantined == ()
    (paragraph,) = sent.paragraphs
    lines = lines_of(paragraph)
    assert len([*lines, paragraph.source_line]) <= MAX_LINES
    assert [line for line in lines if len(line) > MAX_CHARACTERS] == []
    assert len(paragraph.source_line) <= MAX_SOURCE_CHARACTERS
    assert "not known" not in "\n".join([*lines[2:], paragraph.source])
    assert len(sent.subject) <= MAX_CHARACTERS


@settings(deadline=None, derandomize=True, max_examples=300)
@given(stories())
def test_each_date_of_a_line_stands_in_the_sentence_or_the_headline(context: AlertContext) -> None:
    (paragraph,) = composed(context).paragraphs
    shown = f"{paragraph.said} {paragraph.title}"
    for kind, words in paragraph.lines:
        if kind in {FactKind.FROM, FactKind.DUE} or (kind is FactKind.NOW and words.startswith(("due ", "from "))):
            for day, month in _DAY.findall(words):
                assert re.search(rf"\b{day}(?:st|nd|rd|th)? {month}", shown), (words, shown)
            for quoted in re.findall("“(.+)”", words):
                assert quoted in shown, (words, shown)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.lists(stories(), max_size=12))
def test_the_subject_of_alerts_is_that_of_one_or_the_number_of_them(contexts: list[AlertContext]) -> None:
    told = [_named(context, f"story {number}") for number, context in enumerate(contexts)]
    delivery = Delivery(id="d1", subscriber="m", period="burst:1", due=SATURDAY, first_due=SATURDAY)
    sent = compose(delivery, told, TOPICS, SATURDAY)
    assert len(sent.paragraphs) == len(contexts)
    if len(contexts) == 1:
        (paragraph,) = sent.paragraphs
        assert f"{paragraph.status}: {paragraph.title}".startswith(sent.subject.rstrip("…"))
    elif contexts:
        assert sent.subject.startswith(f"{len(contexts)} announcements: ")
        assert sent.lead.startswith(f"{len(contexts)} announcements ")


def _named(context: AlertContext, story: str) -> AlertContext:
    """`context` as that of another Story."""
    assert context.story
    return replace(context, alert=replace(context.alert, story=story), story=replace(context.story, id=story))


# --- a digest -----------------------------------------------------------------------------------------------------

HEADINGS = {
    "to do": "To do",
    "changed": "Changed or withdrawn",
    "withdrawn": "Changed or withdrawn",
    "official": "Now official",
    "in the news": "In the news, not official yet",
    "still not official": "Still not official",
    "not official": "Still not official",
}


def _dates(number: int) -> tuple[StoryDate, ...]:
    """Dates of as many Stories that are due within days."""
    due = replace(FLU_OFFICIAL, item=replace(FLU_OFFICIAL.item, text=SENTENCES[2]))
    chapters: list[Chapter] = [follow(f"due {index}", "flu", due) for index in range(number)]
    return tuple(
        StoryDate(date=date, story=chapter.story, item=due.item) for chapter in chapters for date in chapter.dates
    )


def _count_entries(sections: tuple[Section, ...]) -> dict[str, Any]:
    """By heading, the entries that stand below it, or the number that its sentence gives."""
    counts = {}
    for section in sections:
        number = re.match(r"(\d+) reports have no official page yet", "".join(section.lines[:1]))
        counts[section.heading] = int(number[1]) if number else len(section.paragraphs)
    return counts


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.lists(stories(), max_size=12), st.integers(0, 4))
def test_each_number_of_the_subject_of_a_digest_is_that_of_its_section(contexts: list[AlertContext], due: int) -> None:
    told = [_named(context, f"story {number}") for number, context in enumerate(contexts)]
    delivery = Delivery(id="d1", subscriber="m", period="daily:2020-11-21", due=SATURDAY, first_due=SATURDAY)
    sent = compose(delivery, told, TOPICS, SATURDAY, DigestContext(dates=_dates(due)))
    counts = {words: int(number) for number, words in re.findall(r"[:,] (\d+) ([a-z ]+)", sent.subject)}
    below = _count_entries(sent.sections)
    more = next((count for heading, count in below.items() if heading.startswith("And ")), 0)
    assert set(counts) <= set(HEADINGS)
    assert sum(counts.values()) == len(sent.paragraphs)
    by_heading: Counter[str] = Counter()
    for words, count in counts.items():
        by_heading[HEADINGS[words]] += count
    assert all(below.get(heading, 0) <= count for heading, count in by_heading.items())
    if not more:
        assert by_heading == {heading: count for heading, count in below.items() if heading in HEADINGS.values()}
    assert all(f"And {more} more" == heading for heading in below if heading.startswith("And "))
