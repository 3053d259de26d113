"""Files as they hang on announcements: letters with their usual head, as PDF, as Word, and as a scan without text."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

import docx as word
from fpdf import FPDF

_MADE = datetime(2020, 1, 1, tzinfo=UTC)  # one date for all, so that the same words give the same bytes
_PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "\xa0": " ", "…": "..."})


def pdf(paragraphs: Sequence[str]) -> bytes:
    """A real PDF with one paragraph below the other; new pages come by themselves."""
    return _pdf(tuple(paragraphs))


def docx(paragraphs: Sequence[str]) -> bytes:
    """A real Word document with one paragraph below the other."""
    document = word.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


@lru_cache(maxsize=4)
def scan(pages: int = 1) -> bytes:
    """A PDF as an office scanner makes it: drawn marks on each page and not one letter of text."""
    made = _empty()
    for _ in range(pages):
        made.add_page()
        for line in range(30):
            made.line(20, 30 + line * 7, 150 + (line * 13) % 40, 30 + line * 7)
    return bytes(made.output())


def head(
    reference: str, to: Sequence[str], day: str, cc: Sequence[str] = (), cascade: Sequence[str] = ()
) -> tuple[str, ...]:
    """The head of an NHS England letter, down to the greeting."""
    lines = [f"Publication reference: {reference}", "Classification: Official"] if reference else []
    lines += ["To:", *(f"- {who}" for who in to)]
    if cc:
        lines += ["cc:", *(f"- {who}" for who in cc)]
    if cascade:
        lines += ["For onward cascade to:", *(f"- {who}" for who in cascade)]
    return (*lines, day, "Dear colleagues,")


def letter(top: Sequence[str], *paragraphs: str, signed: str = "Director of primary care") -> bytes:
    """A whole letter as PDF: its head, what it says, and who signs."""
    return pdf([*top, *paragraphs, "Yours sincerely,", signed])


@lru_cache(maxsize=512)
def _pdf(paragraphs: tuple[str, ...]) -> bytes:
    made = _empty()
    made.add_page()
    for words in paragraphs:
        made.multi_cell(0, 6, words.translate(_PLAIN), align="L", new_x="LMARGIN", new_y="NEXT")
        made.ln(2)
    return bytes(made.output())


def _empty() -> FPDF:
    made = FPDF(format="A4")
    made.set_creation_date(_MADE)
    made.set_margin(20)
    made.set_font("helvetica", size=11)
    return made
