"""Every feed below a folder through the `feed` source, twice: `python tests/support/feed_corpora.py FOLDER`.

For clones of public corpora (feedparser, gofeed, feed-rs, rss-parser, miniflux): nothing of theirs is kept here. It
fails on an exception other than NotParsed, on an Item without identity, and on a second result that differs.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Precision, Response, Trust
from watcher.sources.feed import Feed

ENDINGS = {".xml", ".rss", ".json", ".atom"}
FETCHED = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
FEED = Feed(
    id="corpus",
    name="A corpus",
    publisher="Its authors",
    trust=Trust.AGGREGATOR,
    kind="feed",
    url="https://corpus.example/feed/",
    every=timedelta(hours=1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What became of a folder: counts by word, and each fault as a sentence that begins with the file's name."""

    counts: Counter[str]
    faults: tuple[str, ...]


def look(folder: Path) -> Looked:
    """Put every file of `folder` through the feed source twice."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in ENDINGS or not path.is_file():
            continue
        body = path.read_bytes()
        first, second = outcome(body), outcome(body)
        counts += counted(first)
        faults += [f"{path.relative_to(folder)}: {fault}" for fault in wrong(first, second)]
    return Looked(counts=counts, faults=tuple(faults))


def outcome(body: bytes) -> ParseResult | Exception:
    """What the source makes of `body`; an exception is kept, as it is what we look for."""
    try:
        return FEED.parse(Response(url=FEED.url, body=body, fetched_at=FETCHED))
    except Exception as error:  # noqa: BLE001 - any exception at all is a finding
        return error


def counted(first: ParseResult | Exception) -> Counter[str]:
    """One file's part of the table."""
    if isinstance(first, Exception):
        return Counter(files=1, refused=1)
    kept = Counter(files=1, read=1, partial=int(first.partial), problems=len(first.problems), items=len(first.items))
    kept["items without a date"] = sum(item.published.precision is Precision.NONE for item in first.items)
    return kept


def wrong(first: ParseResult | Exception, second: ParseResult | Exception) -> Iterator[str]:
    """What no feed may do to us."""
    if isinstance(first, Exception):
        if not isinstance(first, NotParsed):
            yield f"raised {type(first).__name__}: {first}"
        elif str(first) != str(second):
            yield f"was refused with {str(first)!r} and then with {str(second)!r}"
        return
    if first != second:
        yield "gave another result the second time"
    yield from (fault for item in first.items for fault in wrong_with(item))


def wrong_with(item: Item) -> Iterator[str]:
    """What no Item may lack, or hold."""
    if not item.identity.strip() or not item.title:
        yield f"an item without identity or headline: {item!r}"
    if not item.url.startswith(("http://", "https://")):
        yield f"an item that leads nowhere: {item.url!r}"
    try:
        f"{item.identity}{item.url}{item.title}{item.summary}".encode()
    except UnicodeEncodeError:
        yield f"an item that no database takes: {item!r}"


def main(arguments: list[str]) -> int:
    """Print the table and each fault; 0 when there is none, 2 when nothing was looked at."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python tests/support/feed_corpora.py FOLDER", file=sys.stderr)  # noqa: T201 - a script speaks
        return 2
    looked = look(Path(arguments[0]))
    for word, number in looked.counts.items():
        print(f"{number:>8} {word}")  # noqa: T201 - a script speaks
    for fault in looked.faults:
        print(fault, file=sys.stderr)  # noqa: T201 - a script speaks
    if not looked.counts:
        print(f"no {', '.join(sorted(ENDINGS))} below {arguments[0]}", file=sys.stderr)  # noqa: T201 - a script speaks
        return 2
    return 1 if looked.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
