"""Steps 4 to 7 of a poll in one pure function: what is new, what it is about, which Story it tells, whom to tell."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.deadlines.ledger import LedgerUpdate
from watcher.core.deadlines.reminders import schedule_reminder
from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST, plan_deliveries, reaches_anyone
from watcher.core.items.freshness import MAX_AGE, edited_page_ids, reportable_ids
from watcher.core.items.revisions import distinct_items, match_moved_items, next_revision
from watcher.core.language.dates import best_moment, latest_moment
from watcher.core.matching.index import TopicIndex
from watcher.core.pages.versions import NO_CHANGES, Changes, changed_words
from watcher.core.stories.placement import CLOSES_AFTER, as_story_item, place_item, reason_to_tell, topics_not_yet_told
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

MAX_ALERTS_OF_ITEM = 3  # of one Item: a headline that is edited back and forth falls silent


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedState:
    """What the database holds that this poll may touch.

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
    """What one Item is about: its Matches, the points of its Relevance, and its headline before an edit ("": none).

    `story_item` is its part in a Story; `is_news`: it may speak for itself. `is_edited`: a watched page says something
    else; `is_reverted`: it said so before.
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


def decide(
    found: Iterable[Item],
    known: LoadedState,
    *,
    trust: Trust,
    publisher: str,
    index: TopicIndex,
    subscribers: Sequence[Subscriber],
    now: datetime,
) -> Decision:
    """All that this poll changes."""
    distinct = distinct_items(found)
    items, moved = _compared(distinct, known, now)
    matched, strangers, poison = _matched(items, index, publisher)
    news = reportable_ids(items, known.state, known.page_changes, distinct[:1], now) - {
        item.id for item in moved.values()
    }
    ours = [item for item in items if item.id not in strangers]
    abouts = _abouts(ours, known, matched, news, trust, publisher, index, now)
    stories, heard, book = _stories(abouts, known, subscribers, now)
    return Decision(
        items=tuple(items),
        moved=moved,
        matches=matched,
        stories=stories,
        alerts=tuple(heard),
        deliveries=plan_deliveries(
            tuple(heard), subscribers, now, known.recent_alert_counts, heard, book.urgent_moments
        ),
        dates=tuple(schedule_reminder(each, subscribers, now) for each in book.changed),
        quarantined=(*poison, *book.quarantined),
        fresh=sum(item.revision == 1 for item in items),
        revised=sum(item.revision > 1 for item in items),
    )


def _compared(found: Sequence[Item], known: LoadedState, now: datetime) -> tuple[Sequence[Item], Mapping[str, Item]]:
    """What is new or changed, the oldest first; and the known Items that only moved, by their new identity."""
    had = {**known.items, **(moved := match_moved_items(found, known.items, known.newest_items))}
    changes = known.page_changes or NO_CHANGES
    compared = (next_revision(item, had.get(item.identity), now, changes.get(item.identity)) for item in found)
    return sorted(filter(None, compared), key=lambda item: best_moment(item.published, now)), moved


def _abouts(
    items: Sequence[Item],
    known: LoadedState,
    matched: Mapping[str, tuple[Match, ...]],
    news: Container[str],
    trust: Trust,
    publisher: str,
    index: TopicIndex,
    now: datetime,
) -> list[ItemMatch]:
    """What each Item is about. A page's headline before an edit counts only where the page was watched then."""
    edited = edited_page_ids(items, known.page_changes or NO_CHANGES)
    was = {each.id: each.title for each in known.items.values() if known.page_changes is None or each.id in edited}
    return [
        ItemMatch(
            item=item,
            story_item=as_story_item(item, trust, publisher, now),
            matches=matched[item.id],
            points=_points(item, known, index, publisher, trust),
            previous_title=was.get(item.id, ""),
            is_news=item.id in news,
            is_edited=item.id in edited,
            is_reverted=item.id in known.reverted_ids,
        )
        for item in items
    ]


def _points(item: Item, known: LoadedState, index: TopicIndex, publisher: str, trust: Trust) -> int:
    """The points of an Item's Relevance; of an edited page those of the words that changed, where they have Signals."""
    change = (known.page_changes or NO_CHANGES).get(item.identity)
    if change and (words := changed_words(change)):
        changed = index.relevance(replace(item, summary="", text=words), publisher, confirms=trust.confirms)
        if any(evidence.field == "text" for _, evidence in changed.signals):
            return changed.points
    return index.relevance(item, publisher, confirms=trust.confirms).points


def _stories(
    abouts: Iterable[ItemMatch], known: LoadedState, subscribers: Sequence[Subscriber], now: datetime
) -> tuple[tuple[Story, ...], Mapping[Alert, frozenset[str]], LedgerUpdate]:
    """The Stories that these Items touch, the Alerts with the Topics whose readers had heard of them, and the dates."""
    shelf, touched, book = StoryIndex(known.stories, known.story_counts), dict[str, Story](), LedgerUpdate(known.dates)
    heard: dict[Alert, frozenset[str]] = {}
    for about in abouts:
        after, alert = _placed(about, shelf, known, now)
        if after:
            earlier = shelf.get(after.id)
            before = earlier.told_topics if earlier else frozenset()
            if alert and reaches_anyone(alert, subscribers, before):
                heard[alert] = before
            book.add(earlier, after, about.item, about.story_item, now)
            shelf.add(after)
            touched[after.id] = after
    return tuple(touched.values()), heard, book


