"""Reading a page that could burn, in a process apart: it may use 10 s of CPU and 512 MB, and then it is over.

A fresh process for each such page (about half a second): a limit on CPU time counts from a process's birth, and what
ran wild must not be used again. Sources are pure, so that a value goes in and a value or NotParsed comes out.
"""

import multiprocessing
import pickle
import resource
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from watcher.errors import NotParsed

T = TypeVar("T")
MAX_CPU_SECONDS = 10
MAX_MEMORY_BYTES = 512 * 1024 * 1024
MAX_WALL_SECONDS = 30.0
_START = multiprocessing.get_context("spawn")  # a fork would inherit our threads' locks


def run_in_sandbox(work: Callable[..., T], *values: Any) -> T:
    """`work(*values)` in a child of its own. Raises NotParsed when it fails, burns or eats too much."""
    ours, theirs = _START.Pipe(duplex=False)
    # In a file: multiprocessing writes arguments into a pipe, and would wait for ever on a child that died at once.
    with tempfile.NamedTemporaryFile(prefix="watcher-") as given:
        given.write(pickle.dumps((work, values)))
        given.flush()
        child = _START.Process(target=_child, args=(theirs, given.name), daemon=True)
        child.start()
        theirs.close()
        try:
            answer = ours.recv() if ours.poll(MAX_WALL_SECONDS) else None
        except EOFError:
            answer = None
        finally:
            child.kill()
            child.join()
            ours.close()
    if answer is None:
        raise NotParsed(f"reading it took more than {MAX_CPU_SECONDS} s of CPU or {MAX_MEMORY_BYTES // 1024**2} MB")
    value, why = answer
    if why:
        raise NotParsed(why)
    return value  # type: ignore[no-any-return]


def _child(theirs: Connection, given: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        work, values = pickle.loads(Path(given).read_bytes())  # noqa: S301 - our own parent wrote it
        answer = (work(*values), "")
    except NotParsed as error:
        answer = (None, error.why)
    except MemoryError:
        answer = (None, f"reading it took more than {MAX_MEMORY_BYTES // 1024**2} MB")
    except Exception as error:  # noqa: BLE001 - the reader's fault becomes the page's
        answer = (None, f"the reader failed: {type(error).__name__}")
    theirs.send(answer)
    theirs.close()
