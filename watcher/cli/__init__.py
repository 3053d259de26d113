"""The command line: `watcher --help`. Data goes to stdout, one JSON object a line; errors go to stderr.

Exit codes: 0 fine; 1 ran, but something needs a person; 2 wrong usage or configuration.
"""

import sys

from watcher.cli import (
    add,
    add_mail,
    dates,
    evidence,
    inspect,
    look,
    marks,
    operate,
    text_tools,
)  # each registers its commands with `app`
from watcher.cli.options import app, describe_fault, print_error
from watcher.errors import BadConfig, BadDatabase

__all__ = ["add", "add_mail", "app", "dates", "evidence", "inspect", "look", "main", "marks", "operate", "text_tools"]


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
