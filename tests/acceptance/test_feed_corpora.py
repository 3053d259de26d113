"""The corpus script over a corpus of our own in the manner of feedparser's tests, and over the captures beside us."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.feed_corpora import look, main, wrong
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult

SCRIPT = Path(__file__).parents[1] / "support" / "feed_corpora.py"
ITEM = Item(source="corpus", identity="a", url="https://corpus.example/a", title="A")

# --- a corpus of our own: each shape times each encoding, with and without the parts that feeds leave out -----------

HEADS = {
    "none": ("", "utf-8"),
    "utf8": ('<?xml version="1.0" encoding="utf-8"?>', "utf-8"),
    "latin1": ('<?xml version="1.0" encoding="iso-8859-1"?>', "iso-8859-1"),
    "windows": ('<?xml version="1.0" encoding="windows-1252"?>', "windows-1252"),
    "utf16": ('<?xml version="1.0" encoding="utf-16"?>', "utf-16"),
    "wrong": ('<?xml version="1.0" encoding="us-ascii"?>', "iso-8859-1"),
}
SHAPES = {
    "rss20": (
        '<rss version="2.0"><channel><title>C</title>{}</channel></rss>',
        "item",
        "description",
        "pubDate",
        "guid",
    ),
    "rss091": (
        '<rss version="0.91"><channel><title>C</title>{}</channel></rss>',
        "item",
        "description",
        "pubDate",
        "guid",
    ),
    "atom10": (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title>{}</feed>',
        "entry",
        "summary",
        "updated",
        "id",
    ),
    "atom03": ('<feed version="0.3" xmlns="http://purl.org/atom/ns#">{}</feed>', "entry", "summary", "modified", "id"),
}
TITLES = [
    "",
    "Caf\xe9 &amp; flu",
    "&lt;b&gt;bold&lt;/b&gt; &amp;amp; x",
    "<![CDATA[<i>cdata</i> &nbsp;]]>",
    "\n  two\n  lines  \n",
]
DATES = ["", "Thu, 02 Jul 2026 10:00:00 BST", "2026-07-02T10:00:00Z", "yesterday", "02/07/2026"]
GUIDS = ["", "tag:corpus.example,2026:1", "https://corpus.example/p?utm_source=rss"]
DAMAGE = {"whole": 1.0, "cut": 0.8, "stump": 0.5}


def entry(shape: str, title: str, when: str, guid: str) -> str:
    _, item, summary, date, identity = SHAPES[shape]
    parts = [("title", title), (date, when), (identity, guid), (summary, "Read &lt;a href='x'&gt;on&lt;/a&gt;")]
    return f"<{item}>{''.join(f'<{name}>{text}</{name}>' for name, text in parts if text)}</{item}>"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some hundreds of small files in folders, written by us."""
    folder = tmp_path_factory.mktemp("corpus")
    for (shape, kind), (head, encoding) in itertools.product(SHAPES.items(), HEADS.values()):
        below = folder / shape / encoding
        below.mkdir(parents=True, exist_ok=True)
        for number, (title, when) in enumerate(itertools.product(TITLES, DATES)):
            guid = GUIDS[number % len(GUIDS)]
            body = head + kind[0].format(entry(shape, title, when, guid) + entry(shape, "Second", when, ""))
            part = list(DAMAGE.values())[number % len(DAMAGE)]
            raw = body.encode(encoding)
            name = f"{len(list(below.iterdir()))}.xml"
            (below / name).write_bytes(raw[: int(len(raw) * part)])
    return folder


def test_no_file_of_our_own_corpus_is_too_odd(corpus: Path) -> None:
    looked = look(corpus)
    assert (looked.faults, looked.counts["files"]) == ((), len(SHAPES) * len(HEADS) * len(TITLES) * len(DATES))
    assert looked.counts["items"] > looked.counts["read"] > looked.counts["refused"]
    assert looked.counts["partial"] > 0


def test_odd_files_are_read_or_refused_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "below").mkdir()
    files = {
        "empty.xml": b"",
        "login.rss": b"<html><form></form></html>",
        "below/path.atom": b"/etc/passwd",
        "below/encoding.xml": b'<?xml version="1.0" encoding="\xff"?><rss></rss>',
        "feed.json": b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "\\ud800", "title": "T"}]}',
        "good.rss": b"<rss version='2.0'><channel><item><title>T</title></item></channel></rss>",
        "notes.txt": b"not looked at",
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "       6 files",
        "       3 read",
        "       3 refused",
        "       2 items",
        "       2 items without a date",
    ]


def test_the_script_runs_by_itself_and_says_how(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(b"<rss version='2.0'><channel></channel></rss>")
    ran = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[0] == "       1 files"


def test_a_folder_without_feeds_or_no_folder_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (main([str(tmp_path)]), main([]), main([str(tmp_path / "none")])) == (2, 2, 2)
    assert capsys.readouterr().err.splitlines() == [
        f"no .atom, .json, .rss, .xml below {tmp_path}",
        "usage: python tests/support/feed_corpora.py FOLDER",
        "usage: python tests/support/feed_corpora.py FOLDER",
    ]


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        (KeyError("links"), KeyError("links"), "raised KeyError: 'links'"),
        (NotParsed("a"), NotParsed("b"), "was refused with 'a' and then with 'b'"),
        (ParseResult(items=(ITEM,)), ParseResult(), "gave another result the second time"),
        (ParseResult(items=(ITEM,)), NotParsed("b"), "gave another result the second time"),
    ],
)
def test_each_fault_is_named(first: ParseResult | Exception, second: ParseResult | Exception, fault: str) -> None:
    assert list(wrong(first, second)) == [fault]


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (Item(source="c", identity=" ", url="https://a.example/", title="T"), "an item without identity or headline: "),
        (Item(source="c", identity="a", url="javascript:x", title="T"), "an item that leads nowhere: 'javascript:x'"),
        (Item(source="c", identity="a\ud800", url="https://a.example/", title="T"), "an item that no database takes: "),
    ],
)
def test_each_fault_of_an_item_is_named(item: Item, fault: str) -> None:
    (found,) = wrong(ParseResult(items=(item,)), ParseResult(items=(item,)))
    assert found.startswith(fault)


def test_the_captures_beside_the_project_are_read_or_refused(shared: Path) -> None:
    captures = shared / "data" / "captures"
    if not captures.is_dir():
        pytest.skip(f"{captures} is not there; it holds material that is not ours to ship")
    looked = look(captures)
    assert looked.faults == ()
    assert looked.counts["read"] == 2  # a newspaper's feed and a podcast's; all the JSON files there are no feeds


@pytest.mark.parametrize(
    ("name", "refused", "items", "partial"),
    [
        ("aggregator_govuk_flu_letter_2026.xml.txt", True, 0, False),  # XML that is no feed
        ("guardian_nhs_rss_2017_head.xml.txt", False, 0, True),  # cut in its first item: no id, no date
        ("lpc_weebly_rss_2026_head.xml.txt", False, 1, True),  # cut after its first item: that one is whole
    ],
)
def test_a_capture_that_was_cut_is_read_as_far_as_it_is_whole(
    shared: Path, tmp_path: Path, name: str, *, refused: bool, items: int, partial: bool
) -> None:
    (tmp_path / "capture.xml").write_bytes((shared / "data" / "captures" / name).read_bytes())
    looked = look(tmp_path)
    found = (looked.faults, looked.counts["refused"], looked.counts["items"], looked.counts["partial"])
    assert found == ((), refused, items, partial)
