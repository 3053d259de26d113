"""Steps 4 to 7 of a poll in one pure function: what is new, what it is about, which Story it tells, whom to tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.core import plan, remind, revise, story
from watcher.core.dates import best_moment, latest
from watcher.core.ledger import Book
from watcher.core.match import Index
from watcher.core.shelf import Shelf
from watcher.model import (
    Alert,
    Decision,
    Item,
    LedgerDate,
    Match,
    Poison,
    Reason,
    SourceState,
    Status,
    Story,
    Subscriber,
    Telling,
    Trust,
)

MAX_AGE = timedelta(hours=48)
MOST_ALERTS = 3  # of one Item: a headline that is edited back and forth falls silent
BASELINE_ALERTS = 5  # on first sight of a source all is recorded, and only its newest few are news


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database holds that this poll may touch.

    `items`: these Items by identity; `stories`: the open ones, with `common`, how many of all the open ones hold each
    word; `lately`: the source's newest Items, where it may have moved; `spoken`: Alerts so far by Item; `told`: Stories
    told in the last hour by Subscriber; `dates`: those of the ledger by Story.
    """

    state: SourceState
    items: Mapping[str, Item]
    stories: Sequence[Story]
    common: Mapping[str, int] = field(default_factory=dict)
    lately: Sequence[Item] = ()
    spoken: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, Sequence[LedgerDate]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What one Item is about: its Matches, the points of its Relevance, and its headline before an edit ("": none).

    `told` is its part in a Story; `is_news`: it is recent enough to speak for itself.
    """

    item: Item
    told: Telling
    matches: tuple[Match, ...]
    points: int
    was: str = ""
    is_news: bool = True

    @property
    def topics(self) -> tuple[str, ...]:
        """The Topics that it matches."""
        return tuple(match.topic for match in self.matches)


def decide(
    found: Iterable[Item],
    known: Known,
    *,
    trust: Trust,
    publisher: str,
    index: Index,
    subscribers: Sequence[Subscriber],
    now: datetime,
) -> Decision:
    """All that this poll changes."""
    items, moved = _compared(found, known, now)
    was = {each.id: each.title for each in known.items.values()}
    matched, strangers, poison = _matched(items, index, publisher)
    news = {item.id for item in newsworthy(items, known.state, now)} - {item.id for item in moved.values()}
    abouts = [
        About(
            item=item,
            told=story.telling(item, trust, publisher, now),
            matches=matched[item.id],
            points=index.relevance(item, publisher, confirms=trust.confirms).points,
            was=was.get(item.id, ""),
            is_news=item.id in news,
        )
        for item in items
        if item.id not in strangers
    ]
    stories, heard, book = _stories(abouts, known, subscribers, now)
    return Decision(
        items=tuple(items),
        moved=moved,
        matches=matched,
        stories=stories,
        alerts=tuple(heard),
        deliveries=plan.deliveries(tuple(heard), subscribers, now, known.told, heard, book.pressing),
        dates=tuple(remind.scheduled(each, subscribers, now) for each in book.changed),
        poison=(*poison, *book.poison),
        fresh=sum(item.revision == 1 for item in items),
        revised=sum(item.revision > 1 for item in items),
    )


def _compared(found: Iterable[Item], known: Known, now: datetime) -> tuple[Sequence[Item], Mapping[str, Item]]:
    """What is new or changed, the oldest first; and the known Items that only moved, by their new identity."""
    distinct = revise.distinct(found)
    had = {**known.items, **(moved := revise.moved(distinct, known.items, known.lately))}
    compared = filter(None, (revise.compare(item, had.get(item.identity), now) for item in distinct))
    return sorted(compared, key=lambda item: best_moment(item.published, now)), moved


def _stories(
    abouts: Iterable[About], known: Known, subscribers: Sequence[Subscriber], now: datetime
) -> tuple[tuple[Story, ...], Mapping[Alert, frozenset[str]], Book]:
    """The Stories that these Items touch, the Alerts with the Topics whose readers had heard of them, and the dates."""
    shelf, touched, book = Shelf(known.stories, known.common), dict[str, Story](), Book(known.dates)
    heard: dict[Alert, frozenset[str]] = {}
    for about in abouts:
        after, alert = _placed(about, shelf, known, now)
        if after:
            earlier = shelf.get(after.id)
            before = earlier.told if earlier else frozenset()
            if alert and plan.reaches(alert, subscribers, before):
                heard[alert] = before
            book.note(earlier, after, about.item, about.told, now)
            shelf.put(after)
            touched[after.id] = after
    return tuple(touched.values()), heard, book


def _matched(
    items: Sequence[Item], index: Index, publisher: str
) -> tuple[Mapping[str, tuple[Match, ...]], frozenset[str], tuple[Poison, ...]]:
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
            poison.append(Poison(what="item", name=item.id, why=why, body=body))
        if vetoed and not matches[item.id]:
            strangers.add(item.id)
    return matches, frozenset(strangers), tuple(poison)


def _placed(about: About, shelf: Shelf, known: Known, now: datetime) -> tuple[Story | None, Alert | None]:
    """The Story with this Item in it, if it tells one, and the Alert if that is worth telling now."""
    item = about.item
    before, after = story.place(about.told, about.topics, shelf, now, withdrawn=item.withdrawn, was=about.was)
    if after is None:
        return None, None
    reason = story.reason_to_tell(before, after, item, about.topics, about.was)
    if not about.is_news and not _follows_up(reason, before, item, about.was):
        reason = None
        if before and before.told:  # nobody hears of it, so what readers were told still stands
            after = replace(after, status=before.status, turns=before.turns)
    if reason is None or _left_out(reason, about, after, known):
        return after, None
    alert = replace(_alert(reason, after, item, story.untold(before, about.topics), now), relevance=about.points)
    return _spoken(after, alert, now), alert


def _left_out(reason: Reason, about: About, after: Story, known: Known) -> bool:
    """Whether a Reason is not enough.

    What is left to digests has told nobody at once: the Story is still news when a report comes that is for practices.
    """
    unlikely = about.points < plan.AT_ONCE_FROM
    if reason is Reason.CHANGED:
        opinion = unlikely and not about.told.trust.confirms and not about.was  # on what is known: counted, not told
        return opinion or known.spoken.get(about.item.id, 0) >= MOST_ALERTS
    if reason is Reason.FIRST_HEARD and not about.topics:
        return True  # it tells this Story, but is no reason to tell it
    return unlikely and not after.told and _said_already(reason, about.item, known)


def _spoken(after: Story, alert: Alert, now: datetime) -> Story:
    """`after`, which `alert` tells: to whom at once, and when it closes if nothing official comes."""
    told = after.told.union(alert.topics) if alert.relevance >= plan.AT_ONCE_FROM else after.told
    after = replace(after, told=told, spoken=now)
    if after.status is not Status.REPORTED:
        return replace(after, close_at=None)
    first = alert.reason is Reason.FIRST_HEARD and after.close_at is None and not after.closed
    return replace(after, close_at=now + story.CLOSES_AFTER) if first else after


def _follows_up(reason: Reason | None, before: Story | None, item: Item, was: str) -> bool:
    """Whether an Item that is too old to be news, or at its source's first sight, answers what readers were told.

    A told page that is changed or withdrawn; or one that makes official what was told as unofficial.
    """
    if before is None or not before.told:
        return False
    if reason in {Reason.CHANGED, Reason.WITHDRAWN}:
        return bool(was)
    dated = latest(item.published)
    return reason is Reason.NOW_OFFICIAL and dated is not None and dated > before.opened - MAX_AGE


def _said_already(reason: Reason | None, item: Item, known: Known) -> bool:
    """Whether what is left to digests has been said once, or is taken back before anybody heard of it."""
    return reason is Reason.WITHDRAWN or (reason is Reason.FIRST_HEARD and known.spoken.get(item.id, 0) > 0)


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


def newsworthy(items: Sequence[Item], state: SourceState, now: datetime) -> tuple[Item, ...]:
    """The Items that may speak: all recent ones; at the first sight of a source only its newest few dated ones."""
    by_date = sorted(items, key=lambda item: best_moment(item.published, now))
    last_look = min(state.last_success or now, now)  # it lies in the future when the clock was wrong
    recent = [item for item in by_date if not story.is_stale(latest(item.published), last_look, MAX_AGE)]
    if state.last_success:
        return tuple(recent)
    dated = sorted((min(end, now), -at, item) for at, item in enumerate(recent) if (end := latest(item.published)))
    return tuple(item for _, _, item in dated[-BASELINE_ALERTS:])  # of one day's, those that the page lists first
