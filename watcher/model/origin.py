"""What Items were read from: kept so that it can be shown later what stood there, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One answer that a revision of an Item was read from. `part`: the Item's own "page", or the "list" it stood in.

    `sha256` and `size` are of the bytes after unpacking; the bytes themselves are forgotten after a while. `asked` and
    `url` are without what may be secret (`text.public`); `headers` are chosen ones of the answer (fetch.py).
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
