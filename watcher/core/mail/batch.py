"""The mails of one look at a mailbox, as the body of one Response: JSON, so that it is read like any other answer."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from watcher.errors import NotParsed

_START = b'{"mailbox": '  # what no mail, page or feed begins with


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail as it lies in the mailbox: its UID there (RFC 3501 section 2.3.1.1) and its bytes.

    `signed_by`: the domains whose DKIM signature of it is right (RFC 6376); None where that could not be checked now.
    `judged_by`: the server whose word of its signatures stands at its top, where that was not taken. `is_cut`: it is
    too large, so that `body` has its header lines alone.
    """

    uid: int
    body: bytes
    signed_by: frozenset[str] | None = frozenset()
    is_cut: bool = False
    judged_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBatch:
    """Mails in the order of their UIDs. `validity`: the folder's UIDVALIDITY; `has_more`: others wait behind them.

    `last`: up to this UID all mails were looked at, whosever they are.
    """

    validity: int
    mails: tuple[ReceivedMail, ...] = ()
    last: int = 0
    has_more: bool = False


def pack_batch(batch: MailBatch) -> bytes:
    """The MailBatch as a body."""
    mails = [
        {
            "uid": mail.uid,
            "signed_by": None if mail.signed_by is None else sorted(mail.signed_by),
            "is_cut": mail.is_cut,
            "judged_by": mail.judged_by,
            "mail": b64encode(mail.body).decode("ascii"),
        }
        for mail in batch.mails
    ]
    rest = {"validity": batch.validity, "last": batch.last, "has_more": batch.has_more, "mails": mails}
    return _START + json.dumps(rest).encode("ascii") + b"}"


def holds_mails(body: bytes) -> bool:
    """Whether a body is a batch with a mail in it."""
    return body.startswith(_START) and b'"mail": "' in body


def unpack_batch(body: bytes) -> MailBatch:
    """The MailBatch in a body; one mail alone, such as a saved .eml file, is one whose sender nobody has proven.

    Raises NotParsed for a batch that is damaged.
    """
    if not body.startswith(_START):
        return MailBatch(validity=0, mails=(ReceivedMail(uid=0, body=body),))
    try:
        answer = json.loads(body)["mailbox"]
        return MailBatch(
            validity=int(answer["validity"]),
            mails=tuple(_read_mails(answer["mails"])),
            last=int(answer["last"]),
            has_more=bool(answer["has_more"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotParsed(f"the mails of this look cannot be unpacked ({type(error).__name__})") from error


def _read_mails(packed: Iterable[dict[str, object]]) -> Iterable[ReceivedMail]:
    for mail in packed:
        signed_by = mail["signed_by"]
        yield ReceivedMail(
            uid=int(str(mail["uid"])),
            body=b64decode(str(mail["mail"]), validate=True),
            signed_by=frozenset(map(str, signed_by)) if isinstance(signed_by, list) else None,
            is_cut=bool(mail["is_cut"]),
            judged_by=str(mail["judged_by"]),
        )
