"""The seven Messages of the golden files: one a Reason, and a digest. Each is composed at a moment of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.golden import texts
from tests.golden.texts import Telling, at
from watcher.core.deadlines.item_dates import read_item_dates
from watcher.core.deadlines.ledger import update_dates
from watcher.core.messages.delivery_context import DeliveryContext, compose_parts
from watcher.core.messages.source_checks import with_source_checks
from watcher.core.watching.source_status import SourceStatus, digest_footer, source_status
from watcher.model import (
    Alert,
    AlertContext,
    Delivery,
    DigestContext,
    Evidence,
    Fault,
    LedgerDate,
    Match,
    Message,
    Paragraph,
    Reason,
    Receipt,
    SourceState,
    Story,
    StoryDate,
    Subscriber,
    UnsentReason,
    Version,
)

TOPICS = {
    "flu": "Flu vaccination",
    "covid": "Covid vaccination",
    "pcse": "PCSE, pensions and registrations",
}
MATCHING_WORDS = ("flu vaccination", "flu vaccine", "covid vaccinations", "list validation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A Story after its last Telling, its dates in the ledger, and how it was before that Telling."""

    story: Story
    dates: tuple[LedgerDate, ...]
    tellings: tuple[Telling, ...]


def follow(name: str, topic: str, *tellings: Telling) -> Chapter:
    """A Story as these texts made it, the earliest first."""
    first = tellings[0]
    before: Story | None = None
    dates: tuple[LedgerDate, ...] = ()
    story = Story(id=name, title=first.item.title, status=first.status, topics=(topic,), opened_at=first.at)
    for telling in tellings:
        story = story.with_item(telling.story_item, topics=(topic,))
        if before is None or telling.status is not before.status:
            story = story.with_status(telling.status, telling.story_item, telling.at)
        stated = read_item_dates(telling.item, telling.story_item, telling.at)
        dates = update_dates(dates, before, story, stated, telling.at)
        before = story
    return Chapter(story=story, dates=dates, tellings=tellings)


ORDER_AGAIN = replace(
    texts.ORDER_MOVED,
    item=replace(
        texts.ORDER_MOVED.item,
        revision=2,
        published=texts.ORDER.item.published,
        first_seen=texts.ORDER.at,
        updated_at=texts.ORDER_MOVED.at,
        change_note="Practices have until 2 December to order.",
    ),
)
HEARD = follow("flu", "flu", texts.FLU_HEARD)
OFFICIAL = follow("flu", "flu", texts.FLU_HEARD, texts.FLU_TRADE, texts.FLU_OFFICIAL)
ORDER = follow("order", "flu", texts.ORDER)
MOVED = follow("order", "flu", texts.ORDER, ORDER_AGAIN)
CLAIMS = follow("claims", "flu", texts.CLAIMS)
LEAFLET_GONE = follow("leaflet", "flu", texts.LEAFLET, texts.LEAFLET_GONE)
COVID = follow("covid", "covid", texts.COVID_HEARD)
LIST = follow("list", "pcse", texts.LIST, texts.LIST_TRADE)
LIST_GONE = follow("list", "pcse", texts.LIST, texts.LIST_TRADE, texts.LIST_GONE)


def tell(reason: Reason, chapter: Chapter, by: Telling, **values: object) -> AlertContext:
    """The Alert of `by`, with the dates and the Story of its Chapter."""
    alert = Alert(
        reason=reason,
        at=by.at,
        story=chapter.story.id,
        item=by.item.id,
        revision=by.item.revision,
        status=chapter.story.status,
        topics=chapter.story.topics,
    )
    return replace(
        AlertContext(alert=alert, story=chapter.story, item=by.item, dates=chapter.dates, matches=_matches(by)),
        **values,  # type: ignore[arg-type]
    )


def _matches(by: Telling) -> tuple[Match, ...]:
    """The words of the headline for which its Topic has it."""
    words = next((words for words in MATCHING_WORDS if words in by.item.title.lower()), "")
    position = by.item.title.lower().find(words)
    evidence = Evidence(field="title", text=by.item.title[position : position + len(words)], term=words)
    return (Match(topic="flu-eligibility", evidence=(evidence,)),)


def follow_up(context: AlertContext, first: Telling, receipt: Receipt) -> AlertContext:
    """`context` for a Subscriber who had the Message of `first`, as the channel's `receipt` shows."""
    title, told_at = first.item.title, first.at + timedelta(minutes=1)
    return replace(context, first_receipt=receipt, first_title=title, first_told_at=told_at)


# --- what was found on the official sources -----------------------------------------------------------------------

_OFFICIAL_SOURCES = ("NHS England", "DHSC", "PCSE", "UKHSA")
_OTHER_SOURCES = ("BBC News", "Pulse", "GPonline", "CQC", "BMA", "NHSBSA", "NHS Digital", "LMC", "ICB", "RCGP")


def read(names: Sequence[str], now: datetime, blind: str = "") -> list[SourceStatus]:
    """Sources that were read a minute before `now`; `blind` has not been for hours."""
    good = SourceState(source="s", next_poll=now, last_poll=now, last_success=now - timedelta(minutes=1))
    since = now - timedelta(hours=3, minutes=20)
    bad = replace(good, last_success=since, failing_since=since, failures=20, error="HTTP 503", fault=Fault.UNREACHABLE)
    return [source_status(name, name, bad if name == blind else good, now) for name in names]


