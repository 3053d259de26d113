"""Whose signature a mail bears: as our own server found, else checked with the key from the DNS (RFC 6376)."""

from collections.abc import Callable, Sequence

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.mail.content import parse_headers
from watcher.core.mail.senders import covers_what_is_shown, is_proven, judged_signatures, signing_domain
from watcher.errors import NotParsed

MAX_SIGNATURES = 5
DNS_SECONDS = 5.0
_LONG_SPACE = lazy_regex(rb"[ \t]{1000}")  # which the canonical form of RFC 6376 section 3.4.4 takes minutes over
FindKey = Callable[..., bytes | None]


class NoAnswer(Exception):
    """The DNS could not be asked just now."""


def find_signers(mail: bytes, sender: str, signed_by: Sequence[str], server: str) -> frozenset[str] | None:
    """The domains whose signature of `mail` is right and proves `sender`; None where that cannot be checked now.

    `signed_by`: more domains that sign for the sender. `server`: the name by which our own mail server signs its
    Authentication-Results; "" where nobody's word is to be taken.
    """
    from watcher.fetching.sandbox import run_in_sandbox

    judged = judged_signatures(parse_headers(mail), server)
    if judged is not None:
        return frozenset(domain for domain in judged if is_proven(sender, [domain], signed_by))
    try:
        signers: frozenset[str] | None = run_in_sandbox(check_signatures, mail, sender, tuple(signed_by))
    except NotParsed:  # what keeps the checker busy for so long was not made by a mail server
        return frozenset()
    return signers


def check_signatures(
    mail: bytes, sender: str, signed_by: Sequence[str], find_key: FindKey | None = None
) -> frozenset[str] | None:
    """The same by the signatures themselves, with keys that `find_key` finds (the DNS where it is None)."""
    import dkim

    signers: set[str] = set()
    unanswered = False
    lines = parse_headers(mail).get_all("DKIM-Signature") or []
    for index, line in enumerate(lines[:MAX_SIGNATURES]):
        domain = signing_domain(str(line))
        if not (is_proven(sender, [domain], signed_by) and covers_what_is_shown(str(line))):
            continue
        if _LONG_SPACE.search(mail):
            return frozenset()
        try:
            if dkim.DKIM(mail, timeout=DNS_SECONDS).verify(index, dnsfunc=find_key or ask_dns):
                signers.add(domain)
        except NoAnswer:
            unanswered = True
        except (dkim.DKIMException, ValueError, KeyError, IndexError, TypeError):
            continue
    return None if unanswered and not signers else frozenset(signers)


def ask_dns(name: bytes | str, timeout: float = DNS_SECONDS) -> bytes | None:
    """The TXT record of a name; None where there is none, or where it is no name."""
    import dns.exception
    import dns.resolver

    try:
        asked = dns.name.from_text(name.decode("ascii") if isinstance(name, bytes) else name)
        answer = dns.resolver.resolve(asked, "TXT", lifetime=timeout)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError, UnicodeDecodeError):
        return None
    except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.BadEscape):
        return None
    except dns.exception.DNSException as error:
        raise NoAnswer from error
    return b"".join(next(iter(answer)).strings)
