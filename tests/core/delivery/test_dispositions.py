"""Three answers and no fourth: whatever happens, each Item is told, in a digest, or not told with a reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher import store
from watcher.config import Configuration
from watcher.config.topics import TopicSettings
from watcher.core.decide import PollContext, decide
from watcher.core.items.list_identity import identify, identify_known
from watcher.core.language.dates import read_date
from watcher.core.matching.index import TopicIndex
from watcher.model import (
    Answer,
    Frequency,
    Item,
    ParseResult,
    Reason,
    Signal,
    SourceState,
    Subscriber,
    Topic,
    Trust,
    UnsentReason,
    key,
)
from watcher.reports.unsent import unsent_items
from watcher.store.database import Database, open_database

pytestmark = pytest.mark.promise("P29")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
INDEX = TopicIndex(
    [
        Topic(id="flu", name="Flu", any=("flu jab", "flu vaccin*"), unless=("bird flu",)),
        Topic(id="pay", name="Pay", any=("pension*",)),
    ],
    signals=[Signal(id="rumour", name="Rumour", points=-1, any=("could",))],
)
READERS = (
    Subscriber(id="channel", via="console", address="screen", topics=frozenset({"flu"})),
    Subscriber(id="mail", via="console", address="mail", frequency=Frequency.DAILY),
)
TITLES = (
    "Flu jab letter for GP practices (PRN09991)",
    "Flu jab letter for GP practices (PRN09991): correction",
    "Flu jabs for the over-50s from 1 December",
    "Flu jabs for the over-50s could start in January",
    "Bird flu vaccine for poultry",
    "Pension certificates are due by 28 February",
    "Pension certificates: two more weeks",
    "Rail fares to rise",
)
ROWS = st.tuples(
    st.integers(0, 3),  # which link
    st.sampled_from(["", "g", "h"]),  # which guid
    st.sampled_from(TITLES),
    st.one_of(st.none(), st.integers(-100, 1)),  # dated so many days from now; None: undated
    st.sampled_from([None, 0, -1]),  # updated so many hours from now
    st.booleans(),  # withdrawn
)
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["nhse", "bbc"]),
        st.lists(ROWS, min_size=1, max_size=4),  # the list of one poll
        st.integers(0, 30),  # polled so many hours after the one before
    ),
    min_size=1,
    max_size=8,
)


def unsaved(source: str, number: int, title: str, days: int | None, now: datetime) -> Item:
    literal = "" if days is None else (now + timedelta(days=days)).isoformat()
    url = f"https://{source}.example/{number}"
    return Item(
        source=source, identity=f"{source}.example/{number}", url=url, title=title, published=read_date(literal)
    )


def listed(source: str, rows: Sequence[tuple[Any, ...]], now: datetime) -> list[Item]:
    """The Items of one list, as a source would give them."""
    items = []
    for link, guid, title, days, updated, withdrawn in rows:
        item = unsaved(source, link, title, days, now)
        keys = tuple(filter(None, (item.identity, guid, key(title.casefold(), item.published.literal))))
        moment = None if updated is None else now + timedelta(hours=updated)
        items.append(replace(item, keys=keys, updated_at=moment, withdrawn=withdrawn))
    return list(identify(items)[0])


def poll(database: Database, item: Item, now: datetime, *, first: bool) -> None:
    """One poll of one source with one Item on its list."""
    poll_list(database, item.source, [item], now, first=first)


def poll_list(database: Database, source: str, items: Sequence[Item], now: datetime, *, first: bool) -> None:
    """One poll of one source: load, decide, save."""
    trust = Trust.OFFICIAL if source == "nhse" else Trust.PRESS
    state = SourceState(source=source, next_poll=now, last_success=None if first else now - timedelta(minutes=10))
    context = PollContext(
        publisher=source.upper(), trust=trust, index=INDEX, subscribers=READERS, now=now, trusts_stamps=True
    )
    with database.begin(deciding=True) as tx:
        loaded = store.loading.load_state(tx, state, ParseResult(items=tuple(items)), now, compares_lines=False)
        items = identify_known(items, loaded.items)
        decision = decide(items, loaded, context)
        assert [(each.item, each.revision) for each in decision.dispositions] == [
            (each.id, each.revision) for each in decision.items
        ]
        store.saving.save_decision(tx, ParseResult(items=tuple(items)), loaded, decision, now, timedelta(days=1))


@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORIES)
def test_after_any_history_each_item_is_in_exactly_one_answer_and_the_counts_add_up(
    tmp_path: Path, history: Sequence[tuple[str, Sequence[tuple[Any, ...]], int]]
) -> None:
    file = tmp_path / "history.db"
    file.unlink(missing_ok=True)
    database = open_database(f"sqlite:///{file}")
    now, seen = NOW, set()
    for source, rows, hours in history:
        now += timedelta(hours=hours)
        poll_list(database, source, listed(source, rows, now), now, first=source not in seen)
        seen.add(source)
    report = unsent_items(database, configuration(), NOW - timedelta(days=1))
    with database.begin() as tx:
        items = {item.id: item for item in store.items.since(tx, NOW - timedelta(days=1))}
        alerted = {alert.item for alert in store.alerts.since(tx, NOW - timedelta(days=1)) if alert.item}
        answers = {item: {row.answer for row in store.dispositions.of_item(tx, item)} for item in items}
    database.close()
    assert all(answers.values()), "none is forgotten"
    assert sum(report.answers.values()) == len(items)
    assert sum(report.counts.values()) == report.answers[Answer.UNSENT] == len(report.items)
    assert Counter(each["reason"] for each in report.items) == report.counts
    assert {each["reason"] for each in report.items} <= set(UnsentReason)
    assert {each["item"] for each in report.items} == items.keys() - alerted, "told is what has an Alert, and no more"
    assert {item for item, of_item in answers.items() if of_item & {Answer.TOLD, Answer.DIGEST}} == alerted
    repeats = [each for each in report.items if each["reason"] == "same_text" and items[each["item"]].source == "nhse"]
    assert all(any(item in each["detail"] for item in alerted) for each in repeats), "its twin was told"


def configuration() -> Configuration:
    topic_settings = TopicSettings(topics=INDEX.topics, guards=INDEX.guards, signals=INDEX.signals)
    return Configuration(sources={}, subscribers={each.id: each for each in READERS}, topic_settings=topic_settings)


@pytest.mark.parametrize(
    ("item", "first", "expected"),
    [
        (unsaved("nhse", 1, TITLES[0], 0, NOW), False, (Answer.TOLD, Reason.FIRST_HEARD, "")),
        (unsaved("nhse", 1, TITLES[0], -10, NOW), False, (Answer.TOLD, Reason.FIRST_HEARD, "")),
        (unsaved("nhse", 1, TITLES[0], -20, NOW), False, (Answer.DIGEST, Reason.FIRST_HEARD, "")),
        (unsaved("nhse", 1, TITLES[0], -90, NOW), False, (Answer.UNSENT, UnsentReason.TOO_OLD, "")),
        (unsaved("nhse", 1, TITLES[0], -90, NOW), True, (Answer.UNSENT, UnsentReason.FIRST_POLL, "")),
        (unsaved("bbc", 1, TITLES[2], -3, NOW), False, (Answer.DIGEST, Reason.FIRST_HEARD, "")),
        (
            unsaved("bbc", 1, TITLES[3], 0, NOW),
            False,
            (Answer.DIGEST, Reason.FIRST_HEARD, "rumour: could (-1 points)"),
        ),
        (unsaved("bbc", 1, TITLES[4], 0, NOW), False, (Answer.UNSENT, UnsentReason.VETOED, "flu: Bird flu")),
        (unsaved("bbc", 1, TITLES[5], 0, NOW), False, (Answer.DIGEST, Reason.FIRST_HEARD, "")),  # the mail alone
        (unsaved("bbc", 1, TITLES[7], 0, NOW), False, (Answer.UNSENT, UnsentReason.NO_TOPIC, "")),
    ],
)
def test_an_item_has_its_answer_with_the_reason(
    tmp_path: Path, item: Item, expected: tuple[Answer, str, str], *, first: bool
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.db")
    poll(database, item, NOW, first=first)
    with database.begin() as tx:
        (row,) = store.dispositions.of_item(tx, item.id)
    database.close()
    assert (row.answer, row.reason, row.detail) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((TITLES[2], -20, False), "Flu jabs for the over-50s from 8 December"),  # seen late, and in a digest
        ((TITLES[2], -90, True), "Flu jabs for the over-50s from 8 December"),  # there when we first looked
        ((TITLES[2], -90, True), TITLES[5]),  # another announcement under the address
        (
            ("Flu jabs for the over-50s could start on 1 December", 0, False),
            "Flu jabs for the over-50s could start on 8 December",
        ),
    ],
)
def test_an_official_edit_that_says_something_else_is_no_minor_edit(
    tmp_path: Path, before: tuple[str, int, bool], after: str
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.db")
    title, days, first = before
    item = unsaved("nhse", 1, title, days, NOW)
    poll(database, item, NOW, first=first)
    poll(database, replace(item, title=after), NOW + timedelta(hours=2), first=False)
    with database.begin() as tx:
        last = store.dispositions.of_item(tx, item.id)[-1]
    database.close()
    assert (last.revision, last.answer) in {(2, Answer.TOLD), (2, Answer.DIGEST)}


def test_a_text_whose_twin_was_told_to_nobody_speaks(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.db")
    poll(database, unsaved("nhse", 1, TITLES[0], -90, NOW), NOW, first=True)
    again = unsaved("nhse", 2, TITLES[0], 0, NOW)
    poll(database, again, NOW + timedelta(hours=1), first=False)
    with database.begin() as tx:
        (answer,) = store.dispositions.of_item(tx, again.id)
    database.close()
    assert answer.answer == Answer.TOLD


def test_what_repeats_another_text_names_it_and_what_was_told_stays_told(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/one.db")
    first = unsaved("nhse", 1, TITLES[0], 0, NOW)
    poll(database, first, NOW, first=False)
    again = unsaved("nhse", 2, TITLES[0], 0, NOW)
    poll(database, again, NOW + timedelta(hours=1), first=False)
    poll(database, replace(first, summary="Order by Friday."), NOW + timedelta(hours=2), first=False)
    report = unsent_items(database, configuration(), NOW - timedelta(days=1))
    database.close()
    assert [(each["item"], each["reason"]) for each in report.items] == [(again.id, "same_text")]
    assert report.items[0]["detail"] == (f"the same reference PRN09991 as “{TITLES[0]}” (NHSE, {first.id})")
    assert report.answers == {"told": 1, "digest": 0, "unsent": 1}
