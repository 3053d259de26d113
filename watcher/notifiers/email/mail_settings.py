"""WATCHER_SMTP_URL, WATCHER_MAIL_FROM and WATCHER_MAIL_REPLY_TO, read as a whole or refused with the cure."""

from email.headerregistry import Address
from email.policy import SMTP
from typing import Any

from watcher.model.login_address import PERCENT_CURE, LoginAddress, read_login_address

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
NO_RELAY = "smtp://localhost"
RELAY_EXAMPLE = "smtp://user:password@host:port"
STARTTLS_CHOICES = {"starttls=required", "starttls=no"}
SENDER_EXAMPLE = 'watcher@example.org or "Practice watcher" <watcher@example.org>'
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
    header: Any = SMTP.header_factory("From", text) if text.isprintable() else None
    addresses: tuple[Address, ...] = header.addresses if header and not header.defects else ()
    first = next(iter(addresses), None)
    is_group = header is not None and any(group.display_name for group in header.groups)
    if (
        first is None
        or is_group
        or len(addresses) > 1
        or not (first.username and first.domain and first.addr_spec.isascii())
    ):
        raise ValueError(f"it is not one address; write it as {SENDER_EXAMPLE}")
    return first
