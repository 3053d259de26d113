"""Base class of every notifier. `send` returns a Receipt, or raises NotSent or Unknown, and nothing else on purpose."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.language.text import printable
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Receipt, Update
from watcher.model.finding import Finding, broken, fine


class FaultBeforeContact(Exception):
    """A fault of ours before anything was said to a channel: its cause is the fault, and nothing can have arrived."""


@contextmanager
def before_contact() -> Iterator[None]:
    """Whatever fails in this block happens before anything is said to the channel."""
    try:
        yield
    except Exception as error:
        raise FaultBeforeContact from error


Readers = Sequence[tuple[str, str]]  # the ids and addresses of Subscribers of one channel
MEND = timedelta(minutes=15)  # between attempts, where a person must put something right


class Notifier:
    """A delivery channel. One instance serves all its Subscribers, from several threads."""

    pause_seconds: float = 0.0
    """Seconds to wait between two Messages to one address."""

    ignores: frozenset[str] = frozenset({"follow_ups", "mention"})
    """The keys of a Subscriber that have no effect in this channel: it has no threads, or cannot call anybody."""

    max_repeats: int = 1
    """How often a Message is sent again, marked, when it is unknown whether it arrived and `find` cannot tell."""

    is_probe_shared: bool = False
    """Whether `probe` says the same for every address, so that one is asked for all."""

    cure_if_unseen: str = ""
    """What to do where a Message that was taken did not appear; "" where the channel's answer proves that it did."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take settings from environment variables; secrets stay inside."""

    def send(self, message: Message, address: str) -> Receipt:
        """Send `message` once. Raises NotSent (it certainly did not arrive) or Unknown (nobody can tell)."""
        raise NotImplementedError  # each notifier overrides this

    def count_that_fit(self, message: Message) -> int:
        """How many of the Message's paragraphs fit into one send; the others go in a Delivery that follows."""
        return len(message.paragraphs)

    def find(self, message: Message, address: str, since: datetime) -> Receipt | None:
        """The Receipt of a Message that may have arrived after `since`; None when it surely has not.

        Raises Unknown when this channel cannot be read back: then the Message is sent again, marked.
        """
        raise Unknown("this channel cannot be read back")

    def probe(self, address: str) -> None:
        """Find out, without sending anything, whether this channel could be used. Raises NotSent with the cure if not.

        Where a channel cannot be asked, nothing is raised: then only a Message can tell.
        """

    def examine(self, readers: Readers) -> Iterator[Finding]:
        """What can be seen of the channel for each of its `readers`, without sending a Message; one after another."""
        return (self._examine_by_probe(*reader) for reader in readers)

    def _examine_by_probe(self, subscriber: str, address: str) -> Finding:
        check = f"subscriber {subscriber}"
        try:
            self.probe(address)
        except NotSent as error:
            return broken(check, error.why, error.cure or "try again later")
        return fine(check, f"nothing speaks against it; only a message proves it: watcher tell {subscriber}")

    def update(self, update: Update, address: str) -> str:
        """Replace the text of a Message that was sent before, where the channel can: what is printed or mailed stays.

        Returns why it failed, or "". A failed update is not tried again.
        """
        return ""

    def close(self) -> None:
        """Close open connections."""

    @classmethod
    def wrong_settings(cls, environment: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong with this channel's environment variables, each with its name and the cure, never its value."""
        return ()

    @classmethod
    def warnings(cls, environment: Mapping[str, str]) -> tuple[str, ...]:
        """What this channel lacks, where it is in use, though it can be started without."""
        return ()

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """Why a configured address cannot be used, and the cure; "" for a good one. Never repeats the address."""
        return ""


def keep_paragraphs(message: Message, count: int) -> Message:
    """The Message with its first `count` paragraphs only."""
    sections = []
    for section in message.sections:
        if count > 0 or not section.paragraphs:  # lines alone are counted with any number of paragraphs
            sections.append(replace(section, paragraphs=section.paragraphs[: max(count, 0)]))
        count -= len(section.paragraphs)
    return replace(message, sections=tuple(sections))


def inert(text: str) -> str:
    """`text` without control and direction characters and lone surrogates; line breaks stay."""
    return "\n".join(printable(line) for line in text.split("\n"))


def shorten(text: str, max_characters: int) -> str:
    """`text`, or its beginning and an ellipsis: at most `max_characters`."""
    return text if len(text) <= max_characters else text[: max_characters - 1].rstrip() + "…"
