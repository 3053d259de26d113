"""Twenty watched sites on loopback: they publish, edit, take away, bring back, move house and fall ill."""

import asyncio
import hashlib
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bench.soak.pages import REFUSALS, Piece, Site, response

ABOUT = {"flu": "flu jab", "pay": "pay rise", "access": "patient access"}
ODD = (
    "",
    "",
    "",
    " \u2028“the” & <b>new</b>",
    " \u202eto and from",
    " \u200bnew \U0001f489",
    " <!here> <@U1>",
    " a\x85b £20,000",
    " =?to-8?q?no?=",
)
TRUSTS = ("official", "press", "trade", "press", "representative")
FAULTS = ("503", "429", "login", "truncated", "emptied", "cut", "short", "silent")
WEIGHTS = (6, 3, 3, 4, 3, 3, 3, 1)
ADDRESS = re.compile(r"https://(s\d\d)\.example/(?:v\d+/)?e(\d+)/")
WIDENINGS = 2  # an Item speaks three times at most, so that no more edits of one announcement may bring new Topics


def sites(chance: random.Random) -> list[Site]:
    """The twenty, each with a list to begin with."""
    made = []
    for number in range(20):
        shape = "listing" if number % 3 == 2 else "atom" if number % 6 == 1 else "rss"  # noqa: PLR2004 - a pattern
        made.append(
            Site(
                name=f"s{number:02}",
                shape=shape,
                window=chance.choice((6, 10, 15, 20, 25)),
                rate=chance.choice((0.1, 0.2, 0.3, 0.6)),
                dated=number % 7 != 3,  # noqa: PLR2004 - a pattern
                every=chance.choice(("3h", "4h", "6h")),
                trust=TRUSTS[number % len(TRUSTS)],
            )
        )
    made[0].rate, made[0].window, made[0].every = 6, 3, "6h"  # its window is shorter than the time between two looks
    return made


def _own_words(event: int) -> str:
    """Three words that only this announcement has: others that share its subject are others."""
    chance = random.Random(event)
    return " ".join(
        "".join(chance.choices("bcdfglmnprstv", k=3)) + "".join(chance.choices("aeiou", k=3)) for _ in range(3)
    )


