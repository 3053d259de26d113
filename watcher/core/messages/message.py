"""A Delivery as a Message: status first, then what, who said it, when, why it concerns the reader, where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.language.format import format_day, format_moment
from watcher.core.language.text import printable, title_key
from watcher.core.messages.digest import compose_digest
from watcher.core.messages.facts import add_facts, section_reason
from watcher.core.messages.headings import heading, official_line, subject_line
from watcher.model import (
    Alert,
    AlertContext,
    Authority,
    Delivery,
    Evidence,
    Item,
    Message,
    Paragraph,
    Precision,
    Published,
    Quarantined,
    Reason,
    Section,
    Story,
    StoryItem,
    Thread,
    Update,
)

MAX_SAME_TIME = timedelta(minutes=15)  # seen so soon that the two times say the same
MIN_COPIES_COUNTED = 3  # papers with one headline that are counted and no longer named
FIELDS = ("title", "summary", "text", "publisher")


def compose(
    delivery: Delivery, told: Sequence[AlertContext], topics: Mapping[str, str], footer: Sequence[str], now: datetime
) -> Message:
    """The Message of `delivery`. Of an Alert that cannot be put into words a line says so; the others go out.

    `topics` gives each Topic's name; `footer` stands under digests only.
    """
    latest = _once(told)
    alone = len(latest) == 1 and not delivery.is_digest
    shown: list[tuple[Reason, Paragraph]] = []
    poison = []
    for each in latest.values():
        try:
            words = add_facts(compose_paragraph(each, topics, alone=alone), each, now, digest=delivery.is_digest)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the other announcements
            words = _unshowable(each.alert)
            why = f"rendering failed: {type(error).__name__}"
            poison.append(
                Quarantined(what="item", name=each.alert.item, why=why, body=repr(each).encode("utf-8", "replace"))
            )
        shown.append((section_reason(each.alert), words))
    made = compose_digest(delivery, shown, footer, now) if delivery.is_digest else _at_once(delivery, shown, now)
    return replace(made, quarantined=tuple(poison))


def _once(told: Sequence[AlertContext]) -> Mapping[str, AlertContext]:
    """A Message tells a Story once, as it stands; a change that one Item says is told beside what others say."""
    latest: dict[str, AlertContext] = {}
    for each in told:
        story = each.story.id if each.story else each.alert.id
        known = latest.get(story)
        edited = known is not None and known.alert.item == each.alert.item
        own = each.alert.reason is Reason.CHANGED and not edited
        latest[f"{story} {each.alert.item}" if own else story] = each
    return latest


def _at_once(delivery: Delivery, shown: Sequence[tuple[Reason, Paragraph]], now: datetime) -> Message:
    paragraphs = [each for _, each in shown]
    subject = _of_one(paragraphs[0]) if paragraphs else "Nothing to tell"
    lead = ""
    if len(paragraphs) > 1:
        subject = f"{len(paragraphs)} announcements: {paragraphs[0].title}"
        lead = f"{len(paragraphs)} announcements came in a short time; here they are together."
    return Message(
        delivery=delivery.id,
        at=now,
        subject=subject_line(subject),
        lead=lead,
        sections=tuple(Section(heading="", paragraphs=(each,)) for each in paragraphs),
        repeat=delivery.repeat,
    )


def _unshowable(alert: Alert) -> Paragraph:
    return Paragraph(
        heading="COULD NOT BE SHOWN",
        title="One announcement could not be put into words",
        facts=(("What to do", f"ask your admin to run: watcher explain {alert.item}"),),
        alert=alert.id,
    )


def compose_update(thread: Thread, topics: Mapping[str, str]) -> Update | None:
    """The Message that a thread begins with, as it is to read now: the new status first, the rest as it was told.

    None where it can no longer be put into the words that were told.
    """
    first = compose(thread.delivery, thread.contexts, topics, (), thread.sent_at)
    if first.quarantined:
        return None
    since = {each.alert.story: _now(each) for each in thread.follow_ups}
    news = {each.alert.id: since[each.alert.story] for each in thread.contexts if each.alert.story in since}
    sections = tuple(
        replace(
            section,
            paragraphs=tuple(_since(each, news.get(each.alert, ""), thread.sent_at) for each in section.paragraphs),
        )
        for section in first.sections
    )
    again = replace(first, sections=sections)
    if len(again.paragraphs) == 1:
        again = replace(again, subject=_of_one(again.paragraphs[0]))
    else:
        lines = [f"{each.heading}: {each.title}" for each in again.paragraphs if each.alert in news]
        again = replace(again, lead="\n".join([*lines, again.lead]))
    return Update(receipt=thread.receipt, message=again)


def _now(told: AlertContext) -> str:
    words = heading(told)
    return f"{words}{' ' if words.isupper() else ', '}{format_moment(told.alert.at)}, see the thread"


def _since(told: Paragraph, news: str, at: datetime) -> Paragraph:
    """What was told at `at`, under what is known since."""
    return (
        replace(told, heading=news, facts=(("As told", f"{told.heading}, {format_moment(at)}"), *told.facts))
        if news
        else told
    )


def compose_paragraph(told: AlertContext, topics: Mapping[str, str], *, alone: bool = True) -> Paragraph:
    """One Alert for a reader. Unknown facts are named as unknown, never left out.

    `alone`: nothing else stands in its Message, so that this can answer the one that told the Story first.
    """
    if told.story is None or told.item is None:
        return Paragraph(heading=heading(told), title=printable(told.alert.note), alert=told.alert.id)
    names = tuple(topics.get(topic, topic) for topic in told.alert.topics)
    return Paragraph(
        heading=heading(told),
        title=told.item.title,
        facts=(*_was(told), *_facts(told, told.story, told.item)),
        url=told.item.url,
        topics=names,
        first_receipt=told.first_receipt,
        follows=_follows(told, alone=alone),
        alert=told.alert.id,
    )


def _was(told: AlertContext) -> tuple[tuple[str, str], ...]:
    """What a changed headline said before, where a reader may have noted it."""
    changed = (
        told.alert.reason is Reason.CHANGED
        and told.item
        and told.previous_title
        and told.previous_title != told.item.title
    )
    return (("It said", told.previous_title),) if changed else ()


def _follows(told: AlertContext, *, alone: bool) -> str:
    """The first message's headline and when, where neither a thread nor the same headline shows what this follows."""
    answers = alone and told.first_receipt and told.first_receipt.message
    if not told.first_title or (answers and told.item and told.item.title == told.first_title):
        return ""
    return f"{told.first_title}, told {format_moment(told.first_told_at)}" if told.first_told_at else told.first_title


