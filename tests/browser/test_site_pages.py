"""The web pages in a real browser: for everyone, on a phone and on a desk, in light and in dark, and by keyboard."""

import itertools
import re
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_mail_pages import STICKING_OUT, WIDTHS, axe

Scheme = Literal["light", "dark"]
PATHS = (
    "/",
    "/?topic=flu-eligibility",
    "/since",
    "/since?day=2022-01-10",
    "/today/left-out?day=2020-11-20",
    "/stories",
    "/stories?topic=flu-eligibility&status=reported",
    "/dates",
    "/dates?show=all",
    "/dates?view=month&month=2022-01",
    "/topics",
    "/topics/flu-eligibility",
    "/sources",
    "/scoreboard/2020-11",
    "/search",
    "/search?q=flu&kind=press",
    "/why",
    "/feeds",
    "/api",
    "/about",
    "/privacy",
    "/accessibility",
    "/nowhere",
)
MAX_STORIES = 5  # shown to axe
FOCUSED = "() => document.activeElement && (document.activeElement.textContent || document.activeElement.id).trim()"
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"


READERS = (f"10.0.{number}.1" for number in itertools.count())


def story_paths(site: str) -> list[str]:
    """The paths of all Stories of the demo."""
    return sorted(
        set(
            re.findall(
                r'href="(/stories/\w+)"', httpx.get(f"{site}/stories", headers={"X-Forwarded-For": next(READERS)}).text
            )
        )
    )


def opened(browser: Browser, width: int, scheme: Scheme, *, scripts: bool = True) -> tuple[Page, list[str]]:
    """An empty page, and a list of what went wrong in it: errors in its console, dialogs, requests to other hosts."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts)
    page.set_extra_http_headers({"X-Forwarded-For": next(READERS)})  # each of them may ask for 120 pages a minute
    wrong: list[str] = []
    page.on("console", lambda line: wrong.append(f"{line.type}: {line.text}") if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(f"a dialog: {dialog.message}"))
    page.on("request", lambda request: None if "//127.0.0.1:" in request.url else wrong.append(request.url))
    return page, wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_page_can_be_read_by_everyone_everywhere(browser: Browser, site: str, width: int, scheme: Scheme) -> None:
    page, wrong = opened(browser, width, scheme)
    problems: dict[str, object] = {}
    stories = story_paths(site)
    for path in (*PATHS, *stories[:: max(len(stories) // MAX_STORIES, 1)]):
        page.goto(site + path)
        results = axe(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        seen = [*results["violations"], *results["incomplete"], *(page.evaluate(STICKING_OUT) if too_wide else [])]
        headings = page.locator("h1").count()
        if seen or headings != 1 or "color-contrast" not in results["passes"]:
            problems[path] = (seen, headings)
    page.close()
    not_found = [line for line in wrong if "404" in line]
    assert problems == {}
    assert [line for line in wrong if line not in not_found] == []
    assert len(not_found) == 1, "the page that is not there"


def test_no_page_needs_a_script_and_none_sends_one(browser: Browser, site: str) -> None:
    page, wrong = opened(browser, 390, "light", scripts=False)
    for path in (*PATHS[:-1], *story_paths(site)):
        answered = page.goto(site + path)
        assert answered is not None
        assert answered.status == httpx.codes.OK
        assert "<script" not in answered.text()
        assert page.locator("main h1").inner_text()
    page.close()
    assert wrong == []


def test_the_headlines_of_an_attacker_are_shown_as_they_were_written(browser: Browser, site: str) -> None:
    page, wrong = opened(browser, 1200, "light")
    shown = 0
    for path in story_paths(site):
        page.goto(site + path)
        heading = page.locator("h1").inner_text()
        shown += "alert(" in heading or "7 * 7" in heading
        assert "49" not in heading
        assert page.locator("main img, main svg, main script").count() == 0
    page.close()
    assert shown >= 3, "the attacker's headlines became announcements"
    assert wrong == []


def test_the_pages_are_walked_with_the_keyboard_alone(browser: Browser, site: str) -> None:
    page, wrong = opened(browser, 1200, "light")
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the content"
    assert page.evaluate(OUTLINE) != "none", "who uses the keyboard sees where he is"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.goto(f"{site}/stories")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "Dates":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/dates")
    page.goto(f"{site}/search")
    page.locator("#q").focus()
    page.keyboard.type('"list validation"')
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("mark").first.inner_text() == "list validation"
    page.goto(f"{site}/why")
    page.locator("#q").focus()
    page.keyboard.type("http://nowhere.example/x")
    page.keyboard.press("Enter")
    page.wait_for_url("**/why?q=*")
    assert "never seen" in page.locator("main").inner_text()
    page.close()
    assert wrong == []


def test_a_page_can_be_printed(browser: Browser, site: str) -> None:
    page, _ = opened(browser, 1200, "light")
    page.goto(f"{site}/dates?show=all")
    page.emulate_media(media="print")
    assert not page.locator("form").first.is_visible()
    assert page.locator("table").first.is_visible()
    assert f"{site}/dates?show=all, read " in page.locator(".printed").inner_text()
    page.goto(f"{site}{story_paths(site)[0]}")
    assert page.locator(".printed").is_visible()
    assert not page.locator("#forward").is_visible()
    page.close()
