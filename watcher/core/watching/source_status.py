"""The condition of each source in a line: for the digest's footer, `watcher health` and the closing note."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.language.format import format_moment
from watcher.core.watching.cures import cure_of_state
from watcher.core.watching.health import Health, conditions_of
from watcher.model import SourceState

MAX_POLL_DELAY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """When a source was read last; `could_look`: its last poll succeeded. Moments are in UTC.

    `next_poll` is None for a source that nobody polls, and for one that is polled at once.
    """

    source: str
    name: str
    could_look: bool = True
    last_success: datetime | None = None
    next_poll: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus(LastLook):
    """The same with its condition in words; `cure`: of its last failure."""

    health: Health
    words: str
    last_new_item: datetime | None = None
    cure: str = ""

    @property
    def sentence(self) -> str:
        """One line for `watcher health`."""
        return f"{self.name}: {self.words}"

    @property
    def outlook(self) -> str:
        """When it is polled next, in London time, and the cure of its last failure; "" for what a person pastes."""
        at_once = "next look at once" if self.health is Health.UNREAD else ""
        look = f"next look {format_moment(self.next_poll)}" if self.next_poll else at_once
        return "; ".join(filter(None, [look, self.cure]))


def source_status(name: str, source: str, state: SourceState | None, now: datetime) -> SourceStatus:
    """The SourceStatus at `now` (UTC) of a source with that `name` and id; `state` is None before its first poll."""
    if state is None or state.last_poll is None:
        return SourceStatus(source=source, name=name, health=Health.UNREAD, words="not looked at yet", could_look=False)
    conditions = conditions_of(state, now)
    health = conditions[0].health if conditions else Health.OK
    ok = f"ok, read {format_moment(state.last_success)}" if state.last_success else ""
    return SourceStatus(
        source=source,
        name=name,
        health=health,
        words="; ".join(condition.words for condition in conditions) or ok,
        could_look=not state.error,
        last_success=state.last_success,
        last_new_item=state.last_new_item,
        next_poll=state.next_poll,
        cure=cure_of_state(source, state),
    )


def last_look_at(name: str, source: str, state: SourceState | None) -> LastLook:
    """The LastLook at a source with that `name` and id; `state` is None before its first poll."""
    if state is None or state.last_poll is None:
        return LastLook(source=source, name=name, could_look=False)
    return LastLook(
        source=source,
        name=name,
        could_look=not state.error,
        last_success=state.last_success,
        next_poll=state.next_poll,
    )


def is_overdue(look: LastLook, now: datetime) -> bool:
    """Whether nobody has polled for MAX_POLL_DELAY what was due: a page that is read then could not look."""
    return bool(look.next_poll and now - look.next_poll > MAX_POLL_DELAY)


def as_seen_later(status: SourceStatus, now: datetime) -> SourceStatus:
    """The status for a page, which may be read when nobody has polled for long: then it says so."""
    if not (status.could_look and is_overdue(status, now)):
        return status
    last = f" since {format_moment(status.last_success)}" if status.last_success else ""
    return replace(status, health=Health.FAILING, could_look=False, words=f"NOT LOOKED AT{last}")


def pasted_status(name: str, source: str, state: SourceState | None) -> SourceStatus:
    """The SourceStatus of a source that a person pastes: it is never failing, quiet or overdue, and says since when."""
    last = state.last_success if state else None
    cure = f"paste it with `watcher add {source} --paste`"
    return SourceStatus(
        source=source,
        name=name,
        health=Health.OK,
        words=f"pasted last on {format_moment(last)}, by hand: to look again, {cure}" if last else f"by hand: {cure}",
        last_success=last,
        last_new_item=state.last_new_item if state else None,
    )


def status_lines(statuses: Iterable[SourceStatus]) -> tuple[str, ...]:
    """A line for each source whose Health is not OK; sources with the same words share one."""
    return _share_lines((status.name, status.words) for status in statuses if status.health is not Health.OK)


def outlook_lines(statuses: Iterable[SourceStatus]) -> tuple[str, ...]:
    """When each source whose Health is not OK is polled next, and its cure; those with the same words share a line."""
    return _share_lines((status.name, status.outlook) for status in statuses if status.health is not Health.OK)


def _share_lines(words_of: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    names_by_words: dict[str, list[str]] = {}
    for name, words in words_of:
        names_by_words.setdefault(words, []).append(name)
    return tuple(f"{_join_names(names)}: {words}" for words, names in names_by_words.items())


def _join_names(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 2 else f"{len(names)} sources ({', '.join(names)})"  # noqa: PLR2004


def digest_footer(statuses: Iterable[SourceStatus]) -> tuple[str, ...]:
    """The digest's last lines: how many sources could be read, and a line for each whose Health is not OK."""
    statuses = list(statuses)
    readable = sum(status.could_look for status in statuses)
    return (f"Sources: {readable} of {len(statuses)} could be read at their last check.", *status_lines(statuses))
