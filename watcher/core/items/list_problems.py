"""What could not be read of a list, in plain words: one counted line for each kind of problem, with an example."""

from collections.abc import Iterator, Sequence

from watcher.core.language.text import clean
from watcher.core.language.urls import clean_link
from watcher.model import Item, Precision


def list_problems(
    items_and_links: Sequence[tuple[Item | None, str]],
    kept: Sequence[Item],
    left_out: Sequence[str],
    unread: Sequence[str],
    base: str,
) -> Iterator[str]:
    """The lines about a list at the address `base`, whose Items come with their links as they were written.

    `kept` are those with an identity of their own; `left_out` has the headlines of others; `unread` why an element
    could not be read.
    """
    examples_of = {
        "items left out, because another with their link, headline and date says something else": left_out,
        "items that cannot be read": unread,
        "items without a headline": [
            link or f"item {number}" for number, (item, link) in enumerate(items_and_links, 1) if not item
        ],
        "dates that cannot be read": [
            item.published.literal for item in kept if item.published.precision is Precision.NONE
        ],
        "links that cannot be followed": [
            link for _, link in items_and_links if link.strip() and not clean_link(link, base)
        ],
    }
    for problem, literals in examples_of.items():
        if examples := [literal for literal in literals if literal]:
            yield f"{problem}: {len(examples)}, such as {clean(examples[0], 100)}"
