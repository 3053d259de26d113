"""Publishers' text made plain: for showing (clean), for comparing (canonical, words) and for reading (main_text)."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.language.text import (
    MAX_FIELD_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    clean,
    clean_summary,
    clean_title,
    folded_words,
    printable,
    title_key,
)
from watcher.core.language.urls import canonical_url, clean_link, redact_url
from watcher.core.pages.main_text import fragment_text, main_text

STEADY = settings(deadline=None, derandomize=True, max_examples=150)
HOSTILE = (
    *("<", ">", "&", "&lt;", "&amp;lt;", "&#60;", "&#x202e;", "&#0;", "&nbsp;", "<script>", "</b>", "<!--", "-->"),
    *("\x00", "\x0b", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\ue000"),
    *("<!channel>", "<@U123>", "flu", " ", "\n", "£20,000", "é", "🩺"),
)
ANY_TEXT = st.lists(st.sampled_from(HOSTILE) | st.characters(), max_size=30).map("".join)


# --- clean: what may be shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("G <b>P</b> &amp; x", "G P & x"),  # what feedparser makes of an escaped title
        ("LPC &nbsp; - Name", "LPC - Name"),
        ("News&#45; and &#8211; more", "News- and – more"),
        ("Flu &lt;script&gt;alert(1)&lt;/script&gt; jab", "Flu alert(1) jab"),
        ("<\u200bscript>Flu", "Flu"),  # no tag may appear when the invisible letter goes
        ("Over\u202e05s\u202c to get\u200b a jab", "Over05s to get a jab"),
        ("a\x00b\x1b[31mc\x07", "ab[31mc"),
        ("one\u2028two\u0085three\x0bfour\r\nfive", "one two three four five"),
        ("waiting < 5 weeks and > 2", "waiting < 5 weeks and > 2"),
        ("lone \ud800surrogate", "lone surrogate"),
        ("   ", ""),
    ],
)
@pytest.mark.fault(46, 72, 74)
@pytest.mark.promise("P19")
def test_a_headline_is_shown_without_markup_and_without_tricks(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.fault(74)
@pytest.mark.promise("P19")
@STEADY
@given(ANY_TEXT)
def test_cleaned_text_never_holds_a_control_or_direction_character(raw: str) -> None:
    cleaned = clean(raw)
    bad = [each for each in cleaned if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert (bad, cleaned.strip(), "  " in cleaned) == ([], cleaned, False)


@STEADY
@given(ANY_TEXT)
def test_printable_text_stays_as_it_is_the_second_time(raw: str) -> None:
    assert printable(printable(raw)) == printable(raw)


@pytest.mark.fault(48)
@pytest.mark.promise("P9")
def test_a_headline_of_50_million_letters_is_cut_to_300() -> None:  # fault 48
    assert clean_title("x" * 50_000_000) == "x" * MAX_TITLE_CHARACTERS


@pytest.mark.fault(52)
@pytest.mark.promise("P9")
def test_a_hundred_thousand_comment_marks_are_read_at_once_and_cut() -> None:  # fault 52
    assert len(clean("<!--" * 100_000, MAX_FIELD_CHARACTERS * 2)) <= MAX_FIELD_CHARACTERS


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Boards must act by Friday. Continue reading...", "Boards must act by Friday."),
        ("Boards must act by Friday. Read more", "Boards must act by Friday."),
        ("NHS leaders have set out [&#8230;]", "NHS leaders have set out"),
        ("NHS leaders have set out [...]", "NHS leaders have set out"),
        ("Short. The post Flu letter appeared first on Some LMC.", "Short."),
        ("Read more about flu in the letter", "Read more about flu in the letter"),
    ],
)
def test_a_summary_loses_what_its_site_adds_at_the_end(raw: str, shown: str) -> None:
    assert clean_summary(raw) == shown


def test_a_summary_loses_the_sentences_that_stand_on_every_page() -> None:
    raw = "Stay up to date, subscribe today. Flu letter out. Stay up to date, subscribe today."
    assert clean_summary(raw, ["Stay up to date, subscribe today."]) == "Flu letter out."


# --- link and canonical: where it stands --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("/news/1/", "https://lmc.example/news/1/"),
        ("../letter.html", "https://lmc.example/letter.html"),
        ("https://www.bbc.co.uk/news/x?at_medium=RSS&at_campaign=K", "https://www.bbc.co.uk/news/x"),
        ("https://www.bbc.co.uk/news/x#sa-ns_mchannel=rss&ns_source=P", "https://www.bbc.co.uk/news/x"),
        ("https://lmc.example/?p=53034&utm_source=mail&mc_cid=1&mc_eid=2", "https://lmc.example/?p=53034"),
        ("https://lmc.example/a#part-2", "https://lmc.example/a#part-2"),
        ("  https://lmc.example/a\n", "https://lmc.example/a"),
        ("/media/Flu Letter 2026.pdf", "https://lmc.example/media/Flu%20Letter%202026.pdf"),
        ("javascript:alert(5)", ""),
        ("java\nscript:alert(5)", ""),  # fault 73
        ("JaVa\tScRiPt:alert(5)", ""),
        ("data:text/html,<script>", ""),
        ("mailto:lmc@example.org", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
        ("https://lmc.example:port/", ""),
        ("https://[::1", ""),
        (f"https://lmc.example/{'a' * 8_000}", ""),
    ],
)
@pytest.mark.fault(71, 73)
@pytest.mark.promise("P19")
def test_only_web_addresses_are_links_and_trackers_go(raw: str, address: str) -> None:
    assert clean_link(raw, "https://lmc.example/news/") == address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.bma.org.uk/a/", "http://bma.org.uk/a"),
        ("https://psnc.org.uk/our-news/x/", "https://cpe.org.uk/our-news/x"),
        ("https://www.bbc.co.uk/news/health-53515078?at_medium=RSS", "https://www.bbc.co.uk/news/health-53515078"),
        ("https://www.bbc.co.uk/news/x#sa-ns_mchannel=rss", "https://www.bbc.co.uk/news/x"),
        ("https://cambslmc.org/?p=66721&cog_track=1", "https://cambslmc.org/?p=66721"),
        ("https://LMC.example/Page", "https://lmc.example/Page#top"),
    ],
)
def test_two_addresses_of_one_page_have_one_key(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://lmc.example/?p=1", "https://lmc.example/?p=2"),
        ("https://lmc.example/article/1", "https://lmc.example/article/2"),
        ("https://lmc.example/Page", "https://lmc.example/page"),
    ],
)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


HOST = st.from_regex(r"(www\.)?(?!www\.)[a-z][a-z0-9]{1,8}\.(org\.uk|example)", fullmatch=True)
PART = st.text(st.characters(exclude_characters="?#/\\", exclude_categories=["Cs", "Cc"]), max_size=8)
QUERY = st.text(st.characters(exclude_characters="#", exclude_categories=["Cs", "Cc"]), max_size=20)


@STEADY
@given(st.sampled_from(["http", "https"]), HOST, st.lists(PART, max_size=3), QUERY, st.sampled_from(["", "#utm_x=1"]))
def test_canonical_is_idempotent(scheme: str, host: str, parts: list[str], query: str, fragment: str) -> None:
    once = canonical_url(f"{scheme}://{host}/{'/'.join(parts)}?{query}{fragment}")
    assert canonical_url(f"https://{once}") == once


@STEADY
@given(ANY_TEXT | st.text().map("https://".__add__))
def test_no_text_is_too_odd_to_be_asked_for_its_address(raw: str) -> None:
    address = clean_link(raw, "https://lmc.example/")
    assert address == "" or address.startswith(("http://", "https://"))
    assert clean_link(address) == address
    canonical_url(raw)


# --- words: what is compared --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Over-50s to get free flu jab", ["over", "50s", "to", "get", "free", "flu", "jab"]),
        ("GP's £20,000 ‘golden hello’", ["gps", "20000", "golden", "hello"]),
        ("1,000,000 doses, 12,34", ["1000000", "doses", "12", "34"]),
        ("flu/Covid–19 — ﬂu", ["flu", "covid", "19", "flu"]),
        ("Straße CAFÉ cafe\u0301", ["strasse", "café", "café"]),
        ("snake_case", ["snake", "case"]),
        ("…", []),
    ],
)
def test_words_do_not_depend_on_case_hyphens_quotes_or_commas(text: str, expected: list[str]) -> None:
    assert folded_words(text) == expected


def test_two_headlines_that_differ_in_typography_have_one_key() -> None:
    assert title_key("‘Over-50s’ to get free flu jab!") == title_key("Over 50s to get FREE flu-jab")


# --- main_text: what a person came for (all pages here are synthetic) ---------------------------------------------

ARTICLE = b"""<html><body><nav>Home News About us Contact</nav><div class="banner">This site uses cookies</div>
<main><h1>Flu letter</h1><p>Practices must order by 5 December.</p><script>track()</script><p>764 views</p></main>
<footer>Copyright</footer></body></html>"""


def test_the_region_of_a_page_is_read_without_scripts_and_boilerplate() -> None:
    assert main_text(ARTICLE, "main", ["764 views"]) == "Flu letter Practices must order by 5 December."


def test_without_a_region_the_article_is_found() -> None:
    found = main_text(ARTICLE)
    assert "Practices must order by 5 December." in found
    assert "cookies" not in found.lower() or "Copyright" not in found


def test_a_region_that_is_not_there_falls_back_to_the_article() -> None:
    assert "Practices must order by 5 December." in main_text(ARTICLE, "#no-such-place")


@pytest.mark.parametrize(
    "body",
    [
        b"<a " * 10_000,  # fault 53: html.parser took 24 s
        b"<!--" * 20_000,  # fault 54
        b"<div>" * 20_000,  # fault 55: html5lib took more than 20 s
        b"",
        b"\x00\xff\xfe",
    ],
    ids=["53 a-a-a", "54 comments", "55 nested", "empty", "bytes"],
)
@pytest.mark.fault(53, 54, 55)
@pytest.mark.promise("P9")
def test_a_hostile_page_gives_little_text_and_takes_no_time(body: bytes) -> None:
    assert len(main_text(body)) <= 100_000


def test_a_fragment_of_html_gives_its_words() -> None:
    markup = '<div class="govspeak"><p>Incorrect <b>title</b> &amp; date</p><script>x()</script></div>'
    assert (fragment_text(markup), fragment_text("")) == ("Incorrect title & date", "")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.example/x?page=2&keywords=flu", "https://a.example/x?page=2&keywords=flu"),
        ("https://me:pw@a.example:8443/x", "https://a.example:8443/x"),
        ("https://a.example/?api_key=1&q=2", "https://a.example/?api_key=***&q=2"),
        ("https://a.example/?Access-Token=a=b", "https://a.example/?Access-Token=***"),
        ("https://a.example/?X-Amz-Signature=1&sig=2&key=3", "https://a.example/?X-Amz-Signature=***&sig=***&key=***"),
        ("https://[broken", ""),
    ],
)
def test_an_address_for_others_holds_no_password_and_no_key(address: str, shown: str) -> None:
    assert redact_url(address) == shown
