"""Completion in bash, zsh and fish: the names of commands, and the options of one that is imported for them alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WATCHER = Path(sys.executable).with_name("watcher")


def completed(shell: str, words: list[str]) -> list[str]:
    """What a shell is answered that asks how the last of `words` goes on, as its own script asks."""
    line = " ".join(words)
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    environment = {"PATH": os.environ["PATH"], "_WATCHER_COMPLETE": f"complete_{shell}", **asked}
    done = subprocess.run([WATCHER], env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_is_given_commands_global_options_and_the_options_of_a_command() -> None:
    assert completed("bash", ["watcher", "expl"]) == ["explain"]
    assert completed("bash", ["watcher", "ma"]) == ["match", "mark", "marks"]
    assert completed("bash", ["watcher", "--da"]) == ["--database"]
    assert completed("bash", ["watcher", "backup", "--"]) == ["--without-bodies", "--keep", "--help"]
    assert completed("bash", ["watcher", "--config", "here", "unsent", "--per"]) == ["--perhaps"]
    assert completed("bash", ["watcher", "restore", "--told-until", ""]) == ["now", "backup"]


def test_zsh_and_fish_are_given_each_with_its_sentence() -> None:
    (zsh,) = [line for line in completed("zsh", ["watcher", "expl"]) if "explain" in line]
    assert '"explain":"Show the whole life of an item' in zsh
    (fish,) = completed("fish", ["watcher", "expl"])
    assert fish.startswith("explain\tShow the whole life of an item")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_in_that_way(shell: str) -> None:
    assert f"_WATCHER_COMPLETE=complete_{shell}" in script_for(shell)


def script_for(shell: str) -> str:
    environment = {**os.environ, "_WATCHER_COMPLETE": f"source_{shell}"}
    return subprocess.run([WATCHER], env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_it_is_shown_and_installed_for_the_shell_that_asks(tmp_path: Path) -> None:
    environment = {"PATH": f"{WATCHER.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    for option in ("--show-completion", "--install-completion"):
        command = ["bash", "--norc", "-c", f"watcher {option}; exit $?"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert "bash completion installed" in done.stdout or "_WATCHER_COMPLETE=complete_bash" in done.stdout
    (installed,) = (tmp_path / ".bash_completions").iterdir()
    assert "_WATCHER_COMPLETE=complete_bash" in installed.read_text(encoding="utf-8")
    assert str(installed) in (tmp_path / ".bashrc").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_a_bash_that_read_the_script_completes(tmp_path: Path) -> None:
    (tmp_path / "completion.sh").write_text(script_for("bash"), encoding="utf-8")
    asks = "COMP_WORDS=(watcher quar) COMP_CWORD=1; _watcher_completion watcher; echo ${COMPREPLY[@]}"
    environment = {"PATH": f"{WATCHER.parent}:{os.environ['PATH']}"}
    command = ["bash", "--norc", "-c", f". {tmp_path}/completion.sh; complete -p watcher; {asks}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "complete -o default -F _watcher_completion watcher\nquarantine\n"


def test_completion_of_a_command_name_imports_no_command() -> None:
    script = (
        "import atexit, sys; from watcher.cli import app; "
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); app(prog_name='watcher')"
    )
    environment = {"_WATCHER_COMPLETE": "complete_bash", "COMP_WORDS": "watcher he", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "health\n"
    assert set(done.stderr.split()) & {"rich", "sqlalchemy", "structlog", "watcher.cli.inspect"} == set()
