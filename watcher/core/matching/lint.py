"""Lint of a Topic's terms: none that stands everywhere, and none that the Topic's own veto always stops."""

from collections.abc import Iterator, Mapping
from itertools import chain

from watcher.core.language.stemming import singular
from watcher.core.language.text import folded_words
from watcher.core.matching.index import TopicIndex
from watcher.core.matching.term_syntax import NO_SETS, Term, Word, expand_term
from watcher.model import Item, Topic

# In 2,012 headlines of 2020 and 2021 "to" stood in 27 of 100, "the" in 19, "in" in 20; "nhs" and "england" stand in the
# publisher's name, and so on every page.
_SMALL_WORDS = "a an and are as at be by for from has have in is it its of on or that the this to was will with"
EVERYWHERE = frozenset([*_SMALL_WORDS.split(), "nhs", "england"])
_STEMS_EVERYWHERE = frozenset(map(singular, EVERYWHERE))
_UNUSED_WORD = "qzx"  # a word that no term has


def lint_topic(topic: Topic, sets: Mapping[str, tuple[str, ...]] = NO_SETS) -> Iterator[tuple[str, int, str]]:
    """(key, position, what is wrong and the cure) of each term that would match everything or nothing."""
    for name, literals in (("any", topic.any), ("unless", topic.unless)):
        for position, literal in enumerate(literals):
            if any(all(map(_is_everywhere, chain(*term.phrases))) for term in expand_term(literal, sets)):
                mistake = (
                    f"{literal!r} stands in nearly every headline; add a word of the subject, such as 'nhs ~4 charge*'"
                )
                yield name, position, mistake
    if topic.but:
        return  # what lifts a veto may stand beside any term
    veto_index = TopicIndex([Topic(id=topic.id, name=topic.name, any=topic.unless)], sets=sets)
    for position, literal in enumerate(topic.any):
        stopping = [
            veto_index.topics_of(item)[0] for term in expand_term(literal, sets) for item in _minimal_items(term)
        ]
        if stopping and all(stopping):
            veto = stopping[0][0].evidence[0].term
            yield "any", position, f"{literal!r} can never match: the veto {veto!r} always stops it; narrow one of them"


def _is_everywhere(word: Word) -> bool:
    if word.continues:
        return any(common_word.startswith(word.stem) for common_word in EVERYWHERE)
    return word.stem in _STEMS_EVERYWHERE


def _minimal_items(term: Term) -> list[Item]:
    """Items that satisfy `term` with nothing else in them; a veto that stops them all stops every text.

    The two sides of a ~ stand as far apart as they may. With several ~ there are too many orders to be sure, so none.
    """
    if len(term.gaps) > 1:
        return []
    filling = f" {_UNUSED_WORD}" * (term.gaps[0] - 1) if term.gaps else ""
    stems = f"{filling} ".join(" ".join(map(_write_word, phrase)) for phrase in term.phrases)
    texts = [stems, *([] if term.gaps or "*" in term.body else [" ".join(folded_words(term.body))])]
    return [_make_item(place, text) for place in _FIELDS_OF_PLACE.get(term.place, ()) for text in texts]


# A veto for titles does not stop a term that may stand in the text.
_FIELDS_OF_PLACE = {"": ("title", "text"), "title": ("title",), "text": ("text",)}


def _write_word(word: Word) -> str:
    return word.stem + _UNUSED_WORD * word.continues


def _make_item(place: str, text: str) -> Item:
    texts = {"title": "", "text": ""} | {place: text}
    return Item(source="check", identity="check", url="", title=texts["title"], text=texts["text"])
