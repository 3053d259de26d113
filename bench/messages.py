"""Messages: how long, how many, what they repeat, and whether an alert shows what `watcher brief` finds.

.venv/bin/python -m bench.messages [--items FILE ...]

What is played: two whole weeks of BBC and Guardian headlines and half a year of official items (../shared/data/stream),
or the replay files of --items, through what `watcher replay` does, with the topics of config/. One reader hears at
once, one has a daily digest by mail. Words are those of status, headline, lines and source: no quoted sentence, no
details, no footer, nor how quiet the sources were, for the stream has gaps of years. The messages are those of
deliveries.jsonl; the other lines of a digest and its HTML come from the Messages themselves.

Repeats: an entry whose status and headline, or whose set of lines, its reader had before of the same Story; a date that
stands under "To do" every day, and what matches no topic, are counted apart. Digests without any Alert are counted by
the rule of `empty:` and the calendar, for the replay plays no morning without news: it sends them late, or not at all.

What is shown: of the labelled texts in ../shared/data/briefs/dev.jsonl, each fact that its label states and the Brief
has right by score_brief.py, looked for in the lines of an Alert about it: heard first, and official now.
"""

import argparse
import importlib
import json
import math
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.support.announced import PRESS, REPORTED, alert, turn
from watcher import config
from watcher.cli import output
from watcher.config import Configuration
from watcher.config.settings import Settings
from watcher.core.briefs.fields import extract_brief
from watcher.core.language.dates import LONDON, earliest_moment
from watcher.core.messages.details import add_details, read_brief
from watcher.core.messages.essence import compose_essence
from watcher.core.wording.labels import LABELS
from watcher.model import AlertContext, Authority, FactKind, Message, Paragraph, Reason, Status, Trust
from watcher.notifiers.email import mail_html
from watcher.replay import play
from watcher.replay.files import ReplayResult
from watcher.replay.rows import ReplayRow, read_row
from watcher.replay.stage import TRUSTS

