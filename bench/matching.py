"""Matching: items per CPU second at 20, 200 and 2,000 topics of 20 terms, 800-word items, beside one `re` per topic.

.venv/bin/python bench/matching.py

Beside them ahocorasick_rs, which finds words and phrases as they stand: no nearness, no plural, no continuation.

`first` is a process that has just started and meets every word for the first time, `after` one that has read on.
"""

import random
import re
import string
import time

import ahocorasick_rs

from watcher.core.matching.index import TopicIndex
from watcher.model import Item, Topic

ITEMS, WORDS, VOCABULARY = 300, 800, 20_000


def make(rng: random.Random, topics: int) -> tuple[list[Topic], list[Item]]:
    """Topics and items of invented words, distributed as in a language (the n-th word comes 1/n as often)."""
    vocabulary = ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 9))) for _ in range(VOCABULARY)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]

    def term() -> str:
        one, other = rng.choices(vocabulary[200:], weights[200:], k=2)
        return rng.choice([f"{one} {other}", f"{one} ~6 {other}", f"{one[:5]}* {other}"])

    def text(count: int) -> str:
        return " ".join(rng.choices(vocabulary, weights, k=count))

    built = [Topic(id=f"t{number}", name="", any=tuple(term() for _ in range(20))) for number in range(topics)]
    return built, [Item(source="b", identity=str(n), url="", title=text(10), text=text(WORDS)) for n in range(ITEMS)]


def per_second(work: object, items: list[Item]) -> float:
    """Items per CPU second of this process."""
    assert callable(work)
    begun = time.process_time()
    for item in items:
        work(item)
    return len(items) / (time.process_time() - begun)


def by_re(topics: list[Topic]) -> object:
    """The usual way: one alternation per topic, searched one after the other."""

    def pattern(term: str) -> str:
        if "~6" in term:
            one, other = term.split(" ~6 ")
            return rf"\b{one}\b(?:\W+\w+){{0,5}}\W+{other}\b|\b{other}\b(?:\W+\w+){{0,5}}\W+{one}\b"
        return r"\b" + term.replace("* ", r"\w*\W+").replace(" ", r"\W+") + r"\b"

    compiled = [re.compile("|".join(pattern(term) for term in topic.any)) for topic in topics]
    return lambda item: [number for number, each in enumerate(compiled) if each.search(f"{item.title} {item.text}")]


def by_aho_corasick(topics: list[Topic]) -> object:
    """All literal words of all terms in one automaton: what a list of keywords would find."""
    literals = sorted({word for topic in topics for term in topic.any for word in re.findall(r"[a-z]+", term)})
    automaton = ahocorasick_rs.AhoCorasick(literals)
    return lambda item: automaton.find_matches_as_indexes(f"{item.title} {item.text}".lower(), overlapping=True)


def main() -> None:
    """Print the table."""
    print(f"{'topics':>7} {'first items/s':>14} {'after items/s':>14} {'re items/s':>12} {'keywords only':>14}")
    for count in (20, 200, 2_000):
        topics, items = make(random.Random(1), count)
        index = TopicIndex(topics)
        first, after = per_second(index.topics_of, items), per_second(index.topics_of, items)
        beside = f"{per_second(by_re(topics), items[:10]):.1f}" if count <= 200 else "not run"  # noqa: PLR2004
        keywords = per_second(by_aho_corasick(topics), items)
        print(f"{count:>7} {first:>14.0f} {after:>14.0f} {beside:>12} {keywords:>14.0f}")


if __name__ == "__main__":
    main()
