"""Deterministic short ids (blake2b)."""

import hashlib
from typing import Any


def key(*parts: Any) -> str:
    """20 hex digits (blake2b, 80 bits) that name a fact: the same parts give the same key on every machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=10).hexdigest()
