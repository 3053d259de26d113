"""The pages of a WordPress site that people see, in the shape of the theme NHS England published in 2017."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tests.stand_ins.answer import StandInAnswer, london, long_day, page, shown
from tests.stand_ins.wordpress_posts import Post, Row
from tests.stand_ins.wordpress_words import excerpt, texturized

if TYPE_CHECKING:
    from tests.stand_ins.wordpress_site import WordPressSite

_BANNER = (
    '<div class="alert-container rich-text"><div class="wpc-message"><p>This website is being improved.</p></div></div>'
)


def permalink(site: "WordPressSite", post: Post, now: datetime) -> StandInAnswer:
    """The page of one post."""
    if post.rows:
        return _container(site, post, now)
    version = post.at(now)
    assert version is not None
    title = texturized(version.title)
    chapters = _chapters(site, post, now)
    main = (
        f'{_BANNER}<article class="post group"><header><h1>{title}</h1>'
        f'<div class="entry-meta group">{_time(post.published)}</div></header>{chapters}'
        f'<div class="rich-text entry-content">{version.content}</div></article>'
    )
    return StandInAnswer(200, page(version.title, main, site.name))


def listing(
    site: "WordPressSite", title: str, posts: Sequence[Post], at: str, now: datetime, *, more: str = ""
) -> StandInAnswer:
    """One page of a list; `more` is the address of the next, where there is one."""
    sticky = ""
    if at == "sticky" and posts:
        sticky, posts = f'<div class="news-intro">{_listed(site, posts[0], now, "sticky")}</div>', posts[1:]
    items = "".join(_listed(site, post, now, "post group") for post in posts)
    pager = f'<ul class="pagination"><li><a href="{shown(more)}" class="next-page">Next</a></li></ul>' if more else ""
    main = (
        f"<section>{_BANNER}<header><h1>{shown(title)}</h1></header>{sticky}<div class='filtered-list'>"
        f"{items}<div class='pager group'>{pager}</div></div></section>"
    )
    return StandInAnswer(200, page(title, main, site.name))


def _time(moment: datetime) -> str:
    day = london(moment).date().isoformat()
    return f'<time class="post-meta" datetime="{day}" pubdate="{day}">{long_day(moment)}</time>'


def _listed(site: "WordPressSite", post: Post, now: datetime, css: str) -> str:
    version = post.at(now)
    assert version is not None
    words = "" if post.rows else f'<div class="rich-text"><p>{excerpt(version.excerpt, version.content)}</p></div>'
    topics = "".join(f'<li><span class="no-link">{shown(term.name)}</span></li>' for term in site.terms_of(post))
    return (
        f'<article class="{css}"><h2><a href="{site.link(post)}">{texturized(version.title)}</a></h2>'
        f'<div class="entry-meta group">{_time(post.published)}<ul class="topics">{topics}</ul></div>{words}</article>'
    )


def _chapters(site: "WordPressSite", post: Post, now: datetime) -> str:
    """The list of chapters that stands on the parent and on each of them."""
    root = post.parent or post.id
    family = [known for known in site.there(now, post.type) if root in {known.id, known.parent}]
    if post.type in {"post", "page"} or len(family) == 1:
        return ""
    links = "".join(
        f'<li><a href="{site.link(known)}">{texturized(version.title)}</a></li>'
        for known in sorted(family, key=lambda known: (known.parent != 0, known.menu_order, known.id))
        if (version := known.at(now))
    )
    return f'<nav class="long-read-navigation"><ol>{links}</ol></nav>'


def _container(site: "WordPressSite", post: Post, now: datetime) -> StandInAnswer:
    version = post.at(now)
    assert version is not None
    rows = "".join(_row(site, row) for row in post.shown_rows(now))
    topics = ", ".join(f'<a rel="tag">{shown(term.name)}</a>' for term in site.terms_of(post))
    main = (
        f'{_BANNER}<section class="document-container row" id="main-content"><header><h1>{texturized(version.title)}'
        '</h1></header><div class="publishing-meta group"><dl class="group"><dt>Document first published:</dt>'
        f"<dd>{_stamp(post.published)}</dd><dt>Page updated:</dt><dd>{_stamp(post.modified(now))}</dd>"
        f'<dt>Topic:</dt><dd>{topics}</dd></dl><div class="excerpt rich-text">{version.content}</div></div>{rows}'
        "</section>"
    )
    return StandInAnswer(200, page(version.title, main, site.name))


def _stamp(moment: datetime) -> str:
    return f'<time datetime="{london(moment):%Y-%m-%dT%H:%M:%S%z}">{long_day(moment)}</time>'


def _row(site: "WordPressSite", row: Row) -> str:
    title = texturized(row.title)
    if row.kind == "heading":
        return f"<h2>{title}</h2>"
    if row.kind != "document":
        named = f'<h3><a href="{shown(row.link)}">{title}</a></h3>' if row.link else f"<h3>{title}</h3>"
        return f'<div class="document-thumbnail group">{named}{row.snapshot}</div>'
    kind = "Word" if row.file_name.endswith(".docx") else "PDF"
    facts = (kind, f"{len(row.file) // 1024} KB", f"{row.pages} pages")
    attributes = "".join(f"<li>{fact}</li>" for fact in facts)
    return (
        '<div class="document-thumbnail group"><div class="document-file group"><header><h2>Document</h2></header>'
        f'<div class="summary-meta"><h3><a href="{site.origin + site.file_path(row)}">{title}</a></h3>'
        f'<div class="rich-text">{row.snapshot}<ul class="attributes">{attributes}</ul></div></div></div></div>'
    )
