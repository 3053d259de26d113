"""The essence of an Alert: what a manager needs in half a minute, and only what is surely right.

Status, headline, at most four facts, and the source with its time and the one sentence that the facts rest on. What is
not known is not shown; a date is shown only beside its sentence. Rules and wordings: ADR 12.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.briefs.current_dates import is_withdrawn
from watcher.core.deadlines.reminders import must_act_by, reminders_count_from
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day, format_moment
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import printable, title_key
from watcher.core.language.working_time import working_time_between
from watcher.core.messages.change_lines import CHANGE_WORDS, short_changes
from watcher.core.messages.date_words import due_in_words, format_deadline, hours_in_words, start_in_words
from watcher.core.messages.details import date_of_reminder, page_changes, read_brief
from watcher.core.messages.labels import CALLERS_WAIT, LABELS
from watcher.core.messages.plain_text import cut_at_word
from watcher.core.messages.status_wording import status_words, tone_of
from watcher.core.statements.shortening import shorten
from watcher.model import (
    AlertContext,
    Brief,
    BriefDate,
    DateState,
    Fact,
    FactKind,
    Inclusion,
    Item,
    LedgerDate,
    Paragraph,
    Precision,
    Reason,
    Status,
    StoryItem,
    Trust,
)

MAX_LINES, MAX_LINE_CHARACTERS, MAX_SOURCE_CHARACTERS = 4, 90, 180
URGENT = timedelta(hours=24)
_DATED = frozenset({FactKind.FROM, FactKind.DUE})
_QUOTED_FIRST = (FactKind.DUE, FactKind.FROM, FactKind.DO, FactKind.NOW, FactKind.WAS, FactKind.PAID, FactKind.WHO)
_ALWAYS_LOUD = frozenset({Reason.NOW_OFFICIAL, Reason.WITHDRAWN, Reason.DEADLINE_NEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line that may be shown: its words, and the sentence they rest on with the words in it that it must show."""

    kind: FactKind
    words: str
    fact: Fact | None = None


def compose_essence(context: AlertContext, now: datetime) -> Paragraph:
    """The Paragraph of an Alert with its essence as of `now` (UTC), still without details and topics."""
    story, item = context.story, context.item
    status = status_words(context, now)
    if story is None or item is None:
        return Paragraph(status=status, title=printable(context.alert.note), alert=context.alert.id)
    story_item = next(story_item for story_item in story.items if story_item.item == item.id)
    brief = read_brief(context)
    lines = [line for line in _list_lines(context, brief, story_item, now) if line.words]
    quoted = _choose_quoted(lines, item)
    shown = list(_fit(lines, quoted))[:MAX_LINES]
    source = _describe_source(context, item, story_item)
    said = _quote(quoted, item, MAX_SOURCE_CHARACTERS - len(source) - len(": “”"))
    return Paragraph(
        status=status,
        title=cut_at_word(printable(item.title).strip(), MAX_LINE_CHARACTERS),
        url=item.url,
        lines=tuple(shown),
        source=source,
        said=said,
        tone=tone_of(context),
        is_loud=_is_loud(context, status, shown),
        is_urgent=_is_urgent(context, now),
        alert=context.alert.id,
    )


def _is_loud(context: AlertContext, status: str, lines: Sequence[tuple[FactKind, str]]) -> bool:
    """Whether a follow-up must be seen by whoever does not open threads."""
    if context.alert.reason is Reason.CHANGED:
        return status.startswith(("CORRECTION", "CHANGED: ")) or any(kind in _DATED for kind, _ in lines)
    return context.alert.reason in _ALWAYS_LOUD


def _is_urgent(context: AlertContext, now: datetime) -> bool:
    """Whether something official is due within a day, which was not reminded of before."""
    moments = [must_act_by(date) for date in context.dates if date.official and date.state is DateState.OPEN]
    return any(moment and now <= moment <= now + URGENT for moment in moments)


# --- which lines --------------------------------------------------------------------------------------------------


