"""The stand-ins keep their own promises: as the services do, at every moment."""

import io
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import docx as word
import feedparser
import pypdf
import pytest

from tests.proof.stand_ins import NOW, ProofCase, proof_cases
from tests.stand_ins.answer import StandInAnswer
from tests.stand_ins.cas_site import CasSite, SafetyAlert
from tests.stand_ins.edited_pages import Notice, PcseSite
from tests.stand_ins.govuk_pages import Attachment, Edition
from tests.stand_ins.govuk_site import DHSC, AssetsSite, GovukSite
from tests.stand_ins.letters import docx, head, letter, pdf, scan
from tests.stand_ins.nhs_england import coronavirus_site, main_site
from tests.stand_ins.parliament_site import ParliamentSite, WrittenStatement
from tests.stand_ins.wordpress_posts import PostType, Row, SavedPost
from tests.stand_ins.wordpress_site import WordPressSite

_REST = "/wp-json/wp/v2"
_SUMMER = datetime(2024, 7, 1, 23, 30, tzinfo=UTC)


def said(answer: StandInAnswer) -> list[dict[str, object]]:
    found = json.loads(answer.body)
    assert isinstance(found, list)
    return found


def news_site(count: int = 25, **more: object) -> WordPressSite:
    site = WordPressSite("news.example", "News", (PostType("letter"),), {"letter-type": "letter-type"}, **more)  # type: ignore[arg-type]
    for number in range(count):
        site.put(
            f"post-{number}", SavedPost(_SUMMER + timedelta(days=number), f"Post – {number}", f"<p>Text {number}</p>")
        )
    site.put("one", SavedPost(_SUMMER, "A letter", "<p>Dear</p>"), type="letter", terms={"letter-type": ("urgent",)})
    return site


LATER = _SUMMER + timedelta(days=100)


def test_a_feed_has_its_newest_ten_and_ends_with_404() -> None:
    site = news_site()
    first = feedparser.parse(site.answer("/feed/", LATER).body)
    assert not first.bozo
    assert first.version == "rss20"
    assert [entry.title for entry in first.entries] == [f"Post – {number}" for number in range(24, 14, -1)]
    assert first.entries[0].link == "https://news.example/2024/07/post-24/"
    assert len(feedparser.parse(site.answer("/feed/?paged=3", LATER).body).entries) == 5
    assert site.answer("/feed/?paged=4", LATER).status == 404
    once = site.answer("/feed/?paged=1&post_type=letter", LATER)
    assert (once.status, once.headers["Location"]) == (301, "https://news.example/feed/?post_type=letter")
    assert feedparser.parse(site.answer("/feed/", _SUMMER - timedelta(days=1)).body).entries == []


def test_the_month_of_an_address_is_that_of_london() -> None:
    site = news_site(1)
    late = site.put("late", SavedPost(datetime(2026, 3, 31, 23, 1, tzinfo=UTC), "Late"))
    assert site.path(late) == "/2026/04/late/"
    assert "/2026/04/late/" in site.answer("/2026/04/feed/", NOW + timedelta(days=90)).body.decode()


def test_an_unknown_type_is_the_general_feed_and_a_known_one_is_not() -> None:
    site = news_site()
    general = feedparser.parse(site.answer("/feed/", LATER).body)
    unknown = feedparser.parse(site.answer("/feed/?post_type=psa", LATER).body)
    assert [entry.id for entry in unknown.entries] == [entry.id for entry in general.entries]
    for target in ("/feed/?post_type=letter", "/letter/feed/", "/letter-type/urgent/feed/"):
        (entry,) = feedparser.parse(site.answer(target, LATER).body).entries
        assert entry.id == f"https://news.example/?post_type=letter&p={site.posts[-1].id}", target
    assert site.answer("/letter-type/unknown/feed/", LATER).status == 404


