"""Which Story an Item tells, and whether that is worth telling now."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.language.dates import latest_publication
from watcher.core.language.features import extract_features, facts_of_kind, weigh_features
from watcher.core.language.numbers import numbers_changed
from watcher.core.language.text import title_key
from watcher.core.stories.authority import authority_of
from watcher.core.stories.similarity import (
    JOINS_FROM,
    JOINS_WITHOUT_TOPIC,
    PERHAPS,
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
CLOSES_AFTER = timedelta(hours=24)
DEVELOPS_AFTER = timedelta(hours=20)
DEVELOPS = ("date", "age", "money", "managers")
MIN_HEADLINE_WORDS = 4
MAX_WORDS_SHOWN = 5
MAX_GUESSES = 4  # in one Story: on a day with more, the subject alone says nothing
SAME_ITEM = "the same item"


def as_story_item(item: Item, trust: Trust, publisher: str, now: datetime) -> StoryItem:
    """The part that `item` plays in a Story. What an edited page says was first seen with the edit."""
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
    told: StoryItem,
    topics: tuple[str, ...],
    shelf: StoryIndex,
    now: datetime,
    *,
    withdrawn: bool = False,
    was: str = "",
    edited: bool = False,
) -> tuple[Story | None, Story | None]:
    """The Story before and after `told`; before is None when `told` opens it. `was` is its headline before an edit.

    `edited`: it is a watched page that now says something else.

    What matches no Topic opens none: it may join one that it clearly tells, else both are None.
    """
    before, why, chapter = _found(told, topics, shelf)
    if before is not None:
        after = before.with_item(replace(told, join_reason=why), topics=tuple(sorted({*before.topics, *topics})))
        changed = edited or numbers_changed(told.title, was)
        return before, next_status(before, after, told, now, withdrawn=withdrawn, moved=changed)
    if not topics:
        return None, None
    opened = Story(
        id=key("story", told.item, told.seen_at.isoformat()),
        title=told.title,
        status=Status.REPORTED,
        topics=topics,
        opened_at=told.seen_at,
        items=(told,),
        follows=chapter,
    )
    return None, next_status(None, opened, told, now, withdrawn=withdrawn)


def _found(told: StoryItem, topics: tuple[str, ...], shelf: StoryIndex) -> tuple[Story | None, str, str]:
    """The Story that `told` belongs to, why, and else the one of which it is the next chapter."""
    for story in shelf.stories_with(told):
        same = _same(told, story)
        if same and (same == SAME_ITEM or not is_another_letter(told, story)):
            return story, same, ""
    if not topics and not _says_enough(title_key(told.title)):
        return None, "", ""  # "Latest updates": a page's name tells nothing
    likely = rank_stories(told, weigh_features(told.features), topics, shelf)
    for each in likely:
        if each.points < (JOINS_FROM if topics else JOINS_WITHOUT_TOPIC):
            break
        if not _another(told, each.story) and not (each.is_vague and _guesses(each.story) >= MAX_GUESSES):
            shares = f"shares {', '.join(each.words[:MAX_WORDS_SHOWN])} ({each.points:.1f})"
            return each.story, f"{PERHAPS}{shares}" if each.is_vague else shares, ""
    return None, "", find_earlier_chapter(likely, latest_publication(told.published, told.seen_at))


def _guesses(story: Story) -> int:
    return sum(known.join_reason.startswith(PERHAPS) for known in story.items)


def _another(told: StoryItem, story: Story) -> bool:
    """Whether `told` only looks like a Story: another letter or year, the next bulletin, or the answer to it."""
    looks = (is_another_letter, is_another_season, is_another_edition, answers_open_question)
    return any(differs(told, story) for differs in looks)


def _same(told: StoryItem, story: Story) -> str:
    """In which way a Story surely holds `told`: its Item, lately its address, or a headline that says enough."""
    if any(known.item == told.item for known in story.items):
        return SAME_ITEM
    recent = [known for known in story.items if abs(told.seen_at - known.seen_at) <= WINDOW]
    if any(known.identity == told.identity for known in recent):
        return "the same address"
    headline = title_key(told.title)
    alike = _says_enough(headline) and any(title_key(known.title) == headline for known in recent)
    return "the same headline" if alike else ""


def _says_enough(headline: str) -> bool:
    """Whether two publishers with this headline must mean the same: "Annual flu programme" is only a page's name."""
    return len(headline.split()) >= MIN_HEADLINE_WORDS


def topics_not_yet_told(before: Story | None, topics: Iterable[str]) -> tuple[str, ...]:
    """Those of `topics` whose readers have not heard of this Story."""
    return tuple(topic for topic in topics if before is None or topic not in before.told_topics)


def reason_to_tell(
    before: Story | None, after: Story, item: Item, topics: Iterable[str], was: str = "", *, edited: bool = False
) -> Reason | None:
    """Why `item` about `topics` is worth telling now; None for one more report of what was told already.

    A turn of the Status always is, and so is a watched page that says something else (`edited`). Any other Item that
    told the Story before speaks again only when it widened the Topics, or when the figures of its headline moved. One
    more report that widens the Topics is heard first by those who wait for the new ones.
    """
    turn = (
        after.status_changes[-1].status
        if len(after.status_changes) > len(before.status_changes if before else ())
        else None
    )
    if turn is Status.WITHDRAWN:
        return Reason.WITHDRAWN
    if before is None or not before.told_topics:
        return Reason.FIRST_HEARD
    if turn is Status.CONFIRMED:
        return Reason.NOW_OFFICIAL
    headline = numbers_changed(item.title, was) and after.status is not Status.WITHDRAWN
    page = edited and not item.withdrawn
    if turn is Status.CHANGED or headline or page or is_new_development(before, after, item):
        return Reason.CHANGED
    if not topics_not_yet_told(before, topics):
        return None
    known = any(telling.item == item.id for telling in before.items)
    return Reason.CHANGED if known else Reason.FIRST_HEARD


def is_new_development(before: Story, after: Story, item: Item) -> bool:
    """Whether a later report says something of its own.

    It does when only the subject is shared; or when it names a date, age or sum that nobody named, or puts practice
    managers elsewhere, after most of a day. The papers of one day print one thing.
    """
    told = next((each for each in after.items if each.item == item.id), None)
    if told is None or any(each.item == item.id for each in before.items) or told.trust.confirms:
        return False
    if told.join_reason.startswith(PERHAPS):
        return True
    if before.last_alert_at is None or told.seen_at - before.last_alert_at < DEVELOPS_AFTER:
        return False
    for kind in DEVELOPS:
        here = facts_of_kind(told.features.title | told.features.more, kind)
        there = frozenset(
            f for each in before.items for f in facts_of_kind(each.features.title | each.features.more, kind)
        )
        if here and not here <= there:
            return True
    return False
