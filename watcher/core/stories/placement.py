"""Placement of an Item in a Story: what it surely belongs to, and what it is only like."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from watcher.core.language.text import title_key
from watcher.core.stories.authority import authority_of
from watcher.core.stories.features import extract_features, facts_in, weigh_features
from watcher.core.stories.join import Join, Placement
from watcher.core.stories.likeness import judge_likenesses
from watcher.core.stories.retractions import read_retraction
from watcher.core.stories.same_matter import find_retracted_story
from watcher.core.stories.sameness import has_same_address, same_text_reason
from watcher.core.stories.similarity import find_earlier_chapter, is_another_letter, rank_stories
from watcher.core.stories.status import StatusEvidence, next_status
from watcher.core.stories.story_index import StoryIndex, Weights
from watcher.model import Item, Precision, Published, Retraction, Status, Story, StoryItem, Trust, key

WINDOW = timedelta(days=14)
MIN_HEADLINE_WORDS = 4


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
    cites = facts_in(story_item.features, "ref")
    alike = (similarity.story for similarity in similarities if cites)  # with one reference a text has other words
    twins = {story.id: story for story in (*near, *alike)}.values()
    same_text = (_find_same_text(story_item, story) for story in twins)
    same_address = (_find_by_address(story_item, story) for story in near)
    weights_now = story_index.weigh(weights) if similarities else weights
    likeness = judge_likenesses(story_item, topics, similarities, weights_now)
    retracted = iter([_find_retracted(story_item, weights, story_index)])
    placement = next(filter(None, chain(same_text, retracted, same_address, likeness)), None)
    if placement:
        return placement, ""
    return Placement(), find_earlier_chapter(story_item, similarities)


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


def _is_distinctive_headline(headline: str) -> bool:
    """Whether two texts with this headline must mean the same: "Annual flu programme" is only the name of a page."""
    return len(headline.split()) >= MIN_HEADLINE_WORDS
