r"""The only way to a mailbox: IMAP over TLS, read only. Nothing there is marked as read, moved, flagged or deleted.

RFC 3501: EXAMINE opens a folder that cannot be changed, BODY.PEEK[] reads and marks nothing as seen.
"""

import imaplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.mail.batch import MailBatch, ReceivedMail, pack_batch
from watcher.core.mail.content import MAX_MAIL_BYTES, parse_headers, without_recipients
from watcher.core.mail.senders import claimed_sender, judging_server
from watcher.errors import NotFetched
from watcher.fetching.mailbox_address import ADDRESS_EXAMPLE
from watcher.fetching.signatures import find_signers
from watcher.model import MailRequest, Response
from watcher.model.login_address import LoginAddress

if TYPE_CHECKING:
    from imap_tools import MailBox

MAX_BATCH_BYTES = MAX_MAIL_BYTES  # of one look; the next one goes on with the others
MAX_EXAMINED = 500  # mails whose From line is read in one look
FIRST_LOOK = timedelta(days=30)
MAX_ANSWER_SECONDS, MAX_LOOK_SECONDS = 30.0, 90.0  # of each answer of the server, and of all
IMAPS_PORT = 993
NO_MAILBOX = f"no mailbox is set: set WATCHER_IMAP_URL ({ADDRESS_EXAMPLE}), or add mails with `watcher add-mail`"
CURE_LOGIN = (
    "check the user and password in WATCHER_IMAP_URL; Microsoft 365 and nhs.net take no passwords (docs/bulletins.md)"
)
_UID, _SIZE = lazy_regex(rb"\bUID (\d+)"), lazy_regex(rb"\bRFC822\.SIZE (\d+)")
FindSigners = Callable[[bytes, str, Sequence[str], str], frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class MailReader:
    """Reads the mailbox at `address` (None: there is none). `clock` gives UTC; `find_signers`: see signatures.py."""

    address: LoginAddress | None = field(repr=False)
    clock: Callable[[], datetime] = field(repr=False)
    find_signers: FindSigners = find_signers

    def read(self, request: MailRequest) -> Response:
        """The mails that a MailRequest asks for, as a MailBatch. Raises NotFetched. It blocks: call it in a thread."""
        from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

        if self.address is None:
            raise NotFetched(NO_MAILBOX)
        try:
            batch = self._read_batch(self.address, request)
        except MailboxLoginError as error:
            raise NotFetched(f"the mail server refuses the login; {CURE_LOGIN}") from error
        except MailboxFolderSelectError as error:
            raise NotFetched(f"the mailbox has no folder {request.folder!r}") from error
        except ssl.SSLCertVerificationError as error:
            why = "the certificate of the mail server is not to be trusted; check WATCHER_IMAP_URL"
            raise NotFetched(why) from error
        except (ImapToolsError, imaplib.IMAP4.error, ValueError) as error:
            raise NotFetched(f"the mail server's answer cannot be used ({type(error).__name__})") from error
        except OSError as error:
            why = f"the mail server cannot be reached ({type(error).__name__}); check the host in WATCHER_IMAP_URL"
            raise NotFetched(why, unreachable=True) from error
        return Response(url=request.url, requested_url=request.url, body=pack_batch(batch), fetched_at=self.clock())

    def _read_batch(self, address: LoginAddress, request: MailRequest) -> MailBatch:
        deadline = time.monotonic() + MAX_LOOK_SECONDS
        with _open_box(address) as box:
            box.folder.set(request.folder, readonly=True)
            validity = _read_number(box, "UIDVALIDITY")
            is_known = validity == request.validity
            uids = self._search(box, request, is_known=is_known)
            examined = uids[:MAX_EXAMINED]
            sizes = _read_sizes(box, examined, request.senders)
            mails: list[ReceivedMail] = []
            begin = request.after if is_known or request.goes_on else 0
            top = max(begin, _read_number(box, "UIDNEXT") - 1, *examined[-1:])  # not every server says UIDNEXT
            size, last = 0, top if len(examined) == len(uids) else examined[-1]
            for uid, bytes_there in sizes.items():
                size += min(bytes_there, MAX_MAIL_BYTES)
                is_full = len(mails) >= request.max_mails or size > MAX_BATCH_BYTES or time.monotonic() > deadline
                if mails and is_full:
                    last = uid - 1
                    break
                is_cut = request.headers_only or bytes_there > MAX_MAIL_BYTES
                mails.append(self._read_mail(box, uid, request, is_cut=is_cut))
        has_more = len(mails) < len(sizes) or len(examined) < len(uids)
        return MailBatch(validity=validity or 1, mails=tuple(mails), last=last, has_more=has_more)

    def _search(self, box: "MailBox", request: MailRequest, *, is_known: bool) -> list[int]:
        """The UIDs of the mails that may be meant, lowest first: the server compares parts of the From line."""
        from imap_tools import AND, OR, U

        senders = OR(from_=list(request.senders)) if len(request.senders) > 1 else AND(from_=request.senders[0])
        since = (self.clock() - FIRST_LOOK).date()
        begin = request.after + 1 if is_known or request.goes_on else 1
        range_of_uids = AND(senders, uid=U(str(begin), "*"))
        where = range_of_uids if is_known else AND(range_of_uids, date_gte=since)
        uids = sorted(map(int, box.uids(where, charset=None)))
        return [uid for uid in uids if uid >= begin]  # "9:*" gives 8 where 8 is the last

    def _read_mail(self, box: "MailBox", uid: int, request: MailRequest, *, is_cut: bool) -> ReceivedMail:
        """One mail without its recipients, and the domains that signed it."""
        body = _fetch(box, uid, "BODY.PEEK[HEADER]" if is_cut else "BODY.PEEK[]")
        signed_by = frozenset[str]() if is_cut else self.signers_of(body, request.senders, request.signed_by)
        judge = judging_server(parse_headers(body))
        judged_by = "" if signed_by or judge == self._server else judge
        return ReceivedMail(
            uid=uid, body=without_recipients(body), signed_by=signed_by, is_cut=is_cut, judged_by=judged_by
        )

    @property
    def _server(self) -> str:
        """The name of our own mail server, as WATCHER_IMAP_URL has it."""
        return self.address.query.removeprefix("server=").lower() if self.address else ""

    def signers_of(
        self, mail: bytes, senders: Sequence[str], signed_by: Sequence[str], *, is_saved: bool = False
    ) -> frozenset[str] | None:
        """The domains whose signature of `mail` is right and proves one of `senders`; None: cannot be checked now.

        `is_saved`: somebody brings it as a file, into which any Authentication-Results can be written.
        """
        server = "" if is_saved else self._server
        sender, is_clear = claimed_sender(parse_headers(mail), senders)
        return self.find_signers(mail, sender, signed_by, server) if is_clear else frozenset()


@contextmanager
def _open_box(address: LoginAddress) -> Iterator["MailBox"]:
    """A connection that is logged in; how the server takes leave is of no interest."""
    from imap_tools import MailBox
    from imap_tools.errors import ImapToolsError

    context = ssl.create_default_context()
    box = MailBox(address.host, address.port or IMAPS_PORT, timeout=MAX_ANSWER_SECONDS, ssl_context=context)
    try:
        login = box.login if (address.user + address.password).isascii() else box.login_utf8
        login(address.user, address.password, initial_folder=None)
        yield box
    finally:
        with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            box.logout()


def _read_number(box: "MailBox", name: str) -> int:
    """A number that the server said when the folder was opened (RFC 3501 section 6.3.2); 0 where it did not."""
    return int((box.client.response(name)[1] or [b"0"])[-1] or 0)


def _answer_of(box: "MailBox", uids: str, parts: str) -> list[tuple[bytes, bytes]]:
    """What the server says to a FETCH: each line with its literal. Raises NotFetched where it says no."""
    status, answer = box.client.uid("FETCH", uids, f"({parts})")
    if status != "OK":
        raise NotFetched("the mail server cannot give a mail that is there; it is asked again")
    return [(bytes(part[0]), bytes(part[1])) for part in answer or () if isinstance(part, tuple)]


def _fetch(box: "MailBox", uid: int, part: str) -> bytes:
    answers = _answer_of(box, str(uid), f"UID {part}")
    if not answers:
        raise NotFetched("a mail was removed while the mailbox was read; it is read again")
    return answers[0][1]


def _read_sizes(box: "MailBox", uids: Sequence[int], senders: Sequence[str]) -> Mapping[int, int]:
    """The size in bytes of each mail that comes from one of `senders`, by UID, lowest first."""
    if not uids:
        return {}
    sizes: dict[int, int] = {}
    listed = _answer_of(box, ",".join(map(str, uids)), "UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM)]")
    if len(listed) < len(uids):
        raise NotFetched("a mail was removed while the mailbox was read; it is read again")
    for line, header in listed:
        uid, size = _UID.search(line), _SIZE.search(line)
        if uid and size and claimed_sender(parse_headers(header), senders)[0]:
            sizes[int(uid[1])] = int(size[1])
    return dict(sorted(sizes.items()))
