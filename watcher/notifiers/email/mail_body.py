"""The body of a mail, text and HTML; made once for all mails that say the same, whoever they go to."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache, cached_property
from typing import Any

from watcher.core.language.urls import clean_link
from watcher.core.messages.plain_text import NO_LINKS, Links, plain_text
from watcher.core.wording.labels import INDEPENDENT, LABELS
from watcher.model import Message
from watcher.notifiers.base import inert
from watcher.notifiers.email.page_links import MAX_TOKEN_BYTES, PageLinks

# At 78 the standard library hides a long Message-ID in an encoded word; 7bit, since not every relay takes 8BITMIME.
POLICY = SMTP.clone(max_line_length=400, cte_type="7bit")
MAX_BODIES = 64  # as many as are claimed at a time; each has some 50 kB


@dataclass(frozen=True, kw_only=True)
class MailBody:
    """The body of the mails for `message` and those that differ from it in their readers alone.

    `links`: with marks in the place of what is their reader's own.
    """

    message: Message
    closing: Sequence[str]
    links: Links = field(default_factory=dict)

    @cached_property
    def html_bytes(self) -> int:
        """How large its HTML is at most."""
        return len(self._html.replace("\n", "\r\n").encode()) + len(self.links) * MAX_TOKEN_BYTES

    @cached_property
    def mime(self) -> bytes:
        """Its last headers and both parts, as they stand in the mail."""
        mail = EmailMessage(policy=POLICY)
        closing = inert(chr(10).join(self.closing))
        text = inert(plain_text(self.message, details=True, links=self.links))
        encoding = "quoted-printable" if self.links else None  # in which tokens can be put in the place of marks
        mail.set_content(f"{text}\n-- \n{closing}\n", cte=encoding)
        mail.add_alternative(self._html, subtype="html", cte=encoding)
        return mail.as_bytes(policy=POLICY)

    @cached_property
    def _html(self) -> str:
        return mail_html(self.message, self.closing, self.links)


class MailBodies:
    """The bodies that were made last. Messages are known to say the same by their sections, which are one object."""

    def __init__(self, make_closing: Callable[[Message], Sequence[str]], links: PageLinks) -> None:
        """`make_closing` gives the last lines of a mail, the same for Messages on the same topics."""
        self._make_closing, self._links = make_closing, links
        self._bodies: OrderedDict[tuple[object, ...], MailBody] = OrderedDict()
        self._lock = threading.Lock()

    def mime(self, message: Message) -> bytes:
        """The MIME text of its body. One thread makes it, the others wait for it."""
        with self._lock:
            mime = self._find(message).mime
        return self._links.put_tokens(mime, message)

    def html_bytes(self, message: Message) -> int:
        """How large the HTML of its body is."""
        with self._lock:
            return self._find(message).html_bytes

    def make(self, message: Message) -> MailBody:
        """A body that is not kept."""
        return MailBody(message=message, closing=self._make_closing(message), links=self._links.links_of(message))

    def _find(self, message: Message) -> MailBody:
        says = (message.at, message.subject, message.topics, message.lead, message.footer, message.digest)
        name = (*says, message.repeat, id(message.sections))  # the MailBody keeps them
        body = self._bodies.get(name) or self.make(message)
        self._bodies[name] = body
        self._bodies.move_to_end(name)
        if len(self._bodies) > MAX_BODIES:
            self._bodies.popitem(last=False)
        return body


def mail_html(message: Message, closing: Sequence[str] = (INDEPENDENT,), links: Links = NO_LINKS) -> str:
    """The HTML of a mail: presentation tables with their styles in each tag, which classic Outlook needs."""
    return inert(_template("mail.html").render(message=message, labels=LABELS, closing=closing, links=links))


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("watcher.notifiers"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    templates.filters["link"] = clean_link
    return templates.get_template(name)
