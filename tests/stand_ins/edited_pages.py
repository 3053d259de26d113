"""Sites whose pages are edited in place: the BMA, PCSE with its stacked news, and the shortage protocols of NHSBSA."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tests.stand_ins.answer import PDF, AskedTarget, StandInAnswer, london, not_found, page, shown
from tests.stand_ins.letters import pdf


@dataclass(frozen=True)
class PageVersion:
    """What a page says from one moment on."""

    at: datetime
    title: str
    html: str


class EditedPages:
    """A host whose pages keep their addresses and change their words, such as www.bma.org.uk."""

    def __init__(self, host: str, name: str) -> None:
        """Without a page; `put` adds them."""
        self.host, self.name = host, name
        self.pages: dict[str, list[PageVersion]] = {}

    def put(self, path: str, *versions: PageVersion) -> None:
        """Add versions to the page of this path."""
        known = [*self.pages.get(path, []), *versions]
        self.pages[path] = sorted(known, key=lambda version: version.at)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """The page as it reads at this moment."""
        path = AskedTarget.of(target).path.rstrip("/")
        said = [version for version in self.pages.get(path, []) if version.at <= now]
        if not said:
            return not_found(self.name)
        local = london(said[-1].at)
        updated = f"<p>Updated: {local:%A} {local.day} {local:%B %Y}</p>"
        return StandInAnswer(200, page(said[-1].title, f"<h1>{said[-1].title}</h1>{updated}{said[-1].html}", self.name))

    def targets(self, now: datetime) -> Iterator[str]:
        """Every page that is there."""
        yield from (path for path, versions in self.pages.items() if versions[0].at <= now)


@dataclass(frozen=True)
class Notice:
    """One piece of PCSE news: its headline is printed behind its month."""

    at: datetime
    title: str
    html: str
    slug: str = ""  # empty: it has no page of its own


@dataclass(frozen=True)
class PaymentsNotice:
    """One block of the page of payments and pensions updates."""

    at: datetime
    title: str
    audience: str
    summary: str


class PcseSite:
    """pcse.england.nhs.uk: words and their order as seen; the tags are ours, for nobody recorded them."""

    host = "pcse.england.nhs.uk"
    payments_path = "/services/gp-pensions/latest-updates-for-gp-payments-and-pensions"
    _in_news = 12

    def __init__(self) -> None:
        """Without a notice."""
        self.notices: list[Notice] = []
        self.payments: list[PaymentsNotice] = []

    def put(self, notice: Notice | PaymentsNotice) -> None:
        """Add news, or a block of the payments page."""
        if isinstance(notice, Notice):
            self.notices.append(notice)
        else:
            self.payments.append(notice)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """What the site says to a GET of this path at this moment."""
        parts = [part for part in AskedTarget.of(target).path.split("/") if part]
        news = sorted((each for each in self.notices if each.at <= now), key=lambda each: each.at, reverse=True)
        if parts == ["news"]:
            return StandInAnswer(200, self._news("News", news[: self._in_news]))
        if len(parts) == 2 and parts[0] == "news" and parts[1].isdigit():
            of_year = [each for each in news if str(london(each.at).year) == parts[1]]
            return (
                StandInAnswer(200, self._news(f"Archive Year: {parts[1]}", of_year)) if of_year else not_found("PCSE")
            )
        if "/" + "/".join(parts) == self.payments_path:
            return StandInAnswer(200, self._payments(now))
        found = [each for each in news if each.slug and self._path(each).strip("/").split("/") == parts]
        return StandInAnswer(200, self._news(found[0].title, found)) if found else not_found("PCSE")

    def targets(self, now: datetime) -> Iterator[str]:
        """The lists and the pages of their own."""
        shown_now = [each for each in self.notices if each.at <= now]
        yield from ("/news/", f"{self.payments_path}/")
        yield from (f"/news/{year}/" for year in sorted({london(each.at).year for each in shown_now}))
        yield from (self._path(each) for each in shown_now if each.slug)

    def _path(self, each: Notice) -> str:
        local = london(each.at)
        return f"/news/{local.year}/{local:%B}/{each.slug}/".lower()

    def _news(self, title: str, notices: Sequence[Notice]) -> bytes:
        items = []
        for each in notices:
            headline = f"{london(each.at):%B %Y} {shown(each.title)}"
            linked = f'<a href="{self._path(each)}">{headline}</a>' if each.slug else headline
            items.append(f'<div class="news-item"><h2>{linked}</h2><div class="body">{each.html}</div></div>')
        return page(title, f"<h1>{title}</h1>{''.join(items)}", "PCSE")

    def _payments(self, now: datetime) -> bytes:
        known = sorted((each for each in self.payments if each.at <= now), key=lambda each: each.at, reverse=True)
        blocks = "".join(
            f'<div class="update"><h3>{shown(each.title)} - <a href="/media/{each.at:%Y%m%d}.pdf">click here</a></h3>'
            f"<p>Audience: {shown(each.audience)}</p><p>Date: {london(each.at):%d %B %Y}</p>"
            f"<p>Summary: {shown(each.summary)}</p></div>"
            for each in known
        )
        title = "Latest Updates for GP Payments and Pensions"
        return page(title, f"<h1>{title}</h1>{blocks}", "PCSE")


@dataclass(frozen=True)
class Protocol:
    """One serious shortage protocol."""

    number: int
    product: str
    at: datetime
    ends: date
    tail: str = ""
    hard_space: bool = False  # some rows have a no-break space around "to"


class ShortageProtocols:
    """www.nhsbsa.nhs.uk, its one page of serious shortage protocols."""

    host = "www.nhsbsa.nhs.uk"
    path = "/pharmacies-gp-practices-and-appliance-contractors/serious-shortage-protocols-ssps"

    def __init__(self) -> None:
        """Without a protocol; `put` adds them."""
        self.protocols: list[Protocol] = []

    def put(self, protocol: Protocol) -> None:
        """Add one."""
        self.protocols.append(protocol)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """The page, or the file of one protocol."""
        path = AskedTarget.of(target).path.rstrip("/")
        known = sorted((each for each in self.protocols if each.at <= now), key=lambda each: each.at, reverse=True)
        for each in known:
            if path == _protocol_path(each):
                words = (f"SSP{each.number:03}: {each.product}", f"In force until {each.ends:%d %B %Y}.")
                return StandInAnswer(200, pdf(words), PDF)
        if path != self.path:
            return not_found("NHSBSA")
        today = london(now).date()
        active = "".join(_protocol_row(each) for each in known if each.ends >= today)
        ended = "".join(_protocol_row(each) for each in known if each.ends < today)
        heads = "<tr><th>Product</th><th>Period</th></tr>"
        main = (
            f"<h1>Serious shortage protocols (SSPs)</h1><h2>Active SSPs</h2><table>{heads}{active}</table>"
            f"<h2>Expired SSPs</h2><table>{heads}{ended}</table>"
        )
        return StandInAnswer(200, page("Serious shortage protocols", main, "NHSBSA"))

    def targets(self, now: datetime) -> Iterator[str]:
        """The page and the files."""
        yield self.path
        yield from (_protocol_path(each) for each in self.protocols if each.at <= now)


def _protocol_path(each: Protocol) -> str:
    return f"/sites/default/files/{london(each.at):%Y-%m}/SSP{each.number:03}.pdf"


def _protocol_row(each: Protocol) -> str:
    space = "\xa0" if each.hard_space else " "
    period = f"{london(each.at):%d %B %Y}{space}to{space}{each.ends:%d %B %Y}"
    name = f"SSP{each.number:03} {shown(each.product)} (PDF:211KB)"
    tail = f" {each.tail}" if each.tail else ""
    return f'<tr><td><a href="{_protocol_path(each)}">{name}</a></td><td>{period}{tail}</td></tr>'
