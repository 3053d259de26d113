"""Standard output, for trials and for the log of a machine."""

import sys
from collections.abc import Iterator

from watcher.core.messages.plain_text import plain_text
from watcher.model import Message, Receipt
from watcher.model.finding import Finding, fine
from watcher.notifiers.base import Notifier, Readers, before_contact, inert


class Console(Notifier):
    """Prints each Message as plain text. The address is only a label."""

    def send(self, message: Message, address: str) -> Receipt:
        """Print it without control characters, which would command a terminal."""
        with before_contact():
            text = f"--- to {address} ---\n{inert(plain_text(message))}\n"
        sys.stdout.write(text)
        sys.stdout.flush()
        return Receipt(place=address, message=message.delivery)

    def examine(self, readers: Readers) -> Iterator[Finding]:
        """That it needs nothing."""
        return (fine(f"subscriber {subscriber}", "printed where watcher runs") for subscriber, _ in readers)