def checked(context: AlertContext, now: datetime) -> AlertContext:
    (looked,) = with_source_checks([context], read(_OFFICIAL_SOURCES, now), (), now)
    return looked


# --- the cases ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A Message to compose at `now`: its Alerts for a channel's Receipt of the first Message, and its digest."""

    now: datetime
    alerts: Callable[[Receipt], Sequence[AlertContext]]
    period: str = "alert:1"
    digest: DigestContext | None = None

    def compose(self, receipt: Receipt, count_that_fit: Callable[[Message], int]) -> Message:
        """The one Message of the Case for a channel."""
        context = DeliveryContext(
            delivery=Delivery(id="d1", subscriber="managers", period=self.period, due=self.now, first_due=self.now),
            alerts=self.alerts(receipt),
            topic_names=TOPICS,
            now=self.now,
            digest=self.digest,
            subscriber=Subscriber(id="managers", via="slack", address=receipt.place, topics=frozenset(TOPICS)),
        )
        (message,) = compose_parts(context, count_that_fit)
        return message


def _first_heard(_: Receipt) -> list[AlertContext]:
    return [checked(tell(Reason.FIRST_HEARD, HEARD, texts.FLU_HEARD), texts.FLU_HEARD.at)]


def _now_official(receipt: Receipt) -> list[AlertContext]:
    return [follow_up(tell(Reason.NOW_OFFICIAL, OFFICIAL, texts.FLU_OFFICIAL), texts.FLU_HEARD, receipt)]


def _changed(receipt: Receipt) -> list[AlertContext]:
    pages = (texts.ORDER.item, ORDER_AGAIN.item)
    versions = tuple(Version(title=page.title, text=page.text) for page in pages)
    return [follow_up(tell(Reason.CHANGED, MOVED, ORDER_AGAIN, versions=versions), texts.ORDER, receipt)]


def _withdrawn(receipt: Receipt) -> list[AlertContext]:
    return [follow_up(tell(Reason.WITHDRAWN, LIST_GONE, texts.LIST_GONE), texts.LIST, receipt)]


DUE_TOMORROW = at(10, 1, "12:00", 2022)


def _deadline_near(receipt: Receipt) -> list[AlertContext]:
    near = tell(Reason.DEADLINE_NEAR, LIST, texts.LIST)
    alert = replace(near.alert, at=DUE_TOMORROW, revision=0, note=f"{LIST.dates[0].id} 24h")
    return [follow_up(replace(near, alert=alert), texts.LIST, receipt)]


MONDAY = at(23, 11, "07:30")


def _still_reported(receipt: Receipt) -> list[AlertContext]:
    note = tell(Reason.STILL_REPORTED, COVID, texts.COVID_HEARD)
    alert = replace(note.alert, at=MONDAY - timedelta(hours=1), in_digest=True)
    return [follow_up(checked(replace(note, alert=alert), MONDAY), texts.COVID_HEARD, receipt)]


SATURDAY = at(21, 11, "07:30")


def _week(receipt: Receipt) -> list[AlertContext]:
    return [
        checked(tell(Reason.FIRST_HEARD, COVID, texts.COVID_HEARD), SATURDAY),
        *_now_official(receipt),
        tell(Reason.FIRST_HEARD, ORDER, texts.ORDER),
        follow_up(tell(Reason.WITHDRAWN, LEAFLET_GONE, texts.LEAFLET_GONE), texts.LEAFLET, receipt),
    ]


def _dated(chapter: Chapter, if_missed: str = "") -> list[StoryDate]:
    items = {telling.item.id: telling.item for telling in chapter.tellings}
    return [
        StoryDate(date=date, story=chapter.story, item=items[date.item], if_missed=if_missed) for date in chapter.dates
    ]


def _also(publisher: str, title: str) -> Paragraph:
    url = f"https://{publisher.lower().replace(' ', '')}.example/{len(title)}"
    return Paragraph(status="", title=title, url=url, source=publisher)


WEEK = DigestContext(
    dates=(*_dated(ORDER, "orders not received by then are rejected"), *_dated(OFFICIAL), *_dated(CLAIMS)),
    also_official=(
        _also("PHE", "Weekly flu report, winter 2020 to 2021"),
        _also("NHS England", "Appointment of chair at a mental health partnership trust"),
    ),
    unsent={
        UnsentReason.VETOED: 22,
        UnsentReason.ONE_MORE_REPORT: 9,
        UnsentReason.PERHAPS: 6,
        UnsentReason.SAME_TEXT: 1,
    },
    sources=digest_footer(read((*_OFFICIAL_SOURCES, *_OTHER_SOURCES), SATURDAY, blind="Pulse")),
)
CASES: Mapping[str, Case] = {
    "first-heard": Case(now=texts.FLU_HEARD.at, alerts=_first_heard),
    "now-official": Case(now=texts.FLU_OFFICIAL.at, alerts=_now_official),
    "changed": Case(now=ORDER_AGAIN.at, alerts=_changed),
    "withdrawn": Case(now=texts.LIST_GONE.at, alerts=_withdrawn),
    "deadline-near": Case(now=DUE_TOMORROW, alerts=_deadline_near),
    "still-reported": Case(now=MONDAY, alerts=_still_reported, period="daily:2020-11-23"),
    "digest": Case(now=SATURDAY, alerts=_week, period="daily:2020-11-21", digest=WEEK),
}
