"""Steps 4 to 7 of a poll in one pure function: what is new, what it is about, which Story it tells, whom to tell."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.deadlines.ledger import LedgerUpdate
from watcher.core.deadlines.reminders import schedule_reminder
from watcher.core.delivery.closing_note import CLOSES_AFTER
from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST, plan_deliveries, reaches_anyone
from watcher.core.items.newsworthiness import MAX_AGE, edited_page_ids, reportable_ids
from watcher.core.items.revisions import distinct_items, match_moved_items, next_revision
from watcher.core.language.dates import best_moment, latest_moment
from watcher.core.language.numbers import numbers_changed
from watcher.core.matching.index import TopicIndex
from watcher.core.pages.versions import NO_CHANGES, Changes, changed_words
from watcher.core.stories.placement import as_story_item, place_item, reason_to_tell, topics_not_yet_told
from watcher.core.stories.story_index import StoryIndex
from watcher.model import (
    Alert,
    Decision,
    Item,
    LedgerDate,
    Match,
    Quarantined,
    Reason,
    SourceState,
    Status,
    Story,
    StoryItem,
    Subscriber,
    Trust,
)

MAX_ALERTS_OF_ITEM = 3  # a headline that is edited back and forth falls silent


@dataclass(frozen=True, slots=True, kw_only=True)
class PollContext:
    """All that is the same for each Item of a poll: publisher, topics, subscribers, and the time (UTC)."""

    publisher: str
    trust: Trust
    index: TopicIndex
    subscribers: Sequence[Subscriber]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedState:
    """The part of the database that a poll needs for its decision.

    `items`: these Items by identity; `stories`: the open ones, with `story_counts`, how many of all the open ones hold
    each word; `newest_items`: the source's newest Items, where it may have moved; `alert_counts`: Alerts so far by
    Item; `recent_alert_counts`: Stories told in the last hour by Subscriber; `dates`: those of the ledger by Story. Of
    a source of watched pages `page_changes` says what became of each (pages/versions.py), and `reverted_ids` has the
    ids of those that are back at a version that they had before.
    """

    state: SourceState
    items: Mapping[str, Item]
    stories: Sequence[Story]
    story_counts: Mapping[str, int] = field(default_factory=dict)
    newest_items: Sequence[Item] = ()
    alert_counts: Mapping[str, int] = field(default_factory=dict)
    recent_alert_counts: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, Sequence[LedgerDate]] = field(default_factory=dict)
    page_changes: Changes | None = None
    reverted_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMatch:
    """An Item and its topics: its Matches, the points of its Relevance, and its headline before an edit ("": none).

    `story_item` is its part in a Story; `is_news`: it may be told on its own account. `is_edited`: a watched page says
    something else; `is_reverted`: it said so before.
    """

    item: Item
    story_item: StoryItem
    matches: tuple[Match, ...]
    points: int
    previous_title: str = ""
    is_news: bool = True
    is_edited: bool = False
    is_reverted: bool = False

    @property
    def topics(self) -> tuple[str, ...]:
        """The Topics that it matches."""
        return tuple(match.topic for match in self.matches)


def decide(parsed_items: Iterable[Item], loaded: LoadedState, context: PollContext) -> Decision:
    """All that this poll changes: values in, one Decision out; nothing is read or written here."""
    distinct = distinct_items(parsed_items)
    items, moved = _compare(distinct, loaded, context.now)  # step 4
    matches, vetoed_ids, quarantined = _match(items, context)  # step 5
    reportable = reportable_ids(items, loaded.state, loaded.page_changes, distinct[:1], context.now)
    news_ids = reportable - {item.id for item in moved.values()}
    item_matches = _describe([item for item in items if item.id not in vetoed_ids], matches, news_ids, loaded, context)
    stories, alerts, ledger = _place(item_matches, loaded, context)  # step 6
    return Decision(
        items=tuple(items),
        moved=moved,
        matches=matches,
        stories=stories,
        alerts=tuple(alerts),
        deliveries=plan_deliveries(  # step 7
            tuple(alerts), context.subscribers, context.now, loaded.recent_alert_counts, alerts, ledger.urgent_moments
        ),
        dates=tuple(schedule_reminder(date, context.subscribers, context.now) for date in ledger.changed),
        quarantined=(*quarantined, *ledger.quarantined),
        fresh=sum(item.revision == 1 for item in items),
        revised=sum(item.revision > 1 for item in items),
    )


def _compare(items: Sequence[Item], loaded: LoadedState, now: datetime) -> tuple[Sequence[Item], Mapping[str, Item]]:
    """New and changed Items, the oldest first; and the stored Items that only moved, by their new identity."""
    moved = match_moved_items(items, loaded.items, loaded.newest_items)
    stored = {**loaded.items, **moved}
    changes = loaded.page_changes or NO_CHANGES
    revisions = (next_revision(item, stored.get(item.identity), now, changes.get(item.identity)) for item in items)
    return sorted(filter(None, revisions), key=lambda item: best_moment(item.published, now)), moved


def _match(
    items: Sequence[Item], context: PollContext
) -> tuple[Mapping[str, tuple[Match, ...]], frozenset[str], tuple[Quarantined, ...]]:
    """Each Item's Matches; the ids of those that can tell no Story, because a veto stopped them; and what failed.

    An Item that the matching fails on is quarantined, and the others go on.
    """
    matches: dict[str, tuple[Match, ...]] = {}
    vetoed_ids, quarantined = set(), []
    for item in items:
        try:
            matches[item.id], vetoes = context.index.topics_of(item, context.publisher)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the other Items
            matches[item.id], vetoes = (), ()
            vetoed_ids.add(item.id)
            body = f"{item.title}\n{item.summary}\n{item.text}".encode("utf-8", "replace")
            why = f"matching failed: {type(error).__name__}"
            quarantined.append(Quarantined(what="item", name=item.id, why=why, body=body))
        if vetoes and not matches[item.id]:
            vetoed_ids.add(item.id)
    return matches, frozenset(vetoed_ids), tuple(quarantined)


def _describe(
    items: Sequence[Item],
    matches: Mapping[str, tuple[Match, ...]],
    news_ids: Container[str],
    loaded: LoadedState,
    context: PollContext,
) -> list[ItemMatch]:
    """Each Item and its topics. A page's headline before an edit counts only where the page was watched then."""
    changes = loaded.page_changes
    edited_ids = edited_page_ids(items, changes or NO_CHANGES)
    titles = {item.id: item.title for item in loaded.items.values() if changes is None or item.id in edited_ids}
    return [
        ItemMatch(
            item=item,
            story_item=as_story_item(item, context.trust, context.publisher, context.now),
            matches=matches[item.id],
            points=_points(item, changes or NO_CHANGES, context),
            previous_title=titles.get(item.id, ""),
            is_news=item.id in news_ids,
            is_edited=item.id in edited_ids,
            is_reverted=item.id in loaded.reverted_ids,
        )
        for item in items
    ]


