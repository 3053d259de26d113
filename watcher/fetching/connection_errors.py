"""Failures of a connection in words for people, and whether a server was reached at all."""

import zlib
from collections.abc import Iterator

import aiohttp

from watcher.errors import NotFetched

_TLS_ERRORS = {  # by OpenSSL's X509_V_ERR_* code, where there is more to say than "not valid"
    10: "the server's TLS certificate has expired",
    62: "the server's TLS certificate names another host",
    64: "the server's TLS certificate names another address",
}
_ERRORS: dict[type[BaseException], str] = {  # the first that an error or one of its causes is an instance of
    aiohttp.ClientSSLError: "no TLS connection could be made",
    aiohttp.ClientConnectorDNSError: "the host name cannot be resolved",
    aiohttp.ClientConnectorError: "the server refuses connections or cannot be reached",
    aiohttp.ConnectionTimeoutError: "the server refuses connections or cannot be reached",
    aiohttp.ClientConnectionError: "the server closed the connection or did not answer in time",
    aiohttp.ClientPayloadError: "the answer broke off",
    zlib.error: "the compressed answer is damaged",
    ValueError: "the address cannot be read",
}


def explain_error(error: Exception) -> str:
    """A reason for people. Library texts may hold addresses with secrets, so only known kinds are put into words."""
    causes = tuple(_iterate_causes(error))
    for cause in causes:
        if isinstance(cause, NotFetched):
            return cause.why
        if code := getattr(cause, "verify_code", 0):  # OpenSSL's verdict, on the innermost cause only
            return _TLS_ERRORS.get(code, "the server's TLS certificate is not valid")
    for kind, words in _ERRORS.items():
        if any(isinstance(cause, kind) for cause in causes):
            return words
    return f"the answer broke off or broke the rules of HTTP ({type(error).__name__})"


def is_unreachable(error: Exception) -> bool:
    """Whether no server was reached: no name, no route, no open port. A bad certificate comes from a server."""
    kinds = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
    return any(
        isinstance(cause, kinds) and not isinstance(cause, aiohttp.ClientSSLError) for cause in _iterate_causes(error)
    )


def _iterate_causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it came from, outermost first."""
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__
