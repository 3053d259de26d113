"""www.cas.mhra.gov.uk: the grid of safety alerts, ten a page, and the page of each alert."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.stand_ins.answer import PDF, AskedTarget, StandInAnswer, london, not_found, page, shown

_GRID = "ctl00_ContentPlaceHolder1_AlertSearchResults1_gvwAlertList"
_ON_A_PAGE, _MAX_TITLE_CHARACTERS = 10, 70


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


class CasSite:
    """www.cas.mhra.gov.uk, asked by GET; its own pager needs POST and is not played."""

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
            return StandInAnswer(200, _search_page(known))
        number = asked.one("AlertID") or asked.one("Attachment_id")
        found = next((each for each in known if str(each.number) == number), None)
        if found and path == "/viewandacknowledgment/viewalert.aspx":
            return StandInAnswer(200, _detail(found))
        if found and found.file and path == "/viewandacknowledgment/viewattachment.aspx":
            named = {"Content-Disposition": f'attachment; filename="{found.file_name}"'}
            return StandInAnswer(200, found.file, PDF, named)
        return not_found("CAS")

    def targets(self, now: datetime) -> Iterator[str]:
        """The grid, every alert and every file."""
        yield "/SearchAlerts.aspx"
        for each in self.there(now):
            yield f"/ViewandAcknowledgment/ViewAlert.aspx?AlertID={each.number}"
            if each.file:
                yield f"/ViewandAcknowledgment/ViewAttachment.aspx?Attachment_id={each.number}"


def _search_page(known: list[SafetyAlert]) -> bytes:
    names = ("Reference", "Alert Title", "Originated By", "Issue Date", "Status")
    rows = "".join(_row(each) for each in known[:_ON_A_PAGE])
    pages = -(-len(known) // _ON_A_PAGE)
    grid = _GRID.replace("_", "$")
    others = "".join(
        f"<td><a href=\"javascript:__doPostBack('{grid}','Page${number}')\">{number}</a></td>"
        for number in range(2, pages + 1)
    )
    pager = (
        f'<tr class="gridview_pager"><td colspan="5"><table><tr><td><span>1</span></td>{others}</tr></table></td></tr>'
    )
    main = (
        '<form method="post" action="./SearchAlerts.aspx" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" '
        'value="state"/><input type="hidden" name="__EVENTVALIDATION" value="valid"/>'
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
