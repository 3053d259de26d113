"""Standard output: for trying things out, and for a machine's own log."""

import sys

from watcher.core.messages.headings import plain_text
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier, inert


class Console(Notifier):
    """Prints each Message as plain text. The address is only a name."""

    def send(self, message: Message, address: str) -> Receipt:
        """Print it; control characters would command a terminal, so none is left."""
        sys.stdout.write(f"--- to {address} ---\n{inert(plain_text(message))}\n")
        sys.stdout.flush()
        return Receipt(place=address, message=message.delivery)