def _facts(told: AlertContext, story: Story, item: Item) -> list[tuple[str, str]]:
    telling = next(each for each in story.items if each.item == item.id)
    facts = [("Says who", f"{telling.publisher} ({telling.trust})"), ("When", _when(item.published, telling.seen_at))]
    facts.append(("Official", told.source_checks or official_line(story)))
    if told.alert.reason is Reason.DEADLINE_NEAR:
        return facts  # a reminder is no second announcement
    if told.source_checks and any(each.authority in {Authority.INTENTION, Authority.ELSEWHERE} for each in story.items):
        facts.append(("So far", official_line(story)))
    if item.summary:
        facts.append(("In short", item.summary))
    others = _others(story, telling)
    if others:
        facts.append(("Also told by", others))
    if told.earlier_chapter:
        facts.append(("Earlier", told.earlier_chapter))
    if told.evidence:
        facts.append(("Why you", _why(told.evidence)))
    return facts


def _why(evidence: Sequence[Evidence]) -> str:
    best = min(evidence, key=lambda each: FIELDS.index(each.field))
    return f"“{best.words or best.text}” in the {best.field}"


def _others(story: Story, teller: StoryItem) -> str:
    """Who else told it. One headline in many papers is one report: it is counted once."""
    told: dict[str, dict[str, None]] = {}
    for each in story.items:
        if not each.trust.confirms:
            told.setdefault(title_key(each.title), {})[each.publisher] = None
    copied = {publisher for papers in told.values() if len(papers) >= MIN_COPIES_COUNTED for publisher in papers}
    names = dict.fromkeys(each.publisher for each in story.items)
    named = ", ".join(name for name in names if name not in {*copied, teller.publisher})
    counts = [f"{len(papers)} papers, counted once" for papers in told.values() if len(papers) >= MIN_COPIES_COUNTED]
    return "; ".join(filter(None, [named, *counts]))


def _when(published: Published, seen: datetime) -> str:
    ours = f"seen {format_moment(seen)}"
    if published.at and abs(published.at - seen) < MAX_SAME_TIME:
        return format_moment(seen)
    if published.at:
        return f"{format_moment(published.at)} ({ours})"
    if published.day and published.precision is Precision.MONTH:
        return f"dated {published.day:%B %Y} ({ours})"
    return f"dated {format_day(published.day)} ({ours})" if published.day else f"undated ({ours})"


def _of_one(told: Paragraph) -> str:
    return subject_line(f"{told.heading}: {told.title}")


def alerts_after(message: Message, told: Iterable[AlertContext], fits: int) -> tuple[str, ...]:
    """The ids of the Alerts that stand behind the first `fits` paragraphs: they leave as a Delivery of their own.

    A Message shows of each Story the latest Alert only; the earlier ones go where it goes.
    """
    known = list(told)
    behind = {each.alert for each in message.paragraphs[fits:]}
    stories = {each.alert.story for each in known if each.alert.id in behind and each.alert.story}
    return tuple(each.alert.id for each in known if each.alert.id in behind or each.alert.story in stories)
