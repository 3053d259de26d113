"""A Delivery as words: status first, then what, who said it, when, why it concerns the reader, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.core.dates import LONDON
from watcher.core.facts import spoken_as, told_of
from watcher.core.text import printable
from watcher.model import (
    Alert,
    Delivery,
    Evidence,
    Item,
    Message,
    Paragraph,
    Poison,
    Precision,
    Published,
    Reason,
    Receipt,
    Section,
    Status,
    Story,
    Version,
)

SUBJECT_LIMIT = 150
LATE = timedelta(hours=1)
AT_ONCE = timedelta(minutes=15)  # seen so soon that the two times say the same
FIELDS = ("title", "summary", "text", "publisher")

STATUS_WORDS = {
    Status.REPORTED: "REPORTED, NOT YET OFFICIAL",
    Status.CONFIRMED: "OFFICIAL",
    Status.CHANGED: "CHANGED",
    Status.WITHDRAWN: "WITHDRAWN",
}
REASON_WORDS = {
    Reason.NOW_OFFICIAL: "NOW OFFICIAL",
    Reason.CHANGED: "CHANGED",
    Reason.WITHDRAWN: "CORRECTION: WITHDRAWN",
    Reason.DEADLINE_NEAR: "DEADLINE NEAR",
    Reason.NEEDS_ADMIN: "FOR THE ADMIN",
}
SECTIONS = (
    ("Changed or withdrawn", (Reason.WITHDRAWN, Reason.CHANGED)),
    ("Now official", (Reason.NOW_OFFICIAL,)),
    ("New", (Reason.FIRST_HEARD, Reason.DEADLINE_NEAR)),
    ("For the admin", (Reason.NEEDS_ADMIN,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One Alert with all that is needed to put it into words. `story` and `item` are None for `needs_admin`.

    `was`: the headline before the edit that a `changed` Alert tells of; `versions`: a watched page before and after.
    """

    alert: Alert
    story: Story | None = None
    item: Item | None = None
    evidence: tuple[Evidence, ...] = ()
    before: Receipt | None = None
    before_title: str = ""
    was: str = ""
    versions: tuple[Version, ...] = ()


def message(
    delivery: Delivery, told: Sequence[Told], topics: Mapping[str, str], footer: Sequence[str], now: datetime
) -> Message:
    """The Message of `delivery`. Of an Alert that cannot be put into words a line says so; the others go out.

    `topics` gives each Topic's name; `footer` stands under digests only.
    """
    latest = {each.story.id if each.story else each.alert.id: each for each in told}  # a Message tells a Story once
    shown: list[tuple[Reason, Paragraph]] = []
    poison = []
    for each in latest.values():
        try:
            words = told_of(
                paragraph(each, topics), each.alert, each.item, each.versions, now, digest=delivery.is_digest
            )
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the other announcements
            words = _unshowable(each.alert)
            why = f"rendering failed: {type(error).__name__}"
            poison.append(
                Poison(what="item", name=each.alert.item, why=why, body=repr(each).encode("utf-8", "replace"))
            )
        shown.append((spoken_as(each.alert), words))
    made = _digest(delivery, shown, footer, now) if delivery.is_digest else _at_once(delivery, shown, now)
    return replace(made, poison=tuple(poison))


def _at_once(delivery: Delivery, shown: Sequence[tuple[Reason, Paragraph]], now: datetime) -> Message:
    paragraphs = [each for _, each in shown]
    subject = f"{paragraphs[0].heading}: {paragraphs[0].title}" if paragraphs else "Nothing to tell"
    lead = ""
    if len(paragraphs) > 1:
        subject = f"{len(paragraphs)} announcements: {paragraphs[0].title}"
        lead = f"{len(paragraphs)} announcements came in a short time; here they are together."
    return Message(
        delivery=delivery.id,
        at=now,
        subject=_subject(subject),
        lead=lead,
        sections=tuple(Section(heading="", paragraphs=(each,)) for each in paragraphs),
        repeat=delivery.repeat,
    )


def _digest(
    delivery: Delivery, shown: Sequence[tuple[Reason, Paragraph]], footer: Sequence[str], now: datetime
) -> Message:
    return Message(
        delivery=delivery.id,
        at=now,
        subject=_subject(_digest_subject(delivery, [reason for reason, _ in shown])),
        lead=_lead(delivery, len(shown), now),
        sections=tuple(_sections(shown)),
        footer=tuple(footer),
        digest=True,
        repeat=delivery.repeat,
    )


def _unshowable(alert: Alert) -> Paragraph:
    return Paragraph(
        heading="COULD NOT BE SHOWN",
        title="One announcement could not be put into words",
        facts=(("What to do", f"ask your admin to run: watcher explain {alert.item}"),),
        alert=alert.id,
    )


def paragraph(told: Told, topics: Mapping[str, str]) -> Paragraph:
    """One Alert for a reader. Unknown facts are named as unknown, never left out."""
    if told.story is None or told.item is None:
        note = printable(told.alert.note)
        return Paragraph(heading=REASON_WORDS[Reason.NEEDS_ADMIN], title=note, alert=told.alert.id)
    names = tuple(topics.get(topic, topic) for topic in told.alert.topics)
    return Paragraph(
        heading=REASON_WORDS.get(told.alert.reason) or STATUS_WORDS[told.story.status],
        title=told.item.title,
        facts=(*_was(told), *_facts(told.story, told.item, told.evidence)),
        url=told.item.url,
        topics=names,
        before=told.before,
        before_title=_follows(told),
        alert=told.alert.id,
    )


def _was(told: Told) -> tuple[tuple[str, str], ...]:
    """What a changed headline said before, where a reader may have noted it."""
    changed = told.alert.reason is Reason.CHANGED and told.item and told.was and told.was != told.item.title
    return (("It said", told.was),) if changed else ()


