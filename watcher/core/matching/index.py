"""Finding the Topics of an Item: which terms stand in it, where, and what stops them.

A term is tried only when its anchor and a second word of it are present; positions are compared only when all its words
are (core/matching/lexicon.py).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from watcher.core.language.text import folded_words, original_spelling
from watcher.core.matching.compiled_term import CompiledTerm, Spans, TermRole, WordSpan
from watcher.core.matching.lexicon import Lexicon, ReadText
from watcher.core.matching.term_syntax import NO_SETS, Term, parse_term
from watcher.model import Evidence, Guard, Item, Match, Prominence, Relevance, Signal, Topic, Trust, Veto

FIELDS = ("title", "summary", "text")
_PLACES_OF_FIELD = {
    "title": frozenset({"", "title", "lead"}),
    "summary": frozenset({"", "text", "lead"}),
    "text": frozenset({"", "text", "lead"}),
    "publisher": frozenset({"publisher"}),
}
LEAD_WORDS = 80  # of a text are its beginning, as a summary would be
MANY_SENTENCES = 3  # of a text that speak of a Topic: then it is about it, and does not only mention it
NO_POINTS: Mapping[str, int] = {}
MAX_TEXTS_KEPT = 100  # fields of the Items that were read last
POINTS_OF_MENTION = -1  # of words deep in a text, and the most that an Item has that only mentions its Topics


class Hit(NamedTuple):
    """A term that stands in a field of an Item: its first words, how prominently, and in which sentences of a text."""

    term: CompiledTerm
    field: str
    read: ReadText
    words: WordSpan
    prominence: Prominence
    sentences: frozenset[int]

    @property
    def evidence(self) -> Evidence:
        """The words in the publisher's own spelling, or folded where that cannot be found in the text."""
        first, last = self.words
        spelling, sentence = original_spelling(self.read.text, self.read.spelt[first:last])
        folded = self.read.words[first:last]
        if folded_words(spelling) != list(folded):
            spelling = sentence = " ".join(folded)
        return Evidence(field=self.field, text=sentence, words=spelling, term=self.term.literal)


Hits = Mapping[tuple[int, TermRole], Sequence[Hit]]


