"""What the import contract in pyproject.toml cannot say: kinds keep to themselves, and nobody looks at a clock."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ROOT / "watcher"
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
PASSIVE = [
    "core/",
    "model/",
    "sources/",
    "notifiers/",
    "store/",
    "reports/",
    "poll.py",
    "deliver.py",
    "delivering/",
    "announce.py",
]


def files(start: str) -> list[Path]:
    """The Python files of a folder ("core/"), or one file ("poll.py")."""
    paths = sorted((PRODUCT / start).rglob("*.py")) if start.endswith("/") else [PRODUCT / start]
    assert paths, f"there is nothing at watcher/{start}"
    return paths


def imports_of(tree: ast.Module) -> Iterator[str]:
    """The full name of all that a file imports, at its top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def other_kinds(file: Path) -> set[str]:
    """What a kind of source or a notifier imports of another one, save the class that it extends."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    bases = {
        base.id
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Name)
    }
    package, own = file.relative_to(PRODUCT).parts[0], file.relative_to(PRODUCT).with_suffix("").parts[1]
    shared = (f"watcher.{package}.base.", f"watcher.{package}.{own}.")
    names = {name for name in imports_of(tree) if name.startswith(f"watcher.{package}.")}
    return {name for name in names if not name.startswith(shared) and name.rpartition(".")[2] not in bases}


def clock_looks(file: Path) -> Iterator[int]:
    """The lines on which a file asks what time it is."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in CLOCKS:
                yield node.lineno


def test_every_module_keeps_the_import_contract() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("folder", ["sources/", "notifiers/"])
def test_a_kind_uses_another_only_as_its_base_class(folder: str) -> None:
    assert {str(file): names for file in files(folder) if (names := other_kinds(file))} == {}


@pytest.mark.parametrize("start", PASSIVE)
def test_nobody_but_the_command_line_and_the_scheduler_looks_at_a_clock(start: str) -> None:
    assert [f"{file.relative_to(ROOT)}:{line}" for file in files(start) for line in clock_looks(file)] == []


def test_these_rules_can_be_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PRODUCT", tmp_path)
    file = tmp_path / "sources" / "kind.py"
    file.parent.mkdir()
    file.write_text(
        "from datetime import datetime\n"
        "from watcher.sources.base import Source\n"
        "from watcher.sources.feed import Feed\n"
        "from watcher.sources.listing import rows\nclass Kind(Feed):\n    at = datetime.now()\n"
    )
    assert other_kinds(file) == {"watcher.sources.listing.rows"}
    assert list(clock_looks(file)) == [6]
