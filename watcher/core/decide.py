"""Steps 4 to 7 of a poll in one pure function: what is new, what it is about, which Story it tells, whom to tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core import plan, revise, story
from watcher.core.dates import best_moment, latest
from watcher.core.match import Index
from watcher.model import Alert, Decision, Item, Match, Reason, SourceState, Story, Subscriber, Trust

MAX_AGE = timedelta(hours=48)
BASELINE_ALERTS = 5  # on first sight of a source all is recorded, and only its newest few are news


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database holds that this poll may touch: Items by identity, and the Stories that are still open."""

    state: SourceState
    items: Mapping[str, Item]
    stories: Sequence[Story]


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
    compared = [revise.compare(item, known.items.get(item.identity), now) for item in revise.distinct(found)]
    items = sorted((item for item in compared if item), key=lambda item: best_moment(item.published, now))
    matches = {item.id: index.topics_of(item)[0] for item in items}
    news = {item.id for item in newsworthy(items, known.state, now)}
    stories = {each.id: each for each in known.stories}
    touched: dict[str, Story] = {}
    alerts: list[Alert] = []
    for item in items:
        if not matches[item.id]:
            continue
        told = story.telling(item, trust, publisher, now)
        topics = tuple(match.topic for match in matches[item.id])
        before, after = story.place(told, topics, stories.values(), withdrawn=item.withdrawn)
        reason = story.reason_to_tell(before, after, item) if item.id in news else None
        if reason:
            after = replace(after, told=True)
            alerts.append(_alert(reason, after, item, matches[item.id], now))
        stories[after.id] = touched[after.id] = after
    return Decision(
        items=tuple(items),
        matches=matches,
        stories=tuple(touched.values()),
        alerts=tuple(alerts),
        deliveries=tuple(planned for alert in alerts for planned in plan.deliveries(alert, subscribers, now)),
        fresh=sum(item.revision == 1 for item in items),
        revised=sum(item.revision > 1 for item in items),
    )


def _alert(reason: Reason, after: Story, item: Item, matches: tuple[Match, ...], now: datetime) -> Alert:
    """A follow-up carries all of the Story's Topics, so that it reaches all who were told before."""
    topics = after.topics if reason is not Reason.FIRST_HEARD else tuple(match.topic for match in matches)
    return Alert(
        reason=reason,
        at=now,
        story=after.id,
        item=item.id,
        revision=item.revision,
        status=after.status,
        topics=topics,
    )


def newsworthy(items: Sequence[Item], state: SourceState, now: datetime) -> tuple[Item, ...]:
    """The Items that may speak: all recent ones; at the first sight of a source only its newest few dated ones."""
    by_date = sorted(items, key=lambda item: best_moment(item.published, now))
    recent = [
        item for item in by_date if not story.is_stale(latest(item.published), state.last_success or now, MAX_AGE)
    ]
    if state.last_success:
        return tuple(recent)
    dated = sorted((min(end, now), -at, item) for at, item in enumerate(recent) if (end := latest(item.published)))
    return tuple(item for _, _, item in dated[-BASELINE_ALERTS:])  # of one day's, those that the page lists first