def test_the_rest_interface_pages_and_refuses() -> None:
    site = news_site()
    first = site.answer(f"{_REST}/posts?per_page=20&_fields=id,title,date,date_gmt", LATER)
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("25", "2")
    assert said(first)[0]["title"] == {"rendered": "Post &#8211; 24"}
    assert set(said(first)[0]) == {"id", "title", "date", "date_gmt"}
    assert len(said(site.answer(f"{_REST}/posts?per_page=20&page=2", LATER))) == 5
    beyond = site.answer(f"{_REST}/posts?per_page=20&page=3", LATER)
    assert (beyond.status, json.loads(beyond.body)["code"]) == (400, "rest_post_invalid_page_number")
    assert site.answer(f"{_REST}/posts?per_page=101", LATER).status == 400
    assert site.answer(f"{_REST}/nothing", LATER).status == 404
    types = json.loads(site.answer(f"{_REST}/types", LATER).body)
    assert types["letter"]["rest_base"] == "letter"
    (term,) = said(site.answer(f"{_REST}/letter-type?slug=urgent", LATER))
    assert len(said(site.answer(f"{_REST}/letter?letter-type={term['id']}", LATER))) == 1


def test_moments_without_a_zone_are_those_of_london() -> None:
    site = news_site(1)
    (post,) = said(site.answer(f"{_REST}/posts", LATER))
    assert (post["date"], post["date_gmt"]) == ("2024-07-02T00:30:00", "2024-07-01T23:30:00")
    for bound, found in (("2024-07-02T00:29:59", 1), ("2024-07-02T00:30:00", 0), ("2024-07-01T23:29:00Z", 1)):
        assert len(said(site.answer(f"{_REST}/posts?modified_after={bound}", LATER))) == found, bound
    assert site.answer(f"{_REST}/posts?modified_after=yesterday", LATER).status == 400


@pytest.mark.parametrize("refusal", [401, 404])
def test_the_rest_interface_can_be_off(refusal: int) -> None:
    site = news_site(1, rest=False, refusal=refusal)
    assert site.answer(f"{_REST}/types", LATER).status == refusal
    assert site.answer("/feed/", LATER).status == 200


def test_an_edited_post_moves_its_change_and_not_its_day() -> None:
    site = main_site()
    first, second = _SUMMER, _SUMMER + timedelta(days=9)
    site.put("x", SavedPost(first, "First", "<p>one</p>"), SavedPost(second, "Second", "<p>two</p>"), type="long-read")
    before = said(site.answer(f"{_REST}/long-read", first))[0]
    after = said(site.answer(f"{_REST}/long-read?orderby=modified", second))[0]
    assert before["date_gmt"] == after["date_gmt"] == before["modified_gmt"] != after["modified_gmt"]
    assert b"two" in site.answer("/long-read/x/", second).body
    assert b"two" not in site.answer("/long-read/x/", first).body
    assert site.answer("/long-read/x/", first - timedelta(seconds=1)).status == 404


def test_a_row_added_later_stands_in_the_old_container() -> None:
    site = coronavirus_site()
    later = _SUMMER + timedelta(days=30)
    rows = (Row("Old", _SUMMER, "old.pdf", pdf(("Old",))), Row("New", later, "new.pdf", pdf(("New",))))
    site.put("letters", SavedPost(_SUMMER, "Letters"), type="document", rows=rows)
    base = "/coronavirus/wp-json/wp/v2/documents"
    (before,), (after,) = said(site.answer(base, _SUMMER)), said(site.answer(base, later))
    fields = [value["component_fields"] for value in (before, after)]
    assert [[row["title"] for row in field["documents"]] for field in fields] == [["Old"], ["New", "Old"]]  # type: ignore[index]
    assert before["date_gmt"] == after["date_gmt"]
    assert before["modified_gmt"] != after["modified_gmt"]
    address = fields[1]["documents"][0]["document"]["url"]  # type: ignore[index]
    assert address == "https://www.england.nhs.uk/coronavirus/wp-content/uploads/sites/52/2024/08/new.pdf"
    assert address in site.answer("/coronavirus/documents/letters/", later).body.decode()
    assert site.answer(urlsplit(address).path, _SUMMER).status == 404
    assert site.answer(urlsplit(address).path, later).content_type == "application/pdf"


