"""What people write into config/, and what they could: every mistake has a place and a cure in plain words."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher import config
from watcher.cli.logs import log_as_json
from watcher.config.yaml_file import load_yaml
from watcher.errors import BadConfig
from watcher.model import Subscriber
from watcher.poll import PollResult
from watcher.scheduler import log

SHIPPED = {name: Path(__file__).parents[2].joinpath("config", f"{name}.yaml").read_text() for name in config.FILES}
ENVIRONMENT = {"WATCHER_SMTP_URL": "smtp://relay.example", "SLACK_BOT_TOKEN": "xoxb-test"}
SOURCES = """\
sources:
  - {id: news, name: News, publisher: News, trust: press, kind: feed, url: "https://news.example/", every: 1h}
"""
TOPICS = """\
topics:
  - id: flu
    name: Flu
    any: ["flu jab"]
"""
SUBSCRIBERS = """\
subscribers:
  - {id: admin, via: console, address: screen, admin: true}
"""


def complaints(folder: Path, **files: str) -> list[str]:
    """What is wrong with a small good configuration in which `files` were exchanged."""
    for name, text in ({"sources": SOURCES, "topics": TOPICS, "subscribers": SUBSCRIBERS} | files).items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    try:
        config.read_configuration(folder, ENVIRONMENT)
    except BadConfig as error:
        return [str(each).removeprefix(f"{folder}/") for each in error.mistakes]
    return []


# --- YAML that is none --------------------------------------------------------------------------------------------

INDENT = "wrong indentation; line this up with the lines around it"
COLON = "unexpected colon; quote a value with a colon, indent less, or put a space after the colon or dash above"
QUOTE = "text after the closing quote; put the whole value in one pair of quotes ('it''s' for it's)"
KEY = "missing colon; write the key, a colon and a space, for example `name: value`"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sources:\n  - id: a\n\tname: b\n", "3:1: not YAML: tabs are not allowed; indent with spaces"),
        (
            'sources:\n  - id: "a\n    name: b\n    url: c\n',
            "2:9: not YAML: the quote that opens here is not closed on its line; close it there",
        ),
        (
            "sources:\n  - id: a\n    name: 'it's so'\n",
            f"3:15: not YAML: {QUOTE}",
        ),
        ("sources:\n  - id: a\n    name:b\n    url: c\n", f"3:5: not YAML: {KEY}"),
        ("sources:\n  - id:a\n    name: b\n", f"3:9: not YAML: {COLON}"),
        ("sources:\n  -id: a\n    name: b\n", f"3:9: not YAML: {COLON}"),
        ("sources:\n  - id: a\n    name: Flu: who\n", f"3:14: not YAML: {COLON}"),
        ("sources:\n  - id: a\n      name: b\n", f"3:11: not YAML: {COLON}"),
        ("sources:\n  - id: a\n   name: b\n", f"3:4: not YAML: {INDENT}"),
        ("sources:\n  - id: a\n - id: b\n", f"3:2: not YAML: {INDENT}"),
        ("sources:\n  id: a\n  - id: b\n", f"3:3: not YAML: {INDENT}"),
        (
            "sources:\n  - drop: [a, b\n    id: c\n",
            "2:11: not YAML: the list that opens here is missing a comma or its closing ]",
        ),
        (
            'sources:\n  - drop: ["a" "b"]\n',
            "2:11: not YAML: the list that opens here is missing a comma or its closing ]",
        ),
        (
            "sources:\n  - {id: a, b: c\n  - {id: b}\n",
            "2:5: not YAML: the brace that opens here is missing a comma or its closing }",
        ),
        (
            "sources:\n  - date_formats: [%d %B]\n",
            "2:20: not YAML: a value cannot begin with this character; put it in quotes",
        ),
        ("sources:\n  - name: & co\n", "2:11: not YAML: a value cannot begin with * or &; put it in quotes"),
        ("sources:\n  - name: |x\n   a\n", "2:11: not YAML: a value cannot begin with | or >; put it in quotes"),
        ("sources:\n  - name: ? x\n", "2:11: not YAML: a value cannot begin with ?; put it in quotes"),
        (
            'sources:\n  - title_regex: "\\d+"\n',
            "2:20: not YAML: a backslash in double quotes begins an escape code; use single quotes",
        ),
        (
            "a: &x b\nc: &x d\n",
            "2:4: duplicate anchor &x; remove it, or put the value in quotes",
        ),
        ("%YAML 3\n---\na: b\n", "1:8: not YAML: expected a digit or '.', but found '\\n'"),  # nobody writes this
    ],
)
def test_what_people_get_wrong_in_yaml_has_a_cure_in_plain_words(text: str, expected: str, tmp_path: Path) -> None:
    assert complaints(tmp_path, sources=text) == [f"sources.yaml:{expected}"]


# --- words, numbers and times -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("id: GP-News, ", "use lower-case letters, digits and single dashes, for example gp-contract"),
        (f"id: {'a' * 61}, ", "write at most 60 characters"),
        ("at: 7:30, ", 'write hours and minutes with two digits each, in London\'s time, for example "07:30"'),
        ("at: 25:00, ", "a day has the hours 00 to 23; write hours and minutes with two digits each"),
        ("at: 07:60, ", "an hour has the minutes 00 to 59; write hours and minutes with two digits each"),
        ("quiet: 22-6, ", 'write two times with two digits each and a hyphen between, for example "22:00-06:00"'),
        ("quiet: 22:00-24:30, ", "a day has the hours 00 to 23; write two times"),
        ("admin: perhaps, ", "write true or false"),
        ("pace: hourly, ", "write 'at once', 'daily' or 'weekly'"),
    ],
)
def test_a_value_that_cannot_be_meant_says_what_to_write_instead(line: str, expected: str, tmp_path: Path) -> None:
    known = "" if line.startswith("id") else "id: other, "
    text = f"{SUBSCRIBERS}  - {{{known}{line}via: console, address: x}}\n"
    (mistake,) = complaints(tmp_path, subscribers=text)
    assert f"{line.partition(':')[0]!r}: {expected}" in mistake


def test_an_unknown_topic_shows_what_there_is_when_nothing_is_near(tmp_path: Path) -> None:
    topics = "topics:\n" + "".join(f"  - {{id: t{at}, name: T, any: ['word{at}']}}\n" for at in range(10))
    people = SUBSCRIBERS + "  - {id: b, via: console, address: b, topics: [contracts, t11]}\n"
    assert complaints(tmp_path, topics=topics, subscribers=people) == [
        "subscribers.yaml:3:48: unknown topic 'contracts'; available: t0, t1, t2, t3, t4, t5, t6, t7 and 2 more",
        "subscribers.yaml:3:59: unknown topic 't11' (did you mean 't1'?)",
    ]


def test_a_subscriber_of_no_topic_is_a_mistake_and_an_admin_of_faults_only_is_not(tmp_path: Path) -> None:
    people = "subscribers:\n  - {id: ops, via: console, address: a, topics: [], admin: true}\n"
    deaf = people + "  - {id: deaf, via: console, address: b, topics: []}\n"
    assert complaints(tmp_path, subscribers=people) == []
    assert complaints(tmp_path, subscribers=deaf) == [
        "subscribers.yaml:3:42: this subscriber would never be sent anything; write `all` or list topics"
    ]


# --- terms that match everything or nothing -----------------------------------------------------------------------

WIDE = "stands in nearly every headline; add a word of the subject, such as 'nhs ~4 charge*'"


@pytest.mark.fault(126)
@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ('any: ["flu jab", "the"]', f"4:22: 'the' {WIDE}"),
        ('any: ["NHS*"]', f"4:11: 'NHS*' {WIDE}"),
        ('any: ["th*"]', f"4:11: 'th*' {WIDE}"),
        ('any: ["NHS England"]', f"4:11: 'NHS England' {WIDE}"),
        ('any: ["of ~5 the"]', f"4:11: 'of ~5 the' {WIDE}"),
        ('any: ["flu jab"]\n    unless: ["in"]', f"5:14: 'in' {WIDE}"),
    ],
)
def test_a_term_that_stands_in_every_headline_is_refused(terms: str, expected: str, tmp_path: Path) -> None:
    topics = TOPICS.replace('any: ["flu jab"]', terms)
    assert complaints(tmp_path, topics=topics) == [f"topics.yaml:{expected}"]


@pytest.mark.fault(126)
@pytest.mark.parametrize(
    ("term", "veto"),
    [
        ("flu jab", "flu"),
        ("flu jabs", "flu jab"),
        ("bird flu jab", "bird flu"),
        ("flu vaccin*", "vaccin*"),
        ("flu ~6 jab", "jab"),
        ("flu ~6 jab", "jab ~6 flu"),
    ],
)
def test_a_term_that_its_own_veto_always_stops_is_refused(term: str, veto: str, tmp_path: Path) -> None:
    topics = TOPICS.replace('any: ["flu jab"]', f'any: ["covid test", "{term}"]\n    unless: ["{veto}"]')
    assert complaints(tmp_path, topics=topics) == [
        f"topics.yaml:4:25: {term!r} can never match: the veto {veto!r} always stops it; narrow one of them"
    ]


@pytest.mark.fault(126)
@pytest.mark.parametrize(
    ("term", "veto"),
    [
        ("flu jab", "bird flu"),
        ("flu vaccin*", "vaccination"),  # a flu vaccine is not stopped
        ("flu ~6 jab", "flu jab"),  # a flu and covid jab is not stopped
        ("flu ~6 jab", "flu ~2 jab"),
        ("flu ~3 jab ~3 free", "flu ~4 free"),
        ("thermometer*", "x1"),
        ("nhs charge", "x1"),
        ("it support", "x1"),
    ],
)
def test_a_term_that_some_headline_can_satisfy_is_accepted(term: str, veto: str, tmp_path: Path) -> None:
    topics = TOPICS.replace('any: ["flu jab"]', f'any: ["{term}"]\n    unless: ["{veto}"]')
    assert complaints(tmp_path, topics=topics) == []


# --- one address in two clothes -----------------------------------------------------------------------------------


def mailbox(address: str, pace: str, name: str) -> str:
    return f"  - {{id: {name}, via: email, address: {address}, pace: {pace}}}\n"


@pytest.mark.fault(130)
def test_a_domain_has_no_case_a_name_may_have_and_the_channel_is_one() -> None:
    first = Subscriber(id="a", via="email", address="Manager@Practice.Example")
    same = Subscriber(id="b", via="email", address="Manager@practice.example")
    others = ["manager@practice.example", "Manager+flu@practice.example", "Manager@practice.example.org"]
    assert first.channel == same.channel
    assert len({first.channel, *(Subscriber(id="c", via="email", address=each).channel for each in others)}) == 4
    assert (
        Subscriber(id="d", via="slack", address="C1").channel != Subscriber(id="d", via="slack", address="c1").channel
    )


@pytest.mark.fault(130)
def test_the_same_subscription_twice_is_a_mistake_at_whatever_case_of_the_domain(tmp_path: Path) -> None:
    people = SUBSCRIBERS + mailbox("m@practice.example", "daily", "one") + mailbox("m@Practice.EXAMPLE", "daily", "two")
    twice = "subscriber 'one' already has this address and pace; put the topics of both into one entry"
    assert complaints(tmp_path, subscribers=people) == [f"subscribers.yaml:4:27: {twice}"]


@pytest.mark.fault(130)
def test_one_address_at_two_paces_is_two_subscriptions(tmp_path: Path) -> None:
    people = (
        SUBSCRIBERS + mailbox("m@practice.example", "daily", "one") + mailbox("m@practice.example", "weekly", "two")
    )
    assert complaints(tmp_path, subscribers=people) == []


# --- the log ------------------------------------------------------------------------------------------------------

FORGED = 'Flu\x1b[2K\r\n{"event": "delivered"}\u2028\x85\x00 jab'


@pytest.mark.fault(128)
def test_a_headline_cannot_forge_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        log_as_json()
        log.warning("polled", outcome=PollResult(source="press", outcome="read", problems=(FORGED,)), why=FORGED)
        log.error("fault", exc_info=ValueError(FORGED))
    finally:
        structlog.reset_defaults()
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["polled", "fault"]
    assert json.loads(lines[0])["why"] == FORGED
    assert all(line.isascii() and line.isprintable() for line in lines)


LIBRARY = f"""
import logging
from watcher.cli.logs import log_as_json
log_as_json()
logging.getLogger("apscheduler").error("Job raised: %s", {FORGED!r})
"""


@pytest.mark.fault(128)
def test_a_library_cannot_forge_a_line_of_the_log() -> None:
    said = subprocess.run([sys.executable, "-c", LIBRARY], capture_output=True, check=True, timeout=30).stderr
    assert [json.loads(line)["event"] for line in said.splitlines()] == ["an error in apscheduler"]  # no word of it


# --- the shipped files, damaged: P20 ------------------------------------------------------------------------------

STEADY = settings(
    deadline=None, derandomize=True, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ENTRY = re.compile(r"^  - (?:(?!^  - )[^\0])*", re.MULTILINE)
KEY_LINE = re.compile(r"^(?P<before> {4,6}| {2}- )(?P<key>[a-z_]+)(?P<after>:(?: |$))", re.MULTILINE)
OPEN_KEYS = {"headers"}  # what stands below is the publisher's word


def entry(name: str, seed: random.Random) -> str:
    """The shipped file `name` with one of its entries only, so that reading it is quick."""
    found: str = seed.choice(ENTRY.findall(SHIPPED[name].partition(f"{name}:\n")[2]))
    return f"{name}:\n{found}"


@pytest.mark.promise("P20")
@STEADY
@given(seed=st.integers(0, 1_000_000), name=st.sampled_from(["sources", "topics", "subscribers"]))
def test_no_key_is_accepted_that_is_not_known(seed: int, name: str, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    text = entry(name, chance)
    keys = [each for each in KEY_LINE.finditer(text) if each["key"] not in OPEN_KEYS]
    at = chance.choice(keys)
    letters = list(at["key"])
    letters.insert(chance.randrange(len(letters) + 1), chance.choice("abcdefgh_"))
    wrong = "".join(letters)
    found = complaints(tmp_path, **{name: text[: at.start("key")] + wrong + text[at.end("key") :]})
    line = text.count("\n", 0, at.start("key")) + 1
    told = any(each.startswith(f"{name}.yaml:{line}:") and f"unknown key {wrong!r}" in each for each in found)
    assert told or (at["key"] == "kind" and "'kind' is missing" in found[0]), found


@pytest.mark.promise("P20")
@STEADY
@given(seed=st.integers(0, 1_000_000), name=st.sampled_from(["sources", "topics", "subscribers"]))
def test_the_shipped_files_damaged_anyhow_are_read_or_refused_with_a_place(
    seed: int, name: str, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    text = entry(name, chance)
    for _ in range(chance.randint(1, 4)):
        at, more = chance.randrange(len(text)), chance.randrange(12)
        piece = chance.choice(
            ["", text[at : at + more] * 2, chance.choice("\t\n-:[]{}\"'#&*!|>%@` ~,?\\"), "é\x85\u2028"]
        )
        text = text[:at] + piece + text[at + chance.choice([0, more]) :]
    found = complaints(tmp_path, **{name: text})
    assert all(re.match(r"\w+\.yaml:[1-9]\d*:[1-9]\d*: .+", each, re.DOTALL) for each in found)
    known = load_yaml(tmp_path / f"{name}.yaml", "x").value
    if not found:  # whatever was accepted holds one list under its own name, and nothing else
        assert isinstance(known, dict)
        assert set(known) == {name}
