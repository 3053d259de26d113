"""The dates of an announcement that are a practice's: from when something holds, and by when something is due.

A date is due only where something shows that practices must keep it: an instruction, or the words of a deadline that
are nobody else's. Left out are the dates of others, the end of an event, a campaign or a consultation, the past, what
was taken back, and birthdays that limit a cohort.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from watcher.core.audience.actors import begins_clause_of_others, read_clause_actor
from watcher.core.date_extraction.action_words import BY
from watcher.core.date_extraction.context import is_end_of_campaign
from watcher.core.date_extraction.extract import extract_deadlines
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import any_of, pattern
from watcher.core.statements.address import find_addressees, writer_of
from watcher.core.statements.instructions import Instruction, Writer, read_instructions
from watcher.core.statements.statement import (
    FIELDS,
    MAX_CHARACTERS_READ,
    names_no_task,
    read_statements,
)
from watcher.model import Actor, Audience, BriefDate, Deadline, DeadlineKind, Fact, Item, Precision, Published, Trust

_UNTIL_CLAUSE_ENDS = lazy_regex(r"[^.,;:()]{0,60}(?=[.,;:()]|$)")
_START_KINDS = (DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN)
_DUE_KINDS = (DeadlineKind.DEADLINE, DeadlineKind.WINDOW_CLOSE)
_CANCELLING_KINDS = (DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED)
# What sets a date for whoever it may concern; and events and ends by which a practice has nothing to do.
_DEADLINE_WORDS = pattern(
    r"\b(?:deadlines?|due|closing (?:date|time)|clos(?:e|es|ing)|last (?:date|day|orders?)|cut-?off|end date"
    r"|actions? complete[d]?|submission"
    r"|sign(?:ing)?[ -]?up|orders? (?:must|should|close)|(?:must|should|needs?|ha(?:s|ve)) (?:to )?(?:still )?(?:be"
    r"|reach|arrive) \w+"
    r"|to be (?:completed|returned|received|submitted)"
    r"|expressions? of interest|express interest|return(?:ed)?|corrected until|no later than|not later than|apply"
    r"|register|respond|reply|requested by"
    r"|declar\w+|claims?|until)\b|\bby ?:"
)
_EVENTS = any_of(
    r"""webinars?, meetings?, conferences?, workshops?, forum, events?, drop-?ins?, interviews?, consultation
    call for evidence, debate
    published, publication, report, reports, payment (?:run|for), paid on, funds reach, support (?:for|ends)
    supports?, expects?, expected
    maintenance, not available, survey results, pilot ends, runs? (?:until|to), scheme (?:begins|ends)
    training period, next report, reopen
    resum\w+, suspended until, pause[d]? until, valid, heat alert, warning, mandatory? until, open until
    questions from, queries
    results, snapshot, between, service (?:start|end) date"""
)
_EVENT = pattern(rf"\b{_EVENTS}\b")
# "must not send the list by 3 March" sets no deadline; "must not be later than 3 March" does.
_NOT_TO_DO = pattern(
    r"\b(?:must|should|may|can|need|do)(?: not|n['’]t)\b(?! (?:be )?(?:later|after|miss|exceed|delay))[^.;:,]{0,80}$"
    r"|\bcannot\b[^.;:,]{0,80}$"
)
_DOCUMENT_OF = pattern(
    r"\b(?:letters?|notes?|notices?|guidance|circular|version|bulletin|e-?mail|statement|announcement|specification"
    r"|edition|update|requests?) (?:of|dated|from) (?:\w+day,? )?$"
)
_MAX_EVENT_CHARACTERS = 120


def read_dates(item: Item) -> tuple[BriefDate, ...]:
    """All dates of the Item with the sentence of each."""
    return tuple(_read_dates(item))


def _read_dates(item: Item) -> Iterator[BriefDate]:
    for name in FIELDS:
        for deadline in extract_deadlines(getattr(item, name)[:MAX_CHARACTERS_READ], item.published):
            fact = Fact(words=deadline.words, sentence=deadline.sentence, field=name)
            if deadline.kind is DeadlineKind.RELATIVE:
                fact = replace(fact, words=_add_base_words(fact))
            yield BriefDate(fact=fact, deadline=deadline)


def dates_of_instructions(instructions: Sequence[Instruction], published: Published) -> Iterator[BriefDate]:
    """The dates by which an instruction is to be done, whatever its verb is: "enter these before 5pm on 2 December"."""
    for statement in dict.fromkeys(instruction.statement for instruction in instructions):
        for deadline in extract_deadlines(statement.text, published, picked=True):
            before = statement.text[: max(statement.text.find(deadline.words), 0)]
            if deadline.kind is DeadlineKind.DEADLINE and deadline.at and BY.search(before):
                yield BriefDate(
                    fact=Fact(words=deadline.words, sentence=statement.text, field=statement.field), deadline=deadline
                )


def _add_base_words(fact: Fact) -> str:
    """The words of a duration with what it counts from, without which it says nothing: "five days of its request"."""
    after = fact.sentence.find(fact.words) + len(fact.words)
    rest = _UNTIL_CLAUSE_ENDS.match(fact.sentence, after)
    return fact.words + (rest[0] if rest else "")


def select_start(moments: Sequence[BriefDate]) -> BriefDate | None:
    """The first date from which something holds that is no other body's; of one month its day, where that is named."""
    starts = [moment for moment in moments if moment.deadline.kind in _START_KINDS and not _is_start_of_others(moment)]
    first = next(iter(starts), None)
    if first is None or first.deadline.precision is not Precision.MONTH:
        return first
    return next((moment for moment in starts if _is_day_of_month(moment, first)), first)


