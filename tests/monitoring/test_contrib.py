"""What is given to Grafana and Prometheus: both files can be read, and each figure that they ask for exists."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics_core import Metric

from watcher.monitoring.metrics import Metrics

CONTRIB = Path(__file__).parents[2] / "contrib"
UNITS = re.compile(r"[0-9]+[smhd]")
ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def families() -> list[Metric]:
    """All that is ever shown, by name and type; nothing is asked of a database for it."""
    asked: Any = None
    metrics = Metrics(asked, asked, asked)
    stored = [collector for collector in metrics.registry._collector_to_names if hasattr(collector, "describe")]
    return [family for collector in stored for family in collector.describe()]


def names() -> set[str]:
    return {f"{family.name}{ending}" for family in families() for ending in ENDINGS[family.type]}


def labels_of(expression: str) -> set[str]:
    return {label for labels in re.findall(r"(?:by \(|\{)([^)}]*)[)}]", expression) for label in split(labels)}


def split(labels: str) -> list[str]:
    return [re.split(r"[=!~]", label)[0].strip() for label in labels.split(",")]


def expressions() -> list[str]:
    dashboard = json.loads((CONTRIB / "grafana-dashboard.json").read_text())
    rules = yaml.safe_load((CONTRIB / "alert-rules.yaml").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return shown + [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def test_the_figures_are_those_that_are_promised() -> None:
    assert {family.name for family in families()} == {
        "watcher_polls",
        "watcher_source_state",
        "watcher_items",
        "watcher_matches",
        "watcher_deliveries",
        "watcher_delivery_seconds",
        "watcher_oldest_due_seconds",
        "watcher_web_seconds",
        "watcher_database_up",
    }


@pytest.mark.parametrize("expression", expressions())
def test_each_figure_and_label_that_is_asked_for_exists(expression: str) -> None:
    asked = set(re.findall(r"\bwatcher_\w+", expression))
    assert asked <= names()
    assert asked or "up{job" in expression
    assert labels_of(expression) <= {"source", "state", "topic", "via", "outcome", "page", "le", "job"}


def test_the_dashboard_shows_every_figure() -> None:
    panels = json.loads((CONTRIB / "grafana-dashboard.json").read_text())["panels"]
    shown = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    assert {family.name for family in families() if family.name not in shown} == set()
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_rule_waits_before_it_calls_and_says_in_words_what_is_wrong() -> None:
    (group,) = yaml.safe_load((CONTRIB / "alert-rules.yaml").read_text())["groups"]
    alerts = [rule["alert"] for rule in group["rules"]]
    assert len(set(alerts)) == len(alerts) >= 6
    for rule in group["rules"]:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert UNITS.fullmatch(rule["for"])
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"].endswith((".", "names it.", "cure."))
