"""All checks together: in order, side by side, each within its time, none hiding another."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.world import SOURCE, write_config
from watcher.checkup import examination
from watcher.checkup.examination import Installation, examine
from watcher.config import read_configuration
from watcher.model.finding import Finding, Grade, fine

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
PATIENCE_SECONDS = 60.0  # however slow this machine is
SCREEN = "subscribers:\n  - {id: screen, via: console, address: screen, admin: true}\n"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(examination, "CHECK_SECONDS", PATIENCE_SECONDS)
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://x.example"), SCREEN)
    return Installation(
        environment={},
        configuration=read_configuration(folder, {}),
        database_url=f"sqlite:///{tmp_path}/w.db",
        backups=tmp_path,
        now=NOW,
        describe_fault=lambda error: f"a fault: {type(error).__name__}",
    )


def checks(findings: Sequence[Finding]) -> list[tuple[str, Grade | None]]:
    """The checks in order, with how each ended; of those of the machine not, which another one may end otherwise."""
    return [(finding.check, None if finding.check in MACHINE else finding.grade) for finding in findings]


MACHINE = ("python", "time zones", "disk")
HERE = [
    *((check, None) for check in MACHINE),
    *((check, Grade.OK) for check in ("configuration", "database", "backups")),
]
NOT_ASKED = [(check, Grade.WARN) for check in ("sources", "clock", "channels", "pages")]


def test_offline_says_what_it_did_not_look_at(installation: Installation) -> None:
    assert checks(asyncio.run(examine(installation, None))) == HERE + NOT_ASKED


def test_a_fault_of_ours_in_one_check_hides_no_other(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[Finding]:
        raise ZeroDivisionError("canary-secret")

    monkeypatch.setattr(examination, "examine_database", fail)
    findings = asyncio.run(examine(installation, None))
    assert checks(findings)[3:6] == [HERE[3], ("database", Grade.BAD), HERE[5]]
    assert findings[4].seen == "a fault: ZeroDivisionError"


def test_a_check_that_hangs_is_given_up_and_what_it_found_before_is_kept(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = threading.Event()

    def hang(*_: object) -> Iterator[Finding]:
        yield fine("configuration", "so far all is well")
        never.wait()

    monkeypatch.setattr(examination, "CHECK_SECONDS", 0.2)
    monkeypatch.setattr(examination, "examine_configuration", hang)
    findings = asyncio.run(examine(installation, None))
    never.set()
    seen = [finding.seen for finding in findings if finding.check == "configuration"]
    assert seen == ["so far all is well", "not done within 0.2 s"]
