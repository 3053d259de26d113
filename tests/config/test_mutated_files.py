"""A good configuration, spoilt in the ways people spoil one: each file is refused at the right line, with the cure.

None crashes `watcher check`, none takes effect in a running `watcher run`, and no secret of it is printed.
"""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher import cli, config
from watcher.config.yaml_file import MAX_FILE_BYTES
from watcher.config_reload import ConfigFiles, refused_note
from watcher.errors import BadConfig

CANARY = "canary5f1d"
ENVIRONMENT = {
    "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
    "WATCHER_SMTP_URL": f"smtp://office:{CANARY}@relay.example",
    "WATCHER_MAIL_FROM": "watcher@practice.example",
    "HOOK": f"https://hooks.slack.com/services/T/B/{CANARY}",
}
GOOD = {
    "sources": """\
# What is watched.
sources:
  - id: health-news
    name: Health news
    publisher: Department of Examples
    trust: official
    kind: feed
    url: https://health.example/feed/
    every: 10m
    read_page: true
    headers: {X-Api-Key: canary5f1d}
  - id: payments-news
    name: Payments news
    publisher: Payments
    trust: official
    kind: listing
    url: https://payments.example/news/
    every: 15m
    item: "article.news-item"
    title: "h3"
    date: ".date"
    date_formats: ["%d %B %Y", "%B %Y"]
    min_items: 1
  - id: flu-programme
    name: Flu programme
    publisher: Department of Examples
    trust: official
    kind: page
    url: https://health.example/flu
    every: 30m
    region: "main"
    ignore: ['\\d+ views']
""",
    "topics": """\
# What is looked for.
sets:
  flu: ["flu", "influenza"]
topics:
  - id: flu-eligibility
    name: Who can have a flu vaccine
    any:
      - "{flu} jab"
      - "influenza vaccin*"
      - "flu ~6 eligib*"
    unless: ["avian flu", "bird flu"]
    examples:
      match: ["Free flu jab for all over 50"]
      ignore: ["Bird flu on a farm"]
  - id: pay
    name: Pay
    any: ["golden hello"]
""",
    "subscribers": """\
# Who is told.
subscribers:
  - id: announcements
    via: slack
    address: C0123456789
    topics: all
    pace: at once
    quiet: "22:00-06:00"
    admin: true
  - id: managers
    via: email
    address: managers@practice.example
    topics: [flu-eligibility, pay]
    pace: weekly
    at: "07:30"
    on: monday
  - id: partners
    via: slack
    address: env:HOOK
    topics: [pay]
""",
}
Spoil = Callable[[bytes], bytes]


class Mutation(NamedTuple):
    """What is done to one good file, and where and how it must be refused."""

    name: str
    file: str
    spoil: Spoil
    line: int
    words: str


def swap(old: str, new: str | bytes) -> Spoil:
    """The file with the first `old` replaced, which must be there."""
    replacement = new.encode() if isinstance(new, str) else new

    def spoil(good: bytes) -> bytes:
        assert old.encode() in good, old
        return good.replace(old.encode(), replacement, 1)

    return spoil


def whole(body: str | bytes) -> Spoil:
    """Another file altogether."""
    return lambda _: body.encode() if isinstance(body, str) else body


def sources(name: str, old: str, new: str | bytes, line: int, words: str) -> Mutation:
    return Mutation(name, "sources", swap(old, new), line, words)


def topics(name: str, old: str, new: str | bytes, line: int, words: str) -> Mutation:
    return Mutation(name, "topics", swap(old, new), line, words)


def subscribers(name: str, old: str, new: str | bytes, line: int, words: str) -> Mutation:
    return Mutation(name, "subscribers", swap(old, new), line, words)


BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)
FILES_OF_OTHERS = [
    Mutation(
        "a Word document", "sources", whole(b"PK\x03\x04\x14\x00\x06\x00word/document.xml"), 1, "a Word, Excel or zip"
    ),
    Mutation(
        "an old Word document", "topics", whole(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9), 1, "this is a Word or Excel"
    ),
    Mutation(
        "rich text", "topics", whole(rb"{\rtf1\ansi{\fonttbl\f0 Arial;} topics:\par}"), 1, "a file of a word processor"
    ),
    Mutation(
        "a PDF file", "subscribers", whole(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), 1, "this is a PDF file, not YAML; write "
    ),
    Mutation(
        "UTF-16", "topics", lambda good: good.decode().encode("utf-16"), 1, "this is text in UTF-16, not YAML; write"
    ),
    Mutation(
        "an empty file", "subscribers", whole(""), 1, "the file is empty; `subscribers:` must be a list; begin each"
    ),
    Mutation(
        "comments alone", "topics", whole("# later\n"), 1, "the file is empty; `topics:` must be a list; begin each"
    ),
    Mutation("no list", "sources", whole("sources:\n"), 1, "`sources:` must be a list; begin each entry with a dash"),
    Mutation(
        "one entry without a list", "sources", whole("sources:\n  id: a\n"), 1, "`sources:` must be a list; begin "
    ),
    Mutation(
        "a list alone", "sources", whole("- id: a\n"), 1, "`sources:` must be a list; begin each entry with a dash"
    ),
    Mutation(
        "prose", "topics", whole("Please watch flu.\n"), 1, "`topics:` must be a list; begin each entry with a dash"
    ),
    Mutation(
        "JSON cut off", "subscribers", whole('{"subscribers": [{"id": "a"'), 1, "is missing a comma or its closing"
    ),
    Mutation(
        "HTML", "sources", whole("<!DOCTYPE html>\n<title>Sign in</title>\n"), 1, "`sources:` must be a list; begin"
    ),
    Mutation(
        "aliases that multiply", "sources", lambda good: BOMB.encode() + good, 2, "aliases (*name) are not allowed"
    ),
    Mutation("brackets without end", "topics", whole("topics: " + "[" * 100_000), 1, "nested too deeply; close the "),
    Mutation(
        "two documents", "sources", lambda good: good + b"---\n" + good, 33, "a file may contain only one document"
    ),
    Mutation(
        "a merge that was not finished",
        "sources",
        lambda good: b"<<<<<<< HEAD\n" + good,
        1,
        "a merge was not finished here; ",
    ),
]
BROKEN_YAML = [
    sources("a tab", "    every: 10m", "\tevery: 10m", 9, "tabs are not allowed; indent with spaces"),
    sources("a missing colon", "    trust: official", "    trust official", 6, "missing colon; write the key, a colon"),
    sources("no space after the colon", "name: Health news", "name:Health news", 4, "missing colon; write the key"),
    sources(
        "no space after the dash", "  - id: payments-news", "  -id: payments-news", 12, "put a space after the dash"
    ),
    sources(
        "no dash, in the dashes' column", "  - id: payments-news", "  id: payments-news", 12, "missing dash; begin each"
    ),
    topics(
        "no dash before the second of a list", '  - "influenza', '  "influenza', 9, "missing dash; begin each entry"
    ),
    topics("no dash, and deeper", '  - "influenza', '    "influenza', 9, "missing dash; begin each entry of a list"),
    topics(
        "no dash before the first of a list", '  - "{flu} jab"', '  "{flu} jab"', 8, "missing dash; begin each entry"
    ),
    topics(
        "no dash, so that two entries are one",
        '- "influenza vaccin*"\n      - "flu ~6 eligib*"',
        "- influenza vaccin*\n        flu ~6 eligib*",
        9,
        "this entry goes on in the next line; put a dash or a comma between two",
    ),
    topics(
        "no comma, so that two entries are one", '["avian flu", "bird flu"]', "[avian flu\n      bird flu]", 11, "put a"
    ),
    sources(
        "no colon after the first key", "- id: payments-news", "- id payments-news", 12, "missing colon; write the"
    ),
    sources(
        "a quote that the next one closes",
        "name: Payments news",
        'name: "Payments news',
        13,
        "the quote that opens here",
    ),
    sources("a long dash", "  - id: payments-news", "  – id: payments-news", 12, "on this line stands a long dash"),
    sources("indented too far", "    trust: official", "      trust: official", 6, "unexpected colon; quote a value"),
    sources("indented too little", "    trust: official", "   trust: official", 6, "wrong indentation; line this up"),
    sources(
        "a space that does not break", "    trust: official", "   \u00a0trust: official", 6, "a space that does not"
    ),
    sources(
        "a quote that is not closed", '"article.news-item"', '"article.news-item', 19, "the quote that opens here is"
    ),
    sources("text behind the quotes", '"h3"', '"h3" a', 20, "text after the closing quote; put the whole value in one"),
    sources(
        "a colon in a name", "name: Health news", "name: Health: news", 4, "unexpected colon; quote a value with a"
    ),
    sources(
        "a pattern in double quotes", r"['\d+ views']", r'["\d+ views"]', 32, "a backslash in double quotes begins"
    ),
    sources(
        "a list that is not closed", '"%B %Y"]', '"%B %Y"', 22, "the list that opens here is missing a comma or its"
    ),
    sources(
        "a percent sign first", "name: Health news", "name: %Health", 4, "a value cannot begin with this character; "
    ),
    sources(
        "a star first", "name: Health news", "name: *Health", 4, "aliases (*name) are not allowed; write the value out"
    ),
    sources("an object of Python", "name: Health news", "name: !!python/object:os.system x", 4, "tags (!name) are not"),
    sources(
        "a duplicate key",
        "    every: 10m\n",
        "    every: 10m\n    every: 5m\n",
        10,
        "duplicate key 'every' (first used",
    ),
    sources(
        "a forgotten dash",
        "  - id: payments-news\n",
        "    id: payments-news\n",
        12,
        "duplicate key 'id' (first used on line 3); remove one, or begin a new entry with a dash: - id:",
    ),
    sources("a merge key", "    trust: official\n", "    <<: {trust: official}\n", 6, "unknown key '<<'; leave it out"),
    sources(
        "a byte of Windows-1252", "Health news", b"Health\x92s news", 4, "a curly quote or long dash of Windows-1252"
    ),
    sources(
        "Latin-1", "Health news", b"Sant\xe9", 4, "not UTF-8: from here on it is in another encoding, such as Windows"
    ),
    sources(
        "NUL", "Health news", "Health\x00news", 4, "a character that cannot be seen stands here; delete it, or type"
    ),
    sources("a wide colon", "    trust: official", "    trust： official", 6, "on this line stands a wide colon"),
    subscribers(
        "an @ first", "C0123456789", "@managers", 5, "a value cannot begin with this character; put it in quotes"
    ),
    subscribers(
        "a # first", "C0123456789", "#gp", 5, "'address': nothing stands here, since a # begins a comment in YAML"
    ),
    subscribers("nothing at all", "C0123456789", "", 5, "'address': nothing stands here; write one address as text"),
]
SOURCES = [
    sources("an unknown key", "read_page", "raed_page", 10, "unknown key 'raed_page' (did you mean 'read_page'?)"),
    sources(
        "a key in capitals",
        "    url: https://health",
        "    URL: https://health",
        8,
        "unknown key 'URL' (did you mean 'url'?)",
    ),
    sources(
        "a key with a hyphen",
        "date_formats",
        "date-formats",
        22,
        "unknown key 'date-formats' (did you mean 'date_formats'?)",
    ),
    sources("a missing key", "    publisher: Payments\n", "", 12, "'publisher' is missing"),
    sources("a kind by another name", "kind: listing", "kind: RSS", 16, "unknown kind 'RSS' (did you mean 'feed'?)"),
    sources(
        "a source that does not exist",
        "    min_items: 1",
        "    min_items: 1\n    overlaps: [health-news, helth-news]",
        24,
        "unknown source 'helth-news' (did you mean 'health-news'?)",
    ),
    sources("an unknown kind", "kind: listing", "kind: html", 16, "unknown kind 'html'; available: feed, govuk, "),
    sources(
        "a duplicate id",
        "id: payments-news",
        "id: health-news",
        12,
        "duplicate id 'health-news' (first used by entry 1)",
    ),
    sources(
        "an id with spaces", "id: health-news", "id: Health News", 3, "'id': use lower-case letters, digits and single"
    ),
    sources("an id that is a list", "id: health-news", "id: [1]", 3, "'id': write text"),
    sources("an id that is a mapping", "id: health-news", "id: {a: b}", 3, "'id': write text"),
    sources(
        "no scheme",
        "url: https://health.example/feed/",
        "url: www.health.example",
        8,
        "begins with https:// or http://",
    ),
    sources(
        "a file for an address",
        "https://health.example/feed/",
        "file:///etc/passwd",
        8,
        "begins with https:// or http://",
    ),
    sources("a misspelt scheme", "url: https://health", "url: htps://health", 8, "begins with https:// or http://"),
    sources(
        "a port that is no number", "payments.example/", "payments.example:http/", 17, "its port is not a number from"
    ),
    sources(
        "a space in the host",
        "payments.example/",
        "pay ments.example/",
        17,
        "a space stands in the name of its host; take",
    ),
    sources(
        "a space in the address",
        "/news/",
        "/all news/",
        17,
        "a space stands in it; take it out, or write %20 where the",
    ),
    sources(
        "curly quotes around an address",
        "url: https://health.example/feed/",
        "url: “https://a.example/”",
        8,
        "“ and ” are no",
    ),
    sources(
        "a duration without a unit", "every: 10m", "every: 5", 9, "write a duration such as 30s, 10m, 2h or 1d, or auto"
    ),
    sources(
        "a negative duration", "every: 10m", "every: -10m", 9, "write a duration such as 30s, 10m, 2h or 1d, or auto"
    ),
    sources(
        "a duration of nothing", "every: 10m", "every: 0m", 9, "write a duration such as 30s, 10m, 2h or 1d, or auto"
    ),
    sources("too short a duration", "every: 10m", "every: 1s", 9, "write a duration from 30s to 7d"),
    sources("a switch that is none", "read_page: true", "read_page: maybe", 10, "'read_page': write true or false"),
    sources("a number that is none", "min_items: 1", "min_items: one", 23, "'min_items': write a whole number"),
    sources(
        "a selector that does not parse",
        '"article.news-item"',
        '"article["',
        19,
        "'item': not a CSS selector: Malformed",
    ),
    sources(
        "curly quotes in a selector", '".date"', "“.date”", 21, "no page has a name with a left double quotation mark"
    ),
    sources(
        "a curly quote within", '"h3"', '"[title=’x’]"', 20, "no page has a name with a right single quotation mark"
    ),
    sources(
        "a hard space in a selector", '"h3"', '"h3\u00a0a"', 20, "no page has a name with a no-break space in it; use"
    ),
    sources("an XPath", '"h3"', '"//h3/a"', 20, "'title': not a CSS selector: "),
    sources(
        "a date format without %", '"%d %B %Y"', '"DD/MM/YYYY"', 22, "it names no day or month; write one such as %d"
    ),
    sources(
        "a date format of a time", '"%d %B %Y"', '"%H:%M"', 22, "it names no day or month; write one such as %d %B %Y"
    ),
    sources("a date format of C", '"%d %B %Y"', '"%-d %B %Y"', 22, "not a date format; write one such as %d %B %Y"),
    sources(
        "one date format, no list", '["%d %B %Y", "%B %Y"]', '"%d %B %Y"', 22, "'date_formats': write a list, for "
    ),
    sources(
        "a pattern that does not parse",
        r"'\d+ views'",
        "'(views'",
        32,
        "'ignore': not an RE2 pattern: missing ): (views",
    ),
    sources(
        "a pattern that RE2 lacks", r"'\d+ views'", "'(?=views)'", 32, "'ignore': not an RE2 pattern: invalid perl"
    ),
    sources(
        "a topic that is none",
        "read_page: true",
        "topics: [pay, fluu]",
        10,
        "unknown topic 'fluu'; available: flu-eligi",
    ),
    sources("a header that is no text", "canary5f1d}", "[canary5f1d]}", 11, "'X-Api-Key': write text"),
]
TOPICS = [
    topics(
        "an unknown part", "sets:", "set:", 2, "unknown key 'set' (did you mean 'sets'?); this file may contain only"
    ),
    topics("a misspelt key", "    unless:", "    unles:", 11, "unknown key 'unles' (did you mean 'unless'?)"),
    topics(
        "a misspelt key further in", "      match:", "      mach:", 13, "unknown key 'mach' (did you mean 'match'?)"
    ),
    topics(
        "a pattern for a term",
        '"influenza vaccin*"',
        '"influenza vaccin.*"',
        9,
        "patterns are not terms; write a term for",
    ),
    topics(
        "a mark of a pattern in a set", '"influenza"]', '"influenzas?"]', 3, "patterns are not terms; write a term for"
    ),
    topics(
        "alternatives in a set",
        '"influenza"]',
        '"(influenza|grippe)"]',
        3,
        "'|' in '(influenza|grippe)' has no meaning",
    ),
    topics("a set that is none", '"{flu} jab"', '"{flue} jab"', 8, "there is no set {flue}; did you mean {flu}?"),
    topics(
        "a term for everything",
        '"golden hello"',
        '"the"',
        17,
        "'the' stands in nearly every headline; add a word of the",
    ),
    topics(
        "a term that is always stopped",
        '"golden hello"]',
        '"golden hello"]\n    unless: [hello]',
        17,
        "can never match",
    ),
    topics("words too far apart", "~6", "~600", 10, "~600 is not between ~1 and ~50"),
    topics(
        "an example that fails", "Free flu jab", "Free vaccine", 13, "this example of 'match' fails: no term matches it"
    ),
    topics(
        "an example that must not match", "Bird flu on", "Flu jabs on", 14, "this example of 'ignore' fails: the term"
    ),
    topics("no terms", '["golden hello"]', "[]", 17, "'any': write at least one"),
    topics("one term, no list", '["golden hello"]', "golden hello", 17, "'any': write a list, for example [a, b]"),
    topics("a number for an id", "id: pay", "id: 12.5", 15, "'id': use lower-case letters, digits and single dashes"),
]
SUBSCRIBERS = [
    subscribers(
        "an hour that does not exist", '"07:30"', '"25:00"', 15, "'at': a day has the hours 00 to 23; write hours and"
    ),
    subscribers(
        "a minute that does not exist", '"07:30"', '"07:75"', 15, "'at': an hour has the minutes 00 to 59; write hours"
    ),
    subscribers("an hour of one digit", '"07:30"', "7:30", 15, "'at': write hours and minutes with two digits each"),
    subscribers("no time", '"07:30"', "half past seven", 15, "'at': write hours and minutes with two digits each"),
    subscribers(
        "a time zone", '"07:30"', '"07:30 Europe/Paris"', 15, "with two digits each, in London's time, for example"
    ),
    subscribers(
        "the hour that happens twice", '"07:30"', '"01:30"', 15, "happens twice or never on clock-change days; choose"
    ),
    subscribers("quiet hours with a long dash", '"22:00-06:00"', "22:00–06:00", 8, "and a hyphen between, for example"),
    subscribers(
        "quiet hours as a list", '"22:00-06:00"', "[22:00, 06:00]", 8, "'quiet': write two times with two digits"
    ),
    subscribers("an unknown pace", "pace: weekly", "pace: monthly", 14, "'pace': write 'at once', 'daily' or 'weekly'"),
    subscribers(
        "a weekday of a daily digest", "pace: weekly", "pace: daily", 16, "'on' has no effect with `pace: daily`; leave"
    ),
    subscribers(
        "an empty digest of what is told at once",
        "    admin: true\n",
        "    admin: true\n    empty: never\n",
        10,
        "'empty' has no effect with `pace: at once`; leave it out, or write `pace: daily` or `pace: weekly`",
    ),
    subscribers("a weekday cut short", "on: monday", "on: mon", 16, "'on': write 'monday', 'tuesday', 'wednesday', "),
    subscribers(
        "topics that are no list",
        "[flu-eligibility, pay]",
        "flu-eligibility",
        13,
        "write `all`, or topic ids as a list",
    ),
    subscribers(
        "topics with commas alone", "[flu-eligibility, pay]", "flu-eligibility, pay", 13, "write `all`, or topic ids as"
    ),
    subscribers(
        "an unknown topic",
        "[flu-eligibility, pay]",
        "[flu, pay]",
        13,
        "unknown topic 'flu'; available: flu-eligibility, pay",
    ),
    subscribers(
        "no topics", "topics: [pay]", "topics: []", 20, "this subscriber would never be sent anything; write `all`"
    ),
    subscribers(
        "an unknown channel", "via: email", "via: mail", 11, "unknown channel 'mail' (did you mean 'email'?); available"
    ),
    subscribers(
        "a name with the address",
        "managers@practice.example",
        "Jane <canary5f1d@practice.example>",
        12,
        "write the address alone",
    ),
    subscribers(
        "no @", "managers@practice.example", "canary5f1d.practice.example", 12, "it has no @; write it as manager@"
    ),
    subscribers("mailto:", "managers@practice.example", "mailto:canary5f1d@practice.example", 12, "leave mailto: out"),
    subscribers(
        "two addresses", "managers@", "canary5f1d@a.example, managers@", 12, "an entry has one address; write an entry"
    ),
    subscribers(
        "a channel's name",
        "C0123456789",
        "gp-announcements",
        5,
        "this is a name; write the channel's id instead: its id",
    ),
    subscribers(
        "a token for an address", "C0123456789", "xoxb-canary5f1d", 5, "this is a token, which belongs into SLACK_BOT_"
    ),
    subscribers(
        "a link for an address",
        "C0123456789",
        "https://a.slack.com/archives/C1canary5f1d",
        5,
        "this is a link into Slack",
    ),
    subscribers(
        "a variable that is not set",
        "env:HOOK",
        "env:NO_HOOK",
        19,
        "the environment variable NO_HOOK is not set; set it",
    ),
    subscribers(
        "an address twice",
        "env:HOOK",
        "C0123456789",
        19,
        "subscriber 'announcements' already has this address and pace; put the topics of both into one entry",
    ),
    subscribers(
        "no admin", "    admin: true\n", "", 2, "no subscriber has `admin: true`; set it for whoever should be told"
    ),
    subscribers("a switch in German", "admin: true", "admin: ja", 9, "'admin': write true or false"),
    subscribers(
        "a key of another file",
        "  - id: managers",
        "  - every: 10m\n    id: managers",
        10,
        "unknown key 'every'; leave",
    ),
]
MUTATIONS = [*FILES_OF_OTHERS, *BROKEN_YAML, *SOURCES, *TOPICS, *SUBSCRIBERS]
PLACE = re.compile(r"^(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (?P<what>.+)$")