class TopicIndex:
    """All terms of Topics, Guards and Signals, looked up by anchor. Built once per configuration; raises BadTerm.

    `sets` are reusable wordings, by name.
    """

    def __init__(
        self,
        topics: Iterable[Topic],
        guards: Iterable[Guard] = (),
        sets: Mapping[str, tuple[str, ...]] = NO_SETS,
        signals: Iterable[Signal] = (),
    ) -> None:
        self.topics, self.guards, self.signals = tuple(topics), tuple(guards), tuple(signals)
        self._publishers = [
            frozenset(" ".join(folded_words(name)) for name in topic.publishers) for topic in self.topics
        ]
        self._lexicon = Lexicon(sets)
        self._terms: dict[int, dict[int, list[CompiledTerm]]] = {}  # by their rarest word, and by a second
        # An Item is asked for its Topics, then for its Signals: what was found for the first serves the second.
        self._find_hits_in = lru_cache(maxsize=MAX_TEXTS_KEPT)(self._search)
        for number, owner in enumerate([*self.topics, *self.guards, *self.signals]):
            for role in TermRole:
                for literal in getattr(owner, role.name.lower(), ()):
                    self._add(parse_term(literal, sets), number, role)

    def _add(self, term: Term, owner: int, role: TermRole) -> None:
        phrases = tuple(tuple(map(self._lexicon.number_of, phrase)) for phrase in term.phrases)
        numbers = frozenset(number for phrase in phrases for number in phrase)
        anchor = self._lexicon.number_of(term.anchor)
        partner = max(numbers - {anchor}, default=anchor)  # a second word that must be there too; of one word, itself
        compiled = CompiledTerm(term.literal, owner, role, term.place, phrases, term.gaps, numbers - {anchor, partner})
        self._terms.setdefault(anchor, {}).setdefault(partner, []).append(compiled)

    def topics_of(
        self, item: Item, publisher: str = "", about: Collection[str] = ()
    ) -> tuple[tuple[Match, ...], tuple[Veto, ...]]:
        """The Topics that match `item`, and those that would but for a veto, each with its evidence.

        `about`: the Topics that its whole source is about; whatever it gives matches them. What a page only mentions
        is passing where something else is more prominent.
        """
        hits: dict[tuple[int, TermRole], list[Hit]] = {}
        for hit in self._find_hits(item, publisher):
            hits.setdefault((hit.term.owner, hit.term.role), []).append(hit)
        matches, vetoes = [], []
        called = {owner for owner, role in hits if owner < len(self.topics) and role in {TermRole.ANY, TermRole.WEAK}}
        called |= {number for number, topic in enumerate(self.topics) if topic.id in about} if about else set()
        for number in sorted(called):
            topic = self.topics[number]
            match = self._find_match(number, hits, publisher, is_about=topic.id in about)
            if match is None:
                continue
            veto = self._find_veto(hits, number, match.prominence)
            guards = (
                self._find_veto(hits, len(self.topics) + guard, match.prominence) for guard in range(len(self.guards))
            )
            guard_veto = None if veto else next(filter(None, guards), None)
            if veto or guard_veto:
                owner, evidence = veto or guard_veto or (0, Evidence(field="", text="", term=""))
                guard_id = self.guards[owner - len(self.topics)].id if guard_veto else ""
                vetoes.append(Veto(topic=topic.id, by=evidence, guard=guard_id))
            else:
                matches.append(match)
        return _mark_passing(matches), tuple(vetoes)

    def relevance(
        self,
        item: Item,
        publisher: str = "",
        trust: Trust = Trust.TRADE,
        *,
        matches: Collection[Match] = (),
        of_source: Mapping[str, int] = NO_POINTS,
    ) -> Relevance:
        """The Signals of `item` that hold for a teller of this `trust`, each counted once, with the first words.

        A page of a body that can confirm is a little more the business of a practice. `matches`: those of the Item, the
        best of which has points of its own; what is only mentioned can wait for the digest. `of_source`: points by what
        its source is for, such as {"nation: scotland": -5}.
        """
        first_signal = len(self.topics) + len(self.guards)
        evidence_by_signal: dict[int, Evidence] = {
            number: Evidence(field="source", text=publisher, words=trust, term=trust)
            for number, signal in enumerate(self.signals)
            if not signal.any
        }
        for hit in self._find_hits(item, publisher) if self.signals else ():
            if (number := hit.term.owner - first_signal) >= 0 and number not in evidence_by_signal:
                evidence_by_signal[number] = hit.evidence
        counted = [
            (self.signals[number], evidence)
            for number, evidence in sorted(evidence_by_signal.items())
            if not self.signals[number].trusts or trust in self.signals[number].trusts
        ]
        of_teller = {words: points for words, points in of_source.items() if points}
        points = sum(signal.points for signal, _ in counted) + sum(of_teller.values()) + trust.confirms
        points = self._weigh_matches(points, [match for match in matches if not match.is_passing])
        return Relevance(
            points=points,
            signals=(
                *((signal.id, evidence) for signal, evidence in counted),
                *(("source", Evidence(field="source", text=words, words=words, term=words)) for words in of_teller),
            ),
        )

    def _weigh_matches(self, points: int, matches: Collection[Match]) -> int:
        """`points` with those of the best Match, by its Topic; fewer where its words stand deep in a text."""
        of_topic = {topic.id: topic.points for topic in self.topics}
        weights = (
            of_topic.get(match.topic, 0) + (POINTS_OF_MENTION if match.prominence < Prominence.LEAD else 0)
            for match in matches
        )
        weighed = points + max(weights, default=0)
        is_mention = bool(matches) and all(match.prominence is Prominence.MENTION for match in matches)
        return min(weighed, POINTS_OF_MENTION) if is_mention else weighed

    def terms_in(self, item: Item, publisher: str = "") -> set[tuple[str, str]]:
        """(topic, term) of each term of `any` and `weak` that stands in `item`, vetoes or not."""
        return {
            (self.topics[hit.term.owner].id, hit.term.literal)
            for hit in self._find_hits(item, publisher)
            if hit.term.owner < len(self.topics) and hit.term.role in {TermRole.ANY, TermRole.WEAK}
        }

    def _find_hits(self, item: Item, publisher: str) -> Iterator[Hit]:
        """The terms that the fields of an Item satisfy, field after field, in the order of their words."""
        for name in (*FIELDS, "publisher"):
            text = publisher if name == "publisher" else getattr(item, name)
            if text:
                yield from self._find_hits_in(name, text)

    def _search(self, name: str, text: str) -> Sequence[Hit]:
        read = self._lexicon.read(text, is_running=name in {"summary", "text"})
        standing = []
        for term in self._candidate_terms(read.spans):
            if term.place not in _PLACES_OF_FIELD[name]:
                continue
            spans = term.find(read.spans)
            if name == "text" and term.place == "lead":
                spans = [span for span in spans if _is_in_lead(span, read)]
            if spans:
                standing.append((spans[0], term.literal, spans, term))
        return [_make_hit(name, read, spans, term) for _, _, spans, term in sorted(standing, key=lambda hit: hit[:2])]

    def _candidate_terms(self, spans: Spans) -> Iterator[CompiledTerm]:
        """The terms whose words are all present: whole sets are intersected, not term after term."""
        present = spans.keys()
        for number in self._terms.keys() & present:
            partners = self._terms[number]
            for partner in partners.keys() & present:
                yield from (term for term in partners[partner] if not term.rest or term.rest <= present)

    def _find_match(self, number: int, hits: Hits, publisher: str, *, is_about: bool) -> Match | None:
        """The Match by strong terms, and by weak ones with a companion (`needs`) or from a publisher of the Topic."""
        strong, weak = hits.get((number, TermRole.ANY), ()), hits.get((number, TermRole.WEAK), ())
        companions = hits.get((number, TermRole.NEEDS), ())
        is_known_publisher = " ".join(folded_words(publisher)) in self._publishers[number] if weak else False
        supporting = [*strong, *([*weak, *companions] if weak and (companions or is_known_publisher) else [])]
        evidence = [hit.evidence for hit in supporting]
        if is_about:
            evidence.insert(0, Evidence(field="source", text=publisher, term="about"))
        if not evidence:
            return None
        is_by_publisher = not is_known_publisher and all(hit.field == "publisher" for hit in companions)
        of_weak = [
            Prominence.MENTION if is_by_publisher else hit.prominence for hit in weak if len(supporting) > len(strong)
        ]
        prominence = max([*(hit.prominence for hit in strong), *of_weak], default=Prominence.HEADLINE)
        in_text = frozenset(sentence for hit in supporting for sentence in hit.sentences)
        if len(in_text) >= MANY_SENTENCES:
            often = {Prominence.MENTION: Prominence.BODY, Prominence.LEAD: Prominence.SUMMARY}
            prominence = often.get(prominence, prominence)
        prominence = Prominence.HEADLINE if is_about else prominence
        return Match(topic=self.topics[number].id, evidence=tuple(evidence), prominence=prominence)

    def _find_veto(self, hits: Hits, owner: int, prominence: Prominence) -> tuple[int, Evidence] | None:
        """The veto of a Topic or Guard, with its number `owner`; None without one, or where a `but` term lifts it.

        What stands deep in a text says nothing against what stands at its top.
        """
        vetoes = [
            hit
            for hit in hits.get((owner, TermRole.UNLESS), ())
            if hit.prominence >= Prominence.LEAD or prominence < Prominence.LEAD
        ]
        return (owner, vetoes[0].evidence) if vetoes and (owner, TermRole.BUT) not in hits else None


