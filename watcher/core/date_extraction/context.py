"""The meaning of a date by the words around it: its kind, is a range a window, is a duration a time limit."""

from watcher.core.date_extraction.action_words import BINDS, DEMAND, HISTORY, MOVED
from watcher.core.date_extraction.rules import PICKED, RULES
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import pattern, whole_words
from watcher.model.deadline import Deadline, DeadlineKind

_OPENING_QUOTE = lazy_regex(r"[\[(\"“‘']\s*$")
_HOLIDAY_NAME = pattern(
    r"\b(?:easter|(?:(?:early may|spring|summer|august|may day) )?bank holiday|good friday|christmas eve"
    r"|new year['’]s eve)(?: on| of)?,? $"
)


def kind_of(left: str, right: str, near: str, *, picked: bool) -> DeadlineKind | None:
    """The kind of the date that stands between `left` and `right`; None for a date that is only mentioned.

    `near`: the date with the words right around it. `picked`: its words were taken out as a Deadline.
    """
    left = _HOLIDAY_NAME.sub("", _OPENING_QUOTE.sub("", left))
    for rule in RULES:
        if rule.before.search(left) and rule.after.match(right) and (picked or rule.among.search(near)):
            return rule.kind
    if picked and not HISTORY.search(left):
        return next((rule.kind for rule in PICKED if rule.before.search(left)), None)
    return None


_RANGE_TO = pattern(
    r"^[\s,]*(?:to|until|till|-|–|—|up to|through|to close|to end|and clos\w+|and ends?)(?: and including)?\s*"
    r"(?:on\s+)?(?:the\s+)?$"
)
_RANGE_AND = pattern(r"^[\s,]*and\s*(?:the\s+)?$")
_BETWEEN = pattern(r"\bbetween\s*(?:the )?$")
_WINDOW_OPENS = pattern(
    r"\b(?:between|from|(?:begin|start|commence)(?:s|ning|ing)?(?: on| from)?|open(?:s|ed|ing)?(?: from| on)?"
    r"|runs?(?: from)?|running(?: from)?|period)\s*(?:the )?$|^\W*$"
)
_MOVED_FROM = pattern(rf"\b{MOVED}(?: [\w-]+){{0,3}} from (?:the )?$")


def is_range(left: str, gap: str) -> bool:
    """Whether two dates with `gap` between them are the two ends of one range. `left` stands before the first."""
    if _RANGE_AND.match(gap):
        return bool(_BETWEEN.search(left))
    return bool(_RANGE_TO.match(gap)) and not _MOVED_FROM.search(left)


def opens_window(left: str) -> bool:
    """Whether a range of dates after `left` is a window, in which something may be done."""
    return bool(_WINDOW_OPENS.search(left)) and not HISTORY.search(left)


_FROM_THIS_TEXT = pattern(
    r"^\s+(?:of|from|after|following|before)\s+(?:(?:the )?date of )?"
    r"(?:(?:this|today['’]s|our) (?:letter|notice|e-?mail|bulletin|publication|message|alert|announcement)"
    r"(?: being (?:sent|issued|published))?|publication)\b"
)
_COUNTED_FROM = pattern(r"^\s+(?:from|after|following|before|prior to|in advance of)\b")
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
_NO_TIME_LIMIT = pattern(r"^\s*(?:notice|ago|old|earlier|later\b)|^['’]? notice")


def counts_from_here(right: str) -> bool:
    """Whether a duration followed by `right` is counted from the text's own date: "within 28 days of this letter"."""
    return bool(_FROM_THIS_TEXT.match(right))


def is_offset(left: str, right: str, near: str, *, picked: bool) -> bool:
    """Whether a duration ("ten days") is a time limit within which somebody must act.

    `left`, `right`, `near` and `picked` are those of `kind_of`.
    """
    if _NO_TIME_LIMIT.match(right):
        return False
    if _AS_NOUN.match(right) or ((picked or _HAVE.search(left)) and _TO_ACT.match(right)):
        return True
    if _WITHIN.search(left) or _FROM_THIS_TEXT.match(right):
        return picked or bool(DEMAND.search(near) or BINDS.search(near))
    return bool(_COUNTED_FROM.match(right)) and (picked or bool(BINDS.search(near)))


_DELIVERS = whole_words(
    r"""deliver\w*, campaign, programme, season, vaccinat\w+, boosters?, pilot, runs?, running, closed, closures?
    offered
    available"""
)
_HANDED_IN = whole_words(
    r"""appl\w+, submi\w+, sign(?:ing)?[ -]?up, register, registration, respond, responses?, return, claims?
    declar\w+, order\w*
    express\w*, nominat\w+, survey, consultation, closes, close, bids?, opt(?:ing)?[ -](?:in|out)"""
)


def is_end_of_campaign(deadline: Deadline) -> bool:
    """Whether it only ends a time in which something is delivered or open: nothing has to be handed in by then."""
    is_end = deadline.kind is DeadlineKind.WINDOW_CLOSE
    return is_end and bool(_DELIVERS.search(deadline.sentence)) and not _HANDED_IN.search(deadline.sentence)


_PAYMENT = pattern(
    r"£\s?\d|\b(?:payments?|paid|fees?|bonus|incentives?|funding|item of service|reimburse\w*)\b",
)


def mentions_payment(sentence: str) -> bool:
    """Whether the sentence speaks of a payment, fee or funding, or names a sum in pounds."""
    return bool(_PAYMENT.search(sentence))
