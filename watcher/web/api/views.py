"""What each address of the API reads, as an answer."""

from datetime import timedelta

from watcher.core.stories.lead_times import ScoreboardRow
from watcher.model import Evidence, Precision
from watcher.reports.api_lists import DateRange, load_changed_stories, load_dates_in_range
from watcher.reports.date_pages import describe_dates
from watcher.reports.search import SearchHit
from watcher.reports.source_pages import WatchedSource, load_watched_sources
from watcher.reports.story_page import load_story_page
from watcher.reports.why import WhyPage, load_why
from watcher.store.story_lists import StoryFilter
from watcher.web.api.answers import DatesAnswer, StoriesAnswer, StoryAnswer
from watcher.web.api.cursors import read_cursor, read_date_cursor, write_cursor, write_date_cursor
from watcher.web.api.queries import DatesAsked, StoriesAsked, WordsAsked
from watcher.web.api.record_answers import (
    FateAnswer,
    FoundWordsAnswer,
    ItemAnswer,
    MarkedPieceAnswer,
    MatchedTopicAnswer,
    RuledOutTopicAnswer,
    ScoreboardAnswer,
    ScoreboardLineAnswer,
    SearchAnswer,
    SearchHitAnswer,
    SourceAnswer,
    SourcesAnswer,
    TopicAnswer,
    TopicsAnswer,
)
from watcher.web.api.story_answers import describe_date, describe_listed_story, describe_story
from watcher.web.errors import PageNotFound
from watcher.web.pages.scoreboard import check_month, load_scoreboard
from watcher.web.pages.search import load_hits, read_request
from watcher.web.pages.stories import find_what_became_of_it
from watcher.web.pages.today import check_topics
from watcher.web.routing import PageVisit
from watcher.web.templating import public_address


async def answer_stories(visit: PageVisit) -> StoriesAnswer:
    """Announcements, the one that changed last first."""
    query: StoriesAsked = visit.query
    secret = visit.site.settings.secret
    check_topics(visit, (query.topic,) if query.topic else ())
    wanted = StoryFilter(topic=query.topic, status=query.status, begin=query.since, end=query.until)
    after = read_cursor(query.cursor, secret) if query.cursor else None
    listed = await visit.site.report(load_changed_stories, wanted, query.limit, after)
    return StoriesAnswer(
        stories=[describe_listed_story(story, changed_at, visit.base_url) for story, changed_at in listed.stories],
        next_cursor=write_cursor(listed.next_place, secret) if listed.next_place else None,
    )


async def answer_story(visit: PageVisit) -> StoryAnswer:
    """One announcement with all that is known of it."""
    site = visit.site
    page = await site.report(load_story_page, visit.part("story"), site.settings.public_url)
    if page is None:
        raise await find_what_became_of_it(visit)
    return describe_story(page, describe_dates(page.dates, site.clock()), visit.base_url)


async def answer_item(visit: PageVisit) -> ItemAnswer:
    """One text and what became of it."""
    why = await visit.site.report(load_why, visit.part("item"))
    if why is None or why.item.id != visit.part("item"):
        raise PageNotFound("We have never seen a text with this id.")
    return _describe_item(why)


def _describe_item(why: WhyPage) -> ItemAnswer:
    item = why.item
    return ItemAnswer(
        id=item.id,
        publisher=why.publisher,
        title=item.title,
        url=public_address(item.url),
        first_seen_at=item.first_seen,
        published_at=item.published.at,
        published_day=None if item.published.precision is Precision.MONTH else item.published.day,
        revision=item.revision,
        is_withdrawn=item.withdrawn,
        topics=[
            MatchedTopicAnswer(
                topic=match.topic,
                name=why.topics[match.topic],
                because=[_describe_evidence(words) for words in match.evidence],
            )
            for match in why.matches
        ],
        ruled_out=[
            RuledOutTopicAnswer(topic=veto.topic, name=why.topics[veto.topic], because=_describe_evidence(veto.by))
            for veto in why.vetoed
        ],
        fates=[
            FateAnswer(revision=fate.revision, at=fate.at, in_words=fate.words, detail=fate.detail)
            for fate in why.fates
        ],
        story=why.story.id if why.story else None,
    )


def _describe_evidence(evidence: Evidence) -> FoundWordsAnswer:
    return FoundWordsAnswer(field=evidence.field, words=evidence.words or evidence.text, term=evidence.term)


