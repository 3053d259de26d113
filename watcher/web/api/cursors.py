"""Cursors: a place in a list, signed, so that nobody can make one up or ask with half of one."""

import secrets
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from watcher.store.date_lists import DatePlace
from watcher.store.story_lists import StoryPlace
from watcher.web.errors import BadQuery

_STORIES, _DATES = "cursor of a list of stories", "cursor of a list of dates"  # neither is taken for the other
_PROCESS_SECRET = secrets.token_hex(32)  # where no secret is set, a cursor holds until the process ends


def write_cursor(place: StoryPlace, secret: str) -> str:
    """The place as opaque text; `secret` is that of the installation, "" where it has none."""
    return str(_signer(_STORIES, secret).dumps([place.at.isoformat(), place.story]))


def read_cursor(cursor: str, secret: str) -> StoryPlace:
    """The place that a cursor names. Raises BadQuery for one that we did not write."""
    at, story = _read(_STORIES, cursor, secret)
    return StoryPlace(at=datetime.fromisoformat(at), story=story)


def write_date_cursor(place: DatePlace, secret: str) -> str:
    """The same for a list of dates."""
    return str(_signer(_DATES, secret).dumps([place.at.isoformat(), place.is_official, place.date]))


def read_date_cursor(cursor: str, secret: str) -> DatePlace:
    """The place that it names. Raises BadQuery for one that we did not write."""
    at, is_official, date = _read(_DATES, cursor, secret)
    return DatePlace(at=datetime.fromisoformat(at), is_official=is_official, date=date)


def _read(list_name: str, cursor: str, secret: str) -> Any:
    try:
        return _signer(list_name, secret).loads(cursor)
    except BadData:
        raise BadQuery("cursor", "this is none of ours; begin again without it") from None


def _signer(list_name: str, secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret or _PROCESS_SECRET, salt=list_name)
