"""Answers of the command line as JSON for programs and as lines for people."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from watcher.core.briefs.current_dates import is_withdrawn
from watcher.core.date_extraction.extract import moment_of_deadline
from watcher.core.delivery.judge import Judgement, TextToJudge
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_moment
from watcher.core.statements.shortening import quote_around
from watcher.model import (
    Answer,
    Brief,
    BriefDate,
    Deadline,
    Evidence,
    Fact,
    Item,
    Match,
    Precision,
    Published,
    Trust,
    UnsentReason,
    Veto,
    Zone,
)
from watcher.replay.stage import TRUSTS
from watcher.reports.unsent import UnsentReport


def item_lines(item: Item, matches: Sequence[Match], vetoed: Sequence[Veto]) -> Iterator[str]:
    """An item of a source as lines, with the topics that it matches or was vetoed for, for `watcher try`."""
    yield f"{item.published.at or item.published.day or 'undated'}  {item.title}"
    yield f"    {item.url}"
    yield f"    identity {item.identity}"
    for match in matches:
        yield f"    {match.topic}: “{match.evidence[0].words}” in the {match.evidence[0].field}"
    for veto in vetoed:
        yield f"    not {veto.topic}: “{veto.by.words}” in the {veto.by.field}"


def item_as_json(item: Item, matches: Sequence[Match], vetoed: Sequence[Veto]) -> dict[str, Any]:
    """An item of a source as JSON, for `watcher try --json`; `watcher match` can read it."""
    topics = {"matches": [asdict(match) for match in matches], "vetoed": [asdict(veto) for veto in vetoed]}
    return {"id": item.id, **asdict(item), **topics}


def item_from_json(row: dict[str, Any]) -> Item:
    """An Item out of a line that `watcher match` reads. Raises KeyError or TypeError for a line that is no item."""
    return Item(
        source="file",
        identity=str(row["id"]),
        url=str(row.get("url") or ""),
        title=str(row["title"]),
        summary=str(row.get("summary") or ""),
        text=str(row.get("body") or ""),
    )


def text_to_judge(given: dict[str, Any]) -> TextToJudge:
    """A line that `watcher match` reads, with its publisher. Raises KeyError or TypeError for one that is none."""
    return TextToJudge(
        identity=given["id"],
        item=item_from_json(given),
        publisher=str(given.get("publisher") or ""),
        trust=TRUSTS.get(str(given.get("publisher_kind")), Trust.PRESS) if "publisher_kind" in given else Trust.TRADE,
    )


def topics_as_json(identity: Any, judgement: Judgement) -> dict[str, Any]:
    """The topics and vetoes of one item as JSON, for `watcher match`; where it is only "perhaps", under that name."""
    topics = [
        {"topic": match.topic, "evidence": [_evidence_as_json(evidence) for evidence in match.evidence]}
        for match in judgement.matches
        if not match.is_passing
    ]
    is_perhaps = judgement.zone is Zone.PERHAPS
    return {
        "id": identity,
        "topics": [] if is_perhaps else topics,
        "vetoed": [{"topic": veto.topic, "by": veto.by.words, "guard": veto.guard} for veto in judgement.vetoes],
        "zone": judgement.zone if judgement.matches else None,
        "points": judgement.relevance.points,
        "signals": {signal: evidence.words for signal, evidence in judgement.relevance.signals},
        "perhaps": topics if is_perhaps else [],
        "mentioned": [match.topic for match in judgement.matches if match.is_passing],
    }


def _evidence_as_json(evidence: Evidence) -> dict[str, str]:
    """The words that matched, the sentence that they stand in, and the term of topics.yaml that found them."""
    field = "body" if evidence.field == "text" else evidence.field
    return {"field": field, "text": evidence.words, "sentence": evidence.text, "term": evidence.term}


def read_page_date(written: Any) -> Published:
    """The page date of a line: a day, a month or nothing; a year alone gives no date. Raises ValueError for others."""
    literal = str(written or "")
    if not literal:
        return Published()
    if len(literal) == len("2026"):
        if not literal.isdecimal():
            raise ValueError(f"{literal!r} is not a date")
        return Published()
    if len(literal) == len("2026-03"):
        return Published(day=date.fromisoformat(f"{literal}-01"), precision=Precision.MONTH, literal=literal)
    return Published(day=datetime.fromisoformat(literal).date(), precision=Precision.DAY, literal=literal)


def deadlines_as_json(identity: Any, deadlines: Sequence[Deadline]) -> dict[str, Any]:
    """The deadlines of one text as JSON, for `watcher deadlines`."""
    return {"id": identity, "deadlines": [_deadline_as_json(deadline) for deadline in deadlines]}


def brief_as_json(identity: Any, brief: Brief) -> dict[str, Any]:
    """The ten facts of an announcement as JSON, for `watcher brief`; null for what is not surely known.

    A date that the text takes back is not due.
    """
    dates = {"from": brief.starts, "due": None if brief.due and is_withdrawn(brief.due) else brief.due}
    facts = {
        "who": brief.who,
        **dict.fromkeys(dates),
        "do": brief.do,
        "paid": brief.paid,
        "order": brief.order,
        "if_missed": brief.if_missed,
        "owner": brief.owner,
        "managers": brief.managers,
        "addressed_to": brief.addressed_to,
    }
    rows: dict[str, Any] = {name: _fact_as_json(fact) if fact else None for name, fact in facts.items()}
    rows |= {name: _date_as_json(date) for name, date in dates.items() if date}
    return {"id": identity, "brief": rows}


def _fact_as_json(fact: Fact) -> dict[str, str]:
    return {"value": fact.shown, "quote": quote_around(fact.sentence, fact.words)}


def _date_as_json(date: BriefDate) -> dict[str, str | None]:
    """A date with its London time, as exactly as it was written."""
    shown = _london_time(date.deadline)
    if shown and date.deadline.precision is not Precision.MINUTE:
        shown = shown[: len("2026-03" if date.deadline.precision is Precision.MONTH else "2026-03-02")]
    return {**_fact_as_json(date.fact), "at": shown}


def _london_time(deadline: Deadline) -> str | None:
    moment = moment_of_deadline(deadline)
    return moment.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M") if moment else None


def _deadline_as_json(deadline: Deadline) -> dict[str, Any]:
    """A deadline as JSON. `at` is London time: a day is its first or last minute; `precision` is what was written."""
    shown = _london_time(deadline)
    return {
        "kind": deadline.kind,
        "at": shown[: len("2026-03")] if shown and deadline.precision is Precision.MONTH else shown,
        "precision": deadline.precision if shown else None,
        "text": deadline.words,
        "sentence": deadline.sentence,
        "whom": deadline.actor or None,
        "offset": deadline.offset or None,
        "derived": deadline.derived,
        "ambiguous": deadline.ambiguous,
        "payment": deadline.payment,
        "recurring": deadline.recurring,
    }


ANSWER_WORDS = {Answer.TOLD: "told", Answer.DIGEST: "digest", Answer.UNSENT: "not told"}
REASON_WORDS: dict[str, str] = {
    UnsentReason.NO_TOPIC: "it matches no topic",
    UnsentReason.VETOED: "words of it stop every topic that it matches",
    UnsentReason.FIRST_POLL: "it stood there when its source was first read, or first read after a restore",
    UnsentReason.TOO_OLD: "dated long before it was seen",
    UnsentReason.SAME_TEXT: "it says what was told already",
    UnsentReason.ONE_MORE_REPORT: "one more report of what was told",
    UnsentReason.MINOR_EDIT: "an edit without another figure or a newer date",
    UnsentReason.EDITED_OFTEN: "one edit of many",
    UnsentReason.PERHAPS: "perhaps for practices, too little says so",
    UnsentReason.NO_SUBSCRIBER: "nobody waits for it, or all who do were told",
    UnsentReason.MOVED: "only its address is new",
    UnsentReason.UNREADABLE: "it could not be read, and is quarantined",
    UnsentReason.BEFORE_RECORDS: "seen before reasons were recorded",
}


MAX_WEIGHTS = 8  # words of an item that explain shows with their weights


def life_lines(life: dict[str, Any]) -> Iterator[str]:
    """An Item's whole life as lines, from what `watcher explain --json` prints."""
    item = life["item"]
    yield f"{item['title']}\n{item['url']}"
    dated = item["published"] or "not at all"
    yield f"seen      {_format_clock(item['first_seen'])} at {item['source']} (id {item['id']}, dated {dated})"
    for revision in life["revisions"]:
        yield f"revision  {revision['revision']} seen {_format_clock(revision['seen'])}: {revision['title']}"
        yield from (f"          {label}: {words}" for label, words in revision["changed"])
    for match in life["matches"]:
        yield from (
            f"matched   {match['topic']}: “{evidence['words']}” in the {evidence['field']} (term {evidence['term']})"
            for evidence in match["evidence"]
        )
    yield from (f"fact      {label}: {words}" for label, words in life["facts"])
    for veto in life["vetoed"]:
        yield f"vetoed    {veto['topic']}: “{veto['by']['words']}” in the {veto['by']['field']}"
    for mark in life["marks"]:
        yield f"marked    {mark['verdict']} for {mark['topic']} ({_format_clock(mark['at'])})"
    for mark in life["story_marks"]:
        yield f"marked    {mark['verdict']} {mark['item']} ({_format_clock(mark['at'])})"
    for answer in life["answers"]:
        yield f"{ANSWER_WORDS[answer['answer']]:<9} {_format_answer(answer)}"
    if life["story"]:
        yield from _story_lines(life["story"])
    yield from map(_delivery_line, life["deliveries"])


