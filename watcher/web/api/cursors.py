"""Cursors: a place in a list, signed, so that nobody can make one up or ask with half of one."""

import secrets
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from watcher.store.story_lists import StoryPlace
from watcher.web.errors import BadQuery

_SALT = "cursor of a list of stories"
_PROCESS_SECRET = secrets.token_hex(32)  # where no secret is set, a cursor holds until the process ends


def write_cursor(place: StoryPlace, secret: str) -> str:
    """The place as opaque text; `secret` is that of the installation, "" where it has none."""
    return str(_signer(secret).dumps([place.at.isoformat(), place.story]))


def read_cursor(cursor: str, secret: str) -> StoryPlace:
    """The place that a cursor names. Raises BadQuery for one that we did not write."""
    try:
        at, story = _signer(secret).loads(cursor)
    except BadData:
        raise BadQuery("cursor", "this is none of ours; begin again without it") from None
    return StoryPlace(at=datetime.fromisoformat(at), story=story)


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret or _PROCESS_SECRET, salt=_SALT)
