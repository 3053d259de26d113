"""Who is told what, and when: an instant Alert is a Delivery of its own, a digest's joins the one that waits."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from watcher.core.delivery.routing import plan_deliveries, plan_digest, plan_digests, should_receive, zone_of
from watcher.model import Alert, Frequency, PlannedDelivery, Reason, Status, Subscriber, Trust, Zone

NOW = datetime(2026, 11, 2, 22, 0, tzinfo=UTC)
ALERT = Alert(
    reason=Reason.FIRST_HEARD, at=NOW, story="s", item="i", revision=1, status=Status.REPORTED, topics=("flu",)
)
FAULT = Alert(reason=Reason.NEEDS_ADMIN, at=NOW, note="NHS England news cannot be read")

CHANNEL = Subscriber(id="channel", via="slack", address="C0123456789", admin=True)
SLEEPER = Subscriber(id="sleeper", via="slack", address="C0000000001", quiet=(time(21), time(7)))
MANAGERS = Subscriber(
    id="managers", via="email", address="a@example.org", topics=frozenset({"flu"}), frequency=Frequency.DAILY
)
PARTNERS = Subscriber(id="partners", via="email", address="b@example.org", topics=frozenset({"pay"}))
WEEKLY = Subscriber(
    id="weekly", via="email", address="c@example.org", frequency=Frequency.WEEKLY, on=4, at=time(8), admin=True
)
ALL = (CHANNEL, SLEEPER, MANAGERS, PARTNERS, WEEKLY)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_each_subscriber_gets_an_alert_in_its_own_time() -> None:
    assert plan_deliveries([ALERT], ALL, NOW) == (
        PlannedDelivery(
            subscriber="channel", channel=CHANNEL.channel, period=f"alert:{ALERT.id}", due=NOW, alert=ALERT.id
        ),
        PlannedDelivery(
            subscriber="sleeper",
            channel=SLEEPER.channel,
            period="quiet:2026-11-03T07:00:00+00:00",
            due=at(3, 7),
            alert=ALERT.id,
        ),
        PlannedDelivery(
            subscriber="managers",
            channel=MANAGERS.channel,
            period="daily:2026-11-03",
            due=at(3, 7, 30),
            alert=ALERT.id,
            else_period="daily:2026-11-04",
            else_due=at(4, 7, 30),
        ),
        PlannedDelivery(
            subscriber="weekly",
            channel=WEEKLY.channel,
            period="weekly:2026-11-06",
            due=at(6, 8),
            alert=ALERT.id,
            else_period="weekly:2026-11-13",
            else_due=at(13, 8),
        ),
    )


def test_a_fault_of_the_watcher_goes_to_admins_only_and_waits_for_no_digest() -> None:
    assert plan_deliveries([FAULT], ALL, NOW) == (
        PlannedDelivery(
            subscriber="channel", channel=CHANNEL.channel, period=f"alert:{FAULT.id}", due=NOW, alert=FAULT.id
        ),
        PlannedDelivery(
            subscriber="weekly", channel=WEEKLY.channel, period=f"alert:{FAULT.id}", due=NOW, alert=FAULT.id
        ),
    )


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (("flu",), ["channel", "sleeper", "managers", "weekly"]),
        (("pay", "flu"), ["channel", "sleeper", "managers", "partners", "weekly"]),
        (("premises",), ["channel", "sleeper", "weekly"]),
    ],
)
def test_an_alert_concerns_those_who_share_a_topic(topics: tuple[str, ...], expected: list[str]) -> None:
    alert = Alert(reason=Reason.CHANGED, at=NOW, story="s", item="i", revision=2, topics=topics)
    assert [each.id for each in ALL if should_receive(alert, each)] == expected


def test_every_digest_subscriber_gets_a_digest_even_when_there_is_nothing_new() -> None:
    assert plan_digests(ALL, NOW) == (plan_digest(MANAGERS, NOW), plan_digest(WEEKLY, NOW))


def test_the_same_fact_planned_twice_is_the_same_delivery() -> None:
    later = Alert(
        reason=Reason.FIRST_HEARD,
        at=at(2, 23),
        story="s",
        item="i",
        revision=1,
        status=Status.REPORTED,
        topics=("flu",),
    )
    assert plan_deliveries([later], [CHANNEL], NOW) == plan_deliveries([ALERT], [CHANNEL], NOW)


def test_two_subscribers_with_one_address_share_its_channel_and_the_channel_hides_it() -> None:
    other = Subscriber(id="other", via="slack", address="C0123456789")
    assert (other.channel, "C0123456789" in repr(other) + other.channel) == (CHANNEL.channel, False)


def test_what_an_official_text_only_mentions_reaches_the_readers_of_that_topic_in_the_digest() -> None:
    letter = replace(ALERT, topics=("contract",), mentions=("flu",))
    contract, flu, both, elsewhere = (
        Subscriber(id=name, via="slack", address=f"C{name}", topics=frozenset(topics))
        for name, topics in (
            ("contract", ["contract"]),
            ("flu", ["flu"]),
            ("both", ["flu", "contract"]),
            ("elsewhere", ["pay"]),
        )
    )
    planned = plan_deliveries([letter], [contract, flu, both, elsewhere], at(2, 10))
    assert {each.subscriber: (each.is_digest, each.due) for each in planned} == {
        "contract": (False, at(2, 10)),
        "flu": (True, at(3, 7, 30)),
        "both": (False, at(2, 10)),
    }


@pytest.mark.parametrize(
    ("points", "trust", "expected"),
    [
        (0, Trust.PRESS, Zone.AT_ONCE),
        (-1, Trust.PRESS, Zone.DIGEST),
        (-2, Trust.TRADE, Zone.DIGEST),
        (-3, Trust.PRESS, Zone.PERHAPS),
        (-9, Trust.OFFICIAL, Zone.DIGEST),
        (-9, Trust.PARLIAMENT, Zone.DIGEST),
    ],
)
def test_an_item_goes_where_its_points_say_and_an_official_one_to_the_digest_at_least(
    points: int, trust: Trust, expected: Zone
) -> None:
    assert zone_of(points, trust) is expected
