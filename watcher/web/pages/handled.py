"""The page behind "Handled: no more reminders" in a mail. Scanners open links: only its button changes anything."""

from http import HTTPStatus

from starlette.responses import RedirectResponse
from starlette.responses import Response as WebResponse

from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.reports.handled_story import load_handled_story, mark_story
from watcher.web.errors import PageError, PageNotFound
from watcher.web.limits import Allowance
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit

UNDO = "undo"


async def show_handled(visit: PageVisit) -> WebResponse:
    """The announcement, whether it is handled, and a button for the other."""
    shown = await visit.site.read_now(load_handled_story, *_read_token(visit))
    if shown is None:
        raise _gone()
    return page_response(visit, "handled.html", shown=shown, undo=UNDO)


async def mark_handled(visit: PageVisit) -> WebResponse:
    """Mark it, or take the mark back; then the page again, so that reloading it sends nothing."""
    names = _read_token(visit)
    form = await visit.request.form()
    if not await visit.site.change(mark_story, *names, form.get("mark") != UNDO):
        raise _gone()
    return RedirectResponse(visit.request.url.path, HTTPStatus.SEE_OTHER)


def _read_token(visit: PageVisit) -> tuple[str, ...]:
    """The ids of a Subscriber and an Alert. Raises PageNotFound for a link that is not ours, or has ended."""
    links = SignedLinks(visit.site.settings.secret)
    names = links.read(LinkPurpose.HANDLED, visit.part("token"), visit.site.clock())
    if names is None:
        raise PageNotFound("This link is not whole, or it is too old. Open it from the e-mail once more.")
    return names


def _gone() -> PageError:
    why = "This announcement has been joined with another one. A later e-mail on it has a link that works."
    return PageError(HTTPStatus.GONE, why)


PAGES = (
    PageRoute(
        path="/handled/{token:str}",
        name="handled",
        view=show_handled,
        submit=mark_handled,
        allowance=Allowance.SIGNED,
        is_private=True,
    ),
)
