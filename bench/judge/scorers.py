"""The figures of the shared scorers (../shared/tools/score_*.py), each run as a command of its own."""

import shlex
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SCORERS = ("score_replay", "score_telling", "score_brief", "score_deadlines", "score_changes")
_LIMIT_S = 1200  # the longest takes two minutes on an idle machine


def run_scorers(tools: Path, config: Path) -> dict[str, dict[str, float]]:
    """The figures of each scorer by its name; one that is not there, cannot measure or takes too long has none."""
    command = shlex.join([sys.executable, "-m", "watcher", "--config", str(config)])
    with ThreadPoolExecutor(max_workers=2) as pool:
        figures = pool.map(lambda name: _run_scorer(tools / f"{name}.py", command), SCORERS)
    return dict(zip(SCORERS, figures, strict=True))


def _run_scorer(script: Path, watcher: str) -> dict[str, float]:
    if not script.is_file():
        return {}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and a script of the shared tools
            [sys.executable, "-B", str(script), "--watcher", watcher],
            capture_output=True,
            encoding="utf-8",
            timeout=_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {}
    lines = done.stdout.strip().splitlines()
    return dict(_read_figures(lines[-1].split())) if lines and done.returncode in {0, 1} else {}


def _read_figures(words: Iterable[str]) -> Iterable[tuple[str, float]]:
    for word in words:
        name, _, figure = word.partition("=")
        try:
            yield name, float(figure)
        except ValueError:
            continue