async def answer_search(visit: PageVisit) -> SearchAnswer:
    """Texts that hold what is asked for, the newest first."""
    query: WordsAsked = visit.query
    check_topics(visit, (query.topic,) if query.topic else ())
    result = await visit.site.report(load_hits, read_request(query))
    return SearchAnswer(
        understood=result.query.text,
        notes=list(result.notes),
        hits=[_describe_hit(hit) for hit in result.hits],
        next_page=result.page + 1 if result.has_next else None,
        sources_searched=result.sources,
        searched_since=result.since,
    )


def _describe_hit(hit: SearchHit) -> SearchHitAnswer:
    return SearchHitAnswer(
        item=hit.item,
        story=hit.story,
        status=hit.status,
        is_withdrawn=hit.is_withdrawn,
        title=hit.title,
        marked_title=[MarkedPieceAnswer(text=text, is_marked=is_marked) for text, is_marked in hit.marked_title],
        snippet=[MarkedPieceAnswer(text=text, is_marked=is_marked) for text, is_marked in hit.snippet],
        url=public_address(hit.url),
        publisher=hit.publisher,
        trust=hit.trust,
        seen_at=hit.seen_at,
        topics=list(hit.topics),
    )


async def answer_dates(visit: PageVisit) -> DatesAnswer:
    """Dates, the earliest first."""
    query: DatesAsked = visit.query
    check_topics(visit, (query.topic,) if query.topic else ())
    secret = visit.site.settings.secret
    wanted = DateRange(topic=query.topic, state=query.state, begin=query.begin, end=query.end)
    after = read_date_cursor(query.cursor, secret) if query.cursor else None
    listed = await visit.site.report(load_dates_in_range, wanted, query.limit, after)
    return DatesAnswer(
        dates=[describe_date(shown) for shown in listed.dates],
        next_cursor=write_date_cursor(listed.next_place, secret) if listed.next_place else None,
    )


async def answer_topics(visit: PageVisit) -> TopicsAnswer:
    """All topics, with what finds them and their feeds."""
    base = visit.base_url
    return TopicsAnswer(
        topics=[
            TopicAnswer(
                id=topic.id,
                name=topic.name,
                description=topic.description,
                page=f"{base}/topics/{topic.id}",
                atom=f"{base}/feeds/{topic.id}.atom",
                json_feed=f"{base}/feeds/{topic.id}.json",
                official_atom=f"{base}/feeds/{topic.id}/official.atom",
                calendar=f"{base}/feeds/{topic.id}.ics",
                any=list(topic.any),
                weak=list(topic.weak),
                unless=list(topic.unless),
            )
            for topic in sorted(visit.site.configuration().topics, key=lambda topic: topic.name)
        ]
    )


async def answer_sources(visit: PageVisit) -> SourcesAnswer:
    """The sources that are on, and how they are."""
    watched = await visit.site.report(load_watched_sources)
    return SourcesAnswer(
        sources=[_describe_source(source) for source in watched.sources], off=watched.off + len(watched.tried)
    )


def _describe_source(source: WatchedSource) -> SourceAnswer:
    status = source.status
    return SourceAnswer(
        id=status.source,
        name=source.name,
        publisher=source.publisher,
        trust=source.trust,
        health=status.health,
        in_words=status.words,
        is_readable=status.could_look,
        last_read_at=status.last_success,
        last_new_at=status.last_new_item,
        every_seconds=_whole_seconds(source.every),
    )


async def answer_scoreboard(visit: PageVisit) -> ScoreboardAnswer:
    """Who told first in a month of London."""
    board = await visit.site.report(load_scoreboard, check_month(visit.part("month")))
    return ScoreboardAnswer(month=board.month, lines=[_describe_line(line) for line in board.rows], too_old=board.old)


def _describe_line(line: ScoreboardRow) -> ScoreboardLineAnswer:
    return ScoreboardLineAnswer(
        publisher=line.body,
        topic=line.topic,
        announcements=line.announcements,
        media_first=line.media_first,
        others_first=line.others_first,
        official_first=line.official_first,
        same_look=line.same_look,
        never_official=line.never_official,
        median_lead_seconds=_whole_seconds(line.median_lead),
        longest_lead_seconds=_whole_seconds(line.longest_lead),
        longest_story=line.longest_story or None,
    )


def _whole_seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
