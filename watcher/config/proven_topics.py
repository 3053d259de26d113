"""The topics.yaml that was found right the last time: its terms and examples are not tried again at each start.

To try them takes as long as all else that a command does before it begins (ADR 17). What is kept, in the user's cache
folder, is a hash of that file and of the code that tried it: no more than this is read back, and it is safe to lose.
"""

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import watcher

TRIED_BY = ("core/matching/*.py", "core/language/*.py", "model/*.py", "config/*.py")  # what a term means


def is_proven(text: str) -> bool:
    """Whether this code found the topics.yaml with this text without a mistake the last time that it tried one."""
    try:
        return _file().read_text(encoding="ascii") == _proof_of(text)
    except (OSError, RuntimeError, ValueError):  # there is none, or no home; or it was damaged
        return False


def remember(text: str) -> None:
    """Note that the topics.yaml with this text has no mistake; where nothing can be written, it is tried again."""
    with suppress(OSError, RuntimeError, ValueError):
        file = _file()
        file.parent.parent.mkdir(exist_ok=True)  # but not the home itself
        file.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            new = Path(folder) / file.name
            new.write_text(_proof_of(text), encoding="ascii")
            new.replace(file)


def _file() -> Path:
    """In the user's cache folder; a relative XDG_CACHE_HOME counts as none (XDG Base Directory Specification)."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "watcher/proven-topics"


def _proof_of(text: str) -> str:
    return hashlib.blake2b(_code() + text.encode()).hexdigest()


@cache
def _code() -> bytes:
    """A hash of the code that reads topics.yaml, and of Python, whose tables of characters it uses."""
    files = sorted(file for pattern in TRIED_BY for file in Path(watcher.__path__[0]).glob(pattern))
    if not files:
        raise ValueError("the code stands in no files, and has no hash")
    return hashlib.blake2b(sys.version.encode() + b"".join(file.read_bytes() for file in files)).digest()
