"""The Requests to a Source, its Responses, and what is remembered of it between polls."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Trust(StrEnum):
    """The kind of body that a Source is. Only the first two can confirm an announcement."""

    OFFICIAL = "official"
    PARLIAMENT = "parliament"
    REPRESENTATIVE = "representative"
    TRADE = "trade"
    PRESS = "press"
    AGGREGATOR = "aggregator"

    @property
    def confirms(self) -> bool:
        """Whether this body's word makes an announcement official."""
        return self in {Trust.OFFICIAL, Trust.PARLIAMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """ETag and Last-Modified exactly as received (RFC 9110 section 8.8); they are sent back, never parsed."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a source asks for: a GET, or with `form` a POST of its names and values, which has no validators.

    `url`, `headers` and `form` may hold secrets; headers and form never leave their host.
    """

    url: str = field(repr=False)
    validators: Validators = Validators()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest(Request):
    """The mails of a `folder` from `senders`: those above the UID `after`, where its UIDVALIDITY is still `validity`.

    Else those of the last weeks (RFC 3501 section 2.3.1.1); with `goes_on`, those of them above `after`. At most
    `max_mails`; with `headers_only` without their texts. `signed_by`: more domains that sign for the senders. `url`
    names the folder, and no login.
    """

    folder: str
    senders: tuple[str, ...]
    validity: int = 0
    after: int = 0
    max_mails: int = 20
    headers_only: bool = False
    signed_by: tuple[str, ...] = ()
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The answer of a source. `url` is the final one, after redirects; `requested_url` the one of the Request.

    `unchanged` is HTTP 304; `moved_to` is where a permanent redirect led; `headers` are the few that are kept.
    `max_age`: for how long a cache may still give this answer (RFC 9111).
    """

    url: str
    body: bytes
    fetched_at: datetime
    validators: Validators = Validators()
    unchanged: bool = False
    requested_url: str = ""
    moved_to: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    max_age: timedelta | None = None

    @property
    def content_type(self) -> str:
        """What the server says of the kind and the encoding of `body`; "" when it says nothing."""
        return self.headers.get("content-type", "")


# In the memory of a source: since a restore, until when all counts as told (core/items/told_until.py); and that its
# kind could not read all at once, and goes on at the next poll.
TOLD_UNTIL, IS_BEHIND = "told until", "is_behind"


class Fault(StrEnum):
    """The kind of failure that a poll ended with. `suspect`: an answer came that is not what the source promised."""

    NONE = ""
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    GONE = "gone"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether a source is what its entry says. `at` (UTC): since when that is proven; `why` it is not ("": it is).

    `is_told`: with this source admins were told how many sources are proven.
    """

    at: datetime | None = None
    why: str = ""
    is_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The state of a Source between polls, as the database holds it. Moments are in UTC.

    `last_identities`: those of the last ParseResult; `arrival_intervals`: the last waits for a new Item, in seconds;
    `recovered_at`: when the last outage ended; `gap_at`: when two polls in a row last shared no Item;
    `redirected_polls`: how many polls in a row were permanently redirected, to `moved_to`; `reported_conditions`: the
    conditions that admins have had an Alert of (core/watching/health.py). `ttl`: the time between polls for which its
    content asks; `not_before`: until then fast polling must leave its server alone (core/watching/fast_polling.py).
    `last_answer`: the mark of the last answer that was read without a problem; the same once more says nothing new.
    `memory`: what the source's kind wants to know at its next look, as JSON; `proof`: whether it fits its entry.
    """

    source: str
    next_poll: datetime
    validators: Mapping[str, Validators] = field(default_factory=dict)
    last_poll: datetime | None = None
    first_success: datetime | None = None
    last_success: datetime | None = None
    last_full: datetime | None = None
    last_new_item: datetime | None = None
    failures: int = 0
    error: str = ""
    fault: Fault = Fault.NONE
    failing_since: datetime | None = None
    last_identities: frozenset[str] = frozenset()
    arrival_intervals: tuple[float, ...] = ()
    recovered_at: datetime | None = None
    gap_at: datetime | None = None
    moved_to: str = ""
    redirected_polls: int = 0
    reported_conditions: frozenset[str] = frozenset()
    ttl: timedelta | None = None
    not_before: datetime | None = None
    last_answer: str = ""
    memory: Mapping[str, Any] = field(default_factory=dict)
    proof: Proof = Proof()

    def as_never_read(self) -> "SourceState":
        """The state of a source that has yet to prove itself: all of it is asked for, and nothing of before counts.

        But what counts as told since a restore stays told.
        """
        memory = {name: remembered for name, remembered in self.memory.items() if name == TOLD_UNTIL}
        return replace(self, validators={}, memory=memory, last_full=None, last_success=None, last_answer="")
