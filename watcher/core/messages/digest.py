"""A digest as a Message: its subject with counts, its first line, and its sections."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.language.format import format_day, format_moment
from watcher.core.messages.labels import SECTIONS
from watcher.core.messages.plain_text import subject_line
from watcher.model import Delivery, Message, Paragraph, Reason, Section

MAX_DELAY = timedelta(hours=1)  # one that leaves later says that it is late


def compose_digest(
    delivery: Delivery, paragraphs: Sequence[tuple[Reason, Paragraph]], footer: Sequence[str], now: datetime
) -> Message:
    """A digest of these paragraphs, each with the Reason that it is sorted by; `footer` has the lines on sources."""
    return Message(
        delivery=delivery.id,
        at=now,
        subject=subject_line(_compose_subject(delivery, [reason for reason, _ in paragraphs])),
        lead=_compose_lead(delivery, len(paragraphs), now),
        sections=tuple(_group_by_section(paragraphs)),
        footer=tuple(footer),
        digest=True,
        repeat=delivery.repeat,
    )


def _compose_subject(delivery: Delivery, reasons: Sequence[Reason]) -> str:
    """The date of the digest, and how many paragraphs of each kind it has."""
    frequency, _, date = delivery.period.partition("#")[0].partition(":")
    day = format_day(datetime.fromisoformat(date).date())
    title = f"GP announcements, {'week to ' if frequency == 'weekly' else ''}{day}"
    title += f", part {delivery.part}" if delivery.part > 1 else ""
    changed = sum(reason in {Reason.CHANGED, Reason.WITHDRAWN} for reason in reasons)
    confirmed = sum(reason is Reason.NOW_OFFICIAL for reason in reasons)
    still = sum(reason is Reason.STILL_REPORTED for reason in reasons)
    new = len(reasons) - changed - confirmed - still
    counts = [
        f"{number} {word}"
        for number, word in (
            (changed, "changed"),
            (confirmed, "now official"),
            (new, "new"),
            (still, "still not official"),
        )
        if number
    ]
    return f"{title}: {', '.join(counts) or 'nothing new'}"


def _compose_lead(delivery: Delivery, count: int, now: datetime) -> str:
    late = (
        f" This digest was due {format_moment(delivery.first_due)} and is late."
        if now - delivery.first_due > MAX_DELAY
        else ""
    )
    if count:
        return f"{count} announcement{'s' if count > 1 else ''} on your topics since the last digest.{late}"
    return f"Nothing new on your topics since the last digest.{late}"


def _group_by_section(paragraphs: Sequence[tuple[Reason, Paragraph]]) -> list[Section]:
    """The sections that have paragraphs; a status that only repeats its section's heading is left out."""
    grouped = [
        Section(
            heading=heading,
            paragraphs=tuple(
                replace(paragraph, heading="") if paragraph.heading == heading.upper() else paragraph
                for reason, paragraph in paragraphs
                if reason in reasons
            ),
        )
        for heading, reasons in SECTIONS
    ]
    return [section for section in grouped if section.paragraphs]
