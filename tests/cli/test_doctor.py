"""`watcher doctor` and `watcher tell` as an admin uses them, with every neighbour a stand-in on loopback."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from tests.support.faulty import response
from tests.support.mails import mail
from tests.support.world import SOURCE, item, recently, rss, serving, write_config
from watcher.cli import app
from watcher.cli.commands import COMMANDS
from watcher.cli.doctor import send_trial
from watcher.cli.options import Options
from watcher.demo.stand_ins import MailStandIn, Reply, SlackStandIn, serve_http, serve_smtp
from watcher.model.finding import Finding, broken, fine
from watcher.notifiers.teams import Teams

FLOW = "/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?sig=canary"
CHANNEL, TOKEN, PASSWORD = "C0123456789", "xoxb-canary-token", "canary-password"
PEOPLE = f"""
subscribers:
  - {{id: managers, via: slack, address: {CHANNEL}, admin: true}}
  - {{id: daily, via: email, address: canary@practice.example, pace: daily, admin: true}}
  - {{id: screen, via: console, address: screen}}
"""


class TalkativeSlack(SlackStandIn):
    """A Slack that also says who we are and that we are in the channel."""

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, str, str] | Reply:
        name = path.rpartition("/")[2]
        answers = {
            "auth.test": {"ok": True, "team": "Market Square", "user": "watcher"},
            "conversations.info": {"ok": True, "channel": {"is_member": True}},
        }
        if name not in answers:
            return super().__call__(method, path, body)
        headers = {"x-oauth-scopes": "chat:write,channels:history,groups:history"}
        return Reply(kind="application/json", body=json.dumps(answers[name]), headers=headers)


class Neighbours:
    """The site, Slack and the relay of an installation in `folder`, and its environment."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.slack, self.mail = folder, TalkativeSlack([CHANNEL]), MailStandIn()
        self.site = stack.enter_context(serve_http(self._page))
        api, relay = stack.enter_context(serve_http(self.slack)), stack.enter_context(serve_smtp(self.mail))
        write_config(folder / "config", SOURCE.format(site=self.site), PEOPLE)
        self.environment = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_API_URL": f"{api}/api/",
            "WATCHER_SMTP_URL": relay,
            "WATCHER_MAIL_FROM": "watcher@practice.example",
            "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8",
            "WATCHER_SECRET": "canary-secret-of-more-than-32-characters",
            "WATCHER_CONFIG": str(folder / "config"),
            "WATCHER_DATABASE": f"sqlite:///{folder}/w.db",
        }

    def _page(self, _method: str, path: str, _body: bytes) -> Reply:
        listed = rss(*(item(number, recently()) for number in range(3))).decode()
        return Reply(kind="application/rss+xml", body=listed) if path == "/feed" else Reply(status=404)

    def watcher(self, *words: str) -> Result:
        """Run the command line; no secret may be in what it says."""
        done = CliRunner(env=self.environment).invoke(app, words)
        assert "canary" not in done.output
        assert "canary" not in done.stderr
        return done


@pytest.fixture
def neighbours(tmp_path: Path) -> Iterator[Neighbours]:
    with ExitStack() as stack:
        yield Neighbours(tmp_path, stack)


def test_an_installation_whose_neighbours_are_well_is_all_ok(neighbours: Neighbours) -> None:
    done = neighbours.watcher("doctor", "--json")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(finding["check"], finding["grade"]) for finding in findings if finding["grade"] != "ok"] == []
    assert [finding["check"] for finding in findings] == [
        *("python", "time zones", "disk", "configuration", "database", "backups", "sources", "clock"),
        *("subscriber screen", "mail", "subscriber daily", "mail from practice.example"),
        *("Slack", "subscriber managers", "pages"),
    ]
    assert done.exit_code == 0
    assert (neighbours.slack.posts, neighbours.mail.mails) == ([], [])
    assert not (neighbours.folder / "w.db").exists()


def test_what_is_broken_ends_with_1_and_says_what_to_do(neighbours: Neighbours) -> None:
    neighbours.environment["WATCHER_SMTP_URL"] = f"smtp://office:{PASSWORD}@127.0.0.1:9"
    done = neighbours.watcher("doctor")
    assert done.exit_code == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("bad")]
    cure = "Check the host and port in WATCHER_SMTP_URL, and this machine's network"
    assert line.split(None, 2) == ["bad", "mail", f"the mail relay cannot be reached (ConnectionRefusedError). {cure}"]


def test_a_configuration_with_mistakes_ends_with_2(neighbours: Neighbours) -> None:
    (neighbours.folder / "config/topics.yaml").write_text("topics: 7\n")
    assert "topics.yaml:1:" in str(neighbours.watcher("doctor").exception)


def test_offline_nobody_is_asked(neighbours: Neighbours) -> None:
    done = neighbours.watcher("doctor", "--offline")
    assert (done.exit_code, neighbours.slack.asked) == (0, [])
    assert "not looked at: --offline" in done.stdout


def test_send_proves_every_channel(neighbours: Neighbours) -> None:
    done = neighbours.watcher("doctor", "--send")
    assert done.exit_code == 0, done.stdout
    assert [post["text"].split("\n")[0] for post in neighbours.slack.posts] == ["TEST: This is a test from watcher"]
    assert [mail["Subject"] for mail in neighbours.mail.mails] == ["This is a test from watcher"]
    assert "the test was accepted (slack); see that it is there" in done.stdout


