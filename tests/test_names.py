"""The house from outside: each word has one meaning, no filler, every place is small enough to hold in the head."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ROOT / "watcher"
FILES = sorted(file for file in PRODUCT.rglob("*.py") if "migrations" not in file.parts)
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}

# How often a filler may stand in the syntax tree. The numbers may only fall.
MAX_FILLERS = {
    "each": 30,
    "found": 20,
    "told": 20,
    "known": 20,
    "one": 20,
    "other": 20,
    "said": 20,
    "row": 444,
    "entry": 98,
    "thing": 1,
    "data": 1,
    "value": 141,
    "it": 3,
}
MAX_ROOT_MODULES, MAX_FILES_IN_CORE_FOLDER = 12, 14
MAX_SHARED_NAMES = 19  # public names of functions and classes that stand in two or more files
MAX_PARAMETERS, MAX_IMPORTED_NAMES_IN_FLOW = 6, 25
# How limits are not named: the unit and the direction stand in MAX_..._SECONDS, MIN_..._ITEMS.
NO_LIMITS = ("MOST_", "LONGEST", "DEEPEST", "SHORTEST", "SOONEST", "WIDEST", "LARGEST", "FEWEST", "ENOUGH", "CLOSEST")


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def names_in(tree: ast.AST) -> Iterator[str]:
    """Every name that the syntax tree holds: variables, parameters, attributes, keywords, functions, classes."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = function.args
    named = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return [name for name in named if name not in {"self", "cls"}]


def is_command(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command's parameters are its options: typer reads them from the signature."""
    return any("command" in ast.unparse(decorator) for decorator in function.decorator_list)


def definitions() -> dict[str, set[str]]:
    """Where each public function and class stands at the top of a file."""
    places: dict[str, set[str]] = defaultdict(set)
    for file, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
                places[node.name].add(shown(file))
    return places


def constants(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))


@pytest.mark.parametrize(("filler", "limit"), MAX_FILLERS.items())
def test_a_filler_stands_where_no_noun_exists(filler: str, limit: int) -> None:
    counts = {shown(file): Counter(names_in(tree))[filler] for file, tree in TREES.items()}
    worst = dict(sorted(counts.items(), key=lambda count: -count[1])[:8])
    assert sum(counts.values()) <= limit, f"most of them: {worst}"


def test_a_class_name_means_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    others = [file for folder in ("tests", "bench") for file in sorted((ROOT / folder).rglob("*.py"))]
    for file in [*FILES, *others]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(shown(file))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_few_public_names_stand_in_two_files() -> None:
    shared = {name: files for name, files in definitions().items() if len(files) > 1}
    assert len(shared) <= MAX_SHARED_NAMES, shared


def test_a_module_name_stands_once_in_core() -> None:
    names = Counter(file.name for file in FILES if "core" in file.parts and file.name != "__init__.py")
    assert {name: count for name, count in names.items() if count > 1} == {}


def test_the_root_and_each_folder_of_core_can_be_taken_in_at_a_glance() -> None:
    root = [file.name for file in PRODUCT.glob("*.py")]
    assert len(root) <= MAX_ROOT_MODULES, root
    folders = [PRODUCT / "core", *(folder for folder in (PRODUCT / "core").iterdir() if folder.is_dir())]
    counts = {shown(folder): len(list(folder.glob("*.py"))) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > MAX_FILES_IN_CORE_FOLDER} == {}


def test_a_limit_is_named_max_or_min() -> None:
    wrong = [
        f"{shown(file)} {name}"
        for file, tree in TREES.items()
        for name in constants(tree)
        if name.lstrip("_").startswith(NO_LIMITS)
    ]
    assert wrong == []


def test_a_function_takes_few_values() -> None:
    many = [
        f"{shown(file)}:{function.lineno} {function.name} takes {len(parameters(function))}"
        for file, tree in TREES.items()
        for function in functions(tree)
        if len(parameters(function)) > MAX_PARAMETERS and not is_command(function)
    ]
    assert many == []


@pytest.mark.parametrize("flow", ["poll.py", "deliver.py"])
def test_a_flow_can_be_read_by_lunch(flow: str) -> None:
    imports = [node for node in ast.walk(TREES[PRODUCT / flow]) if isinstance(node, ast.ImportFrom)]
    ours = {alias.name for node in imports if (node.module or "").split(".")[0] == "watcher" for alias in node.names}
    assert len(ours) <= MAX_IMPORTED_NAMES_IN_FLOW, sorted(ours)


def test_the_tests_mirror_the_product() -> None:
    """Each folder of tests/ stands where its like stands in watcher/; the rest are days, faults and tools."""
    own = {"acceptance", "browser", "crash", "days", "faults", "golden", "proof", "reach", "rows", "soak", "stand_ins"}
    own |= {"support"}
    folders = {path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("*") if path.is_dir()}
    mirrored = {folder for folder in folders if folder.parts[0] not in own and "__pycache__" not in folder.parts}
    assert {str(folder) for folder in mirrored if not (PRODUCT / folder).is_dir()} == set()


def test_these_measures_can_be_missed() -> None:
    tree = ast.parse("MOST_PAGES = 3\ndef f(a, b, *, each): return each.found\nclass C:\n    x: int = 1\n")
    assert Counter(names_in(tree))["each"] == 2
    assert Counter(names_in(tree))["found"] == 1
    assert [name for name in constants(tree) if name.startswith(NO_LIMITS)] == ["MOST_PAGES"]
    assert [parameters(function) for function in functions(tree)] == [["a", "b", "each"]]
