"""Saved mails, dropped in by hand: `watcher add-mail`. No name server is asked: who signed is said here."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.mails import OUR_SERVER, mail
from tests.support.world import write_config
from watcher.cli import app
from watcher.core.mail.content import parse_headers
from watcher.core.mail.senders import judged_signatures
from watcher.fetching.mailbox import MailReader

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
PCSE = """
sources:
  - {id: pcse-mail, name: PCSE by e-mail, publisher: PCSE, trust: official, kind: mailbox, every: 5m,
     senders: ["@pcse.example"]}
"""
SENDER = "PCSE <updates@pcse.example>"
HTML = "<p>Send us the list of all who had a flu jab, within 48 hours.</p>"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def signers_of(_: MailReader, body: bytes, *__: object, is_saved: bool) -> frozenset[str]:
        assert is_saved, "what a file says of itself is nobody's word"
        return judged_signatures(parse_headers(body), OUR_SERVER) or frozenset()

    monkeypatch.setattr(MailReader, "signers_of", signers_of)
    return write_config(tmp_path / "config", PCSE, SCREEN)


def watcher(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(
        app, ["--config", str(folder), "--database", f"sqlite:///{folder.parent / 'w.db'}", *words]
    )


def saved(folder: Path, name: str, body: bytes) -> str:
    file = folder.parent / name
    file.write_bytes(body)
    return str(file)


def hours_ago(hours: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours)


def facts(done: Result) -> list[tuple[str, int, int]]:
    lines = map(json.loads, done.stdout.splitlines())
    return [(line["outcome"], line["fresh"], line["alerts"]) for line in lines]


@pytest.mark.promise("P45")
def test_a_saved_mail_is_told_like_one_that_came_by_itself_and_once_only(folder: Path) -> None:
    file = saved(folder, "demand.eml", mail(hours_ago(70), SENDER, "Flu jabs: list needed within 48 hours", HTML))
    assert facts(watcher(folder, "add-mail", file)) == [("read", 1, 1)]
    assert facts(watcher(folder, "add-mail", file)) == [("read", 0, 0)]
    told = watcher(folder, "deliver").stdout
    assert json.loads(told.splitlines()[-1])["outcome"] == "sent"


def test_a_mail_that_nobody_signed_is_a_report_unless_somebody_is_sure(folder: Path) -> None:
    body = mail(hours_ago(2), SENDER, "Flu jabs: list needed within 48 hours", HTML, signed_by=None)
    file = saved(folder, "forwarded.eml", body)
    unproven = watcher(folder, "add-mail", file)
    assert facts(unproven) == [("read", 1, 1)]
    why = "a mail is not signed by its sender's domain: it is told as unproven, without links"
    assert unproven.stderr == f"{file}: {why}\n"
    assert facts(watcher(folder, "add-mail", "--sure", file)) == [("read", 1, 1)]


def test_a_source_that_is_switched_off_takes_nothing_by_hand(folder: Path) -> None:
    switched_off = PCSE.replace("every: 5m,", "every: 5m, enabled: false,")
    sources = folder / "sources.yaml"
    sources.write_text(switched_off, encoding="utf-8")
    file = saved(folder, "demand.eml", mail(hours_ago(1), SENDER, "Flu jabs: list needed within 48 hours", HTML))
    why = "pcse-mail is switched off (`enabled: false`): what you bring would be told to nobody, so it is not taken"
    refused = watcher(folder, "add-mail", "--sure", file)
    assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", f"{file}: {why}\n")
    pasted = watcher(folder, "add", "pcse-mail", "--paste")
    assert (pasted.exit_code, pasted.stdout, pasted.stderr) == (2, "", f"{why}\n")
    ours = switched_off.partition("sources:")[2].replace("enabled: false", "enabled: auto").replace("pcse-mail", "ours")
    sources.write_text(switched_off + ours, encoding="utf-8")
    taken = watcher(folder, "add-mail", file)
    assert (taken.exit_code, json.loads(taken.stdout)["source"]) == (0, "ours"), "another one has this sender, too"


def test_what_cannot_be_taken_says_why_and_the_others_are(folder: Path) -> None:
    files = [
        saved(folder, "note.txt", b"no mail"),
        saved(folder, "other.eml", mail(hours_ago(1), "Anybody <x@elsewhere.example>", "Flu jabs", HTML)),
        str(folder.parent / "gone.eml"),
        saved(folder, "good.eml", mail(hours_ago(1), SENDER, "Flu jabs in care homes", HTML)),
    ]
    done = watcher(folder, "add-mail", *files)
    assert done.exit_code == 1
    assert facts(done) == [("read", 1, 1)]
    nobody = "which no source of kind `mailbox` has in `senders` (docs/bulletins.md)"
    assert done.stderr.splitlines() == [
        f"{files[0]}: this is no e-mail: it has no From line; save the whole mail as .eml",
        f"{files[1]}: it comes from elsewhere.example, {nobody}",
        f"{files[2]}: cannot be read: No such file or directory",
    ]
    assert "x@elsewhere.example" not in done.stderr
