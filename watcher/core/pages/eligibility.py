"""Who is eligible, as a set: what a Change did to it in one sentence, and whether a practice's own roles are named."""

import re
from collections.abc import Iterable, Mapping

from watcher.model import Change, Line, Region

MAX_GROUPS_NAMED = 6
# The reader's own role is told as included, or as not named: its absence is never dropped in silence. How roles are
# spelt is read from the guidance of the partnership scheme and from the pay declarations.
ROLES: Mapping[str, str] = {
    "practice managers": r"practice manage\w+|non-(?:gp|clinical) partners?|managing partners?",
    "PCN managers": r"(?:pcn|network) manage\w+",
    "nurses": r"nurs\w+",
    "pharmacists": r"pharmacists?",
    "receptionists": r"reception\w*",
}
_ABOUT = re.compile(r"eligib|entitle|who (?:can|may|is|are)|qualif|offered|in scope|cohort|criteria", re.IGNORECASE)
_OUT = re.compile(r"\bnot\b|\bno longer\b|ineligible|exclu|out of scope|\bout\b|except|cannot", re.IGNORECASE)


def eligible_groups(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The members and rows that say who is eligible; those of a list of the excluded are none."""
    return tuple(line for line in lines if line.is_member and _is_list_of_the_eligible(line))


def eligibility_sentence(change: Change, after: Region, roles: Iterable[str] = ("practice managers",)) -> str:
    """What became of who is eligible, such as "added: 50-64s; removed: none; still not named: practice managers"."""
    parts = [f"added: {_listed(eligible_groups(change.added))}", f"removed: {_listed(eligible_groups(change.removed))}"]
    now = eligible_groups(after.lines)
    before = (*(line for line in now if line not in change.added), *eligible_groups(change.removed))
    for role in roles:
        was, is_now = _names(before, role), _names(now, role)
        if not is_now:
            parts.append(f"{'no longer' if was else 'still not'} named: {role}")
        elif not was:
            parts.append(f"now named: {role}")
    return "; ".join(parts)


def _is_list_of_the_eligible(line: Line) -> bool:
    """By what introduces it, else by its heading: "Who is eligible", "You are offered the vaccine if you are:"."""
    if _OUT.search(line.lead) or _OUT.search(line.under):
        return False
    return bool(_ABOUT.search(line.lead) or _ABOUT.search(line.under))


def _listed(lines: Iterable[Line]) -> str:
    texts = [line.text.rstrip(" .;,") for line in lines]
    more = f" and {len(texts) - MAX_GROUPS_NAMED} more" if len(texts) > MAX_GROUPS_NAMED else ""
    return f"{', '.join(texts[:MAX_GROUPS_NAMED])}{more}" if texts else "none"


def _names(lines: Iterable[Line], role: str) -> bool:
    pattern = re.compile(rf"\b(?:{ROLES.get(role, re.escape(role))})\b", re.IGNORECASE)
    return any(pattern.search(line.text) and not _OUT.search(line.text) for line in lines)
