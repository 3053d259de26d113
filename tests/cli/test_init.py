"""A new installation: from an empty folder to one that is well, or nothing at all."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.terminal import on_terminal
from tests.support.world import SOURCE
from watcher.cli import app, first_files
from watcher.cli.first_files import SHIPPED
from watcher.config import FILES

HOME = Path(__file__).parents[2]
NONE: dict[str, str] = {}
TOKEN = "xoxb-canary-token"
MAIL = {"WATCHER_SMTP_URL": "smtp://office:canary-pass@127.0.0.1:9", "WATCHER_MAIL_FROM": "w@practice.example"}


@pytest.fixture(autouse=True)
def no_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    """What doctor asks the network is no part of these days (tests/cli/test_doctor.py)."""
    monkeypatch.setattr("watcher.cli.init.examine_options", lambda *_, **__: [])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which somebody stands."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def watcher(*words: str, environment: dict[str, str] = NONE) -> Result:
    return CliRunner(env={"WATCHER_CONFIG": None, "WATCHER_DATABASE": None, **environment}).invoke(app, words)


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


WITHOUT_SECRETS = [".gitignore", "config/sources.yaml", "config/subscribers.yaml", "config/topics.yaml"]


def test_without_an_answer_it_tells_the_screen(folder: Path) -> None:
    done = watcher("init", "--yes")
    assert done.exit_code == 0, done.output
    assert tree(folder) == WITHOUT_SECRETS
    assert done.output.endswith("A test message: watcher tell this-screen\n\nNext: watcher run\n")
    assert watcher("check").exit_code == 0
    assert {name: (folder / f"config/{name}.yaml").read_text() for name in ("sources", "topics")} == {
        name: (HOME / f"config/{name}.yaml").read_text() for name in ("sources", "topics")
    }


def test_secrets_stand_in_env_alone_for_its_owner_s_eyes(folder: Path) -> None:
    environment = {"SLACK_BOT_TOKEN": TOKEN, "WATCHER_CONTACT": "Jo O'Neill, \\office"}
    done = watcher("init", "gp", "--yes", "--via", "slack", "--address", "C0123456789", environment=environment)
    assert done.exit_code == 0, done.output
    assert "Next: cd" in done.output
    assert tree(folder / "gp") == [".env", *WITHOUT_SECRETS]
    assert stat.S_IMODE((folder / "gp/.env").stat().st_mode) == 0o600
    holders = [name for name in tree(folder / "gp") if "canary" in (folder / "gp" / name).read_text()]
    assert (holders, "canary" in done.output) == ([".env"], False)
    assert {".env", "*.db"} <= set((folder / "gp/.gitignore").read_text().splitlines())
    os.chdir(folder / "gp")
    checked = watcher("check")  # the token comes from .env
    assert checked.exit_code == 0, checked.output
    assert "2 subscribers" in checked.output


def test_a_webhook_is_named_by_its_variable(folder: Path) -> None:
    hook = "https://hooks.slack.com/services/T0/B0/canary"
    done = watcher("init", "--yes", "--via", "slack", environment={"SLACK_WEBHOOK": hook})
    assert done.exit_code == 0, done.output
    assert 'address: "env:SLACK_WEBHOOK"' in (folder / "config/subscribers.yaml").read_text()
    assert (folder / ".env").read_text() == f"SLACK_WEBHOOK={hook}\n"


def test_with_add_what_is_set_to_nothing_is_set_and_links_and_modes_stay(folder: Path) -> None:
    kept = folder / "kept"
    kept.mkdir()
    (kept / "secrets").write_text("SLACK_BOT_TOKEN=\n")
    (kept / "secrets").chmod(0o600)
    (folder / ".env").symlink_to(kept / "secrets")
    (folder / ".gitignore").write_bytes(b"# caf\xe9\n")
    (folder / ".gitignore").chmod(0o644)
    slack = ("--via", "slack", "--address", "C0123456789")
    done = watcher("init", "--yes", "--add", *slack, environment={"SLACK_BOT_TOKEN": TOKEN})
    assert done.exit_code == 0, done.output
    assert (kept / "secrets").read_text() == f"SLACK_BOT_TOKEN=\nSLACK_BOT_TOKEN={TOKEN}\n"
    assert (folder / ".env").is_symlink()
    assert (folder / ".gitignore").read_bytes().startswith(b"# caf\xe9\n.env\n")
    assert (folder / ".gitignore").stat().st_mode & 0o777 == 0o644
    again = watcher("init", "--yes", "--add", *slack, environment={"SLACK_BOT_TOKEN": TOKEN})
    assert (again.exit_code, "leave --via and --address out" in again.stderr) == (2, True), "who is told is settled"


def test_with_add_a_secret_is_added_to_the_env_that_is_there(folder: Path) -> None:
    (folder / ".env").write_text("WATCHER_CONTACT=me")
    (folder / ".env").chmod(0o600)
    slack = ("--via", "slack", "--address", "C0123456789")
    done = watcher("init", "--yes", "--add", *slack, environment={"SLACK_BOT_TOKEN": TOKEN})
    assert done.exit_code == 0, done.output
    assert (folder / ".env").read_text() == f"WATCHER_CONTACT=me\nSLACK_BOT_TOKEN={TOKEN}\n"
    (folder / "config/topics.yaml").unlink()
    again = watcher("init", "--yes", "--add")  # the token that subscribers.yaml needs stands in .env
    assert again.exit_code == 0, again.output
    assert again.output.startswith(f"written: {folder}/config/topics.yaml\n")
    assert "watcher tell practice-managers" in again.output


def test_another_installation_s_secrets_stay_its_own(folder: Path) -> None:
    (folder / ".env").write_text(f"SLACK_BOT_TOKEN={TOKEN}\n")
    (folder / ".env").chmod(0o600)
    assert watcher("init", "other", "--yes").exit_code == 0
    assert not (folder / "other/.env").exists()


def test_the_folder_that_config_names_is_the_one(folder: Path) -> None:
    done = watcher("init", "--yes", environment={"WATCHER_CONFIG": str(folder / "etc/gp")})
    assert done.exit_code == 0, done.output
    assert (folder / "etc/gp/sources.yaml").exists()
    assert f"cd {folder / 'etc'} && watcher --config {folder / 'etc/gp'} run" in done.output


def test_one_that_is_interrupted_while_it_writes_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(first_files, "_publish", interrupt)
    assert watcher("init", "gp", "--yes", environment={"WATCHER_CONTACT": "me"}).exit_code != 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", [f"config/{name}.yaml" for name in FILES] + [".env", "sources.yaml"])
def test_it_writes_nothing_where_something_is(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("# mine")
    done = watcher("init", "--yes")
    assert (done.exit_code, tree(folder)) == (2, [name])
    assert f"{folder / name} is there already" in done.stderr
    assert "--add" in done.stderr


def test_with_add_it_writes_what_is_missing(folder: Path) -> None:
    (folder / "config").mkdir()
    (folder / "config/subscribers.yaml").write_text((SHIPPED / "subscribers.yaml").read_text() + "# mine\n")
    (folder / ".gitignore").write_text("mine\n*.db")
    assert watcher("init", "--yes", "--add").exit_code == 0
    assert tree(folder) == WITHOUT_SECRETS
    assert (folder / "config/subscribers.yaml").read_text().endswith("# mine\n")
    assert (folder / ".gitignore").read_text().splitlines()[:3] == ["mine", "*.db", ".env"]


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (
            ("--via", "slack", "--address", "C0123456789"),
            NONE,
            "config/subscribers.yaml (not written):6:5: a channel id needs",
        ),
        (
            ("--via", "slack", "--address", "#gp"),
            {"SLACK_BOT_TOKEN": TOKEN},
            "subscribers.yaml (not written):6:5: not a Slack channel id",
        ),
        (("--via", "email"), MAIL, "--via email needs --address"),
        (("--via", "teams"), NONE, "--via teams needs TEAMS_WEBHOOK in the environment"),
        (
            ("--via", "slack", "--address", "C0123456789"),
            {"SLACK_BOT_TOKEN": "canary"},
            "SLACK_BOT_TOKEN: a bot token begins with xoxb-",
        ),
        (("--via", "slack"), NONE, "or --address with a channel's id"),
        (("--via", "fax"), NONE, "choose one of console, slack, teams, email"),
        (("--via", "console"), {"WATCHER_PUBLIC_URL": "ftp://canary"}, "WATCHER_PUBLIC_URL"),
    ],
)
def test_what_cannot_be_used_leaves_nothing(
    folder: Path, words: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    done = watcher("init", "new/gp", "--yes", *words, environment=environment)
    text = done.stderr + str(done.exception or "")
    assert (done.exit_code != 0, said in text, "canary" in text) == (True, True, False), text
    assert list(folder.iterdir()) == []


def test_a_disk_that_fails_midway_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_file: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(first_files, "_ignore_secrets", fail)
    done = watcher("init", "gp", "--yes")
    assert isinstance(done.exception, OSError)
    assert list(folder.iterdir()) == []


def test_without_a_terminal_it_asks_nothing(folder: Path) -> None:
    done = watcher("init")
    assert (done.exit_code, tree(folder)) == (2, [])
    assert "use --yes" in done.stderr


def test_the_shipped_files_are_those_of_the_project() -> None:
    for name in FILES:
        assert (SHIPPED / f"{name}.yaml").read_bytes() == (HOME / "config" / f"{name}.yaml").read_bytes()


# --- asked on a terminal ----------------------------------------------------------------------------------------------


def test_a_person_is_asked_at_most_eight_questions(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path / "cache")}
    home = tmp_path / "gp"
    (home / "config").mkdir(parents=True)
    (home / "config/sources.yaml").write_text(SOURCE.format(site="http://127.0.0.1:9"))  # else doctor asks the web
    with on_terminal(home, environment, "init", "--add") as (terminal, code):
        terminal.answer("Where shall it tell? (console, slack, teams, email) [console]", "post\n")
        terminal.wait_for("write one of: console, slack, teams, email")
        terminal.answer("Where shall it tell?", "slack\n")
        terminal.answer("The id of the channel", "#gp\n")
        terminal.wait_for("write the channel's id instead")
        terminal.answer("The id of the channel", "C0123456789\n")
        terminal.answer_unseen("bot token", "wrongtoken\n")
        terminal.wait_for("a bot token begins with xoxb-")
        terminal.answer_unseen("bot token", f"{TOKEN}\n")
        terminal.answer("Of which topics?", "?\n")
        terminal.wait_for("pensions")
        terminal.answer("Of which topics?", "flu-eligibilty\n")
        terminal.wait_for("did you mean flu-eligibility?")
        terminal.answer("Of which topics?", "flu-eligibility, gp-contract\n")
        terminal.answer("How often?", "daily\n")
        terminal.answer("Your name or page", "\n")
        terminal.answer("The public https address", "\n")
        terminal.answer("Send a test message to practice-managers now?", "n\n")
        terminal.wait_for("Next: watcher run")
    assert (code, "canary" in terminal.said) == ([0], False)
    assert (home / ".env").read_text() == f"SLACK_BOT_TOKEN={TOKEN}\n"
    written = (home / "config/subscribers.yaml").read_text()
    assert "    topics: [flu-eligibility, gp-contract]\n    pace: daily\n" in written


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    home = tmp_path / "gp"
    home.mkdir()
    with on_terminal(home, {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, "init") as (terminal, code):
        terminal.answer("Where shall it tell?", "email\n")
        terminal.interrupt("The mailbox to write to")
    assert "nothing was written" in terminal.said
    assert code != [0]
    assert list(home.iterdir()) == []


def test_the_wheel_carries_the_shipped_files(tmp_path: Path) -> None:
    wheel = [sys.executable, "-m", "flit_core.wheel", "--outdir", str(tmp_path)]
    subprocess.run(wheel, cwd=HOME, check=True, capture_output=True)
    (file,) = tmp_path.glob("*.whl")
    import zipfile

    with zipfile.ZipFile(file) as packed:
        for name in FILES:
            packed_file = packed.read(f"watcher/config/shipped/{name}.yaml")
            assert packed_file == (HOME / "config" / f"{name}.yaml").read_bytes()