def _points(item: Item, changes: Changes, context: PollContext) -> int:
    """The points of an Item's Relevance; of an edited page those of the words that changed, where they have Signals."""
    confirms = context.trust.confirms
    change = changes.get(item.identity)
    if change and (words := changed_words(change)):
        edit = context.index.relevance(replace(item, summary="", text=words), context.publisher, confirms=confirms)
        if any(evidence.field == "text" for _, evidence in edit.signals):
            return edit.points
    return context.index.relevance(item, context.publisher, confirms=confirms).points


def _place(
    item_matches: Iterable[ItemMatch], loaded: LoadedState, context: PollContext
) -> tuple[tuple[Story, ...], Mapping[Alert, frozenset[str]], LedgerUpdate]:
    """The Stories that these Items touch, the Alerts with the Topics whose readers had heard of them, and the dates."""
    index, ledger = StoryIndex(loaded.stories, loaded.story_counts), LedgerUpdate(loaded.dates)
    changed: dict[str, Story] = {}
    alerts: dict[Alert, frozenset[str]] = {}
    for item_match in item_matches:
        after, alert = _place_one(item_match, index, loaded, context.now)
        if after:
            before = index.get(after.id)
            told_topics = before.told_topics if before else frozenset()
            if alert and reaches_anyone(alert, context.subscribers, told_topics):
                alerts[alert] = told_topics
            ledger.add(before, after, item_match.item, item_match.story_item, context.now)
            index.add(after)
            changed[after.id] = after
    return tuple(changed.values()), alerts, ledger


