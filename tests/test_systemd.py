"""The units in contrib/: well formed, hardened, in step with the program, and the product runs under their filter."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stand_ins.letters import pdf
from tests.support import system_calls
from watcher.cli.commands import COMMANDS
from watcher.scheduler import STOP_SECONDS

ROOT = Path(__file__).parents[1]
UNITS = sorted(path for path in (ROOT / "contrib").iterdir() if path.suffix in {".service", ".timer"})
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
CHECKOUT = "/opt/watcher"
MAX_EXPOSURE = 1.2  # of 10, as systemd-analyze counts it
WATCHER = Path(sys.executable).with_name("watcher")

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here (apt-get install systemd)"
)
needs_filter = pytest.mark.skipif(bool(system_calls.find_hindrance()), reason=system_calls.find_hindrance() or "it can")


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("systemd-analyze") or "", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def settings(unit: Path) -> dict[str, str]:
    """The last value of each setting of a unit."""
    return dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE))


def test_there_are_the_service_and_its_nightly_backup() -> None:
    assert [unit.name for unit in UNITS] == ["watcher-backup.service", "watcher-backup.timer", "watcher.service"]
    verbs = [verb for unit in SERVICES for verb in re.findall(r"bin/watcher ([a-z-]+)", settings(unit)["ExecStart"])]
    assert verbs == ["backup", "run"]
    assert set(verbs) <= set(COMMANDS)


@needs_systemd
def test_systemd_finds_nothing_wrong_with_them(tmp_path: Path) -> None:
    for unit in UNITS:  # it looks whether the program is there
        text = unit.read_text(encoding="utf-8").replace(f"{CHECKOUT}/.venv/bin/watcher", str(WATCHER))
        (tmp_path / unit.name).write_text(text.replace(CHECKOUT, str(ROOT)), encoding="utf-8")
    done = analyze("verify", *(str(tmp_path / unit.name) for unit in UNITS))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    calendar = analyze("calendar", settings(UNITS[1])["OnCalendar"])
    assert calendar.returncode == 0, calendar.stderr


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_hardly_anything_is_left_to_a_service_that_was_taken_over(unit: Path) -> None:
    done = analyze("security", "--offline=yes", "--no-pager", str(unit))
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposure, done.stdout + done.stderr
    assert float(exposure[1]) <= MAX_EXPOSURE


def test_both_are_hardened_alike_and_a_stop_waits_for_what_was_begun() -> None:
    backup, service = (settings(unit) for unit in SERVICES)
    hardening = {name for name in service if name.startswith(("Protect", "Private", "Restrict", "SystemCall", "Capab"))}
    assert len(hardening) > 18
    assert {name: backup[name] for name in hardening - {"RestartSec"}} == {
        name: service[name] for name in hardening - {"RestartSec"}
    }
    assert STOP_SECONDS + 5 <= float(service["TimeoutStopSec"]) <= 60
    assert service["EnvironmentFile"] == backup["EnvironmentFile"] == "-/etc/watcher/environment"
    assert service["Environment"] == backup["Environment"], "the same database"


@needs_systemd
@needs_filter
@pytest.mark.slow
def test_the_demo_plays_and_a_letter_is_read_under_the_filter_of_the_service(tmp_path: Path) -> None:
    allowed = system_calls.list_allowed((ROOT / "contrib" / "watcher.service").read_text(encoding="utf-8"))
    assert {"read", "execve", "socket", "prlimit64"} <= set(allowed)
    assert {"mount", "ptrace", "setrlimit", "chroot", "bpf", "reboot"} & set(allowed) == set()
    (tmp_path / "filter.json").write_text(json.dumps(allowed), encoding="utf-8")
    filtered = [sys.executable, system_calls.__file__, str(tmp_path / "filter.json")]
    demo = [str(WATCHER), "demo", "--out", str(tmp_path / "out")]
    played = subprocess.run([*filtered, *demo], capture_output=True, text=True, check=False, cwd=ROOT)
    assert played.returncode == 0, played.stdout + played.stderr
    whole = pdf(["All practices must confirm by 31 October."])
    (tmp_path / "letter.pdf").write_bytes(whole)
    read = (
        "import sys, pathlib; from watcher.core.letters.document_lines import _read_damaged, read_lines\n"
        "from watcher.fetching.sandbox import run_in_sandbox\n"
        "if __name__ == '__main__':\n"
        "    for reader in (read_lines, _read_damaged):\n"
        "        print(run_in_sandbox(reader, pathlib.Path(sys.argv[1]).read_bytes()))\n"
    )
    script = tmp_path / "read.py"
    script.write_text(read, encoding="utf-8")
    command = [*filtered, sys.executable, str(script), str(tmp_path / "letter.pdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.count("confirm by 31 October") == 2, done.stdout + done.stderr


@needs_filter
def test_the_filter_is_one(tmp_path: Path) -> None:
    (tmp_path / "filter.json").write_text(json.dumps(["execve", "brk"]), encoding="utf-8")
    command = [sys.executable, system_calls.__file__, str(tmp_path / "filter.json"), "/bin/true"]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
