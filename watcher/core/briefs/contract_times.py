"""The times that a practice's contract gives to answer: what is asked in less is short notice.

The table holds only what a source gives; one line a rule. Durations are compared as lengths of time, never as numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watcher.core.date_extraction.extract import extract_deadlines
from watcher.core.language.dates import LONDON
from watcher.core.language.word_lists import pattern, whole_words
from watcher.core.statements.statement import Statement
from watcher.model import BriefDate, Deadline, Fact, Published, ShortNotice

_UNITS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "working day": timedelta(days=7) / 5,
    "week": timedelta(weeks=1),
    "fortnight": timedelta(weeks=2),
    "month": timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class ContractTime:
    """How long the contract gives for what `subject` names; `source` says where that stands."""

    subject: re.Pattern[str]
    time: timedelta
    words: str
    source: str


CONTRACT_TIMES = (
    ContractTime(
        whole_words(
            r"""list (?:data|clean\w+|checks?|reconciliation|validation|maintenance|queries|query)
            registration quer(?:y|ies), patient (?:list )?(?:validation|quer(?:y|ies)), FP69s?"""
        ),
        timedelta(days=30),
        "30 days",
        "GMS contract, list of patients, as read by BMA GPC on 10 January 2022 (Management in Practice)",
    ),
)


_ASKS = pattern(
    r"\b(?:g[ai]ven?|gives|ask\w*|want\w*|within|repl\w+|return\w*|respond|answer\w*|demand\w*|deadline|by|due)\b"
)


_THEY_REPLY = pattern(
    r"\b(?:PCSE|NHS England|NHSE|the ICB|ICBs|we|the (?:agency|team))\b(?: (?:will|aims? to|would|must|should"
    r"|to))+ (?:reply|respond"
    r"|answer|acknowledge|process|resolve|deal|complete|send|update)\b"
)


def find_short_notice(
    statements: Sequence[Statement], due: BriefDate | None, published: Published
) -> ShortNotice | None:
    """The ShortNotice of what asks for less time than the contract gives; None where nothing does.

    A date is counted from the London day of the text. The subject must stand in the sentence that sets the time, or in
    the headline.
    """
    headline = next((statement.text for statement in statements if statement.field == "title"), "")
    for rule in CONTRACT_TIMES:
        if due and any(rule.subject.search(text) for text in (due.fact.sentence, headline)):
            asked = _time_asked(due.deadline, published.day)
            if asked is not None and timedelta() <= asked < rule.time:
                asks = due.deadline.offset or f"{asked.days} days"
                return ShortNotice(gives=rule.words, asks=asks, fact=due.fact)
        for statement in statements:
            is_asked = _ASKS.search(statement.text) and not _THEY_REPLY.search(statement.text)
            if rule.subject.search(statement.text) and is_asked and not statement.is_past:
                lengths = [length for length in _lengths(statement, published) if length[0] < rule.time]
                if lengths:
                    asks, words = min(lengths)[1:]
                    fact = Fact(words=words, sentence=statement.text, field=statement.field)
                    return ShortNotice(gives=rule.words, asks=asks, fact=fact)
    return None


def _lengths(statement: Statement, published: Published) -> Iterator[tuple[timedelta, str, str]]:
    """The durations that a statement names, each as "5 days" and in its own words."""
    for deadline in extract_deadlines(statement.text, published, picked=True):
        length = _time_asked(deadline, None) if deadline.offset else None
        if length is not None:
            yield length, deadline.offset, deadline.words


def _time_asked(deadline: Deadline, written: date | None) -> timedelta | None:
    """The length of time that is given; None where it cannot be told."""
    if deadline.offset:
        number, _, unit = deadline.offset.partition(" ")
        length = _UNITS.get(unit.rstrip("s"))
        return int(number) * length if length and number.isdecimal() else None
    if deadline.at is None or written is None:
        return None
    day = deadline.at.astimezone(LONDON).date() if isinstance(deadline.at, datetime) else deadline.at
    return day - written
