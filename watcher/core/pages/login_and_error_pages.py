"""Answers that are not the page asked for: a bot challenge, a login, an error or maintenance, answered with 200."""

import re

from watcher.core.language.lazy_regex import lazy_regex

MAX_CHALLENGE_CHARACTERS = 1_500  # a page this short may be a challenge
MAX_LOGIN_CHARACTERS = 500  # and this short, a login, an error or maintenance
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
    (MAX_CHALLENGE_CHARACTERS, lazy_regex("|".join(_CHALLENGE), re.IGNORECASE), "a challenge"),
    (MAX_LOGIN_CHARACTERS, lazy_regex("|".join(_LOGIN_OR_ERROR), re.IGNORECASE), "a login, an error or maintenance"),
)


def why_not_the_page(title: str, text: str) -> str:
    """Why a page with this title and text is not the one asked for, in words for an admin; "" when it may well be."""
    for max_characters, pattern, kind in _NOT_THE_PAGE:
        if len(text) >= max_characters:
            continue
        match = pattern.search(title) or pattern.search(text[:MAX_CHALLENGE_CHARACTERS])
        if match:
            return f"it is {kind}: {match[0]!r}"
    return ""
