"""The pages behind signed links in a real browser: for everyone, on a phone and on a desk, in light and in dark."""

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

import watcher.web
from tests.browser.test_mail_pages import STICKING_OUT, WIDTHS, axe
from tests.support.flu_orders import MORNING, TEXT, TITLE, handled_link, order_days
from tests.support.open_site import OWN_FORM, SECRET
from watcher import store
from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.errors import Mistake
from watcher.model import Quarantined

STYLE = (Path(watcher.web.__file__).parent / "static" / "site.css").read_text(encoding="utf-8")
NAMES = ("handled-before", "handled-after", "entrance", "admin", "refused")
MISTAKE = Mistake(file="/etc/watcher/config/topics.yaml", line=7, column=3, what="unknown key 'nam'")


async def collect(folder: Path) -> Mapping[str, str]:
    """The HTML of each page, with its style inside. Something is late, and something in quarantine."""
    async with order_days(folder / "config", f"sqlite:///{folder / 'w.db'}") as days:
        await days.publish((TITLE, TEXT))
        link = handled_link(days.mails_to("managers")[0])
        days.relay.is_busy = True
        await days.publish((TITLE, TEXT), ("Flu vaccine deliveries are late", TEXT))
        days.now += timedelta(hours=1)
        with days.desk.database.begin() as tx:
            store.quarantine.save(tx, [Quarantined(what="page", name="nhse", why="a login page", body=b"")], days.now)
        token = SignedLinks(SECRET).sign(LinkPurpose.ADMIN_ENTRANCE, ("x",), days.now + timedelta(minutes=1))
        entrance = f"/admin/enter/{token}"
        async with days.pages(mistakes=lambda: (MISTAKE,)) as client:
            before = await client.get(link)
            await client.post(link, headers=OWN_FORM, data={"mark": "handled"})
            answers = [before, await client.get(link), await client.get(entrance)]
            refused = await client.get("/admin")
            await client.post(entrance, headers=OWN_FORM)
            answers += [await client.get("/admin"), refused]
    linked = re.compile(r'<link rel="(?:stylesheet|icon)"[^>]*>\n')
    shown = [linked.sub("", answer.text).replace("</head>", f"<style>{STYLE}</style></head>") for answer in answers]
    return dict(zip(NAMES, shown, strict=True))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    with ThreadPoolExecutor(1) as thread:  # the browser has a loop in this one
        return thread.submit(lambda: asyncio.run(collect(tmp_path_factory.mktemp("signed")))).result()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_a_signed_page_can_be_read_by_everyone(
    browser: Browser, pages: Mapping[str, str], name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_content(pages[name])
    seen = axe(page)
    assert (seen["violations"], seen["incomplete"]) == ([], [])
    assert "color-contrast" in seen["passes"]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        assert page.evaluate(STICKING_OUT) == []
    assert page.locator("h1").count() == 1
    page.close()


def test_the_pages_are_those_that_are_meant(pages: Mapping[str, str]) -> None:
    assert 'value="handled"' in pages["handled-before"]
    assert 'value="undo"' in pages["handled-after"]
    assert "Enter" in pages["entrance"]
    assert "Try again" in pages["admin"]
    assert "a login page" in pages["admin"]
    assert MISTAKE.what.partition("'")[0] in pages["admin"]
    assert "admin-link" in pages["refused"]
    assert MORNING.strftime("%Y") in pages["admin"]
