"""The words by which a list is known: what news, events, staff and menus are called, and what says nothing."""

import re

from watcher.core.language.lazy_regex import lazy_regex

NEWS = lazy_regex(
    r"\b(?:news|latest|updates?|announcements?|bulletins?|alerts?|press|blogs?|publications?|letters?|notices?"
    r"|circulars?|what['’]?s new|recent(?:ly)?|stories|articles?|headlines?|communications?|comms|briefings?"
    r"|newsletters?|messages?|round[ -]?ups?|statements?|releases?|reports?|minutes|documents?|guidance"
    r"|consultations|safety|protocols?|posts|items)\b",
    re.IGNORECASE,
)
SURELY_NEWS = lazy_regex(
    r"\b(?:news|latest|updates?|announcements?|bulletins?|alerts?|press|blogs?|notices?|circulars?|what['’]?s new"
    r"|recent(?:ly)?|stories|headlines?|communications?|comms|briefings?|newsletters?|messages?|round[ -]?ups?"
    r"|releases?)\b",
    re.IGNORECASE,
)
TIMES = lazy_regex(
    r"^\W*(?:this|last) (?:week|month|year)\W*$|^\W*(?:today|yesterday|older|earlier|new|featured|top stor(?:y|ies)"
    r"|pinned|previous)\W*$",
    re.IGNORECASE,
)
NOT_THE_LIST = lazy_regex(
    r"\brelated\b|\bmost (?:read|viewed|popular)\b|\bpopular\b|\btrending\b|\byou (?:may|might) (?:also )?(?:like|be)"
    r"|\bsee also\b|\bmore (?:from|like)\b|\btags?\b|\btag cloud|\bfollow us\b|\btwitter\b|\btweets?\b|\bfacebook\b"
    r"|\bsocial media\b|\bon (?:x|social)\b|\bcomments?\b|\bupdates? to this page\b|\bchange ?log\b"
    r"|\b(?:page|version|change|revision) history\b|\bprevious versions\b|\bfrom the archives?\b|\bpromot\w+"
    r"|\badvert\w*|\bsponsored\b|\bin this section\b|\bon this page\b|\bcontents\b|\b(?:quick|useful) links\b",
    re.IGNORECASE,
)
OTHER_LISTS = lazy_regex(
    r"\b(?:events?|training|webinars?|courses?|diary|calendar|what['’]?s on|workshops?|conferences?|sessions|staff"
    r"|our (?:people|team)|meet the team|directory|contacts?|contact us|who['’]?s who|opening (?:hours|times)|hours"
    r"|glossary|a[ -–]z|topics|categor\w+|archives|vacancies|jobs|careers|key dates|important dates"
    r"|dates for your diary|deadlines?|timetable|time ?line|faqs?|frequently asked|histor(?:y|ies)|milestones"
    r"|schedule|payment dates|downtime|how to|services?|log ?in|sign ?in)\b",
    re.IGNORECASE,
)
_FILE = r"(?:pdf|word|html|docx?|xlsx?|excel|powerpoint|pptx?|odt|ods|zip|csv)"
SAYS_NOTHING = lazy_regex(
    r"^\W*(?:(?:page )?(?:last )?(?:updated|modified|reviewed|published|posted)(?: on| by)?"
    r"|(?:please )?(?:click(?: here)?|here|more|more info(?:rmation)?|details?|link|open|go|next|previous|read)"
    rf"|{_FILE}|full (?:story|article|details?)|view(?: all| more| details?| document| pdf)?"
    r"|download(?: (?:now|here|pdf|document|file|letter|the .{1,30}))?"
    r"|(?:read|find out|learn|see|show|continue)(?: the)?"
    r"(?: (?:more|on|full|rest|reading|article|story|post|letter|details?|update|notice))+(?: (?:about|on|of|in|:).*)?"
    r"|continue|continue reading.*|external link|new window|opens in .{1,20}"
    r"|book(?: now| here| (?:a|your) place)?|register(?: now| here)?|sign up|reply|share|print|save|edit|image|photo"
    r")\W*$",
    re.IGNORECASE,
)
ACTS = lazy_regex(
    r"^\W*(?:view|read|download|open|see|show|visit|access|go to|click (?:here )?to \w+"
    r"|(?:read|find out|learn|see)(?: more)?(?: about| on|:)|more (?:about|on)|continue reading)\b[\s:–—-]*",
    re.IGNORECASE,
)
BOOKS = lazy_regex(
    r"^\W*(?:book|register|sign up|reserve|buy tickets?|add to (?:my )?(?:calendar|diary)|rsvp)\b", re.IGNORECASE
)
CLOCKS = lazy_regex(
    r"\b\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]m)?\s*(?:-|–|to|until)\s*\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]m)?\b", re.IGNORECASE
)
_CLOCK_HALVES = lazy_regex(r"\d[:.]\d{2}|\d\s*[ap]m", re.IGNORECASE)
EMPTY = lazy_regex(
    r"^\W*(?:sorry\W+)?(?:(?:there (?:are|is|were)|we (?:found|have|could not find))\W+)?(?:currently\W+)?"
    r"(?:no|0|nothing|any)\b(?:\W+[\w'’]+){0,4}?\W+(?:results?|items?|articles?|news|announcements?|posts?|records?"
    r"|updates?|match\w*|found|documents?|publications?|alerts?)\b",
    re.IGNORECASE,
)
SOCIAL_HOSTS = lazy_regex(
    r"//(?:[\w-]+\.)*(?:twitter|x|facebook|instagram|linkedin|youtube|tiktok|bsky)\.(?:com|app)\b", re.IGNORECASE
)
_SIZE = lazy_regex(
    rf"\s*[-–—|,:]?\s*[(\[]?\s*(?:(?:adobe )?{_FILE}\b(?: document| file)?[\s,;:|–-]*)?(?:file )?(?:size:?\s*)?"
    rf"\d[\d.,]*\s?(?:kb|mb|bytes|k|kilobytes|megabytes)\b(?:[\s,;|-]*{_FILE}\b)?(?:[\s,;|-]*\d+ pages?)?\s*[)\]]?\s*$"
    rf"|\s*[(\[]\s*(?:{_FILE}|web page|external link)(?: document| file)?\s*[)\]]\s*$"
    r"|\s*[(\[]?opens? in (?:a )?new (?:window|tab)[)\]]?\s*$",
    re.IGNORECASE,
)
_LEAD_WORDS = lazy_regex(
    r"\s*[-–—:|]?\s*(?:please )?(?:click here|read more|continue reading|find out more)\W*$", re.IGNORECASE
)
_EDGES = lazy_regex(r"^[\s\-–—:|•·»›>,]+|[\s\-–—:|•·»›>,]+$")


def strip_title(title: str) -> str:
    """A headline without the size of its file, "click here" at its end, and loose punctuation at its edges."""
    for pattern in (_SIZE, _SIZE, _LEAD_WORDS):
        title = pattern.sub("", title)
    return _EDGES.sub("", title)


def says_times(words: str) -> bool:
    """Whether a text says from when until when on a day something takes place."""
    match = CLOCKS.search(words)
    if not match or not _CLOCK_HALVES.search(match[0]):
        return False
    rest = re.findall(r"[^\W\d_]{3,}", words[: match.start()] + words[match.end() :])
    return len(rest) < 3 or bool(re.search(r"\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2}|\d[/.]\d", words))  # noqa: PLR2004


def tells(words: str) -> bool:
    """Whether words can be a headline: letters, and more than "read more"."""
    return sum(map(str.isalpha, words)) > 2 and not SAYS_NOTHING.match(words)  # noqa: PLR2004
