"""The soak's own book: what was really served, what each channel took, and what must follow from both.

It uses none of the product's decisions. Of its database it reads only which Items are there, and what leaks.
"""

import re
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bench.soak.channels import BLIND, DAILY_MAIL, HOOK, NOW_MAIL, READABLE, SECRETS, WEEKLY, Accepted
from bench.soak.pages import Shown, Site
from bench.soak.sites import ABOUT, ADDRESS
from watcher.store.database import Database

LONDON = ZoneInfo("Europe/London")
MAX_AGE = timedelta(hours=48)
ALL = frozenset(ABOUT)
WANTS = {
    READABLE: ALL,
    BLIND: frozenset({"flu", "pay"}),
    HOOK: frozenset({"access"}),
    NOW_MAIL: frozenset({"flu"}),
    DAILY_MAIL: ALL,
    WEEKLY: frozenset({"pay", "access"}),
}
ADDRESS_OF = {
    "slack-now": READABLE,
    "slack-blind": BLIND,
    "hook": HOOK,
    "mail-now": NOW_MAIL,
    "mail-daily": DAILY_MAIL,
    "slack-weekly": WEEKLY,
}
DIGEST = re.compile(r"GP announcements, (?:week to )?\w{3} (\d+ \w{3} \d{4})(, part \d+)?")
TOO_LATE = "no complete answer within"
SHOWN_CASES = 8  # of a broken promise; the rest are counted


@dataclass(slots=True)
class SoakVerdict:
    """The table, and each broken promise in words."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def must_be_none(self, what: str, cases: list[str]) -> None:
        """A row that counts the cases of what must never happen."""
        self.rows.append((what, str(len(cases))))
        self.broken += [f"{what.strip()}: {case}" for case in cases[:SHOWN_CASES]]
        self.broken += [f"{what.strip()}: and {len(cases) - SHOWN_CASES} more"] if len(cases) > SHOWN_CASES else []

    def says(self, what: str, figure: object) -> None:
        """A row that only tells."""
        self.rows.append((what, f"{figure:,}" if isinstance(figure, int) else str(figure)))


@dataclass(slots=True)
class Book:
    """Which Item was served first when, who must hear of it, and since when we look at each source."""

    start: datetime
    served: dict[tuple[str, int], datetime] = field(default_factory=dict)
    expected: dict[tuple[str, str, int], str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    polls: Counter[str] = field(default_factory=Counter)
    deliveries: Counter[str] = field(default_factory=Counter)
    _seen: dict[tuple[str, int], Shown] = field(default_factory=dict)
    _last: dict[str, datetime] = field(default_factory=dict)

    def day(self, at: datetime) -> str:
        """A moment for replaying: the day from 1, and London's clock."""
        return f"day {(at - self.start).days + 1}, {at.astimezone(LONDON):%a %d %b %Y %H:%M}"

    def looked(self, site: Site, outcome: str, now: datetime, why: str = "") -> None:
        """One look of the product at a site. Only what a good answer showed counts as served.

        The time-out is short and in real seconds: on a busy machine a good answer may come too late to be one.
        """
        self.polls[outcome] += 1
        if outcome not in {"read", "unchanged"}:
            if why.startswith(TOO_LATE):
                self.polls["too late"] += site.served is not None
            elif site.served is not None:
                self.refused.append(f"{site.name} {self.day(now)}: {outcome}")
            return
        last = self._last.get(site.name)
        self._last[site.name] = now
        for shown in site.served or ():
            self._note(site.name, shown, last, now)

    def _note(self, site: str, shown: Shown, last: datetime | None, now: datetime) -> None:
        """docs/flow.md, "What may speak": news unless its date lies 48 hours before the last successful look."""
        key = (site, shown.event)
        before = self._seen.get(key)
        if before == shown:
            return
        self.served.setdefault(key, now)
        new = shown.topics - (before.topics if before else frozenset())
        self._seen[key] = shown
        if last is None or (shown.latest and shown.latest < min(last, now) - MAX_AGE):
            return
        for channel, wants in WANTS.items():
            if wants & new:
                words = f"{site} e{shown.event} “{shown.title}” about {sorted(wants & new)} seen {self.day(now)}"
                self.expected.setdefault((channel, *key), words)

    # --- the verdict ----------------------------------------------------------------------------------------------

    def judge(self, verdict: SoakVerdict, database: Database, taken: list[Accepted], end: datetime) -> None:
        """Hold everything against everything."""
        kept, texts = _database(database)
        lost = [f"{site} e{event} served {self.day(at)}" for (site, event), at in self.served.items()]
        lost = [each for each, key in zip(lost, self.served, strict=True) if key not in kept]
        verdict.says("items served in a good answer", len(self.served))
        verdict.must_be_none("good answers that were not read", self.refused)
        verdict.must_be_none("items lost", lost)
        heard: dict[str, set[int]] = defaultdict(set)
        for each in taken:
            heard[each.channel] |= {int(event) for _, event in ADDRESS.findall(each.words)}
        verdict.says("alerts expected", len(self.expected))
        told_as_unsure = _given_up(verdict, database)
        missing = {(to, event): why for (to, _, event), why in self.expected.items() if event not in heard[to]}
        verdict.must_be_none(
            "alerts lost",
            [f"{_name(to)}: {why}" for (to, event), why in missing.items() if (to, event) not in told_as_unsure],
        )
        self._doubles(verdict, taken)
        self._digests(verdict, taken, end)
        texts += [(f"a message to {_name(each.channel)} {self.day(each.at)}", each.words) for each in taken]
        verdict.must_be_none("secrets leaked", leaks(texts))

    def _doubles(self, verdict: SoakVerdict, taken: list[Accepted]) -> None:
        first: set[tuple[str, str]] = set()
        again: list[Accepted] = []
        for each in taken:
            again += [each] if (each.channel, each.delivery) in first else []
            first.add((each.channel, each.delivery))
        in_window = [each for each in again if not each.known]
        verdict.says("messages accepted", len(taken))
        verdict.says("doubles, the first answer lost or the process dead", len(in_window))
        for channel, count in Counter(_name(each.channel) for each in in_window).items():
            verdict.says(f"  of these to {channel}", count)
        verdict.must_be_none("  of these not marked", [self._case(each) for each in in_window if not each.marked])
        verdict.must_be_none("doubles of what was recorded as sent", [self._case(each) for each in again if each.known])

    def _case(self, each: Accepted) -> str:
        return f"{_name(each.channel)} delivery {each.delivery} {self.day(each.at)}: {each.subject}"

    def _digests(self, verdict: SoakVerdict, taken: list[Accepted], end: datetime) -> None:
        """One for each London date on which the Subscriber's hour came: by the subjects, as a reader counts."""
        wrong, count = [], 0
        for channel, weekday in ((DAILY_MAIL, None), (WEEKLY, 0)):
            had: dict[date, set[str]] = defaultdict(set)
            for each in taken:
                found = DIGEST.match(each.subject)
                if each.channel == channel and found and not found[2]:
                    had[datetime.strptime(found[1], "%d %b %Y").replace(tzinfo=UTC).date()].add(each.delivery)
            count += len(had)
            wanted = {day for day in _dates(self.start, end) if weekday is None or day.weekday() == weekday}
            wrong += [f"{_name(channel)}: none for {day}" for day in sorted(wanted - had.keys())]
            wrong += [f"{_name(channel)}: {len(ids)} for {day}" for day, ids in sorted(had.items()) if len(ids) > 1]
        verdict.says("digests", count)
        verdict.must_be_none("dates with no digest, or with two", wrong)


