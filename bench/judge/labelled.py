"""How well Topics are found in labelled headlines: pairs right, primary Topics found, look-alikes told."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
GIVEN = ("id", "title", "publisher", "publisher_kind", "url", "published")
WITH_TEXT = (*GIVEN, "summary", "body")
FIELDS = {"title": GIVEN, "all": WITH_TEXT}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """Counts over labelled rows, summed for shares between 0 and 1."""

    right: int
    named: int
    labelled: int
    primary_found: int
    primaries: int
    lookalikes_told: int
    lookalikes: int

    def figures(self) -> dict[str, float]:
        """The figures of the table; a share of nothing is left out."""
        return {
            "micro-F1": 2 * self.right / (self.named + self.labelled) if self.named + self.labelled else 0.0,
            "precision": self.right / self.named if self.named else 0.0,
            "primary found": self.primary_found / self.primaries if self.primaries else 0.0,
            **({"look-alikes told": self.lookalikes_told / self.lookalikes} if self.lookalikes else {}),
        }


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a file with one a line; none when there is no such file."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def is_unread(row: Row) -> bool:
    """Whether a row belongs to the third of its set that nobody reads, by the hash of its id."""
    return int(hashlib.sha256(str(row["id"]).encode()).hexdigest(), 16) % 3 == 0


def cut(row: Row, fields: str) -> dict[str, Any]:
    """`row` with the fields that are given to the product; those without a value are left out."""
    return {name: row[name] for name in FIELDS[fields] if row.get(name) is not None}


def score(rows: Sequence[Row], topics_of: Callable[[Row], set[str]], fields: str) -> TopicScore:
    """What score_match.py of the shared tools counts. A Topic that no label knows is neither right nor wrong.

    On a row without Topics any Topic is one too many, save where the label says `no_topic`.
    """
    in_labels = {topic for row in rows for topic in row["topics"]}
    told = [(row, topics_of(cut(row, fields))) for row in rows]
    fair = [(row, topics & ((in_labels - set(row.get("also") or ())) | set(row["topics"]))) for row, topics in told]
    primaries = [row["primary_topic"] in topics for row, topics in told if row["primary_topic"]]
    lookalikes = [bool(topics) for row, topics in told if not row["topics"] and not row.get("no_topic")]
    return TopicScore(
        right=sum(len(topics & set(row["topics"])) for row, topics in fair),
        named=sum(len(topics) for _, topics in fair),
        labelled=sum(len(row["topics"]) for row in rows),
        primary_found=sum(primaries),
        primaries=len(primaries),
        lookalikes_told=sum(lookalikes),
        lookalikes=len(lookalikes),
    )


def misses(rows: Sequence[Row], topics_of: Callable[[Row], set[str]], fields: str) -> Iterator[str]:
    """A line for each Topic that is missing or too much, with its headline: for sets that may be read."""
    for row in rows:
        told = topics_of(cut(row, fields))
        for mark, topics in (("wrong", told - set(row["topics"])), ("missed", set(row["topics"]) - told)):
            for topic in sorted(topics):
                yield f"{mark:6} {topic:34} {row['id']}  {row['publisher_kind'][:5]:5} {row['title']}"
