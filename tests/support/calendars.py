"""A strict little reader of iCalendar files (RFC 5545), from the standard alone: it refuses what bends a rule."""

import re
from urllib.parse import urlsplit

_LINE = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=[A-Za-z0-9/-]+)*):(.*)", re.DOTALL)
_UTC = re.compile(r"\d{8}T\d{6}Z")
_DAY = re.compile(r"\d{8}")
ONCE = {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY", "DESCRIPTION", "URL", "STATUS", "TRANSP", "CATEGORIES"}
TEXTS = {"SUMMARY", "DESCRIPTION", "CATEGORIES"}


def read(body: bytes) -> list[dict[str, str]]:
    """The VEVENTs of a calendar: each property by name, texts unescaped, a day as `20211112`."""
    lines = [_property(line) for line in _unfolded(body)]
    names = [(name, value) for name, _, value in lines]
    assert names[:3] == [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", names[2][1])]
    assert names[-1] == ("END", "VCALENDAR")
    assert names.count(("BEGIN", "VCALENDAR")) == names.count(("END", "VCALENDAR")) == 1
    events: list[dict[str, str]] = []
    inside: dict[str, str] | None = None
    components = 0
    for name, parameters, value in lines:
        components += (name == "BEGIN") * (value in {"VEVENT", "VTIMEZONE"})
        if (name, value) == ("BEGIN", "VEVENT"):
            assert inside is None
            inside = {}
        elif (name, value) == ("END", "VEVENT"):
            assert inside is not None
            events.append(_event(inside))
            inside = None
        elif inside is not None:
            assert name in ONCE, name
            assert name not in inside, f"{name} stands twice"
            inside[name] = _value(name, parameters, value)
    assert components, "a calendar holds at least one component (section 3.6)"
    assert len({each["UID"] for each in events}) == len(events)
    return events


def _unfolded(body: bytes) -> list[str]:
    assert body.endswith(b"\r\n")
    raw = body[:-2].split(b"\r\n")
    for line in raw:
        assert len(line) <= 75, line
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode("utf-8")  # a character is never cut in two
    lines: list[bytes] = []
    for line in raw:
        if line[:1] in {b" ", b"\t"}:
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode("utf-8") for line in lines]


def _property(line: str) -> tuple[str, str, str]:
    found = _LINE.fullmatch(line)
    assert found, line
    return found[1], found[2], found[3]


def _value(name: str, parameters: str, value: str) -> str:
    if name == "DTSTART":
        assert (_DAY if parameters == ";VALUE=DATE" else _UTC).fullmatch(value), value
    else:
        assert not parameters
    if name == "DTSTAMP":
        assert _UTC.fullmatch(value), value
    if name == "URL":
        assert value.isascii()
        assert urlsplit(value).scheme in {"http", "https"}
    if name in TEXTS:
        listed = r"(?:[^\\;,]|\\[\\;,nN]|,)*" if name == "CATEGORIES" else r"(?:[^\\;,]|\\[\\;,nN])*"
        assert re.fullmatch(listed, value), value
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
    return value


def _event(known: dict[str, str]) -> dict[str, str]:
    assert {"UID", "DTSTAMP", "DTSTART"} <= known.keys()
    assert known["STATUS"] in {"TENTATIVE", "CONFIRMED", "CANCELLED"}
    assert known["SEQUENCE"].isdecimal()
    return known
