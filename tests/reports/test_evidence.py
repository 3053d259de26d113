"""An evidence pack as values: what is said, what changed, and bytes that no longer have their hash."""

import hashlib
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.wording.change_lines import change_lines
from watcher.model import (
    Alert,
    DeliveryRecord,
    Item,
    Origin,
    Reason,
    Status,
    Story,
    StoryItem,
    Trust,
    Version,
)
from watcher.reports.evidence import GONE, EvidenceData, ItemRevision, build_evidence, changes_between

NOW = datetime(2026, 10, 20, 6, 41, tzinfo=UTC)
BODY = b"<html>Flu jabs from 1 December</html>"
NAME = hashlib.sha256(BODY).hexdigest()
ITEM = Item(
    source="press",
    identity="news.example/1",
    url="https://news.example/1?token=canary",
    title="Flu jabs from 8 December",
    text="Read late.",
    revision=2,
    first_seen=NOW,
)
TELLING = StoryItem(
    item=ITEM.id,
    identity=ITEM.identity,
    source="press",
    trust=Trust.PRESS,
    publisher="BBC News",
    title=ITEM.title,
    url=ITEM.url,
    seen_at=NOW,
)
STORY = Story(id="s1", title="Flu jabs", status=Status.REPORTED, topics=("flu",), opened_at=NOW, items=(TELLING,))
ALERT = Alert(reason=Reason.FIRST_HEARD, at=NOW, story="s1", item=ITEM.id, revision=1, topics=("flu",))


def origin(revision: int = 1, body: bytes = BODY, kind: str = "text/html; charset=utf-8") -> Origin:
    return Origin(
        item=ITEM.id,
        revision=revision,
        part="page",
        asked="https://news.example/1",
        url="https://news.example/1",
        status=200,
        fetched_at=NOW,
        headers={"server": "nginx", "content-type": kind},
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
    )


def handed(subscriber: str, via: str, pace: str, state: str = "sent") -> DeliveryRecord:
    return DeliveryRecord(
        alert=ALERT.id,
        delivery=f"d-{subscriber}",
        subscriber=subscriber,
        via=via,
        pace=pace,
        state=state,
        due=NOW,
        sent_at=NOW if state == "sent" else None,
        attempts=1,
        repeat=False,
    )


GATHERED = EvidenceData(
    story=STORY,
    items={ITEM.id: ITEM},
    revisions={
        ITEM.id: [
            ItemRevision(revision=1, title="Flu jabs from 1 December", summary="", text="", seen=NOW),
            ItemRevision(revision=2, title=ITEM.title, summary="", text=ITEM.text, seen=NOW + timedelta(hours=3)),
        ]
    },
    matches={},
    origins={ITEM.id: (origin(),)},
    bytes_by_hash={NAME: zlib.compress(BODY)},
    alerts=[ALERT],
    deliveries=[
        handed("channel", "slack", "at once"),
        handed("desk", "slack", "at once"),
        handed("managers", "email", "daily digest"),
        handed("left", "", "weekly digest", "unwanted"),
    ],
)


def test_the_pack_says_what_was_read_what_changed_and_whom_it_reached() -> None:
    made = build_evidence(GATHERED)
    (item,) = made.facts["items"]
    (alert,) = made.facts["alerts"]
    assert made.files == {f"bytes/{NAME}.txt": BODY}
    assert made.damaged == ()
    assert item["url"] == "https://news.example/1?token=***"
    assert item["revisions"][0]["read_from"] == [
        {
            "part": "page",
            "asked": "https://news.example/1",
            "url": "https://news.example/1",
            "status": 200,
            "fetched_at": NOW.isoformat(),
            "headers": {"content-type": "text/html; charset=utf-8", "server": "nginx"},
            "sha256": NAME,
            "size": len(BODY),
            "bytes": f"bytes/{NAME}.txt",
            "note": "",
        }
    ]
    assert item["revisions"][1]["changes"] == [
        {"field": "title", "was": "Flu jabs from 1 December", "now": "Flu jabs from 8 December"},
        {"field": "text", "was": "", "now": "Read late."},
    ]
    assert alert["reached"] == {"slack, at once": 2, "email, daily digest": 1}
    assert [(each["subscriber"], each["state"]) for each in alert["deliveries"]] == [
        ("channel", "sent"),
        ("desk", "sent"),
        ("managers", "sent"),
        ("left", "unwanted"),
    ]
    assert made.facts["story"]["first"]["by_first_seen"] == {
        "first": "never_official",
        "lead_seconds": None,
        "publisher": "BBC News",
        "at": NOW.isoformat(),
    }


