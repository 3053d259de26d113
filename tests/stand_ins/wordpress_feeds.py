"""The RSS feeds of WordPress, as its own template writes them."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from tests.stand_ins.answer import RSS, StandInAnswer, rfc822
from tests.stand_ins.wordpress_posts import Post
from tests.stand_ins.wordpress_words import excerpt, texturized

if TYPE_CHECKING:
    from tests.stand_ins.wordpress_site import WordPressSite

_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def feed(site: "WordPressSite", posts: Sequence[Post], target: str, now: datetime) -> StandInAnswer:
    """One page of a feed; `posts` are those it shows."""
    built = max((post.modified(now) for post in posts), default=now)
    items = "".join(_item(site, post, now) for post in posts)
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"\n\t{_NAMESPACES}\n\t>\n\n<channel>\n'
        f"\t<title>{texturized(site.name)}</title>\n"
        f'\t<atom:link href="{escape(site.origin + target)}" rel="self" type="application/rss+xml" />\n'
        f"\t<link>{site.home}</link>\n\t<description></description>\n"
        f"\t<lastBuildDate>{rfc822(built)}</lastBuildDate>\n\t<language>en-GB</language>\n"
        "\t<sy:updatePeriod>\n\thourly\t</sy:updatePeriod>\n\t<sy:updateFrequency>\n\t1\t</sy:updateFrequency>\n"
        f"\t<generator>https://wordpress.org/?v=6.8.1</generator>\n{items}</channel>\n</rss>\n"
    )
    return StandInAnswer(200, body.encode(), RSS)


def _item(site: "WordPressSite", post: Post, now: datetime) -> str:
    version = post.at(now)
    assert version is not None
    terms = "".join(f"\t\t<category><![CDATA[{term.name}]]></category>\n" for term in site.terms_of(post))
    content = "" if not site.full_text else f"<content:encoded><![CDATA[{version.content}]]></content:encoded>\n"
    guid = site.guid(post)
    return (
        f"\t<item>\n\t\t<title>{texturized(version.title)}</title>\n\t\t<link>{site.link(post)}</link>\n"
        f"\t\t<dc:creator><![CDATA[Editor]]></dc:creator>\n\t\t<pubDate>{rfc822(post.published)}</pubDate>\n{terms}"
        f'\t\t<guid isPermaLink="false">{guid}</guid>\n'
        f"\t\t<description><![CDATA[{excerpt(version.excerpt, version.content)}]]></description>\n{content}\t</item>\n"
    )
