"""Whether an Item tells what a Story tells: shared words and facts, Topics, conflicts and time, as one number.

The figures were chosen on two labelled collections at once, from a wide plateau: no single one decides much. What was
measured stands in docs/adr/0007.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core.language.dates import latest_publication
from watcher.core.language.features import facts_of_kind, shared_weights
from watcher.core.language.numbers import numbers_in, without_figures
from watcher.core.stories.story_index import MIN_WORD_WEIGHT, StoryIndex, Weights
from watcher.model import Authority, Features, Status, Story, StoryItem

JOINS_FROM = 0.75
JOINS_WITHOUT_TOPIC = 1.8  # what matches no Topic must say much more of the same
CHAPTER_FROM = 0.5  # nearly the same, or the same with another figure: the next chapter of that Story
SHARED, COVERED, SAME_TOPIC, MAX_SHARED_POINTS = 0.4, 0.6, 0.5, 5.0
A_DAY, A_LATE_DAY, LATE_AFTER = 0.07, 0.02, 14.0  # what a day of silence takes away, and a day after two weeks
A_WHOLE_DAY = timedelta(days=1)
CONFLICTS = {"date": 0.6, "money": 0.4, "season": 0.8}  # both name one, and none is the same
AWAITED = 0.5  # so much of the silence counts for an official text that a reported Story waits for
OPPOSED = (("delay", "brought-forward"), ("scrap", "extend"))
OPPOSITES = 0.5
NOT_YET = "not-yet"
TELLING_WORD = 0.5  # below this a shared word is only the subject: "flu", "vaccine", "contract"
FIRM = 0.75  # of such words together: a programme, a figure, or a word that few open Stories have
SAYS_NOTHING = 9.0  # no evidence at all, however much is shared
GUESS_WITHIN = 0.14  # of silence: two days
PERHAPS = "perhaps: "  # begins the reason of a guess
AT_ONE_TIME = timedelta(hours=1)
MIN_HEADLINE_WEIGHT = 3.0  # a page's name of two words is covered by anything
SAME_WORDS = 0.8  # of two headlines' words: then another reference number is another letter
BEST_ITEMS_COMPARED = 3  # tellings that count beside the best one
MAX_ITEMS_COMPARED = 8  # of a Story's tellings: the first, and the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """How much a Story is what an Item tells. `words` are what they share, the heaviest first.

    `conflict`: what the two say differently; `is_vague`: little but the subject is shared, so that the Item may stand
    with the other reports, and is told all the same.
    """

    story: Story
    points: float
    words: tuple[str, ...] = ()
    conflict: float = 0.0
    is_vague: bool = False


def rank_stories(told: StoryItem, said: Weights, topics: Iterable[str], shelf: StoryIndex) -> Sequence[Similarity]:
    """The open Stories that `told` could belong to, the likeliest first."""
    wanted, near = frozenset(topics), shelf.stories_sharing(said, latest_publication(told.published, told.seen_at))
    said = shelf.weigh(said)
    found = [compare_with_story(told, said, wanted, story, shelf) for story in near]
    return sorted(found, key=lambda each: (-each.points, each.story.opened_at, each.story.id))


def compare_with_story(
    told: StoryItem, said: Weights, topics: frozenset[str], story: Story, shelf: StoryIndex
) -> Similarity:
    """`told`, whose words weigh `said`, beside a Story: its best telling, its best three, and its core.

    The core is what opened it or made it official. Without it, and were a guess evidence for the next one, a subject's
    Stories would grow into one.
    """
    pairs = [each for each in shelf.weighted_items(story) if not each[0].join_reason.startswith(PERHAPS)]
    pairs = pairs if len(pairs) <= MAX_ITEMS_COMPARED else [pairs[0], *pairs[1 - MAX_ITEMS_COMPARED :]]
    together = SAME_TOPIC if not topics.isdisjoint(story.topics) else 0.0
    awaited = story.status is Status.REPORTED and told.authority is Authority.OFFICIAL
    alike = [(_alike(told, said, known, other, awaited=awaited), known) for known, other in pairs]
    found = sorted((each for each, _ in alike), reverse=True)
    points, words, conflict, vague = found[0]
    best = [max(each[0], 0.0) for each in found[:BEST_ITEMS_COMPARED]]
    core = max(each[0] for each, known in alike if known in {pairs[0][0], story.official})
    total = together + (points + sum(best) / len(best) + max(core, 0.0)) / 3
    return Similarity(story=story, points=total, words=words, conflict=conflict, is_vague=vague)


def _alike(
    told: StoryItem, said: Weights, known: StoryItem, other: Weights, *, awaited: bool
) -> tuple[float, tuple[str, ...], float, bool]:
    both = shared_weights(said, other)
    much = sum(both.values())
    covered = min(1.0, much / max(min(sum(said.values()), sum(other.values())), MIN_HEADLINE_WEIGHT))
    points = SHARED * min(much, MAX_SHARED_POINTS) + COVERED * covered
    conflict = _conflict(told.features.title, known.features.title)
    silence = _silence(told, known)
    vague = sum(weight for weight in both.values() if weight >= TELLING_WORD) < FIRM
    if vague and not (_two_reports(told, known) and silence <= GUESS_WITHIN):
        conflict += SAYS_NOTHING
    if _side_by_side(told, known):
        conflict += SAYS_NOTHING
    heavy = (each for each in both if both[each] >= MIN_WORD_WEIGHT)
    words = tuple(sorted(heavy, key=lambda each: (-both[each], each)))
    return points - conflict - silence * (AWAITED if awaited else 1.0), words, conflict, vague


def _side_by_side(told: StoryItem, known: StoryItem) -> bool:
    """Whether one source published both at one time, in other words: these are two announcements."""
    if told.source != known.source or told.item == known.item:
        return False
    if _same_words(told.features, known.features) and not _other_numbers(told.title, known.title):
        return False
    return (
        abs(latest_publication(told.published, told.seen_at) - latest_publication(known.published, known.seen_at))
        < AT_ONE_TIME
    )


def _two_reports(told: StoryItem, known: StoryItem) -> bool:
    """Whether two publishers report. A publisher says a thing once, and an official text is not joined on a guess."""
    return told.publisher != known.publisher and not told.trust.confirms and not known.trust.confirms


def _conflict(one: frozenset[str], other: frozenset[str]) -> float:
    """What speaks against one announcement: figures of one kind, none in common; or opposite directions."""
    total = 0.0
    for kind, cost in CONFLICTS.items():
        here, there = facts_of_kind(one, kind), facts_of_kind(other, kind)
        if here and there and here.isdisjoint(there):
            total += cost
    for back, forth in OPPOSED:
        for a, b in ((back, forth), (forth, back)):
            if a in one and b in other and b not in one and a not in other:
                total += OPPOSITES
    return total


def _silence(told: StoryItem, known: StoryItem) -> float:
    """What the time between costs, whichever was published first."""
    gap = abs(latest_publication(told.published, told.seen_at) - latest_publication(known.published, known.seen_at))
    days = gap / A_WHOLE_DAY
    return A_DAY * min(days, LATE_AFTER) + A_LATE_DAY * max(days - LATE_AFTER, 0.0)


def _some(story: Story) -> Sequence[StoryItem]:
    """The first telling and the newest ones."""
    first, *rest = story.items
    return [first, *rest[1 - MAX_ITEMS_COMPARED :]]


def is_another_letter(told: StoryItem, story: Story) -> bool:
    """Whether a Story holds a text with the same headline under another reference number: that is another letter."""
    refs = facts_of_kind(told.features.title | told.features.more, "ref")
    if not refs:
        return False
    for known in _some(story):
        theirs = facts_of_kind(known.features.title | known.features.more, "ref")
        if (
            theirs
            and refs.isdisjoint(theirs)
            and known.item != told.item
            and _same_words(told.features, known.features)
        ):
            return True
    return False


def _same_words(one: Features, other: Features) -> bool:
    here, there = ({each for each in gist.title if ":" not in each} for gist in (one, other))
    return len(here & there) >= SAME_WORDS * max(min(len(here), len(there)), 1)


def is_another_edition(told: StoryItem, story: Story) -> bool:
    """Whether it was told with the same words and other numbers: "Bulletin 131" is not "Bulletin 130"."""
    words = without_figures(told.title)
    return any(
        known.item != told.item and without_figures(known.title) == words and _other_numbers(told.title, known.title)
        for known in _some(story)
    )


def _other_numbers(one: str, other: str) -> bool:
    here, there = numbers_in(one), numbers_in(other)
    return bool(here and there) and here.isdisjoint(there)


def answers_open_question(told: StoryItem, story: Story) -> bool:
    """Whether a Story is that there is no date yet, and `told` names it: that is the news, not one more report."""
    if NOT_YET in told.features.title or not facts_of_kind(told.features.title | told.features.more, "date"):
        return False
    gists = [known.features for known in _some(story)]
    dated = any(facts_of_kind(each.title | each.more, "date") for each in gists)
    return not dated and any(NOT_YET in each.title for each in gists)


def is_another_season(told: StoryItem, story: Story) -> bool:
    """Whether headline and Story name different seasons: this year's letter is not last year's."""
    here = facts_of_kind(told.features.title, "season")
    there = frozenset(each for known in _some(story) for each in facts_of_kind(known.features.title, "season"))
    return bool(here and there) and here.isdisjoint(there)


def find_earlier_chapter(likely: Sequence[Similarity], at: datetime) -> str:
    """The Story of which a new one is the next chapter: nearly the same, so near that readers will think of it."""
    first = likely[0] if likely else None
    near = first and first.points + first.conflict >= CHAPTER_FROM and len(first.words) > 1
    return first.story.id if first and near and at >= first.story.opened_at else ""
