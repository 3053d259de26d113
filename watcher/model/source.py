"""What a Source is asked, what it answers, and what is remembered of it between polls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Trust(StrEnum):
    """What kind of body a Source is. Only the first two can confirm an announcement."""

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
    """ETag and Last-Modified exactly as received (RFC 9110 section 8.8); they are echoed, never read."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET that a source asks for. `url` and `headers` may hold secrets; headers never leave their host."""

    url: str = field(repr=False)
    validators: Validators = Validators()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a source answered. `url` is the final one, after redirects; `requested_url` the one of the Request.

    `unchanged` is HTTP 304; `moved_to` is where a permanent redirect led; `headers` are chosen ones. `max_age`: for how
    long it is still the answer that a cache may give.
    """

    url: str
    body: bytes
    fetched_at: datetime
    content_type: str = ""
    validators: Validators = Validators()
    unchanged: bool = False
    requested_url: str = ""
    moved_to: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    max_age: timedelta | None = None


class Fault(StrEnum):
    """What kind of failure a look ended with. `suspect`: an answer came, and it is not what the source promised."""

    NONE = ""
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    GONE = "gone"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the database remembers of a Source between polls. Moments are in UTC.

    `last_identities`: the identities that the last ParseResult showed; `arrival_intervals`: the last waits for a new
    Item, in seconds; `recovered_at`: when the last outage ended; `gap_at`: when two looks last shared no Item;
    `redirected_polls`: how many looks in a row were sent on for good, to `moved_to`; `reported_conditions`: of which
    conditions admins have heard (health.py). `ttl`: how often its content says that it wants to be asked; `not_before`:
    until then its server must not be hurried (core/watching/fast_polling.py).
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
