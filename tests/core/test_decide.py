"""A poll's decision, day by day: who told what first, what is news, and what stays silent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.core.decide import LoadedState, PollContext, decide
from watcher.core.items.newsworthiness import MAX_ALERTS_AT_FIRST_POLL, PolledSource, Timeliness, timeliness
from watcher.core.language.dates import read_date
from watcher.core.matching.index import TopicIndex
from watcher.core.stories.features import extract_features
from watcher.model import (
    Alert,
    Answer,
    Decision,
    Disposition,
    Evidence,
    Frequency,
    Item,
    Match,
    PlannedDelivery,
    Reason,
    SourceState,
    Status,
    StatusChange,
    Story,
    StoryItem,
    Subscriber,
    Topic,
    Trust,
    UnsentReason,
    key,
)

NOW = datetime(2020, 11, 20, 12, 6, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
INDEX = TopicIndex(
    [
        Topic(id="flu", name="Flu", any=("flu jab", "flu ~6 vaccin*", "over 50 ~8 flu"), unless=("bird flu",)),
        Topic(id="pay", name="Pay", any=("item of service fee",)),
    ]
)
CHANNEL = Subscriber(id="channel", via="console", address="screen")
MANAGERS = Subscriber(
    id="managers", via="console", address="mail", topics=frozenset({"flu"}), frequency=Frequency.DAILY, admin=True
)
NOBODY = Subscriber(id="other", via="console", address="other", topics=frozenset({"premises"}))
EVERYBODY = (CHANNEL, MANAGERS, NOBODY)


def state(last: datetime | None = NOW - 10 * MINUTE) -> SourceState:
    return SourceState(source="bbc", next_poll=NOW, last_success=last)


def item(number: int | str = 1, title: str = "Over-50s to get free flu jab from 1 December", when: str = "") -> Item:
    url = f"https://press.example/{number}"
    return Item(
        source="bbc",
        identity=f"press.example/{number}",
        url=url,
        title=title,
        published=read_date(when or NOW.isoformat()),
    )


class RememberedDays:
    """What the database would remember between polls, without a database."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Item]] = {}
        self.stories: dict[str, Story] = {}
        self.last: dict[str, datetime | None] = {}

    def poll(
        self,
        source: str,
        found: Iterable[Item],
        now: datetime = NOW,
        *,
        trust: Trust = Trust.PRESS,
        first: bool = False,
    ) -> Decision:
        known = self.items.setdefault(source, {})
        last = None if first else self.last.get(source, now - 10 * MINUTE)
        decision = decide(
            [replace(each, source=source) for each in found],
            LoadedState(state=replace(state(last), source=source), items=known, stories=tuple(self.stories.values())),
            PollContext(publisher=source.upper(), trust=trust, index=INDEX, subscribers=EVERYBODY, now=now),
        )
        known.update({each.identity: each for each in decision.items})
        self.stories.update({each.id: each for each in decision.stories})
        self.last[source] = now
        return decision


def told(decision: Decision) -> list[tuple[Reason, Status | None]]:
    return [(alert.reason, alert.status) for alert in decision.alerts]


