"""A day of letters: WordPress with REST and without, GOV.UK with attachments and a collection, files, a page edited."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stand_ins import letters
from tests.stand_ins.answer import StandInAnswer
from tests.stand_ins.edited_pages import EditedPages, PageVersion
from tests.stand_ins.govuk_pages import Attachment, Edition
from tests.stand_ins.govuk_site import UKHSA, AssetsSite, GovukSite
from tests.stand_ins.nhs_england import main_site
from tests.stand_ins.wordpress_posts import Row, SavedPost
from tests.stand_ins.wordpress_site import WordPressSite
from tests.support.stand_in_web import StandInWeb
from tests.support.world import TOPICS, desk, poll_all, write_config
from watcher import store
from watcher.runtime import Runtime

NINE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCES = """
sources:
  - {id: letters, name: Letters, publisher: NHS England, trust: official, kind: wordpress, every: 15m,
     url: "https://www.england.nhs.uk/", type: [document, long-read]}
  - {id: ukhsa, name: UKHSA, publisher: UKHSA, trust: official, kind: govuk, every: 15m, read_page: true,
     url: "https://www.gov.uk/government/organisations/uk-health-security-agency.atom"}
  - {id: programme, name: Flu programme, publisher: UKHSA, trust: official, kind: govuk, every: 15m,
     url: "https://www.gov.uk/government/collections/annual-flu-programme"}
  - {id: guide, name: Guide, publisher: Agency, trust: official, kind: page, every: 15m, region: main,
     url: "https://agency.example/flu", follow: "main a[href$='.docx']", min_text: 60}
"""
READERS = "subscribers: [{id: desk, via: console, address: screen, admin: true}]"
ORDER = "Practices must order flu vaccine for people aged 50 to 64 by {day} December 2026."


def nhs_england() -> WordPressSite:
    """A letter is added to an old publication at ten; a long-read comes at one, when REST is off."""
    site = main_site()
    title = "Flu vaccination of people aged 50 to 64"
    head = letters.head("PRN02001", ["GP practices"], "26 November 2026")
    rows = [
        Row("Pharmacy opening hours", NINE - 60 * HOUR, "old.pdf", letters.pdf(["Old."])),
        Row(title, NINE + HOUR, "flu.pdf", letters.letter(head, title, ORDER.format(day=5))),
    ]
    old = SavedPost(NINE - 60 * HOUR, "Letters to practices", "<p>Letters.</p>")
    site.put("letters", old, type="document", rows=rows)
    for number in range(3):
        earlier = SavedPost(NINE - (30 + number) * HOUR, f"Estates and buildings {number}", "<p>x</p>")
        site.put(f"read-{number}", earlier, type="long-read")
    paid = "Flu vaccination: how the enhanced service is paid"
    site.put("paid", SavedPost(NINE + 4 * HOUR, paid, "<p>A fee of £10 is paid.</p>"), type="long-read")
    return site


def govuk() -> GovukSite:
    """A letter with an HTML attachment at eleven, a member of the collection; its change note at two."""
    site = GovukSite()
    for number in range(3):
        edition = Edition(NINE - (20 + number) * HOUR, f"Advice on ticks {number}", "Advice.")
        site.put(f"/government/news/n{number}", "news_story", edition, by=(UKHSA,))
    path = "/government/publications/flu-letter"
    letter = Edition(NINE + 2 * HOUR, "The letter", body=f"<p>{ORDER.format(day=5)}</p>")
    site.put(f"{path}/letter", "html_publication", letter, parent=path, by=(UKHSA,))
    attached = (Attachment("The letter", f"{path}/letter"),)
    first = Edition(NINE + 2 * HOUR, "Flu vaccination letter: people aged 50 to 64", "On flu.", attachments=attached)
    later = replace(first, at=NINE + 5 * HOUR, note="Practices must now order by 9 December 2026.")
    site.put(path, "correspondence", first, later, by=(UKHSA,))
    collection = Edition(NINE - 900 * HOUR, "Annual flu programme", "All on flu.")
    address = "/government/collections/annual-flu-programme"
    site.put(address, "document_collection", collection, members=(path,), by=(UKHSA,))
    return site


def agency() -> EditedPages:
    """A page edited three times; the letter behind it is replaced, under its address and title, by another one."""
    site = EditedPages("agency.example", "Agency")
    stays = "<h2>Flu vaccination</h2><p>This page says who is offered the flu vaccine this winter and from when on.</p>"
    link = "<p><a href='/letter.docx'>Flu vaccination letter to practices</a></p>"
    offered = "<p>People aged 50 to 64 are offered it from {} December 2026.</p>"
    edits = {NINE - 90 * HOUR: "", NINE + 3 * HOUR: offered.format(1), NINE + 6 * HOUR: offered.format(8)}
    edits[NINE + 8 * HOUR] = offered.format(8).replace("50", "40")
    for at, edit in edits.items():
        site.put("/flu", PageVersion(at, "Flu vaccination offer", stays + edit + link))
    return site


class Files:
    """The agency's site with its letter: another reference from four on."""

    def __init__(self, site: EditedPages) -> None:
        self._site, self.host = site, site.host

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        if target != "/letter.docx":
            return self._site.answer(target, now)
        reference, day = ("PRN03000", 4) if now < NINE + 7 * HOUR else ("PRN03100", 11)
        body = letters.docx([f"Publication reference: {reference}", "To:", "• GP practices", ORDER.format(day=day)])
        return replace(self._site.answer("/flu", now), body=body, content_type="application/vnd.openxmlformats")

    def targets(self, now: datetime) -> Iterator[str]:
        return self._site.targets(now)


