"""What a list that is found by its page's structure remembers from look to look, so that a redesign is noticed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from watcher.core.decoding.json_answers import object_of
from watcher.core.language.text import title_key
from watcher.model import key

ROWS = "rows"  # where it stands in the memory of a source
MARK_CHARACTERS = 8
MAX_BUILDS = 6
_BUILD = ("form", "path")  # of a pattern: by what it is the same


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedList:
    """How the rows were found (`pattern`, {} for no list), marks of their headlines, and the builds of the page.

    `builds`: marks of those that admins know of, the last one shown at the end. A site may show two in turns.
    """

    pattern: Mapping[str, str]
    titles: frozenset[str] = frozenset()
    builds: tuple[str, ...] = ()

    @classmethod
    def of_look(cls, pattern: Mapping[str, str], titles: Sequence[str]) -> Self:
        """What one look gives, with the headlines as they stand there."""
        return cls(pattern=dict(pattern), titles=frozenset(map(title_mark, titles)))

    @classmethod
    def read(cls, memory: Mapping[str, Any]) -> Self:
        """What stands in the memory of a source. One of before builds were kept remembers that of its last look."""
        stored = object_of(memory.get(ROWS))
        pattern = {name: str(words) for name, words in object_of(stored.get("pattern")).items()}
        if not {*_BUILD, "item"} <= pattern.keys():
            return cls(pattern={})
        remembered = cls(pattern=pattern, titles=frozenset(map(str, stored.get("titles") or ())))
        builds = tuple(map(str, stored.get("builds") or ()))
        return replace(remembered, builds=builds or (remembered.build(),))

    def as_memory(self) -> dict[str, Any]:
        """The same as the memory of a source, in JSON."""
        stored = {"pattern": dict(self.pattern), "titles": sorted(self.titles), "builds": list(self.builds)}
        return {ROWS: stored}

    def is_built_as(self, before: "RememberedList") -> bool:
        """Whether the rows were found in the same way."""
        return all(self.pattern.get(name) == before.pattern.get(name) for name in _BUILD)

    def build(self, *, begins_anew: bool = False) -> str:
        """The mark of the build of this look. One of which the rows count as old is a matter of its own."""
        return key(*(self.pattern[name] for name in _BUILD), begins_anew)[:MARK_CHARACTERS]

    def with_builds(self, before: Sequence[str], shown: str) -> Self:
        """The same after the builds of `before`, with the build that is `shown` as the last of them."""
        return replace(self, builds=(*(mark for mark in before if mark != shown), shown)[-MAX_BUILDS:])


def title_mark(title: str) -> str:
    """A few characters by which a headline is recognised after a redesign."""
    return key(title_key(title))[:MARK_CHARACTERS]
