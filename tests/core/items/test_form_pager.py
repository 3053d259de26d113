"""Older pages behind a form of ASP.NET: what is sent back, where, and when there is nothing more to ask for."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.items.form_pager import MAX_FORM_CHARACTERS, PagerForm
from watcher.errors import NotParsed
from watcher.model import Request, Response

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
URL = "https://alerts.example/list/Search.aspx"
PAGER = PagerForm(target="ctl00$Grid", fields={"ctl00$Kind": "37"})


def link(number: int | str, target: str = "ctl00$Grid") -> str:
    return f'<a href="javascript:__doPostBack(&#39;{target}&#39;,&#39;Page${number}&#39;)">{number}</a>'


def page(*links: str, more: str = "", action: str = "./Search.aspx?s=1", url: str = URL) -> Response:
    """A page with a form of ASP.NET, and another form, which is not sent."""
    body = (
        '<form action="/find"><input type="hidden" name="q" value="no"/></form>'
        f'<form method="post" action="{action}"><input type="hidden" name="__VIEWSTATE" value="a+b/=&amp;c"/>'
        '<input type="HIDDEN" name="__EVENTVALIDATION" value="v"/><input type="hidden" name="__EVENTTARGET" value=""/>'
        '<input type="hidden" name="ctl00$Kind" value="0"/><input type="hidden" value="nameless"/>'
        '<input type="hidden" name="off" value="1" disabled/><input type="text" name="words" value="x"/>'
        f"{more}{''.join(links)}</form>"
    )
    return Response(url=url, body=body.encode(), fetched_at=NOW)


def secrets(address: str) -> Mapping[str, str]:
    return {"X-Key": "s"} if address.startswith("https://alerts.example/") else {}


def asked(answer: Response, number: int = 2, pager: PagerForm = PAGER) -> Request | None:
    return pager.request_page(number, answer, secrets)


@pytest.mark.promise("P44")
def test_the_hidden_fields_of_the_last_answer_are_sent_with_the_filter_and_the_page() -> None:
    assert asked(page(link(2), link(3)), 3) == Request(
        url="https://alerts.example/list/Search.aspx?s=1",
        headers={"X-Key": "s", "Referer": URL, "Origin": "https://alerts.example"},
        form=(
            ("__VIEWSTATE", "a+b/=&c"),
            ("__EVENTVALIDATION", "v"),
            ("ctl00$Kind", "37"),
            ("__EVENTTARGET", "ctl00$Grid"),
            ("__EVENTARGUMENT", "Page$3"),
        ),
    )


def test_the_page_after_is_asked_from_the_page_before() -> None:
    pages = PAGER.pages_after(page(link(2)), secrets)
    second = pages(2, None)
    assert second
    assert dict(second.form)["__EVENTARGUMENT"] == "Page$2"
    third = pages(3, page(link(3), more='<input type="hidden" name="state of page" value="2"/>'))
    assert third
    assert dict(third.form)["state of page"] == "2"


def test_a_form_without_an_address_goes_to_its_own_page_and_a_password_stays_out_of_the_referer() -> None:
    request = asked(page(link(2), action="", url="https://me:secret@alerts.example/list/Search.aspx#top"))
    assert request
    assert request.url == "https://me:secret@alerts.example/list/Search.aspx"
    assert (request.headers["Referer"], request.headers["Origin"]) == (URL, "https://alerts.example")
    assert "secret" not in repr(request)
    assert "37" not in repr(request)


def test_where_the_pager_offers_no_further_page_there_is_none() -> None:
    assert asked(page(link(1), link(2)), 3) is None
    assert asked(page(link(3, target="ctl00$Another"), link("Next")), 3) is None


@pytest.mark.promise("P44")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page(link(2, target="ctl00$Other")), "no pager of 'ctl00$Grid' offers a second page"),
        (page(), "no pager of 'ctl00$Grid' offers a second page"),
        (page(link(2), action="https://evil.example/x"), "its form leads to another host"),
        (page(link(2), action="http://alerts.example/x"), "its form leads to another host"),
        (page(link(2), action="//evil.example/x"), "its form leads to another host"),
        (page(link(2), action="https://alerts.example:8443/x"), "its form leads to another host"),
        (page(link(2), action="javascript:go()"), "its form leads to another host"),
        (page(link(2), action="http://["), "its form leads to another host"),
        (
            page(link(2), more=f'<input type="hidden" name="s" value="{"x" * MAX_FORM_CHARACTERS}"/>'),
            "the hidden fields of its form have more than 1,000,000 characters",
        ),
        (
            Response(url=URL, body=b"<form><input type=password></form>", fetched_at=NOW),
            "no form of ASP.NET stands on the page (no __VIEWSTATE); perhaps a login or error page",
        ),
        (
            Response(url=URL, body=b"<input name=__VIEWSTATE>", fetched_at=NOW),
            "no form of ASP.NET stands on the page (no __VIEWSTATE); perhaps a login or error page",
        ),
    ],
)
def test_what_is_no_such_page_says_why(answer: Response, why: str) -> None:
    with pytest.raises(NotParsed) as error:
        asked(answer)
    assert error.value.why == why


MARKUP = st.lists(
    st.sampled_from(
        [
            *("<form>", "</form>", "<form action='//x'>", "<form action='http://['>", "<form action='?\u20ac'>"),
            *("<input type=hidden name=__VIEWSTATE>", "<input type=hidden name='' value=\x00>", "<table>", "<a>"),
            *(link(2), link("x"), "\u20ac"),
        ]
    ),
    max_size=8,
).map("".join)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(MARKUP)
def test_any_page_gives_a_form_for_its_own_host_or_a_reason(markup: str) -> None:
    try:
        request = asked(Response(url=URL, body=markup.encode(), fetched_at=NOW))
    except NotParsed:
        return
    assert request
    assert request.url.startswith("https://alerts.example/")
