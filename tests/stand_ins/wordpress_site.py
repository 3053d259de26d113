"""A WordPress site: its feeds, its REST interface, its pages and its files, at any moment.

What is modelled follows the source of WordPress itself; what hangs on one site's own theme is said beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tests.stand_ins.answer import AskedTarget, StandInAnswer, as_json, london, moved, not_found, page, text
from tests.stand_ins.wordpress_feeds import feed
from tests.stand_ins.wordpress_pages import listing, permalink
from tests.stand_ins.wordpress_posts import PAGE, POST, Post, PostType, Row, SavedPost, SiteTerm
from tests.stand_ins.wordpress_rest import rest as rest_answer

_IN_LIST = 10


class WordPressSite:
    """One WordPress site; a subsite of a network has a `base` such as /coronavirus and its own folder for files."""

    def __init__(
        self,
        host: str,
        name: str,
        types: Sequence[PostType] = (),
        taxonomies: Mapping[str, str] | None = None,
        *,
        base: str = "",
        rest: bool = True,
        refusal: int = 401,
    ) -> None:
        """`taxonomies` are {name: name in REST addresses}; `refusal` (401, 403, 404) is said where `rest` is off."""
        self.host, self.name, self.base = host, name, base
        self.rest, self.refusal = rest, refusal
        self.types = (POST, PAGE, *types)
        self.bases = {"category": "categories", **(taxonomies or {})}
        self.terms: list[SiteTerm] = []
        self.posts: list[Post] = []
        self.full_text, self.in_feed = False, _IN_LIST
        self.filters: Mapping[str, tuple[str, str]] = {}  # {query name: (type, taxonomy)}, where a theme has them
        self.news_page = ""  # the slug of the page that lists the news, where there is one
        # A subsite of a network keeps its files in a numbered folder of its own.
        self._folder = f"{base}/wp-content/uploads" + ("/sites/52" if base else "")

    @property
    def origin(self) -> str:
        """Scheme and host."""
        return f"https://{self.host}"

    @property
    def home(self) -> str:
        """The address of its first page, without a slash at the end."""
        return self.origin + self.base

    def term(self, taxonomy: str, slug: str, name: str = "") -> str:
        """Make sure a term exists; its slug is handed back."""
        if not any(term.taxonomy == taxonomy and term.slug == slug for term in self.terms):
            name = name or slug.replace("-", " ").capitalize()
            self.terms.append(SiteTerm(len(self.terms) + 11, taxonomy, slug, name))
        return slug

    def put(
        self,
        slug: str,
        *versions: SavedPost,
        type: str = "post",  # noqa: A002 - the word of WordPress
        parent: Post | None = None,
        terms: Mapping[str, tuple[str, ...]] | None = None,
        rows: Sequence[Row] = (),
        order: int = 0,
    ) -> Post:
        """Add a post with its whole history."""
        for taxonomy, slugs in (terms or {}).items():
            for word in slugs:
                self.term(taxonomy, word)
        number = 190_001 + 7 * len(self.posts)
        above = parent.id if parent else 0
        post = Post(number, slug, versions, type, above, dict(terms or {}), tuple(rows), order)
        self.posts.append(post)
        return post

    def there(self, now: datetime, type_name: str | None = None) -> list[Post]:
        """The published posts of a type, or of all, newest first."""
        known = [post for post in self.posts if post.published <= now and type_name in {None, post.type}]
        return sorted(known, key=lambda post: (post.published, post.id), reverse=True)

    def kind(self, name: str) -> PostType:
        """The type of this name."""
        return next(kind for kind in self.types if kind.name == name)

    def terms_of(self, post: Post) -> list[SiteTerm]:
        """The terms a post carries."""
        return [term for term in self.terms if term.slug in post.terms.get(term.taxonomy, ())]

    def path(self, post: Post) -> str:
        """The path of a post's page."""
        if post.type == "post":
            return f"{self.base}/{london(post.published):%Y/%m}/{post.slug}/"
        if post.parent:
            above = next(known for known in self.posts if known.id == post.parent)
            return f"{self.path(above)}{post.slug}/"
        first = "" if post.type == "page" else f"/{self.kind(post.type).path}"
        return f"{self.base}{first}/{post.slug}/"

    def link(self, post: Post) -> str:
        """The address of a post's page."""
        return self.origin + self.path(post)

    def guid(self, post: Post) -> str:
        """The identity in feeds; it never moves with the slug."""
        if post.type == "page":
            return f"{self.home}/?page_id={post.id}"
        kind = "" if post.type == "post" else f"post_type={post.type}&#038;"
        return f"{self.home}/?{kind}p={post.id}"

    def file_path(self, row: Row) -> str:
        """The path of a row's file."""
        return f"{self._folder}/{london(row.at):%Y/%m}/{row.file_name}"

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """What the site says to a GET of this path and query at this moment."""
        asked = AskedTarget.of(target)
        if asked.path.startswith(f"{self.base}/wp-json"):
            return self._rest(asked, now)
        path = asked.path.removeprefix(self.base)
        parts = [part for part in path.split("/") if part]
        if parts[-1:] == ["feed"] or asked.one("feed") in {"rss2", "feed"}:
            return self._feed(parts, asked, now)
        if asked.path == "/robots.txt":
            return text("text/plain; charset=utf-8", "User-agent: *\nDisallow: /wp-admin/\n")
        if asked.path.startswith(self._folder):
            return self._file(asked.path, now)
        return self._page(parts, asked, now)

    def targets(self, now: datetime) -> Iterator[str]:
        """Every feed, list, page and file with something of its own now."""
        yield from (f"{self.base}/feed/", f"{self.base}/wp-json/wp/v2/types")
        for kind in self.types:
            if kind.queryable and kind.name not in {"post", "page"}:
                yield f"{self.base}/feed/?post_type={kind.name}"
            if kind.archive:
                yield f"{self.base}/{kind.path}/"
        for post in self.there(now):
            yield self.path(post)
            yield f"{self.base}/wp-json/wp/v2/{self.kind(post.type).base}/{post.id}"
            yield from (self.file_path(row) for row in post.rows if row.file_name and row.at <= now)

    def _rest(self, asked: AskedTarget, now: datetime) -> StandInAnswer:
        if self.rest:
            return rest_answer(self, asked, now)
        code = "rest_no_route" if self.refusal == 404 else "rest_not_logged_in"
        said = {"code": code, "message": "This is not open to the public.", "data": {"status": self.refusal}}
        return as_json(said, self.refusal)

    def _feed(self, parts: list[str], asked: AskedTarget, now: datetime) -> StandInAnswer:
        number = asked.one("paged", "1")
        if asked.has("paged") and number == "1":
            return moved(self.origin + _without_page(asked))
        where = parts[:-1] if parts[-1:] == ["feed"] else parts
        posts = self._asked_for(where, asked, now)
        if posts is None or not number.isdigit():
            return not_found(self.host)
        start = (int(number) - 1) * self.in_feed
        if start and start >= len(posts):
            return not_found(self.host)
        return feed(self, posts[start : start + self.in_feed], asked.target, now)

    def _asked_for(self, where: list[str], asked: AskedTarget, now: datetime) -> list[Post] | None:
        """The posts a feed is about; None where there is no such feed."""
        archives = {kind.path: kind for kind in self.types if kind.archive}
        if not where:
            return self._of_type(asked, now)
        if len(where) == 1 and where[0] in archives:
            return self._filtered(archives[where[0]].name, self.there(now, archives[where[0]].name), asked)
        if len(where) == 2 and where[0] in self.bases:
            known = [term for term in self.terms if (term.taxonomy, term.slug) == (where[0], where[1])]
            return [post for post in self.there(now) if set(known) & set(self.terms_of(post))] if known else None
        if len(where) == 2 and all(part.isdigit() for part in where):
            month = "/".join(where)
            return [post for post in self.there(now, "post") if f"{london(post.published):%Y/%m}" == month] or None
        return None

    def _of_type(self, asked: AskedTarget, now: datetime) -> list[Post]:
        """The general feed, or that of a type; a type that is not known is dropped from the question in silence."""
        named = {kind.name for kind in self.types if kind.queryable}
        kind = asked.one("post_type")
        if kind in named and kind != "post":
            return self._filtered(kind, self.there(now, kind), asked)
        general = {kind.name for kind in self.types if kind.in_feed}
        words = asked.one("s").lower()
        posts = [post for post in self.there(now) if post.type in general]
        return [post for post in posts if words in str(post.at(now)).lower()]

    def _filtered(self, kind: str, posts: list[Post], asked: AskedTarget) -> list[Post]:
        """What a theme's own filters leave; an unknown word filters nothing, in silence."""
        for name, (of_type, taxonomy) in self.filters.items():
            word = asked.one(name)
            known = [term for term in self.terms if (term.taxonomy, term.slug) == (taxonomy, word)]
            if kind == of_type and known:
                posts = [post for post in posts if known[0] in self.terms_of(post)]
        return posts

    def _file(self, path: str, now: datetime) -> StandInAnswer:
        for post in self.posts:
            for row in post.rows:
                if row.file_name and row.at <= now and self.file_path(row) == path:
                    return StandInAnswer(200, row.file, row.mime_type, {"Content-Length": str(len(row.file))})
        return not_found(self.host)

    def _page(self, parts: list[str], asked: AskedTarget, now: datetime) -> StandInAnswer:
        number = 1
        if not parts:
            return StandInAnswer(200, page(self.name, f"<h1>{self.name}</h1><p>Welcome.</p>", self.name))
        if len(parts) > 1 and parts[-2] == "page" and parts[-1].isdigit():
            number, parts = int(parts[-1]), parts[:-2]
        archives = {kind.path: kind for kind in self.types if kind.archive}
        if len(parts) == 1 and parts[0] in archives:
            kind = archives[parts[0]]
            posts = self._filtered(kind.name, self.there(now, kind.name), asked)
            return self._list(parts[0], posts, number, "", now)
        if parts == [self.news_page]:
            # The newest stands above the list and is left out of it, unless a filter is named, even an empty one.
            at = "" if number > 1 or asked.has("filter-keyword") else "sticky"
            return self._list(self.news_page, self.there(now, "post"), number, at, now)
        path = f"{self.base}/{'/'.join(parts)}/"
        post = next((post for post in self.there(now) if self.path(post) == path), None)
        return permalink(self, post, now) if post else not_found(self.host)

    def _list(self, slug: str, posts: list[Post], number: int, at: str, now: datetime) -> StandInAnswer:
        start, end = (number - 1) * _IN_LIST, number * _IN_LIST
        if start and start >= len(posts):
            return not_found(self.host)
        more = f"{self.home}/{slug}/page/{number + 1}/" if end < len(posts) else ""
        return listing(self, slug.replace("-", " ").capitalize(), posts[start:end], at, now, more=more)


def _without_page(asked: AskedTarget) -> str:
    kept = "&".join(f"{name}={value}" for name, value in asked.query if name != "paged")
    return asked.path + (f"?{kept}" if kept else "")
