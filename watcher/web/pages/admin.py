"""The page of admins, which they enter by a link that works once; there are no accounts and no passwords.

The link's page has a button, so that whatever opens links in passing uses none up. What the button gives is a signed
cookie for half a day.
"""

from datetime import timedelta
from http import HTTPStatus

import structlog
from starlette.responses import RedirectResponse
from starlette.responses import Response as WebResponse

from watcher import store
from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.reports.admin_page import load_admin_page
from watcher.web.errors import PageError, PageNotFound
from watcher.web.limits import Allowance
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit
from watcher.web.site import WebSettings

LINK_LASTS, SESSION_LASTS = timedelta(minutes=10), timedelta(hours=12)
log = structlog.get_logger()


def cookie_name(settings: WebSettings) -> str:
    """With the prefix by which browsers take it over TLS alone, and from this host alone (RFC 6265bis, 4.1.3)."""
    return "__Host-admin" if settings.is_https else "admin"


async def show_entrance(visit: PageVisit) -> WebResponse:
    """The button, as long as the link has not been used."""
    link = _read_link(visit)
    if await visit.site.read_now(lambda tx, _configuration, _now: store.used_links.is_used(tx, link)):
        raise _no_link()
    return page_response(visit, "admin_entrance.html")


async def enter(visit: PageVisit) -> WebResponse:
    """Use the link up, and give the cookie."""
    link, site = _read_link(visit), visit.site
    now = site.clock()
    if not await site.change(lambda tx, now: store.used_links.use_once(tx, link, now + LINK_LASTS, now)):
        raise _no_link()
    log.info("an admin has entered")
    answer = RedirectResponse("/admin", HTTPStatus.SEE_OTHER)
    session = SignedLinks(site.settings.secret).sign(LinkPurpose.ADMIN_SESSION, (), now + SESSION_LASTS)
    answer.set_cookie(
        cookie_name(site.settings),
        session,
        max_age=int(SESSION_LASTS.total_seconds()),
        secure=site.settings.is_https,
        httponly=True,
        samesite="strict",
    )
    return answer


async def show_admin(visit: PageVisit) -> WebResponse:
    """The state of everything."""
    _check_session(visit)
    shown = await visit.site.read_now(load_admin_page)
    return page_response(visit, "admin.html", shown=shown, mistakes=visit.site.mistakes())


async def try_delivery_again(visit: PageVisit) -> WebResponse:
    """Make a Delivery due now that is late or was given up; then the page again."""
    _check_session(visit)
    delivery = visit.part("delivery")
    if not await visit.site.change(lambda tx, now: store.attempts.try_again(tx, delivery, now)):
        why = "This delivery neither waits nor was given up: it may have been sent meanwhile. Open the page again."
        raise PageError(HTTPStatus.CONFLICT, why, link=("/admin", "Back to the page"))
    log.info("an admin tries a delivery again", delivery=delivery)
    return RedirectResponse("/admin#deliveries", HTTPStatus.SEE_OTHER)


async def refuse_to_show(_visit: PageVisit) -> WebResponse:
    """There is nothing to see at the address of a button."""
    raise PageNotFound


def _read_link(visit: PageVisit) -> str:
    """The id of the link. Raises PageNotFound for one that is not ours, or has ended."""
    links = SignedLinks(visit.site.settings.secret)
    names = links.read(LinkPurpose.ADMIN_ENTRANCE, visit.part("token"), visit.site.clock())
    if not names:
        raise _no_link()
    return names[0]


def _no_link() -> PageNotFound:
    return PageNotFound("This link has been used, or is too old. On the machine, `watcher admin-link` makes another.")


def _check_session(visit: PageVisit) -> None:
    """Raise PageError for whoever has not entered, or did so too long ago."""
    settings = visit.site.settings
    session = visit.request.cookies.get(cookie_name(settings), "")
    if SignedLinks(settings.secret).read(LinkPurpose.ADMIN_SESSION, session, visit.site.clock()) is None:
        why = (
            "This page is for whoever runs this installation. On the machine, `watcher admin-link` makes a link to it."
        )
        raise PageError(HTTPStatus.FORBIDDEN, why)


def _route(path: str, name: str, **parts: object) -> PageRoute:
    return PageRoute(path=path, name=name, allowance=Allowance.SIGNED, is_private=True, **parts)  # type: ignore[arg-type]


PAGES = (
    _route("/admin/enter/{token:str}", "admin-entrance", view=show_entrance, submit=enter),
    _route("/admin", "admin", view=show_admin),
    _route("/admin/deliveries/{delivery:str}", "admin-delivery", view=refuse_to_show, submit=try_delivery_again),
)
