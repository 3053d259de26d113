"""The older pages of a list, read where its newest page shows nothing of the last poll."""

from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import replace

from watcher.errors import NotFetched, NotParsed
from watcher.model import ParseResult, Request, Response

NOT_FOUND = 404
MAX_OLDER_PAGES = 5  # asked for in one poll
PageRequest = Callable[[int, Response | None], Request | None]
"""The Request for a page by its number, from 2, after the older page before it; None where that was the last."""


def pages_at(older: str, headers_for: Callable[[str], Mapping[str, str]]) -> PageRequest | None:
    """The Requests for the pages at `older`, "{page}" in place of their number; None where there is no such address."""

    def request_page(number: int, _: Response | None) -> Request:
        address = older.replace("{page}", str(number))
        return Request(url=address, headers=headers_for(address))

    return request_page if older else None


def older_pages(
    result: ParseResult,
    last_identities: Collection[str],
    request_page: PageRequest | None,
    parse: Callable[[Response], ParseResult],
) -> Generator[Request, Response, ParseResult]:
    """`result` with the older pages that `request_page` asks for, until one shows a known Item.

    Its problems say where a page failed or Items may be missing. `last_identities`: those of the last poll.
    """
    last, seen = set(last_identities), {item.identity for item in result.items}
    if not (request_page and seen and last):
        return result
    before: Response | None = None
    for number in range(2, MAX_OLDER_PAGES + 2):
        try:
            request = None if seen & last else request_page(number, before)
            if request is None:
                break
            before = yield request
            page = parse(before)
        except (NotFetched, NotParsed) as error:
            is_end = isinstance(error, NotFetched) and error.status == NOT_FOUND  # the page before it was the last
            return result if is_end else result.with_problems(f"page {number} of older items: {error.why}")
        unseen = tuple(item for item in page.items if item.identity not in seen)
        if not unseen:
            is_end = not (page.items or page.problems or page.quarantined)
            problem = f"page {number} of older items shows nothing that the pages before it do not"
            return result if is_end else result.with_problems(problem)
        seen |= {item.identity for item in unseen}
        problems = tuple(f"page {number} of older items: {problem}" for problem in page.problems)
        quarantined = (*result.quarantined, *page.quarantined)
        result = replace(result, items=(*result.items, *unseen), quarantined=quarantined).with_problems(*problems)
    else:
        if not seen & last:
            problem = f"items may be missing: {MAX_OLDER_PAGES} older pages show nothing of the last poll"
            return result.with_problems(problem)
    return result
