"""Addresses: clean and absolute, without tracking parameters; one canonical form; redacted where others read them."""

import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import _LINE_BREAKS, _SPACE, printable

MAX_LINK_CHARACTERS = 8_000  # what RFC 9110 section 4.1 asks every server to take


# The list in other readers knows utm_* and mc_* but not what British publishers add.
_TRACKING_PARAMETER = lazy_regex(
    r"^(?:utm_\w+|at_\w+|ns_\w+|sa-ns_\w+|cog_track|mc_cid|mc_eid|fbclid|gclid|cmpid|ocid)$", re.IGNORECASE
)


_SECRET_PARAMETER = lazy_regex(
    r"^([^=]*(?:key|token|secret|signature|password|passwd|auth|credential|session)|sig|sid|pass|pw|code)=.+$",
    re.IGNORECASE,
)


_SAME_HOST = {"psnc.org.uk": "cpe.org.uk"}  # the pharmacy negotiator changed its name and host in 2023


# What clean_link leaves as it is; most links are so.
_CLEAN_LINK = lazy_regex(r"https?://([A-Za-z0-9.-]+)(/[A-Za-z0-9._~%/-]*)?")


def clean_link(raw: str, base: str = "") -> str:
    """An absolute http(s) address without tracking parameters, or "" when it is anything else (javascript:, data:)."""
    if len(raw) <= MAX_LINK_CHARACTERS and _CLEAN_LINK.fullmatch(raw):
        return raw
    if len(raw) > MAX_LINK_CHARACTERS:
        return ""
    try:
        address = urljoin(base, _as_browsers_read(raw))
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return ""
        _ = parts.port
    except ValueError:
        return ""
    query = urlencode(
        [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING_PARAMETER.match(pair[0])]
    )
    fragment = "" if any(_TRACKING_PARAMETER.match(name) for name, _ in parse_qsl(parts.fragment)) else parts.fragment
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, fragment))


def public_link(raw: str, base: str) -> str:
    """`clean_link` for readers: without a login, and without what looks like a key where it leads to `base` itself.

    Such a link ("#flu") names no page of its own, so that it takes over the query of the list's address.
    """
    address = clean_link(raw, base)
    if not address:
        return ""
    own = urlsplit(_as_browsers_read(raw))
    return without_login(address) if own.netloc or own.path or own.query else redact_url(address)


def without_login(url: str) -> str:
    """An address without user name and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def login_header(url: str) -> Mapping[str, str]:
    """The user name and password in an address as the header that says them (RFC 7617); {} where there are none."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return {}
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {b64encode(login.encode()).decode('ascii')}"}


def is_same_site(own: str, url: str) -> bool:
    """Whether `url` is at the host and port of `own`, and does not leave TLS: only there may secrets go.

    An address with a login that `own` does not have is somebody else's.
    """
    before, after = urlsplit(own), urlsplit(url)
    is_same_host = after.netloc in {before.netloc, before.netloc.rpartition("@")[2]}
    return is_same_host and after.scheme in {before.scheme, "https"}


def redact_url(url: str) -> str:
    """An address that may be shown to others: without a password, and with `***` for what looks like a key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    query = "&".join(_SECRET_PARAMETER.sub(r"\1=***", pair) for pair in parts.query.split("&"))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, parts.fragment))


def _as_browsers_read(raw: str) -> str:
    """A link as browsers read it: its line breaks vanish, a space inside is a part of the name ("Letter 2.pdf")."""
    return _SPACE.sub(_percent_encode, printable(_LINE_BREAKS.sub("", raw)).strip())


def _percent_encode(match: re.Match[str]) -> str:
    return quote(match[0])


def canonical_url(url: str) -> str:
    """One key for all addresses of a page: no scheme, www., tracking, fragment or trailing slash; ?p=… is kept."""
    if len(url) <= MAX_LINK_CHARACTERS and (plain := _CLEAN_LINK.fullmatch(url)):
        host = plain[1].lower().removeprefix("www.")
        return f"{_SAME_HOST.get(host, host)}{(plain[2] or '').rstrip('/')}"
    parts = urlsplit(urldefrag(clean_link(url)).url)
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path.rstrip("/")
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    return f"{_SAME_HOST.get(host, host)}{port}{path}{'?' + parts.query if parts.query else ''}"
