"""The commands as a person or script uses them: what they print, and their exit codes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.faulty import feed, response
from tests.support.world import SOURCE, item, recently, rss, serving, write_config
from watcher.cli import app

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
HOME = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN)


def watcher(folder: Path, *words: str, given: str | None = None) -> Result:
    database = f"sqlite:///{folder.parent / 'w.db'}"
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database, *words], input=given)


def test_match_prints_a_line_for_each_item_and_names_a_broken_one(folder: Path) -> None:
    rows = ['{"id": 1, "title": "Flu jabs"}', "not json", '{"id": 2, "title": "Bird flu jab"}', '{"title": "no id"}']
    done = watcher(folder, "match", "-", given="\n".join(rows))
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {
            "id": 1,
            "topics": [
                {
                    "topic": "flu-eligibility",
                    "evidence": [{"field": "title", "text": "Flu jabs", "sentence": "Flu jabs", "term": "flu jab"}],
                }
            ],
            "vetoed": [],
            "zone": "at once",
            "points": 0,
            "signals": {},
            "perhaps": [],
            "mentioned": [],
        },
        {
            "id": 2,
            "topics": [],
            "vetoed": [{"topic": "flu-eligibility", "by": "Bird flu", "guard": ""}],
            "zone": None,
            "points": 0,
            "signals": {},
            "perhaps": [],
            "mentioned": [],
        },
    ]
    assert done.stderr.splitlines() == [
        f'-:{number}: not an item: write {{"id": 1, "title": "a headline"}} on one line' for number in (2, 4)
    ]
    assert done.exit_code == 1


def test_try_shows_what_a_saved_page_gives_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.xml"
    page.write_bytes(feed(2))
    done = watcher(folder, "try", "press", "--file", str(page), "--json")
    assert [json.loads(line)["identity"] for line in done.stdout.splitlines()] == ["example.org/0", "example.org/1"]
    counts = "0 with text, 0 still to be read on their own page, 2 without a date"
    assert done.stderr == f"press: {counts}\npress: 2 items, 0 problems\n"
    assert not (folder.parent / "w.db").exists()


def test_try_says_that_it_could_not_look(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<form>password</form>", encoding="utf-8")
    done = watcher(folder, "try", "press", "--file", str(page))
    assert (done.exit_code, done.stderr) == (
        1,
        "press: could not be read: this is not a feed; perhaps a login or error page\n",
    )


def test_try_looks_live_and_what_it_prints_can_be_matched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_ALLOW_PRIVATE", "127.0.0.0/8")
    with serving({"/feed": response(rss(item(1, recently())))}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)
        tried = watcher(folder, "try", "press", "--json")
    assert tried.exit_code == 0
    assert tried.stderr.splitlines()[-1] == "press: 1 items, 0 problems"
    (matched,) = [json.loads(line) for line in watcher(folder, "match", "-", given=tried.stdout).stdout.splitlines()]
    assert [each["topic"] for each in matched["topics"]] == ["flu-eligibility"]
    assert not (folder.parent / "w.db").exists()


def test_try_says_why_it_could_not_look_live(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="http://127.0.0.1:9"), SCREEN)
    tried = watcher(folder, "try", "press")
    assert tried.exit_code == 1
    assert "press: could not be read: 127.0.0.1 is a private address" in tried.stderr


def test_poll_deliver_explain_and_health_tell_one_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_ALLOW_PRIVATE", "127.0.0.0/8")
    with serving({"/feed": response(rss(item(1, recently()), item(2, recently(), "House prices")))}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)
        assert watcher(folder, "health").exit_code == 1
        polled = watcher(folder, "poll")
        assert json.loads(polled.stdout) == {
            "source": "press",
            "outcome": "read",
            "fresh": 2,
            "revised": 0,
            "alerts": 1,
            "topics": ["flu-eligibility"],
            "problems": [],
            "why": "",
        }
        assert watcher(folder, "poll").stdout == "", "nothing is due again yet"
        delivered = watcher(folder, "deliver")
        assert '"outcome": "sent"' in delivered.stdout
        life = json.loads(watcher(folder, "explain", "https://news.example/1", "--json").stdout)
        assert [match["topic"] for match in life["matches"]] == ["flu-eligibility"]
        assert [(each["subscriber"], each["outcome"]) for each in life["deliveries"]] == [("screen", "sent")]
        facts = watcher(folder, "explain", "https://news.example/1").stdout
        assert "fact      Owner: nurse lead" in facts.splitlines()
        plain = watcher(folder, "explain", "https://news.example/2").stdout
        assert "not told  it matches no topic" in plain
        assert watcher(folder, "explain", "https://news.example/none").exit_code == 1
        by_words = watcher(folder, "explain", "house prices")
        listed = by_words.stderr.splitlines()[-1].split()
        assert (by_words.exit_code, listed[1:]) == (1, ["House", "prices"])
        assert watcher(folder, "explain", listed[0]).exit_code == 0
        healthy = watcher(folder, "health")
        assert healthy.stdout.splitlines()[-1] == "all is well"
        assert healthy.exit_code == 0


def test_the_shipped_configuration_is_fine_and_its_schemas_are_written(tmp_path: Path) -> None:
    done = watcher(HOME / "config", "check", "--schema", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix == ".json") == [
        "sources.schema.json",
        "subscribers.schema.json",
        "topics.schema.json",
    ]
    schema = json.loads((tmp_path / "sources.schema.json").read_text(encoding="utf-8"))
    kinds = [each["properties"]["kind"]["const"] for each in schema["properties"]["sources"]["items"]["anyOf"]]
    assert kinds == ["feed", "govuk", "json", "listing", "mailbox", "page", "pasted", "wordpress"]


def test_a_wrong_configuration_stops_every_command_with_its_places(folder: Path) -> None:
    (folder / "sources.yaml").write_text("sources:\n  - id: press\n    knid: feed\n", encoding="utf-8")
    command = [sys.executable, "-m", "watcher", "--config", str(folder), "check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"{folder}/sources.yaml:2:5: 'kind' is missing" in done.stderr


def test_the_demo_without_its_extra_says_how_to_install_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("watcher.demo.play", "watcher.demo.stand_ins"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "aiosmtpd", None)
    monkeypatch.delitem(sys.modules, "aiosmtpd.controller", raising=False)
    done = watcher(folder, "demo")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "the demo needs the package aiosmtpd; install it with: pip install 'practice-watcher[demo]'\n"
    )


@pytest.mark.parametrize(
    ("switched", "why"),
    [
        ("enabled: auto", "1 source to be proven, 0 of them looked at so far"),
        ("enabled: false", "no source is enabled in sources.yaml"),
    ],
)
def test_all_is_not_well_where_only_what_a_person_pastes_is_watched(tmp_path: Path, switched: str, why: str) -> None:
    feed = SOURCE.format(site="http://news.example").replace("every: 5m", f"every: 5m\n    {switched}")
    pasted = "  - {id: lmc, name: LMC, publisher: LMC, trust: representative, kind: pasted, every: 7d,"
    pasted += " url: 'http://lmc.example'}\n"
    folder = write_config(tmp_path / "config", feed.rstrip("\n") + "\n" + pasted, SCREEN)
    report = watcher(folder, "health")
    assert report.exit_code == 1
    assert f"nothing is watched: {why}" in report.stdout
    assert report.stdout.splitlines()[-1] == "something needs a person"


def test_a_digest_can_be_seen_before_it_goes(tmp_path: Path) -> None:
    people = "subscribers: [{id: m, via: console, address: m, pace: weekly, on: friday, admin: true}]"
    folder = write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), people)
    before = watcher(folder, "digest", "m")
    assert str(before.exception).startswith("there is no database ")
    assert not (tmp_path / "w.db").exists(), "whoever only reads makes none"
    assert watcher(folder, "deliver").exit_code == 0
    shown = watcher(folder, "digest", "m").stdout
    assert "nothing new" in shown.splitlines()[0]
    assert "Sources: 0 of 1 could be read at their last check." in shown
    assert watcher(folder, "digest", "m", "--preview", str(tmp_path / "d.html")).exit_code == 0
    assert "<h1" in (tmp_path / "d.html").read_text(encoding="utf-8")
    assert watcher(folder, "digest", "nobody").exit_code == 2


def test_run_works_until_sigterm_and_finishes_what_it_began(tmp_path: Path) -> None:
    with serving({"/feed": response(rss(item(1, recently())))}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)
        command = [
            sys.executable,
            "-m",
            "watcher",
            "--config",
            str(folder),
            "--database",
            f"sqlite:///{tmp_path / 'w.db'}",
        ]
        environment = {**os.environ, "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
        with subprocess.Popen(
            [*command, "run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout is not None
            seen = ""
            while "Flu jabs for group 1" not in seen:
                line = running.stdout.readline()
                assert line, "the process ended before it told anything"
                seen += line
            running.send_signal(signal.SIGTERM)
            _, logged = running.communicate(timeout=30)
        assert running.returncode == 0
    events = [json.loads(line) for line in logged.splitlines()]
    assert (events[0]["event"], events[-1]["event"]) == ("started", "stopped")
    (polled,) = [each for each in events if each["event"] == "polled"]
    assert (polled["source"], polled["outcome"], polled["alerts"]) == ("press", "read", 1)
    assert [each["outcome"] for each in events if each["event"] == "delivered"] == ["sent"]


def test_a_change_of_topics_is_tried_on_headlines(folder: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    text = (folder / "topics.yaml").read_text(encoding="utf-8")
    (old / "topics.yaml").write_text(text.replace("flu jab", "flu clinic"), encoding="utf-8")
    done = watcher(folder, "match", "-", "--against", str(old), given='{"id": 1, "title": "Flu jabs for all"}')
    assert json.loads(done.stdout.splitlines()[0]) == {
        "item": "1",
        "title": "Flu jabs for all",
        "topic": "flu-eligibility",
        "caught": True,
        "words": "Flu jabs",
    }
    assert (
        done.stderr == "1 items: 1 newly caught, 0 newly lost, 0 moved; 1 terms were never found (--terms lists them)\n"
    )
