"""How like a version of a watched page is to one of its past: by its headline, and by the words that it keeps."""

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.pages.boilerplate_lines import fold_line
from watcher.core.pages.compare import has_same_headline
from watcher.model import LineKind, Region

MIN_WORDS = 5  # of fewer, a share says nothing
MIN_SHARED = 0.25  # of the words of the shorter side; two English pages about different things share less
MIN_SHARED_OF_LONGER = 0.6  # where one side is many times the other: a long text has some of any short one's words
MAX_TIMES_LONGER = 3
MIN_SHARED_OF_NAMESAKE = 0.1  # where the headline is the same: next week's letter replaces this week's
MIN_SHARED_DESPITE_DOUBT = 0.5  # where the page's structure or wording is that of a wall before it
_WORD = lazy_regex(r"[^\W\d_]{4,}")  # shorter ones are the same in all English
_COMMON = frozenset(
    """
    about above after again against also because been before being below between both cannot could does down
    during each from further have having here into just more most must need once only other over please same
    should some such than that their them then there these they this those through under until upon very
    were what when where which while will with within without would your yours
    """.split()  # noqa: SIM905 - ninety words in quotation marks are hard to read
)


def is_like(before: Region, after: Region, *, despite_doubt: bool = False) -> bool:
    """Whether `after` can be a later version of the page `before`.

    `despite_doubt`: something else speaks against it, so that more must speak for it. The headline itself counts only
    as such: on many sites it is the site's own name, on a notice of maintenance too.
    """
    is_namesake = has_same_headline(before, after)
    if despite_doubt:
        min_shared = MIN_SHARED if is_namesake else MIN_SHARED_DESPITE_DOUBT
    else:
        min_shared = MIN_SHARED_OF_NAMESAKE if is_namesake else MIN_SHARED
    old, new = _words_of(before), _words_of(after)
    few, many = sorted((len(old), len(new)))
    if few < MIN_WORDS:
        return is_namesake or old == new
    if many > MAX_TIMES_LONGER * few and not is_namesake:
        min_shared = max(min_shared, MIN_SHARED_OF_LONGER)
    return len(old & new) >= min_shared * few


def _words_of(region: Region) -> set[str]:
    """The different words of all lines but headings, save those that stand in any English text."""
    lines = " ".join(fold_line(line.text) for line in region.lines if line.kind is not LineKind.HEADING)
    return set(_WORD.findall(lines)) - _COMMON
