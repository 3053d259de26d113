"""The REST interface of WordPress, as far as a reader of announcements can ask it (version 2, without logging in)."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from tests.stand_ins.answer import AskedTarget, StandInAnswer, as_json, gmt_file_date
from tests.stand_ins.wordpress_posts import Post, PostType, Row, SavedPost, SiteTerm
from tests.stand_ins.wordpress_words import excerpt, gmt, local, plain, read_moment, texturized

if TYPE_CHECKING:
    from tests.stand_ins.wordpress_site import WordPressSite

Json = dict[str, object]
_MAX_PER_PAGE = 100
_ORDERS: Mapping[str, Callable[[Post, datetime], object]] = {
    "date": lambda post, _: post.published,
    "modified": lambda post, now: post.modified(now),
    "id": lambda post, _: post.id,
    "slug": lambda post, _: post.slug,
    "title": lambda post, now: _version(post, now).title,
    "parent": lambda post, _: post.parent,
    "menu_order": lambda post, _: post.menu_order,
}
_MOMENTS = ("after", "before", "modified_after", "modified_before")


class Refused(Exception):
    """A question that WordPress answers with an error object."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.answer = as_json({"code": code, "message": message, "data": {"status": status}}, status)


def rest(site: "WordPressSite", asked: AskedTarget, now: datetime) -> StandInAnswer:
    """The answer to any address below /wp-json/."""
    route = [part for part in asked.path.removeprefix(f"{site.base}/wp-json").split("/") if part]
    try:
        if not route:
            return as_json({"name": site.name, "url": site.home, "namespaces": ["oembed/1.0", "wp/v2"]})
        if route[:2] != ["wp", "v2"]:
            raise _no_route()
        return _routed(site, route[2:], asked, now)
    except Refused as refused:
        return refused.answer


def _routed(site: "WordPressSite", route: list[str], asked: AskedTarget, now: datetime) -> StandInAnswer:
    kinds = {kind.base: kind for kind in site.types if kind.in_rest}
    match route:
        case ["types"]:
            return as_json({kind.name: _type(site, kind) for kind in kinds.values()})
        case ["types", name] if name in {kind.name for kind in kinds.values()}:
            return as_json(_type(site, next(kind for kind in kinds.values() if kind.name == name)))
        case ["taxonomies"]:
            return as_json({name: {"name": name, "slug": name, "rest_base": base} for name, base in site.bases.items()})
        case [base] if base in kinds:
            return _list(site, kinds[base], asked, now)
        case [base, number] if base in kinds and number.isdigit():
            return _single(site, kinds[base], int(number), asked, now)
        case [base] if base in site.bases.values():
            return _terms(site, base, asked, now)
    raise _no_route()


def _no_route() -> Refused:
    return Refused("rest_no_route", "No route was found matching the URL and request method.", 404)


def _type(site: "WordPressSite", kind: PostType) -> Json:
    own = f"{site.home}/wp-json/wp/v2/{kind.base}"
    return {
        "description": "",
        "hierarchical": kind.hierarchical,
        "has_archive": kind.archive,
        "name": kind.name.replace("-", " ").capitalize() + "s",
        "slug": kind.name,
        "taxonomies": list(kind.taxonomies),
        "rest_base": kind.base,
        "rest_namespace": "wp/v2",
        "_links": {"wp:items": [{"href": own}]},
    }


def _list(site: "WordPressSite", kind: PostType, asked: AskedTarget, now: datetime) -> StandInAnswer:
    size, number = _whole(asked, "per_page", 10, _MAX_PER_PAGE), _whole(asked, "page", 1)
    found = _sorted([post for post in site.there(now, kind.name) if _wanted(site, kind, post, asked, now)], asked, now)
    pages = math.ceil(len(found) / size)
    if found and number > pages:
        message = "The page number requested is larger than the number of pages available."
        raise Refused("rest_post_invalid_page_number", message)
    part = found[(number - 1) * size : number * size]
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    return as_json([_fields(asked, _post(site, post, now)) for post in part], headers=headers)


def _sorted(posts: list[Post], asked: AskedTarget, now: datetime) -> list[Post]:
    by, way = asked.one("orderby", "date"), asked.one("order", "desc")
    if by not in _ORDERS or way not in {"asc", "desc"}:
        raise Refused("rest_invalid_param", "Invalid parameter(s): orderby or order")
    turned = way == "desc"
    posts = sorted(posts, key=lambda post: post.id, reverse=turned)
    return sorted(posts, key=lambda post: _ORDERS[by](post, now), reverse=turned)  # type: ignore[arg-type,return-value]


def _wanted(site: "WordPressSite", kind: PostType, post: Post, asked: AskedTarget, now: datetime) -> bool:
    bounds = {name: _moment(asked, name) for name in _MOMENTS}
    published, modified = post.published, post.modified(now)
    in_time = (
        _after(published, bounds["after"])
        and _after(modified, bounds["modified_after"])
        and _before(published, bounds["before"])
        and _before(modified, bounds["modified_before"])
    )
    named = (not asked.many("include") or str(post.id) in asked.many("include")) and (
        not asked.many("slug") or post.slug in asked.many("slug")
    )
    # A kind that is not hierarchical has no `parent` to ask for: WordPress ignores the parameter.
    of_parent = not (kind.hierarchical and asked.has("parent")) or str(post.parent) in asked.many("parent")
    version = _version(post, now)
    words = asked.one("search").lower()
    said = plain(f"{version.title} {version.content}").lower()
    return in_time and named and of_parent and words in said and _has_terms(site, post, asked)


