"""One mail of each kind as its reader gets it: what the browser tests measure and bench/pictures.py draws."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

from tests.support.announced import (
    CONFIRMED,
    FIRST,
    LATER,
    MORNING,
    NOON,
    NOW_OFFICIAL,
    PRESS,
    REPORTED,
    TOPICS,
    delivery,
    news,
    settled,
    telling,
    told,
    turn,
)
from watcher.core.messages.message import compose
from watcher.model import (
    AlertContext,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    DigestContext,
    FactKind,
    LedgerDate,
    Mark,
    Message,
    Paragraph,
    Precision,
    Published,
    Reason,
    Section,
    Span,
    Status,
    StoryDate,
    Tone,
    Trust,
)
from watcher.notifiers.email import Email

SATURDAY = datetime(2020, 11, 21, 7, 30, tzinfo=UTC)
WRITER = Email({"WATCHER_SMTP_URL": "smtp://localhost", "WATCHER_MAIL_FROM": "watcher@example.org"})
HEADLINE = "Free flu vaccination for everyone aged 50 to 64 from 1 December"
HEARD = (
    "The health secretary said that people aged 50 to 64 in England can have the flu vaccine from Tuesday 1 December."
)
LETTER = """To: GP practices in England. From Tuesday 1 December 2020 practices can give the flu vaccine to all \
patients aged 50 to 64, including those who turn 50 by 31 March 2021.

Ordering: practices can order from the vaccine secured centrally by the Department of Health and Social Care.

Payment: an item of service fee is paid for each vaccination under the flu directed enhanced service."""
TAKEN_BACK = "This letter is withdrawn: practices should not order vaccine for people aged 50 to 64."

NHSE = telling(2, "NHS England", Trust.OFFICIAL, NOON)
MADE_OFFICIAL = replace(
    CONFIRMED, items=(PRESS, NHSE), status_changes=(turn(Status.REPORTED, PRESS), turn(Status.CONFIRMED, NHSE))
)
REPORT = replace(FIRST, item=news(summary=HEARD))
OFFICIAL = replace(
    NOW_OFFICIAL,
    story=MADE_OFFICIAL,
    item=news(2, title=HEADLINE, summary="", text=LETTER, published=Published(at=NOON)),
)
GONE = told(Reason.WITHDRAWN, settled(Status.WITHDRAWN))
WITHDRAWN = replace(GONE, item=news(3, summary=TAKEN_BACK, published=Published(at=LATER)))


def of(number: int, context: AlertContext, title: str) -> AlertContext:
    """`context` as that of another Story, under this headline."""
    assert context.story
    assert context.item
    story, item = replace(context.story, id=f"s{number}"), replace(context.item, title=title)
    return replace(context, alert=replace(context.alert, story=story.id), story=story, item=item)


def dated(context: AlertContext, day: date, kind: DeadlineKind = DeadlineKind.DEADLINE) -> StoryDate:
    """An official date of the Story of `context`, which is still open."""
    assert context.story
    assert context.item
    deadline = Deadline(kind=kind, at=day, precision=Precision.DAY, words="then", sentence="Reply by then.")
    kept = LedgerDate(
        id=f"{context.story.id} {day}",
        story=context.story.id,
        item=context.item.id,
        deadline=deadline,
        stated_at=MORNING,
        state_changes=(DateStateChange(state=DateState.OPEN, item=context.item.id, at=MORNING),),
        official=True,
    )
    return StoryDate(date=kept, story=context.story, item=context.item)


def instant(context: AlertContext, now: datetime) -> Message:
    """The mail of one Alert."""
    return compose(delivery(), [context], TOPICS, now)


def several() -> Message:
    """The mail of two Alerts that were held for the morning, sent a second time."""
    contexts = [of(7, OFFICIAL, HEADLINE), of(8, REPORT, "GP contract talks expected to open in January")]
    return compose(delivery(repeat=True), contexts, TOPICS, NOON)


def changed() -> Message:
    """An edited page, with the words that were added and removed marked among its details."""
    spans = (
        Span(mark=Mark.KEPT, text="practices can order"),
        Span(mark=Mark.REMOVED, text="from the manufacturer"),
        Span(mark=Mark.ADDED, text="from the central supply"),
    )
    words = "practices can order from the central supply"
    page = Paragraph(
        status="CHANGED",
        title="Annual flu programme: ordering information",
        url="https://official.example/flu",
        lines=((FactKind.CHANGED, words),),
        source="UKHSA, Tue 24 Nov 2020 10:35",
        tone=Tone.ACCENT,
        details=((FactKind.SAYS_WHO, "UKHSA (official)"), (FactKind.NOW, words)),
        topics=("Flu vaccination",),
        marked={words: spans},
    )
    return Message(
        delivery="d1",
        at=LATER,
        subject=f"CHANGED: {page.title}",
        topics=page.topics,
        sections=(Section(heading="", paragraphs=(page,)),),
    )


def daily() -> Message:
    """A digest with an entry in each of its sections."""
    check = of(1, OFFICIAL, "PCSE list check: send the list back")
    gone = of(2, WITHDRAWN, "Pay declaration: no longer needed")
    flu = of(3, OFFICIAL, HEADLINE)
    talks = of(4, FIRST, "GP contract talks expected to open in January")
    phones = of(5, FIRST, "Phone queues: minister plans a new target")
    noted = replace(
        of(6, told(Reason.STILL_REPORTED, REPORTED, PRESS), "Flu jabs at the school gate"),
        source_checks="no official page; 12 checked",
    )
    also = [
        Paragraph(status="", title=title, url=f"https://gov.example/{number}", source="DHSC")
        for number, title in enumerate(("Ambulance quality indicators: October 2020", "Dental statistics: 2020"))
    ]
    known = DigestContext(
        dates=(
            replace(dated(check, date(2020, 11, 26)), if_missed="reported to your ICB"),
            dated(flu, date(2020, 12, 1), DeadlineKind.EFFECTIVE),
        ),
        also_official=tuple(also),
        unsent={"vetoed": 22, "perhaps": 6, "same_text": 4},
        sources=("Sources: 13 of 14 could be read at their last check.", "Pulse: not read since Sat 21 Nov 2020 04:10"),
    )
    contexts = [noted, phones, talks, flu, gone, check]
    return compose(delivery("daily:2020-11-21", first_due=SATURDAY), contexts, TOPICS, SATURDAY, known)


MESSAGES = {
    "reported": instant(REPORT, MORNING + timedelta(minutes=1)),
    "now-official": instant(OFFICIAL, NOON),
    "withdrawn": instant(WITHDRAWN, LATER),
    "changed": changed(),
    "several": several(),
    "digest": daily(),
}


def page_of(message: Message) -> str:
    """The HTML part of its mail."""
    mail = message_from_bytes(WRITER.write(message, "m@example.org", "<d1@example.org>"), policy=default)
    part = mail.get_body(("html",))
    assert part
    return str(part.get_content())
