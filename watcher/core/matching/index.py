"""Finding the Topics of an Item on a token index with positions.

The cost follows the words of the item, not the number of terms. Every distinct word of every term has a number. A word
of the item is looked up once and names the numbers it stands for (itself, and each `prefix*` it continues). A term with
two words in a row is looked at only where the item has these two in a row, any other when its anchor and a second word
of it are present; positions are compared only when all its words are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from watcher.core.language.text import folded_words, original_spelling
from watcher.core.matching.compiled_term import CompiledTerm, Places, TermRole, WordSpan
from watcher.core.matching.term_syntax import NO_SETS, BadTerm, Term, Word, expand_term, stem
from watcher.model import Evidence, Guard, Item, Match, Relevance, Signal, Topic, Veto

FIELDS = ("title", "summary", "text")
_PLACE_OF = {"title": "title", "summary": "text", "text": "text", "publisher": "publisher"}
_MEMORY = 100_000  # distinct words whose numbers are remembered between items

Pair = tuple[int, int]

_NOTHING: tuple[int, ...] = ()
Found = dict[tuple[int, TermRole], list[Evidence]]


class TopicIndex:
    """All terms of all Topics and Guards, looked up by their anchors. Built once per configuration; raises BadTerm.

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
        self._numbers: dict[Word, int] = {}
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
        phrases = tuple(tuple(self._number(word) for word in phrase) for phrase in term.phrases)
        needs = frozenset(number for phrase in phrases for number in phrase)
        longest = max(phrases, key=len)
        anchor = self._number(term.anchor)
        partner = max(needs - {anchor}, default=anchor)  # a second word that must be there too; of one word, itself
        found_by = (longest[0], longest[1]) if len(longest) > 1 else (anchor, partner)
        rule = CompiledTerm(term.literal, owner, role, term.place, phrases, term.gaps, needs - {*found_by})
        if len(longest) > 1:
            self._paired.setdefault(found_by, []).append(rule)
        else:
            self._anchored.setdefault(anchor, {}).setdefault(partner, []).append(rule)

    def _number(self, word: Word) -> int:
        number = self._numbers.setdefault(word, len(self._numbers))
        if word.continues:
            self._prefixes.setdefault(len(word.stem), {})[word.stem] = number
        return number

    def _stands_for(self, word: str) -> tuple[int, ...]:
        """The numbers of the term words that `word` is or continues."""
        exact = self._numbers.get(Word(stem(word)))
        found = [] if exact is None else [exact]
        for length, prefixes in self._prefixes.items():
            number = prefixes.get(word[:length]) if len(word) >= length else None
            if number is not None:
                found.append(number)
        if len(self._remembered) >= _MEMORY:
            self._remembered.clear()  # bounded: a hostile page of invented words only makes it forget
        return self._remembered.setdefault(word, tuple(found))

    def _places(self, found: Sequence[str]) -> tuple[Places, set[Pair]]:
        """Where each number stands, and which two stand side by side."""
        places: Places = {}
        pairs: set[Pair] = set()
        known, before = self._remembered, _NOTHING
        for place, word in enumerate(found):
            numbers = known.get(word)
            if numbers is None:
                numbers = self._stands_for(word)
            for number in numbers:
                standing = places.get(number)
                if standing is None:
                    places[number] = [place]
                else:
                    standing.append(place)
                for one in before:
                    pairs.add((one, number))
            before = numbers
        return places, pairs

    def topics_of(self, item: Item, publisher: str = "") -> tuple[tuple[Match, ...], tuple[Veto, ...]]:
        """What `item` is about, and what it would have been about but for a veto, each with its evidence."""
        found: Found = {}
        for name in (*FIELDS, "publisher"):
            text = publisher if name == "publisher" else getattr(item, name)
            for rule, evidence in self._hits(name, text) if text else ():
                found.setdefault((rule.owner, rule.role), []).append(evidence)
        return self._judged(found, " ".join(folded_words(publisher))) if found else ((), ())

    def relevance(self, item: Item, publisher: str = "", *, confirms: bool = False) -> Relevance:
        """The Signals of `item`, each counted once, with the first words that gave it.

        A page of a body that can confirm (`confirms`) is a little more the business of a practice.
        """
        first = len(self.topics) + len(self.guards)
        found: dict[int, Evidence] = {}
        for name in (*FIELDS, "publisher"):
            text = publisher if name == "publisher" else getattr(item, name)
            for rule, evidence in self._hits(name, text) if text and self.signals else ():
                if rule.owner >= first:
                    found.setdefault(rule.owner - first, evidence)
        return Relevance(
            points=sum(self.signals[at].points for at in found) + confirms,
            signals=tuple((self.signals[at].id, evidence) for at, evidence in sorted(found.items())),
        )

    def terms_in(self, item: Item, publisher: str = "") -> set[tuple[str, str]]:
        """(topic, term) of each term of `any` and `weak` that stands in `item`, vetoes or not."""
        fields = {name: getattr(item, name) for name in FIELDS} | {"publisher": publisher}
        return {
            (self.topics[rule.owner].id, rule.literal)
            for name, text in fields.items()
            for rule, _ in (self._hits(name, text) if text else ())
            if rule.owner < len(self.topics) and rule.role in {TermRole.ANY, TermRole.WEAK}
        }

    def _hits(self, name: str, text: str) -> Iterable[tuple[CompiledTerm, Evidence]]:
        """The rules that one field of an Item satisfies, in the order of their words."""
        found = folded_words(text)
        places, pairs = self._places(found)
        place = _PLACE_OF[name]
        hits = [
            (stretch, rule.literal, rule)
            for rule in self._possible(places, pairs)
            if (rule.place == place or not (rule.place or place == "publisher")) and (stretch := rule.find(places))
        ]
        for stretch, literal, rule in sorted(hits, key=lambda hit: hit[:2]):
            yield rule, _evidence(name, text, found, stretch, literal)

    def _possible(self, places: Places, pairs: set[Pair]) -> Iterator[CompiledTerm]:
        """The rules whose words are all present: whole sets are intersected, not rule after rule."""
        present = places.keys()
        for pair in self._paired.keys() & pairs:
            yield from (rule for rule in self._paired[pair] if not rule.rest or rule.rest <= present)
        for number in self._anchored.keys() & present:
            partners = self._anchored[number]
            for partner in partners.keys() & present:
                yield from (rule for rule in partners[partner] if not rule.rest or rule.rest <= present)

    def _judged(self, found: Found, publisher: str) -> tuple[tuple[Match, ...], tuple[Veto, ...]]:
        """Topics that were asked for, less those that a veto stops. Guards stop them all."""
        guarded = next(
            filter(None, (self._stopped(found, len(self.topics) + at) for at in range(len(self.guards)))), None
        )
        matches, vetoes = [], []
        for number in sorted({owner for owner, _ in found if owner < len(self.topics)}):
            evidence = self._asked_for(found, number, publisher)
            by = self._stopped(found, number) or guarded if evidence else None
            if by:
                guard = self.guards[by[0] - len(self.topics)].id if by[0] >= len(self.topics) else ""
                vetoes.append(Veto(topic=self.topics[number].id, by=by[1], guard=guard))
            elif evidence:
                matches.append(Match(topic=self.topics[number].id, evidence=tuple(evidence)))
        return tuple(matches), tuple(vetoes)

    def _asked_for(self, found: Found, number: int, publisher: str) -> list[Evidence]:
        """Strong terms; else weak ones with a companion, or from a publisher whose business this Topic is."""
        weak, companions = found.get((number, TermRole.WEAK), []), found.get((number, TermRole.NEEDS), [])
        counts = weak and (companions or publisher in self._publishers[number])
        return [*found.get((number, TermRole.ANY), []), *([*weak, *companions] if counts else [])]

    def _stopped(self, found: Found, owner: int) -> tuple[int, Evidence] | None:
        """The veto of a Topic or Guard that nothing lifts."""
        by = found.get((owner, TermRole.UNLESS))
        return (owner, by[0]) if by and (owner, TermRole.BUT) not in found else None


def _evidence(field: str, text: str, found: Sequence[str], stretch: WordSpan, term: str) -> Evidence:
    """The publisher's own spelling; the folded words where it cannot be found again."""
    said, sentence = original_spelling(text, *stretch)
    folded = found[stretch[0] : stretch[1]]
    if folded_words(said) != list(folded):
        said = sentence = " ".join(folded)
    return Evidence(field=field, text=sentence, words=said, term=term)


def term_mistakes(
    literals: Sequence[str], sets: Mapping[str, tuple[str, ...]] = NO_SETS, *, words_only: bool = False
) -> list[tuple[int, str]]:
    """The terms that cannot be read: (position, what is wrong and the cure). `words_only`: for those of a set."""
    found = []
    for at, literal in enumerate(literals):
        try:
            terms = expand_term(literal, sets)
            if words_only and (terms[0].gaps or terms[0].place):
                found.append(
                    (at, f"{literal!r} is more than words; a set holds words, and `~` and `title:` stand in terms")
                )
        except BadTerm as error:
            found.append((at, str(error)))
    return found
