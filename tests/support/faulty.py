"""A raw asyncio fault server: it can drip, lie about lengths, reset and never end; well-behaved servers cannot."""

import asyncio
import gzip
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answering = Callable[[str, bytes, asyncio.StreamWriter], Awaitable[None]]

FEED = b"<?xml version='1.0'?><rss version='2.0'><channel><title>T</title>%s</channel></rss>"
ENTRY = b"<item><title>Flu jabs for group %d</title><link>https://example.org/%d</link><guid>g%d</guid></item>"


def feed(count: int, start: int = 0) -> bytes:
    """An RSS feed of `count` items, written by us."""
    return FEED % b"".join(ENTRY % (n, n, n) for n in range(start, start + count))


def response(body: bytes = b"", *, status: str = "200 OK", headers: str = "", length: int | None = None) -> bytes:
    """One HTTP/1.1 response; `length` lies about its body."""
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode("latin-1") + body


@dataclass
class Asked:
    """What the server was asked, as raw requests by path."""

    requests: list[tuple[str, bytes]] = field(default_factory=list)
    together: int = 0
    most_together: int = 0

    def paths(self) -> list[str]:
        """The paths in order, without robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]


@asynccontextmanager
async def faulty(
    answers: dict[str, bytes | Answering], host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[str, Asked]]:
    """Serve `answers` by path, on a free port; all else gets 404. Gives (base URL, what was asked)."""
    asked = Asked()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.together += 1
        asked.most_together = max(asked.most_together, asked.together)
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", request)
            body = await reader.readexactly(int(length[1])) if length else b""
            path = request.split()[1].decode()
            asked.requests.append((path, request + body))
            answer = answers.get(path, response(status="404 Not Found"))
            if callable(answer):
                await answer(path, request, writer)
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            asked.together -= 1
            writer.close()

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    async with server:
        yield f"{'https' if tls else 'http'}://{host}:{server.sockets[0].getsockname()[1]}", asked


async def silent(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """Accept and never answer, until the client hangs up."""
    await _until_gone(writer, b"", 0.01)


async def drip_headers(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """One header byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await _until_gone(writer, b"a", 0.02)


async def drip_body(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """One body byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    await _until_gone(writer, b"a", 0.02)


async def endless(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """64 KiB chunks, until the client hangs up."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    await _until_gone(writer, b"10000\r\n" + b"a" * 0x10000 + b"\r\n", 0)


async def reset(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """Cut the line without an answer."""
    writer.transport.abort()


async def _until_gone(writer: asyncio.StreamWriter, piece: bytes, pause: float) -> None:
    for _ in range(2_000):  # bounded, should a client never give up
        if writer.is_closing():
            return
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)


def bomb(size: int) -> bytes:
    """`size` zero bytes, gzipped."""
    return gzip.compress(b"\x00" * size, 9)
