"""config/topics.yaml as Topics, Guards and sets of wordings, with every mistake at its line; the examples are run."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from watcher.config import proven_topics
from watcher.config.lists import read_list, reject_duplicate_ids, validate
from watcher.config.plain_yaml import YamlPath
from watcher.config.schema import Examples, GuardEntry, Sets, SignalEntry, TopicEntry, TopicsFile
from watcher.config.yaml_file import YamlFile, load_yaml
from watcher.core.matching.index import TopicIndex
from watcher.core.matching.lint import lint_topics, term_mistakes
from watcher.errors import BadConfig
from watcher.model import Guard, Item, Signal, Topic

Model = TypeVar("Model", GuardEntry, SignalEntry)
TERMS = ("any", "weak", "needs", "unless", "but")
PARTS = ("calibrate", "sets", "guards", "signals")


@dataclass(frozen=True, kw_only=True)
class TopicSettings:
    """The whole of topics.yaml, checked. `sets` are the wordings by the name that terms write in braces.

    `calibrate`: whether people's marks move Items between the digest and "perhaps".
    """

    topics: tuple[Topic, ...] = ()
    guards: tuple[Guard, ...] = ()
    signals: tuple[Signal, ...] = ()
    sets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    calibrate: bool = False

    @cached_property
    def index(self) -> TopicIndex:
        """What finds these topics in Items; built once, when it is first asked for."""
        return TopicIndex(self.topics, self.guards, self.sets, self.signals)


def read_topics(file: YamlFile) -> TopicSettings:
    """The file as values; mistakes are noted in `file`. Examples run only where topic, sets and guards have none.

    The terms and examples of a file that is proven are not tried again (proven_topics.py).
    """
    is_proven = bool(file.text) and proven_topics.is_proven(file.text)
    entries = read_list(file, TopicsFile, "topics", PARTS)
    earlier_mistakes = len(file.mistakes)
    sets = _read_sets(file)
    guards = tuple(Guard(**guard.model_dump()) for guard in _read_part(file, "guards", GuardEntry, sets))
    signals = tuple(Signal(**signal.model_dump()) for signal in _read_part(file, "signals", SignalEntry, sets))
    parts_are_clean = len(file.mistakes) == earlier_mistakes
    written: dict[YamlPath, TopicEntry] = {}
    for index, entry in entries:
        keys = [*TopicEntry.model_fields, *Examples.model_fields]
        check = partial(_note_terms, file, ("topics", index), sets)
        checked = validate(file, TopicEntry, entry, ("topics", index), keys, check)
        if checked:
            written["topics", index] = checked
    topics = {path: _build_topic(entry) for path, entry in written.items()}
    if not is_proven:
        _note_mistaken_terms(file, written, topics, sets)
    reject_duplicate_ids(file, "topics")
    topic_settings = TopicSettings(
        topics=tuple(topics.values()), guards=guards, signals=signals, sets=sets, calibrate=_read_calibrate(file)
    )
    if parts_are_clean and not is_proven:
        mistaken = {path[:2] for path in file.reported_paths} & topics.keys()
        clean = {path: topic for path, topic in topics.items() if path not in mistaken}
        tested = replace(topic_settings, topics=tuple(clean.values())) if mistaken else topic_settings
        for path, topic in clean.items():
            _run_examples(file, path, topic, written[path].examples, tested.index)
    if file.text and not (is_proven or file.mistakes):
        proven_topics.remember(file.text)
    return topic_settings


def read_topic_index(folder: Path) -> TopicIndex:
    """An index of the topics.yaml of `folder` alone, to compare with. Raises BadConfig."""
    path = folder / "topics.yaml"
    file = load_yaml(path, str(path))
    topic_settings = read_topics(file)
    if file.mistakes:
        raise BadConfig(file.mistakes)
    return topic_settings.index


def _read_calibrate(file: YamlFile) -> bool:
    written = str(file.value.get("calibrate", "false")) if isinstance(file.value, dict) else "false"
    if written not in {"true", "false"}:
        file.mistake(("calibrate",), "'calibrate': write true or false")
    return written == "true"


def _read_sets(file: YamlFile) -> dict[str, tuple[str, ...]]:
    written = file.value.get("sets") if isinstance(file.value, dict) else None
    if written is None:
        return {}
    sets: dict[str, tuple[str, ...]] = validate(file, Sets, written, ("sets",), []) or {}
    above: dict[str, tuple[str, ...]] = {}
    for name, wordings in sets.items():
        mistakes = term_mistakes(wordings, above, words_only=True)
        for index, what in mistakes:
            below = next((named for named in sets if f"{{{named}}}" in wordings[index] and named not in above), None)
            in_order = f"the set {{{below}}} does not stand above {name!r}; move it up, or leave it out"
            file.mistake(("sets", name, index), in_order if below else what)
        above[name] = () if mistakes else wordings
    return above


def _read_part(file: YamlFile, name: str, model: type[Model], sets: dict[str, tuple[str, ...]]) -> list[Model]:
    """The guards or signals without mistakes; the mistakes of the others are noted in `file`."""
    written = file.value.get(name) if isinstance(file.value, dict) else None
    if written is not None and not isinstance(written, list):
        cure = "begin each entry with a dash and a space (TopicsFile in docs/configuration.md)"
        file.mistake((name,), f"`{name}:` must be a list; {cure}")
        return []
    checked_entries = []
    for index, entry in enumerate(written or ()):
        check = partial(_note_unreadable_terms, file, (name, index), sets)
        checked: Model | None = validate(file, model, entry, (name, index), list(model.model_fields), check)
        if isinstance(checked, SignalEntry) and not (checked.any or checked.trusts):
            file.mistake((name, index), "this signal has neither 'any' nor 'trusts', and would count for everything")
        if checked and not check(checked):
            checked_entries.append(checked)
    reject_duplicate_ids(file, name)
    return checked_entries


def _build_topic(entry: TopicEntry) -> Topic:
    return Topic(**{name: getattr(entry, name) for name in TopicEntry.model_fields if name != "examples"})


def _note_mistaken_terms(
    file: YamlFile,
    written: Mapping[YamlPath, TopicEntry],
    topics: Mapping[YamlPath, Topic],
    sets: dict[str, tuple[str, ...]],
) -> None:
    """Note the terms that cannot be read, and of topics without such ones those that would match all or nothing."""
    readable = []
    for path, entry in written.items():
        if not _note_terms(file, path, sets, entry):
            readable.append(path)
    for number, name, index, what in lint_topics([topics[path] for path in readable], sets):
        file.mistake((*readable[number], name, index), what)


def _note_terms(file: YamlFile, path: YamlPath, sets: dict[str, tuple[str, ...]], entry: TopicEntry) -> bool:
    """Note what is wrong with the terms of a topic, taken alone; True if some cannot be read."""
    if entry.weak and not (entry.needs or entry.publishers):
        file.mistake((*path, "weak"), "'weak' terms count only together with 'needs' or 'publishers'; add one of these")
    return _note_unreadable_terms(file, path, sets, entry)


def _note_unreadable_terms(
    file: YamlFile, path: YamlPath, sets: dict[str, tuple[str, ...]], entry: TopicEntry | GuardEntry | SignalEntry
) -> bool:
    """Note the terms of `entry` that cannot be read; True if there are any."""
    mistakes = [(name, *mistake) for name in TERMS for mistake in term_mistakes(getattr(entry, name, ()), sets)]
    for name, index, what in mistakes:
        file.mistake((*path, name, index), what)
    return bool(mistakes)


def _run_examples(file: YamlFile, path: YamlPath, topic: Topic, examples: Examples, topic_index: TopicIndex) -> None:
    for expected, headlines in (("match", examples.match), ("ignore", examples.ignore)):
        for index, headline in enumerate(headlines):
            item = Item(source="example", identity="example", url="", title=headline)
            matches, vetoes = topic_index.topics_of(item)
            match = next((match for match in matches if match.topic == topic.id), None)
            if bool(match) == (expected == "match"):
                continue
            veto = next((veto for veto in vetoes if veto.topic == topic.id), None)
            reason = f"the term {match.evidence[0].term!r} matches it" if match else "no term matches it"
            reason = f"the veto {veto.by.term!r} stops it" if veto else reason
            what = f"this example of {expected!r} fails: {reason} ({topic.id}: “{headline}”)"
            file.mistake((*path, "examples", expected, index), what)


def topic_ids(file: YamlFile) -> set[str] | None:
    """The ids in the file, also of topics with mistakes; None when the list of topics could not be read."""
    entries = file.value.get("topics") if isinstance(file.value, dict) else None
    if not isinstance(entries, list):
        return None
    return {str(entry.get("id")) for entry in entries if isinstance(entry, dict)}
