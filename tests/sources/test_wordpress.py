"""WordPress sites: changed posts by REST, chapters with their parents, rows of containers, feeds where REST is off."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stand_ins import letters
from tests.stand_ins.nhs_england import main_site
from tests.stand_ins.wordpress_posts import Row, SavedPost
from tests.stand_ins.wordpress_site import WordPressSite
from tests.support.looks import Looks, later
from watcher.core.decoding.json_answers import read_utc
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, ParseResult, Response, SourceState, Trust
from watcher.sources.base import next_step
from watcher.sources.wordpress import Wordpress

STEADY = settings(deadline=None, derandomize=True, max_examples=150)
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOST = "https://www.england.nhs.uk"


def source(*types: str, **options: Any) -> Wordpress:
    """A source of these post types."""
    return Wordpress(
        id="nhse",
        name="NHS England",
        publisher="NHS England",
        trust=Trust.OFFICIAL,
        kind="wordpress",
        url=HOST,
        every=timedelta(minutes=15),
        type=types or ("post",),
        **options,
    )


def watching(site: WordPressSite, *types: str, **options: Any) -> Looks:
    """The looks of a source at a site."""
    return Looks(source(*types, **options), [site], START)


def titles(result: ParseResult) -> list[str]:
    return [item.title for item in result.items]


def site_with_news(*, rest: bool = True, refusal: int = 401) -> WordPressSite:
    """NHS England's site with three older posts."""
    site = main_site()
    site.rest, site.refusal = rest, refusal
    for number in range(3):
        at = START - timedelta(days=3 - number)
        site.put(f"older-{number}", SavedPost(at, f"Older news {number}", f"<p>News number {number}.</p>"))
    return site


@pytest.mark.promise("P41")
def test_a_look_gives_what_was_changed_since_the_last_one_with_its_whole_text() -> None:
    site = site_with_news()
    looks = watching(site)
    assert titles(looks.look(START)) == ["Older news 2", "Older news 1", "Older news 0"]
    site.put(
        "flu",
        SavedPost(later(START, 5), "Flu &#8211; who is next", "<h2>What to do</h2><p>Practices must order today.</p>"),
    )
    _, flu = looks.look(later(START, 10)).items  # an hour is read twice, for the clocks
    assert flu == Item(
        source="nhse",
        identity="england.nhs.uk/2026/11/flu",
        url=f"{HOST}/2026/11/flu/",
        title="Flu – who is next",
        summary=flu.summary,
        text="# What to do\nPractices must order today.",
        published=flu.published,
    )
    assert flu.published.at == later(START, 5)
    fields = "id,date_gmt,modified_gmt,link,title,excerpt,content,parent,menu_order,component_fields"
    query = f"per_page=20&orderby=modified&order=asc&_fields={fields}&modified_after=2026-11-01T08%3A00%3A00"
    assert looks.asked == [f"{HOST}/wp-json/wp/v2/posts?{query}"]


def test_nothing_changed_is_no_alarm_and_what_is_remembered_stays() -> None:
    looks = watching(site_with_news())
    looks.look(START)
    known = looks.state.memory
    for minutes in (15, 30):
        result = looks.look(later(START, minutes))
        assert (titles(result), result.only_changes) == (["Older news 2"], True), (
            "an hour is read twice, for the clocks"
        )
    assert looks.state.memory == known


def test_a_silent_edit_is_the_same_item_with_another_text() -> None:
    site = site_with_news()
    site.put(
        "offer",
        SavedPost(START - timedelta(hours=5), "The offer", "<p>From 1 December.</p>"),
        SavedPost(later(START, 20), "The offer", "<p>From 8 December.</p>"),
    )
    looks = watching(site)
    looks.look(START)
    (edited,) = [item for item in looks.look(later(START, 30)).items if item.title == "The offer"]
    assert (edited.text, edited.published.at) == ("From 8 December.", START - timedelta(hours=5))


