"""Similarity of an Item and a Story: shared words and facts, Topics, conflicts and time, as one number.

The figures were chosen on two labelled collections at once, from a wide plateau: no single one decides much. The
measurements are in docs/adr/0007.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from watcher.core.language.dates import latest_publication
from watcher.core.language.numbers import numbers_in, without_figures
from watcher.core.programmes import BROAD
from watcher.core.stories.features import facts_in, facts_of_kind, programmes_in, shared_weights
from watcher.core.stories.story_index import MAX_ITEMS_COMPARED, MIN_WORD_WEIGHT, StoryIndex, Weights
from watcher.model import Authority, Features, Status, Story, StoryItem

JOINS_FROM = 0.75
JOINS_WITHOUT_TOPIC = 1.0  # what matches no Topic, where it surely is one matter
LIKE_WITHOUT_TOPIC = 1.8  # and where it is only like it: it must say much more of the same
CHAPTER_FROM = 0.5  # nearly the same, or the same with another figure: the next chapter of that Story
SHARED, COVERED, SAME_TOPIC, MAX_SHARED_POINTS = 0.4, 0.6, 0.5, 5.0
COST_OF_A_DAY, COST_OF_A_LATE_DAY, LATE_AFTER = (
    0.07,
    0.02,
    14.0,
)  # cost of a day of silence, and of a day after two weeks
SHARE_OF_ONE_DUTY = 0.5  # of the silence that counts where both headlines name one scheme or duty
A_WHOLE_DAY = timedelta(days=1)
CONFLICTS = {"date": 0.6, "money": 0.4, "season": 0.8}  # both name one, and none is the same
SHARE_WHEN_AWAITED = 0.5  # share of the silence that counts for an official text that a reported Story waits for
OPPOSED = (("delay", "brought-forward"), ("scrap", "extend"))
OPPOSITES = 0.5
NOT_YET = "not-yet"
TELLING_WORD = 0.5  # below this a shared word is only the subject: "flu", "vaccine", "contract"
MIN_FIRM_WEIGHT = 0.75  # of such words together: a programme, a figure, or a word that few open Stories have
PROHIBITIVE_COST = 9.0  # a cost that no shared words outweigh
GUESS_WITHIN = 0.49  # cost of silence: a week
AT_ONE_TIME = timedelta(hours=1)
MIN_HEADLINE_WEIGHT = 3.0  # or the two words of a page name would be covered by any headline
MIN_WITHOUT_TOPIC = 0.99 * JOINS_WITHOUT_TOPIC / (SHARED + COVERED / MIN_HEADLINE_WEIGHT)  # words of less never join
SAME_WORDS = 0.8  # of two headlines' words: then another reference number is another letter
BEST_ITEMS_COMPARED = 3  # Items whose mean score counts beside the best one


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """How similar an Item is to a Story, in points. `words` are those they share, the heaviest first.

    `conflict`: the cost of what the two say differently; `is_vague`: little but the subject is shared, so that the Item
    may stand with the other reports, and gets an Alert all the same.
    """

    story: Story
    points: float
    words: tuple[str, ...] = ()
    conflict: float = 0.0
    is_vague: bool = False


def rank_stories(
    item: StoryItem, weights: Weights, topics: Iterable[str], story_index: StoryIndex
) -> Sequence[Similarity]:
    """The open Stories that `item` could belong to, the most similar first. `weights` are those of its words."""
    item_topics = frozenset(topics)
    stories = story_index.stories_sharing(weights, _moment(item))
    is_compared = bool(item_topics) or any(word.startswith("ref:") for word in weights)
    at_most = weights if is_compared else story_index.weigh_at_most(weights)
    if not (is_compared or any(_may_share_enough(at_most, story, story_index) for story in stories)):
        return ()  # most Items: nothing of theirs is compared, and their words are not even counted
    weights = story_index.weigh(weights)
    if not (is_compared or any(_may_join(weights, story, story_index) for story in stories)):
        return ()
    similarities = [compare_with_story(item, weights, item_topics, story, story_index) for story in stories]
    return sorted(
        similarities, key=lambda similarity: (-similarity.points, similarity.story.opened_at, similarity.story.id)
    )


def _may_share_enough(weights: Weights, story: Story, story_index: StoryIndex) -> bool:
    """Whether an Item could join without Topics by these weights, or by lower ones."""
    return any(
        sum(shared_weights(weights, earlier).values()) >= MIN_WITHOUT_TOPIC
        for _, earlier in story_index.compared_items(story)
    )


def _may_join(weights: Weights, story: Story, story_index: StoryIndex) -> bool:
    """Whether an Item without Topics could reach JOINS_WITHOUT_TOPIC in this Story, if nothing spoke against it.

    The points of a Story are means, so that none is higher than the points of the Item that shares the most.
    """
    for _, earlier in story_index.compared_items(story):
        total = sum(shared_weights(weights, earlier).values())
        if total >= MIN_WITHOUT_TOPIC and _points_of_words(total, weights, earlier) >= JOINS_WITHOUT_TOPIC:
            return True
    return False


def compare_with_story(
    item: StoryItem, weights: Weights, topics: frozenset[str], story: Story, story_index: StoryIndex
) -> Similarity:
    """The Similarity of `item`, whose words have these `weights`, and a Story.

    Its points are the mean of three scores (the best Item's, the mean of the best three, the best of the core), and
    more for a shared Topic. The core is the Item that opened the Story and the one that made it official: without it a
    subject's Stories would grow into one.
    """
    pairs = story_index.compared_items(story)
    topic_points = SAME_TOPIC if not topics.isdisjoint(story.topics) else 0.0
    is_awaited = story.status is Status.REPORTED and item.authority is Authority.OFFICIAL
    scored = [
        (_score_pair(item, weights, earlier, earlier_weights, is_awaited=is_awaited), earlier)
        for earlier, earlier_weights in pairs
    ]
    scores = sorted((score for score, _ in scored), key=lambda score: score.points, reverse=True)
    nearest = scores[0]
    best = [max(score.points, 0.0) for score in scores[:BEST_ITEMS_COMPARED]]
    core_ids = {pairs[0][0].item, story.official.item if story.official else ""}
    core = max(score.points for score, earlier in scored if earlier.item in core_ids)
    total = topic_points + (nearest.points + sum(best) / len(best) + max(core, 0.0)) / 3
    return Similarity(
        story=story, points=total, words=nearest.words, conflict=nearest.conflict, is_vague=nearest.is_vague
    )


class PairScore(NamedTuple):
    """How like an Item is to one of a Story, in points; `shared`: the words that both have, with their weights."""

    points: float
    shared: Mapping[str, float]
    conflict: float
    is_vague: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The heavy ones of the shared words, the heaviest first."""
        heavy = (word for word, weight in self.shared.items() if weight >= MIN_WORD_WEIGHT)
        return tuple(sorted(heavy, key=lambda word: (-self.shared[word], word)))


def _score_pair(
    item: StoryItem, weights: Weights, earlier: StoryItem, earlier_weights: Weights, *, is_awaited: bool
) -> PairScore:
    shared = shared_weights(weights, earlier_weights)
    points = _points_of_words(sum(shared.values()), weights, earlier_weights)
    conflict = _conflict_cost(item.features.title, earlier.features.title)
    silence = _silence_cost(item, earlier)
    is_vague = sum(weight for weight in shared.values() if weight >= TELLING_WORD) < MIN_FIRM_WEIGHT
    if is_vague and not (_is_pair_of_reports(item, earlier) and silence <= GUESS_WITHIN):
        conflict += PROHIBITIVE_COST
    if _is_published_together(item, earlier):
        conflict += PROHIBITIVE_COST
    points -= conflict + silence * (SHARE_WHEN_AWAITED if is_awaited else 1.0)
    return PairScore(points, shared, conflict, is_vague)


def _points_of_words(total: float, weights: Weights, earlier_weights: Weights) -> float:
    """The points of shared words that weigh `total`, with nothing taken away for what speaks against it."""
    coverage = min(1.0, total / max(min(sum(weights.values()), sum(earlier_weights.values())), MIN_HEADLINE_WEIGHT))
    return SHARED * min(total, MAX_SHARED_POINTS) + COVERED * coverage


def _is_published_together(item: StoryItem, earlier: StoryItem) -> bool:
    """Whether one source published both at one time, in other words: then these are two announcements."""
    if item.source != earlier.source or item.item == earlier.item:
        return False
    if _has_same_words(item.features, earlier.features) and not _has_other_numbers(item.title, earlier.title):
        return False
    return abs(_moment(item) - _moment(earlier)) < AT_ONE_TIME


def _moment(item: StoryItem) -> datetime:
    return latest_publication(item.published, item.seen_at)


def _is_pair_of_reports(item: StoryItem, earlier: StoryItem) -> bool:
    """Whether two publishers report. A publisher says a thing once, and an official text is not joined on a guess."""
    return item.publisher != earlier.publisher and not item.trust.confirms and not earlier.trust.confirms


def _conflict_cost(first: frozenset[str], second: frozenset[str]) -> float:
    """The cost of conflicts: figures of one kind of which none is in common, and opposite directions."""
    total = 0.0
    for kind, cost in CONFLICTS.items():
        first_facts = facts_of_kind(first, kind)
        if first_facts and (second_facts := facts_of_kind(second, kind)) and first_facts.isdisjoint(second_facts):
            total += cost
    for back, forth in OPPOSED:
        for word, opposite in ((back, forth), (forth, back)):
            if word in first and opposite in second and opposite not in first and word not in second:
                total += OPPOSITES
    return total


def _silence_cost(item: StoryItem, earlier: StoryItem) -> float:
    """The cost of the time between two publications, whichever came first. A duty has its next chapter in weeks."""
    gap = abs(_moment(item) - _moment(earlier))
    days = gap / A_WHOLE_DAY
    cost = COST_OF_A_DAY * min(days, LATE_AFTER) + COST_OF_A_LATE_DAY * max(days - LATE_AFTER, 0.0)
    duties = programmes_in(item.features.title) - BROAD
    names_one_duty = bool(duties) and not duties.isdisjoint(programmes_in(earlier.features.title))
    return cost * SHARE_OF_ONE_DUTY if names_one_duty else cost


def items_compared(story: Story) -> Sequence[StoryItem]:
    """The Items of a Story that are compared: the first one and the newest."""
    first, *rest = story.items
    return [first, *rest[1 - MAX_ITEMS_COMPARED :]]


def is_another_letter(item: StoryItem, story: Story) -> bool:
    """Whether a Story has an Item of the same headline with another reference number: `item` is another letter."""
    refs = facts_in(item.features, "ref")
    if not refs:
        return False
    for earlier in items_compared(story):
        earlier_refs = facts_in(earlier.features, "ref")
        if (
            earlier_refs
            and refs.isdisjoint(earlier_refs)
            and earlier.item != item.item
            and _has_same_words(item.features, earlier.features)
        ):
            return True
    return False


def _has_same_words(first: Features, second: Features) -> bool:
    first_words, second_words = ({word for word in features.title if ":" not in word} for features in (first, second))
    return len(first_words & second_words) >= SAME_WORDS * max(min(len(first_words), len(second_words)), 1)


def is_another_edition(item: StoryItem, story: Story) -> bool:
    """Whether a Story has the same headline with other numbers: "Bulletin 131" is not "Bulletin 130"."""
    words = without_figures(item.title)
    return any(
        earlier.item != item.item
        and without_figures(earlier.title) == words
        and _has_other_numbers(item.title, earlier.title)
        for earlier in items_compared(story)
    )


def _has_other_numbers(first: str, second: str) -> bool:
    first_numbers, second_numbers = numbers_in(first), numbers_in(second)
    return bool(first_numbers and second_numbers) and first_numbers.isdisjoint(second_numbers)


def answers_open_question(item: StoryItem, story: Story) -> bool:
    """Whether a Story says that there is no date yet and `item` names one: that is news, not one more report."""
    if NOT_YET in item.features.title or not facts_in(item.features, "date"):
        return False
    earlier_features = [earlier.features for earlier in items_compared(story)]
    dated = any(facts_in(features, "date") for features in earlier_features)
    return not dated and any(NOT_YET in features.title for features in earlier_features)


def is_another_season(item: StoryItem, story: Story) -> bool:
    """Whether the headlines of `item` and a Story name different seasons: this year's letter is not last year's."""
    seasons = facts_of_kind(item.features.title, "season")
    earlier_seasons = frozenset(
        season for earlier in items_compared(story) for season in facts_of_kind(earlier.features.title, "season")
    )
    return bool(seasons and earlier_seasons) and seasons.isdisjoint(earlier_seasons)


def find_earlier_chapter(item: StoryItem, similarities: Sequence[Similarity]) -> str:
    """The id of the Story that a new one follows as its next chapter, "" if none: nearly the same, and opened before.

    Other figures keep the two apart, and say nothing against the next chapter. Two notices of one publisher on one
    Topic that share little but their subject are no chapters.
    """
    best = similarities[0] if similarities else None
    if best is None or best.points + best.conflict < CHAPTER_FROM or _moment(item) < best.story.opened_at:
        return ""
    has_same_words = any(_has_same_words(item.features, earlier.features) for earlier in items_compared(best.story))
    return best.story.id if has_same_words or (len(best.words) > 1 and not best.is_vague) else ""
