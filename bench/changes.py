"""Two versions of a page: CPU milliseconds a pair at 10, 100 and 200 kB, a few lines changed or every one.

.venv/bin/python bench/changes.py

`read` is HTML to Lines, of one page; `compare` is the comparison alone, `all` is both pages and the comparison.
`all other` is the worst case: no line is as it was.
"""

import random
import time
from collections.abc import Callable
from functools import partial

from watcher.core.pages import region
from watcher.core.pages.compare import compare_regions

VOCABULARY = "practice patient vaccine cohort claim payment network partner nurse letter scheme winter dose record"
WORDS = VOCABULARY.split()
ROUNDS = 5


def page(rng: random.Random, size: int) -> str:
    """A long page: sections, each with two paragraphs, a list and a table; about `size` bytes."""

    def words(count: int) -> str:
        return " ".join([*rng.choices(WORDS, k=count), str(rng.randint(1, 9_999))])

    parts: list[str] = []
    while sum(map(len, parts)) < size:
        members = "".join(f"<li class='m'>{words(5)}</li>" for _ in range(8))
        cells = "".join(f"<tr><td>{words(3)}</td><td>&pound;{rng.randint(1, 999)}</td></tr>" for _ in range(5))
        prose = "".join(f"<p>{words(12).capitalize()}. {words(15).capitalize()}.</p>" for _ in range(2))
        parts.append(f"<section><h2>{words(3)}</h2>{prose}<ul>{members}</ul><table>{cells}</table></section>")
    return f"<html><body><nav>Menu</nav><main><h1>Page</h1>{''.join(parts)}</main></body></html>"


def milliseconds(work: Callable[[], object]) -> float:
    """CPU time of one call, the best of some."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return 1_000 * best


def main() -> None:
    """Print the table."""
    print(f"{'kB':>5} {'lines':>6} {'read':>9} {'compare':>9} {'all':>9} {'all other':>9}")
    for size in (10_000, 100_000, 200_000):
        was, other = page(random.Random(1), size), page(random.Random(2), size)
        now = was.replace("<li class='m'>nurse", "<li class='m'>matron", 3).encode()
        one, two, three = (region.region_of_page(each) for each in (was.encode(), now, other.encode()))
        read = milliseconds(partial(region.region_of_page, now))
        few, all_other = (
            milliseconds(partial(compare_regions, one, two)),
            milliseconds(partial(compare_regions, one, three)),
        )
        row = (read, few, 2 * read + few, 2 * read + all_other)
        print(f"{size // 1000:>5} {len(one.lines):>6} " + " ".join(f"{each:>9.1f}" for each in row))


if __name__ == "__main__":
    main()
