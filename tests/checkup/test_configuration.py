"""What doctor says of a configuration that can be started with and is hardly what was meant."""

from pathlib import Path

import pytest

from tests.support.world import SOURCE, write_config
from watcher.checkup.configuration import examine_configuration
from watcher.config import read_configuration
from watcher.model.finding import Finding, broken, doubtful, fine

TOPICS = """
topics:
  - {id: flu-eligibility, name: Flu, any: ["flu jab"]}
  - {id: pensions, name: Pensions, any: ["pension*"]}
"""
SCREEN = "  - {id: screen, via: console, address: screen, admin: true}\n"
CHECK = "configuration"


def examine(folder: Path, subscribers: str, sources: str = SOURCE.format(site="https://x.example")) -> list[Finding]:
    environment = {
        "WATCHER_SMTP_URL": "smtp://localhost",
        "WATCHER_MAIL_FROM": "w@x.example",
        "SLACK_BOT_TOKEN": "xoxb-1",
    }
    write_config(folder / "config", sources, f"subscribers:\n{subscribers}", TOPICS)
    return examine_configuration(read_configuration(folder / "config", environment), environment)


def test_one_that_is_well_is_counted(tmp_path: Path) -> None:
    assert examine(tmp_path, SCREEN) == [fine(CHECK, "1 source, 2 topics, 1 subscriber")]


@pytest.mark.parametrize(
    ("subscribers", "finding"),
    [
        (
            "  - {id: a, via: console, address: x, topics: [flu-eligibility], admin: true}\n",
            doubtful(
                CHECK,
                "topics that nobody subscribes to: pensions",
                "add them to a subscriber in subscribers.yaml, or leave it so",
            ),
        ),
        (
            f"{SCREEN}  - {{id: day, via: console, address: screen, pace: daily}}\n",
            doubtful(
                CHECK,
                "one channel has several subscriptions: screen, day",
                "its readers see some things twice; put them into one entry, or leave it so",
            ),
        ),
        (
            "  - {id: a, via: slack, address: C0123456789, admin: true}\n",
            doubtful(
                CHECK,
                "all admins are told through slack alone: when it fails, nobody hears of it",
                "Give another subscriber `admin: true` on another channel, or have `watcher health` watched "
                "(exit code 1)",
            ),
        ),
    ],
)
def test_what_is_hardly_meant_is_told(tmp_path: Path, subscribers: str, finding: Finding) -> None:
    assert examine(tmp_path, subscribers) == [finding]


def test_sources_that_nobody_hears_of_are_named(tmp_path: Path) -> None:
    sources = SOURCE.format(site="https://x.example")
    idle = sources + "    topics: [pensions]\n"
    subscribers = "  - {id: a, via: console, address: x, topics: [flu-eligibility], admin: true}\n"
    assert "sources whose topics nobody subscribes to: press" in [
        each.seen for each in examine(tmp_path, subscribers, idle)
    ]


def test_without_a_source_nobody_is_told(tmp_path: Path) -> None:
    off = SOURCE.format(site="https://x.example") + "    enabled: false\n"
    cure = "set `enabled: auto` for some in sources.yaml"
    assert examine(tmp_path, SCREEN, off) == [
        broken(CHECK, "no source is enabled, so nobody is ever told anything", cure)
    ]