def test_a_chapter_is_a_post_below_its_parent() -> None:
    site = main_site()
    parent = site.put("plan", SavedPost(_SUMMER, "The plan", "<p>first</p>"), type="long-read")
    site.put("money", SavedPost(_SUMMER, "Money", "<p>second</p>"), type="long-read", parent=parent)
    assert [post["slug"] for post in said(site.answer(f"{_REST}/long-read?parent=0", LATER))] == ["plan"]
    assert [post["slug"] for post in said(site.answer(f"{_REST}/long-read?parent={parent.id}", LATER))] == ["money"]
    assert b"second" in site.answer("/long-read/plan/money/", LATER).body
    assert b"/long-read/plan/money/" in site.answer("/long-read/plan/", LATER).body
    assert site.answer("/long-read/feed/", LATER).status == 404


def govuk_site() -> GovukSite:
    site = GovukSite()
    file = Attachment("The file", "https://assets.publishing.service.gov.uk/media/0a/letter.pdf", pdf(("In a file",)))
    early = Edition(_SUMMER, "A letter", "Abstract", "<p>Abstract</p>", attachments=(file,))
    again = Edition(_SUMMER + timedelta(days=2), "A letter", "Abstract", "<p>Changed</p>", "Dates added.", (file,))
    silent = Edition(_SUMMER + timedelta(days=4), "A letter", "Abstract", "<p>Silently</p>", "", (file,))
    site.put("/government/publications/a-letter", "guidance", early, again, silent)
    site.letter("/government/publications/b", "c", _SUMMER, "B", "About B", "<p>The letter itself</p>")
    site.put("/government/collections/d", "document_collection", early, members=("/government/publications/b",))
    for number in range(30):
        edition = Edition(_SUMMER - timedelta(days=number), f"News {number}", "Short.")
        site.put(f"/government/news/{number}", "press_release", edition)
    return site


def test_the_content_api_tells_notes_attachments_and_members() -> None:
    site = govuk_site()
    found = json.loads(site.answer("/api/content/government/publications/a-letter", LATER).body)
    assert [note["note"] for note in found["details"]["change_history"]] == ["Dates added.", "First published."]
    assert found["public_updated_at"] < found["updated_at"]
    assert "Silently" in found["details"]["body"]
    file = found["details"]["attachments"][0]
    assert file["attachment_type"] == "file"
    assert AssetsSite(site).answer(urlsplit(file["url"]).path, LATER).content_type == "application/pdf"
    html = json.loads(site.answer("/api/content/government/publications/b", LATER).body)["details"]["attachments"][0]
    inner = json.loads(site.answer(f"/api/content{html['url']}", LATER).body)
    assert (html["attachment_type"], inner["document_type"]) == ("html", "html_publication")
    assert inner["links"]["parent"][0]["base_path"] == "/government/publications/b"
    collection = json.loads(site.answer("/api/content/government/collections/d", LATER).body)
    assert [member["title"] for member in collection["links"]["documents"]] == ["B"]


def test_the_search_api_filters_orders_and_refuses() -> None:
    site = govuk_site()
    asked = f"/api/search.json?filter_organisations={DHSC}&order=-public_timestamp&count=3&fields=title,link"
    found = json.loads(site.answer(asked, LATER).body)
    assert found["results"][0]["title"] == "A letter"
    assert set(found["results"][0]) >= {"title", "link"}
    assert json.loads(site.answer(f"{asked}&start=500", LATER).body)["results"] == []
    assert site.answer(f"{asked}&sort=new", LATER).status == 422
    assert site.answer("/api/search.json?count=1501", LATER).status == 422
    since = "/api/search.json?filter_content_store_document_type=press_release&filter_public_timestamp=from:2024-07-01"
    assert json.loads(site.answer(since, LATER).body)["total"] == 1


