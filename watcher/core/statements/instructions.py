"""What practices are told or asked to do: the instruction of a sentence that is for them and holds without a condition.

An instruction is shown with whom it is for where that is not every practice, and with its "not". What a text only
wishes, reports of the past, lets somebody say, or asks of somebody else is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.audience.actors import OTHER_BODIES
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import pattern
from watcher.core.statements.instruction_words import (
    ACTION_HEADING,
    AFTER_CONDITION,
    ANAPHORA,
    ASK_THEM,
    ASKING,
    ASKING_LEAD,
    ASKS,
    BOUND,
    BY_DATE,
    DONE_TO,
    IMPERATIVE,
    IS_WITHDRAWN,
    LABELLED,
    LEAD_OF_OTHERS,
    LIMITED,
    MEANS_EACH,
    NEEDLESS,
    NEGATIVE,
    OPINION,
    PLEASE,
    POINTERS,
    SPEAKS_TO_READER,
    THEIRS,
    THINGS,
    TOLD,
    WE_ASK,
    YET_TO,
)
from watcher.core.statements.shortening import shorten, trim
from watcher.core.statements.statement import WISH, Statement, is_conditional, names_no_task
from watcher.model import Audience, Fact, Trust


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: its words as they are shown, the Statement it stands in, and how surely it is the one to show.

    `value` is "" where it cannot be shown: it depends on words elsewhere, or would be too long.
    """

    statement: Statement
    begin: int
    end: int
    rank: int
    value: str = ""

    @property
    def fact(self) -> Fact:
        """The Fact to show."""
        words = trim(self.statement.text[self.begin : self.end])
        return Fact(words=words, sentence=self.statement.text, field=self.statement.field, value=self.value)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a text and for whom: whether "you" and "please" mean a practice, and whether quotes may be opinion."""

    trust: Trust
    addressed_to: Audience | None = None

    @property
    def speaks_to_us(self) -> bool:
        """Whether its imperatives are for practices."""
        to_the_service = self.trust.confirms or self.trust is Trust.REPRESENTATIVE
        return to_the_service and self.addressed_to not in {Audience.OTHERS, Audience.COPY}


NEEDLESS_RANK = 30  # what need not be done is shown only where there is nothing to do


def read_instructions(statements: Sequence[Statement], writer: Writer) -> tuple[Instruction, ...]:
    """What the statements ask of practices; where the headline says that it is off, only what is not to be done."""
    is_off = any(statement.field == "title" and IS_WITHDRAWN.search(statement.text) for statement in statements)
    instructions = [
        instruction
        for statement in statements
        if not (statement.is_past or statement.is_question or names_no_task(statement.words))
        for instruction in _read_statement(statement, writer)
    ]
    return tuple(instruction for instruction in instructions if not is_off or NEGATIVE.search(instruction.value))


def choose_instruction(instructions: Sequence[Instruction], due_sentence: str = "") -> Fact | None:
    """The instruction to show: that of the sentence which sets the date that is due, else the surest; else None."""
    shown = sorted(
        (instruction for instruction in instructions if instruction.value),
        key=lambda instruction: _order(instruction, due_sentence),
    )
    return shown[0].fact if shown else None


def _order(instruction: Instruction, due_sentence: str) -> int:
    is_due = bool(due_sentence) and instruction.statement.text == due_sentence
    is_title = instruction.statement.field == "title"  # a headline says it in fewer words than the text
    return instruction.rank - (10 if is_due else 0) + (5 if is_title else 0)


def _read_statement(statement: Statement, writer: Writer) -> Iterator[Instruction]:
    text = statement.text
    for match in TOLD.finditer(text):
        if _is_for_practices(match, statement, writer):
            bound = bool(re.fullmatch(BOUND, match["modal"] or "", re.IGNORECASE))
            yield _build(statement, match, _subject_words(match), 10 if bound else 12)
    for match in WE_ASK.finditer(text):
        if _is_for_practices(match, statement, writer):
            yield _build(statement, match, _subject_words(match), 13)
    if writer.trust.confirms or not OPINION.search(text):
        yield from (_build(statement, match, "", 13) for match in ASK_THEM.finditer(text))
    if writer.speaks_to_us:
        yield from _read_appeals(statement)
    if ASKS.search(text):
        yield from (_build_if_not_yet(statement, match) for match in YET_TO.finditer(text))
    for match in NEEDLESS.finditer(text):
        if _is_for_practices(match, statement, writer) and not _subject_words(match):
            yield _build(statement, match, "", NEEDLESS_RANK, negation="no need to")


def _read_appeals(statement: Statement) -> Iterator[Instruction]:
    """What speaks to the reader without naming practices: please, imperatives, and what must be done to a thing."""
    words = statement.words
    offset = len(statement.text) - len(words)
    for match in LABELLED.finditer(statement.text):
        yield _build(statement, match, "", 10)
    for match in PLEASE.finditer(statement.text):
        yield _build(statement, match, "", 13)
    appeal, conditional = IMPERATIVE.search(words), AFTER_CONDITION.search(words)
    if conditional and not appeal:
        yield Instruction(statement, conditional.start("task") + offset, conditional.end("task") + offset, 19)
    elif appeal and statement.field != "title":
        leads = (
            statement.lead and ASKING_LEAD.search(statement.lead) and not LEAD_OF_OTHERS.search(statement.lead)
        ) or (ACTION_HEADING.match(statement.heading))
        is_sentence = words.rstrip().endswith(".") and len(words.split()) > 3  # noqa: PLR2004 - no heading
        if leads or is_sentence:
            yield _build(statement, appeal, "", 11 if leads else 16, offset=offset)
    for match in DONE_TO.finditer(statement.text):
        yield from _build_passive(statement, match)


def _is_for_practices(match: re.Match[str], statement: Statement, writer: Writer) -> bool:
    """Whether the subject is a practice, and speaks for nobody else: "community pharmacy contractors" are not ours."""
    text, subject = statement.text, match["subject"]
    before = text[max(0, match.start("subject") - 30) : match.start("subject")]
    if THEIRS.search(before) and not re.search(rf"\b{ASKING} (?:by|to)? ?$", before, re.IGNORECASE):
        return False
    if re.search(rf"\b{OTHER_BODIES}\b", subject, re.IGNORECASE):
        return False
    if SPEAKS_TO_READER.search(subject) and not writer.speaks_to_us:
        return False
    is_opinion = statement.is_quoted(match.start("subject")) or bool(OPINION.search(text))
    return writer.trust.confirms or not is_opinion


_EVERYWHERE = pattern(r",? (?:in|across) (?:the whole of )?England$")
_MODIFIER = lazy_regex(
    r"(?P<word>\b(?:[A-Z][\w-]+|rural|small|large|larger|new|urban|affected|commissioned"
    r"|salaried|locum|sessional|freelance|retired|trainee|returning))\s+$"
)
_INDIVIDUALS = pattern(r"^(?:salaried|locum|sessional|freelance|retired|trainee|returning)$")
_OPENS = pattern(
    r"^(?:the|all|every|each|any|if|in|from|for|and|but|please|note|individual|some|most|many|several|nhs)$"
)


def _subject_words(match: re.Match[str]) -> str:
    """Whom it is for, where that is not each practice; else "". A word right before it limits it: "EMIS practices"."""
    whole = _EVERYWHERE.sub("", f"{match['subject']}{match['restriction'] or ''}")
    modifier = _MODIFIER.search(match.string[: match.start("subject")])
    if modifier and _INDIVIDUALS.match(modifier["word"]):
        return f"{modifier['word'].lower()} {whole}"
    if modifier and not _OPENS.match(modifier["word"]) and not re.match(r"[A-Z]", match["subject"][:1]):
        return f"{modifier['word']} {whole}"
    return whole if LIMITED.search(whole) and not whole.casefold().startswith("you") else ""


def _build(
    statement: Statement, match: re.Match[str], subject: str, rank: int, *, negation: str = "", offset: int = 0
) -> Instruction:
    begin, end = match.start("task") + offset, match.end("task") + offset
    instruction = Instruction(statement, begin, end, rank + (4 if subject else 0))
    groups = match.re.groupindex
    negation = negation or ("do not" if "negation" in groups and match["negation"] else "")
    task = trim(_without_date(match["task"], is_negative=negation == "do not").rstrip(" ."))
    if _ENDS_TORN.search(task) or POINTERS.match(task) or ANAPHORA.match(task) or _depends(statement, subject):
        return instruction
    opening = match["opening"] if "opening" in groups and (match["opening"] or "").casefold().startswith("to ") else ""
    words = f"{opening}{negation} {task}".strip() if not opening else f"{opening}{task}"
    value = shorten(f"{subject}: {words}" if subject else words, whole=bool(subject))
    if not value and MEANS_EACH.match(subject):
        value = shorten(words)  # WHO says which practices
    return replace(instruction, value=value)


_UNTIL_THEN = pattern(r"^,? (?:before|until|prior to|ahead of)\b")


_ENDS_TORN = pattern(r"\b(?:not|but|or|nor)$")


def _without_date(task: str, *, is_negative: bool) -> str:
    """The task without its date, which is shown apart; what is not to be done "before 1 April" is not so for ever."""
    date = BY_DATE.search(task)
    return task if date is None or (is_negative and _UNTIL_THEN.search(date[0])) else task[: date.start()]


def _build_passive(statement: Statement, match: re.Match[str]) -> Iterator[Instruction]:
    matter, done = match["thing"], trim(BY_DATE.sub("", match["done"]).rstrip(" ."))
    is_theirs = re.search(
        rf"\bby (?:the |their |your |its )?(?:{OTHER_BODIES}|nhs|pcse|pcn|patients?|parents?|commissioner|services?)",
        done,
        re.IGNORECASE,
    )
    if not THINGS.search(matter) or is_theirs or statement.is_conditional:
        return
    value = shorten(f"{matter[0].lower()}{matter[1:]} must {'not ' if match['negation'] else ''}{done}")
    yield Instruction(statement, match.start("done"), match.end("done"), 17, value)


def _build_if_not_yet(statement: Statement, match: re.Match[str]) -> Instruction:
    value = shorten(f"{trim(match['task'])}, if you have not yet")
    return Instruction(statement, match.start("task"), match.end("task"), 14, value)


def _depends(statement: Statement, subject: str) -> bool:
    """Whether the instruction holds only under a condition; one that its own subject names is shown with it."""
    if WISH.search(statement.words) and not WISH.search(subject):
        return True
    return is_conditional(statement.words.replace(subject, "") if subject else statement.words)
