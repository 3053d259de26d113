"""Follow-ups in words: corrections, the closing note, the ladder, copies, and the first message as of now."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from watcher.core.messages.facts import add_facts

from tests.core.messages.test_status_wording import (
    CONFIRMED,
    FIRST,
    MORNING,
    NOON,
    NOW_OFFICIAL,
    OFFICIAL,
    PRESS,
    REPORTED,
    TITLE,
    TOPICS,
    alert,
    delivery,
    news,
    telling,
    turn,
)
from watcher.core.messages.message import compose, compose_paragraph, compose_update
from watcher.core.messages.plain_text import plain_text
from watcher.core.messages.source_checks import with_source_checks
from watcher.core.messages.status_wording import heading, official_line
from watcher.core.stories.features import extract_features
from watcher.core.watching.health import Health
from watcher.core.watching.source_status import SourceStatus
from watcher.model import (
    AlertContext,
    Authority,
    FactKind,
    Published,
    Reason,
    Receipt,
    Status,
    Story,
    StoryItem,
    Thread,
    Trust,
)

LATER = NOON + timedelta(hours=15)
NHSE = telling(3, "NHS England", Trust.OFFICIAL, LATER)
SEEN = "Sat 21 Nov 2020 08:05"


def settled(status: Status, by: StoryItem = NHSE, before: Story = CONFIRMED) -> Story:
    """`before` after one more official text."""
    tellings = before.items if by in before.items else (*before.items, by)
    return replace(
        before, status=status, items=tellings, status_changes=(*before.status_changes, turn(status, by, LATER))
    )


def told(reason: Reason, story: Story, by: StoryItem = NHSE, **values: str) -> AlertContext:
    made = alert(reason, story.status, item=by.item, at=LATER)
    item = news(int(by.url.rpartition("/")[2]), title=by.title, published=Published(at=by.seen_at))
    return replace(NOW_OFFICIAL, alert=made, story=story, item=item, **values)  # type: ignore[arg-type]


# --- corrections --------------------------------------------------------------------------------------------------

DENIAL = replace(NHSE, authority=Authority.DENIAL)


def dated(title: str) -> StoryItem:
    return replace(NHSE, title=title, features=extract_features(title))


DATED = replace(CONFIRMED, items=(PRESS, replace(OFFICIAL, features=extract_features(TITLE))))


@pytest.mark.parametrize(
    ("follow_up", "expected"),
    [
        (told(Reason.WITHDRAWN, settled(Status.WITHDRAWN)), "CORRECTION: WITHDRAWN"),
        (told(Reason.WITHDRAWN, settled(Status.WITHDRAWN, DENIAL)), "CORRECTION: WITHDRAWN"),
        (
            told(Reason.WITHDRAWN, settled(Status.WITHDRAWN, DENIAL, REPORTED), DENIAL),
            "CORRECTION: NOT SO, says NHS England",
        ),
        (
            told(Reason.CHANGED, settled(Status.CHANGED, before=settled(Status.WITHDRAWN))),
            "CORRECTION: NO LONGER WITHDRAWN",
        ),
        (
            told(Reason.CHANGED, settled(Status.CHANGED, dated("Flu jabs now from 8 December"), DATED)),
            "CORRECTION: CHANGED",
        ),
        (told(Reason.CHANGED, settled(Status.CHANGED, dated("Over-50s flu jab letter reissued"), DATED)), "CHANGED"),
        (
            told(
                Reason.CHANGED,
                settled(Status.CHANGED, dated("Flu jabs from 1 December, in homes from 8 December"), DATED),
            ),
            "CHANGED",
        ),
        (
            told(Reason.CHANGED, settled(Status.CHANGED), previous_title="Over-50s: free flu jab from 8 December"),
            "CORRECTION: CHANGED",
        ),
        (told(Reason.CHANGED, settled(Status.CHANGED), previous_title="Over-50s to get free flu jab"), "CHANGED"),
        (
            replace(
                told(Reason.CHANGED, REPORTED, PRESS), previous_title="Over-50s to get free flu jab from 8 December"
            ),
            "CORRECTION: CHANGED, NOT YET OFFICIAL",
        ),
    ],
)
def test_a_first_line_says_correction_where_something_that_was_told_fell(
    follow_up: AlertContext, expected: str
) -> None:
    assert heading(follow_up) == expected


def test_what_an_official_body_denies_or_withdraws_is_no_longer_called_official() -> None:
    assert official_line(settled(Status.WITHDRAWN)) == f"no longer: withdrawn by NHS England, {SEEN}"
    assert (
        official_line(settled(Status.WITHDRAWN, DENIAL, REPORTED)) == f"no: NHS England says that it is not so, {SEEN}"
    )


# --- the ladder ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standings", "first_line", "words"),
    [
        ([], "REPORTED, NOT YET OFFICIAL", "no official page seen yet; first heard Fri 20 Nov 2020 07:41"),
        (
            [Authority.INTENTION],
            "AN INTENTION, NOT YET OFFICIAL",
            "not yet: NHS England says what it means to do; nothing that practices can use yet",
        ),
        (
            [Authority.INTENTION, Authority.ELSEWHERE],
            "OFFICIAL, BUT NOT FOR PRACTICES",
            "addressed to others by NHS England; practices in copy or not named",
        ),
    ],
)
def test_what_practices_cannot_use_is_not_called_official(
    standings: list[Authority], first_line: str, words: str
) -> None:
    said = tuple(replace(NHSE, authority=each) for each in standings)
    known = replace(FIRST, story=replace(REPORTED, items=(PRESS, *said)))
    assert (heading(known), dict(compose_paragraph(known, TOPICS).facts)[FactKind.OFFICIAL]) == (first_line, words)


def test_one_headline_in_many_papers_is_counted_and_another_headline_is_named() -> None:
    copies = [replace(telling(10 + n, f"Paper {n}", Trust.PRESS, LATER), title="Flu jabs, says PA") for n in range(13)]
    other = replace(telling(30, "Pulse", Trust.TRADE, LATER), title="GPs asked to give more jabs")
    story = replace(CONFIRMED, items=(*CONFIRMED.items, *copies, replace(copies[0], item="again"), other))
    facts = dict(compose_paragraph(replace(NOW_OFFICIAL, story=story), TOPICS).facts)
    assert facts[FactKind.OTHER_PUBLISHERS] == "BBC News, Pulse; 13 papers, counted once"


def test_the_next_chapter_of_a_story_names_the_one_before() -> None:
    facts = dict(compose_paragraph(replace(FIRST, earlier_chapter="Flu programme letter 2020/21"), TOPICS).facts)
    assert facts[FactKind.EARLIER_CHAPTER] == "Flu programme letter 2020/21"


# --- the closing note ---------------------------------------------------------------------------------------------

NOTE = told(Reason.STILL_REPORTED, REPORTED, PRESS)


def seen(name: str, *, read: datetime | None = LATER, could_look: bool = True) -> SourceStatus:
    return SourceStatus(source=name, name=name, health=Health.OK, words="", could_look=could_look, last_success=read)


@pytest.mark.parametrize(
    ("sights", "words"),
    [
        (
            [
                seen("PCSE"),
                seen("DHSC", read=LATER - timedelta(minutes=25)),
                seen("CAS", could_look=False),
                seen("UKHSA", read=None),
            ],
            "still no official page; 2 official sources checked, last at 08:05; 2 could not be read (CAS, UKHSA)",
        ),
        ([seen("PCSE", read=NOON)], "still no official page; 1 official source checked, last at Fri 20 Nov 2020 17:05"),
        (
            [seen("PCSE", read=MORNING - timedelta(minutes=1)), seen("CAS", could_look=False)],
            "we could not look: of 2 official sources none could be read",
        ),
        ([], "we could not look: no official source is switched on"),
    ],
    ids=["some", "yesterday", "none since the report", "none at all"],
)
def test_a_closing_note_says_where_we_looked_or_that_we_could_not(sights: list[SourceStatus], words: str) -> None:
    (note, first) = with_source_checks([NOTE, FIRST], sights, LATER)
    shown = compose_paragraph(note, TOPICS)
    assert (shown.heading, dict(shown.facts)[FactKind.OFFICIAL], first) == ("STILL NOT OFFICIAL", words, FIRST)


def test_a_closing_note_does_not_hide_what_an_official_body_means_to_do() -> None:
    said = replace(REPORTED, items=(PRESS, replace(NHSE, authority=Authority.INTENTION)))
    facts = dict(compose_paragraph(replace(NOTE, story=said, source_checks="still no official page; …"), TOPICS).facts)
    assert facts[FactKind.SO_FAR] == "not yet: NHS England says what it means to do; nothing that practices can use yet"


def test_a_note_that_is_sent_when_the_story_is_official_does_not_say_that_it_is_not() -> None:
    assert heading(replace(NOTE, story=CONFIRMED)) == "OFFICIAL"


def test_a_digest_tells_corrections_first_and_closing_notes_last_and_counts_each() -> None:
    def of(number: int, each: AlertContext, title: str) -> AlertContext:
        assert each.story
        assert each.item
        story = replace(each.story, id=str(number))
        return replace(
            each, alert=replace(each.alert, story=str(number)), story=story, item=replace(each.item, title=title)
        )

    note = replace(NOTE, source_checks="still no official page; 12 official sources checked, last at 07:29")
    all_told = [
        of(1, note, "Flu jabs at the school gate"),
        of(2, FIRST, "Flu jabs for carers"),
        of(3, NOW_OFFICIAL, "Flu jabs for the over-50s"),
        of(4, told(Reason.WITHDRAWN, settled(Status.WITHDRAWN)), "Flu jabs in car parks withdrawn"),
    ]
    sent = compose(delivery("daily:2020-11-21", first_due=LATER), all_told, TOPICS, ["Sources: 12 of 12."], LATER)
    assert plain_text(sent) == (
        "GP announcements, Sat 21 Nov 2020: 1 changed, 1 now official, 1 new, 1 still not official\n"
        "\n"
        "4 announcements on your topics since the last digest.\n"
        "\n"
        "CHANGED OR WITHDRAWN\n"
        "\n"
        "CORRECTION: WITHDRAWN\n"
        "Flu jabs in car parks withdrawn\n"
        "  Follows       Over-50s to get free flu jab from 1 December, told Fri 20 Nov 2020 07:41\n"
        "  Says who      NHS England (official)\n"
        "  When          Sat 21 Nov 2020 08:05\n"
        "  Official      no longer: withdrawn by NHS England, Sat 21 Nov 2020 08:05\n"
        "  In short      Ministers extend the programme.\n"
        "  Also told by  BBC News, DHSC\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://press.example/3\n"
        "\n"
        "NOW OFFICIAL\n"
        "\n"
        "Flu jabs for the over-50s\n"
        "  Follows       Over-50s to get free flu jab from 1 December, told Fri 20 Nov 2020 07:41\n"
        "  Says who      DHSC (official)\n"
        "  When          Fri 20 Nov 2020 17:05\n"
        "  Official      yes, DHSC at Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News\n"
        "  Who           over-50s; practice managers not mentioned\n"
        "  Reply by      not known\n"
        "  Owner         nurse lead\n"
        "  Also told by  BBC News\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://press.example/2\n"
        "\n"
        "NEW\n"
        "\n"
        "REPORTED, NOT YET OFFICIAL\n"
        "Flu jabs for carers\n"
        "  Says who      BBC News (press)\n"
        "  When          Fri 20 Nov 2020 07:41\n"
        "  Official      no official page seen yet; first heard Fri 20 Nov 2020 07:41\n"
        "  Reply by      not known\n"
        "  Owner         nurse lead\n"
        "  In short      Ministers extend the programme.\n"
        "  Why you       “free flu jab from” in the title\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://press.example/1\n"
        "\n"
        "STILL NOT OFFICIAL\n"
        "\n"
        "Flu jabs at the school gate\n"
        "  Follows       Over-50s to get free flu jab from 1 December, told Fri 20 Nov 2020 07:41\n"
        "  Says who      BBC News (press)\n"
        "  When          Fri 20 Nov 2020 07:41\n"
        "  Official      still no official page; 12 official sources checked, last at 07:29\n"
        "  Reply by      not known\n"
        "  Owner         nurse lead\n"
        "  In short      Ministers extend the programme.\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://press.example/1\n"
        "\n"
        "Sources: 12 of 12.\n"
    )


# --- the first message as of now ----------------------------------------------------------------------------------

CARERS = replace(
    FIRST,
    alert=alert(Reason.FIRST_HEARD, story="carers"),
    story=replace(REPORTED, id="carers"),
    item=news(title="Flu jabs for carers"),
)


def thread(*first: AlertContext, since: tuple[AlertContext, ...] = (NOW_OFFICIAL,)) -> Thread:
    receipt = Receipt(place="C1", message="1.1")
    return Thread(delivery=delivery("burst:1"), receipt=receipt, sent_at=MORNING, contexts=first, follow_ups=since)


def test_a_first_message_of_several_stories_keeps_them_all_and_names_the_one_that_has_news() -> None:
    update = compose_update(thread(FIRST, CARERS), TOPICS)
    assert update
    assert (update.receipt, update.message.lead.splitlines()) == (
        Receipt(place="C1", message="1.1"),
        [
            f"NOW OFFICIAL Fri 20 Nov 2020 17:05, see the thread: {TITLE}",
            "2 announcements came in a short time; here they are together.",
        ],
    )
    assert [(each.heading, each.title) for each in update.message.paragraphs] == [
        ("NOW OFFICIAL Fri 20 Nov 2020 17:05, see the thread", TITLE),
        ("REPORTED, NOT YET OFFICIAL", "Flu jabs for carers"),
    ]
    assert update.message.paragraphs[1] == add_facts(compose_paragraph(CARERS, TOPICS, alone=False), CARERS, MORNING)


def test_a_first_message_that_can_no_longer_be_put_into_its_words_stays_as_it_is() -> None:
    assert compose_update(thread(replace(FIRST, story=replace(REPORTED, items=()))), TOPICS) is None


def test_a_story_as_of_a_moment_knows_nothing_of_what_came_later() -> None:
    assert CONFIRMED.as_of(MORNING) == REPORTED
    assert CONFIRMED.as_of(NOON) == CONFIRMED
