"""The pytest plugin that gathers which test holds which promise, and writes docs/promises.md."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.support.promise_rows import FAULTS, GROUPS, NOT_APPLICABLE, PROMISES

HEAD = """# What we promise, and what we survive

Written by `make test`: each line is held by the tests that carry its number. *Kept*: they pass. *Skipped*: this machine
cannot run them, and the reason is given. *Not applicable*: the product has no part that could fail so.
"""
MOST_NAMED = 3  # tests named in a row; the rest are counted


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", metavar="FILE", help="write the table of promises and faults here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(number, ...): rows of tests/support/promise_rows.py that this test holds")
    config.addinivalue_line(
        "markers", "promise(name, ...): promises of tests/support/promise_rows.py that this test holds"
    )
    target = config.getoption("--promises")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Table(Path(target)), "promises-table")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in [*item.iter_markers("fault"), *item.iter_markers("promise")]:
            for name in mark.args:
                known = FAULTS if mark.name == "fault" else PROMISES
                if name not in known:
                    raise pytest.UsageError(
                        f"{item.nodeid}: there is no {mark.name} {name!r} in tests/support/promise_rows.py"
                    )
                item.user_properties.append(("row", str(name)))


class Table:
    """Collects outcomes on the controlling process."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._held: dict[str, dict[str, str]] = defaultdict(dict)
        self._why: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            name = report.nodeid.partition("[")[0]
            for key, row in report.user_properties:
                if key == "row":
                    self._note(str(row), name, report)

    def _note(self, row: str, name: str, report: pytest.TestReport) -> None:
        worst = {"passed": 0, "skipped": 1, "failed": 2}
        before = self._held[row].get(name, "passed")
        self._held[row][name] = max(before, report.outcome, key=lambda each: worst[each])
        if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
            self._why[row] = str(report.longrepr[2]).removeprefix("Skipped: ")

    def pytest_sessionfinish(self, session: Any) -> None:  # noqa: ARG002 - pytest passes it by name
        lines = [HEAD, "## Promises", "", "| | Promise | State | Held by |", "| --- | --- | --- | --- |"]
        lines += [self._row(name, text) for name, text in PROMISES.items()]
        for number, text in FAULTS.items():
            if number in GROUPS:
                lines += [
                    "",
                    f"## {GROUPS[number]}",
                    "",
                    "| # | Fault | State | Held by |",
                    "| --- | --- | --- | --- |",
                ]
            lines.append(self._row(str(number), text))
        self._target.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _row(self, name: str, text: str) -> str:
        tests = self._held.get(name, {})
        if not tests:
            why = NOT_APPLICABLE.get(name)
            return f"| {name} | {text} | {f'not applicable: {why}' if why else 'NO TEST'} | |"
        outcomes = set(tests.values())
        state = (
            "BROKEN"
            if "failed" in outcomes
            else "kept"
            if "passed" in outcomes
            else f"skipped: {self._why.get(name, '')}"
        )
        shown = [each.removeprefix("tests/").replace("::", " ") for each in sorted(tests)]
        more = f" and {len(shown) - MOST_NAMED} more" if len(shown) > MOST_NAMED else ""
        return f"| {name} | {text} | {state} | {', '.join(f'`{each}`' for each in shown[:MOST_NAMED])}{more} |"
