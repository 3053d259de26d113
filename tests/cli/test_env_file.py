"""The file .env: read where nobody else can read it, and after the real environment."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.cli.env_file import read_environment, write_lines


def put(folder: Path, text: str, mode: int = 0o600) -> Path:
    (folder / ".env").write_text(text, encoding="utf-8")
    (folder / ".env").chmod(mode)
    return folder / "config"


def test_the_real_environment_goes_before_it(tmp_path: Path) -> None:
    config = put(tmp_path, "# mine\nA=one\nexport B='two words'\nC=$A\nD\n")
    assert read_environment(config, {"A": "real"}) == {"A": "real", "B": "two words", "C": "$A"}


def test_without_the_file_nothing_is_added(tmp_path: Path) -> None:
    assert read_environment(tmp_path / "config", {"A": "1"}) == {"A": "1"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_one_that_others_may_read_is_named_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    assert read_environment(put(tmp_path, "A=canary", mode), {}) == {}
    said = capsys.readouterr().err
    assert ("chmod 600" in said, "canary" in said) == (True, False)


@given(
    st.dictionaries(
        st.from_regex(r"\A[A-Z][A-Z_]{0,9}\Z"),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40),
    )
)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> None:
    folder = tmp_path_factory.mktemp("env")
    assert read_environment(put(folder, write_lines(variables)), {}) == variables
