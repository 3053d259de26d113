"""Generated edits: how many real ones are missed, and how many cosmetic ones would be told."""

import html as entities
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from bs4 import BeautifulSoup

from tests import edits, pages
from watcher.core import region
from watcher.core.changes import compare
from watcher.model import Change, Verdict

EACH = 60  # edits of each page in each direction
MOST_WRONG = 0.02


def edited(html: str, edit: edits.Edit, seed: int) -> tuple[str, str] | None:
    """(what was done, the page after it), or None where the page has nothing to do it to."""
    soup = BeautifulSoup(html, "lxml")
    done = edit(soup, Random(seed))  # noqa: S311 - noise that can be made again
    return None if done is None else (done, str(soup))


def change(before: str, after: str) -> Change:
    return compare(region.of_page(before.encode(), "main"), region.of_page(after.encode(), "main"))


def wrong(found: Change, done: str) -> bool:
    """Whether a real edit is not told as what it is."""
    if found.verdict is not Verdict.CHANGED:
        return True
    told = ["+" + line.text for line in found.added], ["-" + line.text for line in found.removed]
    return done[0] in "+-" and told != {"+": ([done], []), "-": ([], [done])}[done[0]]


def runs(html: str, kinds: tuple[edits.Edit, ...]) -> Iterator[tuple[str, str, str]]:
    """(kind of edit, what was done, the page after it), EACH times, over all kinds that this page allows."""
    for seed in range(EACH):
        kind = kinds[seed % len(kinds)]
        result = edited(html, kind, seed)
        if result:
            yield kind.__name__, *result


def measured(given: dict[str, str]) -> tuple[Counter[str], list[str]]:
    counts: Counter[str] = Counter()
    told: list[str] = []
    for name, html in given.items():
        assert change(html, html).verdict is Verdict.COSMETIC, name
        for kind, done, after in runs(html, edits.REAL):
            missed = wrong(change(html, after), done)
            counts.update(real=1, missed=missed)
            told += [f"missed {kind} in {name}: {done}: {change(html, after)}"] * missed
        for kind, done, after in runs(html, edits.COSMETIC):
            for before, now in ((html, after), (after, html)):
                found = change(before, edits.attributes_turned(now))
                false = found.verdict is not Verdict.COSMETIC
                counts.update(cosmetic=1, false=false)
                told += [
                    f"false {kind} in {name}: {done}: {found.text} {found.added} {found.removed} {found.why}"
                ] * false
    return counts, told


def judged(given: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    counts, told = measured(given)
    with capsys.disabled():
        print(f"\n{dict(counts)}", *told, sep="\n")  # noqa: T201 - the figures are the result
    assert counts["missed"] <= MOST_WRONG * counts["real"], told
    assert counts["false"] <= MOST_WRONG * counts["cosmetic"], told
    return counts


def test_edits_of_our_own_pages_are_told_when_they_are_real(capsys: pytest.CaptureFixture[str]) -> None:
    counts = judged(pages.ALL, capsys)
    assert counts["real"] >= 200
    assert counts["cosmetic"] >= 200


def test_edits_of_captured_pages_are_told_when_they_are_real(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert judged(dict(captured(shared / "data/captures")), capsys)["real"] >= 200


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
