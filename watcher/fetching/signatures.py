"""Whose signature a mail bears: as our own server found, else checked with the key from the DNS (RFC 6376)."""

from collections.abc import Callable

import dkim
import dns.exception
import dns.resolver

from watcher.core.mail.content import parse_headers
from watcher.core.mail.senders import judged_signatures

MAX_SIGNATURES = 5
DNS_SECONDS = 5.0
FindKey = Callable[..., bytes | None]


class NoAnswer(Exception):
    """The DNS could not be asked just now."""


def find_signers(mail: bytes, server: str) -> frozenset[str] | None:
    """The domains whose signature of `mail` is right; None where that cannot be checked now.

    `server`: the name by which our own mail server signs Authentication-Results; "" where its word is not to be taken.
    """
    judged = judged_signatures(parse_headers(mail), server)
    return judged if judged is not None else check_signatures(mail, ask_dns)


def check_signatures(mail: bytes, find_key: FindKey) -> frozenset[str] | None:
    """The domains whose signature of all of `mail` is right, with keys that `find_key` finds; None: no answer now."""
    signers: set[str] = set()
    count = len(parse_headers(mail).get_all("DKIM-Signature") or [])
    for index in range(min(count, MAX_SIGNATURES)):
        signature = dkim.DKIM(mail, timeout=DNS_SECONDS)
        try:
            is_right = signature.verify(index, dnsfunc=find_key)
        except NoAnswer:
            return None
        except (dkim.DKIMException, ValueError, KeyError, IndexError, TypeError):
            continue
        # A signature of a part of the text would let anybody write below it, one without the subject above it.
        covers_all = b"l" not in signature.signature_fields and b"subject" in signature.include_headers
        if is_right and covers_all:
            signers.add(signature.domain.decode("ascii", "replace").lower())
    return frozenset(signers)


def ask_dns(name: bytes | str, timeout: float = DNS_SECONDS) -> bytes | None:
    """The TXT record of a name; None where there is none."""
    asked = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    try:
        answer = dns.resolver.resolve(asked, "TXT", lifetime=timeout)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
        return None
    except dns.exception.DNSException as error:
        raise NoAnswer from error
    return b"".join(next(iter(answer)).strings)
