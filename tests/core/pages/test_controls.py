"""Form controls and filters are no text of a page."""

import pytest
from bs4 import BeautifulSoup

from watcher.core.language.region_text import read_region, write_region
from watcher.core.pages.main_text import main_text
from watcher.core.pages.region import region_of_soup

pytestmark = pytest.mark.promise("P32")
FILTER = """
<form><fieldset><legend>Filter by audience</legend>
<label for="a">General practice (14)</label><input id="a" type="checkbox">
<select><option>Newest first</option></select><textarea>Search here</textarea>
<button>Apply 3 filters</button><output>14 results</output></fieldset></form>
"""
PAGE = f"""<main><h1>Guidance for practices</h1>{FILTER}
<h2><button type="button">Who is invited</button></h2><p>People aged 65 and over are invited from October.</p></main>"""


def test_a_watched_page_is_what_people_read_and_not_what_they_press() -> None:
    region = region_of_soup(BeautifulSoup(PAGE, "lxml"), "main", ())
    assert [line.text for line in read_region(write_region(region)).lines] == [
        "Guidance for practices",
        "Who is invited",
        "People aged 65 and over are invited from October.",
    ]


def test_the_text_of_an_items_page_has_no_filters() -> None:
    text = main_text(PAGE.encode(), "main")
    assert text == "Guidance for practices Who is invited People aged 65 and over are invited from October."
