"""E-mail: text and HTML, one SMTP transaction for each recipient, one Message-ID for each Delivery for good.

RFC 5321 (codes and phases), RFC 5322 (In-Reply-To), RFC 3834 (Auto-Submitted). "Sent" means that the relay accepted it.
Failures are raised outside of `except`, so that no error that knows an address hangs on them.
"""

import re
import smtplib
import ssl
from collections.abc import Mapping
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher.core.language.text import printable
from watcher.core.language.urls import clean_link
from watcher.core.messages.labels import LABELS
from watcher.core.messages.plain_text import plain_text
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier, inert, shorten

# Timeouts: of each step, of the answer to a whole mail, and of the check of a connection that was kept open.
SECONDS, LAST_SECONDS, IDLE_SECONDS = 15, 30, 5
MAX_PARAGRAPHS, MAX_MAIL_SUBJECT_CHARACTERS = 100, 150
# At 78 the standard library hides a long Message-ID in an encoded word; 7bit, since not every relay takes 8BITMIME.
POLICY = SMTP.clone(max_line_length=400, cte_type="7bit")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_TEMPLATES = Environment(
    loader=PackageLoader("watcher.notifiers"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
)
_TEMPLATES.filters["link"] = clean_link
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


class Email(Notifier):
    """Sends through WATCHER_SMTP_URL from WATCHER_MAIL_FROM."""

    max_repeats = 3  # under the same Message-ID, by which most mailboxes show it once

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the relay's address; the password stays inside."""
        self._relay = urlsplit(environment.get("WATCHER_SMTP_URL", ""))
        self._from = environment.get("WATCHER_MAIL_FROM", "") or f"watcher@{self._relay.hostname or 'localhost'}"
        self._idle: list[smtplib.SMTP] = []

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """Why an address cannot be used: it is no e-mail address, or WATCHER_SMTP_URL names no relay."""
        local, _, domain = parseaddr(address)[1].rpartition("@")
        is_plain = address.isascii() and address.isprintable() and " " not in address
        if not local or not domain or parseaddr(address)[1] != address or not is_plain:
            return "not an e-mail address"
        relay = urlsplit(environment.get("WATCHER_SMTP_URL", "").strip())
        if relay.scheme not in {"smtp", "smtps"} or not relay.hostname:
            return "e-mail needs the environment variable WATCHER_SMTP_URL (smtp://user:password@host:port); set it"
        return ""

    def count_that_fit(self, message: Message) -> int:
        """At most MAX_PARAGRAPHS: a longer mail is neither read nor taken by every relay."""
        return min(len(message.paragraphs), MAX_PARAGRAPHS)

    def send(self, message: Message, address: str) -> Receipt:
        """Send once. A connection that went stale while idle is replaced before any mail is begun on it."""
        identity = f"<{message.delivery}@{self._from.rpartition('@')[2]}>"
        mail = self.write(message, address, identity)
        relay = self._take_idle_connection() or self._connect()
        if isinstance(relay, NotSent):
            raise relay
        failure = _send_mail(relay, self._from, address, mail)
        if failure:
            relay.close()
            raise failure
        self._idle.append(relay)
        return Receipt(place=address, message=identity)

    def write(self, message: Message, address: str, identity: str) -> bytes:
        """The mail as bytes, a reply to the first mail that told the same Story. `identity` is its Message-ID."""
        mail = EmailMessage(policy=POLICY)
        mail["From"], mail["To"] = self._from, address
        mail["Date"], mail["Message-ID"] = format_datetime(message.at), identity
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Unsubscribe"] = f"<mailto:{self._from}?subject=unsubscribe>"
        if message.answers:
            mail["In-Reply-To"] = mail["References"] = message.answers.message
        mail.set_content(inert(plain_text(message)))
        mail.add_alternative(mail_html(message), subtype="html")
        return encode_subject(message.subject) + mail.as_bytes(policy=POLICY)

    def _take_idle_connection(self) -> smtplib.SMTP | None:
        """A connection kept from an earlier mail that still answers; None when there is none."""
        while self._idle:
            relay = self._idle.pop()
            try:
                _set_timeout(relay, IDLE_SECONDS)
                if relay.noop()[0] == 250:  # noqa: PLR2004
                    _set_timeout(relay, SECONDS)
                    return relay
            except (smtplib.SMTPException, OSError):
                pass  # as good as gone
            relay.close()
        return None

    def _connect(self) -> smtplib.SMTP | NotSent:
        """A new connection, ready for a mail, or the failure to raise."""
        relay = None
        try:
            relay = self._open_socket()
            self._start_session(relay)
        except ssl.SSLError as error:
            failure = NotSent(f"the mail relay's TLS is not to be trusted ({error.reason})")
        except smtplib.SMTPNotSupportedError as error:
            failure = NotSent(str(error))
        except smtplib.SMTPResponseException as error:
            failure = NotSent(f"the mail relay answered {error.smtp_code} before any mail")
        except (smtplib.SMTPException, OSError) as error:
            what_it_did = "hung up before any mail" if relay else "cannot be reached"
            failure = NotSent(f"the mail relay {what_it_did} ({type(error).__name__})")
        else:
            return relay
        if relay:
            relay.close()
        return failure

    def _open_socket(self) -> smtplib.SMTP:
        host, port = self._relay.hostname or "", self._relay.port
        if self._relay.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, port or 25, timeout=SECONDS)

    def _start_session(self, relay: smtplib.SMTP) -> None:
        """EHLO, STARTTLS and login. Raises SMTPNotSupportedError when the relay lacks one of them.

        STARTTLS is required on any host but loopback; without it a password would travel in the open.
        """
        options = parse_qs(self._relay.query)
        default = "no" if self._relay.hostname in LOOPBACK else "required"
        relay.ehlo_or_helo_if_needed()
        if self._relay.scheme == "smtp" and (options.get("starttls") or [default])[0] == "required":
            if not relay.has_extn("starttls"):
                cure = "set ?starttls=no only on your own network"
                raise smtplib.SMTPNotSupportedError(f"the mail relay offers no STARTTLS; {cure}")
            relay.starttls(context=ssl.create_default_context())
            relay.ehlo_or_helo_if_needed()
        if self._relay.username:
            if not relay.has_extn("auth"):
                raise smtplib.SMTPNotSupportedError("the mail relay takes no password here")
            relay.login(unquote(self._relay.username), unquote(self._relay.password or ""))

    def close(self) -> None:
        """Close every idle connection."""
        while self._idle:
            self._idle.pop().close()


