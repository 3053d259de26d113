"""Finding the Topics of an Item with a token index that holds positions.

The cost grows with the words of the Item, not with the number of terms. Every distinct word of every term has a number.
A word of the Item is looked up once and gives the numbers it stands for (itself, and each `prefix*` it continues). A
term with two words in a row is tried only where the Item has these two in a row, any other when its anchor and a second
word of it are present; positions are compared only when all its words are.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from watcher.core.language.stemming import singular
from watcher.core.language.text import folded_words, original_spelling
from watcher.core.matching.compiled_term import CompiledTerm, Places, TermRole, WordSpan
from watcher.core.matching.term_syntax import NO_SETS, BadTerm, Term, Word, expand_term
from watcher.model import Evidence, Guard, Item, Match, Relevance, Signal, Topic, Veto

FIELDS = ("title", "summary", "text")
_PLACE_OF_FIELD = {"title": "title", "summary": "text", "text": "text", "publisher": "publisher"}
_MAX_REMEMBERED_WORDS = 100_000  # whose numbers are remembered between Items

Pair = tuple[int, int]

_NO_NUMBERS: tuple[int, ...] = ()
NO_POINTS: Mapping[str, int] = {}
EvidenceByRole = dict[tuple[int, TermRole], list[Evidence]]


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
        self._word_numbers: dict[Word, int] = {}
        self._prefixes: dict[int, dict[str, int]] = {}
        self._paired: dict[Pair, list[CompiledTerm]] = {}  # terms with two words in a row, by those
        self._anchored: dict[int, dict[int, list[CompiledTerm]]] = {}
        self._remembered: dict[str, tuple[int, ...]] = {}
        for number, owner in enumerate([*self.topics, *self.guards, *self.signals]):
            for role in TermRole:
                for literal in getattr(owner, role.name.lower(), ()):
                    for term in expand_term(literal, sets):
                        self._add(term, number, role)

    def _add(self, term: Term, owner: int, role: TermRole) -> None:
        phrases = tuple(tuple(self._number_of(word) for word in phrase) for phrase in term.phrases)
        numbers = frozenset(number for phrase in phrases for number in phrase)
        longest = max(phrases, key=len)
        anchor = self._number_of(term.anchor)
        partner = max(numbers - {anchor}, default=anchor)  # a second word that must be there too; of one word, itself
        lookup = (longest[0], longest[1]) if len(longest) > 1 else (anchor, partner)
        compiled = CompiledTerm(term.literal, owner, role, term.place, phrases, term.gaps, numbers - {*lookup})
        if len(longest) > 1:
            self._paired.setdefault(lookup, []).append(compiled)
        else:
            self._anchored.setdefault(anchor, {}).setdefault(partner, []).append(compiled)

    def _number_of(self, word: Word) -> int:
        number = self._word_numbers.setdefault(word, len(self._word_numbers))
        if word.continues:
            self._prefixes.setdefault(len(word.stem), {})[word.stem] = number
        return number

    def _numbers_of(self, word: str) -> tuple[int, ...]:
        """The numbers of the term words that `word` is or continues; remembered for the next Item."""
        exact = self._word_numbers.get(Word(singular(word)))
        numbers = [] if exact is None else [exact]
        for length, prefixes in self._prefixes.items():
            number = prefixes.get(word[:length]) if len(word) >= length else None
            if number is not None:
                numbers.append(number)
        if len(self._remembered) >= _MAX_REMEMBERED_WORDS:
            self._remembered.clear()  # bounded: a hostile page of invented words only makes it forget
        return self._remembered.setdefault(word, tuple(numbers))

    def _find_places(self, words: Sequence[str]) -> tuple[Places, set[Pair]]:
        """The positions of each number in `words`, and the pairs of numbers that stand side by side."""
        places: Places = {}
        pairs: set[Pair] = set()
        remembered, previous = self._remembered, _NO_NUMBERS
        for place, word in enumerate(words):
            numbers = remembered.get(word)
            if numbers is None:
                numbers = self._numbers_of(word)
            for number in numbers:
                positions = places.get(number)
                if positions is None:
                    places[number] = [place]
                else:
                    positions.append(place)
                for left in previous:
                    pairs.add((left, number))
            previous = numbers
        return places, pairs

    def topics_of(
        self, item: Item, publisher: str = "", about: Collection[str] = ()
    ) -> tuple[tuple[Match, ...], tuple[Veto, ...]]:
        """The Topics that match `item`, and those that would but for a veto, each with its evidence.

        `about`: the Topics that its whole source is about; whatever it gives matches them.
        """
        hits: EvidenceByRole = {
            (number, TermRole.ANY): [Evidence(field="source", text=publisher, term="about")]
            for number, topic in enumerate(self.topics)
            if topic.id in about
        }
        for name in (*FIELDS, "publisher"):
            text = publisher if name == "publisher" else getattr(item, name)
            for term, evidence in self._find_terms(name, text) if text else ():
                hits.setdefault((term.owner, term.role), []).append(evidence)
        return self._decide_matches(hits, " ".join(folded_words(publisher))) if hits else ((), ())

    def relevance(
        self, item: Item, publisher: str = "", *, confirms: bool = False, of_source: Mapping[str, int] = NO_POINTS
    ) -> Relevance:
        """The Signals of `item`, each counted once, with the first words that gave it.

        A page of a body that can confirm (`confirms`) is a little more the business of a practice. `of_source`: points
        by what its source is for, such as {"nation: scotland": -5}.
        """
        first_signal = len(self.topics) + len(self.guards)
        evidence_by_signal: dict[int, Evidence] = {}
        for name in (*FIELDS, "publisher"):
            text = publisher if name == "publisher" else getattr(item, name)
            for term, evidence in self._find_terms(name, text) if text and self.signals else ():
                if term.owner >= first_signal:
                    evidence_by_signal.setdefault(term.owner - first_signal, evidence)
        return Relevance(
            points=sum(self.signals[number].points for number in evidence_by_signal)
            + confirms
            + sum(of_source.values()),
            signals=(
                *((self.signals[number].id, evidence) for number, evidence in sorted(evidence_by_signal.items())),
                *(("source", Evidence(field="source", text=words, words=words, term=words)) for words in of_source),
            ),
        )

    def terms_in(self, item: Item, publisher: str = "") -> set[tuple[str, str]]:
        """(topic, term) of each term of `any` and `weak` that stands in `item`, vetoes or not."""
        fields = {name: getattr(item, name) for name in FIELDS} | {"publisher": publisher}
        return {
            (self.topics[term.owner].id, term.literal)
            for name, text in fields.items()
            for term, _ in (self._find_terms(name, text) if text else ())
            if term.owner < len(self.topics) and term.role in {TermRole.ANY, TermRole.WEAK}
        }

    def _find_terms(self, name: str, text: str) -> Iterable[tuple[CompiledTerm, Evidence]]:
        """The terms that one field of an Item satisfies, each with its evidence, in the order of its words."""
        words = folded_words(text)
        places, pairs = self._find_places(words)
        place = _PLACE_OF_FIELD[name]
        hits = [
            (span, term.literal, term)
            for term in self._candidate_terms(places, pairs)
            if (term.place == place or not (term.place or place == "publisher")) and (span := term.find(places))
        ]
        for span, literal, term in sorted(hits, key=lambda hit: hit[:2]):
            yield term, _quote_evidence(name, text, words, span, literal)

    def _candidate_terms(self, places: Places, pairs: set[Pair]) -> Iterator[CompiledTerm]:
        """The terms whose words are all present: whole sets are intersected, not term after term."""
        present = places.keys()
        for pair in self._paired.keys() & pairs:
            yield from (term for term in self._paired[pair] if not term.rest or term.rest <= present)
        for number in self._anchored.keys() & present:
            partners = self._anchored[number]
            for partner in partners.keys() & present:
                yield from (term for term in partners[partner] if not term.rest or term.rest <= present)

    def _decide_matches(self, hits: EvidenceByRole, publisher: str) -> tuple[tuple[Match, ...], tuple[Veto, ...]]:
        """Topics with enough evidence: Matches, or Vetoes where the Topic or a Guard (for all Topics) has a veto."""
        guard_veto = next(
            filter(None, (self._find_veto(hits, len(self.topics) + number) for number in range(len(self.guards)))), None
        )
        matches, vetoes = [], []
        for number in sorted({owner for owner, _ in hits if owner < len(self.topics)}):
            evidence = self._supporting_evidence(hits, number, publisher)
            veto = self._find_veto(hits, number) or guard_veto if evidence else None
            if veto:
                guard = self.guards[veto[0] - len(self.topics)].id if veto[0] >= len(self.topics) else ""
                vetoes.append(Veto(topic=self.topics[number].id, by=veto[1], guard=guard))
            elif evidence:
                matches.append(Match(topic=self.topics[number].id, evidence=tuple(evidence)))
        return tuple(matches), tuple(vetoes)

    def _supporting_evidence(self, hits: EvidenceByRole, number: int, publisher: str) -> list[Evidence]:
        """Evidence of strong terms, and of weak ones with a companion (`needs`) or from a publisher of the Topic."""
        weak, companions = hits.get((number, TermRole.WEAK), []), hits.get((number, TermRole.NEEDS), [])
        counts = weak and (companions or publisher in self._publishers[number])
        return [*hits.get((number, TermRole.ANY), []), *([*weak, *companions] if counts else [])]

    def _find_veto(self, hits: EvidenceByRole, owner: int) -> tuple[int, Evidence] | None:
        """The veto of a Topic or Guard, with its number `owner`; None without one, or where a `but` term lifts it."""
        vetoes = hits.get((owner, TermRole.UNLESS))
        return (owner, vetoes[0]) if vetoes and (owner, TermRole.BUT) not in hits else None


def _quote_evidence(field: str, text: str, words: Sequence[str], span: WordSpan, term: str) -> Evidence:
    """Evidence in the publisher's own spelling, or in folded words where that cannot be found in `text`."""
    spelling, sentence = original_spelling(text, *span)
    folded = words[span[0] : span[1]]
    if folded_words(spelling) != list(folded):
        spelling = sentence = " ".join(folded)
    return Evidence(field=field, text=sentence, words=spelling, term=term)


def term_mistakes(
    literals: Sequence[str], sets: Mapping[str, tuple[str, ...]] = NO_SETS, *, words_only: bool = False
) -> list[tuple[int, str]]:
    """The terms that cannot be read: (position, what is wrong and the cure). `words_only`: for those of a set."""
    mistakes = []
    for position, literal in enumerate(literals):
        try:
            terms = expand_term(literal, sets)
            if words_only and (terms[0].gaps or terms[0].place):
                mistakes.append(
                    (
                        position,
                        f"{literal!r} is more than words; a set holds words, and `~` and `title:` stand in terms",
                    )
                )
        except BadTerm as error:
            mistakes.append((position, str(error)))
    return mistakes
