"""www.legislation.gov.uk: the Atom feed of statutory instruments by words of their titles, and their texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from tests.stand_ins.answer import ATOM, PDF, AskedTarget, StandInAnswer, not_found, page, shown, utc
from tests.stand_ins.letters import pdf

_HOME = "http://www.legislation.gov.uk"  # the service still writes its own addresses this way
_NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata" '
    'xmlns:leg="http://www.legislation.gov.uk/namespaces/legislation" '
    'xmlns:openSearch="http://a9.com/-/spec/opensearch/1.1/"'
)


@dataclass(frozen=True)
class Instrument:
    """One statutory instrument."""

    year: int
    number: int
    title: str
    made: date
    laid: date
    at: datetime  # when the service showed it
    summary: str
    provisions: tuple[str, ...]

    @property
    def path(self) -> str:
        """Its own part of every address."""
        return f"/uksi/{self.year}/{self.number}"


class LegislationSite:
    """www.legislation.gov.uk."""

    host = "www.legislation.gov.uk"

    def __init__(self) -> None:
        """Without an instrument; `put` adds them."""
        self.instruments: list[Instrument] = []

    def put(self, instrument: Instrument) -> None:
        """Add one."""
        self.instruments.append(instrument)

    def there(self, now: datetime) -> list[Instrument]:
        """What is shown, newest first."""
        return sorted((each for each in self.instruments if each.at <= now), key=lambda each: each.at, reverse=True)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """What the site says to a GET of this path and query at this moment."""
        asked = AskedTarget.of(target)
        if asked.path in {"/uksi/data.feed", "/new/uksi/data.feed"}:
            return self._feed(asked, now)
        for each in self.there(now):
            if asked.path in {each.path, f"{each.path}/made", f"{each.path}/contents/made"}:
                return StandInAnswer(200, page(each.title, _text(each), "Legislation.gov.uk"))
            if asked.path == _pdf_path(each):
                return StandInAnswer(200, pdf((each.title, _dates(each), *each.provisions)), PDF)
            if asked.path == f"{each.path}/made/data.xml":
                return StandInAnswer(200, _xml(each), "application/xml; charset=utf-8")
        return not_found("Legislation.gov.uk")

    def targets(self, now: datetime) -> Iterator[str]:
        """The feeds and every text."""
        yield from ("/uksi/data.feed", "/new/uksi/data.feed")
        for each in self.there(now):
            yield from (f"{each.path}/made", _pdf_path(each), f"{each.path}/made/data.xml")

    def _feed(self, asked: AskedTarget, now: datetime) -> StandInAnswer:
        words = asked.one("title").lower().split()
        found = [each for each in self.there(now) if all(word in each.title.lower() for word in words)]
        size = int(asked.one("results-count", "20")) if asked.one("results-count", "20").isdigit() else 20
        number = int(asked.one("page", "1")) if asked.one("page", "1").isdigit() else 1
        part = found[(number - 1) * size : number * size]
        newest = f"<updated>{utc(part[0].at):%Y-%m-%dT%H:%M:%SZ}</updated>" if part else ""
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><feed {_NAMESPACES}><id>{escape(_HOME + asked.target)}</id>'
            f"<title>Search Results</title>{newest}<openSearch:itemsPerPage>{size}</openSearch:itemsPerPage>"
            f"<openSearch:startIndex>{(number - 1) * size + 1}</openSearch:startIndex><leg:page>{number}</leg:page>"
            f"{''.join(_entry(each) for each in part)}</feed>"
        )
        return StandInAnswer(200, body.encode(), ATOM)


def _pdf_path(each: Instrument) -> str:
    return f"{each.path}/pdfs/uksi_{each.year}{each.number:04}_en.pdf"


def _dates(each: Instrument) -> str:
    return f"Made {each.made:%d %B %Y}. Laid before Parliament {each.laid:%d %B %Y}."


def _entry(each: Instrument) -> str:
    own = _HOME + each.path
    return (
        f"<entry><id>{_HOME}/id{each.path}</id><title>{escape(each.title)}</title>"
        f'<link rel="self" href="{_HOME}/id{each.path}"/><link href="{own}/made"/>'
        f'<link rel="alternate" type="application/xml" href="{own}/made/data.xml" title="XML"/>'
        f'<link rel="alternate" type="application/pdf" href="{_HOME}{_pdf_path(each)}"/>'
        f"<author><name>King's Printer of Acts of Parliament</name></author>"
        f"<updated>{utc(each.at):%Y-%m-%dT%H:%M:%SZ}</updated><published>{each.laid}T00:00:00Z</published>"
        f'<ukm:Year Value="{each.year}"/><ukm:Number Value="{each.number}"/>'
        f"<ukm:CreationDate Date='{each.made}'/><summary>{escape(each.summary)}</summary></entry>"
    )


def _text(each: Instrument) -> str:
    provisions = "".join(
        f'<p class="LegP1Text"><span class="LegP1No">{number}.</span> {shown(words)}</p>'
        for number, words in enumerate(each.provisions, 1)
    )
    head = f'<h1 class="pageTitle">{shown(each.title)}</h1><p>{_dates(each)}</p>'
    return f'{head}<div id="viewLegSnippet">{provisions}</div>'


def _xml(each: Instrument) -> bytes:
    provisions = "".join(f"<P1><Text>{escape(words)}</Text></P1>" for words in each.provisions)
    words = f"<Legislation><Title>{escape(each.title)}</Title>{provisions}</Legislation>"
    return f'<?xml version="1.0" encoding="utf-8"?>{words}'.encode()