def _is_day_of_month(moment: BriefDate, month: BriefDate) -> bool:
    day, first = moment.deadline.at, month.deadline.at
    is_exact = moment.deadline.precision in {Precision.DAY, Precision.MINUTE}
    return bool(is_exact and day and first and (day.year, day.month) == (first.year, first.month))


_BODIES_START = pattern(
    r"\b(?:pharmac\w+|hospitals?|trusts?|boards?|schools?|ophthalmic|dental|dentists?|ministers?|courts?)\b"
)


_UNSURE = pattern(r"\b(?:only if|subject to|provided (?:that )?\w+ \w+|if supply|may slip|could start|might start)\b")
_PARTICIPLE_BEFORE = pattern(
    r"\b(?:administered|given|born|made|registered|received|seen|treated|worked|employed) (?:between|from"
    r"|since) (?:the )?$"
)


def _is_start_of_others(moment: BriefDate) -> bool:
    """Whether it begins for another body, or only limits a cohort; for patients it begins at their practice."""
    sentence, position = moment.fact.sentence, _position(moment)
    label = sentence[:40].partition(".")[0]
    if _PARTICIPLE_BEFORE.search(sentence[:position]) or _UNSURE.search(sentence):
        return True
    is_theirs = read_clause_actor(sentence, position) is Actor.OTHERS and bool(
        _BODIES_START.search(sentence[:position])
    )
    return is_theirs or bool(_BODIES_START.fullmatch(label))


def _position(moment: BriefDate) -> int:
    return max(moment.fact.sentence.find(moment.fact.words), 0)


def _dates_a_document(moment: BriefDate) -> bool:
    """Whether it is the date that a letter bears: "the note of 19 November no longer applies"."""
    before = moment.fact.sentence[: max(moment.fact.sentence.find(moment.fact.words), 0)]
    return bool(_DOCUMENT_OF.search(before))


def select_due(
    moments: Sequence[BriefDate], instructions: Sequence[Instruction], writer: Writer, published: Published
) -> list[BriefDate]:
    """The dates by which practices must have done something, the surest first: those of an instruction go first.

    Where there are none: what was taken back. A headline and its text name one date; it is listed once.
    """
    asked = dates_of_instructions(instructions, published)
    ranked = [
        (rank, moment) for moment in (*moments, *asked) if (rank := _rank_due(moment, instructions, writer)) is not None
    ]
    ranked.sort(key=lambda pair: pair[0])
    due = [moment for _, moment in ranked]
    if not due:
        taken_back = [moment for moment in moments if moment.deadline.kind in _CANCELLING_KINDS]
        due = [moment for moment in taken_back if _was_due(moment)]
    return list({moment.deadline.at or moment.fact.words: moment for moment in reversed(due)}.values())[::-1]


