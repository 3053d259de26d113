"""Authority of an Item: whether its words make an announcement official for practices.

The rules are those of the status ladder: repetition confirms nothing, an intention, a speech or a consultation is not a
rule, and an official text that is not for practices is not theirs.
"""

from watcher.core.audience.actors import OTHER_BODIES, OUR_BODIES
from watcher.core.audience.addressees import find_address_line
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import fold_text
from watcher.model import Audience, Authority, Item, Story, StoryItem, Trust

LEAD_CHARACTERS = 600  # characters of a page's text that are read with headline and summary

_CONSULTS = lazy_regex(
    # An online consultation is an appointment, and no consultation.
    r"\b(?:(?<!online )(?<!video )(?<!phone )(?<!digital )consultation(?! (?:platform|system|tool))|call for evidence"
    r"|seek(?:s|ing)? (?:your )?views|have your say|green paper"
    r"|draft (?:guidance|regulations|specification|standard))\b"
)
_AFTER_CONSULTATION = lazy_regex(r"\b(?:response|outcome|results?|following|after)\b[^.]{0,60}\bconsultation\b")
_SPOKEN = lazy_regex(
    r"\b(?:speech|keynote|oral statement|webinar|interview|podcast|blog|conference address|remarks|tweet(?:s|ed)?)\b"
)
_INTENDS = lazy_regex(
    r"\b(?:consider(?:s|ing)?|plans? to|planning to|intend(?:s|ed|ing)? to|hop(?:es?|ing) to|aim(?:s|ing)? to"
    r"|propos(?:es?|ed|al|als|ing)|set to|expected to|is understood|are understood|could|may soon"
    r"|look(?:s|ing) (?:at|into)|explor(?:es|ing)|ambition|will consult|in discussion|in talks)\b"
)
_DENIES = lazy_regex(
    r"\b(?:no plans? to|not true|untrue|inaccurate report\w*|incorrect(?:ly)? report\w*|wrongly report\w*"
    r"|rul(?:es|ing) out|misreport\w*|misleading report\w*"
    r"|will not (?:be )?(?:go ahead|going ahead|introduc\w+|extend\w*|includ\w+|proceed\w*|change\w*|happen))\b"
)
_TO_OTHERS = lazy_regex(
    r"\b(?:letter to|addressed (?:only )?to|guidance for|instructions? (?:to|for)|advice (?:to|for)|for)"
    rf" (?:all |nhs |the )*{OTHER_BODIES}\b"
)
_PRACTICES_IN_COPY = lazy_regex(
    r"\b(?:practices?|general practice|gps?) (?:is |are )?(?:only )?in copy\b|\bcopied to (?:general )?practices?\b"
)
_MATERIALS = lazy_regex(
    r"\b(?:leaflets?|posters?|translat\w+|easy[- ]read|large print|braille|videos?|infographics?|social media|logos?"
    r"|resources pack|(?<!protection )(?<!governance )toolkit)\b"
)
_PRACTICES = lazy_regex(rf"\b(?:{OUR_BODIES}|primary care)\b")


def teller_of(item: Item, trust: Trust, publisher: str) -> tuple[Trust, str]:
    """How far the word of an Item counts and who gives it, where its source is of this `trust` and `publisher`.

    An e-mail that anybody may have written is a report of nobody known.
    """
    return (Trust.PRESS, f"Unproven e-mail in the name of {publisher}") if item.is_unproven else (trust, publisher)


def find_official_text(story: Story) -> StoryItem | None:
    """The text that made a Story official; None where there is none, or where a body only denied it.

    By it alone pages, API and scoreboard say since when a Story is official, and how long after the first report.
    """
    official = story.official
    return None if official is None or official.authority is Authority.DENIAL else official


def authority_of(item: Item, trust: Trust) -> Authority:
    """The Authority of `item`, published by a body of this `trust`."""
    if not trust.confirms:
        return Authority.REPORT
    title, lead = fold_text(item.title), fold_text(f"{item.title}. {item.summary}")
    if _DENIES.search(lead):
        return Authority.DENIAL
    if (
        (_CONSULTS.search(title) and not _AFTER_CONSULTATION.search(lead))
        or _SPOKEN.search(title)
        or _INTENDS.search(title)
    ):
        return Authority.INTENTION
    return Authority.ELSEWHERE if is_addressed_elsewhere(item) or is_material(item.title) else Authority.OFFICIAL


def is_material(title: str) -> bool:
    """Whether a headline names a leaflet, a poster or the like, which announces nothing."""
    return bool(_MATERIALS.search(fold_text(title)))


def is_addressed_elsewhere(item: Item) -> bool:
    """Whether an address line or an explicit sentence says that it is for others, with practices in copy at most."""
    line = find_address_line(item.summary) or find_address_line(item.text[:LEAD_CHARACTERS])
    if line:
        return line[0] is not Audience.PRACTICES
    title, lead = fold_text(item.title), fold_text(f"{item.title}. {item.summary}")
    return _is_elsewhere(title, lead, fold_text(item.text[:LEAD_CHARACTERS]))


def _is_elsewhere(title: str, lead: str, text: str) -> bool:
    """Whether a sentence addresses others, with practices in copy at most."""
    if _PRACTICES_IN_COPY.search(lead) or _PRACTICES_IN_COPY.search(text):
        return True
    addressed_to_others = _TO_OTHERS.search(title) or _TO_OTHERS.search(lead)
    return bool(addressed_to_others) and not _PRACTICES.search(title) and not _PRACTICES.search(lead)
