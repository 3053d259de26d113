"""What every notifier promises: `send` returns a Receipt, or raises NotSent or Unknown, and nothing else on purpose."""

from collections.abc import Mapping
from datetime import datetime

from watcher.core.language.text import printable
from watcher.errors import Unknown
from watcher.model import Message, Receipt, Update


class Notifier:
    """A way of telling people. One instance serves all Subscribers of its channel, from several threads."""

    pause_seconds: float = 0.0
    """Seconds that one address rests after each Message."""

    max_repeats: int = 1
    """How often a Message goes again, marked, when nobody can tell whether it arrived and it cannot be looked up."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take what is needed from the environment; secrets stay inside."""

    def send(self, message: Message, address: str) -> Receipt:
        """Hand `message` over once. Raises NotSent (certainly not there) or Unknown (nobody can tell)."""
        raise NotImplementedError  # each notifier answers this

    def count_that_fit(self, message: Message) -> int:
        """How many of the Message's paragraphs this channel takes at once; the others leave as a Delivery after it."""
        return len(message.paragraphs)

    def find(self, message: Message, address: str, since: datetime) -> Receipt | None:
        """The Receipt of a Message that may have arrived after `since`; None when it surely has not.

        Raises Unknown when this channel cannot be read back: then the Message goes again, marked.
        """
        raise Unknown("this channel cannot be read back")

    def update(self, update: Update, address: str) -> str:
        """Put other words into a Message that was sent before. Gives what went wrong, or ""; it is not tried again.

        What is printed or mailed stays as it is.
        """
        return ""

    def close(self) -> None:
        """Give back what is held open."""

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """What is wrong with a configured address, and the cure; "" when nothing is. Never repeats the address."""
        return ""


def inert(text: str) -> str:
    """`text`, line by line, without control and direction characters and lone surrogates, for the world outside."""
    return "\n".join(printable(line) for line in text.split("\n"))


def shorten(text: str, most: int) -> str:
    """`text`, or its beginning and an ellipsis: at most `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