def _format_answer(answer: dict[str, Any]) -> str:
    """What became of one revision, with the reason and its evidence."""
    detail = f": {answer['detail']}" if answer["detail"] else ""
    reason = REASON_WORDS.get(answer["reason"], answer["reason"].replace("_", " "))
    return f"{reason}{detail} (revision {answer['revision']}, {_format_clock(answer['at'])})"


def unsent_lines(report: UnsentReport, days: int, *, everything: bool) -> Iterator[str]:
    """The Items that were not told, for people; those that match no Topic only in the counts, unless `everything`."""
    for item in report.items:
        if everything or item["reason"] != UnsentReason.NO_TOPIC:
            detail = f": {item['detail']}" if item["detail"] else ""
            yield f"{_format_clock(item['at'])}  {item['title']} ({item['publisher']}, {item['item']})"
            yield f"    not told: {REASON_WORDS[item['reason']]}{detail}"
    total = sum(report.answers.values())
    yield (
        f"last {days} days: {total} items = {report.answers[Answer.TOLD]} told at once"
        f" + {report.answers[Answer.DIGEST]} in digests + {report.answers[Answer.UNSENT]} not told"
    )
    yield from (f"{count:>8} {REASON_WORDS[reason]}" for reason, count in sorted(report.counts.items()))


