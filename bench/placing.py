"""Placing: CPU per item into a growing shelf of open headlines, beside a comparison with every open headline.

At the end stands the database's part: finding the Stories that an Item could belong to among all that were placed.

.venv/bin/python bench/placing.py

Headlines are built as this field writes them: a subject that is in thousands, a few facts, and words of a language
(the n-th word comes 1/n as often). Two of three repeat an announcement in other words, as fourteen papers do.
"""

import random
import string
import tempfile
import time
from datetime import UTC, datetime, timedelta

from watcher import store
from watcher.core.stories.features import extract_features, weigh_features
from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.story_index import StoryIndex
from watcher.model import Item, Story, Trust
from watcher.store.database import open_database

ITEMS, STEP, PLAIN, VOCABULARY, LOOKED_UP = 20_000, 4_000, 50, 30_000, 300
SUBJECTS = ("flu jab", "GP contract", "Covid vaccination", "patient records", "CQC reports", "premises", "medicines")
FILLER = (
    "says NHS England",
    "for practices",
    "new guidance",
    "patients",
    "to start",
    "GPs told",
    "in England",
    "will be",
)
BEGIN = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)


def headlines(rng: random.Random) -> list[tuple[str, str]]:
    """(headline, topic) of announcements, each with copies in other words near it."""
    vocabulary = ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(5, 9))) for _ in range(VOCABULARY)]
    made: list[tuple[str, str]] = []
    while len(made) < ITEMS:
        own, subject = rng.sample(vocabulary, 5), rng.choice(SUBJECTS)
        facts = rng.choice(["", "", f"£{rng.randint(1, 900)},000", f"from {rng.randint(1, 28)} November"])
        for _ in range(rng.choice([1, 3, 5])):
            words = [subject, *rng.sample(own, 3), facts, *rng.sample(FILLER, 2), rng.choice(vocabulary)]
            rng.shuffle(words)
            made.append((" ".join(words), subject))
    return made[:ITEMS]


def place_all(titles: list[tuple[str, str]]) -> tuple[list[tuple[int, int, float]], dict[str, Story], list[Item]]:
    """(items placed, stories open, milliseconds of CPU per item) for each step; the Stories by id, and the Items."""
    shelf, steps, items = StoryIndex(), [], []
    stories: dict[str, Story] = {}
    begun = time.process_time()
    for number, (title, topic) in enumerate(titles, 1):
        now = BEGIN + timedelta(seconds=90 * number)
        item = Item(source=f"s{number % 40}", identity=str(number), url="", title=title, first_seen=now)
        told = as_story_item(item, Trust.PRESS, f"publisher {number % 40}", now)
        story = place_item(told, (topic,), shelf, now).after
        if story:
            shelf.add(story)
            stories[story.id] = story
        items.append(item)
        if number % STEP == 0:
            spent = time.process_time() - begun
            steps.append((number, len(stories), 1000 * spent / STEP))
            begun = time.process_time()
    return steps, stories, items


def find_in_database(stories: dict[str, Story], items: list[Item]) -> float:
    """Milliseconds of CPU per item, SQLite's included, to load the Stories that it could belong to."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/placing.db")
        with database.begin(deciding=True) as tx:
            store.items.save(tx, items, {}, BEGIN)
            store.stories.save(tx, list(stories.values()))
        asked = items[-LOOKED_UP:]
        now = asked[-1].first_seen or BEGIN
        begun = time.process_time()
        for item in asked:
            with database.begin() as tx:
                store.stories.near(tx, [item], [item], now)
        spent = time.process_time() - begun
        database.close()
    return 1000 * spent / len(asked)


def plainly(titles: list[str]) -> float:
    """Milliseconds of CPU per item when it is compared with every open headline (Jaccard of words)."""
    known = [frozenset(title.lower().split()) for title in titles]
    begun = time.process_time()
    for said in known[:PLAIN]:
        max(len(said & other) / len(said | other) for other in known)
    return 1000 * (time.process_time() - begun) / PLAIN


def main() -> None:
    """Print the table."""
    titles = headlines(random.Random(5))
    print("items placed  stories open  ms of CPU per item")
    steps, stories, items = place_all(titles)
    for placed, open_, spent in steps:
        print(f"{placed:12}  {open_:12}  {spent:18.3f}")
    begun = time.process_time()
    for title, _ in titles[:STEP]:
        weigh_features(extract_features(title))
    print(f"of which reading the headline: {1000 * (time.process_time() - begun) / STEP:.3f} ms")
    print(f"finding its stories in the database: {find_in_database(stories, items):.3f} ms")
    print(f"compared with all {ITEMS} headlines: {plainly([title for title, _ in titles]):.3f} ms")


if __name__ == "__main__":
    main()
