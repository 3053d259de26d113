"""Steps 4 to 7 of a poll in one pure function: what is new, what it is about, which Story it tells, whom to tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.core import edits, plan, revise, story
from watcher.core.dates import best_moment, latest
from watcher.core.match import Index
from watcher.core.shelf import Shelf
from watcher.model import (
    Alert,
    Change,
    Decision,
    Item,
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

    `items`: these Items by identity; `stories`: the open ones; `lately`: the source's newest Items, where it may have
    moved; `spoken`: Alerts so far by Item; `told`: Stories told in the last hour by Subscriber. Of a source of watched
    pages `changes` says what became of each (core/edits.py), and `before` has the ids of those that are back at a
    version that they had before.
    """

    state: SourceState
    items: Mapping[str, Item]
    stories: Sequence[Story]
    lately: Sequence[Item] = ()
    spoken: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)
    changes: edits.Changes | None = None
    before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What one Item is about: its Matches, the points of its Relevance, and its headline before an edit ("": none).

    `edited`: a watched page says something else; `again`: it said so before.
    """

    matches: tuple[Match, ...]
    points: int
    was: str = ""
    edited: bool = False
    again: bool = False


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
    distinct = revise.distinct(found)
    had = {**known.items, **(moved := revise.moved(distinct, known.items, known.lately))}
    items = _revised(distinct, had, known, now)
    matched, strangers, poison = _matched(items, index, publisher)
    about = _abouts(items, known, matched, index, publisher, trust)
    news = _news(items, known, distinct[:1], now) - {item.id for item in moved.values()}
    shelf, touched = Shelf(known.stories), dict[str, Story]()
    heard: dict[Alert, frozenset[str]] = {}
    for item in (each for each in items if each.id not in strangers):
        told = story.telling(item, trust, publisher, now)
        after, alert = _placed(item, told, about[item.id], shelf, known, now, is_news=item.id in news)
        if after:
            earlier = shelf.get(after.id)
            if alert and plan.reaches(alert, subscribers, earlier.told if earlier else frozenset()):
                heard[alert] = earlier.told if earlier else frozenset()
            shelf.put(after)
            touched[after.id] = after
    return Decision(
        items=tuple(items),
        moved=moved,
        matches=matched,
        stories=tuple(touched.values()),
        alerts=tuple(heard),
        deliveries=plan.deliveries(tuple(heard), subscribers, now, known.told, heard),
        poison=poison,
        fresh=sum(item.revision == 1 for item in items),
        revised=sum(item.revision > 1 for item in items),
    )


def _revised(found: Sequence[Item], had: Mapping[str, Item], known: Known, now: datetime) -> list[Item]:
    """The Items that are new or have a new revision, the oldest first."""
    changes = known.changes or edits.NONE
    compared = (revise.compare(item, had.get(item.identity), now, changes.get(item.identity)) for item in found)
    return sorted(filter(None, compared), key=lambda item: best_moment(item.published, now))


def _abouts(
    items: Sequence[Item],
    known: Known,
    matched: Mapping[str, tuple[Match, ...]],
    index: Index,
    publisher: str,
    trust: Trust,
) -> Mapping[str, About]:
    """By Item, what it is about. A page's headline before an edit counts only where the page was watched then."""
    changes, edited = known.changes or edits.NONE, _edited(items, known)
    was = {each.id: each.title for each in known.items.values() if known.changes is None or each.id in edited}
    return {
        item.id: About(
            matches=matched[item.id],
            points=_points(item, changes.get(item.identity), index, publisher, trust),
            was=was.get(item.id, ""),
            edited=item.id in edited,
            again=item.id in known.before,
        )
        for item in items
    }


def _edited(items: Iterable[Item], known: Known) -> set[str]:
    changes = known.changes or edits.NONE
    return {item.id for item in items if item.identity in changes and item.revision > 1}


def _news(items: Sequence[Item], known: Known, own: Iterable[Item], now: datetime) -> set[str]:
    """The ids of the Items that may speak.

    A watched page (`own`) is news by being edited, however old it is, and never by being there. Nor are the documents
    behind it at the first sight of their source: we do not know what of them is new. What another kind remembered under
    the same identity is a first sight.
    """
    recent = newsworthy(items, known.state, now)
    if known.changes is None:
        return {item.id for item in recent}
    fresh = {item.id for item in recent if item.revision == 1 and known.state.last_success}
    return (fresh - {item.id for item in own}) | _edited(items, known)


def _points(item: Item, change: Change | None, index: Index, publisher: str, trust: Trust) -> int:
    """The points of an Item's Relevance; of an edited page those of the words that changed, where they have Signals."""
    if change and (words := edits.words(change)):
        changed = index.relevance(replace(item, summary="", text=words), publisher, confirms=trust.confirms)
        if any(evidence.field == "text" for _, evidence in changed.signals):
            return changed.points
    return index.relevance(item, publisher, confirms=trust.confirms).points


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


def _placed(
    item: Item, told: Telling, about: About, shelf: Shelf, known: Known, now: datetime, *, is_news: bool
) -> tuple[Story | None, Alert | None]:
    """The Story with this Item in it, if it tells one, and the Alert if that is worth telling now.

    What is left to digests has told nobody at once: the Story is still news when a report comes that is for practices.
    """
    topics = tuple(match.topic for match in about.matches)
    before, after = story.place(told, topics, shelf, now, withdrawn=item.withdrawn, was=about.was, edited=about.edited)
    if after is None:
        return None, None
    reason = story.reason_to_tell(before, after, item, topics, about.was, edited=about.edited)
    if not is_news and not _follows_up(reason, before, item, about.was):
        reason = None
        if before and before.told:  # nobody hears of it, so what readers were told still stands
            after = replace(after, status=before.status, turns=before.turns)
    if reason is Reason.FIRST_HEARD and not topics:
        reason = None  # it tells this Story, but is no reason to tell it
    if about.points < plan.AT_ONCE_FROM and not after.told and _said_already(reason, item, known):
        reason = None
    if reason is None or (reason is Reason.CHANGED and _is_enough(about, known.spoken.get(item.id, 0))):
        return after, None
    alert = replace(_alert(reason, after, item, story.untold(before, topics), now), relevance=about.points)
    return _spoken(after, alert, now), alert


def _is_enough(about: About, spoken: int) -> bool:
    """Whether an edit is left untold: the fourth of a headline, or of a page that goes back and forth.

    What a watched page never said before is always told, unless its words are none of a practice's business.
    """
    if about.edited and not about.again:
        return about.points < plan.DIGEST_FROM
    return spoken >= MOST_ALERTS


def _spoken(after: Story, alert: Alert, now: datetime) -> Story:
    """`after`, which `alert` tells: to whom at once, and when it closes if nothing official comes."""
    told = after.told.union(alert.topics) if alert.relevance >= plan.AT_ONCE_FROM else after.told
    if after.status is not Status.REPORTED:
        return replace(after, told=told, close_at=None)
    first = alert.reason is Reason.FIRST_HEARD and after.close_at is None and not after.closed
    return replace(after, told=told, close_at=now + story.CLOSES_AFTER if first else after.close_at)


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
