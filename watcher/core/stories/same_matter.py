"""Whether an Item and a Story surely are about one matter, though in other words.

So are an official text and the report before it, and the text that takes an announcement back. Likeness alone, such as
one sum for two purposes, proves neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from watcher.core.language.dates import LONDON, latest_publication
from watcher.core.programmes import BROAD
from watcher.core.stories.features import (
    NAMED_WEIGHT,
    extract_features,
    facts_in,
    facts_of_kind,
    programmes_in,
    telling_words,
    weight_of,
    words_of_programmes,
)
from watcher.core.stories.retractions import retraction_of
from watcher.core.stories.sameness import differs_in_particulars, has_same_address
from watcher.core.stories.similarity import items_compared
from watcher.core.stories.story_index import StoryIndex, Weights
from watcher.core.stories.words.synonyms import SUBJECTS
from watcher.model import Authority, Features, LedgerDate, Story, StoryItem

FACTS = ("date", "age", "money", "share", "count")  # facts that two texts do not share by chance
NAMES_OF_TEXTS = frozenset(  # and of what is taken back, and how: they name nothing of their own
    extract_features(
        "letter statement written update guidance circular notice bulletin news document regulation rule duty plan"
        " requirement scheme programme decision service withdrawn scrapped cancelled halted paused suspended revoked"
        " trust hospital"
        " abandoned rescinded shelved ditched reversed dropped ended stopped called ahead introduced proceed happen"
    ).title
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
COST_OF_OTHER, COST_OF_OWN_WORDS = 0.8, 0.5  # where each names another programme or dose; or another group of people
MIN_POINTS, MIN_POINTS_BY_SUMMARY = 1.5, 1.9  # where the headline takes back, and where only the summary does
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
    return any(_is_one_matter(item, earlier, weights, is_alike=is_alike) for earlier in items_compared(story))


def _is_one_matter(item: StoryItem, earlier: StoryItem, weights: Weights, *, is_alike: bool) -> bool:
    shared = compare(item, earlier)
    if shared.refs:
        return True
    if shared.names_other or shared.has_other_facts:
        return False
    is_near = abs(_published(item) - _published(earlier)) <= AWAITED_FOR
    rare_words = {word for word in shared.words if weights.get(word, 0.0) >= MIN_TELLING_WEIGHT}
    rare_title_words = rare_words & shared.title_words
    if is_near and item.trust.confirms and item.publisher != earlier.publisher and shared.programmes - BROAD:
        return True
    may_repeat = is_alike and item.trust.confirms and not _names_more(item, earlier, shared)
    if (may_repeat and _share_everyday_facts(shared)) or ((is_near or is_alike) and _share_facts(shared, rare_words)):
        return True
    if is_near and shared.programmes and len(rare_title_words) >= MIN_TELLING_WORDS:
        return True
    if is_alike and (shared.programmes or rare_title_words) and not _names_more(item, earlier, shared):
        return True
    return is_alike and len(rare_title_words) >= MIN_TELLING_WORDS


def _share_facts(shared: Shared, rare_words: set[str]) -> bool:
    """Whether the facts that two Items share prove one matter, with the words beside them.

    An age is a group of people, and few matters of a month are for the same. A sum has many purposes, and half of all
    that the NHS begins, begins on 1 April.
    """
    ages, dates = (facts_of_kind(shared.facts, kind) for kind in ("age", "date"))
    sums = shared.facts - ages - dates
    is_of_subject = len(shared.subjects) >= MIN_SHARED_SUBJECTS
    if ages:
        return bool(shared.programmes or rare_words or is_of_subject or dates or sums)
    if sums:
        return len(sums) > 1 or bool(rare_words and (shared.programmes or shared.subjects or dates))
    return bool(dates and rare_words and (shared.programmes or is_of_subject))


def _share_everyday_facts(shared: Shared) -> bool:
    """Whether a date or sum proves one matter without a rare word: for an official text that adds none to the report.

    It proves nothing for a report, which it would keep silent: "£20,000 scheme scrapped" is news a week after it began.
    """
    dates = facts_of_kind(shared.facts, "date")
    is_of_subject = len(shared.subjects) >= MIN_SHARED_SUBJECTS
    is_named = bool(shared.programmes - BROAD)
    return bool((dates and (shared.programmes or is_of_subject)) or (shared.facts and is_named))


def names_one_duty(item: StoryItem, story: Story) -> bool:
    """Whether `item` names a scheme or duty that an official Item of `story` names, or cites its reference."""
    officials = (earlier for earlier in items_compared(story) if earlier.trust.confirms)
    return any(shared.refs or shared.programmes - BROAD for shared in (compare(item, each) for each in officials))


def shares_more_than_a_word(words: Iterable[str]) -> bool:
    """Whether what two Items share is more than one everyday word: a programme, a fact, or two words that tell."""
    shared = frozenset(words)
    names = {word for word in shared if ":" in word or weight_of(word) >= NAMED_WEIGHT}
    return bool(names) or len(telling_words(shared)) >= MIN_TELLING_WORDS


def _names_more(item: StoryItem, earlier: StoryItem, shared: Shared) -> bool:
    """Whether the headline of `item` says something of its own, and is not only the name of the matter."""
    known = earlier.features.title | earlier.features.more | words_of_programmes(shared.programmes)
    return bool(telling_words(item.features.title) - known - NAMES_OF_TEXTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionProof:
    """The Story that an official text takes back or cites, why that one, and whether it speaks of the whole of it."""

    story: Story
    reason: str
    is_whole: bool


def find_retracted_story(item: StoryItem, weights: Weights, story_index: StoryIndex) -> RetractionProof | None:
    """The Story that an official text takes back; None where none surely is.

    By its reference, whatever the text does with it; else, where the text says that something ends, moves or was wrong,
    by its programme, its date or its duty.
    """
    refs = facts_in(item.features, "ref")
    if not item.trust.confirms or not (item.retraction or refs):
        return None
    rated = sorted(
        (
            (*_rate(item, earlier, story_index.dates(story)), story.last_item_at, story, earlier)
            for story in story_index.stories_to_take_back(weights, _published(item))
            for earlier in items_compared(story)
            if _may_be_taken_back(earlier) and earlier.item != item.item and _published(earlier) <= _published(item)
        ),
        key=lambda proof: (proof[0], proof[2]),
        reverse=True,
    )
    if not rated:
        return None
    points, reason, _, story, earlier = rated[0]
    second = next((other[0] for other in rated if other[3].id != story.id), 0.0)
    needed = MIN_POINTS if retraction_of(item) else MIN_POINTS_BY_SUMMARY
    by_words = item.retraction is not None and points >= max(needed, second + MIN_LEAD)
    if points < POINTS_OF_ADDRESS and not by_words:
        return None
    is_whole = not _names_more(item, earlier, compare(item, earlier))
    return RetractionProof(story=story, reason=reason, is_whole=is_whole)


def _may_be_taken_back(earlier: StoryItem) -> bool:
    """Whether an Item announces something officially: a leaflet, or a text for others, does not."""
    return earlier.trust.confirms and earlier.authority is not Authority.ELSEWHERE


def points_of_evidence(item: StoryItem, story: Story) -> float:
    """How much of `item` is shared by the Item of `story` that is nearest to it, in points."""
    return max(_rate(item, earlier, ())[0] for earlier in items_compared(story))


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
        - COST_OF_OWN_WORDS * (not duties and not facts and differs_in_particulars(item, earlier))
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


@lru_cache(maxsize=1_000)
def _all(features: Features) -> frozenset[str]:
    return features.title | features.more
