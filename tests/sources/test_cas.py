"""The Central Alerting System as shipped: the newest page of its register, and after a gap the pages behind it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stand_ins.answer import StandInAnswer
from tests.stand_ins.cas_site import CasSite, SafetyAlert
from tests.support.looks import Looks, later
from watcher import config
from watcher.core.items.form_pager import PagerForm
from watcher.model import Item, ParseResult
from watcher.sources.listing import Listing

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CATALOGUE = Path(__file__).parents[2] / "config"
FILTER = "ctl00$ContentPlaceHolder1$lstOriginatingEntities"


def looking(site: CasSite, **options: Any) -> Looks:
    entry = config.read_configuration(CATALOGUE, {}).sources["cas"]
    assert isinstance(entry, Listing)
    return Looks(replace(entry, **options), [site], START)


def register(*, count: int = 25, site: CasSite | None = None) -> CasSite:
    """The register with so many alerts, the newest of this morning."""
    site = site or CasSite()
    for number in range(count):
        put(site, number, START - timedelta(days=count - number))
    return site


def put(site: CasSite, number: int, at: datetime, entity: str = "37") -> None:
    site.put(SafetyAlert(number, f"R/{number}", f"Alert {number}", "DHSC", at, entity=entity))


def titles(result: ParseResult) -> list[str]:
    return [item.title for item in result.items]


def alerts(*numbers: int) -> list[str]:
    return [f"Alert {number}" for number in numbers]


def test_every_half_hour_the_newest_page_is_enough() -> None:
    looks = looking(register())
    assert titles(looks.look(START)) == alerts(*range(24, 14, -1))
    looks.look(later(START, 30))
    assert looks.asked == ["https://www.cas.mhra.gov.uk/SearchAlerts.aspx"]


@pytest.mark.promise("P44")
def test_after_a_gap_the_next_pages_are_read_until_one_shows_what_we_saw_last() -> None:
    site = register()
    looks = looking(site)
    looks.look(START)
    for number in range(100, 133):
        put(site, number, later(START, number))
    result = looks.look(later(START, 300))
    assert titles(result) == alerts(*range(132, 99, -1), *range(24, 17, -1))
    assert (result.problems, len(looks.asked)) == ((), 4)
    assert all(isinstance(item, Item) and "AlertID=" in item.url for item in result.items)


@pytest.mark.promise("P44")
def test_what_five_pages_do_not_show_is_said() -> None:
    site = register()
    looks = looking(site)
    looks.look(START)
    for number in range(100, 220):
        put(site, number, later(START, number))
    result = looks.look(later(START, 300))
    assert len(result.items) == 60
    assert result.problems == ("items may be missing: 5 older pages show nothing of the last poll",)


def test_at_the_end_of_the_register_there_is_nothing_more_to_ask_for() -> None:
    site = register(count=12)
    looks = looking(site)
    looks.look(START)
    site.alerts.clear()
    for number in range(100, 115):
        put(site, number, later(START, number))
    result = looks.look(later(START, 300))
    assert (len(result.items), result.problems, len(looks.asked)) == (15, (), 2)


@pytest.mark.parametrize("fields", [{FILTER: "37"}, {}])
def test_a_filter_holds_only_where_it_is_sent_with_each_page(fields: Mapping[str, str]) -> None:
    site = register()
    entry = looking(site).source
    assert isinstance(entry, Listing)
    assert entry.older_form
    looks = looking(site, older_form=PagerForm(target=entry.older_form.target, fields=fields))
    looks.look(START)
    for number in range(100, 135):
        put(site, number, later(START, number), entity="28" if number < 120 else "37")
    found = [item.title for item in looks.look(later(START, 300)).items[10:]]
    assert any(int(title.split()[1]) in range(100, 120) for title in found) is (not fields)


class Refusing(CasSite):
    """A register that takes no form."""

    def post(self, *_: object) -> StandInAnswer:
        return StandInAnswer(403)


@pytest.mark.promise("P44")
def test_where_the_form_is_refused_the_newest_page_counts_and_the_rest_is_said() -> None:
    site = register(site=Refusing())
    looks = looking(site)
    looks.look(START)
    for number in range(100, 120):
        put(site, number, later(START, number))
    result = looks.look(later(START, 300))
    assert (len(result.items), result.problems) == (10, ("page 2 of older items: HTTP 403",))


@pytest.mark.parametrize(
    ("left_out", "status"),
    [
        ("referer", 403),
        ("origin", 403),
        ("__VIEWSTATE", 500),
        ("__VIEWSTATEGENERATOR", 500),
        ("__EVENTVALIDATION", 500),
        ("__EVENTTARGET", 500),
        ("__EVENTARGUMENT", 500),
        ("", 200),
    ],
)
def test_the_stand_in_refuses_what_the_register_refuses(left_out: str, status: int) -> None:
    site = register()
    headers = {"referer": "https://www.cas.mhra.gov.uk/SearchAlerts.aspx", "origin": "https://www.cas.mhra.gov.uk"}
    form = {
        "__VIEWSTATE": "state of page 1",
        "__VIEWSTATEGENERATOR": "9A1B",
        "__EVENTVALIDATION": "offered by page 1",
        "__EVENTTARGET": "ctl00$ContentPlaceHolder1$AlertSearchResults1$gvwAlertList",
        "__EVENTARGUMENT": "Page$2",
    }
    sent = {name: content for name, content in form.items() if name != left_out}
    told = {name: content for name, content in headers.items() if name != left_out}
    assert site.post("/SearchAlerts.aspx", sent, told, START).status == status
