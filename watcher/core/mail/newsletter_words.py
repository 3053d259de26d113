"""The words by which newsletters are known, and those that stand in every mail and announce nothing."""

import re

from watcher.core.language.lazy_regex import lazy_regex

ROUND_UP = lazy_regex(
    r"\b(?:bulletins?|newsletters?|news|round-?ups?|digests?|briefings?|updates?|highlights|weekly|fortnightly|monthly"
    r"|issue|edition|e-?news|headlines|snippets|matters)\b",
    re.IGNORECASE,
)
# What a newsletter calls itself at its head; "Flu update" may well be its first announcement.
MASTHEAD = lazy_regex(
    r"\b(?:bulletin|newsletter|digest|round-?up|e-?news)\b"
    r"|\b(?:weekly|fortnightly|monthly) (?:notes|news|update|message|e-?mail|briefing)\b",
    re.IGNORECASE,
)
# Headings inside one announcement: they ask what a reader asks, tell the hour, or name a part of a letter.
INNER_QUESTION = lazy_regex(
    r"^\W*(?:\d{1,2}[.)]\s*)?(?:(?:what|when|why|how|who|where|which|do|does|can|will|should|is|are)\b.*|.*\?)\W*$"
    r"|^\W*(?:resolved|monitoring|identified|investigating|update \d+)\b|\b\d{1,2}[:.]\d{2}\b",
    re.IGNORECASE,
)
INNER_HEADING = lazy_regex(
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
# --- about the mail itself: these count in its first and last lines alone, and never beside TIMES or MATTERS ----------
_MAIL = r"(?:e-?mails?|newsletters?|bulletins?|mailings?|messages?|alerts?|digests?)"
_YOU_HAVE = r"(?<!if )\byou(?:['’]re|['’]ve| are| have)?"  # not behind "if": what follows it tells readers what to do
_OF_MAIL = r"(?:(?:e-?mail|mailing|news|communication|subscription|subscriber) )*"
_SET = r"(?:manage|update|change|edit|amend|set)"
_PREFERENCES = (
    rf"\b{_SET} (?:which {_MAIL}(?: you (?:get|receive))?|(?:your |my )?{_OF_MAIL}(?:preferences|subscriptions?))"
)
# A whole line, or a part of one beside "|".
LABEL = lazy_regex(
    rf"^\W*(?:unsubscribe(?: here)?|(?:e-?mail )?preferences|delete profile|subscriber services|forward|subscribe"
    rf"|{_PREFERENCES}(?: here)?|(?:privacy|cookie) (?:policy|notice)|share this(?: {_MAIL})?|tweet|help"
    rf"|(?:please )?forward (?:this|it)(?: {_MAIL})? to a (?:friend|colleague)"
    r"|follow us(?: on(?: (?:and|twitter|x|facebook|linkedin|instagram|youtube|bluesky|threads)\b\W*)+)?)\W*$",
    re.IGNORECASE,
)
BROWSER = lazy_regex(
    rf"^\W*(?:(?:if you )?(?:can(?:no|['’])t|unable to|having|trouble|problems?|is)\b.{{0,60}}\bthis {_MAIL}\b"
    rf".{{0,40}})?\b(?:view|see|read|open)(?: (?:this|it|the|our))?(?: {_MAIL})?(?: version)?"
    r"(?: online| in (?:a |your |the )?(?:web |internet )?browser| as a web ?page)(?: instead| here)?\W*$",
    re.IGNORECASE,
)
OUTSIDE = lazy_regex(
    r"\bthis (?:e-?mail|message) (?:(?:has )?(?:originated|came|comes)|reached us|(?:was|is) (?:sent|received)) "
    r".{0,30}\b(?:outside|external)\b"
    r"|^\W*(?:(?:caution|warning)\b\W*)?(?:an )?external (?:sender|e-?mail|message)\W*$",
    re.IGNORECASE,
)
OUTSIDE_ADVICE = lazy_regex(  # only right below OUTSIDE: it may be the matter of a mail on fraud
    r"^\W*(?:please )?(?:do not|don['’]t|never|check|think|take care|be careful)\b.{0,100}"
    r"\b(?:links?|attachments?|files?|sender)\b",
    re.IGNORECASE,
)
LEAVING = lazy_regex(
    rf"\bunsubscribe\b|\bopt(?:ing)? out of (?:this|these|our|all|such|further) (?:mailing )?(?:{_MAIL}|list)\b"
    r"|\b(?:leave|off|me from|removed from) (?:this|our|the) (?:mailing|distribution|circulation|e-?mail) list\b"
    r"|\b(?:leave|come off|me from) (?:this|our) list\b(?! of)"
    rf"|^\W*(?:to |here you (?:can|may) |you (?:can|may) )?{_PREFERENCES}(?:\W*https?://\S+.{{0,60}})?\W*$"
    rf"|\bto {_SET} your (?:profile|options)\W*https?://\S*(?:lists?\b|subscri|prefer|mailman)\S*$"
    rf"|{_YOU_HAVE} (?:been )?(?:receiv\w+|get|got|sent) (?:this|these|our)(?: {_MAIL})?\b.{{0,20}}\b(?:because|as)\b"
    r"[^,:;]{0,60}\b(?:subscri\w+|sign(?:ed)? up|regist\w+|opted|list|members?|follow|asked|work in)\b[^,:;]{0,60}$"
    rf"|{_YOU_HAVE} (?:subscribed|signed up) (?:to|for) [^,:;]{{0,60}}\b(?:{_MAIL}|updates?|notices)\b[^,:;]*$"
    rf"|{_YOU_HAVE} registered (?:to|for) (?:this|our|the|these) {_MAIL}\b[^,:;]*$"
    r"|\b(?:no longer|rather not|do not|don['’]t) (?:(?:wish|want|like) )?(?:to )?(?:hear from us\b"
    rf"|(?:receive|get) (?:(?:this|these|our|any|such|further|future|more|the) )*{_MAIL}\b)"
    rf"|\b(?:stop|end|cancel) (?:receiving |getting )?(?:this|these|our|your) {_MAIL}\b"
    r"|\breply with (?:the word )?\W?(?:stop|remove|leave)\b",
    re.IGNORECASE,
)
FOOT_MARK = lazy_regex(  # with how to leave the list below it
    r"^\W*our mailing address is:|^\W*(?:copyright\s*)?(?:©|\(c\)\s*\d{4})|^\W*copyright \d{4}"
    r"|\ball rights reserved\W*$",
    re.IGNORECASE,
)
RECEIVING = lazy_regex(  # right above how to leave the list
    rf"^\W*you(?:['’]re| are) receiving (?:this|these) {_MAIL}\b[^,:;]*$", re.IGNORECASE
)
ABOUT_MAIL = lazy_regex(
    r"\bthis (?:e-?mail|message)\b(?: and .{0,40})? (?:(?:may (?:be|contain)|contains|is|are) (?:strictly |legally "
    r"|private and )*(?:confidential|privileged)|(?:is|are) (?:intended|meant) (?:only |solely )?for the "
    r"(?:addressee|recipient|use|named|person))"
    r"|\bthis (?:e-?mail|message)\b.{0,40}\b(?:only|solely) for the (?:addressee|recipient|use|named|person)"
    r"|\breceived (?:it|this|this (?:e-?mail|message)) in error\b.{0,60}\b(?:delete|sender)\b"
    r"|\bthis (?:e-?mail|message|newsletter|bulletin) (?:was|has been|is) sent to \S+@\S+"
    r"|\bthis (?:e-?mail|message|newsletter|bulletin)\b[^,:;]{0,40}\b(?:inbox|mailbox|address) (?:that|which) is not"
    r" (?:monitored|read|checked)\W*$"
    r"|^\W*this service is provided to you at no charge\b[^,:;]*$"
    r"|^\W*(?:please )?do not reply(?: directly)? to this (?:e-?mail|message|address|mailbox)\W*$",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
TIMES = lazy_regex(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b(?!\d)"
    r"|\b(?:january|february|april|june|july|august|september|october|november|december)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b\d{1,2}(?:[:.]\d{2})? ?(?:am|pm)\b|\b\d{1,2}:\d{2}\b"
    r"|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b\d+ (?:working )?(?:hours?|days?|weeks?|months?)\b"
    r"|\b(?:noon|midnight|today|tonight|tomorrow|now|deadlines?|immediate\w*|urgent\w*|within|by the end|next week"
    r"|close of business)\b",
    re.IGNORECASE,
)
# In a heading or a greeting these are more than that.
DEMANDS = lazy_regex(
    rf"\b(?:by|before|until|till) .{{0,20}}(?:{TIMES.pattern})"
    r"|\b(?:must|please|urgent\w*|immediate\w*|deadlines?|no later than|recall\w*|do not|quarantin\w*|caution"
    r"|warning)\b",
    re.IGNORECASE,
)
ADDRESSED = lazy_regex(r"\b(?:you|your|us|we|our|please|do not|don['’]t|never|if)\b", re.IGNORECASE)  # to its reader
COMPANY = lazy_regex(
    r"\b(?:registered (?:in|office|charity|company)|company (?:in|no\b|number)|limited by guarantee|VAT)\b",
    re.IGNORECASE,
)
MATTERS = lazy_regex(
    r"\b(?:batch\w*|vaccines?|stocks?|doses?|drugs?|medicines?|recall\w*|quarantin\w*|practices|patients?|forms?"
    r"|claims?|contracts?|clauses?|invoices?|payments?|returns?|must)\b",
    re.IGNORECASE,
)
FORWARDED_LINE = lazy_regex(r"^(?:from|sent|date|to|cc|subject|reply-to|importance): ", re.IGNORECASE)
CLOSING = lazy_regex(
    r"^\W*(?:(?:with )?(?:kind|best|warm|many) (?:regards|wishes|thanks)|regards"
    r"|yours (?:sincerely|faithfully))\b.{0,40}$",
    re.IGNORECASE,
)
LINK_WORDS = lazy_regex(
    r"^\W*(?:read (?:more|the full story|on|the article)|find out more|(?:see |view |learn )?more|click here"
    r"|back to (?:top|contents|the top)|full story|continue reading|details|here)\W*$",
    re.IGNORECASE,
)
GREETING = lazy_regex(
    r"^\W*(?:dear\b.{0,60}|hello\b.{0,40}|hi\b.{0,40}|good (?:morning|afternoon)\b.{0,40}|welcome to\b.*|welcome"
    r"|(?:in|inside) this (?:issue|edition|week\S*|bulletin|update|month\S*)\b.*|(?:table of )?contents|inside)\W*$",
    re.IGNORECASE,
)
ISSUE = lazy_regex(r"\b(?:issue|number|no\.?|volume|edition|week)\s*:?\s*\d+", re.IGNORECASE)
PICTURE_OF = lazy_regex(r"\b(?:logo|photo\w*|image|picture|icon|banner|illustration|portrait)\b", re.IGNORECASE)
LEADING_SIGNS = lazy_regex(r"^[^\w£€“‘\"'(\[]+|^\d{1,2}[.)]\s+")