def test_one_new_press_item_becomes_item_match_story_alert_and_deliveries_at_once() -> None:
    found = item()
    remembered = replace(found, first_seen=NOW)
    telling = StoryItem(
        item=found.id,
        identity="press.example/1",
        source="bbc",
        trust=Trust.PRESS,
        publisher="BBC",
        title=found.title,
        url=found.url,
        seen_at=NOW,
        published=found.published,
        features=extract_features(found.title),
    )
    story = Story(
        id=key("story", found.id, NOW.isoformat()),
        title=found.title,
        status=Status.REPORTED,
        topics=("flu",),
        opened_at=NOW,
        items=(telling,),
        told_topics=frozenset({"flu"}),
        told_items=frozenset({found.id}),
        status_changes=(StatusChange(status=Status.REPORTED, item=found.id, at=NOW),),
        close_at=NOW + 24 * HOUR,
        last_alert_at=NOW,
    )
    alert = Alert(
        reason=Reason.FIRST_HEARD,
        at=NOW,
        story=story.id,
        item=found.id,
        revision=1,
        status=Status.REPORTED,
        topics=("flu",),
    )
    evidence = (
        Evidence(
            field="title",
            text="Over-50s to get free flu jab from 1 December",
            term="over 50 ~8 flu",
            words="Over-50s to get free flu",
        ),
        Evidence(field="title", text="Over-50s to get free flu jab from 1 December", term="flu jab", words="flu jab"),
    )
    decision = RememberedDays().poll("bbc", [found])
    matches = {
        name: tuple(
            replace(match, evidence=tuple(sorted(match.evidence, key=lambda each: each.text))) for match in known
        )
        for name, known in decision.matches.items()
    }
    assert [each.deadline.words for each in decision.dates] == ["1 December"]
    assert replace(decision, matches=matches, dates=()) == Decision(
        items=(remembered,),
        matches={found.id: (Match(topic="flu", evidence=evidence),)},
        stories=(story,),
        alerts=(alert,),
        deliveries=(
            PlannedDelivery(
                subscriber="channel", channel=CHANNEL.channel, period=f"alert:{alert.id}", due=NOW, alert=alert.id
            ),
            PlannedDelivery(
                subscriber="managers",
                channel=MANAGERS.channel,
                period="daily:2020-11-21",
                due=datetime(2020, 11, 21, 7, 30, tzinfo=UTC),
                alert=alert.id,
                else_period="daily:2020-11-22",
                else_due=datetime(2020, 11, 22, 7, 30, tzinfo=UTC),
            ),
        ),
        dispositions=(Disposition(item=found.id, revision=1, answer=Answer.TOLD, reason=Reason.FIRST_HEARD, at=NOW),),
        fresh=1,
    )


def test_an_item_on_no_topic_is_remembered_with_the_reason_and_nothing_more() -> None:
    found = item(title="Rail fares to rise")
    assert RememberedDays().poll("bbc", [found]) == Decision(
        items=(replace(found, first_seen=NOW),),
        matches={found.id: ()},
        dispositions=(
            Disposition(item=found.id, revision=1, answer=Answer.UNSENT, reason=UnsentReason.NO_TOPIC, at=NOW),
        ),
        fresh=1,
    )


def test_the_press_speaks_first_and_the_department_hours_later() -> None:
    days = RememberedDays()
    morning = days.poll("bbc", [item()])
    noon = days.poll("dhsc", [item("gov")], NOW + 4 * HOUR, trust=Trust.OFFICIAL)
    (story,) = days.stories.values()
    assert told(morning) == [(Reason.FIRST_HEARD, Status.REPORTED)]
    assert told(noon) == [(Reason.NOW_OFFICIAL, Status.CONFIRMED)]
    assert [(each.publisher, each.seen_at - NOW) for each in story.items] == [("BBC", 0 * HOUR), ("DHSC", 4 * HOUR)]


def test_three_papers_with_one_story_are_one_alert() -> None:  # fault 68
    days = RememberedDays()
    alerts = [
        told(days.poll(paper, [item(paper)], NOW + minutes * MINUTE))
        for minutes, paper in enumerate(["bbc", "guardian", "pulse"])
    ]
    (story,) = days.stories.values()
    assert alerts == [[(Reason.FIRST_HEARD, Status.REPORTED)], [], []]
    assert [each.publisher for each in story.items] == ["BBC", "GUARDIAN", "PULSE"]


def test_one_more_report_that_adds_a_topic_is_heard_by_those_who_wait_for_it_and_by_nobody_again() -> None:
    days = RememberedDays()
    days.poll("bbc", [item()])
    pay = Subscriber(id="pay", via="console", address="pay", topics=frozenset({"pay"}))
    adding = [replace(item("pulse"), summary="What the item of service fee will be", source="pulse")]
    state_then = replace(state(NOW), source="pulse")
    decision = decide(
        adding,
        LoadedState(state=state_then, items={}, stories=tuple(days.stories.values())),
        PollContext(publisher="PULSE", trust=Trust.PRESS, index=INDEX, subscribers=(*EVERYBODY, pay), now=NOW + HOUR),
    )
    assert [(alert.reason, alert.topics) for alert in decision.alerts] == [(Reason.FIRST_HEARD, ("pay",))]
    assert [each.subscriber for each in decision.deliveries] == ["pay"]
    assert [each.told_topics for each in decision.stories] == [frozenset({"flu", "pay"})]


