"""Status words: how far a Story can be trusted now, and who made it official."""

from datetime import datetime, timedelta

from watcher.core.deadlines.reminders import must_act_by, reminders_count_from
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day, format_duration, format_moment
from watcher.core.language.numbers import figures_in
from watcher.core.language.region_text import read_region
from watcher.core.language.working_time import working_time_between
from watcher.core.pages.eligibility import newly_named
from watcher.core.pages.versions import compare_versions, drops_a_figure
from watcher.core.stories.authority import is_material
from watcher.core.stories.status import names_other_figures
from watcher.model import (
    AlertContext,
    Authority,
    DateState,
    Precision,
    Reason,
    Status,
    Story,
    StoryItem,
    Tone,
)

NOT_YET = "NOT OFFICIAL YET"
NOT_PROVEN = "SENDER NOT PROVEN, NOT OFFICIAL"
FEW_HOURS = 4  # working hours: then the hours are named


def status_words(context: AlertContext, now: datetime) -> str:
    """The first line: how far the Story can be trusted at `now` (UTC), in the closed set of status words (ADR 12)."""
    story, reason = context.story, context.alert.reason
    if story is None or reason is Reason.NEEDS_ADMIN:
        return "FOR THE ADMIN"
    if reason is Reason.DEADLINE_NEAR:
        return _due_words(context, now)
    if reason is Reason.CHANGED:
        return _changed_words(context, story)
    if reason is Reason.WITHDRAWN or story.status is Status.WITHDRAWN:
        return _withdrawn_words(context, story)
    return _standing_words(context, story)


def _standing_words(context: AlertContext, story: Story) -> str:
    """The words for what holds: official, or how near it came to that.

    A report on what is official since an earlier chapter is not said to be "not official yet".
    """
    reason = context.alert.reason
    if story.status is not Status.REPORTED:
        return _now_official_words(story) if reason is Reason.NOW_OFFICIAL else STATUS_WORDS[story.status]
    if reason is Reason.STILL_REPORTED:
        return "STILL NOT OFFICIAL"
    nearest = _find_nearest_to_official(story)
    if nearest:
        return AUTHORITY_WORDS[nearest.authority]
    if story.items and all(item.is_unproven for item in story.items):
        return NOT_PROVEN
    return ONLY_REPORTED if may_be_official(context) else STATUS_WORDS[Status.REPORTED]


def may_be_official(context: AlertContext) -> bool:
    """Whether a report is a chapter of what is official; a rumour or an opinion, which waits, is not."""
    return context.has_official_chapter and not context.alert.in_digest


def is_only_more(context: AlertContext) -> bool:
    """Whether a follow-up changes nothing of what was told: one more text that is like it."""
    return (
        context.story is not None
        and context.alert.reason is Reason.CHANGED
        and (_changed_words(context, context.story).startswith("MORE ON THIS"))
    )


def tone_of(context: AlertContext) -> Tone:
    """How urgent an Alert looks."""
    story, reason = context.story, context.alert.reason
    if story is None or reason in {Reason.DEADLINE_NEAR, Reason.WITHDRAWN} or story.status is Status.WITHDRAWN:
        return Tone.ATTENTION
    if reason is Reason.CHANGED:
        return Tone.ACCENT
    return Tone.WARNING if story.status is Status.REPORTED else Tone.GOOD


def _now_official_words(story: Story) -> str:
    """How long after the first report it became official; nothing of that where the official text came first."""
    official, first = story.official, story.items[0]
    if official is None or official.item == first.item or official.seen_at <= first.seen_at or first.is_unproven:
        return "NOW OFFICIAL"
    return f"NOW OFFICIAL, {format_duration(official.seen_at - first.seen_at)} after {first.publisher}"


def _due_words(context: AlertContext, now: datetime) -> str:
    """When the date of a reminder is due, seen from `now`: today, tomorrow, or in working hours."""
    date_id = context.alert.note.partition(" ")[0]
    date = next((date for date in context.dates if date.id == date_id), None)
    if date is None or date.state is not DateState.OPEN:
        return "A DATE IS OFF"
    end, last = must_act_by(date), reminders_count_from(date)
    if end is None or last is None or end <= now:
        return "DUE"
    hours = working_time_between(now, last) // timedelta(hours=1)
    if 0 < hours <= FEW_HOURS:
        return f"DUE IN {hours} WORKING HOUR{'' if hours == 1 else 'S'}"
    local, today = end.astimezone(LONDON), now.astimezone(LONDON).date()
    clock = f", {local:%H:%M}" if date.deadline.precision is Precision.MINUTE else ""
    days = (local.date() - today).days
    return f"DUE { ({0: 'TODAY', 1: 'TOMORROW'}.get(days) or format_day(local.date()).upper()) }{clock}"


def _withdrawn_words(context: AlertContext, story: Story) -> str:
    """A denial of what was only reported says that it was never so; anything else is a withdrawal."""
    item, status_before = _find_change(context, story)
    if item and item.authority is Authority.DENIAL and status_before is Status.REPORTED:
        return f"NOT SO, says {item.publisher}"
    return "WITHDRAWN"


