"""The command line: `watcher --help`. Data goes to stdout, one JSON object a line; errors go to stderr.

Exit codes: 0 fine; 1 ran, but something needs a person; 2 wrong usage or configuration.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.commands import LazyCommands, list_commands
from watcher.cli.env_file import read_environment, warn_of_misspelt
from watcher.cli.options import Options, describe_fault, print_error
from watcher.cli.version import print_version
from watcher.errors import BadConfig, BadDatabase

__all__ = ["app", "main"]

HELP = frozenset({"--help", "-h"})
WRITING_COMMANDS = frozenset({"accept", "add-mail", "deliver", "poll", "run", "web"})
app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    context_settings={"help_option_names": sorted(HELP)},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
list_commands(app)


@app.callback()
def set_options(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(envvar="WATCHER_CONFIG", help="The folder with sources, topics and subscribers.")
    ] = Path("config"),
    database: Annotated[
        str, typer.Option(envvar="WATCHER_DATABASE", help="sqlite:///FILE or postgresql://...")
    ] = "sqlite:///watcher.db",
    _version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Print the version, and stop."),
    ] = False,
) -> None:
    """Tell GP practice managers in England what was announced, minutes after it appears."""
    os.umask(0o077)  # what is written is for its owner's eyes: it may tell who is told what
    is_help = not HELP.isdisjoint(sys.argv[1:])  # it is given whatever stands in .env
    environment = dict(os.environ) if is_help else read_environment(config, os.environ)
    warn_of_misspelt(config, environment)
    source = context.get_parameter_source("database")
    context.obj = Options(
        config,
        environment.get("WATCHER_DATABASE") or database if source and source.name == "DEFAULT" else database,
        makes_key=context.invoked_subcommand in WRITING_COMMANDS,
        environment=environment,
    )


def main() -> None:
    """Run the command line; BadConfig, BadDatabase and unusable files become a line on stderr and exit code 2."""
    try:
        app()
    except (BadConfig, BadDatabase) as error:
        print_error(str(error))
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:  # a file or folder that somebody named
        print_error(f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}; name another place")
        sys.exit(2)
    except Exception as error:  # noqa: BLE001 - Python's own traceback would print the error's words
        print_error(describe_fault(error))
        sys.exit(1)
