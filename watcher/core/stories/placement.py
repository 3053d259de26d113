"""Placement of an Item in a Story: what it surely belongs to, and what it is only like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from watcher.core.language.dates import latest_publication
from watcher.core.language.features import extract_features, weigh_features
from watcher.core.language.text import title_key
from watcher.core.stories.authority import authority_of
from watcher.core.stories.retractions import read_retraction
from watcher.core.stories.same_matter import (
    MAX_WORDS_SHOWN,
    find_retracted_story,
    is_one_matter,
    names_one_duty,
    points_of_evidence,
    shares_more_than_a_word,
)
from watcher.core.stories.sameness import differs_in_particulars, has_same_address, same_text_reason
from watcher.core.stories.similarity import (
    GUESS_PREFIX,
    JOINS_FROM,
    JOINS_WITHOUT_TOPIC,
    NOT_YET,
    Similarity,
    answers_open_question,
    find_earlier_chapter,
    is_another_edition,
    is_another_letter,
    is_another_season,
    rank_stories,
)
from watcher.core.stories.status import StatusEvidence, next_status
from watcher.core.stories.story_index import StoryIndex, Weights
from watcher.model import Item, Precision, Published, Retraction, Status, Story, StoryItem, Trust, key

WINDOW = timedelta(days=14)
MIN_HEADLINE_WORDS = 4
MAX_GUESSES = 4  # in one Story: on a day with more, a shared subject alone is no evidence


class Join(StrEnum):
    """How an Item came into its Story. Only `same_item` and `same_text` may keep it silent.

    `retraction`: it takes back what the Story announced. `same_matter`: its address, programme or facts prove that it
    is about the same. `likeness`: it shares words, which chooses the thread and proves nothing.
    """

    OPENED = "opened"
    SAME_ITEM = "same_item"
    SAME_TEXT = "same_text"
    RETRACTION = "retraction"
    SAME_MATTER = "same_matter"
    LIKENESS = "likeness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The Story `before` and `after` an Item joined it; `before` is None when it opens it, both when it tells none.

    `reason`: why it joined, in words; `twin`: the Item whose text it repeats; `was_told`: readers were told that text.
    `takes_back`: what it does to the whole of the announcement.
    """

    before: Story | None = None
    after: Story | None = None
    join: Join = Join.OPENED
    reason: str = ""
    twin: StoryItem | None = None
    was_told: bool = False
    takes_back: Retraction | None = None

    def describe_twin(self) -> str:
        """Why it joined its Story, with the Item that says the same where there is one; "" for what opens a Story."""
        return (
            f"{self.reason} as “{self.twin.title}” ({self.twin.publisher}, {self.twin.item})"
            if self.twin
            else self.reason
        )


def as_story_item(item: Item, trust: Trust, publisher: str, now: datetime) -> StoryItem:
    """`item` as part of a Story. The text of an edited page was first seen with the edit, at `now`."""
    return StoryItem(
        item=item.id,
        identity=item.identity,
        source=item.source,
        trust=trust,
        publisher=publisher,
        title=item.title,
        url=item.url,
        seen_at=item.first_seen if item.first_seen and item.revision == 1 else now,
        published=Published(at=item.updated_at, precision=Precision.SECOND) if item.updated_at else item.published,
        authority=authority_of(item, trust),
        features=extract_features(item.title, item.summary),
        retraction=read_retraction(item.title, item.summary),
    )


def place_item(
    story_item: StoryItem,
    topics: tuple[str, ...],
    story_index: StoryIndex,
    now: datetime,
    *,
    withdrawn: bool = False,
    changed: bool = False,
) -> Placement:
    """Where `story_item` belongs. An Item that matches no Topic opens no Story: it may join one that it clearly tells.

    `withdrawn`: the page itself says that it is. `changed`: a watched page that now says something else, or an edit
    that changed a figure of its headline, or that its publisher calls new.
    """
    placement, chapter = _find_story(story_item, topics, story_index)
    if placement.before is None:
        return _open_story(story_item, topics, chapter, now, withdrawn=withdrawn) if topics else Placement()
    joined = replace(story_item, join_reason=placement.reason)
    after = placement.before.with_item(joined, topics=tuple(sorted({*placement.before.topics, *topics})))
    evidence = StatusEvidence(
        withdrawn=withdrawn,
        changed=changed,
        takes_back=placement.takes_back,
        is_only_like=placement.join is Join.LIKENESS,
    )
    return replace(placement, after=next_status(placement.before, after, story_item, now, evidence))


def _open_story(
    story_item: StoryItem, topics: tuple[str, ...], chapter: str, now: datetime, *, withdrawn: bool
) -> Placement:
    """The new Story of an Item; `chapter` is the id of the one that it follows."""
    opened = Story(
        id=key("story", story_item.item, story_item.seen_at.isoformat()),
        title=story_item.title,
        status=Status.REPORTED,
        topics=topics,
        opened_at=story_item.seen_at,
        items=(story_item,),
        follows=chapter,
    )
    return Placement(after=next_status(None, opened, story_item, now, StatusEvidence(withdrawn=withdrawn)))


