"""A DNS server on loopback with TXT records (RFC 1035), and our resolver asking it."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

MAX_DATAGRAM_BYTES = 4_096


@contextmanager
def serving_names(texts: Mapping[str, str]) -> Iterator[None]:
    """While it lasts, dnspython asks only us: TXT records by name, "" for a name without; no other name exists."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(server, texts), daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        before, dns.resolver.default_resolver = dns.resolver.default_resolver, resolver
        try:
            yield
        finally:
            dns.resolver.default_resolver = before
            server.sendto(b"", server.getsockname())
            thread.join()


def _serve(server: socket.socket, texts: Mapping[str, str]) -> None:
    while True:
        asked, sender = server.recvfrom(MAX_DATAGRAM_BYTES)
        if not asked:
            return
        question = dns.message.from_wire(asked)
        name = question.question[0].name
        answer = dns.message.make_response(question)
        text = texts.get(name.to_text(omit_final_dot=True))
        if text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif text:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{text}"'))
        server.sendto(answer.to_wire(), sender)