def _place_one(
    item_match: ItemMatch, index: StoryIndex, loaded: LoadedState, now: datetime
) -> tuple[Story | None, Alert | None]:
    """The Story with this Item in it, if it tells one, and the Alert if that is worth telling now."""
    item, topics, previous_title = item_match.item, item_match.topics, item_match.previous_title
    changed = item_match.is_edited or numbers_changed(item.title, previous_title)
    before, after = place_item(item_match.story_item, topics, index, now, withdrawn=item.withdrawn, changed=changed)
    if after is None:
        return None, None
    reason = reason_to_tell(before, after, item, topics, previous_title, edited=item_match.is_edited)
    if not item_match.is_news and not _follows_up(reason, before, item, previous_title):
        reason = None
        if before and before.told_topics:  # nobody hears of it, so what readers were told still stands
            after = replace(after, status=before.status, status_changes=before.status_changes)
    if reason is None or _is_left_out(reason, item_match, after, loaded.alert_counts):
        return after, None
    alert = _make_alert(reason, after, item_match, topics_not_yet_told(before, topics), now)
    return _mark_told(after, alert, now), alert


def _is_left_out(reason: Reason, item_match: ItemMatch, after: Story, alert_counts: Mapping[str, int]) -> bool:
    """Whether a Reason is not enough to tell.

    What is left to digests has told nobody at once: the Story is still news when a report comes that is for practices.
    """
    is_unlikely = item_match.points < MIN_POINTS_AT_ONCE
    alerts_so_far = alert_counts.get(item_match.item.id, 0)
    if reason is Reason.CHANGED:  # opinion on what is known is counted, not told
        is_opinion = is_unlikely and not item_match.story_item.trust.confirms and not item_match.previous_title
        return is_opinion or _was_told_enough(item_match, alerts_so_far)
    if reason is Reason.FIRST_HEARD and not item_match.topics:
        return True  # it tells this Story, but is no reason to tell it
    return is_unlikely and not after.told_topics and _needs_no_repeat(reason, alerts_so_far)


def _was_told_enough(item_match: ItemMatch, alerts_so_far: int) -> bool:
    """Whether an edit is left untold: the fourth of a headline, or of a page that goes back and forth.

    What a watched page never said before is always told, unless its words are none of a practice's business.
    """
    if item_match.is_edited and not item_match.is_reverted:
        return item_match.points < MIN_POINTS_IN_DIGEST
    return alerts_so_far >= MAX_ALERTS_OF_ITEM


def _needs_no_repeat(reason: Reason, alerts_so_far: int) -> bool:
    """Whether what is left to digests has been told once, or is taken back before anybody heard of it."""
    return reason is Reason.WITHDRAWN or (reason is Reason.FIRST_HEARD and alerts_so_far > 0)


def _mark_told(after: Story, alert: Alert, now: datetime) -> Story:
    """`after`, which `alert` tells: to whom at once, and when it closes if nothing official comes."""
    told_at_once = alert.topics if alert.relevance >= MIN_POINTS_AT_ONCE else ()
    after = replace(after, told_topics=after.told_topics.union(told_at_once), last_alert_at=now)
    if after.status is not Status.REPORTED:
        return replace(after, close_at=None)
    is_first = alert.reason is Reason.FIRST_HEARD and after.close_at is None and not after.closed
    return replace(after, close_at=now + CLOSES_AFTER) if is_first else after


def _follows_up(reason: Reason | None, before: Story | None, item: Item, previous_title: str) -> bool:
    """Whether an Item that is too old to be news, or at its source's first sight, answers what readers were told.

    A told page that is changed or withdrawn; or one that makes official what was told as unofficial.
    """
    if before is None or not before.told_topics:
        return False
    if reason in {Reason.CHANGED, Reason.WITHDRAWN}:
        return bool(previous_title)
    published = latest_moment(item.published)
    return reason is Reason.NOW_OFFICIAL and published is not None and published > before.opened_at - MAX_AGE


def _make_alert(
    reason: Reason, after: Story, item_match: ItemMatch, new_topics: tuple[str, ...], now: datetime
) -> Alert:
    """A follow-up carries all of the Story's Topics, so that it reaches all who were told before.

    `new_topics`: those of the Item whose readers have not heard of the Story.
    """
    return Alert(
        reason=reason,
        at=now,
        story=after.id,
        item=item_match.item.id,
        revision=item_match.item.revision,
        status=after.status,
        topics=new_topics if reason is Reason.FIRST_HEARD else after.topics,
        relevance=item_match.points,
    )
