"""What Items were read from, on both engines: once, only for Stories, and the bytes for as long as they are wanted."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.model import Item, Origin, ParseResult, Response, Status, Story, StoryItem, Trust
from watcher.store.database import Database

NOW = datetime(2026, 10, 20, 6, 41, tzinfo=UTC)
KEEP = timedelta(days=400)
FEED = b"<rss>" + b"flu " * 2_000 + b"</rss>"
NOBODY: Mapping[str, Item] = {}


def listed(number: int) -> Item:
    return Item(
        source="press",
        identity=f"news.example/{number}",
        url=f"https://news.example/{number}",
        title=f"Flu jabs {number}",
        first_seen=NOW,
    )


def page(body: bytes, url: str = "https://news.example/feed", at: datetime = NOW) -> Response:
    return Response(url=url, requested_url=url, body=body, fetched_at=at, status=200, headers={"etag": '"a"'})


def tell(database: Database, told: Sequence[Item]) -> None:
    """One Story that these Items tell."""
    tellings = tuple(
        StoryItem(
            item=each.id,
            identity=each.identity,
            source=each.source,
            trust=Trust.PRESS,
            publisher="BBC News",
            title=each.title,
            url=each.url,
            seen_at=NOW,
        )
        for each in told
    )
    story = Story(id="s", title="T", status=Status.REPORTED, topics=("flu",), opened_at=NOW, items=tellings)
    with database.begin() as tx:
        store.items.save(tx, told, {}, NOW)
        store.stories.save(tx, [story])


def save(
    database: Database, changed: Sequence[Item], reading: ParseResult, *, now: datetime = NOW, **values: object
) -> None:
    known: dict[str, object] = {"stored": NOBODY, "keep_for": KEEP, **values}
    with database.begin() as tx:
        store.origins.save(tx, changed, reading, now=now, **known)  # type: ignore[arg-type]


def kept(database: Database) -> list[tuple[str, int]]:
    """The bodies in the database: what they say, and how many bytes they take."""
    with database.begin() as tx:
        rows = tx.execute(sa.text("SELECT body FROM bodies ORDER BY size")).all()
    return [(zlib.decompress(bytes(row.body)).decode(), len(bytes(row.body))) for row in rows]


def found(database: Database, *told: Item) -> list[tuple[str, int, str, str]]:
    """What each Item was read from: (item, revision, part, url)."""
    with database.begin() as tx:
        by_item = store.origins.of_items(tx, [each.id for each in told])
    return [(one.item, one.revision, one.part, one.url) for each in told for one in by_item.get(each.id, ())]


def test_one_list_that_gives_twenty_items_is_kept_once_and_only_for_those_of_a_story(database: Database) -> None:
    told, other = [listed(number) for number in range(20)], listed(99)
    tell(database, told)
    reading = ParseResult(items=(*told, other), responses=(page(FEED),))
    for _ in range(2):
        save(database, [*told, other], reading)
    assert [body for body, _ in kept(database)] == [FEED.decode()]
    assert kept(database)[0][1] < len(FEED) / 20
    assert found(database, *told, other) == [(each.id, 1, "list", "https://news.example/feed") for each in told]
    with database.begin() as tx:
        (origin,) = store.origins.of_items(tx, [told[0].id])[told[0].id]
    assert origin == Origin(
        item=told[0].id,
        revision=1,
        part="list",
        asked="https://news.example/feed",
        url="https://news.example/feed",
        status=200,
        fetched_at=NOW,
        headers={"etag": '"a"'},
        sha256=hashlib.sha256(FEED).hexdigest(),
        size=len(FEED),
    )


def test_an_item_whose_own_page_was_read_rests_on_that_page_under_whatever_address_it_is_listed_now(
    database: Database,
) -> None:
    old, plain = listed(1), listed(2)
    moved = replace(old, identity="new.example/1", url="https://new.example/1")
    tell(database, [old, plain])
    reading = ParseResult(
        items=(moved, plain),
        responses=(page(FEED),),
        item_pages={moved.identity: page(b"its own page", "https://new.example/1")},
    )
    save(database, [replace(old, revision=2), plain], reading, stored={moved.identity: old})
    assert found(database, old, plain) == [
        (old.id, 2, "page", "https://new.example/1"),
        (plain.id, 1, "list", "https://news.example/feed"),
    ]


def test_an_answer_that_said_unchanged_is_nothing_that_was_read(database: Database) -> None:
    told = listed(1)
    tell(database, [told])
    unchanged = replace(page(b""), unchanged=True, status=304)
    save(database, [told], ParseResult(items=(told,), responses=(unchanged, page(FEED))))
    assert [body for body, _ in kept(database)] == [FEED.decode()]


def test_keys_and_passwords_of_an_address_are_not_kept(database: Database) -> None:
    told = listed(1)
    tell(database, [told])
    address = "https://user:canary@news.example/feed?api_key=canary&page=2"
    save(database, [told], ParseResult(items=(told,), responses=(page(FEED, address),)))
    with database.begin() as tx:
        ((origin,),) = store.origins.of_items(tx, [told.id]).values()
    assert (origin.asked, origin.url) == ("https://news.example/feed?api_key=***&page=2",) * 2


def test_bytes_go_after_a_while_unless_something_newer_was_read_from_them_and_hashes_stay(database: Database) -> None:
    first, second = listed(1), listed(2)
    tell(database, [first, second])
    save(database, [first], ParseResult(items=(first,), responses=(page(b"old"), page(b"still shown"))))
    later = NOW + KEEP - timedelta(days=1)
    save(database, [second], ParseResult(items=(second,), responses=(page(b"still shown", at=later),)), now=later)
    save(database, [], ParseResult(), now=NOW + KEEP)
    assert [body for body, _ in kept(database)] == ["old", "still shown"], "not a moment too early"
    save(database, [], ParseResult(), now=NOW + KEEP + timedelta(seconds=1))
    assert [body for body, _ in kept(database)] == ["still shown"]
    assert len(found(database, first)) == 2
    save(database, [], ParseResult(), now=later + KEEP + timedelta(seconds=1))
    assert kept(database) == []
    assert len(found(database, first, second)) == 3


def test_whoever_wants_no_bytes_still_has_hashes(database: Database) -> None:
    told = listed(1)
    tell(database, [told])
    save(database, [told], ParseResult(items=(told,), responses=(page(FEED),)), keep_for=timedelta())
    assert kept(database) == []
    assert len(found(database, told)) == 1
