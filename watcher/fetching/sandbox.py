"""Parsing in a child process, for pages that are expensive to parse: at most 10 s of CPU and 512 MB of memory.

A fresh process for each such page (about half a second): a limit on CPU time counts from a process's birth, and one
that ran wild must not be used again. Sources are pure, so that values go in and a value or NotParsed comes out.
"""

import logging
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
    """`work(*values)` in a child process. Raises NotParsed when it fails or takes too much time, CPU or memory."""
    receiver, sender = _START.Pipe(duplex=False)
    # In a file: multiprocessing writes arguments into a pipe, and would wait for ever on a child that died at once.
    with tempfile.NamedTemporaryFile(prefix="watcher-") as call:
        call.write(pickle.dumps((work, values)))
        call.flush()
        child = _START.Process(target=_run_child, args=(sender, call.name), daemon=True)
        child.start()
        sender.close()
        try:
            answer = receiver.recv() if receiver.poll(MAX_WALL_SECONDS) else None
        except EOFError:
            answer = None
        finally:
            child.kill()
            child.join()
            receiver.close()
    if answer is None:
        raise NotParsed(f"reading it took more than {MAX_CPU_SECONDS} s of CPU or {MAX_MEMORY_BYTES // 1024**2} MB")
    result, why = answer
    if why:
        raise NotParsed(why)
    return result  # type: ignore[no-any-return]


def _run_child(sender: Connection, call_file: str) -> None:
    """In the child: set the limits, run the pickled call of `call_file`, and send (result, "") or (None, reason)."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable()  # readers name there what is odd in a stranger's file, in its words
    try:
        work, values = pickle.loads(Path(call_file).read_bytes())  # noqa: S301 - our own parent wrote it
        answer = (work(*values), "")
    except NotParsed as error:
        answer = (None, error.why)
    except MemoryError:
        answer = (None, f"reading it took more than {MAX_MEMORY_BYTES // 1024**2} MB")
    except Exception as error:  # noqa: BLE001 - a fault of the parser counts as one of the page
        answer = (None, f"the reader failed: {type(error).__name__}")
    sender.send(answer)
    sender.close()
