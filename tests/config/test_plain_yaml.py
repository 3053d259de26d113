"""The fast reader of YAML against the careful one: the same values at the same places, or it leaves the file to it."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.config.careful_yaml import read_carefully
from watcher.config.plain_yaml import Places, UnusualYaml, find_places, read_plain_yaml
from watcher.config.yaml_file import YamlFile, load_yaml

HOME = Path(__file__).parents[2]
SHIPPED = sorted((HOME / "config").glob("*.yaml"))
PAGES = [HOME / "README.md", *sorted((HOME / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [text for page in PAGES for text in _BLOCK.findall(page.read_text(encoding="utf-8"))]
LINES = [line for file in SHIPPED for line in file.read_text(encoding="utf-8").splitlines()]
STEADY = settings(deadline=None, derandomize=True, max_examples=400, suppress_health_check=list(HealthCheck))

PLAIN = (
    *(
        "a",
        "flu jab",
        "7:30",
        "no",
        "012",
        "~",
        "null",
        "Null",
        "",
        "''",
        "'it''s'",
        '"q"',
        '"\\x41 \\/ \\u00e9 \\\n  b"',
    ),
    *(
        "http://a.example/?x=1&y",
        "'x: y'",
        '"- x"',
        "#",
        "a #b",
        "a#b",
        "?g",
        "...",
        "<<",
        "=",
        "::",
        "é",
        "\U0001f600",
    ),
    *(
        "[a, 'b', \"c\"]",
        "{a: b, \"c\": d, 'e': f}",
        "[a, ]",
        "[[], {}]",
        "[a:b, c]",
        "{a: [b, {c: ~}]}",
        "[\n{}a,\n{}b]",
    ),
    *(
        "|\n{}text\n{}more",
        ">-\n{}text\n\n{}more",
        "|2\n{}text",
        ">+\n{}text\n\n",
        "text\n{}more",
        "'a\n{}b'",
        "long " * 30,
    ),
)
ODD = (
    *(
        "x: y",
        "- x",
        "[a",
        "{a",
        "*c",
        "&d e",
        "!e f",
        "%f",
        "? h",
        "-",
        "--- a",
        "@k",
        "`t",
        "a:",
        "{flu} ~6 x",
        "a\tb",
    ),
    *(
        "[a: b]",
        '["k":v]',
        '{"k":v}',
        "[a,, b]",
        "{? k: v}",
        "{?}",
        "[? ]",
        "|\n\n{}  deeper\n{}text",
        "&x y",
        "!!str 1",
    ),
)
DAMAGE = (
    *(
        "\t",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "-",
        "- ",
        ":",
        ": ",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "#",
        " #",
        "&",
        "*",
        "!",
        "|",
    ),
    *(
        ">",
        "%",
        "@",
        "`",
        " ",
        "  ",
        "~",
        ",",
        "?",
        "? ",
        "\\",
        "é",
        "\x85",
        "\u2028",
        "\ufeff",
        "\xa0",
        "---\n",
        "...\n",
    ),
)


def read_both(text: str) -> tuple[tuple[Any, Places] | None, YamlFile]:
    """What the fast reader makes of a text, None where it leaves it; and what the careful one does."""
    careful = YamlFile("x")
    read_carefully(text.encode(), careful)
    try:
        return (read_plain_yaml(text), find_places(text)), careful
    except UnusualYaml:
        return None, careful


def assert_same(text: str) -> bool:
    """Fail where both read a text and not alike; whether the fast one read it."""
    plain, careful = read_both(text)
    if plain is not None:
        assert plain == (careful.value, careful.places), text
        assert careful.mistakes == [], text
    return plain is not None


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_shipped_files_are_plain(file: Path) -> None:
    assert assert_same(file.read_text(encoding="utf-8"))
    assert assert_same(file.read_text(encoding="utf-8").replace("\n", "\r\n"))


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_of_the_documentation_are_plain(text: str) -> None:
    assert assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x b",
        "a: &x b\nc: *x",
        "a: !!str 1",
        "a: ! b",
        "%YAML 1.1\n---\na: b",
        "a: b\n---\nc: d",
        "a: b\na: c",
        "[a]: b",
        "- a",
        "a",
        "a: [b: c]",
        "a:\tb",
        "a: b\x85c: d",
        "a: b\u2028c: d",
        "a: 'b",
        "a: [b",
        "a: b: c",
        "a: " + "[" * 21 + "]" * 21,
        "a: |\n\n  \n  text",
    ],
)
def test_what_is_not_plain_is_left_to_the_careful_reader(text: str) -> None:
    assert read_both(text)[0] is None


@pytest.mark.parametrize("text", ["", "# nothing", "a: " + "[" * 19 + "]" * 19, "a:", "{}", "{a: {b: [c, {d: }]}}"])
def test_what_is_plain_is_read_by_both_alike(text: str) -> None:
    assert assert_same(text)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of mappings and lists with values of every style, or lines of a shipped file; then damaged a little."""
    chance = random.Random(draw(st.integers(0, 10**9)))  # noqa: S311 - the same file each time
    at = chance.randrange(len(LINES))
    text = write_node(chance, 0) if chance.random() < 0.7 else "\n".join(LINES[at : at + chance.randint(1, 20)])
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(DAMAGE) + text[at + chance.choice([0, 0, 1, 5]) :]
    return text


def write_node(chance: random.Random, depth: int) -> str:
    """A node of block YAML that begins behind its colon or dash, or on lines of its own."""
    indent = " " * depth
    if depth and (depth > 8 or chance.random() < 0.4):
        value = chance.choice(ODD if chance.random() < 0.03 else PLAIN)
        return f" {value.replace('{}', indent + '  ')}{chance.choice(['', '', ' # why'])}\n"
    begin = chance.choice(["", "\n", " # why\n", "\n# why\n"]) if not depth else chance.choice(["\n", " # why\n"])
    count = chance.randint(1, 4)
    if depth and chance.random() < 0.5:
        return begin + "".join(f"{indent}-{write_node(chance, depth + 2)}" for _ in range(count))
    names = (
        chance.choice(["id{}", "a b{}", '"q{}"', "'s{}'", "7:3{}", "é{}", "<<"]).format(number)
        for number in range(count)
    )
    return begin + "".join(f"{indent}{name}:{write_node(chance, depth + 2)}" for name in names)


@STEADY
@given(text=files())
def test_no_file_is_read_differently_by_the_two(text: str) -> None:
    assert_same(text)


def test_a_mistake_in_a_plain_file_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a:\n  - b: c\n    d: e\n", encoding="utf-8")
    file = load_yaml(tmp_path / "x.yaml", "x.yaml")
    file.mistake(("a", 0, "d"), "wrong")
    file.mistake(("a", 7), "missing")
    assert [(mistake.line, mistake.column) for mistake in file.mistakes] == [(3, 5), (1, 1)]
