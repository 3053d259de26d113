"""Reading deadlines and briefs: CPU seconds per 1,000 texts of 60 and of 800 words, one sentence in ten with a date.

.venv/bin/python bench/deadlines.py

`hostile` is the slowest page we could write: 100,000 characters of nothing but dates.
"""

import random
import time
from collections.abc import Callable
from datetime import date

from watcher.core.briefs.fields import extract_brief
from watcher.core.date_extraction.extract import extract_deadlines
from watcher.model import Item, Precision, Published

TEXTS, WORDS_A_SENTENCE = 300, 15
WRITTEN = Published(day=date(2022, 5, 3), precision=Precision.DAY)
VOCABULARY = ["practices", "the", "of", "vaccine", "patients", "list", "service", "to", "and", "new", "for", "care"]
DATED = (
    "Practices must send the return by 5pm on Friday 27 May 2022.",
    "The survey opens on 9 May and closes on 3 June.",
    "The report of 12 April 2021 says that 40 practices were asked within two weeks.",
    "Partners have 28 days from the date of this letter to reply.",
    "From 1 July the rule will apply to everyone.",
)


def text(rng: random.Random, count: int) -> str:
    """A text of `count` words, one sentence in ten with a date."""

    def sentence() -> str:
        return rng.choice(DATED) if rng.random() < 0.1 else f"{' '.join(rng.choices(VOCABULARY, k=WORDS_A_SENTENCE))}."  # noqa: PLR2004

    return " ".join(sentence().capitalize() for _ in range(count // WORDS_A_SENTENCE))


def seconds(work: Callable[[str], object], texts: list[str]) -> float:
    """CPU seconds for all of them."""
    begun = time.process_time()
    for each in texts:
        work(each)
    return time.process_time() - begun


def read(each: str) -> object:
    """Its deadlines."""
    return extract_deadlines(each, WRITTEN)


def told(each: str) -> object:
    """Its brief."""
    return extract_brief(Item(source="b", identity="1", url="", title="A letter", text=each, published=WRITTEN))


def main() -> None:
    """Print the table."""
    rng = random.Random(1)
    print(f"{'words':>8} {'deadlines':>10} {'briefs':>10}")
    for count in (60, 800):
        texts = [text(rng, count) for _ in range(TEXTS)]
        print(f"{count:>8} {1_000 * seconds(read, texts) / TEXTS:>10.2f} {1_000 * seconds(told, texts) / TEXTS:>10.2f}")
    print(f"{'hostile':>8} {seconds(read, [('by 1 May ' * 12_000)[:100_000]]):>10.2f} for one")


if __name__ == "__main__":
    main()
