"""A Delivery as a Message: each Alert with its status, headline, publisher, time, evidence and address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.items.newsworthiness import is_seen_late
from watcher.core.language.format import format_day, format_moment
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import printable, title_key
from watcher.core.messages.digest import compose_digest
from watcher.core.messages.facts import add_facts, section_reason
from watcher.core.messages.plain_text import subject_line
from watcher.core.messages.status_wording import heading, official_line
from watcher.model import (
    Alert,
    AlertContext,
    Authority,
    Delivery,
    Evidence,
    FactKind,
    Item,
    Message,
    Paragraph,
    Precision,
    Quarantined,
    Reason,
    Section,
    Story,
    StoryItem,
    Thread,
    Update,
)

MAX_SAME_TIME = timedelta(minutes=15)  # published and seen so close together that one time is enough
MIN_COPIES_COUNTED = 3  # papers with one headline that are counted and no longer named
FIELDS = ("title", "summary", "text", "publisher")


def compose(
    delivery: Delivery,
    contexts: Sequence[AlertContext],
    topics: Mapping[str, str],
    footer: Sequence[str],
    now: datetime,
) -> Message:
    """The Message of `delivery`. For an Alert that cannot be put into words, a line says so; the others are sent.

    `topics` gives each Topic's name; `footer` stands under digests only.
    """
    latest = _latest_by_story(contexts)
    alone = len(latest) == 1 and not delivery.is_digest
    shown: list[tuple[Reason, Paragraph]] = []
    quarantined = []
    for context in latest.values():
        try:
            facts = compose_paragraph(context, topics, alone=alone)
            paragraph = add_facts(facts, context, now, digest=delivery.is_digest)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the other announcements
            paragraph = _apology_paragraph(context.alert)
            why = f"rendering failed: {type(error).__name__}"
            body = repr(context).encode("utf-8", "replace")
            quarantined.append(Quarantined(what="item", name=context.alert.item, why=why, body=body))
        shown.append((section_reason(context.alert), paragraph))
    if delivery.is_digest:
        message = compose_digest(delivery, shown, footer, now)
    else:
        message = _compose_instant(delivery, [paragraph for _, paragraph in shown], now)
    return replace(message, quarantined=tuple(quarantined))


def _latest_by_story(contexts: Iterable[AlertContext]) -> Mapping[str, AlertContext]:
    """The latest Alert of each Story; a change of one Item stands apart from what other Items of the Story say."""
    latest: dict[str, AlertContext] = {}
    for context in contexts:
        story = context.story.id if context.story else context.alert.id
        earlier = latest.get(story)
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
        heading="COULD NOT BE SHOWN",
        title="One announcement could not be put into words",
        facts=((FactKind.WHAT_TO_DO, f"ask your admin to run: watcher explain {alert.item}"),),
        alert=alert.id,
    )


def compose_update(thread: Thread, topics: Mapping[str, str]) -> Update | None:
    """The first Message of a thread as it is to read now: the new status first, the rest as it was sent.

    None where it can no longer be put into the words that were sent.
    """
    first = compose(thread.delivery, thread.contexts, topics, (), thread.sent_at)
    if first.quarantined:
        return None
    statuses = {context.alert.story: _current_status(context) for context in thread.follow_ups}
    new_statuses = {
        context.alert.id: statuses[context.alert.story]
        for context in thread.contexts
        if context.alert.story in statuses
    }
    sections = tuple(
        replace(
            section,
            paragraphs=tuple(
                _with_new_status(paragraph, new_statuses.get(paragraph.alert, ""), thread.sent_at)
                for paragraph in section.paragraphs
            ),
        )
        for section in first.sections
    )
    updated = replace(first, sections=sections)
    if len(updated.paragraphs) == 1:
        updated = replace(updated, subject=_subject_of_paragraph(updated.paragraphs[0]))
    else:
        lines = [
            f"{paragraph.heading}: {paragraph.title}"
            for paragraph in updated.paragraphs
            if paragraph.alert in new_statuses
        ]
        updated = replace(updated, lead="\n".join([*lines, updated.lead]))
    return Update(receipt=thread.receipt, message=updated)


def _current_status(context: AlertContext) -> str:
    words = heading(context)
    return f"{words}{' ' if words.isupper() else ', '}{format_moment(context.alert.at)}, see the thread"


def _with_new_status(paragraph: Paragraph, status: str, sent_at: datetime) -> Paragraph:
    """The paragraph under its new status, with the heading of `sent_at` as its first fact; "" leaves it as it is."""
    if not status:
        return paragraph
    as_sent = (FactKind.AS_SENT, f"{paragraph.heading}, {format_moment(sent_at)}")
    return replace(paragraph, heading=status, facts=(as_sent, *paragraph.facts))


def compose_paragraph(context: AlertContext, topics: Mapping[str, str], *, alone: bool = True) -> Paragraph:
    """One Alert for a reader. Unknown facts are named as unknown, never left out.

    `alone`: nothing else stands in its Message, so that this can answer the Message that first told the Story.
    """
    if context.story is None or context.item is None:
        return Paragraph(heading=heading(context), title=printable(context.alert.note), alert=context.alert.id)
    names = tuple(topics.get(topic, topic) for topic in context.alert.topics)
    return Paragraph(
        heading=heading(context),
        title=context.item.title,
        facts=(*_previous_title_fact(context), *_list_facts(context, context.story, context.item)),
        url=context.item.url,
        topics=names,
        first_receipt=context.first_receipt,
        follows=_describe_first_alert(context, alone=alone),
        alert=context.alert.id,
    )


def _previous_title_fact(context: AlertContext) -> tuple[tuple[FactKind, str], ...]:
    """The headline before it was changed, which a reader may have noted."""
    changed = (
        context.alert.reason is Reason.CHANGED
        and context.item
        and context.previous_title
        and context.previous_title != context.item.title
    )
    return ((FactKind.PREVIOUS_TITLE, context.previous_title),) if changed else ()


def _describe_first_alert(context: AlertContext, *, alone: bool) -> str:
    """The first message's headline and when, where neither a thread nor the same headline shows what this follows."""
    title = context.first_title
    in_thread = alone and context.first_receipt and context.first_receipt.message
    if not title or (in_thread and context.item and context.item.title == title):
        return ""
    return f"{title}, told {format_moment(context.first_told_at)}" if context.first_told_at else title


