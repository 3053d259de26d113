"""What a mail relay says of addresses without being given a mail, and what DNS says of the sender's domain.

RFC 7208 (SPF) and RFC 7489 (DMARC): a domain without their records has its mails taken for forged by many mailboxes.
Whether DKIM signs them cannot be seen without a mail.
"""

import smtplib
from collections.abc import Iterator

from watcher.model.finding import Finding, broken, doubtful, fine
from watcher.notifiers.base import Readers
from watcher.notifiers.email.smtp_answers import try_address

MAX_ADDRESSES, SECONDS = 20, 4.0  # a relay that is asked about more takes it for an attack
NO_DOMAINS = frozenset({"localhost", "example", "invalid", "test", "local", "internal"})  # RFC 6761: in no public DNS


def examine_addresses(relay: smtplib.SMTP, sender: str, readers: Readers) -> Iterator[Finding]:
    """Whether the relay would take a mail for each of the first of `readers`. No address is repeated."""
    for subscriber, address in readers[:MAX_ADDRESSES]:
        check = f"subscriber {subscriber}"
        failure = try_address(relay, sender, address)
        if failure and (failure.for_good or failure.cure):
            yield broken(check, failure.why, failure.cure or "check its address in subscribers.yaml")
        elif failure:
            yield doubtful(
                check, failure.why, f"relays say so for a while; see whether it lasts: watcher tell {subscriber}"
            )
        else:
            yield fine(check, "the relay takes mail for it")
    if len(readers) > MAX_ADDRESSES:
        yield fine("mail", f"{len(readers) - MAX_ADDRESSES} more addresses were not asked about")


def examine_domain(domain: str) -> Iterator[Finding]:
    """Whether the domain of WATCHER_MAIL_FROM says who sends its mail."""
    import dns.exception
    import dns.resolver

    check = f"mail from {domain}"
    if domain.rpartition(".")[2] in NO_DOMAINS:
        yield fine(check, "it is in no public DNS, so that SPF and DMARC do not count")
        return
    try:
        if not _is_there(domain):
            yield broken(check, "there is no such domain", "correct WATCHER_MAIL_FROM: mailboxes refuse such a sender")
            return
        has_spf = any(text.startswith("v=spf1") for text in _read_texts(domain))
        has_dmarc = any(
            text.startswith("v=DMARC1") for name in _with_parents(domain) for text in _read_texts(f"_dmarc.{name}")
        )
    except dns.exception.DNSException as error:
        yield doubtful(
            check, f"its SPF and DMARC cannot be looked up ({type(error).__name__})", "check this machine's DNS"
        )
        return
    if not has_spf:
        cure = "have whoever runs the domain's DNS add a TXT record that begins with v=spf1 and names the relay"
        yield doubtful(check, "it has no SPF record: many mailboxes will call the mails junk", cure)
    if not has_dmarc:
        cure = f"have a TXT record added at _dmarc.{domain}, for example v=DMARC1; p=none"
        yield doubtful(check, "it has no DMARC record: many mailboxes will call the mails junk", cure)
    if has_spf and has_dmarc:
        yield fine(check, "it has SPF and DMARC records; whether DKIM signs, only a mail shows")


def _with_parents(domain: str) -> Iterator[str]:
    """The domain and those above it but the last: DMARC of an organisation holds for what is below."""
    labels = domain.split(".")
    return (".".join(labels[start:]) for start in range(len(labels) - 1))


def _is_there(name: str) -> bool:
    import dns.resolver

    try:
        dns.resolver.resolve(name, "TXT", lifetime=SECONDS, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return False
    return True


def _read_texts(name: str) -> list[str]:
    """The TXT records of a name; none where there is no such name."""
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
