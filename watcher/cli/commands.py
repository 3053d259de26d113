"""Every command by its name: the module that holds it, and its line in `watcher --help`.

So the help imports no command, and a command imports only what it needs. A line is the first sentence of the command's
docstring, and each command stands in one group of the help (tests/cli/test_commands.py).
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
import typer.core
import typer.main

from watcher.cli.options import commands


class CommandLine(NamedTuple):
    """Where a command stands, in watcher/cli/, and what it does in a sentence."""

    module: str
    help: str


COMMANDS = {
    "init": CommandLine("init", "Make a new installation: the three files and .env, checked."),
    "add": CommandLine("add", "Find what can be watched at an address, and add it to the sources."),
    "add-mail": CommandLine("add_mail", "Take saved e-mails as if they had come by the mailbox."),
    "dates": CommandLine("dates", "List what must be done by when, and what starts when."),
    "handled": CommandLine("dates", "Mark a story as done."),
    "scoreboard": CommandLine("evidence", "Count who reported first, by body and topic, and by how long."),
    "evidence": CommandLine("evidence", "Write everything known about a story into a folder."),
    "match": CommandLine("inspect", "Show which topics each item matches, and by which words."),
    "explain": CommandLine("inspect", "Show the whole life of an item."),
    "health": CommandLine("inspect", "Check that every source can be read and no delivery is late."),
    "sources": CommandLine("inspect", "List every source: on or off, when it was read, and why not and what to do."),
    "digest": CommandLine("inspect", "Show a subscriber's digest as it would be sent now."),
    "quarantine": CommandLine("inspect", "List what could not be read or shown, newest first."),
    "unsent": CommandLine("inspect", "List what was not told, each with its reason."),
    "try": CommandLine("look", "Show the items of a source, live or from a saved page."),
    "mark": CommandLine(
        "marks", "Say that an item is about a topic, that two stories are one, or that an item is not of its story."
    ),
    "marks": CommandLine("marks", "Show how each term does."),
    "run": CommandLine("run", "Poll sources and send messages until SIGTERM."),
    "doctor": CommandLine("doctor", "Examine the whole installation: a line a check, what was seen, and the cure."),
    "tell": CommandLine("doctor", "Send one test message to a subscriber by its real channel."),
    "backup": CommandLine("keeping", "Write the database, its key and the configuration into one file."),
    "restore": CommandLine("keeping", "Bring the database back from a backup, into an empty one."),
    "move": CommandLine("keeping", "Copy the database into another, SQLite or PostgreSQL, and compare every row."),
    "export": CommandLine("exporting", "Write all there is of one kind, for other programs."),
    "forget": CommandLine("forgetting", "Delete what is old and no longer needed."),
    "admin-link": CommandLine("admin_link", "Print a link to the admin's page."),
    "web": CommandLine("web", "Serve the pages until SIGTERM, without polling or sending."),
    "poll": CommandLine("operate", "Poll every source that is due, or the named ones, once."),
    "accept": CommandLine("operate", "Take the version of a watched page that waits as the page."),
    "deliver": CommandLine("operate", "Send every delivery that is due, once."),
    "check": CommandLine("check", "Check the configuration and the examples of every topic."),
    "diff-config": CommandLine("diff_config", "Show what another configuration would poll, match and tell otherwise."),
    "demo": CommandLine("past_days", "Play bundled days and show what would have been sent."),
    "replay": CommandLine("past_days", "Play dated items and write what would have been sent."),
    "changes": CommandLine("text_tools", "Show what changed between two saved versions of a page."),
    "deadlines": CommandLine("text_tools", "Find by when a text wants something done."),
    "brief": CommandLine("text_tools", "Read what a text asks of a practice."),
}

# In the order in which a newcomer needs them; one that is not here stands under the last heading.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("init", "doctor", "demo", "check", "run", "web", "admin-link"),
    "Look": ("add", "add-mail", "try", "sources", "poll", "accept"),
    "Tell": ("tell", "deliver", "digest", "dates", "handled"),
    "Ask why": ("health", "explain", "unsent", "quarantine", "scoreboard", "evidence", "mark", "marks"),
    "Keep": ("backup", "restore", "move", "export", "forget"),
    "Texts and trials": ("match", "deadlines", "brief", "changes", "replay", "diff-config"),
}


class LazyCommands(typer.core.TyperGroup):
    """The commands as they stand in the table; the one that was asked for is imported."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The name, the command and its arguments. Raises typer's usage error for a name that is not in the table."""
        name, listed, arguments = super().resolve_command(ctx, args)
        return name, load_command(name) if name in COMMANDS else listed, arguments

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each group of the help under its heading, the names of all groups in one column."""
        width = max(map(len, COMMANDS))
        for heading, names in _group_names().items():
            lines = [
                (f"{name:{width}}", command.get_short_help_str(formatter.width - 6 - width))
                for name in names
                if (command := self.get_command(ctx, name))
            ]
            with formatter.section(heading):
                formatter.write_dl(lines)


def _group_names() -> dict[str, tuple[str, ...]]:
    """The commands that there are by their headings; those without one under the last."""
    names = {heading: tuple(name for name in group if name in COMMANDS) for heading, group in GROUPS.items()}
    grouped = {name for group in GROUPS.values() for name in group}
    *_, last = GROUPS
    names[last] += tuple(name for name in COMMANDS if name not in grouped)
    return names


def load_command(name: str) -> Any:
    """The command of this name in COMMANDS, with its options."""
    import_module(f"watcher.cli.{COMMANDS[name].module}")  # registers it with `commands`
    return typer.main.get_group(commands).commands[name]


def list_commands(app: typer.Typer) -> None:
    """Give `app` each command of the table by its name and line alone."""
    for name, line in COMMANDS.items():
        app.command(name, help=line.help)(_listed)


def _listed() -> None:
    """What stands in the table is imported before it is called."""
