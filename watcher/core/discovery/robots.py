"""What a robots.txt says of an address, and to which name it says so (RFC 9309)."""

import re
from dataclasses import dataclass

from protego import Protego

from watcher.core.language.lazy_regex import lazy_regex

_USER_AGENT = lazy_regex(r"^[ \t]*user-agent[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RobotsRule:
    """Whether an address may be read, and the name whose rules say so: ours, * for everybody, or "" for no rule."""

    is_allowed: bool
    agent: str


def robots_rule(text: str, url: str, robot: str) -> RobotsRule:
    """The rule of a robots.txt for `url`, as `robot` must take it."""
    names = {name.lower() for name in _USER_AGENT.findall(text)}
    own = max((name for name in names if name != "*" and name in robot.lower()), key=len, default="")
    is_allowed = bool(Protego.parse(text).can_fetch(url, robot))
    return RobotsRule(is_allowed, own or ("*" if "*" in names else ""))
