"""The Brief of an announcement: its facts, each cut from its own words, and each only where it is surely right.

Nothing is inferred that is not said, save one field: who in a practice owns it, which is read from the headline.
"""

import re
from collections.abc import Iterator, Sequence

from watcher.core.audience.actors import read_obligation
from watcher.core.audience.inclusion import read_inclusion
from watcher.core.briefs.cohorts import find_cohort, find_practices_meant
from watcher.core.briefs.consequences import find_consequence
from watcher.core.briefs.contract_times import find_short_notice
from watcher.core.briefs.current_dates import drop_days_with_hours
from watcher.core.briefs.owners import find_owner
from watcher.core.briefs.payments import find_order, find_payment
from watcher.core.deadlines.practice_dates import read_dates, select_due, select_start
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import any_of, pattern
from watcher.core.statements.address import find_addressees, writer_of
from watcher.core.statements.instructions import NEEDLESS_RANK, Instruction, choose_instruction, read_instructions
from watcher.core.statements.statement import Statement, read_statements
from watcher.model import Brief, Fact, Item, Trust

_CODE = pattern(
    r"\b(?:(?:SNOMED(?: CT)?|Read|clinical|claim|payment|vaccination) )?codes?(?: is| are|:)? [A-Z]?\d{3,18}(?:\.\d)?\b"
)
_BODY = any_of(
    r"""PCSE, (?:the |your )?(?:local )?commissioner, your ICB, the ICB, the ICO, NHS England, NHSE, NHSBSA, CQC
    CQRS, ImmForm, your (?:local )?LMC, DHSC, UKHSA, the regional team"""
)
_REPLY_TO = pattern(rf"\b(?:to|with|via|through|on|reach|e-?mail) (?P<cut>{_BODY})(?!\w)")
_AREA = (
    lazy_regex(r"\b(?P<cut>(?:NHS )?(?:[A-Z][a-z]+,? (?:and |of )?){1,5}(?:ICB|Integrated Care Board))\b"),
    lazy_regex(r"(?<!NHS )\b(?P<cut>England|Scotland|Wales|Northern Ireland)\b"),
    lazy_regex(r"\bNHS (?P<cut>England)\b"),
)


def extract_brief(item: Item, trust: Trust = Trust.OFFICIAL) -> Brief:
    """The Brief of `item`, published by a body of this `trust`. A pure function of both."""
    statements = read_statements(item)
    addressed_to = find_addressees(item, statements, trust)
    writer = writer_of(trust, addressed_to)
    instructions = read_instructions(statements, writer)
    moments = read_dates(item)
    due = drop_days_with_hours(select_due(moments, instructions, writer, item.published))
    do = choose_instruction(instructions, due[0].fact.sentence if due else "")
    return Brief(
        who=find_cohort(statements) or find_practices_meant(statements, do),
        starts=select_start(moments),
        do=do,
        order=find_order(statements, writer),
        paid=find_payment(statements, writer),
        code=_cut_first(statements, _CODE),
        due=due[0] if due else None,
        also_due=tuple(due[1:]),
        reply_to=_cut_first(
            [statement for statement in statements if due and statement.text == due[0].fact.sentence], _REPLY_TO
        ),
        if_missed=find_consequence(statements, writer),
        owner=find_owner(statements),
        managers=_find_inclusion(statements),
        addressed_to=addressed_to,
        area=next((fact for wording in _AREA if (fact := _cut_first(statements, wording))), None),
        obligation=read_obligation((statement.text for statement in statements), _tasks(instructions)),
        contract=find_short_notice(statements, due[0] if due else None, item.published),
    )


def _tasks(instructions: Sequence[Instruction]) -> Iterator[str]:
    """The sentences that give practices something to do."""
    for instruction in instructions:
        if instruction.value and instruction.rank < NEEDLESS_RANK:
            yield instruction.statement.text


def _cut_first(statements: Sequence[Statement], wording: re.Pattern[str]) -> Fact | None:
    """The first words that the pattern cuts out."""
    for statement in statements:
        match = wording.search(statement.text)
        if match:
            cut = match["cut"] if "cut" in wording.groupindex else match[0]
            return Fact(words=cut.strip(" ,"), sentence=statement.text, field=statement.field)
    return None


def _find_inclusion(statements: Sequence[Statement]) -> Fact | None:
    standing = read_inclusion([statement.text for statement in statements])
    if standing is None:
        return None
    statement = next(statement for statement in statements if statement.text == standing[1])
    return Fact(words=statement.text, sentence=statement.text, field=statement.field, value=standing[0])
