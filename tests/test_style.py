"""What a reviewer would otherwise have to say every time: short files, short functions, nothing left for later."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
# Migrations are one long list of columns, written by Alembic and never edited again.
FILES = sorted(file for file in (ROOT / "watcher").rglob("*.py") if "migrations" not in file.parts)
LOCKS = ["requirements.lock", "requirements-run.lock"]
_LEFT_FOR_LATER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_PINNED = re.compile(r"^[A-Za-z0-9._-]+(?:\[[^\]]+\])?==\S+")


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def functions(source: str) -> Iterator[tuple[str, int, int]]:
    """(name, first line, number of lines) of every function, docstring and all."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def stubs(source: str) -> list[int]:
    """Lines that raise NotImplementedError."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Raise) and node.exc and "NotImplementedError" in ast.dump(node.exc)
    ]


def test_a_file_can_be_held_in_the_head() -> None:
    assert {shown(file): len(lines(file)) for file in FILES if len(lines(file)) > LONGEST_FILE} == {}


def test_a_function_can_be_read_at_once() -> None:
    long = [
        f"{shown(file)}:{line} {name} has {length} lines"
        for file in FILES
        for name, line, length in functions(file.read_text(encoding="utf-8"))
        if length > LONGEST_FUNCTION
    ]
    assert long == []


def test_nothing_is_left_for_later() -> None:
    left = [
        f"{shown(file)}:{number} {line.strip()}"
        for file in FILES
        for number, line in enumerate(lines(file), 1)
        if _LEFT_FOR_LATER.search(line)
    ]
    assert left == []


def test_only_a_base_class_leaves_a_method_to_others() -> None:
    wrong = [
        f"{shown(file)}:{line}"
        for file in FILES
        if file.name != "base.py"
        for line in stubs(file.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    options = [line for line in text.splitlines() if line.startswith("-")]
    assert options == []
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes(lock: str) -> None:
    pins = unhashed((ROOT / lock).read_text(encoding="utf-8"))
    assert pins == []


def unhashed(lock: str) -> list[str]:
    """The requirements of a lock that are not pinned, or pinned without a hash."""
    joined = lock.replace("\\\n", " ")
    wanted = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [line.split()[0] for line in wanted if not _PINNED.match(line) or "--hash=sha256:" not in line]


def test_these_measures_can_be_missed() -> None:
    body = "\n".join(f"    x = {number}" for number in range(LONGEST_FUNCTION))
    source = f"def f():\n{body}\n    raise NotImplementedError\n"
    assert list(functions(source)) == [("f", 1, LONGEST_FUNCTION + 2)]
    assert stubs(source) == [LONGEST_FUNCTION + 2]
    assert _LEFT_FOR_LATER.search("# TODO: later")
    assert unhashed("a==1 \\\n    --hash=sha256:00\nb==2\nc>=3 --hash=sha256:00\n") == ["b==2", "c>=3"]
