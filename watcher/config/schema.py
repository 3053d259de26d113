"""The shape of config/*.yaml: entries as pydantic models, and the kinds and channels."""

import importlib
import pkgutil
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from watcher import notifiers, sources
from watcher.core.delivery.schedule import DIGEST_TIME
from watcher.model import REMINDERS, EmptyDigests, FollowUps, Frequency, Trust
from watcher.model.options import Id
from watcher.notifiers.base import Notifier
from watcher.sources.base import Source


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Examples(_Strict):
    """Headlines that a Topic must and must not match; `watcher check` runs them."""

    match: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class TopicEntry(_Strict):
    """One topic of topics.yaml."""

    id: Id
    name: str
    description: str = ""
    any: Annotated[tuple[str, ...], Field(min_length=1)]
    weak: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    points: Annotated[int, Field(ge=-9, le=9)] = 0
    examples: Examples = Examples()


class GuardEntry(_Strict):
    """One guard of topics.yaml: a veto for every topic."""

    id: Id
    name: str
    unless: Annotated[tuple[str, ...], Field(min_length=1)]
    but: tuple[str, ...] = ()


class SubscriberEntry(_Strict):
    """One subscriber of subscribers.yaml. Times are Europe/London; `quiet` is "21:00-07:00"."""

    id: Id
    via: str
    address: Annotated[str, Field(min_length=1)]
    topics: Literal["all"] | tuple[str, ...] = "all"
    pace: Frequency = Frequency.AT_ONCE
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = f"{DIGEST_TIME:%H:%M}"
    on: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    quiet: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    admin: bool = False
    follow_ups: FollowUps = FollowUps.IMPORTANT
    empty: EmptyDigests = EmptyDigests.MONDAY
    mention: Literal["", "here"] = ""
    reminders: tuple[Annotated[str, Field(pattern=r"^[1-9]\d{0,2}w?h$")], ...] = tuple(map(str, REMINDERS))


class SourcesFile(_Strict):
    """sources.yaml; each entry is read by its kind."""

    sources: tuple[Any, ...]


class SignalEntry(_Strict):
    """One signal of topics.yaml: terms that make it more or less likely that an item is for an English practice."""

    id: Id
    name: str
    points: Annotated[int, Field(ge=-5, le=5)]
    any: tuple[str, ...] = ()
    trusts: tuple[Trust, ...] = ()


Sets = dict[Id, Annotated[tuple[str, ...], Field(min_length=1)]]


class TopicsFile(_Strict):
    """topics.yaml. `sets` are wordings that terms may name in braces."""

    calibrate: bool = False
    sets: Sets = {}
    guards: tuple[GuardEntry, ...] = ()
    signals: tuple[SignalEntry, ...] = ()
    topics: tuple[TopicEntry, ...]


class SubscribersFile(_Strict):
    """subscribers.yaml."""

    subscribers: tuple[SubscriberEntry, ...]


def kinds() -> list[str]:
    """The kinds of sources, sorted: the names of the files in watcher/sources/."""
    return _list_modules(tuple(sources.__path__))


def channels() -> list[str]:
    """The channels that messages can be sent by, sorted: the names of the files in watcher/notifiers/."""
    return _list_modules(tuple(notifiers.__path__))


@cache
def _list_modules(folders: tuple[str, ...]) -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(folders) if module.name != "base")


def kind_class(kind: str) -> type[Source]:
    """The class of a kind: pcse_bulletin.py holds PcseBulletin."""
    module = importlib.import_module(f"watcher.sources.{kind}")
    return getattr(module, kind.title().replace("_", ""))  # type: ignore[no-any-return]


def notifier_class(via: str) -> type[Notifier]:
    """The class of a notifier: slack.py holds Slack."""
    module = importlib.import_module(f"watcher.notifiers.{via}")
    return getattr(module, via.title().replace("_", ""))  # type: ignore[no-any-return]