@pytest.mark.parametrize(
    ("packed", "note", "damaged"),
    [
        ({}, GONE, False),
        ({NAME: zlib.compress(BODY.replace(b"1 Dec", b"8 Dec"))}, "now have another hash, ", True),
        ({NAME: zlib.compress(BODY + b" ")}, "now have another hash, ", True),
        ({NAME: zlib.compress(BODY)[:-8]}, "now have another hash, ", True),
        ({NAME: b"no zlib"}, "cannot be unpacked any more", True),
        ({NAME: zlib.compress(b" " * 50_000_000)}, "now have another hash, ", True),
    ],
    ids=["forgotten", "one figure", "one byte more", "cut", "no zlib", "a bomb"],
)
def test_bytes_that_are_gone_or_altered_are_said_and_not_handed_out(
    packed: dict[str, bytes], note: str, *, damaged: bool
) -> None:
    made = build_evidence(replace(GATHERED, bytes_by_hash=packed))
    (told,) = made.facts["items"][0]["revisions"][0]["read_from"]
    assert made.files == {}
    assert told["bytes"] is None
    assert note in told["note"]
    assert len(made.damaged) == damaged


@pytest.mark.parametrize(
    ("body", "kind", "ending"),
    [
        (b"<script>", "text/html", "txt"),
        (b"<svg onload=x>", "image/svg+xml", "txt"),
        (b"  <?xml ?>", "", "txt"),
        (b"<rss/>", "application/rss+xml; charset=utf-8", "txt"),
        (b"{}", "application/json", "json"),
        (b"%PDF-1.7", "application/octet-stream", "pdf"),
        (b"\x00\x01", "application/../../x", "bin"),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "bin"),
    ],
)
def test_markup_is_written_so_that_a_double_click_shows_it_and_does_not_run_it(
    body: bytes, kind: str, ending: str
) -> None:
    told = origin(body=body, kind=kind)
    made = build_evidence(
        replace(GATHERED, origins={ITEM.id: (told,)}, bytes_by_hash={told.sha256: zlib.compress(body)})
    )
    assert list(made.files) == [f"bytes/{told.sha256}.{ending}"]


def test_changes_are_told_sentence_by_sentence() -> None:
    was = ItemRevision(revision=1, title="T", summary="", text="Order by Monday. Pay is £10. Ask your ICB.", seen=NOW)
    now = replace(was, text="Order by Friday. Pay is £10. Reply soon. Ask your ICB.")
    assert changes_between(was, now) == [
        {"field": "text", "was": "Order by Monday.", "now": "Order by Friday."},
        {"field": "text", "was": "", "now": "Reply soon."},
    ]


def test_a_watched_page_is_compared_as_its_alert_compares_it() -> None:
    roles = ["GPs", "nurses", "pharmacists", "paramedics"]
    before = "# Who is eligible\nYou can apply if you are one of these:\n" + "\n".join(f"- {role}" for role in roles)
    was = ItemRevision(revision=1, title="Scheme", summary="", text=before, seen=NOW)
    now = replace(
        was, revision=2, title="The scheme", text=f"{before}\n- practice managers\n# Apply\nApply by Friday 1 May."
    )
    changed = changes_between(was, now)
    assert changed[:2] == [
        {"field": "title", "was": "Scheme", "now": "The scheme"},
        {"field": "text", "was": "", "now": "practice managers"},
    ]
    lines = change_lines(Version(title="", text=was.text), Version(title="", text=now.text))
    shown = " ".join(line.value for line in lines)
    assert all(change["now"] in shown for change in changed[1:])


def test_a_page_replaced_by_its_withdrawal_says_so() -> None:
    text = "# Scheme\nYou can apply until Friday 1 May.\nAsk your ICB for the form and send it to PCSE."
    was = ItemRevision(revision=1, title="Scheme", summary="", text=text, seen=NOW)
    now = replace(was, revision=2, text=f"! This guidance was withdrawn on 2 April 2026.\n{text}")
    (line, *_) = change_lines(Version(title="", text=was.text), Version(title="", text=now.text))
    assert changes_between(was, now)[0] == {"field": "text", "was": "", "now": line.value}


def test_a_summary_that_changes_beside_a_short_text_is_shown() -> None:
    was = ItemRevision(revision=1, title="T", summary="Order by 30 June.", text="One sentence.", seen=NOW)
    assert changes_between(was, replace(was, summary="Order by 31 July.")) == [
        {"field": "summary", "was": "Order by 30 June.", "now": "Order by 31 July."}
    ]


def test_a_text_that_repeats_itself_endlessly_is_compared_in_bounded_time() -> None:
    was = ItemRevision(revision=1, title="T", summary="", text="a. " * 33_000, seen=NOW)
    begun = datetime.now(UTC)
    assert changes_between(was, replace(was, text="a. b. " * 16_000))
    assert datetime.now(UTC) - begun < timedelta(seconds=5)
