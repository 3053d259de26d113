"""Lint of the Topics' terms: none that stands everywhere, and none that the Topic's own veto always stops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, product

from watcher.core.language.stemming import singular
from watcher.core.matching.index import TopicIndex
from watcher.core.matching.term_syntax import NO_SETS, BadTerm, Form, Term, Word, parse_term
from watcher.model import Item, Topic

# In 2,012 headlines of 2020 and 2021 "to" stood in 27 of 100, "the" in 19, "in" in 20; "nhs" and "england" stand in the
# publisher's name, and so on every page.
_SMALL_WORDS = "a an and are as at be by for from has have in is it its of on or that the this to was will with"
EVERYWHERE = frozenset([*_SMALL_WORDS.split(), "nhs", "england"])
_STEMS_EVERYWHERE = frozenset(map(singular, EVERYWHERE))
_UNUSED_WORD = "qzx"  # a word that no term has
_MAX_WORDINGS = 50  # of a term's sets that are tried against its vetoes; with more, nothing is claimed


def lint_topics(
    topics: Sequence[Topic], sets: Mapping[str, tuple[str, ...]] = NO_SETS
) -> Iterator[tuple[int, str, int, str]]:
    """(number of the Topic, key, position, what is wrong and the cure) of each term that would match all or nothing."""
    vetoes = [Topic(id=str(number), name=topic.name, any=topic.unless) for number, topic in enumerate(topics)]
    veto_index = TopicIndex(vetoes, sets=sets)
    for number, topic in enumerate(topics):
        yield from ((number, *mistake) for mistake in (*_everywhere(topic, sets), *_repeated(topic)))
        if topic.but or not topic.unless:
            continue  # what lifts a veto may stand beside any term
        for position, literal in enumerate(topic.any):
            veto = _veto_of_all(veto_index, str(number), _minimal_items(parse_term(literal, sets), sets))
            if veto:
                what = f"{literal!r} can never match: the veto {veto!r} always stops it; narrow one of them"
                yield number, "any", position, what


def _everywhere(topic: Topic, sets: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, int, str]]:
    """The terms of `any` and `unless` that stand in nearly every headline."""
    for name, literals in (("any", topic.any), ("unless", topic.unless)):
        for position, literal in enumerate(literals):
            if all(map(_is_everywhere, chain(*parse_term(literal, sets).phrases))):
                mistake = (
                    f"{literal!r} stands in nearly every headline; add a word of the subject, such as 'nhs ~4 charge*'"
                )
                yield name, position, mistake


def _veto_of_all(veto_index: TopicIndex, topic: str, items: Iterable[Item]) -> str:
    """The first term of the vetoes of a Topic that stop each of `items`; "" where one of these is stopped by none."""
    first = ""
    for item in items:
        matches, _ = veto_index.topics_of(item)
        term = next((match.evidence[0].term for match in matches if match.topic == topic), "")
        if not term:
            return ""
        first = first or term
    return first


def _repeated(topic: Topic) -> Iterator[tuple[str, int, str]]:
    """The terms that stand in `any` or `weak` a second time: one of them does nothing."""
    above: dict[str, str] = {}
    for name, literals in (("any", topic.any), ("weak", topic.weak)):
        for position, literal in enumerate(literals):
            if literal in above:
                yield name, position, f"{literal!r} stands in {above[literal]!r} already; take one of them out"
            above.setdefault(literal, name)


def term_mistakes(
    literals: tuple[str, ...] | list[str], sets: Mapping[str, tuple[str, ...]] = NO_SETS, *, words_only: bool = False
) -> list[tuple[int, str]]:
    """The terms that cannot be read: (position, what is wrong and the cure). `words_only`: for those of a set."""
    mistakes = []
    for position, literal in enumerate(literals):
        try:
            term = parse_term(literal, sets)
        except BadTerm as error:
            mistakes.append((position, str(error)))
            continue
        if words_only and (term.gaps or term.place):
            what = f"{literal!r} is more than words; a set holds words, and `~` and `title:` stand in terms"
            mistakes.append((position, what))
    return mistakes


def _is_everywhere(word: Word) -> bool:
    if word.form is Form.BEGINNING:
        return any(common_word.startswith(word.stem) for common_word in EVERYWHERE)
    return word.form in {Form.WHOLE, Form.EXACT, Form.ABBREVIATION} and word.stem in _STEMS_EVERYWHERE


def _minimal_items(term: Term, sets: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    """Items that satisfy `term` with nothing else in them; a veto that stops them all stops every text.

    The two sides of a ~ stand as far apart as they may. With several ~ there are too many orders to be sure, so none.
    """
    if len(term.gaps) > 1:
        return
    filling = f" {_UNUSED_WORD}" * (term.gaps[0] - 1) if term.gaps else ""
    sides = [product(*(_wordings(word, sets) for word in phrase)) for phrase in term.phrases]
    choices = list(islice(product(*sides), _MAX_WORDINGS + 1))
    if len(choices) > _MAX_WORDINGS:
        return
    texts = [f"{filling} ".join(" ".join(words) for words in choice) for choice in choices]
    yield from (_make_item(place, text) for place in _FIELDS_OF_PLACE.get(term.place, ()) for text in texts)


def _wordings(word: Word, sets: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The ways to write one element of a term."""
    if word.form is not Form.SET:
        before, after = word.form is Form.ENDING, word.form is Form.BEGINNING
        written = word.stem.upper() if word.form is Form.CAPITALS else word.stem
        yield _UNUSED_WORD * before + written + _UNUSED_WORD * after
        return
    for wording in sets[word.stem]:
        parts = parse_term(wording, sets).phrases[0]
        yield from (" ".join(choice) for choice in product(*(_wordings(part, sets) for part in parts)))


# A veto for titles does not stop a term that may stand in the text.
_FIELDS_OF_PLACE = {"": ("title", "text"), "title": ("title",), "lead": ("title", "text"), "text": ("text",)}


def _make_item(place: str, text: str) -> Item:
    texts = {"title": "", "text": ""} | {place: text}
    return Item(source="check", identity="check", url="", title=texts["title"], text=texts["text"])
