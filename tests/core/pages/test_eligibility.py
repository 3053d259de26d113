"""Who joined and who left a list of the eligible, and whether the reader's role is named."""

import pytest

from watcher.core.pages import region
from watcher.core.pages.compare import compare_regions
from watcher.core.pages.eligibility import eligibility_sentence, eligible_groups
from watcher.model import Region

OUT = "<h2>Who is not eligible</h2><ul><li>locums</li><li>practice managers</li></ul>"


def seen(*members: str, more: str = OUT) -> Region:
    listed = "".join(f"<li>{each}</li>" for each in members)
    return region.region_of_page(
        f"<main><h1>Scheme</h1><h2>Who is eligible</h2><ul>{listed}</ul>{more}</main>".encode()
    )


def told(before: Region, after: Region) -> str:
    return eligibility_sentence(compare_regions(before, after), after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["GPs"], ["GPs", "nurses"], "added: nurses; removed: none; not in the list: practice managers"),
        (["GPs", "nurses;"], ["GPs"], "added: none; removed: nurses; not in the list: practice managers"),
        (
            ["GPs"],
            ["GPs", "practice managers"],
            "added: practice managers; removed: none; now in the list: practice managers",
        ),
        (
            ["GPs", "a practice manager"],
            ["GPs"],
            "added: none; removed: a practice manager; no longer in the list: practice managers",
        ),
        (["GPs", "non-GP partners"], ["non-GP partners"], "added: none; removed: GPs"),
        (["GPs"], ["nurses"], "added: nurses; removed: GPs; not in the list: practice managers"),
    ],
)
def test_a_change_of_the_eligible_is_one_sentence(before: list[str], after: list[str], expected: str) -> None:
    assert told(seen(*before), seen(*after)) == expected


def test_a_role_named_among_the_excluded_is_not_named_as_eligible() -> None:
    before, after = seen("GPs", more=""), seen("GPs")
    assert told(before, after) == "added: none; removed: none; not in the list: practice managers"


def test_a_member_that_excludes_a_role_does_not_name_it() -> None:
    assert told(seen("GPs"), seen("GPs", "partners, except practice managers")).endswith(
        "not in the list: practice managers"
    )


def test_only_lists_that_say_who_is_eligible_count() -> None:
    more = (
        "<h2>What to do</h2><ul><li>tell the team</li></ul><p>You are offered it if you are:</p><ul><li>old</li></ul>"
    )
    assert [line.text for line in eligible_groups(seen("GPs", more=OUT + more).lines)] == ["GPs", "old"]