def told(runtime: Runtime) -> list[tuple[str, str, str, str]]:
    """Hour, reason, status and headline of each Alert."""
    with runtime.database.begin() as tx:
        alerts = store.alerts.since(tx, datetime.min.replace(tzinfo=UTC))
        items = store.items.find(tx, [alert.item for alert in alerts])
    return [
        (f"{alert.at:%H}", str(alert.reason), str(alert.status), items[alert.item].title if alert.item else alert.note)
        for alert in alerts
    ]


@pytest.mark.promise("P40")
def test_a_day_of_letters_is_told_as_it_is(tmp_path: Path) -> None:
    async def day() -> list[tuple[str, str, str, str]]:
        nhse, site = nhs_england(), govuk()
        web = StandInWeb([nhse, site, AssetsSite(site), Files(agency())], NINE)
        folder = write_config(tmp_path / "config", SOURCES, READERS, TOPICS)
        async with desk(folder, {}, f"sqlite:///{tmp_path}/w.db", NINE) as opened:
            runtime = replace(opened, fetcher=web)  # type: ignore[arg-type]
            for hour in range(10):
                web.now = NINE + hour * HOUR + timedelta(minutes=5)
                nhse.rest = hour < 3
                await poll_all(runtime, web.now)
            return told(runtime)

    assert asyncio.run(day()) == [
        ("10", "first_heard", "confirmed", "Flu vaccination of people aged 50 to 64"),  # a new row of an old page
        ("11", "changed", "confirmed", "Flu vaccination letter: people aged 50 to 64"),  # more on it, from two sources
        ("12", "first_heard", "changed", "Flu vaccination offer"),  # the page, edited for the first time
        (
            "13",
            "first_heard",
            "confirmed",
            "Flu vaccination: how the enhanced service is paid",
        ),  # REST is off
        ("14", "changed", "changed", "Flu vaccination letter: people aged 50 to 64"),  # its note, once
        ("15", "changed", "changed", "Flu vaccination offer"),
        ("16", "first_heard", "confirmed", "Flu vaccination letter to practices"),  # another reference: another letter
        ("17", "changed", "changed", "Flu vaccination offer"),
    ]


