"""Every event stands where it says from its moment on, and nowhere before."""

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from urllib.parse import urlsplit

import pypdf
import pytest

from tests.reach.event import Event
from tests.reach.events import EVENTS, all_sites
from tests.stand_ins.answer import StandInAnswer, StandInSite

_SITES = {site.host: site for site in all_sites()}
_SHORTLY = timedelta(minutes=1)


@cache
def words_of(body: bytes, kind: str) -> str:
    """What a person or a reader of files finds in it, with single spaces."""
    if kind == "application/pdf":
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    else:
        text = unescape(body.decode())
        text = unescape(re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text))
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("’", "'").split())


def everything(site: StandInSite, now: datetime) -> Iterator[tuple[str, str]]:
    for target in site.targets(now):
        answer = site.answer(target, now)
        assert answer.status == 200, target
        yield target, words_of(answer.body, answer.content_type)


def at(address: str, now: datetime) -> StandInAnswer:
    parts = urlsplit(address)
    return _SITES[parts.netloc].answer(parts.path + (f"?{parts.query}" if parts.query else ""), now)


def on_the_web() -> list[Event]:
    return [event for event in EVENTS if not event.by_mail]


def test_there_are_thirty() -> None:
    assert [event.number for event in EVENTS] == list(range(1, 31))


@pytest.mark.parametrize("event", on_the_web(), ids=lambda event: f"{event.number} {event.name}")
def test_an_event_is_seen_from_its_moment_on(event: Event) -> None:
    for address, words, moment in (
        (event.official_address, event.official_words, event.at),
        (event.text_address, event.text_words, event.complete_at),
    ):
        assert at(address, moment).status == 200, address
        site = _SITES[urlsplit(address).netloc]
        assert any(words in text for _, text in everything(site, moment)), words
    answer = at(event.text_address, event.complete_at)
    assert event.text_words in words_of(answer.body, answer.content_type)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event.number} {event.name}")
def test_nothing_is_seen_of_an_event_before(event: Event) -> None:
    hosts = {urlsplit(address).netloc for address in (event.official_address, event.text_address) if address}
    for site in (_SITES[host] for host in hosts or _SITES):
        for words, moment in ((event.official_words, event.at), (event.text_words, event.complete_at)):
            seen = [target for target, text in everything(site, moment - _SHORTLY) if words in text]
            assert seen == [], f"{words} in {seen} of {site.host}"


@pytest.mark.parametrize("event", on_the_web(), ids=lambda event: f"{event.number} {event.name}")
def test_the_text_is_in_no_headline_and_no_excerpt(event: Event) -> None:
    """It stands in no feed and in no list: only on the page or in the file a practice must act on."""
    now = event.complete_at + timedelta(hours=1)
    for host in {urlsplit(event.official_address).netloc, urlsplit(event.text_address).netloc}:
        site = _SITES[host]
        feeds = [target for target in site.targets(now) if "feed" in target or ".atom" in target]
        seen = [target for target in feeds if event.text_words in words_of(site.answer(target, now).body, "text")]
        assert seen == []


@pytest.mark.parametrize("event", [event for event in EVENTS if event.by_mail], ids=lambda event: event.name)
def test_what_came_by_mail_only_stands_on_no_site(event: Event) -> None:
    later = event.at + timedelta(days=30)
    seen = [
        (site.host, target)
        for site in _SITES.values()
        for target, text in everything(site, later)
        if event.text_words in text
    ]
    assert seen == []
    assert event.put is None
    assert event.official_words.encode() in event.mail


def test_every_site_has_neighbours_around_each_event() -> None:
    for event in on_the_web():
        for address in (event.official_address, event.text_address):
            site = _SITES[urlsplit(address).netloc]
            if site.host == "assets.publishing.service.gov.uk":
                continue
            before = set(site.targets(event.at - timedelta(days=3)))
            after = set(site.targets(event.at + timedelta(days=3)))
            edits = site.host == "www.bma.org.uk"  # its neighbours are edits of pages that are there already
            assert edits or len(after - before) >= 4, f"{event.number} {site.host}"
