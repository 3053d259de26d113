"""Which lines of an essence can be shown whole, and the one sentence that they rest on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day, format_moment
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import printable, title_key
from watcher.core.statements.shortening import shorten
from watcher.core.wording.labels import LABELS
from watcher.model import AlertContext, Fact, FactKind, Item, Precision, Reason, Status, StoryItem

MAX_LINES, MAX_LINE_CHARACTERS, MAX_SOURCE_CHARACTERS = 4, 90, 180
DATED = frozenset({FactKind.FROM, FactKind.DUE})
_QUOTED_FIRST = (
    FactKind.NOW,
    FactKind.WAS,
    FactKind.DUE,
    FactKind.FROM,
    FactKind.DO,
    FactKind.WHO,
    FactKind.PAID,
    FactKind.RULE,
)
_OF_A_CHANGE = frozenset({Reason.CHANGED, Reason.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class EssenceLine:
    """A line that may be shown: its words, and the sentence they rest on with the words in it that it must show."""

    kind: FactKind
    words: str
    fact: Fact | None = None


def choose_quoted(lines: Sequence[EssenceLine], item: Item) -> Fact | None:
    """The fact whose sentence is quoted: that of the weightiest line which the headline does not hold already."""
    by_kind = {line.kind: line.fact for line in reversed(lines) if line.fact and line.words}
    facts = [fact for kind in _QUOTED_FIRST if (fact := by_kind.get(kind))]
    if outside := next((fact for fact in facts if not is_in_title(fact, item)), None):
        return outside
    return next(filter(None, (_repeated_below(fact, item) for fact in facts)), None)


def _repeated_below(fact: Fact, item: Item) -> Fact | None:
    """A fact of the headline in the sentence of the text that says it again in the same words."""
    words = printable(fact.words)
    for line in item.text.splitlines():
        for sentence in split_sentences(line):
            if words in sentence and sentence not in item.title:
                return replace(fact, sentence=sentence, field="text")
    return None


def is_in_title(fact: Fact, item: Item) -> bool:
    """Whether the headline says it, which many pages repeat at the head of their text."""
    return fact.field == "title" or fact.sentence in item.title


def lines_that_fit(lines: Sequence[EssenceLine], quoted: Fact | None, item: Item) -> Iterator[tuple[FactKind, str]]:
    """The lines that can be shown whole; of two dates only those whose sentence is quoted, or stands above."""
    kinds: set[FactKind] = set()
    for line in lines:
        is_unquoted = (
            line.fact and not is_in_title(line.fact, item) and (quoted is None or line.fact.sentence != quoted.sentence)
        )
        if line.kind in kinds or (line.kind in DATED and is_unquoted):
            continue
        room = MAX_LINE_CHARACTERS - len(f"{LABELS[line.kind]}: ")
        words = printable(line.words)
        if line.fact or len(words) > room:
            words = shorten(words, room, whole=line.kind in DATED)
        if words:
            kinds.add(line.kind)
            yield line.kind, words


def describe_source(context: AlertContext, item: Item, story_item: StoryItem) -> str:
    """The publisher, whether by e-mail, and when it said so, as exactly as that is known (London time)."""
    publisher = f"{story_item.publisher}, by e-mail" if item.is_mail and not item.is_unproven else story_item.publisher
    if context.alert.reason is Reason.DEADLINE_NEAR and context.first_told_at:
        return f"{publisher}, told you on {format_day(context.first_told_at.astimezone(LONDON).date())}"
    stamp, published = item.stamp if item.revision > 1 else None, item.published
    if item.revision > 1 and (context.alert.reason in _OF_A_CHANGE or context.alert.status is Status.CHANGED):
        return f"{publisher}, {format_moment(stamp or context.alert.at)}"
    if published.at:
        return f"{publisher}, {format_moment(published.at)}"
    seen = story_item.seen_at.astimezone(LONDON).date()
    if published.day == seen and published.precision is not Precision.MONTH:
        return f"{publisher}, {format_moment(story_item.seen_at)}"
    if published.day and published.precision is not Precision.MONTH:
        return f"{publisher}, {format_day(published.day)}"
    return f"{publisher}, seen {format_moment(story_item.seen_at)}"


def quote_sentence(fact: Fact | None, item: Item, room: int) -> str:
    """The sentence of `fact` in at most `room` characters around its words; without one, how the summary begins.

    Of a headline that is cut off above, such as a page's name with the note of its change, what its colon leads to.
    """
    if fact:
        return quote_in(printable(fact.sentence).removeprefix("- "), printable(fact.words), room)
    name, _, note = item.title.partition(": ")
    if note and len(name) <= MAX_LINE_CHARACTERS < len(item.title):
        return quote_in(printable(note), "", room)
    first = next(split_sentences(item.summary), "")
    return "" if title_key(first) == title_key(item.title) else quote_in(printable(first), "", room)


def quote_in(sentence: str, words: str, room: int) -> str:
    """`sentence`, or as many whole words of it around `words` as have room, with "…" for what is left out."""
    sentence = " ".join(sentence.split())
    if len(sentence) <= room:
        return sentence
    head = sentence[: room - 2].rpartition(" ")[0]
    if " ".join(words.split()) in head:
        return f"{head} …"  # from its beginning: there stands whom it is about
    tokens = sentence.split()
    start = len(sentence[: max(sentence.find(" ".join(words.split())), 0)].split())
    begin = end = min(start, len(tokens) - 1)
    while True:
        wider = [(begin, end + 1)] if end < len(tokens) else []
        wider += [(begin - 1, end)] if begin > 0 else []
        wider.sort(key=lambda span: abs((span[0] + span[1]) / 2 - (start + 4)))
        fitting = next((span for span in wider if len(_span_text(tokens, *span)) <= room), None)
        if fitting is None:
            return _span_text(tokens, begin, end) if end > begin else ""
        begin, end = fitting


def _span_text(tokens: Sequence[str], begin: int, end: int) -> str:
    return f"{'… ' if begin else ''}{' '.join(tokens[begin:end])}{' …' if end < len(tokens) else ''}"
