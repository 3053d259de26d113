"""A Delivery as a Message: each Alert with its essence and its details; several of a short time; the thread's start."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.language.format import format_moment
from watcher.core.language.sentences import split_sentences
from watcher.core.messages.details import add_details
from watcher.core.messages.digest import compose_digest
from watcher.core.messages.essence import compose_essence
from watcher.core.messages.plain_text import subject_line
from watcher.core.wording.date_words import NOT_BEFORE
from watcher.core.wording.status_wording import is_only_more
from watcher.model import (
    Alert,
    AlertContext,
    Delivery,
    DigestContext,
    FactKind,
    Message,
    Paragraph,
    Quarantined,
    Reason,
    Section,
    Thread,
    Update,
)


class ParagraphCache:
    """Alerts that were put into words before, for Messages that are composed together with the same Topics and moment.

    An AlertContext is known by its identity: where two Deliveries hold the same one, its words are the same.
    """

    def __init__(self) -> None:
        self._composed: dict[tuple[int, bool, bool], tuple[AlertContext, Paragraph]] = {}

    def compose(
        self, context: AlertContext, topics: Mapping[str, str], now: datetime, *, alone: bool, detailed: bool
    ) -> Paragraph:
        """The same as `compose_paragraph`."""
        name = (id(context), alone, detailed)
        if name not in self._composed:  # the AlertContext is kept with it, so that no other takes its identity
            paragraph = compose_paragraph(context, topics, now, alone=alone, detailed=detailed)
            self._composed[name] = (context, paragraph)
        return self._composed[name][1]


def compose(
    delivery: Delivery,
    contexts: Sequence[AlertContext],
    topics: Mapping[str, str],
    now: datetime,
    digest: DigestContext | None = None,
    paragraphs: ParagraphCache | None = None,
) -> Message:
    """The Message of `delivery`. For an Alert that cannot be put into words, a line says so; the others are sent.

    `topics` gives each Topic's name; `digest` what a digest shows besides its Alerts. `paragraphs`: those of Messages
    with the same `topics` and `now`.
    """
    paragraphs = paragraphs or ParagraphCache()
    latest = _latest_by_story(contexts)
    alone = len(latest) == 1 and not delivery.is_digest
    shown: list[tuple[AlertContext, Paragraph]] = []
    quarantined = []
    for context in latest.values():
        try:
            paragraph = paragraphs.compose(context, topics, now, alone=alone, detailed=not delivery.is_digest)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the other announcements
            paragraph = _apology_paragraph(context.alert)
            why = f"rendering failed: {type(error).__name__}"
            body = repr(context).encode("utf-8", "replace")
            quarantined.append(Quarantined(what="item", name=context.alert.item, why=why, body=body))
        shown.append((context, paragraph))
    if delivery.is_digest:
        message = compose_digest(delivery, shown, digest or DigestContext(), now)
    else:
        message = _compose_instant(delivery, [paragraph for _, paragraph in shown], now)
    names = dict.fromkeys(name for paragraph in message.paragraphs for name in paragraph.topics)
    return replace(message, subscriber=delivery.subscriber, topics=tuple(names), quarantined=tuple(quarantined))


def _latest_by_story(contexts: Iterable[AlertContext]) -> Mapping[str, AlertContext]:
    """The latest Alert of each Story; a change of one Item stands apart from what other Items of the Story say.

    A closing note says nothing of a Story that is told for the first time right here.
    """
    latest: dict[str, AlertContext] = {}
    for context in contexts:
        story = context.story.id if context.story else context.alert.id
        earlier = latest.get(story)
        if earlier is not None and context.alert.reason is Reason.STILL_REPORTED:
            continue
        same_item = earlier is not None and earlier.alert.item == context.alert.item
        stands_apart = context.alert.reason is Reason.CHANGED and not same_item
        latest[f"{story} {context.alert.item}" if stands_apart else story] = context
    return latest


def _compose_instant(delivery: Delivery, paragraphs: Sequence[Paragraph], now: datetime) -> Message:
    """A Message that is no digest: one Alert, or a few that came in a short time."""
    subject = _subject_of_paragraph(paragraphs[0]) if paragraphs else "Nothing to tell"
    lead = ""
    if len(paragraphs) > 1:
        subject = f"{len(paragraphs)} announcements: {paragraphs[0].title}"
        lead = f"{len(paragraphs)} announcements came in a short time; here they are together."
    return Message(
        delivery=delivery.id,
        at=now,
        subject=subject_line(subject),
        lead=lead,
        sections=tuple(Section(heading="", paragraphs=(paragraph,)) for paragraph in paragraphs),
        repeat=delivery.repeat,
    )


def _apology_paragraph(alert: Alert) -> Paragraph:
    return Paragraph(
        status="COULD NOT BE SHOWN",
        title="One announcement could not be put into words",
        lines=((FactKind.WHAT_TO_DO, f"ask your admin to run: watcher explain {alert.item}"),),
        alert=alert.id,
    )


def compose_paragraph(
    context: AlertContext, topics: Mapping[str, str], now: datetime, *, alone: bool = True, detailed: bool = True
) -> Paragraph:
    """One Alert for a reader as of `now` (UTC).

    `alone`: nothing else stands in its Message, so that this can answer the Message that first told the Story.
    `detailed`: with its details, which a digest does not show.
    """
    essence = compose_essence(context, now)
    if context.story is None or context.item is None:
        return essence
    paragraph = replace(
        essence,
        topics=tuple(topics.get(topic, topic) for topic in context.alert.topics),
        first_receipt=context.first_receipt,
        follows=_describe_first_alert(context, alone=alone),
    )
    return add_details(paragraph, context, now) if detailed else paragraph


def _describe_first_alert(context: AlertContext, *, alone: bool) -> str:
    """The first message's headline and when, where neither a thread nor the same headline shows what this follows."""
    title = context.first_title
    in_thread = alone and context.first_receipt and context.first_receipt.message
    if not title or (in_thread and context.item and context.item.title == title):
        return ""
    is_same = context.item is not None and context.item.title == title
    if context.first_told_at is None:
        return "" if is_same else title
    return f"{'what you were' if is_same else f'{title},'} told {format_moment(context.first_told_at)}"


