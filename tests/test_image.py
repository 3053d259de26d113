"""The Dockerfile without Docker: every step in a plain Debian, and what comes of it run as compose.yaml has it run."""

import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.debian_root import NoDebian, as_contained, find_hindrance, make_debian, run_as_root
from tests.support.world import write_config
from tests.test_docker import ROOT, dockerfile

HINDRANCE = find_hindrance()
WATCHER, STRANGER = "10001:999", "4711:4711"  # the image's user, and one whom its /etc/passwd does not know
SOURCES = """
sources:
  - {id: press, name: BBC News, publisher: BBC News, trust: press, kind: feed, every: 5m, url: "http://127.0.0.1:9/feed"}
"""
SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(HINDRANCE), reason=f"{HINDRANCE}; tests/test_docker.py plays its steps without one"),
]


@dataclass(slots=True)
class Layer:
    """One FROM: a Debian with what the steps so far have made of it."""

    root: Path
    workdir: str
    environment: dict[str, str]

    def at(self, path: str) -> Path:
        return self.root / (path if path.startswith("/") else f"{self.workdir}/{path}").lstrip("/")

    def copy(self, rest: str, layers: Mapping[str, "Layer"]) -> None:
        words = shlex.split(rest)
        origin = next((word.removeprefix("--from=") for word in words if word.startswith("--from=")), "")
        *paths, target = [word for word in words if not word.startswith("--")]
        for path in paths:
            source = layers[origin].at(path) if origin else ROOT / path
            if source.is_dir():
                ours = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, self.at(target), symlinks=True, ignore=ours, dirs_exist_ok=True)
            else:
                shutil.copy(source, self.at(target) / source.name if target.endswith("/") else self.at(target))


@pytest.fixture(scope="module", autouse=True)
def usual_umask() -> Iterator[None]:
    """As Docker builds: a command line that ran in this process before has left a stricter one."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, usual_umask: None) -> Iterator[Layer]:  # noqa: ARG001 - first
    """The last layer, after every step."""
    folder = tmp_path_factory.mktemp("image")
    debian = folder / "debian"
    try:
        make_debian(debian)
    except NoDebian as error:
        pytest.skip(f"{error}; tests/test_docker.py plays its steps without one")
    layers: dict[str, Layer] = {}
    count = [word for word, _ in dockerfile()].count("FROM")
    for word, rest in dockerfile():
        if word == "FROM":
            layer = Layer(folder / f"layer-{len(layers)}", "/", {})
            if len(layers) + 1 == count:
                debian.rename(layer.root)
            else:
                shutil.copytree(debian, layer.root, symlinks=True, ignore=lambda at, _: ["dev"] * (at == f"{debian}"))
                (layer.root / "dev").mkdir()
            layers[rest.partition(" AS ")[2] or "last"] = layer
        elif word == "WORKDIR":
            layer.workdir = rest
            layer.at("").mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            layer.copy(rest, layers)
        elif word == "ENV":
            layer.environment |= dict(setting.split("=", 1) for setting in shlex.split(rest))
        elif word == "RUN":
            run_as_root(layer.root, rest, layer.workdir, layer.environment)
    yield layers["last"]
    shutil.rmtree(folder)


def data_of(user: str, folder: Path) -> Path:
    """A volume that belongs to a user alone, where the path to it may be passed."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    uid, _, gid = user.partition(":")
    shutil.chown(data, int(uid), int(gid))
    return data


def contained(image: Layer, command: list[str], data: Path, user: str = WATCHER) -> list[str]:
    return as_contained(image.root, command, data, user, image.workdir, image.environment)


def run(image: Layer, command: list[str], data: Path, user: str = WATCHER) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        contained(image, command, data, user), capture_output=True, text=True, timeout=300, check=False
    )


def test_what_was_installed_runs_and_nothing_else_of_this_checkout(image: Layer, tmp_path: Path) -> None:
    data = data_of(WATCHER, tmp_path)
    checked = run(image, ["watcher", "check"], data)
    assert checked.stderr.endswith("fine\n"), checked.stderr
    where = run(image, ["python", "-c", "import watcher; print(watcher.__file__)"], data)
    assert where.stdout.startswith("/usr/local/lib/")
    assert not image.at("/app/watcher").exists()
    assert f"uid={WATCHER.partition(':')[0]}(watcher)" in run(image, ["id"], data).stdout


def test_nothing_can_be_written_but_the_volume_and_tmp_and_no_capability_is_left(image: Layer, tmp_path: Path) -> None:
    data = data_of(WATCHER, tmp_path)
    for place, is_writable in {
        "/app": False,
        "/etc": False,
        "/usr/local/bin": False,
        "/data": True,
        "/tmp": True,
    }.items():
        assert (run(image, ["touch", f"{place}/x"], data).returncode == 0) is is_writable, place
    status = run(image, ["cat", "/proc/self/status"], data).stdout
    assert "CapBnd:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status


def test_the_demo_plays_for_any_user_and_what_it_wrote_is_kept(image: Layer, tmp_path: Path) -> None:
    data = data_of(STRANGER, tmp_path)
    played = run(image, ["watcher", "demo"], data, STRANGER)
    assert played.returncode == 0, played.stdout + played.stderr
    assert list((data / "demo-out").glob("*.html"))


def test_it_runs_until_sigterm_with_its_database_on_the_volume_and_its_health_can_be_asked(
    image: Layer, tmp_path: Path
) -> None:
    data = data_of(WATCHER, tmp_path)
    write_config(image.at("/data-config"), SOURCES, SCREEN)  # only this machine is asked
    image.at("/data-config").chmod(0o755)
    image.environment["WATCHER_CONFIG"] = "/data-config"
    with subprocess.Popen(contained(image, ["watcher", "run"], data), stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        first = json.loads(running.stderr.readline())
        (inner,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(inner), signal.SIGTERM)
        logged = running.stderr.read().splitlines()
    assert (running.returncode, first["event"], json.loads(logged[-1])["event"]) == (0, "started", "stopped")
    assert (data / "watcher.db").stat().st_mode & 0o777 == 0o600
    health = run(image, ["watcher", "health"], data)
    assert (health.returncode, health.stdout.splitlines()[-1]) == (1, "something needs a person")
