"""Stems: what is one word for matching, and for comparing headlines."""

import pytest

from watcher.core.language.stemming import singular, stem


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("jabs", "jab"),
        ("eligibilities", "eligibility"),
        ("boxes", "box"),
        ("switches", "switch"),
        ("50s", "50"),
        ("practices", "practice"),
        ("bonuses", "bonus"),  # by rule, and the same for both sides
        ("business", "business"),
        ("virus", "virus"),
        ("crisis", "crisis"),
        ("as", "as"),
        ("dies", "die"),
    ],
)
def test_a_plural_loses_its_ending_by_rule(word: str, expected: str) -> None:
    assert singular(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("booking", "book"),
        ("booked", "book"),
        ("stopped", "stop"),
        ("filled", "fill"),
        ("vaccine", "vaccin"),
        ("red", "red"),
        ("need", "need"),
    ],
)
def test_a_stem_has_no_ending_of_a_verb(word: str, expected: str) -> None:
    assert stem(word) == expected
