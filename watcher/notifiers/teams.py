"""Microsoft Teams: an Adaptive Card through a workflow's webhook (learn.microsoft.com, "Create incoming webhooks").

Version 1.4 of the card, which every client shows. All untrusted text stands in TextRun elements, which know no Markdown
(TextBlock and FactSet do); only "{{DATE(...)}}" is expanded there, so its braces are parted. The flow answers 202
before anything is shown, so "sent" means that Microsoft accepted it; a channel cannot be read back, and a card not be
changed.
"""

import json
import logging
import re
import socket
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import printable
from watcher.core.language.urls import clean_link
from watcher.core.messages.plain_text import POSSIBLE_REPEAT
from watcher.core.wording.labels import LABELS, MORE_LINK
from watcher.errors import NotSent, Unknown
from watcher.fetching.cache_headers import http_date, retry_after
from watcher.model import FactKind, Message, Paragraph, Receipt, Section, Tone
from watcher.model.finding import Finding, broken, fine
from watcher.notifiers.base import MEND, Notifier, Readers, before_contact, keep_paragraphs, shorten

if TYPE_CHECKING:
    import httpx

Element = dict[str, Any]
SECONDS = 15
# Microsoft documents about 28 kB; a client library measured 21 kB.
MAX_CARD_BYTES, MAX_PARAGRAPHS, MAX_ADDRESS_BYTES = 20_000, 100, 2_000
MAX_VALUE_CHARACTERS = (1_000, 300, 120, 40)  # a text alone in its card is cut until it fits
_FLOWS = lazy_regex(r"(?:[\w-]+\.)*(?:environment\.api\.powerplatform\.com|api\.powerautomate\.com)", re.IGNORECASE)
_RETIRED = {
    "logic.azure.com": "such addresses ended on 30 November 2025; copy the new one from the flow in Power Automate",
    "webhook.office.com": (
        "Microsoft 365 connectors are retired; in Teams choose Workflows for the channel, then "
        "“Send webhook alerts to a channel”, and copy the address that it gives"
    ),
}
_RETIRED["outlook.office.com"] = _RETIRED["outlook.office365.com"] = _RETIRED["webhook.office.com"]
_NO_FLOW = "not the address of a Teams workflow; copy it whole from the flow (https://....powerplatform.com/...)"
_NEW_FLOW = (
    "switch the flow on in Power Automate, or make a new one and put its address where subscribers.yaml reads it"
)
_OWNER = "ask the owner of the flow, or the tenant's admin, to let anyone who has the address trigger it"
_REACH = "check this machine's network"
_STRANGER = "ask who runs this machine's network: something in it answers in Teams' place"
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below it they repeat addresses and answers
_JSON = {"Content-Type": "application/json"}
_STYLES = {Tone.WARNING: "warning", Tone.GOOD: "good", Tone.ACCENT: "accent", Tone.ATTENTION: "attention"}


class Teams(Notifier):
    """Posts to the address of a workflow (`address: env:TEAMS_URL`)."""

    pause_seconds = 1.0
    cure_if_unseen = "look at the run history of the flow in Power Automate: whether it ran, and where it posts"

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take WATCHER_PUBLIC_URL, where the pages are."""
        import httpx

        super().__init__(environment)
        self._pages = environment.get("WATCHER_PUBLIC_URL", "")
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=False)

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """Why an address cannot be used: it is retired, or no workflow's; WATCHER_TEAMS_ANY=yes takes any (tests)."""
        import httpx

        try:
            host = httpx.URL(address).host  # as httpx reads it, because httpx will connect
            _ = urlsplit(address).port
        except (httpx.InvalidURL, ValueError):
            host = ""
        if environment.get("WATCHER_TEAMS_ANY", "").strip() == "yes" and host:
            return ""
        for ending, cure in _RETIRED.items():
            if host == ending or host.endswith(f".{ending}"):
                return cure
        if host.endswith(".slack.com"):
            return "this is Slack's address; write `via: slack`"
        if not _FLOWS.fullmatch(host):
            return _NO_FLOW
        if not address.startswith("https://"):
            return "must begin with https://, since whoever reads the address could post"
        if not httpx.URL(address).params.get("sig"):
            return "is cut off: its end, with `sig=`, is missing; copy it whole from the flow"
        return ""

    def count_that_fit(self, message: Message) -> int:
        """As many as make a card of at most MAX_CARD_BYTES; at least one, which is cut."""
        counts = range(2, min(len(message.paragraphs), MAX_PARAGRAPHS) + 1)
        limit = MAX_VALUE_CHARACTERS[0]
        return 1 + bisect_left(counts, x=True, key=lambda count: not _fits(keep_paragraphs(message, count), limit))

    def send(self, message: Message, address: str) -> Receipt:
        """Post once. Raises NotSent or Unknown."""
        import httpx

        with before_contact():
            body = json.dumps(make_post(message, self._pages)).encode()
        failure: NotSent | Unknown | None = None
        try:
            with self._client.stream("POST", address, content=body, headers=_JSON) as answer:  # its words are not read
                failure = _failure_of(answer)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,
            httpx.UnsupportedProtocol,
        ):
            failure = NotSent("Teams cannot be reached", cure=_REACH)
        except httpx.HTTPError as error:
            failure = Unknown(f"the line broke before Teams' answer ({type(error).__name__})")
        if failure:
            raise failure  # outside of `except`, so that no error that knows the address hangs on it
        return Receipt()

    def examine(self, readers: Readers) -> Iterator[Finding]:
        """Whether the host of each flow is known; whether the flow posts, only a Message can tell."""
        return (_examine_host(f"subscriber {subscriber}", address, subscriber) for subscriber, address in readers)

    def close(self) -> None:
        """Close idle connections."""
        self._client.close()


