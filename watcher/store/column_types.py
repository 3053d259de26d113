"""Column types of our own."""

import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, TypeDecorator

_PLAIN, _ZLIB = b"p", b"z"  # the first byte says how the others are to be read
MIN_BYTES_COMPRESSED = 120  # shorter texts gain nothing


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite stores no zone: UTC is assumed on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment in UTC. Raises ValueError for a naive one: a zone must never be guessed."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone reached the database")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The stored moment as an aware datetime in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)  # type: ignore[no-any-return]


class CompressedText(TypeDecorator[str]):
    """A text, compressed with zlib (RFC 1950) where that makes it shorter. It cannot be searched in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """The bytes that are stored; "" is stored as no bytes at all."""
        return None if value is None else pack_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text again."""
        return None if value is None else unpack_text(bytes(value))


def pack_text(text: str) -> bytes:
    """The bytes of a text as they are stored. Lone surrogates, which some servers send, stay what they are."""
    plain = text.encode("utf-8", "surrogatepass")
    if not plain:
        return b""
    packed = zlib.compress(plain) if len(plain) >= MIN_BYTES_COMPRESSED else plain
    return _ZLIB + packed if len(packed) < len(plain) else _PLAIN + plain


def unpack_text(stored: bytes) -> str:
    """The text of stored bytes. Raises ValueError for bytes that `pack_text` never made."""
    kind, packed = stored[:1], stored[1:]
    if kind not in {b"", _PLAIN, _ZLIB}:
        raise ValueError("a stored text does not begin as one; use a backup of the database")
    plain = zlib.decompress(packed) if kind == _ZLIB else packed
    return plain.decode("utf-8", "surrogatepass")
