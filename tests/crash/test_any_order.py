"""Anything in any order: published, edited, taken away; looked, handed over; accepted, refused, lost, dead.

A model of ten lines says what must have been told. At the end every channel works, and everything must have arrived:
once, or again and marked where nobody could know.
"""

import asyncio
import shutil
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.support.faulty import response
from tests.support.world import SOURCE, desk, forget_leases, item, poll_all, rss, serving, write_config
from watcher.deliver import deliver_due
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier
from watcher.poll import poll_due
from watcher.runtime import Runtime
from watcher.store.database import open_database

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LONGEST = timedelta(hours=40)  # so long is everything news, and no Delivery is given up
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOPICS = """
topics:
  - {id: flu, name: Flu, any: ["flu jab"], unless: ["bird flu"]}
  - {id: pay, name: Pay, any: ["pay rise"]}
"""
PEOPLE = """
subscribers:
  - {id: all, via: console, address: all, admin: true}
  - {id: flu, via: console, address: flu, topics: [flu]}
  - {id: daily, via: console, address: daily, pace: daily, at: "07:30"}
"""
ABOUT = {
    "flu jab": {"flu"},
    "pay rise": {"pay"},
    "flu jab and pay rise": {"flu", "pay"},
    "bird flu jab": set(),
    "": set(),
}
WANTS = {"all": {"flu", "pay"}, "flu": {"flu"}, "daily": {"flu", "pay"}}
MODES = ["accept", "accept", "refuse", "lost after", "lost before", "dies after", "dies before"]
SURE = {"accept", "refuse"}
ABOUTS = st.sampled_from(sorted(ABOUT))
EACH = st.fixed_dictionaries({name: st.sampled_from(MODES) for name in sorted(WANTS)})


class Died(BaseException):
    """What `kill -9` leaves of the work in a thread: nothing."""


class Edge(Notifier):
    """A channel that does what it is told to do at each address, and keeps what it took."""

    max_repeats = 1_000  # here everything must arrive in the end, however often nobody knows

    def __init__(self) -> None:
        super().__init__({})
        self.modes: dict[str, str] = {}
        self.taken: list[tuple[str, str, tuple[str, ...]]] = []
        self.unsure: Counter[str] = Counter()
        self.handed: list[str] = []

    def send(self, message: Message, address: str) -> Receipt:
        mode = self.modes.get(address, "accept")
        assert not message.repeat or self.unsure[message.delivery], "marked, and nobody had lost anything"
        self.handed.append(message.delivery)
        if mode not in SURE:
            self.unsure[message.delivery] += 1
        if mode in {"accept", "lost after", "dies after"}:
            urls = tuple(each.url for each in message.paragraphs)
            before = any(delivery == message.delivery for _, delivery, _ in self.taken)
            assert message.repeat or not before, "taken a second time, and not marked"
            self.taken.append((address, message.delivery, urls))
        if mode == "refuse":
            raise NotSent("busy")
        if mode.startswith("lost"):
            raise Unknown("the line broke")
        if mode.startswith("dies"):
            raise Died
        return Receipt(place=address, message=message.delivery)


