"""Whether the terms of a Topic can do their work: none that stands everywhere, none that its own veto always stops."""

from collections.abc import Iterator, Mapping
from itertools import chain

from watcher.core.language.text import folded_words
from watcher.core.matching.index import TopicIndex
from watcher.core.matching.term_syntax import NO_SETS, Term, Word, expand_term, stem
from watcher.model import Item, Topic

# In 2,012 headlines of 2020 and 2021 "to" stood in 27 of 100, "the" in 19, "in" in 20; "nhs" and "england" stand in the
# name of the publisher, and so on every page.
_SMALL = "a an and are as at be by for from has have in is it its of on or that the this to was will with"
EVERYWHERE = frozenset([*_SMALL.split(), "nhs", "england"])
_STEMS = frozenset(map(stem, EVERYWHERE))
_FILLER = "qzx"  # a word that no term has


def lint_topic(topic: Topic, sets: Mapping[str, tuple[str, ...]] = NO_SETS) -> Iterator[tuple[str, int, str]]:
    """(key, position, what is wrong and the cure) of each term that would match everything or nothing."""
    for name, literals in (("any", topic.any), ("unless", topic.unless)):
        for at, literal in enumerate(literals):
            if any(all(map(_is_everywhere, chain(*term.phrases))) for term in expand_term(literal, sets)):
                what = (
                    f"{literal!r} stands in nearly every headline; add a word of the subject, such as 'nhs ~4 charge*'"
                )
                yield name, at, what
    if topic.but:
        return  # what lifts a veto may stand beside any term
    vetoes = TopicIndex([Topic(id=topic.id, name=topic.name, any=topic.unless)], sets=sets)
    for at, literal in enumerate(topic.any):
        by = [vetoes.topics_of(barest)[0] for term in expand_term(literal, sets) for barest in _barest(term)]
        if by and all(by):
            veto = by[0][0].evidence[0].term
            yield "any", at, f"{literal!r} can never match: the veto {veto!r} always stops it; narrow one of them"


def _is_everywhere(word: Word) -> bool:
    if word.continues:
        return any(each.startswith(word.stem) for each in EVERYWHERE)
    return word.stem in _STEMS


def _barest(term: Term) -> list[Item]:
    """Items that satisfy `term` with nothing else in them; a veto that stops them all stops every text.

    The two sides of a ~ stand as far apart as they may. With several ~ there are too many orders to be sure.
    """
    if len(term.gaps) > 1:
        return []
    apart = f" {_FILLER}" * (term.gaps[0] - 1) if term.gaps else ""
    stems = f"{apart} ".join(" ".join(map(_continued, phrase)) for phrase in term.phrases)
    texts = [stems, *([] if term.gaps or "*" in term.body else [" ".join(folded_words(term.body))])]
    return [_item(place, text) for place in _PLACES.get(term.place, ()) for text in texts]


# A veto for titles does not stop a term that may stand in the text.
_PLACES = {"": ("title", "text"), "title": ("title",), "text": ("text",)}


def _continued(word: Word) -> str:
    return word.stem + _FILLER * word.continues


def _item(place: str, text: str) -> Item:
    shown = {"title": "", "text": ""} | {place: text}
    return Item(source="check", identity="check", url="", title=shown["title"], text=shown["text"])