def play(tmp_path: Path, sources: str, web: StandInWeb, hours: int) -> list[tuple[str, str, str, str]]:
    """What is told in so many hourly looks."""

    async def day() -> list[tuple[str, str, str, str]]:
        folder = write_config(tmp_path / "config", f"sources:\n{sources}", READERS, TOPICS)
        async with desk(folder, {}, f"sqlite:///{tmp_path}/w.db", NINE) as opened:
            runtime = replace(opened, fetcher=web)  # type: ignore[arg-type]
            for hour in range(hours):
                web.now = NINE + hour * HOUR + timedelta(minutes=5)
                await poll_all(runtime, web.now)
            return told(runtime)

    return asyncio.run(day())


def test_a_withdrawal_is_told_though_another_source_lists_the_same_page(tmp_path: Path) -> None:
    site = GovukSite()
    path = "/government/publications/flu-letter"
    first = Edition(NINE + HOUR / 2, "Flu vaccination letter", "On flu.")
    off = replace(first, at=NINE + 3 * HOUR / 2, note="", withdrawn="This letter no longer applies.")
    site.put(path, "correspondence", first, off, by=(UKHSA,))
    feed = SOURCES.partition("  - {id: ukhsa")[2].partition("  - {id: programme")[0]
    entry = "id: letter, name: Letter, publisher: UKHSA, trust: official, kind: govuk, every: 15m"
    page = f"{{{entry}, url: 'https://www.gov.uk{path}'}}"
    web = StandInWeb([site, AssetsSite(site)], NINE)
    lines = play(tmp_path, f"  - {{id: ukhsa{feed}  - {page}\n", web, 4)
    assert [(reason, status) for _, reason, status, _ in lines] == [
        ("first_heard", "confirmed"),
        ("withdrawn", "withdrawn"),
    ]


def test_a_silent_edit_is_told_though_a_feed_lists_the_same_page(tmp_path: Path) -> None:
    site = main_site()
    for number in range(3):
        site.put(f"old-{number}", SavedPost(NINE - (30 + number) * HOUR, f"Beds {number}", "<p>x</p>"))
    offer = SavedPost(NINE + HOUR / 2, "Flu vaccination offer", "<p>People aged 50 to 64 from 1 December 2026.</p>")
    edited = replace(offer, at=NINE + 3 * HOUR / 2, content=offer.content.replace(" 1 ", " 8 "))
    site.put("offer", offer, edited)
    entry = "publisher: NHS England, trust: official, every: 15m, url: 'https://www.england.nhs.uk/{}'"
    sources = f"""
  - {{id: rest, name: News, kind: wordpress, {entry.format("")}}}
  - {{id: feed, name: Feed, kind: feed, {entry.format("feed/")}}}
"""
    lines = play(tmp_path, sources, StandInWeb([site], NINE), 4)
    assert [(reason, title) for _, reason, _, title in lines] == [
        ("first_heard", "Flu vaccination offer"),
        ("changed", "Flu vaccination offer"),
    ]


class Away:
    """A site whose files cannot be had for a while."""

    def __init__(self, site: WordPressSite, until: datetime) -> None:
        self._site, self.host, self._until = site, site.host, until

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        if target.endswith(".pdf") and now < self._until:
            return StandInAnswer(503)
        return self._site.answer(target, now)

    def targets(self, now: datetime) -> Iterator[str]:
        return self._site.targets(now)


def test_a_letter_that_could_not_be_had_is_read_when_it_can_be_though_it_is_not_listed_again(tmp_path: Path) -> None:
    site = main_site()
    row = Row("Estates: who owns the keys", NINE + HOUR / 2, "keys.pdf", letters.pdf([ORDER.format(day=5)]))
    old = SavedPost(NINE - 60 * HOUR, "Letters to practices", "<p>Letters.</p>")
    site.put("letters", old, type="document", rows=[row])
    source = SOURCES.partition("  - {id: letters")[2].partition("  - {id: ukhsa")[0]
    web = StandInWeb([Away(site, NINE + 4 * HOUR)], NINE)
    lines = play(tmp_path, f"  - {{id: letters{source}", web, 6)
    assert lines == [("13", "first_heard", "confirmed", "Estates: who owns the keys")], "its words name the topic"
