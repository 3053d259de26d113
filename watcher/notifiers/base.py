"""What every notifier promises: `send` returns a Receipt, or raises NotSent or Unknown, and nothing else on purpose."""

from collections.abc import Mapping

from watcher.model import Message, Receipt


class Notifier:
    """A way of telling people. One instance serves all Subscribers of its channel, from several threads."""

    hold: float = 0.0
    """Seconds that one address rests after each Message."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take what is needed from the environment; secrets stay inside."""

    def send(self, message: Message, address: str) -> Receipt:
        """Hand `message` over once. Raises NotSent (certainly not there) or Unknown (nobody can tell)."""
        raise NotImplementedError  # each notifier answers this

    def close(self) -> None:
        """Give back what is held open."""

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:  # noqa: ARG003 - for the kinds that check
        """What is wrong with a configured address, and the cure; "" when nothing is. Never repeats the address."""
        return ""