CONFIG = Path(__file__).parents[1] / "config"
SHARED = Path(__file__).parents[2] / "shared"
STREAM, BRIEFS = SHARED / "data/stream", SHARED / "data/briefs/dev.jsonl"
STREAMS = ("bbc-2020-07-20", "guardian-2020-07-20", "bbc-2020-11-16", "guardian-2020-11-16", "official-2026")
ENVIRONMENT = {"WATCHER_SMTP_URL": "smtp://relay.example", "WATCHER_MAIL_FROM": "watcher@relay.example"}
READERS = """subscribers:
  - {id: at-once, via: console, address: screen, topics: all, pace: at once, admin: true}
  - {id: by-mail, via: email, address: manager@practice.example, topics: all, pace: daily}
"""
MAX_LINES = 4
LINES = (FactKind.WHO, FactKind.FROM, FactKind.DUE, FactKind.DO, FactKind.PAID, FactKind.ORDER, FactKind.IF_MISSED)
DETAILS = {"owner": FactKind.OWNER, "managers": FactKind.WHO, "addressed_to": FactKind.APPLIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that went out: its line of deliveries.jsonl, the Message itself, and the day in London."""

    line: dict[str, Any]
    message: Message
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One Alert as it stands in a message, in the section `place`; `text` has the words that are counted."""

    story: str
    heading: tuple[str, str]
    lines: frozenset[str]
    text: str
    place: str


def read_readers(folder: Path, topics: Path = CONFIG) -> Configuration:
    """The shipped sources, the topics of the folder `topics`, and the two readers; written into `folder`."""
    for name, place in (("sources", CONFIG), ("topics", topics)):
        (folder / f"{name}.yaml").write_text((place / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "subscribers.yaml").write_text(READERS, encoding="utf-8")
    return config.read_configuration(folder, ENVIRONMENT)


def play_rows(rows: Iterable[ReplayRow], configuration: Configuration) -> tuple[ReplayResult, list[Sent]]:
    """What `watcher replay` writes, and the Messages."""
    result = play.replay_items(rows, configuration, Settings(environment=ENVIRONMENT))
    sent = [(dict(line), result.messages[line["delivery"]]) for line in result.deliveries]
    return result, [Sent(line=line, message=each, day=each.at.astimezone(LONDON).date()) for line, each in sent]


def entries_of(sent: Sent, stories: dict[str, str]) -> Iterator[Entry]:
    """The entries of a message; `stories` has the Story of each Alert, and of each address seen until now."""
    for section in sent.message.sections:
        for paragraph in section.paragraphs:
            facts = [f"{LABELS[kind]}: {words}" for kind, words in paragraph.lines]
            facts = [paragraph.note] * bool(paragraph.note) if sent.message.digest else facts
            story = stories.get(paragraph.alert) or stories.get(paragraph.url, paragraph.url)
            stories[paragraph.url] = story
            yield Entry(
                story=story,
                heading=(paragraph.status or section.heading, paragraph.title),
                lines=frozenset(facts),
                text=" ".join(filter(None, [paragraph.status, paragraph.title, *facts, paragraph.source])),
                place="" if paragraph.alert else section.heading,
            )


def text_of(message: Message, entries: Sequence[Entry]) -> str:
    """All of a message that is counted: its entries, and of a digest its other lines."""
    others = [words for section in message.sections for words in (section.heading, *section.lines)]
    others = [words for words in others if "UNUSUALLY QUIET" not in words]
    return " ".join([message.lead, *others, *(entry.text for entry in entries)])


def spread(texts: Iterable[str]) -> str:
    """How many, and the median, the 90th percentile and the most of their words."""
    counts = sorted(len(text.split()) for text in texts) or [0]
    ninetieth = counts[math.ceil(0.9 * len(counts)) - 1]
    return f"{len(counts)}: median {median(counts):g}, 90th percentile {ninetieth}, most {counts[-1]} words"


def repeats(entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    """The entries that say again what the same reader had of the same Story, with what they repeat."""
    known: set[tuple[str, object]] = set()
    for entry in entries:
        heading, lines = (entry.story, entry.heading), (entry.story, entry.lines)
        same = ["status and headline"] * (heading in known) + ["lines"] * (bool(entry.lines) and lines in known)
        if same:
            yield f"entry of {entry.place!r}" if entry.place else " and ".join(same), entry
        known |= {heading, lines}


def days_of(rows: Sequence[ReplayRow]) -> set[date]:
    """The days from the first row of a file to its last."""
    first, last = min(row.at for row in rows).date(), max(row.at for row in rows).date()
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


def per(unit: str, days: Iterable[date], counted: Iterable[date]) -> str:
    """How often a day was counted in each week (%G-%V) or month (%Y-%m) of `days`."""
    counts = Counter({day.strftime(unit): 0 for day in days})
    counts.update(day.strftime(unit) for day in counted)
    return f"median {median(counts.values()):g}, most {max(counts.values())} (of {len(counts)})"


def count_reader(sent: Sequence[Sent], days: set[date], stories: dict[str, str]) -> None:
    """Print the figures of one reader."""
    entries = [list(entries_of(each, stories)) for each in sent]
    for name, is_digest in (("instant", False), ("digest", True)):
        chosen = [(each, own) for each, own in zip(sent, entries, strict=True) if each.message.digest is is_digest]
        if chosen:
            print(f"  {name} messages {spread(text_of(each.message, own) for each, own in chosen)}")
            print(f"  {name} Alerts {spread(entry.text for _, own in chosen for entry in own if not entry.place)}")
    print(f"  a week: {per('%G-%V', days, (each.day for each in sent))}")
    again = list(repeats(entry for own in entries for entry in own))
    print(f"  repeats: {dict(Counter(what for what, _ in again)) or 'none'}")
    for what, entry in again:
        print(f"    same {what}: {entry.text}")
    html = [len(mail_html(each.message).encode()) for each in sent if each.message.digest]
    print(f"  HTML of a digest: at most {max(html, default=0):,} bytes")


def measure_stream(files: Sequence[Path]) -> None:
    """Play the files in one replay, and print the figures of both readers."""
    by_file = [[row for line in read_lines(file) if (row := read_row(line))] for file in files]
    days = {day for rows in by_file for day in days_of(rows)}
    with tempfile.TemporaryDirectory() as folder:
        readers = read_readers(Path(folder))
        result, sent = play_rows([row for rows in by_file for row in rows], readers)
    alerts = [*result.alerts, *result.notes]
    print(f"{result.played} items of {len(days)} days: {len(result.stories)} stories, {len(alerts)} alerts")
    for name, reader in readers.subscribers.items():
        own = [each for each in sent if each.line["subscriber"] == name]
        own = [each for each in own if any(paragraph.alert for paragraph in each.message.paragraphs)]
        print(name)
        count_reader(own, days, {each["id"]: each["story"] for each in alerts})
        if name == "by-mail":
            quiet = days - {each.day for each in own}
            empty = [day for day in quiet if reader.empty == "always" or (reader.empty, day.weekday()) == ("monday", 0)]
            print(f"  empty digests a month: {per('%Y-%m', days, empty)}")


def context_about(row: dict[str, Any], trust: Trust, reason: Reason) -> AlertContext:
    """The Alert of a labelled text, at nine in the morning of its day; before what is official now, the press told."""
    item = replace(output.item_from_json(row), published=output.read_page_date(row["published"]))
    at = (earliest_moment(item.published) or datetime(2026, 1, 1, tzinfo=UTC)) + timedelta(hours=9)
    own = {"item": item.id, "identity": item.identity, "publisher": row["publisher"], "title": item.title}
    authority = Authority.OFFICIAL if trust.confirms else Authority.REPORT
    teller = replace(PRESS, **own, trust=trust, seen_at=at, published=item.published, authority=authority)
    press = replace(PRESS, seen_at=at - timedelta(days=1))
    status = Status.CONFIRMED if trust.confirms else Status.REPORTED
    items, changes = [press, teller], [turn(Status.REPORTED, press), turn(status, teller)]
    if reason is Reason.FIRST_HEARD:
        del items[0], changes[0]
    story = replace(REPORTED, title=item.title, status=status, items=tuple(items), status_changes=tuple(changes))
    return AlertContext(alert=alert(reason, status, item=item.id, at=at), story=story, item=item)


def place_of(field: str, label: dict[str, Any], context: AlertContext, score: Any) -> str:
    """Where a reader finds the fact: "shown", "in the headline", "in the details", or why it is not shown."""
    paragraph = compose_essence(context, context.alert.at)
    lines = dict(paragraph.lines)
    if field in DETAILS:
        if field == "managers" and "practice managers" in lines.get(FactKind.WHO, ""):
            return "shown"
        details = dict(add_details(paragraph, context, context.alert.at).details)
        return "in the details" if DETAILS[field] in details else "not even in the details"
    words = next((lines[kind] for kind in LINES if kind == field and kind in lines), None)
    if words is None:
        return why_missing(field, paragraph, context)
    lacking = score.lacks(label, field, {"value": words, "quote": paragraph.said})
    return f"shortened: lacks {lacking!r} in {words!r}" if lacking else "shown"


def why_missing(field: str, paragraph: Paragraph, context: AlertContext) -> str:
    """Why the essence has no line for it, as far as can be seen from outside."""
    brief = read_brief(context)
    known = getattr(brief, {"from": "starts"}.get(field, field))
    fact = getattr(known, "fact", known)
    said = " ".join(paragraph.said.strip("… ").split())
    if fact is None:
        return "found by `watcher brief` only: the Alert reads the text without its headline"
    if fact.field == "title" or fact.sentence in paragraph.title:
        return "in the headline"
    if field in ("from", "due") and said not in " ".join(fact.sentence.split()):
        return f"another sentence is quoted: {fact.shown!r}"
    if field == "who" and context.alert.reason is Reason.NOW_OFFICIAL:
        return "what is official now has no line Who"
    if field == "order" and context.story and context.story.status is Status.REPORTED:
        return "what is only reported has no line Order"
    return f"{'four lines already' if len(paragraph.lines) == MAX_LINES else 'fits no line'}: {fact.shown!r}"


def facts_found(rows: Sequence[dict[str, Any]], reason: Reason, score: Any) -> Iterator[tuple[str, str, str]]:
    """The text, the field and the place of each fact that is stated and that the Brief has right."""
    for row in rows:
        trust = TRUSTS.get(row["publisher_kind"], Trust.PRESS)
        context = context_about(row, trust, reason)
        if context.item is None or (reason is Reason.NOW_OFFICIAL and not trust.confirms):
            continue
        brief = output.brief_as_json(row["id"], extract_brief(context.item, trust))["brief"]
        for field, label in row["gold"].items():
            is_stated = label and not label.get("optional")
            if is_stated and brief[field] and score.fault(row, field, brief[field]) is None:
                yield row["id"], field, place_of(field, label, context, score)


def measure_essences(rows: Sequence[dict[str, Any]], score: Any) -> None:
    """Print for each field how many facts were found and shown, and each that is not shown."""
    for reason in (Reason.FIRST_HEARD, Reason.NOW_OFFICIAL):
        print(f"alerts {reason}, facts that a Brief has:")
        places: dict[str, Counter[str]] = defaultdict(Counter)
        for text, field, place in facts_found(rows, reason, score):
            is_seen = place == "shown" or place.startswith("in the ")
            places[field][place if is_seen else "not shown"] += 1
            if not is_seen:
                print(f"  not shown: {text} {field}: {place}")
        for field, counts in [*places.items(), ("all", sum(places.values(), Counter()))]:
            print(f"  {field:12} {counts.total():3} found: {', '.join(f'{n} {place}' for place, n in counts.items())}")


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a file with one a line."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def main() -> None:
    """Measure both, or say what is not there."""
    parser = argparse.ArgumentParser(prog="bench.messages", description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("--items", nargs="+", type=Path, metavar="FILE", help="replay files to play instead")
    files = parser.parse_args().items or [STREAM / f"{name}.jsonl" for name in STREAMS]
    missing = [str(file) for file in (*files, BRIEFS) if not file.is_file()]
    if missing:
        print(f"messages not measured: {', '.join(missing)}: no such file (shared/ lies beside the checkout)")
        return
    measure_stream(files)
    sys.path.insert(0, str(SHARED / "tools"))
    measure_essences(read_lines(BRIEFS), importlib.import_module("score_brief"))


if __name__ == "__main__":
    main()
