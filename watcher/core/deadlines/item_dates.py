"""What one Item says of dates: those that it sets for practices, and those that it takes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from watcher.core.date_extraction.extract import extract_deadlines
from watcher.core.deadlines.identity import exactness, is_same_day, is_same_moment
from watcher.core.language.dates import latest_publication
from watcher.core.language.patterns import pattern
from watcher.core.pages import region
from watcher.model import Actor, Authority, Deadline, DeadlineKind, Item, StoryItem

MAX_CHARACTERS_READ = 20_000  # characters of a text: a letter says what it wants on its first pages
MOVES = pattern(
    r"\b(?:exten(?:d(?!\w* (?:hours|access))\w*|sion)|postpon\w*|delay\w*|deferr?\w*|put back|brought forward"
    r"|prolong\w*|new (?:start )?(?:date|deadline)|instead of|earlier than|later than planned)\b"
)
_KEPT = frozenset(
    {
        *(DeadlineKind.DEADLINE, DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN, DeadlineKind.WINDOW_CLOSE),
        DeadlineKind.RELATIVE,
    }
)
_OFF = frozenset({DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED})
_SETTLES = frozenset({Authority.OFFICIAL, Authority.DENIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDates:
    """What one Item says of dates. `stated_at`: when its words appeared; `is_complete`: nothing of it is missing."""

    item: str
    official: bool
    stated_at: datetime
    dates: tuple[Deadline, ...] = ()
    taken_back: tuple[Deadline, ...] = ()
    moves: bool = False
    withdrawn: bool = False
    is_complete: bool = True


def read_item_dates(item: Item, told: StoryItem, now: datetime) -> ItemDates:
    """The dates for practices of `item`, which tells a Story as `told` says. One that is told twice counts once.

    A text that is not for practices asks nothing of them, unless its sentence names them.
    """
    fields = (item.title, item.summary, region.without_line_marks(item.text))
    found = list(chain.from_iterable(extract_deadlines(each[:MAX_CHARACTERS_READ], item.published) for each in fields))
    for_us = {Actor.PRACTICES} if told.authority is Authority.ELSEWHERE else {Actor.PRACTICES, Actor.UNSAID}
    ours = [each for each in found if each.actor in for_us]
    off = [each for each in ours if each.kind in _OFF and each.at]
    gone = [each for each in off if each.kind is DeadlineKind.WITHDRAWN]
    kept = [each for each in ours if each.kind in _KEPT and (each.at or each.kind is DeadlineKind.RELATIVE)]
    dates = _once(each for each in kept if not any(is_same_day(each, one) for one in gone))
    return ItemDates(
        item=item.id,
        official=told.trust.confirms and told.authority in _SETTLES,
        stated_at=latest_publication(item.published, now) if item.revision == 1 else now,
        dates=dates,
        taken_back=tuple(each for each in off if each in gone or not any(is_same_day(each, one) for one in dates)),
        moves=bool(MOVES.search(item.title)),
        withdrawn=item.withdrawn,
        is_complete=not item.unread,
    )


def _once(found: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """Each date once, as the sentence says it that names it most exactly."""
    kept: list[Deadline] = []
    for each in found:
        at = next((number for number, known in enumerate(kept) if is_same_moment(known, each)), None)
        if at is None:
            kept.append(each)
        elif exactness(each) > exactness(kept[at]):
            kept[at] = each
    return tuple(kept)
