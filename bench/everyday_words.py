"""Make the counts of everyday words: prints the module core/stories/words/everyday_words.py.

.venv/bin/python -m bench.everyday_words > watcher/core/stories/words/everyday_words.py

A word is everyday when two kinds of headlines have it: two weeks of the press four months apart, official items, and
headlines of our own. Counted is the second highest of the four rates, so that the news of one week makes no word
everyday.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable

from bench.judge.__main__ import DATA, HEADLINES, WEEKS
from bench.judge.labelled import Row, read_rows
from watcher.core.stories.features import extract_features

PER = 10_000
STEPS = (30, 40, 50, 70, 100, 150, 200, 300, 500, 1000)  # of PER; what is rarer is no everyday word
HEAD = '''"""Everyday words of the news and of this field, with how many of 10,000 headlines have them, at least.

Made from a background of 3,400 headlines with their summaries (bench/everyday_words.py), not from the few Stories that
happen to be open: there "six" and "learn" are rare, and two features of one weekend would share them.
"""

_PER_TEN_THOUSAND = """
'''
TAIL = '''"""


def _read(table: str) -> dict[str, int]:
    """`count: word word ...`; a line that begins with spaces continues the one before."""
    lines = table.strip().replace("\\n    ", " ").splitlines()
    return {word: int(count) for count, words in (line.split(": ", 1) for line in lines) for word in words.split()}


EVERYDAY = _read(_PER_TEN_THOUSAND)
'''


def rates(rows: Iterable[Row]) -> dict[str, float]:
    """In which share of the headlines with their summaries each canonical word stands."""
    counts: Counter[str] = Counter()
    read = 0
    for row in rows:
        features = extract_features(row["title"], row.get("summary") or "")
        counts.update(word for word in features.title | features.more if ":" not in word)
        read += 1
    return {word: count / read for word, count in counts.items()}


def main() -> None:
    """Print the module."""
    stream = DATA / "stream"
    kinds = [[f"{paper}-{week}" for paper in ("bbc", "guardian")] for week in WEEKS]
    of_kinds = [rates(row for name in names for row in read_rows(stream / f"{name}.jsonl")) for names in kinds]
    of_kinds.append(rates(read_rows(stream / "official-2026.jsonl")))
    of_kinds.append(rates(row for path in sorted(HEADLINES.glob("*.jsonl")) for row in read_rows(path)))
    second = {
        word: sorted((of_kind.get(word, 0.0) for of_kind in of_kinds), reverse=True)[1]
        for word in set().union(*of_kinds)
    }
    print(HEAD, end="")
    for least, most in zip(STEPS, (*STEPS[1:], PER + 1), strict=True):
        words = sorted(word for word, rate in second.items() if least <= rate * PER < most)
        print(textwrap.fill(f"{least}: {' '.join(words)}", 120, subsequent_indent="    ", break_on_hyphens=False))
    print(TAIL, end="")


if __name__ == "__main__":
    main()