def _examine_host(check: str, address: str, subscriber: str) -> Finding:
    parts = urlsplit(address)
    try:
        socket.getaddrinfo(parts.hostname or "", parts.port or 443)
    except OSError:
        return broken(check, "the host of its flow cannot be resolved", _REACH)
    return fine(
        check, f"its address is that of a flow; whether it posts, only a message tells: watcher tell {subscriber}"
    )


def _failure_of(answer: "httpx.Response") -> NotSent | Unknown | None:
    """The failure that an answer means; None where the flow accepted. Its words are never repeated."""
    status = answer.status_code
    if answer.is_success:  # 200 or 202; a flow with an answer of its own may give another
        is_page = "html" in answer.headers.get("content-type", "").lower()
        return NotSent("the answer is not Teams' (a captive portal?)", cure=_STRANGER) if is_page else None
    if status == 429:  # noqa: PLR2004
        sent_at = http_date(answer.headers.get("date", ""))
        after = retry_after(answer.headers.get("retry-after", ""), sent_at)
        return NotSent("Teams asks us to slow down", after=after or MEND / 30)
    if status == 408 or status >= 500:  # noqa: PLR2004
        return Unknown(f"Teams answered {status}: it may have posted all the same")
    return _refusal(status)


def _refusal(status: int) -> NotSent:
    """The failure of an answer that says no."""
    why = f"Teams answered {status}"
    if status in {400, 413}:
        return NotSent(why, for_good=status == 400, about_message=True, too_large=status == 413)  # noqa: PLR2004
    if status in {401, 403}:
        return NotSent(why, for_good=True, after=MEND, cure=_OWNER)
    if status in {404, 410}:  # the flow was deleted or switched off
        return NotSent(why, for_good=True, cure=_NEW_FLOW)
    return NotSent(why, cure=_STRANGER)


# --- the card -----------------------------------------------------------------------------------------------------


def make_post(message: Message, pages: str = "") -> dict[str, Any]:
    """The Message as the body of a post, within MAX_CARD_BYTES; the texts of a single long paragraph are cut.

    `pages`: the address of our pages, "" where there are none.
    """
    limits = (limit for limit in MAX_VALUE_CHARACTERS if _fits(message, limit, pages))
    return _make_post(message, next(limits, MAX_VALUE_CHARACTERS[-1]), pages)


def _fits(message: Message, limit: int, pages: str = "") -> bool:
    return len(json.dumps(_make_post(message, limit, pages)).encode()) <= MAX_CARD_BYTES


