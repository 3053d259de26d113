"""One Delivery with all that is needed to put it into words, and the words that one message of its channel can hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.core.messages.message import ParagraphCache, alerts_after, compose
from watcher.core.messages.welcome import compose_welcome
from watcher.model import AlertContext, Delivery, DigestContext, FollowUps, Message, Receipt, Story, Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryContext:
    """A Delivery to compose at `now` (UTC): its Alerts, the names of all Topics, what a digest shows besides.

    `running`: the Stories that a Welcome lists. `paragraphs` is shared by those that are composed together.
    """

    delivery: Delivery
    alerts: Sequence[AlertContext]
    topic_names: Mapping[str, str]
    now: datetime
    digest: DigestContext | None = None
    subscriber: Subscriber | None = None
    running: Sequence[Story] = ()
    paragraphs: ParagraphCache = field(default_factory=ParagraphCache)


def compose_fitting(
    context: DeliveryContext, count_that_fit: Callable[[Message], int]
) -> tuple[Message, tuple[str, ...]]:
    """The Message of as many paragraphs as fit, and the ids of the Alerts left for a Delivery of their own.

    `count_that_fit` says how many paragraphs of a Message its channel takes at once.
    """
    message, left = _compose_for_anybody(context, count_that_fit)
    return _for_its_readers(message, context), left


def _compose_for_anybody(
    context: DeliveryContext, count_that_fit: Callable[[Message], int]
) -> tuple[Message, tuple[str, ...]]:
    """The same with the Topics of all that it tells, whoever chose them."""
    message = whole = _compose(context, context.alerts)
    kept: Sequence[AlertContext] = context.alerts
    left: tuple[str, ...] = ()
    while (fitting := count_that_fit(message)) < len(message.paragraphs):
        last = max((index for index, paragraph in enumerate(message.paragraphs) if paragraph.alert), default=0)
        behind = alerts_after(message, kept, min(fitting, last))  # what stands below them comes in any case
        if not behind or len(behind) == len(kept):
            break
        left = (*left, *behind)
        kept = [alert for alert in kept if alert.alert.id not in behind]
        message = _compose(context, kept)
    return replace(message, quarantined=whole.quarantined), left


class Composer:
    """Composes Deliveries that leave together: those with the same content are put into words once.

    Of two with the same content only what names their readers differs. It holds for one moment, and for AlertContexts
    and DigestContexts that stay as they are.
    """

    def __init__(self) -> None:
        self._composed: dict[tuple[object, ...], tuple[DeliveryContext, Message, tuple[str, ...]]] = {}

    def compose_fitting(
        self, context: DeliveryContext, count_that_fit: Callable[[Message], int]
    ) -> tuple[Message, tuple[str, ...]]:
        """The same as `compose_fitting`."""
        delivery, subscriber = context.delivery, context.subscriber
        if subscriber is None:
            return compose_fitting(context, count_that_fit)
        wanted = (subscriber.via, subscriber.follow_ups, subscriber.mention)
        alerts = tuple(map(id, context.alerts))  # the same objects: `_composed` keeps them
        name = (*wanted, delivery.period, delivery.first_due, delivery.repeat, alerts, id(context.digest))
        if name not in self._composed:
            self._composed[name] = (context, *_compose_for_anybody(context, count_that_fit))
        _, message, left = self._composed[name]
        return _for_its_readers(message, context), left


def _for_its_readers(message: Message, context: DeliveryContext) -> Message:
    """The Message with its Delivery, and with those of its Topics that its Subscriber chose; none of who takes all."""
    named = replace(message, delivery=context.delivery.id, subscriber=context.delivery.subscriber)
    if context.subscriber is None:
        return named
    chosen = {context.topic_names.get(topic, topic) for topic in context.subscriber.topics or ()}
    return replace(named, topics=tuple(topic for topic in message.topics if topic in chosen))


def compose_parts(context: DeliveryContext, count_that_fit: Callable[[Message], int]) -> tuple[Message, ...]:
    """All Messages as which a Delivery leaves, in order: each continues in the next part of the same period."""
    message, left = compose_fitting(context, count_that_fit)
    if not left:
        return (message,)
    period, part = context.delivery.period.partition("#")[0], context.delivery.part + 1
    following = replace(
        context,
        delivery=replace(context.delivery, period=f"{period}#{part}"),
        alerts=[alert for alert in context.alerts if alert.alert.id in left],
    )
    return (message, *compose_parts(following, count_that_fit))


def _compose(context: DeliveryContext, alerts: Sequence[AlertContext]) -> Message:
    if context.delivery.is_welcome:
        dates = context.digest.dates if context.digest else ()
        return compose_welcome(context.delivery, dates, context.running, context.now)
    message = compose(context.delivery, alerts, context.topic_names, context.now, context.digest, context.paragraphs)
    return as_wanted(message, context.subscriber) if context.subscriber else message


def as_wanted(message: Message, subscriber: Subscriber) -> Message:
    """The Message as loud as its Subscriber wants it: in the channel or its thread alone, with a mention or without."""
    important = any(paragraph.is_loud for paragraph in message.paragraphs)
    wanted = {FollowUps.ALL: True, FollowUps.IMPORTANT: important, FollowUps.THREAD: False}
    is_urgent = not message.digest and any(paragraph.is_urgent for paragraph in message.paragraphs)
    return replace(message, is_loud=wanted[subscriber.follow_ups], mention=subscriber.mention if is_urgent else "")


class OwnMatches:
    """AlertContexts with the Matches of the Topics that a Subscriber chose: by no other does he get them.

    For all who chose the same of its Topics it is one object.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, frozenset[str]], tuple[AlertContext, AlertContext]] = {}

    def keep(self, alert: AlertContext, subscriber: Subscriber) -> AlertContext:
        """`alert` for this Subscriber."""
        topics = frozenset(match.topic for match in alert.matches)
        if subscriber.topics is None or topics <= subscriber.topics:
            return alert
        name = (id(alert), topics & subscriber.topics)
        if name not in self._kept:  # with `alert`, so that no other takes its identity
            own = tuple(match for match in alert.matches if match.topic in subscriber.topics)
            self._kept[name] = (alert, replace(alert, matches=own))
        return self._kept[name][1]


def without_other_threads(alert: AlertContext, subscriber: Subscriber) -> AlertContext:
    """`alert`; what was first told at another address than today's cannot be answered in its thread."""
    first = alert.first_receipt
    is_elsewhere = first is not None and first.place not in {"", subscriber.address}
    return replace(alert, first_receipt=Receipt()) if is_elsewhere else alert
