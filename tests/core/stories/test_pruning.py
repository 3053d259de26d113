"""An Item without Topics is compared with no Story that it cannot reach, and with each that it can."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from watcher.core.stories import similarity
from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.story_index import MAX_CANDIDATES, StoryIndex
from watcher.model import Item, Story, Trust

EVENTS = Path(__file__).parents[3] / "bench" / "judge" / "events"
TRUSTS = {"official": Trust.OFFICIAL, "trade": Trust.TRADE}


def rows() -> Iterator[tuple[Item, Trust, str, tuple[str, ...], datetime]]:
    """Items of past announcements in the order of their days; every third one is given no Topic."""
    lines = [json.loads(line) for file in sorted(EVENTS.glob("*.jsonl")) for line in file.read_text().splitlines()]
    for number, line in enumerate(sorted(lines, key=lambda line: (line["published"], line["id"]))):
        at = datetime.fromisoformat(line["published"]).replace(tzinfo=UTC)
        item = Item(
            source=line["publisher"],
            identity=line["id"],
            url=line["url"],
            title=line["title"],
            summary=line["summary"] or "",
            first_seen=at,
        )
        trust = TRUSTS.get(line["publisher_kind"], Trust.PRESS)
        yield item, trust, line["publisher"], () if number % 3 == 0 else tuple(line["topics"]), at


def place_all() -> tuple[list[tuple[str, str, str]], int]:
    """Of each Item its Story, how it joined and why; and how many comparisons that took."""
    index, placements = StoryIndex(), []
    with patch.object(similarity, "compare_with_story", wraps=similarity.compare_with_story) as compare:
        for item, trust, publisher, topics, at in rows():
            placement = place_item(as_story_item(item, trust, publisher, at), topics, index, at)
            story: Story | None = placement.after
            placements.append((story.id if story else "", str(placement.join), placement.reason))
            if story:
                index.add(story)
        return placements, compare.call_count


def test_what_is_left_out_of_the_comparison_changes_no_placement() -> None:
    placements, compared = place_all()
    with patch.object(similarity, "_may_join", return_value=True):
        all_placements, all_compared = place_all()
    assert placements == all_placements
    assert compared < all_compared


def test_a_word_of_loaded_stories_weighs_less_whatever_was_counted_of_others() -> None:
    at = datetime(2026, 11, 26, tzinfo=UTC)
    items = [Item(source="s", identity=str(n), url="", title=f"Alpha w{n}x", first_seen=at) for n in range(8)]
    told = [place_item(as_story_item(each, Trust.PRESS, "S", at), ("flu",), StoryIndex(), at).after for each in items]
    index = StoryIndex([story for story in told if story], {"beta": 8})
    weighed = index.weigh({"alpha": 1.0, "beta": 1.0, "gamma": 1.0})
    assert weighed == {"alpha": 3 / 8, "beta": 3 / 8, "gamma": 1.0}
    assert len(index.stories_sharing({"alpha": 1.0}, at)) == MAX_CANDIDATES
