"""The Dockerfile, played without Docker: what it copies is there, and what it installs installs and runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.support.debian_root import find_hindrance

ROOT = Path(__file__).parents[1]
RUNNABLE = re.compile(r"\bpip\b")  # of the RUN lines, those that hold pip are played; the rest needs root


@dataclass(slots=True)
class Stage:
    """One FROM of the Dockerfile as a folder of its own, with its own empty virtual environment as the system."""

    root: Path
    workdir: str = "/"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def here(self) -> Path:
        return self.at(self.workdir)

    def at(self, path: str) -> Path:
        """Where a path of the image stands on this machine; relative ones stand in the WORKDIR."""
        return self.root / (path if path.startswith("/") else f"{self.workdir}/{path}").lstrip("/")

    def command(self, name: str) -> str:
        """A command that was installed."""
        return str(self.root / "system" / "bin" / name)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the image would."""
        done = subprocess.run(command, cwd=self.here, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """(INSTRUCTION, the rest) of a Dockerfile, continuation lines joined and comments left out."""
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in kept.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()


def dockerfile() -> list[tuple[str, str]]:
    return list(instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")))


def copies() -> Iterator[tuple[str, list[str], str]]:
    """(stage or "", sources, target) of each COPY."""
    for word, rest in dockerfile():
        if word == "COPY":
            *paths, target = [part for part in shlex.split(rest) if not part.startswith("--")]
            stage = re.match(r"--from=(\S+)", rest)
            yield (stage[1] if stage else "", paths, target)


def last(wanted: str) -> str:
    return next(rest for word, rest in reversed(dockerfile()) if word == wanted)


def test_what_is_copied_is_there() -> None:
    from_here = [path for stage, paths, _ in copies() if not stage for path in paths]
    assert [path for path in from_here if not (ROOT / path).exists()] == []
    assert {"requirements-run.lock", "pyproject.toml", "README.md", "LICENSE", "watcher/", "config/"} <= set(from_here)


def test_what_is_copied_is_sent_to_the_builder() -> None:
    sent = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert {path for stage, paths, _ in copies() if not stage for path in paths} == sent


def test_nothing_is_installed_without_hashes_or_as_root() -> None:
    installs = [rest for word, rest in dockerfile() if word == "RUN" and "pip install" in rest]
    assert [run for run in installs if "--require-hashes" not in run and "--no-deps --no-index" not in run] == []
    assert last("USER") == "watcher"
    assert last("VOLUME") == "/data"
    assert "WATCHER_DATABASE=sqlite:////data/watcher.db" in last("ENV")
    assert last("CMD") == '["watcher", "run"]'
    assert '"watcher", "health"' in last("HEALTHCHECK")


@pytest.mark.skipif(not find_hindrance(), reason="every step is run in a plain Debian instead: tests/test_image.py")
@pytest.mark.slow
def test_the_image_builds_and_its_watcher_runs(tmp_path: Path) -> None:
    stages: dict[str, Stage] = {}
    stage = Stage(tmp_path)
    for word, rest in dockerfile():
        if word == "FROM":
            stage = empty_system(tmp_path / f"stage-{len(stages)}")
            stages[rest.partition(" AS ")[2] or "last"] = stage
        elif word == "WORKDIR":
            stage.workdir = rest
            stage.here.mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            copy(rest, stage, stages)
        elif word == "RUN" and RUNNABLE.search(rest):
            stage.run("/bin/sh", "-c", rest)
    checked = stage.run(stage.command("watcher"), "--config", str(stage.at("/app/config")), "check")
    assert checked.stderr.endswith("fine\n")
    where = stage.run(stage.command("python"), "-c", "import watcher; print(watcher.__file__)")
    assert Path(where.stdout).is_relative_to(stage.root), "the installed watcher runs, not this checkout"
    assert not stage.at("/app/watcher").exists()


def empty_system(root: Path) -> Stage:
    subprocess.run([sys.executable, "-m", "venv", str(root / "system")], check=True)
    path = f"{root / 'system' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WATCHER_", "PYTHON"))}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}
    return Stage(root, environment={**kept, **quiet, "PATH": path, "VIRTUAL_ENV": str(root / "system")})


