"""Signed links: what holds, what does not, and that nobody learns why not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks, split_keys

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=400)
OLD, NEW = "o" * 32, "n" * 32
LINKS = SignedLinks(OLD)
TOKEN = LINKS.sign(LinkPurpose.HANDLED, ["managers", "a1b2"], UNTIL)


def test_a_link_says_what_was_signed_until_it_ends() -> None:
    assert LINKS.read(LinkPurpose.HANDLED, TOKEN, NOW) == ("managers", "a1b2")
    assert LINKS.read(LinkPurpose.HANDLED, TOKEN, UNTIL - timedelta(seconds=1)) == ("managers", "a1b2")
    assert LINKS.read(LinkPurpose.HANDLED, TOKEN, UNTIL) is None


def test_the_same_link_is_made_each_time() -> None:
    assert LINKS.sign(LinkPurpose.HANDLED, ("managers", "a1b2"), UNTIL + timedelta(microseconds=5)) == TOKEN


def test_it_holds_for_its_own_purpose_alone() -> None:
    for purpose in set(LinkPurpose) - {LinkPurpose.HANDLED}:
        assert LINKS.read(purpose, TOKEN, NOW) is None


@pytest.mark.parametrize("forged", ["", ".", "a.b", TOKEN[:-1], TOKEN[1:], TOKEN.partition(".")[0], f"{TOKEN}x", "é.é"])
def test_what_is_forged_or_cut_is_no_link(forged: str) -> None:
    assert LINKS.read(LinkPurpose.HANDLED, forged, NOW) is None


def test_a_link_of_another_installation_is_no_link() -> None:
    assert SignedLinks(NEW).read(LinkPurpose.HANDLED, TOKEN, NOW) is None


def test_a_new_key_signs_and_the_old_one_is_still_believed() -> None:
    both = SignedLinks(f"{NEW}, {OLD}")
    assert both.read(LinkPurpose.HANDLED, TOKEN, NOW) == ("managers", "a1b2")
    newest = both.sign(LinkPurpose.HANDLED, ["managers", "a1b2"], UNTIL)
    assert SignedLinks(NEW).read(LinkPurpose.HANDLED, newest, NOW) == ("managers", "a1b2")
    assert LINKS.read(LinkPurpose.HANDLED, newest, NOW) is None


def test_keys_are_divided_by_commas() -> None:
    assert split_keys(f" {NEW} ,{OLD}") == (NEW, OLD)
    assert split_keys("") == ()


@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=200))
def test_any_names_come_back_and_any_text_is_read_without_a_fault(names: list[str], text: str) -> None:
    token = LINKS.sign(LinkPurpose.HANDLED, names, UNTIL)
    assert LINKS.read(LinkPurpose.HANDLED, token, NOW) == tuple(names)
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert LINKS.read(LinkPurpose.HANDLED, text, NOW) is None