def mail_html(message: Message) -> str:
    """The HTML of a mail, with its styles in each tag because mail readers drop style sheets."""
    return _INLINER.inline(inert(_TEMPLATES.get_template("mail.html").render(message=message, labels=LABELS)))


def encode_subject(text: str) -> bytes:
    """The Subject line for any text: one line of clean ASCII, else encoded words of at most 75 (RFC 2047 section 2).

    email.policy doubles spaces, makes longer words, and lets a headline that looks like an encoded word be decoded.
    """
    shown = shorten(printable(text).strip(), MAX_MAIL_SUBJECT_CHARACTERS) or "Announcement"
    is_plain = shown.isascii() and "=?" not in shown
    encoded = shown if is_plain else Header(shown, "utf-8", 74, "Subject").encode(linesep="\r\n")
    return f"Subject: {encoded}\r\n".encode("ascii")


def _set_timeout(relay: smtplib.SMTP, seconds: float) -> None:
    if relay.sock:
        relay.sock.settimeout(seconds)


SENDER, RECIPIENT, MAIL = "the sender", "the recipient", "the mail"


def _send_mail(relay: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> NotSent | Unknown | None:
    """Send in a transaction for one recipient, so that each answer is about that address. None when it was accepted."""
    try:
        failure = (
            _check_size(relay, mail)
            or _read_refusal(relay.mail(sender, [f"size={len(mail)}"] if relay.has_extn("size") else []), SENDER)
            or _read_refusal(relay.rcpt(recipient), RECIPIENT)
            or _read_refusal(relay.docmd("data"), MAIL, accepted_class=3)
        )
    except (smtplib.SMTPException, OSError) as error:
        failure = NotSent(f"the mail relay hung up before the mail ({type(error).__name__})")
    if failure:
        return failure
    try:
        _set_timeout(relay, LAST_SECONDS)
        relay.send(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
        answer = relay.getreply()
        _set_timeout(relay, SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        return Unknown(f"the mail relay hung up after the mail ({type(error).__name__})")
    return _read_refusal(answer, MAIL) if answer[0] > 0 else Unknown("the mail relay answered the mail with no code")


def _check_size(relay: smtplib.SMTP, mail: bytes) -> NotSent | None:
    """RFC 1870: a mail over the size that the relay announces is not sent at all."""
    max_bytes = relay.esmtp_features.get("size", "")
    if max_bytes.isdigit() and 0 < int(max_bytes) < len(mail):
        return NotSent(f"the mail has {len(mail)} bytes, and the mail relay takes {max_bytes}", too_large=True)
    return None


def _read_refusal(answer: tuple[int, bytes], phase: str, accepted_class: int = 2) -> NotSent | None:
    """The failure that an answer means by its code, enhanced code (RFC 3463) and phase; None for `accepted_class`.

    For good is only what the next attempt cannot change: nobody has this address (5.1.x to the recipient, but for 5.1.7
    and 5.1.8, which are about us), or the mail cannot be read (5.6.x). A full or closed mailbox (5.2.x) opens again. A
    refusal by policy (5.7.x: a blocklist, a missing SPF record, a filter's verdict) or of our sender is ours to mend,
    within the days for which a Delivery is tried.
    """
    code, text = answer
    if code // 100 == accepted_class:
        return None
    match = re.match(rb"([245]\.\d{1,3}\.\d{1,3})\b", text)
    enhanced = match[1].decode() if match else ""
    why = f"the mail relay refused {phase}: {code} {enhanced}".strip()
    if code // 100 != 5 or enhanced.startswith("4."):  # noqa: PLR2004
        return NotSent(why)
    if enhanced in {"5.2.3", "5.3.4"} or (code == 552 and not enhanced and phase != RECIPIENT):  # noqa: PLR2004
        return NotSent(why, too_large=True)
    about_address = enhanced.startswith("5.1.") and enhanced not in {"5.1.7", "5.1.8"}
    is_nobody = phase == RECIPIENT and (about_address or (not enhanced and code in {550, 551, 553}))
    is_unreadable = phase == MAIL and enhanced.startswith("5.6.")
    return NotSent(why, for_good=is_nobody or is_unreadable, about_message=is_unreadable)
