"""Who something is for: a whole cohort with its conditions, or the practices and staff that a text singles out."""

import re
from collections.abc import Iterator, Sequence

from watcher.core.language.word_lists import any_of, pattern
from watcher.core.statements.instruction_words import RESTRICTION, SUBJECT
from watcher.core.statements.shortening import shorten, trim
from watcher.core.statements.statement import CLAUSE_END, CONDITION, ENDS, IN_CLAUSE, Statement
from watcher.model import Fact

_PEOPLE = any_of(
    r"""people, adults, patients, women, men, children, infants, babies, pupils, residents, individuals, those, anyone
    everyone, staff, workers, carers, partners, cohorts?, groups?, pregnant, aged, over, under, households?, students?
    nurses?, pharmacists?, paramedics?, podiatrists?, physiotherapists?, gps?, clinicians?, professionals?
    managers?, pair"""
)
_MAY = any_of(
    r"""will be offered, will now be offered, are now eligible, are eligible, will be eligible, become eligible
    will become eligible, can now (?:have|get|receive|book), can have, can get, can receive, can book
    will be able to (?:have|get|receive|book), are entitled, will be entitled, should be offered
    will be invited, are offered, are being offered, is eligible, will qualify, qualify for"""
)
_PHRASE = rf"{IN_CLAUSE}{{3,240}}?"
_DAY_NAMES = "mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE_FOLLOWS = rf" from (?:\d|(?:{_DAY_NAMES})\w*\b)|, (?:from|who will|with the|such as)\b"
_PATTERNS = (
    pattern(
        rf"\bto (?:be eligible|qualify),? {IN_CLAUSE}{{3,60}}? (?:has to|have to|must|need to"
        rf"|needs to) be (?P<cut>(?:an? )?{IN_CLAUSE}{{5,160}}?)"
        rf"{CLAUSE_END}"
    ),
    pattern(rf"\b(?:allow|enable|permit)(?:s|ing)? (?P<cut>{_PHRASE}) to (?:receive|have|get|be|book)\b"),
    pattern(
        r"\b(?:eligible(?: (?:groups?|cohorts?|roles?|staff|patients?))?|eligibility [\w ]{3,30}"
        r"|to be offered[^.:]{0,60}) ?(?:are|is|include)?: "
        rf"(?P<cut>{_PHRASE})(?=, such as\b|{ENDS})"
    ),
    pattern(
        r"\b(?:offered to|available to|open to|extended to|eligib\w+ (?:is|are|will be) (?:widened|extended) to"
        r"|given to"
        r"|(?:give|offer|administer) (?:[\w-]+ ){0,4}(?:vaccines?|jabs?|doses?|vaccination) to"
        rf"|administered to|limited to|restricted to) (?P<cut>{_PHRASE})(?={_DATE_FOLLOWS}|{ENDS})"
    ),
    # "ring everyone aged 75 or over who lives alone", "invite all registered children between six and 11 whose ..."
    pattern(
        r"\b(?:ring|telephone|phone|invite|vaccinate|call in|recall|contact|identify) (?P<cut>(?:all|every|everyone"
        r"|anyone|each) "
        rf"(?!patient list){_PHRASE})(?=, (?:and|by|with|from|before)\b| (?:by|before|no later than) \w+ \d"
        rf"|{_DATE_FOLLOWS}|{ENDS})"
    ),
    pattern(rf"\b(?:it|the (?:scheme|service|programme|offer)) covers (?P<cut>{_PHRASE})(?=, |{ENDS})"),
)
_SUBJECT_MAY = pattern(rf"(?:^|, |: |\bthat |\bso that )(?P<cut>(?:all |only )?{_PHRASE}) (?P<verb>{_MAY})\b")
_COHORT_HEADING = pattern(
    r"^(?:for )?action (?:by|for)\W*$|^who (?:should|needs to|can|is|are|will|may)\b[^.]{0,40}\W*$|^eligib\w+\W*$"
    r"|^(?:eligible )?cohorts?\W*$"
)
_APPLIES_TO = pattern(rf"^applies to: (?P<cut>{IN_CLAUSE}{{5,120}}?){CLAUSE_END}")
_WAS = pattern(
    r"\b(?:no longer|not|previously|already|until now|currently|continue|never|instead|since|had been|would have"
    r"|were|was"
    r"|could|may be|might|considering|older|rather than)\b|n['’]t\b"
)
_WAS_BEFORE_THEM = pattern(
    r"\b(?:no longer|previously|until now|continue|never|were|was|not (?:eligible|to be|offered))\b"
)
_NOT_BEFORE = pattern(r"(?:\bnot|n['’]t|\bno longer|\bnever)(?: \w+){0,2} $")
_NOT_PEOPLE = pattern(
    r"\b(?:it|they|he|she|we|this|that|these|vaccines?|doses?|letters?|which|who|and they|practices|contractors"
    r"|surgeries|networks|pcns)$"
)
_DATE_FIRST = pattern(
    r"^(?:(?:the )?(?:nhs|hse|government|department|minister\w*|health secretary)[^,]{0,60} (?:said|announced"
    r"|confirmed) (?:that )?"
    r"|(?:from|on|by|in|starting|since|under)[^,]{3,60}, |from \d{1,2} [a-z]+ (?:\d{4} )?|(?:meanwhile|also"
    r"|additionally|in addition|this (?:year"
    r"|autumn|winter|spring)),? )+"
)
_SOMEBODY_SAID = pattern(
    r"^.*\b(?:said|says|announced|confirmed|told|revealed|explained|reported|suggested|claimed)\b.{0,80}? that "
)
_WHO_SAID_IT = pattern(  # at the end of a headline: "..., GPs told"
    r", (?:the )?(?:gps?|practices|surgeries|nhs(?: england)?|government|ministers?|health secretary|officials|doctors"
    r"|bma|rcgp|pulse|gponline|pcse|ukhsa|dhsc|jcvi) (?:(?:is|are|was|were|has|have|been) ){0,2}"
    r"(?:told|says?|said|warn(?:s|ed)?|announce[sd]?|confirm(?:s|ed)?|reveal(?:s|ed)?|learns?|hears?|understands?"
    r"|claims?|reports?)$"
)
_HAS_LIMIT = pattern(
    r"\d|\b(?:aged?|over|under|born|with|who|whose|in|at|living|pregnant|severely|immuno\w*|newly eligible|clinical\w*"
    r"|healthcare|care home|risk|household|frontline|severe|long-term|dispensing|that|carers?|nurses?|pharmacists?"
    r"|new|salaried|use)\b"
)


