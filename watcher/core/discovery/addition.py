"""An entry of sources.yaml as text: every word of a stranger is quoted, every comment is one line."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, urlsplit

from watcher.core.language.format import format_day
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import clean_title, one_line
from watcher.model import Trust

MAX_ID_CHARACTERS, MAX_COMMENT_CHARACTERS = 60, 116
OFFICIAL_DOMAINS = (".gov.uk", ".nhs.uk")
HEADING = """\
# Sources that `watcher add` wrote. Change what you like: more are added at the end, and nothing else is touched.
# Each is `enabled: auto`: it is on once what it gives fits its entry; `watcher sources` says which are, and why not.

sources:
"""
_NO_ID = lazy_regex(r"[^a-z0-9]+")
_PLAIN = lazy_regex(r"[a-z][a-z0-9-]*|[0-9][a-z0-9-]*-[a-z][a-z0-9-]*|[1-9][0-9]*[smhd]")
_OTHER_MEANING = frozenset({"true", "false", "null", "yes", "no", "on", "off"})  # to other readers of YAML
_MEMBER = lazy_regex(rb"^( *)- ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAddition:
    """An entry to be written: the keys that every source has, and the `options` of its kind.

    `comments` stand above it: when it was found, what else was on offer. `is_auto`: it must prove itself; `reads_page`:
    its list says too little to be matched.
    """

    id: str
    name: str
    publisher: str
    trust: Trust
    kind: str
    url: str
    every: str
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_auto: bool = True
    comments: tuple[str, ...] = ()
    reads_page: bool = False

    @property
    def keys(self) -> dict[str, object]:
        """Its keys as a reader of sources.yaml takes them."""
        own: dict[str, object] = {
            "id": self.id,
            "name": self.name,
            "publisher": self.publisher,
            "trust": str(self.trust),
        }
        address = "".join(quote(sign) if sign.isspace() else sign for sign in self.url)  # pages link so
        own |= {"kind": self.kind, "url": address, "every": self.every}
        own |= {"enabled": "auto"} if self.is_auto else {}
        own |= {"read_page": True} if self.reads_page else {}
        return {**own, **self.options}

    def as_yaml(self, indent: str = "  ") -> str:
        """The lines of the entry, as a member of a list that is indented so."""
        comments = [f"{indent}# {one_line(comment)[:MAX_COMMENT_CHARACTERS]}" for comment in self.comments]
        lines = [f"{name}: {_quote(written)}" for name, written in self.keys.items()]
        return "\n".join(["", *comments, f"{indent}- {lines[0]}", *(f"{indent}  {line}" for line in lines[1:]), ""])


def append_to(old: bytes, addition: SourceAddition) -> bytes:
    """The bytes of a file of sources with one more entry at its end; all others stay as they are."""
    if not old.strip():
        return HEADING.encode() + addition.as_yaml().encode().lstrip(b"\n")
    first = _MEMBER.search(old)
    indent = first[1].decode() if first else "  "
    return old + (b"" if old.endswith(b"\n") else b"\n") + addition.as_yaml(indent).encode()


def _quote(written: object) -> str:
    """A value as YAML: a plain word as it is, anything else in double quotes, as JSON writes it."""
    if written is True:
        return "true"
    if isinstance(written, str):
        is_plain = _PLAIN.fullmatch(written) and written not in _OTHER_MEANING
        return written if is_plain else json.dumps(one_line(written), ensure_ascii=False)
    assert isinstance(written, Iterable)
    return f"[{', '.join(map(_quote, written))}]"


def make_id(words: Iterable[str], taken: Collection[str]) -> str:
    """An id out of words, such as host and path; with a number where it is taken."""
    joined = _NO_ID.sub("-", " ".join(words).lower()).strip("-")[: MAX_ID_CHARACTERS - 4].strip("-") or "source"
    numbers = (f"{joined}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (joined, *numbers) if name not in taken)


def words_of_address(url: str) -> tuple[str, ...]:
    """The host of an address without www., and the parts of its path without their endings."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return (host, *(part.partition(".")[0] for part in parts.path.split("/") if part))


def trust_of_hosts(*urls: str) -> Trust:
    """Official where all of the addresses are the government's or the NHS's; else press, which confirms nothing."""
    hosts = [urlsplit(url).hostname or "" for url in urls]
    is_official = all(f".{host}".endswith(OFFICIAL_DOMAINS) for host in hosts)
    return Trust.OFFICIAL if is_official else Trust.PRESS


def name_of(publisher: str, label: str) -> str:
    """The name of a source: its publisher, and what that calls the list."""
    name = clean_title(label)
    return publisher if not name or name.casefold() == publisher.casefold() else f"{publisher}: {name}"


def comment_of_day(today: date, why: str) -> str:
    """When and how an entry came to be."""
    return f"Added {format_day(today)} by `watcher add`: {why}."