def _list_lines(context: AlertContext, brief: Brief, story_item: StoryItem, now: datetime) -> Iterator[_Line]:
    """The lines by the Reason of the Alert, the most important first."""
    reason, story = context.alert.reason, context.story
    is_off = story is not None and story.status is Status.WITHDRAWN and reason is not Reason.CHANGED
    if reason is Reason.DEADLINE_NEAR:
        return _reminder_lines(context, brief, now)
    if reason is Reason.WITHDRAWN or is_off:
        return _withdrawal_lines(context, brief)
    if reason is Reason.STILL_REPORTED:
        return iter((_Line(kind=FactKind.OFFICIAL, words=context.source_checks),))
    if reason is Reason.CHANGED:
        return _change_lines(context, brief, now)
    return _news_lines(context, brief, story_item, now)


def _news_lines(context: AlertContext, brief: Brief, story_item: StoryItem, now: datetime) -> Iterator[_Line]:
    """An announcement that is heard for the first time, or is official now."""
    today = now.astimezone(LONDON).date()
    is_reported = context.story is not None and context.story.status is Status.REPORTED
    is_first = context.alert.reason is Reason.FIRST_HEARD
    if is_first and context.alert.status is Status.CHANGED:
        yield from _worded_changes(context)  # it changed before anybody was told of it
    if is_first:
        yield _who_line(brief)
    dates = [_start_line(brief.starts, today), _due_line(brief.due, today)]
    yield from dates if is_first else reversed(dates)
    yield from _rule_line(brief)
    yield _fact_line(FactKind.DO, brief.do)
    if is_reported and is_first and not brief.do and not brief.due and context.source_checks:
        yield _Line(kind=FactKind.DO, words=f"nothing yet: {context.source_checks}")
    if is_reported and is_first and story_item.trust is Trust.PRESS and _is_for_patients(brief):
        yield _Line(kind=FactKind.CALLERS, words=CALLERS_WAIT)
    if not is_reported:
        yield _fact_line(FactKind.ORDER, brief.order)
    yield _fact_line(FactKind.PAID, brief.paid)
    yield _fact_line(FactKind.IF_MISSED, brief.if_missed)


def _reminder_lines(context: AlertContext, brief: Brief, now: datetime) -> Iterator[_Line]:
    reminded = date_of_reminder(context)
    if reminded is None:
        return
    ledger_date, moment = reminded
    end, words = reminders_count_from(ledger_date), format_deadline(moment.deadline, moment.fact.words)
    if is_withdrawn(moment):
        yield _Line(kind=FactKind.WAS, words=words, fact=moment.fact)
        yield _Line(kind=FactKind.NOW, words="withdrawn; take it out of your diary")
        return
    if end and ledger_date.state is DateState.OPEN:
        words = f"{words}; {hours_in_words(working_time_between(now, end))} left"
    yield _Line(kind=FactKind.DUE, words=words, fact=moment.fact)
    yield _fact_line(FactKind.DO, brief.do)
    yield _fact_line(FactKind.IF_MISSED, brief.if_missed)
    yield from _rule_line(brief)


def _withdrawal_lines(context: AlertContext, brief: Brief) -> Iterator[_Line]:
    """What readers may have noted, and that it no longer holds."""
    ended = [date for date in context.dates if date.state is DateState.WITHDRAWN]
    date = _latest_deadline(ended)
    if date:
        yield _Line(kind=FactKind.WAS, words=f"due {format_deadline(date.deadline)}")
        yield _Line(kind=FactKind.NOW, words="send nothing; take it out of your diary")
        return
    moment = brief.due or brief.starts
    if moment and moment.deadline.at:
        word = "due" if brief.due else "from"
        yield _Line(kind=FactKind.WAS, words=f"{word} {format_deadline(moment.deadline)}", fact=moment.fact)
        yield _Line(kind=FactKind.NOW, words="take it out of your diary")


