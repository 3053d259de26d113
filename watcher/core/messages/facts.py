"""The facts that an Alert adds to who reported it: what changed on its page, and the Brief, in fixed order."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from watcher.core.briefs.current_dates import current_date, with_current_dates
from watcher.core.briefs.fields import extract_brief
from watcher.core.deadlines.reminders import reminders_count_from
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_moment
from watcher.core.language.text import printable
from watcher.core.language.working_time import working_time_between
from watcher.core.messages.brief_lines import brief_lines, date_with_sentence, without_dates
from watcher.core.messages.change_lines import MAX_TEXT_CHANGES, ChangeLine, change_lines
from watcher.core.messages.labels import LABELS
from watcher.core.pages import region
from watcher.model import (
    Alert,
    AlertContext,
    Brief,
    BriefDate,
    DateState,
    Fact,
    FactKind,
    Item,
    LedgerDate,
    Mark,
    Paragraph,
    Reason,
    Span,
    Status,
)

NOT_KNOWN = "not known"
MAX_CHANGES_IN_DIGEST = 2  # changed sentences: the page has the rest
_EDITS = frozenset({Reason.FIRST_HEARD, Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN})
_DATE_KINDS = frozenset({FactKind.FROM, FactKind.REPLY_BY})
_NEVER_LISTED_AS_UNKNOWN = frozenset({FactKind.REPLY_BY, FactKind.APPLIES})
# Lines of a withdrawn page that a reader may have noted, with what stands before each; a date says so itself.
_WITHDRAWN_PREFIXES = {
    FactKind.WHO: "no longer: ",
    FactKind.FROM: "",
    FactKind.DO: "no longer: ",
    FactKind.REPLY_BY: "",
}
_UNKNOWN_NAMES = {FactKind.WHO: "who (practice managers not mentioned)"}
Facts = tuple[tuple[FactKind, str], ...]


def section_reason(alert: Alert) -> Reason:
    """The Reason by which a digest sorts an Alert: a page that changed before its first Alert counts as changed."""
    changed_first = alert.reason is Reason.FIRST_HEARD and alert.status is Status.CHANGED
    return Reason.CHANGED if changed_first else alert.reason


def add_facts(paragraph: Paragraph, context: AlertContext, now: datetime, *, digest: bool = False) -> Paragraph:
    """`paragraph` with the page's changes before its facts and the Brief after the official line, as of `now` (UTC).

    A reminder begins with its date and leaves out the Brief's.
    """
    item = context.item
    if item is None:
        return paragraph
    today = now.astimezone(LONDON).date()
    if context.alert.reason is Reason.DEADLINE_NEAR:
        brief = _current_brief_facts(context, item, today, digest=digest, again=True)
        undated = (fact for fact in brief if fact[0] not in _DATE_KINDS)
        return replace(paragraph, facts=(*_due_facts(context, item, now), *paragraph.facts, *undated))
    changes = list(_page_changes(context, paragraph.facts, digest=digest))
    seen = ((FactKind.CHANGED, f"seen {format_moment(context.alert.at)}"),) if changes else ()
    change_facts = (*seen, *((line.kind, line.value) for line in changes))
    kinds = [kind for kind, _ in paragraph.facts]
    split = kinds.index(FactKind.OFFICIAL) + 1 if FactKind.OFFICIAL in kinds else len(kinds)  # the Brief comes after it
    again = context.first_receipt is not None and not digest
    brief = _current_brief_facts(context, item, today, digest=digest, again=again)
    facts = (*change_facts, *paragraph.facts[:split], *brief, *paragraph.facts[split:])
    return replace(paragraph, facts=facts, marked=_marked_spans(changes))


def _due_facts(context: AlertContext, item: Item, now: datetime) -> Iterator[tuple[FactKind, str]]:
    """The date that a reminder is about, with the working time left; or what became of it since."""
    date_id = context.alert.note.partition(" ")[0]
    for ledger_date in context.dates:
        if ledger_date.id != date_id:
            continue
        deadline, end = ledger_date.deadline, reminders_count_from(ledger_date)
        field = "title" if deadline.sentence in item.title else "text"
        fact = Fact(words=deadline.words, sentence=deadline.sentence, field=field)
        brief_date = current_date(BriefDate(fact=fact, deadline=deadline), context.dates)
        left = ""
        if end and ledger_date.state is DateState.OPEN:
            left = f", {_format_hours(working_time_between(now, end))} left"
        yield FactKind.DUE, printable(date_with_sentence(brief_date, now.astimezone(LONDON).date(), left))


def _format_hours(working_time: timedelta) -> str:
    hours = working_time // timedelta(hours=1)
    few = "less than 1 working hour" if working_time else "no working hours"
    return f"{hours} working hour{'' if hours == 1 else 's'}" if hours else few


def _current_brief_facts(
    context: AlertContext, item: Item, today: date, *, digest: bool, again: bool
) -> Iterator[tuple[FactKind, str]]:
    """The Brief as it holds today: nothing that a withdrawn page said, and no date of a withdrawn Story, does."""
    if item.withdrawn:
        return _withdrawn_facts(item, today, _WITHDRAWN_PREFIXES)
    if context.story and context.story.status is Status.WITHDRAWN:
        return _withdrawn_facts(item, today, _DATE_KINDS)
    return brief_facts(item, today, context.dates, context.alert.at, digest=digest, again=again)


def _page_changes(context: AlertContext, facts: Facts, *, digest: bool) -> Iterator[ChangeLine]:
    """The changes of a watched page; an old headline that already stands among the facts is not shown twice."""
    if context.alert.reason not in _EDITS or len(context.versions) != 2:  # noqa: PLR2004 - before and after
        return
    old_titles = {words for kind, words in facts if kind is FactKind.PREVIOUS_TITLE}
    lines = change_lines(*context.versions, MAX_CHANGES_IN_DIGEST if digest else MAX_TEXT_CHANGES)
    skipped = {index for index, line in enumerate(lines) if line.kind is FactKind.WAS and line.value in old_titles}
    yield from (line for index, line in enumerate(lines) if index not in skipped and index - 1 not in skipped)


def _marked_spans(changes: Sequence[ChangeLine]) -> Mapping[str, tuple[Span, ...]]:
    """By its plain text, the Spans of each changed line in which something came or went."""
    return {line.value: line.spans for line in changes if any(span.mark is not Mark.KEPT for span in line.spans)}


def _withdrawn_facts(item: Item, today: date, kinds: Container[FactKind]) -> Iterator[tuple[FactKind, str]]:
    """The Brief of what was withdrawn, reduced to the lines of these `kinds`, which a reader may have noted."""
    for kind, text in brief_lines(without_dates(_read_brief(item)), today):
        if text and kind in kinds:
            yield kind, f"{_WITHDRAWN_PREFIXES[kind]}{printable(text)}"


def brief_facts(
    item: Item,
    today: date,
    dates: Sequence[LedgerDate] = (),
    at: datetime | None = None,
    *,
    digest: bool = False,
    again: bool = False,
) -> Iterator[tuple[FactKind, str]]:
    """The known fields of the Brief in fixed order, and the unknown ones in one line, which a digest leaves out.

    `today` is London's; `dates` are those of the ledger, and `at` when the Item was read. REPLY BY is always given, and
    so is that practice managers are not mentioned; but a follow-up (`again`) repeats nothing of what is not known.
    """
    lines = brief_lines(with_current_dates(_read_brief(item), dates, at), today)
    for kind, text in lines:
        if text or (kind is FactKind.REPLY_BY and not again):
            yield kind, printable(text) or NOT_KNOWN
    unknown = [
        _UNKNOWN_NAMES.get(kind, LABELS[kind].lower())
        for kind, text in lines
        if not text and kind not in _NEVER_LISTED_AS_UNKNOWN
    ]
    if unknown and not digest and not again:
        yield FactKind.UNKNOWN, ", ".join(unknown)


@lru_cache(maxsize=256)  # 9 ms for 800 words, and one announcement goes to many readers
def _read_brief(item: Item) -> Brief:
    return extract_brief(replace(item, text=region.without_line_marks(item.text)))
