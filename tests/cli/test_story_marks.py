"""A person mends stories: two that are one matter, and an item that stands in the wrong one. Nobody is told of it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from tests.support.world import SOURCE, write_config
from watcher import store
from watcher.cli import app
from watcher.core.deadlines.mended_dates import join_dates, part_dates
from watcher.core.stories.mending import MARK_REASON, join_stories, part_story
from watcher.core.stories.placement import as_story_item
from watcher.model import (
    Alert,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    Item,
    LedgerDate,
    PlannedDelivery,
    Precision,
    Reason,
    Status,
    Story,
    StoryItem,
    Trust,
)
from watcher.store.database import Database, open_database

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
NOW = datetime(2021, 1, 4, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PRESS_TITLE, LETTER_TITLE = "Managers told to rebook second jabs", "Second Covid doses: up to 12 weeks apart"


def item(number: int, title: str) -> Item:
    return Item(
        source=f"s{number}",
        identity=f"x.example/{number}",
        url=f"https://x.example/{number}",
        title=title,
        first_seen=NOW + timedelta(hours=number),
    )


PRESS, LETTER, BLOG = item(1, PRESS_TITLE), item(2, LETTER_TITLE), item(3, "Rota software for second homes")


def teller(of_item: Item, trust: Trust = Trust.PRESS) -> StoryItem:
    return as_story_item(of_item, trust, of_item.source.upper(), of_item.first_seen or NOW)


def story(*tellers: StoryItem, status: Status = Status.REPORTED) -> Story:
    opened = Story(
        id=f"story-{tellers[0].source}",
        title=tellers[0].title,
        status=Status.REPORTED,
        topics=("covid",),
        opened_at=tellers[0].seen_at,
        items=tellers,
    )
    return opened.with_status(status, tellers[0], tellers[0].seen_at)


REPORTED = story(teller(PRESS))
OFFICIAL = story(teller(LETTER, Trust.OFFICIAL), status=Status.CONFIRMED)
MIXED = replace(story(teller(PRESS), teller(BLOG)), topics=("covid", "digital"))


def heard(of_story: Story, of_item: Item) -> Alert:
    return Alert(
        reason=Reason.FIRST_HEARD, at=NOW, story=of_story.id, item=of_item.id, revision=1, topics=of_story.topics
    )


def due(of_story: Story, of_item: Item) -> LedgerDate:
    deadline = Deadline(
        kind=DeadlineKind.DEADLINE,
        at=date(2021, 1, 11),
        precision=Precision.DAY,
        words="11 January",
        sentence="Reply by 11 January.",
    )
    return LedgerDate(
        id=f"date-{of_item.id[:8]}",
        story=of_story.id,
        item=of_item.id,
        deadline=deadline,
        stated_at=NOW,
        state_changes=(DateStateChange(state=DateState.OPEN, item=of_item.id, at=NOW),),
        item_ids=frozenset({of_item.id}),
    )


def keep(database: Database, *kept: tuple[Story, list[Item]]) -> None:
    with database.begin(deciding=True) as tx:
        for of_story, items in kept:
            store.items.save(tx, items, {}, NOW)
            store.stories.save(tx, [of_story])
            store.alerts.save(tx, [heard(of_story, each) for each in items])
            store.deadlines.save(tx, [due(of_story, each) for each in items])
            store.deadlines.handle(tx, of_story.id, "gp", NOW)
            planned = (heard(of_story, each).id for each in items)
            waiting = [
                PlannedDelivery(subscriber="gp", channel="c", period=f"alert:{alert}", due=NOW, alert=alert)
                for alert in planned
            ]
            store.deliveries.plan(tx, waiting, NOW)


def owners(database: Database) -> dict[str, dict[str, set[str]]]:
    """By table and story the items that it has there."""
    found: dict[str, dict[str, set[str]]] = {}
    with database.begin() as tx:
        for table in ("tellings", "alerts", "deadlines"):
            for of_story, of_item in tx.execute(sa.text(f"SELECT story, item FROM {table}")):  # noqa: S608 - our names
                found.setdefault(table, {}).setdefault(of_story, set()).add(of_item)
    return found


def waiting_alerts(database: Database) -> set[str]:
    """The ids of the Alerts that planned Deliveries carry."""
    with database.begin() as tx:
        return set(tx.scalars(sa.text("SELECT alert FROM delivery_alerts")))


def test_a_joined_story_is_the_older_one_with_everything_of_the_other() -> None:
    joined = join_stories(OFFICIAL, REPORTED)
    assert (joined.id, joined.title, joined.status) == (REPORTED.id, PRESS_TITLE, Status.CONFIRMED)
    assert [(each.item, each.join_reason) for each in joined.items] == [(PRESS.id, ""), (LETTER.id, MARK_REASON)]
    assert [change.status for change in joined.status_changes] == [Status.REPORTED, Status.CONFIRMED]
    assert joined.official
    assert joined.official.item == LETTER.id


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.WITHDRAWN])
def test_a_later_report_unsettles_nothing_and_no_closing_note_is_due(status: Status) -> None:
    official = story(teller(PRESS, Trust.OFFICIAL), status=status)
    report = replace(story(teller(LETTER)), close_at=NOW + DAY)
    joined = join_stories(report, official)
    assert (joined.status, [change.status for change in joined.status_changes]) == (status, [status])
    assert (joined.close_at, joined.closed) == (None, False)


def test_a_story_that_had_its_closing_note_gets_no_second_one() -> None:
    closed, waiting = replace(REPORTED, closed=True), replace(story(teller(BLOG)), close_at=NOW + DAY)
    joined = join_stories(closed, waiting)
    assert (joined.close_at, joined.closed) == (None, True)


def test_what_was_joined_comes_apart_as_it_was_but_for_its_id() -> None:
    remaining, left = part_story(join_stories(REPORTED, OFFICIAL), LETTER.id, ["covid"], ["covid"])
    assert remaining == REPORTED
    assert left == replace(OFFICIAL, id=left.id)


def test_an_item_that_leaves_twice_opens_two_stories() -> None:
    _, once = part_story(join_stories(REPORTED, OFFICIAL), LETTER.id, ["covid"], ["covid"])
    _, twice = part_story(join_stories(once, story(teller(BLOG))), LETTER.id, ["covid"], ["covid"])
    assert once.id != twice.id


def test_the_one_that_opened_a_story_can_leave_it_with_its_closing_note() -> None:
    told = replace(MIXED, told_items=frozenset({PRESS.id}), close_at=NOW + DAY)
    remaining, left = part_story(told, PRESS.id, ["covid"], ["digital"])
    assert (remaining.id, remaining.title, remaining.topics) == (MIXED.id, BLOG.title, ("digital",))
    assert (remaining.close_at, remaining.told_items, remaining.opened_at) == (None, frozenset(), BLOG.first_seen)
    assert (left.title, left.topics, left.status, left.close_at) == (
        PRESS_TITLE,
        ("covid",),
        Status.REPORTED,
        NOW + DAY,
    )


def test_an_official_remainder_stays_official_and_what_withdrew_stays_withdrawn() -> None:
    letters = story(teller(PRESS, Trust.OFFICIAL), teller(LETTER, Trust.OFFICIAL), status=Status.CONFIRMED)
    withdrawn = letters.with_status(Status.WITHDRAWN, letters.items[1], NOW + DAY)
    remaining, _ = part_story(letters, PRESS.id, ["covid"], ["covid"])
    assert (remaining.status, remaining.official) == (Status.CONFIRMED, remaining.items[0])
    rest, left = part_story(withdrawn, LETTER.id, ["covid"], ["covid"])
    assert (rest.status, left.status) == (Status.CONFIRMED, Status.WITHDRAWN)


def test_one_date_of_both_stories_is_one_and_comes_apart_into_two() -> None:
    joined, gone = join_dates([due(REPORTED, PRESS)], [due(OFFICIAL, LETTER)], REPORTED.id)
    (one,) = joined
    assert (one.story, sorted(one.item_ids)) == (REPORTED.id, sorted([PRESS.id, LETTER.id]))
    assert gone == [due(OFFICIAL, LETTER).id]
    parted, none_gone = part_dates(joined, LETTER.id, "left")
    assert {date.story: date.item_ids for date in parted} == {"left": {LETTER.id}, REPORTED.id: {PRESS.id}}
    assert len({date.id for date in parted}) == 2
    assert none_gone == []


def test_another_date_goes_with_its_item_and_leaves_its_id_behind() -> None:
    other_day = replace(due(OFFICIAL, LETTER), deadline=replace(due(OFFICIAL, LETTER).deadline, at=date(2021, 2, 1)))
    joined, gone = join_dates([due(REPORTED, PRESS)], [other_day], REPORTED.id)
    assert ([each.item for each in joined], gone) == ([PRESS.id, LETTER.id], [])
    parted, left_behind = part_dates(joined, LETTER.id, "left")
    assert ([(each.story, each.item) for each in parted], left_behind) == ([("left", LETTER.id)], [other_day.id])
    assert parted[0].id != other_day.id


def test_alerts_dates_and_words_go_with_the_items_and_what_was_handled_is_asked_anew(database_url: str) -> None:
    database = open_database(database_url)
    keep(database, (REPORTED, [PRESS]), (OFFICIAL, [LETTER]))
    with database.begin(deciding=True) as tx:
        store.story_marks.lock(tx, [REPORTED.id, OFFICIAL.id])
        store.story_marks.join(tx, join_stories(REPORTED, OFFICIAL), OFFICIAL.id)
        found, _ = store.stories.near(tx, [item(9, LETTER_TITLE)], [LETTER], NOW)
        handled = store.deadlines.handled_by(tx, [REPORTED.id, OFFICIAL.id])
    both = {REPORTED.id: {PRESS.id, LETTER.id}}
    assert owners(database) == {"tellings": both, "alerts": both, "deadlines": {REPORTED.id: {PRESS.id}}}
    assert ([each.id for each in found], handled) == ([REPORTED.id], {})
    joined_alert = replace(heard(OFFICIAL, LETTER), story=REPORTED.id)
    assert waiting_alerts(database) == {heard(REPORTED, PRESS).id, joined_alert.id}
    with database.begin(deciding=True) as tx:
        store.alerts.save(tx, [replace(joined_alert, reason=Reason.CHANGED)])
    with database.begin(deciding=True) as tx:
        joined = store.stories.find(tx, [REPORTED.id])[REPORTED.id]
        remaining, left = part_story(joined, LETTER.id, ["covid"], ["covid"])
        store.story_marks.part(tx, remaining, left)
        found, _ = store.stories.near(tx, [item(9, "Doses")], [LETTER], NOW)
    apart = {REPORTED.id: {PRESS.id}, left.id: {LETTER.id}}
    assert owners(database) == {"tellings": apart, "alerts": apart, "deadlines": apart}
    assert left.id in [each.id for each in found]
    assert waiting_alerts(database) == {heard(REPORTED, PRESS).id, replace(joined_alert, story=left.id).id}
    with database.begin() as tx:
        assert [alert.reason for alert in store.alerts.about_story(tx, left.id)] == [Reason.FIRST_HEARD]
    database.close()


def test_a_text_in_everyday_words_alone_is_found_again_in_the_database(database_url: str) -> None:
    database = open_database(database_url)
    first = item(1, "Government: life support plan to help staff and patients")
    again = item(2, "Government life support plan will help the staff and patients")
    keep(database, (story(teller(first)), [first]))
    with database.begin() as tx:
        found, _ = store.stories.near(tx, [again], [again], NOW + DAY)
    database.close()
    assert [each.title for each in found] == [first.title]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN)
    database = open_database(f"sqlite:///{tmp_path / 'w.db'}")
    keep(database, (REPORTED, [PRESS]), (OFFICIAL, [LETTER]))
    database.close()
    return folder


def watcher(folder: Path, *words: str) -> Result:
    database = f"sqlite:///{folder.parent / 'w.db'}"
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database, *words])


def test_two_stories_are_joined_listed_explained_and_taken_apart(folder: Path) -> None:
    joined = watcher(folder, "mark", "https://x.example/2", "joins", REPORTED.id)
    assert joined.stdout == (
        f"one story now, told by 2: {PRESS_TITLE} (id {REPORTED.id})\n"
        f"With all items of: {LETTER_TITLE} (id {OFFICIAL.id}, which is no more)\n"
        "What readers had handled of them counts as not handled.\n"
        "Nobody is told of it now; what was planned is still sent. `watcher marks` lists the examples.\n"
    )
    assert watcher(folder, "marks").stdout.splitlines()[0].startswith("joins: ")
    (last,) = watcher(folder, "marks", "--json").stdout.splitlines()[-1:]
    (example,) = json.loads(last)["stories"]
    assert (example["verdict"], sorted(example["titles"])) == ("joins", sorted([PRESS_TITLE, LETTER_TITLE]))
    life = json.loads(watcher(folder, "explain", PRESS.id, "--json").stdout)
    assert [mark["verdict"] for mark in life["story_marks"]] == ["joins"]
    weights = life["story"]["told_by"][0]["weights"]
    assert (weights["rebook"], weights["vaccine"]) == (1, 0.4)
    explained = watcher(folder, "explain", REPORTED.id).stdout
    assert f"          “{LETTER_TITLE}” (id {LETTER.id})\n          shares vaccine 0.4" in explained
    again = watcher(folder, "mark", LETTER.id, "joins", PRESS.id)
    assert again.stdout.startswith(f"one story already: {PRESS_TITLE}")
    apart = watcher(folder, "mark", LETTER.id, "apart", PRESS.id)
    assert apart.stdout.startswith(f"two stories now: {PRESS_TITLE} (id {REPORTED.id}); {LETTER_TITLE} (id ")
    still = watcher(folder, "mark", LETTER.id, "apart", REPORTED.id)
    assert still.stdout.startswith("two stories already: ")
    assert json.loads(watcher(folder, "marks", "--json").stdout.splitlines()[-1])["stories"][0]["verdict"] == "apart"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((PRESS.id, "joins", "nowhere"), 1, "no story, and no item of one, has the id or address 'nowhere'"),
        ((REPORTED.id, "apart", PRESS.id), 1, "only one item tells"),
        ((PRESS.id, "joins", PRESS.id), 1, "are one and the same item"),
        ((PRESS.id, "joins", LETTER.id, "--undo"), 2, "there is no --undo"),
        ((PRESS.id, "likes", LETTER.id), 2, "joins"),
    ],
)
def test_a_mark_that_cannot_be_says_what_to_do(folder: Path, words: tuple[str, ...], code: int, said: str) -> None:
    result = watcher(folder, "mark", *words)
    assert (result.exit_code, said in result.stderr) == (code, True)
