"""Every label and status word that readers see, in one table: the door for a second language."""

from collections.abc import Mapping

from watcher.model import FactKind, UnsentReason

LABELS: Mapping[FactKind, str] = {
    FactKind.AS_SENT: "As told",
    FactKind.CHANGED: "Changed",
    FactKind.NOTICE: "Notice",
    FactKind.FILE: "File",
    FactKind.ELIGIBLE: "Eligible",
    FactKind.ADDED: "Added",
    FactKind.REMOVED: "Removed",
    FactKind.WAS: "Was",
    FactKind.NOW: "Now",
    FactKind.NEW_TEXT: "New text",
    FactKind.TEXT_GONE: "Text gone",
    FactKind.MORE_CHANGES: "More",
    FactKind.DUE: "Due",
    FactKind.FOLLOWS: "Follows",
    FactKind.PREVIOUS_TITLE: "It said",
    FactKind.WHOLE_TITLE: "In full",
    FactKind.SAYS_WHO: "Says who",
    FactKind.WHEN: "When",
    FactKind.OFFICIAL: "Official",
    FactKind.WHO: "Who",
    FactKind.FROM: "From",
    FactKind.DO: "Do",
    FactKind.ORDER: "Order",
    FactKind.PAID: "Paid",
    FactKind.CODE: "Code",
    FactKind.OWNER: "Owner",
    FactKind.RULE: "Rule",
    FactKind.IF_MISSED: "If missed",
    FactKind.CALLERS: "For callers",
    FactKind.APPLIES: "Applies",
    FactKind.UNKNOWN: "Not found",
    FactKind.SO_FAR: "So far",
    FactKind.CHANGE_NOTE: "What is new",
    FactKind.SUMMARY: "In short",
    FactKind.OTHER_PUBLISHERS: "Also told by",
    FactKind.EARLIER_CHAPTER: "Earlier",
    FactKind.WHY_YOU: "Why you",
    FactKind.WHAT_TO_DO: "What to do",
    FactKind.TOPICS: "Topics",
    FactKind.SOURCE: "Source",
}
# What a text may leave open, as a reader would ask it.
OPEN_QUESTIONS: Mapping[FactKind, str] = {
    FactKind.WHO: "whom it is for",
    FactKind.FROM: "from when",
    FactKind.DO: "what to do",
    FactKind.DUE: "by when",
    FactKind.ORDER: "how to order",
    FactKind.PAID: "what is paid",
    FactKind.CODE: "which code to record",
    FactKind.OWNER: "whose task it is",
    FactKind.APPLIES: "whether it is binding",
}
TO_DO, CHANGED, NOW_OFFICIAL, IN_THE_NEWS, MORE_NEWS, STILL, ADMIN = (
    "To do",
    "Changed or withdrawn",
    "Now official",
    "In the news, not official yet",
    "Also in the news",
    "Still not official",
    "For the admin",
)
SECTIONS = (ADMIN, TO_DO, CHANGED, NOW_OFFICIAL, IN_THE_NEWS, MORE_NEWS, STILL)
# How the subject of a digest counts the entries of each section, and what is off.
SUBJECT_WORDS: Mapping[str, str] = {
    TO_DO: "to do",
    CHANGED: "changed",
    "withdrawn": "withdrawn",
    NOW_OFFICIAL: "official",
    IN_THE_NEWS: "in the news",
    MORE_NEWS: "in the news",
    STILL: "still not official",
    ADMIN: "for the admin",
}
COULD_NOT_LOOK = "we could not look"
COMING_UP, ALSO_OFFICIAL = "Coming up", "Also published officially"
# What a receptionist may say where the public hears before practices do: never more than this.
CALLERS_CANNOT_BOOK = "“We have heard the same news. We cannot book yet; please do not ring.”"
CALLERS_WAIT = "“We have heard the same news. We have no dates yet; please do not ring.”"
MORE_LINK, HANDLED_LINK = "More", "Handled: no more reminders"
SITE_NAME = "Practice watcher"
INDEPENDENT = "watcher is an independent project, not part of the NHS or of government."
UNSENT_WORDS: Mapping[str, str] = {
    UnsentReason.NO_TOPIC: "matching no topic",
    UnsentReason.VETOED: "on another subject",
    UnsentReason.FIRST_POLL: "older than the watch on their source, or than a restore",
    UnsentReason.TOO_OLD: "old",
    UnsentReason.SAME_TEXT: "copied",
    UnsentReason.ONE_MORE_REPORT: "reported before",
    UnsentReason.MINOR_EDIT: "only edited",
    UnsentReason.EDITED_OFTEN: "edited again",
    UnsentReason.PERHAPS: "perhaps for practices",
    UnsentReason.NO_SUBSCRIBER: "told before, or on topics nobody chose",
    UnsentReason.MOVED: "moved",
    UnsentReason.UNREADABLE: "unreadable",
    UnsentReason.BEFORE_RECORDS: "before records began",
}
