"""YAML as plain values with their places in the file, so that every later mistake can name line and column.

All scalars stay strings (7:30 is not 450, `no` is not False); duplicate keys, aliases and oversized files are refused.
A plain file is read in C (plain_yaml.py); one that is not, or holds a mistake, by the careful reader (careful_yaml.py).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watcher.config.plain_yaml import Places, UnusualYaml, YamlPath, find_places, read_plain_yaml
from watcher.errors import Mistake

MAX_FILE_BYTES = 4_000_000  # 10,000 subscribers need two and a half


@dataclass(slots=True)
class YamlFile:
    """One YAML file as plain values; `places` gives (line, column), both from 1, of each path in it.

    Those of a plain file are found in its `text` when its first mistake is noted. `reported_paths` are the paths of the
    mistakes.
    """

    file: str
    value: Any = None
    text: str = field(default="", repr=False)
    places: Places = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    reported_paths: list[YamlPath] = field(default_factory=list)

    def mistake(self, path: YamlPath, what: str) -> None:
        """Note what is wrong at `path`, or at its nearest parent that has a place."""
        if not self.places:
            self.places = find_places(self.text)
        nearest = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.places or end == 0)
        line, column = self.places.get(nearest, (1, 1))
        self.reported_paths.append(path)
        self.mistake_at(line, column, what)

    def mistake_at(self, line: int, column: int, what: str) -> None:
        """Note what is wrong at a place that belongs to no path, both from 1."""
        self.mistakes.append(Mistake(file=self.file, line=line, column=column, what=what))


def load_yaml(path: Path, shown_as: str) -> YamlFile:
    """The file at `path`, named `shown_as` in its mistakes. They are collected in the answer, never raised."""
    file = YamlFile(shown_as)
    try:
        raw = path.read_bytes()
    except OSError as error:
        file.mistake((), f"the file cannot be read: {error.strerror}")
        return file
    if len(raw) > MAX_FILE_BYTES:
        file.mistake((), f"the file is larger than {MAX_FILE_BYTES:,} bytes; remove what is not needed")
        return file
    try:
        text = raw.decode("utf-8-sig")
        file.value, file.text = read_plain_yaml(text), text
    except (UnusualYaml, UnicodeDecodeError):
        from watcher.config.careful_yaml import read_carefully

        read_carefully(raw, file)
    return file
