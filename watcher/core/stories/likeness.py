"""Whether an Item joins a Story that it is like: by proof of one matter, or by likeness that proves nothing."""

from collections.abc import Iterable, Sequence

from watcher.core.stories.join import Join, Placement
from watcher.core.stories.same_matter import (
    MAX_WORDS_SHOWN,
    is_one_matter,
    names_one_duty,
    points_of_evidence,
    shares_more_than_a_word,
)
from watcher.core.stories.sameness import differs_in_particulars
from watcher.core.stories.similarity import (
    JOINS_FROM,
    JOINS_WITHOUT_TOPIC,
    LIKE_WITHOUT_TOPIC,
    NOT_YET,
    Similarity,
    answers_open_question,
    is_another_edition,
    is_another_letter,
    is_another_season,
)
from watcher.core.stories.story_index import GUESS_PREFIX, Weights
from watcher.model import Story, StoryItem

MAX_GUESSES = 4  # in one Story: on a day with more, a shared subject alone is no evidence


def judge_likenesses(
    story_item: StoryItem, topics: tuple[str, ...], similarities: Sequence[Similarity], weights: Weights
) -> Iterable[Placement]:
    """The Placements in Stories that `story_item` is like, the best first.

    Of several that an official text surely belongs to, rather one that names a date than one that says that there is
    none yet; then the one with the most evidence; then what is official already.
    """
    may_guess = sum(similarity.points > 0 for similarity in similarities) == 1  # between two, a guess would choose
    judged = (_judge_likeness(story_item, topics, each, weights, may_guess=may_guess) for each in similarities)
    placements = filter(None, judged)
    if not story_item.trust.confirms:
        return placements

    def evidence(placement: Placement) -> tuple[bool, bool, float, bool]:
        story = placement.before
        assert story, "a Placement by likeness has a Story"
        is_settled = not any(NOT_YET in earlier.features.title for earlier in story.items)
        points = points_of_evidence(story_item, story)
        return placement.join is Join.SAME_MATTER, is_settled, points, story.official is not None

    return sorted(placements, key=evidence, reverse=True)


def _judge_likeness(
    story_item: StoryItem, topics: tuple[str, ...], similarity: Similarity, weights: Weights, *, may_guess: bool
) -> Placement | None:
    """The Placement in a Story that `story_item` is like; None where it is not like enough, or only looks so.

    An official text joins what was only reported when both surely are one matter, and no series of its own publisher.
    """
    story = similarity.story
    is_alike = similarity.points >= (JOINS_FROM if topics else JOINS_WITHOUT_TOPIC)
    may_be_sure = bool(topics) and story_item.trust.confirms  # only such a text joins what it shares few words with
    if not (is_alike or may_be_sure) or _is_another_announcement(story_item, story):
        return None
    shares = f"shares {', '.join(similarity.words[:MAX_WORDS_SHOWN])} ({similarity.points:.1f})"
    is_sure = is_one_matter(story_item, story, weights, is_alike=is_alike)
    if story_item.trust.confirms:
        if _is_of_series(story_item, story) or not (is_sure or story.official):
            return None
        differs = (earlier.trust.confirms and differs_in_particulars(story_item, earlier) for earlier in story.items)
        if any(differs) and not names_one_duty(story_item, story):
            return None  # each names something of its own: two recalls, two towns, two forms
        if is_sure and (topics or is_alike):
            return Placement(before=story, join=Join.SAME_MATTER, reason=shares)
    is_like = is_alike and (bool(topics) or is_sure or similarity.points >= LIKE_WITHOUT_TOPIC)
    if not is_like or not (is_sure or shares_more_than_a_word(similarity.words) or similarity.is_vague):
        return None
    if similarity.is_vague:
        may_guess = may_guess and not story_item.trust.confirms and _count_guesses(story) < MAX_GUESSES
        reason = f"{GUESS_PREFIX}{shares}"
        return Placement(before=story, join=Join.LIKENESS, reason=reason) if may_guess else None
    return Placement(before=story, join=Join.SAME_MATTER if is_sure else Join.LIKENESS, reason=shares)


def _is_of_series(story_item: StoryItem, story: Story) -> bool:
    """Whether its publisher has said the like there of another thing: another town, drug or form."""
    return any(
        earlier.trust.confirms
        and earlier.publisher == story_item.publisher
        and differs_in_particulars(story_item, earlier)
        for earlier in story.items
    )


def _count_guesses(story: Story) -> int:
    return sum(earlier.join_reason.startswith(GUESS_PREFIX) for earlier in story.items)


def _is_another_announcement(story_item: StoryItem, story: Story) -> bool:
    """Whether `story_item` only looks like it: another letter or year, the next bulletin, or the answer to it."""
    checks = (is_another_letter, is_another_season, is_another_edition, answers_open_question)
    return any(check(story_item, story) for check in checks)