@pytest.mark.promise("P41")
def test_more_changes_than_a_page_holds_are_all_read() -> None:
    site = site_with_news()
    looks = watching(site)
    looks.look(START)
    for number in range(40):  # two whole pages: asking for a third is answered with an error, which is the end
        at = later(START, number + 1)
        site.put(f"new-{number}", SavedPost(at, f"New {number}", "<p>News.</p>"))
    result = looks.look(later(START, 60))
    assert sum(title.startswith("New ") for title in titles(result)) == 40
    assert result.problems == ()


def test_chapters_of_a_long_read_are_parts_of_it() -> None:
    site = site_with_news()
    letter = site.put(
        "contract", SavedPost(START, "GP contract", "<p>This letter sets out changes.</p>"), type="long-read"
    )
    chapters = [
        ("about", "About this letter", "<p>It is for practices.</p>"),
        ("funding", "Funding", "<p>It rises.</p>"),
    ]
    for order, (slug, title, content) in enumerate(chapters):
        edits = [SavedPost(later(START, 30), title, "<p>It rises by 7%.</p>")] if slug == "funding" else []
        site.put(slug, SavedPost(START, title, content), *edits, type="long-read", parent=letter, order=order)
    looks = watching(site, "long-read")
    (whole,) = looks.look(later(START, 1)).items
    assert (whole.title, whole.url) == ("GP contract", f"{HOST}/long-read/contract/")
    assert whole.text.splitlines() == [
        "This letter sets out changes.",
        "# About this letter",
        "It is for practices.",
        "# Funding",
        "It rises.",
    ]
    (edited,) = looks.look(later(START, 31)).items
    assert (edited.identity, edited.text) == (whole.identity, whole.text.replace("It rises.", "It rises by 7%."))


def test_a_letter_that_is_added_to_an_old_publication_is_an_item_of_its_own_day() -> None:
    site = site_with_news()
    old = Row("Preparing for winter", START - timedelta(days=60), "prepare.pdf", letters.pdf(["Prepare."]))
    text = "Practices must return the form by 5 December 2026."
    new = Row("Winter access: next steps", later(START, 20), "steps.pdf", letters.pdf([text]))
    site.put(
        "winter",
        SavedPost(START - timedelta(days=60), "Winter letters", "<p>Letters.</p>"),
        type="document",
        rows=[old, new],
    )
    looks = watching(site, "document")
    assert titles(looks.look(START)) == ["Winter letters", "Preparing for winter"]
    result = looks.look(later(START, 30))
    assert titles(result) == ["Winter letters", "Winter access: next steps", "Preparing for winter"]
    row = result.items[1]
    assert (row.url, row.published.at) == (f"{HOST}/wp-content/uploads/2026/11/steps.pdf", later(START, 20))
    assert looks.source.reads_page_of(row)
    assert looks.read(row, later(START, 30)).text == f"PDF file\n{text}"


def test_only_the_wanted_terms_are_asked_for_and_their_ids_are_looked_up_once() -> None:
    site = site_with_news()
    for slug, kind in (("letter-1", "letter"), ("guidance-1", "guidance")):
        at = START - timedelta(hours=1)
        site.put(slug, SavedPost(at, slug, "<p>x</p>"), type="document", terms={"publication-type": (kind,)})
    looks = watching(site, "document", terms={"publication-type": ("letter",)})
    assert titles(looks.look(START)) == ["letter-1"]
    assert len(looks.asked) == 4, "types, taxonomies, the term, the posts"
    looks.look(later(START, 15))
    assert len(looks.asked) == 1


@pytest.mark.promise("P41")
def test_a_term_that_the_site_does_not_have_is_said() -> None:
    site = site_with_news()
    site.put("x", SavedPost(START, "x", "<p>x</p>"), type="document", terms={"publication-type": ("letter",)})
    looks = watching(site, "document", terms={"publication-type": ("lettre",)})
    with pytest.raises(NotFetched, match="HTTP 404"):  # nor does its feed exist
        looks.look(later(START, 1))


