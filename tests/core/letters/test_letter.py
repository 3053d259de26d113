"""Letters as PDF and Word files: their words in whole lines, their reference, and why one cannot be read."""

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.stand_ins import letters
from watcher.core.letters.document_lines import MAX_FILE_BYTES, names_document
from watcher.core.letters.letter import Letter, as_letter, read_letter
from watcher.core.pages.versions import NOT_COMPARED, compare_versions, file_mark, version_of
from watcher.errors import NotParsed
from watcher.model import Item, TextChange, Verdict, Version

HEAD = letters.head("PRN02353", ["GP practices", "Integrated care boards"], "1 March 2025", cc=["Regional directors"])
LONG = (
    "Practices must send their order to the ICB by 5pm on Friday 18 April 2025, and those with a branch surgery send "
    "one order for each of their premises."
)
TEXT = """\
PDF file
Publication reference: PRN02353
Classification: Official
To:
- GP practices
- Integrated care boards
cc:
- Regional directors
1 March 2025
Dear colleagues,
# Flu vaccination: what practices must do
Practices must send their order to the ICB by 5pm on Friday 18 April 2025, and those with a branch surgery send one \
order for each of their premises.
Yours sincerely,
# Director of primary care"""
TITLE = "Flu vaccination: what practices must do"
# Without its table of contents, as some tools and broken downloads leave it.
BROKEN_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 58>>stream\nBT /F 12 Tf 72 720 Td (Practices must reply by 1 May) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def item(body: bytes, url: str = "https://nhse.example/letter.pdf") -> Item:
    identity = url.removeprefix("https://")
    bare = Item(source="nhse", identity=identity, url=url, title="Flu letter", keys=(identity, "Flu letter"))
    return as_letter(bare, body)


def test_a_letter_is_read_line_by_line_with_its_lists_and_its_sentences_whole() -> None:
    assert read_letter(letters.letter(HEAD, TITLE, LONG)) == Letter(text=TEXT, reference="PRN02353")


def test_a_word_file_reads_as_the_same_letter() -> None:
    read = read_letter(letters.docx([*HEAD, TITLE, LONG, "Yours sincerely,", "Director of primary care"]))
    assert read == Letter(text=TEXT.replace("PDF file", "Word file"), reference="PRN02353")


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("Publication reference: PRN02353", "PRN02353"),
        ("Publication reference: C1584", "C1584"),
        ("Publication approval reference: B0497", "B0497"),
        ("Letter ref BW304", "BW304"),
        ("Publications reference: PRN 00475_i", "PRN00475_I"),
        ("Form B2000 is no longer used.", ""),
        ("Further to our letter of 1 March 2026 (publication reference PRN00999), practices must reply.", ""),
    ],
)
def test_the_reference_of_a_letter_is_that_which_it_names_as_its_own(line: str, reference: str) -> None:
    assert read_letter(letters.pdf([line, LONG])).reference == reference


def test_what_a_letter_cites_below_its_greeting_is_not_its_reference() -> None:
    cited = "Publication reference: PRN00999"
    assert read_letter(letters.docx(["Dear colleagues,", cited, LONG])).reference == ""


def test_a_member_of_a_list_without_a_full_stop_ends_where_the_next_line_begins_large() -> None:
    long = "- confirm the named lead for vaccination to the regional team of NHS England by 5 May 2026 at the latest"
    text = read_letter(letters.pdf(["Regional teams:", long, "GP practices are asked to:", "- sign up by 31 May"])).text
    assert text.splitlines()[-2:] == ["GP practices are asked to:", "- sign up by 31 May"]


