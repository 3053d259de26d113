"""The table of the commands against the commands themselves, and what the command line imports before it needs it."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import watcher.cli
from watcher.cli import app
from watcher.cli.commands import COMMANDS, load_command
from watcher.cli.options import commands

HOME = Path(__file__).parents[2]
CONFIG = ("--config", str(HOME / "config"))
ENVIRONMENT = {"SLACK_BOT_TOKEN": "xoxb-test", "WATCHER_SMTP_URL": "smtp://relay.example"}


def imported_by(*words: str) -> set[str]:
    """The modules that a process of `watcher` has imported when it ends."""
    script = (
        "import atexit, sys; from watcher.cli import main; "
        "atexit.register(lambda: print('imported', *sys.modules, file=sys.stderr)); main()"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    return set(process.stderr.rpartition("imported ")[2].split())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_line_of_the_help_is_the_first_sentence_of_its_command(name: str) -> None:
    docstring = inspect.getdoc(load_command(name).callback) or ""
    sentence, end, _ = docstring.partition(". ")
    assert COMMANDS[name].help == (f"{sentence}." if end else docstring)


def test_every_command_stands_in_the_table_with_its_module() -> None:
    for module in {line.module for line in COMMANDS.values()}:
        __import__(f"watcher.cli.{module}")
    functions = [(info.name, info.callback) for info in commands.registered_commands if info.callback]
    modules = {
        name or function.__name__: function.__module__.removeprefix("watcher.cli.") for name, function in functions
    }
    assert {name: line.module for name, line in COMMANDS.items()} == modules


def test_no_module_with_commands_is_missing_from_the_table() -> None:
    files = Path(watcher.cli.__path__[0]).glob("*.py")
    with_commands = {file.stem for file in files if "@commands.command(" in file.read_text(encoding="utf-8")}
    assert {line.module for line in COMMANDS.values()} == with_commands


def test_a_misspelt_command_names_the_one_that_was_meant() -> None:
    done = CliRunner().invoke(app, ["chekc"])
    assert done.exit_code == 2
    assert "Did you mean 'check'?" in done.stderr


def test_the_help_imports_no_command_and_no_library_but_its_own() -> None:
    modules = imported_by("--help")
    assert {name for name in modules if name.startswith("watcher")} <= {
        "watcher",
        "watcher.cli",
        "watcher.cli.commands",
        "watcher.cli.env_file",
        "watcher.cli.options",
        "watcher.errors",
    }
    assert modules & {"aiohttp", "bs4", "pydantic", "rich", "sqlalchemy", "structlog"} == set()
