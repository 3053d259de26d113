"""The web as stand-in sites, in place of the fetcher: a Runtime asks it as it would ask the network."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from tests.stand_ins.answer import StandInSite, ask
from watcher.errors import NotFetched
from watcher.model import Request, Response

MAX_REDIRECTS = 5


class StandInWeb:
    """Answers GETs from `sites` as they are at `now`; any other host does not exist. `asked` has the addresses."""

    def __init__(self, sites: Iterable[StandInSite], now: datetime) -> None:
        self.sites, self.now = {site.host: site for site in sites}, now
        self.asked: list[str] = []

    async def get(self, request: Request) -> Response:
        """The answer, after redirects. Raises NotFetched as the fetcher does."""
        url = request.url
        for _ in range(MAX_REDIRECTS):
            self.asked.append(url)
            site = self.sites.get(urlsplit(url).netloc)
            if site is None:
                raise NotFetched("no such host", unreachable=True)
            answer = ask(site, url, self.now, request.form, request.headers)
            if answer.status not in {301, 302, 303, 307, 308}:
                break
            url = answer.headers["Location"]
        if answer.status != 200:
            raise NotFetched(f"HTTP {answer.status}", status=answer.status)
        headers = {"content-type": answer.content_type}
        return Response(url=url, requested_url=request.url, body=answer.body, fetched_at=self.now, headers=headers)

    def rest(self, resting: object) -> None:
        """No host rests here."""

    def resting_hosts(self) -> Mapping[str, datetime]:
        """No host rests here."""
        return {}

    async def close(self) -> None:
        """Nothing is open."""
