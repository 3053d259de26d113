"""A line to PostgreSQL that can be cut at the COMMIT of a chosen transaction, before or after the server heard it."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"  # a simple query, as psycopg sends it (postgresql.org/docs: message formats)
DONE = b"COMMIT\x00"  # of the server's CommandComplete


@dataclass
class CuttableLine:
    """Cuts once: at the first COMMIT of a connection that has said `wanted` since the one before."""

    real: sa.URL
    wanted: bytes = b""
    hears: bool = True  # whether the server still hears the COMMIT
    cuts: int = 0

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """To the server itself, at a socket or a port."""
        where = self.real.query.get("host") or self.real.host or "localhost"
        port = self.real.port or 5432
        if str(where).startswith("/"):
            return await asyncio.open_unix_connection(f"{where}/.s.PGSQL.{port}")
        return await asyncio.open_connection(str(where), port)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: bytes go both ways until one side ends, or the line is cut."""
        far_reader, far_writer = await self.connect()
        heard = bytearray()
        cut = asyncio.Event()

        async def there() -> None:
            while piece := await reader.read(65_536):
                heard.extend(piece)
                if heard.endswith(COMMIT):
                    if self.wanted and self.wanted in heard:
                        self.wanted = b""
                        self.cuts += 1
                        cut.set()
                        if not self.hears:
                            writer.transport.abort()
                            far_writer.transport.abort()
                            return
                    heard.clear()
                far_writer.write(piece)
                await far_writer.drain()
            far_writer.close()

        async def back() -> None:
            while piece := await far_reader.read(65_536):
                if cut.is_set() and DONE in piece:
                    writer.transport.abort()
                    far_writer.close()
                    return
                writer.write(piece)
                await writer.drain()
            writer.close()

        await asyncio.gather(there(), back(), return_exceptions=True)


@contextmanager
def cutting(url: str) -> Iterator[tuple[str, CuttableLine]]:
    """The address of `url` through a Line."""
    line = CuttableLine(sa.make_url(url))
    ready: dict[str, Any] = {}
    started = threading.Event()

    async def serve(folder: str) -> None:
        ready["stop"] = asyncio.Event()
        ready["loop"] = asyncio.get_running_loop()
        server = await asyncio.start_unix_server(line.serve, f"{folder}/.s.PGSQL.5432")
        started.set()
        await ready["stop"].wait()
        server.close()

    with tempfile.TemporaryDirectory(prefix="line-") as folder:
        thread = threading.Thread(target=lambda: asyncio.run(serve(folder)))
        thread.start()
        started.wait(5)
        try:
            through = line.real.set(host=None, port=None, query={"host": str(Path(folder))})
            yield through.render_as_string(hide_password=False), line
        finally:
            ready["loop"].call_soon_threadsafe(ready["stop"].set)
            thread.join(5)
