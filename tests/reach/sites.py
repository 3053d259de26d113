"""All the sites that the thirty announcements stood on, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.stand_ins.answer import SharedHost, StandInSite
from tests.stand_ins.govuk_site import AssetsSite, GovukSite
from tests.stand_ins.nhs_england import HOST, coronavirus_site, main_site
from tests.stand_ins.other_sites import (
    CasSite,
    EditedPages,
    IcbSite,
    LegislationSite,
    ParliamentPages,
    ParliamentSite,
    PcseSite,
    ShortageProtocols,
    bma_site,
    cpe_site,
)
from tests.stand_ins.wordpress_posts import Post, Row, SavedPost
from tests.stand_ins.wordpress_site import WordPressSite


@dataclass
class Sites:
    """The sites of one world."""

    nhse: WordPressSite = field(default_factory=main_site)
    coronavirus: WordPressSite = field(default_factory=coronavirus_site)
    govuk: GovukSite = field(default_factory=GovukSite)
    legislation: LegislationSite = field(default_factory=LegislationSite)
    cas: CasSite = field(default_factory=CasSite)
    bma: EditedPages = field(default_factory=bma_site)
    pcse: PcseSite = field(default_factory=PcseSite)
    nhsbsa: ShortageProtocols = field(default_factory=ShortageProtocols)
    icb: IcbSite = field(default_factory=IcbSite)
    parliament: ParliamentSite = field(default_factory=ParliamentSite)
    cpe: WordPressSite = field(default_factory=cpe_site)

    def all(self) -> list[StandInSite]:
        """One site for each host."""
        nhse = SharedHost(HOST, (("/", self.nhse), ("/coronavirus/", self.coronavirus)))
        govuk: list[StandInSite] = [self.govuk, AssetsSite(self.govuk)]
        parliament: list[StandInSite] = [self.parliament, ParliamentPages(self.parliament)]
        others: list[StandInSite] = [self.legislation, self.cas, self.bma, self.pcse, self.nhsbsa, self.icb, self.cpe]
        return [nhse, *govuk, *parliament, *others]


def publication(
    site: WordPressSite,
    slug: str,
    at: datetime,
    title: str,
    *rows: Row,
    introduction: str = "",
    kind: str = "letter",
) -> Post:
    """A publication: a container with a title and rows of files."""
    terms: Mapping[str, tuple[str, ...]] = {"category": ("primary-care",), "publication-type": (kind,)}
    version = SavedPost(at, title, introduction)
    return site.put(slug, version, type="document", terms=terms, rows=rows)


def long_read(
    site: WordPressSite, slug: str, at: datetime, title: str, first: str, chapters: Sequence[tuple[str, str]] = ()
) -> Post:
    """A long-read: the parent page is its first chapter, every further chapter is a page below it."""
    terms: Mapping[str, tuple[str, ...]] = {"category": ("primary-care",)}
    parent = site.put(slug, SavedPost(at, title, first), type="long-read", terms=terms)
    for number, (heading, content) in enumerate(chapters, 2):
        name = "".join(letter if letter.isalnum() else "-" for letter in heading.lower()).strip("-")
        site.put(name, SavedPost(at, heading, content), type="long-read", parent=parent, terms=terms, order=number)
    return parent
