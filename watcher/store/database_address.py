"""The address of the database, as WATCHER_DATABASE and --database give it: read before anything is opened."""

from dataclasses import dataclass, field

from watcher.errors import BadDatabase
from watcher.model.login_address import PERCENT_CURE, read_login_address

_SQLITE = "sqlite:///"
_POSTGRESQL = {"postgresql", "postgres", "postgresql+psycopg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """Where the database is: a SQLite `file`, or "" for PostgreSQL at `url`, which may hold a password."""

    url: str = field(repr=False)
    file: str


def read_database_address(url: str) -> DatabaseAddress:
    """The address of a SQLite file or a PostgreSQL database. Raises BadDatabase with the cure and no text of it."""
    wrong = "the database's address (WATCHER_DATABASE, --database) cannot be read;"
    if url.startswith("sqlite"):
        file = url.removeprefix(_SQLITE)
        if file in {"", ":memory:", "sqlite://", "sqlite:"}:
            raise BadDatabase("a database in memory forgets everything; name a file: sqlite:///watcher.db")
        if file == url or "?" in file:
            raise BadDatabase(f"{wrong} write sqlite:///FILE, or sqlite:////FOLDER/FILE")
        return DatabaseAddress(url=url, file=file)
    if not url.startswith("postgres"):
        raise BadDatabase(f"{wrong} write sqlite:///FILE or postgresql://user:password@host/name")
    try:
        parts = read_login_address(url, _POSTGRESQL, "postgresql://user:password@host/name")
    except ValueError as error:
        cure = "" if "write it as" in str(error) else "; write postgresql://user:password@host/name"
        raise BadDatabase(f"{wrong} {error}{cure}") from None
    if "@" in parts.path + parts.query:
        raise BadDatabase(f"{wrong} {PERCENT_CURE}")
    return DatabaseAddress(url=url, file="")
