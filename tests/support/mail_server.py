"""A private IMAP server on loopback with TLS: Debian's Dovecot, else pymap behind a TLS proxy of ours.

What is in it is put there and looked at by a connection of the test's own, never by the product's.
"""

import asyncio
import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest

DOVECOT = next(filter(None, (shutil.which("dovecot"), shutil.which("/usr/sbin/dovecot"))), "")
USER, PASSWORD = "watch", "canary-Mailbox-Password"
MAIL_UID = 8  # Debian's `mail`: Dovecot gives no mail to root
_CONFIGURATION = """
base_dir={base}/run
state_dir={base}/run
protocols=imap
listen=127.0.0.1
log_path={base}/log
ssl=required
ssl_cert=<{base}/cert.pem
ssl_key=<{base}/key.pem
first_valid_uid=0
{own_user}
service anvil {{
 chroot=
}}
service imap-login {{
 chroot=
 inet_listener imap {{
  port=0
 }}
 inet_listener imaps {{
  port={port}
  ssl=yes
 }}
}}
mail_location=maildir:{base}/mail/%u
passdb {{
 driver=static
 args=password={password}
}}
userdb {{
 driver=static
 args=uid={uid} gid={gid} home={base}/mail/%u
}}
"""


@dataclass(frozen=True)
class MailServer:
    """A running server: `url` is what WATCHER_IMAP_URL may be, `certificate` the file that its clients must trust."""

    port: int
    certificate: Path
    mails: Path | None = None

    @property
    def url(self) -> str:
        return f"imaps://{USER}:{PASSWORD}@localhost:{self.port}"

    def put(self, mail: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Put a mail into the mailbox, as a delivery does at that moment."""
        with self.open(folder) as box:
            status, why = box.append(folder, "", imaplib.Time2Internaldate(at) if at else "", mail)
            assert status == "OK", why

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of each mail, and how many there are."""
        with self.open(folder) as box:
            box.select(folder, readonly=True)
            _, answer = box.fetch("1:*", "(FLAGS)")
            return [
                line.decode().replace("\\Recent", "").replace(" )", ")") for line in answer if isinstance(line, bytes)
            ]

    @contextmanager
    def open(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4_SSL]:
        """A connection of the test's own."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        box = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=trusted, timeout=10)
        try:
            box.login(USER, PASSWORD)
            if folder != "INBOX":
                box.create(folder)
            yield box
        finally:
            box.logout()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server with an empty mailbox; it ends with the block. Clients of this process trust its certificate."""
    base = Path(mkdtemp(prefix="mail-")).resolve()
    base.chmod(0o755)  # Dovecot's login process is another user
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, base, ignore_errors=True)
        make_certificate(base)
        trust = pytest.MonkeyPatch()
        stack.callback(trust.undo)
        trust.setenv("SSL_CERT_FILE", str(base / "cert.pem"))
        serving = dovecot if DOVECOT else pymap
        yield stack.enter_context(serving(base))


def make_certificate(folder: Path) -> None:
    """cert.pem and key.pem for localhost."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("there is no openssl on this machine to make a certificate with")
    asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([program, *asked, *names, *files], check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def dovecot(base: Path) -> Iterator[MailServer]:
    is_root, port = os.getuid() == 0, free_port()
    uid, gid = (MAIL_UID, MAIL_UID) if is_root else (os.getuid(), os.getgid())
    for name in ("run", "mail"):
        (base / name).mkdir()
    if is_root:
        os.chown(base / "mail", MAIL_UID, MAIL_UID)
    user = os.environ.get("USER") or str(os.getuid())
    own_user = "" if is_root else f"default_internal_user={user}\ndefault_login_user={user}"
    fields = {"base": base, "port": port, "uid": uid, "gid": gid, "own_user": own_user, "password": PASSWORD}
    (base / "dovecot.conf").write_text(_CONFIGURATION.format(**fields), encoding="utf-8")
    with run_until_ready([DOVECOT, "-F", "-c", str(base / "dovecot.conf")], port):
        yield MailServer(port, base / "cert.pem", base / "mail" / USER)


@contextmanager
def pymap(base: Path) -> Iterator[MailServer]:
    plain = free_port()
    program = [
        str(Path(sys.executable).with_name("pymap")),
        "--host",
        "127.0.0.1",
        "--port",
        str(plain),
        "--no-tls",
        "dict",
    ]
    with (
        run_until_ready([*program, "--demo-user", USER, "--demo-password", PASSWORD], plain),
        tls_proxy(base, plain) as port,
    ):
        yield MailServer(port, base / "cert.pem")


@contextmanager
def run_until_ready(command: list[str], port: int) -> Iterator[None]:
    """A program that serves at `port`, ended with the block."""
    server = subprocess.Popen(command)
    try:
        for _ in range(200):
            assert server.poll() is None, f"{command[0]} ended with {server.returncode}"
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)  # until it listens: there is nothing else to wait for
        yield
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def tls_proxy(base: Path, plain_port: int) -> Iterator[int]:
    """A port that speaks TLS before a port that does not."""
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(base / "cert.pem", base / "key.pem")
    loop, port = asyncio.new_event_loop(), free_port()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", plain_port)
        await asyncio.gather(copy(reader, back), copy(there, writer), return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(
        asyncio.start_server(connect, "127.0.0.1", port, ssl=served), loop
    ).result()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