@pytest.mark.promise("P41")
@pytest.mark.parametrize("refusal", [401, 403, 404])
def test_where_rest_is_refused_the_feed_of_the_type_is_read_and_that_is_said(refusal: int) -> None:
    site = site_with_news(rest=False, refusal=refusal)
    site.put("read", SavedPost(START, "A long-read", "<p>x</p>"), type="long-read")
    looks = watching(site, "long-read")
    result = looks.look(later(START, 1))
    assert titles(result) == ["A long-read"]
    assert result.problems == (
        f"REST cannot be used (HTTP {refusal}): the feed is read, which has no text and shows no silent edit",
    )
    looks.look(later(START, 15))
    assert looks.asked == [f"{HOST}/feed/?post_type=long-read", f"{HOST}/feed/"], "REST is not asked again for a while"


def test_rest_that_comes_back_is_used_again() -> None:
    site = site_with_news(rest=False)
    looks = watching(site)
    looks.look(START)
    site.rest = True
    results = [looks.look(later(START, 15 * number)) for number in range(1, 6)]
    assert results[0].problems
    assert results[-1].problems == ()


@pytest.mark.promise("P41")
def test_the_general_feed_in_disguise_is_refused() -> None:
    looks = watching(site_with_news(rest=False), "psa")
    with pytest.raises(NotParsed, match="does not know the type 'psa': it serves its general feed instead"):
        looks.look(START)


def test_a_chapter_in_the_feed_is_no_item_beside_its_parent() -> None:
    site = site_with_news(rest=False)
    parent = site.put("contract", SavedPost(START, "GP contract", "<p>x</p>"), type="long-read")
    site.put("about", SavedPost(START, "About this letter", "<p>y</p>"), type="long-read", parent=parent)
    assert titles(watching(site, "long-read").look(later(START, 1))) == ["GP contract"]


def test_a_page_that_shows_nothing_in_rest_is_read_with_the_letters_that_it_links_to() -> None:
    site = site_with_news()
    text = "Practices must return the form by 5 December 2026."
    row = Row("The letter", START, "letter.pdf", letters.pdf([text]))
    site.put("bare", SavedPost(START, "Winter access", ""), type="document", rows=[row])
    looks = watching(site, "document")
    item = looks.look(later(START, 1)).items[0]
    assert item.unread is False, "its rows are Items of their own"
    bare = replace(item, unread=True)  # as where the site does not give its rows
    assert looks.source.reads_page_of(bare)
    read = looks.read(bare, later(START, 1))
    assert (text in read.text, read.unread) == (True, False)


TYPES = b'{"long-read": {"rest_base": "long-read", "hierarchical": true}}'
JUNK = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.lists(st.integers(), max_size=2))
DATES = st.sampled_from(["2026-11-02T08:00:00", "0001-01-01T00:00:00", "2099-01-01T00:00:00", "soon", ""])
POSTS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.one_of(JUNK, st.integers(1, 5)),
            "parent": st.one_of(JUNK, st.integers(0, 5)),
            "modified_gmt": st.one_of(JUNK, DATES),
            "date_gmt": st.one_of(JUNK, DATES),
            "title": st.one_of(JUNK, st.just({"rendered": "A letter"})),
            "content": st.one_of(JUNK, st.just({"rendered": "<p>Words.</p>"})),
            "link": st.one_of(JUNK, st.just(f"{HOST}/1/")),
            "component_fields": st.one_of(JUNK, st.just({"documents": [{"document": {"url": 7}}, 3]})),
        }
    ),
    max_size=4,
)


@pytest.mark.promise("P8", "P41")
@STEADY
@given(POSTS, POSTS)
def test_any_posts_are_items_and_what_they_leave_behind_can_be_gone_on_from(first: Any, second: Any) -> None:
    looked = source("long-read")
    state = SourceState(source="nhse", next_poll=START)
    for posts in (first, second):
        bodies = [*([TYPES] if not state.memory else []), *[json.dumps(posts).encode()] * 4]
        answers: tuple[Response, ...] = ()
        step: Any = next_step(looked, state, answers)
        while not isinstance(step, ParseResult):
            answers = (*answers, Response(url=HOST, body=bodies[len(answers)], fetched_at=START))
            step = next_step(looked, state, answers)
        state = replace(state, memory=step.memory)
    assert read_utc(state.memory["long-read"]["modified"]) in {None, datetime(2026, 11, 2, 8, 0, tzinfo=UTC)}


