"""Words for people: how far a Story can be trusted, who made it official, and a Message as plain text."""

from watcher.core.language.format import format_duration, format_moment
from watcher.core.language.numbers import figures_in
from watcher.core.pages.versions import drops_a_figure
from watcher.core.stories.status import names_other_figures
from watcher.model import (
    AlertContext,
    Authority,
    Reason,
    Status,
    Story,
    StoryItem,
)


def heading(context: AlertContext) -> str:
    """The first line: how far the Story can be trusted now; CORRECTION where something that was sent is taken back."""
    story, reason = context.story, context.alert.reason
    if story is None or reason in REASON_WORDS:
        return REASON_WORDS.get(reason, REASON_WORDS[Reason.NEEDS_ADMIN])
    if reason is Reason.WITHDRAWN:
        return _withdrawn_heading(context, story)
    if reason is Reason.CHANGED:
        return _changed_heading(context, story)
    if story.status is not Status.REPORTED:
        return STATUS_WORDS[story.status]
    if reason is Reason.STILL_REPORTED:
        return "STILL NOT OFFICIAL"
    nearest = _find_nearest_to_official(story)
    return AUTHORITY_WORDS[nearest.authority] if nearest else STATUS_WORDS[Status.REPORTED]


def _withdrawn_heading(context: AlertContext, story: Story) -> str:
    """A denial of what was only reported says that it was never so; anything else is a withdrawal."""
    item, status_before = _find_change(context, story)
    if item and item.authority is Authority.DENIAL and status_before is Status.REPORTED:
        return f"CORRECTION: NOT SO, says {item.publisher}"
    return "CORRECTION: WITHDRAWN"


def _changed_heading(context: AlertContext, story: Story) -> str:
    """A correction where a figure is gone: a second date beside the first, or a wider group, takes nothing back."""
    item, status_before = _find_change(context, story)
    if status_before is Status.WITHDRAWN:
        return "CORRECTION: NO LONGER WITHDRAWN"
    if context.alert.revision == 1 and not _made_a_change(context, story):
        return "MORE ON THIS, NOT YET OFFICIAL" if story.status is Status.REPORTED else "MORE ON THIS"
    corrects = item is not None and names_other_figures(
        (earlier for earlier in story.items if earlier.seen_at < item.seen_at), item
    )
    if context.item and context.previous_title:
        corrects = bool(figures_in(context.previous_title) - figures_in(context.item.title))
    corrects = corrects or (bool(context.versions) and drops_a_figure(context.versions[0], context.versions[-1]))
    words = "CORRECTION: CHANGED" if corrects else "CHANGED"
    return f"{words}, NOT YET OFFICIAL" if story.status is Status.REPORTED else words


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
    """The official text that comes nearest to one that practices can use, in the order of AUTHORITY_WORDS."""
    return next((item for authority in AUTHORITY_WORDS for item in story.items if item.authority is authority), None)


def official_line(story: Story) -> str:
    """Whether a Story is official: who made it so and when, or what there is instead."""
    official, first = story.official, story.items[0]
    if story.status is Status.WITHDRAWN:
        return _withdrawn_line(story)
    if official and official.item == first.item:
        return f"yes, {official.publisher} said it first"
    if official:
        after = f"{format_duration(official.seen_at - first.seen_at)} after {first.publisher}"
        return f"yes, {official.publisher} at {format_moment(official.seen_at)}, {after}"
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


STATUS_WORDS = {
    Status.REPORTED: "REPORTED, NOT YET OFFICIAL",
    Status.CONFIRMED: "OFFICIAL",
    Status.CHANGED: "CHANGED",
    Status.WITHDRAWN: "WITHDRAWN",
}


AUTHORITY_WORDS = {  # for official texts that practices cannot use, the weightiest first
    Authority.ELSEWHERE: "OFFICIAL, BUT NOT FOR PRACTICES",
    Authority.INTENTION: "AN INTENTION, NOT YET OFFICIAL",
}


REASON_WORDS = {
    Reason.NOW_OFFICIAL: "NOW OFFICIAL",
    Reason.DEADLINE_NEAR: "DEADLINE NEAR",
    Reason.NEEDS_ADMIN: "FOR THE ADMIN",
}
