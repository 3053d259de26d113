"""YAML as plain values with their places in the file, so that every later mistake can name line and column.

All scalars stay strings (7:30 is not 450, `no` is not False); duplicate keys, aliases and oversized files are refused.
A plain file is read in C (plain_yaml.py); one that is not, or holds a mistake, by the careful reader (careful_yaml.py).
"""

import errno
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watcher.config.plain_yaml import Places, UnusualYaml, YamlPath, find_places, read_plain_yaml
from watcher.core.language.lazy_regex import lazy_regex
from watcher.errors import Mistake

MAX_FILE_BYTES = 4_000_000  # 10,000 subscribers need two and a half
_COMMENT_ALONE = lazy_regex(r"(?:[^:#]*:|\s*-)?\s*#\S")
_CURES = {
    errno.ENOENT: "write it, or name the folder that has it (--config, WATCHER_CONFIG)",
    errno.EACCES: "let the user that watcher runs as read it (chown, chmod)",
    errno.EISDIR: "put a file in its place",
}


@dataclass(slots=True)
class YamlFile:
    """One YAML file as plain values; `places` gives (line, column), both from 1, of each path in it.

    Those of a plain file are found in its `text` when its first mistake is noted. `reported_paths` are the paths of the
    mistakes. `written`: the whole file, plain or not.
    """

    file: str
    value: Any = None
    text: str = field(default="", repr=False)
    written: str = field(default="", repr=False)
    places: Places = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    reported_paths: list[YamlPath] = field(default_factory=list)

    def mistake(self, path: YamlPath, what: str) -> None:
        """Note what is wrong at `path`, or at its nearest parent that has a place."""
        line, column = self._place_of(path)
        self.reported_paths.append(path)
        self.mistake_at(line, column, what)

    def _place_of(self, path: YamlPath) -> tuple[int, int]:
        if not self.places:
            self.places = find_places(self.text)
        nearest = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.places or end == 0)
        return self.places.get(nearest, (1, 1))

    def line(self, number: int) -> str:
        """The line with this number, from 1; "" where there is none."""
        lines = self.written.split("\n")
        return lines[number - 1] if number <= len(lines) else ""

    def explain_nothing(self, path: YamlPath, what: str) -> str:
        """`what` is wrong at `path`, where nothing stands: with the reason, when a comment has swallowed it."""
        line, column = self._place_of(path)
        written = self.line(line)
        name = next((part for part in reversed(path) if isinstance(part, str)), "this entry")
        cure = what.removeprefix(f"{name!r}: ")
        if _COMMENT_ALONE.match(written[column - 1 :]) or _COMMENT_ALONE.fullmatch(written):
            return f"{name!r}: nothing stands here, since a # begins a comment in YAML; put the text in quotes"
        return f"{name!r}: nothing stands here; {cure}"

    def mistake_at(self, line: int, column: int, what: str) -> None:
        """Note what is wrong at a place that belongs to no path, both from 1."""
        self.mistakes.append(Mistake(file=self.file, line=line, column=column, what=what))


def load_yaml(path: Path, shown_as: str) -> YamlFile:
    """The file at `path`, named `shown_as` in its mistakes. They are collected in the answer, never raised."""
    file = YamlFile(shown_as)
    if path.exists() and not (path.is_file() or path.is_dir()):  # to read it could take for ever
        file.mistake((), "the file cannot be read: it is a device or a pipe; put a plain file in its place")
        return file
    try:
        raw = path.read_bytes()
    except OSError as error:
        cure = _CURES.get(error.errno or 0, "put a plain file in its place")
        file.mistake((), f"the file cannot be read: {error.strerror}; {cure}")
        return file
    if len(raw) > MAX_FILE_BYTES:
        file.mistake((), f"the file is larger than {MAX_FILE_BYTES:,} bytes; remove what is not needed")
        return file
    try:
        text = raw.decode("utf-8-sig")
        file.written = text
        file.value, file.text = read_plain_yaml(text), text
    except (UnusualYaml, UnicodeDecodeError):
        from watcher.config.careful_yaml import read_carefully

        read_carefully(raw, file)
    return file
