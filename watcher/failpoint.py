"""Places where a test may kill the process: no-ops in production, since only tests set the variable."""

import os
import signal

VARIABLE = "WATCHER_TEST_KILL_AT"


def failpoint(name: str) -> None:
    """Die here, as by `kill -9`, if a test asked for it."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
