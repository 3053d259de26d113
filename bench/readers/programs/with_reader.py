"""reader (https://reader.readthedocs.io): one update of all feeds. Arguments: the folder, the file of addresses."""

import sys
from pathlib import Path

from reader import make_reader


def main() -> None:
    """Add what is not there yet, and update."""
    folder, addresses = Path(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8").split()
    with make_reader(str(folder / "reader.db")) as store:
        if store.get_feed_counts().total != len(addresses):
            for address in addresses:
                store.add_feed(address, exist_ok=True)
        failed = sum(
            isinstance(result.value, Exception) for result in store.update_feeds_iter(scheduled=False, workers=8)
        )
    if failed:
        sys.exit(f"{failed} failed")


main()
