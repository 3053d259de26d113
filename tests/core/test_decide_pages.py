"""What is decided of watched pages: which edits speak, to whom, and when they fall silent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.candidates.settle import PagePast, SettledPages, settle_pages
from watcher.core.decide import LoadedState, PollContext, decide
from watcher.core.matching.index import TopicIndex
from watcher.model import (
    Decision,
    Item,
    ParseResult,
    Reason,
    Response,
    Signal,
    SourceState,
    Status,
    Story,
    Subscriber,
    Topic,
    Trust,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TOPICS = [Topic(id="flu", name="Flu", any=("flu vaccin*",)), Topic(id="pay", name="Pay", any=("item of service",))]
SIGNALS = [
    Signal(id="pharmacy", name="For pharmacies", points=-4, any=("pharmac*",)),
    Signal(id="practice", name="For practices", points=2, any=("gp practice*",)),
]
INDEX = TopicIndex(TOPICS, signals=SIGNALS)
EVERYBODY = (Subscriber(id="all", via="console", address="all"),)
FILLING = "This guidance is read by many teams in each part of the country and has a long introduction.\n" * 4
TEXT = f"# Flu vaccine offer\n{FILLING}For GP practices.\n- aged 65 and over\n- pregnant\nNobody is invited in August."


def page(text: str = TEXT, title: str = "Flu vaccine offer", **values: object) -> Item:
    known = Item(source="flu", identity="agency.example/flu", url="https://agency.example/flu", title=title, text=text)
    return replace(known, **values)  # type: ignore[arg-type]


class Watch:
    """One watched page, look after look."""

    def __init__(self, trust: Trust = Trust.OFFICIAL, **known: Item) -> None:
        self.trust = trust
        self.items: dict[str, Item] = {each.identity: each for each in known.values()}
        self.stories: dict[str, Story] = {}
        self.spoken: dict[str, int] = {}
        self.texts: list[str] = []
        self.now = NOW
        self.last: datetime | None = NOW if known else None

    def look(self, *found: Item) -> list[tuple[Reason, Status | None]]:
        """What is told of what was found now."""
        return [(alert.reason, alert.status) for alert in self.decision(*found).alerts]

    def decision(self, *found: Item) -> Decision:
        self.now += timedelta(minutes=30)
        decided = decide(
            found,
            LoadedState(
                state=SourceState(source="flu", next_poll=NOW, last_success=self.last),
                items=self.items,
                stories=tuple(self.stories.values()),
                alert_counts=self.spoken,
                page_changes=settled(self.items, *found).changes,
                reverted_ids=frozenset(each.id for each in found if each.text in self.texts),
            ),
            PollContext(publisher="Agency", trust=self.trust, index=INDEX, subscribers=EVERYBODY, now=self.now),
        )
        self.items |= {each.identity: each for each in decided.items}
        self.stories |= {each.id: each for each in decided.stories}
        self.texts += [each.text for each in decided.items]
        for alert in decided.alerts:
            self.spoken[alert.item] = self.spoken.get(alert.item, 0) + 1
        self.last = self.now
        return decided


def joined(*members: str) -> Item:
    return page(TEXT.replace("- pregnant", "\n".join(f"- {each}" for each in ("pregnant", *members))))


# --- what speaks --------------------------------------------------------------------------------------------------


def test_a_page_is_recorded_in_silence_and_its_first_edit_is_heard_first_as_changed() -> None:
    watch = Watch()
    assert watch.look(page()) == []
    assert watch.look(page()) == []
    assert watch.look(joined("carers")) == [(Reason.FIRST_HEARD, Status.CHANGED)]
    assert watch.look(joined("carers", "renters")) == [(Reason.CHANGED, Status.CHANGED)]


def test_a_page_that_moved_to_another_address_is_a_first_sight_and_a_new_document_behind_it_is_news() -> None:
    watch = Watch()
    watch.look(page())
    moved = page(identity="agency.example/new", url="https://agency.example/new", title="The flu vaccine offer")
    letter = page(
        "Flu vaccine letter for GP practices.\nPlease read.", identity="agency.example/letter", title="Letter"
    )
    assert watch.look(moved) == []
    assert watch.look(moved, letter) == [(Reason.FIRST_HEARD, Status.CONFIRMED)]


def test_cosmetic_edits_are_no_revision() -> None:
    watch = Watch()
    watch.look(page())
    curly = page(
        TEXT.replace("- aged 65 and over\n- pregnant", "- pregnant\n- aged 65 and over;"), "Flu vaccine  offer"
    )
    assert watch.decision(curly).items == ()


def test_a_headline_outside_the_watched_part_is_a_part_of_it() -> None:
    watch = Watch()
    watch.look(page(title="Flu offer 2026"))
    assert watch.look(page(title="Flu offer 2027")) == [(Reason.FIRST_HEARD, Status.CHANGED)]


def test_what_another_kind_remembered_is_a_first_sight_and_then_edits_are_told() -> None:
    listed = page("Flu vaccine offer. People aged 65 and over are offered it. Nobody is invited in August.")
    watch = Watch(listed=replace(listed, title="Flu vaccine offer 2025", first_seen=NOW))
    assert watch.look(page()) == []
    assert [each.revision for each in watch.items.values()] == [2]
    assert watch.look(joined("carers")) == [(Reason.FIRST_HEARD, Status.CHANGED)]


def test_a_page_of_years_ago_speaks_when_it_is_edited_today() -> None:
    watch = Watch()
    old = Item(source="flu", identity="x", url="", title="").published
    dated = replace(old, day=datetime(2021, 3, 1, tzinfo=UTC).date(), literal="1 March 2021")
    watch.look(page(published=dated))
    assert watch.look(replace(joined("carers"), published=dated)) == [(Reason.FIRST_HEARD, Status.CHANGED)]


def test_a_page_that_settles_nothing_is_changed_and_stays_reported() -> None:
    watch = Watch(Trust.TRADE)
    watch.look(page())
    assert watch.look(joined("carers")) == [(Reason.FIRST_HEARD, Status.REPORTED)]
    assert watch.look(joined("carers", "renters")) == [(Reason.CHANGED, Status.REPORTED)]


def test_a_page_is_withdrawn_and_comes_back() -> None:
    watch = Watch()
    watch.look(page())
    watch.look(joined("carers"))
    gone = page(f"! This guidance was withdrawn on 1 December 2026.\n{joined('carers').text}", withdrawn=True)
    assert watch.look(gone) == [(Reason.WITHDRAWN, Status.WITHDRAWN)]
    assert watch.look(gone) == []
    assert watch.look(joined("carers")) == [(Reason.CHANGED, Status.CHANGED)]


# --- what falls silent --------------------------------------------------------------------------------------------


@pytest.mark.promise("P18")
def test_new_members_are_always_told_and_a_page_that_goes_back_and_forth_is_told_three_times() -> None:
    watch = Watch()
    watch.look(page())
    names = ["carers", "renters", "smokers", "students", "veterans"]
    assert [len(watch.look(joined(*names[: at + 1]))) for at in range(5)] == [1, 1, 1, 1, 1]
    assert [len(watch.look(joined(*names[:at]))) for at in (4, 5, 4, 5)] == [0, 0, 0, 0]
    assert len(watch.look(joined("drivers"))) == 1


def test_the_words_that_changed_decide_whether_it_is_a_practices_business() -> None:
    watch = Watch()
    watch.look(page())
    watch.look(joined("carers"))
    others = watch.decision(page(f"{joined('carers').text}\nPharmacies order from their wholesaler."))
    assert [each.in_digest for each in others.alerts] == [True], "an official text is never left out for its tone"
    watch = Watch()
    watch.look(page(f"{TEXT}\nPharmacies order from their wholesaler."))
    mixed = page(f"{joined('carers').text}\nPharmacies order from their wholesaler.")
    assert [each.relevance for each in watch.decision(mixed).alerts] == [-1]  # the page's own: "carers" says nothing


# --- what is suspect ----------------------------------------------------------------------------------------------


def reading(*items: Item) -> ParseResult:
    return ParseResult(
        items=items, responses=(Response(url="https://agency.example/flu", body=b"<p>", fetched_at=NOW),)
    )


def settled(known: Mapping[str, Item], *items: Item) -> SettledPages:
    return settle_pages(reading(*items), PagePast(stored=known), NOW)


def test_a_page_that_lost_most_of_its_text_is_doubted() -> None:
    found = settled({page().identity: page()}, page("# Flu vaccine offer\nFor GP practices."))
    assert "characters are left" in found.doubt
    assert [candidate.identity for candidate in found.candidates] == [page().identity]


def test_a_document_that_lost_most_of_its_text_is_left_out_with_a_line_that_says_so() -> None:
    letter = replace(page(), identity="agency.example/letter", url="https://agency.example/letter")
    shrunk = replace(letter, text="# Flu vaccine offer\nFor GP practices.")
    known = {each.identity: each for each in (page(), letter)}
    found = settled(known, page(), shrunk).parsed
    assert found.items == (page(),)
    assert f"only 34 of {len_of(TEXT)} characters are left" in found.problems[0]


def len_of(text: str) -> int:
    return sum(len(line.lstrip("#- ")) for line in text.split("\n"))
