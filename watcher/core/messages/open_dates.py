"""The open dates that a digest lists: what is due soon, and what is coming up."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from watcher.core.deadlines.identity import DateRole, london_day, role_of
from watcher.core.deadlines.reminders import moment_of_date
from watcher.core.language.dates import LONDON
from watcher.core.language.text import printable
from watcher.core.messages.plain_text import cut_at_word
from watcher.core.messages.quotation import MAX_LINE_CHARACTERS
from watcher.core.wording.date_words import format_deadline
from watcher.model import DateState, LedgerDate, Precision, StoryDate

TO_DO_DAYS, COMING_UP_DAYS = 14, 30


def is_due_soon(ledger_date: LedgerDate, today: date) -> bool:
    """Whether an official date by which something must be done falls within TO_DO_DAYS; a month is no day."""
    deadline, day = ledger_date.deadline, london_day(ledger_date.deadline)
    is_end = role_of(deadline) is DateRole.END and deadline.precision is not Precision.MONTH
    is_open = ledger_date.state is DateState.OPEN and ledger_date.official
    return bool(day and is_end and is_open and today <= day <= today + timedelta(days=TO_DO_DAYS))


def is_said(dated: StoryDate, said: Collection[tuple[str, str]]) -> bool:
    """Whether an entry shows the date already: `said` has the Stories of the entries, each with its one fact."""
    words = format_deadline(dated.date.deadline)
    return dated.date.deadline.precision is not Precision.MONTH and any(
        story == dated.story.id and words in note for story, note in said
    )


def coming_up(dates: Sequence[StoryDate], today: date) -> Iterator[str]:
    """Official dates of the next COMING_UP_DAYS that are not to be done already, the earliest first; nothing past."""
    for dated in sorted(dates, key=lambda dated: moment_of_date(dated.date) or datetime.max.replace(tzinfo=LONDON)):
        deadline, day = dated.date.deadline, london_day(dated.date.deadline)
        is_ahead = day is not None and today <= day <= today + timedelta(days=COMING_UP_DAYS)
        if not (is_ahead and dated.date.official and dated.date.state is DateState.OPEN) or is_due_soon(
            dated.date, today
        ):
            continue
        word = "starts" if role_of(deadline) is DateRole.START else "due"
        title = cut_at_word(printable(dated.item.title), MAX_LINE_CHARACTERS)
        yield f"{format_deadline(deadline)}: {title} ({word})"
