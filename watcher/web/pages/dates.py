"""The dates: what must be done by when, and what starts when."""

from datetime import date, timedelta

from starlette.responses import Response as WebResponse

from watcher.core.language.dates import LONDON
from watcher.reports.date_pages import DateFilter, load_date_list
from watcher.web.pages.feeds import as_webcal
from watcher.web.pages.today import check_topics
from watcher.web.queries import DatesQuery
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit


async def show_dates(visit: PageVisit) -> WebResponse:
    """The ledger as a table, or as the days of a month with the table below."""
    query: DatesQuery = visit.query
    check_topics(visit, (query.topic,) if query.topic else ())
    this_month = visit.site.clock().astimezone(LONDON).date().replace(day=1)
    month = (query.month or this_month) if query.view == "month" else None
    shows_all = query.show == "all" or month is not None
    wanted = DateFilter(topic=query.topic, shows_all=shows_all, month=month, page=1 if month else query.page)
    dates = await visit.site.report(load_date_list, wanted)
    return page_response(
        visit,
        "dates.html",
        listed=dates,
        query=query,
        all_topics=visit.site.configuration().topics,
        calendars=as_webcal(visit.base_url),
        before=_month_before(month) if month else None,
        after=_month_after(month) if month else None,
    )


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _month_after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


PAGES = (PageRoute(path="/dates", name="dates", view=show_dates, query=DatesQuery),)
