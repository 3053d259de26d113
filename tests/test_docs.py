"""The documentation against the code: every example loads or runs, and what has a name in the code has its place."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from tests.support.promise_rows import FAULTS, PROMISES
from watcher import __version__, config, errors, model, notifiers, sources
from watcher.cli import env_file
from watcher.cli.commands import COMMANDS, load_command
from watcher.config.schema import Examples, SubscriberEntry, TopicEntry, channels, kind_class, kinds
from watcher.errors import BadConfig
from watcher.failpoint import VARIABLE
from watcher.sources.base import Source

ROOT = Path(__file__).parents[1]
ROOT_PAGES = [ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")]
PAGES = [*ROOT_PAGES, *sorted((ROOT / "docs").rglob("*.md"))]
CONFIGURATION, RUNNING, GLOSSARY = (ROOT / "docs" / f"{name}.md" for name in ("configuration", "running", "glossary"))
ADDING = [ROOT / "docs" / "adding-a-source.md", ROOT / "docs" / "adding-a-notifier.md"]
ENVIRONMENT = {
    "SLACK_BOT_TOKEN": "xoxb-docs",
    "WATCHER_SMTP_URL": "smtp://relay.example",
    "PARTNERS_WEBHOOK": "https://hooks.example/services/T/B/x",
    "TEAMS_URL": "https://default0a1b2c3d.4e.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/docs?sig=docs",
}
SOURCE = """sources:
  - {id: docs, name: Docs, publisher: Docs, trust: press, kind: feed, url: "https://docs.example/feed", every: 1h}
