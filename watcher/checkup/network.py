"""The sources as they answer now, their certificates, and this machine's clock by theirs. One GET or two a source."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from watcher.core.language.format import format_count
from watcher.errors import NotFetched, NotParsed
from watcher.fetching.frugal_fetcher import FrugalFetcher
from watcher.model import Response, SourceState
from watcher.model.finding import Finding, broken, doubtful, fine, name_some
from watcher.reading import fetch, fetch_and_parse
from watcher.runtime import Runtime
from watcher.sources.base import Source

MAX_SKEW = timedelta(seconds=30)
MIN_CERTIFICATE_DAYS, HTTPS_PORT, CONNECT_SECONDS = 14, 443, 5.0
MAX_REQUESTS = 50
TOO_LATE = "no answer in the time that doctor has"
CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLook:
    """How one look at a source went: what it holds, or `why` not.

    `honours`: it answers 304 (None: not asked); `is_left`: no time was left for a look;
    `is_reached`: some server answered.
    """

    source: Source
    why: str = ""
    items: int = 0
    answer: Response | None = None
    honours: bool | None = None
    is_left: bool = False
    is_reached: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Until when (UTC) a host's certificate is good, and who issued it; `why` it cannot be trusted."""

    until: datetime | None = None
    issuer: str = ""
    why: str = ""


ReadCertificate = Callable[[str, int], Awaitable[Certificate]]


async def look_at_sources(
    runtime: Runtime, sources: Iterable[Source], now: datetime, seconds: float
) -> list[SourceLook]:
    """A look at each source, those of one host one after another; what is not answered in `seconds` says so."""
    by_host: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_host[urlsplit(source.url).hostname or ""].append(source)
    deadline = asyncio.get_running_loop().time() + seconds
    looks = await asyncio.gather(*(_look_at_host(runtime, own, now, deadline) for own in by_host.values()))
    return [look for own in looks for look in own]


async def _look_at_host(
    runtime: Runtime, sources: Sequence[Source], now: datetime, deadline: float
) -> list[SourceLook]:
    looks: list[SourceLook] = []
    for source in sources:
        if asyncio.get_running_loop().time() >= deadline:
            looks.append(SourceLook(source=source, is_left=True, is_reached=False))
            continue
        try:
            async with asyncio.timeout_at(deadline):
                is_first = not any(look.honours is not None for look in looks)
                looks.append(await look_at_source(runtime, source, now, asks_twice=is_first))
        except TimeoutError:
            looks.append(SourceLook(source=source, why=TOO_LATE, is_reached=False))
    return looks


async def look_at_source(runtime: Runtime, source: Source, now: datetime, *, asks_twice: bool) -> SourceLook:
    """One look, as the first poll would; `asks_twice`: once more, naming the version that was given."""
    frugal = FrugalFetcher(runtime.fetcher, MAX_REQUESTS)
    try:
        state = SourceState(source=source.id, next_poll=now)
        parsed = await fetch_and_parse(replace(runtime, fetcher=frugal), source, state, now)
    except (NotFetched, NotParsed) as error:
        is_reached = not (isinstance(error, NotFetched) and error.unreachable)
        return SourceLook(source=source, why=error.why, is_reached=is_reached)
    first = next((exchange for exchange in frugal.exchanges if isinstance(exchange.answer, Response)), None)
    answer = first.answer if first and isinstance(first.answer, Response) else None
    look = SourceLook(source=source, items=len(parsed.items), answer=answer)
    if not (asks_twice and first and answer and (answer.validators.etag or answer.validators.last_modified)):
        return look
    again = await fetch(runtime, replace(first.request, validators=answer.validators))
    return replace(look, honours=isinstance(again, Response) and again.unchanged)


def examine_looks(looks: Sequence[SourceLook]) -> Iterator[Finding]:
    """What cannot be read, by reason, or asks for too much; and how many answer."""
    by_reason: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for look in looks:
        if look.why:
            by_reason[look.why, look.source.is_auto].append(look.source.id)
    for (why, is_tried), ids in by_reason.items():
        cure = f"look closer with: watcher try {ids[0]}"
        seen = f"cannot be read: {why}: {name_some(ids)}"
        # One that has not proven itself is not relied on.
        yield (doubtful if is_tried else broken)("sources", f"{format_count(len(ids), 'source')} {seen}", cure)
    left = [look.source.id for look in looks if look.is_left]
    if left:
        seen = f"not looked at for want of time, since a host is asked one thing a second: {name_some(left)}"
        yield doubtful("sources", seen, f"watcher try {left[0]}")
    ignoring = [look.source.id for look in looks if look.honours is False]
    if ignoring:
        seen = f"servers that ignore which version we have, so that each poll reads all of it: {name_some(ignoring)}"
        yield doubtful("sources", seen, "it works all the same; give them a longer `every` if their pages are large")
    items = [look.items for look in looks if not look.why and not look.is_left]
    if items:
        yield fine("sources", f"{len(items)} of {len(looks)} answer, with {format_count(sum(items), 'item')} in all")
    elif looks and not any(look.is_reached for look in looks):
        cure = "see that this machine reaches the internet, and by which proxy; then run doctor again"
        yield broken("sources", f"none of {len(looks)} can be reached", cure)