def copy(rest: str, stage: Stage, stages: dict[str, Stage]) -> None:
    """One COPY; a folder's content goes into the target, as Docker does it."""
    *paths, target = [part for part in shlex.split(rest) if not part.startswith("--")]
    origin = re.match(r"--from=(\S+)", rest)
    for path in paths:
        source = stages[origin[1]].at(path) if origin else ROOT / path
        if source.is_dir():
            shutil.copytree(source, stage.at(target), ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, stage.at(target) / source.name if target.endswith("/") else stage.at(target))


def services_of_compose() -> dict[str, Any]:
    compose = YAML(typ="safe", pure=True).load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services: dict[str, Any] = compose["services"]
    return services


def documented_variables() -> dict[str, str]:
    """What docs/configuration.md says of each environment variable."""
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8").partition("## Environment variables")[2]
    return dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", page.partition("\n## ")[0], re.MULTILINE))


def test_compose_passes_every_setting_that_is_documented_and_none_that_is_not() -> None:
    documented = documented_variables()
    assert len(documented) > 20
    for_tests = {name for name, meaning in documented.items() if meaning.startswith("For tests only")}
    of_the_image = {"WATCHER_CONFIG", "WATCHER_DATABASE"}  # set by the Dockerfile; a replica has its own database
    for name in ("watcher", "replica"):
        passed = services_of_compose()[name]["environment"]
        assert set(passed) - of_the_image - {"PGPASSWORD"} == set(documented) - for_tests - of_the_image
        settings = {
            setting: text for setting, text in passed.items() if setting in documented and setting not in of_the_image
        }
        assert settings == {setting: f"${{{setting}:-}}" for setting in settings}, (
            "from the shell or .env; empty is unset"
        )


def test_what_runs_may_write_nowhere_but_to_its_volume_and_has_no_right_to_spare() -> None:
    services = services_of_compose()
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert any(place.startswith("/tmp") for place in service["tmpfs"]), name
        assert "ports" not in service, f"{name}: nothing is reachable from outside unless somebody says so"
        assert "privileged" not in service, name
    assert [name for name, service in services.items() if "cap_add" in service] == ["postgres"]
    assert all(volume.endswith((":ro", ":/data")) for volume in services["watcher"]["volumes"])
    assert "user" not in services["watcher"], "that of the Dockerfile, which is not root"


def test_postgresql_has_no_password_that_everybody_knows() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{POSTGRES_PASSWORD(.*?)\}", text)) == {":-"}, "without one PostgreSQL does not start"
    assert (
        services_of_compose()["replica"]["environment"]["WATCHER_DATABASE"]
        == "postgresql://watcher@postgres:5432/watcher"
    )
    assert services_of_compose()["replica"]["environment"]["PGPASSWORD"] == "${POSTGRES_PASSWORD:-}"


def test_each_service_of_ours_says_how_it_does() -> None:
    assert '"watcher", "health"' in last("HEALTHCHECK")
    services = services_of_compose()
    assert all("healthcheck" not in services[name] for name in ("watcher", "replica")), "that of the image"
    assert "pg_isready" in str(services["postgres"]["healthcheck"])


def test_compose_starts_one_process_or_two_replicas_and_never_both() -> None:
    services = services_of_compose()
    assert "profiles" not in services["watcher"]
    assert {name for name, each in services.items() if each.get("profiles") == ["replicas"]} == {"postgres", "replica"}
    assert services["replica"]["deploy"]["replicas"] == 2
    assert services["replica"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["replica"]["environment"]["WATCHER_DATABASE"].startswith("postgresql://")
    assert "WATCHER_DATABASE" not in services["watcher"]["environment"], "the image's own: SQLite on the volume"
    assert services["postgres"]["image"] == "postgres:18"
    assert "healthcheck" in services["postgres"]
    assert services["watcher"]["volumes"][0] == f"data:{last('VOLUME')}"


def test_an_instruction_over_several_lines_is_read_as_one() -> None:
    text = "# why\nFROM a AS b\nRUN x \\\n    && y\n"
    assert list(instructions(text)) == [("FROM", "a AS b"), ("RUN", "x      && y")]
