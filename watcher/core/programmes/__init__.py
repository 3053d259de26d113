"""Programmes: the schemes, duties, services, vaccines and medicines of general practice under their many names.

`PROGRAMMES` has the wordings of each; those in `BROAD` are subjects of many announcements at a time.
"""

from watcher.core.programmes.clinical import CLINICAL
from watcher.core.programmes.duties import DUTIES
from watcher.core.programmes.services import SERVICES


def _read(table: str) -> dict[str, tuple[str, ...]]:
    """`name: wording, wording, ...`; a line that begins with spaces continues the one before."""
    lines = table.strip().replace("\n    ", " ").splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return {name: tuple(wordings.split(", ")) for name, wordings in pairs}


PROGRAMMES = _read(DUTIES) | _read(SERVICES) | _read(CLINICAL)
BROAD = frozenset(f"programme:{name}" for name in (*_read(SERVICES), *_read(CLINICAL)))
