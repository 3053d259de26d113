"""Placement of an Item in a Story, and whether it is worth an Alert now."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.language.dates import latest_publication
from watcher.core.language.features import extract_features, facts_of_kind, weigh_features
from watcher.core.language.numbers import numbers_changed
from watcher.core.language.text import title_key
from watcher.core.stories.authority import authority_of
from watcher.core.stories.similarity import (
    GUESS_PREFIX,
    JOINS_FROM,
    JOINS_WITHOUT_TOPIC,
    answers_open_question,
    find_earlier_chapter,
    is_another_edition,
    is_another_letter,
    is_another_season,
    rank_stories,
)
from watcher.core.stories.status import next_status
from watcher.core.stories.story_index import StoryIndex
from watcher.model import Item, Reason, Status, Story, StoryItem, Trust, key

WINDOW = timedelta(days=14)
DEVELOPS_AFTER = timedelta(hours=20)
DEVELOPS = ("date", "age", "money", "managers")
MIN_HEADLINE_WORDS = 4
MAX_WORDS_SHOWN = 5
MAX_GUESSES = 4  # in one Story: on a day with more, a shared subject alone is no evidence
SAME_ITEM = "the same item"


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
        published=item.published,
        authority=authority_of(item, trust),
        features=extract_features(item.title, item.summary),
    )


def place_item(
    story_item: StoryItem,
    topics: tuple[str, ...],
    story_index: StoryIndex,
    now: datetime,
    *,
    withdrawn: bool = False,
    changed: bool = False,
) -> tuple[Story | None, Story | None]:
    """The Story before and after `story_item` joined it; before is None when `story_item` opens it.

    An Item that matches no Topic opens none: it may join one that it clearly tells, else both are None. `withdrawn`:
    the page itself says that it is. `changed`: a watched page that now says something else, or an edit that changed a
    figure of its headline.
    """
    before, join_reason, chapter = _find_story(story_item, topics, story_index)
    if before is not None:
        after = before.with_item(
            replace(story_item, join_reason=join_reason), topics=tuple(sorted({*before.topics, *topics}))
        )
        return before, next_status(before, after, story_item, now, withdrawn=withdrawn, changed=changed)
    if not topics:
        return None, None
    opened = Story(
        id=key("story", story_item.item, story_item.seen_at.isoformat()),
        title=story_item.title,
        status=Status.REPORTED,
        topics=topics,
        opened_at=story_item.seen_at,
        items=(story_item,),
        follows=chapter,
    )
    return None, next_status(None, opened, story_item, now, withdrawn=withdrawn)


def _find_story(
    story_item: StoryItem, topics: tuple[str, ...], story_index: StoryIndex
) -> tuple[Story | None, str, str]:
    """The Story that `story_item` belongs to, and why; else None, "" and the id of the Story that it follows."""
    for story in story_index.stories_with(story_item):
        join_reason = _certain_join_reason(story_item, story)
        if join_reason and (join_reason == SAME_ITEM or not is_another_letter(story_item, story)):
            return story, join_reason, ""
    if not topics and not _is_distinctive_headline(title_key(story_item.title)):
        return None, "", ""  # "Latest updates": the name of a page is no announcement
    similarities = rank_stories(story_item, weigh_features(story_item.features), topics, story_index)
    for similarity in similarities:
        if similarity.points < (JOINS_FROM if topics else JOINS_WITHOUT_TOPIC):
            break
        if not _is_another_announcement(story_item, similarity.story) and not (
            similarity.is_vague and _count_guesses(similarity.story) >= MAX_GUESSES
        ):
            shares = f"shares {', '.join(similarity.words[:MAX_WORDS_SHOWN])} ({similarity.points:.1f})"
            return similarity.story, f"{GUESS_PREFIX}{shares}" if similarity.is_vague else shares, ""
    return None, "", find_earlier_chapter(similarities, latest_publication(story_item.published, story_item.seen_at))


def _count_guesses(story: Story) -> int:
    return sum(earlier.join_reason.startswith(GUESS_PREFIX) for earlier in story.items)


def _is_another_announcement(story_item: StoryItem, story: Story) -> bool:
    """Whether `story_item` only looks like it: another letter or year, the next bulletin, or the answer to it."""
    checks = (is_another_letter, is_another_season, is_another_edition, answers_open_question)
    return any(check(story_item, story) for check in checks)


def _certain_join_reason(story_item: StoryItem, story: Story) -> str:
    """The reason why `story_item` surely belongs to a Story, "" if none: its Item, address or distinctive headline.

    Address and headline count only within WINDOW.
    """
    if any(earlier.item == story_item.item for earlier in story.items):
        return SAME_ITEM
    recent = [earlier for earlier in story.items if abs(story_item.seen_at - earlier.seen_at) <= WINDOW]
    if any(earlier.identity == story_item.identity for earlier in recent):
        return "the same address"
    headline = title_key(story_item.title)
    is_same_headline = _is_distinctive_headline(headline) and any(
        title_key(earlier.title) == headline for earlier in recent
    )
    return "the same headline" if is_same_headline else ""


def _is_distinctive_headline(headline: str) -> bool:
    """Whether two texts with this headline must mean the same: "Annual flu programme" is only the name of a page."""
    return len(headline.split()) >= MIN_HEADLINE_WORDS


def topics_not_yet_told(before: Story | None, topics: Iterable[str]) -> tuple[str, ...]:
    """Those of `topics` whose readers have had no Alert of this Story."""
    return tuple(topic for topic in topics if before is None or topic not in before.told_topics)


def reason_to_tell(
    before: Story | None,
    after: Story,
    item: Item,
    topics: Iterable[str],
    previous_title: str = "",
    *,
    edited: bool = False,
) -> Reason | None:
    """The Reason for an Alert of `item` about `topics` now; None for one more report of what was told already.

    A change of the Status always is one, and so is a watched page that says something else (`edited`). Any other Item
    that told the Story before gets another Alert only when it widens the Topics, or when the figures of its headline
    changed since `previous_title`. One more report that widens the Topics is `first_heard` by those who wait for the
    new ones.
    """
    new_status = (
        after.status_changes[-1].status
        if len(after.status_changes) > len(before.status_changes if before else ())
        else None
    )
    if new_status is Status.WITHDRAWN:
        return Reason.WITHDRAWN
    if before is None or not before.told_topics:
        return Reason.FIRST_HEARD
    if new_status is Status.CONFIRMED:
        return Reason.NOW_OFFICIAL
    figures_changed = numbers_changed(item.title, previous_title) and after.status is not Status.WITHDRAWN
    page_changed = edited and not item.withdrawn
    if new_status is Status.CHANGED or figures_changed or page_changed or is_new_development(before, after, item):
        return Reason.CHANGED
    if not topics_not_yet_told(before, topics):
        return None
    has_told_before = any(earlier.item == item.id for earlier in before.items)
    return Reason.CHANGED if has_told_before else Reason.FIRST_HEARD


def is_new_development(before: Story, after: Story, item: Item) -> bool:
    """Whether a later report, never an official text, says something of its own.

    It does when only the subject is shared (a guess); or when, after DEVELOPS_AFTER, it names a date, age or sum that
    nobody named, or says something else of practice managers. The papers of one day print the same.
    """
    story_item = next((candidate for candidate in after.items if candidate.item == item.id), None)
    if story_item is None or any(earlier.item == item.id for earlier in before.items) or story_item.trust.confirms:
        return False
    if story_item.join_reason.startswith(GUESS_PREFIX):
        return True
    if before.last_alert_at is None or story_item.seen_at - before.last_alert_at < DEVELOPS_AFTER:
        return False
    for kind in DEVELOPS:
        facts = facts_of_kind(story_item.features.title | story_item.features.more, kind)
        earlier_facts = frozenset(
            fact
            for earlier in before.items
            for fact in facts_of_kind(earlier.features.title | earlier.features.more, kind)
        )
        if facts and not facts <= earlier_facts:
            return True
    return False
