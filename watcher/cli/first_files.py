"""The files of a new installation, composed from a few answers, and written all or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from watcher.cli.env_file import NAME, write_lines
from watcher.config import FILES, read_configuration
from watcher.errors import BadConfig, Mistake

SHIPPED = Path(__file__).parents[1] / "config" / "shipped"
GITIGNORE, IGNORED = ".gitignore", (NAME, "*.db", "*.db-*", "*.db.key", "*.wbk")
OWN_ID, SCREEN = "practice-managers", "this-screen"
_SUBSCRIBERS = """\
# Who is told. Every Subscriber has a channel (via), an address, topics and a pace; docs/configuration.md has each key.
# Try each with: watcher tell ID
subscribers:
"""
_SUBSCRIBER = """\
  - id: {id}
    via: {via}
    address: {address}
    topics: {topics}
    pace: {pace}
    admin: true # is also told when a source fails or a message cannot be sent
"""
_SCREEN = f"""
# What only an admin needs is printed where `watcher run` runs, too: it is heard of also when the channel fails.
  - id: {SCREEN}
    via: console
    address: screen
    topics: []
    admin: true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswers:
    """What a new installation is to be: the channel, where it tells, of which topics ("all" or ids) and how often.

    `address` is as it stands in subscribers.yaml; `variables` are the environment variables for .env, with secrets.
    """

    via: str
    address: str
    topics: tuple[str, ...] | str = "all"
    pace: str = "at once"
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def subscriber(self) -> str:
        """The id of the Subscriber that is told."""
        return SCREEN if self.via == "console" else OWN_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where an installation stands: its folder, and in it that of the configuration."""

    folder: Path
    config: Path

    def existing(self) -> list[Path]:
        """Those of its files that are there already."""
        wanted = [*(self.config / f"{name}.yaml" for name in FILES), self.folder / NAME]
        return [file for file in wanted if file.exists()]


def find_home(folder: Path, config: Path) -> Home:
    """The installation in `folder`, which may also be given as the folder of its configuration."""
    if folder.absolute() == config.absolute():
        return Home(folder=folder.absolute().parent, config=folder.absolute())
    return Home(folder=folder.absolute(), config=folder.absolute() / "config")


def compose_subscribers(answers: FirstAnswers) -> str:
    """subscribers.yaml: the Subscriber who is told, and the screen for admins."""
    topics = answers.topics if isinstance(answers.topics, str) else f"[{', '.join(answers.topics)}]"
    own = _SUBSCRIBER.format(
        id=answers.subscriber, via=answers.via, address=json.dumps(answers.address), topics=topics, pace=answers.pace
    )
    return _SUBSCRIBERS + own + ("" if answers.via == "console" else _SCREEN)


def write_first_files(home: Home, answers: FirstAnswers, environment: Mapping[str, str]) -> list[Path]:
    """Write what is not there yet, after it was checked as a whole; what was written. Raises BadConfig: nothing was."""
    with _draft_folder(home.folder) as draft:
        for name in FILES:
            existing = home.config / f"{name}.yaml"
            own = (
                compose_subscribers(answers) if name == "subscribers" else (SHIPPED / f"{name}.yaml").read_text("utf-8")
            )
            (draft / f"{name}.yaml").write_text(existing.read_text("utf-8") if existing.exists() else own, "utf-8")
        (draft / NAME).touch(mode=0o600)
        (draft / NAME).write_text(write_lines(answers.variables), "utf-8")
        _check_draft(draft, home.config, {**answers.variables, **environment})
        return _publish(draft, home, has_secrets=bool(answers.variables))


@contextmanager
def _draft_folder(folder: Path) -> Iterator[Path]:
    """A folder on the same disk as what will be written; gone at the end, as are the folders made for it if empty."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".watcher-init-", dir=folder))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        for place in made:
            if not any(place.iterdir()):
                place.rmdir()


def _check_draft(draft: Path, config: Path, environment: Mapping[str, str]) -> None:
    """As `watcher check` does; mistakes are named at the place where the file would stand."""
    from watcher.config.settings import read_settings

    try:
        read_configuration(draft, read_settings(environment).environment)
    except BadConfig as error:
        mistakes = [_at_home(mistake, draft, config) for mistake in error.mistakes]
        raise BadConfig(mistakes) from None


def _at_home(mistake: Mistake, draft: Path, config: Path) -> Mistake:
    file = mistake.file.replace(str(draft), str(config))
    return Mistake(file=file, line=mistake.line, column=mistake.column, what=mistake.what)


def _publish(draft: Path, home: Home, *, has_secrets: bool) -> list[Path]:
    """Give the drafts their names; none of them replaces a file. Where one cannot be, those before are taken back."""
    names: Sequence[tuple[str, Path]] = [
        *([(NAME, home.folder / NAME)] if has_secrets else []),
        *((f"{name}.yaml", home.config / f"{name}.yaml") for name in FILES),
    ]
    written: list[Path] = []
    had_folder = home.config.exists()
    try:
        home.config.mkdir(parents=True, exist_ok=True)
        for name, file in names:
            if not file.exists():
                os.link(draft / name, file)  # as O_EXCL: it never replaces what somebody wrote meanwhile
                written.append(file)
        _ignore_secrets(home.folder / GITIGNORE)
    except BaseException:
        for file in written:
            file.unlink(missing_ok=True)
        if not had_folder and home.config.exists():
            home.config.rmdir()
        raise
    return written


def _ignore_secrets(file: Path) -> None:
    """Have git leave out what holds secrets, in addition to what it leaves out already."""
    before = file.read_text("utf-8") if file.exists() else ""
    missing = [line for line in IGNORED if line not in before.splitlines()]
    if missing:
        gap = "" if not before or before.endswith("\n") else "\n"
        file.write_text(f"{before}{gap}" + "".join(f"{line}\n" for line in missing), "utf-8")