def test_the_department_speaks_first_and_the_press_adds_nothing() -> None:
    days = RememberedDays()
    official = days.poll("dhsc", [item("gov")], trust=Trust.OFFICIAL)
    press = days.poll("bbc", [item()], NOW + HOUR)
    assert (told(official), told(press)) == ([(Reason.FIRST_HEARD, Status.CONFIRMED)], [])


def test_the_same_page_again_is_no_news() -> None:
    days = RememberedDays()
    page = [item(1), item(2, "Flu vaccine supply: order by Friday")]
    first, second = days.poll("bbc", page), days.poll("bbc", page, NOW + 10 * MINUTE)
    assert (len(first.alerts), second) == (2, Decision())


def test_a_date_that_moves_is_no_news() -> None:
    days = RememberedDays()
    days.poll("bbc", [item()])
    later = NOW + 6 * HOUR
    assert days.poll("bbc", [item(when=later.isoformat())], later) == Decision()


def test_one_announcement_twice_on_a_page_is_one_item() -> None:
    assert RememberedDays().poll("bbc", [item(), item(title="Over-50s flu jab: what we know")]).fresh == 1


# --- edits: P18 and the faults 65 to 67 ---------------------------------------------------------------------------


def test_an_old_address_with_a_new_headline_is_matched_again() -> None:
    days = RememberedDays()
    night = days.poll("bbc", [item(title="Covid roll-out planned")])
    noon = days.poll("bbc", [item(title="Flu jab push as Covid roll-out planned")], NOW + HOUR)
    assert (told(night), told(noon)) == ([], [(Reason.FIRST_HEARD, Status.REPORTED)])
    assert (noon.fresh, noon.revised) == (0, 1)


def test_an_edit_on_the_same_topics_is_remembered_and_not_told() -> None:
    days = RememberedDays()
    days.poll("bbc", [item()])
    edited = days.poll("bbc", [item(title="Over-50s will get a free flu jab from 1 December")], NOW + HOUR)
    assert (told(edited), edited.revised) == ([], 1)


def test_an_edit_that_widens_the_topics_is_told_to_all_who_were_told_before() -> None:
    days = RememberedDays()
    days.poll("bbc", [item()])
    title = "Over-50s to get free flu jab from 1 December: item of service fee unchanged"
    edited = days.poll("bbc", [item(title=title)], NOW + HOUR)
    assert [(alert.reason, alert.topics, alert.revision) for alert in edited.alerts] == [
        (Reason.CHANGED, ("flu", "pay"), 2)
    ]
    assert [each.subscriber for each in edited.deliveries] == ["channel", "managers"]


def test_a_headline_that_flips_at_every_poll_speaks_twice_at_most() -> None:
    days = RememberedDays()
    titles = ["Over-50s to get free flu jab", "Over-50s flu jab: item of service fee"]
    alerts = [told(days.poll("bbc", [item(title=titles[n % 2])], NOW + n * 10 * MINUTE)) for n in range(40)]
    assert [each for each in alerts if each] == [
        [(Reason.FIRST_HEARD, Status.REPORTED)],
        [(Reason.CHANGED, Status.REPORTED)],
    ]


def test_an_item_that_vanishes_and_comes_back_is_not_told_again() -> None:  # fault 67
    days = RememberedDays()
    days.poll("bbc", [item()])
    days.poll("bbc", [], NOW + HOUR)
    assert days.poll("bbc", [item()], NOW + 2 * HOUR) == Decision()


def test_a_withdrawal_is_a_correction_to_all_who_heard_and_only_once() -> None:
    days = RememberedDays()
    days.poll("dhsc", [item()], trust=Trust.OFFICIAL)
    withdrawn = replace(item(), withdrawn=True)
    gone = days.poll("dhsc", [withdrawn], NOW + HOUR, trust=Trust.OFFICIAL)
    again = days.poll("dhsc", [replace(withdrawn, title="Flu jab: withdrawn")], NOW + 2 * HOUR, trust=Trust.OFFICIAL)
    assert (told(gone), told(again)) == ([(Reason.WITHDRAWN, Status.WITHDRAWN)], [])


