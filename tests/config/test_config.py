"""config/*.yaml: what is accepted as the contract has it, and every mistake as file:line:column with its cure."""

import textwrap
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from watcher import config
from watcher.config.editor_schemas import schemas
from watcher.config.schema import channels, kinds
from watcher.config.settings import read_settings
from watcher.config.yaml_file import MAX_FILE_BYTES, load_yaml
from watcher.errors import BadConfig
from watcher.model import Frequency, Reminder, Subscriber, Topic, Trust
from watcher.sources.feed import Feed
from watcher.sources.listing import Listing

STEADY = settings(
    deadline=None, derandomize=True, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CANARY = "canary-5f1d"
WEBHOOK = f"https://hooks.slack.com/services/T000/B000/{CANARY}"
ENVIRONMENT = {
    "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
    "WATCHER_SMTP_URL": f"smtp://user:{CANARY}@mail.example:25",
    "WEBHOOK": f" {WEBHOOK}\n",
    "EMPTY": "  ",
    "WRONG": f"ftp://{CANARY}.example/",
}

SOURCES = """\
sources:
  - id: health-news              # unique
    name: Health news
    publisher: Department of Examples
    trust: official
    kind: feed
    url: https://health.example/feed/
    every: 10m
    read_page: true
  - id: payments-news
    name: Payments news
    publisher: Payments
    trust: official
    kind: listing
    url: https://payments.example/news/
    every: 15m
    item: "article.news-item"
    title: "h3"
    link: "h3 a"
    date: ".date"
    date_formats: ["%d %B %Y", "%B %Y"]
    summary: "p"
    min_items: 1
"""
TOPICS = """\
topics:
  - id: flu-eligibility
    name: Who can have a flu vaccine
    any:
      - "flu jab"
      - "influenza vaccin*"
      - "flu ~6 eligib*"
    unless: ["avian flu", "bird flu"]
    examples:
      match: ["Free flu jab for all over 50"]
      ignore: ["Bird flu on a farm"]
  - id: pay
    name: Pay
    any: ["golden hello"]
"""
SUBSCRIBERS = """\
subscribers:
  - id: announcements
    via: slack
    address: C0123456789
    topics: all
    pace: at once
    admin: true
  - id: managers
    via: email
    address: managers@example.org
    topics: [flu-eligibility, pay]
    pace: daily
    at: "07:30"
"""
FILES = {"sources": SOURCES, "topics": TOPICS, "subscribers": SUBSCRIBERS}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the three files, each the good one unless another is given."""

    def write(**files: str | bytes) -> Path:
        for name, body in (FILES | files).items():
            (tmp_path / f"{name}.yaml").write_bytes(body if isinstance(body, bytes) else body.encode())
        return tmp_path

    return write


def changed(name: str, *changes: tuple[str, str]) -> dict[str, str]:
    """The good file `name` with each first word replaced by the second."""
    body = FILES[name]
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    return {name: body}


def complaints(folder: Path) -> list[str]:
    with pytest.raises(BadConfig) as error:
        config.read_configuration(folder, ENVIRONMENT)
    return [each.removeprefix(f"{folder}/") for each in str(error.value).splitlines()]


# --- what is accepted ---------------------------------------------------------------------------------------------


def test_the_keys_of_the_contract_are_accepted_with_their_meanings(write: Write) -> None:
    read = config.read_configuration(write(), ENVIRONMENT)
    assert read.sources == {
        "health-news": Feed(
            id="health-news",
            name="Health news",
            publisher="Department of Examples",
            trust=Trust.OFFICIAL,
            kind="feed",
            url="https://health.example/feed/",
            every=timedelta(minutes=10),
            read_page=True,
        ),
        "payments-news": Listing(
            id="payments-news",
            name="Payments news",
            publisher="Payments",
            trust=Trust.OFFICIAL,
            kind="listing",
            url="https://payments.example/news/",
            every=timedelta(minutes=15),
            item="article.news-item",
            title="h3",
            link="h3 a",
            date=".date",
            date_formats=("%d %B %Y", "%B %Y"),
            summary="p",
            min_items=1,
        ),
    }
    assert read.topics == (
        Topic(
            id="flu-eligibility",
            name="Who can have a flu vaccine",
            any=("flu jab", "influenza vaccin*", "flu ~6 eligib*"),
            unless=("avian flu", "bird flu"),
        ),
        Topic(id="pay", name="Pay", any=("golden hello",)),
    )
    assert read.subscribers == {
        "announcements": Subscriber(id="announcements", via="slack", address="C0123456789", at=time(7, 30), admin=True),
        "managers": Subscriber(
            id="managers",
            via="email",
            address="managers@example.org",
            topics=frozenset({"flu-eligibility", "pay"}),
            frequency=Frequency.DAILY,
            at=time(7, 30),
        ),
    }


@pytest.mark.fault(127)
def test_a_secret_address_comes_stripped_from_the_environment(write: Write) -> None:
    files = changed("subscribers", ("C0123456789", "env:WEBHOOK"))
    assert config.read_configuration(write(**files), ENVIRONMENT).subscribers["announcements"].address == WEBHOOK


def test_weekdays_and_quiet_hours_are_read(write: Write) -> None:
    keys = 'pace: weekly\n    on: friday\n    quiet: "21:00-07:00"'
    read = config.read_configuration(write(**changed("subscribers", ("pace: daily", keys))), ENVIRONMENT)
    assert read.subscribers["managers"] == Subscriber(
        id="managers",
        via="email",
        address="managers@example.org",
        topics=frozenset({"flu-eligibility", "pay"}),
        frequency=Frequency.WEEKLY,
        at=time(7, 30),
        on=4,
        quiet=(time(21), time(7)),
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[48h, 2wh]", (Reminder(hours=48), Reminder(hours=2, working=True))),
        ("[]", ()),
    ],
)
def test_reminders_are_hours_or_working_hours_or_none(
    write: Write, written: str, expected: tuple[Reminder, ...]
) -> None:
    read = config.read_configuration(
        write(**changed("subscribers", ("pace: daily", f"reminders: {written}"))), ENVIRONMENT
    )
    assert read.subscribers["managers"].reminders == expected
    assert read.subscribers["announcements"].reminders == (Reminder(hours=24), Reminder(hours=4, working=True))
    assert [str(each) for each in read.subscribers["announcements"].reminders] == ["24h", "4wh"]


@pytest.mark.fault(122)
def test_no_scalar_is_anything_but_its_letters(write: Write) -> None:
    body = "a: 07:30\nb: no\nc: 012\nd: 1e3\ne: 2026-11-02\nf: ~\ng: 'null'\nh: 0x1F\n"
    loaded = load_yaml(write(sources=body) / "sources.yaml", "s")
    assert loaded.value == {
        "a": "07:30",
        "b": "no",
        "c": "012",
        "d": "1e3",
        "e": "2026-11-02",
        "f": None,
        "g": "null",
        "h": "0x1F",
    }


@pytest.mark.fault(122)
def test_a_time_without_quotes_and_a_name_that_looks_like_no_mean_what_they_say(write: Write) -> None:
    files = changed("subscribers", ('"07:30"', "07:30"), ("admin: true", "admin: yes"))
    files |= changed("sources", ("name: Health news", "name: no"), ("publisher: Payments", "publisher: 012"))
    read = config.read_configuration(write(**files), ENVIRONMENT)
    assert (read.subscribers["managers"].at, read.subscribers["announcements"].admin) == (time(7, 30), True)
    assert (read.sources["health-news"].name, read.sources["payments-news"].publisher) == ("no", "012")


def test_a_byte_order_mark_is_no_mistake(write: Write) -> None:
    assert (
        config.read_configuration(write(topics=b"\xef\xbb\xbf" + TOPICS.encode()), ENVIRONMENT).topics[0].id
        == "flu-eligibility"
    )


# --- mistakes in sources.yaml -------------------------------------------------------------------------------------

KINDS = ", ".join(kinds())
CHANNELS = ", ".join(channels())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("read_page", "raed_page", "9:5: unknown key 'raed_page' (did you mean 'read_page'?)"),
        ("min_items", "min_item", "23:5: unknown key 'min_item' (did you mean 'min_items'?)"),
        ("min_items", "colour", "23:5: unknown key 'colour'; leave it out (docs/configuration.md)"),
        ("min_items", "item[0]", "23:5: unknown key 'item[0]' (did you mean 'item'?)"),
        (
            "kind: feed",
            "kind: fede",
            f"6:5: unknown kind 'fede' (did you mean 'feed'?); available: {KINDS}",
        ),
        ("    kind: feed\n", "", f"2:5: 'kind' is missing; available: {KINDS}"),
        (
            "    kind: feed\n",
            "    kind: [feed]\n",
            f"6:5: unknown kind ['feed'] (did you mean 'feed'?); available: {KINDS}",
        ),
        (
            "trust: official",
            "trust: rumour",
            ("5:5: 'trust': write 'official', 'parliament', 'representative', 'trade', 'press' or 'aggregator'"),
        ),
        ("every: 10m", "every: 10 minutes", "8:5: 'every': write a duration such as 30s, 10m, 2h or 1d, or auto"),
        ("every: 10m", "every: 99999999999d", "8:5: 'every': write a duration such as 30s, 10m, 2h or 1d, or auto"),
        ("every: 10m", "every: 20s", "8:5: 'every': write a duration from 30s to 7d"),
        ("    url: https://health.example/feed/\n", "", "2:5: 'url' is missing"),
        (
            "https://health",
            "ftp://health",
            r"7:5: 'url': write an address that begins with https:// or http://",
        ),
        (
            "id: health-news ",
            "id: Health News ",
            "2:5: 'id': use lower-case letters, digits and single dashes, for example gp-contract",
        ),
        ("id: health-news ", "id: [a] ", "2:5: 'id': write text"),
        (
            "id: payments-news",
            "id: health-news",
            "10:5: duplicate id 'health-news' (first used by entry 1); choose another",
        ),
        (
            "read_page: true",
            "read_page: maybe",
            "9:5: 'read_page': write true or false",
        ),
        (
            '"h3 a"',
            '"h3 >> a"',
            ("19:5: 'link': not a CSS selector: The combinator '>' at position 4, must have a selector before it"),
        ),
        (
            "read_page: true",
            "region: '((('",
            "9:5: 'region': not a CSS selector: Invalid character '(' position 0",
        ),
        (
            '"%B %Y"',
            '"%-d %B"',
            "21:32: 'date_formats': not a date format; write one such as %d %B %Y (Python's strptime)",
        ),
        (
            "read_page: true",
            "topics: [pay, flu-eligibilty]",
            "9:19: unknown topic 'flu-eligibilty' (did you mean 'flu-eligibility'?)",
        ),
        (
            "read_page: true",
            "topics: pay",
            "9:5: 'topics': write `all`, or topic ids as a list, for example [flu-eligibility, gp-contract]",
        ),
        (
            "sources:",
            "source:",
            "1:1: unknown key 'source' (did you mean 'sources'?); this file may contain only `sources:`",
        ),
    ],
)
def test_a_mistake_in_a_source_is_named_with_its_place_and_cure(
    write: Write, old: str, new: str, expected: str
) -> None:
    assert f"sources.yaml:{expected}" in complaints(write(**changed("sources", (old, new))))


@pytest.mark.parametrize(
    ("written", "read"), [("all", "all"), ("[pay]", ("pay",)), ("[flu-eligibility, pay]", ("flu-eligibility", "pay"))]
)
def test_a_source_says_what_it_can_confirm(write: Write, written: str, read: object) -> None:
    found = config.read_configuration(
        write(**changed("sources", ("read_page: true", f"topics: {written}"))), ENVIRONMENT
    )
    assert {each.id: each.topics for each in found.sources.values()} == {"health-news": read, "payments-news": "all"}


def test_an_anchor_that_nobody_refers_to_is_no_mistake(write: Write) -> None:
    config.read_configuration(write(**changed("sources", ("name: Health news", "name: &x Health news"))), ENVIRONMENT)


# --- mistakes in topics.yaml --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("unless:", "unles:", "8:5: unknown key 'unles' (did you mean 'unless'?)"),
        ("      match:", "      mach:", "10:7: unknown key 'mach' (did you mean 'match'?)"),
        ('"flu jab"', '"flu~6 jab"', "5:9: '~' in 'flu~6' has no meaning here; put spaces around '~6'"),
        ('"bird flu"', '"b*"', "8:27: 'b*' would match nearly everything; give at least 2 letters before '*'"),
        ("~6", f"~{'9' * 5000}", f"7:9: ~{'9' * 5000} is not between ~1 and ~50"),
        ('any: ["golden hello"]', "any: []", "14:5: 'any': write at least one"),
        ('any: ["golden hello"]', "any: golden hello", "14:5: 'any': write a list, for example [a, b]"),
        ('"golden hello"', "[golden]", "14:11: 'any': write text"),
        (
            "Free flu jab for all over 50",
            "Free bird flu jab",
            "10:15: this example of 'match' fails: the veto 'bird flu' stops it (flu-eligibility: “Free bird flu jab”)",
        ),
        (
            "Free flu jab for all over 50",
            "Golden hello",
            "10:15: this example of 'match' fails: no term matches it (flu-eligibility: “Golden hello”)",
        ),
        (
            "Bird flu on a farm",
            "Flu jab on a farm",
            (
                "11:16: this example of 'ignore' fails: the term 'flu jab' matches it "
                "(flu-eligibility: “Flu jab on a farm”)"
            ),
        ),
        (
            "id: pay",
            "id: flu-eligibility",
            "12:5: duplicate id 'flu-eligibility' (first used by entry 1); choose another",
        ),
    ],
)
def test_a_mistake_in_a_topic_is_named_with_its_place_and_cure(write: Write, old: str, new: str, expected: str) -> None:
    assert f"topics.yaml:{expected}" in complaints(write(**changed("topics", (old, new))))


def test_more_sources_stand_in_files_of_their_own(write: Write) -> None:
    folder = write()
    (folder / "sources").mkdir()
    own = SOURCES.replace("health-news", "our-icb").partition("  - id: payments-news")[0]
    (folder / "sources" / "icb.yaml").write_text(own)
    assert list(config.read_configuration(folder, ENVIRONMENT).sources) == ["health-news", "payments-news", "our-icb"]
    (folder / "sources" / "icb.yaml").write_text(own.replace("our-icb", "health-news"))
    assert complaints(folder) == [
        "sources/icb.yaml:2:5: duplicate id 'health-news' (used in another file); choose another"
    ]


def test_what_a_source_is_about_and_for_whom_is_checked_and_counted(write: Write) -> None:
    about = "    every: 10m\n    about: [flu-eligibility]\n    audience: practices\n    nation: wales\n"
    folder = write(**changed("sources", ("    every: 10m\n", about)))
    source = config.read_configuration(folder, ENVIRONMENT).sources["health-news"]
    assert source.about == ("flu-eligibility",)
    assert source.points == {"audience: practices": 2, "nation: wales": -5}
    folder = write(**changed("sources", ("    every: 10m\n", about.replace("flu-eligibility", "flu"))))
    assert complaints(folder) == ["sources.yaml:9:13: unknown topic 'flu'; available: flu-eligibility, pay"]


# --- mistakes in subscribers.yaml ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("pace: daily", "paces: daily", "subscribers.yaml:12:5: unknown key 'paces' (did you mean 'pace'?)"),
        ("pace: daily", "mention: here", "subscribers.yaml:12:5: has no effect with `via: email`; leave it out"),
        ("pace: daily", "pace: dayly", "subscribers.yaml:12:5: 'pace': write 'at once', 'daily' or 'weekly'"),
        (
            "[flu-eligibility",
            "[flu-eligibilty",
            "subscribers.yaml:11:14: unknown topic 'flu-eligibilty' (did you mean 'flu-eligibility'?)",
        ),
        (
            "via: email",
            "via: emial",
            f"subscribers.yaml:9:5: unknown channel 'emial' (did you mean 'email'?); available: {CHANNELS}",
        ),
        (
            '"07:30"',
            '"01:30"',
            "subscribers.yaml:13:5: 01:00 to 01:59 happens twice or never on clock-change days; choose another time",
        ),
        (
            '"07:30"',
            "7.30",
            (
                "subscribers.yaml:13:5: 'at': write hours and minutes with two digits each, in London's time, "
                'for example "07:30"'
            ),
        ),
        (
            '"07:30"',
            '"07:30"\n    reminders: [24h, 4 hours]',
            "subscribers.yaml:14:22: 'reminders': write hours, for example 24h, or working hours, for example 4wh",
        ),
        pytest.param(
            "managers@example.org",
            "env:MANAGERS",
            "subscribers.yaml:10:5: the environment variable MANAGERS is not set; set it or write the address here",
            marks=pytest.mark.fault(127),
        ),
        pytest.param(
            "managers@example.org",
            "env:EMPTY",
            "subscribers.yaml:10:5: the environment variable EMPTY is not set; set it or write the address here",
            marks=pytest.mark.fault(127),
        ),
        (
            "managers@example.org",
            "env:WRONG",
            "subscribers.yaml:10:5: not an e-mail address: it has no @; write it as manager@practice.example",
        ),
        (
            "C0123456789",
            "env:WRONG",
            "subscribers.yaml:4:5: not a Slack channel id such as C0123456789 nor an incoming-webhook URL (env:NAME)",
        ),
        (
            "    admin: true\n",
            "",
            "subscribers.yaml:1:1: no subscriber has `admin: true`; set it for whoever should be told of failures",
        ),
        (
            "id: managers",
            "id: announcements",
            "subscribers.yaml:8:5: duplicate id 'announcements' (first used by entry 1); choose another",
        ),
    ],
)
def test_a_mistake_in_a_subscriber_is_named_with_its_place_and_cure(
    write: Write, old: str, new: str, expected: str
) -> None:
    assert complaints(write(**changed("subscribers", (old, new)))) == [expected]


@pytest.mark.parametrize("at", ["01:00", "01:30", "01:59"])
@pytest.mark.fault(114, 115)
def test_the_hour_that_happens_twice_or_never_is_refused_and_its_neighbours_are_not(write: Write, at: str) -> None:
    assert len(complaints(write(**changed("subscribers", ("07:30", at))))) == 1
    for other in ("00:59", "02:00"):
        config.read_configuration(write(**changed("subscribers", ("07:30", other))), ENVIRONMENT)


@pytest.mark.fault(127)
def test_a_channel_id_without_a_token_and_a_mailbox_without_a_relay_name_the_variable(write: Write) -> None:
    with pytest.raises(BadConfig) as error:
        config.read_configuration(write(), {})
    assert [each.what for each in error.value.mistakes] == [
        (
            "a channel id needs the environment variable SLACK_BOT_TOKEN; set it to the Bot User OAuth Token "
            "(xoxb-...) of the app's page “OAuth & Permissions”"
        ),
        "e-mail needs the environment variable WATCHER_SMTP_URL (smtp://user:password@host:port); set it",
    ]


def test_an_admin_with_another_mistake_is_not_said_to_be_missing(write: Write) -> None:
    assert complaints(write(**changed("subscribers", ("pace: at once", "pace: now")))) == [
        "subscribers.yaml:6:5: 'pace': write 'at once', 'daily' or 'weekly'"
    ]


# --- mistakes of YAML itself --------------------------------------------------------------------------------------

NO_LIST = "`sources:` must be a list; begin each entry with a dash and a space (SourcesFile in docs/configuration.md)"
TOO_DEEP = "nested too deeply; close the brackets, or indent less: no key lies that deep"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "sources: []\nsources: []\n",
            ["sources.yaml:2:1: duplicate key 'sources' (first used on line 1); remove one"],
            marks=pytest.mark.fault(121),
        ),
        pytest.param(
            SOURCES.replace("    every: 10m\n", "    every: 10m\n    kind: feed\n"),
            ["sources.yaml:9:5: duplicate key 'kind' (first used on line 6); remove one"],
            marks=pytest.mark.fault(121),
        ),
        pytest.param(
            SOURCES.replace("name: Payments news", "name: *health").replace("Health news", "&health Health news"),
            ["sources.yaml:11:11: aliases (*name) are not allowed; write the value out, or put it in quotes"],
            marks=pytest.mark.fault(123),
        ),
        pytest.param(
            "a: &a [x]\nb: &b [*a, *a]\n",
            [
                f"sources.yaml:2:{at}: aliases (*name) are not allowed; write the value out, or put it in quotes"
                for at in (8, 12)
            ],
            marks=pytest.mark.fault(123),
        ),
        (
            "sources:\n  - id: [\n",
            ["sources.yaml:3:1: not YAML: missing value, or missing ] that closes a list"],
        ),
        ("sources:\n\t- id: a\n", ["sources.yaml:2:1: not YAML: tabs are not allowed; indent with spaces"]),
        (
            SOURCES + "---\na: b\n",
            ["sources.yaml:24:1: not YAML: a file may contain only one document; remove this line"],
        ),
        ("", [f"sources.yaml:1:1: the file is empty; {NO_LIST}"]),
        ("- a\n", [f"sources.yaml:1:1: {NO_LIST}"]),
        ("sources:\n", [f"sources.yaml:1:1: {NO_LIST}"]),
        ("sources:\n  - just a word\n", [f"sources.yaml:2:5: 'kind' is missing; available: {KINDS}"]),
        ("? [a, b]\n: c\nsources: []\n", ["sources.yaml:1:1: a key must be a plain word"]),
        (
            b"sources: \xff\n",
            [
                (
                    "sources.yaml:1:10: not UTF-8: from here on it is in another encoding, such as Windows-1252; "
                    "save the file as UTF-8"
                )
            ],
        ),
        (
            "sources: \x00\n",
            [
                (
                    "sources.yaml:1:10: not YAML: a character that cannot be seen stands here; delete it, or type the "
                    "line anew"
                )
            ],
        ),
        (
            'sources: "\\UFFFFFFFF"\n',
            [
                (
                    "sources.yaml:1:1: not YAML in UTF-8: Python int too large to convert to C int; "
                    "write characters themselves, without \\U and %YAML"
                )
            ],
        ),
        pytest.param("[" * 200_000, [f"sources.yaml:1:21: {TOO_DEEP}"], marks=pytest.mark.fault(124)),
        pytest.param("{" * 200_000, [f"sources.yaml:1:21: {TOO_DEEP}"], marks=pytest.mark.fault(124)),
        pytest.param("- " * 100_000, [f"sources.yaml:1:41: {TOO_DEEP}"], marks=pytest.mark.fault(124)),
        pytest.param(
            "#" * (MAX_FILE_BYTES + 1),
            ["sources.yaml:1:1: the file is larger than 4,000,000 bytes; remove what is not needed"],
            marks=pytest.mark.fault(124),
        ),
    ],
    ids=[
        *("121 duplicate", "121 inside", "123 alias", "123 bomb", "open", "tab", "two documents", "empty", "list"),
        *("nothing", "word", "odd key", "not utf-8", "nul", "no character", "124 [", "124 {", "124 -", "124 large"),
    ],
)
def test_what_is_no_yaml_of_ours_is_named_with_its_place(write: Write, body: str | bytes, expected: list[str]) -> None:
    assert complaints(write(sources=body)) == expected


@pytest.mark.fault(124)
def test_a_file_of_just_the_largest_size_is_read(write: Write) -> None:
    filled = SOURCES + "#" * (MAX_FILE_BYTES - len(SOURCES))
    assert len(config.read_configuration(write(sources=filled), ENVIRONMENT).sources) == 2


def test_a_file_that_is_not_there_is_a_mistake(write: Write) -> None:
    folder = write()
    (folder / "topics.yaml").unlink()
    assert complaints(folder) == [
        (
            "topics.yaml:1:1: the file cannot be read: No such file or directory; write it, or name the folder that "
            "has it (--config, WATCHER_CONFIG)"
        )
    ]


def test_a_topic_with_a_mistake_is_not_said_to_be_unknown(write: Write) -> None:
    assert complaints(write(**changed("topics", ("name: Pay", "nmae: Pay")))) == [
        "topics.yaml:12:5: 'name' is missing",
        "topics.yaml:13:5: unknown key 'nmae' (did you mean 'name'?)",
    ]


@pytest.mark.promise("P20")
def test_all_mistakes_of_all_files_are_listed_at_once_in_order(write: Write) -> None:
    folder = write(
        **changed("sources", ("kind: feed", "kind: fed"), ("every: 15m", "every: 15"), ("link:", "lnik:")),
        **changed("topics", ('"flu jab"', '"|"')),
        **changed("subscribers", ("flu-eligibility,", "flu,"), ("07:30", "01:30")),
    )
    assert complaints(folder) == [
        f"sources.yaml:6:5: unknown kind 'fed' (did you mean 'feed'?); available: {KINDS}",
        "sources.yaml:16:5: 'every': write a duration such as 30s, 10m, 2h or 1d, or auto",
        "sources.yaml:19:5: unknown key 'lnik' (did you mean 'link'?)",
        "subscribers.yaml:11:14: unknown topic 'flu'; available: flu-eligibility, pay",
        "subscribers.yaml:13:5: 01:00 to 01:59 happens twice or never on clock-change days; choose another time",
        "topics.yaml:5:9: '|' in '|' has no meaning here; write two terms",
    ]


def test_what_follows_from_another_mistake_is_not_said_and_a_missing_key_hides_no_other(write: Write) -> None:
    people = """subscribers:
  - {id: me, address: "-", admin: true, topics: [nope]}
  - {id: you, via: console, address: x, admin: ja, topics: []}
  - {id: all, via: "https://hooks.slack.com/services/T/B/canary", address: y}
"""
    assert complaints(write(subscribers=people)) == [
        "subscribers.yaml:2:5: 'via' is missing",
        "subscribers.yaml:2:50: unknown topic 'nope'; available: flu-eligibility, pay",
        "subscribers.yaml:3:41: 'admin': write true or false",
        "subscribers.yaml:4:15: unknown channel; available: console, email, slack, teams",
    ]


@pytest.mark.parametrize("overlaps", ["[b: c]", "[{a: b}]", "[[x]]", "[~]", "b"])
def test_sources_that_are_named_in_no_text_are_one_mistake(write: Write, overlaps: str) -> None:
    folder = write(**changed("sources", ("    every: 10m", f"    every: 10m\n    overlaps: {overlaps}")))
    (complaint,) = complaints(folder)
    assert "'overlaps'" in complaint


def test_a_source_of_a_file_that_cannot_be_read_is_not_called_unknown(write: Write) -> None:
    folder = write(**changed("sources", ("    every: 10m", "    every: 10m\n    overlaps: [other]")))
    (folder / "sources").mkdir()
    (folder / "sources" / "more.yaml").write_text("sources:\n  - id: other\n   name: x\n", encoding="utf-8")
    (complaint,) = complaints(folder)
    assert "more.yaml:3:4" in complaint


def test_a_star_that_begins_a_name_is_one_mistake_though_what_follows_it_makes_no_sense(write: Write) -> None:
    (complaint,) = complaints(write(**changed("sources", ("name: Health news", "name: *Health news"))))
    assert "aliases (*name) are not allowed; write the value out, or put it in quotes" in complaint


@pytest.mark.promise("P20")
def test_all_mistakes_of_one_entry_are_listed_at_once(write: Write) -> None:
    """Also those that need the whole entry, where other keys of it are wrong; and nothing that follows from these."""
    folder = write(
        sources="""sources:
  - id: Press One
    name: Press
    publisher: Press
    trust: pres
    kind: listing
    url: https://press.example/feed
    evry: 10m
    item: "h2"
    title: "h3"
    date: ".d"
    topics: [flu, pya]
    date_formats: ["d B"]
""",
        topics="""topics:
  - id: flu
    name:
    points: many
    any: ["flu ~6jab", "*"]
    weak: ["jab"]
""",
        subscribers="""subscribers:
  - id: A b
    via: console
    address: x
    pace: dayly
    on: friday
    topics: [fluu]
    at: "01:30"
    mention: here
    quiet: 22-6
""",
    )
    date_formats = "it names no day or month; write one such as %d %B %Y, with % before each letter"
    quiet = 'write two times with two digits each and a hyphen between, for example "22:00-06:00"'
    assert complaints(folder) == [
        "sources.yaml:2:5: 'every' is missing",
        "sources.yaml:2:5: 'id': use lower-case letters, digits and single dashes, for example gp-contract",
        "sources.yaml:5:5: 'trust': write 'official', 'parliament', 'representative', 'trade', 'press' or 'aggregator'",
        "sources.yaml:8:5: unknown key 'evry' (did you mean 'every'?)",
        "sources.yaml:12:19: unknown topic 'pya'; available: flu",
        f"sources.yaml:13:20: 'date_formats': {date_formats}",
        "subscribers.yaml:2:5: 'id': use lower-case letters, digits and single dashes, for example gp-contract",
        "subscribers.yaml:5:5: 'pace': write 'at once', 'daily' or 'weekly'",
        "subscribers.yaml:7:14: unknown topic 'fluu' (did you mean 'flu'?)",
        "subscribers.yaml:8:5: 01:00 to 01:59 happens twice or never on clock-change days; choose another time",
        "subscribers.yaml:9:5: has no effect with `via: console`; leave it out",
        f"subscribers.yaml:10:5: 'quiet': {quiet}",
        "topics.yaml:3:5: 'name': nothing stands here; write text",
        "topics.yaml:4:5: 'points': write a whole number",
        "topics.yaml:5:11: '~' in '~6jab' has no meaning here; put spaces around '~6'",
        "topics.yaml:5:24: '*' has no letter or digit",
        "topics.yaml:6:5: 'weak' terms count only together with 'needs' or 'publishers'; add one of these",
    ]


# --- secrets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["env:WEBHOOK", "env:WRONG", WEBHOOK, f"{CANARY}@", f"[{CANARY}]", f"{{a: {CANARY}}}"]
)
@pytest.mark.parametrize("old", ["C0123456789", "managers@example.org"])
@pytest.mark.promise("P11")
def test_no_secret_is_ever_printed(write: Write, old: str, address: str) -> None:
    folder = write(**changed("subscribers", (old, address)))
    try:
        shown = repr(config.read_configuration(folder, ENVIRONMENT)) + str(
            config.read_configuration(folder, ENVIRONMENT)
        )
    except BadConfig as error:
        shown = repr(error) + str(error)
    assert CANARY not in shown


def test_a_header_is_not_printed_when_it_is_wrong(write: Write) -> None:
    folder = write(**changed("sources", ("read_page: true", f"headers: {{X-Api-Key: [{CANARY}]}}")))
    assert complaints(folder) == ["sources.yaml:9:15: 'X-Api-Key': write text"]


# --- any damage at all: P20 ---------------------------------------------------------------------------------------

WORDS = ("- ", ": ", "\n  ", "\n    ", "<<: ", "!!python/object:os.system ", "&a ", "*a", "''", "null", "no", "01:30")
ODD = ("env:WEBHOOK", "env:", "²", "\x00", "\ud800", '"\\UFFFFFFFF"', "9" * 5000, "(a+)+$", "%-d", "\ufeff", "~6")
LINES = ("id: [a]\n", "kind: {}\n", "every: 99999999999d\n", "topics: {a: b}\n", "--- \n", "%YAML 1.1\n")
SCRAPS = st.sampled_from([*"[]{}:-?*&!|>%@`\"'#,\n\t ~", *WORDS, *ODD, *LINES])


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, str | bytes]:
    """The three good files, one of them with a few stretches replaced by scraps."""
    name = draw(st.sampled_from(sorted(FILES)))
    body = FILES[name]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(SCRAPS) + body[at + draw(st.integers(0, 25)) :]
    return {name: body.encode(errors="surrogatepass")}


@STEADY
@given(files=damaged())
@example(files=changed("sources", ("every: 10m", "every: 99999999999d")))
@example(files=changed("sources", ("id: health-news ", "id: [a] ")))
@example(files=changed("sources", ("Health news", '"\\UFFFFFFFF"')))
@example(files={"sources": f"%YAML {'9' * 5000}.1\n---\n{SOURCES}"})
@example(files=changed("topics", ("~6", f"~{'9' * 5000}")))
@pytest.mark.promise("P20")
def test_no_damage_does_more_than_list_its_mistakes(write: Write, files: dict[str, Any]) -> None:
    folder = write(**files)
    try:
        config.read_configuration(folder, ENVIRONMENT)
    except BadConfig as error:
        mistakes, shown = error.mistakes, str(error)
    else:
        return
    assert mistakes
    assert all(each.line >= 1 and each.column >= 1 for each in mistakes)
    assert CANARY not in shown


# --- the environment, and what editors are told -------------------------------------------------------------------


@pytest.mark.fault(127)
def test_private_networks_are_read_and_the_rest_is_kept_stripped_and_hidden() -> None:
    known = read_settings({"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8, ::1", "SLACK_BOT_TOKEN": f" {CANARY}\n"})
    assert [str(each) for each in known.allowed_networks] == ["127.0.0.0/8", "::1/128"]
    assert known.environment["SLACK_BOT_TOKEN"] == CANARY
    assert CANARY not in repr(known)


def test_a_network_that_is_none_is_a_mistake() -> None:
    with pytest.raises(BadConfig) as error:
        read_settings({"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8,localhost"})
    assert str(error.value) == (
        "environment:1:1: WATCHER_ALLOW_PRIVATE: number 2 of its list is not a network such as 127.0.0.0/8"
    )


def test_bytes_are_kept_for_400_days_or_for_as_many_as_are_named() -> None:
    kept = [read_settings({"WATCHER_KEEP_DAYS": days}).keep_bytes_for.days for days in ("", " 30 ", "0")]
    assert [read_settings({}).keep_bytes_for.days, *kept] == [400, 400, 30, 0]


@pytest.mark.parametrize("days", ["-1", "1.5", "a year", "²", "99999999999999"])
def test_a_number_of_days_that_is_none_is_a_mistake(days: str) -> None:
    with pytest.raises(
        BadConfig, match=r"environment:1:1: WATCHER_KEEP_DAYS: it is not a number of days from 0 to 36500"
    ):
        read_settings({"WATCHER_KEEP_DAYS": days})


def test_each_file_has_a_schema_that_knows_every_kind_and_refuses_unknown_keys() -> None:
    known = schemas()
    named = [
        each["properties"]["kind"]["const"] for each in known["sources"]["properties"]["sources"]["items"]["anyOf"]
    ]
    assert (sorted(known), named) == (["sources", "subscribers", "topics"], kinds())
    assert all(each["additionalProperties"] is False for each in known.values())


def test_a_mistake_in_a_nested_place_without_a_place_of_its_own_is_shown_at_its_parent(write: Write) -> None:
    body = textwrap.dedent("""\
        topics:
          - id: pay
            name:
            any: ["golden hello"]
    """)
    assert complaints(write(topics=body))[-1] == "topics.yaml:3:5: 'name': nothing stands here; write text"


def test_a_misspelt_part_of_the_topics_is_named_once_and_a_part_that_is_no_list_is_refused(write: Write) -> None:
    guards = "guards:\n  - {id: g, name: G, unless: [wales]}\nsignals:\n  - {id: s, name: S, points: 1, any: [gp]}\n"
    text = write().joinpath("topics.yaml").read_text(encoding="utf-8")
    (found,) = complaints(write(topics=f"guardz: []\n{guards}{text}"))
    assert found.startswith("topics.yaml:1:1: unknown key 'guardz' (did you mean 'guards'?)")
    assert complaints(write(topics=f"guards: wales\n{text}")) == [
        (
            "topics.yaml:1:1: `guards:` must be a list; begin each entry with a dash and a space "
            "(TopicsFile in docs/configuration.md)"
        )
    ]


def test_marks_change_where_an_item_goes_only_where_the_file_asks_for_it(write: Write) -> None:
    text = write().joinpath("topics.yaml").read_text(encoding="utf-8")
    written = ("calibrate: true", "calibrate: false", "signals: []")
    read = [config.read_configuration(write(topics=f"{line}\n{text}"), ENVIRONMENT).calibrate for line in written]
    assert read == [True, False, False]


def test_a_switch_that_is_no_switch_and_a_signal_that_asks_for_nothing_are_refused(write: Write) -> None:
    text = write().joinpath("topics.yaml").read_text(encoding="utf-8")
    signals = "signals:\n  - {id: s, name: S, points: 1}\n"
    assert complaints(write(topics=f"calibrate: perhaps\n{signals}{text}")) == [
        "topics.yaml:1:1: 'calibrate': write true or false",
        "topics.yaml:3:5: this signal has neither 'any' nor 'trusts', and would count for everything",
    ]


def test_a_set_that_names_one_below_it_is_told_to_move_it_up(write: Write) -> None:
    text = write().joinpath("topics.yaml").read_text(encoding="utf-8")
    sets = 'sets:\n  staff: ["{gp} staff"]\n  gp: ["gp"]\n'
    assert complaints(write(topics=f"{sets}{text}")) == [
        "topics.yaml:2:11: the set {gp} does not stand above 'staff'; move it up, or leave it out"
    ]
