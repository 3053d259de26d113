"""What a mail relay answers, as NotSent or Unknown with the next step; and one mail in a transaction of its own.

RFC 5321 (codes and phases), RFC 3463 (enhanced codes), RFC 1870 (SIZE).
"""

import re
import smtplib

from watcher.errors import NotSent, Unknown
from watcher.notifiers.base import MEND

SECONDS, LAST_SECONDS = 15, 30  # for each step, and for the answer to a whole mail
CURE_TLS = "check the host in WATCHER_SMTP_URL, or have the relay's certificate renewed"
CURE_REACH = "check the host and port in WATCHER_SMTP_URL, and this machine's network"
CURE_REFUSED = "ask who runs the mail relay why it refuses this machine"
CURE_STARTTLS = "use smtps:// or a port with STARTTLS; set ?starttls=no only on your own network"
CURE_NO_LOGIN = "use the relay's port for submission, often 587, or leave out user and password"
CURE_LOGIN = "check the user and password in WATCHER_SMTP_URL"
CURE_SENDER = "have the mail relay take mail from WATCHER_MAIL_FROM, or set one that it takes"
CURE_RECIPIENT = "check the address of this subscriber in subscribers.yaml"
CURE_POLICY = "ask who runs the mail relay which rule refuses the mail (SPF, a blocklist, a filter)"
CURE_MAILBOX = "ask its owner: the mailbox is full or closed"


def to_mend(why: str, cure: str) -> NotSent:
    """A failure that lasts until a person acts."""
    return NotSent(why, for_good=True, after=MEND, cure=cure)


def set_timeout(relay: smtplib.SMTP, seconds: float) -> None:
    """How long each answer may take from now on."""
    if relay.sock:
        relay.sock.settimeout(seconds)


SENDER, RECIPIENT, MAIL = "the sender", "the recipient", "the mail"


def send_mail(relay: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> NotSent | Unknown | None:
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
    except Exception as error:  # noqa: BLE001 - a library's fault before the mail: it surely did not arrive
        failure = NotSent(f"a fault in watcher: {type(error).__name__}")
    if failure:
        return failure
    try:
        set_timeout(relay, LAST_SECONDS)
        relay.send(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
        answer = relay.getreply()
        set_timeout(relay, SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        return Unknown(f"the mail relay hung up after the mail ({type(error).__name__})")
    return _read_refusal(answer, MAIL) if answer[0] > 0 else Unknown("the mail relay answered the mail with no code")


def try_address(relay: smtplib.SMTP, sender: str, recipient: str) -> NotSent | None:
    """Ask the relay whether it would take a mail for `recipient`, and take that back (RFC 5321 section 4.1.1.5)."""
    try:
        failure = _read_refusal(relay.mail(sender), SENDER) or _read_refusal(relay.rcpt(recipient), RECIPIENT)
        relay.rset()
    except (smtplib.SMTPException, OSError) as error:
        return NotSent(f"the mail relay hung up ({type(error).__name__})")
    return failure


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
    cure = _cure_of_refusal(phase, enhanced)
    if enhanced in {"5.2.3", "5.3.4"} or (code == 552 and not enhanced and phase != RECIPIENT):  # noqa: PLR2004
        return NotSent(why, too_large=True)
    about_address = enhanced.startswith("5.1.") and enhanced not in {"5.1.7", "5.1.8"}
    is_nobody = phase == RECIPIENT and (about_address or (not enhanced and code in {550, 551, 553}))
    is_unreadable = phase == MAIL and enhanced.startswith("5.6.")
    cure = "" if is_unreadable else CURE_RECIPIENT if is_nobody else cure
    return NotSent(why, for_good=is_nobody or is_unreadable, about_message=is_unreadable, cure=cure)


def _cure_of_refusal(phase: str, enhanced: str) -> str:
    """What a person must do about a refusal for good, by its phase and its enhanced code (RFC 3463)."""
    if enhanced.startswith("5.2."):
        return CURE_MAILBOX
    return CURE_SENDER if phase == SENDER or enhanced in {"5.1.7", "5.1.8"} else CURE_POLICY
