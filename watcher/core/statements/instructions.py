"""What practices are told or asked to do: the instruction of a sentence that is for them and holds without a condition.

An instruction is shown with whom it is for where that is not every practice, and with its "not". What a text only
wishes, reports of the past, lets somebody say, or asks of somebody else is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.audience.actors import OTHER_BODIES
from watcher.core.language.word_lists import any_of, pattern
from watcher.core.statements.shortening import shorten, trim
from watcher.core.statements.statement import ENDS, IN_CLAUSE, WISH, Statement, is_conditional
from watcher.model import Audience, Fact, Trust

_WHICH = any_of(
    r"""all, every, each, any, interested, participating, eligible, remaining, local, the, other, gp, general
    dispensing
    member, host, primary, care, medical, services?, health, healthcare, practice, clinical, nursing, vaccination
    system
    individual, these, both"""
)
_NAMED = any_of(
    r"""general practices?, gp practices?, practices?, surger(?:y|ies), contractors?, gps?, gp teams?, partners?
    pcns?, primary care networks?, practice managers?, managers, clinicians?, practitioners?, prescribers?
    practice (?:staff|teams?|nurses?|leads?|sponsors?), surgery teams?, providers?, sites?, caldicott guardians?, teams
    practice (?:and|or) pcn managers?, users?, user administrators?, sponsors?
    (?:contract )?holders? of a [\w\s,]{3,30} contract
    family doctors, doctors, practice nurses"""
)
_READER = any_of(r"""you, colleagues""")
SUBJECT = (
    rf"(?P<subject>(?:{_WHICH} )*(?:{_NAMED}|{_READER})(?: of (?:each|every) practice)?(?: \([^()]{{1,60}}\))?"
    rf"(?:(?:,| and| or) (?:{_WHICH} )*{_NAMED}){{0,2}})"
)
_MODAL_WORDS = r"must|should|need|needs|will|can|may|asked|required|told|are to|is to"
RESTRICTION = (
    r"(?P<restriction>,? (?:that|who|which|with|in|on|not|still|as|whose|across|there|yet|\w+ing)\b"
    rf"(?:(?! (?:{_MODAL_WORDS})\b)[^.;:|]){{0,90}}?)?"
)
_ADVERB = r"(?: (?:also|now|therefore|then|still|please|again|however|always|already|simply|only))*"
_BOUND = any_of(
    r"""must, need to, needs to, have to, has to, are required to, is required to, will need to, will be required to
    are obliged to, will have to, shall, are instructed to, are contractually required to, have until [\w ]{3,30}? to
    are to, is to, have been told to, have been instructed to, need"""
)
_ASKED = any_of(
    r"""should, are asked to, is asked to, are requested to, are reminded to, are advised to, are expected to
    are urged to, are encouraged to, are invited to, have been asked to, has been asked to, is requested to
    are being asked to, are now asked to, have been advised to, asked to, told to, urged to"""
)
_NOT_ASKED = any_of(
    r"""must not, should not, may not, are asked not to, is asked not to, are told not to, are advised not to
    have been asked not to, have been told not to, should no longer, must no longer, are not to"""
)
_VERBS = any_of(
    r"""accept, act, activate, add, address, administer, advise, agree, answer, apply, appoint, approve, arrange, ask
    assess, attend, audit, begin, book, bring, call in, call, cancel, carry out, cease, change, check, claim, close
    code
    collect, complete, confirm, consider, contact, continue, co-?operate, correct, declare, delete, deliver, destroy
    discard, disable, display, download, draw up, email, e-mail, enable, encourage, end-date, enrol, enter, ensure
    establish, evaluate, exclude, explain, express, extend, fill in, finish, follow, get, give, go through, hand, hold
    identify, immunise, implement, include, inform, install, invite, issue, keep, let, limit, list, log, maintain, make
    map, migrate, monitor, move, name, nominate, notify, offer, open, operate, opt, order, participate, pass, pause, pay
    phone, plan, post, prepare, prescribe, press, prioritise, provide, publish, put, quarantine, reapply, recall, record
    refer, register, reject, remove, renew, repeat, reply, report, request, reschedule, respond, restart, retain, return
    reverse, review, ring, run down, run, schedule, screen, search, send, set, share, sign off, sign up, sign
    start, stop, store
    submit, re-?submit, subscribe, suspend, switch, take down, take, telephone, tell, test, throw, train, transfer
    treat
    undertake, update, upgrade, upload, use up, use, vaccinate, validate, verify, wait, withdraw, work, write"""
)
_POINTERS = pattern(
    r"^(?:see|read|refer to|visit|click|note|be aware|contact (?:us|your|the|their)|consider (?:the|this|these|how"
    r"|whether)"
    r"|make (?:themselves|yourself) (?:aware|familiar)|share (?:this|the)|email (?:us|the)|send (?:us )?(?:any|your"
    r"|further|all)? ?(?:further )?"
    r"(?:questions|queries|feedback|comments)|ask (?:your|their|any|why|for)|follow (?:us|the link|the)|use (?:the"
    r"|this) (?:link|form below|online)"
    r"|take (?:no|note|care|a look|into|part|the money)|give (?:us )?feedback|continue to (?:work|be)|tell us if"
    r"|call (?:on|for)|open (?:their|your) doors"
    r"|get through|start the conversation|need|be|have|work with|keep up|let us)\b"
)
_ANAPHORA = pattern(
    r"^[\w-]+(?: (?:up|in|out|off|on|for|to|down))? (?:so|it|this|that|these|those|them|such)(?=$| (?:in|by|to|as|on"
    r"|with|and|up|down)\b)"
)
_NEED_NOT = any_of(
    r"""need not, do not need to, does not need to, no longer need to, no longer have to, do not have to
    are not required to, are no longer required to, will not need to, will no longer need to, are not expected to"""
)
_TASK_ENDS = (
    rf"{ENDS}|[;:?|]| [–-] |, (?:which|while|although|but|with \w+ing|so that|including|such as|because|as)\b"
    r"| so that | because |, '|, “"
)
_TASK, _ANY_TASK = (rf"(?P<task>{verb}\b{IN_CLAUSE}*?)(?={_TASK_ENDS})" for verb in (_VERBS, "[a-z]+"))
_TOLD = pattern(
    rf"(?<![\w-]){SUBJECT}{RESTRICTION},? (?:(?P<negation>{_NOT_ASKED})|(?P<modal>{_BOUND}|{_ASKED})){_ADVERB} {_TASK}"
)
_NEEDLESS = pattern(rf"(?<![\w-]){SUBJECT}{RESTRICTION},? (?P<modal>{_NEED_NOT}) {_ANY_TASK}")
# "practices who are yet to accept these offers, and we ask that these are accepted as soon as possible"
_YET_TO = pattern(
    rf"\b{SUBJECT} (?:that|who|which) (?:are|have) (?:still )?(?:yet )?to (?P<task>{_VERBS}\b{IN_CLAUSE}*?)(?={ENDS}"
    rf"|,? and )"
)
_ASKS = pattern(r"\b(?:ask|please|remind\w*|urge|encourage|should|must|need)\b")
_ASKING = any_of(
    r"""ask(?:s|ed|ing)?, encourag(?:e|es|ed|ing), urg(?:e|es|ed|ing), remind(?:s|ed|ing)?, advis(?:e|es|ed|ing)
    requir(?:e|es|ed|ing), invit(?:e|es|ed|ing), instruct(?:s|ed|ing)?, tells?, telling, told, directs?, directed
    wants"""
)
_WE_ASK = pattern(rf"\b{_ASKING} {SUBJECT}{RESTRICTION} (?P<negation>not )?to {_TASK}")
# "In a message to practices the team asked them to ring everyone aged 75 or over"
_ASK_THEM = pattern(rf"\b(?:{_NAMED})\b{IN_CLAUSE}{{3,120}}?\b{_ASKING} them (?P<negation>not )?to {_TASK}")
_PLEASE = pattern(rf"(?:^|, |\band |: )please (?P<negation>do not )?(?:(?:also|now|then|always) )*{_TASK}")
_OPENING = (
    r"(?:(?:before then|by then|now|then|first|in the meantime|for each \w+|to [\w ]{3,30}|from [\w ]{3,20}"
    r"|as a first step), )?"
)
_IMPERATIVE = pattern(rf"^(?P<opening>{_OPENING})(?P<negation>(?:please )?do not )?{_TASK}")
_AFTER_CONDITION = pattern(rf"^(?:if|where|once|when) {IN_CLAUSE}{{3,80}}?, (?:please )?{_TASK}")
_LABELLED = pattern(rf"(?:^|\| )(?:action(?: required| needed)?|what to do|to do|task): (?P<negation>do not )?{_TASK}")
_DONE_TO = pattern(
    rf"(?:^|[.;:] |, and |, |that )(?P<thing>(?:(?:a|an|the|all|any|each|these|completed|signed|separate|new|your"
    rf"|one) )*"
    r"(?:[\w-]+ ){0,5}?[\w-]+(?: (?:already begun|of the [\w ]{3,20}))?)(?:, together with [\w ]{3,40},)? "
    r"(?:must|needs? to|ha(?:s|ve) to|should|is to|are to) (?P<negation>not )?(?:still |now |also |first )?"
    rf"(?P<done>(?:be|have been) (?:\w+ly )?\w+(?:ed|en|wn|de|nt|ut|id|ne|ld)\b{IN_CLAUSE}*?)(?={_TASK_ENDS}|, and )"
)
_THINGS = pattern(
    r"\b(?:forms?|certificates?|returns?|claims?|declarations?|applications?|submissions?|requests?|data|records?|opt-?outs?"
    r"|reports?|responses?|documents?|payments?|orders?|notices?|registers?|lists?|stock|templates?|policies|audits?"
    r"|notifications?|invoices?|estimates?|changes|details|questionnaires?|toolkits?|agreements?|batches|parcels?|calls"
    r"|invitations?|sheets?|preparations(?: already begun)?|stock of the [\w ]{3,20}|leaflets?|schedules?|offers?)$"
)
ACTION_HEADING = pattern(
    r"^(?:\d+[.)] ?)?(?:(?:immediate |required |key )?actions?(?: required| needed| to take| for [\w ]{3,40})?"
    r"|next steps|to do|what to do"
    r"|what .{0,40}\b(?:need|needs|should|must|have|has|asked)\b.{0,20}\bdo(?: now)?|how to (?:apply|order|claim)"
    r"|advice for (?:healthcare|health) professionals|for action)\W*$"
)
_ASKING_LEAD = pattern(
    rf"\b(?:{_ASKING}|must|should|need|needs|please|required|expected|have|has)\b[^.]*\b(?:to|following|steps"
    rf"|actions|now)\W*$|^(?:please|action)\b|\b(?:must|should|need to|please|asked to|required to)\W*$"
)
_LEAD_OF_OTHERS = pattern(rf"\b(?:{OTHER_BODIES}|boards?|systems?|services|patients?|included|eligible|issue)\b")
BY_DATE = re.compile(
    r",? ['‘“\"]?(?:by|before|no later than|not later than|within|on or before|ahead of|until|prior to|from"
    r"|on)(?: the end of| end of"
    r"| close of (?:play|business)(?: on)?)?(?: [\w:.]+)?(?: on)? ?(?:(?!\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m)\d"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|january|february|march|april|may\b|june|july|august"
    r"|september|october|november|december|midnight|noon|spring|summer|autumn|winter|the end of)[^;:,]*$",
    re.IGNORECASE,
)
_MEANS_EACH = pattern(r"^(?:all|every|each)\b(?!.*\b(?:not|cannot|fail\w*|unable)\b)")
_LIMITED = pattern(
    r"\b(?:interested|participating|eligible|remaining|dispensing|that|who|which|whose|with|without|still|not|in|on|yet"
    r"|across|there|pcns?|networks?|sites?|partners?|practice managers?|prescribers?|users?|sponsors?"
    r"|administrators?|\w+ing"
    r"|holders?)\b|\("
)
_OPINION = pattern(
    r"\b(?:call(?:s|ed|ing)? (?:on|for)|campaign\w*|petition|argu\w+|suggest\w*|believ\w*|hop(?:es?|ed|ing)"
    r"|demand\w*|charity|charities"
    r"|patients['’] groups?|mps?|committee of mps|recommend\w*|propos\w+|ashamed|moral duty|readers?)\b"
)
_THEIRS = pattern(
    rf"\b(?:{OTHER_BODIES}|community|foundation|pharmacy|secondary care|ophthalmic|by|for|to|of|from|with|than|if"
    rf"|where|when|way|how|what|which|why|whether)\s*$"
)
_SPEAKS_TO_READER = pattern(r"^(?:you|colleagues|teams|clinicians|providers|managers|practitioners|users?|sites?)\b")
_NEGATIVE = pattern(r"\b(?:do not|need not|put on hold|stop)\b")
_IS_WITHDRAWN = pattern(
    r"\b(?:withdrawn|cancelled|scrapped|called off|will not go ahead|roll-?out halted|collection (?:paused"
    r"|suspended))\b"
)


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


def read_instructions(statements: Sequence[Statement], writer: Writer) -> tuple[Instruction, ...]:
    """What the statements ask of practices; where the headline says that it is off, only what is not to be done."""
    is_off = any(statement.field == "title" and _IS_WITHDRAWN.search(statement.text) for statement in statements)
    instructions = [
        instruction
        for statement in statements
        if not statement.is_past and not statement.is_question
        for instruction in _read_statement(statement, writer)
    ]
    return tuple(instruction for instruction in instructions if not is_off or _NEGATIVE.search(instruction.value))


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
    for match in _TOLD.finditer(text):
        if _is_for_practices(match, statement, writer):
            bound = bool(re.fullmatch(_BOUND, match["modal"] or "", re.IGNORECASE))
            yield _build(statement, match, _subject_words(match), 10 if bound else 12)
    for match in _WE_ASK.finditer(text):
        if _is_for_practices(match, statement, writer):
            yield _build(statement, match, _subject_words(match), 13)
    if writer.trust.confirms or not _OPINION.search(text):
        yield from (_build(statement, match, "", 13) for match in _ASK_THEM.finditer(text))
    if writer.speaks_to_us:
        yield from _read_appeals(statement)
    if _ASKS.search(text):
        yield from (_build_if_not_yet(statement, match) for match in _YET_TO.finditer(text))
    for match in _NEEDLESS.finditer(text):
        if _is_for_practices(match, statement, writer) and not _subject_words(match):
            yield _build(statement, match, "", 30, negation=match["modal"])


def _read_appeals(statement: Statement) -> Iterator[Instruction]:
    """What speaks to the reader without naming practices: please, imperatives, and what must be done to a thing."""
    words = statement.words
    offset = len(statement.text) - len(words)
    for match in _LABELLED.finditer(statement.text):
        yield _build(statement, match, "", 10)
    for match in _PLEASE.finditer(statement.text):
        yield _build(statement, match, "", 13)
    appeal, conditional = _IMPERATIVE.search(words), _AFTER_CONDITION.search(words)
    if conditional and not appeal:
        yield Instruction(statement, conditional.start("task") + offset, conditional.end("task") + offset, 19)
    elif appeal and statement.field != "title":
        leads = (
            statement.lead and _ASKING_LEAD.search(statement.lead) and not _LEAD_OF_OTHERS.search(statement.lead)
        ) or (ACTION_HEADING.match(statement.heading))
        is_sentence = words.rstrip().endswith(".") and len(words.split()) > 3  # noqa: PLR2004 - no heading
        if leads or is_sentence:
            yield _build(statement, appeal, "", 11 if leads else 16, offset=offset)
    for match in _DONE_TO.finditer(statement.text):
        yield from _build_passive(statement, match)


def _is_for_practices(match: re.Match[str], statement: Statement, writer: Writer) -> bool:
    """Whether the subject is a practice, and speaks for nobody else: "community pharmacy contractors" are not ours."""
    text, subject = statement.text, match["subject"]
    before = text[max(0, match.start("subject") - 30) : match.start("subject")]
    if _THEIRS.search(before) and not re.search(rf"\b{_ASKING} (?:by|to)? ?$", before, re.IGNORECASE):
        return False
    if re.search(rf"\b{OTHER_BODIES}\b", subject, re.IGNORECASE):
        return False
    if _SPEAKS_TO_READER.search(subject) and not writer.speaks_to_us:
        return False
    is_opinion = statement.is_quoted(match.start("subject")) or bool(_OPINION.search(text))
    return writer.trust.confirms or not is_opinion


_MODIFIER = re.compile(r"(?P<word>\b(?:[A-Z][\w-]+|rural|small|large|larger|new|urban|affected|commissioned))\s+$")
_OPENS = pattern(
    r"^(?:the|all|every|each|any|if|in|from|for|and|but|please|note|individual|some|most|many|several|nhs)$"
)


def _subject_words(match: re.Match[str]) -> str:
    """Whom it is for, where that is not each practice; else "". A word right before it limits it: "EMIS practices"."""
    whole = f"{match['subject']}{match['restriction'] or ''}"
    modifier = _MODIFIER.search(match.string[: match.start("subject")])
    if modifier and not _OPENS.match(modifier["word"]) and not re.match(r"[A-Z]", match["subject"][:1]):
        return f"{modifier['word']} {whole}"
    return whole if _LIMITED.search(whole) and not whole.casefold().startswith("you") else ""


def _build(
    statement: Statement, match: re.Match[str], subject: str, rank: int, *, negation: str = "", offset: int = 0
) -> Instruction:
    begin, end = match.start("task") + offset, match.end("task") + offset
    instruction = Instruction(statement, begin, end, rank + (4 if subject else 0))
    task = trim(BY_DATE.sub("", match["task"]).rstrip(" ."))
    if _POINTERS.match(task) or _ANAPHORA.match(task) or _depends(statement, subject):
        return instruction
    groups = match.re.groupindex
    negation = negation or ("do not" if "negation" in groups and match["negation"] else "")
    opening = match["opening"] if "opening" in groups and (match["opening"] or "").casefold().startswith("to ") else ""
    words = f"{opening}{negation} {task}".strip() if not opening else f"{opening}{task}"
    value = shorten(f"{subject}: {words}" if subject else words, whole=bool(subject))
    if not value and _MEANS_EACH.match(subject):
        value = shorten(words)  # WHO says which practices
    return replace(instruction, value=value)


def _build_passive(statement: Statement, match: re.Match[str]) -> Iterator[Instruction]:
    thing, done = match["thing"], trim(BY_DATE.sub("", match["done"]).rstrip(" ."))
    is_theirs = re.search(
        rf"\bby (?:the |their |your |its )?(?:{OTHER_BODIES}|nhs|pcse|pcn|patients?|parents?|commissioner|services?)",
        done,
        re.IGNORECASE,
    )
    if not _THINGS.search(thing) or is_theirs or statement.is_conditional:
        return
    value = shorten(f"{thing[0].lower()}{thing[1:]} must {'not ' if match['negation'] else ''}{done}")
    yield Instruction(statement, match.start("done"), match.end("done"), 17, value)


def _build_if_not_yet(statement: Statement, match: re.Match[str]) -> Instruction:
    value = shorten(f"{trim(match['task'])}, if you have not yet")
    return Instruction(statement, match.start("task"), match.end("task"), 14, value)


def _depends(statement: Statement, subject: str) -> bool:
    """Whether the instruction holds only under a condition; one that its own subject names is shown with it."""
    if WISH.search(statement.words) and not WISH.search(subject):
        return True
    return is_conditional(statement.words.replace(subject, "") if subject else statement.words)