def test_the_two_dialects_of_govuk_feeds() -> None:
    site = govuk_site()
    organisation = feedparser.parse(site.answer(f"/government/organisations/{DHSC}.atom", LATER).body)
    assert len(organisation.entries) == 20
    assert organisation.entries[0].title == "Guidance: A letter"
    assert organisation.entries[0].id.startswith("https://www.gov.uk/government/publications/a-letter#2024-07-03T")
    finder_path = f"/search/news-and-communications.atom?organisations[]={DHSC}"
    finder = feedparser.parse(site.answer(finder_path, LATER).body)
    assert (len(finder.entries), finder.entries[0].title) == (20, "News 0")
    assert finder.entries[0].updated == "2024-07-02T00:30:00+01:00"
    assert finder.entries[0].id == "tag:www.gov.uk,2005:/government/news/0"
    assert site.answer("/government/organisations/unknown.atom", LATER).status == 404
    site.end_feed("/drug-safety-update.atom", _SUMMER, "https://www.gov.uk/drug-device-alerts")
    (ended,) = feedparser.parse(site.answer("/drug-safety-update.atom", LATER).body).entries
    assert ended.id.endswith("/feed-ended")


def test_letters_can_be_read_and_a_scan_cannot() -> None:
    made = letter(head("PRN00001", ("GP practices",), "1 May 2026", cc=("ICBs",)), "Costs are £10 – a dose.")
    words = " ".join(pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
    assert words.startswith("Publication reference: PRN00001 Classification: Official To: - GP practices cc: - ICBs")
    assert "Dear colleagues, Costs are £10 - a dose." in words
    document = word.Document(io.BytesIO(docx(("One", "Two"))))
    assert [paragraph.text for paragraph in document.paragraphs] == ["One", "Two"]
    assert all(not page.extract_text().strip() for page in pypdf.PdfReader(io.BytesIO(scan(2))).pages)
    assert made == letter(head("PRN00001", ("GP practices",), "1 May 2026", cc=("ICBs",)), "Costs are £10 – a dose.")


def test_cas_cuts_long_titles_and_shows_ten() -> None:
    site = CasSite()
    title = "Shortage of a medicine with a very long name in all of its strengths and in every pack size"
    for number in range(12):
        site.put(SafetyAlert(number, f"R/{number}", title, "DHSC", _SUMMER + timedelta(days=number)))
    grid = site.answer("/SearchAlerts.aspx", LATER).body.decode()
    assert grid.count("AlertID=") == 10
    assert " ...</a>" in grid
    assert title in site.answer("/ViewandAcknowledgment/ViewAlert.aspx?AlertID=3", LATER).body.decode()


def test_parliament_cuts_the_list_and_not_the_statement() -> None:
    site = ParliamentSite()
    site.put(WrittenStatement(1, "HCWS1", _SUMMER, "Title", f"<p>{'word ' * 90}end</p>"))
    listed = json.loads(site.answer("/api/writtenstatements/statements?take=5", LATER).body)["results"][0]["value"]
    assert (len(listed["text"]), listed["text"].endswith("end")) == (255, False)
    assert "end</p>" in json.loads(site.answer("/api/writtenstatements/statements/1", LATER).body)["value"]["text"]


def test_pcse_glues_the_month_to_the_headline() -> None:
    site = PcseSite()
    site.put(Notice(datetime(2021, 10, 4, tzinfo=UTC), "Afghan refugees", "<p>Text</p>"))
    assert b"<h2>October 2021 Afghan refugees</h2>" in site.answer("/news/", LATER).body
    assert site.answer("/news/2021/", LATER).status == 200
    assert site.answer("/news/2020/", LATER).status == 404


def test_there_are_twelve_cases_of_proof() -> None:
    cases = proof_cases()
    assert len(cases) == 12
    assert sum(case.expected == "proven" for case in cases) == 7


@pytest.mark.parametrize("case", proof_cases(), ids=lambda case: case.name)
def test_a_case_answers_what_its_entry_asks(case: ProofCase) -> None:
    assert case.answer(case.target).status == 200
    assert urlsplit(str(case.claim["url"])).netloc == case.host
    if case.claim["kind"] in {"feed", "govuk"}:
        assert feedparser.parse(case.answer_body).version
