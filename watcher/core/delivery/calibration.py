"""What people's marks change, where an installation asks for it: the digest or "perhaps", and nothing else.

A mark is a word on one Item. So it takes two Items that agree, and none against, before a term is trusted less or
more; what is told at once, and what an official body says, is never moved.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST
from watcher.model import Evidence, MarkVerdict, Match, Relevance, TopicMark, Trust

MIN_AGREEING_MARKS = 2
MIN_POINTS_TO_LIFT = (
    MIN_POINTS_IN_DIGEST - 2
)  # what has still fewer is lifted by no mark: a court, a star, another nation
_NOT_WORDS = frozenset({"source", "publisher"})  # evidence that says who speaks, not of what


@dataclass(frozen=True, slots=True, kw_only=True)
class TermVerdicts:
    """The terms, as (topic, term), that people agree about: those that are right, and those that are wrong."""

    right: frozenset[tuple[str, str]] = frozenset()
    wrong: frozenset[tuple[str, str]] = frozenset()


NO_VERDICTS = TermVerdicts()


def agree(marks: Iterable[TopicMark]) -> TermVerdicts:
    """The terms of which at least two marks say the same, and none the contrary."""
    counts = count_verdicts(marks)
    by_verdict = {
        verdict: frozenset(
            term
            for term, of_term in counts.items()
            if of_term[verdict] >= MIN_AGREEING_MARKS and of_term[verdict] == of_term.total()
        )
        for verdict in MarkVerdict
    }
    return TermVerdicts(right=by_verdict[MarkVerdict.RIGHT], wrong=by_verdict[MarkVerdict.WRONG])


def count_verdicts(marks: Iterable[TopicMark]) -> Mapping[tuple[str, str], Counter[MarkVerdict]]:
    """How often each (topic, term) was behind a Match that was marked right, and wrong."""
    counts: dict[tuple[str, str], Counter[MarkVerdict]] = {}
    for mark in marks:
        for term in mark.terms:
            counts.setdefault((mark.topic, term), Counter())[mark.verdict] += 1
    return counts


def terms_of(match: Match) -> tuple[str, ...]:
    """The terms by whose words a Match was found, each once."""
    words = (evidence for evidence in match.evidence if evidence.field not in _NOT_WORDS)
    return tuple(dict.fromkeys(evidence.term for evidence in words))


def calibrate(relevance: Relevance, matches: Collection[Match], verdicts: TermVerdicts, trust: Trust) -> Relevance:
    """`relevance` with the points of a digest, or one fewer, where the terms of `matches` are agreed to be so.

    It is "perhaps" when each term of each Match is agreed to be wrong, and for the digest when one is agreed to be
    right.
    """
    terms = {(match.topic, term) for match in matches for term in terms_of(match)}
    if not terms or trust.confirms or relevance.points >= MIN_POINTS_AT_ONCE:
        return relevance
    if terms <= verdicts.wrong and relevance.points >= MIN_POINTS_IN_DIGEST:
        return _move(relevance, MIN_POINTS_IN_DIGEST - 1, MarkVerdict.WRONG, min(terms)[1])
    if terms & verdicts.right and MIN_POINTS_TO_LIFT <= relevance.points < MIN_POINTS_IN_DIGEST:
        return _move(relevance, MIN_POINTS_IN_DIGEST, MarkVerdict.RIGHT, min(terms & verdicts.right)[1])
    return relevance


def _move(relevance: Relevance, points: int, verdict: MarkVerdict, term: str) -> Relevance:
    """With these points, and with the marks among the signals by which it has them."""
    words = f"{verdict}: {term}"
    return Relevance(
        points=points,
        signals=(*relevance.signals, ("marks", Evidence(field="marks", text="", words=words, term=term))),
    )
