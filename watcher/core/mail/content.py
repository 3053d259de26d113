"""The content of a mail: its header lines, the one text that people read, and the files that came with it.

RFC 5322, RFC 2045 to 2047. Whatever the bytes are, a MailContent comes back: what could not be read is in `problems`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses

from watcher.core.decoding.text_encoding import decode_text
from watcher.core.language.text import clean, clean_title, printable
from watcher.core.letters.document_lines import is_document, names_document
from watcher.errors import NotParsed

MAX_PARTS, MAX_DEPTH = 50, 5
MAX_MAIL_BYTES = 25_000_000
MAX_ID_CHARACTERS = 250
_FAULTS = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_PREFIX = re.compile(
    r"^(?:(?:fwd?|re|aw|wg)\s*:|\[(?:external|ext|e-?mail)[^\]]{0,40}\]|(?:external|official)\s*:)\s*", re.IGNORECASE
)
_KEPT_HEADERS = frozenset(
    {"from", "date", "subject", "message-id", "list-id", "authentication-results", "dkim-signature"}
    | {"mime-version", "content-type", "content-transfer-encoding"}
)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a mail: its name, "" for none, and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """A mail as people see it. `sender` is the address of its From line, in lower case; "" where it has none or many.

    `html` and `plain` are its text in the two forms; `date` is its Date line as written. `header`: what was parsed.
    """

    sender: str
    message_id: str
    subject: str
    date: str
    html: str
    plain: str
    files: tuple[AttachedFile, ...] = ()
    problems: tuple[str, ...] = ()


def parse_headers(body: bytes) -> Message:
    """The header lines of a mail."""
    return BytesParser(policy=policy.compat32).parsebytes(body[:MAX_MAIL_BYTES], headersonly=True)


def sender_of(header: Message) -> str:
    """The one address of the From line, in lower case; "" where there is none, or more than one."""
    lines = header.get_all("From") or []
    if len(lines) != 1:
        return ""
    try:
        addresses = [address for _, address in getaddresses([str(lines[0])]) if address]
    except _FAULTS:
        return ""
    return printable(addresses[0]).strip().lower() if len(addresses) == 1 and "@" in addresses[0] else ""


def read_mail(body: bytes) -> MailContent:
    """The MailContent of a mail. Raises NotParsed for bytes that are no mail at all."""
    header = parse_headers(body)
    if not any(header.get(name) for name in ("From", "Subject", "Message-ID")):
        raise NotParsed("this is no e-mail: it has no From, no Subject and no Message-ID; save the whole mail as .eml")
    try:
        mail: EmailMessage | None = BytesParser(policy=policy.default).parsebytes(body[:MAX_MAIL_BYTES])
    except _FAULTS:
        mail = None
    texts: dict[str, str] = {}
    files: list[AttachedFile] = []
    problems: list[str] = (
        [] if mail is not None else ["its parts cannot be told apart: only its header lines were read"]
    )
    for part in _list_parts(mail, problems) if mail is not None else ():
        _read_part(part, texts, files, problems)
    return MailContent(
        sender=sender_of(header),
        message_id=clean(str(header.get("Message-ID") or ""), MAX_ID_CHARACTERS).strip("<> "),
        subject=_read_subject(header),
        date=clean(str(header.get("Date") or ""), 200),
        html=texts.get("text/html", ""),
        plain=texts.get("text/plain", ""),
        files=tuple(files),
        problems=tuple(problems),
    )


def without_recipients(body: bytes) -> bytes:
    """A mail without whom it was sent to and by which way it came: addresses are personal data (UK GDPR article 5)."""
    end = _END_OF_HEAD.search(body)
    head, gap, rest = (body[: end.start()], end[0], body[end.end() :]) if end else (body, b"", b"")
    kept: list[bytes] = []
    is_kept = False
    for line in head.splitlines(keepends=True):
        if line[:1] not in b" \t":
            is_kept = line.partition(b":")[0].strip().lower().decode("latin-1") in _KEPT_HEADERS
        kept += [line] if is_kept else []
    return b"".join(kept).rstrip(b"\r\n") + gap + rest


def _read_subject(header: Message) -> str:
    """The subject, decoded (RFC 2047), without what forwarding and filters put before it."""
    raw = str(header.get("Subject") or "")
    try:
        subject = str(make_header(decode_header(raw)))
    except _FAULTS:
        subject = raw
    subject = clean_title(subject)
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return subject


def _list_parts(mail: EmailMessage, problems: list[str]) -> Iterator[EmailMessage]:
    """The parts that hold something, first to last; a mail inside the mail is not opened."""
    waiting: list[tuple[EmailMessage, int]] = [(mail, 0)]
    count = 0
    while waiting:
        part, depth = waiting.pop(0)
        count += 1
        if count > MAX_PARTS or depth > MAX_DEPTH:
            problems.append(f"more than {MAX_PARTS} parts, or {MAX_DEPTH} inside each other: the rest was not read")
            return
        if part.get_content_type() == "message/rfc822":
            problems.append("a mail attached to it was not read; save that one and add it with `watcher add-mail`")
        elif part.is_multipart():
            children = [child for child in part.get_payload() if isinstance(child, EmailMessage)]
            waiting[:0] = [(child, depth + 1) for child in children]
        else:
            yield part


def _read_part(part: EmailMessage, texts: dict[str, str], files: list[AttachedFile], problems: list[str]) -> None:
    """Add a part to the texts, of which the first of each form counts, or to the files."""
    try:
        kind, name = part.get_content_type(), clean(str(part.get_filename() or ""), 200)
        content = part.get_payload(decode=True)
    except _FAULTS:
        problems.append("one of its parts cannot be decoded")
        return
    body = content if isinstance(content, bytes) else b""
    if kind in {"text/html", "text/plain"} and not name and part.get_content_disposition() != "attachment":
        charset = clean(str(part.get_content_charset() or ""), 40)
        texts.setdefault(kind, decode_text(body, f"{kind}; charset={charset or 'utf-8'}"))
    elif is_document(body) and (body.startswith(b"%PDF") or "word" in kind or name.lower().endswith((".doc", ".docx"))):
        files.append(AttachedFile(name, body))
    elif names_document(f"https://mail.invalid/{name}") or (name and not kind.startswith(("image/", "text/calendar"))):
        problems.append(f"its file {name!r} is none that can be read (PDF and Word files are)")