def _follows(told: Told) -> str:
    """The first message's headline, where neither a thread nor the same headline shows what this one follows."""
    shown = told.before and told.before.message and told.item and told.item.title == told.before_title
    return "" if shown else told.before_title


def _facts(story: Story, item: Item, evidence: Sequence[Evidence]) -> list[tuple[str, str]]:
    telling = next(each for each in story.tellings if each.item == item.id)
    facts = [("Says who", f"{telling.publisher} ({telling.trust})"), ("When", _when(item.published, telling.at))]
    facts.append(("Official", _official(story)))
    if item.summary:
        facts.append(("In short", item.summary))
    others = [known.publisher for known in story.tellings if known.item != item.id]
    if others:
        facts.append(("Also told by", ", ".join(dict.fromkeys(others))))
    if evidence:
        best = min(evidence, key=lambda each: FIELDS.index(each.field))
        facts.append(("Why you", f"“{best.words or best.text}” in the {best.field}"))
    return facts


def _official(story: Story) -> str:
    """Who spoke first and by how much; or that no official page is known yet, with when the story was first heard."""
    official, first = story.official, story.tellings[0]
    if official is None:
        return f"no official page seen yet; first heard {clock(first.at)}"
    if official.item == first.item:
        return f"yes, {official.publisher} said it first"
    return (
        f"yes, {official.publisher} at {clock(official.at)}, {length(official.at - first.at)} after {first.publisher}"
    )


def lead(story: Story) -> str:
    """One line on who said it first."""
    first = story.tellings[0]
    return f"{first.publisher} had it first, {clock(first.at)}. Official: {_official(story)}."


def _when(published: Published, seen: datetime) -> str:
    ours = f"seen {clock(seen)}"
    if published.at and abs(published.at - seen) < AT_ONCE:
        return clock(seen)
    if published.at:
        return f"{clock(published.at)} ({ours})"
    if published.day and published.precision is Precision.MONTH:
        return f"dated {published.day:%B %Y} ({ours})"
    return f"dated {day(published.day)} ({ours})" if published.day else f"undated ({ours})"


def clock(moment: datetime) -> str:
    """A moment as London's clocks show it: Fri 20 Nov 2020 07:41."""
    local = moment.astimezone(LONDON)
    return f"{day(local.date())} {local:%H:%M}"


def day(date: object) -> str:
    """A date with its weekday: Tue 1 Dec 2020."""
    return f"{date:%a} {date:%d}".replace(" 0", " ") + f" {date:%b %Y}"


def length(span: timedelta) -> str:
    """How long in words: 9 h 24 min, 2 days 3 h."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} day{'s' if days > 1 else ''} {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _subject(text: str) -> str:
    shown = printable(text).strip()
    if len(shown) <= SUBJECT_LIMIT:
        return shown
    head = shown[: SUBJECT_LIMIT - 1]
    word = head.rfind(" ")
    return f"{head[:word] if word > SUBJECT_LIMIT // 2 else head}…"


def _digest_subject(delivery: Delivery, reasons: Sequence[Reason]) -> str:
    """The counts of the subject are those of the lines below."""
    pace, _, date = delivery.period.partition("#")[0].partition(":")
    title = f"GP announcements, {'week to ' if pace == 'weekly' else ''}{day(datetime.fromisoformat(date).date())}"
    title += f", part {delivery.part}" if delivery.part > 1 else ""
    changed = sum(reason in {Reason.CHANGED, Reason.WITHDRAWN} for reason in reasons)
    official = sum(reason is Reason.NOW_OFFICIAL for reason in reasons)
    new = len(reasons) - changed - official
    counts = [
        f"{number} {word}"
        for number, word in ((changed, "changed"), (official, "now official"), (new, "new"))
        if number
    ]
    return f"{title}: {', '.join(counts) or 'nothing new'}"


def _lead(delivery: Delivery, count: int, now: datetime) -> str:
    late = f" This digest was due {clock(delivery.first_due)} and is late." if now - delivery.first_due > LATE else ""
    if count:
        return f"{count} announcement{'s' if count > 1 else ''} on your topics since the last digest.{late}"
    return f"Nothing new on your topics since the last digest.{late}"


def _sections(paragraphs: Sequence[tuple[Reason, Paragraph]]) -> list[Section]:
    """The groups of a digest; a status that only repeats its group's heading is left out."""
    grouped = [
        Section(
            heading=heading,
            paragraphs=tuple(
                replace(each, heading="") if each.heading == heading.upper() else each
                for reason, each in paragraphs
                if reason in reasons
            ),
        )
        for heading, reasons in SECTIONS
    ]
    return [section for section in grouped if section.paragraphs]


def plain(sent: Message) -> str:
    """A Message as plain text: the e-mail's text part and the console."""
    lines = [sent.subject, ""]
    lines += ["(possible repeat: the first try may have reached you)", ""] if sent.repeat else []
    lines += [sent.lead, ""] if sent.lead else []
    for section in sent.sections:
        lines += [section.heading.upper(), ""] if section.heading else []
        for each in section.paragraphs:
            lines += [*plain_paragraph(each), ""]
    lines += sent.footer
    return "\n".join(lines).rstrip() + "\n"


def plain_paragraph(each: Paragraph) -> list[str]:
    """One Alert as lines with a fixed label column."""
    lines = [each.heading, each.title] if each.heading else [each.title]
    lines += [f"  Follows       {each.before_title}"] if each.before_title else []
    lines += [f"  {label:<12}  {value}" for label, value in each.facts]
    lines += [f"  Topics        {', '.join(each.topics)}"] if each.topics else []
    lines += [f"  Source        {each.url}"] if each.url else []
    return lines
