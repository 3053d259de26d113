"""How a Story that was told as reported ends: confirmed, contradicted, or with one note that nobody official spoke.

Three announcements, two papers and one official body, in any order, over two days; a reader joins late, and the process
dies at every failpoint. A model of a few lines says who must have heard what.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.crash.test_any_order import Edge, unsafe
from tests.crash.test_crash import DELIVER_POINTS, POLL_POINTS
from tests.support.faulty import response
from tests.support.world import desk, forget_leases, item, rss, serving, write_config
from watcher import config, deliver, poll
from watcher.config import Configuration
from watcher.delivering import planning, sending
from watcher.model import Reason, Status
from watcher.runtime import Runtime
from watcher.store import saving
from watcher.store.database import open_database

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOPICS = """
topics:
  - {id: flu, name: Flu, any: ["flu jab"]}
  - {id: pay, name: Pay, any: ["pay rise"]}
  - {id: checks, name: Checks, any: ["blood pressure"]}
"""
SOURCES = """
sources:
  - {{id: press, name: BBC News, publisher: BBC News, trust: press, kind: feed, url: "{site}/press", every: 5m}}
  - {{id: trade, name: Pulse, publisher: Pulse, trust: trade, kind: feed, url: "{site}/trade", every: 5m}}
  - {{id: dhsc, name: DHSC, publisher: DHSC, trust: official, kind: feed, url: "{site}/dhsc", every: 10m}}
"""
PEOPLE = """
subscribers:
  - {id: all, via: console, address: all, admin: true}
  - {id: flu, via: console, address: flu, topics: [flu]}
  - {id: daily, via: console, address: daily, pace: daily, at: "07:30", topics: [pay, checks]}
