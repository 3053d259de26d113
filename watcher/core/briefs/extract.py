"""What an announcement asks of a practice: the nine fields of an alert, cut from its own words.

Nothing is inferred that is not said, but for one: whose desk it belongs on, which is read from the subject words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.briefs.patterns import (
    AREA,
    CODE,
    CONSEQUENCE,
    DO,
    FOR,
    MISSED,
    MONEY,
    NOT_WHO,
    ORDER,
    OWNERS,
    PAID,
    REPLY_TO,
    STOCK,
    WHO,
)
from watcher.core.date_extraction.addressee import read_actor
from watcher.core.date_extraction.extract import extract_deadlines
from watcher.core.language.audience import read_audience, read_inclusion, read_obligation
from watcher.core.language.patterns import whole_words
from watcher.core.language.sentences import split_sentences
from watcher.model import Actor, Brief, BriefDate, DeadlineKind, Fact, Item

_FIELDS = ("title", "summary", "text")
_MAX_CHARACTERS_READ = 20_000  # characters of a text: a letter says what it wants on its first pages
_DANGLING = re.compile(r"(?: (?:to|of|for|with|the|a|an|in|their|its|your))+$")
_UNTIL_CLAUSE_ENDS = re.compile(r"[^.,;:()]{0,60}(?=[.,;:()]|$)")
_STARTS = (DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN)
_DUE = (DeadlineKind.DEADLINE, DeadlineKind.WINDOW_CLOSE)
_OFF = (DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED)
_LISTS = whole_words(
    r"list (?:data|clean\w+|reconciliation|queries|query|maintenance), patient lists?, registration queries"
)
_DAYS_IN_CONTRACT = 30  # the GMS contract gives 30 days to answer a query about the list (BMA GPC, 10 January 2022)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of an Item and the field it stands in."""

    field: str
    sentence: str


def extract_brief(item: Item) -> Brief:
    """What `item` asks, as far as its own words say. A pure function of the Item."""
    said = list(_said(item))
    heard = [each.sentence for each in said]
    moments = list(_moments(item))
    due = _due(moments)
    reply_by = due[0] if due else None
    return Brief(
        who=_first(said, WHO),
        not_who=_first(said, NOT_WHO),
        starts=next((each for each in moments if each.deadline.kind in _STARTS), None),
        do=_first([each for each in said if read_actor(each.sentence) is not Actor.OTHERS], DO),
        order=_first([each for each in said if STOCK.search(each.sentence)], ORDER),
        paid=_first([each for each in said if MONEY.search(each.sentence)], PAID),
        code=_first(said, CODE),
        reply_by=reply_by,
        also_by=tuple(due[1:]),
        reply_to=_first([each for each in said if reply_by and each.sentence == reply_by.fact.sentence], REPLY_TO),
        consequence=_first([each for each in said if MISSED.search(each.sentence)], CONSEQUENCE),
        owner=_owner(said),
        area=_first(said, AREA),
        obligation=read_obligation(heard),
        audience=read_audience(heard),
        practice_managers=read_inclusion(heard),
        contract=_contract(heard, reply_by),
    )


def _said(item: Item) -> Iterator[_Sentence]:
    for name in _FIELDS:
        yield from (
            _Sentence(name, sentence) for sentence in split_sentences(getattr(item, name)[:_MAX_CHARACTERS_READ])
        )


def _first(said: Iterable[_Sentence], patterns: Iterable[re.Pattern[str]]) -> Fact | None:
    """The first words that a pattern cuts out; an earlier pattern goes before an earlier sentence."""
    known = list(said)
    for each in patterns:
        for one in known:
            found = each.search(one.sentence)
            if found:
                cut = found["cut"] if "cut" in each.groupindex else found[0]
                return Fact(words=_DANGLING.sub("", cut.strip(" ,")), sentence=one.sentence, field=one.field)
    return None


def _moments(item: Item) -> Iterator[BriefDate]:
    for name in _FIELDS:
        for each in extract_deadlines(getattr(item, name)[:_MAX_CHARACTERS_READ], item.published):
            fact = Fact(words=each.words, sentence=each.sentence, field=name)
            if each.kind is DeadlineKind.RELATIVE:
                fact = replace(fact, words=_with_its_base(fact))
            yield BriefDate(fact=fact, deadline=each)


def _with_its_base(fact: Fact) -> str:
    """A distance in time says nothing without what it counts from: `five days of its request`."""
    after = fact.sentence.find(fact.words) + len(fact.words)
    rest = _UNTIL_CLAUSE_ENDS.match(fact.sentence, after)
    return fact.words + (rest[0] if rest else "")


def _due(moments: Sequence[BriefDate]) -> list[BriefDate]:
    """What is to be done by when: set dates, else a distance, else what was taken back; never somebody else's.

    A headline and its text name one date; it is told once.
    """
    ours = [each for each in moments if each.deadline.actor is not Actor.OTHERS]
    for kinds in (_DUE, (DeadlineKind.RELATIVE,), _OFF):
        found = [each for each in ours if each.deadline.kind in kinds]
        if found:
            return list({each.deadline.at or each.fact.words: each for each in reversed(found)}.values())[::-1]
    return []


def _owner(said: Sequence[_Sentence]) -> Fact | None:
    named = _first(said, FOR)
    if named:
        return named
    for owner, subject in OWNERS:
        fact = _first(said, subject)
        if fact:
            return replace(fact, value=owner)
    return None


def _contract(heard: Sequence[str], reply_by: BriefDate | None) -> str:
    """What the contract gives, where less is asked; empty where it is not known."""
    if not reply_by or not reply_by.deadline.offset or not any(map(_LISTS.search, heard)):
        return ""
    count, _, unit = reply_by.deadline.offset.partition(" ")
    shorter = unit.rstrip("s") in {"day", "working day", "hour"} and int(count) < _DAYS_IN_CONTRACT
    return f"{_DAYS_IN_CONTRACT} days" if shorter else ""