"""
ADMIN = "  - {id: docs-admin, via: console, address: docs, admin: true}\n"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_VARIABLE = re.compile(r"\b(?:WATCHER|SLACK)_[A-Z][A-Z_]*[A-Z]\b")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(language: str, pages: list[Path] = PAGES) -> list[Block]:
    return [block for page in pages for block in blocks_of(page) if block.language == language]


def blocks_of(page: Path) -> Iterator[Block]:
    text = text_of(page)
    for match in _FENCE.finditer(text):
        yield Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text_of(page))


def headings(page: Path) -> list[str]:
    return [match[2] for match in _HEADING.finditer(prose(page))]


def section(page: Path, heading: str) -> str:
    """What stands under a heading, up to the next one of the same or a higher level."""
    text = prose(page)
    begin = next(match for match in _HEADING.finditer(text) if match[2] == heading)
    later = (match for match in _HEADING.finditer(text, begin.end()) if len(match[1]) <= len(begin[1]))
    end = next(later, None)
    return text[begin.end() : end.start() if end else len(text)]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in `text`, without heads and rules; an escaped bar belongs to its cell."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    rules = {number for number, row in enumerate(cells) if set("".join(row)) <= {"-"}}
    return [row for number, row in enumerate(cells) if number not in rules and number + 1 not in rules]


# --- examples load ------------------------------------------------------------------------------------------------


@pytest.fixture
def worked_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Path]]:
    """The files of docs/adding-*.md written to disk, where kinds and notifiers are looked for."""
    written = {}
    for block in blocks("python", ADDING):
        name = block.text.splitlines()[0].removeprefix("# ")
        assert name.startswith(("watcher/", "tests/")), f"{block} must begin with the name of its file"
        written[name] = tmp_path / "written" / name
        written[name].parent.mkdir(parents=True, exist_ok=True)
        written[name].write_text(block.text, encoding="utf-8")
    for package in (sources, notifiers):
        folder = tmp_path / "written" / "watcher" / package.__name__.rpartition(".")[2]
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    known = set(sys.modules)
    yield written
    for name in set(sys.modules) - known:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            parent, _, child = name.rpartition(".")
            del sys.modules[name]
            if parent in sys.modules:
                vars(sys.modules[parent]).pop(child, None)


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_every_yaml_example_loads(block: Block, worked_examples: dict[str, Path], tmp_path: Path) -> None:
    assert worked_examples
    first = block.text.partition(":")[0]
    assert first in config.FILES, f"{block} begins with {first!r}; only the three files are written as yaml here"
    files = {
        "sources": SOURCE,
        "topics": text_of(ROOT / "config" / "topics.yaml"),
        "subscribers": "subscribers:\n" + ADMIN,
    }
    files[first] = block.text + (ADMIN if first == "subscribers" else "")
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    loaded = config.read_configuration(tmp_path, ENVIRONMENT)
    assert len(getattr(loaded, first)) >= 1


def test_a_wrong_example_would_be_noticed(tmp_path: Path) -> None:
    for name, text in {"sources": SOURCE.replace("every", "evry"), "topics": "topics: []", "subscribers": ""}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadConfig, match="did you mean 'every'"):
        config.read_configuration(tmp_path, ENVIRONMENT)


@pytest.mark.parametrize("name", config.FILES)
def test_every_mistake_reads_as_it_is_shown(name: str, tmp_path: Path) -> None:
    head = f"# {name}.yaml, with mistakes\n"
    shown = [block.text for block in blocks("text", [CONFIGURATION])]
    at = next(number for number, text in enumerate(shown) if text.startswith(head))
    for other in config.FILES:
        (tmp_path / f"{other}.yaml").write_text(text_of(ROOT / "config" / f"{other}.yaml"), encoding="utf-8")
    (tmp_path / f"{name}.yaml").write_text(shown[at], encoding="utf-8")
    with pytest.raises(BadConfig) as found:
        config.read_configuration(tmp_path, ENVIRONMENT)
    ours = [str(each).removeprefix(f"{tmp_path}/") for each in found.value.mistakes]
    assert [line for line in ours if line.startswith(f"{name}.yaml")] == shown[at + 1].splitlines()


@pytest.mark.parametrize("page", ADDING, ids=lambda page: page.stem)
def test_the_worked_example_runs(page: Path, worked_examples: dict[str, Path], tmp_path: Path) -> None:
    names = [block.text.splitlines()[0].removeprefix("# ") for block in blocks("python", [page])]
    tests = [worked_examples[name] for name in names if name.startswith("tests/")]
    assert len(tests) == 1
    values: dict[str, Any] = {"__name__": tests[0].stem}
    exec(compile(tests[0].read_text(encoding="utf-8"), str(tests[0]), "exec"), values)  # noqa: S102 - our own page
    ran = [run(value, tmp_path / name) for name, value in values.items() if name.startswith("test_")]
    assert len(ran) >= 2, "an example of what works, and one of what does not"


def run(test: Any, folder: Path) -> str:
    """Run one test function of a page; the only fixture that they know is tmp_path."""
    folder.mkdir()
    test(**({"tmp_path": folder} if "tmp_path" in inspect.signature(test).parameters else {}))
    return str(test.__name__)


# --- whatever has a name has its place ----------------------------------------------------------------------------


def verbs() -> dict[str, Any]:
    return {name: load_command(name) for name in COMMANDS}


def test_every_command_has_its_section() -> None:
    sections = {heading.removeprefix("watcher ") for heading in headings(RUNNING) if heading.startswith("watcher ")}
    assert sections == set(verbs())


@pytest.mark.parametrize("verb", verbs())
def test_every_option_is_named_in_its_section(verb: str) -> None:
    text = section(RUNNING, f"watcher {verb}")
    options = {name for each in verbs()[verb].params for name in each.opts if name.startswith("--")} - {"--help"}
    assert {name for name in options if name not in text} == set()
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", text)) <= options


def test_every_kind_and_channel_has_its_section() -> None:
    found = headings(CONFIGURATION)
    assert [each for each in found if each.startswith("Kind: ")] == [f"Kind: {kind}" for kind in kinds()]
    shown = {each for each in found if each.startswith("Channel: ")}
    assert shown == {f"Channel: {channel}" for channel in channels()}


def keys(heading: str) -> dict[str, str]:
    """The keys of a section's table with their defaults, as written."""
    return {row[0].strip("`"): row[2].strip("`") for row in rows(section(CONFIGURATION, heading)) if len(row) == 5}


def written(default: Any) -> str:
    """A default as configuration.md writes it."""
    if default is MISSING or default is PydanticUndefined:
        return "required"
    if isinstance(default, bool):
        return str(default).lower()
    if default is None or isinstance(default, Examples):
        return "none"
    if isinstance(default, tuple) and default:
        return f"[{', '.join(default)}]"
    if isinstance(default, tuple | dict):
        return {(): "[]"}.get(default, "{}") if isinstance(default, tuple) else "{}"
    return str(default)


def source_defaults(kind: type[Source]) -> dict[str, str]:
    return {
        each.name: written(each.default_factory() if each.default_factory is not MISSING else each.default)
        for each in fields(kind)
    }


def same(shown: dict[str, str], real: dict[str, str]) -> bool:
    """A text's default may stand in quotation marks: `""` is nothing."""
    return {name: value.strip('"') for name, value in shown.items()} == real


