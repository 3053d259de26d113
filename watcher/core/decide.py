"""Steps 4 to 7 of a poll in one pure function: what is new, what it is about, which Story it tells, whom to tell."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from watcher.core.candidates.settle import PagePast
from watcher.core.deadlines.ledger import LedgerUpdate
from watcher.core.deadlines.reminders import schedule_reminder
from watcher.core.delivery.calibration import NO_VERDICTS, TermVerdicts, calibrate
from watcher.core.delivery.dispositions import Unsent, dispositions_of
from watcher.core.delivery.item_match import ItemMatch
from watcher.core.delivery.routing import plan_deliveries, reaches_anyone
from watcher.core.delivery.telling import explain_unsent, make_alert, reason_by_age, reason_by_weight, reason_to_tell
from watcher.core.items.newsworthiness import PolledSource, Timeliness, edited_page_ids, timeliness
from watcher.core.items.revisions import distinct_items, is_updated, match_moved_items, next_revision
from watcher.core.items.told_until import read_told_until
from watcher.core.language.dates import best_moment
from watcher.core.matching.index import TopicIndex
from watcher.core.pages.versions import NO_CHANGES, Changes, changed_words, text_edits
from watcher.core.stories.authority import teller_of
from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.story_index import StoryIndex
from watcher.model import (
    Alert,
    Decision,
    Item,
    LedgerDate,
    Match,
    Quarantined,
    Relevance,
    SourceState,
    Story,
    Subscriber,
    Trust,
    UnsentReason,
    Veto,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollContext:
    """What is the same for all Items of a poll: publisher, topics, subscribers, and the time (UTC).

    `trusts_stamps`: a newer stamp of a known Item is its publisher's own word that it says something new.
    `tells_edits`: its list has the whole text of its Items, so that edits in place are seen. `about`: the Topics that
    all its Items have; `points_of_source`: how likely they are for an English practice, by what the source is for.
    """

    publisher: str
    trust: Trust
    trusts_stamps: bool = False
    tells_edits: bool = False
    about: tuple[str, ...] = ()
    points_of_source: Mapping[str, int] = field(default_factory=dict)
    index: TopicIndex
    subscribers: Sequence[Subscriber]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedState:
    """The part of the database that a poll needs for its decision.

    `items`: these Items by identity; `stories`: the open ones, with `story_counts`, how many of them hold each word;
    `newest_items`: the source's newest Items, where it may have moved, or its list `is_rebuilt`; `alert_counts`: Alerts
    so far by Item; `recent_alert_counts`: Stories told in the last hour by Subscriber; `dates`: those of the ledger by
    Story. Of watched pages `page_past` is what was known, `page_changes` what became of each (core/candidates/), and
    `reverted_ids` those that are back at a version of before; `edits`: the Changes of texts that can be compared.
    `verdicts`: what people agree about the terms.
    """

    state: SourceState
    items: Mapping[str, Item]
    stories: Sequence[Story]
    story_counts: Mapping[str, int] = field(default_factory=dict)
    newest_items: Sequence[Item] = ()
    is_rebuilt: bool = False
    alert_counts: Mapping[str, int] = field(default_factory=dict)
    recent_alert_counts: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, Sequence[LedgerDate]] = field(default_factory=dict)
    page_past: PagePast | None = None
    page_changes: Changes | None = None
    edits: Changes = field(default_factory=dict)
    reverted_ids: frozenset[str] = frozenset()
    verdicts: TermVerdicts = NO_VERDICTS


def decide(parsed_items: Iterable[Item], loaded: LoadedState, context: PollContext) -> Decision:
    """All that this poll changes: values in, one Decision out; nothing is read or written here."""
    distinct = distinct_items(parsed_items)
    loaded = _with_edits(loaded, distinct, context)
    items, moved = _compare(distinct, loaded, context)  # step 4
    matches, vetoes, quarantined = _match(items, context)  # step 5
    item_matches = _describe(items, moved, {item.id for item in distinct[:1]}, matches, loaded, context)
    unsent = _unplaced(vetoes, quarantined)
    placed = _place([each for each in item_matches if each.item.id not in unsent], loaded, context)  # step 6
    alerts = tuple(placed.alerts)
    deliveries = plan_deliveries(  # step 7
        alerts,
        context.subscribers,
        context.now,
        loaded.recent_alert_counts,
        placed.alerts,
        placed.ledger.urgent_moments,
    )
    sent_alone = {planned.alert for planned in deliveries if planned.alone}  # too urgent for the digest: told at once
    alerts = tuple(replace(alert, in_digest=alert.in_digest and alert.id not in sent_alone) for alert in alerts)
    return Decision(
        items=tuple(items),
        moved=moved,
        matches=matches,
        stories=tuple(placed.stories.values()),
        alerts=alerts,
        deliveries=deliveries,
        dates=tuple(schedule_reminder(date, context.subscribers, context.now) for date in placed.ledger.changed),
        dispositions=dispositions_of(
            items,
            alerts,
            deliveries,
            {**unsent, **placed.unsent},
            {item_match.item.id: item_match.signals for item_match in item_matches},
            context.now,
        ),
        quarantined=(*quarantined, *placed.ledger.quarantined),
        fresh=sum(item.revision == 1 for item in items),
        revised=sum(item.revision > 1 for item in items),
    )


def _with_edits(loaded: LoadedState, items: Sequence[Item], context: PollContext) -> LoadedState:
    """What became of each known Item whose text can be compared: of watched pages as it was settled."""
    edits = text_edits(items, loaded.items) if context.tells_edits else loaded.page_changes
    return replace(loaded, edits=edits or NO_CHANGES)


def _compare(
    items: Sequence[Item], loaded: LoadedState, context: PollContext
) -> tuple[Sequence[Item], Mapping[str, Item]]:
    """New and changed Items, the oldest first; and the stored Items that only moved, by their new identity."""
    moved = match_moved_items(items, loaded.items, loaded.newest_items, is_rebuilt=loaded.is_rebuilt)
    stored = {**loaded.items, **moved}
    revisions = (
        next_revision(
            item,
            stored.get(item.identity),
            context.now,
            loaded.edits.get(item.identity),
            trusts_stamps=context.trusts_stamps,
        )
        for item in items
    )
    return sorted(filter(None, revisions), key=lambda item: best_moment(item.published, context.now)), moved


def _match(
    items: Sequence[Item], context: PollContext
) -> tuple[Mapping[str, tuple[Match, ...]], Mapping[str, Sequence[Veto]], tuple[Quarantined, ...]]:
    """Each Item's Matches; by id the Vetoes of those that can tell no Story for it; and what failed.

    An Item that the matching fails on is quarantined, and the others go on.
    """
    matches: dict[str, tuple[Match, ...]] = {}
    vetoes: dict[str, Sequence[Veto]] = {}
    quarantined = []
    for item in items:
        try:
            _, publisher = teller_of(item, context.trust, context.publisher)
            matches[item.id], vetoes_of_item = context.index.topics_of(item, publisher, context.about)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the other Items
            matches[item.id], vetoes_of_item = (), ()
            body = f"{item.title}\n{item.summary}\n{item.text}".encode("utf-8", "replace")
            why = f"matching failed: {type(error).__name__}"
            quarantined.append(Quarantined(what="item", name=item.id, why=why, body=body))
        if vetoes_of_item and not matches[item.id]:
            vetoes[item.id] = vetoes_of_item
    return matches, vetoes, tuple(quarantined)


def _unplaced(vetoes: Mapping[str, Sequence[Veto]], quarantined: Iterable[Quarantined]) -> dict[str, Unsent]:
    """By id, why an Item can tell no Story: it is vetoed, or could not be matched."""
    unreadable = {fault.name: Unsent(UnsentReason.UNREADABLE, fault.why) for fault in quarantined}
    vetoed = {
        item_id: Unsent(UnsentReason.VETOED, ", ".join(f"{veto.topic}: {veto.by.words}" for veto in of_item))
        for item_id, of_item in vetoes.items()
    }
    return {**vetoed, **unreadable}


def _describe(
    items: Sequence[Item],
    moved: Mapping[str, Item],
    watched_ids: Collection[str],
    matches: Mapping[str, tuple[Match, ...]],
    loaded: LoadedState,
    context: PollContext,
) -> list[ItemMatch]:
    """Each Item and its topics. A page's headline before an edit counts only where the page was watched then."""
    changes = loaded.page_changes
    edited_ids = edited_page_ids(items, loaded.edits)
    stored = {item.id: item for item in (*loaded.items.values(), *moved.values())}
    updated_ids = {item.id for item in items if item.id in stored and is_updated(item, stored[item.id])}
    source = PolledSource(state=loaded.state, trust=context.trust, now=context.now, changes=changes)
    source = replace(source, watched_ids=watched_ids, updated_ids=updated_ids)
    ages = {**timeliness(items, source), **{item.id: Timeliness.MOVED for item in moved.values()}}
    if context.tells_edits and read_told_until(loaded.state) is None:
        ages |= dict.fromkeys(edited_ids, Timeliness.NEWS)
    return [
        ItemMatch(
            item=item,
            story_item=as_story_item(item, *teller_of(item, context.trust, context.publisher), context.now),
            matches=matches[item.id],
            relevance=_relevance(item, matches[item.id], loaded, context),
            timeliness=ages[item.id],
            previous_title=stored[item.id].title if item.id in (stored if changes is None else edited_ids) else "",
            is_updated=item.id in updated_ids and changes is None,
            trusts_stamps=context.trusts_stamps,
            is_edited=item.id in edited_ids,
            is_reverted=item.id in loaded.reverted_ids,
            alerts_so_far=loaded.alert_counts.get(item.id, 0),
        )
        for item in items
    ]


