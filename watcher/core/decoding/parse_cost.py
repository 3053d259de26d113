"""Whether a body could keep a parser busy for seconds: asked before parsing, so that it is parsed in a child process.

Measured on 400 kB: comment marks took feedparser more than 30 s, tags open inside each other lxml and Beautiful Soup 1
to 2 s. Ordinary feeds and pages stay far below these bounds, and being wrong costs no more than a child process.
"""

MAX_BYTES = 400_000
MAX_COMMENTS = 2_000
MAX_OPEN_TAGS = 500
_STRIDE_BYTES = 8_192  # depth is measured this often; what opens and closes in between is too small to be slow
_CHILDLESS = (b"<br", b"<img", b"<hr", b"<input", b"<meta", b"<link", b"/>", b"<!", b"<?")  # these hold no other tag


def parse_risk(body: bytes) -> str:
    """Why parsing `body` could take seconds, in words for an admin; "" when it could not."""
    if len(body) > MAX_BYTES:
        return f"{len(body) / 1_000_000:.1f} MB to parse"
    comments = body.count(b"<!--")
    if comments > MAX_COMMENTS:
        return f"{comments:,} comment marks"
    depth = _estimate_depth(body)
    return f"about {depth:,} tags open inside each other" if depth > MAX_OPEN_TAGS else ""


def _estimate_depth(body: bytes) -> int:
    """How many tags are open at once at most, estimated: those that open, less those that close and that need not."""
    if body.count(b"<") <= MAX_OPEN_TAGS:
        return 0
    deepest = depth = 0
    for start in range(0, len(body), _STRIDE_BYTES):
        part = body[start : start + _STRIDE_BYTES]
        depth += part.count(b"<") - 2 * part.count(b"</") - sum(part.count(tag) for tag in _CHILDLESS)
        depth = max(depth, 0)  # an end without a beginning closes nothing
        deepest = max(deepest, depth)
    return deepest
