"""Deterministic short ids (blake2b)."""

import hashlib
from typing import Any


def key(*parts: Any) -> str:
    """20 hex digits (blake2b, 80 bits) that name a fact: the same parts give the same key on every machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=10).hexdigest()


def keyed_hash(secret: str, *parts: Any) -> str:
    """The same under a secret (RFC 7693 section 2.5), so that nobody without it can tell the parts by trying."""
    joined = "\x1f".join(str(part) for part in parts).encode("utf-8", "replace")
    own_key = hashlib.blake2b(secret.encode("utf-8", "replace")).digest() if secret else b""
    return hashlib.blake2b(joined, digest_size=10, key=own_key).hexdigest()
