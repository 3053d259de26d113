"""Twelve small services for judging whether a source is what its entry in the catalogue claims it to be.

Seven are what their entries say, five are not; each tells why. All words are invented.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from tests.stand_ins.answer import RSS, StandInAnswer, not_found, page, rfc822
from tests.stand_ins.edited_pages import EditedPages, PageVersion
from tests.stand_ins.govuk_pages import Edition
from tests.stand_ins.govuk_site import UKHSA, GovukSite
from tests.stand_ins.nhs_england import main_site
from tests.stand_ins.wordpress_posts import Row, SavedPost
from tests.stand_ins.wordpress_site import WordPressSite

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
Verdict = Literal["proven", "not proven"]
Claim = Mapping[str, object]


@dataclass(frozen=True)
class ProofCase:
    """A service, what its entry claims of it, and whether that holds."""

    name: str
    host: str
    target: str
    claim: Claim
    expected: Verdict
    because: str
    answers: Mapping[str, StandInAnswer] = field(default_factory=dict)  # by target, the other addresses of the host too
    later: Mapping[str, StandInAnswer] = field(default_factory=dict)  # the same host a day on, where that says more
    ask: Callable[[str], StandInAnswer] | None = None  # what the host says to any other target

    @property
    def answer_body(self) -> bytes:
        """What the claimed address itself says."""
        return self.answers[self.target].body

    def answer(self, target: str, now: datetime = NOW) -> StandInAnswer:
        """What the host says to a GET; from a day after NOW on, what it says later."""
        said = self.later if now >= NOW + timedelta(days=1) else {}
        known = said.get(target) or self.answers.get(target)
        return known or (self.ask(target) if self.ask else not_found(self.host))


def _before(days: int) -> datetime:
    return NOW - timedelta(days=days, hours=days % 5)


def _nhs_england() -> WordPressSite:
    site = main_site()
    for number, subject in enumerate(
        ("ambulance waits", "stroke units", "hospital food", "winter beds", "eye clinics")
    ):
        words = f"<p>Figures for {subject} were put out by the board this morning.</p>"
        site.put(f"figures-{number}", SavedPost(_before(number + 1), f"New figures on {subject}", words))
    for number, subject in enumerate(("minor surgery", "practice premises", "learning disability checks")):
        at = _before(number + 2)
        said = SavedPost(at, f"Guidance on {subject}", f"<p>Practices find here what {subject} ask of them.</p>")
        site.put(f"guidance-{number}", said, type="long-read")
        row = Row(f"Letter on {subject}", at, f"PRN0{number}-letter.pdf", b"%PDF-1.4 a letter")
        site.put(f"letters-{number}", SavedPost(at, f"Letters on {subject}"), type="document", rows=(row,))
    return site


def _govuk() -> GovukSite:
    site = GovukSite()
    for number, subject in enumerate(("measles", "whooping cough", "tick bites", "heat and health", "mpox")):
        edition = Edition(_before(number + 1), f"Advice on {subject}", f"The agency has new advice on {subject}.")
        site.put(f"/government/news/advice-{number}", "news_story", edition, by=(UKHSA,))
    return site


def _claimed(kind: str, publisher: str, url: str, **more: object) -> Claim:
    return {"kind": kind, "publisher": publisher, "url": url, **more}


def _of(
    name: str, claim: Claim, verdict: Verdict, because: str, site: Callable[[str], StandInAnswer], *others: str
) -> ProofCase:
    """A case whose answers come from a stand-in; of several targets the first is the one that is judged."""
    parts = urlsplit(str(claim["url"]))
    own = parts.path + (f"?{parts.query}" if parts.query else "")
    targets = [*others, own] if claim["kind"] == "wordpress" else [own, *others]
    answers = {each: site(each) for each in targets}
    return ProofCase(name, parts.netloc, targets[0], claim, verdict, because, answers, ask=site)


def _right() -> list[ProofCase]:
    nhse, govuk = _nhs_england(), _govuk()
    selectors = {"item": "main article", "title": "h2 a", "link": "h2 a", "date": "time", "min_items": 2}
    return [
        _of(
            "a feed of news",
            _claimed("feed", "NHS England", "https://www.england.nhs.uk/feed/"),
            "proven",
            "five dated items, all of the claimed host",
            lambda target: nhse.answer(target, NOW),
        ),
        _of(
            "a type of a WordPress site",
            _claimed("wordpress", "NHS England", "https://www.england.nhs.uk/", type=["long-read"]),
            "proven",
            "the site names the type, and its posts are not those of the general feed",
            lambda target: nhse.answer(target, NOW),
            "/wp-json/wp/v2/long-read?orderby=modified&order=desc&per_page=20",
            *("/wp-json/wp/v2/types", "/feed/?post_type=long-read", "/feed/"),
        ),
        _of(
            "an organisation feed of GOV.UK",
            _claimed("govuk", "UK Health Security Agency", f"https://www.gov.uk/government/organisations/{UKHSA}.atom"),
            "proven",
            "the feed names the organisation, and its entries lead to GOV.UK",
            lambda target: govuk.answer(target, NOW),
        ),
        _of(
            "a listing page",
            _claimed("listing", "NHS England", "https://www.england.nhs.uk/publication/", **selectors),
            "proven",
            "each selector finds what it is for, three times",
            lambda target: nhse.answer(target, NOW),
        ),
        _edited(),
    ]


def _edited() -> ProofCase:
    site = EditedPages("www.bma.org.uk", "British Medical Association")
    path = "/pay-and-contracts/contracts/gp-contract/gp-investment-in-england"
    first = "<h2>Global sum</h2><p>The price for each patient holds until the end of the month.</p>"
    title = "Investment in general practice in England"
    site.put(path, PageVersion(_before(20), title, first))
    site.put(path, PageVersion(NOW + timedelta(hours=3), title, first + "<p>The price rises from 1 April.</p>"))
    return ProofCase(
        "a page edited in place",
        "www.bma.org.uk",
        path,
        _claimed("page", "British Medical Association", f"https://www.bma.org.uk{path}", select="main"),
        "proven",
        "the region is there, speaks of the matter, and a day later one sentence more stands in it",
        {path: site.answer(path, NOW)},
        {path: site.answer(path, NOW + timedelta(days=1))},
    )


def _disguised() -> ProofCase:
    site = _nhs_england()
    return _of(
        "the general feed in disguise",
        _claimed("feed", "NHS England", "https://www.england.nhs.uk/feed/?post_type=psa"),
        "not proven",
        "the site does not know the type, so it serves the items of /feed/ without a word",
        lambda target: site.answer(target, NOW),
        "/feed/",
        "/wp-json/wp/v2/types",
    )


def _login() -> ProofCase:
    form = (
        "<h1>Sign in</h1><p>Use your work address to sign in. By signing in you accept the terms of this workspace.</p>"
        '<form method="post" action="/login"><label>Email <input type="email" name="email"></label>'
        '<label>Password <input type="password" name="password"></label><button>Sign in</button></form>'
    )
    return _of(
        "a login page with 200",
        _claimed("page", "NHS England", "https://workspace.nhs.example/gp-contract/updates", select="main"),
        "not proven",
        "the page asks for a password and tells nothing of the matter",
        lambda _: StandInAnswer(200, page("Sign in", form, "Workspace")),
    )


def _rss(host: str, *items: tuple[str, str]) -> StandInAnswer:
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{rfc822(_before(day))}</pubDate></item>"
        for day, (title, link) in enumerate(items, 1)
    )
    head = f"<title>Updates</title><link>https://{host}/</link><description>Updates</description>"
    return StandInAnswer(
        200, f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{entries}</channel></rss>'.encode(), RSS
    )


def _empty() -> ProofCase:
    host = "www.nice.org.uk"
    return _of(
        "an empty list",
        _claimed("feed", "NICE", f"https://{host}/feeds/news"),
        "not proven",
        "a feed without a fault and without an item shows nothing of what it would bring",
        lambda _: _rss(host),
    )


def _of_others() -> ProofCase:
    host = "updates.practices.example"
    items = (
        ("Surgeries brace for a busy week", "https://www.paper-one.example/health/busy-week"),
        ("What the new rules mean for you", "https://trade.example/news/new-rules"),
        ("Minister speaks at conference", "https://www.paper-two.example/politics/speech"),
        ("Opinion: let managers manage", "https://trade.example/views/managers"),
    )
    return _of(
        "another publisher's items",
        _claimed("feed", "NHS England", f"https://{host}/feed.xml"),
        "not proven",
        "every link leads to another host, and none to the claimed publisher",
        lambda _: _rss(host, *items),
    )


def _redesigned() -> ProofCase:
    cards = "".join(
        f'<div class="card"><h3 class="card__heading"><a href="/publication/letter-{number}/">Letter {number}</a></h3>'
        f'<p class="card__date">{number} March 2026</p></div>'
        for number in range(1, 6)
    )
    selectors = {"item": "main article", "title": "h2 a", "link": "h2 a", "date": "time", "min_items": 1}
    return _of(
        "a redesigned listing page",
        _claimed("listing", "NHS England", "https://www.england.nhs.uk/publication/", **selectors),
        "not proven",
        "the letters are still there, but no selector finds one",
        lambda _: StandInAnswer(200, page("Publications", f"<h1>Publications</h1>{cards}", "NHS England")),
    )


def _overlapping() -> list[ProofCase]:
    site = _govuk()
    addresses = {
        "by organisation": f"https://www.gov.uk/government/organisations/{UKHSA}.atom",
        "by finder": f"https://www.gov.uk/search/news-and-communications.atom?organisations[]={UKHSA}",
    }
    targets = [address.removeprefix("https://www.gov.uk") for address in addresses.values()]
    return [
        _of(
            f"two feeds that overlap on purpose, {name}",
            _claimed("govuk", "UK Health Security Agency", address),
            "proven",
            "one publisher gives the same items at two addresses, each with identities of its own",
            lambda target: site.answer(target, NOW),
            *targets,
        )
        for name, address in addresses.items()
    ]


def proof_cases() -> list[ProofCase]:
    """The twelve."""
    wrong = [_disguised(), _login(), _empty(), _of_others(), _redesigned()]
    return [*_right(), *wrong, *_overlapping()]
