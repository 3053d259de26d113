"""The file .env beside the folder of the configuration: environment variables that are secrets, one a line.

Its form is that of python-dotenv and Docker Compose. It is read only where nobody else can read it or have written it,
and what stands in the real environment goes before it.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from watcher.cli.options import print_error

NAME = ".env"
_PLAIN = frozenset("_:/.@%+,=?&-")


def env_file_of(folder: Path) -> Path:
    """Where it stands for the configuration in `folder`."""
    return folder.absolute().parent / NAME


def read_environment(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with what the file adds to it. A file that others could read is named on stderr and left alone."""
    file = env_file_of(folder)
    try:
        about = file.stat()
    except OSError:
        return dict(environment)
    if about.st_uid != os.getuid() or about.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        print_error(f"{file} is not read: it must be yours, and yours alone; run: chmod 600 {file}")
        return dict(environment)
    from dotenv import dotenv_values

    named = dotenv_values(file, interpolate=False)
    return {**{name: text for name, text in named.items() if text is not None}, **environment}


def write_lines(variables: Mapping[str, str]) -> str:
    """The file's text for these variables."""
    return "".join(f"{name}={_quote(text)}\n" for name, text in variables.items())


def _quote(text: str) -> str:
    if all(sign in _PLAIN or (sign.isascii() and sign.isalnum()) for sign in text):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
