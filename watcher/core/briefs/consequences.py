"""What follows for a practice that misses a date or does not do what is asked."""

import re
from collections.abc import Sequence

from watcher.core.audience.actors import OTHER_BODIES
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import any_of, pattern
from watcher.core.statements.instructions import Writer
from watcher.core.statements.shortening import shorten, trim
from watcher.core.statements.statement import CLAUSE_END, ENDS, IN_CLAUSE, Statement
from watcher.model import Audience, Fact

_MAY = any_of(r"will, may, could, might, can, would, is likely to, are likely to, risks?")
# That something was not done, or too late ...
_MISSED = any_of(
    r"""late, too late, later than, after that, after (?:this|the) (?:date|day|deadline), by then
    by that (?:day|date), more than [\w ]{2,20} after
    is not received, are not received
    not (?:been )?(?:submitted|confirmed|returned|ordered|received|completed|made|registered|signed|approved|sent)
    do not (?:return|reply|respond|submit|complete|comply|meet|declare|provide|send|take|order|apply|register|sign)
    does not (?:return|reply|respond|submit|complete|comply|make|meet|declare|provide|send)
    did not reply, fails? to, failing to, failure to, misse[sd], miss (?:the|more|a|this|it|that), missed, hear nothing
    no (?:headcount|return|reply|response|answer)
    non-?(?:respon\w+|compliance|submission), lapse[sd]?, left untouched, unanswered
    without (?:an answer|verified|a return|a reply|approval|it)
    prior to the, before the (?:official )?start, outside the window, within the window, unsupported
    not registered, below the lower"""
)
# ... and what comes of it.
_COSTS = any_of(
    r"""rejected, refused, returned unpaid, sent back, forfeit\w*, recover\w*, withh\w+, penalt\w+, fine[sd]?
    breach\w*, remedial, suspended, disconnected
    severed, locked out, reported to, published by name, treated as, deduct\w+
    not be (?:paid|eligible|accepted|added|let in|processed), not (?:eligible|pensionable|accepted)
    cannot (?:be (?:added|accepted|paid|processed|considered)|accept), unpaid, nothing, slips?, delayed
    removed from, loses?, offence, picked up in, kept for, go(?:es)? to the, reduced, higher rate, maximum
    incomplete, escalated, charged, not be let, not made, appear in, named, turned down, at risk, clawed back
    hand back, pay back, repay\w*"""
)
_CONSEQUENCES = (
    # Failure to do so may result in ...; late returns will ...
    pattern(
        r"(?<!no )\b(?:failure to|failing to|non-?(?:compliance|submission)|late (?:submission|return|claim"
        r"|application|response)s?)\b"
        rf"{IN_CLAUSE}{{0,120}}? (?P<cut>{_MAY} {IN_CLAUSE}{{4,160}}?){CLAUSE_END}"
    ),
    # If practitioners do not submit ... it will result in ...; if your batch arrives late, payment slips
    pattern(
        rf"(?:^|, |\band )(?:if|where|should)\b{IN_CLAUSE}{{3,90}}?\b(?:not|late|nothing|fails?"
        rf"|miss(?:es)?)\b(?:{IN_CLAUSE}{{0,140}}?, |{IN_CLAUSE}{{3,140}}? )"
        rf"(?P<cut>(?:this|it|that|they|you|we|there|all|payment|(?:the|your|an?) [\w ]{{3,30}}?) (?:{_MAY}|are|is"
        rf"|slips?|loses?) {IN_CLAUSE}{{4,160}}?){CLAUSE_END}"
    ),
    pattern(
        rf"(?:\botherwise,?|,? or) (?:they|you|practices|it"
        rf"|the practice) (?P<cut>{_MAY} {IN_CLAUSE}{{4,120}}?){CLAUSE_END}"
    ),
)
_WHOLE_CLAUSE = pattern(
    rf"(?:^|[.;:] |, and )(?P<cut>{IN_CLAUSE}{{8,220}}?)(?=, (?:and|which|so|as|because|but)\b|{ENDS})"
)
_ENDS_OF_CLAUSE = lazy_regex(r"(?:, (?:which|so|as|because|but|where)\b.*|, in spite of.*)$", re.IGNORECASE)
_PREDICATE = pattern(
    rf"\b(?P<cut>(?:{_MAY}|is|are|cannot|forfeits?|slips?|goes?|go|receives?|loses?)\b(?: (?:be|also|then"
    rf"|not))* {IN_CLAUSE}{{3,160}})$"
)
_NEGATED_SUBJECT = pattern(r"\b(?:no|nobody|none|neither)\b")
_NONE_OR_FEARED = pattern(
    r"\b(?:no|not|never)\b[^.]{0,20}\b(?:penal\w*|sanction\w*|affect\w*)\b|\bfear\w*|\bwarn\w*|\bcomplain\w*"
    r"|\bpropos\w+|\bcarry on\b|\bneed not\b"
    r"|\b(?:can|may) still\b|\bdoes not matter\b|\bneed to close\b|\bif (?:missed|they decline)\b"
)


def find_consequence(statements: Sequence[Statement], writer: Writer) -> Fact | None:
    """What the text says will or may happen to who misses it; None where it only reports a fear, or says nothing."""
    if writer.addressed_to in {Audience.OTHERS, Audience.COPY}:
        return None
    ours = [statement for statement in statements if not statement.is_past and not statement.is_question]
    ours = [
        statement for statement in ours if not _NONE_OR_FEARED.search(statement.text) and not _is_of_others(statement)
    ]
    for consequence in _CONSEQUENCES:
        for statement in ours:
            match = consequence.search(statement.words)
            value = shorten(match["cut"]) if match else ""
            if match and value:
                return Fact(words=trim(match["cut"]), sentence=statement.text, field=statement.field, value=value)
    return next((fact for statement in ours if (fact := _read_miss_and_cost(statement))), None)


def _is_of_others(statement: Statement) -> bool:
    """Whether it is another body that would miss it."""
    first = statement.words[:60]
    return bool(
        re.search(
            rf"^(?:\w+ ){{0,3}}(?:{OTHER_BODIES}|boards?|services|clinics|wards|patients|plans|leavers|pairs)\b",
            first,
            re.IGNORECASE,
        )
    )


def _read_miss_and_cost(statement: Statement) -> Fact | None:
    """A clause that names both that something was missed and what it costs: whole where it fits, else its predicate."""
    for match in _WHOLE_CLAUSE.finditer(statement.words):
        clause = _ENDS_OF_CLAUSE.sub("", match["cut"])
        missed, cost = (
            re.search(rf"\b{_MISSED}\b", clause, re.IGNORECASE),
            re.search(rf"\b{_COSTS}\b", clause, re.IGNORECASE),
        )
        if not missed or not cost:
            continue
        predicate = _PREDICATE.search(clause, missed.end()) if missed.end() <= cost.start() else None
        is_whole = predicate is not None and not _NEGATED_SUBJECT.search(clause[: predicate.start()])
        value = shorten(clause, whole=True) or (shorten(predicate["cut"]) if predicate and is_whole else "")
        if value:
            return Fact(words=trim(clause), sentence=statement.text, field=statement.field, value=value)
    return None
