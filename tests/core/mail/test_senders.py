"""Who surely sent a mail."""

from email.message import Message
from email.parser import BytesParser

import pytest

from watcher.core.mail.senders import claimed_sender, is_from, is_proven, is_unambiguous, judged_signatures

OURS = "mx.practice.example"


def headers(*lines: str) -> Message:
    return BytesParser().parsebytes("\r\n".join((*lines, "", "")).encode(), headersonly=True)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("bulletin@england.example", True),
        ("Bulletin@England.example", True),
        ("news@pcse.example", True),
        ("news@x.pcse.example", False),
        ("bulletin@england.example.evil.example", False),
        ("other@england.example", False),
    ],
)
def test_a_sender_is_an_address_or_any_of_one_domain(address: str, *, is_one: bool) -> None:
    assert is_from(address, ("bulletin@england.example", "@pcse.example")) is is_one


@pytest.mark.parametrize(
    ("lines", "judged"),
    [
        ([f"Authentication-Results: {OURS}; dkim=pass header.d=england.example"], {"england.example"}),
        ([f"Authentication-Results: {OURS}; dkim=pass header.i=@England.example; spf=fail"], {"england.example"}),
        ([f"Authentication-Results: {OURS};\r\n dkim=fail header.d=england.example"], set()),
        ([f"Authentication-Results: {OURS}; dkim=none"], set()),
        # It did not look: then we do.
        ([f"Authentication-Results: {OURS}; none"], None),
        ([f"Authentication-Results: {OURS}; dmarc=pass header.from=england.example"], None),
        ([f"Authentication-Results: {OURS}; dkim=temperror header.d=england.example"], None),
        # Right, and of a part of the mail alone.
        (
            [
                f"Authentication-Results: {OURS}; dkim=pass header.d=england.example",
                "DKIM-Signature: v=1; d=england.example; h=from:subject:date; l=10",
            ],
            set(),
        ),
        (
            [
                f"Authentication-Results: {OURS}; dkim=pass header.d=england.example",
                "DKIM-Signature: v=1; d=england.example; h=From : Subject:Date:To",
            ],
            {"england.example"},
        ),
        # What a sender writes below our server's own line, or instead of it, is nobody's word.
        (
            [
                f"Authentication-Results: {OURS}; dkim=fail header.d=england.example",
                f"Authentication-Results: {OURS}; dkim=pass header.d=england.example",
            ],
            set(),
        ),
        (["Authentication-Results: mx.evil.example; dkim=pass header.d=england.example"], None),
        (["Authentication-Results: %%%"], None),
        ([], None),
    ],
)
def test_only_the_topmost_word_of_our_own_server_is_taken(lines: list[str], judged: set[str] | None) -> None:
    assert judged_signatures(headers(*lines), OURS) == judged


def test_without_the_name_of_our_server_nobodys_word_is_taken() -> None:
    assert judged_signatures(headers(f"Authentication-Results: {OURS}; dkim=pass header.d=a.example"), "") is None


@pytest.mark.parametrize(
    ("signers", "trusted", "proven"),
    [
        ({"england.example"}, (), True),
        ({"mail.england.example"}, (), True),
        ({"example"}, (), False),  # nobody owns a top-level domain
        ({"mailer.example"}, (), False),
        ({"mailer.example"}, ("mailer.example",), True),
        ({"notengland.example"}, (), False),
        (set(), (), False),
    ],
)
def test_a_signature_speaks_for_its_own_domain(signers: set[str], trusted: tuple[str, ...], *, proven: bool) -> None:
    assert is_proven("bulletin@england.example", signers, trusted) is proven


@pytest.mark.parametrize("suffix", ["nhs.uk", "co.uk", "gov.uk", "org.uk", "uk", "com"])
def test_a_public_suffix_signs_for_nobody(suffix: str) -> None:
    assert not is_proven(f"gp@practice.{suffix}", {suffix})


def test_of_two_subjects_one_is_signed_and_the_other_shown() -> None:
    assert is_unambiguous(headers("From: a@b.example", "Subject: One"))
    assert not is_unambiguous(headers("From: a@b.example", "Subject: Send us your data", "Subject: One"))


@pytest.mark.parametrize(
    ("line", "claimed"),
    [
        ("PCSE <updates@pcse.example>", ("updates@pcse.example", True)),
        ("NHS England, Primary Care <updates@pcse.example>", ("updates@pcse.example", True)),
        ("updates@pcse.example <updates@pcse.example>", ("updates@pcse.example", True)),
        ("NHS England [EXT] ‹updates@pcse.example›", ("updates@pcse.example", True)),
        ('"updates@pcse.example" <spam@evil.example>', ("", False)),
        ("updates@pcse.example <spam@evil.example>", ("", False)),
        ("updates@pcse.example, spam@evil.example", ("updates@pcse.example", False)),
        ("Someone <x@elsewhere.example>", ("", False)),
        ("nobody", ("", False)),
    ],
)
def test_in_whose_name_a_mail_is_written(line: str, claimed: tuple[str, bool]) -> None:
    assert claimed_sender(headers(f"From: {line}"), ("@pcse.example",)) == claimed


def test_a_second_from_line_leaves_open_whose_mail_it_is() -> None:
    twice = headers("From: a@pcse.example", "From: b@elsewhere.example")
    assert claimed_sender(twice, ("@pcse.example",)) == ("a@pcse.example", False)