def _is_in_lead(span: WordSpan, read: ReadText) -> bool:
    return read.word_span(span)[1] <= LEAD_WORDS


def _make_hit(field: str, read: ReadText, spans: Sequence[WordSpan], term: CompiledTerm) -> Hit:
    prominence, sentences = Prominence.HEADLINE, frozenset[int]()
    if field == "summary":
        prominence = Prominence.SUMMARY
    elif field == "text":
        prominence = Prominence.LEAD if _is_in_lead(spans[0], read) else Prominence.MENTION
        sentences = frozenset(map(read.sentence_of, spans))
    return Hit(term, field, read, read.word_span(spans[0]), prominence, sentences)


def _mark_passing(matches: Sequence[Match]) -> tuple[Match, ...]:
    """What a text only mentions is passing beside what it is about, and what it begins with beside its headline.

    What a whole source is about says nothing of what one of its texts is about.
    """
    own = (match.prominence for match in matches if match.evidence[0].field != "source" or len(match.evidence) > 1)
    top = max(own, default=Prominence.MENTION)
    passing = {Prominence.MENTION} if top >= Prominence.LEAD else set()
    passing |= {Prominence.LEAD} if top >= Prominence.SUMMARY else set()
    return tuple(replace(match, is_passing=match.prominence in passing) for match in matches)
