"""A source led through its Requests by stand-in sites, look after look, as `poll` leads it: with what it remembers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tests.stand_ins.answer import StandInSite, ask
from watcher.core.watching.health import state_after_success
from watcher.errors import NotFetched
from watcher.model import Item, ParseResult, Request, Response, SourceState
from watcher.sources.base import Source, next_item_step, next_step

MAX_REQUESTS = 60


class Looks:
    """The looks of one source at some sites. `asked` has the addresses of the last look."""

    def __init__(self, source: Source, sites: Iterable[StandInSite], begin: datetime) -> None:
        self.source, self.sites = source, {site.host: site for site in sites}
        self.state = SourceState(source=source.id, next_poll=begin)
        self.asked: list[str] = []

    def look(self, now: datetime) -> ParseResult:
        """What the source gives at `now`, without the texts of its Items' own pages. Raises NotFetched, NotParsed."""
        self.asked = []
        answers: list[Response | NotFetched] = []
        step = next_step(self.source, self.state, ())
        while isinstance(step, Request):
            answers.append(self._get(step, now))
            step = next_step(self.source, self.state, tuple(answers))
        self.state = state_after_success(self.state, step, now, fresh=0)
        return step

    def read(self, item: Item, now: datetime) -> Item:
        """An Item with the text of its own page or file."""
        answers: list[Response | NotFetched] = []
        step = next_item_step(self.source, item, ())
        while isinstance(step, Request):
            answers.append(self._get(step, now))
            step = next_item_step(self.source, item, tuple(answers))
        (read,) = step
        return read

    def parse(self, url: str, now: datetime) -> ParseResult:
        """What another address gives, read as the source reads its own."""
        answer = self._get(Request(url=url), now)
        assert isinstance(answer, Response)
        return self.source.parse(answer)

    def _get(self, request: Request, now: datetime) -> Response | NotFetched:
        self.asked.append(request.url)
        assert len(self.asked) <= MAX_REQUESTS, "a look that never ends"
        url = request.url
        for _ in range(3):
            site = self.sites.get(urlsplit(url).netloc)
            if site is None:
                return NotFetched("no such host", unreachable=True)
            answer = ask(site, url, now, request.form, request.headers)
            if answer.status not in {301, 302}:
                break
            url = answer.headers["Location"]
        if answer.status >= 400:
            return NotFetched(f"HTTP {answer.status}", status=answer.status)
        headers = {"content-type": answer.content_type}
        return Response(url=url, requested_url=request.url, body=answer.body, fetched_at=now, headers=headers)


def later(moment: datetime, minutes: int) -> datetime:
    """So many minutes after a moment."""
    return moment + timedelta(minutes=minutes)
