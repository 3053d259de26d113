"""Rules for what happens on a date, by the words around it. The first rule that fits decides.

Rules that withdraw a date stand before those that set one. A date that no rule fits is only mentioned.
"""

import re
from dataclasses import dataclass

from watcher.core.date_extraction.action_words import (
    ACT,
    ANYTHING,
    BY,
    CHANGE,
    DEMAND,
    FOR_WHAT,
    GONE,
    IS,
    MOVED,
    NAME,
    NEED_NOT,
    NO_NEED,
    NOT_NEEDED,
    NOTHING,
    PROGRAMME,
    SAME_CLAUSE,
    TOOK_EFFECT,
    WAS_PUT_OFF,
    WINDOW,
)
from watcher.core.language.word_lists import any_of, pattern, whole_words
from watcher.model.deadline import DeadlineKind


@dataclass(frozen=True, slots=True)
class CueRule:
    """The kind of a date with the words `before` right before it and `after` right after it.

    `among` must match near it, unless the words were picked out as a Deadline.
    """

    kind: DeadlineKind
    before: re.Pattern[str] = ANYTHING
    after: re.Pattern[str] = ANYTHING
    among: re.Pattern[str] = ANYTHING


def cue_rule(kind: DeadlineKind, before: str = "", after: str = "", among: re.Pattern[str] = ANYTHING) -> CueRule:
    """A CueRule from two pieces of patterns: `before` ends where the date begins, `after` begins where it ends."""
    return CueRule(kind, pattern(rf"(?:{before})(?:the )?$") if before else ANYTHING, pattern(after), among)


