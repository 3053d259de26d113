"""Answers of the command line as lines for people."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from watcher.core.date_extraction.extract import moment_of_deadline
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_moment
from watcher.model import Deadline, Evidence, Item, Match, Precision, Published, Veto


def numbered(text: str) -> list[tuple[int, str]]:
    """The lines of a JSON Lines file that say something, with their numbers from 1."""
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def item_lines(item: Item, matches: Sequence[Match], vetoed: Sequence[Veto]) -> Iterator[str]:
    """What a source gives, for `watcher try`."""
    yield f"{item.published.at or item.published.day or 'undated'}  {item.title}"
    yield f"    {item.url}"
    yield f"    identity {item.identity}"
    for match in matches:
        yield f"    {match.topic}: “{match.evidence[0].words}” in the {match.evidence[0].field}"
    for veto in vetoed:
        yield f"    not {veto.topic}: “{veto.by.words}” in the {veto.by.field}"


def item_as_json(item: Item, matches: Sequence[Match], vetoed: Sequence[Veto]) -> dict[str, Any]:
    """What a source gives, for `watcher try --json`; `watcher match` reads it again."""
    about = {"matches": [asdict(each) for each in matches], "vetoed": [asdict(each) for each in vetoed]}
    return {"id": item.id, **asdict(item), **about}


def item_from_json(row: dict[str, Any]) -> Item:
    """An item of the files that `watcher match` reads. Raises KeyError or TypeError for a row that is none."""
    return Item(
        source="file",
        identity=str(row["id"]),
        url=str(row.get("url") or ""),
        title=str(row["title"]),
        summary=str(row.get("summary") or ""),
        text=str(row.get("body") or ""),
    )


def topics_as_json(identity: Any, matches: Sequence[Match], vetoed: Sequence[Veto]) -> dict[str, Any]:
    """What `watcher match` writes for one item."""
    return {
        "id": identity,
        "topics": [{"topic": each.topic, "evidence": [_evidence(one) for one in each.evidence]} for each in matches],
        "vetoed": [{"topic": each.topic, "by": each.by.words, "guard": each.guard} for each in vetoed],
    }


def _evidence(each: Evidence) -> dict[str, str]:
    """The words that matched, and the sentence that they stand in."""
    return {"field": "body" if each.field == "text" else each.field, "text": each.words, "sentence": each.text}


def read_page_date(written: Any) -> Published:
    """The page date of a row: a day, a month or nothing; a year alone settles no date. Raises ValueError for others."""
    known = str(written or "")
    if len(known) == len("2026"):
        return Published() if known.isdecimal() else _no_date(known)
    if len(known) == len("2026-03"):
        return Published(day=date.fromisoformat(f"{known}-01"), precision=Precision.MONTH, literal=known)
    if not known:
        return Published()
    return Published(day=datetime.fromisoformat(known).date(), precision=Precision.DAY, literal=known)


def _no_date(known: str) -> Published:
    raise ValueError(f"{known!r} is no date")


def deadlines_as_json(identity: Any, found: Sequence[Deadline]) -> dict[str, Any]:
    """What `watcher deadlines` writes for one text."""
    return {"id": identity, "deadlines": [_deadline(each) for each in found]}


def _deadline(each: Deadline) -> dict[str, Any]:
    """A moment in London's time; a day is its first or last minute, and `precision` says how much was written."""
    moment = moment_of_deadline(each)
    shown = moment.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M") if moment else None
    return {
        "kind": each.kind,
        "at": shown[: len("2026-03")] if shown and each.precision is Precision.MONTH else shown,
        "precision": each.precision if shown else None,
        "text": each.words,
        "sentence": each.sentence,
        "whom": each.actor or None,
        "offset": each.offset or None,
        "derived": each.derived,
        "ambiguous": each.ambiguous,
        "payment": each.payment,
        "recurring": each.recurring,
    }


def life_lines(told: dict[str, Any]) -> Iterator[str]:
    """An Item's whole life, for `watcher explain`."""
    item = told["item"]
    yield f"{item['title']}\n{item['url']}"
    dated = item["published"] or "not at all"
    yield f"seen      {_clock(item['first_seen'])} at {item['source']} (id {item['id']}, dated {dated})"
    for each in told["revisions"]:
        yield f"revision  {each['revision']} seen {_clock(each['seen'])}: {each['title']}"
        yield from (f"          {label}: {words}" for label, words in each["changed"])
    for each in told["matches"]:
        yield from (
            f"matched   {each['topic']}: “{e['words']}” in the {e['field']} (term {e['term']})"
            for e in each["evidence"]
        )
    yield from (f"vetoed    {v['topic']}: “{v['by']['words']}” in the {v['by']['field']}" for v in told["vetoed"])
    if not told["matches"]:
        yield "not told  no topic matched" if not told["vetoed"] else "not told  every topic that matched was vetoed"
    if told["story"]:
        yield from _of_story(told["story"])
    for each in told["deliveries"]:
        tried = (
            f"try {each['number']} at {_clock(each['at'])}: {each['outcome']} {each['why']}"
            if each["number"]
            else f"due {_clock(each['due'])}"
        )
        yield f"delivery  {each['id']} to {each['subscriber']} ({each['reason']}): {each['state']}; {tried}".rstrip()


def _of_story(story: dict[str, Any]) -> Iterator[str]:
    """The Story with each telling and why it stands there, and how its Status turned."""
    yield f"story     {story['id']}: {story['status']}, told by {len(story['told_by'])}"
    for each in story["told_by"]:
        why = f"joined: {each['joined']}" if each["joined"] else "opened it"
        yield f"told by   {each['publisher']} ({each['standing']}), {_clock(each['at'])}; {why}"
    yield from (f"turned    {each['status']}, {_clock(each['at'])}, by {each['item']}" for each in story["turns"])


def _clock(moment: str) -> str:
    """A moment of the database as London's clocks show it, for people."""
    return format_moment(datetime.fromisoformat(moment)) if moment else "never"