class World:
    """All sites and what happens to them, from one seed."""

    def __init__(self, chance: random.Random, now: datetime) -> None:
        """Begin with some announcements of the last days."""
        self._chance, self._events = chance, 0
        self.sites = {site.name: site for site in sites(chance)}
        self.published: set[tuple[str, int]] = set()
        self.happened: dict[str, int] = {}
        self._lately: list[tuple[datetime, str, Piece]] = []
        for site in self.sites.values():
            for number in range(8):
                self._publish(site, now - timedelta(hours=7 * (8 - number)))

    def turn(self, now: datetime, passed: timedelta, *, calm: bool = False) -> None:
        """What happens on all sites between two rounds; on calm days they only publish."""
        self._lately = [each for each in self._lately if each[0] > now - timedelta(days=2)]
        for site in self.sites.values():
            site.fault = "" if calm else self._ill(site, now)
            share = max(site.rate, 1 if calm else 0) * passed / timedelta(days=1)
            count = int(share) + (self._chance.random() < share % 1)
            if not calm and self._often("burst", 0.0008):
                count += self._chance.randint(8, 30)
            for number in range(count):
                self._publish(site, now - passed * (count - number) / (count + 1))
            if not calm:
                self._disturb(site)
            site.kept = b""

    def _often(self, what: str, share: float) -> bool:
        found = self._chance.random() < share
        if found:
            self.happened[what] = self.happened.get(what, 0) + 1
        return found

    def _ill(self, site: Site, now: datetime) -> str:
        if site.ill_until and now < site.ill_until:
            return site.fault
        site.ill_until = None
        if self._often("outage of a site", 0.0008):
            site.ill_until = now + timedelta(hours=self._chance.randint(6, 70))
            return self._chance.choice(("503", "login", "cut"))
        fault = self._chance.choices(FAULTS, WEIGHTS)[0]
        return fault if self._often(fault, 0.05) else ""

    def _publish(self, site: Site, at: datetime) -> None:
        at = at.replace(microsecond=0)
        told = self._chance.choice(self._lately) if self._lately and self._chance.random() < 0.2 else None  # noqa: PLR2004
        if told and told[1] != site.name and (site.name, told[2].event) not in self.published:
            event, title, topics = told[2].event, told[2].title, told[2].topics
            extra = self._topic() if self._chance.random() < 0.15 else frozenset()  # noqa: PLR2004
            piece = Piece(event, at, title, f"{told[2].summary} {_summary(extra)}".strip(), topics | extra)
        else:
            self._events += 1
            topics = self._topic()
            named = topics if self._chance.random() < 0.7 else frozenset()  # noqa: PLR2004
            piece = Piece(self._events, at, self._headline(self._events, named), _summary(topics - named), topics)
        site.pieces.insert(0, piece)
        del site.pieces[60:]
        self.published.add((site.name, piece.event))
        self._lately.append((at, site.name, piece))

    def _topic(self) -> frozenset[str]:
        return frozenset(self._chance.choices(sorted(ABOUT), k=self._chance.choice((0, 1, 1, 2))))

    def _headline(self, event: int, topics: frozenset[str]) -> str:
        about = " and ".join(ABOUT[topic] for topic in sorted(topics)) or "this"
        opening = self._chance.choice(("New rules on", "Practices asked about", "Ministers speak of", "Letter on"))
        odd = self._chance.choice(ODD).replace("20,000", f"{event},000")
        return f"{opening} {about} for {_own_words(event)} {event}{odd}"

    def _disturb(self, site: Site) -> None:
        """Edits, back-and-forth, vanishing, return, and moving house."""
        shown = site.shown()
        for piece in shown:
            if piece.other:
                piece.title, piece.other = piece.other, piece.title
        if shown and self._often("edit", 0.03):
            self._edit(self._chance.choice(shown))
        if shown and self._often("flip-flop", 0.005):
            piece = self._chance.choice(shown)
            piece.other = f"Updated: {piece.title}"
        if len(shown) > 3 and self._often("vanished", 0.01):  # noqa: PLR2004 - a list never ends by itself here
            site.gone.append(site.pieces.pop(self._chance.randrange(len(shown))))
        if site.gone and self._often("returned", 0.05):
            site.pieces.append(site.gone.pop(0))
            site.pieces.sort(key=lambda each: each.at, reverse=True)
        if self._often("moved", 0.0005):
            site.version += 1

    def _edit(self, piece: Piece) -> None:
        more = self._topic() - piece.topics if piece.widened < WIDENINGS else frozenset()
        piece.widened += bool(more)
        piece.topics |= more
        piece.summary = f"{piece.summary} {_summary(more)} Corrected {self._chance.randint(1, 999)}."

    # --- the answers ----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """All sites on one port of 127.0.0.1, by path."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing():
                request = await reader.readuntil(b"\r\n\r\n")
                site = self.sites.get(request.split()[1].decode().strip("/"))
                if site is None:
                    writer.write(response(b"", "404 Not Found"))
                elif site.fault == "silent":
                    await reader.read(1)  # until the client hangs up
                    break
                else:
                    writer.write(self._answer(site, request))
                await writer.drain()
                if site and site.fault in {"cut", "short"}:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, site: Site, request: bytes) -> bytes:
        body, site.served = site.page(), None
        if site.fault in REFUSALS:
            return REFUSALS[site.fault]
        if site.fault in {"cut", "short"} or (site.fault == "truncated" and site.shape == "listing"):
            return response(body)[: -len(body) // 2]  # fewer bytes than Content-Length says
        if site.fault == "truncated":
            return response(body[: self._chance.randrange(len(body) // 3, len(body) - 9)])
        if site.fault == "emptied":
            empty = Site(site.name, site.shape, 0, 0, dated=True, every="", trust="")
            return response(empty.page())
        site.served = site.facts()
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if tag.encode() in request:
            return response(b"", "304 Not Modified", f"ETag: {tag}\r\n")
        return response(body, headers=f"ETag: {tag}\r\n")


def _summary(topics: frozenset[str]) -> str:
    return " ".join(f"It is about the {ABOUT[topic]}." for topic in sorted(topics))
