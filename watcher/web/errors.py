"""What a request cannot have, each with its HTTP status and what the reader can do."""

from http import HTTPStatus

from watcher.errors import WatcherError


class PageError(WatcherError):
    """A request that is answered with an error page. `why` is for readers: what is wrong, and what to do.

    `field`: the parameter that is wrong. `link` and its words: where to go instead. `wait_seconds`: when to ask again.
    """

    def __init__(
        self,
        status: HTTPStatus,
        why: str,
        *,
        field: str = "",
        link: tuple[str, str] = ("", ""),
        wait_seconds: int = 0,
    ) -> None:
        super().__init__(why)
        self.status, self.why, self.field = status, why, field
        self.link, self.wait_seconds = link, wait_seconds


class BadQuery(PageError):
    """A parameter that cannot be read."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, f"{field}: {why}.", field=field)


class PageNotFound(PageError):
    """There is no such page."""

    def __init__(self, why: str = "There is no page at this address.") -> None:
        super().__init__(HTTPStatus.NOT_FOUND, why)
