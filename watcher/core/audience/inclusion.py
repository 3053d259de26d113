"""Whether practice managers, or another role, are in, out, or only planned for: the one reader of who is in.

Alerts, digests, evidence and the comparison of pages ask it. Where a text does not speak of the role, there is no
answer: absence is never a statement, unless the text has a whole list of who is in.
"""

import re
from collections.abc import Iterable, Mapping

from watcher.core.language.word_lists import pattern, whole_words
from watcher.model import Inclusion

MANAGERS = "practice managers"
# The spellings come from the guidance of the partnership scheme and from the pay declarations.
ROLES: Mapping[str, re.Pattern[str]] = {
    MANAGERS: pattern(r"\b(?:practice (?:and pcn )?manage\w+|non-(?:gp|clinical) partners?|managing partners?)\b"),
    "PCN managers": pattern(r"\b(?:pcn|network) manage\w+\b"),
    "nurses": pattern(r"\bnurs\w+\b"),
    "pharmacists": pattern(r"\bpharmacists?\b"),
    "receptionists": pattern(r"\breception\w*\b"),
}
EXCLUDES = whole_words(
    r"""not (?:yet |currently |now )?(?:eligible|included|entitled|covered), ineligible, excluded, excludes, excluding
    left out, leaves (?:them |managers )?out, cannot (?:yet |currently )?(?:apply|claim|join|take part|get it)
    out of scope
    but not
    except(?: for)? (?:[\w,]+ ){0,4}?(?:practice )?manage\w+
    will not be (?:eligible|included|able), may not (?:apply|claim|join), not to add, were refused, were rejected
    (?:is|are) out, get nothing, no longer (?:eligible|included|covered|able|entitled)"""
)
PLANS = whole_words(
    r"""working on, plans? to, planned, hopes? to, intends? to, intend to
    (?:is|are) to be (?:widened|opened|extended), will be opened, consider\w*, looking at
    (?:may|could) be (?:included|added|extended|able|eligible|opened), would like to
    (?:expected|set) to (?:be|include|add|extend|open), talk\w* [\w ]{0,30}about, explor\w+
    discuss\w*, negotiat\w+"""
)
_INCLUDES = whole_words(
    r"""eligible(?! (?:patients?|people|adults|children|cohorts?|groups?|population))
    can (?:now )?apply, may (?:now )?apply, extended to, open to, (?:can|may) join, entitled, qualify
    added to, named on the list
    (?:is|are) (?:aimed |intended )?(?:for|at) (?:[\w,]+ ){0,6}?(?:and )?practice managers?"""
)
_LISTS = whole_words(r"including, includes?, included, roles, alike")
_SCHEME = whole_words(
    r"""eligib\w+, schemes?, bursar(?:y|ies), payments?, grants?, offer, places?, apply, applications?, funded
    fund, course
    training, programme, roles, vaccin\w+"""
)
# What managers are told to do, and a text that says that it does not speak of them: neither in nor out.
_SAYS_NOTHING = pattern(
    r"\bmanage\w+ (?:must|should|need to|have to|will need to|(?:are|were|have been) (?:asked|expected|reminded"
    r"|required|advised|invited|encouraged|urged|told) to)\b"
    r"|\b(?:not|nor|never) (?:mentioned|named|listed)\b|\bno mention\b"
)
_NOT = pattern(r"\bnot\b")
_TOLD_BEFORE = pattern(r"\b(?:had (?:said|told|announced|promised)|previously|originally|in an earlier)\b")
_COMPLAINS = pattern(r"\bnever\b|\btoo often\b|\bashamed\b|\bturned away\b|\bmust be (?:treated|included|counted)\b")
_LIST_OF_ROLES = pattern(
    r"\b(?:eligible (?:roles|professions|staff groups|clinical roles)|open to the following|following (?:roles"
    r"|professions))"
    r"[^.:]{0,60}: (?P<list>[^.]{20,})"
)


# What limits the role itself, or speaks of what somebody does for others: neither in nor out.
_OF_SOME = pattern(
    r"\bexcept (?:for )?(?:those|where|in|when)\b|\b(?:who|that) (?:are|is|were|have|has|do|does)(?: not|n['’]t)\b"
    r"|\bon behalf of\b"
)
_OPEN_LIST = pattern(r"\b(?:any|all) other\b|\bsuch as\b|\bincluding\b|\bfor example\b|\betc\b|\band others?\b|…")


def read_inclusion(sentences: Iterable[str], role: str = MANAGERS) -> tuple[Inclusion, str] | None:
    """Whether the role is included, excluded or planned for, and the sentence that says so; else None.

    The last sentence that says so counts, as a page tells the history first; what it says of the past is left out.
    """
    standing: tuple[Inclusion, str] | None = None
    named = ROLES[role]
    for sentence in sentences:
        if named.search(sentence):
            read = _read_sentence(sentence)
            standing = (read, sentence) if read else standing
        elif standing is None and (match := _LIST_OF_ROLES.search(sentence)) and _is_whole_list(match["list"]):
            standing = (Inclusion.EXCLUDED, sentence)  # a whole list of who is in, without them
    return standing


def _is_whole_list(members: str) -> bool:
    return members.count(",") > 1 and not _OPEN_LIST.search(members)


def _read_sentence(sentence: str) -> Inclusion | None:
    if any(wording.search(sentence) for wording in (_TOLD_BEFORE, _COMPLAINS, _OF_SOME, _SAYS_NOTHING)):
        return None
    is_in = _INCLUDES.search(sentence) or (_LISTS.search(sentence) and _SCHEME.search(sentence))
    readings = (
        (Inclusion.PLANNED, PLANS.search(sentence)),
        (Inclusion.EXCLUDED, EXCLUDES.search(sentence)),
        (Inclusion.INCLUDED, is_in),
    )
    first = [inclusion for inclusion, match in readings if match]
    if Inclusion.EXCLUDED in first and re.search(
        r"\bnot (?:yet|to add)\b|\bcannot yet\b|\bnot\b.{0,20}\beligible|\brefus|\breject", sentence, re.IGNORECASE
    ):
        return Inclusion.EXCLUDED
    return first[0] if first else None


def names_role(texts: Iterable[str], role: str) -> bool:
    """Whether one of the texts (members of a list of who is in) names the role, and does not exclude it."""
    named = ROLES.get(role) or pattern(rf"\b{re.escape(role)}\b")
    return any(named.search(text) and not EXCLUDES.search(text) and not _NOT.search(text) for text in texts)
