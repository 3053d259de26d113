"""What an Alert adds to who said it: what changed on its page, and the Brief, in fixed order and quick to read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from watcher.core import region
from watcher.core.brief import brief
from watcher.core.brief.shown import NOT_KNOWN, lines
from watcher.core.dates import LONDON
from watcher.core.shown_change import MOST_PAIRS, Shown, shown
from watcher.core.text import printable
from watcher.model import Alert, Item, Paragraph, Reason, Span, Version

IN_DIGEST = 2  # changed sentences: the page has the rest
AFTER = "Official"  # the last line on how far it can be trusted
_EDITS = frozenset({Reason.FIRST_HEARD, Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN})
Facts = tuple[tuple[str, str], ...]


def told_of(
    words: Paragraph, alert: Alert, item: Item | None, versions: Sequence[Version], now: datetime, *, digest: bool
) -> Paragraph:
    """`words` with what changed before its facts and the Brief among them, as of `now` (UTC)."""
    if item is None:
        return words
    changed = list(_changed(alert, versions, words.facts, digest=digest))
    known = tuple(brief_of(item, now.astimezone(LONDON).date(), digest=digest))
    at = next((at for at, (label, _) in enumerate(words.facts, 1) if label == AFTER), len(words.facts))
    said = tuple((each.label, each.value) for each in changed)
    return replace(words, facts=(*said, *words.facts[:at], *known, *words.facts[at:]), marked=_marked(changed))


def _changed(alert: Alert, versions: Sequence[Version], facts: Facts, *, digest: bool) -> Iterator[Shown]:
    """What became of the page; a headline that stands among the facts as it was is not told twice."""
    if alert.reason not in _EDITS or len(versions) != 2:  # noqa: PLR2004 - before and after
        return
    told = {value for label, value in facts if label == "It said"}
    ours = shown(*versions, IN_DIGEST if digest else MOST_PAIRS)
    skipped = {at for at, each in enumerate(ours) if each.label == "Was" and each.value in told}
    yield from (each for at, each in enumerate(ours) if at not in skipped and at - 1 not in skipped)


def _marked(changed: Sequence[Shown]) -> Mapping[str, tuple[Span, ...]]:
    return {each.value: each.spans for each in changed if any(span.mark != "kept" for span in each.spans)}


def brief_of(item: Item, today: date, *, digest: bool = False) -> Iterator[tuple[str, str]]:
    """What is known of the Brief in its fixed order, and in one line what is not. In a digest the latter is left out.

    `today` is London's. REPLY BY is always said.
    """
    known = brief(replace(item, text=region.plain(item.text)))
    unknown = []
    for label, value in lines(known, today):
        name = label.capitalize()
        if label == "REPLY BY" or not value.startswith(NOT_KNOWN):
            yield name, printable(value)
        else:
            unknown.append(f"{name.lower()}{value.removeprefix(NOT_KNOWN).replace('; ', ' (', 1)}")
    if unknown and not digest:
        yield "Not known", ", ".join(unknown)
