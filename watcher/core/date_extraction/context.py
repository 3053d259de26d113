"""Asking the words around a time: what happens then, does it end a window, is a distance one to act within."""

import re

from watcher.core.date_extraction.phrases import BINDS, DEMAND, HISTORY, MOVED
from watcher.core.date_extraction.rules import PICKED, RULES
from watcher.core.language.patterns import pattern
from watcher.model.deadline import DeadlineKind

_QUOTE = re.compile(r"[\[(\"“‘']\s*$")
_FEAST = pattern(
    r"\b(?:easter|(?:(?:early may|spring|summer|august|may day) )?bank holiday|good friday|christmas eve"
    r"|new year['’]s eve)(?: on| of)?,? $"
)


def kind_of(left: str, right: str, near: str, *, picked: bool) -> DeadlineKind | None:
    """What happens at the time between `left` and `right`; None when it is only mentioned."""
    left = _FEAST.sub("", _QUOTE.sub("", left))
    for rule in RULES:
        if rule.before.search(left) and rule.after.match(right) and (picked or rule.among.search(near)):
            return rule.kind
    if picked and not HISTORY.search(left):
        return next((rule.kind for rule in PICKED if rule.before.search(left)), None)
    return None


_TO = pattern(
    r"^[\s,]*(?:to|until|till|-|–|—|up to|through|to close|to end|and clos\w+|and ends?)(?: and including)?\s*"
    r"(?:on\s+)?(?:the\s+)?$"
)
_AND = pattern(r"^[\s,]*and\s*(?:the\s+)?$")
_BETWEEN = pattern(r"\bbetween\s*(?:the )?$")
_OPENS = pattern(
    r"\b(?:between|from|open(?:s|ed|ing)?(?: from| on)?|runs?(?: from)?|running(?: from)?|period)\s*(?:the )?$|^\W*$"
)
_MOVED_FROM = pattern(rf"\b{MOVED}(?: [\w-]+){{0,3}} from (?:the )?$")


def is_range(left: str, gap: str) -> bool:
    """Whether two times with `gap` between them are the two ends of one stretch of time."""
    if _AND.match(gap):
        return bool(_BETWEEN.search(left))
    return bool(_TO.match(gap)) and not _MOVED_FROM.search(left)


def opens_window(left: str) -> bool:
    """Whether a stretch of time after `left` is one in which something may be done."""
    return bool(_OPENS.search(left)) and not HISTORY.search(left)


_HERE = pattern(
    r"^\s+(?:of|from|after|following|before)\s+(?:(?:the )?date of )?"
    r"(?:(?:this|today['’]s|our) (?:letter|notice|e-?mail|bulletin|publication|message|alert|announcement)"
    r"(?: being (?:sent|issued|published))?|publication)\b"
)
_COUNTED = pattern(r"^\s+(?:from|after|following|before|prior to|in advance of)\b")
_WITHIN = pattern(
    r"\b(?:within|no later than|not later than|in under)(?: the next| a maximum of| just| only| about| at most)? $"
)
_HAVE = pattern(
    r"\b(?:have|has|had|having|gets?|(?:give[ns]?|gave|giving|allow\w*)(?: [\w’'-]+){0,3}?) "
    r"(?:just |only |another |a further |up to |at least )?$"
)
_TO_ACT = pattern(r"^\s+(?:to (?!go\b|the\b|\d)|in which to|from receipt)")
_AS_NOUN = pattern(
    r"^[\s-]+(?:deadline|turn-?around|time-?scale|time-?frame|time limit|window|limit|target)\b",
)
_IDLE = pattern(r"^\s*(?:notice|ago|old|earlier|later\b)|^['’]? notice")


def counts_from_here(right: str) -> bool:
    """Whether a distance is counted from the text itself."""
    return bool(_HERE.match(right))


def is_offset(left: str, right: str, near: str, *, picked: bool) -> bool:
    """Whether a distance in time ("ten days") is one by which somebody must act."""
    if _IDLE.match(right):
        return False
    if _AS_NOUN.match(right) or ((picked or _HAVE.search(left)) and _TO_ACT.match(right)):
        return True
    if _WITHIN.search(left) or _HERE.match(right):
        return picked or bool(DEMAND.search(near) or BINDS.search(near))
    return bool(_COUNTED.match(right)) and (picked or bool(BINDS.search(near)))