def _latest_deadline(dates: Sequence[LedgerDate]) -> LedgerDate | None:
    due = [date for date in dates if must_act_by(date) and date.deadline.at]
    return max(due, key=lambda date: (date.official, date.changed_at), default=None)


def _change_lines(context: AlertContext, brief: Brief, now: datetime) -> Iterator[_Line]:
    """What was, and what is now: the date that moved, else the weightiest change of the page, else the old headline."""
    today = now.astimezone(LONDON).date()
    moved = next((moment for moment in (brief.due, brief.starts) if moment and moment.moved_from), None)
    if moved and moved.moved_from:
        is_due = moved is brief.due
        word, format_now = ("due", due_in_words) if is_due else ("from", start_in_words)
        yield _Line(kind=FactKind.WAS, words=f"{word} {format_deadline(moved.moved_from)}")
        yield _Line(kind=FactKind.NOW, words=f"{word} {format_now(moved, today)}", fact=moved.fact)
    else:
        yield from _worded_changes(context)
        yield _due_line(brief.due, today)
        yield _start_line(brief.starts, today)
    yield from _rule_line(brief)
    yield _fact_line(FactKind.DO, brief.do)
    yield _fact_line(FactKind.ORDER, brief.order)
    yield _fact_line(FactKind.PAID, brief.paid)


def _worded_changes(context: AlertContext) -> Iterator[_Line]:
    item = context.item
    changes = short_changes(list(page_changes(context)))
    if changes:
        yield from (_Line(kind=CHANGE_WORDS.get(kind, kind), words=words) for kind, words in changes)
    elif item and context.previous_title and title_key(context.previous_title) != title_key(item.title):
        yield _Line(kind=FactKind.WAS, words=context.previous_title)
    elif item and item.change_note:
        yield _Line(kind=FactKind.NOW, words=item.change_note)


# --- one line -----------------------------------------------------------------------------------------------------


def _who_line(brief: Brief) -> _Line:
    """The cohort or the roles; practice managers where the text says that they are in or out."""
    managers = brief.managers.value if brief.managers else ""
    stands = {
        Inclusion.EXCLUDED: "practice managers excluded",
        Inclusion.PLANNED: "practice managers only planned",
        Inclusion.INCLUDED: "practice managers included",
    }
    words = [brief.who.shown] if brief.who and brief.who.field != "title" else []
    words += [stands[Inclusion(managers)]] if managers else []
    return _Line(kind=FactKind.WHO, words="; ".join(words), fact=brief.who or brief.managers)


def _start_line(moment: BriefDate | None, today: datetime | object) -> _Line:
    if moment is None or is_withdrawn(moment):
        return _Line(kind=FactKind.FROM, words="")
    return _Line(kind=FactKind.FROM, words=start_in_words(moment, today), fact=moment.fact)  # type: ignore[arg-type]


def _due_line(moment: BriefDate | None, today: datetime | object) -> _Line:
    if moment is None or is_withdrawn(moment):
        return _Line(kind=FactKind.DUE, words="")
    return _Line(kind=FactKind.DUE, words=due_in_words(moment, today), fact=moment.fact)  # type: ignore[arg-type]


def _fact_line(kind: FactKind, fact: Fact | None) -> _Line:
    return _Line(kind=kind, words=fact.shown if fact else "", fact=fact)


def _rule_line(brief: Brief) -> Iterator[_Line]:
    """That less time is asked than the contract gives."""
    if brief.contract and brief.due:
        asked = brief.due.deadline.offset or "less"
        words = f"SHORTER THAN YOUR CONTRACT, which gives {brief.contract}; this asks for {asked}"
        yield _Line(kind=FactKind.RULE, words=words)


def _is_for_patients(brief: Brief) -> bool:
    """Whether it is offered to a cohort of the public, who will ring."""
    who = brief.who.shown if brief.who else ""
    return any(word in who.casefold() for word in ("people", "aged", "patient", "over", "child", "women", "everyone"))


# --- what fits, and on which sentence it rests --------------------------------------------------------------------