def _changed_words(context: AlertContext, story: Story) -> str:
    """A correction where a figure is gone: a second date beside the first, or a wider group, takes nothing back.

    The news itself stands in it where practice managers are in now.
    """
    item, status_before = _find_change(context, story)
    if status_before is Status.WITHDRAWN:
        return "CORRECTION: NO LONGER WITHDRAWN"
    if _is_included_now(context):
        return "CHANGED: NOW INCLUDES PRACTICE MANAGERS"
    if context.alert.revision == 1 and not _made_a_change(context, story):
        is_theirs = item is None or not item.trust.confirms  # a leaflet of an official body is no report
        is_open = story.status is Status.REPORTED and not may_be_official(context) and is_theirs
        return f"MORE ON THIS, {NOT_YET}" if is_open else "MORE ON THIS"
    corrects = item is not None and names_other_figures(
        (earlier for earlier in story.items if earlier.seen_at < item.seen_at), item
    )
    if context.item and context.previous_title:
        corrects = bool(figures_in(context.previous_title) - figures_in(context.item.title))
    corrects = corrects or (bool(context.versions) and drops_a_figure(context.versions[0], context.versions[-1]))
    words = "CORRECTION: CHANGED" if corrects else "CHANGED"
    return f"{words}, {NOT_YET}" if story.status is Status.REPORTED and not may_be_official(context) else words


def _is_included_now(context: AlertContext) -> bool:
    """Whether the list of who is eligible, on a watched page, names practice managers now and did not before."""
    if len(context.versions) != 2:  # noqa: PLR2004 - before and after
        return False
    was, now = context.versions
    return newly_named(compare_versions(was, now), read_region(now.text))


def _made_a_change(context: AlertContext, story: Story) -> bool:
    """Whether the Item of the Alert changed the Story's Status: what is only like it changes nothing."""
    return any(change.item == context.alert.item for change in story.status_changes)


def _find_change(context: AlertContext, story: Story) -> tuple[StoryItem | None, Status | None]:
    """The StoryItem that an Alert is about, and the Story's Status before the last change that it made."""
    item_id = context.alert.item
    item = next((item for item in story.items if item.item == item_id), None)
    indexes = [index for index, change in enumerate(story.status_changes) if change.item == item_id]
    status_before = story.status_changes[indexes[-1] - 1].status if indexes and indexes[-1] else None
    return item, status_before


def _find_nearest_to_official(story: Story) -> StoryItem | None:
    """The official text that comes nearest to one that practices can use, in the order of AUTHORITY_WORDS.

    A leaflet is none: that an official body printed one says nothing of whom a rule is for.
    """
    near = [item for item in story.items if item.authority in AUTHORITY_WORDS]
    items = [item for item in near if not is_material(item.title)]
    return next((item for authority in AUTHORITY_WORDS for item in items if item.authority is authority), None)


def official_line(story: Story) -> str:
    """Whether a Story is official: who made it so and when, or what there is instead."""
    official, first = story.official, story.items[0]
    if story.status is Status.WITHDRAWN:
        return _withdrawn_line(story)
    if official and official.item == first.item:
        return f"yes, {official.publisher} said it first"
    if official:
        after = f"{format_duration(official.seen_at - first.seen_at)} after {first.publisher}"
        return f"yes, {official.publisher} on {format_moment(official.seen_at)}, {after}"
    nearest = _find_nearest_to_official(story)
    if nearest is None:
        return f"no official page seen yet; first heard {format_moment(first.seen_at)}"
    if nearest.authority is Authority.ELSEWHERE:
        return f"addressed to others by {nearest.publisher}; practices in copy or not named"
    return f"not yet: {nearest.publisher} says what it means to do; nothing that practices can use yet"


def _withdrawn_line(story: Story) -> str:
    changes = reversed(story.status_changes)
    withdrawal = next((change for change in changes if change.status is Status.WITHDRAWN), None)
    item = next((item for item in story.items if withdrawal and item.item == withdrawal.item), None)
    if withdrawal is None or item is None:
        return "no longer: withdrawn"
    denial = f"no: {item.publisher} says that it is not so" if item.authority is Authority.DENIAL else ""
    return f"{denial or f'no longer: withdrawn by {item.publisher}'}, {format_moment(withdrawal.at)}"


def first_report_line(story: Story) -> str:
    """One line on who reported a Story first, and whether it is official."""
    first = story.items[0]
    return f"{first.publisher} had it first, {format_moment(first.seen_at)}. Official: {official_line(story)}."


ONLY_REPORTED = "REPORTED"  # where it is, or may be, official elsewhere
STATUS_WORDS = {
    Status.REPORTED: f"{ONLY_REPORTED}, {NOT_YET}",
    Status.CONFIRMED: "OFFICIAL",
    Status.CHANGED: "CHANGED",
    Status.WITHDRAWN: "WITHDRAWN",
}


AUTHORITY_WORDS = {  # for official texts that practices cannot use, the weightiest first
    Authority.ELSEWHERE: "OFFICIAL, BUT NOT FOR PRACTICES",
    Authority.INTENTION: f"AN INTENTION, {NOT_YET}",
}
