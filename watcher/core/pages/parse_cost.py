"""Whether a page could keep a parser busy for seconds: asked before parsing, so that such a page is parsed apart.

Measured on 400 kB: comment marks took feedparser more than 30 s, tags open inside each other lxml and Beautiful Soup 1
to 2 s. Ordinary feeds and pages stay far below these bounds, and being wrong costs no more than a child process.
"""

MAX_BYTES = 400_000
MAX_COMMENTS = 2_000
MAX_OPEN_TAGS = 500
_STRIDE = 8_192  # depth is looked at this often; what opens and closes in between is too small to burn
_LEAVES = (b"<br", b"<img", b"<hr", b"<input", b"<meta", b"<link", b"/>", b"<!", b"<?")  # these hold no other tag


def parse_risk(body: bytes) -> str:
    """Why parsing `body` could take long, in plain words; "" when it could not."""
    if len(body) > MAX_BYTES:
        return f"{len(body) / 1_000_000:.1f} MB to parse"
    comments = body.count(b"<!--")
    if comments > MAX_COMMENTS:
        return f"{comments:,} comment marks"
    depth = _depth(body)
    return f"about {depth:,} tags open inside each other" if depth > MAX_OPEN_TAGS else ""


def _depth(body: bytes) -> int:
    """How many tags are open at most, guessed: tags that open, less those that close and those that need not."""
    if body.count(b"<") <= MAX_OPEN_TAGS:
        return 0
    deepest = depth = 0
    for start in range(0, len(body), _STRIDE):
        part = body[start : start + _STRIDE]
        depth += part.count(b"<") - 2 * part.count(b"</") - sum(part.count(leaf) for leaf in _LEAVES)
        depth = max(depth, 0)  # an end without a beginning closes nothing
        deepest = max(deepest, depth)
    return deepest