def test_all_words_of_a_word_file_are_read_in_whatever_they_stand() -> None:
    """A content control, an insertion that is not accepted yet, a table of rows, and a letter laid out in a cell."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Publication reference: PRN01234"
    paragraph = document.add_paragraph("Practices must reply by ")
    inserted = OxmlElement("w:ins")
    inserted.append(run("5 May 2026"))
    paragraph._p.append(inserted)
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    content.append(document.add_paragraph("They tell their ICB.")._p)
    control.append(content)
    document.element.body.insert(1, control)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Practices", "by 5 May"
    held = io.BytesIO()
    document.save(held)
    letter = read_letter(held.getvalue())
    assert (letter.reference, letter.text.splitlines()[1:]) == (
        "PRN01234",
        [
            "Publication reference: PRN01234",
            "# Practices must reply by 5 May 2026",
            "They tell their ICB.",
            "| Practices | by 5 May",
        ],
    )


def run(words: str) -> Any:
    """A run of text, as WordprocessingML has it."""
    made, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = words
    made.append(text)
    return made


def test_page_numbers_and_lines_that_stand_on_every_page_are_no_part_of_it() -> None:
    pages = [f"Practices must keep record number {number} for three years." for number in range(200)]
    text = read_letter(letters.pdf(pages)).text
    assert text.splitlines()[1:] == pages


def test_another_reference_is_another_letter_and_the_same_one_elsewhere_is_the_same() -> None:
    first, reissued = item(letters.letter(HEAD, LONG)), item(letters.letter(("Publication reference: PRN02400",), LONG))
    elsewhere = item(letters.letter(HEAD, LONG), "https://nhse.example/other.pdf")
    assert first.identity == elsewhere.identity == "letter PRN02353"
    assert reissued.identity == "letter PRN02400"
    assert item(letters.pdf([LONG])).identity == "nhse.example/letter.pdf", "without a reference it is its address"


def test_two_versions_of_a_letter_differ_in_words() -> None:
    was, now = (
        version_of(item(letters.letter(HEAD, f"Practices must order by {day} April 2025.", LONG))) for day in (18, 25)
    )
    said = TextChange(was="Practices must order by 18 April 2025.", now="Practices must order by 25 April 2025.")
    change = compare_versions(was, now)
    assert (change.verdict, change.text) == (Verdict.CHANGED, (said,))
    assert compare_versions(was, was).verdict is Verdict.COSMETIC


def test_a_letter_whose_words_are_read_for_the_first_time_has_not_changed() -> None:
    known = item(letters.pdf([LONG]))
    unread = Version(title=known.title, text="File of 1,200 bytes, 0123456789abcdef")  # as it was kept before
    scan = Version(title=known.title, text=file_mark(letters.scan()))
    assert compare_versions(unread, version_of(known)).verdict is Verdict.COSMETIC
    assert compare_versions(scan, version_of(known)) == compare_versions(version_of(known), scan) == NOT_COMPARED


@pytest.mark.promise("P40")
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (letters.scan(), "there is no text in this file: it may be a scan; open it yourself"),
        (b"\xd0\xcf\x11\xe0 old", "this is an old Word file (.doc), whose text cannot be read; open it yourself"),
        (b"%PDF-1.7 broken", "the PDF file is damaged (PdfiumError)"),
        (b"PK\x03\x04 broken", "this is no Word file that can be read (BadZipFile)"),
        (b"%PDF" + b"x" * MAX_FILE_BYTES, "the file has more than 10 MB; it is not read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(body: bytes, why: str) -> None:
    with pytest.raises(NotParsed) as error:
        read_letter(body)
    assert error.value.why == why


def test_a_damaged_file_is_read_as_a_browser_would() -> None:
    assert read_letter(BROKEN_PDF).text == "PDF file\n# Practices must reply by 1 May"


def test_a_word_file_that_unpacks_without_end_is_not_read() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 70_000_000)
    with pytest.raises(NotParsed, match="unpacks to 70,000,000 bytes"):
        read_letter(held.getvalue())


def test_an_address_names_a_file_by_how_its_path_ends() -> None:
    addresses = ("https://a.example/x.PDF?download=1", "https://a.example/x.docx", "https://a.example/pdf", "")
    assert [names_document(address) for address in addresses] == [True, True, False, False]


@pytest.mark.promise("P8", "P40")
@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b""]), st.binary(max_size=300))
@example(b"", letters.pdf([LONG])[:700])
@example(b"", letters.docx([LONG])[:-30])
def test_any_bytes_are_a_letter_or_not_parsed_and_twice_the_same(begin: bytes, rest: bytes) -> None:
    answers = []
    for _ in range(2):
        try:
            answers.append(read_letter(begin + rest).text)
        except NotParsed as error:
            answers.append(error.why)
    assert answers[0] == answers[1]
    assert answers[0]


def test_another_scan_is_another_file() -> None:
    assert file_mark(letters.scan(1)) != file_mark(letters.scan(2))
