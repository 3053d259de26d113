"""Signatures of mails (DKIM, RFC 6376), checked with keys of our own: the DNS is played."""

import shutil
import subprocess
from datetime import UTC, datetime
from functools import cache

import dkim
import pytest

from tests.support.mails import mail
from watcher.fetching.signatures import FindKey, NoAnswer, ask_dns, check_signatures

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
BODY = mail(AT, "PCSE <updates@pcse.example>", "Registrations", "<p>Send the list.</p>", signed_by=None)
SIGNED_LINES = (b"from", b"to", b"subject", b"date", b"content-type")


@cache
def key_pair() -> tuple[bytes, bytes]:
    """A private key, and the public one as the DNS gives it."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("there is no openssl on this machine to make a key with")
    private = subprocess.run([program, "genrsa", "-traditional", "1024"], check=True, capture_output=True).stdout
    public = subprocess.run([program, "rsa", "-pubout"], input=private, check=True, capture_output=True).stdout
    base64 = b"".join(line for line in public.splitlines() if not line.startswith(b"-"))
    return private, b"v=DKIM1; k=rsa; p=" + base64


def signed(body: bytes = BODY, domain: bytes = b"pcse.example", lines: tuple[bytes, ...] = SIGNED_LINES) -> bytes:
    return bytes(dkim.sign(body, b"mail", domain, key_pair()[0], include_headers=lines)) + body


def dns(name: bytes, **_: float) -> bytes | None:
    return key_pair()[1] if name == b"mail._domainkey.pcse.example." else None


def no_dns(_: bytes, **__: float) -> bytes | None:
    raise NoAnswer


def check(body: bytes, find_key: FindKey) -> frozenset[str] | None:
    return check_signatures(body, "updates@pcse.example", (), find_key)


def test_a_right_signature_names_its_domain() -> None:
    assert check(signed(), dns) == frozenset({"pcse.example"})


def test_a_mail_that_was_changed_or_signed_by_nobody_has_none() -> None:
    assert check(signed().replace(b"the list", b"your password"), dns) == frozenset()
    assert check(signed(domain=b"evil.example"), dns) == frozenset()
    assert check(BODY, dns) == frozenset()
    assert check(b"DKIM-Signature: v=1; nonsense\r\n" + BODY, dns) == frozenset()


@pytest.mark.parametrize("lines", [(b"from", b"to", b"date"), (b"from", b"to", b"subject")])
def test_a_signature_that_leaves_the_subject_or_the_date_to_anybody_does_not_count(lines: tuple[bytes, ...]) -> None:
    assert check(signed(lines=lines), dns) == frozenset()


def test_one_right_signature_is_enough_and_that_of_others_is_not_asked_for() -> None:
    other = bytes(dkim.sign(BODY, b"mail", b"mailer.example", key_pair()[0], include_headers=SIGNED_LINES))
    asked: list[bytes] = []

    def noted(name: bytes, **_: float) -> bytes | None:
        asked.append(name)
        return dns(name)

    assert check(other + signed(), noted) == frozenset({"pcse.example"})
    assert asked == [b"mail._domainkey.pcse.example."]


@pytest.mark.parametrize(
    "signature",
    [
        b"DKIM-Signature: v=1; d=pcse.example\r\nno colon here\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=pcse.example; s=a\\9; h=from:subject:date; bh=aa==; b=aa==\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=pcse.example; s=%s; h=from:subject:date; bh=aa==; b=aa==\r\n"
        % (b"x" * 300),
    ],
)
def test_a_signature_that_is_none_holds_nothing_up(signature: bytes) -> None:
    assert check(signature + BODY, ask_dns) == frozenset()


def test_spaces_without_end_are_not_checked() -> None:
    body = BODY.replace(b"Send", b" " * 200_000 + b"Send")
    assert check(signed() + body, dns) == frozenset()


def test_a_signature_of_a_part_of_the_text_does_not_count() -> None:
    part = bytes(dkim.sign(BODY, b"mail", b"pcse.example", key_pair()[0], include_headers=SIGNED_LINES, length=True))
    assert b"l=" in part
    assert check(part + BODY, dns) == frozenset()


def test_without_an_answer_of_the_dns_nobody_can_tell() -> None:
    assert check(signed(), no_dns) is None
