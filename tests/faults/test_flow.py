"""Faults through the whole flow: poison, silence, gaps, lost answers, those who leave, and the check at the end."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, deliver_all, desk, item, poll_all, rss, serving, write_config
from tests.test_poll import alerts, live, look
from watcher import store
from watcher.core.watching.health import Health
from watcher.deliver import deliver_due
from watcher.errors import NotSent, Unknown
from watcher.model import FactKind, Message, Receipt, Trust
from watcher.notifiers.base import Notifier
from watcher.poll import PollResult
from watcher.reports.explanation import explain_item
from watcher.reports.quarantine import list_quarantined
from watcher.reports.source_health import health_report
from watcher.runtime import Runtime

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
WHOLE_DAY = "subscribers: [{id: screen, via: console, address: screen, admin: true, pace: daily}]"
OTHER = """
  - id: deep
    name: Deep
    publisher: Deep
    trust: press
    kind: feed
    url: {site}/deep
    every: 5m
"""
Day = Callable[[Runtime, dict[str, Any]], Awaitable[None]]


class BreakableChannel(Notifier):
    """A way of telling that a test can break, with all that it accepted."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.lost = 0
        self.gone, self.tries = False, 0
        self.most = 100
        self.readable = True

    def send(self, message: Message, address: str) -> Receipt:
        if self.gone:
            self.tries += 1
            raise NotSent("nobody is there", for_good=True)
        self.messages.append(message)
        if self.lost:
            self.lost -= 1
            raise Unknown("the line broke")
        return Receipt(place=address, message=message.delivery)

    def count_that_fit(self, message: Message) -> int:
        return min(self.most, len(message.paragraphs))

    def find(self, message: Message, address: str, since: datetime) -> Receipt | None:
        if not self.readable:
            raise Unknown("no scope to read the channel")
        assert since < NOW
        same = [each for each in self.messages if each.delivery == message.delivery]
        return Receipt(place=address, message=message.delivery) if same else None


def day(folder: Path, happens: Day, people: str = SCREEN, sources: str = SOURCE) -> None:
    answers: dict[str, Any] = {"/feed": response(rss())}
    with serving(answers) as (site, _):
        config = write_config(folder / "config", sources.format(site=site), people)

        async def begin() -> None:
            async with desk(config, {}, f"sqlite:///{folder / 'w.db'}", NOW) as opened:
                opened.notifiers["console"] = BreakableChannel()
                await happens(opened, answers)

        asyncio.run(begin())


def told(opened: Runtime) -> BreakableChannel:
    notifier = opened.notifiers["console"]
    assert isinstance(notifier, BreakableChannel)
    return notifier


def two_sources(folder: Path, deep: bytes) -> dict[str, PollResult]:
    """One poll of a source that answers `deep` beside one that is well."""
    found: dict[str, PollResult] = {}

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers |= {"/feed": response(rss(item(1, NOW))), "/deep": response(deep)}
        found.update({each.source: each for each in await poll_all(opened, NOW)})

    day(folder, happens, sources=SOURCE + OTHER)
    return found


# --- poison -------------------------------------------------------------------------------------------------------


@pytest.mark.fault(33, 41)
@pytest.mark.promise("P8")
def test_a_page_that_cannot_be_read_is_put_aside_with_its_bytes_once(tmp_path: Path) -> None:
    login = b"<html><form>Sign in</form></html>"

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = response(login)
        for number in range(3):
            await poll_all(opened, NOW + number * HOUR)
        rows, _ = list_quarantined(opened.database)
        (row,) = rows
        assert (row["what"], row["name"], row["times"]) == ("page", "press", 3)
        with opened.database.begin() as tx:
            assert store.quarantine.body(tx, row["id"]) == login

    day(tmp_path, happens)


@pytest.mark.promise("P8")
def test_an_item_that_the_matching_stumbles_over_is_put_aside_and_the_others_are_told(tmp_path: Path) -> None:
    class Stumbling:
        def __init__(self, index: Any) -> None:
            self._index = index

        def topics_of(self, each: Any, publisher: str, _about: Any) -> Any:
            if "group 2" in each.title:
                raise ZeroDivisionError
            return self._index.topics_of(each, publisher)

        def relevance(self, each: Any, publisher: str, trust: Trust, **_: Any) -> Any:
            return self._index.relevance(each, publisher, trust)

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        settings = opened.configuration.topic_settings
        stumbling: Any = SimpleNamespace(topics=settings.topics, index=Stumbling(settings.index), calibrate=False)
        broken = replace(opened.configuration, topic_settings=stumbling)
        answers["/feed"] = response(rss(*(item(number, NOW) for number in (1, 2, 3))))
        (polled,) = await poll_all(replace(opened, configuration=broken), NOW)
        assert (polled.outcome, polled.fresh, polled.alerts) == ("read", 3, 2)
        (row,), _ = list_quarantined(opened.database)
        assert (row["what"], row["why"]) == ("item", "matching failed: ZeroDivisionError")

    day(tmp_path, happens)


