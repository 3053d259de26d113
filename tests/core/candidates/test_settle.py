"""Watched pages have a way back: another page in their place tells nobody, and the true one is read when it returns."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.candidates.settle import STAYS, PagePast, doubted_ids, settle_pages
from watcher.core.decoding.text_encoding import html_soup
from watcher.core.pages.page_structure import doubt_by_structure
from watcher.core.pages.versions import NOT_COMPARED, file_mark, version_of
from watcher.model import Candidate, Change, Item, ParseResult, Response, TextChange, Validators, Verdict, Version

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
TRUE_PAGE = "\n".join(
    f"Rule {number}: practices may apply for the partnership scheme when a clinician becomes a partner, with evidence."
    for number in range(6)
)
EDITED = TRUE_PAGE.replace("a clinician becomes", "a practice manager becomes", 1)
WALL = "# Your choices\n" + "\n".join(
    ["Our advertisers store cookies on this device to measure what visitors look at."] * 6
)
OUTAGE = "# Back soon\n" + "\n".join(
    ["Engineers are replacing hardware tonight, so nothing can be shown until morning."] * 6
)
PRESSED = "no link leads on from it, and a button is to be pressed first"


def item(text: str, title: str = "Partnership scheme", name: str = "page") -> Item:
    url = f"https://agency.example/{name}"
    return Item(source="s", identity=f"agency.example/{name}", url=url, title=title, text=text)


@dataclass
class PageHistory:
    """One watched page with what stands behind it, look after look; each look saves what the one before settled."""

    now: datetime = NOW
    stored: dict[str, Item] = field(default_factory=dict)
    versions: dict[str, list[Version]] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()

    def look(
        self, *items: Item, doubt: str = "", accepted: bool = False, after: timedelta = HALF_AN_HOUR
    ) -> str | Change:
        """Why the page was doubted, or its Change ("read" when there is none to tell)."""
        self.now += after
        doubts = {items[-1].identity: doubt} if doubt else {}
        waiting = frozenset(each.identity for each in self.candidates)
        parsed = ParseResult(items=items, doubts=doubts, accepted=waiting if accepted else frozenset())
        doubted = doubted_ids(parsed, self.stored)
        past = PagePast(
            stored=self.stored,
            versions={identity: self.versions.get(identity, []) for identity in doubted},
            candidates={each.identity: each for each in self.candidates},
        )
        settled = settle_pages(parsed, past, self.now)
        self.candidates = settled.candidates
        if settled.doubt:
            return settled.candidates[0].why
        for each in settled.parsed.items:
            self.stored[each.identity] = each
            sure = self.versions.setdefault(each.identity, [])
            sure[:0] = [] if each.is_doubted else [version_of(each)]
        return settled.changes.get(items[-1].identity, "read")


@pytest.mark.promise("P34")
def test_a_wall_before_the_page_tells_nobody_and_the_page_is_read_when_it_is_back() -> None:
    watch = PageHistory()
    said = [
        watch.look(item(TRUE_PAGE)),
        watch.look(item(WALL, "Your choices"), doubt=PRESSED),
        watch.look(item(WALL, "Your choices")),
        watch.look(item(TRUE_PAGE)),
        watch.look(item(EDITED)),
    ]
    assert said[:4] == ["read", PRESSED, "it has hardly a word of the page before", Change(verdict=Verdict.COSMETIC)]
    assert isinstance(said[4], Change)
    assert said[4].verdict is Verdict.CHANGED
    assert watch.candidates == ()


@pytest.mark.promise("P34")
def test_what_stays_a_day_is_the_page_and_the_old_one_is_still_known_after_that() -> None:
    watch = PageHistory()
    watch.look(item(TRUE_PAGE))
    watch.look(item(OUTAGE, "Back soon"))
    since = watch.candidates[0].since
    assert (
        watch.look(item(OUTAGE, "Back soon"), after=STAYS - timedelta(seconds=1))
        == "it has hardly a word of the page before"
    )
    assert watch.candidates[0].since == since
    assert watch.look(item(OUTAGE, "Back soon"), after=timedelta(seconds=1)) == NOT_COMPARED
    assert watch.look(item(TRUE_PAGE)) == NOT_COMPARED  # readers hear that it is back
    assert watch.look(item(OUTAGE, "Back soon")) == "it has hardly a word of the page before"  # doubted once more
    assert watch.look(item(EDITED)) == Change(verdict=Verdict.CHANGED, text=watch_change(EDITED))


def watch_change(now: str) -> tuple[TextChange, ...]:
    watch = PageHistory()
    watch.look(item(TRUE_PAGE))
    change = watch.look(item(now))
    assert isinstance(change, Change)
    return change.text


def test_a_clock_that_ran_ahead_takes_nothing_for_the_page() -> None:
    watch = PageHistory(now=NOW + timedelta(days=30))
    watch.look(item(TRUE_PAGE))
    watch.look(item(OUTAGE, "Back soon"))
    assert watch.look(item(OUTAGE, "Back soon"), after=-timedelta(days=30)) == "it has hardly a word of the page before"
    assert watch.look(item(OUTAGE, "Back soon"), after=STAYS) == NOT_COMPARED


@pytest.mark.promise("P34")
def test_an_admin_may_say_that_it_is_the_page() -> None:
    watch = PageHistory()
    watch.look(item(TRUE_PAGE))
    watch.look(item(OUTAGE, "Back soon"))
    assert watch.look(item(OUTAGE, "Back soon"), accepted=True) == NOT_COMPARED
    assert watch.look(item(OUTAGE, "Back soon")) == Change(verdict=Verdict.COSMETIC)


def test_what_differs_at_each_look_is_the_page_when_the_old_one_was_away_for_a_day() -> None:
    watch = PageHistory()
    watch.look(item(TRUE_PAGE))
    said = [watch.look(item(WALL if number % 2 else OUTAGE, f"Wall {number % 2}")) for number in range(60)]
    assert next(number for number, change in enumerate(said) if change == NOT_COMPARED) == 48


@pytest.mark.promise("P34")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Funding\nApply for the funding by Friday, with evidence of costs.", "# Privacy\n" + 30 * (WALL + "\n")),
        (
            "# Primary Care Support England\nClaims for locum cover open today. Practices submit invoices online.",
            "# Primary Care Support England\nOur website undergoes essential upgrade work tonight, sorry for trouble.",
        ),
    ],
    ids=["a long wall before a short page", "maintenance under the site's own name"],
)
def test_a_long_wall_and_one_under_the_sites_own_headline_are_doubted(before: str, after: str) -> None:
    watch = PageHistory()
    watch.look(item(before))
    assert isinstance(watch.look(item(after)), str)


def test_the_candidates_of_documents_wait_on_while_the_page_itself_is_doubted() -> None:
    watch = PageHistory()
    watch.look(PAGE, item(FILE, "The letter", "letter"))
    watch.look(PAGE, item(PLACEHOLDER, "Sorry", "letter"))
    since = watch.candidates[0].since
    watch.look(item(WALL, "Your choices"))
    assert {each.identity: each.since for each in watch.candidates}["agency.example/letter"] == since


@pytest.mark.promise("P34")
def test_a_wall_at_the_first_look_is_no_baseline() -> None:
    watch = PageHistory()
    assert watch.look(item(WALL, "Your choices"), doubt=PRESSED) == PRESSED
    assert watch.look(item(TRUE_PAGE)) == "read"
    assert watch.look(item(TRUE_PAGE)) == Change(verdict=Verdict.COSMETIC)


@pytest.mark.promise("P34")
def test_a_page_like_its_past_is_the_page_whatever_its_words_and_structure() -> None:
    watch = PageHistory()
    watch.look(item(TRUE_PAGE))
    change = watch.look(item(f"{TRUE_PAGE}\nThe service is down for maintenance on Sunday."), doubt="it is maintenance")
    assert isinstance(change, Change)
    assert [pair.now for pair in change.text] == ["The service is down for maintenance on Sunday."]


@pytest.mark.promise("P34")
def test_next_weeks_letter_under_the_same_headline_is_the_page() -> None:
    lines = [f"Order {n} vaccines from the usual supplier before the campaign opens in September." for n in range(6)]
    watch = PageHistory()
    watch.look(item("# Flu letter\n" + "\n".join(lines), "Flu letter"))
    other = [f"Surgeries should invite carers and report uptake for cohort {n} every Friday." for n in range(6)]
    letter = watch.look(item("# Flu letter\nThe campaign opens.\n" + "\n".join(other), "Flu letter"))
    assert isinstance(letter, Change)
    assert letter.verdict is Verdict.CHANGED


# --- documents behind the page -------------------------------------------------------------------------------------

PAGE, FILE = item(TRUE_PAGE), file_mark(b"%PDF-1.7 a letter")
PLACEHOLDER = "# Sorry\n" + "\n".join(["The document is not available at the moment."] * 6)


@pytest.mark.promise("P34")
def test_a_file_and_a_page_are_never_compared() -> None:
    watch = PageHistory()
    watch.look(PAGE, item(PLACEHOLDER, "Sorry", "letter"))
    assert watch.look(PAGE, item(FILE, "The letter", "letter")) == NOT_COMPARED  # a file is never doubted
    assert watch.look(PAGE, item(PLACEHOLDER, "Sorry", "letter")) == NOT_COMPARED  # as it was before, and told


@pytest.mark.promise("P34")
def test_a_page_where_a_file_was_waits_and_the_file_comes_back_in_silence() -> None:
    watch = PageHistory()
    watch.look(PAGE, item(FILE, "The letter", "letter"))
    watch.look(PAGE, item(PLACEHOLDER, "Sorry", "letter"))
    assert [(each.identity, each.why) for each in watch.candidates] == [
        ("agency.example/letter", "it is a page, and a file was there")
    ]
    assert watch.stored["agency.example/letter"].text == FILE
    assert watch.look(PAGE, item(FILE, "The letter", "letter")) == Change(verdict=Verdict.COSMETIC)
    assert watch.candidates == ()


def test_of_a_document_that_is_doubted_no_version_is_remembered_so_that_it_is_asked_for_whole() -> None:
    letter = item(PLACEHOLDER, "Sorry", "letter")
    url, first = letter.url, Validators(etag="1")
    known = Response(url=url, requested_url=url, body=b"x", fetched_at=NOW, validators=first)
    parsed = ParseResult(items=(PAGE, letter), doubts={letter.identity: "a page"}, responses=(known,))
    settled = settle_pages(parsed, PagePast(stored={PAGE.identity: PAGE}), NOW)
    assert settled.parsed.items == (PAGE,)
    assert settled.parsed.responses == (replace(known, validators=Validators()),)
    (problem,) = settled.parsed.problems
    assert problem == (
        f"{url}: another page may stand in its place since Tue 24 Nov 2026 09:00: a page. It tells nobody; "
        "if it stays, it is taken as the page Wed 25 Nov 2026 09:00, or now with `watcher accept s`"
    )


# --- structure -----------------------------------------------------------------------------------------------------


@pytest.mark.promise("P34")
@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        ("<main><h1>Vos choix</h1><p>Nous et nos partenaires.</p><button>Tout accepter</button></main>", PRESSED),
        ("<form action=/ok><p>Before you go on</p><input type=submit value=OK></form>", PRESSED),
        ("<p>Staff</p><form><input name=u><input type=password name=p></form>", "it asks for a password"),
        ('<meta http-equiv="Refresh" content="0; URL=/x"><p>One</p>', "it sends its readers on to another page"),
        ('<meta http-equiv="refresh" content="1800"><p>News of the day</p>', ""),
        ("<a href=1>1</a><a href=2>2</a><a href=3>3</a><form><input type=password></form><p>News</p>", ""),
        ("<main><p>A page of plain words</p></main>", ""),
        (
            "<nav><a href=/>1</a><a href=/2>2</a><a href=/3>3</a></nav><p>News</p><form><button>Search</button></form>",
            "",
        ),
        ("<h2><button>Who is offered it</button></h2><p>Carers</p>", ""),
        (f"<p>{'A long page. ' * 2000}</p><button>Accept</button>", ""),
    ],
)
def test_a_page_that_asks_for_something_first_is_known_by_its_structure(body: str, doubt: str) -> None:
    soup = html_soup(body.encode())
    assert doubt_by_structure(soup, soup.get_text(" ")) == doubt


# --- any history ----------------------------------------------------------------------------------------------------

OTHERS = [
    (WALL, "Your choices", PRESSED),
    (WALL, "Your choices", ""),
    (OUTAGE, "Back soon", ""),
    (PLACEHOLDER, "Sorry", "it is an error"),
    (
        "# Sign in\n" + "Members sign in with their account number and memorable word. " * 4,
        "Sign in",
        "it asks for a password",
    ),
    (FILE, "A file", ""),
]
LOOK = st.tuples(st.sampled_from(OTHERS), st.integers(1, 3 * 24 * 60), st.booleans())


@given(st.lists(LOOK, max_size=12))
@pytest.mark.promise("P34")
def test_any_history_that_returns_to_the_true_page_reads_it(
    history: list[tuple[tuple[str, str, str], int, bool]],
) -> None:
    watch = PageHistory()
    watch.look(item(TRUE_PAGE))
    for (text, title, doubt), minutes, accepted in history:
        watch.look(item(text, title), doubt=doubt, accepted=accepted, after=timedelta(minutes=minutes))
    back = watch.look(item(TRUE_PAGE))
    assert watch.stored[item(TRUE_PAGE).identity].text == TRUE_PAGE
    assert watch.candidates == ()
    assert back in ("read", Change(verdict=Verdict.COSMETIC), NOT_COMPARED)
