"""Draws the pictures of docs/pictures: mails and web pages in a browser, and the demo's Slack as a terminal shows it.

.venv/bin/python -m bench.pictures

It needs the package chromium, and fonts-liberation for letters as wide as Arial's. The mails are those that
tests/browser measures.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bench.walks import walk_through_init, walk_through_repair
from tests.support.mail_pages import MESSAGES, page_of
from tests.support.site_days import demo_pages

HOME = Path(__file__).parents[1]
PICTURES = HOME / "docs" / "pictures"
MAILS = [
    ("now-official", 390, "light"),
    ("now-official", 1200, "light"),
    ("now-official", 390, "dark"),
    ("digest", 390, "light"),
    ("digest", 1200, "light"),
    ("digest", 1200, "dark"),
]
SITE_PAGES = [
    ("page-today", "/", 390, "light"),
    ("page-story", "/search?q=extended", 390, "light"),
    ("page-story", "/search?q=extended", 1200, "light"),
    ("page-story", "/search?q=extended", 390, "dark"),
    ("page-dates", "/dates?view=month&month=2022-02", 1200, "light"),
]
FIRST_FRAMES, DEMO_WIDTH, MAX_PIXELS = 4, 1000, 1_300
TERMINAL = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>watcher demo</title><style>
body {{ margin: 0; padding: 20px 24px; background: #1b1a1d; color: #f2f0f4; }}
pre {{ margin: 0; font: 15.5px/21px "DejaVu Sans Mono", Menlo, Consolas, monospace; }}
</style></head><body><pre>{code}</pre></body></html>"""


def main() -> None:
    """Draw all pictures anew and print the size of each."""
    PICTURES.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("no Chromium: install the package chromium, then draw again")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        for name, width, scheme in MAILS:
            draw(browser, page_of(MESSAGES[name]), PICTURES / f"{name}-{width}-{scheme}.png", width, scheme)
        with demo_pages() as site:
            for name, path, width, scheme in SITE_PAGES:
                draw_page(browser, f"{site}{path}", PICTURES / f"{name}-{width}-{scheme}.png", width, scheme)
        draw(browser, terminal_page(first_frames(play_demo())), PICTURES / "demo.png", DEMO_WIDTH)
        for name, walk in (("walk-init", walk_through_init), ("walk-repair", walk_through_repair)):
            draw(browser, terminal_page(walk()), PICTURES / f"{name}.png", DEMO_WIDTH)
        browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.stat().st_size:>8,} bytes  {picture.relative_to(HOME)}")


def draw(browser: Browser, html: str, picture: Path, width: int, scheme: str = "light") -> None:
    """A picture of the whole page at this width, and no higher than it is."""
    page = browser.new_page(viewport={"width": width, "height": 100}, color_scheme="dark" if scheme == "dark" else None)
    page.set_content(html)
    page.screenshot(path=picture, full_page=True)
    page.close()


def draw_page(browser: Browser, address: str, picture: Path, width: int, scheme: str) -> None:
    """A picture of a web page of the demo's days; of a search, of the first Story that it finds."""
    page = browser.new_page(viewport={"width": width, "height": 100}, color_scheme="dark" if scheme == "dark" else None)
    page.goto(address)
    if "/search" in address:
        page.locator("ol.stories a[href^='/stories/']").first.click()
        page.wait_for_url("**/stories/*")
    height = min(page.evaluate("document.documentElement.scrollHeight"), MAX_PIXELS)
    page.screenshot(path=picture, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    page.close()


def play_demo() -> str:
    """What `watcher demo` prints, with the colours and weights of a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "watcher", "demo", "--out", folder]
        environment = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color"}
        done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


def first_frames(printed: str) -> str:
    """From the line "In Slack" to the end of the FIRST_FRAMES first frames, with the threads between."""
    lines = printed.splitlines()
    begin = next(number for number, line in enumerate(lines) if "In Slack:" in line)
    ends = [number for number, line in enumerate(lines) if number > begin and "╰" in line]
    return "\n".join(lines[begin : ends[FIRST_FRAMES - 1] + 1])


def terminal_page(printed: str) -> str:
    """The HTML of these lines as a terminal shows them."""
    # A dim text is drawn halfway to the theme's background: a lighter one than the page's keeps it readable.
    theme = TerminalTheme((150, 148, 152), (242, 240, 244), [(0, 0, 0)] * 8)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed))
    return console.export_html(theme=theme, code_format=TERMINAL, inline_styles=True)


if __name__ == "__main__":
    main()
