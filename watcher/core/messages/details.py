"""The details of an Alert: who says it and when, what changed, every field of its Brief, and why the reader has it.

They stand in the thread, below a rule of a mail, and in `watcher explain`; a message itself has the essence alone.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from watcher.core.briefs.current_dates import current_date, with_current_dates
from watcher.core.briefs.fields import extract_brief
from watcher.core.deadlines.reminders import reminders_count_from
from watcher.core.items.newsworthiness import is_seen_late
from watcher.core.language import region_text
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day, format_moment
from watcher.core.language.text import printable, title_key
from watcher.core.language.working_time import working_time_between
from watcher.core.messages.brief_lines import brief_lines, without_dates
from watcher.core.messages.quotation import MAX_LINE_CHARACTERS
from watcher.core.statements.statement import with_headline_apart
from watcher.core.wording.change_lines import MAX_TEXT_CHANGES, ChangeLine, change_lines
from watcher.core.wording.date_words import date_with_sentence, hours_in_words
from watcher.core.wording.labels import LABELS
from watcher.core.wording.status_wording import official_line
from watcher.model import (
    AlertContext,
    Authority,
    Brief,
    BriefDate,
    DateState,
    Evidence,
    Fact,
    FactKind,
    Item,
    LedgerDate,
    Mark,
    Paragraph,
    Precision,
    Reason,
    Span,
    Status,
    Story,
    StoryItem,
    Trust,
)

MAX_SAME_TIME = timedelta(minutes=15)  # published and seen so close together that one time is enough
MIN_COPIES_COUNTED, MAX_PUBLISHERS_NAMED = 3, 3  # papers with one headline are counted, and further ones too
FIELDS = ("title", "summary", "text", "publisher")
EDITS = frozenset({Reason.FIRST_HEARD, Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN})
_DATE_KINDS = frozenset({FactKind.FROM, FactKind.DUE})
_NEVER_LISTED_AS_UNKNOWN = frozenset({FactKind.APPLIES, FactKind.CODE})
# Lines of a withdrawn page that a reader may have noted, with what stands before each; a date says so itself.
_WITHDRAWN_PREFIXES = {
    FactKind.WHO: "no longer: ",
    FactKind.FROM: "",
    FactKind.DO: "no longer: ",
    FactKind.DUE: "",
}
Facts = tuple[tuple[FactKind, str], ...]


def add_details(paragraph: Paragraph, context: AlertContext, now: datetime) -> Paragraph:
    """`paragraph` with its details as of `now` (UTC): what changed, who says it, its Brief, why the reader has it.

    A reminder begins with its date and leaves out the Brief's. A notice for admins has none.
    """
    item, story = context.item, context.story
    if item is None or story is None:
        return paragraph
    today = now.astimezone(LONDON).date()
    listed = _list_facts(context, story, item)
    if context.alert.reason is Reason.DEADLINE_NEAR:
        undated = (fact for fact in _brief_facts(context, item, today, again=True) if fact[0] not in _DATE_KINDS)
        return replace(paragraph, details=(*_due_facts(context, item, now), *listed, *undated))
    titles = _previous_title_fact(context)
    changes = list(page_changes(context, titles))
    seen = ((FactKind.CHANGED, f"seen {format_moment(context.alert.at)}"),) if changes else ()
    split = [kind for kind, _ in listed].index(FactKind.OFFICIAL) + 1  # the Brief comes after it
    details = (
        *seen,
        *((line.kind, line.value) for line in changes),
        *titles,
        *listed[:split],
        *_brief_facts(context, item, today, again=context.first_receipt is not None),
        *listed[split:],
    )
    return replace(paragraph, details=details, marked=_marked_spans(changes))


def read_brief(context: AlertContext) -> Brief:
    """The Brief of the Item of an Alert, with its dates as the ledger has them today."""
    story, item = context.story, context.item
    if story is None or item is None:
        return Brief()
    trust = next((story_item.trust for story_item in story.items if story_item.item == item.id), Trust.PRESS)
    return with_current_dates(extract_facts(item, trust), context.dates, context.alert.at)


@lru_cache(maxsize=256)  # 9 ms for 800 words, and one announcement goes to many readers
def extract_facts(item: Item, trust: Trust) -> Brief:
    """The Brief of an Item as it was published; the text of a watched page is read without its marks."""
    return extract_brief(with_headline_apart(replace(item, text=region_text.without_line_marks(item.text))), trust)


def date_of_reminder(context: AlertContext) -> tuple[LedgerDate, BriefDate] | None:
    """The date of the ledger that a reminder is about, and as a Brief shows it today; None for another Alert."""
    date_id = context.alert.note.partition(" ")[0]
    ledger_date = next((ledger_date for ledger_date in context.dates if ledger_date.id == date_id), None)
    if ledger_date is None or context.item is None:
        return None
    deadline = ledger_date.deadline
    field = "title" if deadline.sentence in context.item.title else "text"
    fact = Fact(words=deadline.words, sentence=deadline.sentence, field=field)
    return ledger_date, current_date(BriefDate(fact=fact, deadline=deadline), context.dates)


def _due_facts(context: AlertContext, item: Item, now: datetime) -> Iterator[tuple[FactKind, str]]:
    """The date that a reminder is about, with the working time left; or what became of it since."""
    reminded = date_of_reminder(replace(context, item=item))
    if reminded is None:
        return
    ledger_date, brief_date = reminded
    end, left = reminders_count_from(ledger_date), ""
    if end and ledger_date.state is DateState.OPEN:
        left = f", {hours_in_words(working_time_between(now, end))} left"
    yield FactKind.DUE, printable(date_with_sentence(brief_date, now.astimezone(LONDON).date(), left))


def _previous_title_fact(context: AlertContext) -> Facts:
    """The headline before it was changed, which a reader may have noted."""
    changed = (
        context.alert.reason is Reason.CHANGED
        and context.item
        and context.previous_title
        and context.previous_title != context.item.title
    )
    return ((FactKind.PREVIOUS_TITLE, context.previous_title),) if changed else ()


def page_changes(context: AlertContext, titles: Facts = ()) -> Iterator[ChangeLine]:
    """The changes of a watched page; an old headline that already stands among the facts is not shown twice."""
    if context.alert.reason not in EDITS or len(context.versions) != 2:  # noqa: PLR2004 - before and after
        return
    old_titles = {words for kind, words in titles if kind is FactKind.PREVIOUS_TITLE}
    lines = change_lines(*context.versions, MAX_TEXT_CHANGES)
    skipped = {index for index, line in enumerate(lines) if line.kind is FactKind.WAS and line.value in old_titles}
    yield from (line for index, line in enumerate(lines) if index not in skipped and index - 1 not in skipped)


def _marked_spans(changes: Sequence[ChangeLine]) -> Mapping[str, tuple[Span, ...]]:
    """By its plain text, the Spans of each changed line in which something came or went."""
    return {line.value: line.spans for line in changes if any(span.mark is not Mark.KEPT for span in line.spans)}


# --- the Brief ----------------------------------------------------------------------------------------------------


def _brief_facts(context: AlertContext, item: Item, today: date, *, again: bool) -> Iterator[tuple[FactKind, str]]:
    """The Brief as it holds today, and in one line what is not known; a follow-up (`again`) does not repeat that.

    Nothing that a withdrawn page said, and no date of a withdrawn Story, holds any more.
    """
    brief = read_brief(context)
    if item.withdrawn:
        return _withdrawn_facts(brief, today, _WITHDRAWN_PREFIXES)
    if context.story and context.story.status is Status.WITHDRAWN:
        return _withdrawn_facts(brief, today, _DATE_KINDS)
    return _standing_facts(brief, today, again=again)


def _withdrawn_facts(brief: Brief, today: date, kinds: Container[FactKind]) -> Iterator[tuple[FactKind, str]]:
    """The Brief of what was withdrawn, reduced to the lines of these `kinds`, which a reader may have noted."""
    for kind, text in brief_lines(without_dates(brief), today):
        if text and kind in kinds:
            yield kind, f"{_WITHDRAWN_PREFIXES[kind]}{printable(text)}"


def _standing_facts(brief: Brief, today: date, *, again: bool) -> Iterator[tuple[FactKind, str]]:
    lines = brief_lines(brief, today)
    yield from ((kind, printable(text)) for kind, text in lines if text)
    unknown = [LABELS[kind].lower() for kind, text in lines if not text and kind not in _NEVER_LISTED_AS_UNKNOWN]
    if unknown and not again:
        yield FactKind.UNKNOWN, ", ".join(unknown)


# --- who says it, and why the reader has it -----------------------------------------------------------------------


def _list_facts(context: AlertContext, story: Story, item: Item) -> Facts:
    story_item = next(story_item for story_item in story.items if story_item.item == item.id)
    facts = [
        *([(FactKind.WHOLE_TITLE, item.title)] if len(item.title) > MAX_LINE_CHARACTERS else []),
        (FactKind.SAYS_WHO, f"{story_item.publisher} ({story_item.trust})"),
        (FactKind.WHEN, _format_published(item, story_item.seen_at, context.alert.at)),
        (FactKind.OFFICIAL, context.source_checks or official_line(story)),
    ]
    if context.alert.reason is Reason.DEADLINE_NEAR:
        return tuple(facts)  # a reminder is no second announcement
    authorities = {story_item.authority for story_item in story.items}
    if context.source_checks and authorities & {Authority.INTENTION, Authority.ELSEWHERE}:
        facts.append((FactKind.SO_FAR, official_line(story)))
    if item.change_note:
        facts.append((FactKind.CHANGE_NOTE, item.change_note))
    if item.summary:
        facts.append((FactKind.SUMMARY, item.summary))
    others = _list_other_publishers(story, story_item)
    if others:
        facts.append((FactKind.OTHER_PUBLISHERS, others))
    if context.earlier_chapter:
        facts.append((FactKind.EARLIER_CHAPTER, context.earlier_chapter))
    evidence = [words for match in context.matches for words in match.evidence]
    if evidence:
        facts.append((FactKind.WHY_YOU, _quote_best(evidence)))
    return tuple(facts)


def _quote_best(evidence: Sequence[Evidence]) -> str:
    """The Evidence of the weightiest field, in the order of FIELDS."""
    best = min(evidence, key=lambda candidate: (*FIELDS, "source").index(candidate.field))
    if best.field == "source":
        return f"all that {best.text} publishes there is about it"
    return f"“{best.words or best.text}” in the {best.field}"


def _list_other_publishers(story: Story, shown: StoryItem) -> str:
    """All but the publisher of `shown`, few by name. One headline in many papers is one report: it is counted once."""
    publishers_by_title: dict[str, dict[str, None]] = {}
    for item in story.items:
        if not item.trust.confirms:
            publishers_by_title.setdefault(title_key(item.title), {})[item.publisher] = None
    copies = [papers for papers in publishers_by_title.values() if len(papers) >= MIN_COPIES_COUNTED]
    copied = {publisher for papers in copies for publisher in papers}
    publishers = dict.fromkeys(item.publisher for item in story.items)
    others = [publisher for publisher in publishers if publisher not in {*copied, shown.publisher}]
    named = ", ".join(others[:MAX_PUBLISHERS_NAMED])
    more = len(others) - MAX_PUBLISHERS_NAMED
    counts = [f"{len(papers)} papers, counted once" for papers in copies]
    return "; ".join(filter(None, [f"{named} and {more} more" if more > 0 else named, *counts]))


def _format_published(item: Item, seen_at: datetime, told_at: datetime) -> str:
    """When it was published, or given out anew by the time it was told, as exactly as that is known, and when seen."""
    published, seen = item.published, f"seen {'late, ' if is_seen_late(item) else ''}{format_moment(seen_at)}"
    if item.revision > 1 and item.stamp and item.first_seen and item.first_seen + MAX_SAME_TIME < item.stamp <= told_at:
        return f"updated {format_moment(item.stamp)} (first seen {format_moment(item.first_seen)})"
    if published.at and abs(published.at - seen_at) < MAX_SAME_TIME:
        return format_moment(seen_at)
    if published.at:
        return f"{format_moment(published.at)} ({seen})"
    if published.day and published.precision is Precision.MONTH:
        return f"dated {published.day:%B %Y} ({seen})"
    return f"dated {format_day(published.day)} ({seen})" if published.day else f"undated ({seen})"
