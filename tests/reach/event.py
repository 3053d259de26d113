"""What an announcement was: when, where it stood first, and by which words it is known again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.reach.sites import Sites

NHSE, GOVUK = "https://www.england.nhs.uk", "https://www.gov.uk"


@dataclass(frozen=True)
class Event:
    """One of the thirty announcements of 2020 to 2026, as the bodies' sites told it."""

    number: int
    name: str
    at: datetime  # when the first official word appeared
    publisher: str
    official_words: str  # stand in the title or the text of the official word, and nowhere before `at`
    text_words: str  # stand only in the text that a practice must act on: in no headline, no excerpt
    put: Callable[[Sites], None] | None = None  # lays the event into the sites; None where none of them had it
    official_address: str = ""
    text_address: str = ""
    text_at: datetime | None = None  # when the text to act on appeared, where that was later
    proven_channel: bool = True  # False: the way to the official word hangs on an address nobody is known to have used
    proven_text: bool = True  # the same of the way to the text
    by_mail: bool = False  # the official word came by e-mail only
    mail: bytes = b""  # that e-mail

    @property
    def complete_at(self) -> datetime:
        """When both the official word and the text to act on are there."""
        return self.text_at or self.at


def moment(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def said(*paragraphs: str) -> str:
    """Paragraphs as HTML."""
    return "".join(f"<p>{words}</p>" for words in paragraphs)
