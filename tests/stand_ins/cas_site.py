"""www.cas.mhra.gov.uk: the grid of safety alerts, ten a page, and the page of each alert.

Further pages and the filter come by a form of ASP.NET, whose state must be that of the page it was sent from.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tests.stand_ins.answer import PDF, AskedTarget, StandInAnswer, london, not_found, page, shown

_GRID = "ctl00_ContentPlaceHolder1_AlertSearchResults1_gvwAlertList"
_TARGET = _GRID.replace("_", "$")
_FILTER, _SEARCH = (f"ctl00$ContentPlaceHolder1${name}" for name in ("lstOriginatingEntities", "bttSearch"))
_ON_A_PAGE, _IN_A_PAGER, _MAX_TITLE_CHARACTERS = 10, 10, 70
_ALL = "0"  # no filter


@dataclass(frozen=True)
class SafetyAlert:
    """One alert of the register."""

    number: int
    reference: str
    title: str
    originator: str
    at: datetime
    category: str = "Action"
    underway: str = ""
    complete: str = ""
    broadcast: str = ""  # empty where the text stands in the attached file
    file_name: str = ""
    file: bytes = b""
    entity: str = "37"  # who originated it, as the filter names it


class CasSite:
    """www.cas.mhra.gov.uk; its pager and its filter need POST."""

    host = "www.cas.mhra.gov.uk"

    def __init__(self) -> None:
        """Without an alert; `put` adds them."""
        self.alerts: list[SafetyAlert] = []

    def put(self, alert: SafetyAlert) -> None:
        """Add one."""
        self.alerts.append(alert)

    def there(self, now: datetime) -> list[SafetyAlert]:
        """What is issued, newest first."""
        return sorted((each for each in self.alerts if each.at <= now), key=lambda each: each.at, reverse=True)

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """What the site says to a GET of this path and query at this moment."""
        asked = AskedTarget.of(target)
        path, known = asked.path.lower(), self.there(now)
        if path in {"/", "/home.aspx", "/searchalerts.aspx"}:
            return StandInAnswer(200, _search_page(known, 1))
        number = asked.one("AlertID") or asked.one("Attachment_id")
        found = next((each for each in known if str(each.number) == number), None)
        if found and path == "/viewandacknowledgment/viewalert.aspx":
            return StandInAnswer(200, _detail(found))
        if found and found.file and path == "/viewandacknowledgment/viewattachment.aspx":
            named = {"Content-Disposition": f'attachment; filename="{found.file_name}"'}
            return StandInAnswer(200, found.file, PDF, named)
        return not_found("CAS")

    def post(self, target: str, form: Mapping[str, str], headers: Mapping[str, str], now: datetime) -> StandInAnswer:
        """A page of the grid, of the alerts that the filter of this form names; without one of the whole register."""
        if AskedTarget.of(target).path.lower() != "/searchalerts.aspx":
            return StandInAnswer(405)
        if "referer" not in headers or headers.get("origin") != f"https://{self.host}":
            return StandInAnswer(403)
        sent_from = re.fullmatch(r"state of page (\d+)", form.get("__VIEWSTATE", ""))
        is_whole = form.get("__VIEWSTATEGENERATOR") == "9A1B" and "__EVENTVALIDATION" in form
        if not sent_from or not is_whole or form["__EVENTVALIDATION"] != f"offered by page {sent_from[1]}":
            return StandInAnswer(500)
        entity = form.get(_FILTER, _ALL)
        known = [each for each in self.there(now) if entity in {_ALL, each.entity}]
        if _SEARCH in form:
            return StandInAnswer(200, _search_page(known, 1))
        wanted = re.fullmatch(r"Page\$(\d+)", form.get("__EVENTARGUMENT", ""))
        offered = _offered(int(sent_from[1]), -(-len(self.there(now)) // _ON_A_PAGE))
        if form.get("__EVENTTARGET") != _TARGET or not wanted or int(wanted[1]) not in offered:
            return StandInAnswer(500)
        return StandInAnswer(200, _search_page(known, int(wanted[1])))

    def targets(self, now: datetime) -> Iterator[str]:
        """The grid, every alert and every file."""
        yield "/SearchAlerts.aspx"
        for each in self.there(now):
            yield f"/ViewandAcknowledgment/ViewAlert.aspx?AlertID={each.number}"
            if each.file:
                yield f"/ViewandAcknowledgment/ViewAttachment.aspx?Attachment_id={each.number}"


def _offered(number: int, pages: int) -> list[int]:
    """The pages that the pager of a page leads to: those of its ten, and through "..." the first of the next ten."""
    first = (number - 1) // _IN_A_PAGER * _IN_A_PAGER + 1
    numbers = range(max(first - 1, 1), min(first + _IN_A_PAGER, pages) + 1)
    return [offered for offered in numbers if offered != number]


def _search_page(known: list[SafetyAlert], number: int) -> bytes:
    names = ("Reference", "Alert Title", "Originated By", "Issue Date", "Status")
    start = (number - 1) * _ON_A_PAGE
    rows = "".join(_row(each) for each in known[start : start + _ON_A_PAGE])
    others = "".join(
        f'<td><a href="javascript:__doPostBack(&#39;{_TARGET}&#39;,&#39;Page${offered}&#39;)">{offered}</a></td>'
        for offered in _offered(number, -(-len(known) // _ON_A_PAGE))
    )
    pager = f"<table><tr><td><span>{number}</span></td>{others}</tr></table>"
    pager = f'<tr class="gridview_pager"><td colspan="5">{pager}</td></tr>' if others else ""
    hidden = {
        "__VIEWSTATE": f"state of page {number}",
        "__VIEWSTATEGENERATOR": "9A1B",
        "__EVENTVALIDATION": f"offered by page {number}",
    }
    inputs = "".join(f'<input type="hidden" name="{name}" value="{content}"/>' for name, content in hidden.items())
    main = (
        '<form action="/Search.aspx"><input type="hidden" name="q" value="x"/></form>'
        f'<form method="post" action="./SearchAlerts.aspx" id="aspnetForm">{inputs}'
        f'<input type="hidden" name="__EVENTTARGET" value=""/><select name="{_FILTER}"><option>All</option></select>'
        f'<table id="{_GRID}"><tr>{"".join(f"<th>{name}</th>" for name in names)}</tr>{rows}{pager}</table></form>'
    )
    return page("Search alerts", main, "CAS")


def _row(each: SafetyAlert) -> str:
    title = (
        each.title
        if len(each.title) <= _MAX_TITLE_CHARACTERS
        else each.title[:_MAX_TITLE_CHARACTERS].rsplit(" ", 1)[0] + " ..."
    )
    cells = (
        shown(each.reference),
        f'<a href="ViewandAcknowledgment/ViewAlert.aspx?AlertID={each.number}">{shown(title)}</a>',
        shown(each.originator),
        f"{london(each.at):%d-%b-%Y}",
        "Issued",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _detail(each: SafetyAlert) -> bytes:
    label = "ctl00_ContentPlaceHolder1_fvwAlert_lbl"
    file = ""
    if each.file:
        address = f"/ViewandAcknowledgment/ViewAttachment.aspx?Attachment_id={each.number}"
        file = f'<a href="{address}">{shown(each.file_name)}</a>'
    rows = (
        ("Reference:", shown(each.reference)),
        ("Alert title:", f'<span id="{label}ViewTitle">{shown(each.title)}</span>'),
        ("Originator:", shown(each.originator)),
        ("Issue date:", f"{london(each.at):%d-%b-%Y %H:%M:%S}"),
        ("Action category:", shown(each.category)),
        ("Action underway deadline:", each.underway),
        ("Action complete deadline:", each.complete),
        ("Broadcast content:", each.broadcast),
        ("Additional information:", ""),
        ("Attachments:", file),
    )
    table = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    return page("View alert", f"<table>{table}</table>", "CAS")
