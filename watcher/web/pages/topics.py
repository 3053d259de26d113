"""The Topics in a list, and each on a page."""

from starlette.responses import Response as WebResponse

from watcher.reports.topic_pages import load_topic_page
from watcher.web.errors import PageNotFound
from watcher.web.pages.feeds import as_webcal
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit


async def show_topics(visit: PageVisit) -> WebResponse:
    """All Topics, with what each is about."""
    return page_response(visit, "topics.html", topics=visit.site.configuration().topics)


async def show_topic(visit: PageVisit) -> WebResponse:
    """One Topic: its words, its last Stories, its open dates."""
    topic = await visit.site.report(load_topic_page, visit.part("topic"))
    if topic is None:
        raise PageNotFound("There is no topic at this address. The page Topics lists all.")
    return page_response(visit, "topic.html", shown=topic, calendars=as_webcal(visit.base_url))


PAGES = (
    PageRoute(path="/topics", name="topics", view=show_topics),
    PageRoute(path="/topics/{topic:str}", name="topic", view=show_topic),
)
