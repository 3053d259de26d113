"""www.gov.uk at any moment: pages, Content API, Search API and feeds; and the host that serves its files."""

from collections.abc import Iterator
from datetime import datetime

from tests.stand_ins.answer import AskedTarget, StandInAnswer, not_found, text
from tests.stand_ins.govuk_content import as_page, content
from tests.stand_ins.govuk_feeds import ended_feed, finder_feed, organisation_feed
from tests.stand_ins.govuk_pages import ORGANISATIONS, SUPERGROUPS, Attachment, Edition, GovukPage
from tests.stand_ins.govuk_search import search

DHSC = "department-of-health-and-social-care"
UKHSA = "uk-health-security-agency"
PHE = "public-health-england"
MHRA = "medicines-and-healthcare-products-regulatory-agency"
_IN_FEED = 20
_FINDERS = {
    "/search/news-and-communications": ("News and communications", SUPERGROUPS["news_and_communications"]),
    "/search/policy-papers-and-consultations": (
        "Policy papers and consultations",
        SUPERGROUPS["policy_and_engagement"],
    ),
    "/search/guidance-and-regulation": ("Guidance and regulation", SUPERGROUPS["guidance_and_regulation"]),
    "/drug-device-alerts": ("Alerts, recalls and safety information", ("medical_safety_alert",)),
    "/drug-safety-update": ("Drug Safety Update", ("drug_safety_update",)),
}


class GovukSite:
    """www.gov.uk."""

    host = "www.gov.uk"

    def __init__(self) -> None:
        """Without a page; `put` adds them."""
        self.pages: dict[str, GovukPage] = {}
        self.ended: dict[str, tuple[datetime, str]] = {}

    def put(
        self,
        path: str,
        document_type: str,
        *editions: Edition,
        by: tuple[str, ...] = (DHSC,),
        parent: str = "",
        members: tuple[str, ...] = (),
        metadata: dict[str, object] | None = None,
    ) -> GovukPage:
        """Add a page with its whole history."""
        page = GovukPage(path, document_type, editions, by, parent, members, metadata or {})
        self.pages[path] = page
        return page

    def letter(
        self, path: str, name: str, at: datetime, title: str, abstract: str, body: str, by: tuple[str, ...] = (DHSC,)
    ) -> GovukPage:
        """A publication whose letter is an HTML attachment with an address of its own."""
        inner = f"{path}/{name}"
        self.put(inner, "html_publication", Edition(at, title, body=body), by=by, parent=path)
        edition = Edition(at, title, abstract, f"<p>{abstract}</p>", attachments=(Attachment(title, inner),))
        return self.put(path, "correspondence", edition, by=by)

    def end_feed(self, path: str, at: datetime, moved_to: str = "") -> None:
        """From this moment on a feed says only that it has ended."""
        self.ended[path] = (at, moved_to)

    def there(self, now: datetime) -> list[GovukPage]:
        """What feeds and search know of, newest public change first; HTML attachments are not among it."""
        known = [page for page in self.pages.values() if page.published <= now]
        known = [page for page in known if page.document_type != "html_publication"]
        return sorted(known, key=lambda page: page.public(now), reverse=True)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """What the site says to a GET of this path and query at this moment."""
        asked = AskedTarget.of(target)
        if asked.path in self.ended and self.ended[asked.path][0] <= now:
            at, moved_to = self.ended[asked.path]
            return ended_feed(asked.path, moved_to, at)
        if asked.path == "/robots.txt":
            return text("text/plain; charset=utf-8", "User-agent: *\nDisallow: /*/print$\nDisallow: /search/all*\n")
        if asked.path in {"/api/search.json", "/api/search"}:
            return search(self.there(now), asked, now)
        if asked.path.endswith(".atom"):
            return self._feed(asked, now)
        path = asked.path.removeprefix("/api/content").rstrip("/")
        page = self.pages.get(path)
        edition = page.at(now) if page else None
        if page is None or edition is None:
            return not_found("GOV.UK")
        said = content if asked.path.startswith("/api/content/") else as_page
        return said(page, edition, self.pages.get, now)

    def targets(self, now: datetime) -> Iterator[str]:
        """The feeds, and each page as content and as people see it."""
        yield from (f"/government/organisations/{slug}.atom" for slug in ORGANISATIONS)
        yield from (f"{finder}.atom" for finder in _FINDERS)
        for page in self.pages.values():
            if page.published <= now:
                yield from (f"/api/content{page.path}", page.path)

    def _feed(self, asked: AskedTarget, now: datetime) -> StandInAnswer:
        path = asked.path.removesuffix(".atom")
        if path in _FINDERS:
            return self._finder(path, asked, now)
        slug = path.removeprefix("/government/organisations/")
        if slug not in ORGANISATIONS:
            return not_found("GOV.UK")
        pages = [page for page in self.there(now) if slug in page.organisations and page.supergroup != "other"]
        return organisation_feed(asked.target, ORGANISATIONS[slug], pages[:_IN_FEED], now)

    def _finder(self, path: str, asked: AskedTarget, now: datetime) -> StandInAnswer:
        title, types = _FINDERS[path]
        chosen = asked.many("organisations")
        words = asked.one("keywords").lower().split()
        pages = [page for page in self.there(now) if page.document_type in types]
        pages = [page for page in pages if not chosen or set(chosen) & set(page.organisations)]
        pages = [page for page in pages if all(word in f"{page.at(now)}".lower() for word in words)]
        number = int(asked.one("page", "1")) if asked.one("page", "1").isdigit() else 1
        if chosen:
            title += " from " + " and ".join(ORGANISATIONS.get(slug, slug) for slug in chosen)
        part = pages[(number - 1) * _IN_FEED : number * _IN_FEED]
        return finder_feed(asked.target, title, part, now, summaries=path.startswith("/search/"))


class AssetsSite:
    """assets.publishing.service.gov.uk: the files that hang on pages of GOV.UK."""

    host = "assets.publishing.service.gov.uk"

    def __init__(self, govuk: GovukSite) -> None:
        """It serves what the pages of `govuk` name."""
        self._govuk = govuk

    def _files(self, now: datetime) -> Iterator[Attachment]:
        for page in self._govuk.pages.values():
            for edition in page.editions:
                if edition.at <= now:
                    yield from (each for each in edition.attachments if not each.is_html)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """The newest file of this address."""
        path = AskedTarget.of(target).path
        found = [each for each in self._files(now) if each.url.removeprefix(f"https://{self.host}") == path]
        return StandInAnswer(200, found[-1].file, found[-1].content_type) if found else not_found("GOV.UK")

    def targets(self, now: datetime) -> Iterator[str]:
        """The path of every file."""
        yield from {each.url.removeprefix(f"https://{self.host}") for each in self._files(now)}
