"""Pages that could burn are read in a process apart, and none of them takes the watcher with it."""

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.test_flow import two_sources
from tests.support.faulty import feed
from watcher.errors import NotParsed
from watcher.fetching import sandbox
from watcher.model import ParseResult, Response, SourceState, Trust
from watcher.sources.base import next_step
from watcher.sources.feed import Feed

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)


def process() -> int:
    return os.getpid()


def burn() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))  # the same end as after ten seconds, sooner
    while True:
        pass


def eat() -> int:
    return len(b"x" * (sandbox.MAX_MEMORY_BYTES + 1))


def stumble() -> None:
    raise KeyError("links")


def refuse() -> None:
    raise NotParsed("this is not a feed")


def test_a_reading_apart_gives_the_same_as_one_here() -> None:
    source = Feed(
        id="bbc",
        name="BBC",
        publisher="BBC",
        trust=Trust.PRESS,
        kind="feed",
        url="https://bbc.example/feed",
        every="5m",  # type: ignore[arg-type]
    )
    state = SourceState(source="bbc", next_poll=NOW)
    page = Response(url=source.url, body=feed(30), fetched_at=NOW)
    here, there = next_step(source, state, [page]), sandbox.run_in_sandbox(next_step, source, state, (page,))
    assert isinstance(here, ParseResult)
    assert len(here.items) == 30
    assert there == here


@pytest.mark.fault(50, 51, 52)
@pytest.mark.promise("P9")
def test_what_burns_eats_stumbles_or_refuses_is_an_answer_and_the_watcher_goes_on() -> None:
    ends = {}
    for work in (burn, eat, stumble, refuse):
        with pytest.raises(NotParsed) as caught:
            sandbox.run_in_sandbox(work)
        ends[work.__name__] = caught.value.why
    assert ends == {
        "burn": "reading it took more than 10 s of CPU or 512 MB",
        "eat": "reading it took more than 512 MB",
        "stumble": "the reader failed: KeyError",
        "refuse": "this is not a feed",
    }
    assert sandbox.run_in_sandbox(process) != os.getpid()


@pytest.mark.fault(50, 51)
@pytest.mark.promise("P8", "P9")
def test_a_page_that_could_burn_is_read_apart_and_the_other_source_is_told(tmp_path: Path) -> None:
    deep = b"<?xml version='1.0'?><rss version='2.0'><channel>" + b"<a>" * 200_000 + b"</channel></rss>"
    polled = two_sources(tmp_path, deep)
    assert polled["deep"].outcome in {"failed", "read"}
    assert (polled["press"].outcome, polled["press"].fresh) == ("read", 1)


STILLBORN = """
from watcher.fetching import sandbox as apart
from watcher.errors import NotParsed
try:
    apart.run_in_sandbox(len, b"x" * 1_000_000)
except NotParsed as error:
    print(error.why)
"""


@pytest.mark.promise("P9")
def test_a_child_that_dies_at_its_start_is_an_answer_and_nobody_waits_for_it() -> None:
    # A program that came through standard input cannot be started a second time, as a child is.
    done = subprocess.run(
        [sys.executable, "-"], input=STILLBORN, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "reading it took more than 10 s of CPU or 512 MB\n"
