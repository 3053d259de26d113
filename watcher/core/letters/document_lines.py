"""The text lines of a PDF or Word file, as its pages show them. Costly and of strangers: to be run in the sandbox.

pypdf (pypdf.readthedocs.io, "Extract text") gives the lines of a page as they were set, so a paragraph is several; the
XML of a Word file has whole paragraphs. A scan holds pictures of words and no words: that is said, never guessed.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.errors import NotParsed

MAX_PAGES = 200
MAX_FILE_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 60_000_000  # of a Word file, which is a zip
MIN_PAGES_OF_FOOTER = 3  # a line that stands on as many pages, and on most, is their header or footer
PDF, WORD, OLD_WORD = b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NAMES = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"  # of the elements of a Word file
SIGNATURES = (PDF, WORD, OLD_WORD)  # how PDF, .docx and .doc files begin
_PAGE_NUMBER = lazy_regex(r"^(?:page )?\d{1,3}(?: (?:of|/) \d{1,3})?$", re.IGNORECASE)
_BULLET = lazy_regex(r"^(?:[•●○▪◦\uf0b7\uf0a7]|[-–](?= ))\s*(?=\S)")


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
    import pypdf
    from pypdf.errors import FileNotDecryptedError

    try:
        pages = [page.extract_text().splitlines() for page in pypdf.PdfReader(io.BytesIO(body)).pages[:MAX_PAGES]]
    except FileNotDecryptedError as error:
        raise NotParsed("the file can be opened with a password only") from error
    except Exception:  # noqa: BLE001 - pypdf raises whatever the broken file makes it stumble over
        pages = _read_damaged(body)
    yield from _without_running_lines([[one_line(line) for line in page] for page in pages])


def _read_damaged(body: bytes) -> list[list[str]]:
    """The lines of each page as pdfium reads them, the reader of Chrome: it mends what pypdf cannot open."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(body) as document:
            pages = [document[number].get_textpage() for number in range(min(len(document), MAX_PAGES))]
            return [page.get_text_bounded().splitlines() for page in pages]
    except pypdfium2.PdfiumError as error:
        raise NotParsed(f"the PDF file is damaged ({type(error).__name__})") from error


def _without_running_lines(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of all pages without page numbers and without headers and footers that most pages repeat."""
    counts = Counter(line for page in pages for line in {*page[:2], *page[-2:]})
    running = {line for line, count in counts.items() if count >= max(MIN_PAGES_OF_FOOTER, len(pages) / 2)}
    for page in pages:
        last = len(page) - 1
        for number, line in enumerate(page):
            is_page_number = number in {0, last} and _PAGE_NUMBER.match(line)
            if line not in running and not is_page_number:
                yield _BULLET.sub("• ", line)


def _word_lines(body: bytes) -> list[str]:
    import docx

    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(body)).infolist())
        document = docx.Document(io.BytesIO(body)) if unpacked <= MAX_UNPACKED_BYTES else None
        roots = [document.sections[0].header._element, document.element.body] if document else []  # noqa: SLF001
        lines = [line for root in roots for line in _block_lines(root)]
    except Exception as error:  # a zip of another kind, or a damaged one
        raise NotParsed(f"this is no Word file that can be read ({type(error).__name__})") from error
    if document is None:
        raise NotParsed(f"the Word file unpacks to {unpacked:,} bytes; it is not read")
    return lines


def _block_lines(root: Any) -> Iterator[str]:
    """The paragraphs below an element of WordprocessingML (ECMA-376 part 1, 17.2), each followed by an empty line.

    Read from the XML, for python-docx passes over content controls and insertions. A row whose cells hold one
    paragraph each is one line with its cells apart.
    """
    for element in root:
        if element.tag == f"{_NAMES}p":
            yield from (_paragraph_line(element), "")
        elif element.tag == f"{_NAMES}tr" and _is_row(element):
            cells = (_words(cell) for cell in element.iter(f"{_NAMES}tc"))
            yield from (" | ".join(dict.fromkeys(filter(None, cells))), "")
        else:
            yield from _block_lines(element)


def _is_row(table_row: Any) -> bool:
    paragraphs = [
        [_words(paragraph) for paragraph in cell.iter(f"{_NAMES}p")] for cell in table_row.iter(f"{_NAMES}tc")
    ]
    return len(paragraphs) > 1 and all(sum(map(bool, cell)) <= 1 for cell in paragraphs)


def _paragraph_line(paragraph: Any) -> str:
    style = str(paragraph.style or "")
    words = _words(paragraph)
    mark = "# " if style.startswith(("Heading", "Title")) else "• " if "List" in style else ""
    return mark + words if mark and words else _BULLET.sub("• ", words)


def _words(element: Any) -> str:
    """The words of an element, with what was inserted and without what was deleted."""
    breaks = {f"{_NAMES}tab": " ", f"{_NAMES}br": " "}
    return one_line("".join(breaks.get(part.tag, part.text or "") for part in element.iter(f"{_NAMES}t", *breaks)))
