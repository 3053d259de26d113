"""What a headline is about, in words and facts that two publishers' headlines can be compared by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.stories.features import extract_features, shared_weights, weigh_features


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        (
            "£20k golden hello: no practice managers",
            {
                *("money:20000", "new-to-partnership", "practice-manager"),
                *("programme:new-to-partnership", "programme:practice-manager"),
            },
        ),
        (
            "New to Partnership scheme: £20,000 for nurses",
            {"money:20000", "new-to-partnership", "scheme", "nurse", "programme:new-to-partnership"},
        ),
        (
            "Free flu jabs for the over-50s from 1st December",
            {
                *("age:50", "date:1-12", "flu", "vaccine", "free", "december"),
                "programme:flu-programme",
                "programme:flu-50-64",
            },
        ),
        (
            "Flu vaccination: 50 to 64 year olds from December 1",
            {"age:50", "date:1-12", "flu", "vaccine", "december", "programme:flu-50-64"},
        ),
        (
            "GP contract 2026/27 (PRN01475): global sum up 7.4%",
            {
                *("season:26-27", "ref:prn01475", "share:7.4", "global-sum"),
                "programme:global-sum",
                "programme:gp-contract",
            },
        ),
        ("National programme 2026 to 2027", {"season:26-27", "national", "programme"}),
        ("Update on VCOD (C1575)", {"ref:c1575", "staff-vaccination", "programme:staff-vaccination"}),
        ("£82 million and £82m", {"money:82000000"}),
        ("Bulletin 131, 2024", {"bulletin"}),
        (
            "Practice managers are not eligible for the scheme",
            {"practice-manager", "managers:excluded", "scheme", "eligible", "programme:practice-manager"},
        ),
        (
            "Class 2 Medicines Recall: Ramipril 2.5mg capsules, EL (26)A/07",
            {"ref:el(26)a/7", "dose:2.5mg", "ramipril", "programme:drug-recall"},
        ),
        ("Medicine Supply Notification MSN/2026/041", {"ref:msn/2026/41", "programme:supply-notification"}),
        ("National Patient Safety Alert (NatPSA/2023/008/DHSC)", {"ref:natpsa/2023/8/dhsc", "programme:safety-alert"}),
        ("Levothyroxine 25 microgram and 25mcg", {"dose:25mcg"}),
        ("Crumbling surgeries to be refurbished", {"programme:premises-fund"}),
        ("", set()),
    ],
)
def test_a_headline_is_a_few_canonical_words_and_facts(headline: str, expected: set[str]) -> None:
    found = set(extract_features(headline).title)
    assert expected <= found
    assert {each for each in found if ":" in each} == {each for each in expected if ":" in each}


def test_what_only_the_summary_says_weighs_less() -> None:
    about = extract_features("Flu jabs widened", "Over-50s may come from 1 December. Flu jabs are free.")
    assert {"age:50", "date:1-12"} <= about.more
    assert not about.title & about.more
    assert weigh_features(about)["date:1-12"] < weigh_features(extract_features("From 1 December"))["date:1-12"]


def test_two_papers_share_the_facts_and_not_the_filler() -> None:
    one = extract_features("Government says over-50s will get the flu jab on 1 December")
    other = extract_features("Flu vaccine: people aged 50 to 64 can book from 1 Dec, ministers announce")
    assert sorted(shared_weights(weigh_features(one), weigh_features(other))) == [
        "age:50",
        "date:1-12",
        "flu",
        "government",
        "vaccine",
    ]


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_has_a_gist(title: str, summary: str) -> None:
    about = extract_features(title, summary)
    assert all(weight > 0 for weight in weigh_features(about).values())
    assert extract_features(title, summary) == about
