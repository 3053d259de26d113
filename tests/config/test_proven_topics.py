"""A topics.yaml that was found right is not tried again; any other is, whatever the cache says."""

from pathlib import Path

import pytest

from watcher.config import proven_topics
from watcher.config.topics import read_topics
from watcher.config.yaml_file import YamlFile, load_yaml

RIGHT = """\
topics:
  - {id: flu, name: Flu, any: ["flu jab"], examples: {match: ["Flu jab for all"], ignore: ["Bird flu"]}}
"""
WRONG = RIGHT.replace("Flu jab for all", "Flu for all")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with the proof, in a cache folder of its own that is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/watcher/proven-topics"


def read(folder: Path, text: str) -> YamlFile:
    path = folder / "topics.yaml"
    path.write_text(text)
    file = load_yaml(path, "topics.yaml")
    read_topics(file)
    return file


def test_a_right_file_is_proven_by_its_first_reading(tmp_path: Path) -> None:
    assert not proven_topics.is_proven(RIGHT)
    assert read(tmp_path, RIGHT).mistakes == []
    assert proven_topics.is_proven(RIGHT)
    assert read(tmp_path, RIGHT).mistakes == []


def test_a_wrong_file_never_is_and_is_tried_after_a_right_one(tmp_path: Path) -> None:
    read(tmp_path, RIGHT)
    for _ in range(2):
        assert [mistake.line for mistake in read(tmp_path, WRONG).mistakes] == [2]
    assert not proven_topics.is_proven(WRONG)


def test_other_code_tries_it_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read(tmp_path, RIGHT)
    monkeypatch.setattr(proven_topics, "_code", lambda: b"another version")
    assert not proven_topics.is_proven(RIGHT)


@pytest.mark.parametrize("damage", [b"", b"0" * 128, b"\xff\xfe", b"x" * 1_000_000])
def test_a_damaged_proof_proves_nothing_and_is_made_anew(cache: Path, tmp_path: Path, damage: bytes) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_bytes(damage)
    assert not proven_topics.is_proven(RIGHT)
    read(tmp_path, RIGHT)
    assert proven_topics.is_proven(RIGHT)


def test_where_nothing_can_be_kept_it_is_tried_each_time(cache: Path, tmp_path: Path) -> None:
    cache.parent.parent.write_text("a file in the place of the folder")
    for _ in range(2):
        assert read(tmp_path, RIGHT).mistakes == []
        assert [mistake.line for mistake in read(tmp_path, WRONG).mistakes] == [2]