def _matched(
    items: Sequence[Item], index: TopicIndex, publisher: str
) -> tuple[Mapping[str, tuple[Match, ...]], frozenset[str], tuple[Quarantined, ...]]:
    """Each Item's Matches; those that can tell no Story of ours, because a veto stopped them; and what went wrong.

    An Item that the matching stumbles over is put aside, and the others go on.
    """
    matches: dict[str, tuple[Match, ...]] = {}
    strangers, poison = set(), []
    for item in items:
        try:
            matches[item.id], vetoed = index.topics_of(item, publisher)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the other Items
            matches[item.id], vetoed = (), ()
            strangers.add(item.id)
            body = f"{item.title}\n{item.summary}\n{item.text}".encode("utf-8", "replace")
            why = f"matching failed: {type(error).__name__}"
            poison.append(Quarantined(what="item", name=item.id, why=why, body=body))
        if vetoed and not matches[item.id]:
            strangers.add(item.id)
    return matches, frozenset(strangers), tuple(poison)


def _placed(
    about: ItemMatch, shelf: StoryIndex, known: LoadedState, now: datetime
) -> tuple[Story | None, Alert | None]:
    """The Story with this Item in it, if it tells one, and the Alert if that is worth telling now."""
    item = about.item
    before, after = place_item(
        about.story_item,
        about.topics,
        shelf,
        now,
        withdrawn=item.withdrawn,
        was=about.previous_title,
        edited=about.is_edited,
    )
    if after is None:
        return None, None
    reason = reason_to_tell(before, after, item, about.topics, about.previous_title, edited=about.is_edited)
    if not about.is_news and not _follows_up(reason, before, item, about.previous_title):
        reason = None
        if before and before.told_topics:  # nobody hears of it, so what readers were told still stands
            after = replace(after, status=before.status, status_changes=before.status_changes)
    if reason is None or _left_out(reason, about, after, known):
        return after, None
    alert = replace(_alert(reason, after, item, topics_not_yet_told(before, about.topics), now), relevance=about.points)
    return _spoken(after, alert, now), alert


def _left_out(reason: Reason, about: ItemMatch, after: Story, known: LoadedState) -> bool:
    """Whether a Reason is not enough.

    What is left to digests has told nobody at once: the Story is still news when a report comes that is for practices.
    """
    unlikely = about.points < MIN_POINTS_AT_ONCE
    if reason is Reason.CHANGED:
        opinion = (
            unlikely and not about.story_item.trust.confirms and not about.previous_title
        )  # on what is known: counted, not told
        return opinion or _is_enough(about, known.alert_counts.get(about.item.id, 0))
    if reason is Reason.FIRST_HEARD and not about.topics:
        return True  # it tells this Story, but is no reason to tell it
    return unlikely and not after.told_topics and _said_already(reason, about.item, known)


def _is_enough(about: ItemMatch, spoken: int) -> bool:
    """Whether an edit is left untold: the fourth of a headline, or of a page that goes back and forth.

    What a watched page never said before is always told, unless its words are none of a practice's business.
    """
    if about.is_edited and not about.is_reverted:
        return about.points < MIN_POINTS_IN_DIGEST
    return spoken >= MAX_ALERTS_OF_ITEM


def _spoken(after: Story, alert: Alert, now: datetime) -> Story:
    """`after`, which `alert` tells: to whom at once, and when it closes if nothing official comes."""
    told = after.told_topics.union(alert.topics) if alert.relevance >= MIN_POINTS_AT_ONCE else after.told_topics
    after = replace(after, told_topics=told, last_alert_at=now)
    if after.status is not Status.REPORTED:
        return replace(after, close_at=None)
    first = alert.reason is Reason.FIRST_HEARD and after.close_at is None and not after.closed
    return replace(after, close_at=now + CLOSES_AFTER) if first else after


def _follows_up(reason: Reason | None, before: Story | None, item: Item, was: str) -> bool:
    """Whether an Item that is too old to be news, or at its source's first sight, answers what readers were told.

    A told page that is changed or withdrawn; or one that makes official what was told as unofficial.
    """
    if before is None or not before.told_topics:
        return False
    if reason in {Reason.CHANGED, Reason.WITHDRAWN}:
        return bool(was)
    dated = latest_moment(item.published)
    return reason is Reason.NOW_OFFICIAL and dated is not None and dated > before.opened_at - MAX_AGE


def _said_already(reason: Reason | None, item: Item, known: LoadedState) -> bool:
    """Whether what is left to digests has been said once, or is taken back before anybody heard of it."""
    return reason is Reason.WITHDRAWN or (reason is Reason.FIRST_HEARD and known.alert_counts.get(item.id, 0) > 0)


def _alert(reason: Reason, after: Story, item: Item, topics: tuple[str, ...], now: datetime) -> Alert:
    """A follow-up carries all of the Story's Topics, so that it reaches all who were told before.

    `topics`: those of the Item whose readers have not heard of the Story.
    """
    return Alert(
        reason=reason,
        at=now,
        story=after.id,
        item=item.id,
        revision=item.revision,
        status=after.status,
        topics=topics if reason is Reason.FIRST_HEARD else after.topics,
    )