def _list_facts(context: AlertContext, story: Story, item: Item) -> list[tuple[FactKind, str]]:
    story_item = next(story_item for story_item in story.items if story_item.item == item.id)
    facts = [
        (FactKind.SAYS_WHO, f"{story_item.publisher} ({story_item.trust})"),
        (FactKind.WHEN, _format_published(item, story_item.seen_at, context.alert.at)),
        (FactKind.OFFICIAL, context.source_checks or official_line(story)),
    ]
    if context.alert.reason is Reason.DEADLINE_NEAR:
        return facts  # a reminder is no second announcement
    authorities = {story_item.authority for story_item in story.items}
    if context.source_checks and authorities & {Authority.INTENTION, Authority.ELSEWHERE}:
        facts.append((FactKind.SO_FAR, official_line(story)))
    if item.change_note:
        facts.append((FactKind.CHANGE_NOTE, item.change_note))
    if item.summary:
        facts.append((FactKind.SUMMARY, item.summary))
    others = _list_other_publishers(story, story_item)
    if others:
        facts.append((FactKind.OTHER_PUBLISHERS, others))
    if context.earlier_chapter:
        facts.append((FactKind.EARLIER_CHAPTER, context.earlier_chapter))
    if context.evidence:
        facts.append((FactKind.WHY_YOU, _quote_best(context.evidence)))
    return facts


def _quote_best(evidence: Sequence[Evidence]) -> str:
    """The Evidence of the weightiest field, in the order of FIELDS."""
    best = min(evidence, key=lambda candidate: FIELDS.index(candidate.field))
    return f"“{best.words or best.text}” in the {best.field}"


def _list_other_publishers(story: Story, shown: StoryItem) -> str:
    """All but the publisher of `shown`. One headline in many papers is one report: it is counted once."""
    publishers_by_title: dict[str, dict[str, None]] = {}
    for item in story.items:
        if not item.trust.confirms:
            publishers_by_title.setdefault(title_key(item.title), {})[item.publisher] = None
    copies = [papers for papers in publishers_by_title.values() if len(papers) >= MIN_COPIES_COUNTED]
    copied = {publisher for papers in copies for publisher in papers}
    publishers = dict.fromkeys(item.publisher for item in story.items)
    named = ", ".join(publisher for publisher in publishers if publisher not in {*copied, shown.publisher})
    counts = [f"{len(papers)} papers, counted once" for papers in copies]
    return "; ".join(filter(None, [named, *counts]))


def _format_published(item: Item, seen_at: datetime, told_at: datetime) -> str:
    """When it was published, or given out anew by the time it was told, as exactly as that is known, and when seen."""
    published, seen = item.published, f"seen {'late, ' if is_seen_late(item) else ''}{format_moment(seen_at)}"
    if item.revision > 1 and item.stamp and item.first_seen and item.first_seen + MAX_SAME_TIME < item.stamp <= told_at:
        return f"updated {format_moment(item.stamp)} (first seen {format_moment(item.first_seen)})"
    if published.at and abs(published.at - seen_at) < MAX_SAME_TIME:
        return format_moment(seen_at)
    if published.at:
        return f"{format_moment(published.at)} ({seen})"
    if published.day and published.precision is Precision.MONTH:
        return f"dated {published.day:%B %Y} ({seen})"
    return f"dated {format_day(published.day)} ({seen})" if published.day else f"undated ({seen})"


def _subject_of_paragraph(paragraph: Paragraph) -> str:
    """The status and the headline; of a notice for admins, which is long, its first sentence."""
    is_notice = not paragraph.facts and not paragraph.url
    title = next(split_sentences(paragraph.title), "") if is_notice else paragraph.title
    return subject_line(f"{paragraph.heading}: {title}")


def alerts_after(message: Message, contexts: Sequence[AlertContext], fits: int) -> tuple[str, ...]:
    """The ids of the Alerts that stand behind the first `fits` paragraphs: they leave as a Delivery of their own.

    A Message shows of each Story the latest Alert only; the earlier ones go where it goes.
    """
    alerts = [context.alert for context in contexts]
    behind = {paragraph.alert for paragraph in message.paragraphs[fits:]}
    stories = {alert.story for alert in alerts if alert.id in behind and alert.story}
    return tuple(alert.id for alert in alerts if alert.id in behind or alert.story in stories)
