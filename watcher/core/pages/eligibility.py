"""Who is eligible, as a set: what a Change did to it in one sentence, and whether a practice's own roles are named."""

import re
from collections.abc import Iterable, Mapping

from watcher.model import Change, Line, Region

MAX_GROUPS_NAMED = 6
# The reader's own role is reported as included, or as not named: its absence is never left out without a word. The
# spellings of the roles come from the guidance of the partnership scheme and from the pay declarations.
ROLES: Mapping[str, str] = {
    "practice managers": r"practice manage\w+|non-(?:gp|clinical) partners?|managing partners?",
    "PCN managers": r"(?:pcn|network) manage\w+",
    "nurses": r"nurs\w+",
    "pharmacists": r"pharmacists?",
    "receptionists": r"reception\w*",
}
_ELIGIBILITY = re.compile(
    r"eligib|entitle|who (?:can|may|is|are)|qualif|offered|in scope|cohort|criteria", re.IGNORECASE
)
_EXCLUDES = re.compile(r"\bnot\b|\bno longer\b|ineligible|exclu|out of scope|\bout\b|except|cannot", re.IGNORECASE)


def eligible_groups(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The members and rows that say who is eligible, without those of lists of the excluded."""
    return tuple(line for line in lines if line.is_member and _is_in_list_of_eligible(line))


def eligibility_sentence(change: Change, after: Region, roles: Iterable[str] = ("practice managers",)) -> str:
    """How a Change altered who is eligible: "added: 50-64s; removed: none; still not named: practice managers"."""
    parts = [
        f"added: {_join_texts(eligible_groups(change.added))}",
        f"removed: {_join_texts(eligible_groups(change.removed))}",
    ]
    now = eligible_groups(after.lines)
    before = (*(line for line in now if line not in change.added), *eligible_groups(change.removed))
    for role in roles:
        was, is_now = _is_role_named(before, role), _is_role_named(now, role)
        if not is_now:
            parts.append(f"{'no longer' if was else 'still not'} named: {role}")
        elif not was:
            parts.append(f"now named: {role}")
    return "; ".join(parts)


def _is_in_list_of_eligible(line: Line) -> bool:
    """Judged by the introduction of its list, or its heading: "Who is eligible", "You are offered the vaccine if:"."""
    if _EXCLUDES.search(line.lead) or _EXCLUDES.search(line.under):
        return False
    return bool(_ELIGIBILITY.search(line.lead) or _ELIGIBILITY.search(line.under))


def _join_texts(lines: Iterable[Line]) -> str:
    texts = [line.text.rstrip(" .;,") for line in lines]
    more = f" and {len(texts) - MAX_GROUPS_NAMED} more" if len(texts) > MAX_GROUPS_NAMED else ""
    return f"{', '.join(texts[:MAX_GROUPS_NAMED])}{more}" if texts else "none"


def _is_role_named(lines: Iterable[Line], role: str) -> bool:
    pattern = re.compile(rf"\b(?:{ROLES.get(role, re.escape(role))})\b", re.IGNORECASE)
    return any(pattern.search(line.text) and not _EXCLUDES.search(line.text) for line in lines)
