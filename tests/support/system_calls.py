"""A process under the system call filter of a systemd unit, and with its MemoryDenyWriteExecute, without systemd.

As a program: `python system_calls.py FILTER.json COMMAND...` puts the filter on itself, by libseccomp, and becomes the
command.
"""

import ctypes
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

LIBRARY = "libseccomp.so.2"
ALLOW, REFUSE_WITH = 0x7FFF0000, 0x00050000
PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN = 65, 1  # Linux 6.3


def find_hindrance() -> str:
    """Why no process can be filtered here; "" where it can."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return f"there is no {LIBRARY} here"
    call = f"ctypes.CDLL(None).prctl({PR_SET_MDWE}, {MDWE_REFUSE_EXEC_GAIN}, 0, 0, 0)"
    probe = f"import ctypes; raise SystemExit({call} != 0)"
    refused = subprocess.run([sys.executable, "-c", probe], check=False).returncode
    return "this kernel is older than 6.3 and cannot refuse memory that is written and executed" if refused else ""


def list_allowed(unit: str) -> list[str]:
    """The system calls that a unit's `SystemCallFilter=` lines allow, as systemd-analyze knows their groups."""
    allowed: set[str] = set()
    for line in unit.splitlines():
        name, _, groups = line.partition("=")
        if name == "SystemCallFilter":
            calls = set().union(*(_expand(group) for group in groups.removeprefix("~").split()))
            allowed = allowed - calls if groups.startswith("~") else allowed | calls
    return sorted(allowed)


def _expand(group: str) -> set[str]:
    """The system calls of a group, and of the groups in it."""
    command = ["/usr/bin/systemd-analyze", "syscall-filter", group]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    names = {line.strip() for line in shown.splitlines()[1:] if line.strip() and not line.strip().startswith("#")}
    inner = (_expand(name) for name in names if name.startswith("@"))
    return {name for name in names if not name.startswith("@")}.union(*inner)


def put_on(allowed: list[str]) -> None:
    """Refuse this process, and all that it becomes and begins, every other system call with EPERM. For good."""
    library = ctypes.CDLL(LIBRARY)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(REFUSE_WITH | errno.EPERM)))
    for name in allowed:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # others are of other processors
            library.seccomp_rule_add_array(context, ctypes.c_uint32(ALLOW), number, 0, None)
    assert library.seccomp_load(context) == 0, "the kernel refused the filter"
    assert ctypes.CDLL(None).prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0


if __name__ == "__main__":
    put_on(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command becomes this process, with its filter
