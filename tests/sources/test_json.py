"""Lists in JSON: pointers to what is what, texts by a further request, pages, and what a server may send instead."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.stand_ins.parliament_site import ParliamentSite, WrittenStatement
from tests.support.looks import Looks, later
from watcher import config
from watcher.core.watching.proof import why_not_proven
from watcher.errors import BadConfig, NotFetched, NotParsed
from watcher.model import Item, ParseResult, Precision, Published, Request, Response, SourceState, key
from watcher.sources.base import next_item_step, next_step
from watcher.sources.json import MAX_ITEMS, Json

STEADY = settings(deadline=None, derandomize=True, max_examples=200)
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
URL = "https://api.council.example/v1/news?take=3&skip=0"
CATALOGUE = Path(__file__).parents[2] / "config"


def source(**options: Any) -> Json:
    """A source of news of an example council, checked as an entry of sources.yaml is."""
    usual: dict[str, Any] = {
        "id": "council",
        "name": "Council",
        "publisher": "Council",
        "trust": "official",
        "kind": "json",
        "url": URL,
        "every": "1h",
        "items": "/results",
        "title": "/title",
    }
    return TypeAdapter(Json).validate_python(usual | options)


def response(answer: Any, url: str = URL) -> Response:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Response(url=url, body=body, fetched_at=START)


def parsed(answer: Any, **options: Any) -> ParseResult:
    return source(**options).parse(response(answer))


def refused(answer: Any, **options: Any) -> str:
    with pytest.raises(NotParsed) as error:
        parsed(answer, **options)
    return error.value.why


def news(*numbers: int) -> dict[str, Any]:
    return {"results": [{"id": number, "title": f"News {number}"} for number in numbers]}


# --- one answer ---------------------------------------------------------------------------------------------------


def test_pointers_say_what_is_what() -> None:
    element = {
        "title": "Flu &amp; Covid: <b>who</b> is next",
        "at": "2026-11-02T08:30:00Z",
        "no": {"uin": "HC/7 b", "made": "2026-11-01T23:30:00Z"},
        "short": "Order today\u2026",
        "body": "<h2>What to do</h2><p>Practices must order today.</p><ul><li>flu</li></ul>",
    }
    options = {
        "link": "https://www.council.example/{/no/made:date}/{/no/uin}",
        "published": "/at",
        "summary": "/short",
        "text": "/body",
    }
    assert parsed({"results": [element]}, **options) == ParseResult(
        items=(
            Item(
                source="council",
                identity="council.example/2026-11-01/HC%2F7%20b",
                url="https://www.council.example/2026-11-01/HC%2F7%20b",
                title="Flu & Covid: who is next",
                summary="Order today\u2026",
                text="# What to do\nPractices must order today.\n- flu",
                published=Published(
                    at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
                    day=date(2026, 11, 2),
                    precision=Precision.SECOND,
                    literal="2026-11-02T08:30:00Z",
                ),
            ),
        )
    )


def test_a_list_at_the_top_and_names_with_slashes_and_dots() -> None:
    (item,) = parsed([{"a/b": [{"~": "Found"}], "": 7}], items="", title="/a~1b/0/~0", identity="/").items
    assert (item.title, item.identity) == ("Found", "council:7")


def test_a_list_of_mere_texts_is_a_list_of_titles() -> None:
    assert [item.title for item in parsed({"results": ["One", "Two"]}, title="").items] == ["One", "Two"]


def test_an_address_in_the_list_is_taken_as_it_is_and_made_absolute() -> None:
    elements = [{"title": "A", "url": "/news/1?utm_source=x"}, {"title": "B", "url": "https://b.example/2"}]
    result = parsed({"results": elements}, link="/url")
    assert [item.url for item in result.items] == ["https://api.council.example/news/1", "https://b.example/2"]


def test_what_a_link_lacks_is_said_and_the_item_is_kept() -> None:
    elements = [{"title": "A", "id": "1"}, {"title": "B", "id": None}, {"title": "C", "id": ".."}]
    result = parsed({"results": elements}, link="/news/{/id}", url=f"{URL}&api_key=canary")
    assert [item.url for item in result.items] == [
        "https://api.council.example/news/1",
        URL,  # the list itself
        URL,
    ]
    assert result.problems == ("items without what their link needs: 2, such as B",)


@pytest.mark.promise("P11")
def test_a_key_in_the_address_of_the_list_is_in_no_link() -> None:
    answer = replace(response(news(1)), url=f"{URL}&api_key=canary")
    (item,) = source().parse(answer).items
    assert item.url == f"{URL}&api_key=***"


def test_an_identity_of_its_own_outlives_another_link_and_headline() -> None:
    pages = [{"results": [{"title": title, "id": 60_241, "url": url}]} for title, url in (("A", "/a"), ("B", "/b"))]
    items = [parsed(page, identity="/id", link="/url").items[0] for page in pages]
    assert [item.identity for item in items] == ["council:60241"] * 2


def test_no_identity_looks_like_a_note_on_the_page_of_another() -> None:
    elements = [{"title": "A", "id": "HC#1"}, {"title": "B", "id": "HC#2"}]
    identities = [item.identity for item in parsed({"results": elements}, identity="/id").items]
    assert identities == ["council:HC%231", "council:HC%232"]


def test_an_identity_that_two_share_is_none() -> None:
    elements = [{"title": "A", "id": 1, "url": "/a"}, {"title": "B", "id": 1, "url": "/b"}]
    identities = [item.identity for item in parsed({"results": elements}, identity="/id", link="/url").items]
    assert identities == ["api.council.example/a", "api.council.example/b"]


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("2026-02-24T00:00:00", Precision.DAY),  # a program that has no days, only moments
        ("2026-02-24T00:00:00.0000000", Precision.DAY),
        ("2026-06-24T00:00Z", Precision.DAY),
        ("2026-02-24T00:00:01", Precision.SECOND),
        ("24 February 2026", Precision.DAY),
        (20_260_224, Precision.NONE),
        (None, Precision.NONE),
    ],
)
def test_a_day_is_no_moment_at_midnight(literal: object, expected: Precision) -> None:
    (item,) = parsed({"results": [{"title": "A", "at": literal}]}, published="/at").items
    assert item.published.precision is expected


def test_a_plain_text_keeps_its_lines_and_its_signs() -> None:
    (item,) = parsed({"results": [{"title": "A", "t": "If BMI < 40: wait.\r\n\nGPs &amp; nurses."}]}, text="/t").items
    assert item.text == "If BMI < 40: wait.\nGPs & nurses."


def test_sentences_of_every_page_are_left_out() -> None:
    element = {"title": "A", "t": "<p>Order now.</p><p>Follow us.</p>"}
    (item,) = parsed({"results": [element]}, text="/t", drop_text=["Follow us."]).items
    assert item.text == "Order now."


def test_an_element_without_a_title_is_counted_and_the_others_are_read() -> None:
    elements: list[Any] = [{"title": "A"}, {"title": {"x": 1}}, {"titel": "B"}, 7, None, [], {"title": "  "}]
    result = parsed({"results": elements})
    assert [item.title for item in result.items] == ["A"]
    assert result.problems == ("items without a headline: 6, such as item 2",)


def test_a_pointer_that_leads_nowhere_is_said() -> None:
    result = parsed(news(1, 2), published="/dateMade", summary="/id")
    assert result.problems == ("'published': nothing stands at '/dateMade' in any of 2 items",)


def test_a_longer_list_than_is_read_is_said() -> None:
    result = parsed(news(*range(MAX_ITEMS + 5)))
    assert len(result.items) == MAX_ITEMS
    assert result.problems == ("the list holds 2,005 items; the first 2,000 are read",)


@pytest.mark.promise("P44")
@pytest.mark.parametrize(
    ("answer", "options", "why"),
    [
        (b"", {}, "the answer is not JSON"),
        (b"<html>Please sign in</html>", {}, "the answer is not JSON"),
        (b'{"results": [', {}, "the answer is not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, {}, "the answer is not JSON"),
        (b'{"results": [%s]}' % (b"9" * 5_000), {}, "the answer is not JSON"),
        ({"error": "no such page"}, {}, "at '/results' stands nothing, expected a list"),
        ({"results": {"1": {}}}, {}, "at '/results' stands an object, expected a list"),
        ({"results": None}, {}, "at '/results' stands null, expected a list"),
        ({"results": "many"}, {}, "at '/results' stands a text, expected a list"),
        ({"results": 7.5}, {}, "at '/results' stands a number, expected a list"),
        ({"results": False}, {}, "at '/results' stands true or false, expected a list"),
        ({"results": []}, {"items": ""}, "at the top of the answer stands an object, expected a list"),
        ([[1]], {"items": "/00"}, "at '/00' stands nothing, expected a list"),
        ([[1]], {"items": "/1"}, "at '/1' stands nothing, expected a list"),
        ([[1]], {"items": "/-"}, "at '/-' stands nothing, expected a list"),
        ({"results": []}, {}, "the list at '/results' has 0 items, expected 1 or more"),
        (news(1), {"min_items": 2}, "the list at '/results' has 1 items, expected 2 or more"),
        (news(1), {"title": "/name"}, "only 0 of 1 items have a title: look at what stands at '/name'"),
        (news(1), {"title": "/name", "min_items": 0}, "only 0 of 1 items have a title: look at what stands at '/name'"),
    ],
)
def test_what_is_not_the_list_is_refused_with_what_stands_there(answer: Any, options: dict[str, Any], why: str) -> None:
    assert refused(answer, **options) == why


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"results": [{"title": "\xc2\xa320 a dose"}]}',
        '{"results": [{"title": "\u00a320 a dose"}]}'.encode("utf-16"),
        '{"results": [{"title": "\u00a320 a dose"}]}'.encode("utf-16-be"),
        b'{"results": [{"title": "\xa320 a dose"}]}',
        b'{"results": [{"title": "Old", "title": "\\u00a320 a dose", "n": NaN, "m": -Infinity, "e": 1e999}]}\x00\n',
        b'{"results": [], "results": [{"title": "\\u00a320 a dose\\ud83d"}]}',
    ],
)
def test_an_untidy_server_costs_no_item(body: bytes) -> None:
    (item,) = parsed(body, link="https://a.example/{/title}").items
    assert item.title == "\u00a320 a dose"


def test_a_list_at_the_top_in_utf_16_without_a_mark_is_read() -> None:
    assert parsed('[{"title": "A"}]'.encode("utf-16-le"), items="").items[0].title == "A"


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["<p>x</p>", ".."]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["title", "id", "at", "url", "results", "", "text"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@pytest.mark.promise("P8", "P44")
@STEADY
@given(st.one_of(ANY_JSON, st.lists(ANY_JSON, max_size=4).map(lambda elements: {"results": elements})), st.data())
def test_any_json_is_items_or_not_parsed_and_twice_the_same(answer: Any, data: st.DataObject) -> None:
    pointer = st.sampled_from(["", "/title", "/id", "/results/0", "/text", "/x~1y"])
    options = {name: data.draw(pointer) for name in ("items", "title", "summary", "text", "identity", "published")}
    options |= {"link": "https://a.example/{/id}/{/at:date}", "detail": "/url", "detail_text": "/text"}
    outcomes: list[object] = []
    for _ in range(2):
        try:
            result = parsed(answer, **options)
            assert all(item.title and len(item.title) <= 300 and len(item.text) <= 100_000 for item in result.items)
            outcomes.append(result)
        except NotParsed as error:
            outcomes.append(error.why)
    assert outcomes[0] == outcomes[1]


@pytest.mark.promise("P8")
@STEADY
@given(st.binary(max_size=300))
def test_any_bytes_are_items_or_not_parsed(body: bytes) -> None:
    assert isinstance(refused(body), str)


# --- pages --------------------------------------------------------------------------------------------------------


def walked(answers: list[Any], last: tuple[int, ...], **options: Any) -> tuple[list[str], ParseResult]:
    """The addresses that a source asks for when its last look showed the `last` news, and what it makes of them."""
    looked = source(identity="/id", **options)
    state = SourceState(
        source="council", next_poll=START, last_identities=frozenset(f"council:{number}" for number in last)
    )
    asked: list[str] = []
    taken: list[Response | NotFetched] = []
    step = next_step(looked, state, ())
    while isinstance(step, Request):
        asked.append(step.url)
        answer = answers[len(taken)]
        taken.append(answer if isinstance(answer, NotFetched) else response(answer))
        step = next_step(looked, state, tuple(taken))
    return asked, step


BY_SKIP = {"param": "skip", "step": 3, "total": "/total"}


def skipped(*counts: int) -> list[str]:
    return [URL, *(f"https://api.council.example/v1/news?take=3&skip={count}" for count in counts)]


@pytest.mark.promise("P44")
@pytest.mark.parametrize(
    ("answers", "paging", "asked", "count", "problems"),
    [
        ([news(9, 8, 7)], BY_SKIP, skipped(), 3, ()),
        ([news(12, 11, 10), news(9, 8, 7)], BY_SKIP, skipped(3), 6, ()),
        ([news(15, 14, 13), news(12, 11, 10), news(9)], BY_SKIP, skipped(3, 6), 7, ()),
        ([news(15, 14, 13) | {"total": 3}], BY_SKIP, skipped(), 3, ()),
        ([news(15, 14, 13) | {"total": 4}, news(12)], BY_SKIP, skipped(3), 4, ()),
        ([news(15, 14, 13), news()], BY_SKIP, skipped(3), 3, ()),  # past the end
        ([news(15), NotFetched("HTTP 404", status=404)], BY_SKIP, skipped(3), 1, ()),
        ([news(15), NotFetched("HTTP 500", status=500)], BY_SKIP, skipped(3), 1, ("page 2 of older items: HTTP 500",)),
        (
            [news(15), {"results": {}}],
            BY_SKIP,
            skipped(3),
            1,
            ("page 2 of older items: at '/results' stands an object, expected a list",),
        ),
        (
            [news(number) for number in range(30, 20, -1)],
            BY_SKIP,
            skipped(3, 6, 9, 12, 15),
            6,
            ("items may be missing: 5 older pages show nothing of the last poll",),
        ),
        (
            [news(15), news(15)],
            BY_SKIP,
            skipped(3),
            1,
            ("page 2 of older items shows nothing that the pages before it do not",),
        ),
        ([news(12), news(9)], {"param": "page", "start": 1}, [URL, f"{URL}&page=2"], 2, ()),
    ],
)
def test_further_pages_are_read_until_one_shows_what_we_saw_last(
    answers: list[Any], paging: dict[str, Any], asked: list[str], count: int, problems: tuple[str, ...]
) -> None:
    addresses, result = walked(answers, (9, 8, 7), page=paging)
    assert (addresses, len(result.items), result.problems) == (asked, count, problems)


def test_at_the_first_look_one_page_is_enough() -> None:
    assert walked([news(3, 2, 1)], (), page=BY_SKIP)[0] == [URL]


def test_older_pages_may_also_have_an_address_of_their_own() -> None:
    older = "https://api.council.example/archive/{page}"
    assert walked([news(12), news(9)], (9,), older=older)[0] == [URL, "https://api.council.example/archive/2"]


def test_an_empty_list_is_no_alarm_only_where_the_entry_says_so() -> None:
    _, result = walked([news()], tuple(range(9)), min_items=0)
    assert (result.items, result.only_changes) == ((), True)
    _, result = walked([news(20)], tuple(range(9)), min_items=0)
    assert result.only_changes, "today's list shares nothing with yesterday's"
    _, result = walked([news(20)], (), min_items=0)
    assert not result.only_changes, "so that it can prove itself"


# --- texts by a further request --------------------------------------------------------------------------------------

DETAIL = {"detail": "https://api.council.example/v1/news/{/id}", "detail_text": "/item/body", "headers": {"X-Key": "s"}}


def detail(answer: Any, item: Item | None = None) -> Item:
    looked = source(**DETAIL)
    item = item or looked.parse(response(news(7))).items[0]
    step = next_item_step(looked, item, ())
    assert isinstance(step, Request)
    assert (step.url, step.headers) == ("https://api.council.example/v1/news/7", {"X-Key": "s"})
    read = next_item_step(looked, item, (answer if isinstance(answer, NotFetched) else response(answer),))
    assert isinstance(read, tuple)
    return read[0]


def test_the_whole_text_of_a_new_item_is_asked_for() -> None:
    (item,) = source(**DETAIL).parse(response(news(7))).items
    assert source(**DETAIL).reads_page_of(item)
    read = detail({"item": {"body": "<p>Order by 4 December.</p>"}})
    assert (read.text, read.unread) == ("Order by 4 December.", False)
    assert detail({"item": {"body": None}}).text == ""


@pytest.mark.promise("P44")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (NotFetched("HTTP 500", status=500), "HTTP 500"),
        ({"item": {}}, "at '/item/body' of its detail stands nothing, expected a text"),
        ({"item": {"body": ["x"]}}, "at '/item/body' of its detail stands a list, expected a text"),
        (b"<html>busy</html>", "the answer is not JSON"),
    ],
)
def test_a_text_that_cannot_be_read_says_why_and_is_tried_again(answer: Any, why: str) -> None:
    with pytest.raises((NotFetched, NotParsed), match=why):
        detail(answer)


def test_an_item_that_left_the_list_unread_says_so() -> None:
    (item,) = source(**DETAIL).parse(response(news(7))).items
    with pytest.raises(NotParsed, match="no longer has it"):
        next_item_step(source(**DETAIL), replace(item, text_url=""), ())


PAGE = b"<main><p>Order by 4 December.</p></main>"
TEXT = b'{"body": "<p>Order by 4 December.</p>"}'


@pytest.mark.parametrize(
    ("options", "address", "body"),
    [
        ({"read_page": True}, "https://www.council.example/7", PAGE),
        ({"detail": "https://www.council.example/print/{/id}"}, "https://www.council.example/print/7", PAGE),
        ({"detail_text": "/body"}, "https://www.council.example/7", TEXT),
    ],
)
def test_the_text_may_stand_on_a_page_or_in_json_at_the_link(
    options: dict[str, Any], address: str, body: bytes
) -> None:
    looked = source(link="https://www.council.example/{/id}", **options)
    (item,) = looked.parse(response(news(7))).items
    assert looked.reads_page_of(item)
    asked = next_item_step(looked, item, ())
    assert isinstance(asked, Request)
    assert asked.url == address
    page = Response(url=asked.url, body=body, fetched_at=START)
    assert next_item_step(looked, item, (page,)) == (replace(item, text="Order by 4 December."),)


# --- options that cannot be used --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "place", "why"),
    [
        ({"title": "title"}, ("title",), 'a JSON pointer begins with "/", for example /value/title'),
        ({"items": "results"}, ("items",), 'a JSON pointer begins with "/", for example /value/title'),
        ({"text": "/a~b"}, ("text",), 'in a JSON pointer "~" is written ~0, and a "/" inside a name ~1'),
        (
            {"link": "news"},
            ("link",),
            "write a pointer such as /value/url, or an address with pointers, such as /news/{/value/id}",
        ),
        (
            {"link": "https://a.example/news"},
            ("link",),
            "each item needs an address of its own: put a pointer into it, such as {/value/id}",
        ),
        ({"link": "https://a.example/{id}"}, ("link",), "write {/pointer} or {/pointer:date} where a value belongs"),
        ({"link": "https://a.example/{/id"}, ("link",), "write {/pointer} or {/pointer:date} where a value belongs"),
        (
            {"link": "https://{/host}/x"},
            ("link",),
            "write out where the address begins, such as https://site.example/news/{/id} or /news/{/id}",
        ),
        (
            {"detail": "ftp://a.example/{/id}", "detail_text": "/t"},
            ("detail",),
            "write out where the address begins, such as https://site.example/news/{/id} or /news/{/id}",
        ),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_at_the_door(
    options: dict[str, Any], place: tuple[str, ...], why: str
) -> None:
    with pytest.raises(ValidationError) as error:
        source(**options)
    (mistake,) = error.value.errors()
    assert (mistake["loc"], mistake["msg"]) == (place, f"Value error, {why}")


@pytest.mark.parametrize(
    ("paging", "place"),
    [({"step": 3}, "param"), ({"param": "p", "step": 0}, "step"), ({"param": "p", "size": 3}, "size")],
)
def test_a_mistake_in_the_paging_is_at_its_key(paging: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as error:
        source(page=paging)
    assert error.value.errors()[0]["loc"] == ("page", place)


def test_a_mistake_is_shown_at_its_line(tmp_path: Path) -> None:
    lines = "sources:\n  - id: a\n    name: A\n    publisher: A\n    trust: press\n    kind: json\n    every: 1h\n"
    lines += (
        "    url: https://a.example/\n    title: name\n    link: /x/{id}\n    page: {parm: skip}\n    min_items: -1\n"
    )
    (tmp_path / "sources.yaml").write_text(lines, encoding="utf-8")
    for name in ("topics", "subscribers"):
        (tmp_path / f"{name}.yaml").write_text((CATALOGUE / f"{name}.yaml").read_text(encoding="utf-8"))
    with pytest.raises(BadConfig) as error:
        config.read_configuration(tmp_path, {})
    assert [str(mistake).rpartition("/sources.yaml:")[2] for mistake in error.value.mistakes] == [
        "9:5: 'title': a JSON pointer begins with \"/\", for example /value/title",
        "10:5: 'link': write {/pointer} or {/pointer:date} where a value belongs",
        "11:5: 'param' is missing",
        "11:12: unknown key 'parm'; leave it out (docs/configuration.md)",
        "12:5: 'min_items': write greater than or equal to 0",
    ]


# --- Parliament, as the shipped catalogue reads it -------------------------------------------------------------------


def parliament() -> tuple[ParliamentSite, Looks]:
    """Parliament's interface with 30 statements on hospitals, and looks at it by the shipped entry."""
    site = ParliamentSite()
    for number in range(30):
        at = START - timedelta(days=30 - number)
        site.put(WrittenStatement(100 + number, f"HCWS{number}", at, f"Hospital {number}", "<p>It will be built.</p>"))
        site.put(WrittenStatement(900 + number, f"HLWS{number}", at, "Rivers", "<p>Clean.</p>", "Defra", body=13))
    entry = config.read_configuration(CATALOGUE, {}).sources["parliament-statements"]
    return site, Looks(entry, [site], START)