def test_tell_sends_one_test_by_the_real_channel(neighbours: Neighbours) -> None:
    done = neighbours.watcher("tell", "daily")
    assert (done.exit_code, done.stdout) == (0, "")
    (mail,) = neighbours.mail.mails
    words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Nothing. It shows that what is announced will reach you here." in " ".join(words.split())
    assert neighbours.slack.posts == []


def test_tell_says_why_nothing_arrived(neighbours: Neighbours) -> None:
    neighbours.slack._channels = set()
    done = neighbours.watcher("tell", "managers")
    assert done.exit_code == 1
    assert done.stderr.startswith(
        "bad   subscriber managers  the test did not arrive: Slack answered channel_not_found. Check"
    )


def test_tell_names_who_there_is(neighbours: Neighbours) -> None:
    done = neighbours.watcher("tell", "manager")
    assert (done.exit_code, done.stderr) == (
        2,
        "there is no subscriber 'manager'; there are: managers, daily, screen\n",
    )


# What each command is given; {item} is an Item of the site, {story} its Story, {folder} a folder of the test's own.
GIVEN = {
    "add": ("{site}/feed", "--dry-run"),
    "add-mail": ("{folder}/saved.eml",),
    "accept": ("press",),
    "backup": ("{folder}/b.wbk",),
    "brief": ("{folder}/texts.jsonl",),
    "changes": ("{folder}/texts.jsonl", "{folder}/texts.jsonl"),
    "deadlines": ("{folder}/dated.jsonl",),
    "diff-config": ("{folder}/config",),
    "digest": ("daily",),
    "evidence": ("{story}", "--out", "{folder}/e"),
    "explain": ("{item}",),
    "export": ("deliveries",),
    "forget": ("--older", "400d"),
    "handled": ("{story}", "daily"),
    "init": ("{folder}/new", "--add", "--yes", "--via", "email", "--address", "jo@practice.example"),
    "mark": ("{item}", "right", "flu-eligibility"),
    "match": ("{folder}/texts.jsonl",),
    "move": ("--to", "sqlite:///{folder}/moved.db"),
    "replay": ("{folder}/texts.jsonl", "--out", "{folder}/r"),
    "restore": ("{folder}/kept.wbk", "--replace"),
    "tell": ("daily",),
    "try": ("press",),
}
BULLETINS = """  - {id: bulletins, name: Bulletins, publisher: PCSE, trust: official, kind: mailbox, every: 5m,
     senders: ["news@bulletins.example"]}
"""
# Of the others each does its work. Here a mailbox is missing, no other version of a page waits, the feed is watched.
ENDS_WITH_1 = {"accept", "add", "health", "poll"}
SERVES = {"run", "web", "demo"}  # they do not end by themselves, or hold none of these settings


def make_places(neighbours: Neighbours) -> dict[str, str]:
    """Read and tell what the site has, and save what commands can be given: what stands for the names in GIVEN."""
    folder = neighbours.folder
    (folder / "texts.jsonl").write_text('{"id": "1", "title": "Flu jabs from 1 December"}\n')
    dated = {"id": "1", "text": "Order by 5pm on Friday 11 December 2026.", "page_date": "2026-11-27"}
    (folder / "dated.jsonl").write_text(json.dumps(dated))
    bulletin = mail(recently(), "PCSE <news@bulletins.example>", "Flu jabs: order by 21 March", plain="Order flu jabs.")
    (folder / "saved.eml").write_bytes(bulletin)
    for command in ("poll", "deliver"):
        assert neighbours.watcher(command).exit_code == 0
    with (folder / "config/sources.yaml").open("a") as sources:  # there is no mailbox that could be polled
        sources.write(BULLETINS)
    (folder / "new/config").mkdir(parents=True)
    shutil.copy(folder / "config/sources.yaml", folder / "new/config")  # else `init` asks the web
    told = next(json.loads(line) for line in neighbours.watcher("export", "items").stdout.splitlines())
    return {"site": neighbours.site, "folder": str(folder), "item": told["id"], "story": told["story"]}


@pytest.mark.parametrize(
    ("is_terminal", "reply", "seen"),
    [
        (False, False, fine("subscriber team", "the test was accepted (teams); see that it is there")),
        (True, True, fine("subscriber team", "the test was accepted (teams); see that it is there")),
        (
            True,
            False,
            broken("subscriber team", "the test was accepted (teams), and did not appear", Teams.cure_if_unseen),
        ),
    ],
)
def test_whoever_sits_at_a_terminal_is_asked_whether_the_card_appeared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, reply: bool, seen: Finding
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: is_terminal))
    monkeypatch.setattr("typer.confirm", lambda _question, **_options: reply)
    with serving({FLOW: response(status="202 Accepted")}) as (base, asked):
        environment = {"TEAMS_WEBHOOK": f"{base}{FLOW}", "WATCHER_TEAMS_ANY": "yes"}
        people = "subscribers: [{id: team, via: teams, address: env:TEAMS_WEBHOOK, admin: true}]"
        folder = write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), people)
        options = Options(folder, f"sqlite:///{tmp_path / 'w.db'}", environment=environment)
        assert send_trial(options, "team") == seen
    assert asked.paths() == [FLOW]


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - SERVES))
def test_no_command_prints_a_secret(neighbours: Neighbours, name: str) -> None:
    places = make_places(neighbours)
    if name == "restore":
        assert neighbours.watcher("backup", f"{neighbours.folder}/kept.wbk").exit_code == 0
    done = neighbours.watcher(name, *(word.format(**places) for word in GIVEN.get(name, ())))
    assert "canary" not in str(done.exception)
    assert "Traceback" not in done.output
    assert done.exit_code == (name in ENDS_WITH_1), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
