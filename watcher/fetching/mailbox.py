"""The only way to a mailbox: IMAP over TLS, read only. Nothing there is marked as read, moved, flagged or deleted.

RFC 3501: EXAMINE opens a folder that cannot be changed, BODY.PEEK[] reads and marks nothing as seen.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from imap_tools import AND, OR, MailBox, U
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from watcher.core.mail.batch import MailBatch, ReceivedMail, pack_batch
from watcher.core.mail.content import MAX_MAIL_BYTES, parse_headers, sender_of
from watcher.core.mail.senders import is_from
from watcher.errors import NotFetched
from watcher.fetching.signatures import find_signers
from watcher.model import MailRequest, Response
from watcher.model.login_address import LoginAddress, read_login_address

MAX_BATCH_BYTES = MAX_MAIL_BYTES  # of one look; the next one goes on with the others
FIRST_LOOK = timedelta(days=30)
MAX_SECONDS = 30.0  # of each answer of the server
IMAPS_PORT = 993
ADDRESS_EXAMPLE = "imaps://user:password@imap.practice.example"
NO_MAILBOX = f"no mailbox is set: set WATCHER_IMAP_URL ({ADDRESS_EXAMPLE}), or add mails with `watcher add-mail`"
CURE_LOGIN = (
    "check the user and password in WATCHER_IMAP_URL; Microsoft 365 and nhs.net take no passwords (docs/bulletins.md)"
)


def read_mailbox_address(text: str) -> LoginAddress | None:
    """The mailbox of WATCHER_IMAP_URL; None where none is set. Raises ValueError with the cure and none of its text.

    `?server=NAME` names our own mail server, as it calls itself in Authentication-Results.
    """
    if not text:
        return None
    address = read_login_address(text, {"imaps"}, ADDRESS_EXAMPLE)
    if not (address.host and address.user and address.password):
        raise ValueError(f"it needs a user, a password and a host; write it as {ADDRESS_EXAMPLE}")
    if address.path not in {"", "/"} or not (address.query == "" or address.query.startswith("server=")):
        raise ValueError("after the host and the port only ?server=NAME may stand; a folder is named by its source")
    return address


@dataclass(frozen=True, slots=True)
class MailReader:
    """Reads the mailbox at `address` (None: there is none). `clock` gives UTC; `find_signers`: see signatures.py."""

    address: LoginAddress | None = field(repr=False)
    clock: Callable[[], datetime] = field(repr=False)
    find_signers: Callable[[bytes, str], frozenset[str] | None] = find_signers

    def read(self, request: MailRequest) -> Response:
        """The mails that a MailRequest asks for, as a MailBatch. Raises NotFetched. It blocks: call it in a thread."""
        if self.address is None:
            raise NotFetched(NO_MAILBOX)
        try:
            batch = self._read_batch(self.address, request)
        except MailboxLoginError as error:
            raise NotFetched(f"the mail server refuses the login; {CURE_LOGIN}") from error
        except MailboxFolderSelectError as error:
            raise NotFetched(f"the mailbox has no folder {request.folder!r}") from error
        except ssl.SSLCertVerificationError as error:
            raise NotFetched(
                "the certificate of the mail server is not to be trusted; check WATCHER_IMAP_URL"
            ) from error
        except (ImapToolsError, imaplib.IMAP4.error, ValueError) as error:
            raise NotFetched(f"the mail server's answer cannot be used ({type(error).__name__})") from error
        except OSError as error:
            why = f"the mail server cannot be reached ({type(error).__name__}); check the host in WATCHER_IMAP_URL"
            raise NotFetched(why, unreachable=True) from error
        return Response(url=request.url, requested_url=request.url, body=pack_batch(batch), fetched_at=self.clock())

    def signers_of(self, mail: bytes) -> frozenset[str] | None:
        """The domains whose signature of `mail` is right; None where that cannot be checked now."""
        server = (self.address.query if self.address else "").removeprefix("server=")
        return self.find_signers(mail, server)

    def _read_batch(self, address: LoginAddress, request: MailRequest) -> MailBatch:
        context = ssl.create_default_context()
        with MailBox(address.host, address.port or IMAPS_PORT, timeout=MAX_SECONDS, ssl_context=context) as box:
            box.login(address.user, address.password, initial_folder=None)
            box.folder.set(request.folder, readonly=True)
            validity = int((box.client.response("UIDVALIDITY")[1] or [b"0"])[-1] or 0)
            uids = self._search(box, request, is_known=validity == request.validity)
            sizes = _read_sizes(box, uids[: request.max_mails])
            mails: list[ReceivedMail] = []
            size = 0
            for uid in sizes:
                size += min(sizes[uid], MAX_MAIL_BYTES)
                if mails and size > MAX_BATCH_BYTES:
                    break
                mail = self._read_mail(
                    box, uid, request.senders, is_cut=request.headers_only or sizes[uid] > MAX_MAIL_BYTES
                )
                mails += [mail] if mail else []
            read_all = len(uids) <= request.max_mails and size <= MAX_BATCH_BYTES
        return MailBatch(validity=validity or 1, mails=tuple(mails), has_more=not read_all)

    def _search(self, box: MailBox, request: MailRequest, *, is_known: bool) -> list[int]:
        """The UIDs of the mails that may be meant, lowest first: the server compares parts of the From line."""
        senders = OR(from_=list(request.senders)) if len(request.senders) > 1 else AND(from_=request.senders[0])
        since = (self.clock() - FIRST_LOOK).date()
        where = AND(senders, uid=U(str(request.after + 1), "*")) if is_known else AND(senders, date_gte=since)
        found = sorted(map(int, box.uids(where, charset=None)))
        return [uid for uid in found if not is_known or uid > request.after]  # "9:*" gives 8 where 8 is the last

    def _read_mail(self, box: MailBox, uid: int, senders: Iterable[str], *, is_cut: bool) -> ReceivedMail | None:
        """One mail, with the domains that signed it; None where its sender is none of `senders` after all."""
        body = _fetch(box, uid, "BODY.PEEK[HEADER]" if is_cut else "BODY.PEEK[]")
        if not is_from(sender_of(parse_headers(body)), senders):
            return None
        signed_by = frozenset[str]() if is_cut else self.signers_of(body)
        return ReceivedMail(uid=uid, body=body, signed_by=signed_by, is_cut=is_cut)


def _fetch(box: MailBox, uid: int, part: str) -> bytes:
    _, answer = box.client.uid("FETCH", str(uid), f"({part})")
    return next((bytes(part[1]) for part in answer or () if isinstance(part, tuple)), b"")


def _read_sizes(box: MailBox, uids: list[int]) -> Mapping[int, int]:
    """The size in bytes of each mail that is still there, by UID, lowest first."""
    if not uids:
        return {}
    _, answer = box.client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
    sizes: dict[int, int] = {}
    for line in answer or ():
        words = bytes(line if isinstance(line, bytes) else b"").replace(b"(", b" ").replace(b")", b" ").upper().split()
        pairs = dict(pairwise(words))
        if pairs.get(b"UID", b"").isdigit() and pairs.get(b"RFC822.SIZE", b"").isdigit():
            sizes[int(pairs[b"UID"])] = int(pairs[b"RFC822.SIZE"])
    return dict(sorted(sizes.items()))
