"""A plain Debian on this machine, as a folder: made by mmdebstrap, entered by chroot, with nothing of ours in it.

It stands in for a container where there is no Docker. Only root can make one.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pip

SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"  # its python3 is the image's: 3.11
TOOLS = ("mmdebstrap", "unshare", "chroot")
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
NETWORK = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE")  # of the environment: how one gets out
MAX_SECONDS = 600


class NoDebian(Exception):
    """This machine cannot make one; the text says why."""


def find_hindrance() -> str:
    """Why this machine can make no Debian; "" where it can."""
    if os.geteuid() != 0:
        return "only root can make a Debian root"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"a Debian root needs {', '.join(missing)} (apt-get install mmdebstrap)"
    command = [TOOLS[1], "--mount", "--pid", "--fork", "true"]
    refused = subprocess.run(command, capture_output=True, check=False)
    return "this container may not make namespaces of its own" if refused.returncode else ""


def make_debian(root: Path) -> None:
    """A Debian with python3, and with pip as the image has it. Raises NoDebian, as when its mirror does not answer."""
    options = [f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT]
    options += ["--dpkgopt=force-unsafe-io", '--aptopt=Acquire::Languages "none"']
    command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=apt", "--include=python3,passwd", *options]
    source = f"deb {MIRROR} {SUITE} main"
    done = subprocess.run(
        [*command, SUITE, str(root), source], capture_output=True, text=True, timeout=MAX_SECONDS, check=False
    )
    if done.returncode:
        raise NoDebian(f"no Debian could be made: {(done.stderr.splitlines() or ['no reason given'])[-1]}")
    (python,) = (root / "usr/lib").glob("python3.*")
    local = root / "usr/local"
    shutil.copytree(Path(pip.__file__).parent, local / "lib" / python.name / "dist-packages" / "pip")
    (local / "bin/pip").write_text(
        "#!/usr/bin/python3\nfrom pip._internal.cli.main import main\nraise SystemExit(main())\n"
    )
    (local / "bin/pip").chmod(0o755)
    (local / "bin/python").symlink_to("/usr/bin/python3")
    for name in ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", os.environ.get("PIP_CERT", "")):
        if name and Path(name).is_file():
            (root / name.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, root / name.lstrip("/"))


def run_as_root(root: Path, script: str, workdir: str, environment: Mapping[str, str]) -> None:
    """Run one step of a Dockerfile in a Debian; pip may install into it, as into an image."""
    ways_out = {name: text for name, text in os.environ.items() if name.upper().startswith(NETWORK)}
    variables = {**ways_out, **environment, "PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    done = subprocess.run(
        enter(root, [], ["/bin/sh", "-c", script], workdir, variables),
        capture_output=True,
        text=True,
        timeout=MAX_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"


def as_contained(
    root: Path, command: Sequence[str], data: Path, user: str, workdir: str, environment: Mapping[str, str]
) -> list[str]:
    """A command as compose.yaml has it run: a read-only root, /tmp in memory, `data` at /data, no capability.

    `user` is UID:GID.
    """
    mounts = [
        f"mount --bind {root} {root}",
        f"mount -o remount,bind,ro {root}",
        f"mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs {root}/tmp",
        f"mount --bind {data} {root}/data",
    ]
    uid, _, gid = user.partition(":")
    drop = ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs"]
    return enter(root, mounts, [*drop, "--bounding-set=-all", "--inh-caps=-all", *command], workdir, environment)


def enter(
    root: Path, mounts: Sequence[str], command: Sequence[str], workdir: str, environment: Mapping[str, str]
) -> list[str]:
    """The command line that runs `command` in a Debian, in namespaces of its own, which end with it."""
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", **environment}
    settings = [f"{name}={text}" for name, text in variables.items()]
    system = [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
    script = " && ".join([*mounts, *system, 'exec "$@"'])
    inner = ["chroot", str(root), "env", "-i", "-C", workdir, *settings, *command]
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", *inner]
