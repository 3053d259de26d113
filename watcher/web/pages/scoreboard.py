"""Who told first, month by month: a table, and the same figures drawn."""

from datetime import date

import sqlalchemy as sa
from starlette.responses import Response as WebResponse

from watcher import store
from watcher.core.language.dates import LONDON
from watcher.core.stories.lead_times import Scoreboard, build_scoreboard, month_bounds
from watcher.reports import scoreboard_svg
from watcher.reports.public_view import is_public
from watcher.web.errors import PageNotFound
from watcher.web.respond import body_response, page_response
from watcher.web.routing import PageRoute, PageVisit

SVG = "image/svg+xml; charset=utf-8"


def load_scoreboard(tx: sa.Connection, _configuration: object, _now: object, month: str) -> Scoreboard:
    """The scoreboard of a London month, YYYY-MM, of what may be shown to anybody."""
    stories = store.stories.opened_between(tx, *month_bounds(month))
    return build_scoreboard([story for story in stories if is_public(story)], month)


async def show_month(visit: PageVisit) -> WebResponse:
    """The table of a month; of this month where none is named."""
    this_month = visit.site.clock().astimezone(LONDON).date().replace(day=1)
    written = visit.request.path_params.get("month") or f"{this_month:%Y-%m}"
    board = await visit.site.report(load_scoreboard, check_month(written))
    shown = date.fromisoformat(f"{written}-01")
    names = {topic.id: topic.name for topic in visit.site.configuration().topics}
    return page_response(
        visit,
        "scoreboard.html",
        board=board,
        names=names,
        summary=scoreboard_svg.summary(board),
        basis=tuple(scoreboard_svg.basis(board)),
        month=shown,
        is_newest=shown >= this_month,
    )


async def draw_month(visit: PageVisit) -> WebResponse:
    """The same, drawn."""
    board = await visit.site.report(load_scoreboard, check_month(visit.part("month")))
    names = {topic.id: topic.name for topic in visit.site.configuration().topics}
    return body_response(visit.request, scoreboard_svg.draw_scoreboard(board, names).encode(), SVG)


def check_month(written: str) -> str:
    """A month, YYYY-MM. Raises PageNotFound for anything else."""
    try:
        month_bounds(written)
    except ValueError:
        raise PageNotFound("There is no month at this address; write one such as /scoreboard/2026-10.") from None
    return written


PAGES = (
    PageRoute(path="/scoreboard", name="scoreboard", view=show_month),
    PageRoute(path="/scoreboard/{month:str}.svg", name="scoreboard-picture", view=draw_month),
    PageRoute(path="/scoreboard/{month:str}", name="scoreboard-month", view=show_month),
)
