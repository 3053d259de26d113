"""The feeds and calendars, and the page that lists them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.responses import Response as WebResponse

from watcher.core.wording.labels import SITE_NAME
from watcher.reports import icalendar
from watcher.reports.feeds import ALL_TOPICS, StoryFeed, write_atom, write_json_feed
from watcher.reports.story_feeds import load_calendar, load_feed_stories
from watcher.store.story_lists import StoryFilter
from watcher.web.errors import PageNotFound
from watcher.web.respond import body_response, page_response
from watcher.web.routing import PageRoute, PageVisit

ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_FEED_TYPE = "application/feed+json; charset=utf-8"
CALENDAR_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)  # calendar programs that ask more often get nothing newer
View = Callable[[PageVisit], Awaitable[WebResponse]]


async def list_feeds(visit: PageVisit) -> WebResponse:
    """All feeds, and how to subscribe to one."""
    return page_response(
        visit,
        "feeds.html",
        topics=visit.site.configuration().topics,
        base=visit.base_url,
        calendars=as_webcal(visit.base_url),
    )


def as_webcal(base_url: str) -> str:
    """The address of the pages as calendar programs want it, which take a click on it for a subscription."""
    return f"webcal://{base_url.partition('://')[2]}"


def _serve_feed(write: Callable[[StoryFeed], bytes], content_type: str, *, is_settled: bool) -> View:
    async def serve(visit: PageVisit) -> WebResponse:
        topic, name = _read_topic(visit)
        stories = await visit.site.report(load_feed_stories, StoryFilter(topic=topic, is_settled=is_settled))
        feed = StoryFeed(base=visit.base_url, topic=topic, topic_name=name, is_settled=is_settled, stories=stories)
        body = await visit.site.run(write, feed)
        return body_response(visit.request, body, content_type, modified=feed.changed_at)

    return serve


async def serve_calendar(visit: PageVisit) -> WebResponse:
    """The dates of a Topic, or of all, for calendar programs that subscribe."""
    topic, name = _read_topic(visit)
    listed = await visit.site.report(load_calendar, topic)
    title = f"{SITE_NAME}: dates of {name or 'all topics'}"
    body = await visit.site.run(_write_calendar, listed.dates, title)
    return body_response(visit.request, body, CALENDAR_TYPE, modified=listed.changed_at)


def _write_calendar(dates: tuple[icalendar.CalendarDate, ...], title: str) -> bytes:
    return icalendar.calendar(dates, title, refresh=REFRESH)


def _read_topic(visit: PageVisit) -> tuple[str, str]:
    """The id and the name of the Topic in the path; two times "" for all. Raises PageNotFound."""
    written = visit.part("topic")
    names = {topic.id: topic.name for topic in visit.site.configuration().topics}
    if written not in {ALL_TOPICS, *names}:
        raise PageNotFound("There is no such feed. The page Feeds lists all.")
    return ("", "") if written == ALL_TOPICS else (written, names[written])


PAGES = (
    PageRoute(path="/feeds", name="feeds", view=list_feeds),
    PageRoute(path="/feeds/{topic:str}.ics", name="calendar", view=serve_calendar),
    *(
        PageRoute(path=f"/feeds/{{topic:str}}{part}", name=name, view=_serve_feed(write, kind, is_settled=is_settled))
        for part, name, write, kind, is_settled in (
            (".atom", "atom", write_atom, ATOM_TYPE, False),
            (".json", "json-feed", write_json_feed, JSON_FEED_TYPE, False),
            ("/official.atom", "official-atom", write_atom, ATOM_TYPE, True),
            ("/official.json", "official-json-feed", write_json_feed, JSON_FEED_TYPE, True),
        )
    ),
)
