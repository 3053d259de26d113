"""The links of a mail to our own pages. That of "Handled" is its reader's own; the body is the same for all readers.

So the body is made with a mark in the place of each token, and the tokens are put into its bytes for each reader. A
mark is drawn by lot at each start: no text of a publisher can hold one and so get a reader's token into an address.
"""

import re
import secrets
from datetime import timedelta

from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.core.messages.plain_text import Links
from watcher.core.wording.labels import HANDLED_LINK, MORE_LINK
from watcher.model import Message

HANDLED_FOR = timedelta(days=400)
MAX_TOKEN_BYTES, MAX_CHUNK_BYTES = 300, 70  # a line of quoted-printable has at most 76 (RFC 2045, section 6.7)
_MARK, _DIGITS = secrets.token_hex(8), 3
_SOFT_BREAK = "(?:=\r?\n)?"  # where the encoding breaks a line
_MARKS = re.compile(
    (_SOFT_BREAK.join(_MARK) + _SOFT_BREAK + f"({_SOFT_BREAK.join(['[0-9]'] * _DIGITS)})").encode(),
)


class PageLinks:
    """The links of mails; none without the address of the pages, and none for one reader alone without a key."""

    def __init__(self, public_url: str, secret: str) -> None:
        self._base = public_url.rstrip("/")
        self._signed = SignedLinks(secret) if secret and public_url else None

    @property
    def home(self) -> str:
        """The address of the first page; "" where there are no pages."""
        return self._base and f"{self._base}/"

    def links_of(self, message: Message) -> Links:
        """By Alert the links below it, with marks in the place of tokens. A digest stays short: it has none."""
        links: dict[str, list[tuple[str, str]]] = {}
        if message.digest or not self._base:
            return links
        for number, paragraph in enumerate(message.paragraphs):
            own = links.setdefault(paragraph.alert, [])
            if paragraph.has_page:
                own.append((MORE_LINK, f"{self._base}/stories/{paragraph.story}"))
            if paragraph.story and self._signed:
                own.append((HANDLED_LINK, f"{self._base}/handled/{_MARK}{number:0{_DIGITS}}"))
        return links

    def put_tokens(self, body: bytes, message: Message) -> bytes:
        """The quoted-printable `body` with the tokens of the reader of `message` in the place of the marks."""
        signed, expires_at = self._signed, message.at + HANDLED_FOR
        if signed is None or message.digest:
            return body
        alerts = [paragraph.alert for paragraph in message.paragraphs]

        def make_token(mark: re.Match[bytes]) -> bytes:
            alert = alerts[int(re.sub(rb"[^0-9]", b"", mark[1]))]
            token = signed.sign(LinkPurpose.HANDLED, (message.subscriber, alert), expires_at).encode()
            chunks = (token[start : start + MAX_CHUNK_BYTES] for start in range(0, len(token), MAX_CHUNK_BYTES))
            return b"=\r\n" + b"=\r\n".join(chunks) + b"=\r\n"

        return _MARKS.sub(make_token, body)
