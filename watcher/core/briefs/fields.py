"""The Brief of an announcement: the nine fields of an alert, cut from its own words.

Nothing is inferred that is not said, save one field: who in a practice owns it, which is read from the subject words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.briefs.roles_and_duties import (
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
from watcher.core.date_extraction.extract import extract_deadlines
from watcher.core.language.audience import read_actor, read_audience, read_inclusion, read_obligation
from watcher.core.language.sentences import split_searchable
from watcher.core.language.word_lists import whole_words
from watcher.model import Actor, Brief, BriefDate, DeadlineKind, Fact, Item

_FIELDS = ("title", "summary", "text")
_MAX_CHARACTERS_READ = 20_000  # of each field: a letter says what it wants on its first pages
_DANGLING = re.compile(r"(?: (?:to|of|for|with|the|a|an|in|their|its|your))+$")
_UNTIL_CLAUSE_ENDS = re.compile(r"[^.,;:()]{0,60}(?=[.,;:()]|$)")
_START_KINDS = (DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN)
_DUE_KINDS = (DeadlineKind.DEADLINE, DeadlineKind.WINDOW_CLOSE)
_CANCELLING_KINDS = (DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED)
_PATIENT_LIST_WORDS = whole_words(
    r"list (?:data|clean\w+|reconciliation|queries|query|maintenance), patient lists?, registration queries"
)
_CONTRACT_DAYS = 30  # the GMS contract gives 30 days to answer a query about the list (BMA GPC, 10 January 2022)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of an Item and the name of the field it stands in."""

    field: str
    text: str


def extract_brief(item: Item) -> Brief:
    """The Brief of `item` as far as its own words say; other fields are None or empty. A pure function of the Item."""
    sentences = list(_split_fields(item))
    texts = [sentence.text for sentence in sentences]
    moments = list(_find_dates(item))
    due = _select_due(moments)
    reply_by = due[0] if due else None
    asking = [sentence for sentence in sentences if any(pattern.search(sentence.text) for pattern in DO)]
    for_us = [sentence for sentence in asking if read_actor(sentence.text) is not Actor.OTHERS]
    of_reply = [sentence for sentence in sentences if reply_by and sentence.text == reply_by.fact.sentence]
    return Brief(
        who=_cut_first(sentences, WHO),
        not_who=_cut_first(sentences, NOT_WHO),
        starts=next((moment for moment in moments if moment.deadline.kind in _START_KINDS), None),
        do=_cut_first(for_us, DO),
        order=_cut_first(_select_sentences(sentences, STOCK), ORDER),
        paid=_cut_first(_select_sentences(sentences, MONEY), PAID),
        code=_cut_first(sentences, CODE),
        reply_by=reply_by,
        also_by=tuple(due[1:]),
        reply_to=_cut_first(of_reply, REPLY_TO),
        consequence=_cut_first(_select_sentences(sentences, MISSED), CONSEQUENCE),
        owner=_find_owner(sentences),
        area=_cut_first(sentences, AREA),
        obligation=read_obligation(texts),
        audience=read_audience(texts),
        practice_managers=read_inclusion(texts),
        contract=_find_contract_time(texts, reply_by),
    )


def _split_fields(item: Item) -> Iterator[_Sentence]:
    for name in _FIELDS:
        yield from (_Sentence(name, text) for text in split_searchable(getattr(item, name)[:_MAX_CHARACTERS_READ]))


def _select_sentences(sentences: Sequence[_Sentence], pattern: re.Pattern[str]) -> Sequence[_Sentence]:
    return [sentence for sentence in sentences if pattern.search(sentence.text)]


def _cut_first(sentences: Sequence[_Sentence], patterns: Iterable[re.Pattern[str]]) -> Fact | None:
    """The first words that a pattern cuts out; an earlier pattern goes before an earlier sentence."""
    for pattern in patterns:
        for sentence in sentences:
            match = pattern.search(sentence.text)
            if match:
                cut = match["cut"] if "cut" in pattern.groupindex else match[0]
                return Fact(words=_DANGLING.sub("", cut.strip(" ,")), sentence=sentence.text, field=sentence.field)
    return None


def _find_dates(item: Item) -> Iterator[BriefDate]:
    for name in _FIELDS:
        for deadline in extract_deadlines(getattr(item, name)[:_MAX_CHARACTERS_READ], item.published):
            fact = Fact(words=deadline.words, sentence=deadline.sentence, field=name)
            if deadline.kind is DeadlineKind.RELATIVE:
                fact = replace(fact, words=_add_base_words(fact))
            yield BriefDate(fact=fact, deadline=deadline)


def _add_base_words(fact: Fact) -> str:
    """The words of a duration with what it counts from, without which it says nothing: "five days of its request"."""
    after = fact.sentence.find(fact.words) + len(fact.words)
    rest = _UNTIL_CLAUSE_ENDS.match(fact.sentence, after)
    return fact.words + (rest[0] if rest else "")


def _select_due(moments: Sequence[BriefDate]) -> list[BriefDate]:
    """The dates by which something is due: set dates, else time limits, else what was taken back; none for others only.

    A headline and its text name one date; it is listed once, as it was first named.
    """
    ours = [moment for moment in moments if moment.deadline.actor is not Actor.OTHERS]
    for kinds in (_DUE_KINDS, (DeadlineKind.RELATIVE,), _CANCELLING_KINDS):
        due = [moment for moment in ours if moment.deadline.kind in kinds]
        if due:
            return list({moment.deadline.at or moment.fact.words: moment for moment in reversed(due)}.values())[::-1]
    return []


def _find_owner(sentences: Sequence[_Sentence]) -> Fact | None:
    named = _cut_first(sentences, FOR)
    if named:
        return named
    for owner, subject in OWNERS:
        fact = _cut_first(sentences, subject)
        if fact:
            return replace(fact, value=owner)
    return None


def _find_contract_time(texts: Sequence[str], reply_by: BriefDate | None) -> str:
    """The time that the contract gives ("30 days"), where a shorter one is asked; "" where that is not known."""
    if not reply_by or not reply_by.deadline.offset or not any(map(_PATIENT_LIST_WORDS.search, texts)):
        return ""
    count, _, unit = reply_by.deadline.offset.partition(" ")
    shorter = unit.rstrip("s") in {"day", "working day", "hour"} and int(count) < _CONTRACT_DAYS
    return f"{_CONTRACT_DAYS} days" if shorter else ""
