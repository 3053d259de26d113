"""Pages without <main>: what is left of them without their menus, head and foot. Every page is SYNTHETIC."""

from watcher.core.pages.region import region_of_page

OLD_SITE = """<!-- SYNTHETIC --><html><body><div id="header"><a href="/">The Board</a> Working for practices</div>
<table><tr><td><a href="/a">Home</a> <a href="/b">About us</a> <a href="/c">Contact</a></td></tr></table>
<p><a href="/d">Forms for practices</a> | <a href="/e">Guides for practices</a></p>
<div id="content"><h1>Payment dates</h1><p>Read this page each month.</p>
<ul><li><a href="/l1">Letter on flu</a></li><li><a href="/l2">Letter on pensions</a></li></ul>
<table><tr><td>May</td><td>15 May 2026</td></tr></table></div>
<div id="side">Opening hours of our office</div><div id="footer"><p>Crown copyright</p></div></body></html>"""


def lines(body: str) -> list[str]:
    return [line.text for line in region_of_page(body.encode()).lines]


def test_head_menus_and_foot_are_left_out_and_lists_and_tables_stay() -> None:
    assert lines(OLD_SITE) == [
        "Payment dates",
        "Read this page each month.",
        "Letter on flu",
        "Letter on pensions",
        "May | 15 May 2026",
    ]


def test_what_holds_the_headline_or_a_date_stays_whatever_it_is_called() -> None:
    page = OLD_SITE.replace('"content"', '"menu"').replace("Opening hours", "Changed on 1 May 2026: opening hours")
    assert "Payment dates" in lines(page)
    assert "Changed on 1 May 2026: opening hours of our office" in lines(page)


def test_a_page_without_a_headline_loses_only_what_its_ids_name() -> None:
    page = OLD_SITE.replace("<h1>Payment dates</h1>", "<b>Payment dates</b>")
    assert "Forms for practices | Guides for practices" in lines(page)
    assert "Crown copyright" not in lines(page)
