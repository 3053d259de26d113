"""Find the rows of a page's list by its structure: start at `find_rows`."""

from datetime import date

from bs4 import BeautifulSoup

from watcher.core.rows.values import FoundRows


def find_rows(soup: BeautifulSoup, today: date) -> FoundRows:
    """The rows of the list on a page, as seen on London's `today`; none, and why, where it is doubtful which they are.

    A wrong row is worse than none. The soup is left as it is.
    """
    del soup, today
    return FoundRows(why="no repeated rows were found")
