"""What two versions of a region come to."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import pages
from watcher.core.language import region_text
from watcher.core.pages import region
from watcher.core.pages.compare import compare_regions
from watcher.core.pages.word_diff import diff_words
from watcher.model import Change, Mark, Region, Span, TextChange, Verdict

STEADY = settings(deadline=None, derandomize=True, max_examples=60)
HEAD = "<h1>New partners</h1><p>Up to £20,000 is paid to each. It must be claimed within six months.</p>"
LONG = "<p>" + " ".join(f"Rule {n} binds every practice that takes part." for n in range(20)) + "</p>"


def seen(html: str) -> Region:
    return region.region_of_page(f"<html><body><main>{html}</main></body></html>".encode(), "main")


def told(before: str, after: str) -> tuple[Verdict, list[str], list[str], list[tuple[str, str]]]:
    change = compare_regions(seen(before), seen(after))
    pairs = [(pair.was, pair.now) for pair in change.text]
    return change.verdict, [line.text for line in change.added], [line.text for line in change.removed], pairs


def listed(*members: str, heading: str = "Who is eligible") -> str:
    return f"{HEAD}<h2>{heading}</h2><ul>{''.join(f'<li>{each}</li>' for each in members)}</ul>"


def test_another_age_is_another_group_and_never_a_reworded_one() -> None:
    before, after = listed("65 and over", "pregnant"), listed("75 and over", "pregnant")
    assert told(before, after) == (Verdict.CHANGED, ["75 and over"], ["65 and over"], [])


def test_a_reworded_group_is_shown_as_what_it_was_and_is() -> None:
    before, after = listed("carers of a disabled person", "GPs"), listed("main carers of a disabled person", "GPs")
    pair = ("carers of a disabled person", "main carers of a disabled person")
    assert told(before, after) == (Verdict.CHANGED, [pair[1]], [pair[0]], [pair])


def test_what_stayed_is_counted_and_what_came_knows_its_heading() -> None:
    change = compare_regions(seen(listed("GPs", "nurses")), seen(listed("nurses", "paramedics", "GPs")))
    (line,) = change.added
    assert (change.kept, line.text, line.under, change.removed, change.text) == (
        2,
        "paramedics",
        "Who is eligible",
        (),
        (),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GPs; and", "GPs"),
        ("50-64", "50 – 64"),
        ("carers' staff", "carers\u2019 staff"),
        ("nurses  of the\npractice", "nurses\xa0of the practice."),
        ("GPs", "<a class='x' href='/gp'>GP</a>s"),
    ],
)
def test_signs_spaces_and_tags_make_no_other_member(before: str, after: str) -> None:
    assert told(listed("a first one", before), listed(after, "a first one"))[0] is Verdict.COSMETIC


def test_all_of_these_is_not_any_of_these() -> None:
    before, after = listed("be a partner; and", "hold a contract."), listed("be a partner; or", "hold a contract.")
    assert told(before, after) == (Verdict.CHANGED, [], [], [("be a partner; and", "be a partner; or")])


def test_a_group_that_moves_from_one_list_to_another_left_one_and_joined_the_other() -> None:
    out = "<h2>Who is not</h2><ul><li>locums</li>{}</ul>"
    before = listed("GPs", "managers") + out.format("")
    after = listed("GPs") + out.format("<li>managers</li>")
    assert told(before, after) == (Verdict.CHANGED, ["managers"], ["managers"], [])


def test_a_list_with_another_heading_keeps_its_members() -> None:
    before, after = listed("GPs", "nurses"), listed("GPs", "nurses", heading="Who is no longer eligible")
    assert told(before, after) == (Verdict.CHANGED, [], [], [("Who is eligible", "Who is no longer eligible")])


def test_a_list_that_becomes_a_table_or_paragraphs_is_the_same_list() -> None:
    table = listed("GPs", "nurses").replace("ul>", "table>").replace("<li>", "<tr><td>").replace("</li>", "</td></tr>")
    bullets = listed("GPs", "nurses").replace("<ul>", "").replace("<li>", "<p>• ").replace("</li>", "</p>")
    for after in (table, bullets):
        assert told(listed("GPs", "nurses"), after)[0] is Verdict.COSMETIC


ROWS = "<table><tr><th>Role</th><th>Paid</th></tr><tr><td>Nurse</td><td>£10</td></tr>{}</table>"


def test_a_row_whose_group_stayed_is_text_and_a_new_row_is_added() -> None:
    before, after = HEAD + ROWS.format(""), HEAD + ROWS.format("<tr><td>Midwife</td><td>£9</td></tr>")
    assert told(before, after.replace("£10", "£12")) == (
        Verdict.CHANGED,
        ["Midwife | £9"],
        [],
        [("Nurse | £10", "Nurse | £12")],
    )


@pytest.mark.parametrize(
    ("was", "now"),
    [("must be", "may be"), ("£20,000", "£2,000"), ("six months", "six weeks"), ("is paid", "is not paid")],
)
def test_a_word_of_a_rule_is_a_pair_of_sentences(was: str, now: str) -> None:
    verdict, added, removed, pairs = told(HEAD, HEAD.replace(was, now))
    (pair,) = pairs
    assert (verdict, added, removed) == (Verdict.CHANGED, [], [])
    assert pair[0].replace(was, now) == pair[1]


def test_a_sentence_that_only_comes_or_goes_has_nothing_on_the_other_side() -> None:
    more = HEAD + "<p>Managers may apply.</p>"
    assert told(HEAD, more)[3] == [("", "Managers may apply.")]
    assert told(more, HEAD)[3] == [("Managers may apply.", "")]


@pytest.mark.parametrize(
    "line",
    [
        "4,821 views",
        "Updated on 21 July 2017, 764 views",
        "Page last reviewed: 3 May 2024 | Next review due: 3 May 2027",
        "Last updated by Jo Smith on 3 May 2024 at 10:42",
        "Version 2 – 20 May 2026",
        "Published 3 hours ago",
        "Share on Facebook",
        "Page 3 of 12",
        "5 min read",
        "Content reviewed by: Dr A Smith, 12 May 2026",
        "Page 2/14",
        "Copyright © 2026 Example Trust. All rights reserved.",
        "© NHS Example 2026",
        "We use cookies to make this site work",
        "<time datetime='2026-05-03'>2 days ago</time>",
    ],
)
def test_a_line_of_furniture_is_no_news_wherever_it_stands(line: str) -> None:
    for place in ("<p>{}</p>", "<div><span>{}</span></div>"):
        assert told(HEAD, HEAD + place.format(line))[0] is Verdict.COSMETIC
        assert told(place.format(line) + HEAD, HEAD)[0] is Verdict.COSMETIC


@pytest.mark.parametrize(
    "line",
    [
        "Updated 3 May 2024 to add practice managers",
        "Last updated rates: £10 from 3 May 2024",
        "Checked at 3 months",
        "The scheme starts on 1 December 2026.",
        "Applications close on 3 May 2024.",
        "The service closes 3 weeks from today.",
        "People who had a dose 6 months ago are eligible.",
        "Records of 40 patients",
        "Comments by 3 May 2026",
        "Update due 3 May 2026",
        "Social care staff share rooms.",
    ],
)
def test_a_line_with_one_word_more_than_furniture_is_news(line: str) -> None:
    assert told(HEAD, f"{HEAD}<p>{line}</p>") == (Verdict.CHANGED, [], [], [("", line)])


# --- withdrawn and suspect ----------------------------------------------------------------------------------------

NOTICE = """<section class='gem-c-notice'><h2>This guidance was withdrawn on <time>18 November 2023</time></h2>
<p>Out of date.</p></section>"""
BANNERS = [
    NOTICE,
    "<p><strong>This page is no longer current.</strong></p>",
    "<p>WITHDRAWN: 18 November 2023</p>",
    "<div role='alert'>This document has been superseded by a new one.</div>",
    "<p>We’ve withdrawn this letter because the scheme has closed.</p>",
]


@pytest.mark.parametrize("banner", BANNERS)
def test_a_withdrawn_page_is_withdrawn_and_nobody_left_a_list(banner: str) -> None:
    page = listed("GPs", "nurses") + LONG
    assert told(page, banner + page) == (Verdict.WITHDRAWN, [], [], [])
    assert told(page, banner + "<h1>New partners</h1>") == (Verdict.WITHDRAWN, [], [], [])
    assert told(banner + page, banner + page)[0] is Verdict.COSMETIC
    assert told(banner + page, page)[0] is Verdict.CHANGED, "it stands again"


@pytest.mark.parametrize(
    "line",
    [
        "The letter of 3 May has been withdrawn.",
        "This guidance will be withdrawn on 31 March 2027.",
        "This guidance has not been withdrawn.",
        "Consent can be withdrawn.",
    ],
)
def test_what_is_withdrawn_need_not_be_the_page(line: str) -> None:
    assert told(HEAD + LONG, f"<p>{line}</p>" + HEAD + LONG)[0] is Verdict.CHANGED


OTHERS = [
    "",
    "<p>Please verify you are a human.</p>",
    "<h1>Sign in</h1><p>Please sign in to continue.</p>",
    "<p>This site is down for planned maintenance.</p>",
    "<h1>Page not found</h1>",
    "<h1>New partners</h1>",
]


@pytest.mark.fault(23, 33)
@pytest.mark.parametrize("other", OTHERS)
def test_another_page_in_its_place_is_suspect_and_says_nothing_of_the_list(other: str) -> None:
    change = compare_regions(seen(listed("GPs") + LONG), seen(other))
    assert (change.verdict, change.added, change.removed, change.text) == (Verdict.SUSPECT, (), (), ())
    assert change.why


@pytest.mark.parametrize("other", OTHERS[:-1])
def test_a_version_that_was_no_page_says_nothing_of_the_next(other: str) -> None:
    assert told(other, listed("GPs") + LONG) == (Verdict.SUSPECT, [], [], [])


@pytest.mark.fault(56)
def test_a_region_that_is_missing_is_suspect() -> None:
    page = f"<div>{listed('GPs')}{LONG}</div>".encode()
    change = compare_regions(seen(listed("GPs") + LONG), region.region_of_page(page, "main"))
    assert change == Change(verdict=Verdict.SUSPECT, why="the page after is not the page: 'main' finds nothing on it")


# --- rules for all pages ------------------------------------------------------------------------------------------

PIECES = (
    "<p>",
    "</p>",
    "<li>",
    "<ul>",
    "</ul>",
    "<h2>",
    "<tr>",
    "<td>",
    "<table>",
    "<nav>",
    "<dl><dt>",
    "<dd>",
    "GPs",
    "65 and over; and",
    "must",
    ". Then",
    ":",
    "|",
    "- ",
    "# ",
    "4 views",
    "This page was withdrawn",
    "\x00",
    "\ud800",
    "\u202e",
    "&lt;",
)
ANY = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def raw(body: str) -> Region:
    return region.region_of_page(body.encode(errors="surrogatepass"))


@STEADY
@given(ANY, ANY)
def test_any_two_pages_compare_and_the_other_way_round_is_the_other_way_round(one: str, other: str) -> None:
    before, after = raw(one), raw(other)
    there, back = compare_regions(before, after), compare_regions(after, before)
    if there.verdict is back.verdict is Verdict.CHANGED:
        assert [line.text for line in there.added] == [line.text for line in back.removed]
        assert [line.text for line in there.removed] == [line.text for line in back.added]
    same = compare_regions(before, before)
    assert same.verdict in {Verdict.COSMETIC, Verdict.SUSPECT}
    assert (same.added, same.removed, same.text) == ((), (), ())


@STEADY
@given(ANY)
def test_what_an_item_keeps_is_the_region_itself(body: str) -> None:
    found = raw(body)
    text = region_text.write_region(found)
    assert region_text.read_region(text).lines == found.lines
    text.encode()


@pytest.mark.parametrize("name", pages.ALL)
def test_our_pages_are_kept_whole(name: str) -> None:
    found = region.region_of_page(pages.ALL[name].encode(), "main")
    assert region_text.read_region(region_text.write_region(found)).lines == found.lines


@pytest.mark.promise("P9")
@pytest.mark.fault(49, 51)
@pytest.mark.parametrize(
    "body",
    [
        "<ul>" + "".join(f"<li>member {n}</li>" for n in range(20_000)) + "</ul>",
        "<p>" + "word " * 40_000,
        "<ul><li>x" * 5_000,
        "<div class=menu>" * 5_000 + "x",
        "<div class=notice>withdrawn " * 5_000,
        "<time>" * 5_000 + "x",
    ],
    ids=["members", "one sentence", "lists in lists", "menus in menus", "notices in notices", "times in times"],
)
def test_a_hostile_page_costs_seconds_at_most(body: str) -> None:
    begun = time.process_time()
    found = seen(body)
    compare_regions(
        found, region_text.read_region(region_text.write_region(found).replace("member", "group").replace("x", "y"))
    )
    compare_regions(found, found)
    assert time.process_time() - begun < 8


# --- words of a pair ----------------------------------------------------------------------------------------------


def test_the_changed_words_of_a_pair_are_marked() -> None:
    pair = TextChange(was="Partners must claim £20,000 by 31 May.", now="Partners may claim £20,000 by 30 June.")
    assert diff_words(pair) == (
        Span(mark=Mark.KEPT, text="Partners"),
        Span(mark=Mark.REMOVED, text="must"),
        Span(mark=Mark.ADDED, text="may"),
        Span(mark=Mark.KEPT, text="claim £20,000 by"),
        Span(mark=Mark.REMOVED, text="31 May."),
        Span(mark=Mark.ADDED, text="30 June."),
    )


WORDS = st.lists(st.sampled_from(["a", "b", "c", "must"]), max_size=12).map(" ".join)


@STEADY
@given(WORDS, WORDS)
def test_marks_leave_out_no_word_of_either_side(was: str, now: str) -> None:
    found = diff_words(TextChange(was=was, now=now))
    assert " ".join(span.text for span in found if span.mark is not Mark.ADDED) == was
    assert " ".join(span.text for span in found if span.mark is not Mark.REMOVED) == now


@pytest.mark.promise("P9")
def test_two_long_texts_are_marked_as_a_whole() -> None:
    found = diff_words(TextChange(was="a " * 50_000, now="b " * 50_000))
    assert [span.mark for span in found] == [Mark.REMOVED, Mark.ADDED]
