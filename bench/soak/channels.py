"""The far ends of all channels: Slack, an incoming webhook and a mail relay, with faults, and what they accepted."""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import AuthResult

from watcher.demo.stand_ins import MailStandIn, SimulatedFault, SlackStandIn
from watcher.model import Message, Receipt, Update
from watcher.notifiers.base import Notifier

READABLE, BLIND, WEEKLY = "C0000000001", "C0000000002", "C0000000003"
TOKEN, HOOK, PASSWORD = "xoxb-canary-token-5501", "/hook/T0/B0/canary-hook-5502", "canary-password-5503"
NOW_MAIL, DAILY_MAIL = "canary.now.5504@practice.example", "canary.daily.5505@practice.example"
SECRETS = (TOKEN, HOOK.rpartition("/")[2], PASSWORD, "canary.now.5504", "canary.daily.5505")

CUT = SimulatedFault(accepted=True, line="cut")
SLACK_FAULTS = (
    SimulatedFault(status=429, word="ratelimited", retry_after="30"),
    SimulatedFault(status=503, page="<html>Service unavailable</html>"),
    SimulatedFault(page="<html>Welcome to our free network</html>"),
    SimulatedFault(line="cut"),
    CUT,
    CUT,
    SimulatedFault(accepted=True, status=500, word="internal_error"),
)
HOOK_FAULTS = (SimulatedFault(status=429, word="rate_limited", retry_after="30"), *SLACK_FAULTS[1:])
SLACK_OUTAGE = SimulatedFault(status=503, page="<html>Service unavailable</html>")
MAIL_FAULTS = (
    ("mail", "421 4.3.2 closing down"),
    ("rcpt", "450 4.2.0 mailbox busy"),
    ("rcpt", "451 4.7.1 greylisted, come back later"),
    ("rcpt", "452 4.2.2 mailbox full"),
    ("data", "451 4.3.0 try again later"),
    ("data", "cut"),
    ("data", "cut"),
)
MAIL_OUTAGE = ("rcpt", "451 4.3.0 out of service")


class ProcessDied(BaseException):
    """What `kill -9` leaves of the work in a thread: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A Message that a channel took. `known`: the product had already recorded that this Delivery was sent."""

    channel: str
    delivery: str
    at: datetime
    marked: bool
    known: bool
    subject: str
    words: str


@dataclass(slots=True)
class SoakEdge:
    """What all channels took, and what is wrong with each now. `sending` is each address's Delivery on its way."""

    now: datetime
    taken: list[Accepted] = field(default_factory=list)
    recorded: set[str] = field(default_factory=set)
    sending: dict[str, str] = field(default_factory=dict)
    dies: dict[str, str] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)

    def seconds(self) -> float:
        """The clock of the soak, as Slack names its messages by it."""
        return self.now.timestamp()

    def take(self, channel: str, delivery: str, subject: str, words: str) -> None:
        """Write down what a channel took."""
        self.taken.append(
            Accepted(
                channel=channel,
                delivery=delivery,
                at=self.now,
                marked="possible repeat" in words,
                known=delivery in self.recorded,
                subject=subject,
                words=words,
            )
        )


class SoakSlack(SlackStandIn):
    """Slack by the clock of the soak, with one channel whose history the app may not read."""

    def __init__(self, edge: SoakEdge) -> None:
        """No pace: the soak does not wait for seconds to pass."""
        super().__init__([READABLE, BLIND, WEEKLY], seconds=0, clock=edge.seconds)
        self._edge = edge

    def _post(self, channel: str, post: dict[str, Any], *, hook: bool) -> SimulatedFault:
        before = len(self.posts)
        fault = super()._post(channel, post, hook=hook)
        if len(self.posts) > before:
            delivery = self._edge.sending[HOOK] if hook else post["metadata"]["event_payload"]["delivery_id"]
            words = json.dumps({name: each for name, each in post.items() if name != "channel"}, ensure_ascii=False)
            self._edge.take(channel, delivery, post["text"], words)
        return fault

    def _read_history(self, channel: str, asked: dict[str, Any], *, thread: str) -> dict[str, Any]:
        if channel == BLIND:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        if not self.faults.get(channel, CUT).accepted:
            return {"ok": False, "error": "service_unavailable"}
        return super()._read_history(channel, asked, thread=thread)