_BEFORE_THEN = pattern(r"\b(?:before|until|prior to|ahead of)(?: \w+day)? (?:the )?$")


def _was_due(moment: BriefDate) -> bool:
    """Whether a date that is taken back was one to keep: "not expected before 23 June" never set any."""
    before = moment.fact.sentence[: _position(moment)]
    is_ours = moment.deadline.actor is not Actor.OTHERS and not _dates_a_document(moment)
    return is_ours and not _BEFORE_THEN.search(before)


# What is kept until a day is not due on it; and a date of which the sentence says that another took its place.
_KEPT_UNTIL = pattern(r"\b(?:keep|kept|retain\w*|hold|held|store[ds]?|valid|continues?)\b[^.;:]{0,80}\buntil $")
_WAS = pattern(r"\b(?:was|were|had been|originally|previously)\b[^.;:]{0,80}$")
_NOW = pattern(r"\b(?:is|are|has been|will) now\b|\bnew (?:deadline|date|closing)\b")


def _sets_nothing(sentence: str, position: int) -> bool:
    """Whether nothing is to be done by the date at `position`: not to do, kept until then, or superseded."""
    before = sentence[:position]
    is_superseded = _WAS.search(before) and _NOW.search(sentence, position)
    return bool(_NOT_TO_DO.search(before) or _KEPT_UNTIL.search(before) or is_superseded)


def _rank_due(moment: BriefDate, instructions: Sequence[Instruction], writer: Writer) -> int | None:
    """0 for a date that an instruction sets, 1 for one by the words of a deadline; None for one that is not ours."""
    deadline, sentence, position = moment.deadline, moment.fact.sentence, _position(moment)
    is_relative = deadline.kind is DeadlineKind.RELATIVE
    if (deadline.kind not in _DUE_KINDS and not is_relative) or is_end_of_campaign(deadline):
        return None
    if names_no_task(sentence) or _sets_nothing(sentence, position):
        return None
    in_title = 1 if moment.fact.field == "title" else 0
    told = [instruction for instruction in instructions if instruction.statement.text == sentence]
    if any(instruction.begin <= position and _is_near(instruction, moment) for instruction in told):
        return 4 * is_relative + in_title
    if is_relative or writer.addressed_to in {Audience.OTHERS, Audience.COPY}:
        return None
    actor = read_clause_actor(sentence, position)
    speaks_to_us = bool(instructions) or writer.addressed_to is Audience.PRACTICES
    if actor is Actor.OTHERS or (deadline.actor is Actor.OTHERS and actor is Actor.UNSAID and not speaks_to_us):
        return None
    near = sentence[max(0, position - _MAX_EVENT_CHARACTERS) : position + len(moment.fact.words) + 40]
    if not _DEADLINE_WORDS.search(near) or _EVENT.search(near):
        return None
    return 2 + in_title


_CLAUSE_ENDS = lazy_regex(r"[;|]\s(?!i\.?e\.?\b)|\.\s+[A-Z]")


def _is_near(instruction: Instruction, moment: BriefDate) -> bool:
    """Whether no other clause begins between an instruction and the date."""
    text = instruction.statement.text
    between = text[instruction.begin : max(_position(moment), instruction.begin)]
    return not _CLAUSE_ENDS.search(between) and not begins_clause_of_others(between)


def set_for_practices(item: Item, trust: Trust) -> tuple[Deadline, ...]:
    """The Deadlines of `item` that are a practice's: what is due, and what starts."""
    statements = read_statements(item)
    writer = writer_of(trust, find_addressees(item, statements, trust))
    moments = read_dates(item)
    due = select_due(moments, read_instructions(statements, writer), writer, item.published)
    starts = [moment for moment in moments if moment.deadline.kind in _START_KINDS and not _is_start_of_others(moment)]
    return tuple(moment.deadline for moment in (*starts, *due))