@pytest.mark.promise("P8")
def test_an_announcement_that_cannot_be_put_into_words_becomes_a_line_and_the_rest_goes_out(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = response(rss(item(1, NOW), item(2, NOW)))
        await poll_all(opened, NOW)
        with opened.database.begin() as tx:
            tx.execute(sa.text("DELETE FROM tellings WHERE item = (SELECT id FROM items WHERE title LIKE '%group 2%')"))
        await deliver_all(opened, NOW + 23 * HOUR + 54 * HOUR / 60)
        digest = next(each for each in told(opened).messages if each.paragraphs)
        (news,) = (section for section in digest.sections if section.heading == "In the news, not official yet")
        assert sorted((entry.status, entry.title) for entry in news.paragraphs) == [
            ("", "Flu jabs for group 1 from December"),
            ("COULD NOT BE SHOWN", "One announcement could not be put into words"),
        ]
        (row,), _ = list_quarantined(opened.database)
        assert row["why"] == "rendering failed: StopIteration"

    day(tmp_path, happens, people=WHOLE_DAY)


# --- could we look? -----------------------------------------------------------------------------------------------


@pytest.mark.fault(35)
@pytest.mark.promise("P7")
def test_a_feed_that_empties_keeps_its_items_and_is_suspected(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = response(rss(*(item(number, NOW) for number in range(6))))
        await poll_all(opened, NOW)
        answers["/feed"] = response(rss())
        (polled,) = await poll_all(opened, NOW + HOUR)
        assert (polled.outcome, polled.why) == ("failed", "the list is empty; at the last poll it had 6 items")
        (sight,) = health_report(opened.database, opened.configuration, NOW + HOUR).statuses
        assert sight.health is Health.SUSPECT

    day(tmp_path, happens)


@pytest.mark.fault(69)
@pytest.mark.promise("P6")
def test_looks_that_share_no_item_are_a_gap_and_the_next_look_comes_sooner(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Any) -> None:
        answers["/feed"] = response(rss(*(item(number, NOW) for number in range(10))))
        await look(opened, NOW)
        answers["/feed"] = response(rss(*(item(number, NOW) for number in range(50, 60))))
        await look(opened, NOW + HOUR)
        (sight,) = health_report(opened.database, opened.configuration, NOW + HOUR).statuses
        assert sight.health is Health.GAP
        with opened.database.begin() as tx:
            wait = store.sources.states(tx)["press"].next_poll - (NOW + HOUR)
        assert timedelta(minutes=1) < wait < timedelta(minutes=2), "every 5 minutes, and now four times sooner"
        assert [words for reason, words in alerts(opened) if reason == "needs_admin"] == [
            (
                "BBC News (press): MAY HAVE MISSED ITEMS: at Fri 20 Nov 2020 08:41 it shared no item with the look "
                "before. Open the site and look; shorten `every` of press, or set `older`."
            )
        ]

    live(tmp_path, story)


@pytest.mark.fault(25)
def test_unchanged_for_ever_is_asked_in_full_once_a_day(tmp_path: Path) -> None:
    def versioned(_path: str, request: bytes, writer: Any) -> Any:
        conditional = b"if-none-match" in request.lower()
        writer.write(response(status="304 Not Modified") if conditional else response(rss(), headers='ETag: "1"\r\n'))
        return writer.drain()

    async def story(opened: Runtime, answers: dict[str, Any], asked: Any) -> None:
        answers["/feed"] = versioned
        outcomes = [(await look(opened, NOW + 6 * hour * HOUR)).outcome for hour in range(10)]
        assert outcomes == ["read", *["unchanged"] * 4, "read", *["unchanged"] * 4]
        assert len(asked.paths()) == 10

    live(tmp_path, story)


@pytest.mark.fault(31)
def test_a_machine_without_network_says_so_once(tmp_path: Path) -> None:
    names = "".join(OTHER.format(site="http://no-such-host.invalid").replace("deep", f"deep-{n}") for n in range(4))

    async def happens(opened: Runtime, _answers: dict[str, Any]) -> None:
        for number in range(5):
            await poll_all(opened, NOW + number * HOUR)
        assert [words for _, words in alerts(opened)] == [
            "This machine cannot reach any source: the network or its DNS is down. Nothing is being watched."
        ]

    day(tmp_path, happens, sources=f"sources:{names}")


# --- lost answers and what does not fit ---------------------------------------------------------------------------


@pytest.mark.fault(82, 83, 95)
@pytest.mark.promise("P3")
@pytest.mark.parametrize(("readable", "sent", "marked"), [(True, 1, 0), (False, 2, 1)], ids=["readable", "not"])
def test_a_lost_answer_is_looked_up_and_repeated_only_where_nobody_can_tell(
    tmp_path: Path, *, readable: bool, sent: int, marked: int
) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        notifier = told(opened)
        notifier.lost, notifier.readable = 1, readable
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(opened, NOW)
        assert [each.outcome for each in await deliver_all(opened, NOW)] == ["unknown"]
        (done,) = await deliver_all(opened, NOW + HOUR)
        found, cannot = "looked for the earlier try: it had arrived", "possible repeat: no scope to read the channel"
        assert (done.outcome, done.why) == ("sent", found if readable else cannot)
        assert len(notifier.messages) == sent
        assert sum(each.repeat for each in notifier.messages) == marked

    day(tmp_path, happens)


@pytest.mark.fault(82, 83)
@pytest.mark.promise("P3")
def test_a_channel_that_always_loses_the_answer_is_told_twice_and_then_an_admin_hears(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        notifier = told(opened)
        notifier.lost, notifier.readable = 100, False
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(opened, NOW)
        ends = [each.outcome for hour in range(5) for each in await deliver_all(opened, NOW + hour * HOUR)]
        assert ends[:2] == ["unknown", "given up"]
        (announcement,) = {each.delivery for each in notifier.messages if "Flu jabs" in each.subject}
        assert sum(each.delivery == announcement for each in notifier.messages) == 2
        assert [words for reason, words in alerts(opened) if reason == "needs_admin"] == [
            (
                "Nothing reaches the subscriber screen: the line broke. "
                "Put it right: the address in subscribers.yaml, or the token and the app. "
                "`watcher health` lists what was given up, and all of it is kept in the database."
            )
        ]

    day(tmp_path, happens)


@pytest.mark.fault(85, 86, 93)
@pytest.mark.promise("P15")
def test_a_dead_address_is_tried_once_a_day_and_all_that_waits_leaves_when_it_is_corrected(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        notifier = told(opened)
        notifier.gone = True
        answers["/feed"] = response(rss(item(1, NOW), item(2, NOW)))
        await poll_all(opened, NOW)
        for _ in range(3):  # one channel, one try: the second announcement waits with the first
            await asyncio.gather(*await deliver_due(opened, NOW))
        assert notifier.tries == 1
        assert len([reason for reason, _ in alerts(opened) if reason == "needs_admin"]) == 1
        notifier.gone = False
        (screen,) = opened.configuration.subscribers.values()
        corrected = {"screen": replace(screen, address="another")}
        better = replace(opened, configuration=replace(opened.configuration, subscribers=corrected))
        await deliver_all(better, NOW + timedelta(minutes=1))
        # A notice that nothing reaches it would be stale by the time that it arrives there.
        assert sorted(each.subject[:40] for each in notifier.messages) == [
            "REPORTED, NOT OFFICIAL YET: Flu jabs for",
            "REPORTED, NOT OFFICIAL YET: Flu jabs for",
        ]

    day(tmp_path, happens)


@pytest.mark.promise("P3")
def test_what_surely_did_not_arrive_is_sent_without_a_mark(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(opened, NOW)
        with opened.database.begin() as tx:
            tx.execute(sa.text("UPDATE deliveries SET state = 'leased', attempts = 1"))  # its process was killed
        (done,) = await deliver_all(opened, NOW)
        assert (done.why, [each.repeat for each in told(opened).messages]) == (
            "looked for the earlier try: it had not arrived",
            [False],
        )

    day(tmp_path, happens)


@pytest.mark.fault(77, 78, 101)
def test_a_digest_that_does_not_fit_leaves_in_parts_and_each_announcement_once(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        told(opened).most = 4
        await poll_all(opened, NOW - HOUR)
        answers["/feed"] = response(rss(*(item(number, NOW) for number in range(10))))
        await poll_all(opened, NOW)
        await deliver_all(opened, NOW)
        await deliver_all(opened, NOW + 24 * HOUR)
        parts = [each for each in told(opened).messages if each.paragraphs]
        assert [(each.subject, len(each.paragraphs)) for each in parts] == [
            ("GP announcements, Sat 21 Nov 2020: 4 in the news", 4),
            ("GP announcements, Sat 21 Nov 2020, part 2: 4 in the news", 4),
            ("GP announcements, Sat 21 Nov 2020, part 3: 2 in the news", 2),
        ]
        assert len({each.url for part in parts for each in part.paragraphs}) == 10

    day(tmp_path, happens, people=WHOLE_DAY)


@pytest.mark.fault(68)
@pytest.mark.promise("P5")
def test_one_announcement_from_three_sources_is_one_story_with_three_tellers(tmp_path: Path) -> None:
    more = "".join(
        OTHER.format(site="{site}").replace("deep", name).replace("Deep", name.upper()).replace("press\n    k", trust)
        for name, trust in (("pulse", "trade\n    k"), ("dhsc", "official\n    k"))
    )

    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        title = "Everyone over fifty to get a flu jab from December"
        for number, path in enumerate(("/feed", "/pulse", "/dhsc")):
            one = item(1, NOW, title).replace("news.example/1", f"{path[1:]}.example/1")
            answers |= {each: response(rss()) for each in ("/pulse", "/dhsc") if each not in answers}
            answers[path] = response(rss(one))
            await poll_all(opened, NOW + number * HOUR)
            await deliver_all(opened, NOW + number * HOUR)
        assert [each.subject for each in told(opened).messages] == [
            f"REPORTED, NOT OFFICIAL YET: {title}",
            f"NOW OFFICIAL, 2 h 0 min after BBC News: {title}",
        ]
        (last,) = told(opened).messages[-1].paragraphs
        assert dict(last.details)[FactKind.OTHER_PUBLISHERS] == "BBC News, PULSE"

    day(tmp_path, happens, sources=SOURCE + more)


# --- those who leave, and the check from the other end ------------------------------------------------------------


@pytest.mark.fault(129)
@pytest.mark.promise("P14")
def test_a_subscriber_who_leaves_or_changes_topics_before_the_sending_gets_nothing(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(opened, NOW)
        (screen,) = opened.configuration.subscribers.values()
        other = {"screen": replace(screen, topics=frozenset({"something-else"}))}
        changed = replace(opened, configuration=replace(opened.configuration, subscribers=other))
        assert [each.outcome for each in await deliver_all(changed, NOW)] == ["unwanted"]
        assert told(opened).messages == []

    day(tmp_path, happens)


@pytest.mark.promise("P23")
def test_a_delivery_row_that_vanishes_turns_health_red(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        await poll_all(opened, NOW - HOUR)
        await deliver_all(opened, NOW - HOUR)
        answers["/feed"] = response(rss(item(1, NOW), item(2, NOW)))
        await poll_all(opened, NOW)
        await deliver_all(opened, NOW)
        later = NOW + 2 * HOUR
        assert health_report(opened.database, opened.configuration, later).missed_alerts == ()
        with opened.database.begin() as tx:
            for table in ("attempts", "delivery_alerts", "deliveries"):
                tx.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - our own table names
        red = health_report(opened.database, opened.configuration, later)
        assert not red.is_well
        assert [line.split(" (")[0] for line in red.missed_alerts] == [
            "screen was never told of “Flu jabs for group 1 from December”",
            "screen was never told of “Flu jabs for group 2 from December”",
        ]

    day(tmp_path, happens)


@pytest.mark.promise("P24")
def test_an_item_explains_its_whole_life(tmp_path: Path) -> None:
    async def happens(opened: Runtime, answers: dict[str, Any]) -> None:
        told(opened).lost = 1
        answers["/feed"] = response(rss(item(1, NOW)))
        await poll_all(opened, NOW)
        await deliver_all(opened, NOW)
        await deliver_all(opened, NOW + HOUR)
        life = explain_item(opened.database, opened.configuration, "https://news.example/1", NOW + HOUR)
        assert life is not None
        assert life["item"]["first_seen"] == NOW.isoformat()
        assert [each["term"] for each in life["matches"][0]["evidence"]] == ["flu jab"]
        assert life["story"]["status"] == "reported"
        assert [(each["number"], each["outcome"], each["why"]) for each in life["deliveries"]] == [
            (1, "unknown", "the line broke"),
            (2, "sent", "looked for the earlier try: it had arrived"),
        ]
        json.dumps(life)

    day(tmp_path, happens)
