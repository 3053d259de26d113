"""The words of docs/glossary.md as frozen values. Moments are aware and in UTC; days are dates in Europe/London."""

from watcher.model.delivery import Decision, Delivery, DeliveryState, Pace, Planned, Receipt, Subscriber
from watcher.model.item import (
    UNDATED,
    Evidence,
    Fault,
    Item,
    Match,
    Page,
    Poison,
    Precision,
    Published,
    Reading,
    Request,
    SourceState,
    Topic,
    Trust,
    Validators,
    Veto,
)
from watcher.model.key import key
from watcher.model.message import Message, Paragraph, Section
from watcher.model.story import Alert, Reason, Status, Story, Telling

__all__ = [
    "UNDATED",
    "Alert",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Evidence",
    "Fault",
    "Item",
    "Match",
    "Message",
    "Pace",
    "Page",
    "Paragraph",
    "Planned",
    "Poison",
    "Precision",
    "Published",
    "Reading",
    "Reason",
    "Receipt",
    "Request",
    "Section",
    "SourceState",
    "Status",
    "Story",
    "Subscriber",
    "Telling",
    "Topic",
    "Trust",
    "Validators",
    "Veto",
    "key",
]