def write_good(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in GOOD.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of `watcher check` on this folder."""
    for name in ("WATCHER_CONFIG", "WATCHER_DATABASE", "WATCHER_SECRET", *ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)
    for name, setting in ENVIRONMENT.items():
        monkeypatch.setenv(name, setting)
    database = f"sqlite:///{folder.parent / 'none.db'}"
    monkeypatch.setattr(sys, "argv", ["watcher", "--config", str(folder), "--database", database, "check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_the_good_files_are_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(write_good(tmp_path / "config"), monkeypatch) == 0


def test_there_are_many_and_they_are_not_the_same() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 60
    spoilt = {(mutation.file, mutation.spoil(GOOD[mutation.file].encode())) for mutation in MUTATIONS}
    assert len(spoilt) == len(MUTATIONS)


@pytest.mark.promise("P20")
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_spoilt_file_is_refused_at_its_line_with_the_cure(
    mutation: Mutation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_good(tmp_path / "config")
    path = folder / f"{mutation.file}.yaml"
    path.write_bytes(mutation.spoil(path.read_bytes()))
    assert check(folder, monkeypatch) == 2
    printed = capsys.readouterr()
    lines = printed.err.splitlines()
    places = [PLACE.match(line) for line in lines]
    assert all(places), lines
    at_line = [
        place["what"]
        for place in places
        if place and place["file"] == str(path) and int(place["line"]) == mutation.line
    ]
    assert any(mutation.words in what for what in at_line), lines
    assert CANARY not in printed.out + printed.err
    assert printed.out == ""


@pytest.mark.promise("P20")
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_spoilt_file_never_takes_effect_while_running(mutation: Mutation, tmp_path: Path) -> None:
    folder = write_good(tmp_path / "config")
    in_use = config.read_configuration(folder, ENVIRONMENT)
    watched = ConfigFiles(folder, ENVIRONMENT)
    path = folder / f"{mutation.file}.yaml"
    good = path.read_bytes()
    path.write_bytes(mutation.spoil(good))
    assert watched.read_if_changed() is None, "an editor may still be saving it"
    with pytest.raises(BadConfig) as refused:
        watched.read_if_changed()
    assert watched.mistakes == refused.value.mistakes
    assert any(mistake.line == mutation.line and mutation.words in mistake.what for mistake in watched.mistakes)
    assert CANARY not in refused_note(refused.value)
    assert watched.read_if_changed() is None, "it is said once"
    path.write_bytes(good)
    assert watched.read_if_changed() is None
    assert watched.read_if_changed() == in_use
    assert watched.mistakes == ()


@pytest.mark.promise("P20")
@pytest.mark.parametrize("file", sorted(GOOD))
@pytest.mark.parametrize("form", ["folder", "loop", "pipe", "missing", "too large"])
def test_a_file_that_cannot_be_read_is_refused_and_never_takes_effect(
    file: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_good(tmp_path / "config")
    watched = ConfigFiles(folder, ENVIRONMENT)
    path = folder / f"{file}.yaml"
    path.unlink()
    if form == "folder":
        path.mkdir()
    elif form == "loop":
        path.symlink_to(path)
    elif form == "pipe":
        os.mkfifo(path)
    elif form == "too large":
        path.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    assert check(folder, monkeypatch) == 2
    place = PLACE.match(capsys.readouterr().err.splitlines()[0])
    assert place
    assert place["file"] == str(path)
    assert "; " in place["what"], "a cause and a cure"
    assert watched.read_if_changed() is None
    with pytest.raises(BadConfig):
        watched.read_if_changed()


@pytest.mark.parametrize("form", ["missing", "file"])
def test_a_folder_that_is_none_is_named_once(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "config"
    if form == "file":
        folder.write_text("sources: []\n")
    assert check(folder, monkeypatch) == 2
    why = "this is a file" if form == "file" else "there is no such folder"
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{folder}:1:1: {why}; name the one with sources.yaml, topics.yaml and subscribers.yaml (--")


# --- and any damage at all ------------------------------------------------------------------------------------------


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file with a few bytes changed, or lines taken out, doubled or exchanged."""
    file = draw(st.sampled_from(sorted(GOOD)))
    body = GOOD[file].encode()
    for _ in range(draw(st.integers(1, 3))):
        lines = body.splitlines(keepends=True) or [b"\n"]
        at = draw(st.integers(0, len(lines) - 1))
        way = draw(st.sampled_from(["flip", "cut", "double", "exchange", "indent"]))
        if way == "flip":
            place = draw(st.integers(0, max(len(body) - 1, 0)))
            body = body[:place] + bytes([draw(st.integers(0, 255))]) + body[place + 1 :]
            continue
        if way == "cut":
            del lines[at]
        elif way == "double":
            lines.insert(at, lines[at])
        elif way == "exchange":
            with_line = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[with_line] = lines[with_line], lines[at]
        else:
            lines[at] = b" " * draw(st.integers(1, 4)) + lines[at]
        body = b"".join(lines)
    return file, body


@settings(
    deadline=None, derandomize=True, max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spoilt())
@pytest.mark.promise("P20")
def test_any_damage_is_accepted_or_refused_with_a_place(tmp_path: Path, damage: tuple[str, bytes]) -> None:
    folder = write_good(tmp_path / "config")
    file, body = damage
    (folder / f"{file}.yaml").write_bytes(body)
    count = len(body.splitlines())
    try:
        config.read_configuration(folder, ENVIRONMENT)
    except BadConfig as refused:
        mistakes, shown = refused.mistakes, str(refused)
    else:
        return
    assert all(1 <= mistake.line <= max(count, 40) + 1 and mistake.column >= 1 for mistake in mistakes)
    assert all(mistake.what for mistake in mistakes)
    assert CANARY not in shown
