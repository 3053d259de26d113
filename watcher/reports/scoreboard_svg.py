"""A Scoreboard as an SVG of 800 pixels' width: laid out here, written and escaped by templates/scoreboard.svg.

Numbers stand in the bars and each bar has its words, so that nothing depends on colour. Contrast after WCAG 2.2: 4.5
for text, 3 for shapes (a test computes both).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher.core.language.format import format_duration
from watcher.core.language.text import printable
from watcher.core.stories.lead_times import Scoreboard, ScoreboardRow

WIDTH, MARGIN = 800, 32
LABEL, BAR, BAR_END = 200, 248, 620  # width of the labels' column; where the bars' column begins and ends
LINE, THICK = 32, 22
MAX_BARS = 12  # bodies, and topics; the rest share one line
DIGIT = 9  # pixels of a figure at 13 px
INK, PAPER, QUIET = "#1c1c1c", "#ffffff", "#4a4a4a"
PARTS = (  # (field of a ScoreboardRow, words, fill, ink)
    ("media_first", "media first", "#5b3d6e", PAPER),
    ("others_first", "representative body first", "#8a5a1c", PAPER),
    ("official_first", "official first", "#1f6a5b", PAPER),
    ("same_look", "seen in the same look", "#cfe3dd", INK),
    ("never_official", "no official text so far", "#ece9f0", INK),
)
NOBODY = "No official text so far"

_PICTURES = Environment(
    loader=PackageLoader("watcher.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
# What XML forbids and what turns the direction of a line must go before the template escapes the markup.
_PICTURES.filters["printable"] = printable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """One coloured piece of a bar, with its count where that fits; `x` and `width` in pixels."""

    x: float
    width: float
    fill: str
    ink: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """One row of a section. `end` is where the bar ends in pixels; `lead` is the median lead of the media."""

    y: int
    name: str
    label: str
    words: str
    segments: tuple[_Segment, ...]
    end: float
    total: int
    lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """A heading with its bars; `more` says how many rows did not fit, "" if all did."""

    y: int
    heading: str
    bars: tuple[_Bar, ...]
    more: str


def draw_scoreboard(board: Scoreboard, names: Mapping[str, str]) -> str:
    """The scoreboard as an SVG document. `names` are those of the Topics, by their ids."""
    bodies = [row for row in board.rows if row.body is not None and not row.topic]
    topics = [row for row in board.rows if row.body is None and row.topic]
    y, sections = 124 if board.total.announcements else 84, []
    for heading, rows, row_names in (
        ("By official body", bodies, [row.body or NOBODY for row in bodies]),
        ("By topic", topics, [names.get(row.topic, row.topic) for row in topics]),
    ):
        if rows:
            sections.append(_lay_out_section(y, heading, rows, row_names))
            y += 56 + LINE * min(len(rows), MAX_BARS + 1)
    notes = basis(board)
    return _PICTURES.get_template("scoreboard.svg").render(
        title=f"Who said it first, {board.name}",
        summary=summary(board),
        legend=_lay_out_legend() if board.total.announcements else (),
        sections=sections,
        notes=notes,
        notes_y=y + 28,
        height=y + 40 + 18 * len(notes),
        width=WIDTH,
        margin=MARGIN,
        label_end=MARGIN + LABEL,
        bar_height=THICK - 1,
        line_height=LINE,
        colours={"ink": INK, "paper": PAPER, "quiet": QUIET},
    )


def summary(board: Scoreboard) -> str:
    """The month in one or two sentences."""
    row = board.total
    if not row.announcements:
        return f"No announcement was seen in {board.name}."
    seen = f"{row.announcements} announcement{'s' if row.announcements > 1 else ''}"
    if row.median_lead is None or row.longest_lead is None:
        return f"{seen}. The media had none of them first."
    if row.media_first == 1:
        return f"{seen}. The media had 1 first, by {format_duration(row.longest_lead)}."
    lead = f"{format_duration(row.median_lead)} (median), by {format_duration(row.longest_lead)} at most"
    return f"{seen}. The media had {row.media_first} first: by {lead}."


def basis(board: Scoreboard) -> tuple[str, ...]:
    """Sentences about how the figures were counted and what they leave out."""
    otherwise, old = board.total.otherwise, board.old
    lines = [
        "Times are when watcher first saw each text, no finer than the wait between two looks. Two topics count twice."
    ]
    if otherwise:
        lines.append(f"For {otherwise} of these, the publishers' own dates name another as the first.")
    if old:
        lines.append(f"Not counted: {old} that {'were' if old > 1 else 'was'} more than two days old when first seen.")
    return (*lines, "watcher is an independent project, not part of the NHS or of any government body.")


def _lay_out_legend() -> list[tuple[int, str, str]]:
    """(x in pixels, words, fill) of each part."""
    legend, x = [], MARGIN
    for _, words, fill, _ in PARTS:
        legend.append((x, words, fill))
        x += 36 + round(6.2 * len(words))
    return legend


def _lay_out_section(y: int, heading: str, rows: Sequence[ScoreboardRow], names: Sequence[str]) -> _Section:
    pixels_per_announcement = (BAR_END - BAR) / max(row.announcements for row in rows)
    shown = zip(rows[:MAX_BARS], names, strict=False)
    return _Section(
        y=y,
        heading=heading,
        bars=tuple(
            _lay_out_bar(y + 46 + LINE * index, row, name, pixels_per_announcement)
            for index, (row, name) in enumerate(shown)
        ),
        more=f"and {len(rows) - MAX_BARS} more: watcher scoreboard lists them" if len(rows) > MAX_BARS else "",
    )


def _lay_out_bar(y: int, row: ScoreboardRow, name: str, pixels_per_announcement: float) -> _Bar:
    counts = [(getattr(row, field), words, fill, ink) for field, words, fill, ink in PARTS]
    segments, x = [], float(BAR)
    for count, _, fill, ink in counts:
        width = count * pixels_per_announcement
        figure = str(count) if width > DIGIT * len(str(count)) + 4 else ""
        if count:
            segments.append(_Segment(x=x, width=width, fill=fill, ink=ink, figure=figure))
        x += width
    return _Bar(
        y=y,
        name=name,
        label=_shorten(name),
        words=", ".join(f"{count} {words}" for count, words, _, _ in counts if count),
        segments=tuple(segments),
        end=x,
        total=row.announcements,
        lead="" if row.median_lead is None else format_duration(row.median_lead),
    )


def _shorten(name: str) -> str:
    """As much of a name as fits its column; letters of other scripts are wide, and so are capitals."""
    shown, left = printable(name), float(LABEL)
    for index, letter in enumerate(shown):
        left -= 6.9 if letter.isascii() and not letter.isupper() else 9.8 if letter.isascii() else 14.0
        if left < 0:
            return f"{shown[:index].rstrip()}…"
    return shown
