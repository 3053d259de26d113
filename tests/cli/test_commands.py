"""The table of the commands against the commands themselves, and what the command line imports before it needs it."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import watcher.cli
from watcher import __version__
from watcher.cli import app
from watcher.cli.commands import COMMANDS, GROUPS, load_command
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
        "watcher.cli.version",
        "watcher.errors",
    }
    assert modules & {"aiohttp", "bs4", "pydantic", "rich", "sqlalchemy", "structlog"} == set()


def test_each_command_stands_in_one_group_of_the_help_and_in_no_other() -> None:
    grouped = sorted(name for names in GROUPS.values() for name in names)
    assert sorted(set(grouped)) == grouped
    assert set(COMMANDS) <= set(grouped)
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "120"}).stdout
    assert re.findall(r"^(\S.*):$", shown, re.MULTILINE)[-len(GROUPS) :] == list(GROUPS)
    under = {heading: re.findall(r"^  ([a-z-]+) ", text, re.MULTILINE) for heading, text in parts_of(shown).items()}
    assert {heading: tuple(under[heading]) for heading in GROUPS} == {
        heading: tuple(name for name in names if name in COMMANDS) for heading, names in GROUPS.items()
    }


def parts_of(help_text: str) -> dict[str, str]:
    """What stands under each heading of the help."""
    _, *parts = re.split(r"^(\S.*):$\n", help_text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_a_command_without_a_group_is_in_the_help_nevertheless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GROUPS, "Begin", ("demo",))
    assert " check " in CliRunner().invoke(app, ["--help"]).stdout


def test_the_version_is_that_of_the_package_and_of_the_schema_and_needs_no_database() -> None:
    heads = sorted(HOME.glob("watcher/store/migrations/versions/0*.py"))
    shown = CliRunner().invoke(app, ["--version"])
    assert (shown.exit_code, shown.stdout) == (0, f"watcher {__version__} (schema {heads[-1].name[:4]})\n")
    assert imported_by("--version") & {"aiohttp", "alembic", "pydantic", "rich", "sqlalchemy", "structlog"} == set()
