"""The closing note of a Story on which no official body has spoken, a day after its first Alert.

Only of what can become official, was told at once, and nobody official has settled since under another headline. It is
one line of the next digest: what has not happened is no news.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.language.word_lists import pattern
from watcher.model import Alert, Reason, Status, Story

SAME_MATTER = timedelta(days=7)  # an official text of the same Topic that is so near may be on the same matter
CLOSES_AFTER = timedelta(hours=24)  # after the first Alert of a Story that is only reported
# A headline that tells of something to come, which an official body would have to say ...
_TO_COME = pattern(
    r"\b(?:to (?:get|be|have|offer|receive|pay|start|begin|end|open|close|extend|give|cut|face|lose|join|move|roll"
    r"|lead|run"
    r"|launch|introduce|scrap|stop|lift|cover|include|expand|drop)|will|from \w+|next (?:week|month|year)|plans?"
    r"|set to|new"
    r"|scheme|offered|free|funding|eligib\w+|deadline|delay\w*|target|contract|rules?|ban(?:ned)?|jabs?|vaccin\w*|paus\w+"
    r"|gave|given|days|checks?|requests?|rises?|increas\w+|uplift|cuts?|per cent)\b|[£%]"
)
# ... and one that tells of what nobody has to confirm: a letter, a poll, an opinion, a court.
_SAID_ONLY = pattern(
    r"\b(?:surveys?|polls?|petitions?|opinion|column|debates?|study|research|analysis|calls? (?:for|on)|urges?|demands?"
    r"|ask(?:s|ed)? to be|ask(?:s|ed)? to let|ballot|votes?|conference|awards?|inquest|court|trial|sued|protests?"
    r"|fears?"
    r"|complain\w*|anger|outrage|blog|podcast|interview|must settle|what (?:practices|we)|how to|why)\b"
)


def close_stories(
    stories: Iterable[Story], settled: Sequence[Story], now: datetime
) -> tuple[tuple[Story, ...], tuple[Alert, ...]]:
    """The Stories whose closing note is due at `now` (UTC), closed, and the notes as Alerts. None is due twice.

    `settled`: Stories that became official lately, whatever their headlines.
    """
    due = [story for story in stories if story.close_at and story.close_at <= now]
    closed = tuple(replace(story, close_at=None, closed=True) for story in due)
    unconfirmed = (story for story in due if story.status is Status.REPORTED and not story.closed and story.items)
    return closed, tuple(_build_note(story, now) for story in unconfirmed if _is_open(story, settled))


def _is_open(story: Story, settled: Iterable[Story]) -> bool:
    """Whether readers may still wait for an official word on it."""
    title = story.items[0].title
    return bool(_TO_COME.search(title)) and not _SAID_ONLY.search(title) and not is_settled_elsewhere(story, settled)


def is_settled_elsewhere(story: Story, settled: Iterable[Story]) -> bool:
    """Whether an official Story of the same Topic came since shortly before this one: it may be the same matter."""
    return any(
        other.id != story.id
        and not set(other.topics).isdisjoint(story.topics)
        and other.status is not Status.REPORTED
        and other.last_item_at > story.opened_at - SAME_MATTER
        for other in settled
    )


def _build_note(story: Story, now: datetime) -> Alert:
    return Alert(
        reason=Reason.STILL_REPORTED,
        at=now,
        story=story.id,
        item=story.items[0].item,
        status=story.status,
        topics=story.topics,
        in_digest=True,
    )