class SoakRelay(MailStandIn):
    """A mail relay whose `faults` are by recipient: a phase and its answer, or the mail taken and the line cut."""

    def __init__(self, edge: SoakEdge) -> None:
        """Take everything until told otherwise."""
        super().__init__()
        self.faults: dict[str, tuple[str, str]] = {}
        self._edge = edge

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Refuse while the relay closes down."""
        envelope.mail_from = address
        return next((answer for phase, answer in self.faults.values() if phase == "mail"), "250 OK")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Refuse this recipient for now."""
        phase, answer = self.faults.get(address, ("", ""))
        if phase == "rcpt":
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail; perhaps without saying so."""
        (address,) = envelope.rcpt_tos
        phase, answer = self.faults.get(address, ("", ""))
        if phase == "data" and answer != "cut":
            return answer
        kept = await super().handle_DATA(server, session, envelope)
        mail = self.mails.pop()
        self._edge.take(address, mail["Message-ID"].strip("<>").partition("@")[0], mail["Subject"], _words(mail))
        if answer == "cut":
            server.transport.abort()
        return kept

    def __call__(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, _login: Any) -> AuthResult:
        """Aiosmtpd's authenticator: any password will do."""
        return AuthResult(success=True)


def _words(mail: EmailMessage) -> str:
    """All that a mail says, without the header in which its reader's address belongs."""
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items() if name != "To")
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([headers, *parts])


class Mortal(Notifier):
    """A notifier of the product, whose process may end right before or right after a hand-over."""

    def __init__(self, inner: Notifier, edge: SoakEdge) -> None:
        """Wrap `inner`."""
        self._inner, self._edge, self.pause_seconds = inner, edge, inner.pause_seconds

    def send(self, message: Message, address: str) -> Receipt:
        """Hand over, unless the process ends."""
        place = HOOK if address.endswith(HOOK) else address
        how = self._edge.dies.pop(place, "")
        if how == "before":
            raise ProcessDied
        self._edge.sending[place] = message.delivery
        receipt = self._inner.send(message, address)
        if how:
            raise ProcessDied
        return receipt

    def count_that_fit(self, message: Message) -> int:
        """As the product says."""
        return self._inner.count_that_fit(message)

    def update(self, update: Update, address: str) -> str:
        """As the product updates."""
        return self._inner.update(update, address)

    def find(self, message: Message, address: str, since: datetime) -> Receipt | None:
        """As the product finds."""
        return self._inner.find(message, address, since)

    def close(self) -> None:
        """Close the product's own."""
        self._inner.close()


@dataclass(slots=True)
class Weather:
    """What is wrong with each channel, drawn anew before each round; an outage lasts for days."""

    chance: random.Random
    slack: SoakSlack
    relay: SoakRelay
    edge: SoakEdge
    until: dict[str, datetime] = field(default_factory=dict)

    def turn(self, now: datetime, *, calm: bool = False) -> None:
        """The faults of the next round."""
        self.edge.dies.clear()
        self.until = {} if calm else {place: until for place, until in self.until.items() if until > now}
        for place in (READABLE, BLIND, WEEKLY, HOOK, NOW_MAIL, DAILY_MAIL):
            mail = "@" in place
            faults: dict[str, Any] = self.relay.faults if mail else self.slack.faults
            faults.pop(place, None)
            if calm:
                continue
            if place not in self.until and self._often("outage of a channel", 0.002):
                self.until[place] = now + timedelta(hours=self.chance.randint(6, 72))
            if place in self.until:
                faults[place] = MAIL_OUTAGE if mail else SLACK_OUTAGE
            elif self._often("fault of a channel", 0.06):
                choices: Any = MAIL_FAULTS if mail else HOOK_FAULTS if place == HOOK else SLACK_FAULTS
                faults[place] = self.chance.choice(choices)
            if self._often("death at a hand-over", 0.02):
                self.edge.dies[place] = self.chance.choice(("before", "after", "after"))

    def _often(self, what: str, share: float) -> bool:
        found = self.chance.random() < share
        if found:
            self.edge.happened[what] = self.edge.happened.get(what, 0) + 1
        return found
