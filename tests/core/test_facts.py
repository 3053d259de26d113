"""The Brief among the facts of an Alert: what is known in its order, and what is not in one line."""

from datetime import UTC, date, datetime

from watcher.core.facts import brief_of, spoken_as, with_facts
from watcher.core.render import Told
from watcher.model import Alert, Item, Paragraph, Precision, Published, Reason, Status

NOW = datetime(2022, 1, 10, 9, tzinfo=UTC)
TODAY = date(2022, 1, 10)


def item(title: str, *text: str) -> Item:
    published = Published(day=TODAY, precision=Precision.DAY, literal="10 January 2022")
    return Item(
        source="s", identity="1", url="https://s.example/1", title=title, text=" ".join(text), published=published
    )


LISTS = item(
    "List reconciliation",
    "Practices must return their list data to PCSE within five days of its request.",
    "Practices that do not reply are reported to the commissioner.",
)


def test_what_is_known_stands_in_its_order_and_what_is_not_in_one_line() -> None:
    asked = "“Practices must return their list data to PCSE within five days of its request.”"
    reply = (
        f"“five days of its request”, from the day you received it, to PCSE ({asked})"
        "; if missed: Practices that do not reply are reported to the commissioner"
        "; shorter than your contract gives (30 days)"
    )
    assert list(brief_of(LISTS, TODAY)) == [
        ("Who", "Practices; practice managers not mentioned"),
        ("Do", "return their list data to PCSE"),
        ("Reply by", reply),
        ("Owner", "registrations"),
        ("Applies", "binding; addressed to practices"),
        ("Not known", "from, order, paid, code"),
    ]


def test_a_digest_leaves_out_what_is_not_known_but_for_the_reply() -> None:
    assert list(brief_of(item("Minister visits a surgery"), TODAY, digest=True)) == [("Reply by", "not known")]


def test_of_an_item_that_says_nothing_one_line_names_all_and_that_managers_are_not_mentioned() -> None:
    assert list(brief_of(item("Minister visits a surgery"), TODAY)) == [
        ("Reply by", "not known"),
        ("Not known", "who (practice managers not mentioned), from, do, order, paid, code, owner"),
    ]


def test_practice_managers_who_are_left_out_are_named_even_where_nobody_else_is() -> None:
    known = dict(brief_of(item("Golden hello", "Practice managers are not eligible."), TODAY))
    assert known["Who"] == "not Practice managers; practice managers excluded"


def test_a_date_of_the_headline_needs_no_second_sentence() -> None:
    known = dict(brief_of(item("Claims must be sent by 28 January 2022"), TODAY))
    assert known["Reply by"] == "Fri 28 Jan 2022, 18 days from now (in the headline)"


def test_a_long_sentence_is_shown_around_its_date() -> None:
    head = (
        "Where a practice has taken part in the scheme for all of the last year and wishes to go on with it in the next"
    )
    known = dict(
        brief_of(
            item("Scheme", f"{head}, it must send the form by 28 January 2022 and keep a copy for six years."), TODAY
        )
    )
    assert known["Reply by"].partition(" (")[2] == (
        "“… to go on with it in the next, it must send the form by 28 January 2022 and keep a copy for six years.”)"
    )


def test_the_brief_stands_after_the_status_and_an_admins_note_has_none() -> None:
    words = Paragraph(heading="OFFICIAL", title="T", facts=(("Official", "yes"), ("In short", "words")))
    alert = Alert(reason=Reason.FIRST_HEARD, at=NOW)
    labels = [label for label, _ in with_facts(words, Told(alert=alert, item=LISTS), NOW, digest=True).facts]
    assert labels == ["Official", "Who", "Do", "Reply by", "Owner", "Applies", "In short"]
    assert with_facts(words, Told(alert=Alert(reason=Reason.NEEDS_ADMIN, at=NOW)), NOW) == words


def test_a_first_alert_of_a_changed_page_is_a_change_in_a_digest() -> None:
    assert spoken_as(Alert(reason=Reason.FIRST_HEARD, at=NOW, status=Status.CHANGED)) is Reason.CHANGED
    assert spoken_as(Alert(reason=Reason.FIRST_HEARD, at=NOW, status=Status.CONFIRMED)) is Reason.FIRST_HEARD
