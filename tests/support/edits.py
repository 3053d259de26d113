"""Seeded edits of HTML pages: real ones, which must be told, and cosmetic ones, which must not.

An edit changes a soup in place and returns what it did, or None where the page has nothing to do it to.
"""

import re
from collections.abc import Callable
from random import Random

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString

Edit = Callable[[BeautifulSoup, Random], str | None]
_BANK = "carers residents learning disability staff asylum seekers housing close contacts frontline severe asthma"
WORDS = _BANK.split()
_DATE = re.compile(r"\b(\d{1,2}) (January|March|April|May|June|July|October|November|December) (20\d\d)\b")
_AMOUNT = re.compile(r"£(\d[\d,.]*)")
_STAMP = re.compile(r"^\W*(?:published|last|updated|reviewed|page|version|posted)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
_TAG = re.compile(r"<(\w+)((?: [\w-]+=\"[^\"]*\"){2,})>")


def paragraphs(soup: BeautifulSoup, holding: str = "") -> list[NavigableString]:
    """Text of sentences in the watched part: long enough to be prose, and no date line."""
    found = [text for tag in soup.select("main p") for text in tag.find_all(string=True, recursive=False)]
    prose = [text for text in found if len(text.split()) > 5 and not _STAMP.match(text)]
    return [text for text in prose if re.search(holding, text)]


def lists(soup: BeautifulSoup) -> list[Tag]:
    """Lists of plain members."""
    found = soup.select("main ul, main ol")
    return [
        tag
        for tag in found
        if len(tag.find_all("li", recursive=False)) > 1
        and not tag.find_parent(["nav", "aside"])
        and not tag.find_parent(class_="share")
    ]


def fresh(rng: Random) -> str:
    """A member that no page has."""
    return f"{' '.join(rng.sample(WORDS, 3))} aged {rng.randint(18, 99)} or over"


# --- real ---------------------------------------------------------------------------------------------------------


def member_added(soup: BeautifulSoup, rng: Random) -> str | None:
    chosen = lists(soup)
    if not chosen:
        return None
    tag, member = rng.choice(chosen), soup.new_tag("li")
    member.string = fresh(rng)
    tag.insert(rng.randint(0, len(tag.contents)), member)
    return f"+{member.string}"


def member_removed(soup: BeautifulSoup, rng: Random) -> str | None:
    plain = [li for tag in lists(soup) for li in tag.find_all("li", recursive=False) if not li.find(["ul", "ol"])]
    if not plain:
        return None
    member = rng.choice(plain)
    words = " ".join("".join(member.strings).split())
    member.decompose()
    return f"-{words}"


def member_reworded(soup: BeautifulSoup, rng: Random) -> str | None:
    texts = [text for tag in lists(soup) for text in tag.find_all(string=re.compile(r"\w+ \w+"))]
    if not texts:
        return None
    text = rng.choice(texts)
    words = text.split()
    words[rng.randrange(len(words))] = rng.choice(WORDS)
    if words == text.split():
        return None
    text.replace_with(" ".join(words))
    return "a member in other words"


def date_moved(soup: BeautifulSoup, rng: Random) -> str | None:
    def later(found: re.Match[str]) -> str:
        return f"{int(found[1]) % 28 + 1} {found[2]} {found[3]}"

    return _substituted(paragraphs(soup, _DATE.pattern), _DATE, later, rng)


def amount_changed(soup: BeautifulSoup, rng: Random) -> str | None:
    return _substituted(
        paragraphs(soup, _AMOUNT.pattern), _AMOUNT, lambda found: f"£{rng.randint(2, 9)}{found[1]}", rng
    )


def duty_softened(soup: BeautifulSoup, rng: Random) -> str | None:
    return _substituted(paragraphs(soup, r"\bmust\b"), re.compile(r"\bmust\b"), lambda _: "may", rng)


def sentence_negated(soup: BeautifulSoup, rng: Random) -> str | None:
    verb = re.compile(r"\b(is|are|will|can|must|should|may|has|have)\b")
    return _substituted(paragraphs(soup, verb.pattern), verb, lambda found: f"{found[1]} not", rng)


def sentence_added(soup: BeautifulSoup, rng: Random) -> str | None:
    texts = paragraphs(soup)
    if not texts:
        return None
    text = rng.choice(texts)
    text.replace_with(
        f"{text.rstrip()} Claims for {' '.join(rng.sample(WORDS, 2))} close in {rng.randint(2, 9)} weeks. "
    )
    return "a sentence more"


def sentence_removed(soup: BeautifulSoup, rng: Random) -> str | None:
    texts = paragraphs(soup, r"\w\w[.] +[A-Z]")
    if not texts:
        return None
    text = rng.choice(texts)
    text.replace_with(re.split(r"(?<=[.]) +(?=[A-Z])", text, maxsplit=1)[1])
    return "a sentence less"


def cell_changed(soup: BeautifulSoup, rng: Random) -> str | None:
    cells = soup.select("main td + td")
    if not cells:
        return None
    rng.choice(cells).string = f"{rng.randint(2, 9)} {rng.choice(WORDS)}"
    return "another cell"


def _substituted(
    texts: list[NavigableString], pattern: re.Pattern[str], put: Callable[[re.Match[str]], str], rng: Random
) -> str | None:
    if not texts:
        return None
    text = rng.choice(texts)
    now = pattern.sub(put, text, count=1)
    if now == text:
        return None
    text.replace_with(now)
    return f"{text[:40]!r} became {now[:40]!r}"


REAL: tuple[Edit, ...] = (
    member_added,
    member_removed,
    member_reworded,
    date_moved,
    amount_changed,
    duty_softened,
    sentence_negated,
    sentence_added,
    sentence_removed,
    cell_changed,
)


# --- cosmetic -----------------------------------------------------------------------------------------------------


def put(soup: BeautifulSoup, markup: str, rng: Random) -> str:
    """Put markup between two blocks of the watched part."""
    main = soup.main
    assert main
    blocks = main.find_all(recursive=False) or [main]
    rng.choice(blocks).insert_before(*list(BeautifulSoup(markup, "html.parser").contents))
    return markup[:60]


def counter(soup: BeautifulSoup, rng: Random) -> str | None:
    number = f"{rng.randint(10, 99_999):,}"
    shapes = (
        "{} views",
        "Views: {}",
        "This page has been viewed {} times",
        "{} page views",
        "{} hits",
        "Downloads: {}",
    )
    return put(soup, f"<p class='meta'><span>{rng.choice(shapes).format(number)}</span></p>", rng)


def reviewed(soup: BeautifulSoup, rng: Random) -> str | None:
    date = rng.choice(["{} May 2026", "Tuesday {} June 2026", "{}/07/2026", "2026-08-{}", "{}th March 2026"])
    label = [
        "Last updated",
        "Page last reviewed:",
        "Last reviewed on",
        "Updated:",
        "Content last modified",
        "Published",
    ]
    ending = rng.choice(["", " at 10:42", ", 3:15pm", " + show all updates", " | Next review: May 2029", "."])
    return put(soup, f"<p>{rng.choice(label)} {date.format(rng.randint(10, 28))}{ending}</p>", rng)


def chrome(soup: BeautifulSoup, rng: Random) -> str | None:
    number = rng.randint(2, 50)
    shapes = [
        f"<nav aria-label='Contents'><ol><li><a href='#a'>Part {number}</a></li></ol></nav>",
        f"<div class='cookie-banner'><p>We use {number} cookies.</p><button>Accept</button></div>",
        f"<div class='share-links'><ul><li>Facebook {number}</li><li>X</li></ul></div>",
        "<p>Share this page: Facebook Twitter LinkedIn</p>",
        f"<p>{number} min read</p>",
        f"<p>Reading time: {number} minutes</p>",
        f"<p>Page {number} of 60</p>",
        f"<p>© Crown copyright {2000 + number}</p>",
        f"<p>Posted {number} hours ago</p>",
        f"<p><time>{number} minutes ago</time></p>",
        f"<aside class='related'><h2>Related</h2><a href='/{number}'>Story number {number}</a></aside>",
        f"<form><input type='hidden' name='csrf_token' value='{rng.random()}'></form>",
        "<p><a href='#top'>Back to top</a></p>",
        f"<p>Request ID: {rng.getrandbits(64):x}</p>",
    ]
    return put(soup, rng.choice(shapes), rng)


def scripts(soup: BeautifulSoup, rng: Random) -> str | None:
    put(soup, f"<script>window.t={rng.random()}</script><style>.a{{top:{rng.randint(1, 9)}px}}</style>", rng)
    put(soup, f"<noscript><img src='/p?{rng.random()}'></noscript><!-- built in {rng.random()} s -->", rng)
    return "scripts and comments"


def attributes(soup: BeautifulSoup, rng: Random) -> str | None:
    for tag in soup.select("main *"):
        if rng.random() < 0.5 and not {"related", "share-links", "cookie-banner"} & set(tag.get("class") or []):
            tag["class"], tag["id"] = f"c{rng.randint(1, 9999)}", f"id{rng.randint(1, 9999)}"
            tag["data-v"] = str(rng.random())
    return "classes and ids"


def wrapped(soup: BeautifulSoup, rng: Random) -> str | None:
    blocks = soup.select("main p, main ul, main h2, main table")
    for tag in rng.sample(blocks, min(3, len(blocks))):
        tag.wrap(soup.new_tag("div"))
    for tag in rng.sample(blocks, min(3, len(blocks))):
        for text in tag.find_all(string=re.compile(r"\w"))[:1]:
            text.wrap(soup.new_tag("span"))
    return "divs and spans around"


def reordered(soup: BeautifulSoup, rng: Random) -> str | None:
    chosen = lists(soup)
    if not chosen:
        return None
    tag = rng.choice(chosen)
    members = tag.find_all("li", recursive=False)
    rng.shuffle(members)
    for member in members:
        tag.append(member.extract())
    return "members in another order"


def typography(soup: BeautifulSoup, rng: Random) -> str | None:
    swaps = [("'", "’"), (" - ", " – "), ("-", "\u2011"), ("...", "…"), ('"', "”"), (" ", "\xa0"), (" ", "  \n\t ")]
    chosen = rng.sample(swaps, 4)
    for text in soup.select_one("main").find_all(string=True):  # type: ignore[union-attr]
        if type(text) is NavigableString and rng.random() < 0.6:
            now = str(text)
            for one, other in chosen:
                now = now.replace(one, other) if rng.random() < 0.7 else now
            text.replace_with(now)
    return "quotes, dashes and spaces"


def outside(soup: BeautifulSoup, rng: Random) -> str | None:
    assert soup.body
    soup.body.insert(
        0, BeautifulSoup(f"<header><nav><a href='/{rng.random()}'>Menu {rng.random()}</a></nav></header>", "lxml")
    )
    soup.body.append(Comment(f"served by {rng.random()}"))
    return "around the page"


COSMETIC: tuple[Edit, ...] = (counter, reviewed, chrome, scripts, attributes, wrapped, reordered, typography, outside)


def attributes_turned(html: str) -> str:
    """Every tag's attributes in the other order."""
    return _TAG.sub(lambda found: f"<{' '.join([found[1], *reversed(_ATTRIBUTE.findall(found[2]))])}>", html)
