"""What a WordPress site keeps: kinds of posts, terms, and posts with all that was ever done to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.stand_ins.answer import DOCX, PDF


@dataclass(frozen=True)
class PostType:
    """A kind of post, as `register_post_type` declares it."""

    name: str
    rest_base: str = ""  # empty: the same as the name
    slug: str = ""  # the first part of its addresses; empty: the same as the name
    archive: bool = True  # whether /SLUG/ and /SLUG/feed/ list its posts
    hierarchical: bool = False
    queryable: bool = True  # whether ?post_type=NAME asks for it
    in_rest: bool = True
    in_feed: bool = False  # whether the general feed carries it
    taxonomies: tuple[str, ...] = ("category",)

    @property
    def base(self) -> str:
        """Its name in REST addresses."""
        return self.rest_base or self.name

    @property
    def path(self) -> str:
        """The first part of its addresses."""
        return self.slug or self.name


POST = PostType("post", "posts", archive=False, in_feed=True)
PAGE = PostType("page", "pages", archive=False, hierarchical=True, taxonomies=())


@dataclass(frozen=True)
class SiteTerm:
    """One word of a taxonomy, such as `letter` among the publication types."""

    id: int
    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True)
class SavedPost:
    """What a post said from one moment on."""

    at: datetime
    title: str
    content: str = ""
    excerpt: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a publication's container: a file, a link, a heading or free text."""

    title: str
    at: datetime
    file_name: str = ""
    file: bytes = b""
    kind: str = "document"  # document, documentlink, audiovideo, heading or freetext
    publication_type: str = "letter"
    snapshot: str = ""
    pages: int = 1
    link: str = ""
    until: datetime | None = None  # when the row was taken off again

    def there(self, now: datetime) -> bool:
        """Whether the page shows it at this moment."""
        return self.at <= now and (self.until is None or now < self.until)

    @property
    def mime_type(self) -> str:
        """The type of its file, by its name."""
        return DOCX if self.file_name.endswith(".docx") else PDF


@dataclass(frozen=True)
class Post:
    """A post of any kind, with its whole history."""

    id: int
    slug: str
    versions: Sequence[SavedPost]
    type: str = "post"
    parent: int = 0
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    menu_order: int = 0

    @property
    def published(self) -> datetime:
        """When it first appeared; this date never moves."""
        return self.versions[0].at

    def at(self, now: datetime) -> SavedPost | None:
        """What it says at this moment; nothing before it is published."""
        return next((version for version in reversed(self.versions) if version.at <= now), None)

    def modified(self, now: datetime) -> datetime:
        """When it was last saved, as far as this moment knows."""
        saves = [version.at for version in self.versions]
        saves += [row.at for row in self.rows] + [row.until for row in self.rows if row.until]
        return max(moment for moment in saves if moment <= now)

    def shown_rows(self, now: datetime) -> list[Row]:
        """The rows of its container at this moment, newest first as editors add them on top."""
        return sorted((row for row in self.rows if row.there(now)), key=lambda row: row.at, reverse=True)
