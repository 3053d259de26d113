"""Bytes as text: strict UTF-8 before a wrong label and before a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.decoding.text_encoding import decode_text, html_soup

TEXT = "<p>“Flu” jab: £20 é</p>"
UTF_8_BODY = TEXT.encode()
LABELLED = '<meta charset="iso-8859-1">'


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (UTF_8_BODY, ""),
        (UTF_8_BODY, "text/html; charset=iso-8859-1"),
        (UTF_8_BODY, 'text/html; charset="utf-16"'),
        (b"\xef\xbb\xbf" + UTF_8_BODY, ""),
        (TEXT.encode("utf-16"), "text/html; charset=utf-8"),
        (TEXT.encode("utf-16-le"), ""),
        (TEXT.encode("utf-16-be"), ""),
        (TEXT.encode("utf-32"), ""),
        (TEXT.encode("windows-1252"), ""),
        (TEXT.encode("windows-1252"), "text/html; charset=utf-8"),
        (TEXT.encode("windows-1252"), "text/html; charset=iso-8859-1"),
        (TEXT.encode("windows-1252"), "text/html; charset=base64"),
        (TEXT.encode("windows-1252"), "text/html; charset=no-such-thing"),
        (TEXT.encode("mac-roman"), "text/html; charset=macintosh"),
    ],
)
def test_the_text_is_right_whatever_the_label_says(body: bytes, content_type: str) -> None:
    assert decode_text(body, content_type) == TEXT


def test_a_stray_byte_costs_no_other_character() -> None:
    assert decode_text("“£20” or ".encode() + b"\xa330\x81") == "“£20” or £30\x81"


@pytest.mark.promise("P33")
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252"])
def test_a_stray_byte_or_a_cut_makes_no_other_encoding_of_a_whole_feed(label: str) -> None:
    head = f'<?xml version="1.0" encoding="{label}"?>'
    whole = f"{head}GPs’ fees £5 – café".encode()
    assert decode_text(whole + b" \xa3") == f"{head}GPs’ fees £5 – café £"
    assert decode_text(whole + "’".encode()[:2])[: len(head) + 19] == f"{head}GPs’ fees £5 – café"


def test_the_documents_own_label_is_tried_before_a_guess() -> None:
    assert decode_text('<?xml version="1.0" encoding="iso-8859-2"?>ł'.encode("iso-8859-2"))[-1] == "ł"


def test_a_page_under_a_wrong_label_shows_its_pounds() -> None:
    assert html_soup((LABELLED + TEXT).encode()).get_text() == "“Flu” jab: £20 é"


@given(st.text(), st.sampled_from(["", "text/html; charset=utf-16", "charset=shift_jis"]))
def test_what_was_written_as_utf_8_is_read_as_it(text: str, content_type: str) -> None:
    marked = text.startswith(("\ufeff", "<\x00", "{\x00", "\x00<", "\x00{"))
    encoded = text.encode("utf-8", "replace")
    assert marked or decode_text(encoded, content_type) == encoded.decode()


@given(st.binary())
def test_any_bytes_are_text(body: bytes) -> None:
    decode_text(body).encode("utf-8", "surrogatepass")
