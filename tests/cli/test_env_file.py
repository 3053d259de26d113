"""The file .env: read where nobody else can read it, and after the real environment."""

from pathlib import Path

import pytest
import typer.testing
from hypothesis import given
from hypothesis import strategies as st

from tests.support.world import SOURCE, write_config
from watcher.cli import app
from watcher.cli.env_file import VARIABLES, find_misspelt, read_environment, write_lines
from watcher.errors import BadConfig

PEOPLE = "subscribers: [{id: screen, via: console, address: here, admin: true}]"


def put(folder: Path, text: str, mode: int = 0o600) -> Path:
    (folder / ".env").write_text(text, encoding="utf-8")
    (folder / ".env").chmod(mode)
    return folder / "config"


def test_the_real_environment_goes_before_it(tmp_path: Path) -> None:
    config = put(tmp_path, "# mine\nA=one\nexport B='two words'\nC=$A\nD=\n")
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


def test_a_misspelt_variable_is_named_by_every_command_with_the_one_that_was_meant(tmp_path: Path) -> None:
    config = put(tmp_path, "WATCHER_SMPT_URL=smtp://office:canary@relay.example\nSLACK_BOTTOKEN=canary\n")
    outcome = typer.testing.CliRunner().invoke(app, ["--config", str(config), "check"])
    warnings = [line for line in outcome.stderr.splitlines() if line.startswith("warning: ")]
    assert warnings == [
        "warning: SLACK_BOTTOKEN is set, and nothing reads it; did you mean SLACK_BOT_TOKEN?",
        "warning: WATCHER_SMPT_URL is set, and nothing reads it; did you mean WATCHER_SMTP_URL?",
    ]
    assert "canary" not in outcome.output
    config.mkdir()
    (config / "subscribers.yaml").write_text("address: env:SLACK_BOTTOKEN", encoding="utf-8")
    again = typer.testing.CliRunner().invoke(app, ["--config", str(config), "check"])
    assert "SLACK_BOTTOKEN" not in again.stderr, "a subscriber's address is read from it"
    assert warnings[1] in again.stderr


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WATCHER_MAILFROM", "WATCHER_MAIL_FROM"),
        ("WATCHER_SMTPURL", "WATCHER_SMTP_URL"),
        ("WATCHER_FROM", ""),
        ("WATCHER_PG_URL", ""),
        ("SLACK_APP_TOKEN", ""),  # of another program
        ("watcher_secret", "WATCHER_SECRET"),
        ("WATCHER_TRUSTED_PROXY", "WATCHER_TRUSTED_PROXIES"),
        ("WATCHER_GP_CHANNEL", ""),  # a subscriber's env:NAME
        ("WATCHER_SERVICE_HOST", ""),  # Kubernetes sets these for a service that is called watcher
        ("WATCHER_PORT_8080_TCP_ADDR", ""),
        ("WATCHER_WEB_PORT", ""),
        ("SLACK_WEBHOK", "SLACK_WEBHOOK"),
        ("XDG_CONFIG", ""),
    ],
)
def test_only_a_name_that_is_like_one_of_ours_is_taken_for_it(name: str, meant: str) -> None:
    assert find_misspelt({name: "set"}) == ({name: meant} if meant else {})
    assert find_misspelt({name: ""}) == {}
    assert find_misspelt({name: "set"} | dict.fromkeys(VARIABLES, "set")) == {}, "what was meant is there already"


def test_each_line_that_is_no_variable_is_refused_at_its_place(tmp_path: Path) -> None:
    config = put(
        tmp_path,
        "A=1\n\nWATCHER_CONTACT: 'canary'\n# note\nB='canary\nC=2\r\n \r\nD=\"canary\r\nWATCHER_SECRET\nhttps://hooks.example/?a=canary\nE=1\n",
    )
    with pytest.raises(BadConfig) as refused:
        read_environment(config, {})
    cure = "this is no variable; write NAME=value, or NAME='value' with both quotes on the same line"
    assert str(refused.value).splitlines() == [f"{tmp_path}/.env:{line}:1: {cure}" for line in (3, 5, 8, 9, 10)]


def test_the_help_is_given_whatever_stands_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = put(tmp_path, "no variable")
    monkeypatch.setattr("sys.argv", ["watcher", "init", "--help"])
    outcome = typer.testing.CliRunner().invoke(app, ["--config", str(config), "init", "--help"])
    assert (outcome.exit_code, "Usage" in outcome.stdout) == (0, True)


@pytest.mark.parametrize("command", ["try", "poll", "accept"])
def test_a_source_that_does_not_exist_is_named_with_the_nearest(tmp_path: Path, command: str) -> None:
    config = write_config(tmp_path / "config", SOURCE.format(site="https://press.example"), PEOPLE)
    outcome = typer.testing.CliRunner().invoke(app, ["--config", str(config), command, "prss"])
    assert outcome.exit_code == 2
    assert "there is no source 'prss' (did you mean 'press'?)" in outcome.stderr


def test_mistakes_of_the_environment_stand_at_their_line_beside_those_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = put(tmp_path, "# mine\nWATCHER_WEB=8080\nWATCHER_KEEP_DAYS=never\n")
    monkeypatch.setenv("WATCHER_KEEP_DAYS", "always")  # it goes before the file, so that it is no mistake of a line
    write_config(config, SOURCE.format(site="https://press.example").replace("trust: press", "trust: pres"), PEOPLE)
    outcome = typer.testing.CliRunner().invoke(app, ["--config", str(config), "check"])
    places = [line.partition(": ")[0] for line in str(outcome.exception).splitlines()]
    assert places == [f"{tmp_path}/.env:2:1", f"{config}/sources.yaml:6:5", "environment:1:1"]


@given(
    st.dictionaries(
        st.from_regex(r"\A[A-Z][A-Z_]{0,9}\Z"),
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40),
    )
)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> None:
    folder = tmp_path_factory.mktemp("env")
    assert read_environment(put(folder, write_lines(variables)), {}) == variables
