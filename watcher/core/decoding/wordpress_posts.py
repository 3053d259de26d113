"""Posts as WordPress' REST interface gives them (developer.wordpress.org/rest-api/reference/posts)."""

from collections.abc import Iterable

from watcher.core.decoding.json_answers import Json, object_of, read_objects
from watcher.core.language.urls import canonical_url
from watcher.model import Item

MAX_ID = 2**63
_NAMES = {"posts": "post", "pages": "page"}


def post_type(name: str) -> str:
    """The type by WordPress' own name: what REST calls "posts" is the type "post"."""
    return _NAMES.get(name, name)


def read_posts(body: bytes) -> list[Json]:
    """The posts of a JSON array, with `id` and `parent` as numbers, 0 for none; what has no id is left out.

    Raises NotParsed for anything but an array.
    """
    posts = (
        {**post, "id": _number(post.get("id")), "parent": _number(post.get("parent"))} for post in read_objects(body)
    )
    return [post for post in posts if post["id"]]


def _number(value: object) -> int:
    return value if type(value) is int and 0 < value < MAX_ID else 0


def rendered(post: Json, name: str) -> str:
    """`title.rendered` and the like, which is HTML."""
    return str(object_of(post.get(name)).get("rendered") or "")


def has_parent_in(item: Item, addresses: Iterable[str]) -> bool:
    """Whether it is a chapter, /long-read/PARENT/CHAPTER/, of a page at one of `addresses`, which are canonical."""
    address = canonical_url(item.url)
    return any(address != parent and address.startswith(f"{parent.rstrip('/')}/") for parent in addresses)
