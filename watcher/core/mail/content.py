"""The content of a mail: its header lines, the one text that people read, and the files that came with it.

RFC 5322, RFC 2045 to 2047. Whatever the bytes are, a MailContent comes back: what could not be read is in `problems`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from html import escape
from itertools import islice

from watcher.core.decoding.text_encoding import decode_text
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import clean, clean_title, one_line
from watcher.core.letters.document_lines import is_document, names_document
from watcher.errors import NotParsed

MAX_PARTS, MAX_DEPTH = 50, 5
MAX_MAIL_BYTES = 25_000_000
MAX_ID_CHARACTERS = 250
_FAULTS = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
_END_OF_HEAD = lazy_regex(rb"\r?\n\r?\n")
_PREFIX = lazy_regex(
    r"^(?:(?:fwd?|re|aw|wg)\s*:|\[(?:external|ext|e-?mail)[^\]]{0,40}\]|(?:external|official)\s*:)\s*", re.IGNORECASE
)
_SENT_TO = lazy_regex(
    r"(\b(?:sent|addressed|delivered|e-?mailed|written) to\b[^@\n]{0,40}?)\s*[^\s@<>()]+@[^\s<>()]+", re.IGNORECASE
)
_KEPT_HEADERS = frozenset(
    {"from", "date", "subject", "message-id", "mime-version", "content-type", "content-transfer-encoding"}
)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a mail: its name, "" for none, and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """A mail as people see it: `html` and `plain` are its text in the two forms, `date` its Date line as written."""

    message_id: str
    subject: str
    date: str
    html: str
    plain: str
    files: tuple[AttachedFile, ...] = ()
    problems: tuple[str, ...] = ()


def parse_headers(body: bytes) -> Message:
    """The header lines of a mail; its text may be large and is not looked at."""
    end = _END_OF_HEAD.search(body, 0, MAX_MAIL_BYTES)
    return BytesParser(policy=policy.compat32).parsebytes(
        body[: end.end() if end else MAX_MAIL_BYTES], headersonly=True
    )


def read_mail(body: bytes) -> MailContent:
    """The MailContent of a mail. Raises NotParsed for bytes that are no mail at all."""
    header = parse_headers(body)
    if not any(header.get(name) for name in ("From", "Subject", "Message-ID")):
        raise NotParsed("this is no e-mail: it has no From, no Subject and no Message-ID; save the whole mail as .eml")
    try:
        mail: EmailMessage | None = BytesParser(policy=policy.default).parsebytes(body[:MAX_MAIL_BYTES])
    except _FAULTS:
        mail = None
    files: list[AttachedFile] = []
    problems: list[str] = (
        [] if mail is not None else ["its parts cannot be told apart: only its header lines were read"]
    )
    texts = list(_list_texts(mail, files, problems)) if mail is not None else []
    return MailContent(
        message_id=one_line(str(header.get("Message-ID") or ""))[:MAX_ID_CHARACTERS].strip("<> "),
        subject=_read_subject(header),
        date=clean(str(header.get("Date") or ""), 200),
        html=_join_html(texts) if any(text.html for text in texts) else "",
        plain="\n\n".join(filter(None, (text.plain for text in texts))),
        files=tuple(files),
        problems=tuple(problems),
    )


def without_address(line: str) -> str:
    """A line of a mail's foot without the address that it was sent to: that is personal data too."""
    return _SENT_TO.sub(r"\1 [address]", line)


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


@dataclass(frozen=True, slots=True)
class _MailText:
    """One text of a mail; of alternatives both forms."""

    html: str
    plain: str


def _join_html(texts: Sequence[_MailText]) -> str:
    """All texts one below the other; what is plain between HTML becomes paragraphs."""
    return "\n".join(text.html or f"<p>{escape(text.plain)}</p>" for text in texts)


def _list_texts(mail: EmailMessage, files: list[AttachedFile], problems: list[str]) -> Iterator[_MailText]:
    """The texts first to last; files and problems are added. Of alternatives the forms of one text belong together."""
    waiting: list[tuple[EmailMessage, int]] = [(mail, 0)]
    count = 0
    while waiting:
        part, depth = waiting.pop(0)
        count += 1
        if count > MAX_PARTS or depth > MAX_DEPTH:
            problems.append(f"more than {MAX_PARTS} parts, or {MAX_DEPTH} inside each other: the rest was not read")
            return
        kind = part.get_content_type()
        children = (
            [child for child in part.get_payload() if isinstance(child, EmailMessage)] if part.is_multipart() else []
        )
        if kind == "message/rfc822":
            problems.append("a mail attached to it was not read; save that one and add it with `watcher add-mail`")
        elif kind == "multipart/alternative":
            inner = [text for child in children for text in _list_texts_within(child, files, problems, count)]
            count += len(inner)
            html = "\n".join(filter(None, (text.html for text in inner)))
            yield _MailText(html=html, plain="\n\n".join(filter(None, (text.plain for text in inner))))
        elif part.is_multipart():
            waiting[:0] = [(child, depth + 1) for child in children]
        else:
            yield from _read_part(part, files, problems)


def _list_texts_within(
    part: EmailMessage, files: list[AttachedFile], problems: list[str], count: int
) -> list[_MailText]:
    """The texts of one alternative, which may itself hold pictures and files."""
    leaves = [leaf for leaf in islice(part.walk(), MAX_PARTS - min(count, MAX_PARTS - 1)) if not leaf.is_multipart()]
    return [text for leaf in leaves if isinstance(leaf, EmailMessage) for text in _read_part(leaf, files, problems)]


def _read_part(part: EmailMessage, files: list[AttachedFile], problems: list[str]) -> Iterator[_MailText]:
    """The text of a part; one that is a file is added to the files, and one that nobody can read is named."""
    try:
        kind, name = part.get_content_type(), clean(str(part.get_filename() or ""), 200)
        content = part.get_payload(decode=True)
        is_attached = part.get_content_disposition() == "attachment"
    except _FAULTS:
        problems.append("one of its parts cannot be decoded")
        return
    body = content if isinstance(content, bytes) else b""
    if kind in {"text/html", "text/plain"} and not is_attached:
        charset = clean(str(part.get_content_charset() or ""), 40)
        text = decode_text(body, f"{kind}; charset={charset or 'utf-8'}")
        yield _MailText(html=text, plain="") if kind == "text/html" else _MailText(html="", plain=text)
    elif is_document(body) and (body.startswith(b"%PDF") or "word" in kind or name.lower().endswith((".doc", ".docx"))):
        files.append(AttachedFile(name, body))
    elif names_document(f"https://mail.invalid/{name}") or (name and not kind.startswith(("image/", "text/calendar"))):
        problems.append(f"its file {name!r} is none that can be read (PDF and Word files are)")
