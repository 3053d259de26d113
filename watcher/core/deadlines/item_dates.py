"""The dates of one Item: those that it sets for practices, and those that it takes back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from watcher.core.date_extraction.context import is_end_of_campaign
from watcher.core.date_extraction.extract import extract_deadlines
from watcher.core.deadlines.identity import exactness, is_same_day, is_same_moment
from watcher.core.deadlines.practice_dates import set_for_practices
from watcher.core.language import region_text
from watcher.core.language.dates import latest_publication
from watcher.core.language.word_lists import BROUGHT_FORWARD, PUT_OFF, pattern
from watcher.core.statements.statement import with_headline_apart
from watcher.model import Actor, Authority, Deadline, DeadlineKind, Item, StoryItem

MAX_CHARACTERS_READ = 20_000  # of each field: a letter says what it wants on its first pages
MOVES = pattern(
    rf"\b(?:(?!extend\w* (?:hours|access)){PUT_OFF}|{BROUGHT_FORWARD}"
    r"|new (?:start )?(?:date|deadline)|instead of|earlier than|later than planned)\b"
)
_SETTING_KINDS = frozenset(
    {
        *(DeadlineKind.DEADLINE, DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN, DeadlineKind.WINDOW_CLOSE),
        DeadlineKind.RELATIVE,
    }
)
_CANCELLING_KINDS = frozenset({DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED})
_SETTLING = frozenset({Authority.OFFICIAL, Authority.DENIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDates:
    """The `dates` that one Item sets, and those `taken_back` (withdrawn, or said not to be required).

    `stated_at` (UTC): when its words appeared; `moves`: its title speaks of a date that moves; `withdrawn`: the Item
    itself was; `is_complete`: its own page was read too.
    """

    item: str
    official: bool
    stated_at: datetime
    dates: tuple[Deadline, ...] = ()
    taken_back: tuple[Deadline, ...] = ()
    moves: bool = False
    withdrawn: bool = False
    is_complete: bool = True


def read_item_dates(item: Item, story_item: StoryItem, now: datetime) -> ItemDates:
    """The dates for practices of `item`, each once. `story_item` is its part in the Story.

    A text that is not for practices asks nothing of them, unless the sentence names them.
    """
    plain = with_headline_apart(replace(item, text=region_text.without_line_marks(item.text)))
    fields = (plain.title, plain.summary, plain.text)
    deadlines = chain.from_iterable(extract_deadlines(text[:MAX_CHARACTERS_READ], item.published) for text in fields)
    actors = {Actor.PRACTICES} if story_item.authority is Authority.ELSEWHERE else {Actor.PRACTICES, Actor.UNSAID}
    ours = [deadline for deadline in deadlines if deadline.actor in actors]
    cancelled = [deadline for deadline in ours if deadline.kind in _CANCELLING_KINDS and deadline.at]
    withdrawn = [deadline for deadline in cancelled if deadline.kind is DeadlineKind.WITHDRAWN]
    dates = _keep_most_exact(
        deadline
        for deadline in set_for_practices(plain, story_item.trust)
        if _is_set_date(deadline) and not _is_among(deadline, withdrawn)
    )
    return ItemDates(
        item=item.id,
        official=story_item.trust.confirms and story_item.authority in _SETTLING,
        stated_at=latest_publication(item.published, now) if item.revision == 1 else now,
        dates=dates,
        taken_back=tuple(deadline for deadline in cancelled if deadline in withdrawn or not _is_among(deadline, dates)),
        moves=bool(MOVES.search(item.title)),
        withdrawn=item.withdrawn,
        is_complete=not item.unread,
    )


def _is_set_date(deadline: Deadline) -> bool:
    is_known = deadline.at is not None or deadline.kind is DeadlineKind.RELATIVE
    return deadline.kind in _SETTING_KINDS and is_known and not is_end_of_campaign(deadline)


def _is_among(deadline: Deadline, dates: Iterable[Deadline]) -> bool:
    return any(is_same_day(deadline, date) for date in dates)


def _keep_most_exact(deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """Each date once, in the words of the sentence that names it most exactly."""
    kept: list[Deadline] = []
    for deadline in deadlines:
        index = next((index for index, earlier in enumerate(kept) if is_same_moment(earlier, deadline)), None)
        if index is None:
            kept.append(deadline)
        elif exactness(deadline) > exactness(kept[index]):
            kept[index] = deadline
    return tuple(kept)
