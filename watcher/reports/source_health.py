"""Whether all is well: each source's condition, and the Deliveries that are late, given up or missing. Reads only."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.candidates.settle import describe_candidate
from watcher.core.delivery.calibration import agree
from watcher.core.delivery.missed_alerts import LOOK_BACK, MIN_AGE, find_missed_alerts
from watcher.core.delivery.retries import as_sentence
from watcher.core.language.format import format_count, format_moment
from watcher.core.watching.fast_polling import UnconfirmedStory, fast_polling_line
from watcher.core.watching.health import OVERDUE, Health
from watcher.core.watching.proof import describe_unproven, group_by_reason
from watcher.core.watching.source_status import (
    LastLook,
    SourceStatus,
    last_look_at,
    outlook_lines,
    pasted_status,
    source_status,
    status_lines,
)
from watcher.model import ItemDeliveries, SourceState
from watcher.reports.unsent import relevance_of
from watcher.sources.base import Source
from watcher.store.channels import ChannelTrouble
from watcher.store.database import Database

RECENT = timedelta(days=7)
WORRYING = frozenset({Health.FAILING, Health.SUSPECT, Health.UNREAD, Health.GAP})  # quiet and moved can wait


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """The condition of each source, and in words: what is overdue, given up, missing, quarantined and polled faster.

    `unproven`: the sources that are off, or doubtful, because what they give does not fit their entry;
    `not_reached`: the Subscribers whom nothing reaches until a person acts; `doubted`: documents behind a watched page
    in whose place another page may stand; `unwatched`: that nothing is watched at all.
    """

    statuses: tuple[SourceStatus, ...]
    overdue: tuple[str, ...]
    given_up: tuple[str, ...]
    missed_alerts: tuple[str, ...]
    quarantined: tuple[str, ...]
    fast_polling: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    unwatched: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """False when a person should look."""
        failures = self.overdue or self.given_up or self.missed_alerts or self.doubted or self.not_reached
        return (
            not failures
            and not self.unwatched
            and all(status.could_look and status.health not in WORRYING for status in self.statuses)
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """The same for people, the verdict last."""
        verdict = "all is well" if self.is_well else "something needs a person"
        are_fine = (status for status in self.statuses if status.health is Health.OK)
        fine = tuple("; ".join(filter(None, [status.sentence, status.outlook])) for status in are_fine)
        failures = (
            *self.unwatched,
            *self.not_reached,
            *self.doubted,
            *self.overdue,
            *self.given_up,
            *self.missed_alerts,
            *self.quarantined,
        )
        outlook = (f"    {line}" for line in outlook_lines(self.statuses))
        conditions = (*status_lines(self.statuses), *outlook)
        return (*fine, *conditions, *self.unproven, *self.fast_polling, *failures, verdict)

    def as_json(self) -> dict[str, Any]:
        """The same for machines, under the keys that `watcher health --json` has had from the beginning."""
        return {
            "sights": [asdict(status) for status in self.statuses],
            "overdue": self.overdue,
            "given_up": self.given_up,
            "unheard": self.missed_alerts,
            "quarantine": self.quarantined,
            "chasing": self.fast_polling,
            "doubted": self.doubted,
            "not_reached": self.not_reached,
            "unproven": self.unproven,
            "unwatched": self.unwatched,
            "well": self.is_well,
        }


def _describe_nothing(configuration: Configuration, states: Mapping[str, SourceState]) -> str:
    """That no source is on, and how far those that must prove themselves have come."""
    trying = [name for name, source in configuration.sources.items() if source.is_auto]
    if not trying:
        return "nothing is watched: no source is enabled in sources.yaml; write `enabled: true` or `auto` for one"
    tried = sum(name in states and states[name].last_poll is not None for name in trying)
    nothing = (
        f"nothing is watched: {format_count(len(trying), 'source')} to be proven, {tried} of them looked at so far"
    )
    return f"{nothing}; is `watcher run` running? `watcher sources` says more"


def health_report(database: Database, configuration: Configuration, now: datetime) -> HealthReport:
    """The state of every source that is on, of the outbox, and of the check from the other end, at `now` (UTC)."""
    with database.begin() as tx:
        states = store.sources.states(tx)
        late = store.outbox.overdue(tx, now - OVERDUE)
        given_up = store.outbox.given_up(tx, now - RECENT)
        matching = _matching_items(tx, configuration, now)
        subscribed_since = store.subscribers.since(tx)
        candidates = store.candidates.waiting(tx)
        troubles = store.channels.troubles(tx)
        quarantined = store.quarantine.since(tx, now - RECENT)
        unconfirmed = [story for story in store.stories.unconfirmed(tx, now) if story.interval(now)]
    first_read = {source: state.first_success for source, state in states.items() if state.first_success}
    subscribers, reading = configuration.subscribers.values(), configuration.subscribers.keys()
    is_on = configuration.sources.keys() & states.keys()  # of a page that is doubted itself, its status says so
    doubted = [waiting for waiting in candidates if waiting.source in is_on and not states[waiting.source].error]
    polled = source_statuses(configuration, states, now)
    return HealthReport(
        statuses=(*polled, *_pasted_statuses(configuration, states)),
        unwatched=() if polled else (_describe_nothing(configuration, states),),
        overdue=tuple(
            f"delivery {row.id} to {row.subscriber}: due {format_moment(row.first_due)}, {row.attempts} tries so far"
            for row in late
        ),
        given_up=tuple(
            f"delivery {row.id} to {row.subscriber}: given up after {row.attempts} tries" for row in given_up
        ),
        missed_alerts=find_missed_alerts(matching, subscribers, subscribed_since, first_read, now),
        quarantined=tuple(
            f"quarantined {format_moment(row.at)}: {row.what} {row.name}, {row.why} "
            f"(watcher quarantine {row.id} --save FILE)"
            for row in quarantined
        ),
        not_reached=tuple(_describe_trouble(trouble) for trouble in troubles if trouble.subscriber in reading),
        doubted=tuple(f"{candidate.url}: {describe_candidate(candidate)}" for candidate in doubted),
        unproven=tuple(_unproven_lines(configuration, states)),
        fast_polling=tuple(
            fast_polling_line(story, _fast_polled_sources(configuration, states, story)) for story in unconfirmed
        ),
    )


def _matching_items(tx: sa.Connection, configuration: Configuration, now: datetime) -> list[ItemDeliveries]:
    """The matching Items of the last two days with their points, by the marks that were there when each was seen."""
    marks = store.topic_marks.load(tx) if configuration.calibrate else []
    matching = store.subscribers.matching_items(tx, now - LOOK_BACK, now - MIN_AGE)
    earlier = [
        [mark for mark in marks if match.item.first_seen and mark.at < match.item.first_seen] for match in matching
    ]
    return [
        replace(match, points=relevance_of(configuration, match.item, agree(marks_before)).points)
        for match, marks_before in zip(matching, earlier, strict=True)
    ]


def _unproven_lines(configuration: Configuration, states: Mapping[str, SourceState]) -> Iterator[str]:
    """What is off because it did not prove itself, many of one reason in one line; and what does not fit its entry."""
    tried = [source for source in configuration.sources.values() if source.enabled and source.id in states]
    whys = {source.name: states[source.id].proof.why for source in tried if not source.is_on(states[source.id])}
    for line in group_by_reason({name: why for name, why in whys.items() if why}):
        yield f"{line}; not proven, so it is off (watcher sources)"
    for source in tried:
        words = describe_unproven(source.id, states[source.id].proof, is_auto=False)
        if not source.is_auto and words:
            yield f"{source.name}: {words}"


def _describe_trouble(trouble: ChannelTrouble) -> str:
    since = format_moment(trouble.since)
    return f"{trouble.subscriber}: NOT REACHED since {since} ({trouble.why}). {as_sentence(trouble.cure)}"


def source_statuses(
    configuration: Configuration, states: Mapping[str, SourceState], now: datetime
) -> tuple[SourceStatus, ...]:
    """The status of each source that is on and polled at `now` (UTC)."""
    return tuple(
        source_status(source.name, source.id, states.get(source.id), now)
        for source in _polled_sources(configuration, states)
    )


def list_last_looks(configuration: Configuration, states: Mapping[str, SourceState]) -> tuple[LastLook, ...]:
    """When each source that is on and polled was read last."""
    return tuple(
        last_look_at(source.name, source.id, states.get(source.id)) for source in _polled_sources(configuration, states)
    )


def _polled_sources(configuration: Configuration, states: Mapping[str, SourceState]) -> list[Source]:
    return [
        source for source in configuration.sources.values() if source.is_polled and source.is_on(states.get(source.id))
    ]


def _pasted_statuses(configuration: Configuration, states: Mapping[str, SourceState]) -> Iterator[SourceStatus]:
    for source in configuration.sources.values():
        if source.enabled and not source.is_polled:
            yield pasted_status(source.name, source.id, states.get(source.id))


def _fast_polled_sources(
    configuration: Configuration, states: Mapping[str, SourceState], story: UnconfirmedStory
) -> list[str]:
    """The names of the sources that are polled faster for the sake of a Story."""
    official = [source for source in configuration.sources.values() if source.trust.confirms and source.is_polled]
    readable = [
        source
        for source in official
        if source.id in states and source.is_on(states[source.id]) and not states[source.id].failures
    ]
    return [source.name for source in readable if story.waits_for(source.topics)]
