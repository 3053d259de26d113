"""WATCHER_SMTP_URL, WATCHER_MAIL_FROM and WATCHER_MAIL_REPLY_TO, read as a whole or refused with the cure."""

from email.headerregistry import Address
from email.policy import SMTP
from email.utils import parseaddr
from typing import Any

from watcher.core.language.lazy_regex import lazy_regex
from watcher.model.login_address import PERCENT_CURE, LoginAddress, read_login_address

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
NO_RELAY = "smtp://localhost"
RELAY_EXAMPLE = "smtp://user:password@host:port"
STARTTLS_CHOICES = {"starttls=required", "starttls=no"}
SENDER_EXAMPLE = 'watcher@example.org or "Practice watcher" <watcher@example.org>'
_DOMAIN = lazy_regex(
    r"(?:localhost|(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})\.)+[A-Za-z0-9-]{1,63}|\[[0-9A-Fa-f:.IPv]+\])"
)
NO_SENDER = "set WATCHER_MAIL_FROM to the name and address that mails come from"


def read_relay(text: str) -> LoginAddress:
    """The mail relay of WATCHER_SMTP_URL. Raises ValueError with the cure and none of its text."""
    relay = read_login_address(text, {"smtp", "smtps"}, RELAY_EXAMPLE)
    if not relay.host:
        raise ValueError(f"it names no host; write it as {RELAY_EXAMPLE}")
    if relay.path not in {"", "/"} or relay.query not in {"", *STARTTLS_CHOICES}:
        raise ValueError(
            "after the host and the port only ?starttls=required or ?starttls=no may stand; if that was a part of the "
            f"password: {PERCENT_CURE}"
        )
    if relay.scheme == "smtps" and relay.query:
        raise ValueError("smtps:// is encrypted from the start; leave ?starttls out")
    if bool(relay.user) != bool(relay.password):
        raise ValueError("a user needs a password; write smtp://user:password@host:port, or neither")
    if not (relay.user + relay.password).isascii() or not (relay.user + relay.password).isprintable():
        raise ValueError("the user or password holds characters that no mail relay takes; choose plain ones")
    return relay


def requires_starttls(relay: LoginAddress) -> bool:
    """Whether a connection to the relay must be encrypted before anything is said on it."""
    default = "starttls=no" if relay.host in LOOPBACK else "starttls=required"
    return relay.scheme == "smtp" and (relay.query or default) == "starttls=required"


def read_sender(text: str) -> Address | None:
    """A name and an address, or an address; None where nothing is set. Raises ValueError with the cure."""
    if not text:
        return None
    header = _parse_header(text)
    addresses: tuple[Address, ...] = header.addresses if header and not header.defects else ()
    first = next(iter(addresses), None)
    is_group = header is not None and any(group.display_name for group in header.groups)
    if first is None or is_group or len(addresses) > 1:
        raise ValueError(f"it is not one address{_explain_sender(text)}; write it as {SENDER_EXAMPLE}")
    complaint = explain_mailbox(first.addr_spec)
    if complaint:
        raise ValueError(f"it is not one address: {complaint}; write it as {SENDER_EXAMPLE}")
    return first


def explain_mailbox(address: str) -> str:
    """Why this is not the address of one mailbox, and the cure; "" for one that may be. It is not repeated."""
    local, _, domain = address.rpartition("@")
    complaints = (
        (address.lower().startswith("mailto:"), "leave mailto: out"),
        ("<" in address or ">" in address, "write the address alone, without a name and without < and >"),
        (
            "," in address or ";" in address or address.count("@") > 1,
            "an entry has one address; write an entry for each",
        ),
        (not address.isprintable(), "a character that cannot be seen stands in it; type it anew"),
        (" " in address, "a space stands in it; take it out"),
        ("@" not in address, "it has no @; write it as manager@practice.example"),
        (not address.isascii(), "a letter that is not plain ASCII stands in it; type it anew"),
        (not local, "nothing stands before the @; write it as manager@practice.example"),
        (not _DOMAIN.fullmatch(domain), "after the @ stands no whole domain, such as practice.example"),
        (parseaddr(address)[1] != address, "write it as manager@practice.example"),
    )
    return next((what for is_wrong, what in complaints if is_wrong), "")


def _parse_header(text: str) -> Any:
    """The header From of this text; None where there can be none."""
    try:
        return SMTP.header_factory("From", text) if text.isprintable() else None
    except Exception:  # noqa: BLE001 - Python's parser fails in many ways: it looks for a letter behind "no-reply@"
        return None


def _explain_sender(text: str) -> str:
    """What is wrong with a sender, with ": " before it, where that is plain; else ""."""
    if "@" not in text:
        return ": it has no @"
    if text.lower().startswith("mailto:"):
        return ": leave mailto: out"
    if text.count("@") > 1:
        return ": it holds several"
    if "<" not in text and " " in text:
        return ": the address after a name stands in < and >"
    return ": a name with a comma or another sign stands in quotes" if "," in text or "(" in text else ""
