"""E-mail: text and HTML, one SMTP transaction for each recipient, one Message-ID for each Delivery for good.

RFC 5321 (codes and phases), RFC 5322 (In-Reply-To), RFC 3834 (Auto-Submitted). "Sent" means that the relay accepted it.
"""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher.core.render import plain
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier

SECONDS = 15  # for each step; smtplib has no timeout of its own
POLICY = SMTP.clone(max_line_length=400)  # at 78 the standard library breaks a subject before its first word
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_PAGES = Environment(
    loader=PackageLoader("watcher.notifiers"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
)
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


class Email(Notifier):
    """Sends through WATCHER_SMTP_URL from WATCHER_MAIL_FROM."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the relay's address; the password stays inside."""
        self._relay = urlsplit(environment.get("WATCHER_SMTP_URL", ""))
        self._from = environment.get("WATCHER_MAIL_FROM", "") or f"watcher@{self._relay.hostname or 'localhost'}"
        self._idle: list[smtplib.SMTP] = []

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """An address needs a relay."""
        local, _, domain = parseaddr(address)[1].rpartition("@")
        if not local or not domain or parseaddr(address)[1] != address or not address.isascii():
            return "not an e-mail address"
        relay = urlsplit(environment.get("WATCHER_SMTP_URL", "").strip())
        if relay.scheme not in {"smtp", "smtps"} or not relay.hostname:
            return "e-mail needs the environment variable WATCHER_SMTP_URL (smtp://user:password@host:port); set it"
        return ""

    def send(self, message: Message, address: str) -> Receipt:
        """Hand over once. A connection that went stale while idle is replaced before anything is said on it."""
        identity = f"<{message.delivery}@{self._from.rpartition('@')[2]}>"
        written = self.write(message, address, identity).as_bytes(policy=POLICY)
        relay = self._connection()
        try:
            _hand_over(relay, self._from, address, written)
        except (NotSent, Unknown):
            relay.close()
            raise
        self._idle.append(relay)
        return Receipt(place=address, message=identity)

    def write(self, message: Message, address: str, identity: str) -> EmailMessage:
        """The mail itself. Its conversation is that of the first mail that told the same Story."""
        mail = EmailMessage(policy=POLICY)
        mail["Subject"] = message.subject or "Announcement"
        mail["From"], mail["To"] = self._from, address
        mail["Date"], mail["Message-ID"] = format_datetime(message.at), identity
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Unsubscribe"] = f"<mailto:{self._from}?subject=unsubscribe>"
        before = next((each.before for each in message.paragraphs if each.before), None)
        if before and before.message and not message.digest:
            mail["In-Reply-To"] = mail["References"] = before.message
        mail.set_content(plain(message))
        mail.add_alternative(page(message), subtype="html")
        return mail

    def _connection(self) -> smtplib.SMTP:
        while self._idle:
            relay = self._idle.pop()
            try:
                if relay.noop()[0] == 250:  # noqa: PLR2004
                    return relay
            except (smtplib.SMTPException, OSError):
                relay.close()
        return self._connect()

    def _connect(self) -> smtplib.SMTP:
        line = self._dial()
        try:
            self._greet(line)
        except ssl.SSLError as error:
            line.close()
            raise NotSent(f"the mail relay's TLS is not to be trusted ({error.reason})") from None
        except smtplib.SMTPNotSupportedError:
            line.close()
            raise NotSent("the mail relay offers no STARTTLS; set ?starttls=no only inside your own house") from None
        except smtplib.SMTPResponseException as error:
            line.close()
            raise NotSent(f"the mail relay answered {error.smtp_code} before any mail") from None
        except (smtplib.SMTPException, OSError) as error:
            line.close()
            raise NotSent(f"the mail relay hung up before any mail ({type(error).__name__})") from None
        return line

    def _dial(self) -> smtplib.SMTP:
        host, port = self._relay.hostname or "", self._relay.port
        try:
            if self._relay.scheme == "smtps":
                context = ssl.create_default_context()
                return smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
            return smtplib.SMTP(host, port or 25, timeout=SECONDS)
        except ssl.SSLError as error:
            raise NotSent(f"the mail relay's TLS is not to be trusted ({error.reason})") from None
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"the mail relay answered {error.smtp_code} before any mail") from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(f"the mail relay cannot be reached ({type(error).__name__})") from None

    def _greet(self, line: smtplib.SMTP) -> None:
        """STARTTLS is required on any host but loopback; without it a password would travel in the open."""
        options = parse_qs(self._relay.query)
        usual = "no" if self._relay.hostname in LOOPBACK else "required"
        if self._relay.scheme == "smtp" and (options.get("starttls") or [usual])[0] == "required":
            line.starttls(context=ssl.create_default_context())
        if self._relay.username:
            line.login(unquote(self._relay.username), unquote(self._relay.password or ""))

    def close(self) -> None:
        """Hang up every idle connection."""
        while self._idle:
            self._idle.pop().close()


def page(message: Message) -> str:
    """The HTML of a mail, its styles written into each tag because mail readers drop style sheets."""
    return _INLINER.inline(_PAGES.get_template("mail.html").render(message=message))


def _hand_over(relay: smtplib.SMTP, sender: str, recipient: str, written: bytes) -> None:
    """One transaction for one recipient: only so does each answer belong to somebody."""
    try:
        relay.ehlo_or_helo_if_needed()
        size = [f"size={len(written)}"] if relay.has_extn("size") else []
        _accepted(relay.mail(sender, size), "the sender")
        _accepted(relay.rcpt(recipient), "the recipient")
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise NotSent(f"the mail relay hung up before the mail ({type(error).__name__})") from None
    try:
        _accepted(relay.data(written), "the mail")
    except smtplib.SMTPDataError as error:
        _accepted((error.smtp_code, _bytes(error.smtp_error)), "the mail")
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise Unknown(f"the mail relay hung up after the mail ({type(error).__name__})") from None


def _accepted(answer: tuple[int, bytes], what: str) -> None:
    """Raise what an answer of 400 and above means: 4xx and a full mailbox pass, other 5xx do not."""
    code, said = answer
    if code < 400:  # noqa: PLR2004
        return
    enhanced = said.split(b" ", 1)[0].decode("ascii", "replace") if said[:1].isdigit() else ""
    full = enhanced == "5.2.2"
    raise NotSent(f"the mail relay refused {what}: {code} {enhanced}".strip(), for_good=code >= 500 and not full)  # noqa: PLR2004


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
