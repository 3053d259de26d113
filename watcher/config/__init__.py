"""config/*.yaml as frozen values, or every mistake in them at once; settings.py reads the environment.

docs/configuration.md has every key. Nothing is guessed: a misspelt key stops the start and names the line and the cure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from watcher.config import topics
from watcher.config.schema import notifier_class
from watcher.config.sources import note_unknown_overlaps, read_sources
from watcher.config.subscribers import read_subscribers
from watcher.config.yaml_file import load_yaml
from watcher.core.matching.index import TopicIndex
from watcher.errors import BadConfig, Mistake
from watcher.model import Subscriber, Topic
from watcher.sources.base import Source

FILES = ("sources", "topics", "subscribers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The three files of config/ as checked values; sources and subscribers are keyed by their ids."""

    sources: Mapping[str, Source] = field(repr=False)
    subscribers: Mapping[str, Subscriber]
    topic_settings: topics.TopicSettings = field(repr=False)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The Topics, in the order of their file."""
        return self.topic_settings.topics

    @property
    def index(self) -> TopicIndex:
        """What finds the Topics in Items."""
        return self.topic_settings.index

    @property
    def calibrate(self) -> bool:
        """Whether people's marks move Items between the digest and "perhaps"."""
        return self.topic_settings.calibrate


def read_configuration(
    folder: Path, environment: Mapping[str, str], *, drafts: Mapping[Path, Path] = MappingProxyType({})
) -> Configuration:
    """The configuration in `folder`. Raises BadConfig with every mistake of every file.

    `drafts`: by a file in config/sources/, the one that is read in its place.
    """
    _refuse_missing_folder(folder)
    further = sorted({*further_files(folder), *drafts})
    files = {name: load_yaml(folder / f"{name}.yaml", str(folder / f"{name}.yaml")) for name in FILES}
    files |= {str(path): load_yaml(drafts.get(path, path), str(path)) for path in further}
    topic_ids = topics.topic_ids(files["topics"])
    sources: list[Source] = []
    source_files = [files["sources"], *(files[str(path)] for path in further)]
    for file in source_files:
        sources += read_sources(file, topic_ids, [source.id for source in sources])
    note_unknown_overlaps(source_files)
    topic_settings = topics.read_topics(files["topics"])
    subscribers = read_subscribers(files["subscribers"], topic_ids, environment)
    mistakes = [mistake for file in files.values() for mistake in file.mistakes]
    if mistakes:
        raise BadConfig(mistakes)
    return Configuration(
        sources={source.id: source for source in sources},
        subscribers={subscriber.id: subscriber for subscriber in subscribers},
        topic_settings=topic_settings,
    )


def _refuse_missing_folder(folder: Path) -> None:
    """Raises BadConfig where the folder itself is not there: three missing files would hide that."""
    if folder.is_dir():
        return
    why = "this is a file" if folder.exists() else "there is no such folder"
    cure = (
        "name the one with sources.yaml, topics.yaml and subscribers.yaml (--config, WATCHER_CONFIG), or `watcher init`"
    )
    raise BadConfig([Mistake(file=str(folder), line=1, column=1, what=f"{why}; {cure}")])


def further_files(folder: Path) -> list[Path]:
    """More files with sources, in config/sources/, by name."""
    return sorted([*(folder / "sources").glob("*.yaml"), *(folder / "sources").glob("*.yml")])


def warnings_of(configuration: Configuration, environment: Mapping[str, str]) -> list[str]:
    """What can be started with and is hardly wanted: a channel that lacks something, admins who would not hear."""
    channels_in_use = sorted({subscriber.via for subscriber in configuration.subscribers.values()})
    lines = [line for via in channels_in_use for line in notifier_class(via).warnings(environment)]
    admins = [subscriber for subscriber in configuration.subscribers.values() if subscriber.admin]
    ways = {subscriber.via for subscriber in admins}
    if len(ways) == 1 and (way := next(iter(ways))) != "console":
        lines.append(
            f"all admins are told through {way} alone: when it fails, nobody hears of it. Give another subscriber "
            "`admin: true` on another channel, or have `watcher health` watched (exit code 1)"
        )
    return lines
