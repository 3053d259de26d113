"""The two walks of docs/getting-started.md as a terminal shows them: real commands, with every neighbour a stand-in."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.terminal import on_terminal
from watcher.demo.stand_ins import Answer, Reply, serve_http

CHANNEL, TOKEN = "C0123456789", "xoxb-example"
SOURCES = """sources:
  - id: nhse-news
    name: NHS England news
    publisher: NHS England
    trust: official
    kind: listing
    url: {site}/news
    every: 15m
    item: {item}
    title: h3
    link: a
    date: time
    date_formats: ["%d %B %Y"]
"""
HEADLINES = (
    "Flu vaccine for everyone aged 50 to 64",
    "GP contract: what changes in April",
    "New to Partnership scheme",
)
SCREEN = "subscribers:\n  - {id: this-screen, via: console, address: screen, admin: true}\n"


class WalkedSite:
    """A news page of ours, before and after it was designed anew."""

    def __init__(self) -> None:
        self.tag = "article"

    def __call__(self, _method: str, path: str, _body: bytes) -> Answer | Reply:
        """The page, or Slack's words on who we are."""
        method = path.rpartition("/")[2]
        if method in {"auth.test", "conversations.info"}:
            about = {"ok": True, "team": "Market Square Surgery", "user": "watcher", "channel": {"is_member": True}}
            scopes = {"x-oauth-scopes": "chat:write,channels:read,channels:history,groups:history"}
            return Reply(kind="application/json", body=json.dumps(about), headers=scopes)
        if path != "/news":
            return 404, "text/plain", "no"
        items = "".join(
            f"<{self.tag}><h3>{title}</h3><a href='/news/{number}'>Read it</a>"
            f"<time>2{number} November 2026</time></{self.tag}>"
            for number, title in enumerate(HEADLINES)
        )
        return 200, "text/html", f"<!doctype html><title>News</title><main>{items}</main>"


@contextmanager
def home() -> Iterator[tuple[Path, dict[str, str], WalkedSite]]:
    """An installation of its own beside a stand-in site and Slack: its folder and its environment."""
    site = WalkedSite()
    with tempfile.TemporaryDirectory() as folder, serve_http(site) as base:
        place = Path(folder) / "watcher"
        (place / "config").mkdir(parents=True)
        (place / "config/sources.yaml").write_text(SOURCES.format(site=base, item="article"), encoding="utf-8")
        environment = {
            "HOME": folder,
            "PATH": os.environ["PATH"],
            "XDG_CACHE_HOME": f"{folder}/cache",
            "SLACK_API_URL": f"{base}/api/",
            "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8",
        }
        yield place, environment, site


def walk_through_init() -> str:
    """What a person sees who answers the questions of `watcher init`."""
    with home() as (place, environment, _), on_terminal(place, environment, "init", "--add") as (terminal, _):
        terminal.answer("Where shall it tell?", "slack\n")
        terminal.answer("The id of the channel", f"{CHANNEL}\n")
        terminal.answer_unseen("bot token", f"{TOKEN}\n")
        terminal.answer("Of which topics?", "\n")
        terminal.answer("How often?", "\n")
        terminal.answer("Your name or page", "Jo Shah, Market Square Surgery\n")
        terminal.answer("The public https address", "\n")
        terminal.answer("Send a test message to practice-managers now?", "n\n")
        terminal.read_all()
        said = terminal.said.replace(str(place.parent), "/home/jo")
    return f"{bold('~$ watcher init watcher')}\n{said}"


def walk_through_repair() -> str:
    """What a person sees whose source was designed anew, from the alarm to the mended entry."""
    with home() as (place, environment, site):
        (place / "config/subscribers.yaml").write_text(SCREEN, encoding="utf-8")
        topics = Path(__file__).parents[1] / "config/topics.yaml"
        (place / "config/topics.yaml").write_text(topics.read_text(encoding="utf-8"), encoding="utf-8")
        run(place, environment, "poll")
        site.tag = "section"
        run(place, environment, "poll", "nhse-news")
        shown = [shell(place, environment, "health"), shell(place, environment, "try", "nhse-news")]
        file = place / "config/sources.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("item: article", "item: section"), encoding="utf-8")
        shown.append(bold('~/watcher$ sed -i "s/item: article/item: section/" config/sources.yaml'))
        shown.append(shell(place, environment, "try", "nhse-news"))
        run(place, environment, "poll", "nhse-news")
        shown.append(shell(place, environment, "health"))
    return "\n".join(shown)


def shell(place: Path, environment: dict[str, str], *words: str) -> str:
    """A command with what it prints, as a person sees both."""
    typed = " ".join(["~/watcher$ watcher", *words])
    return f"{bold(typed)}\n{run(place, environment, *words)}"


def bold(line: str) -> str:
    """What a person typed, so that it stands out."""
    return f"\x1b[1m{line}\x1b[0m"


def run(place: Path, environment: dict[str, str], *words: str) -> str:
    """What a command prints, on either stream."""
    command = [sys.executable, "-m", "watcher", *words]
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, cwd=place, env=environment, text=True, check=False, **both)  # type: ignore[call-overload]  # noqa: S603
    return str(done.stdout).rstrip()


if __name__ == "__main__":
    print(walk_through_init())
    print(walk_through_repair())
