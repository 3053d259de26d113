"""What becomes of a date: one Story's texts, day by day, and what the ledger then says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from watcher.core.deadlines.item_dates import read_item_dates
from watcher.core.deadlines.ledger import MAX_DATES_OF_STORY, LedgerUpdate, update_dates
from watcher.core.deadlines.reminders import state_at
from watcher.core.language.dates import LONDON, read_date
from watcher.core.stories.placement import as_story_item
from watcher.model import (
    Actor,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    Item,
    LedgerDate,
    Precision,
    Status,
    Story,
    Trust,
    key,
)

DAY = timedelta(days=1)
STORY = Story(
    id="s", title="Story", status=Status.REPORTED, topics=("flu",), opened_at=datetime(2020, 1, 1, tzinfo=UTC)
)


@dataclass(frozen=True)
class Said:
    """One text of a day. The same `name` again is an edit of it."""

    on: str
    trust: Trust
    text: str
    title: str = "News for general practice"
    name: str = ""
    turns: Status | None = None
    seen: str = ""
    withdrawn: bool = False


def dhsc(on: str, text: str, **more: object) -> Said:
    return Said(on, Trust.OFFICIAL, text, **more)  # type: ignore[arg-type]


def bbc(on: str, text: str, **more: object) -> Said:
    return Said(on, Trust.PRESS, text, **more)  # type: ignore[arg-type]


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def played(texts: Sequence[Said]) -> tuple[LedgerDate, ...]:
    """The ledger after these texts, through the real reading."""
    dates: tuple[LedgerDate, ...] = ()
    revisions: dict[str, int] = {}
    story = STORY
    for said in texts:
        name = said.name or f"{said.trust} {said.on}"
        revisions[name] = revisions.get(name, 0) + 1
        now = noon(said.seen or said.on)
        item = Item(
            source=str(said.trust),
            identity=name,
            url=f"https://site.example/{name}",
            title=said.title,
            text=said.text,
            published=read_date(said.on),
            revision=revisions[name],
            withdrawn=said.withdrawn,
        )
        told = as_story_item(item, said.trust, "Publisher", now)
        after = replace(story, status=said.turns or story.status)
        dates = update_dates(dates, story, after, read_item_dates(item, told, now), now)
        story = after
    return dates


def shown(dates: Sequence[LedgerDate]) -> list[str]:
    """Each date with its state, where it went or what it differs from, and whether the press alone says so."""
    names = {each.id: when(each) for each in dates}
    lines = []
    for each in dates:
        to = f" to {names[each.moved_to]}" if each.moved_to else ""
        beside = f", official {names[each.disagrees_with]}" if each.disagrees_with else ""
        lines.append(f"{when(each)} {each.state}{to}{'' if each.official else ' (press)'}{beside}")
    return lines


def when(each: LedgerDate) -> str:
    at = each.deadline.at
    if isinstance(at, datetime):
        return at.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")
    if at is None:
        return each.deadline.offset
    return at.isoformat()[: 7 if each.deadline.precision is Precision.MONTH else 10]


PAY = "GP practices must declare pay above £150,000 by 12 November 2021."
FLU = "Flu vaccination will start on 1 September 2023 for practices."
TWO = "Practices must reply to the offer by 9 May 2022. Practices must send their workforce return by 31 May 2022."

HISTORIES: dict[str, tuple[list[Said], list[str]]] = {
    "a flu start moves twice": (
        [
            dhsc("2023-07-20", FLU),
            dhsc(
                "2023-08-10", "The start of flu vaccination in practices is delayed from 1 September to October 2023."
            ),
            dhsc("2023-08-30", "Flu vaccination in practices will start on 11 September 2023, earlier than planned."),
        ],
        ["2023-09-01 moved to 2023-10", "2023-10 moved to 2023-09-11", "2023-09-11 open"],
    ),
    "a pay declaration is withdrawn before its day": (
        [
            dhsc("2021-10-20", PAY),
            dhsc("2021-11-05", "Practices do not need to declare pay by 12 November 2021."),
        ],
        ["2021-11-12 withdrawn"],
    ),
    "a story that turns to withdrawn takes its dates with it, also those that are past": (
        [
            dhsc("2021-10-20", PAY),
            dhsc("2021-11-18", "The pay declaration will not go ahead.", turns=Status.WITHDRAWN),
        ],
        ["2021-11-12 withdrawn"],
    ),
    "a story that comes back brings its dates back": (
        [
            dhsc("2021-10-20", PAY, name="page"),
            dhsc("2021-11-05", PAY, name="page", withdrawn=True, turns=Status.WITHDRAWN),
            dhsc("2021-11-06", PAY, name="page", turns=Status.CHANGED),
        ],
        ["2021-11-12 open"],
    ),
    "a withdrawn page that still shows its old text sets no date": (
        [dhsc("2021-11-05", PAY, withdrawn=True, turns=Status.WITHDRAWN)],
        [],
    ),
    "a deadline is extended": (
        [
            dhsc("2021-10-20", PAY),
            dhsc("2021-11-05", "The deadline to declare has been extended from 12 November to 30 November 2021."),
        ],
        ["2021-11-12 moved to 2021-11-30", "2021-11-30 open"],
    ),
    "and comes back to its first day": (
        [
            dhsc("2021-10-20", PAY),
            dhsc("2021-11-01", "GP practices must declare pay above £150,000 by 30 November 2021."),
            dhsc("2021-11-05", "GP practices must declare pay above £150,000 by 12 November 2021 after all."),
        ],
        ["2021-11-12 open", "2021-11-30 moved to 2021-11-12"],
    ),
    "an edit of the page itself moves its date": (
        [
            dhsc("2021-10-20", PAY, name="page"),
            dhsc("2021-11-01", "Send your declaration by 30 November 2021.", name="page"),
        ],
        ["2021-11-12 moved to 2021-11-30", "2021-11-30 open"],
    ),
    "an edit that only drops a date leaves it open": (
        [dhsc("2021-10-20", PAY, name="page"), dhsc("2021-11-01", "More soon.", name="page")],
        ["2021-11-12 open"],
    ),
    "of two dates of one letter only the one that is spoken of moves": (
        [
            dhsc("2022-04-01", TWO),
            dhsc("2022-05-04", "Practices now have until 16 May 2022 to reply to the offer, instead of 9 May."),
        ],
        ["2022-05-09 moved to 2022-05-16", "2022-05-31 open", "2022-05-16 open"],
    ),
    "another official date for something else stands beside the first": (
        [dhsc("2022-04-01", TWO), dhsc("2022-04-20", "Practices must order flu vaccine by 1 June 2022.")],
        ["2022-05-09 open", "2022-05-31 open", "2022-06-01 open"],
    ),
    "the press names another day than the department": (
        [dhsc("2021-10-20", PAY), bbc("2021-10-21", "GP practices must declare pay by 19 November 2021.")],
        ["2021-11-12 open", "2021-11-19 open (press), official 2021-11-12"],
    ),
    "what the press said gives way when the department moves its day to it": (
        [
            dhsc("2021-10-20", PAY),
            bbc("2021-10-21", "GP practices must declare pay by 19 November 2021."),
            dhsc("2021-11-02", "GP practices must declare pay above £150,000 by 19 November 2021."),
        ],
        ["2021-11-12 moved to 2021-11-19", "2021-11-19 open"],
    ),
    "the press heard first of another day than the department then names": (
        [bbc("2021-10-19", "GP practices must declare pay by 19 November 2021."), dhsc("2021-10-20", PAY)],
        ["2021-11-19 moved to 2021-11-12 (press)", "2021-11-12 open"],
    ),
    "the press takes nothing back that is official": (
        [dhsc("2021-10-20", PAY), bbc("2021-11-05", "The 12 November 2021 deadline has been withdrawn.")],
        ["2021-11-12 open"],
    ),
    "but what the press alone had said": (
        [bbc("2021-10-20", PAY), bbc("2021-11-05", "The 12 November 2021 deadline has been withdrawn.")],
        ["2021-11-12 withdrawn (press)"],
    ),
    "a repeat of what was withdrawn opens nothing": (
        [
            dhsc("2021-10-20", PAY),
            dhsc("2021-11-05", "The 12 November 2021 deadline has been withdrawn.", turns=Status.WITHDRAWN),
            bbc("2021-11-06", PAY),
            bbc("2021-11-07", "GP practices must declare pay by 19 November 2021."),
        ],
        ["2021-11-12 withdrawn"],
    ),
    "an older official text that is seen late overrules nothing": (
        [
            dhsc("2021-11-01", "GP practices must declare pay above £150,000 by 30 November 2021."),
            dhsc("2021-10-20", PAY, seen="2021-11-03"),
        ],
        ["2021-11-30 open", "2021-11-12 moved to 2021-11-30"],
    ),
    "a day becomes a minute": (
        [dhsc("2021-10-20", PAY), dhsc("2021-11-01", "GP practices must declare pay by 5pm on 12 November 2021.")],
        ["2021-11-12T17:00 open"],
    ),
    "a month becomes a day": (
        [
            dhsc("2023-07-20", "Flu vaccination will start in October 2023 for practices."),
            dhsc("2023-08-20", "Flu vaccination will start on 7 October 2023 for practices."),
        ],
        ["2023-10-07 open"],
    ),
    "what only the reader can count has no day": (
        [dhsc("2026-11-06", "Practices must answer PCSE within 10 working days of the request.")],
        ["10 working days open"],
    ),
    "what others must do is not ours, nor what has no year": (
        [
            Said("2026-11-06", Trust.OFFICIAL, "ICBs must send their plans by 1 December 2026."),
            Said("-", Trust.OFFICIAL, "Practices must reply by 7 December."),
        ],
        [],
    ),
}


@pytest.mark.parametrize(("texts", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_a_date_has_a_history(texts: list[Said], expected: list[str]) -> None:
    assert shown(played([each if each.on != "-" else replace(each, on="", seen="2026-11-06") for each in texts])) == (
        expected
    )


def test_a_date_is_kept_with_all_that_is_known_of_it_and_its_thing_goes_on_when_it_moves() -> None:
    later = "The deadline to declare has been extended from 12 November to 30 November 2021."
    first, second = (key("item", "official", f"official {on}") for on in ("2021-10-20", "2021-11-05"))
    old, new = (key("date", "s", "end", f"{on} day") for on in ("2021-11-12", "2021-11-30"))
    opened, moved = noon("2021-10-20"), noon("2021-11-05")
    assert played([dhsc("2021-10-20", PAY), dhsc("2021-11-05", later)]) == (
        LedgerDate(
            id=old,
            story="s",
            item=first,
            deadline=Deadline(
                kind=DeadlineKind.DEADLINE,
                at=date(2021, 11, 12),
                precision=Precision.DAY,
                words="12 November 2021",
                sentence=PAY,
                actor=Actor.PRACTICES,
                payment=True,
            ),
            stated_at=opened,
            state_changes=(
                DateStateChange(state=DateState.OPEN, item=first, at=opened),
                DateStateChange(state=DateState.MOVED, item=second, at=moved),
            ),
            official=True,
            item_ids=frozenset({first}),
            moved_to=new,
            series_id=old,
            sequence=1,
        ),
        LedgerDate(
            id=new,
            story="s",
            item=second,
            deadline=Deadline(
                kind=DeadlineKind.DEADLINE,
                at=date(2021, 11, 30),
                precision=Precision.DAY,
                words="30 November 2021",
                sentence=later,
            ),
            stated_at=moved,
            state_changes=(DateStateChange(state=DateState.OPEN, item=second, at=moved),),
            official=True,
            item_ids=frozenset({second}),
            series_id=old,
            sequence=1,
        ),
    )


def test_a_date_is_past_when_its_day_is_over() -> None:
    (dated,) = played([dhsc("2021-10-20", PAY)])
    ends = datetime(2021, 11, 12, 23, 59, tzinfo=UTC)
    assert [state_at(dated, now) for now in (ends - DAY, ends, ends + DAY)] == [
        DateState.OPEN,
        DateState.OPEN,
        DateState.PAST,
    ]


def test_the_same_text_again_changes_nothing() -> None:
    item = Item(source="dhsc", identity="1", url="", title="Pay", text=PAY, published=read_date("2021-10-20"))
    now = noon("2021-10-20")
    told = as_story_item(item, Trust.OFFICIAL, "DHSC", now)
    first = LedgerUpdate({})
    first.add(None, STORY, item, told, now)
    again = LedgerUpdate({"s": first.changed})
    again.add(STORY, STORY, item, told, now)
    assert (len(first.changed), again.changed, again.urgent_moments) == (1, (), first.urgent_moments)


def test_a_page_that_is_a_calendar_fills_no_ledger() -> None:
    days = ". ".join(f"Practices must reply by {day} May {year}" for year in (2031, 2032, 2033) for day in range(1, 29))
    assert len(played([dhsc("2026-11-06", days)])) == MAX_DATES_OF_STORY


def test_what_the_reading_stumbles_over_is_put_aside_and_the_story_goes_on() -> None:
    item = Item(source="dhsc", identity="1", url="", title="Pay", text=PAY)
    broken = replace(item, published=None)  # type: ignore[arg-type]
    book = LedgerUpdate({})
    book.add(None, STORY, broken, as_story_item(item, Trust.OFFICIAL, "DHSC", noon("2021-10-20")), noon("2021-10-20"))
    assert (book.changed, [(each.what, each.name, each.why) for each in book.quarantined]) == (
        (),
        [("item", item.id, "reading dates failed: AttributeError")],
    )
