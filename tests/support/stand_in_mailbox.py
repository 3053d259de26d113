"""A mailbox in place of a mail server: it holds each mail from the moment of its Date line on."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from tests.support.mails import OUR_SERVER
from watcher.core.mail.batch import MailBatch, ReceivedMail, pack_batch
from watcher.core.mail.content import parse_headers, sender_of
from watcher.core.mail.senders import is_from, judged_signatures
from watcher.model import MailRequest, Response

VALIDITY = 7


class Clock(Protocol):
    now: datetime


class StandInMailbox:
    """What MailReader is to a Runtime; `clock` says what time it is."""

    def __init__(self, mails: Sequence[bytes], clock: Clock) -> None:
        self.mails, self.clock = list(mails), clock

    def read(self, request: MailRequest) -> Response:
        after = request.after if request.validity == VALIDITY else 0
        mails = [
            ReceivedMail(
                uid=uid, body=body, signed_by=judged_signatures(parse_headers(body), OUR_SERVER) or frozenset()
            )
            for uid, body in enumerate(self.mails, 1)
            if uid > after and self._is_there(body) and is_from(sender_of(parse_headers(body)), request.senders)
        ]
        batch = MailBatch(validity=VALIDITY, mails=tuple(mails))
        return Response(url=request.url, body=pack_batch(batch), fetched_at=self.clock.now)

    def _is_there(self, body: bytes) -> bool:
        return parsedate_to_datetime(str(parse_headers(body)["Date"])) <= self.clock.now
