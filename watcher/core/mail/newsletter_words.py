"""The words by which newsletters are known, and those that stand in every mail and announce nothing."""

import re

ROUND_UP = re.compile(
    r"\b(?:bulletins?|newsletters?|news|round-?ups?|digests?|briefings?|updates?|highlights|weekly|fortnightly|monthly"
    r"|issue|edition|e-?news|headlines)\b",
    re.IGNORECASE,
)
# Headings inside one announcement: they ask what a reader asks, or name a part of a letter.
INNER_HEADING = re.compile(
    r"^\W*(?:(?:what|when|why|how|who|where|which|do|does|can|will|should|is|are)\b.*|.*\?"
    r"|(?:the )?(?:background|summary|overview|introduction|purpose|context|details?)"
    r"|key (?:points|dates|messages|changes|information)"
    r"|(?:required |your )?actions?(?: (?:required|needed|points|for .*))?"
    r"|(?:important )?(?:dates?|deadlines?|timescales?|timelines?)|next steps"
    r"|(?:further|more|additional|supporting) (?:information|details|help|guidance|support|reading)"
    r"|contacts?(?: us| details)?|get in touch|need (?:help|support).*|help and support|questions?|queries|faqs?"
    r"|frequently asked questions|links?|resources|attachments?|eligibility|payments?|funding|ordering|evidence"
    r"|references|annex.*|appendix.*|notes?|please note|important|reminder|kind regards|yours sincerely|thank you)\W*$",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"\bunsubscribe\b|\bview (?:this|it|the) (?:e-?mail|newsletter|bulletin|message|online|in)\b"
    r"|\bview (?:online|in (?:your )?browser)\b|\bupdate (?:your )?(?:profile|preferences|subscription)"
    r"|\bmanage (?:your )?(?:e-?mail )?(?:preferences|subscriptions?)\b"
    r"|\byou(?:'re|’re| are|'ve|’ve| have)? (?:are )?receiv\w+ this (?:e-?mail|newsletter|message|bulletin)"
    r"|\bthis (?:e-?mail|message) (?:and any|is|may)\b.{0,80}\bconfidential|\boriginated (?:from )?outside\b"
    r"|\bforward(?:ed)? (?:this|it) to a (?:friend|colleague)\b|\bprivacy (?:policy|notice)\b.{0,40}$"
    r"|^\W*(?:follow us|share this|tweet|©|copyright)\b|\bdo not reply to this\b",
    re.IGNORECASE,
)
LINK_WORDS = re.compile(
    r"^\W*(?:read (?:more|the full story|on)|find out more|more|click here|back to top|view more|learn more|here)\W*$",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"^\W*(?:dear\b.{0,60}|hello\b.{0,40}|hi\b.{0,40}|good (?:morning|afternoon)\b.{0,40}|welcome to\b.*"
    r"|in this (?:issue|edition|week\S*|bulletin|update)\b.*|contents|inside)\W*$",
    re.IGNORECASE,
)
