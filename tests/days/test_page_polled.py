"""A watched page through real HTTP and a real database: what is remembered of it from one look to the next."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.faulty import response
from tests.support.pages import COLLECTION
from tests.support.world import desk, poll_all, serving, write_config
from watcher import store
from watcher.core.language import region_text
from watcher.core.pages.compare import compare_regions
from watcher.poll import PollResult

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
SOURCE = """sources:
  - {{id: flu, name: Flu, publisher: UKHSA, trust: official, kind: page, url: "{site}/flu", every: 30m, region: main}}
"""


def looks(folder: Path, *bodies: str) -> tuple[list[PollResult], list[str]]:
    """Half an hour apart, one look at each body: how they went, and the text that is remembered after each."""
    answers: dict[str, Any] = {}
    with serving(answers) as (site, _):
        config = write_config(folder / "config", SOURCE.format(site=site), PEOPLE)

        async def story() -> tuple[list[PollResult], list[str]]:
            polled, texts = [], []
            for number, body in enumerate(bodies):
                now = NOW + number * timedelta(minutes=30)
                answers["/flu"] = response(body.encode())
                async with desk(config, {}, f"sqlite:///{folder / 'w.db'}", now) as opened:
                    polled += await poll_all(opened, now)
                    with opened.database.begin() as tx:
                        texts += [item.text for item in store.items.newest_items(tx, "flu")]
            return polled, texts

        return asyncio.run(story())


@pytest.mark.fault(65)
def test_an_edited_list_is_a_revision_whose_texts_tell_who_joined(tmp_path: Path) -> None:
    edited = COLLECTION.replace("<li>pregnant</li>", "<li>pregnant</li><li>aged 50 to 64</li>")
    polled, texts = looks(tmp_path, COLLECTION, COLLECTION.replace("3 March 2026", "4 March 2026", 1), edited)
    assert [(each.outcome, each.fresh, each.revised) for each in polled] == [
        ("read", 1, 0),
        ("read", 0, 0),
        ("read", 0, 1),
    ]
    change = compare_regions(region_text.read_region(texts[0]), region_text.read_region(texts[-1]))
    assert [line.text for line in change.added] == ["aged 50 to 64"]


@pytest.mark.promise("P7")
@pytest.mark.fault(33)
def test_a_challenge_in_its_place_is_a_failed_look_and_what_was_known_stays(tmp_path: Path) -> None:
    polled, texts = looks(tmp_path, COLLECTION, "<title>Just a moment...</title><main>Checking your browser</main>")
    assert [each.outcome for each in polled] == ["read", "failed"]
    assert texts[0] == texts[1]


@pytest.mark.promise("P7")
def test_a_page_of_which_half_is_missing_is_a_failed_look_and_what_was_known_stays(tmp_path: Path) -> None:
    head, _, _ = COLLECTION.partition("<p>You are offered")
    whole = COLLECTION.replace("Letters, leaflets", "Letters, posters, leaflets")
    polled, texts = looks(tmp_path, COLLECTION, f"{head}</div></main></body></html>", whole)
    assert [(each.outcome, each.revised) for each in polled] == [("read", 0), ("failed", 0), ("read", 1)]
    assert "characters are left" in polled[1].why
    assert texts[0] == texts[1] != texts[2]
