"""Which Story an Item tells, and how far that Story can be trusted.

First step: the same identity (mostly the canonical URL) or the same headline within 14 days is the same announcement.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from watcher.core.text import title_key, words
from watcher.model import Item, Reason, Status, Story, Telling, Trust, key

WINDOW = timedelta(days=14)
FEWEST_WORDS = 4
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow"})
_MONTHS = frozenset(  # without May, which is also a word
    {"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"}
)
_SHORT = {name[:3]: name for name in _DAYS | _MONTHS if name not in {"today", "tomorrow"}} | {"sept": "september"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def telling(item: Item, trust: Trust, publisher: str, now: datetime) -> Telling:
    """The part that `item` plays in a Story. What an edited page says was first seen with the edit."""
    return Telling(
        item=item.id,
        identity=item.identity,
        source=item.source,
        trust=trust,
        publisher=publisher,
        title=item.title,
        url=item.url,
        at=item.first_seen if item.first_seen and item.revision == 1 else now,
        published=item.published,
    )


def place(
    told: Telling, topics: tuple[str, ...], stories: Iterable[Story], *, withdrawn: bool = False
) -> tuple[Story | None, Story]:
    """The Story before and after `told`; before is None when `told` opens it. `stories` are the open ones."""
    known = list(stories)
    own = (story for story in known if any(told.item == each.item for each in story.tellings))
    before = next(own, None) or next((story for story in known if _same(told, story)), None)
    if before is None:
        opened = Story(
            id=key("story", told.item, told.at.isoformat()),
            title=told.title,
            status=_status(None, told, withdrawn=withdrawn),
            topics=topics,
            opened=told.at,
            tellings=(told,),
        )
        return None, opened
    status = _status(before, told, withdrawn=withdrawn)
    return before, before.told_by(told, status=status, topics=tuple(sorted({*before.topics, *topics})))


def _same(told: Telling, story: Story) -> bool:
    recent = [known for known in story.tellings if abs(told.at - known.at) <= WINDOW]
    headline = title_key(told.title)
    return any(
        known.identity == told.identity or (_says_enough(headline) and title_key(known.title) == headline)
        for known in recent
    )


def _says_enough(headline: str) -> bool:
    """Whether two publishers with this headline must mean the same: "Annual flu programme" is only a page's name."""
    return len(headline.split()) >= FEWEST_WORDS


def _status(before: Story | None, told: Telling, *, withdrawn: bool) -> Status:
    """Repetition never raises a status: only a body that can confirm does."""
    if not told.trust.confirms:
        return before.status if before else Status.REPORTED
    if withdrawn:
        return Status.WITHDRAWN
    return Status.CONFIRMED if before is None or before.status is Status.REPORTED else before.status


def untold(before: Story | None, topics: Iterable[str]) -> tuple[str, ...]:
    """Those of `topics` whose readers have not heard of this Story."""
    return tuple(topic for topic in topics if before is None or topic not in before.told)


def reason_to_tell(
    before: Story | None, after: Story, item: Item, topics: Iterable[str], was: str = ""
) -> Reason | None:
    """Why `item` about `topics` is worth telling now; None for one more report of what was told already.

    An Item that told the Story before speaks again only when it widened the Topics, or when a figure, day or month of
    its headline is another than in `was`, the headline before: editors touch pages all day. One more report that widens
    the Topics is heard first by those who wait for the new ones.
    """
    if after.status is Status.WITHDRAWN and (before is None or before.status is not Status.WITHDRAWN):
        return Reason.WITHDRAWN
    if before is None or not before.told:
        return Reason.FIRST_HEARD
    if before.status is Status.REPORTED and after.status is Status.CONFIRMED:
        return Reason.NOW_OFFICIAL
    moved = figures(item.title) and figures(item.title) != figures(was)
    if was and moved and after.status is not Status.WITHDRAWN:
        return Reason.CHANGED
    if not untold(before, topics):
        return None
    known = any(telling.item == item.id for telling in before.tellings)
    return Reason.CHANGED if known else Reason.FIRST_HEARD


def figures(headline: str) -> frozenset[str]:
    """What a diary would note of a headline: numbers, days of the week and months."""
    found = words(headline)
    numbers = {word.rstrip(_LETTERS) for word in found if word[:1].isdigit()}  # 10am, 2nd and over-50s are 10, 2 and 50
    return frozenset(
        {*numbers, *(_SHORT.get(word, word) for word in found if _SHORT.get(word, word) in _DAYS | _MONTHS)}
    )


def is_stale(latest: datetime | None, last_look: datetime, max_age: timedelta) -> bool:
    """Whether an Item is too old to be news: its latest possible date lies `max_age` before our last look.

    After a weekend offline Friday's announcement is still news; last month's that a site re-lists is not.
    """
    return latest is not None and latest < last_look - max_age
