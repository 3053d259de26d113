"""Every failure this product can name, as one tree.

    WatcherError
    ├── BadConfig     the configuration files cannot be used: all mistakes, each with file:line:column and the cure
    ├── BadDatabase   the database cannot be used: it is newer than this program, or not ours
    ├── NotFetched    a page was not obtained; `after` says how long the server asked us to stay away
    ├── NotParsed     a page was obtained and is not what the source promised
    │   └── NotThePage  another page may stand in its place: it waits as a Candidate
    ├── NotSent       a Delivery certainly did not arrive; `for_good` says that trying again is useless
    ├── Unknown       nobody can tell whether a Delivery arrived
    └── PageError     a request for a page is answered with an error page (watcher/web/errors.py)

A failure says what to do next and never carries a secret: its text reaches logs, admins and web pages.
"""

from dataclasses import dataclass
from datetime import timedelta


class WatcherError(Exception):
    """The root: what the product itself raises on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mistake:
    """One thing wrong in a configuration file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


class BadConfig(WatcherError):
    """The configuration files cannot be used; nothing was started or changed."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class BadDatabase(WatcherError):
    """The database cannot be used as it is; nothing in it was changed."""


class NotFetched(WatcherError):
    """A page was not obtained.

    `status` is the HTTP status when there was an answer; `after` is how long the server asked us to wait
    (RFC 9110 section 10.2.3, capped by the fetcher). `unreachable`: no server was reached at all, so the fault may
    be the network's or ours.
    """

    def __init__(
        self, why: str, *, status: int | None = None, after: timedelta | None = None, unreachable: bool = False
    ) -> None:
        self.why, self.status, self.after, self.unreachable = why, status, after, unreachable
        super().__init__(why)

    @property
    def is_final(self) -> bool:
        """Whether the same page will not be there the next time either."""
        return self.status in {401, 403, 404, 410}


class NotParsed(WatcherError):
    """A page was obtained, and is not what its source promised: never to be read as "no news". `body`: its bytes."""

    def __init__(self, why: str, *, body: bytes = b"") -> None:
        self.why, self.body = why, body
        super().__init__(why)


class NotThePage(NotParsed):
    """Another page may have been shown in place of the one asked for. Its server is well, so it is asked as often.

    `doubt`: why it is doubted, without what becomes of it.
    """

    def __init__(self, why: str, *, doubt: str, body: bytes = b"") -> None:
        self.doubt = doubt
        super().__init__(why, body=body)


class NotSent(WatcherError):
    """A Delivery certainly did not arrive.

    `for_good`: trying again is useless, because nobody is at this address, or (`about_message`) because this Message
    is not taken. `after`: how long the channel asked us to leave it alone. `too_large`: half of it may pass. `cure`:
    what a person must do before anybody is reached again; "" where it may pass by itself.
    """

    def __init__(
        self,
        why: str,
        *,
        for_good: bool = False,
        about_message: bool = False,
        after: timedelta | None = None,
        too_large: bool = False,
        cure: str = "",
    ) -> None:
        self.why, self.for_good, self.about_message = why, for_good, about_message
        self.after, self.too_large, self.cure = after, too_large, cure
        super().__init__(why)


class Unknown(WatcherError):
    """Nobody can tell whether a Delivery arrived: the line broke after it was sent."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)
