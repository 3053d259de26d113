"""Standard output: for trying things out, and for a machine's own log."""

import sys

from watcher.core.render import plain
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier


class Console(Notifier):
    """Prints each Message as plain text. The address is only a name."""

    def send(self, message: Message, address: str) -> Receipt:
        """Print it; the text holds no control characters (core/text.py took them out)."""
        sys.stdout.write(f"--- to {address} ---\n{plain(message)}\n")
        sys.stdout.flush()
        return Receipt(place=address, message=message.delivery)
