"""Words for people: how far a Story can be trusted, moments, and a Message as plain text."""

from watcher.core.language.format import format_duration, format_moment
from watcher.core.language.numbers import figures_in
from watcher.core.language.text import printable
from watcher.core.pages.versions import drops_a_figure
from watcher.core.stories.status import names_other_figures
from watcher.model import (
    AlertContext,
    Authority,
    Message,
    Paragraph,
    Reason,
    Status,
    Story,
    StoryItem,
)

STATUS_WORDS = {
    Status.REPORTED: "REPORTED, NOT YET OFFICIAL",
    Status.CONFIRMED: "OFFICIAL",
    Status.CHANGED: "CHANGED",
    Status.WITHDRAWN: "WITHDRAWN",
}
AUTHORITY_WORDS = {  # of what an official body said and practices cannot use, the weightiest first
    Authority.ELSEWHERE: "OFFICIAL, BUT NOT FOR PRACTICES",
    Authority.INTENTION: "AN INTENTION, NOT YET OFFICIAL",
}
REASON_WORDS = {
    Reason.NOW_OFFICIAL: "NOW OFFICIAL",
    Reason.DEADLINE_NEAR: "DEADLINE NEAR",
    Reason.NEEDS_ADMIN: "FOR THE ADMIN",
}


def heading(told: AlertContext) -> str:
    """The first line: how far the Story can be trusted as of now; CORRECTION where something that was told fell."""
    story, reason = told.story, told.alert.reason
    if story is None or reason in REASON_WORDS:
        return REASON_WORDS.get(reason, REASON_WORDS[Reason.NEEDS_ADMIN])
    if reason is Reason.WITHDRAWN:
        return _fell(told, story)
    if reason is Reason.CHANGED:
        return _changed(told, story)
    if story.status is not Status.REPORTED:
        return STATUS_WORDS[story.status]
    if reason is Reason.STILL_REPORTED:
        return "STILL NOT OFFICIAL"
    nearest = _nearest(story)
    return AUTHORITY_WORDS[nearest.authority] if nearest else STATUS_WORDS[Status.REPORTED]


def _fell(told: AlertContext, story: Story) -> str:
    """A denial of what was only reported says that it was never so; all else takes back what was."""
    by, before = _turned(told, story)
    if by and by.authority is Authority.DENIAL and before is Status.REPORTED:
        return f"CORRECTION: NOT SO, says {by.publisher}"
    return "CORRECTION: WITHDRAWN"


def _changed(told: AlertContext, story: Story) -> str:
    """What only adds takes nothing back: a second date beside the first, a wider group."""
    by, before = _turned(told, story)
    if before is Status.WITHDRAWN:
        return "CORRECTION: NO LONGER WITHDRAWN"
    gone = by is not None and names_other_figures((each for each in story.items if each.seen_at < by.seen_at), by)
    if told.item and told.previous_title:
        gone = bool(figures_in(told.previous_title) - figures_in(told.item.title))
    gone = gone or (bool(told.versions) and drops_a_figure(told.versions[0], told.versions[-1]))
    words = "CORRECTION: CHANGED" if gone else "CHANGED"
    return f"{words}, NOT YET OFFICIAL" if story.status is Status.REPORTED else words


def _turned(told: AlertContext, story: Story) -> tuple[StoryItem | None, Status | None]:
    """Who made the turn that an Alert tells of, and the Status before it."""
    by = next((each for each in story.items if each.item == told.alert.item), None)
    made = [at for at, turn in enumerate(story.status_changes) if turn.item == told.alert.item]
    before = story.status_changes[made[-1] - 1].status if made and made[-1] else None
    return by, before


def _nearest(story: Story) -> StoryItem | None:
    """What comes nearest to an official text that practices can use, where there is none."""
    return next((each for wanted in AUTHORITY_WORDS for each in story.items if each.authority is wanted), None)


def official_line(story: Story) -> str:
    """Where a Story stands on the ladder: who made it official and when, or what there is instead."""
    settled, first = story.official, story.items[0]
    if story.status is Status.WITHDRAWN:
        return _taken_back(story)
    if settled and settled.item == first.item:
        return f"yes, {settled.publisher} said it first"
    if settled:
        after = f"{format_duration(settled.seen_at - first.seen_at)} after {first.publisher}"
        return f"yes, {settled.publisher} at {format_moment(settled.seen_at)}, {after}"
    nearest = _nearest(story)
    if nearest is None:
        return f"no official page seen yet; first heard {format_moment(first.seen_at)}"
    if nearest.authority is Authority.ELSEWHERE:
        return f"addressed to others by {nearest.publisher}; practices in copy or not named"
    return f"not yet: {nearest.publisher} says what it means to do; nothing that practices can use yet"


def _taken_back(story: Story) -> str:
    turn = next((each for each in reversed(story.status_changes) if each.status is Status.WITHDRAWN), None)
    by = next((each for each in story.items if turn and each.item == turn.item), None)
    if turn is None or by is None:
        return "no longer: withdrawn"
    says = f"no: {by.publisher} says that it is not so" if by.authority is Authority.DENIAL else ""
    return f"{says or f'no longer: withdrawn by {by.publisher}'}, {format_moment(turn.at)}"


def first_report_line(story: Story) -> str:
    """One line on who said it first."""
    first = story.items[0]
    return f"{first.publisher} had it first, {format_moment(first.seen_at)}. Official: {official_line(story)}."


def plain_text(sent: Message) -> str:
    """A Message as plain text: the e-mail's text part and the console."""
    lines = [sent.subject, ""]
    lines += ["(possible repeat: the first try may have reached you)", ""] if sent.repeat else []
    lines += [sent.lead, ""] if sent.lead else []
    for section in sent.sections:
        lines += [section.heading.upper(), ""] if section.heading else []
        for each in section.paragraphs:
            lines += [*plain_paragraph(each), ""]
    lines += sent.footer
    return "\n".join(lines).rstrip() + "\n"


def plain_paragraph(each: Paragraph) -> list[str]:
    """One Alert as lines with a fixed label column."""
    lines = [each.heading, each.title] if each.heading else [each.title]
    lines += [f"  Follows       {each.follows}"] if each.follows else []
    lines += [f"  {label:<12}  {value}" for label, value in each.facts]
    lines += [f"  Topics        {', '.join(each.topics)}"] if each.topics else []
    lines += [f"  Source        {each.url}"] if each.url else []
    return lines


MAX_SUBJECT_CHARACTERS = 150


def subject_line(text: str) -> str:
    """`text` on one line of at most SUBJECT_LIMIT characters, cut at a word."""
    shown = printable(text).strip()
    if len(shown) <= MAX_SUBJECT_CHARACTERS:
        return shown
    head = shown[: MAX_SUBJECT_CHARACTERS - 1]
    word = head.rfind(" ")
    return f"{head[:word] if word > MAX_SUBJECT_CHARACTERS // 2 else head}…"
