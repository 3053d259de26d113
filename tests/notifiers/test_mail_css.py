"""What classic Outlook for Windows cannot show stands in no mail, but for two properties that it can do without."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.mail_pages import MESSAGES, page_of

# Found from caniemail.com: what its pages mark "n", not supported, in the row "Outlook, Windows" for 2007 to 2016, and
# what their notes take out of a partial support. The pages were tested between February 2019 and February 2024.
PROPERTIES = {
    "animation",
    "background-image",
    "border-radius",
    "box-shadow",
    "box-sizing",
    "color-scheme",
    "column-gap",
    "float",
    "gap",
    "max-height",
    "max-width",
    "min-width",
    "object-fit",
    "opacity",
    "overflow",
    "overflow-wrap",
    "position",
    "row-gap",
    "text-shadow",
    "transform",
    "white-space",
}
FUNCTIONS_AND_UNITS = re.compile(r"\b(calc|linear-gradient|rgba|var)\(|[0-9](rem)\b")
DISPLAY = {"none"}  # `display` is supported with this value alone: no block, inline-block, flex or grid
MARGIN = re.compile(r"\bauto\b|-[0-9]")  # these values of a margin are not supported
NOT_ON = {  # where a property that is supported elsewhere does nothing
    "margin": {"body", "span"},
    "width": {"body", "div", "img", "p", "span"},
}
ONLY_ON = {"padding": {"td", "th"}}
AT_RULES = {"@media"}  # (prefers-color-scheme) and all others
ELEMENTS = {
    "article",
    "aside",
    "details",
    "figcaption",
    "figure",
    "footer",
    "header",
    "main",
    "mark",
    "nav",
    "section",
    "summary",
    "svg",
    "time",
    "video",
}

# The properties of this table that our mails have, and why each does no harm there.
HARMLESS = {
    "max-width": "a table of 600 pixels stands around the card in a comment that only Outlook reads",
    "@media": "it holds the dark colours alone; the light ones stand in each tag, and Outlook darkens them by itself",
}


def unsupported(html: str) -> set[str]:
    """What of a page classic Outlook does not support, by the names of the table above."""
    soup = BeautifulSoup(html, "lxml")
    tags = soup.find_all(name=True)
    css = "".join(style.get_text() for style in soup.find_all("style"))
    return {
        *(tag.name for tag in tags if tag.name in ELEMENTS),
        *(rule for rule in re.findall(r"@[a-z-]+", css) if rule in AT_RULES),
        *(feature for rule in re.findall(r"\{([^{}]*)\}", css) for feature in faults(rule)),
        *(feature for tag in tags for feature in faults(str(tag.get("style") or ""), tag)),
    }


def faults(declarations: str, tag: Tag | None = None) -> Iterator[str]:
    """What of these declarations is not supported, on `tag` where they are its own."""
    for declaration in filter(None, map(str.strip, declarations.split(";"))):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        family = name.partition("-")[0]  # margin-left is a margin
        if name in PROPERTIES:
            yield name
        if name == "display" and value not in DISPLAY:
            yield f"display:{value}"
        if family == "margin" and MARGIN.search(value):
            yield f"margin:{value}"
        for function, unit in FUNCTIONS_AND_UNITS.findall(value):
            yield function or unit
        if tag and (tag.name in NOT_ON.get(family, ()) or tag.name not in ONLY_ON.get(family, {tag.name})):
            yield f"{family} on <{tag.name}>"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_mail_has_at_most_two_properties_that_outlook_does_not_know(name: str) -> None:
    assert len(HARMLESS) <= 2
    assert unsupported(page_of(MESSAGES[name])) == set(HARMLESS), "each is there, and no other"


@pytest.mark.parametrize("name", MESSAGES)
def test_the_two_do_no_harm(name: str) -> None:
    html = page_of(MESSAGES[name])
    for_outlook = re.search(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html)
    assert for_outlook
    assert re.search(r'<table [^>]*width="600"', for_outlook[1])
    style = html[html.index("<style>") : html.index("</style>")]
    outside = re.sub(r"@media \(prefers-color-scheme: dark\) \{\s+(\.[a-z]+ \{[^}]*\}\s+)*\}", "", style)
    assert outside.split() == ["<style>"], "nothing but dark colours stands in the style element"
    soup = BeautifulSoup(html, "lxml")
    plain = [str(tag) for tag in soup.find_all(class_=True) if "color:#" not in str(tag.get("style"))]
    assert plain == [], "whatever is darkened has its light colour in its tag"


def test_these_measures_can_be_missed() -> None:
    html = """<style>:root { color-scheme: dark; } @media print { p { float: left } }</style>
    <body style="margin:0"><main style="display:flex;padding-top:8px;margin-left:auto;width:calc(1rem + 2px)">"""
    assert unsupported(html) == {
        "color-scheme",
        "@media",
        "float",
        "margin on <body>",
        "main",
        "display:flex",
        "padding on <main>",
        "margin:auto",
        "calc",
        "rem",
    }
