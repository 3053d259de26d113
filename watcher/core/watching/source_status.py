"""What a person needs to know of each source: for the digest's footer, `watcher health` and the closing note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from watcher.core.language.format import format_moment
from watcher.core.watching.health import Health, conditions_of
from watcher.model import SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """One source's condition, and what a person needs to know of it."""

    source: str
    name: str
    health: Health
    words: str
    could_look: bool = True
    last_success: datetime | None = None
    last_new_item: datetime | None = None

    @property
    def sentence(self) -> str:
        """One line for `watcher health`."""
        return f"{self.name}: {self.words}"


def source_status(name: str, source: str, state: SourceState | None, now: datetime) -> SourceStatus:
    """What we can say of a source from its remembered state."""
    if state is None or state.last_poll is None:
        return SourceStatus(source=source, name=name, health=Health.UNREAD, words="not looked at yet", could_look=False)
    found = conditions_of(state, now)
    health = found[0].health if found else Health.OK
    read = f"ok, read {format_moment(state.last_success)}" if state.last_success else ""
    return SourceStatus(
        source=source,
        name=name,
        health=health,
        words="; ".join(each.words for each in found) or read,
        could_look=not state.error,
        last_success=state.last_success,
        last_new_item=state.last_new_item,
    )


def status_lines(sights: Iterable[SourceStatus]) -> tuple[str, ...]:
    """A line for each source that is not well; those in the same plight share one."""
    alike: dict[str, list[str]] = {}
    for each in sights:
        if each.health is not Health.OK:
            alike.setdefault(each.words, []).append(each.name)
    return tuple(f"{_names(names)}: {words}" for words, names in alike.items())


def _names(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 2 else f"{len(names)} sources ({', '.join(names)})"  # noqa: PLR2004


def digest_footer(sights: Iterable[SourceStatus]) -> tuple[str, ...]:
    """The digest's last lines: how many sources were read, and each one that is not well."""
    known = list(sights)
    read = sum(each.could_look for each in known)
    return (f"Sources: {read} of {len(known)} could be read at their last check.", *status_lines(known))
