"""Who surely sent a mail: its From line alone proves nothing, a right signature of that domain does.

RFC 8601 (Authentication-Results), RFC 6376 (DKIM), RFC 7489 section 3.1 (alignment).
"""

import re
from collections.abc import Iterable
from email.message import Message

import authres

from watcher.core.language.text import printable

MAX_HEADER_CHARACTERS = 10_000
# Domains that anybody may have a name below: a signature of one of these speaks for nobody.
_PUBLIC_SUFFIX = re.compile(r"^(?:[a-z]+|(?:co|org|ac|gov|nhs|net|ltd|plc|sch|me|police|mod)\.uk|com\.[a-z]{2})$")


def is_from(address: str, senders: Iterable[str]) -> bool:
    """Whether an address is one of `senders`: "name@domain", or "@domain" for all addresses of that domain."""
    address = address.lower()
    return any(address.endswith(sender) if sender.startswith("@") else address == sender for sender in senders)


def judged_signatures(mail: Message, server: str) -> frozenset[str] | None:
    """The domains whose signature our own mail server found right; None where it did not judge.

    It judged where the topmost Authentication-Results bears its name, `server`: what stands below came with the mail,
    and anybody can write it.
    """
    headers = mail.get_all("Authentication-Results") or []
    if not (server and headers):
        return None
    try:
        written = " ".join(printable(str(headers[0]))[:MAX_HEADER_CHARACTERS].split())
        judged = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {written}")
    except (authres.AuthResError, ValueError, IndexError, RecursionError):
        return None
    if str(judged.authserv_id or "").lower() != server.lower():
        return None
    passed = (result for result in judged.results if result.method == "dkim" and result.result == "pass")
    return frozenset(filter(None, map(_signing_domain, passed)))


def _signing_domain(judged: authres.AuthenticationResult) -> str:
    """The `header.d` of a result, else the domain of its `header.i`."""
    values = {part.name: str(part.value) for part in judged.properties if part.type == "header"}
    return (values.get("d") or values.get("i", "").rpartition("@")[2]).lower().strip(".")


def is_unambiguous(mail: Message) -> bool:
    """Whether each line that readers see stands there once: of two, one is signed and the other shown."""
    return all(len(mail.get_all(name) or []) <= 1 for name in ("From", "Subject", "Date", "Content-Type"))


def is_proven(address: str, signed_by: Iterable[str], trusted_signers: Iterable[str] = ()) -> bool:
    """Whether one of the signatures speaks for the domain of `address`: its own, one above or below, or a trusted one.

    `trusted_signers`: domains of a mailing service that an admin says to send for this sender.
    """
    domain = address.rpartition("@")[2].lower()
    return bool(domain) and any(
        signer in trusted_signers or (not _PUBLIC_SUFFIX.match(signer) and _is_aligned(signer, domain))
        for signer in signed_by
    )


def _is_aligned(signer: str, domain: str) -> bool:
    return (
        signer == domain
        or domain.endswith(f".{signer}")
        or (signer.endswith(f".{domain}") and not _PUBLIC_SUFFIX.match(domain))
    )