def test_every_key_of_every_source_is_documented_with_its_default() -> None:
    shared = source_defaults(Source)
    assert same(keys("Keys of every source"), shared)
    for kind in kinds():
        own = {name: value for name, value in source_defaults(kind_class(kind)).items() if name not in shared}
        assert same(keys(f"Kind: {kind}"), own), kind


@pytest.mark.parametrize(
    ("heading", "entry"),
    [
        ("Keys of a topic", TopicEntry),
        ("Keys of examples", Examples),
        ("Keys of a subscriber", SubscriberEntry),
    ],
)
def test_every_key_of_topics_and_subscribers_is_documented_with_its_default(heading: str, entry: Any) -> None:
    assert same(keys(heading), {name: written(each.default) for name, each in entry.model_fields.items()})


def test_every_error_has_its_section() -> None:
    ours = {name for name, each in vars(errors).items() if inspect.isclass(each) and issubclass(each, Exception)}
    shown = _HEADING.findall(section(RUNNING, "Errors"))
    assert {heading for _, heading in shown} == ours


def variables(*folders: str) -> set[str]:
    texts = [text_of(file) for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return {name for text in texts for name in _VARIABLE.findall(text)}


def test_every_environment_variable_is_documented_and_every_documented_one_exists() -> None:
    shown = {row[0].strip("`") for row in rows(section(CONFIGURATION, "Environment variables"))}
    used = variables("watcher")
    assert VARIABLE in used
    assert shown == env_file.VARIABLES
    assert used - shown == set()
    assert shown - used <= set(_VARIABLE.findall(text_of(ROOT / "tests" / "conftest.py")))
    everywhere = [*PAGES, ROOT / "Dockerfile", ROOT / "compose.yaml", *(ROOT / "config").glob("*.yaml")]
    assert {name for page in everywhere for name in _VARIABLE.findall(text_of(page))} <= shown


def failpoints() -> set[str]:
    flow = ("poll.py", "deliver.py", "delivering/planning.py", "delivering/sending.py", "store/saving.py")
    texts = (text_of(ROOT / "watcher" / name) for name in flow)
    return {name for text in texts for name in re.findall(r'failpoint\("(\w+)"\)', text)}


def test_the_flow_names_real_functions_and_every_failpoint() -> None:
    text = text_of(ROOT / "docs" / "flow.md")
    points = set(re.findall(r"`((?:after|before)_\w+)`", text)) - {"after_failure"}
    assert points == failpoints()
    steps = [row for row in rows(text) if re.match(r"\d+ ", row[0])]
    assert [int(row[0].split()[0]) for row in steps] == list(range(1, 13))
    names = {name.rpartition(".")[2] for row in steps for name in re.findall(r"`([\w.]+)`", row[2])}
    files = {file.name for file in (ROOT / "watcher").rglob("*.py")}
    functions = {name for name, _ in definitions()}
    assert {name for name in names if name != "py"} - functions == set()
    assert {
        name for row in steps for name in re.findall(r"`([\w/]*\w+\.py)`", row[2]) if Path(name).name not in files
    } == set()


# --- the tree, the changelog, the decisions, what does not work yet --------------------------------------------------


def tree_lines() -> Iterator[str]:
    """The lines of docs/architecture.md: each root module and folder with the first sentence that it says of itself."""
    for file in sorted((ROOT / "watcher").glob("*.py")):
        if file.name != "__init__.py":
            yield f"{file.name:22}{first_line(file)}"
    yield from folder_lines(ROOT / "watcher", "")


def folder_lines(parent: Path, indent: str) -> Iterator[str]:
    for folder in sorted(path for path in parent.iterdir() if (path / "__init__.py").exists()):
        if folder.name != "migrations":
            yield f"{indent}{folder.name + '/':{22 - len(indent)}}{first_line(folder / '__init__.py')}"
            yield from folder_lines(folder, f"{indent}  ")


def first_line(file: Path) -> str:
    return (ast.get_docstring(ast.parse(text_of(file))) or "").split("\n")[0]


def test_the_architecture_is_the_tree() -> None:
    (drawn,) = (block.text for block in blocks("text", [ROOT / "docs" / "architecture.md"]))
    assert drawn.splitlines() == list(tree_lines())


def test_the_changelog_has_versions_with_dates_and_names_every_command() -> None:
    text = text_of(ROOT / "CHANGELOG.md")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE)
    assert released
    assert released[0][0] == __version__
    assert f'\nversion = "{__version__}"\n' in text_of(ROOT / "pyproject.toml")
    named = re.findall(r"`([a-z-]+)`", re.findall(r"^- Commands: (.*?)\.$", text, re.MULTILINE | re.DOTALL)[0])
    assert set(named) == set(verbs())


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda record: record.stem)
def test_every_decision_has_one_form_and_is_linked_from_the_readme(record: Path) -> None:
    number = int(record.stem[:4])
    text = text_of(record)
    assert re.match(rf"# {number}\. \S.*\n\nAccepted, [A-Z][a-z]+ 20\d\d\.\n\n## Context\n", text)
    parts = [heading for heading in headings(record) if heading in {"Context", "Weighed", "Decision", "Consequences"}]
    assert [part for part in parts if part != "Weighed"] == ["Context", "Decision", "Consequences"]
    assert f"](docs/adr/{record.name})" in text_of(ROOT / "README.md")