def _has_terms(site: "WordPressSite", post: Post, asked: AskedTarget) -> bool:
    for taxonomy, base in site.bases.items():
        if asked.has(base) or asked.has(f"{base}[]"):
            ids = {str(term.id) for term in site.terms_of(post) if term.taxonomy == taxonomy}
            if not ids & set(asked.many(base)):
                return False
    return True


def _after(moment: datetime, bound: datetime | None) -> bool:
    return bound is None or moment.replace(microsecond=0) > bound


def _before(moment: datetime, bound: datetime | None) -> bool:
    return bound is None or moment.replace(microsecond=0) < bound


def _moment(asked: AskedTarget, name: str) -> datetime | None:
    if not asked.has(name):
        return None
    read = read_moment(asked.one(name))
    if read is None:
        raise Refused("rest_invalid_param", f"Invalid parameter(s): {name}")
    return read


def _whole(asked: AskedTarget, name: str, otherwise: int, most: int | None = None) -> int:
    said = asked.one(name, str(otherwise))
    if not said.isdigit() or int(said) < 1 or (most and int(said) > most):
        raise Refused("rest_invalid_param", f"Invalid parameter(s): {name}")
    return int(said)


def _single(site: "WordPressSite", kind: PostType, number: int, asked: AskedTarget, now: datetime) -> StandInAnswer:
    post = next((post for post in site.there(now, kind.name) if post.id == number), None)
    if post is None:
        raise Refused("rest_post_invalid_id", "Invalid post ID.", 404)
    return as_json(_fields(asked, _post(site, post, now)))


def _terms(site: "WordPressSite", base: str, asked: AskedTarget, now: datetime) -> StandInAnswer:
    taxonomy = next(name for name, known in site.bases.items() if known == base)
    known = [term for term in site.terms if term.taxonomy == taxonomy]
    wanted = [term for term in known if not asked.has("slug") or term.slug in asked.many("slug")]
    headers = {"X-WP-Total": str(len(wanted)), "X-WP-TotalPages": "1" if wanted else "0"}
    return as_json([_fields(asked, _term(site, term, now)) for term in wanted], headers=headers)


def _term(site: "WordPressSite", term: SiteTerm, now: datetime) -> Json:
    count = sum(term in site.terms_of(post) for post in site.there(now))
    link = f"{site.home}/{term.taxonomy}/{term.slug}/"
    values: Json = {"id": term.id, "count": count, "description": "", "link": link, "name": texturized(term.name)}
    return values | {"slug": term.slug, "taxonomy": term.taxonomy, "parent": 0}


def _fields(asked: AskedTarget, whole: Json) -> Json:
    """Only what `_fields` names; `title.rendered` names a part."""
    names = asked.many("_fields")
    if not names:
        return whole
    kept: Json = {}
    for name in names:
        top, _, part = name.partition(".")
        value = whole.get(top)
        if top in whole and not part:
            kept[top] = value
        elif isinstance(value, dict) and part in value:
            held = kept.setdefault(top, {})
            if isinstance(held, dict):
                held[part] = value[part]
    return kept


def _version(post: Post, now: datetime) -> SavedPost:
    version = post.at(now)
    assert version is not None
    return version


def _post(site: "WordPressSite", post: Post, now: datetime) -> Json:
    version, modified = _version(post, now), post.modified(now)
    values: Json = {
        "id": post.id,
        "date": local(post.published),
        "date_gmt": gmt(post.published),
        "guid": {"rendered": site.guid(post)},
        "modified": local(modified),
        "modified_gmt": gmt(modified),
        "slug": post.slug,
        "status": "publish",
        "type": post.type,
        "link": site.link(post),
        "title": {"rendered": texturized(version.title)},
        "content": {"rendered": version.content, "protected": False},
        "excerpt": {"rendered": f"<p>{excerpt(version.excerpt, version.content)}</p>\n", "protected": False},
        "author": 1,
        "featured_media": 0,
        "template": "",
    }
    kind = site.kind(post.type)
    if kind.hierarchical:
        values |= {"parent": post.parent, "menu_order": post.menu_order}
    for taxonomy in kind.taxonomies:
        values[site.bases[taxonomy]] = [term.id for term in site.terms_of(post) if term.taxonomy == taxonomy]
    if post.rows:
        rows = [_row(site, post, row) for row in post.shown_rows(now)]
        values["component_fields"] = {"introduction": version.content, "documents": rows}
        values["content"] = {"rendered": "", "protected": False}
    return values


def _row(site: "WordPressSite", post: Post, row: Row) -> Json:
    values: Json = {"type_of_publication": row.kind, "title": row.title}
    if row.kind == "documentlink":
        return values | {"link": {"url": row.link, "title": row.title}}
    if row.kind != "document":
        return values | {"text": row.snapshot}
    slug = row.publication_type
    return values | {
        "publication_type": {"slug": slug, "name": slug.replace("-", " ").capitalize()},
        "snapshot": row.snapshot,
        "number_of_pages": str(row.pages),
        "document": {
            "title": row.file_name.rsplit(".", 1)[0],
            "filename": row.file_name,
            "filesize": len(row.file),
            "url": site.origin + site.file_path(row),
            "mime_type": row.mime_type,
            "date": gmt_file_date(row.at),
            "modified": gmt_file_date(row.at),
            "uploaded_to": post.id,
        },
    }
