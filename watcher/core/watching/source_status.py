"""What a person needs to know of each source: for the digest's footer, `watcher health` and the closing note."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.core.language.dates import LONDON
from watcher.core.messages.headings import Told, clock
from watcher.core.watching.health import Health, conditions
from watcher.model import Reason, SourceState, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
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


def sight(name: str, source: str, state: SourceState | None, now: datetime) -> Sight:
    """What we can say of a source from its remembered state."""
    if state is None or state.last_poll is None:
        return Sight(source=source, name=name, health=Health.UNREAD, words="not looked at yet", could_look=False)
    found = conditions(state, now)
    health = found[0].health if found else Health.OK
    read = f"ok, read {clock(state.last_success)}" if state.last_success else ""
    return Sight(
        source=source,
        name=name,
        health=health,
        words="; ".join(each.words for each in found) or read,
        could_look=not state.error,
        last_success=state.last_success,
        last_new_item=state.last_new_item,
    )


def lines(sights: Iterable[Sight]) -> tuple[str, ...]:
    """A line for each source that is not well; those in the same plight share one."""
    alike: dict[str, list[str]] = {}
    for each in sights:
        if each.health is not Health.OK:
            alike.setdefault(each.words, []).append(each.name)
    return tuple(f"{_names(names)}: {words}" for words, names in alike.items())


def _names(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 2 else f"{len(names)} sources ({', '.join(names)})"  # noqa: PLR2004


def footer(sights: Iterable[Sight]) -> tuple[str, ...]:
    """The digest's last lines: how many sources were read, and each one that is not well."""
    known = list(sights)
    read = sum(each.could_look for each in known)
    return (f"Sources: {read} of {len(known)} could be read at their last check.", *lines(known))


def is_note(told: Told) -> bool:
    """Whether it is a closing note, which says where we looked."""
    return told.alert.reason is Reason.STILL_REPORTED


def looked(told: Iterable[Told], official: Iterable[Sight], now: datetime) -> list[Told]:
    """`told`, each closing note with what could be seen since on the sources that can make a Story `official`."""
    known = list(official)
    return [
        replace(each, looked=_looked(each.story, known, now)) if is_note(each) and each.story else each for each in told
    ]


def _looked(story: Story, official: list[Sight], now: datetime) -> str:
    """A source that was not read since the Story was opened, or not at the last look, says nothing about it."""
    read = [each for each in official if each.could_look and each.last_success and each.last_success >= story.opened]
    if not official:
        return "we could not look: no official source is switched on"
    if not read:
        return f"we could not look: of {_sources(len(official))} none could be read"
    last = max(each.last_success for each in read if each.last_success)
    words = f"still no official page; {_sources(len(read))} checked, last at {_at(last, now)}"
    unread = [each.name for each in official if each not in read]
    return f"{words}; {len(unread)} could not be read ({', '.join(unread)})" if unread else words


def _sources(number: int) -> str:
    return f"{number} official source{'s' if number > 1 else ''}"


def _at(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{local:%H:%M}" if local.date() == now.astimezone(LONDON).date() else clock(moment)
