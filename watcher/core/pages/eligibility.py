"""Who is eligible, as a set: what a Change did to it in one sentence, and whether a practice's own roles are in."""

import re
from collections.abc import Iterable

from watcher.core.audience.inclusion import EXCLUDES, MANAGERS, names_role
from watcher.core.language.lazy_regex import lazy_regex
from watcher.model import Change, Line, Region

MAX_GROUPS_NAMED = 6
_ELIGIBILITY = lazy_regex(
    r"eligib|entitle|who (?:can|may|is|are)|qualif|offered|in scope|cohort|criteria", re.IGNORECASE
)
# Names of staff: a list without any is one of patients, and says nothing of managers.
_STAFF = lazy_regex(
    r"\b(?:nurs\w+|pharmacists?|paramedics?|physiotherap\w+|podiatr\w+|manage\w+|reception\w*|gps?|partners?"
    r"|clinical roles?|staff|associates?)\b",
    re.IGNORECASE,
)


def eligible_groups(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The members and rows that say who is eligible, without those of lists of the excluded."""
    return tuple(line for line in lines if line.is_member and _is_in_list_of_eligible(line))


def eligibility_sentence(change: Change, after: Region, roles: Iterable[str] = (MANAGERS,)) -> str:
    """How a Change altered who is eligible: "added: 50-64s; removed: none", and where it lists staff the reader's role.

    The whole list is there to be seen, so a role that is not in it is out.
    """
    now, before = _groups_before_and_now(change, after)
    parts = [
        f"added: {_join_texts(eligible_groups(change.added))}",
        f"removed: {_join_texts(eligible_groups(change.removed))}",
    ]
    lists_staff = any(_STAFF.search(text) for text in (*now, *before))
    described = (_describe_role(role, before, now) for role in roles if lists_staff)
    return "; ".join([*parts, *filter(None, described)])


def newly_named(change: Change, after: Region, role: str = MANAGERS) -> bool:
    """Whether the list of who is eligible names the role now, and did not before."""
    now, before = _groups_before_and_now(change, after)
    return names_role(now, role) and not names_role(before, role)


def _groups_before_and_now(change: Change, after: Region) -> tuple[list[str], list[str]]:
    """The texts of who is eligible: now, and before the Change."""
    now = eligible_groups(after.lines)
    before = (*(line for line in now if line not in change.added), *eligible_groups(change.removed))
    return [line.text for line in now], [line.text for line in before]


def _describe_role(role: str, before: Iterable[str], now: Iterable[str]) -> str:
    """What became of a role; "" where it is in as before."""
    was, is_now = names_role(before, role), names_role(now, role)
    if is_now:
        return "" if was else f"now in the list: {role}"
    return f"no longer in the list: {role}" if was else f"not in the list: {role}"


def _is_in_list_of_eligible(line: Line) -> bool:
    """Judged by the introduction of its list, or its heading: "Who is eligible", "You are offered the vaccine if:"."""
    if EXCLUDES.search(line.lead) or EXCLUDES.search(line.under):
        return False
    return bool(_ELIGIBILITY.search(line.lead) or _ELIGIBILITY.search(line.under))


def _join_texts(lines: Iterable[Line]) -> str:
    texts = [line.text.rstrip(" .;,") for line in lines]
    more = f" and {len(texts) - MAX_GROUPS_NAMED} more" if len(texts) > MAX_GROUPS_NAMED else ""
    return f"{', '.join(texts[:MAX_GROUPS_NAMED])}{more}" if texts else "none"
