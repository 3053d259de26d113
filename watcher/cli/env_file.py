"""The file .env beside the folder of the configuration: environment variables that are secrets, one a line.

Its form is that of python-dotenv and Docker Compose. It is read only where nobody else can read it or have written it,
and what stands in the real environment goes before it.
"""

import os
import stat
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from watcher.cli.options import print_error
from watcher.errors import BadConfig, Mistake

NAME = ".env"
VARIABLES = frozenset(  # all that are read (docs/configuration.md)
    [
        "SLACK_API_URL",
        "SLACK_BOT_TOKEN",
        "SLACK_WEBHOOK",
        "WATCHER_ALLOW_PRIVATE",
        "WATCHER_BACKUPS",
        "WATCHER_CONFIG",
        "WATCHER_CONTACT",
        "WATCHER_DATABASE",
        "WATCHER_HEARTBEAT",
        "WATCHER_IMAP_URL",
        "WATCHER_KEEP_DAYS",
        "WATCHER_MAIL_FROM",
        "WATCHER_MAIL_REPLY_TO",
        "WATCHER_METRICS",
        "WATCHER_PUBLIC_URL",
        "WATCHER_SECRET",
        "WATCHER_SMTP_URL",
        "WATCHER_TEAMS_ANY",
        "WATCHER_TEST_KILL_AT",
        "WATCHER_TEST_PG_URL",
        "WATCHER_TRUSTED_PROXIES",
        "WATCHER_WEB",
    ]
)
_NO_VARIABLE = "this is no variable; write NAME=value, or NAME='value' with both quotes on the same line"
# Of what stands after the prefix: SMPT_URL and SMTP_URL are alike by .875. Others have variables of Slack too.
MIN_LIKENESS = {"WATCHER": 0.75, "SLACK": 0.85}
_PLAIN = frozenset("_:/.@%+,=?&-")


def env_file_of(folder: Path) -> Path:
    """Where it stands for the configuration in `folder`."""
    return folder.absolute().parent / NAME


def read_environment(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with what the file adds to it; a variable that is set to nothing counts as not set.

    A file that others could read is named on stderr and left alone. Raises BadConfig for one that is no text, and with
    each of its lines that is no variable.
    """
    variables = _read_variables(env_file_of(folder))
    named = {name: setting for name, (setting, _) in variables.items() if setting}
    return {**environment, **named, **{name: setting for name, setting in environment.items() if setting}}


def find_lines(folder: Path) -> dict[str, int]:
    """The line of each variable in the file beside `folder`, from 1. Raises BadConfig as read_environment does."""
    return {name: line for name, (_, line) in _read_variables(env_file_of(folder)).items()}


def _read_variables(file: Path) -> dict[str, tuple[str, int]]:
    """What each variable is set to, and in which line, from 1."""
    text = _read_private(file)
    if not text:
        return {}
    from dotenv.parser import parse_stream

    variables, mistakes, offset = {}, [], 0
    for binding in parse_stream(StringIO(text)):
        written = binding.original.string
        begin = offset + len(written) - len(written.lstrip())  # empty lines belong to what follows them
        line = text[:begin].replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        offset += len(written)
        is_empty = not binding.error and binding.key is None
        if binding.error or not (is_empty or (binding.value is not None and _is_name(binding.key or ""))):
            mistakes.append(Mistake(file=str(file), line=line, column=1, what=_NO_VARIABLE))
        elif binding.key:
            variables[binding.key] = (binding.value or "", line)
    if mistakes:
        raise BadConfig(mistakes)
    return variables


def find_misspelt(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that nothing reads, by name, each with the one that was probably meant, which is not set.

    A name that is like none of ours may be the `env:NAME` of a subscriber, or of another program: it is left alone.
    """
    import difflib

    meant: dict[str, str] = {}
    missing = [name for name in VARIABLES if not environment.get(name) and "_TEST_" not in name]
    for name in sorted(environment.keys() - VARIABLES):
        prefix, _, rest = name.upper().partition("_")
        if prefix not in MIN_LIKENESS:
            continue
        rests = [ours.removeprefix(f"{prefix}_") for ours in missing if ours.startswith(f"{prefix}_")]
        nearest = difflib.get_close_matches(rest, rests, n=1, cutoff=MIN_LIKENESS[prefix])
        if nearest and environment[name]:
            meant[name] = f"{prefix}_{nearest[0]}"
    return meant


def warn_of_misspelt(folder: Path, environment: Mapping[str, str]) -> None:
    """Say which variables are set for nothing, and what they were probably meant to be; never what they hold."""
    if not (misspelt := find_misspelt(environment)):
        return
    try:
        subscribers = (folder / "subscribers.yaml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        subscribers = ""
    for name, meant in misspelt.items():
        if f"env:{name}" not in subscribers:
            print_error(f"warning: {name} is set, and nothing reads it; did you mean {meant}?")


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier()


def _read_private(file: Path) -> str:
    """The text of a file that is ours alone; "" where there is none, or another may read it, which is said."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)  # a pipe in its place must not hold us up
    except FileNotFoundError:
        return ""
    except OSError as error:
        print_error(f"{file} is not read: {error.strerror}")
        return ""
    with os.fdopen(descriptor, "rb") as opened:
        about = os.fstat(descriptor)
        is_ours = about.st_uid == os.getuid() and not about.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if not (is_ours and stat.S_ISREG(about.st_mode)):
            print_error(f"{file} is not read: it must be a file of yours, and yours alone; run: chmod 600 {file}")
            return ""
        content = opened.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = "it is not text in UTF-8 from here on; write the file anew in UTF-8"
        raise BadConfig([Mistake(file=str(file), line=line, column=1, what=what)]) from None


def write_lines(variables: Mapping[str, str]) -> str:
    """The file's text for these variables."""
    return "".join(f"{name}={_quote(text)}\n" for name, text in variables.items())


def _quote(text: str) -> str:
    if all(sign in _PLAIN or (sign.isascii() and sign.isalnum()) for sign in text):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
