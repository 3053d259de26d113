"""The other services: one place to take them from, and the ICB site, which has a feed and spoils its pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape

from tests.stand_ins.answer import RSS, AskedTarget, StandInAnswer, not_found, rfc822
from tests.stand_ins.cas_site import CasSite, SafetyAlert
from tests.stand_ins.edited_pages import (
    EditedPages,
    Notice,
    PageVersion,
    PaymentsNotice,
    PcseSite,
    Protocol,
    ShortageProtocols,
)
from tests.stand_ins.legislation_site import Instrument, LegislationSite
from tests.stand_ins.parliament_site import ParliamentPages, ParliamentSite, Question, WrittenStatement
from tests.stand_ins.wordpress_posts import PostType
from tests.stand_ins.wordpress_site import WordPressSite

__all__ = [
    "CasSite",
    "EditedPages",
    "IcbItem",
    "IcbSite",
    "Instrument",
    "LegislationSite",
    "Notice",
    "PageVersion",
    "ParliamentPages",
    "ParliamentSite",
    "PaymentsNotice",
    "PcseSite",
    "Protocol",
    "Question",
    "SafetyAlert",
    "ShortageProtocols",
    "WrittenStatement",
    "bma_site",
    "cpe_site",
]
_CHALLENGE = (
    b"<!doctype html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies "
    b"to continue</noscript><script>window._check={};</script></body></html>"
)


@dataclass(frozen=True)
class IcbItem:
    """One item of the ICB's feed; its title carries its kind."""

    at: datetime
    kind: str  # News, Service, Page, Event or On Demand Training
    title: str
    slug: str
    summary: str


class IcbSite:
    """gps.northcentrallondon.icb.nhs.uk: an RSS feed, and a check of the browser before every page."""

    host = "gps.northcentrallondon.icb.nhs.uk"

    def __init__(self) -> None:
        """Without an item; `put` adds them."""
        self.items: list[IcbItem] = []

    def put(self, item: IcbItem) -> None:
        """Add one."""
        self.items.append(item)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """The feed; the check in place of a page that exists."""
        path = AskedTarget.of(target).path.rstrip("/")
        known = sorted((each for each in self.items if each.at <= now), key=lambda each: each.at, reverse=True)
        if path == "/news/rss":
            return StandInAnswer(200, self._feed(known[:25]), RSS)
        return (
            StandInAnswer(200, _CHALLENGE) if any(_icb_path(each) == path for each in known) else not_found("NCL ICB")
        )

    def targets(self, now: datetime) -> Iterator[str]:
        """The feed; pages say nothing of their own."""
        del now
        yield "/news/rss"

    def _feed(self, known: list[IcbItem]) -> bytes:
        items = "".join(
            f"<item><title>{escape(f'{each.kind}: {each.title}')}</title><link>https://{self.host}{_icb_path(each)}</link>"
            f"<description>{escape(each.summary)}</description><pubDate>{rfc822(each.at)}</pubDate>"
            f"<guid>https://{self.host}{_icb_path(each)}</guid></item>"
            for each in known
        )
        head = f"<title>NCL General Practice Website</title><link>https://{self.host}</link><description/>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def _icb_path(each: IcbItem) -> str:
    return f"/{'services' if each.kind == 'Service' else 'news'}/{each.slug}"


def bma_site() -> EditedPages:
    """www.bma.org.uk, whose pages are edited in place."""
    return EditedPages("www.bma.org.uk", "British Medical Association")


def cpe_site() -> WordPressSite:
    """cpe.org.uk: its news are a type of their own, so the general feed has none of them."""
    news = PostType("our-latest-news", archive=True, taxonomies=("our-latest-news-category",))
    categories = {"our-latest-news-category": "our-latest-news-category"}
    return WordPressSite("cpe.org.uk", "Community Pharmacy England", (news,), categories)
