"""Write the table of docs/reach.md anew: .venv/bin/python -m tests.reach.write."""

import re
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Play the thirty, and put their table in place of the one that stands there."""
    from tests.reach.replay import counts, play_all, table

    page = Path(__file__).parents[2] / "docs" / "reach.md"
    with tempfile.TemporaryDirectory() as folder:
        reached = play_all(Path(folder))
    written = "\n".join(table(reached))
    text = page.read_text(encoding="utf-8")
    page.write_text(
        re.sub(r"\| # \|.*?(?=\n\n|\Z)", lambda _: written, text, count=1, flags=re.DOTALL), encoding="utf-8"
    )
    sys.stdout.write(f"{written}\n{counts(reached)}\n")


if __name__ == "__main__":
    main()
