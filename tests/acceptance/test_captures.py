"""Real input end to end: two BBC days, a Guardian feed and GOV.UK's API come out as Slack messages and mails."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import deliver_all, desk, poll_all, rss, serving, statuses_and_headlines, write_config
from watcher import store
from watcher.demo.stand_ins import MailStandIn, SlackStandIn, serve_http, serve_smtp
from watcher.store.database import Database

TOPICS = (Path(__file__).parents[2] / "config" / "topics.yaml").read_text(encoding="utf-8")
PEOPLE = """
subscribers:
  - {id: channel, via: slack, address: C0000000001, admin: true}
  - {id: mailbox, via: email, address: m@example.org}
"""
PRESS = """
sources:
  - {id: bbc, name: BBC, publisher: BBC News, trust: press, kind: feed, url: "SITE/feed", every: 5m}
"""


def as_feed(captured: list[dict[str, str]]) -> bytes:
    """A day of BBC items, as a reader saved it, as the RSS it was."""
    entries = [
        f"<item><title>{escape(each['title'])}</title><description>{escape(each['description'] or '')}</description>"
        f"<link>{escape(each['link'])}?at_medium=RSS&amp;at_campaign=KARANGA</link>"
        f"<pubDate>{format_datetime(datetime.fromisoformat(each['date_published']))}</pubDate></item>"
        for each in captured
    ]
    return rss(*entries)


def play(
    folder: Path, sources: str, answers: list[dict[str, Any]], moments: list[datetime]
) -> tuple[list[Any], list[Any], Any]:
    """Poll and deliver at each moment with its answers: the Slack posts, the mails, and what is remembered."""
    slack, kept = SlackStandIn(["C0000000001"], seconds=0), MailStandIn()
    current: dict[str, Any] = {}
    with serving(current) as (site, _), serve_http(slack) as api, serve_smtp(kept) as relay:
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/", "WATCHER_SMTP_URL": relay} | {
            "WATCHER_MAIL_FROM": "watcher@example.org"
        }
        config = write_config(folder / "config", sources.replace("SITE", site), PEOPLE, TOPICS)
        address = f"sqlite:///{folder / 'w.db'}"

        async def story() -> list[Any]:
            for moment, served in zip(moments, answers, strict=True):
                current.clear()
                current.update({path: response(body) for path, body in served.items()})
                async with desk(config, environment, address, moment) as opened:
                    polled = await poll_all(opened, moment)
                    assert {each.outcome for each in polled} <= {"read", "unchanged"}, polled
                    await deliver_all(opened, moment)
            async with desk(config, environment, address, moments[-1]) as opened:
                return remembered(opened.database)

        found = asyncio.run(story())
    return slack.posts, kept.mails, found


def remembered(database: Database) -> list[Any]:
    with database.begin() as tx:
        ids = tx.scalars(sa.text("SELECT id FROM items ORDER BY published_at, id")).all()
        known, matches = store.items.find(tx, ids), store.items.matches_of(tx, ids)
    return [(known[each], [match.topic for match in matches.get(each, ())]) for each in ids]


def headlines(posts: list[Any]) -> list[str]:
    return [headline for post in posts for _, headline in statuses_and_headlines(post)]


def test_the_day_of_the_july_announcement_alerts_once_with_its_link_and_date(shared: Path, tmp_path: Path) -> None:
    day = json.loads((shared / "data/captures/bbc_news_day_2020-07-24_flu_over50s_announced.json").read_bytes())
    noon, evening = datetime(2020, 7, 24, 1, 0, tzinfo=UTC), datetime(2020, 7, 24, 23, 30, tzinfo=UTC)
    posts, mails, found = play(tmp_path, PRESS, [{"/feed": rss()}, {"/feed": as_feed(day)}], [noon, evening])
    wanted = next(each for each in day if each["link"].endswith("health-53515078"))
    assert headlines(posts).count(wanted["title"]) == 1
    item, topics = next((item, topics) for item, topics in found if item.title == wanted["title"])
    assert (item.url, item.published.at) == (wanted["link"], datetime(2020, 7, 24, 10, 16, 38, tzinfo=UTC))
    assert "flu-eligibility" in topics
    assert len(found) == len(day)
    mail = next(each for each in mails if wanted["title"] in each["Subject"])
    body = mail.get_body(("plain",)).get_content()
    assert wanted["link"] in body
    assert "Fri 24 Jul 2020 11:16" in body, "the publisher's 10:16 UTC is 11:16 in London"


def test_the_founding_day_alerts_and_its_false_friends_do_not(shared: Path, tmp_path: Path) -> None:
    day = json.loads((shared / "data/captures/bbc_news_day_2020-11-20_flu_over50s_confirmed.json").read_bytes())
    night, evening = datetime(2020, 11, 20, 0, 1, tzinfo=UTC), datetime(2020, 11, 20, 23, 0, tzinfo=UTC)
    answers = [{"/feed": rss()}, {"/feed": as_feed(day)}, {"/feed": as_feed(day)}]
    posts, _, found = play(tmp_path, PRESS, answers, [night, evening, evening + timedelta(minutes=5)])
    told = headlines(posts)
    wanted = next(each for each in day if each["link"].endswith("uk-55003389"))
    assert told.count(wanted["title"]) == 1, "the same day read twice tells once"
    assert not [title for title in told if "Swine flu" in title]
    assert len(found) == len(day)
    assert len(told) <= 4


def test_a_whole_guardian_feed_is_read_and_an_old_one_is_only_recorded(shared: Path, tmp_path: Path) -> None:
    body = (shared / "data/captures/guardian_rss-parser.rss").read_bytes()
    later = datetime(2018, 6, 1, tzinfo=UTC)
    posts, _, found = play(tmp_path, PRESS, [{"/feed": body}], [later])
    assert posts == []
    assert len(found) == 55
    assert all(item.published.at and "Continue reading" not in item.summary for item, _ in found)


def test_a_change_note_on_an_old_govuk_page_is_told_as_the_note(shared: Path, tmp_path: Path) -> None:
    capture = shared / "data/captures/govuk_api_publication_promotional_immunisation.json"
    content = json.loads(capture.read_bytes())
    path = content["base_path"]
    history = sorted(content["details"]["change_history"], key=lambda note: note["public_timestamp"])
    before = json.loads(json.dumps(content))
    before["details"]["change_history"] = history[:-1]
    at = datetime.fromisoformat(history[-1]["public_timestamp"])
    sources = f"""
sources:
  - {{id: leaflet, name: Leaflet, publisher: UKHSA, trust: official, kind: govuk, url: "SITE{path}", every: 15m}}
"""
    answers = [{f"/api/content{path}": json.dumps(each).encode()} for each in (before, content)]
    posts, mails, found = play(tmp_path, sources, answers, [at - timedelta(hours=1), at + timedelta(hours=1)])
    assert len(found) == len(history)
    (told,) = headlines(posts)
    assert history[-1]["note"][:30] in told
    (mail,) = mails
    assert history[-1]["note"] in " ".join(mail.get_body(("plain",)).get_content().split())
    assert mail["Subject"].startswith("OFFICIAL: ")
    assert f"{path}\n" in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
