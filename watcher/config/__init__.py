"""config/*.yaml as frozen values, or every mistake in them at once; settings.py reads the environment.

docs/configuration.md has every key. Nothing is guessed: a misspelt key stops the start and names the line and the cure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from watcher.config import topics
from watcher.config.sources import read_sources
from watcher.config.subscribers import read_subscribers
from watcher.config.yaml_file import load_yaml
from watcher.core.matching.index import TopicIndex
from watcher.errors import BadConfig
from watcher.model import Subscriber, Topic
from watcher.sources.base import Source

FILES = ("sources", "topics", "subscribers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The three files of config/ as checked values; sources and subscribers are keyed by their ids."""

    sources: Mapping[str, Source] = field(repr=False)
    topics: tuple[Topic, ...]
    subscribers: Mapping[str, Subscriber]
    index: TopicIndex = field(repr=False)


def read_configuration(folder: Path, environment: Mapping[str, str]) -> Configuration:
    """The configuration in `folder`. Raises BadConfig with every mistake of every file."""
    files = {name: load_yaml(folder / f"{name}.yaml", str(folder / f"{name}.yaml")) for name in FILES}
    topic_ids = topics.topic_ids(files["topics"])
    sources = read_sources(files["sources"], topic_ids)
    topic_settings = topics.read_topics(files["topics"])
    subscribers = read_subscribers(files["subscribers"], topic_ids, environment)
    mistakes = [mistake for file in files.values() for mistake in file.mistakes]
    if mistakes:
        raise BadConfig(mistakes)
    return Configuration(
        sources={source.id: source for source in sources},
        topics=topic_settings.topics,
        subscribers={subscriber.id: subscriber for subscriber in subscribers},
        index=topic_settings.index(),
    )


# --- subscribers --------------------------------------------------------------------------------------------------
