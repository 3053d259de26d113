"""A fetcher in front of another one: it asks for each address once, no more than so often in all, and keeps count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watcher.errors import NotFetched
from watcher.model import Request, Response


class AnyFetcher(Protocol):
    """What a Runtime asks for pages."""

    async def get(self, request: Request) -> Response:
        """The Response at `request.url`. Raises NotFetched."""

    def rest(self, until: Mapping[str, datetime]) -> None:
        """Ask each host nothing before its moment (UTC)."""

    def resting_hosts(self) -> dict[str, datetime]:
        """The hosts that are asked nothing now, and until when (UTC)."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A Request that was made, and its answer."""

    request: Request
    answer: Response | NotFetched


class FrugalFetcher:
    """Asks `fetcher` for what was not asked so far, `max_requests` times at most; `exchanges` has what was asked."""

    def __init__(self, fetcher: AnyFetcher, max_requests: int) -> None:
        self._fetcher, self._max_requests = fetcher, max_requests
        self.exchanges: list[Exchange] = []

    async def get(self, request: Request) -> Response:
        """The Response, the one of before where it was asked for. Raises NotFetched, also beyond `max_requests`."""
        asked = next((exchange for exchange in self.exchanges if exchange.request == request), None)
        answer = asked.answer if asked else await self._ask(request)
        if isinstance(answer, NotFetched):
            raise answer
        return answer

    async def _ask(self, request: Request) -> Response | NotFetched:
        if len(self.exchanges) >= self._max_requests:
            raise NotFetched(f"not asked: no more than {self._max_requests} requests are made")
        answer: Response | NotFetched
        try:
            answer = await self._fetcher.get(request)
        except NotFetched as error:
            answer = error
        self.exchanges.append(Exchange(request, answer))
        return answer

    def rest(self, until: Mapping[str, datetime]) -> None:
        """Ask each host nothing before its moment (UTC)."""
        self._fetcher.rest(until)

    def resting_hosts(self) -> dict[str, datetime]:
        """The hosts that are asked nothing now, and until when (UTC)."""
        return self._fetcher.resting_hosts()
