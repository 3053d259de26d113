"""The words by which newsletters are known, and those that stand in every mail and announce nothing."""

import re

ROUND_UP = re.compile(
    r"\b(?:bulletins?|newsletters?|news|round-?ups?|digests?|briefings?|updates?|highlights|weekly|fortnightly|monthly"
    r"|issue|edition|e-?news|headlines|snippets|matters)\b",
    re.IGNORECASE,
)
# Headings inside one announcement: they ask what a reader asks, tell the hour, or name a part of a letter.
INNER_QUESTION = re.compile(
    r"^\W*(?:\d{1,2}[.)]\s*)?(?:(?:what|when|why|how|who|where|which|do|does|can|will|should|is|are)\b.*|.*\?)\W*$"
    r"|^\W*(?:resolved|monitoring|identified|investigating|update \d+)\b|\b\d{1,2}[:.]\d{2}\b",
    re.IGNORECASE,
)
INNER_HEADING = re.compile(
    r"^\W*(?:\d{1,2}[.)]\s*)?"
    r"(?:(?:the )?(?:background|summary|overview|introduction|purpose|context|details?|response|distribution|scope)"
    r"|(?:explanation|reasons?|details?|description|timetable|list) (?:of|for)\b.*"
    r"|key (?:points|dates|messages|changes|information)"
    r"|(?:required |your |immediate )?actions?(?: (?:required|needed|points|for .*|to take))?"
    r"|(?:important |key )?(?:dates?|deadlines?|timescales?|timelines?)|next steps|timing"
    r"|(?:further|more|additional|supporting|useful) (?:information|details|help|guidance|support|reading|links)"
    r"|contacts?(?: us| details)?|get in touch|need (?:help|support).*|help and support|questions?|queries|faqs?"
    r"|frequently asked questions|links?|resources|attachments?|eligibility|payments?|funding|ordering|evidence"
    r"|references|annex.*|appendix.*|notes?|please note|important|reminder|kind regards|yours sincerely|thank you"
    r"|about (?:this|the) .*|supply (?:position|details)|alternatives|clinical (?:information|advice))\W*$",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"\bunsubscribe\b|\bopt out of (?:these|this|our)\b|\bto leave (?:this|the|our) (?:mailing )?list\b"
    r"|\bword remove\b"
    r"|\b(?:view|see|read|open) (?:this|it|the)(?: (?:e-?mail|newsletter|bulletin|message))?"
    r" (?:online|in (?:a|your|the))\b"
    r"|\bview (?:online|(?:this|the) (?:e-?mail|newsletter|bulletin|message)|in (?:your )?browser)\b"
    r"|\bupdate (?:your )?(?:profile|preferences|subscription)|\bmailing address is\b"
    r"|\bmanage (?:your )?(?:e-?mail )?(?:preferences|subscriptions?)\b|\byou have subscribed to\b"
    r"|\byou(?:'re|’re| are|'ve|’ve| have)? (?:are )?receiv\w+ (?:this|these)\b.{0,30}\b(?:because|as|you)\b"
    r"|\byou(?:'re|’re| are) receiving (?:this|these)\b"
    r"|\bthis (?:e-?mail|message) (?:and any|is|may)\b.{0,80}\bconfidential"
    r"|\b(?:e-?mail|message) (?:originated|came|reached us|was sent) from (?:an address )?outside\b"
    r"|\boriginated outside\b|^\W*(?:caution|external sender)\b"
    r"|\bforward(?:ed)? (?:this|it) to a (?:friend|colleague)\b|\bprivacy (?:policy|notice)\b.{0,40}$"
    r"|^\W*(?:follow us|share this|tweet|©|copyright)\b|\bdo not reply to this\b"
    r"|\bopen in (?:a |your )?browser\b",
    re.IGNORECASE,
)
# The same in more words of everyday: they count in the last lines of a mail alone.
LAST_WORDS = re.compile(
    r"\b(?:stop|change|leave|end|remove|cancel|amend)\b.{0,40}"
    r"\b(?:alerts?|options|list|e-?mails?|subscriptions?|messages)\b"
    r"|\breply with\b|\b(?:sent to you|address outside)\b",
    re.IGNORECASE,
)
FORWARDED_LINE = re.compile(r"^(?:from|sent|date|to|cc|subject|reply-to|importance): ", re.IGNORECASE)
CLOSING = re.compile(
    r"^\W*(?:(?:with )?(?:kind|best|warm|many) (?:regards|wishes|thanks)|regards"
    r"|yours (?:sincerely|faithfully))\b.{0,40}$",
    re.IGNORECASE,
)
LINK_WORDS = re.compile(
    r"^\W*(?:read (?:more|the full story|on|the article)|find out more|(?:see |view |learn )?more|click here"
    r"|back to (?:top|contents|the top)|full story|continue reading|details|here)\W*$",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"^\W*(?:dear\b.{0,60}|hello\b.{0,40}|hi\b.{0,40}|good (?:morning|afternoon)\b.{0,40}|welcome to\b.*|welcome"
    r"|(?:in|inside) this (?:issue|edition|week\S*|bulletin|update|month\S*)\b.*|(?:table of )?contents|inside)\W*$",
    re.IGNORECASE,
)
ISSUE = re.compile(r"\b(?:issue|number|no\.?|volume|edition|week)\s*:?\s*\d+", re.IGNORECASE)
PICTURE_OF = re.compile(r"\b(?:logo|photo\w*|image|picture|icon|banner|illustration|portrait)\b", re.IGNORECASE)
LEADING_SIGNS = re.compile(r"^[^\w£€“‘\"'(\[]+|^\d{1,2}[.)]\s+")
