"""Generated edits: how many real ones are missed, and how many cosmetic ones would be told."""

import html as entities
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from bs4 import BeautifulSoup

from tests.support import edits, pages
from watcher.core.pages import region
from watcher.core.pages.compare import compare_regions
from watcher.model import Change, Region, Verdict

MOST_WRONG = 0.02


def edited(html: str, edit: edits.Edit, seed: int) -> tuple[str, str] | None:
    """(what was done, the page after it), or None where the page has nothing to do it to."""
    soup = BeautifulSoup(html, "lxml")
    done = edit(soup, Random(seed))  # noqa: S311 - noise that can be made again
    return None if done is None else (done, str(soup))


def change(before: str, after: str) -> Change:
    return compare_regions(seen(before), seen(after))


@lru_cache(maxsize=2)
def seen(html: str) -> Region:
    return region.region_of_page(html.encode(), "main")


def wrong(found: Change, done: str) -> bool:
    """Whether a real edit is not told as what it is."""
    if found.verdict is not Verdict.CHANGED:
        return True
    told = ["+" + line.text for line in found.added], ["-" + line.text for line in found.removed]
    return done[0] in "+-" and told != {"+": ([done], []), "-": ([], [done])}[done[0]]


def runs(html: str, kinds: tuple[edits.Edit, ...], times: int) -> Iterator[tuple[str, str, str]]:
    """(kind of edit, what was done, the page after it), over all kinds that this page allows."""
    for seed in range(times):
        kind = kinds[seed % len(kinds)]
        result = edited(html, kind, seed)
        if result:
            yield kind.__name__, *result


def measured(given: dict[str, str], times: int) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    told: list[str] = []
    for name, html in given.items():
        assert change(html, html).verdict is Verdict.COSMETIC, name
        for kind, done, after in runs(html, edits.REAL, times):
            found = change(html, after)
            counts.update(real=1, missed=wrong(found, done))
            told += [f"missed {kind} in {name}: {done}: {found}"] if wrong(found, done) else []
        for kind, done, after in runs(html, edits.COSMETIC, times):
            now = edits.attributes_turned(after)
            for found in (change(html, now), change(now, html)):
                false = found.verdict is not Verdict.COSMETIC
                counts.update(cosmetic=1, false=false)
                told += [f"false {kind} in {name}: {done}: {found}"] if false else []
    return counts, told


def judged(given: dict[str, str], times: int, capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    counts, told = measured(given, times)
    with capsys.disabled():
        print(f"\n{dict(counts)}", *told, sep="\n")  # noqa: T201 - the figures are the result
    assert counts["missed"] <= MOST_WRONG * counts["real"], told
    assert counts["false"] <= MOST_WRONG * counts["cosmetic"], told
    return counts


def test_edits_of_our_own_pages_are_told_when_they_are_real(capsys: pytest.CaptureFixture[str]) -> None:
    counts = judged(pages.ALL, 50, capsys)
    assert counts["real"] >= 200
    assert counts["cosmetic"] >= 200


def test_edits_of_captured_pages_are_told_when_they_are_real(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(dict(captured(shared / "data/captures")), 28, capsys)["real"] >= 200


def captured(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.iterdir()):
        body = file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".txt" and not file.name.endswith(".xml.txt"):
            yield file.name, f"<html><body><main>{from_text(body)}</main></body></html>"
        elif file.name.startswith("govuk_api_"):
            details = json.loads(body).get("details") or {}
            if len(str(details.get("body") or "")) > 300:
                yield file.name, f"<html><body><main><h1>Page</h1>{details['body']}</main></body></html>"


def from_text(text: str) -> str:
    """A captured text as the HTML it may have been: bullets are members, other lines paragraphs."""
    lines = [entities.escape(line.strip()) for line in text.splitlines() if line.strip()]
    tags = [re.sub(r"^[•] *(.+)", r"<li>\1</li>", line) for line in lines]
    return re.sub(
        r"((?:<li>[^\n]+</li>\n?)+)",
        r"<ul>\1</ul>\n",
        "\n".join(tag if tag.startswith("<li>") else f"<p>{tag}</p>" for tag in tags),
    )
