"""The text lines of a PDF or Word file, as its pages show them. Costly and of strangers: to be run in the sandbox.

pypdf (pypdf.readthedocs.io, "Extract text") gives the lines of a page as they were set, so a paragraph is several;
python-docx gives whole paragraphs. A scan holds pictures of words and no words: that is said, never guessed.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import docx
import pypdf
import pypdfium2
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph
from pypdf.errors import FileNotDecryptedError

from watcher.core.language.text import one_line
from watcher.errors import NotParsed

MAX_PAGES = 200
MAX_FILE_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 60_000_000  # of a Word file, which is a zip
MIN_PAGES_OF_FOOTER = 3  # a line that stands on as many pages, and on most, is their header or footer
PDF, WORD, OLD_WORD = b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SIGNATURES = (PDF, WORD, OLD_WORD)  # how PDF, .docx and .doc files begin
_PAGE_NUMBER = re.compile(r"^(?:page )?\d{1,3}(?: (?:of|/) \d{1,3})?$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[•●○▪◦\uf0b7\uf0a7]|[-–](?= ))\s*(?=\S)")


def is_document(body: bytes) -> bool:
    """Whether a body is a PDF or Word file, by how it begins."""
    return body.startswith(SIGNATURES)


def names_document(url: str) -> bool:
    """Whether an address is that of a PDF or Word file, by how its path ends."""
    return urlsplit(url).path.lower().endswith((".pdf", ".docx", ".doc"))


def read_lines(body: bytes) -> tuple[str, list[str]]:
    """The name of the kind of file ("PDF file") and its lines: a heading begins with "# ", a list's member with "• ".

    Raises NotParsed where it holds no text, cannot be opened, or is too large.
    """
    if len(body) > MAX_FILE_BYTES:
        raise NotParsed(f"the file has more than {MAX_FILE_BYTES // 1_000_000} MB; it is not read")
    if body.startswith(OLD_WORD):
        raise NotParsed("this is an old Word file (.doc), whose text cannot be read; open it yourself")
    kind, lines = ("PDF file", list(_pdf_lines(body))) if body.startswith(PDF) else ("Word file", _word_lines(body))
    if not any(re.search(r"\w{2}", line) for line in lines):
        raise NotParsed("there is no text in this file: it may be a scan; open it yourself")
    return kind, lines


def _pdf_lines(body: bytes) -> Iterator[str]:
    try:
        pages = [page.extract_text().splitlines() for page in pypdf.PdfReader(io.BytesIO(body)).pages[:MAX_PAGES]]
    except FileNotDecryptedError as error:
        raise NotParsed("the file can be opened with a password only") from error
    except Exception:  # noqa: BLE001 - pypdf raises whatever the broken file makes it stumble over
        pages = _read_damaged(body)
    yield from _without_running_lines([[one_line(line) for line in page] for page in pages])


def _read_damaged(body: bytes) -> list[list[str]]:
    """The lines of each page as pdfium reads them, the reader of Chrome: it mends what pypdf cannot open."""
    try:
        with pypdfium2.PdfDocument(body) as document:
            pages = [document[number].get_textpage() for number in range(min(len(document), MAX_PAGES))]
            return [page.get_text_bounded().splitlines() for page in pages]
    except pypdfium2.PdfiumError as error:
        raise NotParsed(f"the PDF file is damaged ({type(error).__name__})") from error


def _without_running_lines(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of all pages without page numbers and without headers and footers that most pages repeat.

    A gap stands between two pages only where the first ends a sentence: a paragraph runs on over the edge.
    """
    counts = Counter(line for page in pages for line in {*page[:2], *page[-2:]})
    running = {line for line, count in counts.items() if count >= max(MIN_PAGES_OF_FOOTER, len(pages) / 2)}
    for page in pages:
        for line in page:
            if line not in running and not _PAGE_NUMBER.match(line):
                yield _BULLET.sub("• ", line)


def _word_lines(body: bytes) -> list[str]:
    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(body)).infolist())
        document = docx.Document(io.BytesIO(body)) if unpacked <= MAX_UNPACKED_BYTES else None
        lines = [line for block in document.iter_inner_content() for line in _block_lines(block)] if document else []
    except Exception as error:  # a zip of another kind, or a damaged one
        raise NotParsed(f"this is no Word file that can be read ({type(error).__name__})") from error
    if document is None:
        raise NotParsed(f"the Word file unpacks to {unpacked:,} bytes; it is not read")
    return lines


def _block_lines(block: WordParagraph | Table) -> Iterator[str]:
    """A paragraph, or the rows of a table with their cells apart; an empty line after each, for they are whole."""
    if isinstance(block, Table):
        for cells in (table_row.cells for table_row in block.rows):
            yield " | ".join(dict.fromkeys(filter(None, (one_line(cell.text) for cell in cells))))
            yield ""
        return
    style = str(block.style.name if block.style else "")
    words = one_line(block.text)
    mark = "# " if style.startswith(("Heading", "Title")) else "• " if "List" in style else ""
    yield mark + words if mark and words else _BULLET.sub("• ", words)
    yield ""
