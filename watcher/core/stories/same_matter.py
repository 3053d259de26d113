"""Whether an Item and a Story surely are about one matter, though in other words.

So are an official text and the report before it, and the text that takes an announcement back. Likeness alone, such as
one sum for two purposes, proves neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.language.dates import LONDON, latest_publication
from watcher.core.language.features import (
    NAMED_WEIGHT,
    facts_of_kind,
    programmes_in,
    telling_words,
    weight_of,
    words_of_programmes,
)
from watcher.core.language.synonyms import SUBJECTS
from watcher.core.programmes import BROAD
from watcher.core.stories.retractions import retraction_of
from watcher.core.stories.sameness import has_same_address
from watcher.core.stories.story_index import StoryIndex, Weights
from watcher.model import Authority, Features, LedgerDate, Story, StoryItem

FACTS = ("date", "age", "money", "share", "count")  # facts that two texts do not share by chance
NAMES_OF_TEXTS = frozenset(
    ("letter", "statement", "written", "update", "guidance", "circular", "notice", "bulletin", "news", "document")
)
EXCLUSIVE = ("dose", "ref", "age")  # of these, others are another matter
MIN_TELLING_WEIGHT = 0.75  # of a shared word: lower where many open Stories have it
MIN_TELLING_WORDS = 2
MIN_SHARED_SUBJECTS = 2  # beside a fact: flu and vaccine
NO_SUBJECTS: frozenset[str] = frozenset()
AWAITED_FOR = timedelta(days=21)  # so long a named scheme or duty proves that an official text is about the same
# Points of what a retraction shares with the announcement that it takes back, and how many prove it.
POINTS_OF_DUTY, POINTS_OF_PROGRAMME, POINTS_OF_FACT, POINTS_OF_WORD, POINTS_OF_SUBJECT = 2.0, 1.0, 1.5, 1.0, 0.4
SHARE_OF_SUMMARY = 0.6  # of the points of a word that one of the two has in its summary only
COST_OF_OTHER = 0.8
MIN_POINTS, MIN_POINTS_BY_SUMMARY = 1.5, 1.9  # where the headline takes back, and where only the summary does
MIN_POINTS_UNSAID = 3.0  # where no word says that it takes something back
MIN_LEAD = 0.5  # over the next likely announcement
POINTS_OF_REFERENCE, POINTS_OF_ADDRESS = 100.0, 50.0
MAX_WORDS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two Items share: programmes, facts, telling words (`words`; `title_words` in both headlines) and subjects.

    `names_other`: each headline names a scheme or duty that the other text does not; `has_other_facts`: each has a
    dose, reference or age that the other has not.
    """

    programmes: frozenset[str]
    facts: frozenset[str]
    words: frozenset[str]
    title_words: frozenset[str]
    subjects: frozenset[str]
    refs: frozenset[str]
    names_other: bool
    has_other_facts: bool


def compare(item: StoryItem, earlier: StoryItem) -> Shared:
    """What `item` and `earlier` share, headlines and summaries together."""
    own, others = _all(item.features), _all(earlier.features)
    shared = own & others
    programmes = programmes_in(shared)
    named = words_of_programmes(programmes)
    words = telling_words(shared) - named
    return Shared(
        programmes=programmes,
        facts=frozenset(fact for kind in FACTS for fact in facts_of_kind(shared, kind)),
        words=words,
        title_words=words & item.features.title & earlier.features.title,
        subjects=shared & SUBJECTS,
        refs=facts_of_kind(shared, "ref"),
        names_other=_names_other_programmes(item, earlier, BROAD),
        has_other_facts=any(_has_other_facts(own, others, kind) for kind in EXCLUSIVE),
    )


def _names_other_programmes(item: StoryItem, earlier: StoryItem, subjects: frozenset[str] = NO_SUBJECTS) -> bool:
    """Whether each headline names a programme that the other text does not; those in `subjects` do not count."""
    named, other_named = (programmes_in(each.features.title) - subjects for each in (item, earlier))
    own, others = _all(item.features), _all(earlier.features)
    return bool(named and other_named) and named.isdisjoint(others) and other_named.isdisjoint(own)


def _has_other_facts(own: frozenset[str], others: frozenset[str], kind: str) -> bool:
    facts, other_facts = facts_of_kind(own, kind), facts_of_kind(others, kind)
    return bool(facts and other_facts) and facts.isdisjoint(other_facts)


def is_one_matter(item: StoryItem, story: Story, weights: Weights, *, is_alike: bool) -> bool:
    """Whether `item` surely tells what an Item of `story` tells.

    `weights` are those of its words (StoryIndex.weigh); `is_alike`: the two share many words besides.
    """
    return any(_is_one_matter(item, earlier, weights, is_alike=is_alike) for earlier in story.items)


