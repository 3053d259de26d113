"""The files of a new installation, composed from a few answers, and written all or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from watcher.cli.env_file import NAME, write_lines
from watcher.config import FILES, read_configuration
from watcher.errors import BadConfig

SHIPPED = Path(__file__).parents[1] / "config" / "shipped"
GITIGNORE, IGNORED = ".gitignore", (NAME, ".watcher-*", "*.db", "*.db-*", "*.db.key", "*.wbk")
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

    @property
    def env_file(self) -> Path:
        """Where its secrets stand."""
        return self.folder / NAME

    def existing(self) -> list[Path]:
        """Those of its files that are there already."""
        wanted = [*(self.config / f"{name}.yaml" for name in FILES), self.env_file]
        return [file for file in wanted if file.exists()]


def find_home(folder: Path | None, config: Path) -> Home:
    """The installation in `folder`, which may also be that of its configuration; for None the one of `config`."""
    if folder is None or folder.absolute() == config.absolute():
        return Home(folder=config.absolute().parent, config=config.absolute())
    return Home(folder=folder.absolute(), config=folder.absolute() / "config")


def compose_subscribers(answers: FirstAnswers) -> str:
    """subscribers.yaml: the Subscriber who is told, and the screen for admins."""
    topics = answers.topics if isinstance(answers.topics, str) else f"[{', '.join(answers.topics)}]"
    own = _SUBSCRIBER.format(
        id=answers.subscriber, via=answers.via, address=json.dumps(answers.address), topics=topics, pace=answers.pace
    )
    return _SUBSCRIBERS + own + ("" if answers.via == "console" else _SCREEN)


def write_first_files(home: Home, answers: FirstAnswers, environment: Mapping[str, str]) -> list[str]:
    """Write what is not there yet, after it was checked as a whole; a line for each. Raises BadConfig: nothing was.

    `environment` is that in which it will run. The folder of the configuration appears as a whole, the secrets first.
    """
    secret_lines = {name: text for name, text in answers.variables.items() if name not in _list_named(home.env_file)}
    with _draft_folder(home.folder) as draft:
        config = draft / "config"
        config.mkdir()
        for name in FILES:
            existing = home.config / f"{name}.yaml"
            own = (
                compose_subscribers(answers) if name == "subscribers" else (SHIPPED / f"{name}.yaml").read_text("utf-8")
            )
            (config / f"{name}.yaml").write_text(existing.read_text("utf-8") if existing.exists() else own, "utf-8")
        if (home.config / "sources").is_dir():
            (config / "sources").symlink_to(home.config / "sources")  # they are checked with the rest
        _check_draft(config, home.config, {**answers.variables, **environment})
        (config / "sources").unlink(missing_ok=True)
        with _put_secrets(home, draft, secret_lines) as lines:
            return [*lines, *_publish(config, home)]


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
    """As `watcher check` does; mistakes are named at the place where the file would stand, and that it does not."""
    from watcher.config.settings import read_settings

    try:
        read_configuration(draft, read_settings(environment).environment)
    except BadConfig as error:
        places = ((mistake, mistake.file.replace(str(draft), str(config))) for mistake in error.mistakes)
        raise BadConfig(
            [
                replace(
                    mistake, file=place if mistake.file == place or Path(place).exists() else f"{place} (not written)"
                )
                for mistake, place in places
            ]
        ) from None


def _list_named(env_file: Path) -> set[str]:
    """The variables that an .env sets already; set to nothing is not set, as where it is read."""
    if not env_file.exists():
        return set()
    from dotenv import dotenv_values

    return {name for name, setting in dotenv_values(env_file, interpolate=False).items() if setting}


@contextmanager
def _put_secrets(home: Home, draft: Path, variables: Mapping[str, str]) -> Iterator[list[str]]:
    """Write .env, or add to it what it does not name; as it was before where the block fails."""
    before = home.env_file.read_bytes() if home.env_file.exists() else None
    ignored = home.folder / GITIGNORE
    ignored_before = ignored.read_bytes() if ignored.exists() else None
    try:
        _ignore_secrets(ignored)
        if variables:
            gap = b"\n" if before and not before.endswith(b"\n") else b""
            _put(home.env_file, (before or b"") + gap + write_lines(variables).encode(), draft)
        secret_lines = [f"{'written' if before is None else 'added to'}: {home.env_file}"] if variables else []
        is_new = ignored_before is None
        is_more = not is_new and ignored.read_bytes() != ignored_before
        yield [*secret_lines, *([f"{'written' if is_new else 'added to'}: {ignored}"] if is_new or is_more else [])]
    except BaseException:
        for file, content in ((home.env_file, before), (ignored, ignored_before)):
            if content is None:
                file.unlink(missing_ok=True)
            elif file.read_bytes() != content:
                file.write_bytes(content)
        raise


def _put(file: Path, content: bytes, draft: Path) -> None:
    """Give a file this content, whole or not at all, for its owner's eyes only; behind a link the file it leads to."""
    is_link, file = file.is_symlink(), file.resolve()
    descriptor, name = tempfile.mkstemp(dir=file.parent if is_link else draft)  # 0600
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(descriptor)
    Path(name).replace(file)


def _publish(draft: Path, home: Home) -> list[str]:
    """Give the drafts their names: the whole folder, or where it is there those files that are missing in it."""
    files = [home.config / f"{name}.yaml" for name in FILES]
    if not home.config.exists():
        draft.rename(home.config)
        return [f"written: {file}" for file in files]
    missing = [file for file in files if not file.exists()]
    for number, file in enumerate(missing):
        try:
            with file.open("xb") as opened:  # never in the place of what somebody wrote meanwhile
                opened.write((draft / file.name).read_bytes())
        except BaseException:
            for written in missing[:number]:
                written.unlink(missing_ok=True)
            raise
    return [f"written: {file}" for file in missing]


def _ignore_secrets(file: Path) -> None:
    """Have git leave out what holds secrets, in addition to what it leaves out already."""
    before = file.read_bytes() if file.exists() else b""  # git reads bytes, and so do we
    missing = [line.encode() for line in IGNORED if line.encode() not in before.splitlines()]
    if missing:
        gap = b"" if not before or before.endswith(b"\n") else b"\n"
        with file.open("ab") as opened:
            opened.write(gap + b"".join(line + b"\n" for line in missing))
