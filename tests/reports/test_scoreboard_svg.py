"""The picture of a scoreboard: well formed, inert, readable by eye and by screen reader."""

import re
from xml.etree import ElementTree as ET

import pytest

from tests.core.stories.test_lead_times import MONTH, bbc, nhs, story
from watcher.core.stories.lead_times import build_scoreboard
from watcher.reports import scoreboard_svg
from watcher.reports.scoreboard_svg import draw_scoreboard

HOSTILE = '</text><script>alert(1)</script>" onload="x" \x00\u202e & more'
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*stories: object, names: dict[str, str] | None = None) -> ET.Element:
    board = build_scoreboard(stories or MONTH, "2026-10")  # type: ignore[arg-type]
    return ET.fromstring(draw_scoreboard(board, names or {"flu": "Flu vaccination"}))  # noqa: S314 - our own text


def words(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_picture_has_a_title_a_description_and_every_figure_as_text() -> None:
    root = drawn()
    assert root.get("role") == "img"
    assert [each.get("id") for each in root if each.tag in {f"{SVG}title", f"{SVG}desc"}] == ["title", "desc"]
    assert root.get("aria-labelledby") == "title desc"
    told = "7 announcements. The media had 2 first: by 5 h 0 min (median), by 9 h 0 min at most."
    assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == ("Who said it first, October 2026", told)
    assert {"NHS England", "No official text so far", "Flu vaccination", "pay", "5 h 0 min", "9 h 0 min"} <= set(
        words(root)
    )
    titles = [each.text for group in root.iter(f"{SVG}g") for each in group.findall(f"{SVG}title")]
    assert titles[0] == (
        "NHS England: 2 media first, 1 representative body first, 2 official first, 1 seen in the same look"
    )


def test_an_empty_month_says_so() -> None:
    board = build_scoreboard([], "2026-02")
    picture = ET.fromstring(draw_scoreboard(board, {}))  # noqa: S314 - a picture of our own
    assert "No announcement was seen in February 2026." in words(picture)
    assert len(list(picture.iter(f"{SVG}g"))) == 0


@pytest.mark.promise("P19")
def test_names_from_outside_are_text_and_nothing_else() -> None:
    loud = story("s", bbc(0), nhs(1), topics=(HOSTILE,))
    root = drawn(loud, names={HOSTILE: HOSTILE})
    assert {each.tag for each in root.iter()} <= {
        f"{SVG}{name}" for name in ["svg", "title", "desc", "clipPath", "rect", "text", "g"]
    }
    assert not any(name.startswith("on") or "href" in name for each in root.iter() for name in each.attrib)
    assert any("<script>alert(1)</script>" in (each.text or "") for each in root.iter(f"{SVG}title"))


def test_more_bodies_than_fit_are_counted_and_nothing_leaves_the_picture() -> None:
    many = [story(f"s{n}", bbc(n), nhs(n + 1), topics=(f"topic {n} with a very long name indeed",)) for n in range(40)]
    root = drawn(*many)
    assert "and 28 more: watcher scoreboard lists them" in words(root)
    right = [float(each.get("x", 0)) + float(each.get("width", 0)) for each in root.iter(f"{SVG}rect")]
    assert max(right) <= scoreboard_svg.WIDTH
    assert all(float(each.get("y", 0)) < float(root.get("height", 0)) for each in root.iter(f"{SVG}text"))
    assert max(len(each) for each in words(root) if each.startswith("topic")) < 32


def test_the_text_is_dark_enough_and_the_shapes_stand_out() -> None:
    assert contrast("#000000", "#ffffff") == 21
    for _, _, fill, ink in scoreboard_svg.PARTS:
        assert contrast(fill, ink) >= 4.5
    assert (
        min(contrast(scoreboard_svg.INK, scoreboard_svg.PAPER), contrast(scoreboard_svg.QUIET, scoreboard_svg.PAPER))
        >= 4.5
    )
    assert contrast(scoreboard_svg.QUIET, scoreboard_svg.PAPER) >= 3, "each shape has this outline"
    blue = [
        colour
        for colour in re.findall(r"#[0-9a-f]{6}", draw_scoreboard(build_scoreboard(MONTH, "2026-10"), {}))
        if colour == "#005eb8"
    ]
    assert blue == [], "not the colour of the NHS"
