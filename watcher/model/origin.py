"""The answers that Items were read from: kept to show later what a publisher wrote, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One answer that a revision of an Item was read from. `part`: the Item's own "page", or the "list" it stood in.

    `sha256` and `size` are of the bytes after decompression; the bytes themselves are deleted after a while. `asked` is
    the address that was requested and `url` the final one, both without what may be secret (`redact_url`); `headers`
    are the few that the fetcher keeps.
    """

    item: str
    revision: int
    part: str
    asked: str
    url: str
    status: int
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    sha256: str
    size: int
