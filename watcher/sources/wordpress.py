"""WordPress sites by their REST interface (developer.wordpress.org/rest-api/reference/posts), else by their feeds.

`/feed/` holds posts of the type `post` only; letters and long-reads are other types. REST gives whatever was changed
since the last look with its whole text, so that silent edits are seen. A feed that is asked for a type that the site
does not have serves the general one, without a word (WP::parse_request): the two are compared.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode, urljoin

from pydantic import Field

from watcher.core.decoding.json_answers import Json, as_utc, object_of, objects_of, read_object, read_utc
from watcher.core.decoding.wordpress_posts import has_parent_in, post_type, read_posts, rendered
from watcher.core.language import text
from watcher.core.language.dates import LONDON
from watcher.core.language.region_text import read_region, with_headings, write_region
from watcher.core.language.urls import canonical_url, without_login
from watcher.core.letters.document_lines import is_document, names_document
from watcher.core.letters.letter import read_letter, with_letter
from watcher.core.letters.published_html import chapter_lines, content_lines, linked_files
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, Line, LineKind, ParseResult, Region, Request, Response, SourceState, key
from watcher.model.source import IS_BEHIND
from watcher.sources.base import ItemVisit, Visit
from watcher.sources.feed import Feed

PER_PAGE, MAX_PAGES, MAX_IDS, MAX_FILES = 20, 10, 100, 5  # 200 changed posts are read in one look
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # nothing on these sites is older: it is a mistake
PAST_THE_END = 400  # rest_post_invalid_page_number
OVERLAP = timedelta(hours=1)  # read twice: clocks, and the hour that an autumn night has twice
NO_REST = frozenset({400, 401, 403, 404, 405, 406, 410, 451})
RETRY_REST_AFTER = 4  # looks at the feed
FIELDS = "id,date_gmt,modified_gmt,link,title,excerpt,content,parent,menu_order,component_fields"


@dataclass(frozen=True, kw_only=True)
class Wordpress(Feed):
    """A WordPress site; `url` is its root. `type`: the post types that are read; `terms`: by taxonomy, only these.

    A chapter of a long-read belongs to its parent. The rows of a publication's container are Items of their own.
    """

    tells_edits: ClassVar[bool] = True

    type: Annotated[tuple[str, ...], Field(min_length=1)] = ("post",)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    asks_further = True  # the first answer is that of one type, or of one page of it

    def visit(self, state: SourceState) -> Visit:
        """What was changed since the last look, of each type; where the site refuses, its feeds."""
        by_type: dict[str, ParseResult] = {}
        for name in map(post_type, self.type):
            by_type[name] = yield from self._visit_type(name, state)
        merged = _merge(by_type.values())
        return replace(merged, memory={name: result.memory for name, result in by_type.items()})

    def _visit_type(self, name: str, state: SourceState) -> Visit:
        """By REST, else by the feed: what was read so far is remembered, and REST is tried again soon."""
        memory = dict(object_of(state.memory.get(name)))
        if memory.get("question") != self._question:
            memory = {"question": self._question}
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
        memory.pop("base", None)  # where REST has the type is looked up anew
        return (yield from self._visit_feed(name, {**memory, "feed_looks": looks + 1, "why": why}, state))

    @property
    def _question(self) -> str:
        """What the entry asks for: where it changes, nothing is remembered."""
        return key(self.url, *(f"{taxonomy} {','.join(slugs)}" for taxonomy, slugs in self.terms.items()))

    def _visit_rest(self, name: str, memory: Json) -> Visit:
        """The posts changed since the last look, with the chapters of what they belong to."""
        if "base" not in memory:
            memory = {**memory, **(yield from self._find_route(name))}
        since = read_utc(memory.get("modified"))
        query = {"per_page": PER_PAGE, "orderby": "modified", "order": "desc", "_fields": FIELDS, **memory["terms"]}
        if since:
            # In the site's local time (WP_REST_Posts_Controller::prepare_items_query); these sites keep London's.
            overlap = timedelta(seconds=1) if memory.get(IS_BEHIND) else OVERLAP
            local = (since - overlap).astimezone(LONDON).replace(tzinfo=None)
            query |= {"order": "asc", "modified_after": local.isoformat()}
        elif memory["nested"]:
            query |= {"parent": 0}
        posts, now = yield from self._read_pages(memory["base"], query, MAX_PAGES if since else 1)
        is_behind = bool(since) and len(posts) >= PER_PAGE * MAX_PAGES
        moments = (read_utc(post.get("modified_gmt")) for post in posts.values())
        real = (moment for moment in moments if moment and FIRST_MOMENT < moment < now + timedelta(days=1))
        newest = max((*real, *filter(None, [since])), default=None)
        chapters = yield from self._read_chapters(memory, posts)
        result = self._make_items(posts, chapters)
        problems = ["more than 200 posts changed since the last look: the next one goes on from there"] * is_behind
        memory = {name: memory[name] for name in ("question", "base", "nested", "terms")}
        memory |= {"modified": newest.isoformat() if newest else "", IS_BEHIND: is_behind}
        return replace(result.with_problems(*problems), only_changes=bool(since), memory=memory)

    def _read_pages(
        self, base: str, query: Json, max_pages: int
    ) -> Generator[Request, Response, tuple[dict[int, Json], datetime]]:
        """The posts by their ids, and when (UTC) they were given."""
        posts: dict[int, Json] = {}
        now = FIRST_MOMENT
        for number in range(1, max_pages + 1):
            try:
                page = yield self._ask(base, {**query, **({"page": number} if number > 1 else {})})
            except NotFetched as error:
                if number > 1 and error.status == PAST_THE_END:
                    break
                raise
            listed, now = read_posts(page.body), page.fetched_at
            posts |= {post["id"]: post for post in listed}
            if len(listed) < query["per_page"]:
                break
        return posts, now

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
            listed = read_posts((yield self._ask(base, {"slug": ",".join(slugs), "_fields": "id,slug"})).body)
            if not listed:
                raise NotParsed(f"the site has no {' or '.join(slugs)!r} in its taxonomy {taxonomy!r}")
            route["terms"][base] = ",".join(str(term["id"]) for term in listed)
        return route

    def _read_chapters(
        self, memory: Json, posts: dict[int, Json]
    ) -> Generator[Request, Response, dict[int, list[Json]]]:
        """The chapters of each long-read that changed, or of which one did; their parents are added to `posts`."""
        if not memory.get("nested") or not posts:
            return {}
        roots = sorted({post["parent"] or post["id"] for post in posts.values()})
        chapters: dict[int, list[Json]] = {root: [] for root in roots}
        for batch in (roots[start : start + MAX_IDS] for start in range(0, len(roots), MAX_IDS)):
            ids = ",".join(map(str, batch))
            if any(root not in posts for root in batch):
                query = {"include": ids, "per_page": MAX_IDS, "_fields": FIELDS}
                posts |= (yield from self._read_pages(memory["base"], query, 1))[0]
            query = {"parent": ids, "per_page": MAX_IDS, "_fields": FIELDS, "orderby": "menu_order", "order": "asc"}
            listed, _ = yield from self._read_pages(memory["base"], query, MAX_PAGES)
            for chapter in listed.values():
                chapters.setdefault(chapter["parent"], []).append(chapter)
        return chapters

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
        listed = [(item, item.url if item else "") for several in items for item in several]
        return self.make_result(listed, self._root, quarantined)

    def _read_post(self, post: Json, chapters: Sequence[Json]) -> list[Item | None]:
        """The Item of a post with the text of its chapters, and one for each row of its container."""
        introduction = str(object_of(post.get("component_fields")).get("introduction") or "")
        markup = rendered(post, "content") or introduction
        region = [*content_lines(markup), *chain.from_iterable(map(_chapter, chapters))]
        item = self.make_item(
            title=rendered(post, "title"),
            url=str(post.get("link") or ""),
            base=self._root,
            summary=rendered(post, "excerpt"),
            published=self.read_date(as_utc(post.get("date_gmt"))),
        )
        if item is None:
            return [None]
        rows = list(self._read_rows(post, item))
        item = replace(item, text=self._write(region))
        return [replace(item, unread=not (item.text or rows)), *rows]

    def _write(self, lines: Iterable[Line]) -> str:
        kept = (line for line in lines if line.text not in self.drop_text)
        return write_region(Region(lines=tuple(with_headings(kept))))

    def _read_rows(self, post: Json, container: Item) -> Iterator[Item | None]:
        """An Item for each file in a publication's container: a letter that is added later is news of its own day."""
        for document in objects_of(object_of(post.get("component_fields")).get("documents")):
            file = object_of(document.get("document"))
            if not file.get("url"):
                continue
            title = text.clean_title(str(document.get("title") or "")) or text.clean_title(
                str(file.get("filename") or "")
            )
            yield self.make_item(
                title=title or container.title,
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
        from watcher.core.pages.region import region_of_page

        page = yield self.page_request(item)
        if is_document(page.body):
            return (with_letter(item, page.body),)
        item = replace(item, unread=False)
        lines = list(region_of_page(page.body, self.region).lines)
        for address, words in linked_files(page.body, page.url, self.region)[:MAX_FILES]:
            try:
                letter = read_region(read_letter((yield self._get(address)).body).text)
            except NotFetched as error:
                item = replace(item, unread=not error.is_final)  # the next look tries again
            except NotParsed as error:
                lines.append(Line(kind=LineKind.SENTENCE, text=f"{words}: {error.why}."))
            else:
                lines += [Line(kind=LineKind.HEADING, text=words), *letter.lines]
        return (replace(item, text=self._write(lines)),)

    def _visit_feed(self, name: str, memory: Json, state: SourceState) -> Visit:
        """The newest of a type, or of each term, by feed; chapters are left out where their parent is listed."""
        results = []
        for address in self._feed_addresses(name):
            result = self.parse((yield self._get(address)))
            if name != "post" and not self.terms:
                yield from self._refuse_general_feed(name, result)
            older = f"{address}{'&' if '?' in address else '?'}paged={{page}}"
            results.append((yield from self._read_older_pages(result, state, older)))
        merged = _merge(results)
        addresses = {canonical_url(item.url) for item in merged.items}
        items = tuple(item for item in merged.items if not has_parent_in(item, addresses))
        why = f"REST cannot be used ({memory.get('why') or 'refused'})"
        problem = f"{why}: the feed is read, which has no text and shows no silent edit"
        return replace(merged.with_problems(problem), items=items, memory=memory)

    def _refuse_general_feed(self, name: str, result: ParseResult) -> Generator[Request, Response, None]:
        """Raise NotParsed where the site serves its general feed for the type."""
        general = self.parse((yield self._get(urljoin(self._root, "feed/"))))
        first = [[item.identity for item in listed.items[:3]] for listed in (result, general)]
        if first[0] and first[0] == first[1]:
            why = f"this site does not know the type {name!r}: it serves its general feed instead"
            raise NotParsed(f"{why}. Look at {without_login(urljoin(self._root, 'wp-json/wp/v2/types'))} in a browser")

    def _feed_addresses(self, name: str) -> list[str]:
        """The feeds of the terms, where some are wanted, else that of the type."""
        if self.terms:
            return [urljoin(self._root, f"{tax}/{slug}/feed/") for tax, slugs in self.terms.items() for slug in slugs]
        return [urljoin(self._root, "feed/" if name == "post" else f"feed/?post_type={name}")]


def _merge(results: Iterable[ParseResult]) -> ParseResult:
    """One ParseResult of several, each Item once; what could not be read of any is kept."""
    results = tuple(results)
    return ParseResult(
        items=tuple({item.identity: item for result in results for item in result.items}.values()),
        problems=tuple(problem for result in results for problem in result.problems),
        quarantined=tuple(quarantined for result in results for quarantined in result.quarantined),
        partial=any(result.partial for result in results),
        only_changes=any(result.only_changes for result in results),
    )


def _chapter(post: Json) -> tuple[Line, ...]:
    return chapter_lines(rendered(post, "title"), rendered(post, "content"))
