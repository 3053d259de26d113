"""What README says does not work yet. Each of these fails today; the day one passes, README must say so."""

from datetime import UTC, datetime, timedelta

import pytest
import typer

from watcher.cli import app
from watcher.config.schema import kinds
from watcher.model import Item, Response, Trust
from watcher.sources.feed import Feed

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 58>>stream\nBT /F 12 Tf 72 720 Td (Practices must reply by 1 May) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.mark.xfail(strict=True, reason="there are no web pages")
def test_the_pages_can_be_served() -> None:
    assert "web" in typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.xfail(strict=True, reason="bulletins that come by e-mail are not read")
def test_a_mailbox_is_a_kind_of_source() -> None:
    assert "mailbox" in kinds()


@pytest.mark.xfail(strict=True, reason="Parliament's statements and questions are JSON that no kind reads")
def test_json_is_a_kind_of_source() -> None:
    assert "json" in kinds()


@pytest.mark.xfail(strict=True, reason="of a PDF only its name in the list is known")
def test_the_text_of_a_pdf_is_read() -> None:
    feed = Feed(
        id="letters",
        name="Letters",
        publisher="NHS England",
        trust=Trust.OFFICIAL,
        kind="feed",
        url="https://letters.example/feed",
        every=timedelta(minutes=30),
        read_page=True,
    )
    item = Item(
        source="letters", identity="letters.example/1.pdf", url="https://letters.example/1.pdf", title="A letter"
    )
    response = Response(url=item.url, body=PDF, fetched_at=datetime(2026, 4, 1, tzinfo=UTC))
    assert "reply by 1 May" in feed.read_item(item, response).text