def _name(channel: str) -> str:
    """A channel by what it can do: some addresses are secrets, here too."""
    names = {READABLE: "slack", BLIND: "slack without the scope", HOOK: "webhook"}
    return {**names, NOW_MAIL: "mail", DAILY_MAIL: "daily mail", WEEKLY: "weekly slack"}[channel]


def _dates(start: datetime, end: datetime) -> list[date]:
    """The London dates whose 07:30 lies between `start` and `end`."""
    first = start.astimezone(LONDON).date()
    days = [first + timedelta(days=number) for number in range((end - start).days + 2)]
    return [day for day in days if start < datetime.combine(day, time(7, 30), LONDON) <= end]


def _given_up(verdict: SoakVerdict, database: Database) -> set[tuple[str, int]]:
    """Which channel may miss which announcement, and admins know: given up after two lost answers, and only then."""
    lost_answers = sa.text(
        "SELECT d.id, d.subscriber, d.period, (SELECT count(*) FROM attempts a WHERE a.delivery = d.id AND "
        "a.outcome = 'unknown') AS unsure FROM deliveries d WHERE d.state = 'given up'"
    )
    urls = sa.text(
        "SELECT items.url FROM delivery_alerts d JOIN alerts ON alerts.id = d.alert "
        "JOIN items ON items.id = alerts.item WHERE d.delivery = :delivery"
    )
    with database.begin() as tx:
        rows = tx.execute(lost_answers).all()
        unsure = [row for row in rows if row.unsure > 1]
        found = {
            (ADDRESS_OF[row.subscriber], int(event))
            for row in unsure
            for url in tx.scalars(urls, {"delivery": row.id})
            for _, event in ADDRESS.findall(url)
        }
    verdict.says("given up after two lost answers, and said so", len(unsure))
    verdict.must_be_none("given up for another reason", [str(tuple(row)) for row in rows if row not in unsure])
    return found


def _database(database: Database) -> tuple[set[tuple[str, int]], list[tuple[str, str]]]:
    """Which Items are there, and every text in which a secret could stand."""
    with database.begin() as tx:
        urls = tx.scalars(sa.text("SELECT url FROM items")).all()
        kept = {(site, int(event)) for url in urls for site, event in ADDRESS.findall(url)}
        texts = [
            (f"a row of {table}", str(tuple(row)))
            for table in ("alerts", "attempts", "sources", "quarantine", "stories")
            for row in tx.execute(sa.text(f"SELECT * FROM {table}"))  # noqa: S608 - our own table names
        ]
        for (body,) in tx.execute(sa.text("SELECT body FROM quarantine")):
            texts.append(("the bytes of a row of quarantine", zlib.decompress(body).decode("utf-8", "replace")))
    return kept, texts


def leaks(texts: list[tuple[str, str]]) -> list[str]:
    """Where a secret stands."""
    return [f"secret {number} in {where}" for where, text in texts for number, s in enumerate(SECRETS) if s in text]
