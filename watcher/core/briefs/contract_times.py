"""The times that a practice's contract gives to answer: what is asked in less is short notice.

The table holds only what a source gives; one line a rule. Durations are compared as lengths of time, never as numbers.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watcher.core.language.dates import LONDON
from watcher.core.language.word_lists import whole_words
from watcher.model import BriefDate, Deadline

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
            patient lists?, registration quer(?:y|ies), patient (?:list )?(?:validation|quer(?:y|ies)), FP69s?"""
        ),
        timedelta(days=30),
        "30 days",
        "GMS contract, list of patients, as read by BMA GPC on 10 January 2022 (Management in Practice)",
    ),
)


def find_contract_time(due: BriefDate | None, texts: list[str], written: date | None) -> str:
    """The time that the contract gives, such as "30 days", where `due` asks for it in less; else "".

    `written`: the London day of the text, from which a date is counted. The subject must stand in the sentence that
    sets the date, or in the headline (the first of `texts`).
    """
    if due is None:
        return ""
    asked = _time_asked(due.deadline, written)
    for rule in CONTRACT_TIMES:
        is_subject = any(rule.subject.search(text) for text in (due.fact.sentence, *texts[:1]))
        if asked is not None and is_subject and timedelta() <= asked < rule.time:
            return rule.words
    return ""


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