def _find_story(story_item: StoryItem, topics: tuple[str, ...], story_index: StoryIndex) -> tuple[Placement, str]:
    """The Story that `story_item` belongs to, and how; else the id of the Story that it follows as the next chapter."""
    near = story_index.stories_with(story_item)
    own = next((story for story in near if any(earlier.item == story_item.item for earlier in story.items)), None)
    if own:
        return Placement(before=own, join=Join.SAME_ITEM, reason="the same item"), ""
    weights = weigh_features(story_item.features)
    if not topics and not _is_distinctive_headline(title_key(story_item.title)):
        return Placement(), ""  # "Latest updates": the name of a page is no announcement
    similarities = rank_stories(story_item, weights, topics, story_index)
    alike = list(dict.fromkeys([*near, *(similarity.story for similarity in similarities)]))
    same_text = (_find_same_text(story_item, story) for story in alike)
    same_address = (_find_by_address(story_item, story) for story in near)
    likeness = _judge_likenesses(story_item, topics, similarities, story_index.weigh(weights))
    retracted = iter([_find_retracted(story_item, weights, story_index)])
    placement = next(filter(None, chain(same_text, retracted, same_address, likeness)), None)
    if placement:
        return placement, ""
    return Placement(), find_earlier_chapter(similarities, latest_publication(story_item.published, story_item.seen_at))


def _find_retracted(story_item: StoryItem, weights: Weights, story_index: StoryIndex) -> Placement | None:
    """The Placement of an official text that takes an announcement back, or cites it by its reference.

    What ends only a part of it, one site or one indicator, changes nothing else: it is told in the thread.
    """
    proof = find_retracted_story(story_item, weights, story_index)
    if proof is None:
        return None
    if story_item.retraction is None:
        return Placement(before=proof.story, join=Join.SAME_MATTER, reason=proof.reason)
    if story_item.retraction is Retraction.ENDS and not proof.is_whole:
        return Placement(before=proof.story, join=Join.LIKENESS, reason=f"takes back a part: {proof.reason}")
    reason = f"takes back: {proof.reason}"
    return Placement(before=proof.story, join=Join.RETRACTION, reason=reason, takes_back=story_item.retraction)


def _find_by_address(story_item: StoryItem, story: Story) -> Placement | None:
    """The Placement of an official text that stands at the address of an Item of `story`, whatever its words."""
    if not story_item.trust.confirms or not _has_recent_address(story_item, story):
        return None
    return Placement(before=story, join=Join.SAME_MATTER, reason="the same address")


def _find_same_text(story_item: StoryItem, story: Story) -> Placement | None:
    """The Placement of an Item that surely is the text of an Item of `story`, within WINDOW; of a told one first."""
    if is_another_letter(story_item, story):
        return None
    twins = []
    for earlier in story.items:
        if abs(story_item.seen_at - earlier.seen_at) <= WINDOW:
            reason = same_text_reason(story_item, earlier) or _same_report_reason(story_item, earlier)
            # No paper speaks for a body.
            may_silence = earlier.trust.confirms or not story_item.trust.confirms
            twins += (
                [(may_silence and earlier.item in story.told_items, may_silence, earlier, reason)] if reason else []
            )
    if not twins:
        return None
    was_told, may_silence, twin, reason = max(twins, key=lambda each: each[:2])
    join = Join.SAME_TEXT if may_silence else Join.SAME_MATTER
    return Placement(before=story, join=join, reason=reason, twin=twin, was_told=was_told)


def _same_report_reason(story_item: StoryItem, earlier: StoryItem) -> str:
    """Where one of the two is no official text, one address or one distinctive headline is one report."""
    if story_item.trust.confirms and earlier.trust.confirms:
        return ""
    if has_same_address(story_item, earlier):
        return "the same address"
    headline = title_key(story_item.title)
    is_same = _is_distinctive_headline(headline) and title_key(earlier.title) == headline
    return "the same headline" if is_same else ""


def _has_recent_address(story_item: StoryItem, story: Story) -> bool:
    return any(
        has_same_address(story_item, earlier) and abs(story_item.seen_at - earlier.seen_at) <= WINDOW
        for earlier in story.items
    )


def _judge_likenesses(
    story_item: StoryItem, topics: tuple[str, ...], similarities: Sequence[Similarity], weights: Weights
) -> Iterable[Placement]:
    """The Placements in Stories that `story_item` is like, the best first.

    Of several that an official text surely belongs to, rather one that names a date than one that says that there is
    none yet; then the one with the most evidence; then what is official already.
    """
    placements = filter(None, (_judge_likeness(story_item, topics, each, weights) for each in similarities))
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
    story_item: StoryItem, topics: tuple[str, ...], similarity: Similarity, weights: Weights
) -> Placement | None:
    """The Placement in a Story that `story_item` is like; None where it is not like enough, or only looks so.

    An official text joins what was only reported when both surely are one matter, and no series of its own publisher.
    """
    story = similarity.story
    shares = f"shares {', '.join(similarity.words[:MAX_WORDS_SHOWN])} ({similarity.points:.1f})"
    if _is_another_announcement(story_item, story):
        return None
    is_alike = similarity.points >= (JOINS_FROM if topics else JOINS_WITHOUT_TOPIC)
    is_sure = is_one_matter(story_item, story, weights, is_alike=is_alike)
    if story_item.trust.confirms:
        if _is_of_series(story_item, story) or not (is_sure or story.official):
            return None
        differs = (earlier.trust.confirms and differs_in_particulars(story_item, earlier) for earlier in story.items)
        if any(differs) and not names_one_duty(story_item, story):
            return None  # each names something of its own: two recalls, two towns, two forms
        if is_sure and (topics or is_alike):
            return Placement(before=story, join=Join.SAME_MATTER, reason=shares)
    may_guess = not story_item.trust.confirms and _count_guesses(story) < MAX_GUESSES
    if not is_alike or not (is_sure or shares_more_than_a_word(similarity.words) or similarity.is_vague):
        return None
    if similarity.is_vague:
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


def _is_distinctive_headline(headline: str) -> bool:
    """Whether two texts with this headline must mean the same: "Annual flu programme" is only the name of a page."""
    return len(headline.split()) >= MIN_HEADLINE_WORDS
