"""GOV.UK reads the letter: attachments, files, members of collections, and what a feed no longer shows after a gap."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stand_ins import letters as written
from tests.stand_ins.govuk_pages import Attachment, Edition
from tests.stand_ins.govuk_site import UKHSA, AssetsSite, GovukSite
from tests.support.looks import Looks, later
from watcher.model import Trust
from watcher.sources.govuk import Govuk

MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LETTER_TEXT = "Practices must order by 5 December 2026."
UKHSA_SEARCH = (
    "https://www.gov.uk/api/search.json?filter_organisations=uk-health-security-agency&order=-public_timestamp"
    "&fields=title,link,description,public_timestamp,content_id"
)
UKHSA_FEED = "https://www.gov.uk/government/organisations/uk-health-security-agency.atom"


def looking(site: GovukSite, url: str) -> Looks:
    """The looks of a source at GOV.UK as it stands in, and at the host of its files."""
    source = Govuk(
        id="flu",
        name="Flu",
        publisher="UKHSA",
        trust=Trust.OFFICIAL,
        kind="govuk",
        url=url,
        every=timedelta(minutes=30),
        read_page=True,
    )
    return Looks(source, [site, AssetsSite(site)], MORNING)


@pytest.mark.promise("P42")
def test_the_letter_of_a_publication_is_its_html_attachment() -> None:
    site = GovukSite()
    path, body = "/government/publications/flu-letter", f"<h2>Action</h2><p>{LETTER_TEXT}</p>"
    site.letter(path, "flu-letter-2026", MORNING, "Flu letter", "Letter on flu.", body, by=(UKHSA,))
    looks = looking(site, UKHSA_SEARCH)
    (item,) = looks.look(later(MORNING, 1)).items
    read = looks.read(item, later(MORNING, 1))
    assert read.text.splitlines() == ["Letter on flu.", "# Flu letter", "# Action", LETTER_TEXT]
    assert looks.asked[-1] == f"https://www.gov.uk/api/content{path}/flu-letter-2026"


@pytest.mark.promise("P42")
def test_a_letter_that_is_a_file_is_read_and_one_without_words_says_so() -> None:
    site = GovukSite()
    assets = "https://assets.publishing.service.gov.uk/media/1"
    files = (
        Attachment("Flu letter", f"{assets}/letter.pdf", written.pdf([LETTER_TEXT])),
        Attachment("Signed copy", f"{assets}/signed.pdf", written.scan()),
    )
    edition = Edition(MORNING, "Flu letter", "On flu.", "<p>On flu.</p>", attachments=files)
    site.put("/government/publications/flu-letter", "correspondence", edition, by=(UKHSA,))
    looks = looking(site, UKHSA_SEARCH)
    (item,) = looks.look(later(MORNING, 1)).items
    assert looks.read(item, later(MORNING, 1)).text.splitlines() == [
        "On flu.",
        "# Flu letter",
        "PDF file",
        LETTER_TEXT,
        "Signed copy: there is no text in this file: it may be a scan; open it yourself.",
    ]


def test_the_members_of_a_collection_are_followed_and_an_update_of_one_is_read() -> None:
    site = GovukSite()
    member = "/government/publications/flu-letter"
    updated = Edition(later(MORNING, 60), "Flu letter", "On flu.", note="New dates.")
    site.put(member, "guidance", Edition(MORNING, "Flu letter", "On flu."), updated, by=(UKHSA,))
    url = "https://www.gov.uk/government/collections/flu"
    site.put("/government/collections/flu", "document_collection", Edition(MORNING, "Flu"), members=(member,))
    looks = looking(site, url)
    before, after = (
        next(item for item in looks.look(later(MORNING, minutes)).items if item.title == "Flu letter")
        for minutes in (1, 61)
    )
    assert (before.identity, after.identity) == ("gov.uk/government/publications/flu-letter",) * 2
    assert (before.stamp, after.stamp) == (MORNING, later(MORNING, 60))
    assert looks.read(after, later(MORNING, 61)).change_note == "New dates."


def test_a_note_of_a_followed_page_has_the_text_of_the_page() -> None:
    site = GovukSite()
    first = Edition(MORNING, "Flu", body="<p>Old.</p>")
    second = Edition(later(MORNING, 5), "Flu", body="<p>New.</p>", note="Dates.")
    site.put("/government/publications/flu", "guidance", first, second)
    looks = looking(site, "https://www.gov.uk/government/publications/flu")
    note = looks.look(later(MORNING, 6)).items[0]
    read = looks.read(note, later(MORNING, 6))
    assert (read.title, read.text, read.withdrawn, read.change_note) == ("Flu: Dates.", "New.", False, "")


@pytest.mark.promise("P42")
def test_after_a_gap_what_the_feed_no_longer_shows_comes_from_the_search_api() -> None:
    site = GovukSite()
    for number in range(80):
        at = later(MORNING, 10 * number)
        site.put(f"/government/news/n{number}", "news_story", Edition(at, f"News {number}", "Words."), by=(UKHSA,))
    looks = looking(site, UKHSA_FEED)
    assert len(looks.look(later(MORNING, 300)).items) == 20
    result = looks.look(later(MORNING, 800))
    assert {f"News {number}" for number in range(31, 80)} <= {item.title for item in result.items}
    assert result.problems == ()
    query = "&order=-public_timestamp&count=100&fields=title,link,description,public_timestamp,content_id&start=20"
    search = f"https://www.gov.uk/api/search.json?filter_organisations=uk-health-security-agency{query}"
    assert looks.asked == [UKHSA_FEED, search]
