"""The status ladder: how the Status of a Story changes when one more Item tells it.

`reported` until an official text that practices can use is seen, then `confirmed`. `changed` when a later official text
says something else, `withdrawn` when it takes the announcement back or says that it was never so. Repetition changes
nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import fold_text
from watcher.core.language.word_lists import PUTS_OFF, TAKES_BACK
from watcher.core.stories.features import facts_in, facts_of_kind
from watcher.model import Authority, Retraction, Status, Story, StoryItem

KINDS = ("date", "age", "money", "share", "count")  # what a reader may have noted
SETTLES = frozenset({Authority.OFFICIAL, Authority.DENIAL})
_CHANGES = lazy_regex(
    rf"\b(?:{PUTS_OFF}|amend\w+|correct(?:ion|ed)|clarif\w+"
    r"|revis(?:ed|ion)|re-?issued?|supersed\w+|replac(?:es|ed)|chang(?:es|ed) to|new date|widen(?:s|ed)|narrow(?:s|ed)"
    r"|now (?:also )?include[sd]?)\b"
)
_WITHDRAWS = lazy_regex(rf"\b(?:{TAKES_BACK}|u-?turn|no longer|will not go ahead|called off|stood down)\b")
_NEGATES = lazy_regex(
    r"\b(?:not|no|never|refus\w+|reject\w+|rul\w+ out|exclud\w+|scrap\w*|drop\w*|u-?turn|cancel\w*)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvidence:
    """What an Item does to its Story besides its words.

    `withdrawn`: the page itself says that it is. `changed`: an edit of a watched page, or of a figure in the headline.
    `takes_back`: what it does to the announcement by its own words. `is_only_like`: it is only like the Story, and
    likeness changes nothing that is official.
    """

    withdrawn: bool = False
    changed: bool = False
    takes_back: Retraction | None = None
    is_only_like: bool = False


def next_status(
    before: Story | None,
    after: Story,
    item: StoryItem,
    now: datetime,
    evidence: StatusEvidence,
) -> Story:
    """`after`, the Story that `item` has just joined, with the Status that follows from it at `now`."""
    withdrawn, changed, takes_back = evidence.withdrawn, evidence.changed, evidence.takes_back
    if before is None:
        status: Status | None = first_status(item, withdrawn=withdrawn)
    elif takes_back and item.authority in SETTLES:
        status = _status_after_retraction(before, takes_back)
    elif evidence.is_only_like and before.status is not Status.REPORTED and not withdrawn:
        status = None
    else:
        status = _status_after(before, item, withdrawn=withdrawn, changed=changed)
    return after if status is None else after.with_status(status, item, now)


def first_status(item: StoryItem, *, withdrawn: bool = False) -> Status:
    """The Status of a Story that `item` opens; `withdrawn`: its page says that it is."""
    if withdrawn and item.trust.confirms:
        return Status.WITHDRAWN
    return Status.CONFIRMED if item.authority in SETTLES else Status.REPORTED


def _status_after(before: Story, item: StoryItem, *, withdrawn: bool, changed: bool) -> Status | None:
    """The Status that the Story changes to; None when it stays as it is."""
    if not item.trust.confirms or item.authority not in SETTLES:
        return Status.WITHDRAWN if item.trust.confirms and withdrawn and before.status is not Status.WITHDRAWN else None
    if withdrawn:
        return None if before.status is Status.WITHDRAWN else Status.WITHDRAWN
    if before.status is Status.REPORTED:
        return Status.WITHDRAWN if _is_contradiction(before, item) else Status.CONFIRMED
    if before.status is Status.WITHDRAWN:
        is_restored = (
            bool(before.status_changes)
            and before.status_changes[-1].item == item.item
            and item.authority is Authority.OFFICIAL
        )
        return Status.CHANGED if is_restored else None  # the page that was withdrawn is back
    return _status_after_settled(before, item, changed=changed)


def _status_after_settled(before: Story, item: StoryItem, *, changed: bool) -> Status | None:
    """The Status after a further official text, or an edit of one, in a Story that is settled; None when it stays."""
    if any(earlier.item == item.item for earlier in before.items):
        return Status.CHANGED if changed else None
    if item.authority is Authority.DENIAL:
        return Status.WITHDRAWN
    return Status.CHANGED if _CHANGES.search(fold_text(item.title)) or names_other_figures(before.items, item) else None


def _status_after_retraction(before: Story, takes_back: Retraction) -> Status | None:
    """The Status after an official text took back what was announced."""
    if before.status is Status.WITHDRAWN:
        return None
    return Status.WITHDRAWN if takes_back is Retraction.ENDS else Status.CHANGED


def _is_contradiction(before: Story, item: StoryItem) -> bool:
    """Whether an official text says that the report is not so; where the report itself said no, it agrees."""
    says_no = item.authority is Authority.DENIAL or _is_withdrawal(before, item)
    return says_no and not any(_NEGATES.search(fold_text(earlier.title)) for earlier in before.items)


def _is_withdrawal(before: Story, item: StoryItem) -> bool:
    """Whether a headline ends what the others announced; where they announced an end, it only repeats them."""
    titles = (fold_text(earlier.title) for earlier in before.items)
    return bool(_WITHDRAWS.search(fold_text(item.title))) and not any(_WITHDRAWS.search(title) for title in titles)


def names_other_figures(items: Iterable[StoryItem], item: StoryItem) -> bool:
    """Whether a headline names a figure (KINDS) where the official texts so far named only others of its kind."""
    official = [earlier.features for earlier in items if earlier.authority in SETTLES]
    for kind in KINDS:
        figures = facts_of_kind(item.features.title, kind)
        official_figures = frozenset(fact for features in official for fact in facts_in(features, kind))
        if figures and official_figures and figures.isdisjoint(official_figures):
            return True
    return False
