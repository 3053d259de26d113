"""Which entries of a configuration another one adds, removes or changes, and by which keys: their names, no values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from watcher.config import Configuration
from watcher.model import Topic

TERM_KEYS = ("any", "weak", "needs", "publishers", "unless", "but")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedChange:
    """An entry that is `added`, `removed` or `changed`; `keys` that differ, by name: a value may be a secret."""

    id: str
    change: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChange:
    """A Topic whose terms differ: those that are new and those that are gone, each as "any: flu jab"."""

    topic: str
    new: tuple[str, ...]
    gone: tuple[str, ...]


def compare_sources(before: Configuration, after: Configuration) -> tuple[KeyedChange, ...]:
    """The Sources that differ."""
    return _compare(before.sources, after.sources)


def compare_subscribers(before: Configuration, after: Configuration) -> tuple[KeyedChange, ...]:
    """The Subscribers that differ; the key of this installation is not theirs."""
    without_key = [
        {name: replace(subscriber, secret="") for name, subscriber in configuration.subscribers.items()}
        for configuration in (before, after)
    ]
    changes = _compare(*without_key)
    return tuple(
        replace(change, keys=tuple("pace" if name == "frequency" else name for name in change.keys))
        for change in changes
    )


def compare_topics(before: Configuration, after: Configuration) -> tuple[KeyedChange, ...]:
    """The Topics that differ, and the guards, signals, sets and `calibrate`, which bear on all of them."""
    topics = [{topic.id: topic for topic in configuration.topics} for configuration in (before, after)]
    settings = (before.topic_settings, after.topic_settings)
    guards = [{f"guard {guard.id}": guard for guard in of.guards} for of in settings]
    signals = [{f"signal {signal.id}": signal for signal in of.signals} for of in settings]
    sets = [{f"set {name}": wordings for name, wordings in of.sets.items()} for of in settings]
    switches = [{"calibrate": of.calibrate} for of in settings]
    pairs = (topics, guards, signals, sets, switches)
    return tuple(change for old, new in pairs for change in _compare(old, new))


def compare_terms(before: Configuration, after: Configuration) -> tuple[TermChange, ...]:
    """The terms that Topics which both have gain and lose."""
    old = {topic.id: _terms_of(topic) for topic in before.topics}
    changes = [
        TermChange(topic=topic.id, new=_without(terms, old[topic.id]), gone=_without(old[topic.id], terms))
        for topic in after.topics
        if topic.id in old
        for terms in (_terms_of(topic),)
    ]
    return tuple(change for change in changes if change.new or change.gone)


def _terms_of(topic: Topic) -> Sequence[str]:
    return [f"{name}: {term}" for name in TERM_KEYS for term in getattr(topic, name)]


def _without(terms: Sequence[str], these: Iterable[str]) -> tuple[str, ...]:
    taken = set(these)
    return tuple(term for term in terms if term not in taken)


def _compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[KeyedChange, ...]:
    """Added first, then removed, then changed."""
    added = [KeyedChange(id=name, change="added") for name in new if name not in old]
    removed = [KeyedChange(id=name, change="removed") for name in old if name not in new]
    both = [name for name in new if name in old and old[name] != new[name]]
    changed = [KeyedChange(id=name, change="changed", keys=_keys_that_differ(old[name], new[name])) for name in both]
    return (*added, *removed, *changed)


def _keys_that_differ(old: Any, new: Any) -> tuple[str, ...]:
    if type(old) is not type(new):
        return ("kind",)
    if not hasattr(old, "__dataclass_fields__"):
        return ()
    names = [field.name for field in fields(new)]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
