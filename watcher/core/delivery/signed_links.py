"""Links that prove by a signature what they allow: for one purpose, until a moment, under a key of this installation.

Whoever has such a link may do what it is for, so it holds no more than names. The keys stand in WATCHER_SECRET, divided
by commas, the newest first: it signs, and all of them are believed, so that links of an old key hold while it is kept.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from watcher.model.key import keyed_hash

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer


class LinkPurpose(StrEnum):
    """What a signed link is for; one that was signed for something else is no link."""

    HANDLED = "handled"
    ADMIN_ENTRANCE = "admin entrance"
    ADMIN_SESSION = "admin session"


def split_keys(secret: str) -> tuple[str, ...]:
    """The keys of a WATCHER_SECRET, the newest first; none where nothing is set."""
    return tuple(filter(None, map(str.strip, secret.split(","))))


def name_installation(secret: str) -> str:
    """A name of this installation that anybody may read; all replicas with the same newest key have the same."""
    return keyed_hash(next(iter(split_keys(secret)), ""), "installation")


class SignedLinks:
    """Signs the tokens of links, and reads them. `secret` holds at least one key."""

    def __init__(self, secret: str) -> None:
        self._keys = tuple(reversed(split_keys(secret)))  # itsdangerous signs with the last one

    def sign(self, purpose: LinkPurpose, names: Sequence[str], expires_at: datetime) -> str:
        """A token for an address or a cookie, of letters, digits, "-", "_" and "."; it holds until `expires_at` (UTC).

        The same for the same names, moment (to the second) and key.
        """
        return str(self._serializer(purpose).dumps([int(expires_at.timestamp()), *names]))

    def read(self, purpose: LinkPurpose, token: str, now: datetime) -> tuple[str, ...] | None:
        """The names in a token that holds at `now` (UTC). None for one that is forged, cut, old or for another purpose.

        Nobody learns from the answer which of these it was.
        """
        from itsdangerous import BadData

        try:
            expires_at, *names = self._serializer(purpose).loads(token)
        except (BadData, ValueError):
            return None
        return tuple(map(str, names)) if now < datetime.fromtimestamp(expires_at, UTC) else None

    def _serializer(self, purpose: LinkPurpose) -> "URLSafeSerializer":
        from itsdangerous import URLSafeSerializer

        return URLSafeSerializer(self._keys, salt=purpose, signer_kwargs={"digest_method": sha256})
