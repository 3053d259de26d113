"""E-mail: text and HTML, one SMTP transaction for each recipient, one Message-ID for each Delivery for good.

RFC 5321 (codes and phases), RFC 5322 (In-Reply-To), RFC 3834 (Auto-Submitted). "Sent" means that the relay accepted it.
Failures are raised outside of `except`, so that no error that knows an address hangs on them.
"""

import smtplib
import socket
import ssl
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import printable
from watcher.core.wording.labels import INDEPENDENT
from watcher.errors import NotSent
from watcher.model import Message, Receipt
from watcher.model.finding import Finding, broken, fine
from watcher.notifiers.base import MEND, Notifier, Readers, before_contact, keep_paragraphs, shorten
from watcher.notifiers.email import smtp_answers as answers
from watcher.notifiers.email.examination import examine_addresses, examine_domain
from watcher.notifiers.email.mail_body import POLICY, MailBodies, mail_html
from watcher.notifiers.email.mail_settings import (
    NO_RELAY,
    NO_SENDER,
    RELAY_EXAMPLE,
    SENDER_EXAMPLE,
    explain_mailbox,
    read_relay,
    read_sender,
    requires_starttls,
)
from watcher.notifiers.email.page_links import PageLinks

__all__ = ["Email", "mail_html"]

IDLE_SECONDS = 5  # for the check of a connection that was kept open
MAX_PARAGRAPHS, MAX_MAIL_SUBJECT_CHARACTERS = 200, 150
MAX_HTML_BYTES = 90_000  # Gmail cuts a mail off at 102 kB
_LIST_NAME = lazy_regex(r"[a-z0-9-]+")
MAX_TOPICS_NAMED = 3


