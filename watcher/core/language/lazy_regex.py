"""Regular expressions that are compiled when they are first used: the product has 700, and a command uses a few.

All that stand in a module are written so, except those of `watcher/model/`, which every command uses
(tests/test_startup.py).
"""

import re
from functools import cached_property
from typing import Any, AnyStr, cast


class LazyRegex:
    """Stands for a re.Pattern: its methods are those of the pattern, which is compiled when the first is asked for."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def _compiled(self) -> Any:
        return re.compile(self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        """What the pattern has by this name; kept, so that Python finds it at once from then on."""
        if name.startswith("_"):
            raise AttributeError(name)
        attribute = getattr(self._compiled, name)
        setattr(self, name, attribute)
        return attribute


def lazy_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As re.compile, but a mistake in `pattern` shows at its first use, and the functions of `re` do not take it."""
    return cast("re.Pattern[AnyStr]", LazyRegex(pattern, flags))
