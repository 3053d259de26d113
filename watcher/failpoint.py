"""Places where a test may kill the process; they do nothing in production, since only tests set the variable."""

import os
import signal

VARIABLE = "WATCHER_TEST_KILL_AT"


def failpoint(name: str) -> None:
    """Kill this process as `kill -9` does, if WATCHER_TEST_KILL_AT is `name`."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