class Email(Notifier):
    """Sends through WATCHER_SMTP_URL from WATCHER_MAIL_FROM."""

    is_probe_shared = True
    max_repeats = 3  # under the same Message-ID, by which most mailboxes show it once

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the relay and the sender; the password stays inside. Raises ValueError for what is wrong with them."""
        self._relay = read_relay(environment.get("WATCHER_SMTP_URL", "").strip() or NO_RELAY)
        self._from = read_sender(environment.get("WATCHER_MAIL_FROM", "").strip())
        self._reply_to = read_sender(environment.get("WATCHER_MAIL_REPLY_TO", "").strip())
        self._contact = printable(environment.get("WATCHER_CONTACT", "")).strip()
        self._pages = PageLinks(environment.get("WATCHER_PUBLIC_URL", ""), environment.get("WATCHER_SECRET", ""))
        self._bodies = MailBodies(self._closing_lines, self._pages)
        self._idle: list[smtplib.SMTP] = []

    @classmethod
    def wrong_settings(cls, environment: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong with WATCHER_SMTP_URL, WATCHER_MAIL_FROM and WATCHER_MAIL_REPLY_TO, each with the cure."""
        readers: dict[str, Callable[[str], object]] = {
            "WATCHER_SMTP_URL": read_relay,
            "WATCHER_MAIL_FROM": read_sender,
            "WATCHER_MAIL_REPLY_TO": read_sender,
        }
        mistakes = []
        for name, read in readers.items():
            try:
                read(environment.get(name, "").strip() or (NO_RELAY if read is read_relay else ""))
            except ValueError as error:
                mistakes.append(f"{name}: {error}")
        return tuple(mistakes)

    @classmethod
    def warnings(cls, environment: Mapping[str, str]) -> tuple[str, ...]:
        """That no mail can be sent, because no sender is set."""
        if environment.get("WATCHER_MAIL_FROM", "").strip():
            return ()
        return (f"{NO_SENDER}, one that your relay may send as: {SENDER_EXAMPLE}; until then no mail is sent",)

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """Why an address cannot be used: it is no e-mail address, or WATCHER_SMTP_URL names no relay."""
        complaint = explain_mailbox(address)
        if complaint:
            return f"not an e-mail address: {complaint}"
        if not environment.get("WATCHER_SMTP_URL", "").strip():
            return f"e-mail needs the environment variable WATCHER_SMTP_URL ({RELAY_EXAMPLE}); set it"
        return ""

    def count_that_fit(self, message: Message) -> int:
        """As many as make at most MAX_HTML_BYTES; at least one, whose texts are bounded."""
        count = min(len(message.paragraphs), MAX_PARAGRAPHS)
        if count == len(message.paragraphs) > 0 and self._bodies.html_bytes(message) <= MAX_HTML_BYTES:
            return count
        counts = range(2, count + 1)
        return 1 + bisect_left(counts, x=True, key=lambda count: self._html_bytes(message, count) > MAX_HTML_BYTES)

    def _html_bytes(self, message: Message, count: int) -> int:
        return self._bodies.make(keep_paragraphs(message, count)).html_bytes

    def send(self, message: Message, address: str) -> Receipt:
        """Send once. A connection that went stale while idle is replaced before any mail is begun on it."""
        if self._from is None:
            raise NotSent("no sender is set", for_good=True, after=MEND, cure=NO_SENDER)
        sender = self._from.addr_spec
        identity = f"<{message.delivery}@{sender.rpartition('@')[2]}>"
        with before_contact():
            mail = self.write(message, address, identity)
        relay = self._take_idle_connection() or self._connect()
        if isinstance(relay, NotSent):
            raise relay
        failure = answers.send_mail(relay, sender, address, mail)
        if failure:
            relay.close()
            raise failure
        self._idle.append(relay)
        return Receipt(message=identity)  # not the address: nobody needs it later

    def probe(self, _address: str) -> None:
        """Connect and log in. The address itself is not asked about: relays take that for an attack."""
        relay = self._take_idle_connection() or self._connect()
        if isinstance(relay, NotSent):
            raise relay
        self._idle.append(relay)

    def examine(self, readers: Readers) -> Iterator[Finding]:
        """The relay, its answer to each address without a mail, and what the sender's domain says of its mail."""
        relay = self._take_idle_connection() or self._connect()
        if isinstance(relay, NotSent):
            yield broken("mail", relay.why, relay.cure or "try again later")
            return
        self._idle.append(relay)
        if self._from is None:
            yield broken("mail", "no sender is set", NO_SENDER)
            return
        yield fine("mail", "the relay answers, and takes the password" if self._relay.user else "the relay answers")
        yield from examine_addresses(relay, self._from.addr_spec, readers)
        yield from examine_domain(self._from.domain)

    def write(self, message: Message, address: str, identity: str) -> bytes:
        """The mail as bytes, a reply to the first mail that told the same Story. `identity` is its Message-ID."""
        lines = [
            encode_subject(message.subject),
            *(encode_header(name, text) for name, text in self._headers(message, address, identity)),
            self._bodies.mime(message),
        ]
        return b"".join(lines)

    def _headers(self, message: Message, address: str, identity: str) -> Iterator[tuple[str, str]]:
        """Its headers in order, without those that tell of its body."""
        yield from (("From", str(self._from or "")), ("To", address))
        if self._reply_to:
            yield "Reply-To", str(self._reply_to)
        yield from (("Date", format_datetime(message.at)), ("Message-ID", identity))
        yield from self._list_headers(message)
        if message.answers:
            yield from (("In-Reply-To", message.answers.message), ("References", message.answers.message))

    def _list_headers(self, message: Message) -> Iterator[tuple[str, str]]:
        """What makes it known as a list's mail (RFC 2919, RFC 2369), and keeps every out-of-office answer away.

        NHSmail is Exchange, which heeds X-Auto-Response-Suppress (MS-OXCMAIL, section 2.1.3.2.13).
        """
        yield from (("Auto-Submitted", "auto-generated"), ("Precedence", "bulk"))
        yield "X-Auto-Response-Suppress", "OOF, AutoReply"
        if self._from and _LIST_NAME.fullmatch(message.subscriber):
            yield "List-Id", f"<{message.subscriber}.alerts.{self._from.domain}>"
        if self._reply_to:
            yield "List-Help", f"<mailto:{self._reply_to.addr_spec}?subject=help>"
            yield "List-Unsubscribe", f"<mailto:{self._reply_to.addr_spec}?subject=unsubscribe>"

    def _closing_lines(self, message: Message) -> tuple[str, ...]:
        """The last lines of a mail: why it came, how to change or stop it, of a digest our pages, and who sends it."""
        topics = message.topics[:MAX_TOPICS_NAMED]
        if len(topics) == 1:
            why = f"You get this because you chose the topic {topics[0]}."
        elif topics:
            more = f" and {left} more" if (left := len(message.topics) - len(topics)) else ""
            named = ", ".join(topics) if more else f"{', '.join(topics[:-1])} and {topics[-1]}"
            why = f"You get this because you chose the topics {named}{more}."
        else:
            why = "You get this because you subscribed to these announcements."
        if self._reply_to:
            change = "Reply to this e-mail to change or stop it."
        else:
            change = f"To change or stop it, ask {self._contact or 'whoever runs watcher for you'}."
        pages = (f"What was told, and all dates: {self._pages.home}",) if message.digest and self._pages.home else ()
        return why, change, *pages, INDEPENDENT

    def _take_idle_connection(self) -> smtplib.SMTP | None:
        """A connection kept from an earlier mail that still answers; None when there is none."""
        while self._idle:
            relay = self._idle.pop()
            try:
                answers.set_timeout(relay, IDLE_SECONDS)
                if relay.noop()[0] == 250:  # noqa: PLR2004
                    answers.set_timeout(relay, answers.SECONDS)
                    return relay
            except (smtplib.SMTPException, OSError):
                pass  # as good as gone
            relay.close()
        return None

    def _connect(self) -> smtplib.SMTP | NotSent:
        """A new connection, ready for a mail, or the failure to raise; nothing was said about any mail yet."""
        relay = None
        failure: NotSent | None = None
        try:
            relay = self._open_socket()
            failure = self._start_session(relay)
        except ssl.SSLError:
            failure = answers.to_mend("the mail relay's TLS is not to be trusted", answers.CURE_TLS)
        except socket.gaierror:
            failure = NotSent("the mail relay's name cannot be resolved", cure=answers.CURE_REACH)
        except smtplib.SMTPResponseException as error:
            why = f"the mail relay answered {error.smtp_code} before any mail"
            failure = NotSent(why) if error.smtp_code // 100 == 4 else answers.to_mend(why, answers.CURE_REFUSED)  # noqa: PLR2004
        except (smtplib.SMTPException, OSError) as error:
            what_it_did = "hung up before any mail" if relay else "cannot be reached"
            failure = NotSent(f"the mail relay {what_it_did} ({type(error).__name__})", cure=answers.CURE_REACH)
        except Exception as error:  # noqa: BLE001 - a library's fault before anything was said: it surely did not arrive
            failure = NotSent(f"a fault in watcher: {type(error).__name__}")
        if relay and not failure:
            return relay
        if relay:
            relay.close()
        return failure or NotSent("the mail relay cannot be reached", cure=answers.CURE_REACH)

    def _open_socket(self) -> smtplib.SMTP:
        host, port = self._relay.host, self._relay.port
        if self._relay.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=answers.SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, port or 25, timeout=answers.SECONDS)

    def _start_session(self, relay: smtplib.SMTP) -> NotSent | None:
        """EHLO, STARTTLS and login; the failure when the relay lacks one of them or refuses the password.

        STARTTLS is required on any host but loopback; without it a password would travel in the open.
        """
        relay.ehlo_or_helo_if_needed()
        if requires_starttls(self._relay):
            if not relay.has_extn("starttls"):
                return answers.to_mend("the mail relay offers no STARTTLS", answers.CURE_STARTTLS)
            relay.starttls(context=ssl.create_default_context())
            relay.ehlo_or_helo_if_needed()
        if self._relay.user:
            if not relay.has_extn("auth"):
                return answers.to_mend("the mail relay takes no password here", answers.CURE_NO_LOGIN)
            try:
                relay.login(self._relay.user, self._relay.password)
            except smtplib.SMTPAuthenticationError as error:
                why = f"the mail relay answered {error.smtp_code} to the password"
                return NotSent(why) if error.smtp_code // 100 == 4 else answers.to_mend(why, answers.CURE_LOGIN)  # noqa: PLR2004
        return None

    def close(self) -> None:
        """Close every idle connection."""
        while self._idle:
            self._idle.pop().close()


@lru_cache(maxsize=256)  # most mails of a minute have the same but for two or three
def encode_header(name: str, text: str) -> bytes:
    """One header as it stands in a mail."""
    mail = EmailMessage(policy=POLICY)
    mail[name] = text
    return mail.as_bytes(policy=POLICY).removesuffix(b"\r\n")


def encode_subject(text: str) -> bytes:
    """The Subject line for any text: one line of clean ASCII, else encoded words of at most 75 (RFC 2047 section 2).

    email.policy doubles spaces, makes longer words, and lets a headline that looks like an encoded word be decoded.
    """
    shown = shorten(printable(text).strip(), MAX_MAIL_SUBJECT_CHARACTERS) or "Announcement"
    is_plain = shown.isascii() and "=?" not in shown
    encoded = shown if is_plain else Header(shown, "utf-8", 74, "Subject").encode(linesep="\r\n")
    return f"Subject: {encoded}\r\n".encode("ascii")
