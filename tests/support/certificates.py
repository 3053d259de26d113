"""Certificates of our own for servers on loopback, made by openssl."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def make_certificate(folder: Path, days: int, organisation: str = "Test Trust") -> ssl.SSLContext:
    """A server's context with a certificate for localhost that is good for `days`; it signs itself (cert.pem)."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("there is no openssl on this machine to make a certificate with")
    wanted = ["-subj", f"/O={organisation}/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", "key.pem", "-out", "cert.pem"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days)]
    subprocess.run([program, "req", "-x509", *key, *files, *wanted], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