def _relevance(item: Item, matches: Sequence[Match], loaded: LoadedState, context: PollContext) -> Relevance:
    """The Relevance of an Item; of an edited page that of the words that changed, where they have Signals."""
    trust, publisher = teller_of(item, context.trust, context.publisher)
    relevance = partial(context.index.relevance, publisher=publisher, trust=trust, of_source=context.points_of_source)
    change = loaded.edits.get(item.identity)
    if change and (words := changed_words(change)):
        edit = relevance(replace(item, summary="", text=words))
        return edit if any(evidence.field == "text" for _, evidence in edit.signals) else relevance(item)
    return calibrate(relevance(item, matches=matches), matches, loaded.verdicts, trust)


@dataclass(slots=True)
class PlacedItems:
    """The Stories that the Items of a poll touch, and the dates of the ledger.

    `alerts`: each with the Topics whose readers had heard of its Story; `unsent`: by id, why others are not told.
    """

    ledger: LedgerUpdate
    stories: dict[str, Story] = field(default_factory=dict)
    alerts: dict[Alert, frozenset[str]] = field(default_factory=dict)
    unsent: dict[str, Unsent] = field(default_factory=dict)


def _place(item_matches: Iterable[ItemMatch], loaded: LoadedState, context: PollContext) -> PlacedItems:
    """Each Item in its Story, one after the other."""
    index = StoryIndex(loaded.stories, loaded.story_counts, loaded.dates)
    placed = PlacedItems(ledger=LedgerUpdate(loaded.dates))
    for item_match in item_matches:
        item = item_match.item
        before, after, told = _place_one(item_match, index, context.now)
        if after is None:
            placed.unsent[item.id] = Unsent(UnsentReason.NO_TOPIC)
            continue
        told_topics = before.told_topics if before else frozenset()
        if isinstance(told, Unsent):
            placed.unsent[item.id] = told
        elif reaches_anyone(told, context.subscribers, told_topics):
            placed.alerts[told] = told_topics
        else:
            placed.unsent[item.id] = Unsent(UnsentReason.NO_SUBSCRIBER, "everybody who wants it was told of this Story")
        placed.ledger.add(before, after, item, item_match.story_item, context.now)
        index.add(after)
        placed.stories[after.id] = after
    return placed


