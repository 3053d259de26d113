"""The older pages of a list, read where its newest page shows nothing of the last poll."""

from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import replace

from watcher.errors import NotFetched, NotParsed
from watcher.model import ParseResult, Request, Response

NOT_FOUND = 404
MAX_OLDER_PAGES = 5  # asked for in one poll


def older_pages(
    result: ParseResult,
    last_identities: Collection[str],
    older: str,
    parse: Callable[[Response], ParseResult],
    headers_for: Callable[[str], Mapping[str, str]],
) -> Generator[Request, Response, ParseResult]:
    """`result` with the older pages at `older`, "{page}" in place of their number, until one shows a known Item.

    Its problems say where a page failed or Items may be missing. `last_identities`: those of the last poll.
    """
    last, seen = set(last_identities), {item.identity for item in result.items}
    if not (older and seen and last):
        return result
    for number in range(2, MAX_OLDER_PAGES + 2):
        if seen & last:
            return result
        address = older.replace("{page}", str(number))
        try:
            page = parse((yield Request(url=address, headers=headers_for(address))))
        except (NotFetched, NotParsed) as error:
            if isinstance(error, NotFetched) and error.status == NOT_FOUND:
                return result  # the page before it was the last
            return result.with_problems(f"page {number} of older items: {error.why}")
        unseen = tuple(item for item in page.items if item.identity not in seen)
        if not unseen:
            problem = f"page {number} of older items shows nothing that the pages before it do not"
            return result.with_problems(problem)
        seen |= {item.identity for item in unseen}
        problems = tuple(f"page {number} of older items: {problem}" for problem in page.problems)
        quarantined = (*result.quarantined, *page.quarantined)
        result = replace(result, items=(*result.items, *unseen), quarantined=quarantined).with_problems(*problems)
    if seen & last:
        return result
    return result.with_problems(f"items may be missing: {MAX_OLDER_PAGES} older pages show nothing of the last poll")
