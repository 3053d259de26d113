"""A digest as a Message: what to do first, then what changed, what is official, what is only in the news.

Each entry is a headline with one fact. At most MAX_NUMBERED are numbered; the other headlines stand below them, so that
nothing is left out. Then what is coming up, what else official bodies published, what was not sent, and the sources.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_count, format_day, format_moment
from watcher.core.language.text import printable
from watcher.core.messages.essence import with_note
from watcher.core.messages.open_dates import coming_up, is_due_soon, is_said
from watcher.core.messages.plain_text import MAX_SUBJECT_CHARACTERS, cut_at_word, subject_line
from watcher.core.messages.quotation import MAX_LINE_CHARACTERS
from watcher.core.wording.change_lines import CHANGE_PREFIXES
from watcher.core.wording.date_words import due_in_words
from watcher.core.wording.labels import (
    ADMIN,
    ALSO_OFFICIAL,
    CHANGED,
    COMING_UP,
    COULD_NOT_LOOK,
    IN_THE_NEWS,
    MORE_NEWS,
    NOW_OFFICIAL,
    SECTIONS,
    STILL,
    SUBJECT_WORDS,
    TO_DO,
    UNSENT_WORDS,
)
from watcher.core.wording.status_wording import is_only_more, may_be_official
from watcher.model import (
    AlertContext,
    BriefDate,
    Delivery,
    DigestContext,
    Fact,
    FactKind,
    Message,
    Paragraph,
    Reason,
    Section,
    Status,
    StoryDate,
    Tone,
)

MAX_DELAY = timedelta(hours=1)  # one that leaves later says that it is late
MAX_NUMBERED, MAX_COMING_UP, MAX_ALSO_OFFICIAL, MAX_STILL_NAMED = 8, 5, 8, 3
MAX_NOTE_CHARACTERS = 110
_NOTED = (FactKind.DUE, FactKind.FROM, FactKind.DO, FactKind.ORDER, FactKind.PAID, FactKind.WHO)
_OF_MANAGERS_ALONE = {
    "for practice managers excluded": "not for practice managers",
    "for practice managers included": "practice managers included",
}
_IN_A_SENTENCE = {FactKind.DUE: "by ", FactKind.FROM: "from ", FactKind.WHO: "for ", FactKind.PAID: "paid: "}
_MERGED = frozenset({Reason.FIRST_HEARD, Reason.NOW_OFFICIAL, Reason.DEADLINE_NEAR})
_OFF = ("WITHDRAWN", "NOT SO")
_SAID_BY_SECTION = frozenset({"OFFICIAL", "CHANGED", "REPORTED", "REPORTED, NOT OFFICIAL YET", "STILL NOT OFFICIAL"})
Shown = tuple[AlertContext, Paragraph]


def section_of(context: AlertContext) -> str:
    """The section in which an Alert stands; a page that changed before its first Alert counts as changed."""
    alert, story = context.alert, context.story
    if story is None or alert.reason is Reason.NEEDS_ADMIN:
        return ADMIN
    if alert.reason is Reason.DEADLINE_NEAR:
        return TO_DO
    is_changed = alert.reason is Reason.CHANGED and not is_only_more(context)
    if is_changed or alert.reason is Reason.WITHDRAWN or story.status is Status.WITHDRAWN:
        return CHANGED
    if alert.reason is Reason.FIRST_HEARD and alert.status is Status.CHANGED:
        return CHANGED
    if story.status is not Status.REPORTED:
        return NOW_OFFICIAL
    if alert.reason is Reason.STILL_REPORTED:
        return STILL
    return MORE_NEWS if may_be_official(context) else IN_THE_NEWS


def compose_digest(delivery: Delivery, shown: Sequence[Shown], digest: DigestContext, now: datetime) -> Message:
    """A digest of these Alerts at `now` (UTC), with what `digest` knows besides them."""
    today = now.astimezone(LONDON).date()
    to_do, others = _split_to_do(shown, digest.dates if delivery.part == 1 else (), today)
    entries: dict[str, list[Paragraph]] = {heading: [] for heading in SECTIONS}
    entries[TO_DO] = to_do
    for context, paragraph in sorted(others, key=lambda pair: -pair[0].alert.relevance):
        entries[section_of(context)].append(_make_headline(context, paragraph))
    statuses = {paragraph.alert: paragraph.status for _, paragraph in shown}
    sections = list(_number(entries, statuses))
    if delivery.part == 1:
        notes = {paragraph.alert: paragraph.note for section in sections for paragraph in section.paragraphs}
        said = {(context.alert.story, notes.get(context.alert.id, "")) for context, _ in shown}
        sections += _closing_sections(digest, said, today)
    return Message(
        delivery=delivery.id,
        at=now,
        subject=_compose_subject(delivery, entries),
        lead=_compose_lead(delivery, len(shown) - len(entries[STILL]), now),
        sections=tuple(sections),
        digest=True,
        repeat=delivery.repeat,
    )


# --- to do --------------------------------------------------------------------------------------------------------


def _split_to_do(
    shown: Sequence[Shown], dates: Sequence[StoryDate], today: date
) -> tuple[list[Paragraph], list[Shown]]:
    """The entries of what is due within TO_DO_DAYS, the soonest first, and the Alerts that stand elsewhere.

    A new Alert of a Story that has such a date is not told a second time below.
    """
    due = [dated for dated in dates if is_due_soon(dated.date, today)]
    stories = {dated.story.id for dated in due}
    merged = {
        context.alert.story: paragraph
        for context, paragraph in shown
        if context.alert.reason in _MERGED and (context.alert.story in stories or _is_reminder(context))
    }
    paragraphs: list[Paragraph] = []
    listed: set[str] = set()
    for dated in due:
        paragraph = merged.get(dated.story.id) if dated.story.id not in listed else None
        listed.add(dated.story.id)
        paragraphs.append(make_task(dated, paragraph, today))
    for context, paragraph in shown:
        if _is_reminder(context) and context.alert.story not in stories:
            paragraphs.append(_make_headline(context, paragraph))
    others = [pair for pair in shown if pair[0].alert.story not in merged or pair[0].alert.reason not in _MERGED]
    return paragraphs, others


def _is_reminder(context: AlertContext) -> bool:
    return context.alert.reason is Reason.DEADLINE_NEAR


def make_task(dated: StoryDate, alert: Paragraph | None, today: date) -> Paragraph:
    """The entry of a date by which something is due; with the Alert that it stands for, where there is one."""
    deadline = dated.date.deadline
    moment = BriefDate(fact=Fact(words=deadline.words, sentence=deadline.sentence, field="text"), deadline=deadline)
    note = f"by {due_in_words(moment, today)}"
    missed = [dict(alert.lines).get(FactKind.IF_MISSED, "") if alert else "", dated.if_missed]
    whole = (f"{note}; if missed: {words}" for words in missed if words)  # half of it would say something else
    note = next((words for words in whole if len(words) <= MAX_NOTE_CHARACTERS), note)
    publisher = next((item.publisher for item in dated.story.items if item.item == dated.item.id), "")
    task = replace(alert or Paragraph(status="", title="", tone=Tone.ATTENTION), status="")
    task = replace(task, title=dated.item.title, url=dated.item.url)  # the text that names the date
    return _shorten_headline(with_note(task, note, publisher))


# --- entries ------------------------------------------------------------------------------------------------------


def _make_headline(context: AlertContext, paragraph: Paragraph) -> Paragraph:
    """An Alert as a headline with one fact and its publisher; its status only where its section does not say it."""
    lines = dict(paragraph.lines)
    if context.story is None:
        return replace(paragraph, status="")
    if FactKind.WHAT_TO_DO in lines:
        return with_note(paragraph, lines[FactKind.WHAT_TO_DO], "")  # it could not be put into words
    if FactKind.NOW in lines or FactKind.WAS in lines:
        was, now = lines.get(FactKind.WAS, ""), lines.get(FactKind.NOW, "")
        now = f"now {now}" if now and not now.startswith(CHANGE_PREFIXES) else now
        was = f"was {was}" if was and not was.startswith(CHANGE_PREFIXES) else was
        note = "; ".join(filter(None, [was, now]))
        if len(note) > MAX_NOTE_CHARACTERS:  # half of what holds now would say something else
            note = now or was
    elif context.alert.reason is Reason.STILL_REPORTED:
        note = lines.get(FactKind.OFFICIAL, "")
    else:
        who = lines.get(FactKind.WHO, "")
        order = (FactKind.WHO, *_NOTED) if "managers excluded" in who else _NOTED  # the money is not for them
        known = [kind for kind in order if kind in lines and not lines[kind].startswith("nothing yet")]
        note = next((f"{_IN_A_SENTENCE.get(kind, '')}{lines[kind]}" for kind in known), "")
        note = _OF_MANAGERS_ALONE.get(note, note)
        is_reported = context.story.status is Status.REPORTED
        note = note or (_looked_for(context.source_checks) if is_reported else "")
    publisher = next((item.publisher for item in context.story.items if item.item == context.alert.item), "")
    is_said = paragraph.status in _SAID_BY_SECTION or paragraph.status.startswith(("NOW OFFICIAL", "DUE"))
    return _shorten_headline(with_note(replace(paragraph, status="" if is_said else paragraph.status), note, publisher))


def _looked_for(source_checks: str) -> str:
    """What the look at the official sources found, in few words; "" where nothing is known of it."""
    if source_checks.startswith(COULD_NOT_LOOK):
        return COULD_NOT_LOOK
    return "no official page seen" if source_checks else ""


def _shorten_headline(paragraph: Paragraph) -> Paragraph:
    return replace(
        paragraph,
        title=cut_at_word(printable(paragraph.title).strip(), MAX_LINE_CHARACTERS),
        note=cut_at_word(printable(paragraph.note), MAX_NOTE_CHARACTERS),
    )


def _number(entries: dict[str, list[Paragraph]], statuses: Mapping[str, str]) -> Iterator[Section]:
    """The sections with at most MAX_NUMBERED entries in all; the other headlines below them, in one section.

    No section says there how far they can be trusted: `statuses` gives the status words by Alert.
    """
    left: list[Paragraph] = []
    room = MAX_NUMBERED
    for heading, paragraphs in entries.items():
        if heading == STILL and len(paragraphs) > MAX_STILL_NAMED:
            yield Section(heading=heading, lines=(f"{len(paragraphs)} reports have no official page yet.",))
            left += paragraphs
            continue
        if paragraphs[:room]:
            yield Section(heading=heading, paragraphs=tuple(paragraphs[:room]), is_numbered=heading != ADMIN)
        left += paragraphs[room:]
        room -= min(room, len(paragraphs)) if heading != ADMIN else 0
    if left:
        headlines = (replace(further, note="", status=statuses.get(further.alert, further.status)) for further in left)
        yield Section(heading=f"And {len(left)} more", paragraphs=tuple(headlines))


# --- below them ---------------------------------------------------------------------------------------------------


def _closing_sections(digest: DigestContext, said: Collection[tuple[str, str]], today: date) -> Iterator[Section]:
    """`said`: the Stories of the entries above, each with the one fact that is shown of it."""
    unsaid = [dated for dated in digest.dates if not is_said(dated, said)]
    coming = list(coming_up(unsaid, today))
    if coming:
        yield Section(heading=COMING_UP, lines=tuple(coming[:MAX_COMING_UP]))
    if digest.also_official:
        listed = tuple(map(_shorten_headline, digest.also_official[:MAX_ALSO_OFFICIAL]))
        more = len(digest.also_official) - len(listed) + digest.more_official
        lines = (f"and {more} more, which match no topic",) if more > 0 else ()
        yield Section(heading=ALSO_OFFICIAL, paragraphs=listed, lines=lines)
    unsent = sum(digest.unsent.values())
    if unsent:
        reasons = sorted(digest.unsent.items(), key=lambda pair: (-pair[1], pair[0]))
        words = ", ".join(f"{count} {UNSENT_WORDS[reason]}" for reason, count in reasons)
        yield Section(heading="", lines=(f"{unsent} not sent: {words}.",))
    if digest.sources:
        yield Section(heading="", lines=tuple(digest.sources))


# --- subject and first line ---------------------------------------------------------------------------------------


def _compose_subject(delivery: Delivery, entries: dict[str, list[Paragraph]]) -> str:
    """The date of the digest, and how many entries each section has; a long one in fewer words."""
    frequency, _, written = delivery.period.partition("#")[0].partition(":")
    day = format_day(datetime.fromisoformat(written).date())
    title = f"{'week to ' if frequency == 'weekly' else ''}{day}"
    title += f", part {delivery.part}" if delivery.part > 1 else ""
    counts = Counter(dict.fromkeys(SUBJECT_WORDS.values(), 0))
    for heading, paragraphs in entries.items():
        words = SUBJECT_WORDS[heading]
        withdrawn = sum(paragraph.status.startswith(_OFF) for paragraph in paragraphs)
        counts[words] += len(paragraphs) - withdrawn
        counts["withdrawn"] += withdrawn
    subject = f"{title}: {', '.join(f'{count} {words}' for words, count in counts.items() if count) or 'nothing new'}"
    shortest = subject.replace(day, day.rpartition(" ")[0]).replace("still not official", "not official")
    fitting = (
        written for written in (f"GP announcements, {subject}", subject) if len(written) <= MAX_SUBJECT_CHARACTERS
    )
    return subject_line(next(fitting, shortest))


def _compose_lead(delivery: Delivery, count: int, now: datetime) -> str:
    late = (
        f" This digest was due {format_moment(delivery.first_due)} and is late."
        if now - delivery.first_due > MAX_DELAY
        else ""
    )
    if count:
        return f"{format_count(count, 'announcement')} on your topics since the last digest.{late}"
    return f"Nothing new on your topics since the last digest.{late}"
