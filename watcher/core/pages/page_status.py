"""Pages that say of themselves that they were withdrawn, or that are a bot challenge, a login or an error instead."""

import re

from watcher.core.language.word_lists import TAKEN_BACK

MAX_CHARACTERS_ABOVE_NOTICE = 600  # a page that was withdrawn says so before anything else
MAX_NOTICE_CHARACTERS = 1_500
MAX_CHALLENGE_CHARACTERS = 1_500  # a page this short may be a challenge
MAX_LOGIN_CHARACTERS = 500  # and this short, a login, an error or maintenance

_NOUN = (
    r"(?:publication|guidance|guideline|page|document|letter|article|story|item|statement|policy|paper|notice|circular"
    r"|bulletin|alert|specification|consultation|collection|guide|form|leaflet|report|information|content|advice|call"
    r"|procedure|version|webpage|announcement|faqs?|toolkit|resource|update|note|data|statistics|release|plan|framework"
    r"|standard|manual)"
)
_GONE = rf"(?:{TAKEN_BACK}|superseded|archived|retired|unpublished|removed|replaced|discontinued)"
_NO_LONGER = (
    r"no longer (?:current|valid|in (?:force|use|effect)|applicable|applies|apply|available|maintained"
    r"|(?:being )?updated|relevant|up to date|live|operational|active)"
)
_BEEN = r"(?:(?:been|now|formally|officially|permanently|since|therefore|also|already)\s+){0,3}"
_WAS_WITHDRAWN = rf"(?:is|are|was|were|has|have)\s+{_BEEN}(?:{_GONE}|{_NO_LONGER}|expired|out of date|obsolete)\b"
_THIS_PAGE = rf"(?:this|the following)\s+(?:[\w'’-]+\s+){{0,4}}?{_NOUN}"
_START = r"^\W*(?:(?:please note|note|notice|important|warning|attention)\b[\s:,.!–—-]*(?:that\s+)?)?"
_WITHDRAWN_SENTENCE = re.compile(
    rf"{_START}(?:{_THIS_PAGE}\s+(?:{_WAS_WITHDRAWN}|expired\b|{_NO_LONGER})"
    rf"|(?:this|it)\s+(?:was|has been|is)\s+{_BEEN}(?:withdrawn|superseded|archived|unpublished|rescinded)\b"
    r"|we(?:['’]ve|\s+have)\s+(?:now\s+)?(?:withdrawn|archived|unpublished|removed|retired|replaced)\s+this\b"
    r"|the information on this page has been removed\b"
    r"|(?:withdrawn|superseded|archived)"
    r"(?:\s*$|\s*[:–—-]|\s+(?:on\s+)?\d|\s+(?:content|document|guidance|publication|page)\W*$)"
    r"|status\s*:?\s*(?:withdrawn|superseded|archived)\b)",
    re.IGNORECASE,
)
_WITHDRAWN_MARK = re.compile(
    r"^\W{0,3}(?:[\[(](?:withdrawn|superseded|archived)[\])]|(?:withdrawn|superseded|archived)\s*[:–—|-])\s*[:–—|-]?\s*",
    re.IGNORECASE,
)
NOTICE = re.compile(
    r"notice|banner|alert|warning|withdraw|archiv|supersed|callout|inset|message|important|status", re.IGNORECASE
)
KEYWORD = re.compile(rf"{_GONE}|no longer|expired|out of date|obsolete", re.IGNORECASE)

_CHALLENGE = (
    r"just a moment",
    r"check(?:ing)? (?:if the site connection is secure|your browser)",
    r"verify(?:ing)? (?:that )?you are (?:a )?human",
    r"(?:confirm|prove|check) (?:that )?you(?: are|['’]re) (?:a human|human|not a (?:ro)?bot)",
    r"are you a robot|captcha|unusual (?:traffic|activity)|one more step|pardon our interruption",
    r"enable javascript|javascript is (?:required|disabled)",
    r"security (?:check|verification)|attention required|ddos protection|incapsula|incident id|ray id",
    r"access (?:is |to this (?:page|site) (?:has been |is ))?denied|you have been blocked",
    r"request (?:was |has been )?(?:rejected|blocked)|requested url was rejected",
)
_LOGIN_OR_ERROR = (
    r"(?:sign|log) ?in to (?:your account|continue|view|access|read)",
    r"(?:please|must|need to|have to) (?:sign|log) ?in\b",
    r"enter your (?:user ?name|password|e-?mail)|forgot(?:ten)? (?:your )?password",
    r"session (?:has )?(?:expired|timed out)",
    r"(?:planned|scheduled|essential|routine|under|down for|for) maintenance|maintenance mode",
    r"temporarily (?:unavailable|offline|closed|down|out of service)",
    r"(?:service|site|website|page) (?:is )?(?:currently )?(?:temporarily )?unavailable",
    r"(?:will|['’]ll) be back (?:soon|shortly|online|later)",
    r"page (?:not found|(?:can\s?not|can['’]t|could not) be found)",
    r"(?:error|http|status)\W{0,3}(?:4\d\d|50\d)\b|^\W*(?:40[0-9]|410|429|50[0-4])\b",
    r"forbidden|bad gateway|gateway time-?out|internal server error|too many requests|database connection",
    r"something (?:has gone|went) wrong|an? (?:unexpected )?error (?:has )?occurred",
    r"technical (?:difficulties|problems?)|problem with (?:the|this) service",
    r"under construction|default (?:web )?page|domain (?:is )?for sale|loading\W*$",
)
_NOT_THE_PAGE: tuple[tuple[int, re.Pattern[str], str], ...] = (
    (MAX_CHALLENGE_CHARACTERS, re.compile("|".join(_CHALLENGE), re.IGNORECASE), "a challenge"),
    (MAX_LOGIN_CHARACTERS, re.compile("|".join(_LOGIN_OR_ERROR), re.IGNORECASE), "a login, an error or maintenance"),
)


def says_withdrawn(words: str) -> bool:
    """Whether a sentence or heading says that the page it stands on was withdrawn."""
    return len(words) <= MAX_NOTICE_CHARACTERS and bool(_WITHDRAWN_SENTENCE.search(words))


def without_withdrawn_mark(heading: str) -> str:
    """A heading or title without "[Withdrawn]" before it."""
    return _WITHDRAWN_MARK.sub("", heading)


def why_not_the_page(title: str, text: str) -> str:
    """Why a page with this title and text is not the one asked for, in words for an admin; "" when it may well be."""
    for max_characters, pattern, kind in _NOT_THE_PAGE:
        if len(text) >= max_characters:
            continue
        match = pattern.search(title) or pattern.search(text[:MAX_CHALLENGE_CHARACTERS])
        if match:
            return f"it is {kind}: {match[0]!r}"
    return ""
