"""Every label and status word that readers see, in one table: the door for a second language."""

from collections.abc import Mapping

from watcher.model import FactKind, Reason

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
    FactKind.SAYS_WHO: "Says who",
    FactKind.WHEN: "When",
    FactKind.OFFICIAL: "Official",
    FactKind.WHO: "Who",
    FactKind.FROM: "From",
    FactKind.DO: "Do",
    FactKind.ORDER: "Order",
    FactKind.PAID: "Paid",
    FactKind.CODE: "Code",
    FactKind.REPLY_BY: "Reply by",
    FactKind.OWNER: "Owner",
    FactKind.APPLIES: "Applies",
    FactKind.UNKNOWN: "Not known",
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
SECTIONS = (
    ("Changed or withdrawn", (Reason.WITHDRAWN, Reason.CHANGED)),
    ("Now official", (Reason.NOW_OFFICIAL,)),
    ("New", (Reason.FIRST_HEARD, Reason.DEADLINE_NEAR)),
    ("Still not official", (Reason.STILL_REPORTED,)),
    ("For the admin", (Reason.NEEDS_ADMIN,)),
)
