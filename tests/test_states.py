"""Every state that can be shown has its line in the docs, and every line a state."""

import re
from enum import StrEnum
from pathlib import Path

import pytest
import yaml

from tests.test_docs import rows, section
from watcher.core.watching.health import ConditionKind, Health
from watcher.model import DeliveryState, Status, UnsentReason
from watcher.monitoring import metrics, stored_gauges
from watcher.notifiers.slack.examination import NEEDED_SCOPE, READING_SCOPES

DOCS = Path(__file__).parents[1] / "docs"
WHEN, RUNNING = DOCS / "what-you-see-when.md", DOCS / "running.md"


def documented(page: Path, heading: str) -> list[str]:
    """The names in the first column of the table below a heading."""
    return [name for row in rows(section(page, heading)) for name in re.findall(r"`([^`]+)`", row[0])]


@pytest.mark.parametrize(
    ("page", "heading", "states"),
    [
        (WHEN, "A source", Health),
        (WHEN, "A message", DeliveryState),
        (WHEN, "An announcement", Status),
        (WHEN, "An admin's alerts", ConditionKind),
        (RUNNING, "watcher unsent", UnsentReason),
    ],
)
def test_every_state_has_its_line(page: Path, heading: str, states: type[StrEnum]) -> None:
    assert sorted(documented(page, heading)) == sorted(states)


def test_every_figure_has_its_line() -> None:
    files = (Path(module.__file__ or "") for module in (metrics, stored_gauges))
    named = {name for file in files for name in re.findall(r'"(watcher_\w+)"', file.read_text(encoding="utf-8"))}
    shown = set(re.findall(r"`(watcher_\w+)", section(RUNNING, "Figures and heartbeat")))
    assert {name.removesuffix("_total") for name in shown} == named


def test_the_manifest_asks_for_the_scopes_that_doctor_looks_for() -> None:
    manifest = yaml.safe_load((DOCS.parent / "contrib/slack-manifest.yaml").read_text(encoding="utf-8"))
    assert {NEEDED_SCOPE, *READING_SCOPES} <= set(manifest["oauth_config"]["scopes"]["bot"])
