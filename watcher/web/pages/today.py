"""Today, what came since a day, and what was left out."""

from datetime import timedelta

from starlette.responses import Response as WebResponse

from watcher.core.language.dates import LONDON
from watcher.reports.left_out import load_left_out
from watcher.reports.today import MAX_DAYS_BACK, begin_of_day, load_news, load_today
from watcher.web.errors import BadQuery
from watcher.web.limits import Allowance
from watcher.web.queries import DayQuery, SinceQuery, TopicsQuery
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit


async def show_today(visit: PageVisit) -> WebResponse:
    """The digest of now, of all Topics or of those that are named."""
    topics = check_topics(visit, visit.query.topic)
    news = await visit.site.report(load_today, topics)
    return page_response(visit, "today.html", news=news, all_topics=visit.site.configuration().topics)


async def show_since(visit: PageVisit) -> WebResponse:
    """The same since a day: for whoever was away. Without a day it asks for one."""
    topics, day = check_topics(visit, visit.query.topic), visit.query.day
    today = visit.site.clock().astimezone(LONDON).date()
    first = today - timedelta(days=MAX_DAYS_BACK)
    all_topics = visit.site.configuration().topics
    values = {"all_topics": all_topics, "first": first, "today": today, "topics": topics, "day": day}
    if day is None:
        return page_response(visit, "since.html", news=None, **values)
    if not first <= day <= today:
        why = f"write a day from {first} to {today}; what came before stands under Announcements"
        raise BadQuery("day", why)
    news = await visit.site.report(load_news, topics, begin_of_day(day))
    return page_response(visit, "since.html", news=news, **values)


async def show_left_out(visit: PageVisit) -> WebResponse:
    """Every Item of a day that was not told, with its reason."""
    today = visit.site.clock().astimezone(LONDON).date()
    day = visit.query.day or today
    if day > today:
        raise BadQuery("day", f"it has not come yet; write a day until {today.isoformat()}")
    left_out = await visit.site.report(load_left_out, day)
    neighbours = {"before": day - timedelta(days=1), "after": day + timedelta(days=1) if day < today else None}
    return page_response(visit, "left_out.html", left_out=left_out, **neighbours)


def check_topics(visit: PageVisit, topics: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of Topics. Raises BadQuery for one that there is not."""
    unknown = [topic for topic in topics if topic not in {topic.id for topic in visit.site.configuration().topics}]
    if unknown:
        raise BadQuery("topic", f"there is no topic “{unknown[0]}”; the page Topics lists all")
    return topics


PAGES = (
    PageRoute(path="/", name="today", view=show_today, query=TopicsQuery),
    PageRoute(path="/since", name="since", view=show_since, query=SinceQuery, allowance=Allowance.SEARCH),
    PageRoute(path="/today/left-out", name="left-out", view=show_left_out, query=DayQuery),
)