def _make_post(message: Message, limit: int, pages: str) -> dict[str, Any]:
    title = _inert(shorten(message.subject, limit)).strip() or "Announcement"
    facts = [f"{LABELS[kind]}: {words}" for paragraph in message.paragraphs for kind, words in paragraph.lines]
    spoken = shorten(". ".join([title, *map(_inert, facts)]), limit)  # what a phone shows and reads
    body = list(_digest_elements(message, limit) if message.digest else _alert_elements(message, limit))
    body += [
        _block([_run(shorten(line, limit), isSubtle=True, size="Small")], spacing="Medium") for line in message.footer
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "fallbackText": title,
        "speak": spoken,
        "body": [*([_block([_run(POSSIBLE_REPEAT)])] if message.repeat else []), *body],
        "actions": list(_actions(message, pages)),
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _alert_elements(message: Message, limit: int) -> Iterator[Element]:
    """Each Alert: its status in its colour, its headline, its facts, and small its source with the sentence."""
    if message.lead:
        yield _block([_run(shorten(message.lead, limit))])
    for paragraph in message.paragraphs:
        status = _block([_run(shorten(paragraph.status, limit), weight="Bolder")])
        yield {"type": "Container", "style": _STYLES[paragraph.tone], "bleed": True, "items": [status]}
        yield _block([_title(paragraph, limit, size="Medium")], spacing="Medium")
        if paragraph.follows:
            follows = shorten(paragraph.follows, limit)
            yield _block([_run(f"{LABELS[FactKind.FOLLOWS]}: ", weight="Bolder"), _run(follows)])
        for kind, words in paragraph.lines:
            yield _block([_run(f"{LABELS[kind]}: ", weight="Bolder"), _run(shorten(words, limit))], spacing="Small")
        if paragraph.source:
            small = {"isSubtle": True, "size": "Small"}
            yield _block([_run(shorten(paragraph.source_line, limit), **small)], spacing="Medium")


def _digest_elements(message: Message, limit: int) -> Iterator[Element]:
    """A digest: its subject, then each section with its entries numbered through all of them."""
    yield _block([_run(shorten(message.subject, limit), weight="Bolder", size="Medium")])
    if message.lead:
        yield _block([_run(shorten(message.lead, limit))], spacing="Small")
    number = 0
    for section in message.sections:
        yield from _section_elements(section, number, limit)
        number += len(section.paragraphs) if section.is_numbered else 0


def _section_elements(section: Section, counted: int, limit: int) -> Iterator[Element]:
    if section.heading:
        yield {**_block([_run(shorten(section.heading, limit), weight="Bolder")], spacing="Medium"), "separator": True}
    for index, paragraph in enumerate(section.paragraphs, counted + 1):
        rest = (
            f"{f' – {paragraph.note}' if paragraph.note else ''}{f' ({paragraph.source})' if paragraph.source else ''}"
        )
        runs = [_run(f"{index}. ")] if section.is_numbered else []
        runs += [_run(f"{shorten(paragraph.status, limit)}: ", weight="Bolder")] if paragraph.status else []
        runs += [_title(paragraph, limit), *([_run(shorten(rest, limit))] if rest else [])]
        yield _block(runs, spacing="Small")
    for line in section.lines:
        yield _block([_run(shorten(line, limit), isSubtle=True, size="Small")], spacing="Small")


def _actions(message: Message, pages: str) -> Iterator[Element]:
    """A button to the text of a single Alert, and one to our page on it."""
    if message.digest or len(message.paragraphs) != 1:
        return
    (paragraph,) = message.paragraphs
    if url := _address(paragraph):
        yield {"type": "Action.OpenUrl", "title": "Read it", "url": url}
    if pages and paragraph.has_page:
        yield {"type": "Action.OpenUrl", "title": MORE_LINK, "url": f"{pages.rstrip('/')}/stories/{paragraph.story}"}


def _title(paragraph: Paragraph, limit: int, **look: str) -> Element:
    """The headline, which opens its address."""
    url = _address(paragraph)
    action = {"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}
    title = _inert(shorten(paragraph.title, limit)).strip() or "Announcement"
    return {**_run(title, weight="Bolder", **look), **action}


def _address(paragraph: Paragraph) -> str:
    url = clean_link(paragraph.url).replace("{{", "%7B%7B")
    return url if len(json.dumps(url)) <= MAX_ADDRESS_BYTES else ""


def _block(runs: list[Element], **look: str) -> Element:
    return {"type": "RichTextBlock", "inlines": runs, **look}


def _run(text: str, **look: Any) -> Element:
    return {"type": "TextRun", "text": _inert(text), **look}


def _inert(text: str) -> str:
    """Text without control characters, whose "{{" begins no date function."""
    return re.sub(r"\{(?=\{)", "{ ", printable(text))
