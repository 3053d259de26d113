"""The verb `changes`: two files in, one JSON object out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.pages import RUNNING
from watcher.cli import app


def changes(folder: Path, before: str, after: str, *options: str) -> tuple[int, str, str]:
    for name, body in (("before", before), ("after", after)):
        (folder / f"{name}.html").write_text(body, encoding="utf-8")
    result = CliRunner().invoke(app, ["changes", str(folder / "before.html"), str(folder / "after.html"), *options])
    return result.exit_code, result.stdout, result.stderr


def test_who_joined_and_which_words_changed_is_one_object(tmp_path: Path) -> None:
    after = (
        RUNNING.replace("<li>paramedics; and</li>", "")
        .replace("764 views", "801 views")
        .replace("must sign", "may sign")
    )
    code, out, _ = changes(tmp_path, RUNNING, after, "--region", "main")
    assert code == 0
    assert json.loads(out) == {
        "added": [],
        "removed": ["paramedics; and"],
        "kept": 6,
        "text": [{"was": "Partners must sign for five years.", "now": "Partners may sign for five years."}],
        "verdict": "changed",
    }


def test_what_is_ignored_is_taken_out_of_every_line(tmp_path: Path) -> None:
    after = RUNNING.replace("Up to £20,000", "Up to £20,100").replace("six months", "nine months")
    ignored = ["--ignore", r"£[\d,]+", "--ignore", "(six|nine) months"]
    assert json.loads(changes(tmp_path, RUNNING, after, *ignored)[1])["verdict"] == "cosmetic"


def test_a_suspect_page_says_why_on_standard_error(tmp_path: Path) -> None:
    code, out, err = changes(tmp_path, RUNNING, "<main>Please verify you are a human.</main>", "--region", "main")
    assert (code, json.loads(out)["verdict"]) == (0, "suspect")
    assert err == "the page after is not the page: it is a challenge: 'verify you are a human'\n"


@pytest.mark.fault(55)
def test_a_page_that_could_burn_is_read_apart(tmp_path: Path) -> None:
    deep = RUNNING.replace("<h1", "<div>" * 3_000 + "<h1")
    code, out, _ = changes(tmp_path, deep, deep)
    assert (code, json.loads(out)["verdict"]) == (0, "cosmetic")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--region", "main ["], "--region 'main [': not a CSS selector: "),
        (["--ignore", "(a"], "--ignore '(a': not an RE2 pattern: missing ): (a\n"),
        (["--ignore", "fine", "--ignore", r"a(?=b)"], r"--ignore 'a(?=b)': not an RE2 pattern: "),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, options: list[str], why: str) -> None:
    code, out, err = changes(tmp_path, RUNNING, RUNNING, *options)
    assert (code, out) == (2, "")
    assert why in err


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["changes", str(tmp_path / "a.html"), str(tmp_path / "b.html")])
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}/a.html: cannot be read: No such file or directory\n"
