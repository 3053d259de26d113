"""What doctor says of the sources, their certificates and the clock: real servers on loopback, well and ill."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.support.certificates import make_certificate
from tests.support.faulty import Answering, faulty, feed, response, silent
from tests.support.world import desk, write_config
from watcher.checkup.network import (
    Certificate,
    SourceLook,
    examine_certificates,
    examine_clock,
    examine_looks,
    look_at_sources,
    read_certificate,
)
from watcher.config import read_configuration
from watcher.model import Response
from watcher.model.finding import Finding, Grade, broken, doubtful, fine
from watcher.sources.base import Source

SCREEN = "subscribers:\n  - {id: screen, via: console, address: screen, admin: true}\n"
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
ROBOTS = response(b"User-agent: *\nDisallow: /private\n")


def entry(name: str, url: str, enabled: str = "true") -> str:
    source = f"id: {name}, name: {name}, publisher: P, trust: press, kind: feed, every: 5m, enabled: {enabled}"
    return f"  - {{{source}, url: '{url}'}}\n"


def look_at(
    folder: Path, answers: dict[str, bytes | Answering], *paths: str, enabled: str = "true", seconds: float = 4.0
) -> tuple[list[Finding], list[SourceLook]]:
    async def story() -> list[SourceLook]:
        async with faulty(answers) as (site, _):
            rows = "".join(entry(path.strip("/"), f"{site}{path}", enabled) for path in paths)
            config = write_config(folder / "config", f"sources:\n{rows}", SCREEN)
            async with desk(config, {}, f"sqlite:///{folder}/w.db", NOW) as opened:
                return await look_at_sources(opened, opened.configuration.sources.values(), NOW, seconds)

    looks = asyncio.run(story())
    return list(examine_looks(looks)), looks


async def honouring(_path: str, request: bytes, writer: asyncio.StreamWriter) -> None:
    named = b'If-None-Match: "v1"' in request
    tag = 'ETag: "v1"\r\n'
    writer.write(response(status="304 Not Modified", headers=tag) if named else response(feed(3), headers=tag))


def test_sources_that_answer_are_counted(tmp_path: Path) -> None:
    answers: dict[str, bytes | Answering] = {"/robots.txt": ROBOTS, "/a": honouring, "/b": response(feed(2))}
    findings, looks = look_at(tmp_path, answers, "/a", "/b")
    assert findings == [fine("sources", "2 of 2 answer, with 5 items in all")]
    assert [look.honours for look in looks] == [True, None]


def test_a_server_that_ignores_which_version_we_have_is_named(tmp_path: Path) -> None:
    answers: dict[str, bytes | Answering] = {"/a": response(feed(3), headers='ETag: "v1"\r\n')}
    first, _ = look_at(tmp_path, answers, "/a")[0]
    assert (first.grade, first.seen.rpartition(": ")[2]) == (Grade.WARN, "a")


def test_what_cannot_be_read_is_told_by_its_reason(tmp_path: Path) -> None:
    answers: dict[str, bytes | Answering] = {
        "/robots.txt": ROBOTS,
        "/a": response(feed(3)),
        "/b": response(b"<p>maintenance</p>"),
        "/private": response(feed(1)),
    }
    findings, _ = look_at(tmp_path, answers, "/a", "/b", "/c", "/d", "/private")
    grades = [Grade.BAD, Grade.BAD, Grade.BAD, Grade.OK]
    assert [finding.grade for finding in findings] == grades
    seen = [finding.seen for finding in findings]
    assert seen[1] == "2 sources cannot be read: HTTP 404: c, d"
    assert seen[2] == "1 source cannot be read: robots.txt asks us not to read this address: private"
    assert findings[1].cure == "look closer with: watcher try c"


def test_a_source_that_has_yet_to_prove_itself_is_not_relied_on(tmp_path: Path) -> None:
    findings, _ = look_at(tmp_path, {"/a": response(feed(1))}, "/a", "/b", enabled="auto")
    assert [finding.grade for finding in findings] == [Grade.WARN, Grade.OK]


def test_that_none_can_be_read_is_about_this_machine(tmp_path: Path) -> None:
    cure = "see that this machine reaches the internet, and by which proxy; then run doctor again"
    away = SourceLook(source=source(tmp_path), why="the host name cannot be resolved", is_reached=False)
    assert list(examine_looks([away]))[-1] == broken("sources", "none of 1 can be reached", cure)
    assert [finding.grade for finding in look_at(tmp_path, {}, "/a")[0]] == [Grade.BAD]  # its site answered: HTTP 404


def test_the_time_ends_at_one_that_is_silent_and_the_next_of_its_host_is_left(tmp_path: Path) -> None:
    """However slow this machine is, none is called well; the first may be left too."""
    findings, looks = look_at(tmp_path, {"/a": silent, "/b": silent}, "/a", "/b", seconds=0.2)
    assert looks[1].is_left
    assert [finding.grade for finding in findings if finding.grade is Grade.OK] == []


def test_what_there_is_no_time_for_is_not_called_well(tmp_path: Path) -> None:
    config = write_config(
        tmp_path / "config", f"sources:\n{entry('a', 'https://a.x/a')}{entry('b', 'https://a.x/b')}", SCREEN
    )
    sources = read_configuration(config, {}).sources
    silent_one = SourceLook(source=sources["a"], why="no answer in the time that doctor has", is_reached=False)
    left_one = SourceLook(source=sources["b"], is_left=True, is_reached=False)
    findings = list(examine_looks([silent_one, left_one]))
    assert findings[0].seen == "1 source cannot be read: no answer in the time that doctor has: a"
    assert findings[1] == doubtful(
        "sources", "not looked at for want of time, since a host is asked one thing a second: b", "watcher try b"
    )
    assert findings[2].grade is Grade.BAD


# --- certificates -----------------------------------------------------------------------------------------------------


def source(folder: Path) -> Source:
    config = write_config(folder / "config", f"sources:\n{entry('a', 'https://a.example/feed')}", SCREEN)
    return read_configuration(config, {}).sources["a"]


def answered(source: Source, url: str, said: datetime, at: datetime = NOW, **headers: str) -> SourceLook:
    known = {"date": format_datetime(said, usegmt=True), **headers}
    return SourceLook(source=source, items=1, answer=Response(url=url, body=b"x", fetched_at=at, headers=known))


def judge(looks: Sequence[SourceLook], certificate: Certificate) -> list[Finding]:
    async def read(_host: str, _port: int) -> Certificate:
        return certificate

    return asyncio.run(examine_certificates(looks, NOW, read))


def test_a_certificate_that_ends_soon_or_is_another_s_is_told(tmp_path: Path) -> None:
    looks = [answered(source(tmp_path), "https://a.example/feed", NOW)]
    assert judge(looks, Certificate(until=NOW + timedelta(days=60), issuer="Trust Ltd")) == [
        fine("TLS", "1 certificate, all good for more than 14 days; issued by Trust Ltd")
    ]
    assert judge(looks, Certificate(until=NOW + timedelta(days=9), issuer="Trust Ltd")) == [
        doubtful(
            "TLS",
            "a.example: its certificate ends in 9 days (issued by Trust Ltd)",
            "it is theirs to renew; if they do not, the source cannot be read from then on",
        )
    ]
    (bad,) = judge(looks, Certificate(why="its certificate is not trusted (self-signed)"))
    assert (bad.grade, bad.seen) == (Grade.BAD, "a.example: its certificate is not trusted (self-signed)")
    assert judge([answered(source(tmp_path), "http://a.example/feed", NOW)], Certificate(why="not asked")) == []


@pytest.mark.parametrize("days", [3, 90])
def test_the_certificate_that_a_host_shows_is_read(tmp_path: Path, days: int) -> None:
    async def story() -> tuple[Certificate, Certificate]:
        async with faulty({}, host="localhost", tls=make_certificate(tmp_path, days)) as (site, _):
            port = int(site.rpartition(":")[2])
            trusting = ssl.create_default_context(cafile=tmp_path / "cert.pem")
            return await read_certificate("localhost", port, trusting), await read_certificate("localhost", port)

    trusted, strange = asyncio.run(story())
    assert trusted.issuer == "Test Trust"
    assert trusted.until is not None
    assert round((trusted.until - datetime.now(UTC)) / timedelta(days=1)) == days
    assert strange.why.startswith("its certificate is not trusted (")


def test_a_host_that_does_not_answer_has_no_certificate() -> None:
    assert asyncio.run(read_certificate("localhost", 9)).why == "no connection with TLS (ConnectionRefusedError)"


# --- the clock --------------------------------------------------------------------------------------------------------


def test_this_machine_s_clock_is_held_against_the_nearer_of_two(tmp_path: Path) -> None:
    own = source(tmp_path)
    right = answered(own, "https://a.example/feed", NOW - timedelta(seconds=2))
    cached = answered(own, "https://b.example/feed", NOW - timedelta(hours=1), age="3599")
    wrong = answered(own, "https://c.example/feed", NOW - timedelta(minutes=9))
    assert examine_clock([right, wrong], NOW) == fine("clock", "right within 2 s, by 1 of 2 servers")
    assert examine_clock([cached], NOW) == fine("clock", "right within 1 s, by 1 of 1 server")
    assert examine_clock([wrong], NOW) == broken(
        "clock", "it is 540 s fast, by 1 server", "set it by NTP: timedatectl set-ntp true"
    )
    unread = SourceLook(source=own, why="HTTP 404")
    for looks in ([], [unread], [answered(own, "https://d.example/", NOW, date="yesterday")]):
        assert examine_clock(looks, NOW) == doubtful(
            "clock", "no answer told the time (09:00 UTC here)", "look at the clock yourself: date --utc"
        )
