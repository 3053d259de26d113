"""Alerts of our own with their Stories and Items, of November 2020: heard on television, official at 17:05."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.model import (
    Alert,
    AlertContext,
    Authority,
    Delivery,
    Evidence,
    Item,
    Match,
    Published,
    Reason,
    Receipt,
    Status,
    StatusChange,
    Story,
    StoryItem,
    Trust,
)

MORNING = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
NOON = datetime(2020, 11, 20, 17, 5, tzinfo=UTC)
LATER = NOON + timedelta(hours=15)
TOPICS = {"flu": "Flu vaccination", "pay": "Pay"}
TITLE = "Over-50s to get free flu jab from 1 December"


def news(number: int = 1, **values: object) -> Item:
    known = {"title": TITLE, "summary": "Ministers extend the programme.", "published": Published(at=MORNING)}
    url = f"https://press.example/{number}"
    return Item(source="s", identity=f"press.example/{number}", url=url, **(known | values))  # type: ignore[arg-type]


def telling(number: int, publisher: str, trust: Trust, at: datetime, published: Published = Published()) -> StoryItem:  # noqa: B008
    item = news(number)
    return StoryItem(
        item=item.id,
        identity=item.identity,
        source="s",
        trust=trust,
        publisher=publisher,
        title=item.title,
        url=item.url,
        seen_at=at,
        published=published,
        authority=Authority.OFFICIAL if trust.confirms else Authority.REPORT,
    )


def turn(status: Status, by: StoryItem, at: datetime | None = None) -> StatusChange:
    return StatusChange(status=status, item=by.item, at=at or by.seen_at)


PRESS = telling(1, "BBC News", Trust.PRESS, MORNING)
OFFICIAL = telling(2, "DHSC", Trust.OFFICIAL, NOON)
NHSE = telling(3, "NHS England", Trust.OFFICIAL, LATER)
REPORTED = Story(
    id="story",
    title=TITLE,
    status=Status.REPORTED,
    topics=("flu",),
    opened_at=MORNING,
    items=(PRESS,),
    status_changes=(turn(Status.REPORTED, PRESS),),
)
CONFIRMED = replace(
    REPORTED,
    status=Status.CONFIRMED,
    items=(PRESS, OFFICIAL),
    status_changes=(turn(Status.REPORTED, PRESS), turn(Status.CONFIRMED, OFFICIAL)),
)
EVIDENCE = (
    Evidence(field="summary", text="a flu vaccine", term="flu vaccin*"),
    Evidence(field="title", text="free flu jab from", term="flu jab"),
)


def alert(reason: Reason, status: Status = Status.REPORTED, **values: object) -> Alert:
    known = {"at": NOON, "story": "story", "item": news().id, "revision": 1, "topics": ("flu",)}
    return Alert(reason=reason, status=status, **(known | values))  # type: ignore[arg-type]


FIRST = AlertContext(
    alert=alert(Reason.FIRST_HEARD), story=REPORTED, item=news(), matches=(Match(topic="flu", evidence=EVIDENCE),)
)
NOW_OFFICIAL = AlertContext(
    alert=alert(Reason.NOW_OFFICIAL, Status.CONFIRMED, item=news(2).id),
    story=CONFIRMED,
    item=news(2, summary="", published=Published(at=NOON)),
    first_receipt=Receipt(place="C1", message="1.1"),
    first_title=TITLE,
    first_told_at=MORNING,
)
NOTE = "PCSE news cannot be read: HTTP 404."
ADMIN = AlertContext(alert=Alert(reason=Reason.NEEDS_ADMIN, at=NOON, note=NOTE))
OTHER = replace(FIRST, alert=alert(Reason.FIRST_HEARD, story="other"), story=replace(REPORTED, id="other"))


def delivery(period: str = "alert:1", **values: object) -> Delivery:
    known = {"id": "d1", "subscriber": "managers", "due": NOON, "first_due": NOON}
    return Delivery(period=period, **(known | values))  # type: ignore[arg-type]


def settled(status: Status, by: StoryItem = NHSE, before: Story = CONFIRMED) -> Story:
    """`before` after one more official text."""
    tellings = before.items if by in before.items else (*before.items, by)
    changes = (*before.status_changes, turn(status, by, LATER))
    return replace(before, status=status, items=tellings, status_changes=changes)


def told(reason: Reason, story: Story, by: StoryItem = NHSE, **values: object) -> AlertContext:
    """The Alert of a later text of `story`."""
    made = alert(reason, story.status, item=by.item, at=LATER)
    item = news(int(by.url.rpartition("/")[2]), title=by.title, published=Published(at=by.seen_at))
    return replace(NOW_OFFICIAL, alert=made, story=story, item=item, **values)  # type: ignore[arg-type]
