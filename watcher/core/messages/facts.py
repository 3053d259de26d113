"""What an Alert adds to who said it: what changed on its page, and the Brief, in fixed order and quick to read."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from watcher.core.briefs.current_dates import current_date, with_current_dates
from watcher.core.briefs.extract import extract_brief
from watcher.core.deadlines.reminders import reminders_count_from
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_moment
from watcher.core.language.text import printable
from watcher.core.language.working_hours import working_time_between
from watcher.core.messages.brief_lines import NOT_KNOWN, brief_lines, date_with_sentence, without_dates
from watcher.core.messages.change_lines import MAX_TEXT_CHANGES, ChangeLine, change_lines
from watcher.core.pages import region
from watcher.model import (
    Alert,
    AlertContext,
    Brief,
    BriefDate,
    DateState,
    Fact,
    Item,
    LedgerDate,
    Mark,
    Paragraph,
    Reason,
    Span,
    Status,
)

MAX_CHANGES_IN_DIGEST = 2  # changed sentences: the page has the rest
AFTER = "Official"  # the last line on how far it can be trusted
_EDITS = frozenset({Reason.FIRST_HEARD, Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN})
_DATES = frozenset({"From", "Reply by"})
_NOT_ASKED = frozenset({"Reply by", "Applies"})
_NOTED = {"Who": "no longer: ", "From": "", "Do": "no longer: ", "Reply by": ""}  # a date says itself that it fell
_UNSAID = {"Who": "who (practice managers not mentioned)"}
Facts = tuple[tuple[str, str], ...]


def section_reason(alert: Alert) -> Reason:
    """Under which heading of a digest an Alert stands: a page that changed before anybody heard of it is changed."""
    first = alert.reason is Reason.FIRST_HEARD and alert.status is Status.CHANGED
    return Reason.CHANGED if first else alert.reason


def add_facts(words: Paragraph, about: AlertContext, now: datetime, *, digest: bool = False) -> Paragraph:
    """`words` with what changed before its facts and the Brief among them, as of `now` (UTC)."""
    if about.item is None:
        return words
    today = now.astimezone(LONDON).date()
    if about.alert.reason is Reason.DEADLINE_NEAR:
        asked = (each for each in _known(about, about.item, today, digest=digest, again=True) if each[0] not in _DATES)
        return replace(words, facts=(*_due(about, about.item, now), *words.facts, *asked))
    changed = list(_changed(about, words.facts, digest=digest))
    seen = (("Changed", f"seen {format_moment(about.alert.at)}"),) if changed else ()
    said = (*seen, *((each.label, each.value) for each in changed))
    status = next((at for at, (label, _) in enumerate(words.facts, 1) if label == AFTER), len(words.facts))
    again = about.first_receipt is not None and not digest
    known = _known(about, about.item, today, digest=digest, again=again)
    return replace(words, facts=(*said, *words.facts[:status], *known, *words.facts[status:]), marked=_marked(changed))


def _due(about: AlertContext, item: Item, now: datetime) -> Iterator[tuple[str, str]]:
    """The date that a reminder is about, with the working time left; or what became of it since."""
    wanted = about.alert.note.partition(" ")[0]
    for dated in (each for each in about.dates if each.id == wanted):
        deadline, end = dated.deadline, reminders_count_from(dated)
        where = "title" if deadline.sentence in item.title else "text"
        fact = Fact(words=deadline.words, sentence=deadline.sentence, field=where)
        moment = current_date(BriefDate(fact=fact, deadline=deadline), about.dates)
        left = f", {_hours(working_time_between(now, end))} left" if end and dated.state is DateState.OPEN else ""
        yield "Due", printable(date_with_sentence(moment, now.astimezone(LONDON).date(), left))


def _hours(span: timedelta) -> str:
    hours = span // timedelta(hours=1)
    few = "less than 1 working hour" if span else "no working hours"
    return f"{hours} working hour{'' if hours == 1 else 's'}" if hours else few


def _known(about: AlertContext, item: Item, today: date, *, digest: bool, again: bool) -> Iterator[tuple[str, str]]:
    """The Brief as it stands today: nothing of what a withdrawn page said, and no date of a withdrawn Story, holds."""
    if item.withdrawn:
        return _fallen(item, today, _NOTED)
    if about.story and about.story.status is Status.WITHDRAWN:
        return _fallen(item, today, _DATES)
    return brief_facts(item, today, about.dates, about.alert.at, digest=digest, again=again)


def _changed(about: AlertContext, facts: Facts, *, digest: bool) -> Iterator[ChangeLine]:
    """What became of the page; a headline that stands among the facts as it was is not told twice."""
    if about.alert.reason not in _EDITS or len(about.versions) != 2:  # noqa: PLR2004 - before and after
        return
    before = {value for label, value in facts if label == "It said"}
    ours = change_lines(*about.versions, MAX_CHANGES_IN_DIGEST if digest else MAX_TEXT_CHANGES)
    skipped = {at for at, each in enumerate(ours) if each.label == "Was" and each.value in before}
    yield from (each for at, each in enumerate(ours) if at not in skipped and at - 1 not in skipped)


def _marked(changed: Sequence[ChangeLine]) -> Mapping[str, tuple[Span, ...]]:
    return {each.value: each.spans for each in changed if any(span.mark is not Mark.KEPT for span in each.spans)}


def _fallen(item: Item, today: date, noted: Container[str]) -> Iterator[tuple[str, str]]:
    """What was said before it was withdrawn, where a reader may have noted it."""
    known = dict(brief_lines(without_dates(_read(item)), today))
    for label, value in known.items():
        if value and label in noted:
            yield label, f"{_NOTED[label]}{printable(value)}"


def brief_facts(
    item: Item,
    today: date,
    dates: Sequence[LedgerDate] = (),
    at: datetime | None = None,
    *,
    digest: bool = False,
    again: bool = False,
) -> Iterator[tuple[str, str]]:
    """What is known of the Brief in its fixed order, and in one line what is not; a digest leaves that line out.

    `today` is London's; `dates` are those of the ledger, and `at` when the Item was read. REPLY BY is always said, and
    so is that practice managers are not mentioned; but a follow-up (`again`) repeats nothing of what is not known.
    """
    known = brief_lines(with_current_dates(_read(item), dates, at), today)
    for label, value in known:
        if value or (label == "Reply by" and not again):
            yield label, printable(value) or NOT_KNOWN
    unknown = [_UNSAID.get(label, label.lower()) for label, value in known if not value and label not in _NOT_ASKED]
    if unknown and not digest and not again:
        yield "Not known", ", ".join(unknown)


@lru_cache(maxsize=256)  # 9 ms for 800 words, and one announcement goes to many readers
def _read(item: Item) -> Brief:
    return extract_brief(replace(item, text=region.without_line_marks(item.text)))