def _place_one(
    item_match: ItemMatch, index: StoryIndex, now: datetime
) -> tuple[Story | None, Story | None, Alert | Unsent]:
    """The Story before and after this Item, None where it tells none; and the Alert, or why there is none."""
    item, topics = item_match.item, item_match.topics
    placement = place_item(
        item_match.story_item,
        topics,
        index,
        now,
        withdrawn=item.withdrawn,
        changed=item_match.says_something_new,
    )
    before, after = placement.before, placement.after
    if after is None:
        return None, None, Unsent(UnsentReason.NO_TOPIC)
    reason = reason_by_age(reason_to_tell(placement, item_match), placement, item_match)
    is_too_old = reason in {UnsentReason.FIRST_POLL, UnsentReason.TOO_OLD} and not item_match.counts_as_told
    if is_too_old and before and before.told_topics:  # nobody hears of it, so what readers were told still stands
        after = replace(after, status=before.status, status_changes=before.status_changes)
    if not isinstance(reason, UnsentReason):
        reason = reason_by_weight(reason, after, item_match)
    if isinstance(reason, UnsentReason):
        return before, after, Unsent(reason, explain_unsent(reason, placement, item_match))
    after, alert = make_alert(reason, replace(placement, after=after), item_match, now)
    return before, after, alert
