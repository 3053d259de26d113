"""Letters published as HTML: pieces of a page from an interface, chapters, and the files that a page links to."""

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.text import clean, clean_title
from watcher.core.language.urls import clean_link
from watcher.core.letters.document_lines import names_document
from watcher.model import Line, LineKind


def content_lines(markup: str) -> tuple[Line, ...]:
    """The lines of a piece of HTML, such as `content.rendered` of WordPress or `details.body` of GOV.UK."""
    from watcher.core.pages.region import region_of_page

    return region_of_page(f"<main>{markup}</main>".encode("utf-8", "replace")).lines if markup.strip() else ()


def chapter_lines(title: str, markup: str) -> tuple[Line, ...]:
    """The lines of a chapter or attachment below its title."""
    heading = clean_title(title)
    return (*([Line(kind=LineKind.HEADING, text=heading)] if heading else []), *content_lines(markup))


def linked_files(body: bytes, base: str, region: str = "") -> list[tuple[str, str]]:
    """The address and the words of each link to a PDF or Word file in `region` (CSS) of a page, else in its main part.

    Each address once, in the page's order.
    """
    soup = html_soup(body)
    roots = soup.select(region or "main, [role=main]", limit=1) or soup.select("article", limit=1) or [soup]
    files = {
        clean_link(str(link.get("href") or ""), base): clean(link.get_text(" ", strip=True))
        for link in roots[0].find_all("a", href=True)
    }
    return [(address, words) for address, words in files.items() if names_document(address)]
