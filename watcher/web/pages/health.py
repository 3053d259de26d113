"""Whether this process lives, and whether it can do its work: for whoever restarts it, in JSON without any names."""

import asyncio
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse
from starlette.responses import Response as WebResponse

from watcher.core.delivery.signed_links import name_installation
from watcher.core.watching.ticks import find_stale_ticks
from watcher.web.limits import Allowance
from watcher.web.routing import PageRoute, PageVisit

MAX_DATABASE_SECONDS = 5


async def show_live(visit: PageVisit) -> WebResponse:
    """That the loop answers, and a name by which `watcher doctor` knows this installation."""
    return _answer({"live": True, "instance": name_installation(visit.site.settings.secret)}, HTTPStatus.OK)


async def show_ready(visit: PageVisit) -> WebResponse:
    """Whether the database answers and, where this process polls and delivers, both of these go on."""
    site = visit.site
    now, ticks = site.clock(), site.ticks()
    stale = find_stale_ticks(ticks, now)
    can_read = await _can_read(visit)
    ages = {name: round((now - ended_at).total_seconds(), 1) if ended_at else None for name, ended_at in ticks.items()}
    is_ready = can_read and not stale
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    database = "ok" if can_read else "away"
    return _answer({"ready": is_ready, "database": database, "seconds_since": ages, "stale": list(stale)}, status)


async def _can_read(visit: PageVisit) -> bool:
    try:
        async with asyncio.timeout(MAX_DATABASE_SECONDS):
            await visit.site.read_now(_read_something)
    except (SQLAlchemyError, TimeoutError):
        return False
    return True


def _read_something(tx: sa.Connection, _configuration: object, _now: object) -> None:
    tx.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()


def _answer(content: dict[str, Any], status: HTTPStatus) -> WebResponse:
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store"})


PAGES = (
    PageRoute(path="/health/live", name="health-live", view=show_live, allowance=Allowance.FREE),
    PageRoute(path="/health/ready", name="health-ready", view=show_ready, allowance=Allowance.FREE),
)