# --- no flood: P4 -------------------------------------------------------------------------------------------------


def hourly(count: int) -> list[Item]:
    """A page of flu news, newest first, one an hour."""
    titles = [f"Flu vaccine bulletin number {n} of this winter" for n in range(count)]
    return [item(n, title, (NOW - n * HOUR).isoformat()) for n, title in enumerate(titles)]


def test_first_sight_of_200_items_records_all_and_tells_of_the_newest_five() -> None:
    decision = RememberedDays().poll("bbc", hourly(200), first=True)
    newest = {each.id for each in hourly(MAX_ALERTS_AT_FIRST_POLL)}
    assert (decision.fresh, {alert.item for alert in decision.alerts}) == (200, newest)


def test_first_sight_of_200_undated_items_tells_of_none() -> None:
    page = [replace(each, published=read_date("")) for each in hourly(200)]
    assert (
        RememberedDays().poll("bbc", page, first=True).fresh,
        RememberedDays().poll("bbc", page, first=True).alerts,
    ) == (200, ())


def test_first_sight_of_an_archive_tells_of_none() -> None:
    page = [item(n, f"Flu vaccine bulletin number {n} of that winter", f"{n + 1} October 2019") for n in range(28)]
    assert told(RememberedDays().poll("bbc", page, first=True)) == []


def test_first_sight_of_a_page_dated_by_day_tells_of_the_first_of_its_newest_day() -> None:
    today = [item(n, f"Flu vaccine bulletin {n}", "20 November 2020") for n in range(4)]
    before = [item(n, f"Flu vaccine bulletin {n}", "19 November 2020") for n in range(4, 9)]
    decision = RememberedDays().poll("pcse", [*today, *before], first=True)
    expected = {replace(each, source="pcse").id for each in [*today, before[0]]}
    assert {alert.item for alert in decision.alerts} == expected


def test_what_an_archive_lists_again_is_no_news() -> None:
    days = RememberedDays()
    days.poll("bbc", [])
    old = item(title="Over-50s to get free flu jab", when="3 September 2020")
    assert (told(days.poll("bbc", [old])), list(days.items["bbc"])) == ([], ["press.example/1"])


def test_after_a_weekend_without_power_fridays_news_is_still_news() -> None:
    friday = item(when="2020-11-20T16:00:00Z")
    monday = datetime(2020, 11, 23, 8, 0, tzinfo=UTC)
    days = RememberedDays()
    days.last["bbc"] = datetime(2020, 11, 20, 15, 50, tzinfo=UTC)
    assert told(days.poll("bbc", [friday], monday)) == [(Reason.FIRST_HEARD, Status.REPORTED)]


def test_a_date_in_the_future_is_news_now() -> None:  # fault 57
    assert len(RememberedDays().poll("bbc", [item(when="Mon, 02 Nov 2099 10:00:00 GMT")]).alerts) == 1


@pytest.mark.parametrize(
    ("last", "dates", "expected"),
    [
        (NOW - HOUR, ["", "20 November 2020", "November 2020", "17 November 2020"], [1, 2, 3]),
        (None, ["", "20 November 2020", "November 2020", "17 November 2020"], [2, 3]),
    ],
)
def test_undated_items_are_news_only_where_we_have_looked_before(
    last: datetime | None, dates: Sequence[str], expected: Sequence[int]
) -> None:
    items = [item(number, when=when or "Various") for number, when in enumerate(dates, 1)]
    ages = timeliness(items, PolledSource(state=state(last), trust=Trust.PRESS, now=NOW))
    spoken = [each for each in items if ages[each.id] is Timeliness.NEWS]
    assert sorted(int(each.identity[-1]) for each in spoken) == list(expected)


def test_items_are_told_in_the_order_in_which_they_were_published() -> None:
    page = hourly(3)
    assert [each.id for each in RememberedDays().poll("bbc", page).items] == [each.id for each in reversed(page)]
    assert read_date("20 November 2020").day == date(2020, 11, 20)
