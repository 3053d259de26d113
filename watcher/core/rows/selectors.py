"""CSS selectors for what was found by structure, for people to write into sources.yaml."""

import re

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.rows.groups import VARYING_CLASS
from watcher.core.rows.lists import PageList
from watcher.core.rows.tree import Box

_PLAIN_NAME = lazy_regex(r"^[A-Za-z][\w-]{1,40}$")


def suggest_selector(page_list: PageList) -> str:
    """A selector that finds the items of a list: from the nearest tag with a name of its own down to theirs."""
    group = page_list.group
    names = group.path.split(">")
    own_class = ""
    if group.form == "tag":
        boxes = [nodes[0] for nodes in page_list.nodes if isinstance(nodes[0], Box)]
        common = set.intersection(*(set(box.classes) for box in boxes)) if boxes else set()
        own_class = next((f".{name}" for name in sorted(common) if _is_stable(name)), "")
    last = names[-1] if group.form in {"tag", "head"} and names[-1] not in {"bold", "date", "link"} else "*"
    steps = [f"{last}{own_class}"]
    for box in (group.holder, *group.holder.ancestors):
        name = _own_name(box)
        if name:
            return " ".join([name, *steps])
    return " ".join(["body", *steps])


def _own_name(box: Box) -> str:
    """`main`, or a tag with its id or its first stable class; "" for one that has neither."""
    identifier = str(box.tag.get("id") or "")
    if _PLAIN_NAME.match(identifier) and not re.search(r"\d", identifier):
        return f"#{identifier}"
    stable = next((name for name in box.classes if _is_stable(name)), "")
    return f"{box.name}.{stable}" if stable else box.name if box.name == "main" else ""


def _is_stable(name: str) -> bool:
    return bool(_PLAIN_NAME.match(name)) and not VARYING_CLASS.search(name)
