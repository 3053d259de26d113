"""The essence of an Alert: what a manager needs in half a minute, and only what is surely right.

Status, headline, at most four facts, and the source with its time and the one sentence that the facts rest on. What is
not known is not shown; a date is shown only beside its sentence. Rules and wordings: ADR 12.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.core.briefs.current_dates import is_withdrawn
from watcher.core.deadlines.reminders import must_act_by, reminders_count_from
from watcher.core.language.dates import LONDON
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import printable, title_key
from watcher.core.language.working_time import working_time_between
from watcher.core.messages.brief_lines import order_words
from watcher.core.messages.details import date_of_reminder, page_changes, read_brief
from watcher.core.messages.plain_text import cut_at_word
from watcher.core.messages.quotation import (
    DATED,
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    MAX_SOURCE_CHARACTERS,
    EssenceLine,
    choose_quoted,
    describe_source,
    is_in_title,
    lines_that_fit,
    quote_sentence,
)
from watcher.core.wording.change_lines import CHANGE_WORDS, short_changes
from watcher.core.wording.date_words import NOT_BEFORE, due_in_words, format_deadline, hours_in_words, start_in_words
from watcher.core.wording.labels import CALLERS_CANNOT_BOOK, CALLERS_WAIT
from watcher.core.wording.status_wording import status_words, tone_of
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
    Reason,
    Status,
    StoryItem,
    Trust,
)

URGENT = timedelta(hours=24)
_COMMON_WORD = lazy_regex(r"^(?:An?|The|Practices|All|Every|Each|Those|Patients|People) ")
_THEIR_OWN = lazy_regex(
    r"^(?P<verb>return|send|submit|complete|check|review|update|order|place|sign|confirm|declare) their "
)
_INSTEAD = lazy_regex(r"\b(?:instead|now|new|replac\w+|moved?|postponed|until)\b", re.IGNORECASE)
_ALWAYS_LOUD = frozenset({Reason.NOW_OFFICIAL, Reason.WITHDRAWN, Reason.DEADLINE_NEAR})


def compose_essence(context: AlertContext, now: datetime) -> Paragraph:
    """The Paragraph of an Alert with its essence as of `now` (UTC), still without details and topics."""
    story, item = context.story, context.item
    status = status_words(context, now)
    if story is None or item is None:
        return Paragraph(status=status, title=printable(context.alert.note), alert=context.alert.id)
    story_item = next(story_item for story_item in story.items if story_item.item == item.id)
    brief = read_brief(context)
    lines = [line for line in _list_lines(context, brief, story_item, now) if line.words]
    quoted = choose_quoted(lines, item)
    shown = list(lines_that_fit(lines, quoted, item))[:MAX_LINES]
    source = describe_source(context, item, story_item)
    said = quote_sentence(quoted, item, MAX_SOURCE_CHARACTERS - len(source) - len(": “”"))
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
        story=story.id,
        has_page=any(not teller.is_unproven for teller in story.items),
    )


def _is_loud(context: AlertContext, status: str, lines: Sequence[tuple[FactKind, str]]) -> bool:
    """Whether a follow-up must be seen by whoever does not open threads."""
    if context.alert.reason is Reason.CHANGED:
        names_date = any(kind in DATED or words.startswith(("due ", "from ", NOT_BEFORE)) for kind, words in lines)
        return status.startswith(("CORRECTION", "CHANGED: ")) or names_date
    return context.alert.reason in _ALWAYS_LOUD


def _is_urgent(context: AlertContext, now: datetime) -> bool:
    """Whether something official that must be done is due within a day; each message about it says so again."""
    moments = [must_act_by(dated) for dated in context.dates if dated.official and dated.state is DateState.OPEN]
    return any(moment and now <= moment <= now + URGENT for moment in moments)


# --- which lines --------------------------------------------------------------------------------------------------


def _list_lines(context: AlertContext, brief: Brief, story_item: StoryItem, now: datetime) -> Iterator[EssenceLine]:
    """The lines by the Reason of the Alert, the most important first."""
    reason, story = context.alert.reason, context.story
    is_off = story is not None and story.status is Status.WITHDRAWN and reason is not Reason.CHANGED
    if reason is Reason.DEADLINE_NEAR:
        return _reminder_lines(context, brief, now)
    if reason is Reason.WITHDRAWN or is_off:
        return _withdrawal_lines(context, brief)
    if reason is Reason.STILL_REPORTED:
        return iter((EssenceLine(kind=FactKind.OFFICIAL, words=context.source_checks),))
    if reason is Reason.CHANGED:
        return _change_lines(context, brief, now)
    return _news_lines(context, brief, story_item, now)


def _news_lines(context: AlertContext, brief: Brief, story_item: StoryItem, now: datetime) -> Iterator[EssenceLine]:
    """An announcement that is heard for the first time, or is official now."""
    today = now.astimezone(LONDON).date()
    is_reported = context.story is not None and context.story.status is Status.REPORTED
    is_first = context.alert.reason is Reason.FIRST_HEARD
    if is_first and context.alert.status is Status.CHANGED:
        yield from _worded_changes(context)  # it changed before anybody was told of it
    if is_first:
        yield _who_line(brief)
    dates = [_date_line(FactKind.FROM, brief.starts, today), _date_line(FactKind.DUE, brief.due, today)]
    yield from dates if is_first else reversed(dates)
    yield from _rule_line(brief)
    if not _has_date_of_its_own(brief):
        yield _fact_line(FactKind.DO, brief.do)
    if is_reported and is_first and not brief.do and not brief.due and context.source_checks:
        yield EssenceLine(kind=FactKind.DO, words=f"nothing yet; {context.source_checks}")
    if is_reported and is_first and story_item.trust is Trust.PRESS and _is_for_patients(brief):
        yield EssenceLine(kind=FactKind.CALLERS, words=CALLERS_CANNOT_BOOK if brief.starts else CALLERS_WAIT)
    if not is_reported:
        yield _order_line(brief.order)
    yield _fact_line(FactKind.PAID, brief.paid)
    yield _fact_line(FactKind.IF_MISSED, brief.if_missed)


def _has_date_of_its_own(brief: Brief) -> bool:
    """Whether the sentence of the task sets another date than the one that is due: together they would read as one."""
    do, due, starts = brief.do, brief.due, brief.starts
    return bool(do and due and starts and do.sentence == starts.fact.sentence != due.fact.sentence)


def _reminder_lines(context: AlertContext, brief: Brief, now: datetime) -> Iterator[EssenceLine]:
    reminded = date_of_reminder(context)
    if reminded is None:
        return
    ledger_date, moment = reminded
    end, words = reminders_count_from(ledger_date), format_deadline(moment.deadline, moment.fact.words)
    if is_withdrawn(moment):
        yield EssenceLine(kind=FactKind.WAS, words=words, fact=moment.fact)
        yield EssenceLine(kind=FactKind.NOW, words="withdrawn; take it out of your diary")
        return
    if end and ledger_date.state is DateState.OPEN:
        words = f"{words}; {hours_in_words(working_time_between(now, end))} left"
    yield EssenceLine(kind=FactKind.DUE, words=words, fact=moment.fact)
    yield _fact_line(FactKind.DO, brief.do)
    yield _fact_line(FactKind.IF_MISSED, brief.if_missed)
    yield from _rule_line(brief)


def _withdrawal_lines(context: AlertContext, brief: Brief) -> Iterator[EssenceLine]:
    """What readers may have noted, and that it no longer holds."""
    ended = [dated for dated in context.dates if dated.state is DateState.WITHDRAWN]
    last = _latest_deadline(ended)
    if last:
        named = (moment for moment in (brief.due, *brief.also_due) if moment and moment.deadline.at == last.deadline.at)
        is_whole_page = context.item is None or context.item.withdrawn  # whose text still says what it said
        fact = None if is_whole_page else next((moment.fact for moment in named), None)
        yield EssenceLine(kind=FactKind.WAS, words=f"due {format_deadline(last.deadline)}", fact=fact)
        yield EssenceLine(kind=FactKind.NOW, words="take it out of your diary")
        return
    moment = brief.due or brief.starts
    if moment and moment.deadline.at and context.item and _is_taken_back(moment, context.item):
        word = "due" if brief.due else "from"
        yield EssenceLine(kind=FactKind.WAS, words=f"{word} {format_deadline(moment.deadline)}", fact=moment.fact)
        yield EssenceLine(kind=FactKind.NOW, words="take it out of your diary")


def _is_taken_back(moment: BriefDate, item: Item) -> bool:
    """Whether the date is off: the text says so, the whole page is off, or the headline that takes it back names it.

    A notice that something is off may also say what holds instead.
    """
    in_headline = is_in_title(moment.fact, item) and not _INSTEAD.search(item.title)
    return is_withdrawn(moment) or item.withdrawn or in_headline


def _latest_deadline(dates: Sequence[LedgerDate]) -> LedgerDate | None:
    due = [dated for dated in dates if must_act_by(dated) and dated.deadline.at]
    return max(due, key=lambda dated: (dated.official, dated.changed_at), default=None)


def _change_lines(context: AlertContext, brief: Brief, now: datetime) -> Iterator[EssenceLine]:
    """What was, and what is now: the date that moved, else the weightiest change of the page, else the old headline."""
    today = now.astimezone(LONDON).date()
    moved = next((moment for moment in (brief.due, brief.starts) if moment and moment.moved_from), None)
    if moved and moved.moved_from:
        is_due = moved is brief.due
        words_now = due_in_words(moved, today) if is_due else start_in_words(moved, today)
        word = "due " if is_due else "from "
        if words_now.startswith(NOT_BEFORE):
            words_now, word = words_now.removeprefix(NOT_BEFORE), NOT_BEFORE
        yield EssenceLine(kind=FactKind.WAS, words=f"{word}{format_deadline(moved.moved_from)}")
        yield EssenceLine(kind=FactKind.NOW, words=f"{word}{words_now}", fact=moved.fact)
    else:
        yield from _worded_changes(context)
        yield _date_line(FactKind.DUE, brief.due, today)
        yield _date_line(FactKind.FROM, brief.starts, today)
    yield from _rule_line(brief)
    yield _fact_line(FactKind.DO, brief.do)
    yield _order_line(brief.order)
    yield _fact_line(FactKind.PAID, brief.paid)


def _worded_changes(context: AlertContext) -> Iterator[EssenceLine]:
    item = context.item
    changes = short_changes(list(page_changes(context)))
    if changes:
        yield from (EssenceLine(kind=CHANGE_WORDS.get(kind, kind), words=words) for kind, words in changes)
    elif item and context.previous_title and title_key(context.previous_title) != title_key(item.title):
        yield EssenceLine(kind=FactKind.WAS, words=context.previous_title)
    elif item and item.change_note:
        yield EssenceLine(kind=FactKind.NOW, words=item.change_note)


# --- one line -----------------------------------------------------------------------------------------------------


def _who_line(brief: Brief) -> EssenceLine:
    """The cohort or the roles; practice managers where the text says that they are in or out."""
    managers = brief.managers.value if brief.managers else ""
    stands = {
        Inclusion.EXCLUDED: "practice managers excluded",
        Inclusion.INCLUDED: "practice managers included",
    }
    who = brief.who.shown if brief.who and brief.who.field != "title" else ""
    words = [who] if who and not (brief.do and brief.do.shown.startswith(who)) else []
    words += [stands[Inclusion(managers)]] if managers in stands else []
    return EssenceLine(kind=FactKind.WHO, words="; ".join(words), fact=brief.who or brief.managers)


def _date_line(kind: FactKind, moment: BriefDate | None, today: date) -> EssenceLine:
    """A date that holds, and that the headline does not say already."""
    if moment is None or is_withdrawn(moment) or _repeats_headline(moment):
        return EssenceLine(kind=kind, words="")
    in_words = due_in_words if kind is FactKind.DUE else start_in_words
    return EssenceLine(kind=kind, words=in_words(moment, today), fact=moment.fact)


def _repeats_headline(moment: BriefDate) -> bool:
    """Whether it is a date of the headline that no day could be found for: the headline stands right above."""
    return moment.deadline.at is None and moment.fact.field == "title"


def _fact_line(kind: FactKind, fact: Fact | None) -> EssenceLine:
    words = _COMMON_WORD.sub(lambda match: match[0].lower(), fact.shown) if fact else ""
    if kind is FactKind.DO:
        words = _THEIR_OWN.sub(r"\g<verb> your ", words)
    if kind is FactKind.IF_MISSED and words.startswith(("will ", "may ", "could ")):
        words = f"it {words}"
    return EssenceLine(kind=kind, words=words, fact=fact)


def _order_line(fact: Fact | None) -> EssenceLine:
    """How to order; the label says "order" already."""
    return EssenceLine(kind=FactKind.ORDER, words=order_words(fact), fact=fact)


def _rule_line(brief: Brief) -> Iterator[EssenceLine]:
    """That less time is asked than the contract gives."""
    if brief.contract:
        words = f"SHORTER THAN YOUR CONTRACT, which gives {brief.contract.gives}; asked: {brief.contract.asks}"
        yield EssenceLine(kind=FactKind.RULE, words=words, fact=brief.contract.fact)


def _is_for_patients(brief: Brief) -> bool:
    """Whether it is offered to a cohort of the public, who will ring."""
    who = brief.who.shown if brief.who else ""
    return any(word in who.casefold() for word in ("people", "aged", "patient", "over", "child", "women", "everyone"))


def with_note(paragraph: Paragraph, note: str, publisher: str) -> Paragraph:
    """The Paragraph as an entry of a digest: headline, one fact, publisher."""
    return replace(paragraph, note=note, source=publisher, lines=(), said="")
