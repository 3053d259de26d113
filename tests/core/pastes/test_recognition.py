"""A pasted Item is the stored one where headline and day are the same and nothing says otherwise."""

from datetime import date

from watcher.core.pastes.recognition import recognise
from watcher.model import Item, Precision, Published


def pasted(title: str, day: int, identity: str) -> Item:
    published = Published(day=date(2026, 10, day), precision=Precision.DAY)
    return Item(source="s", identity=identity, url="https://x.example/", title=title, published=published)


def recognised(items: list[Item], *stored: Item) -> list[str]:
    return [item.identity for item in recognise(items, stored)]


def test_a_list_is_known_again_with_and_without_its_links() -> None:
    with_link, without = pasted("Flu: jabs", 1, "x.example/flu"), pasted("Flu jabs", 1, "hash1")
    assert recognised([without], with_link) == ["x.example/flu"]
    assert recognised([with_link], without) == ["hash1"]
    assert recognised([without], pasted("Flu jabs", 1, "hash2")) == ["hash2"], "its date was spelt otherwise"


def test_what_may_be_another_one_stays_another_one() -> None:
    stored = pasted("Bulletin", 1, "x.example/1")
    assert recognised([pasted("Bulletin", 1, "x.example/2")], stored) == ["x.example/2"]
    assert recognised([pasted("Bulletin", 2, "hash")], stored) == ["hash"]
    assert recognised([pasted("Bulletin", 1, "a"), pasted("Bulletin", 1, "b")], stored) == ["a", "b"]
    assert recognised([pasted("Bulletin", 1, "hash")], stored, pasted("Bulletin", 1, "x.example/3")) == ["hash"]