def test_what_does_not_work_yet_is_held_by_a_test_that_fails() -> None:
    lines = re.findall(
        r"^- .*?(?=^- |\Z)", section(ROOT / "README.md", "What does not work yet"), re.MULTILINE | re.DOTALL
    )
    named = [re.findall(r"`(test_\w+)`", line) for line in lines]
    assert all(len(tests) == 1 for tests in named)
    failing = {
        node.name
        for node in ast.parse(text_of(ROOT / "tests" / "test_not_yet.py")).body
        if isinstance(node, ast.FunctionDef)
        and any("xfail(strict=True" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    assert {test for tests in named for test in tests} == failing


# --- words, links, commands ---------------------------------------------------------------------------------------


def definitions() -> Iterator[tuple[str, str]]:
    """(name, place) of every class and function of the product."""
    for file in sorted((ROOT / "watcher").rglob("*.py")):
        for node in ast.walk(ast.parse(text_of(file))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, f"{file.relative_to(ROOT)}:{node.lineno}"


def unwanted() -> tuple[set[str], set[str]]:
    """The words that are not used, and the names that may hold them."""
    table = rows(section(GLOSSARY, "Words not used"))
    return {row[0] for row in table}, {name for row in table for name in re.findall(r"`(\w+)`", row[2])}


def says(name: str, words: set[str]) -> bool:
    own = {part.lower() for part in _WORDS.findall(name)}
    plurals = {f"{word[:-1]}ies" if word.endswith("y") else f"{word}s" for word in words}
    return bool(own & (words | plurals))


def test_the_words_not_used_are_not_used() -> None:
    words, exceptions = unwanted()
    assert {"entry", "article", "notification", "event", "job", "message", "handler", "manager", "service"} <= words
    assert [f"{place} {name}" for name, place in definitions() if name not in exceptions and says(name, words)] == []
    names = {name for name, _ in definitions()}
    assert exceptions <= names, "an exception that is no longer needed"
    assert says("EmailManager", words)
    assert says("send_notifications", words)
    assert not says("after_messaging", words)


def test_every_word_of_the_model_is_in_the_glossary() -> None:
    classes = {name for name, each in vars(model).items() if inspect.isclass(each)}
    assert {"Item", "Story", "Delivery", "Message"} <= classes
    explained = {word.strip() for row in rows(text_of(GLOSSARY)) for word in row[0].split(",")}
    assert classes - explained - {"Precision", "DeliveryState"} == set(), "both are told with Published and Delivery"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(page)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_every_promise_and_every_fault_has_its_row_and_no_row_is_without_a_test_or_a_reason() -> None:
    page = text_of(ROOT / "docs" / "promises.md")
    rows = dict(re.findall(r"^\| (P?\d+) \| [^|]+ \| ([^|]+) \|", page, re.MULTILINE))
    assert set(rows) == {*PROMISES, *map(str, FAULTS)}
    fine = ("kept", "skipped: ", "not applicable: ")
    assert {name: state for name, state in rows.items() if not state.startswith(fine)} == {}


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        linked = {(page.parent / target.partition("#")[0]).resolve() for target in _LINK.findall(prose(page))}
        waiting += [each for each in linked - reached if each.suffix == ".md" and each.exists()]
    assert set(PAGES) - reached == set()


def test_every_command_that_is_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    shown = "\n".join([*(block.text for block in blocks("sh")), *(code for page in PAGES for code in inline(page))])
    assert {"demo", "test"} <= set(re.findall(r"^make (\w+)", shown, re.MULTILINE)) <= targets
    called = set(re.findall(r"^(?:\.venv/bin/)?watcher ([a-z][a-z-]*)", shown, re.MULTILINE))
    assert called <= set(verbs())
    compose = text_of(ROOT / "compose.yaml")
    assert all(f"\n  {name}:\n" in compose for name in re.findall(r"docker compose up --detach (\w+)", shown))


def inline(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(page))
