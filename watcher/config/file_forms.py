"""What a file is that should be YAML in UTF-8 and is not, by its bytes: a Word document, say. No byte is repeated."""

_AS_TEXT = "write the file in a plain text editor, and save it as UTF-8"
_FORMS = (
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"\xd0\xcf\x11\xe0", "a Word or Excel file"),
    (b"%PDF", "a PDF file"),
    (b"{\\rtf", "a file of a word processor (RTF)"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3\x00", "a database"),
)
_WINDOWS_QUOTES = frozenset(b"\x91\x92\x93\x94\x96\x97")


def explain_form(raw: bytes) -> str:
    """What the file is, and the cure; "" for one that may be text in UTF-8."""
    form = next((name for beginning, name in _FORMS if raw.startswith(beginning)), "")
    return f"this is {form}, not YAML; {_AS_TEXT}" if form else ""


def explain_byte(byte: int) -> str:
    """What the first byte of a text says that is no UTF-8, and the cure."""
    if byte in _WINDOWS_QUOTES:
        return "not UTF-8: a curly quote or long dash of Windows-1252 stands here; type a plain one, and save as UTF-8"
    return "not UTF-8: from here on it is in another encoding, such as Windows-1252; save the file as UTF-8"