class Practice(RuleBasedStateMachine):
    """One watcher, one site, three subscribers, and whatever happens to them."""

    folder: Path
    answers: dict[str, Any]
    made = 0

    @initialize(first=st.lists(ABOUTS, min_size=2, max_size=4), modes=st.lists(EACH, min_size=2, max_size=3))
    def begins(self, first: list[str], modes: list[dict[str, str]]) -> None:
        """Some news and a few rounds in any weather at once: Hypothesis leaves whole rules out of an example."""
        type(self).made += 1
        file = self.folder / f"{self.made}.db"
        shutil.copy(self.folder / "empty.db", file)
        self.now, self.feed, self.titles = START, list[int](), dict[int, str]()
        self.edge, self.cut = Edge(), 0
        self.alerts: list[tuple[int, set[str]]] = []  # the model: which announcement was news, and about what
        self.told: dict[int, set[str]] = {}
        self.stack, self.runner = AsyncExitStack(), asyncio.Runner()
        opened = self.runner.run(
            self.stack.enter_async_context(desk(self.folder / "config", {}, f"sqlite:///{file}", START))
        )
        self.desk: Runtime = replace(opened, notifiers={"console": self.edge})
        opened.database.engine.dispose()
        sa.event.listen(opened.database.engine, "connect", unsafe)
        sa.event.listen(opened.database.engine, "commit", self._commits)
        self.look()
        for about in first:
            self.publish(about)
        self.look()
        for each in modes:
            self.deliver(each)
            self.leases_run_out()
            self.now += 10 * MINUTE

    def _commits(self, _connection: Any) -> None:
        """Fail at the chosen commit: what it held is dropped."""
        self.cut -= 1
        if self.cut == 0:
            raise sa.exc.OperationalError("COMMIT", None, Exception("cut"))

    # --- the site -------------------------------------------------------------------------------------------------

    @rule(about=ABOUTS)
    @precondition(lambda self: len(self.titles) < 8)
    def publish(self, about: str) -> None:
        number = len(self.titles) + 1
        self.titles[number] = about
        self.feed.append(number)

    @rule(data=st.data(), about=ABOUTS)
    @precondition(lambda self: self.feed)
    def edit(self, data: st.DataObject, about: str) -> None:
        self.titles[data.draw(st.sampled_from(self.feed))] = about

    @rule(data=st.data())
    @precondition(lambda self: self.feed)
    def vanish(self, data: st.DataObject) -> None:
        self.feed.remove(data.draw(st.sampled_from(self.feed)))

    # --- the watcher ----------------------------------------------------------------------------------------------

    @rule()
    def look(self) -> None:
        anchor = "<item><title>Opening hours</title><link>https://news.example/0</link></item>"
        rows = [item(each, START, f"Number {each}: {self.titles[each] or 'parking'} for {each}") for each in self.feed]
        self.answers["/feed"] = response(rss(anchor, *rows))
        try:
            polled = self.runner.run(poll_all(self.desk, self.now))
        except sa.exc.OperationalError:
            return
        for number in self.feed if [each.outcome for each in polled] == ["read"] else ():
            about, before = ABOUT[self.titles[number]], self.told.get(number)
            if about and (before is None or not about <= before):
                self.told[number] = about | (before or set())
                self.alerts.append((number, self.told[number]))

    @rule()
    def dies_before_it_looks(self) -> None:
        async def claimed() -> None:
            for task in await poll_due(self.desk, self.now, forced=True):
                task.cancel()

        with suppress(sa.exc.OperationalError):
            self.runner.run(claimed())

    @rule(modes=EACH)
    def deliver(self, modes: dict[str, str]) -> None:
        self.edge.modes, self.edge.handed = modes, []

        async def handed_over() -> list[Any]:
            return await asyncio.gather(*await deliver_due(self.desk, self.now), return_exceptions=True)

        try:
            done = self.runner.run(handed_over())
        except sa.exc.OperationalError:
            assert self.edge.handed == [], "nothing leaves when the claim is not recorded"
            return
        recorded = {each.delivery for each in done if not isinstance(each, BaseException)}
        self.edge.unsure.update(set(self.edge.handed) - recorded)
        assert all(isinstance(each, Died | sa.exc.OperationalError) for each in done if isinstance(each, BaseException))

    @rule(commits=st.integers(1, 6))
    def a_commit_will_fail(self, commits: int) -> None:
        self.cut = commits

    @rule()
    def leases_run_out(self) -> None:
        self.cut = 0
        forget_leases(self.desk.database)

    @rule(passes=st.sampled_from([MINUTE, 10 * MINUTE, 3 * HOUR, 12 * HOUR]))
    @precondition(lambda self: self.now < START + LONGEST - 12 * HOUR)
    def time_passes(self, passes: timedelta) -> None:
        self.now += passes

    # --- at the end -----------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "stack"):
            return
        try:
            self.leases_run_out()
            self.look()
            for _ in range(8):
                for _ in range(len(self.alerts) + 2):
                    self.deliver(modes={})
                    self.leases_run_out()
                self.now += 7 * HOUR
            self._everything_was_told()
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()

    def _everything_was_told(self) -> None:
        times = Counter((address, delivery) for address, delivery, _ in self.edge.taken)
        assert all(count <= 1 + self.edge.unsure[delivery] for (_, delivery), count in times.items())
        for address, wants in WANTS.items():
            expected = Counter(f"https://news.example/{number}" for number, about in self.alerts if about & wants)
            kept = {delivery: urls for to, delivery, urls in self.edge.taken if to == address}
            heard = Counter(url for urls in kept.values() for url in urls)
            # A Message tells a Story once, however often it changed while it waited; a closing note may end it.
            assert set(heard) == set(expected)
            assert all(heard[url] <= expected[url] + 1 for url in heard)


def unsafe(connection: Any, _record: Any) -> None:
    """No waiting for the disk: nobody pulls the plug here."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.mark.fault(106, 112, 119)
@pytest.mark.promise("P1", "P2", "P3")
def test_in_whatever_order_things_happen_everything_is_told_and_twice_only_when_nobody_could_know(
    tmp_path: Path,
) -> None:
    answers: dict[str, Any] = {}
    with serving(answers) as (site, _):
        write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE, TOPICS)
        open_database(f"sqlite:///{tmp_path / 'empty.db'}").close()
        Practice.folder, Practice.answers = tmp_path, answers
        run_state_machine_as_test(
            Practice,
            settings=settings(
                max_examples=25,
                stateful_step_count=25,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],  # making a failure smaller takes minutes here
                suppress_health_check=list(HealthCheck),
            ),
        )