def test_a_written_statement_is_told_with_its_page_its_day_and_its_whole_text() -> None:
    site, looks = parliament()
    first = looks.look(START)
    assert (len(first.items), first.problems) == (20, ())
    assert why_not_proven(looks.source.claim, first, {}, START) == ""
    words = "I tell the House what changes in the contract of general practice in England. " * 6
    html = f"<p>{words}</p><p>Practices answer urgent requests on the same day.</p>"
    site.put(WrittenStatement(60_241, "HCWS1351", later(START, 20), "GP contract in England", html))
    item = looks.look(later(START, 30)).items[0]
    assert item.title == "GP contract in England"
    assert item.url == "https://questions-statements.parliament.uk/written-statements/detail/2026-11-02/HCWS1351"
    assert (item.published.day, item.published.precision) == (date(2026, 11, 2), Precision.DAY)
    assert len(item.summary) <= 255
    assert looks.source.reads_page_of(item)
    assert looks.read(item, later(START, 30)).text.endswith("\nPractices answer urgent requests on the same day.")
    assert looks.asked[-1] == "https://questions-statements-api.parliament.uk/api/writtenstatements/statements/60241"


def test_after_a_long_silence_all_statements_since_are_read() -> None:
    site, looks = parliament()
    looks.look(START)
    for number in range(50):
        at = later(START, number + 1)
        site.put(WrittenStatement(2_000 + number, f"HCWS{500 + number}", at, f"New {number}", "<p>New.</p>"))
    result = looks.look(later(START, 90))
    assert sum(item.title.startswith("New ") for item in result.items) == 50
    assert result.problems == ()
    assert [address.partition("take=20")[2] for address in looks.asked] == ["", "&skip=20", "&skip=40"]


def test_the_identity_of_a_title_without_a_link_is_its_words_and_day() -> None:
    (item,) = parsed({"results": [{"title": "Order now", "at": "2026-11-02"}]}, published="/at").items
    assert item.identity == key("order now", "2026-11-02")
