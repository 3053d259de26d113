"""What a site says of its own readers, clock and buttons: whole lines that change by themselves and are never news.

A line is given as its words and numbers, in lower case and without marks ("Rated 4.2" is "rated 4 2"). Only a line that
is nothing else is one: "Visitors today: 312" is, "Visitors need proof of age" is not.
"""

import re

_WHO = r"(?:people|readers|users|visitors|guests|members)"
_PAGE = r"(?:page|information|article|content|answer|guidance)"
_DID = r"(?:online|read|viewed|seen|visited|liked|shared|saved|bookmarked|viewing|reading)"
_HAVE = r"(?:are|have|has|currently|now|already)"
_TIME = r"(?:it is now|the time is(?: now)?|(?:local|current|server|uk) time(?: is)?|time now)"
_BUTTON = r"(?:print|save|download|share|e ?mail)"
_PATTERNS = (
    rf"(?:{_WHO}|visits|hits)(?: (?:online|today|yesterday|now|so far|this (?:week|month|year)|in total))+ \d+",
    rf"(?:currently )?\d+ {_WHO}(?: {_HAVE})* {_DID}(?: (?:this|it|now|today|so far|{_PAGE}))*",
    rf"\d+(?: (?:out )?of \d+)? {_WHO} (?:have )?found (?:this|it)(?: {_PAGE})?(?: (?:helpful|useful|to be))+",
    r"(?:online|current|total|active) (?:users|visitors|visits) \d+",
    r"you are (?:our )?(?:visitor|guest)(?: (?:number|no))? \d+",
    r"(?:you have )?\d+ (?:new )?unread (?:messages?|notifications?|alerts?|items?|e ?mails?)",
    r"(?:unread|new) (?:messages|notifications|alerts) \d+",
    r"(?:my |your )?(?:basket|cart|shopping bag|notifications?|inbox|favourites|wish ?list) \d+(?: items?)?",
    rf"{_TIME}(?: \d+)+(?: (?:am|pm|gmt|bst))*",
    rf"(?:average )?(?:rating|rated|score)(?: \d+){{1,2}} (?:out )?of \d+(?: (?:by|from) \d+ (?:{_WHO}|votes))?",
    r"\d+ (?:ratings|votes|reviews|likes|followers|subscribers)",
    r"(?:viewed|downloaded|shared|read|printed|visited) \d+ times(?: since [a-z]+(?: \d+)?)?",
    r"(?:an? )?(?:about )?\d+ (?:min|mins|minute|minutes) (?:to )?read",
    rf"{_BUTTON}(?: (?:or|and) {_BUTTON})* this page",
    r"page (?:was )?(?:generated|rendered|loaded|created|served) in(?: \d+){1,2} (?:s|seconds?|ms|milliseconds)",
    r"(?:signed|logged) in as [a-z]+(?: [a-z]+)?(?: \d+)?",
    r"session (?:reference|ref)(?: [a-z]{1,4})?(?: \d+(?: [a-z]{1,4})?)+",
)
_COUNTER = re.compile("|".join(f"(?:{each})" for each in _PATTERNS))
_QUESTION = re.compile(
    rf"(?:was|is|did you find) (?:this|the)(?: {_PAGE}| on this page)* (?:helpful|useful)(?: to you)?"
)
_VOTES = rf"(?:\d+ (?:{_WHO} )?said (?:yes|no)|(?:yes|no) \d+|\d+ (?:yes|no))"
_ANSWER = re.compile(rf"{_VOTES}(?: (?:and )?{_VOTES})*")


def is_counter(line: str) -> bool:
    """Whether the site speaks of itself."""
    return bool(_COUNTER.fullmatch(line))


def asks_for_feedback(line: str) -> bool:
    """Whether a line asks what readers think of the page."""
    return bool(_QUESTION.fullmatch(line))


def counts_feedback(line: str) -> bool:
    """Whether a line counts what they said; after any other line it may be news."""
    return bool(_ANSWER.fullmatch(line))
