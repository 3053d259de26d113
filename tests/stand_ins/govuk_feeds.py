"""The Atom feeds of GOV.UK, in the two dialects of the two programs that write them."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from tests.stand_ins.answer import ATOM, StandInAnswer, london, utc
from tests.stand_ins.govuk_pages import DISPLAY, GovukPage

_HOME = "https://www.gov.uk"
_FEED = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-GB" xmlns="http://www.w3.org/2005/Atom">\n'


def organisation_feed(path: str, title: str, pages: Sequence[GovukPage], now: datetime) -> StandInAnswer:
    """The feed of one organisation: an entry's identity holds the moment of its last change."""
    entries = []
    for page in pages:
        edition, moment = page.at(now), f"{utc(page.public(now)):%Y-%m-%dT%H:%M:%SZ}"
        assert edition is not None
        kind = DISPLAY[page.document_type]
        entries.append(
            f"<entry><id>{_HOME}{page.path}#{moment}</id><updated>{moment}</updated>{_link(page)}"
            f'<title>{escape(f"{kind}: {edition.title}")}</title><category label="{kind}" term="{kind}"/>'
            f"<summary>{escape(edition.description)}</summary></entry>"
        )
    first = f"<updated>{utc(pages[0].public(now)):%Y-%m-%dT%H:%M:%SZ}</updated>" if pages else ""
    return _feed(path, f"{title} - Activity on GOV.UK", first, entries)


def finder_feed(
    path: str, title: str, pages: Sequence[GovukPage], now: datetime, *, summaries: bool = True
) -> StandInAnswer:
    """The feed of a finder: an entry's identity stays; its moments are those of London."""
    entries = []
    for page in pages:
        edition = page.at(now)
        assert edition is not None
        words = f'<summary type="html">{escape(edition.description)}</summary>' if summaries else ""
        entries.append(
            f"<entry><id>tag:www.gov.uk,2005:{page.path}</id><updated>{_local(page, now)}</updated>{_link(page)}"
            f"<title>{escape(edition.title)}</title>{words}</entry>"
        )
    first = f"<updated>{_local(pages[0], now)}</updated>" if pages else ""
    return _feed(path, title, first, entries)


def ended_feed(path: str, moved_to: str, at: datetime) -> StandInAnswer:
    """What a feed says that was given up: one entry, with 200."""
    link = f'<link rel="alternate" type="text/html" href="{escape(moved_to)}"/>' if moved_to else ""
    moment = f"{utc(at):%Y-%m-%dT%H:%M:%SZ}"
    entry = (
        f"<entry><id>{_HOME}{escape(path)}/feed-ended</id><updated>{moment}</updated>{link}"
        "<title>This feed has ended</title><summary>Nothing more will be published here.</summary></entry>"
    )
    return _feed(path, "Ended feed", f"<updated>{moment}</updated>", [entry])


def _local(page: GovukPage, now: datetime) -> str:
    return london(page.public(now)).isoformat()


def _link(page: GovukPage) -> str:
    return f'<link rel="alternate" type="text/html" href="{_HOME}{page.path}"/>'


def _feed(path: str, title: str, updated: str, entries: Sequence[str]) -> StandInAnswer:
    head = (
        f"<id>{_HOME}{escape(path)}</id><link rel='self' type='application/atom+xml' href='{_HOME}{escape(path)}'/>"
        f"<title>{escape(title)}</title>{updated}<author><name>HM Government</name></author>"
    )
    return StandInAnswer(200, (_FEED + head + "\n".join(entries) + "</feed>").encode(), ATOM)
