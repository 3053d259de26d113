"""Whether an Item that found its place is told, with which Reason, or why not. A guess is no reason to be silent."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.delivery.closing_note import CLOSES_AFTER
from watcher.core.delivery.item_match import ItemMatch
from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST
from watcher.core.items.newsworthiness import MAX_AGE, Timeliness
from watcher.core.items.round_up import PART_MARK
from watcher.core.language.dates import latest_moment
from watcher.core.language.numbers import numbers_changed
from watcher.core.stories.features import facts_in
from watcher.core.stories.join import Join, Placement
from watcher.model import Alert, Item, Reason, Status, Story, UnsentReason

MAX_ALERTS_OF_ITEM = 3  # at once; further updates of one Item wait for the digest, edits back and forth are untold
DEVELOPS_AFTER = timedelta(hours=20)
DEVELOPS = ("date", "age", "money", "managers")
_LIKE_ANOTHER = frozenset({UnsentReason.SAME_TEXT, UnsentReason.ONE_MORE_REPORT, UnsentReason.MINOR_EDIT})


def reason_to_tell(placement: Placement, item_match: ItemMatch) -> Reason | UnsentReason:
    """The Reason for an Alert of the Item that was just placed, or why there is none.

    A change of the Status always is a reason. An official text always speaks, unless it surely repeats what was told. A
    report speaks when it is the first, or a development; one that widens the Topics is `first_heard` by those who wait
    for the new ones.
    """
    before, after = placement.before, placement.after
    if after is None:
        return UnsentReason.NO_TOPIC
    new_status = _new_status(before, after)
    if before and placement.join is Join.SAME_ITEM and _was_told_elsewhere(before, item_match):
        return UnsentReason.SAME_TEXT
    if new_status is Status.WITHDRAWN:
        return Reason.WITHDRAWN
    if before is None or not (before.told_topics or _is_in_digest(before, item_match)):
        return Reason.FIRST_HEARD if item_match.topics or before is None else UnsentReason.NO_TOPIC
    if new_status is Status.CONFIRMED:
        return Reason.NOW_OFFICIAL
    if new_status is Status.CHANGED:
        return Reason.CHANGED
    return _reason_for_told_story(before, after, placement, item_match)


def _was_told_elsewhere(before: Story, item_match: ItemMatch) -> bool:
    """Whether the same page, listed by another source, has been told since its publisher gave it out anew.

    What only its text says, an edit or a withdrawal, moves no stamp: that is told in any case.
    """
    item = item_match.item
    if not item_match.is_updated or item_match.is_edited or item.withdrawn:
        return False
    twins = {twin.item for twin in before.items if twin.identity == item.identity and twin.item != item.id}
    stamp = item.stamp
    return stamp is not None and any(change.item in twins and change.at >= stamp for change in before.status_changes)


def _is_listed_twice(before: Story, item: Item) -> bool:
    """Whether another source of ours listed the very page before, as it is now."""
    page = _page_of(item.identity)
    twins = (other for other in before.items if _page_of(other.identity) == page and other.item != item.id)
    return item.stamp is not None and any(twin.seen_at >= item.stamp for twin in twins)


def _page_of(identity: str) -> str:
    """The page that an identity names: a change note ends in "#" and its moment; a part of a round-up is its own."""
    return identity if PART_MARK in identity else identity.partition("#")[0]


def _reason_for_told_story(
    before: Story, after: Story, placement: Placement, item_match: ItemMatch
) -> Reason | UnsentReason:
    """The Reason where readers have heard of the Story and its Status stays."""
    item, join, is_official = item_match.item, placement.join, item_match.story_item.trust.confirms
    widens = bool(topics_not_yet_told(before, item_match.topics)) and not _is_in_digest(before, item_match)
    if join is Join.SAME_ITEM:
        return _reason_for_edit(after, item_match, widens=widens)
    if not item_match.topics and not is_official:
        return UnsentReason.ONE_MORE_REPORT  # it is shown among those that tell the Story, for no topic of its own
    if item.revision == 1 and not widens and _is_listed_twice(before, item):
        return UnsentReason.SAME_TEXT
    if join is Join.SAME_TEXT and (placement.was_told or not is_official):
        return Reason.FIRST_HEARD if widens else UnsentReason.SAME_TEXT
    if is_official or join is Join.LIKENESS or is_new_development(before, after, item):
        return Reason.CHANGED
    return Reason.FIRST_HEARD if widens else UnsentReason.ONE_MORE_REPORT


def _reason_for_edit(after: Story, item_match: ItemMatch, *, widens: bool) -> Reason | UnsentReason:
    """The Reason for another revision of an Item that the Story has: what its publisher calls new, or what differs."""
    item = item_match.item
    figures_changed = numbers_changed(item.title, item_match.previous_title) and after.status is not Status.WITHDRAWN
    page_changed = item_match.is_edited and not item.withdrawn
    is_official = item_match.story_item.trust.confirms
    given_out_anew = is_official and not item.withdrawn and item_match.says_something_new
    return Reason.CHANGED if figures_changed or page_changed or given_out_anew or widens else UnsentReason.MINOR_EDIT


def _new_status(before: Story | None, after: Story) -> Status | None:
    is_new = len(after.status_changes) > len(before.status_changes if before else ())
    return after.status_changes[-1].status if is_new else None


def topics_not_yet_told(before: Story | None, topics: Iterable[str]) -> tuple[str, ...]:
    """Those of `topics` whose readers have had no Alert of this Story."""
    return tuple(topic for topic in topics if before is None or topic not in before.told_topics)


def is_new_development(before: Story, after: Story, item: Item) -> bool:
    """Whether a later report, never an official text, says something of its own.

    It does when, after DEVELOPS_AFTER, it names a date, age or sum that nobody named, or says something else of
    practice managers. The papers of one day print the same.
    """
    story_item = next((candidate for candidate in after.items if candidate.item == item.id), None)
    if story_item is None or any(earlier.item == item.id for earlier in before.items) or story_item.trust.confirms:
        return False
    if before.last_alert_at is None or story_item.seen_at - before.last_alert_at < DEVELOPS_AFTER:
        return False
    for kind in DEVELOPS:
        facts = facts_in(story_item.features, kind)
        earlier_facts = frozenset(fact for earlier in before.items for fact in facts_in(earlier.features, kind))
        if facts and not facts <= earlier_facts:
            return True
    return False


def reason_by_age(reason: Reason | UnsentReason, placement: Placement, item_match: ItemMatch) -> Reason | UnsentReason:
    """`reason` where the Item is news by its age, or answers what readers were told; else why its age keeps it back.

    Of what counts as told since a restore only a withdrawal and an official word are told, perhaps a second time: what
    a reader relies on must not stand because it was taken back in the hour of which the backup knows nothing.
    """
    if isinstance(reason, UnsentReason) or item_match.timeliness in {Timeliness.NEWS, Timeliness.LATE}:
        return reason
    if item_match.counts_as_told and reason not in {Reason.WITHDRAWN, Reason.NOW_OFFICIAL}:
        return UnsentReason.FIRST_POLL
    is_new_text = item_match.story_item.trust.confirms and item_match.says_something_else
    if is_new_text or follows_up(reason, placement, item_match):
        return reason
    by_age = dict.fromkeys((Timeliness.RECORDED, Timeliness.TOLD), UnsentReason.FIRST_POLL)
    by_age[Timeliness.MOVED] = UnsentReason.MOVED
    is_dated = item_match.item.revision == 1 or item_match.is_updated
    too_old = UnsentReason.TOO_OLD if is_dated else UnsentReason.MINOR_EDIT
    return by_age.get(item_match.timeliness, too_old)


def explain_unsent(reason: UnsentReason, placement: Placement, item_match: ItemMatch) -> str:
    """The evidence for not telling: what it has too little of, or what it shares with a text that was told."""
    if reason is UnsentReason.PERHAPS:
        return item_match.weight
    return placement.describe_twin() if reason in _LIKE_ANOTHER else ""


def follows_up(reason: Reason, placement: Placement, item_match: ItemMatch) -> bool:
    """Whether an Item that is too old to be news, or at its source's first sight, answers what readers were told.

    A told page that is changed or withdrawn; or one that makes official what was told as unofficial.
    """
    before = placement.before
    if before is None or not before.told_topics:
        return False
    if reason in {Reason.CHANGED, Reason.WITHDRAWN}:
        return bool(item_match.previous_title)
    published = latest_moment(item_match.item.published)
    return reason is Reason.NOW_OFFICIAL and published is not None and published > before.opened_at - MAX_AGE


def _is_in_digest(before: Story, item_match: ItemMatch) -> bool:
    """Whether the Item is for digests alone, and these had its Story: it is told as one of a told Story would be.

    What is left to digests has told nobody at once: a report that is for practices is still news.
    """
    is_unlikely = item_match.points < MIN_POINTS_AT_ONCE
    return is_unlikely and bool(before.told_items) and set(item_match.topics) <= set(before.topics)


def reason_by_weight(reason: Reason, after: Story, item_match: ItemMatch) -> Reason | UnsentReason:
    """`reason` where it is enough to tell; else why not: too little says so, it was told before, one edit of many."""
    is_unlikely, is_official = item_match.points < MIN_POINTS_AT_ONCE, item_match.story_item.trust.confirms
    if reason is Reason.CHANGED:
        if is_unlikely and not is_official and not item_match.previous_title:
            return UnsentReason.ONE_MORE_REPORT  # opinion on what is known is counted, not told
        return UnsentReason.EDITED_OFTEN if _was_told_enough(item_match) else reason
    if not is_unlikely or after.told_topics:
        return reason
    if is_official:
        is_minor = _is_repeat(reason, item_match) and not item_match.says_something_new
        return UnsentReason.MINOR_EDIT if is_minor else reason
    is_settled = reason is Reason.WITHDRAWN or _is_repeat(reason, item_match)
    return UnsentReason.PERHAPS if is_settled or item_match.points < MIN_POINTS_IN_DIGEST else reason


def _is_repeat(reason: Reason, item_match: ItemMatch) -> bool:
    """Whether the Item was told before, to digests alone, and its publisher calls nothing of it new."""
    return reason is Reason.FIRST_HEARD and item_match.alerts_so_far > 0 and not item_match.is_updated


def _was_told_enough(item_match: ItemMatch) -> bool:
    """Whether an edit is left untold: the fourth of a headline, or of a page that goes back and forth.

    What a watched page never said before is always told, and so is what its publisher gives out anew.
    """
    if item_match.alerts_so_far < MAX_ALERTS_OF_ITEM:
        return False
    return item_match.is_reverted or not (item_match.is_edited or item_match.is_updated)


def waits_for_digest(reason: Reason, placement: Placement, item_match: ItemMatch) -> bool:
    """Whether an Alert is left to the next digest: opinion, rumour, what was seen late, the fourth edit of an Item."""
    was_told_at_once = placement.before is not None and bool(placement.before.told_topics)
    is_quiet = reason is Reason.FIRST_HEARD or (
        reason in {Reason.CHANGED, Reason.WITHDRAWN, Reason.NOW_OFFICIAL} and not was_told_at_once
    )
    if is_quiet and item_match.points < MIN_POINTS_AT_ONCE:
        return True
    if reason is Reason.CHANGED and item_match.is_edited and item_match.points <= MIN_POINTS_IN_DIGEST:
        return True  # the words that changed are for others
    if item_match.timeliness is Timeliness.LATE and not follows_up(reason, placement, item_match):
        return True
    is_new_text = item_match.is_edited or (item_match.is_updated and item_match.trusts_stamps)
    return not is_new_text and item_match.item.revision > 1 and item_match.alerts_so_far >= MAX_ALERTS_OF_ITEM


def make_alert(reason: Reason, placement: Placement, item_match: ItemMatch, now: datetime) -> tuple[Story, Alert]:
    """The Alert, and the Story as it tells it.

    A follow-up carries all of the Story's Topics, so that it reaches all who were told before; a first Alert only those
    whose readers have not heard of it.
    """
    after, item = placement.after, item_match.item
    assert after, "an Item that tells no Story is not told"
    topics = topics_not_yet_told(placement.before, item_match.topics)
    alert = Alert(
        reason=reason,
        at=now,
        story=after.id,
        item=item.id,
        revision=item.revision,
        status=after.status,
        topics=topics if reason is Reason.FIRST_HEARD else after.topics,
        mentions=tuple(topic for topic in item_match.mentions if topic not in after.topics),
        relevance=item_match.points,
        in_digest=waits_for_digest(reason, placement, item_match),
    )
    return _mark_told(after, alert, now), alert


def _mark_told(after: Story, alert: Alert, now: datetime) -> Story:
    """`after`, which `alert` tells: to whom at once, and when it closes if nothing official comes."""
    told_at_once = () if alert.in_digest else alert.topics
    after = replace(
        after,
        told_topics=after.told_topics.union(told_at_once),
        told_items=after.told_items | {alert.item},
        last_alert_at=now,
    )
    if after.status is not Status.REPORTED:
        return replace(after, close_at=None)
    is_first = alert.reason is Reason.FIRST_HEARD and after.close_at is None and not after.closed
    # Nobody waits for the end of a rumour that was told as none.
    return replace(after, close_at=now + CLOSES_AFTER) if is_first and not alert.in_digest else after
