"""The pages that only explain: what this is, what is kept of whom, who can read it, feeds and API."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response as WebResponse

from watcher.web.limits import Allowance
from watcher.web.respond import body_response, page_response
from watcher.web.routing import PageRoute, PageVisit

ROBOTS = b"User-agent: *\nAllow: /feeds/\nDisallow: /\n"


def _show(template: str) -> Callable[[PageVisit], Awaitable[WebResponse]]:
    async def show(visit: PageVisit) -> WebResponse:
        topics = visit.site.configuration().topics
        return page_response(visit, template, topics=topics, public_url=visit.site.settings.public_url)

    return show


async def show_robots(visit: PageVisit) -> WebResponse:
    """That search engines list nothing: most installations are for one area. Calendar programs obey it too."""
    return body_response(visit.request, ROBOTS, "text/plain; charset=utf-8")


PAGES = (
    *(
        PageRoute(path=f"/{name}", name=name, view=_show(f"{name}.html"))
        for name in ("about", "privacy", "accessibility")
    ),
    PageRoute(path="/robots.txt", name="robots", view=show_robots, allowance=Allowance.FREE),
)