@pytest.mark.promise("P8")
@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.lists(st.one_of(st.binary(max_size=200), st.sampled_from([b"[]", b"{}", b"[1]", b'[{"id":1}]'])), max_size=6))
def test_any_answers_are_items_or_not_parsed_and_twice_the_same(bodies: list[bytes]) -> None:
    outcomes: list[object] = []
    for _ in range(2):
        answers = tuple(Response(url=HOST, body=body, fetched_at=START) for body in bodies)
        try:
            step = next_step(source("long-read"), SourceState(source="nhse", next_poll=START), answers)
            outcomes.append(step)
        except NotParsed as error:
            outcomes.append(error.why)
        except StopIteration:
            outcomes.append("read before the last answer")
    assert outcomes[0] == outcomes[1]


def test_more_than_two_hundred_changes_are_read_over_two_looks_and_a_glitch_loses_none() -> None:
    site = site_with_news()
    looks = watching(site)
    looks.look(START)
    for number in range(230):
        site.put(f"bulk-{number}", SavedPost(later(START, 1) + timedelta(seconds=number), f"Bulk {number}", "<p>x</p>"))
    first = looks.look(later(START, 10))
    assert first.problems == ("more than 200 posts changed since the last look: the next one goes on from there",)
    second = looks.look(later(START, 20))
    assert {f"Bulk {number}" for number in range(230)} <= {*titles(first), *titles(second)}
    site.rest = False
    looks.look(later(START, 30))
    site.put("edited", SavedPost(later(START, 31), "In between", "<p>x</p>"))
    site.rest = True
    for minutes in range(40, 100, 10):
        result = looks.look(later(START, minutes))
        if not result.problems:
            break
    assert "In between" in titles(result), "REST goes on from where it was"


def test_an_entry_that_asks_for_other_terms_begins_anew() -> None:
    site = site_with_news()
    for slug, kind in (("letter-1", "letter"), ("guidance-1", "guidance")):
        at = START - timedelta(hours=1)
        site.put(slug, SavedPost(at, slug, "<p>x</p>"), type="document", terms={"publication-type": (kind,)})
    looks = watching(site, "document", terms={"publication-type": ("letter",)})
    looks.look(START)
    looks.source = source("document", terms={"publication-type": ("letter", "guidance")})
    assert sorted(titles(looks.look(later(START, 15)))) == ["guidance-1", "letter-1"]


def test_without_rest_the_feed_of_each_term_is_read() -> None:
    site = site_with_news(rest=False)
    for slug, kind in (("letter-1", "letter"), ("guidance-1", "guidance")):
        at = START - timedelta(hours=1)
        site.put(slug, SavedPost(at, slug, "<p>x</p>"), type="document", terms={"publication-type": (kind,)})
    looks = watching(site, "document", terms={"publication-type": ("letter", "guidance")})
    assert sorted(titles(looks.look(START))) == ["guidance-1", "letter-1"]


def test_without_rest_a_feed_that_is_cut_off_is_asked_for_whole_again() -> None:
    whole = b"".join(
        b"<item><title>Flu %d</title><link>https://www.england.nhs.uk/%d</link></item>" % (n, n) for n in range(3)
    )
    cut = b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>%s<item><title>Flu 4</ti" % whole
    answers = (NotFetched("HTTP 403", status=403), Response(url=HOST, body=cut, fetched_at=START))
    result = next_step(source(), SourceState(source="nhse", next_poll=START), answers)
    assert isinstance(result, ParseResult)
    assert (len(result.items), result.partial) == (3, True)
