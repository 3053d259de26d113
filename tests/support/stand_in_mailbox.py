"""A mailbox in place of a mail server: it holds each mail from the moment of its Date line on."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from tests.support.mails import OUR_SERVER
from watcher.core.mail.batch import MailBatch, ReceivedMail, pack_batch
from watcher.core.mail.content import parse_headers, without_recipients
from watcher.core.mail.senders import claimed_sender, judged_signatures
from watcher.model import MailRequest, Response

VALIDITY = 7


class Clock(Protocol):
    now: datetime


class StandInMailbox:
    """What MailReader is to a Runtime; `clock` says what time it is."""

    def __init__(self, mails: Sequence[bytes], clock: Clock) -> None:
        self.mails, self.clock = list(mails), clock

    def read(self, request: MailRequest) -> Response:
        after = request.after if request.validity == VALIDITY or request.goes_on else 0
        there = [(uid, body) for uid, body in enumerate(self.mails, 1) if uid > after and self._is_there(body)]
        meant = [(uid, body) for uid, body in there if claimed_sender(parse_headers(body), request.senders)[0]]
        mails = [self._received(uid, body) for uid, body in meant[: request.max_mails]]
        has_more = len(mails) < len(meant)
        last = mails[-1].uid if has_more else max((uid for uid, _ in there), default=after)
        batch = MailBatch(validity=VALIDITY, mails=tuple(mails), last=last, has_more=has_more)
        return Response(url=request.url, body=pack_batch(batch), fetched_at=self.clock.now)

    def _received(self, uid: int, body: bytes) -> ReceivedMail:
        signed_by = judged_signatures(parse_headers(body), OUR_SERVER) or frozenset()
        return ReceivedMail(uid=uid, body=without_recipients(body), signed_by=signed_by)

    def _is_there(self, body: bytes) -> bool:
        return parsedate_to_datetime(str(parse_headers(body)["Date"])) <= self.clock.now