def find_cohort(statements: Sequence[Statement]) -> Fact | None:
    """The first cohort that a statement names whole, in at most a line's length; else None.

    Of a list of several groups none is shown alone: where they do not fit together, there is no cohort.
    """
    for statement in statements:
        if statement.is_question or statement.is_past:
            continue
        for cut, verb in _read_cohorts(statement):
            is_part = _is_one_of_several(statement, statements) or _is_limited_after(statement, cut)
            value = None if is_part else _as_cohort(cut, verb)
            if value:
                return Fact(words=trim(cut), sentence=statement.text, field=statement.field, value=value)
            if value is None:
                return None
    return None


_LIMIT_AFTER = pattern(
    r"\b(?:except(?:ing)?|excluding|apart from|other than|but not|as long as|provided|where they|when they|whose"
    r"|only (?:if|where|when))\b"
)


def _is_limited_after(statement: Statement, cut: str) -> bool:
    """Whether the sentence takes somebody out of the cohort after it has named it."""
    rest = statement.words.partition(cut)[2]
    return bool(_LIMIT_AFTER.search(rest) or CONDITION.search(rest))


def _is_one_of_several(statement: Statement, statements: Sequence[Statement]) -> bool:
    """Whether it is a line of a list of cohorts that has more of them."""
    if not (statement.is_member and _COHORT_HEADING.match(statement.heading)):
        return False
    return sum(other.is_member and other.heading == statement.heading for other in statements) > 1


def _read_cohorts(statement: Statement) -> Iterator[tuple[str, str]]:
    """The words that may name a cohort, and the verb that follows them."""
    if _COHORT_HEADING.match(statement.heading) and not statement.is_conditional:
        yield statement.words.rstrip("."), ""
    for found in (*_PATTERNS, _APPLIES_TO):
        yield from (
            (_WHO_SAID_IT.sub("", match["cut"]), "")
            for match in found.finditer(statement.words)
            if not _NOT_BEFORE.search(statement.words[: match.start()])
        )
    for match in _SUBJECT_MAY.finditer(statement.words):
        yield _DATE_FIRST.sub("", _SOMEBODY_SAID.sub("", match["cut"])), match["verb"]


def _as_cohort(cut: str, verb: str) -> str | None:
    """The words as shown; "" where they name none; None where they name one that cannot be shown whole."""
    if not re.search(rf"\b(?:{_PEOPLE}|practices?)\b", cut, re.IGNORECASE) or not _HAS_LIMIT.search(cut):
        return ""
    if _NOT_PEOPLE.search(cut.split(":", maxsplit=1)[0]) or (
        _WAS.search(f"{cut} {verb}") if verb else _WAS_BEFORE_THEM.search(cut)
    ):
        return ""
    return shorten(cut, whole=True) or None


_SINGLED_OUT = pattern(
    rf"(?<![\w-])(?P<cut>{SUBJECT}{RESTRICTION}),? "
    r"(?:must|should|need to|have to|will be required to|will need to|has to|needs to|may not|are (?:asked"
    r"|told)(?: not)? to|cannot|is to|are to"
    r"|do not have to|do not need to)\b"
)
_IS_SINGLED_OUT = pattern(
    r"\b(?:interested|participating|eligible|dispensing|that|who|which|with|whose|still|not yet|pcns?|networks?"
    r"|every|partners?|practice managers?|contractors?|sites?|prescribers?|holders?|users?|administrators?|\w+ing)\b|\("
)


def find_practices_meant(statements: Sequence[Statement], instruction: Fact | None) -> Fact | None:
    """The practices or staff that the text singles out: in the sentence of the instruction, else in its address.

    None where it means each practice.
    """
    for statement in statements:
        if instruction and statement.text == instruction.sentence:
            match = _SINGLED_OUT.search(statement.text)
            if match and _IS_SINGLED_OUT.search(match["cut"]) and not match["cut"].casefold().startswith("you"):
                value = shorten(match["cut"], whole=True)
                fact = Fact(words=trim(match["cut"]), sentence=statement.text, field=statement.field, value=value)
                return fact if value else None
    return None
