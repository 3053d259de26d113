"""www.england.nhs.uk: the main site with its publications and long-reads, and the subsite of the pandemic years."""

from tests.stand_ins.wordpress_posts import PostType
from tests.stand_ins.wordpress_site import WordPressSite

HOST = "www.england.nhs.uk"
_PUBLICATION_TYPE = {"publication-type": "publication-type"}


def main_site() -> WordPressSite:
    """The main site: types and filters as its published theme and its plug-in for long-reads declare them."""
    kinds = (
        PostType("document", "documents", "publication", taxonomies=("category", "publication-type")),
        PostType("long-read", archive=False, hierarchical=True),
        PostType("blog", archive=True),
    )
    site = WordPressSite(HOST, "NHS England", kinds, _PUBLICATION_TYPE)
    site.news_page = "news"
    site.filters = {
        "filter-publication": ("document", "publication-type"),
        "filter-category": ("document", "category"),
    }
    return site


def coronavirus_site() -> WordPressSite:
    """The subsite /coronavirus/ with a REST interface of its own; its publications live below /documents/."""
    kinds = (PostType("document", "documents", "documents", taxonomies=("category", "publication-type")),)
    return WordPressSite(HOST, "Coronavirus", kinds, _PUBLICATION_TYPE, base="/coronavirus")
