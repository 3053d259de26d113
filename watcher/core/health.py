"""Whether we can see: each source's state in plain words. "Could not look" is never "no news"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.core.render import clock
from watcher.model import SourceState

FAILURES_BEFORE_WE_SAY_SO = 3  # a single 503 is weather; three in a row is a fault
OVERDUE = timedelta(minutes=15)


class Health(StrEnum):
    """A source's state. `unread`: never read so far."""

    OK = "ok"
    FAILING = "failing"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One source's state, and what a person needs to know of it."""

    source: str
    name: str
    health: Health
    last_success: datetime | None
    last_new_item: datetime | None
    error: str

    @property
    def sentence(self) -> str:
        """One line for the digest's footer and `watcher health`."""
        if self.health is Health.OK and self.last_success:
            return f"{self.name}: ok, read {clock(self.last_success)}"
        since = f", last read {clock(self.last_success)}" if self.last_success else ", never read so far"
        return f"{self.name}: COULD NOT LOOK ({self.error or 'not polled yet'}){since}"


def sight(name: str, source: str, state: SourceState | None) -> Sight:
    """What we can say of a source from its remembered state."""
    if state is None or (state.last_success is None and not state.error):
        return Sight(source=source, name=name, health=Health.UNREAD, last_success=None, last_new_item=None, error="")
    return Sight(
        source=source,
        name=name,
        health=Health.FAILING if state.error else Health.OK,
        last_success=state.last_success,
        last_new_item=state.last_new_item,
        error=state.error,
    )


def footer(sights: Iterable[Sight]) -> tuple[str, ...]:
    """The digest's last lines: how many sources were read, and each one that was not."""
    known = list(sights)
    blind = [each for each in known if each.health is not Health.OK]
    first = f"Sources: {len(known) - len(blind)} of {len(known)} could be read at their last check."
    return (first, *(each.sentence for each in blind))


def speaks(failures_before: int, failures_after: int) -> bool | None:
    """Whether admins must hear: True when a fault begins, False when it ends, None when nothing changes for them."""
    if failures_before < FAILURES_BEFORE_WE_SAY_SO <= failures_after:
        return True
    if failures_after == 0 and failures_before >= FAILURES_BEFORE_WE_SAY_SO:
        return False
    return None
