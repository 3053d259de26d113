"""Pages that say of themselves that they were withdrawn. A document is withdrawn or replaced; it is never paused."""

import re

from watcher.core.language.lazy_regex import lazy_regex

MAX_CHARACTERS_ABOVE_NOTICE = 600  # a page that was withdrawn says so before anything else
MAX_NOTICE_CHARACTERS = 1_500

_NOUN = (
    r"(?:publication|guidance|guideline|page|document|letter|article|story|item|statement|policy|paper|notice|circular"
    r"|bulletin|alert|specification|consultation|collection|guide|form|leaflet|report|information|content|advice|call"
    r"|procedure|version|webpage|announcement|faqs?|toolkit|resource|update|note|data|statistics|release|plan|framework"
    r"|standard|manual)"
)
_GONE = (
    r"(?:withdrawn|superseded|archived|rescinded|revoked|retired|cancelled|unpublished|removed|replaced|discontinued)"
)
_NO_LONGER = (
    r"no longer (?:current|valid|in (?:force|use|effect)|applicable|applies|apply|available|maintained"
    r"|(?:being )?updated|relevant|up to date|live|operational|active)"
)
_BEEN = r"(?:(?:been|now|formally|officially|permanently|since|therefore|also|already)\s+){0,3}"
_WAS_WITHDRAWN = rf"(?:is|are|was|were|has|have)\s+{_BEEN}(?:{_GONE}|{_NO_LONGER}|expired|out of date|obsolete)\b"
_THIS_PAGE = rf"(?:this|the following)\s+(?:[\w'’-]+\s+){{0,4}}?{_NOUN}"
_START = r"^\W*(?:(?:please note|note|notice|important|warning|attention)\b[\s:,.!–—-]*(?:that\s+)?)?"
_WITHDRAWN_SENTENCE = lazy_regex(
    rf"{_START}(?:{_THIS_PAGE}\s+(?:{_WAS_WITHDRAWN}|expired\b|{_NO_LONGER})"
    rf"|(?:this|it)\s+(?:was|has been|is)\s+{_BEEN}(?:withdrawn|superseded|archived|unpublished|rescinded)\b"
    r"|we(?:['’]ve|\s+have)\s+(?:now\s+)?(?:withdrawn|archived|unpublished|removed|retired|replaced)\s+this\b"
    r"|the information on this page has been removed\b"
    r"|(?:withdrawn|superseded|archived)"
    r"(?:\s*$|\s*[:–—-]|\s+(?:on\s+)?\d|\s+(?:content|document|guidance|publication|page)\W*$)"
    r"|status\s*:?\s*(?:withdrawn|superseded|archived)\b)",
    re.IGNORECASE,
)
_WITHDRAWN_MARK = lazy_regex(
    r"^\W{0,3}(?:[\[(](?:withdrawn|superseded|archived)[\])]|(?:withdrawn|superseded|archived)\s*[:–—|-])\s*[:–—|-]?\s*",
    re.IGNORECASE,
)
NOTICE = lazy_regex(
    r"notice|banner|alert|warning|withdraw|archiv|supersed|callout|inset|message|important|status", re.IGNORECASE
)
_KEYWORD = lazy_regex(rf"{_GONE}|no longer|expired|out of date|obsolete", re.IGNORECASE)


def may_say_withdrawn(words: str | None) -> bool:
    """Whether a word stands there that a notice of withdrawal has; of each text of a page."""
    return bool(words and _KEYWORD.search(words))


def says_withdrawn(words: str) -> bool:
    """Whether a sentence or heading says that the page it stands on was withdrawn."""
    return len(words) <= MAX_NOTICE_CHARACTERS and bool(_WITHDRAWN_SENTENCE.search(words))


def without_withdrawn_mark(heading: str) -> str:
    """A heading or title without "[Withdrawn]" before it."""
    return _WITHDRAWN_MARK.sub("", heading)
