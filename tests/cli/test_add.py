"""`watcher add`: an address becomes an entry, a copied list becomes Items, and nothing else is touched."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.days.test_proof import news_site
from tests.stand_ins.answer import StandInSite
from tests.stand_ins.govuk_pages import Edition
from tests.stand_ins.govuk_site import GovukSite
from tests.stand_ins.other_sites import IcbItem, IcbSite, cpe_site
from tests.stand_ins.wordpress_posts import SavedPost
from tests.support.faulty import Asked, response
from tests.support.stand_in_web import StandInWeb
from tests.support.world import SOURCE, TOPICS, desk, item, recently, rss, serving, write_config
from watcher import config, store
from watcher.cli import app
from watcher.cli.discovering import MAX_REQUESTS, Findings, make_addition, search
from watcher.config.added_file import append_addition
from watcher.core.discovery.addition import SourceAddition, append_to
from watcher.core.discovery.proposals import Discovery, Proposal
from watcher.model import Trust
from watcher.store.database import open_database

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FEED_LINK = '<link rel="alternate" type="application/rss+xml" title="%s" href="/feed/">'
PAGE = "<!doctype html><html><head><title>%s</title>%s</head><body><main><h1>News</h1>%s</main></body></html>"
WORDS = "<p>%s</p>" % ("Practices find here what changes for them in the coming months. " * 5)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WATCHER_ALLOW_PRIVATE", "127.0.0.0/8")
    return write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN)


def watcher(folder: Path, *words: str, given: str | None = None) -> Result:
    database = f"sqlite:///{folder.parent / 'w.db'}"
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database, *words], input=given)


def html(title: str = "News | Example ICB", head: str = "", main: str = WORDS) -> bytes:
    return response((PAGE % (title, head, main)).encode(), headers="Content-Type: text/html\r\n")


@contextmanager
def site_with_feed(title: str = "Example ICB", more: dict[str, bytes] | None = None) -> Iterator[tuple[str, Asked]]:
    items = item(1, recently()), item(2, recently(), "Pensions"), item(3, recently(), "Payments")
    feed = response(rss(*items).replace(b"https://news.example/", b"/news/"))
    with serving({"/": html(head=FEED_LINK % title), "/feed/": feed, **(more or {})}) as served:
        yield served


def added(folder: Path) -> Path:
    return folder / "sources" / "added.yaml"


def search_at(tmp_path: Path, address: str, *sites: StandInSite) -> tuple[Findings, list[str]]:
    """What is found at an address of stand-in sites, and what they were asked."""
    web = StandInWeb(sites, MORNING)
    tmp_path.mkdir(exist_ok=True)
    folder = write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN, TOPICS)

    async def story() -> Findings:
        async with desk(folder, {}, f"sqlite:///{tmp_path}/w.db", MORNING) as opened:
            return await search(replace(opened, fetcher=web), address, MORNING)  # type: ignore[arg-type]

    return asyncio.run(story()), web.asked


def offers(findings: Findings) -> list[tuple[str, str, tuple[str, ...], int]]:
    """Kind, address, types and number of items of each way to watch."""
    return [
        (tried.proposal.kind, tried.proposal.url, tuple(tried.proposal.options.get("type", ())), len(tried.items))
        for tried in findings.giving
    ]


# --- an address ------------------------------------------------------------------------------------------------------


@pytest.mark.promise("P46")
def test_a_site_with_a_feed_is_added_with_what_else_was_on_offer(folder: Path) -> None:
    with site_with_feed() as (site, asked):
        done = watcher(folder, "add", site, "--trust", "official")
        assert done.exit_code == 0, done.stderr
        assert len(asked.paths()) <= MAX_REQUESTS
        again = watcher(folder, "add", f"{site}/feed/")
    day = f"{datetime.now(UTC).date():%Y}"
    text = added(folder).read_text(encoding="utf-8")
    assert f"{day} by `watcher add`: the page names this feed." in text
    assert f"# Also there: kind page, {site}/ (1 item)" in text
    source = config.read_configuration(folder, {}).sources["127-0-0-1-feed"]
    assert (source.kind, source.url, source.trust, source.enabled) == ("feed", f"{site}/feed/", Trust.OFFICIAL, "auto")
    assert source.read_page, "its feed has headlines alone"
    assert (source.name, source.publisher, source.every) == ("Example ICB", "Example ICB", timedelta(minutes=30))
    assert done.stdout.startswith(f"1. kind feed, {site}/feed/: the page names this feed\n   3 items, the newest of ")
    assert f"  Pensions\n               {site}/news/2\n" in done.stdout
    assert (again.exit_code, again.stderr) == (1, f"{site}/feed/ is watched already: source 127-0-0-1-feed\n")


def test_whoever_adds_a_feed_that_moved_hears_of_the_source_whose_address_to_correct(folder: Path) -> None:
    with site_with_feed() as (site, _):
        alone = watcher(folder, "add", site, "--dry-run")
        write_config(folder, SOURCE.format(site=f"{site}/old"), SCREEN, TOPICS)  # press, whose feed is gone
        beside = watcher(folder, "add", site, "--dry-run")
    assert "is watched by" not in alone.stderr
    assert (
        "the same site is watched by press: where such a source moved here, correct its `url` where it stands "
        "instead; a second one that gives the same stays off\n"
    ) in beside.stderr


def test_nothing_is_written_in_a_dry_run_and_another_can_be_chosen(folder: Path) -> None:
    with site_with_feed() as (site, _):
        dry = watcher(folder, "add", site, "--dry-run")
        assert (dry.exit_code, added(folder).exists()) == (0, False)
        assert dry.stderr.endswith("nothing was written (--dry-run)\n")
        assert "  - id: 127-0-0-1-feed" in dry.stdout
        assert watcher(folder, "add", site, "--choose", "9").exit_code == 2
        chosen = watcher(folder, "add", site, "--choose", "2", "--id", "icb", "--name", "ICB", "--publisher", "An ICB")
        assert chosen.exit_code == 0
    source = config.read_configuration(folder, {}).sources["icb"]
    assert (source.kind, source.name, source.publisher, source.trust) == ("page", "ICB", "An ICB", Trust.PRESS)
    assert not (folder.parent / "w.db").exists(), "looking needs no database"


def test_a_redirect_is_noted_and_the_final_address_is_written(folder: Path) -> None:
    moved = response(status="301 Moved Permanently", headers="Location: /\r\n")
    with site_with_feed(more={"/old": moved}) as (site, _):
        done = watcher(folder, "add", f"{site}/old", "--choose", "2")
    assert f"{site}/old leads to {site}/: that address is used" in done.stderr
    assert f'url: "{site}/"' in added(folder).read_text(encoding="utf-8")


def test_a_page_with_nothing_to_watch_says_why(folder: Path) -> None:
    with serving({"/": html(main="<p>Hello.</p>")}) as (site, _):
        done = watcher(folder, "add", site)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"not kind page, {site}/: only 13 characters of it are left" in done.stderr
    assert f"nothing at {site}/ can be watched" in done.stderr
    assert not added(folder).exists()


@pytest.mark.parametrize(
    ("address", "code", "why"),
    [
        ("ftp://files.example/", 2, "is no web address"),
        ("javascript:alert(1)", 2, "is no web address"),
        ("nowhere", 2, "is no web address"),
        ("press", 2, "press is a source already; with --paste a list is taken"),
        ("http://10.0.0.1/", 1, "10.0.0.1 is a private address or an unusual port"),
        ("http://169.254.169.254/latest/meta-data", 1, "a private address"),
        ("http://news.example/feed", 1, "is watched already: source press"),
    ],
)
def test_an_address_that_cannot_be_added_is_refused(folder: Path, address: str, code: int, why: str) -> None:
    done = watcher(folder, "add", address)
    assert done.exit_code == code
    assert why in done.stderr
    assert not added(folder).exists()


@pytest.mark.parametrize(
    ("option", "given", "why"),
    [
        ("--id", "No Good", "write lower-case letters"),
        ("--id", "press", "a source has this id already"),
        ("--from", "/dev/null", "--from goes with --paste"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_before_anything_is_asked(
    folder: Path, option: str, given: str, why: str
) -> None:
    done = watcher(folder, "add", "http://127.0.0.1:9/", option, given)
    assert (done.exit_code, why in done.stderr) == (2, True)


HOSTILE = [
    'Flu "jab": 50% # off \\ {x} [y] &a *b !c | > \' %',
    "Line\none - id: evil\n  kind: page",
    "\x1b[31mred\x07\u202e\u2028\x85 bell",
    "- yes: no",
    "null",
    "\ud800 half",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_the_words_of_a_stranger_are_quoted_in_the_file_and_inert_on_the_screen(folder: Path, title: str) -> None:
    shown = "".join(f"&#{ord(letter)};" for letter in title)
    with site_with_feed(shown) as (site, _):
        done = watcher(folder, "add", site)
    assert done.exit_code == 0, done.stderr
    assert not {"\x1b", "\x07", "\u202e", "\u2028"} & set(done.stdout + done.stderr)
    (source,) = [each for each in config.read_configuration(folder, {}).sources.values() if each.id != "press"]
    assert source.url == f"{site}/feed/"
    assert "\n" not in source.name


@pytest.mark.parametrize("title", HOSTILE)
def test_an_entry_is_read_as_it_was_meant(title: str, tmp_path: Path) -> None:
    entry = SourceAddition(
        id="one", name=title, publisher=title, trust=Trust.PRESS, kind="wordpress", url="https://x.example/?a=#b: c",
        every="30m", options={"type": ("post", title)}, comments=(title,),
    )  # fmt: skip
    written = append_to(b"sources:\n- id: press # kept\n  name: P\n  publisher: P\n  trust: press\n  kind: feed\n"
                        b"  url: https://p.example/\n  every: 1h", entry)  # fmt: skip
    folder = write_config(tmp_path / "config", written.decode(), SCREEN)
    press, one = config.read_configuration(folder, {}).sources.values()
    assert (press.id, one.id, one.url) == ("press", "one", "https://x.example/?a=#b:%20c")
    assert one.name.split() == one.publisher.split()
    assert "evil" not in {press.id, one.id}


@pytest.mark.promise("P46")
def test_comments_and_entries_elsewhere_survive_byte_for_byte(folder: Path) -> None:
    old = (
        b"# Ours: keep it.\r\nsources:\r\n    # Below: the ICB\r\n    - {id: icb, name: I, publisher: I, trust: press,"
        b'\r\n       kind: feed, url: "https://icb.example/feed", every: 1h}   # slow\r\n# the end without a line break'
    )
    added(folder).parent.mkdir()
    added(folder).write_bytes(old)
    with site_with_feed() as (site, _):
        assert watcher(folder, "add", site).exit_code == 0
        assert added(folder).read_bytes().startswith(old)
        first = added(folder).read_bytes()
        assert watcher(folder, "add", site, "--choose", "2").exit_code == 0
    assert added(folder).read_bytes().startswith(first)
    assert list(config.read_configuration(folder, {}).sources) == ["press", "icb", "127-0-0-1-feed", "127-0-0-1"]


def test_a_file_that_cannot_be_appended_to_is_put_back(folder: Path) -> None:
    added(folder).parent.mkdir()
    added(folder).write_text("sources: [] # none yet\n", encoding="utf-8")
    with site_with_feed() as (site, _):
        done = watcher(folder, "add", site)
    assert done.exit_code == 1
    assert "nothing was written: add the entry above" in done.stderr
    assert "- id: 127-0-0-1-feed" in done.stdout
    assert added(folder).read_text(encoding="utf-8") == "sources: [] # none yet\n"


def an_addition(name: str) -> SourceAddition:
    url = f"https://{name}.example/feed"
    return SourceAddition(
        id=name, name="N", publisher="P", trust=Trust.PRESS, kind="feed", url=url, every="1h", comments=("Why.",)
    )


@pytest.mark.promise("P46")
def test_a_crash_before_the_end_leaves_the_old_file_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_addition(folder, an_addition("first"), {})
    old = added(folder).read_bytes()

    def crash(draft: Path, target: Path) -> None:
        assert draft.read_bytes().startswith(target.read_bytes())
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            append_addition(folder, an_addition("second"), {})
    assert added(folder).read_bytes() == old
    added(folder).with_name("added.yaml.new").write_bytes(b"half an ent")  # what a kill leaves
    assert list(config.read_configuration(folder, {}).sources) == ["press", "first"]
    append_addition(folder, an_addition("second"), {})
    assert list(config.read_configuration(folder, {}).sources) == ["press", "first", "second"]
    assert [file.name for file in added(folder).parent.iterdir()] == ["added.yaml"]


@pytest.mark.promise("P46")
def test_of_several_that_add_at_once_none_is_lost(folder: Path) -> None:
    names = [f"site-{number}" for number in range(8)]
    with ThreadPoolExecutor(len(names)) as pool:
        read = list(pool.map(lambda name: append_addition(folder, an_addition(name), {})[1], names))
    assert sorted(config.read_configuration(folder, {}).sources) == ["press", *names]
    assert sorted(len(configuration.sources) for configuration in read) == list(range(2, 10))


def test_the_file_may_be_a_link_and_its_rights_stay(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "ours.yaml"
    elsewhere.write_text("sources:\n", encoding="utf-8")
    elsewhere.chmod(0o640)
    added(folder).parent.mkdir()
    added(folder).symlink_to(elsewhere)
    append_addition(folder, an_addition("first"), {})
    assert added(folder).is_symlink()
    assert (elsewhere.stat().st_mode & 0o777, b"id: first" in elsewhere.read_bytes()) == (0o640, True)


def test_a_page_that_lists_announcements_is_read_without_selectors(folder: Path) -> None:
    titles = ["Payment run moves to Friday", "New form for patient registrations", "Pension certificates are due"]
    cards = "".join(
        f'<li><h3><a href="/news/{number}">{title}</a></h3><p class="date">{day(number * 9 + 1)}</p></li>'
        for number, title in enumerate(titles)
    )
    with serving({"/news": html(main=f"<ul>{cards}</ul>")}) as (site, asked):
        done = watcher(folder, "add", f"{site}/news")
        assert done.exit_code == 0, done.stderr
        assert len(asked.paths()) == 2, "the page, and whether it is WordPress"
    assert done.stdout.startswith(f"1. kind listing, {site}/news: the page lists 3 headlines with dates")
    (source,) = [source for source in config.read_configuration(folder, {}).sources.values() if source.id != "press"]
    assert (source.kind, source.read_page, source.name) == ("listing", True, "Example ICB: News")


def test_what_would_stay_off_is_written_only_when_it_is_asked_for(folder: Path) -> None:
    with serving({"/feed": response(rss(item(1, recently())))}) as (site, _):
        done = watcher(folder, "add", f"{site}/feed")
        assert (done.exit_code, added(folder).exists()) == (1, False)
        assert "it would stay off: it lists 1 items" in done.stdout
        assert "--choose 1 writes it all the same" in done.stderr
        assert watcher(folder, "add", f"{site}/feed", "--choose", "1").exit_code == 0
    (source,) = [source for source in config.read_configuration(folder, {}).sources.values() if source.id != "press"]
    assert source.name == "127.0.0.1: News", "as the feed calls itself"


# --- sites -----------------------------------------------------------------------------------------------------------


def test_wordpress_is_offered_by_its_types_and_what_has_no_announcements_is_not(tmp_path: Path) -> None:
    site = news_site()
    for number in range(3):
        letter = SavedPost(MORNING - number * DAY, f"Letter {number}", "<p>Words.</p>")
        site.put(f"letter-{number}", letter, type="long-read")  # type: ignore[attr-defined]
    findings, asked = search_at(tmp_path, "https://www.england.nhs.uk/news/", site)
    root = "https://www.england.nhs.uk/"
    assert offers(findings)[0] == ("wordpress", root, ("post",), 6)
    assert ("wordpress", root, ("long-read",), 3) in offers(findings)
    assert ("document",) not in [types for _, _, types, _ in offers(findings)], "the site has none"
    assert len(asked) <= MAX_REQUESTS
    entry = make_addition(findings.giving[0].proposal, findings.discovery, ["england-nhs-uk-post"])
    assert (entry.id, entry.trust, entry.publisher) == ("england-nhs-uk-post-2", Trust.OFFICIAL, "NHS England")


def test_where_rest_is_refused_the_feed_of_a_type_is_compared_with_the_general_one(tmp_path: Path) -> None:
    site = cpe_site()
    site.rest = False
    for number in range(4):
        site.put(f"n{number}", SavedPost(MORNING - number * DAY, f"News {number}", "<p>W.</p>"), type="our-latest-news")
    findings, _ = search_at(tmp_path, "https://cpe.org.uk/our-latest-news/", site)
    assert offers(findings)[0] == ("wordpress", "https://cpe.org.uk/", ("our-latest-news",), 4)
    assert "WordPress' REST interface: HTTP 401" in findings.discovery.notes
    strange, _ = search_at(tmp_path / "other", "https://www.england.nhs.uk/news/", refusing(news_site()))
    whys = {tried.proposal.options.get("type"): tried.why for tried in strange.failed}
    assert whys[("news",)].startswith("this site does not know the type 'news': it serves its general feed instead")
    assert offers(strange)[0] == ("feed", "https://www.england.nhs.uk/feed/", (), 6)


def refusing(site: StandInSite) -> StandInSite:
    site.rest = False  # type: ignore[attr-defined]
    return site


def test_a_page_of_govuk_is_followed_and_its_feed_is_read(tmp_path: Path) -> None:
    site = GovukSite()
    site.put(
        "/government/publications/flu",
        "guidance",
        Edition(MORNING - 2 * DAY, "Flu letter", "On flu"),
        Edition(MORNING, "Flu letter", "On flu", note="Added the over-50s."),
    )
    page = "https://www.gov.uk/government/publications/flu"
    findings, asked = search_at(tmp_path, page, site)
    assert offers(findings) == [("govuk", page, (), 2)]
    assert asked == [page, "https://www.gov.uk/api/content/government/publications/flu"]
    feed = "https://www.gov.uk/search/guidance-and-regulation.atom"
    findings, asked = search_at(tmp_path / "feed", feed, site)
    assert (offers(findings), asked) == ([("govuk", feed, (), 1)], [feed])
    assert findings.giving[0].why == "it lists 1 items, expected 2 or more"


def test_a_feed_of_another_host_is_that_of_the_site_and_not_official() -> None:
    discovery = Discovery(address="https://www.example.nhs.uk/news", publisher="Example ICB", title="News")
    proposal = Proposal(kind="feed", url="https://feeds.example/icb", why="named", label="Example ICB")
    addition = make_addition(proposal, discovery, ())
    assert (addition.trust, addition.options) == (Trust.PRESS, {"hosts": ("example.nhs.uk",)})
    assert (addition.id, addition.name) == ("feeds-example-icb", "Example ICB")
    own = make_addition(replace(proposal, url="https://www.example.nhs.uk/feed/"), discovery, ())
    assert (own.trust, own.options) == (Trust.OFFICIAL, {})


def test_a_challenge_is_no_page_and_leads_to_paste(tmp_path: Path) -> None:
    site = IcbSite()
    site.put(IcbItem(MORNING, "News", "Flu", "flu", "Words."))
    findings, _ = search_at(tmp_path, "https://gps.northcentrallondon.icb.nhs.uk/news/flu", site)
    assert findings.giving == ()
    assert findings.discovery.is_refused
    assert "it is a challenge" in findings.discovery.notes[0]


def test_a_sitemap_is_named_and_not_asked_for(folder: Path) -> None:
    with site_with_feed(more={"/robots.txt": response(b"Sitemap: /sitemap.xml\nUser-agent: *\nDisallow:")}) as (
        site,
        asked,
    ):
        done = watcher(folder, "add", site)
    assert f"this site has a sitemap at {site}/sitemap.xml; no kind reads it yet" in done.stderr
    assert "/sitemap.xml" not in asked.paths()


def test_robots_txt_is_obeyed(folder: Path) -> None:
    with site_with_feed(more={"/robots.txt": response(b"User-agent: *\nDisallow: /")}) as (site, asked):
        done = watcher(folder, "add", site)
    assert (done.exit_code, asked.paths()) == (1, [])
    assert "robots.txt asks us not to read this address" in done.stderr
    assert "--paste" in done.stderr


# --- a copied list ---------------------------------------------------------------------------------------------------


def day(back: int) -> str:
    at = datetime.now(UTC).date() - timedelta(days=back)
    return f"{at.day} {at:%B %Y}"


@pytest.mark.promise("P47")
def test_where_a_site_refuses_machines_a_person_pastes_and_twice_adds_nothing(folder: Path) -> None:
    with serving({"/news": response(status="403 Forbidden")}) as (site, _):
        refused = watcher(folder, "add", f"{site}/news")
        assert refused.exit_code == 1
        assert f"`watcher add {site}/news --paste`" in refused.stderr
    copied = f"Flu jabs for the over-50s\t{day(0)}\nPensions\t{day(9)}\n"
    pasted = watcher(folder, "add", f"{site}/news", "--paste", given=copied)
    assert pasted.exit_code == 0, pasted.stderr
    outcome = json.loads(pasted.stdout.splitlines()[-1])
    assert (outcome["source"], outcome["fresh"], outcome["alerts"]) == ("127-0-0-1-news", 2, 1)
    again = watcher(folder, "add", "127-0-0-1-news", "--paste", given=copied)
    assert json.loads(again.stdout)["fresh"] == 0
    by_address = watcher(folder, "add", f"{site}/news", "--paste", given=copied + f"Flu vaccines arrive\t{day(0)}\n")
    outcome = json.loads(by_address.stdout)
    assert (outcome["source"], outcome["fresh"], outcome["alerts"]) == ("127-0-0-1-news", 1, 1)
    markup = f"<li><a href='/flu'>Flu jabs for the over-50s</a> {day(0)}<li><a href='/p'>Pensions</a> {day(9)}"
    with_links = watcher(folder, "add", "127-0-0-1-news", "--paste", given=markup)
    assert json.loads(with_links.stdout)["fresh"] == 0, "the same list, copied with its links"


def test_the_first_paste_is_a_baseline_and_floods_nobody(folder: Path) -> None:
    copied = "".join(f"Flu jabs for group {number}\t{day(number // 20)}\n" for number in range(40))
    pasted = watcher(folder, "add", "https://guidance.example/list", "--paste", "--trust", "official", given=copied)
    outcome = json.loads(pasted.stdout.splitlines()[-1])
    assert outcome["fresh"] == 40
    assert outcome["alerts"] <= 5


@pytest.mark.promise("P47")
def test_what_is_pasted_is_never_polled_failing_or_overdue(folder: Path) -> None:
    watcher(folder, "add", "https://guidance.example/list", "--paste", given=f"Pensions\t{day(1)}")
    watcher(folder, "poll")
    polled = watcher(folder, "poll", "guidance-example-list")
    assert (polled.exit_code, polled.stdout) == (0, "")
    assert "is not polled: paste it with `watcher add guidance-example-list --paste`" in polled.stderr
    sources = watcher(folder, "sources").stdout
    assert "on   guidance-example-list (guidance.example, pasted): pasted last on " in sources
    health = json.loads(watcher(folder, "health", "--json").stdout)
    (sight,) = [sight for sight in health["sights"] if sight["source"] == "guidance-example-list"]
    assert (sight["health"], sight["could_look"]) == ("ok", True)
    assert "by hand: to look again, paste it with" in sight["words"]
    tried = watcher(folder, "try", "guidance-example-list")
    assert (tried.exit_code, "--dry-run" in tried.stderr) == (2, True)


def test_a_list_can_be_pasted_into_a_source_that_is_polled(folder: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.html"
    saved.write_text(f"<table><tr><td>Flu jabs for all<td>{day(0)}<tr><td>Flu jabs again<td>{day(9)}", encoding="utf-8")
    first = watcher(folder, "add", "press", "--paste", "--from", str(saved))
    outcome = json.loads(first.stdout)
    assert (outcome["fresh"], outcome["alerts"]) == (2, 1), "nothing was ever read there: a baseline"
    database = open_database(f"sqlite:///{folder.parent / 'w.db'}")
    with database.begin() as tx:
        state = store.sources.states(tx)["press"]
        stored = store.items.newest_items(tx, "press")
    database.close()
    assert (state.last_poll, state.last_success) == (None, None), "how its polls went stays as it was"
    assert {each.published.day for each in stored} == {date.today(), date.today() - timedelta(days=9)}  # noqa: DTZ011


@pytest.mark.parametrize(
    ("words", "given", "code", "why"),
    [
        (["press", "--paste"], "Sign in\nPassword", 1, "2 lines, 0 of them with a full date; the first is “Sign in”"),
        (["https://a.example/", "--paste"], "", 1, "nothing was pasted"),
        (["nobody", "--paste"], "", 2, "there is no source 'nobody', and it is no web address"),
        (["press", "--paste", "--name", "Other"], "", 2, "press is there already: --name cannot change it"),
        (["press", "--paste", "--from", "/nowhere/at/all"], "", 2, ""),
    ],
)
def test_what_cannot_be_pasted_says_what_was_seen(
    folder: Path, words: list[str], given: str, code: int, why: str
) -> None:
    done = watcher(folder, "add", *words, given=given)
    assert why in done.stderr
    assert done.exit_code == code or isinstance(done.exception, OSError)
    assert not added(folder).exists()


def test_a_paste_can_be_looked_at_first(folder: Path) -> None:
    done = watcher(folder, "add", "https://a.example/list", "--paste", "--dry-run", given=f"\x1b[1mPensions\t{day(1)}")
    assert done.exit_code == 0
    assert "[1mPensions" in done.stdout
    assert "\x1b" not in done.stdout
    assert not added(folder).exists()
    assert not (folder.parent / "w.db").exists()