def _delivery_line(delivery: dict[str, Any]) -> str:
    """A Delivery with one attempt of it, or with the moment when the first is due."""
    attempt = f"due {_format_clock(delivery['due'])}"
    if delivery["number"]:
        at = _format_clock(delivery["at"])
        attempt = f"try {delivery['number']} at {at}: {delivery['outcome']} {delivery['why']}"
    subscriber, reason, state = delivery["subscriber"], delivery["reason"], delivery["state"]
    return f"delivery  {delivery['id']} to {subscriber} ({reason}): {state}; {attempt}".rstrip()


def _story_lines(story: dict[str, Any]) -> Iterator[str]:
    """The Story, each of its Items with the reason why it joined, and each change of its Status."""
    yield f"story     {story['title']} (id {story['id']}): {story['status']}, told by {len(story['told_by'])}"
    for item in story["told_by"]:
        why = f"joined: {item['joined']}" if item["joined"] else "opened it"
        yield f"told by   {item['publisher']} ({item['standing']}), {_format_clock(item['at'])}; {why}"
        yield f"          “{item['title']}” (id {item['item']})"
        shared = list(item["shared"].items())
        more = f", and {len(shared) - MAX_WEIGHTS} more" if len(shared) > MAX_WEIGHTS else ""
        weights = ", ".join(f"{word} {weight:g}" for word, weight in shared[:MAX_WEIGHTS])
        yield from ([f"          shares {weights}{more}"] if shared else [])
    for change in story["turns"]:
        yield f"turned    {change['status']}, {_format_clock(change['at'])}, by {change['item']}"


def _format_clock(moment: str) -> str:
    """A stored moment as London's clocks show it; "never" for ""."""
    return format_moment(datetime.fromisoformat(moment)) if moment else "never"