"""
ABOUT = {
    "flu": "Flu jabs offered to everyone aged 50 from December",
    "pay": "Pay rise of 5 per cent for practice receptionists",
    "checks": "Blood pressure checks move into 300 village halls",
}
LATE = "  - {id: late, via: console, address: late}\n"
WANTS = {"all": set(ABOUT), "flu": {"flu"}, "daily": {"pay", "checks"}, "late": set(ABOUT)}
SAID = {
    "confirmed": "{}",
    "denied": "No plans to introduce this: {}",
    "changed": "Correction of the figures: {} (not 8)",
    "withdrawn": "{} scrapped",
}
ENDS = {Reason.NOW_OFFICIAL, Reason.WITHDRAWN}
LIVES = ""  # the failpoint at which nobody dies
Step = tuple[str, str, str]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.sampled_from(["press", "trade"]), st.sampled_from(sorted(ABOUT)), st.just(LIVES)),
    st.tuples(st.sampled_from(sorted(SAID)), st.sampled_from(sorted(ABOUT)), st.just(LIVES)),
    st.tuples(st.just("look"), st.sampled_from(["press", "trade", "dhsc"]), st.sampled_from([LIVES, *POLL_POINTS])),
    st.tuples(st.just("deliver"), st.just(""), st.sampled_from([LIVES, LIVES, *DELIVER_POINTS])),
    st.tuples(st.just("passes"), st.sampled_from(["1", "10", "180", "780"]), st.just(LIVES)),
    st.tuples(st.just("joins"), st.just(""), st.just(LIVES)),
)


class EndedThere(BaseException):
    """What `kill -9` leaves of the work in a thread: nothing."""


@contextmanager
def dying_at(point: str) -> Iterator[None]:
    """End whatever reaches the failpoint, as the processes of test_crash.py end there."""

    def failpoint(name: str) -> None:
        if name == point:
            raise EndedThere

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(poll, "failpoint", failpoint)
        for step in (deliver, planning, sending):
            patch.setattr(step, "failpoint", failpoint)
        patch.setattr(saving, "failpoint", failpoint)
        yield


class EndingDays:
    """Two days of a watcher, and the model: when each announcement was told, settled and closed."""

    def __init__(self, desk: Runtime, with_late: Configuration, answers: dict[str, Any], made: Counter[str]) -> None:
        self.with_late, self.answers, self.now, self.made = with_late, answers, START, made
        self.edge = Edge()
        self.desk = replace(desk, notifiers={"console": self.edge})
        self.listed: dict[str, dict[int, str]] = {"press": {}, "trade": {}, "dhsc": {}}
        self.reported, self.settled, self.closed = dict[str, datetime](), set[str](), set[str]()
        self.answered: set[str] = set()  # settled after it had been told as reported
        self.told: set[tuple[str, str]] = set()

    async def take(self, step: Step) -> None:
        what, which, point = step
        if what == "passes":
            self.now += int(which) * MINUTE
        elif what == "joins":
            self.desk = replace(self.desk, configuration=self.with_late)
        elif what == "deliver":
            await self.deliver(point)
        elif what == "look":
            await self.look(which, point)
        else:
            self.publish(what, which)

    def publish(self, what: str, about: str) -> None:
        number = 10 * list(ABOUT).index(about) + 1
        if what in self.listed:
            self.listed[what].setdefault(number, ABOUT[about])
        elif what == "confirmed" or self.listed["dhsc"].get(number) or what == "denied":
            number += list(SAID).index(what)
            self.listed["dhsc"].setdefault(number, SAID[what].format(ABOUT[about]))

    async def look(self, source: str, point: str = LIVES) -> None:
        base = 100 * list(self.listed).index(source)
        rows = [item(base + number, self.now, title) for number, title in self.listed[source].items()]
        self.answers[f"/{source}"] = response(rss(*rows))
        forget_leases(self.desk.database)
        with dying_at(point):
            tasks = await poll.poll_due(self.desk, self.now, only=[source], forced=True)
            (done,) = await asyncio.gather(*tasks, return_exceptions=True)
        reached = point != "after_items" or getattr(done, "outcome", "") != "unchanged"
        assert isinstance(done, EndedThere) == (bool(point) and reached)
        self.made[point] += 1
        if point in {LIVES, "after_commit"}:
            self._seen(source)

    def _seen(self, source: str) -> None:
        for about, title in ABOUT.items():
            if not any(title in each for each in self.listed[source].values()) or about in self.settled:
                continue
            if about not in self.reported:
                self.told |= {(to, about) for to in self.desk.configuration.subscribers if about in WANTS[to]}
            if source == "dhsc":
                self.settled.add(about)
                self.answered |= {about} & self.reported.keys()
            else:
                self.reported.setdefault(about, self.now)

    async def deliver(self, point: str = LIVES) -> None:
        forget_leases(self.desk.database)
        with dying_at(point):
            try:
                tasks = await deliver.deliver_due(self.desk, self.now)
            except EndedThere:
                tasks = []
                self.made[point] += 1
            done = await asyncio.gather(*tasks, return_exceptions=True)
        assert [each for each in done if isinstance(each, BaseException) and not isinstance(each, EndedThere)] == []
        self.made[point] += sum(isinstance(each, EndedThere) for each in done)
        if point == "after_send":
            self.edge.unsure.update(self.edge.handed)
        if point in {"after_claim", "before_send", "after_reply"}:
            self.edge.unsure.update(self._in_doubt())
        due = {about for about, at in self.reported.items() if self.now >= at + DAY}
        self.closed |= due - self.settled

    def _in_doubt(self) -> list[str]:
        with self.desk.database.begin() as tx:
            return list(tx.scalars(sa.text("SELECT id FROM deliveries WHERE state = 'leased'")))

    async def end(self) -> None:
        """All that was published is looked at, two days pass, and everything leaves."""
        for source in self.listed:
            await self.look(source)
        for _ in range(8):
            for _ in range(4):
                await self.deliver()
            self.now += 10 * HOUR

    def heard(self) -> Counter[tuple[str, str, str]]:
        """What reached whom, by announcement: that it was first heard, how it ended, that it was closed."""
        asked = sa.text(
            "SELECT d.id, d.subscriber, s.title, a.reason FROM deliveries d "
            "JOIN delivery_alerts p ON p.delivery = d.id JOIN alerts a ON a.id = p.alert "
            "JOIN stories s ON s.id = a.story WHERE d.state = 'sent'"
        )
        with self.desk.database.begin() as tx:
            rows = [row for row in tx.execute(asked) if row[0] in {delivery for _, delivery, _ in self.edge.taken}]
        return Counter((to, _about(title), reason) for _, to, title, reason in rows)

    def statuses(self) -> dict[str, bool]:
        """The Stories: whether somebody official spoke."""
        with self.desk.database.begin() as tx:
            rows = tx.execute(sa.text("SELECT title, status FROM stories")).all()
        assert len(rows) == len({_about(title) for title, _ in rows}), "one announcement is one Story"
        return {_about(title): status != Status.REPORTED for title, status in rows}

    def check(self) -> None:
        heard = self.heard()
        assert self.statuses() == {about: about in self.settled for about in self.reported.keys() | self.settled}
        assert {key[:2] for key in heard if key[2] == Reason.FIRST_HEARD} == self.told
        notes = {key[:2]: count for key, count in heard.items() if key[2] == Reason.STILL_REPORTED}
        assert notes == {each: 1 for each in self.told if each[1] in self.closed}
        ends = {key[:2] for key in heard if key[2] in ENDS}
        assert {each for each in self.told if each[1] in self.answered} <= ends
        assert {about for _, about in self.told} == self.settled | self.closed, "each has ended"


def _about(title: str) -> str:
    return next(about for about, headline in ABOUT.items() if headline.split()[0] in title)


@pytest.mark.fault(106)
@pytest.mark.promise("P1", "P2")
def test_whatever_was_told_as_reported_is_confirmed_contradicted_or_closed_with_one_note(tmp_path: Path) -> None:
    answers: dict[str, Any] = {}
    made = Counter[str]()

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # making a failure smaller takes minutes here
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEPS, min_size=15, max_size=40))
    def whatever_happens(steps: list[Step]) -> None:
        asyncio.run(_spend(tmp_path, answers, steps, made))

    with serving(answers) as (site, _):
        for name, people in (("config", PEOPLE), ("late", PEOPLE + LATE)):
            write_config(tmp_path / name, SOURCES.format(site=site), people, TOPICS)
        open_database(f"sqlite:///{tmp_path / 'empty.db'}").close()
        whatever_happens()
    assert min(made[each] for each in ("answered", "closed", "settled first")) >= 5, "each ending was seen"
    assert all(made[point] for point in (*POLL_POINTS, *DELIVER_POINTS)), "it died everywhere"


async def _spend(folder: Path, answers: dict[str, Any], steps: list[Step], made: Counter[str]) -> None:
    made["days"] += 1
    file = folder / f"{made['days']}.db"
    shutil.copy(folder / "empty.db", file)
    with_late = config.read_configuration(folder / "late", {})
    async with desk(folder / "config", {}, f"sqlite:///{file}", START) as opened:
        opened.database.engine.dispose()
        sa.event.listen(opened.database.engine, "connect", unsafe)
        days = EndingDays(opened, with_late, answers, made)
        for source in days.listed:
            await days.look(source)
        for step in steps:
            await days.take(step)
        await days.end()
        days.check()
        made["answered"] += len(days.answered)
        made["closed"] += len(days.closed)
        made["settled first"] += len(days.settled - days.answered)
