"""A Scoreboard as a picture: an SVG of 800 pixels' width, drawn here, with every text escaped.

Numbers stand in the bars and each bar has its words, so that nothing hangs on colour. Contrast after WCAG 2.2: 4.5 for
text, 3 for shapes (a test computes both).
"""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from watcher.core.language.format import format_duration
from watcher.core.language.text import printable
from watcher.core.stories.lead_times import Scoreboard, ScoreboardRow

WIDTH, MARGIN = 800, 32
LABEL, BAR, BAR_END = 200, 248, 620  # widths and places of the columns
LINE, THICK = 32, 22
MAX_BARS = 12  # bodies, and topics; the rest share one line
DIGIT = 9  # pixels of a figure at 13 px
INK, PAPER, QUIET = "#1c1c1c", "#ffffff", "#4a4a4a"
PARTS = (  # (field of a Row, words, fill, ink)
    ("media_first", "media first", "#5b3d6e", PAPER),
    ("others_first", "representative body first", "#8a5a1c", PAPER),
    ("official_first", "official first", "#1f6a5b", PAPER),
    ("same_look", "seen in the same look", "#cfe3dd", INK),
    ("never_official", "no official text so far", "#ece9f0", INK),
)
NOBODY = "No official text so far"


def draw_scoreboard(board: Scoreboard, names: Mapping[str, str]) -> str:
    """The picture. `names` are those of the Topics."""
    title, told = f"Who said it first, {board.name}", summary(board)
    bodies = [row for row in board.rows if row.body is not None and not row.topic]
    topics = [row for row in board.rows if row.body is None and row.topic]
    y, parts = 84, [_text(MARGIN, 48, title, 22, weight="bold"), _text(MARGIN, 76, told, 15)]
    if board.total.announcements:
        y, parts = 124, [*parts, *_legend(104)]
    for heading, rows, named in (
        ("By official body", bodies, {row.body or "": row.body or NOBODY for row in bodies}),
        ("By topic", topics, {row.topic: names.get(row.topic, row.topic) for row in topics}),
    ):
        if rows:
            parts += _section(y, heading, rows, named)
            y += 56 + LINE * min(len(rows), MAX_BARS + 1)
    foot = [_text(MARGIN, y + 28 + 18 * at, words, 13, fill=QUIET) for at, words in enumerate(basis(board))]
    height = y + 40 + 18 * len(foot)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"',
            ' role="img" aria-labelledby="title desc" font-family="Arial, Helvetica, sans-serif">',
            f'<title id="title">{_safe(title)}</title>',
            f'<desc id="desc">{_safe(told)}</desc>',
            f'<clipPath id="label"><rect x="0" y="0" width="{MARGIN + LABEL}" height="{height}"/></clipPath>',
            f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
            *parts,
            *foot,
            "</svg>\n",
        ]
    )


def summary(board: Scoreboard) -> str:
    """The month in a sentence or two."""
    row = board.total
    if not row.announcements:
        return f"No announcement was seen in {board.name}."
    seen = f"{row.announcements} announcement{'s' if row.announcements > 1 else ''}"
    if row.median_lead is None or row.longest_lead is None:
        return f"{seen}. The media had none of them first."
    if row.media_first == 1:
        return f"{seen}. The media had 1 first, by {format_duration(row.longest_lead)}."
    led = f"{format_duration(row.median_lead)} in the middle case, by {format_duration(row.longest_lead)} at most"
    return f"{seen}. The media had {row.media_first} first: by {led}."


def basis(board: Scoreboard) -> tuple[str, ...]:
    """What the figures rest on."""
    otherwise, old = board.total.otherwise, board.old
    lines = [
        "Times are when watcher first saw each text, no finer than the wait between two looks. Two topics count twice."
    ]
    if otherwise:
        lines.append(f"For {otherwise} of these, the publishers' own dates name another as the first.")
    if old:
        lines.append(f"Not counted: {old} that {'were' if old > 1 else 'was'} more than two days old when first seen.")
    return (*lines, "watcher is an independent project, not part of the NHS or of any government body.")


def _section(y: int, heading: str, rows: Sequence[ScoreboardRow], named: Mapping[str, str]) -> list[str]:
    most = max(row.announcements for row in rows)
    parts = [
        _text(MARGIN, y + 32, heading, 16, weight="bold"),
        _text(WIDTH - MARGIN, y + 32, "Median lead of the media", 13, anchor="end", fill=QUIET),
    ]
    for at, row in enumerate(rows[:MAX_BARS]):
        parts.append(_bar(y + 46 + LINE * at, row, named[row.topic or row.body or ""], most))
    if len(rows) > MAX_BARS:
        rest = f"and {len(rows) - MAX_BARS} more: watcher scoreboard lists them"
        parts.append(_text(MARGIN, y + 46 + LINE * MAX_BARS + 16, rest, 14, fill=QUIET))
    return parts


def _bar(y: int, row: ScoreboardRow, name: str, most: int) -> str:
    unit, x = (BAR_END - BAR) / most, float(BAR)
    counts = [(getattr(row, field), words, fill, ink) for field, words, fill, ink in PARTS]
    told = ", ".join(f"{count} {words}" for count, words, _, _ in counts if count)
    lead, faint = ("none", QUIET) if row.median_lead is None else (format_duration(row.median_lead), INK)
    parts = [f"<g><title>{_safe(f'{name}: {told}')}</title>"]
    parts.append(f'<g clip-path="url(#label)">{_text(MARGIN, y + 16, _cut(name), 14)}</g>')
    for count, _, fill, ink in counts:
        if not count:
            continue
        width = count * unit
        parts.append(
            f'<rect x="{x + 1:.1f}" y="{y + 0.5}" width="{max(width - 2, 1):.1f}" height="{THICK - 1}" fill="{fill}"'
            f' stroke="{QUIET}"/>'
        )
        if width > DIGIT * len(str(count)) + 4:
            parts.append(_text(x + width / 2, y + 16, str(count), 13, anchor="middle", fill=ink))
        x += width
    parts.append(_text(x + 6, y + 16, str(row.announcements), 13, weight="bold"))
    return "".join([*parts, _text(WIDTH - MARGIN, y + 16, lead, 14, anchor="end", fill=faint), "</g>"])


def _cut(name: str) -> str:
    """As much of a name as fits its column; letters of other scripts are wide, and so are capitals."""
    shown, left = printable(name), float(LABEL)
    for at, letter in enumerate(shown):
        left -= 6.9 if letter.isascii() and not letter.isupper() else 9.8 if letter.isascii() else 14.0
        if left < 0:
            return f"{shown[:at].rstrip()}…"
    return shown


def _legend(y: int) -> list[str]:
    parts, x = [], MARGIN
    for _, words, fill, _ in PARTS:
        parts.append(f'<rect x="{x}.5" y="{y - 11.5}" width="13" height="13" fill="{fill}" stroke="{QUIET}"/>')
        parts.append(_text(x + 20, y, words, 13))
        x += 36 + round(6.2 * len(words))
    return parts


def _text(x: float, y: float, words: str, size: int, *, anchor: str = "", weight: str = "", fill: str = INK) -> str:
    more = "".join(f' {name}="{value}"' for name, value in (("text-anchor", anchor), ("font-weight", weight)) if value)
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"{more}>{_safe(words)}</text>'


def _safe(words: str) -> str:
    """Untrusted text inside an element: no markup, nothing that XML forbids, nothing that turns the line around."""
    return escape(printable(words))