def _choose_quoted(lines: Sequence[_Line], item: Item) -> Fact | None:
    """The fact whose sentence is quoted: that of the weightiest line which the headline does not hold already."""
    by_kind = {line.kind: line.fact for line in reversed(lines) if line.fact and line.words}
    facts = [fact for kind in _QUOTED_FIRST if (fact := by_kind.get(kind))]
    return next((fact for fact in facts if not _is_in_title(fact, item)), None)


def _is_in_title(fact: Fact, item: Item) -> bool:
    return fact.field == "title" or fact.sentence in item.title


def _fit(lines: Sequence[_Line], quoted: Fact | None) -> Iterator[tuple[FactKind, str]]:
    """The lines that can be shown whole; of two dates only those whose sentence is quoted, or stands above."""
    kinds: set[FactKind] = set()
    for line in lines:
        unquoted = (
            line.fact and line.fact.field != "title" and (quoted is None or line.fact.sentence != quoted.sentence)
        )
        if line.kind in kinds or (line.kind in _DATED and unquoted):
            continue
        room = MAX_LINE_CHARACTERS - len(f"{LABELS[line.kind]}: ")
        words = shorten(printable(line.words), room, whole=line.kind in _DATED)
        if words:
            kinds.add(line.kind)
            yield line.kind, words


def _describe_source(context: AlertContext, item: Item, story_item: StoryItem) -> str:
    """The publisher, and when it said so, as exactly as that is known (London time)."""
    if context.alert.reason is Reason.DEADLINE_NEAR and context.first_told_at:
        return f"{story_item.publisher}, told you on {format_day(context.first_told_at.astimezone(LONDON).date())}"
    stamp, published = item.stamp if item.revision > 1 else None, item.published
    if context.alert.reason is Reason.CHANGED and item.revision > 1:
        return f"{story_item.publisher}, {format_moment(stamp or context.alert.at)}"
    if published.at:
        return f"{story_item.publisher}, {format_moment(published.at)}"
    if published.day and published.precision is Precision.MONTH:
        return f"{story_item.publisher}, {published.day:%B %Y}"
    if published.day:
        return f"{story_item.publisher}, {format_day(published.day)}"
    return f"{story_item.publisher}, seen {format_moment(story_item.seen_at)}"


def _quote(fact: Fact | None, item: Item, room: int) -> str:
    """The sentence of `fact` in at most `room` characters around its words; without one, how the summary begins."""
    if fact:
        return quote_in(printable(fact.sentence), printable(fact.words), room)
    first = next(split_sentences(item.summary), "")
    return "" if title_key(first) == title_key(item.title) else quote_in(printable(first), "", room)


def quote_in(sentence: str, words: str, room: int) -> str:
    """`sentence`, or as many whole words of it around `words` as have room, with "…" for what is left out."""
    sentence = " ".join(sentence.split())
    if len(sentence) <= room:
        return sentence
    tokens = sentence.split()
    start = len(sentence[: max(sentence.find(" ".join(words.split())), 0)].split())
    begin = end = min(start, len(tokens) - 1)
    while True:
        wider = [(begin, end + 1)] if end < len(tokens) else []
        wider += [(begin - 1, end)] if begin > 0 else []
        wider.sort(key=lambda span: abs((span[0] + span[1]) / 2 - (start + 4)))
        fitting = next((span for span in wider if len(_span_text(tokens, *span)) <= room), None)
        if fitting is None:
            return _span_text(tokens, begin, end) if end > begin else ""
        begin, end = fitting


def _span_text(tokens: Sequence[str], begin: int, end: int) -> str:
    return f"{'… ' if begin else ''}{' '.join(tokens[begin:end])}{' …' if end < len(tokens) else ''}"


def with_note(paragraph: Paragraph, note: str, publisher: str) -> Paragraph:
    """The Paragraph as an entry of a digest: headline, one fact, publisher."""
    return replace(paragraph, note=note, source=publisher, lines=(), said="")