async def examine_certificates(looks: Sequence[SourceLook], now: datetime, read: ReadCertificate) -> list[Finding]:
    """The certificate of each https host that answered."""
    urls = {look.answer.url for look in looks if look.answer and look.answer.url.startswith("https://")}
    hosts = sorted({(urlsplit(url).hostname or "", urlsplit(url).port or HTTPS_PORT) for url in urls})
    certificates = await asyncio.gather(*(read(host, port) for host, port in hosts))
    pairs = list(zip([host for host, _ in hosts], certificates, strict=True))
    findings = [finding for host, certificate in pairs for finding in _judge_certificate(host, certificate, now)]
    issuers = sorted({certificate.issuer for _, certificate in pairs if certificate.issuer})
    if hosts and not findings:
        shown = f"{format_count(len(hosts), 'certificate')}, all good for more than {MIN_CERTIFICATE_DAYS} days"
        findings.append(fine("TLS", f"{shown}; issued by {', '.join(issuers)}" if issuers else shown))
    return findings


def _judge_certificate(host: str, certificate: Certificate, now: datetime) -> Iterator[Finding]:
    if certificate.why:
        cure = "a proxy may answer for it: ask who runs this machine's network, and give its certificate to the system"
        yield broken("TLS", f"{host}: {certificate.why}", cure)
    elif certificate.until and certificate.until - now < timedelta(days=MIN_CERTIFICATE_DAYS):
        days = (certificate.until - now).days
        seen = f"{host}: its certificate ends in {format_count(days, 'day')} (issued by {certificate.issuer})"
        yield doubtful("TLS", seen, "it is theirs to renew; if they do not, the source cannot be read from then on")


async def read_certificate(host: str, port: int, context: ssl.SSLContext | None = None) -> Certificate:
    """The certificate that a host shows (RFC 5280), by a connection of its own."""
    trusted = context or ssl.create_default_context()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=trusted, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return Certificate(why=f"its certificate is not trusted ({error.verify_message})")
    except (OSError, TimeoutError) as error:
        return Certificate(why=f"no connection with TLS ({type(error).__name__})")
    shown = writer.get_extra_info("peercert") or {}
    writer.close()
    issuer = {name: text for part in shown.get("issuer", ()) for name, text in part}
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
    return Certificate(until=until, issuer=issuer.get("organizationName") or issuer.get("commonName", ""))


def examine_clock(looks: Sequence[SourceLook], now: datetime) -> Finding:
    """This machine's clock by the Date of the answers (RFC 9110 section 6.6.1), with their Age; the nearer of two.

    A single server may be wrong itself: with others that agree with us it says nothing.
    """
    answers = {urlsplit(look.answer.url).hostname: look.answer for look in looks if look.answer}
    skews = sorted((skew for answer in answers.values() if (skew := _read_skew(answer)) is not None), key=abs)
    if not skews:
        cure = "look at the clock yourself: date --utc"
        return doubtful(CLOCK, f"no answer told the time ({now:%H:%M} UTC here)", cure)
    agreeing = [skew for skew in skews if abs(skew) <= MAX_SKEW]
    asked = format_count(len(skews), "server")
    if not agreeing:
        side = "fast" if skews[0] > timedelta(0) else "slow"
        seen = f"it is {abs(skews[0]).total_seconds():.0f} s {side}, by {asked}"
        return broken(CLOCK, seen, "set it by NTP: timedatectl set-ntp true")
    within = f"right within {max(abs(agreeing[0]).total_seconds(), 1):.0f} s"
    return fine(CLOCK, f"{within}, by {len(agreeing)} of {asked}")


def _read_skew(answer: Response) -> timedelta | None:
    """How far our moment of an answer is ahead of the one that it names, of whole seconds."""
    try:
        claimed = parsedate_to_datetime(answer.headers["date"]) + timedelta(seconds=int(answer.headers.get("age", "0")))
        return answer.fetched_at - claimed
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
