"""Who surely sent a mail: its From line alone proves nothing, a right signature of that domain does.

RFC 8601 (Authentication-Results), RFC 6376 (DKIM), RFC 7489 section 3.1 (alignment).
"""

import re
from collections.abc import Iterable, Sequence
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

import authres

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import printable

MAX_HEADER_CHARACTERS = 10_000
# Domains that anybody may have a name below: a signature of one of these speaks for nobody.
_PUBLIC_SUFFIX = lazy_regex(r"^(?:[a-z]+|(?:co|org|ac|gov|nhs|net|ltd|plc|sch|me|police|mod)\.uk|com\.[a-z]{2})$")
_ADDRESS = lazy_regex(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_IN_BRACKETS = lazy_regex(r"<\s*([^\s<>]+@[^\s<>]+)\s*>")
_SERVER_NAME = lazy_regex(r"\s*([A-Za-z0-9.-]{3,100})\s*(?:\d+\s*)?;")
_TAG = lazy_regex(r"(?:^|;)\s*(?P<name>[a-z]+)\s*=\s*(?P<content>[^;]*)", re.IGNORECASE)


def is_from(address: str, senders: Iterable[str]) -> bool:
    """Whether an address is one of `senders`: "name@domain", or "@domain" for all addresses of that domain."""
    address = address.lower()
    return any(address.endswith(sender) if sender.startswith("@") else address == sender for sender in senders)


def claimed_sender(mail: Message, senders: Sequence[str]) -> tuple[str, bool]:
    """The address among `senders` in whose name a mail is written, and whether it clearly is; "" where it is none.

    A From line without the quotes that RFC 5322 asks for (NHS England, Primary Care <bulletin@...>) is clear by its
    brackets. One that names several addresses, and a second From line, leave open whose mail it is.
    """
    lines = [printable(str(line))[:MAX_HEADER_CHARACTERS] for line in mail.get_all("From") or []]
    addresses = _read_addresses(lines[0]) if len(lines) == 1 else []
    if len(addresses) == 1:
        return (addresses[0], True) if is_from(addresses[0], senders) else ("", False)
    named = [address.lower() for line in lines for address in _ADDRESS.findall(line)]
    return next((address for address in named if is_from(address, senders)), ""), False


def named_domain(mail: Message) -> str:
    """The domain of the last address in the From line; "" for none."""
    addresses = _ADDRESS.findall(printable(str(mail.get("From") or ""))[:MAX_HEADER_CHARACTERS])
    return str(addresses[-1]).rpartition("@")[2].lower() if addresses else ""


def _read_addresses(line: str) -> list[str]:
    """The addresses of a From line, in lower case: as it is written, else what stands in brackets, else all."""
    try:
        parsed = [address.lower() for _, address in getaddresses([line]) if "@" in address]
        decoded = str(make_header(decode_header(line)))
    except (MessageError, ValueError, LookupError, TypeError):
        parsed, decoded = [], line
    if len(parsed) == 1 and len(getaddresses([line])) == 1 and _ADDRESS.fullmatch(parsed[0]):
        return parsed
    for pattern in (_IN_BRACKETS, _ADDRESS):
        addresses = sorted({address.lower() for address in pattern.findall(decoded)})
        if addresses:
            return addresses
    return parsed


def judged_signatures(mail: Message, server: str) -> frozenset[str] | None:
    """The domains whose signature our own mail server found right; None where it did not judge.

    It judged where the topmost Authentication-Results bears its name, `server`, and says of DKIM more than that it
    could not look: what stands below came with the mail, and anybody can write it.
    """
    headers = mail.get_all("Authentication-Results") or []
    if not (server and headers):
        return None
    try:
        written = " ".join(printable(str(headers[0]))[:MAX_HEADER_CHARACTERS].split())
        judged = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {written}")
    except (authres.AuthResError, ValueError, IndexError, RecursionError):
        return None
    results = [result for result in judged.results if result.method == "dkim"]
    if str(judged.authserv_id or "").lower() != server.lower() or not results:
        return None
    passed = {_judged_domain(result) for result in results if result.result == "pass"} - {""}
    weak = {signing_domain(line) for line in _signatures(mail) if not covers_what_is_shown(line)}
    strong = {signing_domain(line) for line in _signatures(mail) if covers_what_is_shown(line)}
    right = frozenset(domain for domain in passed if domain in strong or domain not in weak)
    could_not_look = any(result.result == "temperror" for result in results)
    return None if could_not_look and not right else right


def judging_server(mail: Message) -> str:
    """The name in the topmost Authentication-Results; "" for none."""
    written = printable(str(mail.get("Authentication-Results") or ""))[:MAX_HEADER_CHARACTERS]
    match = _SERVER_NAME.match(written)
    return match[1].lower() if match else ""


def _judged_domain(judged: authres.AuthenticationResult) -> str:
    """The `header.d` of a result, else the domain of its `header.i`."""
    values = {part.name: str(part.value) for part in judged.properties if part.type == "header"}
    return (values.get("d") or values.get("i", "").rpartition("@")[2]).lower().strip(".")


def _signatures(mail: Message) -> list[str]:
    return [str(line) for line in mail.get_all("DKIM-Signature") or []]


def _read_tags(signature: str) -> dict[str, str]:
    """The tags of a DKIM-Signature, without white space (RFC 6376 section 3.2)."""
    line = "".join(signature[:MAX_HEADER_CHARACTERS].split())
    return {match["name"].lower(): match["content"] for match in _TAG.finditer(line)}


def signing_domain(signature: str) -> str:
    """The domain that a DKIM-Signature says to be of."""
    return _read_tags(signature).get("d", "").lower().strip(".")


def covers_what_is_shown(signature: str) -> bool:
    """Whether a signature is of the whole text, the subject and the date: else others could write them."""
    tags = _read_tags(signature)
    lines = set(tags.get("h", "").lower().split(":"))
    return "l" not in tags and {"from", "subject", "date"} <= lines


def is_unambiguous(mail: Message) -> bool:
    """Whether each line that readers see stands there once: of two, one is signed and the other shown."""
    return all(len(mail.get_all(name) or []) <= 1 for name in ("From", "Subject", "Date", "Content-Type"))


def is_proven(address: str, signed_by: Iterable[str], trusted_signers: Iterable[str] = ()) -> bool:
    """Whether one of the signatures speaks for the domain of `address`: its own, one above or below, or a trusted one.

    `trusted_signers`: domains of a mailing service that an admin says to send for this sender.
    """
    domain, trusted = address.rpartition("@")[2].lower(), set(trusted_signers)
    return bool(domain) and any(
        signer in trusted or (bool(signer) and not _PUBLIC_SUFFIX.match(signer) and _is_aligned(signer, domain))
        for signer in signed_by
    )


def _is_aligned(signer: str, domain: str) -> bool:
    return (
        signer == domain
        or domain.endswith(f".{signer}")
        or (signer.endswith(f".{domain}") and not _PUBLIC_SUFFIX.match(domain))
    )
