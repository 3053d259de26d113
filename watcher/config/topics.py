"""config/topics.yaml as Topics, Guards and sets of wordings, with every mistake at its line; the examples are run."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from watcher.config.lists import read_list, reject_duplicate_ids, validate
from watcher.config.schema import Examples, GuardEntry, Sets, SignalEntry, TopicEntry, TopicsFile
from watcher.config.yaml_file import Path_, YamlFile, load_yaml
from watcher.core.matching.index import TopicIndex, term_mistakes
from watcher.core.matching.lint import lint_topic
from watcher.errors import BadConfig
from watcher.model import Guard, Item, Signal, Topic

Model = TypeVar("Model", GuardEntry, SignalEntry)
TERMS = ("any", "weak", "needs", "unless", "but")
PARTS = ("sets", "guards", "signals")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSettings:
    """All that topics.yaml says, checked."""

    topics: tuple[Topic, ...] = ()
    guards: tuple[Guard, ...] = ()
    signals: tuple[Signal, ...] = ()
    sets: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def index(self) -> TopicIndex:
        """The engine that finds them."""
        return TopicIndex(self.topics, self.guards, self.sets, self.signals)


def read_topics(placed: YamlFile) -> TopicSettings:
    """The file as values; mistakes are noted in `placed`."""
    found = read_list(placed, TopicsFile, "topics", PARTS)
    before = len(placed.mistakes)
    sets = _sets(placed)
    guards = tuple(Guard(**each.model_dump()) for each in _list(placed, "guards", GuardEntry, sets))
    signals = tuple(Signal(**each.model_dump()) for each in _list(placed, "signals", SignalEntry, sets))
    clean = len(placed.mistakes) == before
    topics = []
    for at, entry in found:
        checked = validate(placed, TypeAdapter(TopicEntry), entry, ("topics", at), list(TopicEntry.model_fields))
        if checked:
            topics.append((at, checked, _topic(placed, ("topics", at), checked, sets)))
    reject_duplicate_ids(placed, "topics")
    for at, checked, topic in topics if clean else ():
        if not any(path[:2] == ("topics", at) for path in placed.reported_paths):
            _run_examples(
                placed, ("topics", at), TopicSettings(topics=(topic,), guards=guards, sets=sets), checked.examples
            )
    return TopicSettings(topics=tuple(topic for _, _, topic in topics), guards=guards, signals=signals, sets=sets)


def read_topic_index(folder: Path) -> TopicIndex:
    """The engine for the topics.yaml of `folder` alone, to compare with. Raises BadConfig."""
    file = folder / "topics.yaml"
    placed = load_yaml(file, str(file))
    subjects = read_topics(placed)
    if placed.mistakes:
        raise BadConfig(placed.mistakes)
    return subjects.index()


def _sets(placed: YamlFile) -> dict[str, tuple[str, ...]]:
    written = placed.value.get("sets") if isinstance(placed.value, dict) else None
    if written is None:
        return {}
    sets: dict[str, tuple[str, ...]] = validate(placed, TypeAdapter(Sets), written, ("sets",), []) or {}
    for name, wordings in sets.items():
        for at, what in term_mistakes(wordings, words_only=True):
            placed.mistake(("sets", name, at), what)
    return sets


def _list(placed: YamlFile, name: str, model: type[Model], sets: dict[str, tuple[str, ...]]) -> list[Model]:
    """The checked guards or signals."""
    written = placed.value.get(name) if isinstance(placed.value, dict) else None
    if written is not None and not isinstance(written, list):
        placed.mistake((name,), f"`{name}:` must be a list (TopicsFile in docs/configuration.md)")
        return []
    found = []
    for at, entry in enumerate(written or ()):
        checked: Model | None = validate(placed, TypeAdapter(model), entry, (name, at), list(model.model_fields))
        if checked and not _note(placed, (name, at), checked, sets):
            found.append(checked)
    reject_duplicate_ids(placed, name)
    return found


def _topic(placed: YamlFile, path: Path_, entry: TopicEntry, sets: dict[str, tuple[str, ...]]) -> Topic:
    topic = Topic(**{name: getattr(entry, name) for name in TopicEntry.model_fields if name != "examples"})
    if entry.weak and not (entry.needs or entry.publishers):
        placed.mistake((*path, "weak"), "'weak' terms count only beside one of 'needs' or from one of 'publishers'")
    if not _note(placed, path, entry, sets):
        for name, at, what in lint_topic(topic, sets):
            placed.mistake((*path, name, at), what)
    return topic


def _note(
    placed: YamlFile, path: Path_, entry: TopicEntry | GuardEntry | SignalEntry, sets: dict[str, tuple[str, ...]]
) -> bool:
    """Note the terms that cannot be read; whether there were any."""
    wrong = [(name, *each) for name in TERMS for each in term_mistakes(getattr(entry, name, ()), sets)]
    for name, at, what in wrong:
        placed.mistake((*path, name, at), what)
    return bool(wrong)


def _run_examples(placed: YamlFile, path: Path_, subjects: TopicSettings, examples: Examples) -> None:
    index = subjects.index()
    for wanted, headlines in (("match", examples.match), ("ignore", examples.ignore)):
        for at, headline in enumerate(headlines):
            matches, vetoes = index.topics_of(Item(source="example", identity="example", url="", title=headline))
            if bool(matches) == (wanted == "match"):
                continue
            by = f"the term {matches[0].evidence[0].term!r} matches it" if matches else "no term matches it"
            by = f"the veto {vetoes[0].by.term!r} stops it" if vetoes else by
            shown = f"({subjects.topics[0].id}: “{headline}”)"
            placed.mistake((*path, "examples", wanted, at), f"this example of {wanted!r} fails: {by} {shown}")


def topic_ids(placed: YamlFile) -> set[str] | None:
    """The ids as they stand there, also of topics with mistakes; None when the file itself could not be read."""
    there = placed.value.get("topics") if isinstance(placed.value, dict) else None
    named = [entry.get("id") for entry in there if isinstance(entry, dict)] if isinstance(there, list) else None
    return None if named is None else {str(each) for each in named}
