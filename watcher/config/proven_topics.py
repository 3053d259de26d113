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

from watcher import config, core

TRIED_BY = ("matching/*.py", "language/*.py")  # in core/, besides config/: what a term means, and how it is tried


def is_proven(text: str) -> bool:
    """Whether this code found the topics.yaml with this text without a mistake the last time that it tried one."""
    try:
        return _file().read_text(encoding="ascii") == _proof_of(text)
    except (OSError, RuntimeError, ValueError):  # there is none, or no home; or it was damaged
        return False


def remember(text: str) -> None:
    """Note that the topics.yaml with this text has no mistake; where nothing can be written, it is tried again."""
    with suppress(OSError, RuntimeError):
        _file().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=_file().parent, encoding="ascii", delete=False) as new:
            new.write(_proof_of(text))
        Path(new.name).replace(_file())


def _file() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "watcher/proven-topics"


def _proof_of(text: str) -> str:
    return hashlib.blake2b(_code() + text.encode()).hexdigest()


@cache
def _code() -> bytes:
    """A hash of the code that reads topics.yaml, and of Python, whose tables of characters it uses."""
    ours, decided = Path(config.__path__[0]), Path(core.__path__[0])
    files = sorted([*ours.glob("*.py"), *(file for pattern in TRIED_BY for file in decided.glob(pattern))])
    return hashlib.blake2b(sys.version.encode() + b"".join(file.read_bytes() for file in files)).digest()
