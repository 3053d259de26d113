"""The values of a discovery: the ways to watch an address, what each would give, and what was noticed beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from watcher.core.language.dates import latest_moment
from watcher.core.language.urls import canonical_url
from watcher.model import Item

LONG_AGO = datetime.min.replace(tzinfo=UTC)
MIN_SHARE_ON_PAGE = 0.3
MIN_WORDS_CHARACTERS = 120  # of a summary by which an Item can be matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A way to watch an address: its kind, its `url`, the YAML keys of its kind, and why it was thought of.

    `label` is what its site calls it; `is_whole_page`: the page itself is watched, which any page can be.
    """

    kind: str
    url: str
    why: str
    label: str = ""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_whole_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found at an address.

    `address`: the final one, after redirects; `publisher` and `title` as the page says, "" where it does not; `links`:
    the canonical addresses that the page leads to; `notes`: what could not be asked, and what no kind reads;
    `is_refused`: the site turns machines away, so that a person must be the fetcher.
    """

    address: str
    proposals: tuple[Proposal, ...] = ()
    publisher: str = ""
    title: str = ""
    links: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    is_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedProposal:
    """A Proposal with the Items that it gives; `why` it would not be told ("": it would), and what it left unread."""

    proposal: Proposal
    items: tuple[Item, ...] = ()
    why: str = ""
    problems: tuple[str, ...] = ()

    @property
    def newest_first(self) -> list[Item]:
        """Its Items, those without a date last."""
        return sorted(self.items, key=_moment, reverse=True)

    @property
    def newest(self) -> datetime:
        """The last moment (UTC) that the date of any of its Items allows; LONG_AGO without a date."""
        return max(map(_moment, self.items), default=LONG_AGO)

    @property
    def is_terse(self) -> bool:
        """Whether it is a list that says little more than headlines, so that the page of each Item should be read."""
        words = [len(item.summary) + len(item.text) for item in self.items]
        is_list = self.proposal.kind in {"feed", "govuk", "listing"} and not self.proposal.is_whole_page
        return is_list and bool(words) and median(words) < MIN_WORDS_CHARACTERS


def _moment(item: Item) -> datetime:
    return latest_moment(item.published) or LONG_AGO


def rank(tried: Iterable[TriedProposal], links: frozenset[str]) -> list[TriedProposal]:
    """Those that give Items, the best first.

    First what fits its entry; a list before the page itself; of lists those whose announcements stand on the page that
    was named; then in the order in which they were thought of.
    """
    giving = [proposed for proposed in tried if proposed.items]
    return sorted(
        giving,
        key=lambda proposed: _order(proposed, links),
    )


def _order(proposed: TriedProposal, links: frozenset[str]) -> tuple[bool, bool, bool]:
    return bool(proposed.why), proposed.proposal.is_whole_page, not _stands_on_page(proposed.newest_first, links)


def _stands_on_page(newest_first: Sequence[Item], links: frozenset[str]) -> bool:
    """Whether what a list gives is what the page shows."""
    newest = newest_first[:10]
    on_page = sum(canonical_url(item.url) in links for item in newest)
    return on_page >= MIN_SHARE_ON_PAGE * len(newest)
