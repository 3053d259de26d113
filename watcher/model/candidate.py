"""A version of a watched page that is doubted, and waits until it is known whether it is the page."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A version of a page, or of a document behind it, that may be another page shown in its place.

    It tells nobody and replaces nothing. `since` (UTC): when it was first seen there; `why` it is doubted, for admins.
    """

    source: str
    identity: str
    url: str
    title: str
    text: str = field(repr=False)
    why: str
    since: datetime
