"""The Message that shows whether a channel works: it says that it is a test, and that nobody need do anything."""

from datetime import datetime

from watcher.core.language.format import format_moment
from watcher.model import FactKind, Message, Paragraph, Section

SUBJECT = "This is a test from watcher"


def compose_trial(subscriber: str, delivery: str, now: datetime) -> Message:
    """A Message for the Subscriber of this id; `delivery` is an id that no Delivery has."""
    test = Paragraph(
        status="TEST",
        title=SUBJECT,
        lines=((FactKind.WHAT_TO_DO, "Nothing. It shows that what is announced will reach you here."),),
        source=f"watcher, {format_moment(now)}",
    )
    return Message(
        delivery=delivery,
        at=now,
        subject=SUBJECT,
        subscriber=subscriber,
        sections=(Section(heading="", paragraphs=(test,)),),
    )