_ARTICLE = r"(?:the|its|their|this|that|a|an) "
_ON = r"(?:on|in|at|by|until|till|to|for|from)"
_WITHDRAWN = (
    # "the 12 November deadline has been withdrawn", "deadline scrapped", "was due on 1 July but this has been delayed"
    cue_rule(
        DeadlineKind.WITHDRAWN,
        after=rf"^\s*(?:{NAME}|start(?: date)?|date|target|launch|requirement)?"
        r"(?: (?:for|to|on) [\w\s'’-]{1,50}?)?\s+"
        r"(?:(?:(?:has|have|had) (?:now |already |also |today )?been|was|were|is|are|will be|being|not be)\s+"
        rf"(?:now |already |also |today )?(?:{GONE}|{WAS_PUT_OFF})|no longer (?:appl|stand|hold)\w*)\b",
    ),
    cue_rule(
        DeadlineKind.WITHDRAWN,
        after=rf"^\s*(?:{NAME}|start date)(?: for [\w\s'’-]{{1,50}}?)? (?:{GONE}|{WAS_PUT_OFF})\b",
    ),
    cue_rule(DeadlineKind.WITHDRAWN, after=rf"^,? but (?:this|it|that|the \w+)?(?: [\w'’]+){{0,2}} (?:{GONE}|{MOVED})"),
    # "moved from 1 July to", "instead of 1 July", "the original date of 1 July was"
    cue_rule(
        DeadlineKind.WITHDRAWN,
        rf"\b{MOVED}(?: (?:the|its|their) [\w-]+(?: [\w-]+)?)? from (?:the )?"
        rf"(?:original |previous )?(?:{NAME} )?(?:of )?",
        r"^.{0,40}\b(?:to|until|till)\b",
    ),
    cue_rule(DeadlineKind.WITHDRAWN, r"(?:\binstead of|\brather than|, not|\bpreviously)(?: by| on| from| the)* "),
    cue_rule(
        DeadlineKind.WITHDRAWN,
        rf"\b(?:original|previous|old|former|earlier|initial)(?:ly)? (?:[\w-]+ )?(?:{NAME}|date|start)"
        r"(?: of|,| was| had been)* ",
    ),
    # "dropped the 1 July deadline", "scrapped the requirement to reply by 1 July", "delay to the 1 July start"
    cue_rule(
        DeadlineKind.WITHDRAWN,
        rf"\b{GONE} {_ARTICLE}(?:[\w-]+ ){{0,2}}(?:of )?",
        rf"^\W*(?:{NAME}|date|requirement|start|launch|target|$|[.,;])",
    ),
    cue_rule(
        DeadlineKind.WITHDRAWN,
        rf"\b{GONE} (?:the|its|their) (?:requirement|need|duty|rule|plan|obligation|{NAME})\b"
        r".{0,60}(?:by|from|on|of) ",
    ),
    cue_rule(
        DeadlineKind.WITHDRAWN,
        r"\b(?:delay|postponement|deferral|withdrawal|cancellation)s? (?:to|of) (?:the |its )?",
        rf"^\W*(?:[\w-]+ )?(?:{NAME}|start|launch|date)",
    ),
    cue_rule(
        DeadlineKind.WITHDRAWN,
        r"\b(?:had been|(?:was|were) (?:originally|initially|previously|first)) "
        r"(?:due|meant|supposed|planned|scheduled|set) (?:to|for)\b.{0,50}",
    ),
)
_PAST = (
    cue_rule(
        DeadlineKind.PAST,
        r"\b(?:after|since|following|missed|missing|passed|past) (?:the |a |its )?(?:[\w-]+ )?",
        rf"^\W*{NAME}",
    ),
    cue_rule(
        DeadlineKind.PAST, rf"\b{NAME}(?: for [\w\s'’-]{{1,60}}?)? (?:was|had been)(?: on| originally| set for)? "
    ),
    cue_rule(DeadlineKind.PAST, after=rf"^\W*{NAME} (?:has |had |having )?(?:passed|gone|expired|lapsed)"),
    cue_rule(
        DeadlineKind.PAST,
        r"\b(?:had until|(?:were|was) due (?:by|on|in)|closed(?: on| at)?|expired(?: on| at)?|lapsed on|ran out on) ",
        among=WINDOW,
    ),
)
_NEGATED = (
    cue_rule(
        DeadlineKind.NEGATED,
        rf"(?:{NO_NEED}|\bneed not\b|{NEED_NOT}(?:ed)? ?to\b|{NOT_NEEDED}){SAME_CLAUSE}"
        r"\b(?:by|before|on|from|for|due|after)[\s\w]{0,12}",
    ),
    cue_rule(
        DeadlineKind.NEGATED,
        rf"(?:{NO_NEED} to|\bneed not|{NEED_NOT}(?:ed)? ?to) [\w\s]{{1,20}} ",
        rf"^\W*(?:[\w-]+ ){{0,2}}?{NAME}",
    ),
)
_NOT_AFTER_OR_BEFORE = (
    # "received after 1 July will be rejected", "may not be sent later than", "no earlier than"
    cue_rule(
        DeadlineKind.DEADLINE,
        r"(?<!no )(?<!not )\b(?:after|later than|beyond|past) ",
        r"^.{0,60}\b(?:not|n['’]t|cannot|too late|late|reject\w*|refus\w*|ineligible)\b",
    ),
    cue_rule(
        DeadlineKind.DEADLINE, r"\b(?:not|n['’]t|cannot|no)\b(?:(?! later than).){1,60}\b(?:after|later than|beyond) "
    ),
    cue_rule(
        DeadlineKind.EFFECTIVE,
        r"\b(?:(?:no|not) (?:earlier|sooner) than|(?:not|n['’]t) (?:(?!wait|leave|delay)\w+ ){0,3}?"
        r"(?:before|until)) ",
    ),
)
_MOVED_TO = (
    cue_rule(
        DeadlineKind.EFFECTIVE,
        r"\b(?:start\w*|launch|introduc\w+|roll-?out|commenc\w+|implement\w+|go-?live|campaign|programme)\b"
        rf".{{0,60}}\b{MOVED}.{{0,30}}\b(?:to|until|till) ",
    ),
    cue_rule(
        DeadlineKind.DEADLINE,
        rf"\b{MOVED}(?: [\w'’-]+){{0,6}}? (?:to|until|till|by) ",
        among=whole_words(
            rf"""{NAME}, scheme, window, fund\w*, date, return, offer, applications?, registration, period, consultation
    extension, submission\w*"""
        ),
    ),
)
_OPENS_AND_CLOSES = (
    cue_rule(
        DeadlineKind.EFFECTIVE,
        rf"\b(?:start|launch|go-live|commencement|implementation|effective) date{FOR_WHAT}{IS.removesuffix('$')}",
    ),
    cue_rule(
        DeadlineKind.WINDOW_CLOSE,
        r"(?:\b(?:on|at)|^\W*)\s*",
        r"^,? (?:the |our |this )?(?:(?!and|which|then|but)[\w-]+ ){1,4}?(?:closes|will close|is closing|shuts)\b",
        WINDOW,
    ),
    cue_rule(DeadlineKind.DEADLINE, rf"\b{NAME}{FOR_WHAT}{IS.removesuffix('$')}"),
    cue_rule(DeadlineKind.WINDOW_CLOSE, r"\bopen\w*\b.{0,60}\b(?:until|till|to|through)\W+", among=WINDOW),
    cue_rule(
        DeadlineKind.WINDOW_CLOSE,
        rf"\b(?:close|closes|closing|shuts?)(?: (?:for|to) [\w ]{{1,30}}?)?\s*{_ON}?\s*",
        among=WINDOW,
    ),
    cue_rule(
        DeadlineKind.WINDOW_OPEN,
        rf"\b(?:re)?open(?:s|ing)?(?: up)?(?: (?:for|to) [\w ]{{1,40}}?)?\s*{_ON}?\s*",
        among=WINDOW,
    ),
    cue_rule(DeadlineKind.WINDOW_OPEN, r"\bopened(?: (?:for|to) [\w ]{1,40}?)? ?(?:on|from|at|in) ", among=WINDOW),
    cue_rule(
        DeadlineKind.WINDOW_OPEN,
        rf"\b(?:can|able to|may|could|be|invited to|accept\w*|open|{ACT})\b.{{0,60}}"
        rf"\b(?:{ACT}|placed|made|accepted|available to order)\b.{{0,50}}\b(?:from|on and after)\s*",
    ),
    cue_rule(
        DeadlineKind.WINDOW_OPEN,
        rf"\b{ACT}(?: up)?(?: [\w'’-]+){{0,4}}? from ",
        among=whole_words("can, may, able, open"),
    ),
)
_DUE = (
    # "within 11 months, i.e. by 28 February"; and tables: "actions complete: 3 August", "requested by: 5pm on Friday"
    cue_rule(DeadlineKind.DEADLINE, r"(?:\bi\.?e\.?|\bthat is),? (?:by|before|no later than) "),
    cue_rule(
        DeadlineKind.DEADLINE,
        r"\b(?:actions? (?:(?:must|to|should) be )?completed?(?: by)?|(?:reply|respond|response|return|requested"
        r"|required"
        r"|needed|submit|submission|complete|completed|due)(?: by| date)?)\s?:\s*",
    ),
    cue_rule(
        DeadlineKind.DEADLINE, after=rf"^(?:['’]s)?\W*(?:(?!the|is|was|and|by|to|that|for|of)[\w-]+ ){{0,2}}?{NAME}"
    ),
    cue_rule(
        DeadlineKind.DEADLINE,
        after=r"^(?:,| is| will be| as| remains| being| –| -)*(?: the| your| our| a)? ?(?:last|final|latest) "
        r"(?:[\w-]+ )?(?:day|date|deadline|chance|opportunity|time|moment|orders?)\b",
    ),
    cue_rule(
        DeadlineKind.DEADLINE,
        r"\b(?:last|final|latest) (?:[\w-]+ )?(?:date|day|orders?|chance|opportunity|submission)"
        rf"{FOR_WHAT}{IS.removesuffix('$')}",
        among=DEMAND,
    ),
    cue_rule(
        DeadlineKind.DEADLINE,
        r"\b(?:due|valid|expir(?:es?|ing|y)|lapses?|runs? out|must be in|in place|ready)\s*(?:date\b)?\s*"
        rf"(?:{_ON}|back|is|:|,)*\s*",
        among=DEMAND,
    ),
    cue_rule(
        DeadlineKind.DEADLINE,
        r"\b(?:ends?|ending|finish(?:es|ing)?|available (?=until|till|to|by))\s*(?:on|in|at|by|until|till|to)?\s*",
        among=PROGRAMME,
    ),
)
_FROM = any_of(
    r"""from, starting, starts?, beginning, begins?, commenc(?:e|es|ing), effective, effect from, as of, as from
    (?:com(?:e|es|ing)|put) in(?:to)? (?:force|effect), takes? effect, taking effect, go(?:es|ing)? live
    launch(?:es|ing)?, appl(?:y|ies), available, mandatory, compulsory, on and after"""
)
_IN_FORCE = cue_rule(DeadlineKind.EFFECTIVE, rf"\b{_FROM}(?:\s+(?:from|on|in|at))*\s*", among=CHANGE)
# "By May I was tired" is narrative.
_NOT_NARRATIVE = r"(?!,?(?: [\w'’-]+){0,4} (?:was|were|had(?! to\b)|came|became)\b)"
_CHANGES_ON = cue_rule(
    DeadlineKind.EFFECTIVE,
    r"\b(?:will|shall|should|to be|is to|are to|due to|set to|would|is|are)\b(?: [\w'’-]+){0,2}? "
    r"(?:revok|abolish|start|beg[iau]n|commenc|launch|introduc|replac|chang|remov|come|switch|ceas|transfer|merg|roll|"
    r"scrap|lift|withdr[ae]w)\w*\b[^,;]{0,50}\b(?:on|in|at)\s+",
)
_OPENS_SENTENCE = cue_rule(
    DeadlineKind.EFFECTIVE, r"^\W*(?:\d+[.)] )?(?:from|with effect from|as of)\s+", r"^(?: \d{4})?,? (?!to\b|until\b)"
)
RULES = (
    *_WITHDRAWN,
    *_PAST,
    *_NEGATED,
    *_NOT_AFTER_OR_BEFORE,
    *_MOVED_TO,
    *_OPENS_AND_CLOSES,
    *_DUE,
    _IN_FORCE,
    _OPENS_SENTENCE,
    CueRule(DeadlineKind.DEADLINE, BY, pattern(_NOT_NARRATIVE), DEMAND),
    _CHANGES_ON,
    cue_rule(DeadlineKind.EFFECTIVE, r"\b(?:backdated to|retrospectively (?:to|from)) "),
    CueRule(DeadlineKind.EFFECTIVE, TOOK_EFFECT, among=NOTHING),
)
# For words that were picked out as a Deadline: less is required of what stands around them.
PICKED = (
    cue_rule(DeadlineKind.EFFECTIVE, r"\b(?:on|in the|during the|to begin|to start) "),
    CueRule(DeadlineKind.DEADLINE, BY),
    cue_rule(DeadlineKind.DEADLINE, r"\bto "),
    cue_rule(DeadlineKind.DEADLINE, r"(?:^\W*|\bis|\bare|:|\bof|\bfor|\bin)\s*"),
)
