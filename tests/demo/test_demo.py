"""The demo is the product's own acceptance test: no lookalike alerts, and the founding day reads as it should."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]


@pytest.mark.promise("P17")  # the stand-in keeps Slack's one message a second, and one 429 fails the demo
def test_the_bundled_days_play_and_no_lookalike_alerts(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "watcher", "demo", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    said = " ".join(done.stdout.split())
    assert "BBC News had it first, Fri 20 Nov 2020 07:41." in said
    assert "9 h 24 min after BBC News" in said
    assert "11 lookalikes (bird flu, football partnerships, …) were on show; 0 alerted." in said
    assert len(list((tmp_path / "out").glob("digest-*.html"))) == 7
    example = re.findall(r"^```text\n(╭.*?)^```$", (HOME / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(example) == 1
    assert folded(example[0]) in folded(done.stdout), "the README shows what the demo prints"


def folded(text: str) -> str:
    """Without the ports, which the system chooses, and the width of the frames."""
    return " ".join(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", text).split())
