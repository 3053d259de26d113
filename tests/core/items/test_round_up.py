"""A newsletter of ours, split into its announcements."""

import pytest

from watcher.core.items.round_up import MAX_SECTIONS, RoundUpSection, split_round_up
from watcher.errors import NotParsed

PAGE = b"""<html><body><nav><h2>Menu</h2><a href="/home">Home</a></nav><main>
<h1>Weekly news for practices</h1><p>Hello everybody.</p>
<h2 id="flu">Flu <em>orders</em></h2><p>Order by <a href="/flu">Friday</a>.</p>
<ul><li>aQIV</li></ul><script>x()</script>
<h2>Premises grants</h2><p>Apply now.</p>
<h2></h2><p>Nothing above this.</p>
</main><footer>Unsubscribe</footer></body></html>"""


def test_each_heading_begins_an_announcement_with_its_text_and_first_link() -> None:
    assert split_round_up(PAGE, "main", "h2") == (
        "Weekly news for practices Hello everybody.",
        [
            RoundUpSection(title="Flu orders", anchor="flu", text="Order by Friday . aQIV", link="/flu"),
            RoundUpSection(title="Premises grants", anchor="", text="Apply now.", link=""),
        ],
    )


def test_without_a_region_the_whole_page_is_split_and_a_page_without_headings_is_refused() -> None:
    assert [each.title for each in split_round_up(PAGE, "", "h2")[1]] == ["Menu", "Flu orders", "Premises grants"]
    with pytest.raises(NotParsed, match="'h4' finds no heading in this round-up: its layout has changed"):
        split_round_up(PAGE, "main", "h4")


def test_a_page_of_thousands_of_headings_ends() -> None:
    page = b"<body>" + b"<h2>Flu</h2><p>Text</p>" * 5_000 + b"</body>"
    _, found = split_round_up(page, "", "h2")
    assert len(found) == MAX_SECTIONS
    assert found[0].text == "Text"