def _subject_of_paragraph(paragraph: Paragraph) -> str:
    """The status and the headline, between them the date that holds now, where it moved and no headline says it.

    Of a notice for admins, which is long, its first sentence.
    """
    is_notice = not (paragraph.lines or paragraph.url or paragraph.source)
    now = dict(paragraph.lines).get(FactKind.NOW, "").partition(", in ")[0]
    is_news = not set(re.findall(r"\d+", now)[:-1]) <= set(re.findall(r"\d+", paragraph.title))  # the last is the year
    if is_news and now.startswith(("due ", "from ", NOT_BEFORE)):
        return f"{paragraph.status}: now {now}: {paragraph.title}"
    title = next(split_sentences(paragraph.title), "") if is_notice else paragraph.title
    return f"{paragraph.status}: {title}"


# --- the first message of a thread, as of now ---------------------------------------------------------------------


def compose_update(thread: Thread, topics: Mapping[str, str]) -> Update | None:
    """The first Message of a thread written anew as a whole: of each Story with news, the essence of the newest.

    What has no news stands as it was sent. None where nothing has, or where it can no longer be put into the words
    that were sent.
    """
    newest = {context.alert.story: context for context in thread.follow_ups if _replaces_first(context)}
    first = compose(thread.delivery, thread.contexts, topics, thread.sent_at)
    if first.quarantined or not newest:
        return None
    stories = {context.alert.id: context.alert.story for context in thread.contexts}
    sections = tuple(
        replace(
            section,
            paragraphs=tuple(
                _written_anew(paragraph, newest.get(stories.get(paragraph.alert, "")), topics)
                for paragraph in section.paragraphs
            ),
        )
        for section in first.sections
    )
    updated = replace(first, sections=sections)
    if len(updated.paragraphs) == 1:
        updated = replace(updated, subject=subject_line(_subject_of_paragraph(updated.paragraphs[0])))
    return Update(receipt=thread.receipt, message=updated)


def _replaces_first(context: AlertContext) -> bool:
    """Whether a follow-up says more of what holds now than what was sent: a new status, a correction, or a change."""
    if context.alert.reason is not Reason.CHANGED:
        return True
    if is_only_more(context):
        return False
    essence = compose_essence(context, context.alert.at)
    return bool(essence.lines) or essence.status.startswith("CORRECTION")


def _written_anew(paragraph: Paragraph, news: AlertContext | None, topics: Mapping[str, str]) -> Paragraph:
    """The Paragraph of what is known since `news`, in the place of the one that was sent; that one without news."""
    if news is None:
        return paragraph
    newest = compose_paragraph(news, topics, news.alert.at)
    return replace(newest, alert=paragraph.alert, details=(), topics=paragraph.topics, follows="", first_receipt=None)


def alerts_after(message: Message, contexts: Sequence[AlertContext], fits: int) -> tuple[str, ...]:
    """The ids of the Alerts that stand behind the first `fits` paragraphs: they leave as a Delivery of their own.

    A Message shows of each Story the latest Alert only; the earlier ones go where it goes.
    """
    alerts = [context.alert for context in contexts]
    behind = {paragraph.alert for paragraph in message.paragraphs[fits:]}
    stories = {alert.story for alert in alerts if alert.id in behind and alert.story}
    return tuple(alert.id for alert in alerts if alert.id in behind or alert.story in stories)
