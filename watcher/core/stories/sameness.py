"""Whether two Items surely are one text: the same document, reference or words. Only this may keep an Item silent.

Likeness is no reason (similarity.py). What tells two texts of a series apart, such as a reference, a dose, the number
of an issue, a place or a name, always wins: in doubt they are two.
"""

from functools import lru_cache

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.numbers import figures_in
from watcher.core.language.stemming import singular, stem
from watcher.core.language.text import folded_words, title_key
from watcher.core.language.urls import canonical_url
from watcher.core.stories.features import extract_features, facts_in, facts_of_kind, telling_words
from watcher.core.stories.retractions import retraction_of
from watcher.model import Features, StoryItem

MIN_HEADLINE_WORDS = 4  # a shorter headline is a name of a page
MIN_DISTINCTIVE_WORDS = 5  # headlines with so many words are alike by no chance, whatever the summaries
MIN_SAME_WORDS = 0.75  # of all words of two headlines with their summaries
MIN_SAME_WORDS_OF_REFERENCE = 0.5  # where both bear one reference
MIN_SAME_WORDS_OF_EDIT = 0.5
_IDENTIFYING = ("ref", "dose")
# Words that join others and say nothing by themselves; "not", "open" and "update" do.
_GLUE = frozenset(
    "a an and are as at be been being by for from has have in into is it its of on or our out over that the their them"  # noqa: SIM905
    " these they this those to us via was we were which who will with you your nhs england nhse nhsei news page".split()
)
_LABEL = lazy_regex(
    r"\b(annex|batch|class|group|lot|option|part|phase|schedule|stage|step|table|tier|wave) ([A-Z]|\d+)\b"
)


def same_text_reason(item: StoryItem, earlier: StoryItem) -> str:
    """Why `item` surely is the same text as `earlier`, which another address or Source gave; "" where it may not be."""
    share = _share(wording_of(item.title), wording_of(earlier.title))
    if share < MIN_SAME_WORDS_OF_REFERENCE:  # most pairs end here, and what follows is dear
        return ""
    refs = _refs(item) & _refs(earlier)
    if not (refs or share == 1) or differs_in_particulars(item, earlier) or _says_more(item, earlier):
        return ""
    if refs and share >= MIN_SAME_WORDS_OF_REFERENCE:
        return f"the same reference {min(refs).partition(':')[2].upper()}"
    if (
        share < 1
        or _says_more(earlier, item)
        or _count_words(item) < MIN_HEADLINE_WORDS
        or _says_otherwise(item, earlier)
    ):
        return ""
    if has_same_address(item, earlier):
        return "the same address and words"
    return "the same headline" if title_key(item.title) == title_key(earlier.title) else "the same words"


def _says_more(item: StoryItem, earlier: StoryItem) -> bool:
    """Whether a headline has a word or figure that the earlier text has not: "open" is not "closed", nor A batch B."""
    if retraction_of(item) and not retraction_of(earlier):
        return True
    if figures_in(item.title) - figures_in(earlier.title) or _labels_in(item.title) - _labels_in(earlier.title):
        return True
    added = wording_of(item.title) - wording_of(earlier.title)
    return any(not extract_features(word).title <= _words(earlier.features) for word in added)


def _labels_in(title: str) -> frozenset[str]:
    return frozenset(" ".join(label) for label in _LABEL.findall(title))


def has_same_address(item: StoryItem, earlier: StoryItem) -> bool:
    """Whether both were found under one address that names an announcement, and no page that lists many of them."""
    address = address_of(item)
    is_one_page = bool(address) and address == address_of(earlier)
    return item.identity == earlier.identity or (is_one_page and address in {item.identity, earlier.identity})


def differs_in_particulars(item: StoryItem, earlier: StoryItem) -> bool:
    """Whether references, doses or figures of the headlines, or names that each has for itself, set the two apart."""
    for kind in _IDENTIFYING:
        particulars, others = (facts_of_kind(each.features.title, kind) for each in (item, earlier))
        if particulars and others and particulars.isdisjoint(others):
            return True
    figures, other_figures = figures_in(item.title), figures_in(earlier.title)
    if figures - other_figures and other_figures - figures:
        return True
    own, others = telling_words(item.features.title), telling_words(earlier.features.title)
    return bool(own - others - earlier.features.more) and bool(others - own - item.features.more)


def _says_otherwise(item: StoryItem, earlier: StoryItem) -> bool:
    """Whether their summaries differ; or there is none to compare, and one publisher may well use a headline twice."""
    both = _words(item.features), _words(earlier.features)
    if item.features.more and earlier.features.more:
        return _share(*both) < MIN_SAME_WORDS
    if item.publisher == earlier.publisher and (item.features.more or earlier.features.more):
        return True
    return min(_count_words(item), _count_words(earlier)) < MIN_DISTINCTIVE_WORDS


def _count_words(item: StoryItem) -> int:
    return len(wording_of(item.title)) + len(figures_in(item.title))


def is_reworded(headline: str, previous: str) -> bool:
    """Whether a headline is another one than `previous`, rather than an edit of it; False where there was none ("")."""
    return bool(previous) and _share(wording_of(headline), wording_of(previous)) < MIN_SAME_WORDS_OF_EDIT


def _refs(item: StoryItem) -> frozenset[str]:
    return facts_in(item.features, "ref")


def _words(features: Features) -> frozenset[str]:
    return features.title | features.more


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of all words of two sets that both have: 0 to 1."""
    return len(first & second) / max(len(first | second), 1)


@lru_cache(maxsize=5_000)
def wording_of(title: str) -> frozenset[str]:
    """The stems of a headline's words, without figures and without words that only join others."""
    words = (word for word in folded_words(title) if word not in _GLUE and not word[:1].isdigit())
    return frozenset(stem(singular(word)) for word in words)


@lru_cache(maxsize=5_000)
def _canonical(url: str) -> str:
    return canonical_url(url)


def address_of(item: StoryItem) -> str:
    """The address of an Item in one form for all its spellings; "" without one."""
    return _canonical(item.url) if item.url else ""
