"""Which sources are watched, whether they can be read, and what happens when one cannot."""

from starlette.responses import Response as WebResponse

from watcher.reports.source_pages import load_watched_sources
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit


async def show_sources(visit: PageVisit) -> WebResponse:
    """Every source with its state in words."""
    return page_response(visit, "sources.html", sources=await visit.site.report(load_watched_sources))


PAGES = (PageRoute(path="/sources", name="sources", view=show_sources),)