def _is_one_matter(item: StoryItem, earlier: StoryItem, weights: Weights, *, is_alike: bool) -> bool:
    shared = compare(item, earlier)
    if shared.refs:
        return True
    if shared.names_other or shared.has_other_facts:
        return False
    is_near = abs(_published(item) - _published(earlier)) <= AWAITED_FOR
    rare_words = {word for word in shared.words if weights.get(word, 0.0) >= MIN_TELLING_WEIGHT}
    rare_title_words = rare_words & shared.title_words
    is_awaited = item.trust.confirms and item.publisher != earlier.publisher
    dates = facts_of_kind(shared.facts, "date")  # half of all that the NHS begins, begins on 1 April
    figures = shared.facts - dates
    if is_near and ((figures and len(shared.facts) > 1) or (is_awaited and shared.programmes - BROAD)):
        return True
    if shared.programmes and is_near:
        return bool(figures or (dates and rare_words)) or len(rare_title_words) >= MIN_TELLING_WORDS
    if shared.facts and (is_near or is_alike):
        is_of_subject = len(shared.subjects) >= MIN_SHARED_SUBJECTS
        return bool(rare_words or is_of_subject) if figures else bool(rare_words and is_of_subject)
    if is_alike and (shared.programmes or rare_title_words) and not _names_more(item, earlier, shared):
        return True
    return is_alike and len(rare_title_words) >= MIN_TELLING_WORDS


def shares_more_than_a_word(words: Iterable[str]) -> bool:
    """Whether what two Items share is more than one everyday word: a programme, a fact, or two words that tell."""
    shared = frozenset(words)
    names = {word for word in shared if ":" in word or weight_of(word) >= NAMED_WEIGHT}
    return bool(names) or len(telling_words(shared)) >= MIN_TELLING_WORDS


def _names_more(item: StoryItem, earlier: StoryItem, shared: Shared) -> bool:
    """Whether the headline of `item` says something of its own, and is not only the name of the matter."""
    known = earlier.features.title | earlier.features.more | words_of_programmes(shared.programmes)
    return bool(telling_words(item.features.title) - known - NAMES_OF_TEXTS)


def find_retracted_story(item: StoryItem, weights: Weights, story_index: StoryIndex) -> tuple[Story | None, str]:
    """The Story that an official text takes back, and why that one; None and "" where none surely is.

    By its reference, whatever the text does with it; else by its programme, its date or its duty: few of them where the
    text says that something ends, moves or was wrong, more where it does not.
    """
    if not item.trust.confirms:
        return None, ""
    rated = sorted(
        (
            (*_rate(item, earlier, story_index.dates(story)), story.last_item_at, story)
            for story in story_index.stories_to_take_back(weights, _published(item))
            for earlier in story.items
            if _may_be_taken_back(earlier) and earlier.item != item.item and _published(earlier) <= _published(item)
        ),
        key=lambda each: (each[0], each[2]),
        reverse=True,
    )
    if not rated:
        return None, ""
    points, why, _, story = rated[0]
    second = next((other[0] for other in rated if other[3].id != story.id), 0.0)
    needed = MIN_POINTS_BY_SUMMARY if item.retraction else MIN_POINTS_UNSAID
    needed = MIN_POINTS if retraction_of(item) else needed
    is_proven = points >= POINTS_OF_ADDRESS or points >= max(needed, second + MIN_LEAD)
    return (story, why) if is_proven else (None, "")


def _may_be_taken_back(earlier: StoryItem) -> bool:
    """Whether an Item announces something officially: a leaflet, or a text for others, does not."""
    return earlier.trust.confirms and earlier.authority is not Authority.ELSEWHERE


def points_of_evidence(item: StoryItem, story: Story) -> float:
    """How much of `item` is shared by the Item of `story` that is nearest to it, in points."""
    return max(_rate(item, earlier, ())[0] for earlier in story.items)


def _rate(item: StoryItem, earlier: StoryItem, dates: Sequence[LedgerDate]) -> tuple[float, str]:
    """The points of evidence that `item` speaks of the announcement `earlier`, and the best of it in words."""
    shared = compare(item, earlier)
    cited = shared.refs & facts_of_kind(earlier.features.title, "ref")
    if cited:
        return POINTS_OF_REFERENCE, f"speaks of {min(cited).partition(':')[2].upper()}"
    if _has_other_facts(item.features.title, earlier.features.title, "ref"):
        return 0.0, ""
    duties, programmes = shared.programmes - BROAD, shared.programmes & BROAD
    facts = shared.facts | _dates_named(item, dates)
    in_summary = shared.words - shared.title_words
    points = (
        POINTS_OF_DUTY * bool(duties)
        + POINTS_OF_PROGRAMME * bool(programmes)
        + POINTS_OF_FACT * len(facts)
        + POINTS_OF_WORD * (len(shared.title_words) + SHARE_OF_SUMMARY * len(in_summary))
        + POINTS_OF_SUBJECT * len(shared.subjects)
        - COST_OF_OTHER * _names_other_programmes(item, earlier)
        - COST_OF_OTHER * _has_other_facts(item.features.title, earlier.features.title, "dose")
    )
    if retraction_of(item) and has_same_address(item, earlier):
        return POINTS_OF_ADDRESS, "takes back what stood at this address"
    words = [*sorted(shared.programmes), *sorted(facts), *sorted(shared.title_words), *sorted(in_summary)]
    return points, f"shares {', '.join(words[:MAX_WORDS_SHOWN]) or 'its subjects'}"


def _dates_named(item: StoryItem, dates: Iterable[LedgerDate]) -> frozenset[str]:
    """The days that `item` names and on which the ledger has a date of the Story."""
    moments = (date.deadline.at for date in dates if date.deadline.at)
    days = (at.astimezone(LONDON).date() if isinstance(at, datetime) else at for at in moments)
    return frozenset(f"date:{day.day}-{day.month}" for day in days) & _all(item.features)


def _published(item: StoryItem) -> datetime:
    return latest_publication(item.published, item.seen_at)


def _all(features: Features) -> frozenset[str]:
    return features.title | features.more
