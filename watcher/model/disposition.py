"""What became of an Item: it was told at once, it is in a digest, or it was not told, with the reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """The three answers to "was I told of this?". `digest`: with the next digest, daily for those told at once."""

    TOLD = "told"
    DIGEST = "digest"
    UNSENT = "unsent"


class UnsentReason(StrEnum):
    """Why an Item was not told. Only what is surely known already is left out: a guess is no reason.

    `no_topic`: it matches no Topic. `vetoed`: words of it stop every Topic that it matches. `first_poll`: it stood
    there when its source was first read. `too_old`: dated long before it was seen. `same_text`: it says what was told
    already (the same document, reference or words). `one_more_report`: somebody other than an official body repeats
    what was told. `minor_edit`: an edit without another figure or a newer date. `edited_often`: one edit of many.
    `perhaps`: too little says that it concerns a practice in England. `no_subscriber`: nobody wants its Topics, or all
    who do were told. `moved`: only its address is new. `unreadable`: it is quarantined. `before_records`: seen before
    reasons were recorded.
    """

    NO_TOPIC = "no_topic"
    VETOED = "vetoed"
    FIRST_POLL = "first_poll"
    TOO_OLD = "too_old"
    SAME_TEXT = "same_text"
    ONE_MORE_REPORT = "one_more_report"
    MINOR_EDIT = "minor_edit"
    EDITED_OFTEN = "edited_often"
    PERHAPS = "perhaps"
    NO_SUBSCRIBER = "no_subscriber"
    MOVED = "moved"
    UNREADABLE = "unreadable"
    BEFORE_RECORDS = "before_records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What became of one revision of an Item, decided at `at` (UTC).

    `reason` is a Reason where it was told or is in a digest, else an UnsentReason. `detail`: the evidence in words,
    such as the earlier Item that says the same.
    """

    item: str
    revision: int
    answer: Answer
    reason: str
    at: datetime
    detail: str = ""
