"""Nobody is reached: `watcher health` says so after the first attempt, with the channel's reason and the cure."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_mail import FaultyRelay
from tests.support.faulty import response
from tests.support.world import SOURCE, deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher import config, store
from watcher.config import warnings_of
from watcher.deliver import probe_channels
from watcher.demo.stand_ins import Answer, Reply, SimulatedFault, SlackStandIn, serve_http, serve_smtp
from watcher.notifiers.slack import Slack
from watcher.reports.source_health import HealthReport, health_report
from watcher.runtime import Runtime

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
CHANNEL, HOOK = "C0123456789", "/hook/T1/B1"
SENDER = {"WATCHER_MAIL_FROM": "Watcher <watcher@example.org>"}
LATER = timedelta(minutes=31)


class TokenSlack(SlackStandIn):
    """A Slack that answers `auth.test` with a word, or well."""

    word = ""

    def __call__(self, method: str, path: str, body: bytes) -> Answer | Reply:
        if path.endswith("/auth.test"):
            fault = SimulatedFault(word=self.word, accepted=not self.word)
            return fault.reply(hook=False, channel="", stamp="")
        return super().__call__(method, path, body)


@contextmanager
def slack_environment(fault: SimulatedFault) -> Iterator[dict[str, str]]:
    stand_in = TokenSlack([CHANNEL], seconds=0)
    stand_in.faults = {CHANNEL: fault, HOOK: fault}
    with serve_http(stand_in) as base:
        yield {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/", "HOOK": base + HOOK}


@contextmanager
def mail_environment(how: str) -> Iterator[dict[str, str]]:
    """A relay that refuses in the way that `how` names."""
    kept = FaultyRelay(m=["550 5.1.1 no such user"] if how == "nobody" else ["250 OK"])

    class Sender(FaultyRelay):
        async def handle_MAIL(self, *_: Any) -> str:  # noqa: N802
            return "550 5.7.1 not from you"

    with ExitStack() as stack:
        if how == "refused":
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                yield {"WATCHER_SMTP_URL": f"smtp://127.0.0.1:{taken.getsockname()[1]}", **SENDER}
            return
        relay = stack.enter_context(serve_smtp(Sender() if how == "sender" else kept))
        url = {
            "no STARTTLS": f"{relay}?starttls=required",
            "no login": relay.replace("smtp://", "smtp://user:password@"),
            "no name": "smtp://relay.invalid",
        }.get(how, relay)
        yield {"WATCHER_SMTP_URL": url, **({} if how == "no sender" else SENDER)}


def told(folder: Path, address: str, environment: dict[str, str]) -> tuple[HealthReport, HealthReport]:
    """Health before anything was to be sent, and after one look and one attempt."""

    async def story(site: str) -> tuple[HealthReport, HealthReport]:
        via = "email" if "@" in address else "slack"
        people = f"subscribers: [{{id: gp, via: {via}, address: '{address}', admin: true}}]"
        folder_of = write_config(folder / "config", SOURCE.format(site=site), people)
        async with desk(folder_of, environment, f"sqlite:///{folder / 'w.db'}", NOW) as opened:
            await poll_all(opened, NOW - timedelta(minutes=1))
            before = health_report(opened.database, opened.configuration, NOW)
            await deliver_all(opened, NOW)
            return before, health_report(opened.database, opened.configuration, NOW)

    with serving({"/feed": response(rss(item(1, NOW)))}) as (site, _):
        return asyncio.run(story(site))


WAYS: dict[str, tuple[Any, str, str, str]] = {
    word: (slack_environment(SimulatedFault(word=word)), CHANNEL, word, cure)
    for word, cure in {
        "token_revoked": "Install the app in the workspace again, and put its token into SLACK_BOT_TOKEN.",
        "invalid_auth": "Copy the token anew from the app's page (OAuth & Permissions) into SLACK_BOT_TOKEN.",
        "missing_scope": "Give the app the scope chat:write on its page (OAuth & Permissions), and install it again.",
        "not_in_channel": "Invite the app into the channel: write /invite and its name there.",
        "is_archived": "Bring the channel back from the archive, or name another in subscribers.yaml.",
        "channel_not_found": "Check the channel's id in subscribers.yaml; into a private channel, invite the app.",
        "restricted_action": "Ask an owner of the workspace to let the app post there.",
    }.items()
}
WAYS["a proxy"] = (
    slack_environment(SimulatedFault(status=403, page="<h1>Blocked</h1>")),
    CHANNEL,
    "Slack answered 403",
    "Ask who runs this machine's network: something in it answers in Slack's place.",
)
WAYS["no_service"] = (
    slack_environment(SimulatedFault(status=404, word="no_service")),
    "env:HOOK",
    "Slack answered no_service",
    "Make a new incoming webhook on the app's page, and put its address where subscribers.yaml reads it.",
)
WAYS |= {
    how: (mail_environment(how), "m@example.org", why, cure)
    for how, (why, cure) in {
        "no sender": ("no sender is set", "Set WATCHER_MAIL_FROM to the name and address that mails come from."),
        "no STARTTLS": (
            "the mail relay offers no STARTTLS",
            "Use smtps:// or a port with STARTTLS; set ?starttls=no only on your own network.",
        ),
        "no login": (
            "the mail relay takes no password here",
            "Use the relay's port for submission, often 587, or leave out user and password.",
        ),
        "no name": (
            "the mail relay's name cannot be resolved",
            "Check the host and port in WATCHER_SMTP_URL, and this machine's network.",
        ),
        "refused": (
            "the mail relay cannot be reached (ConnectionRefusedError)",
            "Check the host and port in WATCHER_SMTP_URL, and this machine's network.",
        ),
        "sender": (
            "the mail relay refused the sender: 550 5.7.1",
            "Have the mail relay take mail from WATCHER_MAIL_FROM, or set one that it takes.",
        ),
        "nobody": (
            "the mail relay refused the recipient: 550 5.1.1",
            "Check the address of this subscriber in subscribers.yaml.",
        ),
    }.items()
}


@pytest.mark.promise("P36")
@pytest.mark.parametrize("way", WAYS)
def test_health_is_red_after_the_first_attempt_that_reaches_nobody(tmp_path: Path, way: str) -> None:
    opened, address, why, cure = WAYS[way]
    with opened as environment:
        before, after = told(tmp_path, address, environment)
    assert before.is_well
    assert not after.is_well
    (line,) = after.not_reached
    assert line.startswith("gp: NOT REACHED since Fri 20 Nov 2020 07:41 (")
    assert why in line
    assert line.endswith(f"). {cure}")
    assert line in after.lines
    assert after.as_json()["not_reached"] == after.not_reached


@pytest.mark.promise("P36")
def test_health_is_well_again_after_the_first_message_that_arrives(tmp_path: Path) -> None:
    stand_in = TokenSlack([CHANNEL], seconds=0)
    stand_in.faults = {CHANNEL: SimulatedFault(word="not_in_channel")}

    async def story(site: str, environment: dict[str, str]) -> list[bool]:
        people = f"subscribers: [{{id: gp, via: slack, address: {CHANNEL}, admin: true}}]"
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), people)
        async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            await poll_all(opened, NOW - timedelta(minutes=1))
            await deliver_all(opened, NOW)
            red = well(opened, NOW)
            stand_in.faults = {}
            await deliver_all(opened, NOW + timedelta(minutes=15))
            return [red, well(opened, NOW + timedelta(minutes=15))]

    with serving({"/feed": response(rss(item(1, NOW)))}) as (site, _), serve_http(stand_in) as base:
        environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}
        assert asyncio.run(story(site, environment)) == [False, True]


def well(opened: Runtime, now: datetime) -> bool:
    return not health_report(opened.database, opened.configuration, now).not_reached


@pytest.mark.promise("P36")
@pytest.mark.parametrize("word", ["token_revoked", "invalid_auth", "account_inactive"])
def test_a_dead_token_is_noticed_though_nothing_is_due_and_a_new_one_too(tmp_path: Path, word: str) -> None:
    stand_in = TokenSlack([CHANNEL], seconds=0)
    stand_in.word = word

    async def story(environment: dict[str, str]) -> list[Any]:
        people = f"subscribers: [{{id: gp, via: slack, address: {CHANNEL}, admin: true}}]"
        folder = write_config(tmp_path / "config", "sources: []", people)
        async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            said: list[Any] = [await asyncio.gather(*await probe_channels(opened, NOW)), well(opened, NOW)]
            said.append(await asyncio.gather(*await probe_channels(opened, NOW + timedelta(minutes=1))))
            with opened.database.begin() as tx:
                said.append([alert.note[:46] for alert in store.alerts.since(tx, NOW - timedelta(days=1))])
            stand_in.word = ""
            await asyncio.gather(*await probe_channels(opened, NOW + LATER))
            return [*said, well(opened, NOW + LATER)]

    with serve_http(stand_in) as base:
        found = asyncio.run(story({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}))
    ((line,), is_well, asked_again, notes, is_well_later) = found
    assert line.startswith(f"gp: Slack answered {word}. ")
    assert (is_well, asked_again, is_well_later) == (False, [], True)
    assert notes == ["Nothing reaches the subscriber gp: Slack answe"]


@pytest.mark.promise("P36")
def test_health_is_red_under_another_key_too_and_a_corrected_address_is_not(tmp_path: Path) -> None:
    stand_in = TokenSlack([CHANNEL], seconds=0)
    stand_in.word = "token_revoked"

    async def probed(environment: dict[str, str], address: str, *, probes: bool = True) -> bool:
        people = f"subscribers: [{{id: gp, via: slack, address: {address}, admin: true}}]"
        folder = write_config(tmp_path / "config", "sources: []", people)
        async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            if probes:
                await asyncio.gather(*await probe_channels(opened, NOW))
            return well(opened, NOW)

    with serve_http(stand_in) as base:
        environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/", "WATCHER_SECRET": "a" * 32}
        assert not asyncio.run(probed(environment, CHANNEL))
        assert not asyncio.run(probed({**environment, "WATCHER_SECRET": "b" * 32}, CHANNEL, probes=False))
        stand_in.word = ""
        assert asyncio.run(probed(environment, "C9999999999"))


@pytest.mark.promise("P36")
def test_the_other_admin_hears_that_one_is_not_reached_though_only_notices_are_due(tmp_path: Path) -> None:
    stand_in = TokenSlack([CHANNEL, "C0000000009"], seconds=0)
    stand_in.faults = {CHANNEL: SimulatedFault(word="not_in_channel")}

    async def story(site: str, environment: dict[str, str]) -> None:
        people = (
            f"subscribers: [{{id: boss, via: slack, address: {CHANNEL}, topics: [], admin: true}},"
            " {id: other, via: slack, address: C0000000009, topics: [], admin: true}]"
        )
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), people)
        async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            for _ in range(3):
                await poll_all(opened, NOW)
            await deliver_all(opened, NOW)

    with serving({"/feed": response(status="500 E")}) as (site, _), serve_http(stand_in) as base:
        asyncio.run(story(site, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}))
    assert {post["channel"] for post in stand_in.posts} == {"C0000000009"}
    assert any("Nothing reaches the subscriber boss" in str(post["blocks"]) for post in stand_in.posts)


def test_a_probe_clears_nothing_that_an_attempt_has_shown(tmp_path: Path) -> None:
    stand_in = TokenSlack([CHANNEL], seconds=0)
    stand_in.faults = {CHANNEL: SimulatedFault(word="not_in_channel")}

    async def story(site: str, environment: dict[str, str]) -> bool:
        people = f"subscribers: [{{id: gp, via: slack, address: {CHANNEL}, admin: true}}]"
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), people)
        async with desk(folder, environment, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            await poll_all(opened, NOW - timedelta(minutes=1))
            await deliver_all(opened, NOW)
            await asyncio.gather(*await probe_channels(opened, NOW + LATER))
            return well(opened, NOW + LATER)

    with serving({"/feed": response(rss(item(1, NOW)))}) as (site, _), serve_http(stand_in) as base:
        assert not asyncio.run(story(site, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}))


@pytest.mark.promise("P36")
@pytest.mark.parametrize(
    ("admins", "warned"), [("slack", True), ("email", True), ("slack email", False), ("console", False)]
)
def test_check_warns_when_all_admins_sit_on_one_channel(tmp_path: Path, admins: str, warned: bool) -> None:  # noqa: FBT001
    addresses = {"slack": CHANNEL, "email": "m@example.org", "console": "screen"}
    rows = [f"{{id: {via}, via: {via}, address: {addresses[via]}, admin: true}}" for via in admins.split()]
    environment = {"SLACK_BOT_TOKEN": "xoxb-1", "WATCHER_SMTP_URL": "smtp://localhost", **SENDER}
    folder = write_config(tmp_path / "config", "sources: []", f"subscribers: [{', '.join(rows)}]")
    lines = warnings_of(config.read_configuration(folder, environment), environment)
    assert [line.partition(":")[0] for line in lines] == [f"all admins are told through {admins} alone"] * warned


def test_a_token_is_asked_about_through_auth_test_and_a_webhook_is_left_alone() -> None:
    stand_in = TokenSlack([CHANNEL])
    with serve_http(stand_in) as base:
        Slack({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}).probe(base + HOOK)
        stand_in.word = "token_revoked"
        Slack({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}).probe(base + HOOK)
