"""WordPress sites by their REST interface (developer.wordpress.org/rest-api/reference/posts), else by their feeds.

`/feed/` holds posts of the type `post` only; letters and long-reads are other types. REST gives whatever was changed
since the last look with its whole text, so that silent edits are seen. A feed that is asked for a type that the site
does not have serves the general one, without a word (WP::parse_request): the two are compared.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode, urljoin

from pydantic import Field

from watcher.core.decoding.json_answers import Json, as_utc, object_of, objects_of, read_object, read_objects, read_utc
from watcher.core.language import text
from watcher.core.language.dates import LONDON
from watcher.core.language.urls import canonical_url
from watcher.core.letters.document_lines import is_document, names_document
from watcher.core.letters.letter import read_letter, with_letter
from watcher.core.letters.published_html import chapter_lines, content_lines, linked_files
from watcher.core.pages.region import read_region, region_of_page, with_headings, write_region
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, Line, LineKind, ParseResult, Region, Request, Response, SourceState
from watcher.sources.base import ItemVisit, Visit
from watcher.sources.feed import Feed

PER_PAGE, MAX_PAGES = 20, 10  # 200 changed posts are read in one look
MAX_CHAPTERS, MAX_FILES = 100, 5
PAST_THE_END = 400  # rest_post_invalid_page_number
OVERLAP = timedelta(hours=1)  # read twice: clocks, and the hour that an autumn night has twice
NO_REST = frozenset({400, 401, 403, 404, 405, 410})
RETRY_REST_AFTER = 24  # looks at the feed
FIELDS = "id,date_gmt,modified_gmt,link,title,excerpt,content,parent,menu_order,component_fields"
_NAMES = {"posts": "post", "pages": "page"}


@dataclass(frozen=True, kw_only=True)
class Wordpress(Feed):
    """A WordPress site; `url` is its root. `type`: the post types that are read; `terms`: by taxonomy, only these.

    A chapter of a long-read belongs to its parent. The rows of a publication's container are Items of their own.
    """

    tells_edits: ClassVar[bool] = True

    type: Annotated[tuple[str, ...], Field(min_length=1)] = ("post",)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def asks_further(self) -> bool:
        """The first answer is that of one type, or of one page of it."""
        return True

    def visit(self, state: SourceState) -> Visit:
        """What was changed since the last look, of name type; where the site refuses, its feeds."""
        by_type: dict[str, ParseResult] = {}
        for name in map(post_type, self.type):
            by_type[name] = yield from self._visit_type(name, state)
        results = by_type.values()
        return ParseResult(
            items=tuple({item.identity: item for result in results for item in result.items}.values()),
            problems=tuple(problem for result in results for problem in result.problems),
            quarantined=tuple(quarantined for result in results for quarantined in result.quarantined),
            partial=any(result.partial for result in results),
            only_changes=any(result.only_changes for result in results),
            memory={name: result.memory for name, result in by_type.items()},
        )

    def _visit_type(self, name: str, state: SourceState) -> Visit:
        memory = dict(object_of(state.memory.get(name)))
        looks = int(memory.get("feed_looks") or 0)
        if looks % RETRY_REST_AFTER:
            return (yield from self._visit_feed(name, {**memory, "feed_looks": looks + 1}, state))
        try:
            return (yield from self._visit_rest(name, memory))
        except NotFetched as error:
            if error.status not in NO_REST:
                raise
            why = error.why
        except NotParsed as error:
            why = error.why
        return (yield from self._visit_feed(name, {"feed_looks": looks + 1, "why": why}, state))

    def _visit_rest(self, name: str, memory: Json) -> Visit:
        """The posts changed since the last look, with the chapters of what they belong to."""
        if "base" not in memory:
            memory = yield from self._find_route(name)
        since = read_utc(memory.get("modified"))
        query = {"per_page": PER_PAGE, "orderby": "modified", "order": "desc", "_fields": FIELDS, **memory["terms"]}
        if since:
            # In the site's local time (WP_REST_Posts_Controller::prepare_items_query); these sites keep London's.
            local = (since - OVERLAP).astimezone(LONDON).replace(tzinfo=None)
            query |= {"order": "asc", "modified_after": local.isoformat()}
        posts = yield from self._read_pages(memory["base"], query, MAX_PAGES if since else 1)
        moments = [moment for post in posts.values() if (moment := read_utc(post.get("modified_gmt")))]
        newest = max([*moments, *([since] if since else [])], default=None)
        chapters = yield from self._read_chapters(memory, posts)
        result = self._make_items(posts, chapters)
        problems = (
            [] if len(posts) < PER_PAGE * MAX_PAGES else ["items may be missing: 200 changed since the last look"]
        )
        memory = {**memory, "modified": newest.isoformat() if newest else ""}
        return replace(result.with_problems(*problems), only_changes=bool(since), memory=memory)

    def _read_pages(self, base: str, query: Json, max_pages: int) -> Generator[Request, Response, dict[int, Json]]:
        posts: dict[int, Json] = {}
        for number in range(1, max_pages + 1):
            try:
                page = yield self._ask(base, {**query, **({"page": number} if number > 1 else {})})
            except NotFetched as error:
                if number > 1 and error.status == PAST_THE_END:
                    break
                raise
            listed = _read_posts(page)
            posts |= {post["id"]: post for post in listed}
            if len(listed) < PER_PAGE:
                break
        return posts

    def _find_route(self, name: str) -> Generator[Request, Response, Json]:
        """Where REST has a type, whether it has chapters, and the ids of `terms`; it is remembered."""
        types = read_object((yield self._ask("types", {})).body)
        kind = object_of(types.get(name))
        if not kind.get("rest_base"):
            raise NotParsed(f"REST has no type {name!r}; it has {', '.join(sorted(types)[:20])}")
        route: Json = {"base": str(kind["rest_base"]), "nested": bool(kind.get("hierarchical")), "terms": {}}
        terms_asked = {
            taxonomy: slugs for taxonomy, slugs in self.terms.items() if taxonomy in (kind.get("taxonomies") or [])
        }
        taxonomies = read_object((yield self._ask("taxonomies", {})).body) if terms_asked else {}
        for taxonomy, slugs in terms_asked.items():
            base = str(object_of(taxonomies.get(taxonomy)).get("rest_base") or taxonomy)
            listed = _read_posts((yield self._ask(base, {"slug": ",".join(slugs), "_fields": "id,slug"})))
            if not listed:
                raise NotParsed(f"the site has no {' or '.join(slugs)!r} in its taxonomy {taxonomy!r}")
            route["terms"][base] = ",".join(str(term["id"]) for term in listed)
        return route

    def _read_chapters(
        self, memory: Json, posts: dict[int, Json]
    ) -> Generator[Request, Response, dict[int, list[Json]]]:
        """The chapters of name long-read that changed, or of which one did; their parents are added to `posts`."""
        if not memory.get("nested") or not posts:
            return {}
        roots = {post.get("parent") or post["id"] for post in posts.values()}
        missing = sorted(root for root in roots if root not in posts)
        if missing:
            query = {"include": ",".join(map(str, missing)), "per_page": len(missing), "_fields": FIELDS}
            posts |= {post["id"]: post for post in _read_posts((yield self._ask(memory["base"], query)))}
        query = {
            "parent": ",".join(map(str, sorted(roots))),
            "per_page": MAX_CHAPTERS,
            "orderby": "menu_order",
            "order": "asc",
        }
        listed = _read_posts((yield self._ask(memory["base"], {**query, "_fields": FIELDS})))
        return {root: [post for post in listed if post.get("parent") == root] for root in roots}

    def _ask(self, path: str, query: Mapping[str, Any]) -> Request:
        address = urljoin(self._root, f"wp-json/wp/v2/{path}")
        address += f"?{urlencode(query, safe=',')}" if query else ""
        return self._get(address)

    def _get(self, address: str) -> Request:
        return Request(url=address, headers=self.headers_for(address))

    @property
    def _root(self) -> str:
        return self.url.rstrip("/") + "/"

    def _make_items(self, posts: Mapping[int, Json], chapters: Mapping[int, Sequence[Json]]) -> ParseResult:
        roots = [post for post in posts.values() if not (post.get("parent") and post["parent"] in posts)]
        items, quarantined = self.read_each(roots, lambda post: self._read_post(post, chapters.get(post["id"], ())))
        return self.make_result(
            [(item, item.url if item else "") for several in items for item in several], self._root, quarantined
        )

    def _read_post(self, post: Json, chapters: Sequence[Json]) -> list[Item | None]:
        """The Item of a post with the text of its chapters, and one for name row of its container."""
        region = [
            *content_lines(_rendered(post, "content")),
            *(
                line
                for chapter in chapters
                for line in chapter_lines(_rendered(chapter, "title"), _rendered(chapter, "content"))
            ),
        ]
        link = str(post.get("link") or "")
        item = self.make_item(
            title=_rendered(post, "title"),
            url=link,
            base=self._root,
            summary=_rendered(post, "excerpt"),
            published=self.read_date(as_utc(post.get("date_gmt"))),
        )
        if item is None:
            return [None]
        item = replace(item, text=self._write(region))
        return [replace(item, unread=not item.text), *self._read_rows(post, item)]

    def _write(self, lines: Iterable[Line]) -> str:
        kept = (line for line in lines if line.text not in self.drop_text)
        return write_region(Region(lines=tuple(with_headings(kept))))

    def _read_rows(self, post: Json, container: Item) -> Iterator[Item | None]:
        """An Item for name file in a publication's container: a letter that is added later is news of its own day."""
        for document in objects_of(object_of(post.get("component_fields")).get("documents")):
            file = object_of(document.get("document"))
            if not file.get("url"):
                continue
            title = text.clean_title(str(document.get("title") or "")) or text.clean_title(
                str(file.get("filename") or "")
            )
            yield self.make_item(
                title=title if text.title_key(title) != text.title_key(container.title) else container.title,
                url=str(file["url"]),
                base=self._root,
                summary=str(document.get("snapshot") or ""),
                published=self.read_date(as_utc(file.get("date") or file.get("modified"))),
            )

    def reads_page_of(self, item: Item) -> bool:
        """The text of a post comes with the list; what came without, and a file, is read apart."""
        is_letter = any(post_type(name) != "post" for name in self.type)
        return names_document(item.url) or (not item.text and (self.read_page or item.unread or is_letter))

    def visit_item(self, item: Item) -> ItemVisit:
        """The page of a post, or a file; and the first few files that a page links to, which are its letters."""
        page = yield self.page_request(item)
        if is_document(page.body):
            return (with_letter(item, page.body),)
        lines = list(region_of_page(page.body, self.region).lines)
        for address, words in linked_files(page.body, page.url, self.region)[:MAX_FILES]:
            try:
                letter = read_region(read_letter((yield self._get(address)).body).text)
            except NotFetched:
                item = replace(item, unread=True)  # the next look tries again
            except NotParsed as error:
                lines.append(Line(kind=LineKind.SENTENCE, text=f"{words}: {error.why}."))
            else:
                lines += [Line(kind=LineKind.HEADING, text=words), *letter.lines]
        return (replace(item, text=self._write(lines)),)

    def _visit_feed(self, name: str, memory: Json, state: SourceState) -> Visit:
        """The newest of a type by its feed; chapters are left out where their parent is listed."""
        address = self._feed_address(name)
        result = self.parse((yield self._get(address)))
        if name != "post" and not self.terms:
            general = self.parse((yield self._get(urljoin(self._root, "feed/"))))
            if result.items and [item.identity for item in result.items[:3]] == [
                item.identity for item in general.items[:3]
            ]:
                why = f"this site does not know the type {name!r}: it serves its general feed instead"
                raise NotParsed(f"{why}. Look at {urljoin(self._root, 'wp-json/wp/v2/types')} in a browser")
        older = f"{address}{'&' if '?' in address else '?'}paged={{page}}"
        result = yield from self._read_older_pages(result, state, older)
        addresses = {canonical_url(item.url) for item in result.items}
        items = tuple(item for item in result.items if not _has_parent_in(item, addresses))
        why = memory.get("why") or "refused"
        problem = f"REST cannot be used ({why}): the feed is read, which has no text and shows no silent edit"
        return replace(result.with_problems(problem), items=items, memory=memory)

    def _feed_address(self, name: str) -> str:
        """The feed of a term, where one is wanted, else of the type."""
        for taxonomy, slugs in self.terms.items():
            return urljoin(self._root, f"{taxonomy}/{slugs[0]}/feed/")
        return urljoin(self._root, "feed/" if name == "post" else f"feed/?post_type={name}")


def post_type(name: str) -> str:
    """The type by WordPress' own name: what REST calls "posts" is the type "post"."""
    return _NAMES.get(name, name)


def _read_posts(response: Response) -> list[Json]:
    """The objects of a JSON array that have an id."""
    return [post for post in read_objects(response.body) if isinstance(post.get("id"), int)]


def _rendered(post: Json, name: str) -> str:
    """`title.rendered` and the like, which is HTML."""
    return str(object_of(post.get(name)).get("rendered") or "")


def _chapter(post: Json) -> tuple[Line, ...]:
    return chapter_lines(_rendered(post, "title"), _rendered(post, "content"))


def _has_parent_in(item: Item, addresses: set[str]) -> bool:
    """Whether it is a chapter, /long-read/PARENT/CHAPTER/, of a page that is listed itself."""
    address = canonical_url(item.url)
    return any(address != parent and address.startswith(f"{parent.rstrip('/')}/") for parent in addresses)
