"""How a Story's Status turns when one more Item tells it: the status ladder.

`reported` until an official text that practices can use is seen, then `confirmed`. `changed` when a later official text
says something else, `withdrawn` when it takes the announcement back or says that it was never so. Repetition turns
nothing.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from watcher.core.language.features import facts_of_kind
from watcher.core.language.text import fold_text
from watcher.model import Authority, Status, Story, StoryItem

KINDS = ("date", "age", "money", "share", "count")  # what a reader may have noted
SETTLES = frozenset({Authority.OFFICIAL, Authority.DENIAL})
_MOVES = re.compile(
    r"\b(?:extend(?:s|ed)?|extension|delay(?:s|ed)?|postpon\w+|brought forward|amend\w+|correct(?:ion|ed)|clarif\w+"
    r"|revis(?:ed|ion)|re-?issued?|supersed\w+|replac(?:es|ed)|chang(?:es|ed) to|new date|widen(?:s|ed)|narrow(?:s|ed)"
    r"|now (?:also )?include[sd]?)\b"
)
_TAKES_BACK = re.compile(
    r"\b(?:withdraw[ns]?|withdrew|scrap(?:s|ped)?|cancel(?:s|led)|halt(?:s|ed)|paus(?:es|ed)|suspend(?:s|ed)"
    r"|revok(?:es|ed)|abandon(?:s|ed)|u-?turn|no longer|will not go ahead|rescind\w*|called off|stood down)\b"
)
_SAYS_NO = re.compile(
    r"\b(?:not|no|never|refus\w+|reject\w+|rul\w+ out|exclud\w+|scrap\w*|drop\w*|u-?turn|cancel\w*)\b"
)


def next_status(
    before: Story | None, after: Story, told: StoryItem, now: datetime, *, withdrawn: bool = False, moved: bool = False
) -> Story:
    """`after`, which `told` has just joined, with the Status that follows from it at `now`.

    `withdrawn`: the page itself says that it is. `moved`: an edit changed a figure of its headline.
    """
    if before is None:
        status: Status | None = _first(told, withdrawn=withdrawn)
    else:
        status = _next(before, told, withdrawn=withdrawn, moved=moved)
    return after if status is None else after.with_status(status, told, now)


def _first(told: StoryItem, *, withdrawn: bool) -> Status:
    if withdrawn and told.trust.confirms:
        return Status.WITHDRAWN
    return Status.CONFIRMED if told.authority in SETTLES else Status.REPORTED


def _next(before: Story, told: StoryItem, *, withdrawn: bool, moved: bool) -> Status | None:
    """The Status that the Story turns to; None when nothing turns."""
    if not told.trust.confirms or told.authority not in SETTLES:
        return Status.WITHDRAWN if told.trust.confirms and withdrawn and before.status is not Status.WITHDRAWN else None
    if withdrawn:
        return None if before.status is Status.WITHDRAWN else Status.WITHDRAWN
    if before.status is Status.REPORTED:
        return Status.WITHDRAWN if _contradicts(before, told) else Status.CONFIRMED
    if before.status is Status.WITHDRAWN:
        back = (
            bool(before.status_changes)
            and before.status_changes[-1].item == told.item
            and told.authority is Authority.OFFICIAL
        )
        return Status.CHANGED if back else None  # the page that was withdrawn is back
    return _later(before, told, moved=moved)


def _later(before: Story, told: StoryItem, *, moved: bool) -> Status | None:
    """What a further official text turns in a Story that is settled, or an edit of one that it holds."""
    if any(each.item == told.item for each in before.items):
        return Status.CHANGED if moved else None
    if told.authority is Authority.DENIAL or _takes_back(before, told):
        return Status.WITHDRAWN
    return Status.CHANGED if _MOVES.search(fold_text(told.title)) or names_other_figures(before.items, told) else None


def _contradicts(before: Story, told: StoryItem) -> bool:
    """Whether an official text says that what was reported is not so; where the report said no, it agrees."""
    says_no = told.authority is Authority.DENIAL or _takes_back(before, told)
    return says_no and not any(_SAYS_NO.search(fold_text(each.title)) for each in before.items)


def _takes_back(before: Story, told: StoryItem) -> bool:
    """Whether a headline ends what the others announced; where they announced an end, it only repeats them."""
    titles = (fold_text(each.title) for each in before.items)
    return bool(_TAKES_BACK.search(fold_text(told.title))) and not any(_TAKES_BACK.search(title) for title in titles)


def names_other_figures(tellings: Iterable[StoryItem], told: StoryItem) -> bool:
    """Whether a headline names a date, age or sum where the official texts so far named only others of its kind."""
    official = [each.features for each in tellings if each.authority in SETTLES]
    for kind in KINDS:
        here = facts_of_kind(told.features.title, kind)
        there = frozenset(fact for known in official for fact in facts_of_kind(known.title | known.more, kind))
        if here and there and here.isdisjoint(there):
            return True
    return False
