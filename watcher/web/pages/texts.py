"""The pages that only explain: what this is, what is kept of whom, who can read it, feeds and API."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response as WebResponse

from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit


def _show(template: str) -> Callable[[PageVisit], Awaitable[WebResponse]]:
    async def show(visit: PageVisit) -> WebResponse:
        topics = visit.site.configuration().topics
        return page_response(visit, template, topics=topics, public_url=visit.site.settings.public_url)

    return show


PAGES = tuple(
    PageRoute(path=f"/{name}", name=name, view=_show(f"{name}.html")) for name in ("about", "privacy", "accessibility")
)
