"""Faults that were found by reading: each is a day on which the product once did the wrong thing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.faults.test_floods import BEFORE, feed
from tests.faults.test_flow import HOUR, NOW, OTHER, WHOLE_DAY, BreakableChannel, day, told
from tests.support.faulty import response
from tests.support.world import SOURCE, deliver_all, forget_leases, item, poll_all, rss
from tests.test_poll import alerts
from watcher import store
from watcher.core.watching.health import Health
from watcher.deliver import deliver_due
from watcher.errors import NotSent
from watcher.model import FactKind, MarkVerdict, Message, Receipt, Signal, TopicMark
from watcher.poll import poll_due
from watcher.reports.explanation import explain_item
from watcher.reports.quarantine import list_quarantined
from watcher.reports.source_health import health_report
from watcher.reports.unsent import unsent_items
from watcher.runtime import Runtime


class Mendable(BreakableChannel):
    """A channel whose token is wrong until a person mends it."""

    wrong = True

    def send(self, message: Message, address: str) -> Receipt:
        if self.wrong:
            raise NotSent("Slack answered token_revoked", for_good=True, after=timedelta(minutes=15))
        return super().send(message, address)


class Crashing(BreakableChannel):
    """A channel that accepts, and then our own code falls over."""

    def send(self, message: Message, address: str) -> Receipt:
        super().send(message, address)
        raise TypeError("ours")


@pytest.mark.fault(86)
@pytest.mark.promise("P15")
def test_a_mended_token_is_noticed_within_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        notifier = opened.notifiers["console"] = Mendable()
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(opened, NOW)
        await asyncio.gather(*await deliver_due(opened, NOW))
        notifier.wrong = False
        with opened.database.begin() as tx:
            rest = tx.scalar(sa.text("SELECT paced_until - (julianday('now') - 2440587.5) * 86400 FROM channels"))
        assert 800 < rest <= 900
        forget_leases(opened.database)
        await deliver_all(opened, NOW + timedelta(minutes=15))
        assert any("Flu jabs" in each.subject for each in notifier.messages)

    day(tmp_path, happens)


@pytest.mark.fault(93)
@pytest.mark.promise("P15")
def test_what_waits_behind_a_dead_address_ends_after_four_days_like_the_rest(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        told(opened).gone = True
        for number in range(8):
            now = NOW + number * 24 * HOUR
            answers["/feed"] = response(rss(*(item(10 * number + n, now) for n in range(3))))
            await poll_all(opened, now)
            await asyncio.gather(*await deliver_due(opened, now))
            forget_leases(opened.database)
        with opened.database.begin() as tx:
            old = tx.scalar(
                sa.text("SELECT count(*) FROM deliveries WHERE state = 'pending' AND first_due < :since"),
                {"since": (NOW + 3 * 24 * HOUR).strftime("%Y-%m-%d %H:%M:%S")},
            )
        assert old == 0

    day(tmp_path, happens)


@pytest.mark.fault(83)
@pytest.mark.promise("P2", "P3")
def test_a_fault_of_ours_after_the_acceptance_is_unknown_and_repeats_marked_once(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        notifier = opened.notifiers["console"] = Crashing()
        notifier.readable = False
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(opened, NOW)
        for number in range(5):
            done = await asyncio.gather(*await deliver_due(opened, NOW + number * HOUR), return_exceptions=True)
            assert all(isinstance(each, TypeError) for each in done)
            forget_leases(opened.database)
        announced = [each.repeat for each in notifier.messages if "Flu jabs" in each.subject]
        assert announced == [False, True]
        rows, _ = list_quarantined(opened.database)
        assert {(row["what"], row["why"]) for row in rows} == {("delivery", "a fault in watcher: TypeError")}

    day(tmp_path, happens)


@pytest.mark.fault(63, 64)
@pytest.mark.promise("P5")
def test_a_site_that_moved_is_no_gap_and_admins_hear_nothing(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = feed(10, NOW, **BEFORE)
        await poll_all(opened, NOW)
        answers["/feed"] = feed(10, NOW, guid="new-{}", link="https://new-domain.example/news/{}")
        await poll_all(opened, NOW + HOUR)
        assert [words for reason, words in alerts(opened) if reason == "needs_admin"] == []
        (sight,) = health_report(opened.database, opened.configuration, NOW + HOUR).statuses
        assert sight.health is Health.OK

    day(tmp_path, happens)


@pytest.mark.promise("P7", "P8")
def test_a_look_that_cannot_be_remembered_is_a_failure_that_is_told_and_asked_less_often(tmp_path: Path) -> None:
    class Broken:
        def __getattr__(self, _name: str) -> Any:
            raise ZeroDivisionError

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        broken = replace(opened.configuration.sources["press"], trust=Broken())  # type: ignore[arg-type]
        sick = replace(opened, configuration=replace(opened.configuration, sources={"press": broken}))
        answers["/feed"] = response(rss(item(1, NOW)))
        looks = 0
        for minute in range(0, 60, 5):
            tasks = await poll_due(sick, NOW + timedelta(minutes=minute))
            looks += len(tasks)
            await asyncio.gather(*tasks, return_exceptions=True)
            forget_leases(opened.database)
        assert looks < 7, "every five minutes would be twelve"
        assert [words.split(",")[0] for reason, words in alerts(opened)] == [
            "BBC News (press): COULD NOT LOOK (a fault in watcher: ZeroDivisionError)"
        ]

    day(tmp_path, happens)


@pytest.mark.promise("P23")
def test_a_topic_that_is_subscribed_to_later_is_not_missed_before(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        (screen,) = opened.configuration.subscribers.values()
        other = {"screen": replace(screen, topics=frozenset({"another"}))}
        before = replace(opened, configuration=replace(opened.configuration, subscribers=other))
        await poll_all(before, NOW - HOUR)
        await deliver_all(before, NOW - HOUR)
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(before, NOW)
        await deliver_all(opened, NOW + HOUR)  # now with all topics
        assert health_report(opened.database, opened.configuration, NOW + 2 * HOUR).missed_alerts == ()

    day(tmp_path, happens)


@pytest.mark.fault(35)
@pytest.mark.promise("P8")
def test_a_list_that_emptied_is_put_aside_with_its_bytes(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = response(rss(*(item(number, NOW) for number in range(6))))
        await poll_all(opened, NOW)
        answers["/feed"] = response(rss())
        await poll_all(opened, NOW + HOUR)
        (row,), _ = list_quarantined(opened.database)
        with opened.database.begin() as tx:
            assert store.quarantine.body(tx, row["id"]) == rss()

    day(tmp_path, happens, people=WHOLE_DAY)


OFFICIAL = SOURCE + OTHER.replace("deep", "official").replace("Deep", "DHSC").replace("trust: press", "trust: official")


@pytest.mark.fault(68)
@pytest.mark.promise("P5")
def test_what_becomes_official_while_it_waits_in_a_burst_is_told_once_as_official(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        titles = [f"Flu jabs for people of group number {n} begin" for n in range(4)]
        answers["/official"] = response(rss())
        await poll_all(opened, NOW - HOUR)
        listed = []
        for number, title in enumerate(titles):
            listed.append(item(number, NOW, title))
            answers["/feed"] = response(rss(*listed))
            await poll_all(opened, NOW + number * timedelta(minutes=1))
            await deliver_all(opened, NOW + number * timedelta(minutes=1))
        answers["/official"] = response(rss(item(9, NOW, titles[3])))
        await poll_all(opened, NOW + timedelta(minutes=5))
        await deliver_all(opened, NOW + timedelta(minutes=5))
        await deliver_all(opened, NOW + timedelta(minutes=20))
        assert [each.subject for each in told(opened).messages] == [
            *(f"REPORTED, NOT OFFICIAL YET: {title}" for title in titles[:3]),
            f"NOW OFFICIAL, 2 min after BBC News: {titles[3]}",
        ]

    day(tmp_path, happens, sources=OFFICIAL)


@pytest.mark.promise("P4")
def test_an_official_page_found_at_the_first_sight_of_its_source_confirms_what_was_told(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        title = "Everyone over fifty to get a flu jab from December"
        answers["/official"] = response(status="503 Later")
        await poll_all(opened, NOW - HOUR)
        answers["/feed"] = response(rss(item(1, NOW, title)))
        await poll_all(opened, NOW)
        await deliver_all(opened, NOW)
        newer = [item(number, NOW + timedelta(minutes=number)) for number in range(20, 26)]
        answers["/official"] = response(rss(item(9, NOW - timedelta(minutes=5), title), *newer))
        await poll_all(opened, NOW + HOUR)
        await deliver_all(opened, NOW + HOUR)
        said = [each.subject for each in told(opened).messages if title in each.subject]
        assert said == [
            f"REPORTED, NOT OFFICIAL YET: {title}",
            f"NOW OFFICIAL, 1 h 0 min after BBC News: {title}",
        ]

    day(tmp_path, happens, sources=OFFICIAL)


@pytest.mark.fault(65)
@pytest.mark.promise("P18")
def test_a_headline_whose_date_or_age_moves_is_told_with_what_it_said(tmp_path: Path) -> None:
    titles = [
        "Free flu jab for over-50s from 1 December",
        "Free flu jabs for the over-50s from 1 December",
        "Free flu jab for over-40s from 1 January",
    ]

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        await poll_all(opened, NOW - HOUR)
        for number, title in enumerate(titles):
            answers["/feed"] = response(rss(item(1, NOW, title)))
            await poll_all(opened, NOW + number * HOUR)
            await deliver_all(opened, NOW + number * HOUR)
        messages = told(opened).messages
        assert [each.subject for each in messages] == [
            f"REPORTED, NOT OFFICIAL YET: {titles[0]}",
            f"CORRECTION: CHANGED, NOT OFFICIAL YET: {titles[2]}",
        ]
        (changed,) = messages[-1].paragraphs
        assert changed.lines == ((FactKind.WAS, titles[1]),)
        assert changed.details[0] == (FactKind.PREVIOUS_TITLE, titles[1])

    day(tmp_path, happens)


@pytest.mark.fault(65)
@pytest.mark.promise("P18")
def test_a_date_that_moves_days_later_and_a_withdrawal_reach_those_who_were_told(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        await poll_all(opened, NOW - HOUR)
        for days, title in (
            (0, "Flu jab clinics start on 1 December"),
            (1, ""),
            (2, ""),
            (4, "Flu jab clinics start on 1 January"),
        ):
            now = NOW + days * 24 * HOUR
            answers["/feed"] = response(rss(item(1, NOW, title or "Flu jab clinics start on 1 December")))
            await poll_all(opened, now)
            await deliver_all(opened, now)
        assert [each.subject for each in told(opened).messages] == [
            "REPORTED, NOT OFFICIAL YET: Flu jab clinics start on 1 December",
            "GP announcements, Sun 22 Nov 2020: 1 still not official",
            "CORRECTION: CHANGED, NOT OFFICIAL YET: Flu jab clinics start on 1 January",
        ]

    day(tmp_path, happens)


@pytest.mark.fault(64)
@pytest.mark.promise("P24")
def test_an_item_is_found_by_its_old_and_its_new_address_after_a_move(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = feed(10, NOW, **BEFORE)
        await poll_all(opened, NOW)
        answers["/feed"] = feed(10, NOW, guid="new-{}", link="https://new-domain.example/news/{}")
        await poll_all(opened, NOW + HOUR)
        for address in ("http://site.example/news/3", "https://new-domain.example/news/3", "site.example/news/3"):
            life = explain_item(opened.database, opened.configuration, address, NOW + HOUR)
            assert life is not None, address
            assert life["item"]["title"] == "Flu jabs for people of group number 3 begin"

    day(tmp_path, happens)


@pytest.mark.promise("P23", "P24")
def test_opinion_waits_for_no_one_is_listed_with_its_words_and_the_real_news_is_still_told(tmp_path: Path) -> None:
    signal = Signal(id="rumour", name="Rumour", points=-3, any=("title: could",))

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        old = opened.configuration
        weighed = replace(old.topic_settings, signals=(signal,))
        weighing = replace(opened, configuration=replace(old, topic_settings=weighed))
        title = "Everyone over fifty to get a flu jab from December"
        await poll_all(weighing, NOW - HOUR)
        await deliver_all(weighing, NOW - HOUR)
        answers["/feed"] = response(rss(item(1, NOW, "Flu jabs could come for all"), item(2, NOW, title)))
        await poll_all(weighing, NOW)
        await deliver_all(weighing, NOW)
        assert [each.subject for each in told(opened).messages] == [f"REPORTED, NOT OFFICIAL YET: {title}"]
        report = unsent_items(weighing.database, weighing.configuration, NOW - HOUR)
        assert [(row["title"], row["reason"], row["detail"]) for row in report.items] == [
            ("Flu jabs could come for all", "perhaps", "flu-eligibility; rumour: could (-3 points)")
        ]
        assert (report.counts, report.answers) == ({"perhaps": 1}, {"told": 1, "digest": 0, "unsent": 1})
        assert health_report(weighing.database, weighing.configuration, NOW + 2 * HOUR).missed_alerts == ()

    day(tmp_path, happens)


@pytest.mark.promise("P11")
def test_a_receipt_keeps_the_mailbox_to_itself() -> None:
    assert "maria" not in repr(Receipt(place="maria@practice.example", message="<1@relay.example>"))


@pytest.mark.promise("P23", "P24")
def test_marks_that_agree_lift_the_next_item_into_the_digest_and_the_check_from_the_other_end_agrees(
    tmp_path: Path,
) -> None:
    signal = Signal(id="rumour", name="Rumour", points=-3, any=("title: could",))

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        old = opened.configuration
        calibrated = replace(old.topic_settings, signals=(signal,), calibrate=True)
        marked = replace(opened, configuration=replace(old, topic_settings=calibrated))
        await poll_all(marked, NOW - HOUR)
        titles = [f"Flu jabs could come for {group}" for group in ("all", "teachers", "drivers")]
        answers["/feed"] = response(rss(*(item(number, NOW, title) for number, title in enumerate(titles[:2]))))
        await poll_all(marked, NOW)
        with marked.database.begin(deciding=True) as tx:
            for stored in store.items.since(tx, NOW - HOUR):
                right = TopicMark(
                    item=stored.id, topic="flu-eligibility", verdict=MarkVerdict.RIGHT, terms=("flu jab",), at=NOW
                )
                store.topic_marks.save(tx, right)
        later = NOW + HOUR
        answers["/feed"] = response(rss(*(item(number, later, title) for number, title in enumerate(titles))))
        await poll_all(marked, later)
        report = unsent_items(marked.database, marked.configuration, NOW - HOUR)
        assert (report.counts, report.answers) == ({"perhaps": 2}, {"told": 0, "digest": 1, "unsent": 2})
        health = health_report(marked.database, marked.configuration, later + 2 * HOUR)
        assert health.missed_alerts == ()  # what was marked after it was seen had been "perhaps" then

    day(tmp_path, happens)
