"""Who may import whom, read from the source files; docs/flow.md says why.

A rule lists what the files of a layer may import of this product. An entry allows itself and all that stands below it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ROOT / "watcher"

# Decisions and kinds of sources touch nothing: no network, database, files of the system, clock, chance or log.
IMPURE = {"httpx", "aiohttp", "sqlalchemy", "os", "time", "random", "secrets", "logging", "socket", "subprocess"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}

RULES = {
    "core/": {"watcher.model", "watcher.errors", "watcher.core"},
    "sources/": {"watcher.model", "watcher.errors", "watcher.core", "watcher.sources.base"},
    "notifiers/": {
        "watcher.model",
        "watcher.errors",
        "watcher.core.messages.headings",
        "watcher.core.language.text",
        "watcher.notifiers.base",
    },
    "store/": {"watcher.model", "watcher.errors", "watcher.core", "watcher.store", "watcher.reports.evidence"},
    "poll.py": {
        "watcher.core",
        "watcher.runtime",
        "watcher.errors",
        "watcher.failpoint",
        "watcher.load",
        "watcher.model",
        "watcher.sources.base",
        "watcher.store",
    },
    "load.py": {"watcher.core", "watcher.model", "watcher.sources.base", "watcher.store"},
    "deliver.py": {
        "watcher.core",
        "watcher.runtime",
        "watcher.errors",
        "watcher.failpoint",
        "watcher.model",
        "watcher.notifiers.base",
        "watcher.store",
    },
    "config_reload.py": {
        "watcher.config",
        "watcher.core",
        "watcher.runtime",
        "watcher.errors",
        "watcher.model",
        "watcher.store",
    },
    "fetching/sandbox.py": {"watcher.errors"},
}


def files(start: str) -> list[Path]:
    """The Python files of a layer: a folder ("core/") or one file ("poll.py")."""
    found = sorted((PRODUCT / start).rglob("*.py")) if start.endswith("/") else [PRODUCT / start]
    assert found, f"there is nothing at watcher/{start}"
    return found


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """(line, full name) of all that a file imports, at its top or inside a function."""
    yield from imports_of(ast.parse(file.read_text(encoding="utf-8")))


def imports_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full here"
            yield from ((node.lineno, f"{node.module}.{each.name}") for each in node.names)


def is_allowed(name: str, allowed: set[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in allowed)


def parents(file: Path) -> set[str]:
    """The modules from which a file takes base classes: a kind may extend another kind, and do nothing else with it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = {base.id for node in classes for base in node.bases if isinstance(base, ast.Name)}
    return {name for _, name in imports_of(tree) if name.rpartition(".")[2] in bases}


def folder(file: Path) -> set[str]:
    """A kind that outgrew one file is a folder, and its files know one another."""
    names = file.relative_to(PRODUCT).parts[:-1]
    return {".".join(["watcher", *names])} if len(names) > 1 else set()


def where(file: Path, line: int, name: str) -> str:
    return f"{file.relative_to(ROOT)}:{line} imports {name}"


@pytest.mark.parametrize("layer", RULES)
def test_a_layer_imports_only_what_stands_below_it(layer: str) -> None:
    wrong = []
    for file in files(layer):
        allowed = RULES[layer] | folder(file) | (parents(file) if layer == "sources/" else set())
        ours = [(line, name) for line, name in imports(file) if name.split(".")[0] == "watcher"]
        wrong += [where(file, line, name) for line, name in ours if not is_allowed(name, allowed)]
    assert wrong == []


@pytest.mark.parametrize("layer", ["core/", "sources/"])
def test_decisions_and_kinds_touch_nothing(layer: str) -> None:
    wrong = [
        where(file, line, name) for file in files(layer) for line, name in imports(file) if name.split(".")[0] in IMPURE
    ]
    assert wrong == []


@pytest.mark.parametrize("layer", ["core/", "sources/", "notifiers/", "store/", "poll.py", "deliver.py"])
def test_nobody_but_the_command_line_and_the_scheduler_looks_at_a_clock(layer: str) -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{line} looks at the clock" for file in files(layer) for line in clock_looks(file)
    ]
    assert wrong == []


def clock_looks(file: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in CLOCKS:
                yield node.lineno


def test_only_the_command_line_the_demo_and_the_replay_build_things() -> None:
    builders = {
        PRODUCT / "app.py",
        *files("cli/"),
        *files("demo/"),
        *files("replay/"),
    }
    assert importers("watcher.app") <= builders


def test_nobody_imports_the_command_line_but_the_start() -> None:
    assert importers("watcher.cli") <= {PRODUCT / "__main__.py", *files("cli/")}


def importers(module: str) -> set[Path]:
    return {file for file in files("./") for _, name in imports(file) if is_allowed(name, {module})}


def test_these_rules_can_be_broken(tmp_path: Path) -> None:
    file = tmp_path / "kind.py"
    file.write_text(
        "import httpx\nfrom datetime import datetime\nfrom watcher.sources.feed import Feed\n"
        "from watcher.store import items\nclass Kind(Feed):\n    at = datetime.now()\n"
    )
    names = [name for _, name in imports(file)]
    assert "httpx" in names
    assert parents(file) == {"watcher.sources.feed.Feed"}
    assert not is_allowed("watcher.store.items", RULES["sources/"] | parents(file))
    assert list(clock_looks(file)) == [6]
    assert folder(PRODUCT / "notifiers/slack/blocks.py") == {"watcher.notifiers.slack"}
    assert folder(PRODUCT / "notifiers/email.py") == set()
