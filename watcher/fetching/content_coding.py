"""The bytes of an answer without their compression: told by the bytes themselves, since servers label them wrongly.

RFC 9110 section 8.4, RFC 1952 (gzip), RFC 1950 and 1951 (deflate, sent with and without its header).
"""

import zlib

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import printable
from watcher.errors import NotFetched

GZIP = b"\x1f\x8b\x08"
ZSTANDARD = b"\x28\xb5\x2f\xfd"
MAX_GZIP_MEMBERS = 1_000  # RFC 1952 section 2.2: one file may be several, one after the other
_GZIP, _ZLIB, _RAW_DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_READABLE = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")  # files, and UTF-16
_COMPRESSIONS = frozenset({"br", "zstd", "compress", "x-compress", "deflate"})
_CONTROL = lazy_regex(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode_content(wire: bytes, coding: str, max_bytes: int) -> bytes:
    """`wire` without one layer of compression; `coding` is its Content-Encoding, which may be wrong or unasked.

    Raises NotFetched for a second layer, for a compression that we cannot undo, for one that was cut off, and for more
    than `max_bytes`.
    """
    label = coding.strip().lower()
    if wire.startswith(GZIP):
        decoded = _inflate(wire, _GZIP, max_bytes)
        if decoded.startswith(GZIP):
            raise NotFetched("the answer is compressed more than once")
        return decoded
    if _is_markup(wire):
        return _within(wire, max_bytes)
    if "deflate" in label or _has_zlib_header(wire):
        try:
            return _inflate_deflate(wire, max_bytes)
        except zlib.error:
            if "deflate" in label and not _is_readable(wire, is_compression=True):
                raise
    is_packed = label not in {"", "identity"} and not _is_readable(wire, is_compression=label in _COMPRESSIONS)
    if wire.startswith(ZSTANDARD) or is_packed:
        named = printable(label or "zstd")[:40]
        raise NotFetched(f"the answer is compressed as {named!r}, which we did not ask for and cannot read")
    return _within(wire, max_bytes)


def _within(decoded: bytes | bytearray, max_bytes: int) -> bytes:
    """`decoded` as bytes. Raises NotFetched for more than `max_bytes`."""
    if len(decoded) > max_bytes:
        raise NotFetched(f"the answer is larger than {max_bytes:,} bytes unpacked")
    return bytes(decoded)


def _is_markup(wire: bytes) -> bool:
    """Whether bytes begin as HTML, XML or JSON do, in UTF-8 or UTF-16: no compression begins so."""
    return wire[:100].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1] in {b"<", b"{"}


def _has_zlib_header(wire: bytes) -> bool:
    """RFC 1950 section 2.2: deflate with a window that there is, and a checksum that fits."""
    return len(wire) > 2 and wire[0] & 15 == 8 and wire[0] >> 4 <= 7 and int.from_bytes(wire[:2]) % 31 == 0  # noqa: PLR2004


def _inflate_deflate(wire: bytes, max_bytes: int) -> bytes:
    """Deflate with the header that RFC 9110 asks for, or without, as many servers send it."""
    try:
        return _inflate(wire, _ZLIB, max_bytes)
    except zlib.error:
        return _inflate(wire, _RAW_DEFLATE, max_bytes)


def _inflate(wire: bytes, layer: int, max_bytes: int) -> bytes:
    decoded = bytearray()
    for _ in range(MAX_GZIP_MEMBERS):
        inflater = zlib.decompressobj(layer)
        decoded += inflater.decompress(wire, max_bytes - len(decoded) + 1)
        if len(decoded) > max_bytes:
            break  # and refused: no more of it is unpacked
        if not inflater.eof:
            raise NotFetched("the compressed answer was cut off")
        wire = inflater.unused_data
        if not (layer == _GZIP and wire.startswith(GZIP)):
            break
    return _within(decoded, max_bytes)


def _is_readable(wire: bytes, *, is_compression: bool = False) -> bool:
    """Whether bytes are text, or a file of a kind that we keep; under the name of a compression, only UTF-8 is text."""
    if wire.startswith(_READABLE):
        return True
    head = wire[:1_000]
    return not _CONTROL.search(head) and not (is_compression and "\ufffd" in head.decode("utf-8", "replace")[:-1])
