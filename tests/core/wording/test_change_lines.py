"""What a reader is shown of an edit: few lines, the weightiest first, and every word in its place."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.pages.versions import drops_a_figure
from watcher.core.wording.change_lines import MAX_EXPLAINED, ChangeLine, change_lines
from watcher.model import FactKind, Mark, Span, Version

ELIGIBLE = "# Flu offer\n## Who is eligible\nYou are offered it if you are:\n- aged 65 and over\n- pregnant"


def told(was: str, now: str, most: int = 3) -> list[tuple[str, str]]:
    lines = change_lines(Version(title="Flu offer", text=was), Version(title="Flu offer", text=now), most)
    return [(each.kind, each.value) for each in lines]


def spans(*parts: tuple[str, str]) -> tuple[Span, ...]:
    marks = {"-": Mark.REMOVED, "+": Mark.ADDED, " ": Mark.KEPT}
    return tuple(Span(mark=marks[mark], text=text) for mark, text in parts)


def test_a_moved_date_is_shown_with_its_own_words_marked() -> None:
    was, now = "Ordering opens on 1 October for all.\nThe end.", "Ordering opens on 8 October for all.\nThe end."
    assert change_lines(Version(title="Flu", text=was), Version(title="Flu", text=now)) == (
        ChangeLine(FactKind.WAS, spans((" ", "Ordering opens on"), ("-", "1"), (" ", "October for all."))),
        ChangeLine(FactKind.NOW, spans((" ", "Ordering opens on"), ("+", "8"), (" ", "October for all."))),
    )


def test_who_is_eligible_is_one_sentence() -> None:
    now = ELIGIBLE.replace("- pregnant", "- aged 50 to 64 from 1 December")
    assert told(ELIGIBLE, now) == [
        (
            FactKind.ELIGIBLE,
            "added: aged 50 to 64 from 1 December; removed: pregnant",
        )
    ]


def test_members_of_any_other_list_stand_with_the_list_they_joined() -> None:
    was = "Send these forms:\n- the claim\n- the invoice\nNot paid:\n- travel"
    assert told(was, was.replace("- the invoice", "- the invoice\n- the rota").replace("- travel", "- parking")) == [
        (FactKind.ADDED, "the rota (list: “Send these forms:”)"),
        (FactKind.ADDED, "parking (list: “Not paid:”)"),
        (FactKind.REMOVED, "travel (list: “Not paid:”)"),
    ]


def test_a_member_that_was_only_reworded_is_shown_as_words_and_not_as_one_that_left() -> None:
    was = "Send these forms:\n- the claim for each dose that was given\n- the invoice"
    assert told(was, was.replace("that was given", "that was recorded")) == [
        (FactKind.WAS, "the claim for each dose that was given"),
        (FactKind.NOW, "the claim for each dose that was recorded"),
    ]


def test_moved_figures_come_first_then_duties_and_what_is_left_is_counted() -> None:
    was = "\n".join(
        f"{word} sentence of this page stands here as it was before."
        for word in ("First", "Second", "Third", "Fourth", "Fifth")
    )
    now = was.replace("First sentence", "First long sentence").replace("Second sentence", "Second plain sentence")
    now = now.replace("Third sentence", "Third sentence must").replace("Fourth sentence", "Fourth sentence of 12")
    assert [value for _, value in told(was, now, 2)] == [
        "Fourth sentence of this page stands here as it was before.",
        "Fourth sentence of 12 of this page stands here as it was before.",
        "Third sentence of this page stands here as it was before.",
        "Third sentence must of this page stands here as it was before.",
        "2 more changes: see the page, or watcher explain",
    ]
    assert len(told(was, now, MAX_EXPLAINED)) == 8


def test_a_long_sentence_is_cut_to_the_words_around_what_changed() -> None:
    head = "Practices that take part in the scheme and have told their commissioner so in writing will be paid"
    tail = "for each of the patients on their list on the first day of the quarter in which they claim"
    assert told(f"{head} £1.76 {tail}.\nThe end.", f"{head} £1.80 {tail}.\nThe end.") == [
        (
            FactKind.WAS,
            "… told their commissioner so in writing will be paid £1.76 for each of the patients on their list on …",
        ),
        (
            FactKind.NOW,
            "… told their commissioner so in writing will be paid £1.80 for each of the patients on their list on …",
        ),
    ]


def test_a_sentence_that_came_or_went_has_a_label_that_says_so() -> None:
    assert told("One.\nTwo is gone now.", "One.\nThree is new here.") == [
        (FactKind.TEXT_GONE, "Two is gone now."),
        (FactKind.NEW_TEXT, "Three is new here."),
    ]


def test_another_file_under_the_same_address_is_said_to_be_one() -> None:
    assert told("File of 24,000 bytes, 0a1b2c", "File of 25,100 bytes, 9f8e7d") == [
        (FactKind.FILE, "another file under the same address (24,000 bytes before, 25,100 bytes now)")
    ]


def test_a_withdrawn_page_shows_its_notice() -> None:
    assert told(ELIGIBLE, f"! This guidance was withdrawn on 1 May 2026.\n{ELIGIBLE}") == [
        (FactKind.NOTICE, "This guidance was withdrawn on 1 May 2026.")
    ]


def test_a_page_that_is_back_after_its_withdrawal_does_not_list_all_that_stands_on_it() -> None:
    assert told("! This guidance was withdrawn on 1 May 2026.", ELIGIBLE) == [
        (FactKind.TEXT_GONE, "This guidance was withdrawn on 1 May 2026.")
    ]


@pytest.mark.parametrize("text", ["- {} a", "| {} | b", "{} c.", "# {}"])
def test_a_page_rewritten_from_end_to_end_is_a_few_lines_within_a_moment(text: str) -> None:
    was, now = ("\n".join(text.format(f"{side} {at}") for at in range(5_000)) for side in ("left", "right"))
    begun = time.process_time()
    lines = change_lines(Version(title="A", text=was), Version(title="A", text=now))
    assert time.process_time() - begun < 5
    assert len(lines) <= 10
    assert sum(len(each.value) for each in lines) < 6_000


PIECES = st.sampled_from(
    ["- member 1", "- member 2", "One 1 May.", "Two must not.", "# Head", "| a | b", "! x", "<b>", "\u202e"]
)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.lists(PIECES, max_size=12), st.lists(PIECES, max_size=12))
def test_any_two_versions_can_be_shown_and_what_is_marked_reads_as_the_words(was: list[str], now: list[str]) -> None:
    lines = change_lines(Version(title="A", text="\n".join(was)), Version(title="B", text="\n".join(now)))
    assert all(each.value.isprintable() for each in lines)
    assert not [
        each for each in lines if each.kind is FactKind.WAS and any(span.mark is Mark.ADDED for span in each.spans)
    ]
    assert not [
        each for each in lines if each.kind is FactKind.NOW and any(span.mark is Mark.REMOVED for span in each.spans)
    ]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("Ordering opens on 1 October.", "Ordering opens on 8 October.", True),
        ("Ordering opens on 1 October.", "Ordering opens on 1 October. It ends on 8 October.", False),
        ("Ordering opens on 1 October.\nOrder by 9 May.", "Ordering opens on 1 October.", True),
        (ELIGIBLE, ELIGIBLE.replace("- aged 65 and over\n", ""), True),
        (ELIGIBLE, ELIGIBLE.replace("- pregnant", "- aged 50 to 64"), False),
        ("Ordering opens on 1 October.", "You can order from 1 October.", False),
    ],
    ids=["moved", "one more", "sentence gone", "member gone", "member joins", "only words"],
)
def test_an_edit_takes_back_what_it_no_longer_says(was: str, now: str, *, expected: bool) -> None:
    end = "\nThe end of the page, which stays as it is."
    assert drops_a_figure(Version(title="Flu", text=was + end), Version(title="Flu", text=now + end)) is expected
