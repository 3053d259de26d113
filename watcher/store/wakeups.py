"""Whoever delivers is woken by a commit that planned something: this process, and on PostgreSQL all other replicas."""

from collections.abc import Callable

import sqlalchemy as sa

_PLANNED = "watcher planned something"  # set in `info` of the connection until its transaction ends
_CHANNEL = "watcher_outbox"  # of PostgreSQL's NOTIFY
_KEEPALIVE_SECONDS = 30  # a connection that died unnoticed is given up after some of these


def wake_after_commit(tx: sa.Connection) -> None:
    """Wake those who deliver as soon as `tx` is committed; nobody when it is rolled back."""
    tx.info[_PLANNED] = True
    if tx.dialect.name == "postgresql":
        tx.execute(sa.text(f"NOTIFY {_CHANNEL}"))


def take_planned(tx: sa.Connection) -> bool:
    """Whether something was planned on this connection since this was asked last."""
    return bool(tx.info.pop(_PLANNED, False))


async def listen(engine: sa.Engine, wake: Callable[[], None]) -> None:
    """Call `wake` whenever a process has planned something, and once at the beginning. Only on PostgreSQL.

    Never returns. Raises psycopg.Error when the connection is lost.
    """
    from psycopg import AsyncConnection

    _, parameters = engine.dialect.create_connect_args(engine.url)
    parameters = {"keepalives_idle": _KEEPALIVE_SECONDS, **parameters}
    async with await AsyncConnection.connect(**parameters, autocommit=True) as connection:
        await connection.execute(f"LISTEN {_CHANNEL}")
        wake()  # for what was planned while nobody listened
        async for _ in connection.notifies():
            wake()
