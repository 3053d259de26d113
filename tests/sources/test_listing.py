"""Pages that list announcements. Every page here is SYNTHETIC: written by us after the wording of real ones, of whose
markup nobody has a copy."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from watcher.core.watching.remembered_list import MAX_BUILDS
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, ParseResult, Precision, Published, Response, SourceState, Trust, key
from watcher.sources.base import next_step
from watcher.sources.listing import Listing

STEADY = settings(deadline=None, derandomize=True, max_examples=60)
NOW = datetime(2022, 8, 10, 9, 0, tzinfo=UTC)
URL = "https://pcse.example/news/"


def listing(**options: Any) -> Listing:
    known: dict[str, Any] = {
        "id": "pcse",
        "name": "PCSE news",
        "publisher": "PCSE",
        "trust": Trust.OFFICIAL,
        "kind": "listing",
        "url": URL,
        "every": timedelta(minutes=15),
        "item": "article.news-item",
        "title": "h3",
        "link": "h3 a",
        "date": ".date",
        "summary": "p",
    }
    return Listing(**(known | options))


def response(body: str | bytes) -> Response:
    return Response(url=URL, body=body if isinstance(body, bytes) else body.encode(), fetched_at=NOW)


def parsed(body: str | bytes, **options: Any) -> ParseResult:
    return listing(**options).parse(response(body))


def refused(body: str | bytes, **options: Any) -> str:
    with pytest.raises(NotParsed) as error:
        parsed(body, **options)
    return error.value.why


NEWS = """<!-- SYNTHETIC -->
<html><body>
<div class="banner"><article class="news-item"><h3><a href="/cookies">We use cookies</a></h3></article></div>
<article class="news-item"><h3><a href="/news/2022/august/flu/?utm_source=site">Flu claims: <em>new</em> form</a></h3>
<span class="date">9 August 2022</span><p>Claim by <b>31 August</b>. [&hellip;]</p></article>
<article class="news-item"><h3>Portal closed on Monday</h3><span class="date">July 2022</span>
<p>No link here.</p></article>
<article class="news-item"><h3><a href="javascript:open(3)">Pension window</a></h3>
<span class="date">Various</span></article>
</body></html>"""


def test_a_list_of_news_becomes_items() -> None:
    portal = Published(day=date(2022, 7, 1), precision=Precision.MONTH, literal="July 2022")
    assert parsed(NEWS, drop=(".banner",), date_formats=("%d %B %Y", "%B %Y")) == ParseResult(
        items=(
            Item(
                source="pcse",
                identity="pcse.example/news/2022/august/flu",
                url="https://pcse.example/news/2022/august/flu/",
                title="Flu claims: new form",
                summary="Claim by 31 August .",
                published=Published(day=date(2022, 8, 9), precision=Precision.DAY, literal="9 August 2022"),
            ),
            Item(
                source="pcse",
                identity=key("portal closed on monday", "July 2022"),
                url=URL,
                title="Portal closed on Monday",
                summary="No link here.",
                published=portal,
            ),
            Item(
                source="pcse",
                identity=key("pension window", "Various"),
                url=URL,
                title="Pension window",
                published=Published(literal="Various"),
            ),
        ),
        problems=(
            "dates that cannot be read: 1, such as Various",
            "links that cannot be followed: 1, such as javascript:open(3)",
        ),
    )


def test_a_banner_that_is_not_dropped_is_an_item_like_any() -> None:
    assert parsed(NEWS).items[0].title == "We use cookies"


def test_the_same_page_has_the_same_identities() -> None:
    assert parsed(NEWS) == parsed(NEWS)


def test_a_machine_readable_time_is_preferred_to_its_words() -> None:
    body = """<!-- SYNTHETIC --><li class="n"><a href="/1">Flu letter</a>
    <time datetime="2022-08-09T09:00:00+01:00">yesterday
    </time></li>"""
    (item,) = parsed(body, item="li.n", title="", link="a", date="time", summary="").items
    assert (item.title, item.published.at) == ("Flu letter", datetime(2022, 8, 9, 8, 0, tzinfo=UTC))


# --- what is no list: an error, never "no news" -------------------------------------------------------------------

LOGIN = "<html><body><form action='/login'><input name='user'></form></body></html>"


def test_a_login_page_and_a_redesign_are_errors() -> None:  # faults 33 and 56
    why = "'article.news-item' finds 0 items, expected 1 to 300: the page was redesigned, or it is a login page"
    assert (refused(LOGIN), refused(b""), refused(NEWS.replace("news-item", "card"))) == (why, why, why)


def test_a_selector_that_suddenly_finds_500_is_an_error() -> None:  # fault 56
    body = "<article class='news-item'><h3>x</h3></article>" * 500
    assert refused(body).startswith("'article.news-item' finds 500 items, expected 1 to 300")


def test_fewer_items_than_promised_is_an_error() -> None:
    assert refused(NEWS, min_items=10).startswith("'article.news-item' finds 4 items, expected 10 to 300")


def test_a_title_selector_that_misses_is_an_error() -> None:
    assert refused(NEWS, title="h2") == "only 0 of 4 items have a headline: the title selector misses"


def test_one_item_without_a_headline_is_a_problem_and_the_others_are_kept() -> None:
    reading = parsed(NEWS.replace("Portal closed on Monday", " "))
    assert (len(reading.items), reading.problems[0]) == (3, "items without a headline: 1, such as item 3")


# --- PCSE news: the month is glued to the headline ----------------------------------------------------------------

GLUED = """<!-- SYNTHETIC --><main><article><h2><a href="/news/2021/october/pensions/">October 2021 2019/20
Pensions Charge Scheme: applications</a></h2><p>Applications received by 1 October are processed.</p></article>
<article><h2>October 2021 Registering refugees</h2><p>Guidance.</p></article>
<article><h2>A headline without a month</h2></article></main>"""
SPLIT = r"^(?:(?P<date>[A-Z][a-z]+ \d{4}) )?(?P<title>.+)$"


@pytest.mark.parametrize("regex", [SPLIT, r"^(?P<date>[A-Z][a-z]+ \d{4}) (?P<title>.+)$"])
def test_a_month_glued_to_the_headline_is_split_off(regex: str) -> None:
    items = parsed(GLUED, item="main article", title="h2", link="h2 a", date="", title_regex=regex).items
    october = Published(day=date(2021, 10, 1), precision=Precision.MONTH, literal="October 2021")
    assert [(each.title, each.published) for each in items] == [
        ("2019/20 Pensions Charge Scheme: applications", october),
        ("Registering refugees", october),
        ("A headline without a month", Published()),
    ]
    assert items[1].identity == key("registering refugees", "October 2021")


def test_a_month_split_off_wins_over_a_day_in_the_row() -> None:
    options = {"item": "main article", "title": "h2", "date": "", "title_regex": SPLIT, "year_inference": True}
    dates = [each.published.day for each in parsed(GLUED, **options).items]
    assert dates == [date(2021, 10, 1), date(2021, 10, 1), None]


# --- PCSE payments: dates without a year, links that say nothing --------------------------------------------------

PAYMENTS = """<!-- SYNTHETIC --><main><h2>Monthly Service Update</h2><ul>
<li>GP Practice Monthly Updates 3 August - <a href="/u/1.pdf">click here</a></li>
<li>GP Practice Monthly Updates 23 June - <a href="/u/2.pdf">click here</a></li>
<li>GPPP Monthly Service Update 17 December - <a href="/u/3.pdf">click here</a></li>
<li>GPPP Monthly Service Update 08 November - <a href="/u/4.pdf">Please click here.</a></li></ul></main>"""


def test_a_link_that_says_click_here_is_named_by_its_row_and_its_year_is_inferred() -> None:
    items = parsed(PAYMENTS, item="main li", title="", link="a", date="", summary="", year_inference=True).items
    assert [(each.title, each.published.day, each.url) for each in items] == [
        ("GP Practice Monthly Updates 3 August", date(2022, 8, 3), "https://pcse.example/u/1.pdf"),
        ("GP Practice Monthly Updates 23 June", date(2022, 6, 23), "https://pcse.example/u/2.pdf"),
        ("GPPP Monthly Service Update 17 December", date(2021, 12, 17), "https://pcse.example/u/3.pdf"),
        ("GPPP Monthly Service Update 08 November", date(2021, 11, 8), "https://pcse.example/u/4.pdf"),
    ]


BLOCKS = """<!-- SYNTHETIC --><main>
<h4>Access to a deceased patient's record</h4>
<div class="b"><p class="d">Date: 02 August 2022</p><p class="s">No longer printed.</p><a href="/1">Read more</a></div>
<h4>Statement data</h4>
<div class="b"><p class="d">Dates: Various</p><p class="s">Now in PCSE Online.</p><a href="/2">here</a></div></main>"""


def test_a_block_below_its_heading_is_named_by_it() -> None:
    options = {"item": ".b", "title": "", "link": "a", "date": ".d", "summary": ".s", "title_from": "heading"}
    items = parsed(BLOCKS, **options).items
    assert [(each.title, each.summary, each.published.day) for each in items] == [
        ("Access to a deceased patient's record", "No longer printed.", date(2022, 8, 2)),
        ("Statement data", "Now in PCSE Online.", None),
    ]


def test_an_item_that_is_itself_the_link_is_read() -> None:
    body = '<!-- SYNTHETIC --><a class="card" href="/ng1">Flu guidance</a><a class="card" href="/ng2">x</a>'
    items = parsed(body, item="a.card", title="", link="a", date="", summary="").items
    assert [each.identity for each in items] == ["pcse.example/ng1", "pcse.example/ng2"]


# --- without `item` -----------------------------------------------------------------------------------------------

BARE: dict[str, Any] = {"item": "", "title": "", "link": "a", "date": "", "summary": ""}
STORIES = [("Flu claims", 9), ("Portal closed", 8), ("Pension window", 5), ("New form", 3), ("Payment run", 2)]


def old_design(stories: list[tuple[str, int]] = STORIES) -> str:
    lines = "".join(
        f"<li><a href='/news/{day}/'>{title} of August</a> <span>{day} August 2022</span></li>"
        for title, day in stories
    )
    return f"<!-- SYNTHETIC --><main><h1>News</h1><ul>{lines}</ul></main>"


def new_design(stories: list[tuple[str, int]] = STORIES, path: str = "/news", dated: bool = True) -> str:  # noqa: FBT001, FBT002
    cards = "".join(
        f"<div class='card'><h3><a href='{path}/{day}/'>{title} of August</a></h3>"
        + (f"<p>{day} August 2022</p></div>" if dated else "<p>More of it here.</p></div>")
        for title, day in stories
    )
    return f"<!-- SYNTHETIC --><main><h1>News</h1><section>{cards}</section></main>"


def look(body: str, before: ParseResult | None = None, **options: Any) -> ParseResult:
    """What the source makes of its page at a look after `before`."""
    state = SourceState(
        source="pcse",
        next_poll=NOW,
        last_success=NOW if before else None,
        memory=before.memory if before else {},
        last_identities=frozenset(item.identity for item in before.items) if before else frozenset(),
    )
    step = next_step(listing(**(BARE | options)), state, (response(body),))
    assert isinstance(step, ParseResult)
    return step


def test_a_list_without_selectors_is_found_and_remembered() -> None:
    first = look(old_design())
    assert [(item.title, item.url, item.published.day) for item in first.items] == [
        (f"{title} of August", f"https://pcse.example/news/{day}/", date(2022, 8, day)) for title, day in STORIES
    ]
    assert first.memory["rows"]["pattern"]["path"] == "body>main>ul>li"
    assert json.loads(json.dumps(first.memory)) == first.memory
    again = look(old_design([("Late news", 10), *STORIES]), first)
    assert (len(again.items), again.begins_anew, "note" in again.memory) == (6, False, False)


def test_a_redesign_is_learnt_and_told_once() -> None:
    redesigned = look(new_design([("Late news", 10), *STORIES]), look(old_design()))
    assert [item.title for item in redesigned.items][:2] == ["Late news of August", "Flu claims of August"]
    assert not redesigned.begins_anew  # what is new in it is news
    assert redesigned.memory["note"] == (
        'the page was redesigned: its rows are now read by `item: "main div.card"`, 6 of them, 5 as before, such as '
        "'Late news of August'. Compare it with `watcher try pcse`, and write `item` into its entry if they are the "
        "wrong ones."
    )
    assert "note" not in look(new_design(), redesigned).memory


def test_a_redesign_under_other_addresses_is_recognised_by_its_headlines() -> None:
    redesigned = look(new_design(path="/en/updates"), look(old_design()))
    assert (redesigned.begins_anew, "5 as before" in redesigned.memory["note"]) == (False, True)


def test_an_address_that_is_none_costs_its_item_the_link_and_the_list_nothing() -> None:
    body = new_design().replace("/news/5/", "//[x").replace("/news/3/", "https://[/")
    assert [item.url for item in parsed(body, **BARE).items] == [
        *("https://pcse.example/news/9/", "https://pcse.example/news/8/"),
        *(URL, URL),
        "https://pcse.example/news/2/",
    ]


def flip(*bodies: str, before: ParseResult | None = None) -> tuple[ParseResult | None, list[str]]:
    """The last of these looks one after the other, and the notes of all of them."""
    notes: list[str] = []
    for body in bodies:
        before = look(body, before)
        notes += [str(before.memory["note"])] if "note" in before.memory else []
    return before, notes


def test_a_site_that_shows_now_one_build_and_now_another_is_told_of_each_once() -> None:
    table = "".join(
        f"<tr><td>{day} August 2022</td><td><a href='/news/{day}/'>{title} of August</a></td></tr>"
        for title, day in STORIES
    )
    table = f"<!-- SYNTHETIC --><main><h1>News</h1><table>{table}</table></main>"
    last, notes = flip(old_design(), *[new_design(), old_design()] * 5)
    (note,) = notes
    assert 'its rows are now read by `item: "main div.card"`' in note
    assert (last.is_rebuilt, last.begins_anew, len(last.items)) == (True, False, 5)  # type: ignore[union-attr]
    _, notes = flip(*[table, old_design()] * 4, before=last)
    assert len(notes) == 1, "a third build is told, and once"
    builds = last.memory["rows"]["builds"]  # type: ignore[union-attr]
    assert len(builds) == 2


def test_the_builds_that_are_remembered_are_few() -> None:
    wrapped = [old_design().replace("<ul>", "<div>" * depth + "<ul>") for depth in range(2 * MAX_BUILDS)]
    last, notes = flip(*wrapped)
    assert len(notes) == 2 * MAX_BUILDS - 1
    assert len(last.memory["rows"]["builds"]) == MAX_BUILDS  # type: ignore[union-attr]


def test_what_was_remembered_before_builds_were_is_not_told_anew() -> None:
    first = look(old_design())
    earlier = {"rows": {name: first.memory["rows"][name] for name in ("pattern", "titles")}}
    _, notes = flip(old_design(), new_design(), old_design(), before=replace(first, memory=earlier))
    assert len(notes) == 1


def test_undated_builds_that_count_as_old_are_told_once_each() -> None:
    both = [
        new_design(
            [(f"{kind} announcement {number} for practices", number) for number in range(1, 9)], path, dated=False
        )
        for kind, path in (("First", "/a"), ("Second", "/b"))
    ]
    both[1] = both[1].replace("<section>", "<div><section>")
    _, notes = flip(old_design(), *both * 4)
    assert len(notes) == 2
    assert all(note.endswith("they count as old.") for note in notes)


# --- its older pages ----------------------------------------------------------------------------------------------


def look_back(*older: str | NotFetched, **options: Any) -> ParseResult:
    """A look after a gap: the newest page, and the answers of its `older` ones."""
    before = look(old_design([("Payment run", 2), ("Old form", 1)]))
    state = SourceState(
        source="pcse",
        next_poll=NOW,
        last_success=NOW,
        memory=before.memory,
        last_identities=frozenset(item.identity for item in before.items),
    )
    own = listing(**(BARE | {"older": "https://pcse.example/news/?page={page}"} | options))
    answers = [
        response(old_design(STORIES[:3])),
        *(response(page) if isinstance(page, str) else page for page in older),
    ]
    step = next_step(own, state, answers)
    assert isinstance(step, ParseResult), step
    return step


def test_older_pages_are_read_as_the_newest_and_what_else_stands_there_is_not() -> None:
    press = "".join(f"<p><a href='/press/{day}/'>Press release {day}</a> {day} July 2022</p>" for day in range(1, 9))
    older = old_design(STORIES[3:]).replace("</ul>", f"</ul><div><h2>Press releases</h2>{press}</div>")
    result = look_back(older)
    assert [item.identity for item in result.items] == [f"pcse.example/news/{day}" for _, day in STORIES]
    assert result.problems == ()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (NotFetched("HTTP 500", status=500), "HTTP 500"),
        ("<main><h1>News</h1><p>We are moving.</p></main>", "its list cannot be found: "),
        (new_design(path="/press"), "its list is built otherwise than that of the newest page"),
    ],
)
def test_an_older_page_that_fails_is_a_problem_and_costs_nothing(answer: str | NotFetched, problem: str) -> None:
    result = look_back(answer)
    assert [item.identity for item in result.items] == [f"pcse.example/news/{day}" for _, day in STORIES[:3]]
    assert [line.startswith(f"page 2 of older items: {problem}") for line in result.problems] == [True]
    assert "note" not in result.memory


def test_undated_rows_of_a_redesign_that_share_nothing_do_not_flood() -> None:
    stories = [(f"Announcement {number} for practices", number) for number in range(1, 9)]
    redesigned = look(new_design(stories, path="/other", dated=False), look(old_design()))
    assert redesigned.begins_anew
    assert redesigned.memory["note"].endswith("without dates and unlike those of before, they count as old.")


def test_a_redesign_in_which_no_list_is_found_is_an_error() -> None:
    with pytest.raises(NotParsed, match="its list cannot be found"):
        look("<main><h1>News</h1><p>We are moving.</p></main>", look(old_design()))


def test_the_remembered_list_is_preferred_while_it_stands() -> None:
    press = "".join(f"<p><a href='/press/{day}/'>Press release {day}</a> {day} August 2022</p>" for day in range(1, 9))
    both = old_design() + f"<div><h2>Press releases</h2>{press}</div>"
    with pytest.raises(NotParsed, match="2 lists are nearly as good"):
        look(both)
    assert len(look(both, look(old_design())).items) == 5


def test_selectors_that_are_given_win_in_a_list_without_item() -> None:
    advert = "<div class=ad><ul><li><a href='/x'>Buy a desk</a> <i>7 August 2022</i></li></ul></div>"
    body = old_design().replace("<ul>", f"{advert}<ul>")
    items = parsed(body, **(BARE | {"title_regex": r"^(?P<title>.+) of (?P<date>August)$", "drop": [".ad"]})).items
    assert [item.title for item in items] == [title for title, _ in STORIES]
    inside = parsed(old_design() + new_design(path="/x"), **(BARE | {"region": "section"})).items
    assert {item.url for item in inside} == {f"https://pcse.example/x/{day}/" for _, day in STORIES}
    assert refused(old_design(), **(BARE | {"region": ".gone"})).startswith("'.gone' finds nothing on it")


def test_a_list_that_cannot_be_found_is_watched_as_a_page_until_it_can() -> None:
    prose = "<main><h1>News</h1><p>" + "We tell practices what they need. " * 5 + "</p></main>"
    as_page = look(prose, enabled="auto")
    assert as_page.memory == {"as page": True}
    assert look(old_design(), as_page, enabled="auto").begins_anew


# --- hostile pages ------------------------------------------------------------------------------------------------


@pytest.mark.fault(53, 54, 55)
@pytest.mark.parametrize("noise", ["<a <a " * 5_000, "<!--" * 20_000, "<div>" * 5_000, "<a><b>" * 3_000])
def test_noise_after_the_list_costs_little_and_hides_nothing(noise: str) -> None:  # faults 53 to 55
    assert [each.title for each in parsed(NEWS + noise).items][1] == "Flu claims: new form"


@pytest.mark.promise("P19")
def test_a_page_with_tricks_in_its_headlines_gives_plain_ones() -> None:
    body = "<article class='news-item'><h3>Over\u202e05s <script>alert(1)</script>&lt;b&gt;jab\u200b</h3></article>"
    (item,) = parsed(body).items
    assert (item.title, item.url) == ("Over05s jab", URL)


# --- options ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("item", "h3 >> a", "not a CSS selector"),
        ("drop", [":nope"], "not a CSS selector"),
        ("title_regex", "(?P<date>.*", "not an RE2 pattern"),
        ("title_regex", r"(?P<date>a)(?=b)(?P<title>.*)", "not an RE2 pattern"),
        ("title_regex", "(a+)+$", "the pattern needs the groups"),  # fault 125: RE2 takes it and never runs away
        ("title_from", "elsewhere", "Input should be 'own' or 'heading'"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_at_the_door(name: str, value: object, why: str) -> None:
    options = vars(listing()) | {"every": "15m", name: value}
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(Listing).validate_python(options)


@pytest.mark.fault(125)
def test_a_pattern_that_runs_away_elsewhere_answers_at_once() -> None:
    body = f"<article class='news-item'><h3>{'flu ' * 70}x</h3></article>"
    regex = r"^(?P<date>(?:(?:\w+\s?)*)*)!(?P<title>.*)$"
    assert len(parsed(body, title_regex=regex).items) == 1


# --- rules for all pages ------------------------------------------------------------------------------------------

TAGS = (
    "<article class='news-item'>",
    "</article>",
    "<h3>",
    "</h3>",
    "<a href='/1'>",
    "<a href='javascript:1'>",
    "</a>",
)
TEXTS = ("<span class='date'>", "3 August", "31 February", "click here", "Flu", "&lt;", "\x00", "\ud800", "<!--", "<p>")
PIECES = st.sampled_from([*TAGS, *TEXTS])


@STEADY
@given(st.lists(PIECES, max_size=30).map("".join))
@example("<article class='news-item'><h3><a href='/1'>click here</a></h3></article>")
def test_any_page_is_a_list_or_refused_and_the_same_the_second_time(body: str) -> None:
    raw = body.encode(errors="surrogatepass")
    for options in (BARE, {}, {"year_inference": True, "date": "", "title_from": "heading"}, {"title_regex": SPLIT}):
        try:
            first = parsed(raw, **options)
        except NotParsed:
            continue
        assert first == parsed(raw, **options)
        assert all(each.identity and each.title for each in first.items)
        "".join(each.identity + each.title + each.url for each in first.items).encode()
