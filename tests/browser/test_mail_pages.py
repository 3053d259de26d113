"""The HTML of a mail in a real browser: can be read by everyone, on a phone and on a desk, in light and in dark."""

from dataclasses import replace
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.mail_pages import MESSAGES, page_of
from watcher.model import FactKind, Section

Scheme = Literal["light", "dark"]
WIDTHS = {"phone": 390, "desk": 1200}
MAX_DARK, MIN_LIGHT = 0.05, 0.8  # relative luminance, from 0 (black) to 1 (white)
# What sticks out of the window, by its tag and the first words in it.
STICKING_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(element => `${element.tagName}: ${element.textContent.trim().slice(0, 40)}`)"""
# The background of the body, the outer table and the card, as three numbers each.
BACKGROUNDS = """() => [...document.querySelectorAll('.page, .card')]
  .map(element => getComputedStyle(element).backgroundColor.match(/[0-9]+/g).map(Number))"""


def opened(browser: Browser, html: str, width: int, scheme: Scheme) -> tuple[Page, list[str]]:
    """The page at this width, and the addresses that it asked for: none may be reached."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)
    return page, asked


def luminance(colour: list[int]) -> float:
    """The relative luminance of a colour in sRGB, as WCAG 2 defines it."""
    parts = [value / 255 for value in colour[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def axe(page: Page) -> dict[str, list[str]]:
    """The ids of axe's rules by result; each node that fails or cannot be decided stands beside its rule."""
    found = Axe().run(page, options={"resultTypes": ["violations", "incomplete"]}).response  # of "passes" the ids alone
    problems = {
        result: [f"{rule['id']}: {node['html'][:90]}" for rule in found[result] for node in rule["nodes"]]
        for result in ("violations", "incomplete")
    }
    return problems | {"passes": [rule["id"] for rule in found["passes"]]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("name", MESSAGES)
def test_a_mail_can_be_read_by_everyone_everywhere(browser: Browser, name: str, width: int, scheme: Scheme) -> None:
    page, asked = opened(browser, page_of(MESSAGES[name]), width, scheme)
    found = axe(page)
    assert (found["violations"], found["incomplete"]) == ([], [])
    assert "color-contrast" in found["passes"], "axe measured the contrast of the text in this scheme"
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    shades = [luminance(colour) for colour in page.evaluate(BACKGROUNDS)]
    assert len(shades) == 3, "the body, the outer table and the card"
    assert max(shades) < MAX_DARK if scheme == "dark" else min(shades) > MIN_LIGHT
    assert asked == [], "a mail loads nothing: no picture that tells who has opened it"
    page.close()


def test_a_word_without_end_widens_no_mail(browser: Browser) -> None:
    endless = "https://official.example/" + "x" * 300
    told = MESSAGES["now-official"].paragraphs[0]
    worst = replace(told, title=endless, source=endless, details=((FactKind.SUMMARY, endless),))
    message = replace(MESSAGES["now-official"], sections=(Section(heading="", paragraphs=(worst,)),))
    page, _ = opened(browser, page_of(message), 390, "light")
    assert page.evaluate(STICKING_OUT) == []
    page.close()


def test_these_measures_can_be_missed(browser: Browser) -> None:
    html = """<html><head><title>x</title></head><body class="page" style="background-color:#777777">
    <p style="width:900px;color:#888888">Pale and wide</p><img src="https://press.example/pixel.png"></body></html>"""
    page, asked = opened(browser, html, 390, "dark")
    rules = {line.partition(":")[0] for line in axe(page)["violations"]}
    assert {"color-contrast", "html-has-lang", "image-alt"} <= rules
    assert page.evaluate(STICKING_OUT) == ["P: Pale and wide"]
    assert luminance(page.evaluate(BACKGROUNDS)[0]) > MAX_DARK
    assert asked == ["https://press.example/pixel.png"]
    page.close()
