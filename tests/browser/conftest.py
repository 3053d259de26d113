"""A real browser for the tests of this folder, and the pages of the demo's days."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.site_days import demo_pages, hostile_items


@pytest.fixture(scope="module")  # while it is open no other test of this thread can run a loop of its own
def browser() -> Iterator[Browser]:
    """The system's Chromium. On CI, where .ci/run installs it, its absence is a failure and no reason to skip."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium is installed, and CI must not skip these tests")
        pytest.skip("no Chromium: install the package chromium to see pages and mails in a browser")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the pages of the demo's days, with an attacker's headlines among them."""
    with demo_pages(hostile_items()) as address:
        yield address
