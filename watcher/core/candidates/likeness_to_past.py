"""How like a version of a watched page is to one of its past: by its headline, and by the words that it keeps."""

import re
from collections import Counter

from watcher.core.pages.boilerplate_lines import fold_line
from watcher.core.pages.compare import has_same_headline
from watcher.model import Region

MIN_WORDS = 5  # of fewer, a share says nothing
MIN_SHARED = 0.25  # of the words of either side; two English pages about different things share less
MIN_SHARED_DESPITE_DOUBT = 0.5  # where the page's structure or wording is that of a wall before it
_WORD = re.compile(r"[^\W\d_]{4,}")  # shorter ones are the same in all English


def is_like(before: Region, after: Region, *, despite_doubt: bool = False) -> bool:
    """Whether `after` can be a later version of the page `before`.

    `despite_doubt`: something else speaks against it, so that more must speak for it.
    """
    is_namesake = has_same_headline(before, after)
    if is_namesake and not despite_doubt:
        return True  # next week's letter replaces this week's under the same headline
    min_shared = MIN_SHARED_DESPITE_DOUBT if despite_doubt and not is_namesake else MIN_SHARED
    return shared_words(before, after) >= min_shared


def shared_words(before: Region, after: Region) -> float:
    """The share (0 to 1) of the words of one version that the other has too, of the side where it is larger.

    So a page that grew tenfold, or of which a tenth is left, is like itself. 1 where there are too few words to tell.
    """
    old, new = _count_words(before), _count_words(after)
    few = min(old.total(), new.total())
    if few < MIN_WORDS:
        return 1.0
    return sum(min(old[word], new[word]) for word in old.keys() & new.keys()) / few


def _count_words(region: Region) -> Counter[str]:
    return Counter(_WORD.findall(" ".join(fold_line(line.text) for line in region.lines)))
