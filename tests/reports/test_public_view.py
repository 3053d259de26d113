"""What anybody may see: nothing that only an e-mail says whose sender is not proven."""

from dataclasses import replace

from tests.support.saved_stories import FIRST, first_alert, news_item, save_story, story_item
from watcher import store
from watcher.model import Status, Story, Trust
from watcher.reports.newest_alerts import changed_at, load_newest_alerts
from watcher.reports.public_view import public_part
from watcher.store.database import Database
from watcher.store.story_lists import StoryFilter, list_last_changed


def test_a_story_that_an_unproven_mail_opened_has_the_headline_of_a_proven_text(database: Database) -> None:
    mail = news_item("mail", "Forged headline on flu vaccine", FIRST, unproven=True)
    with database.begin() as tx:
        proven = save_story(tx, "proven", "Flu vaccine for all", FIRST)
        store.items.save(tx, [mail], {}, FIRST)
        opened = replace(proven, title=mail.title, items=(story_item(mail, Trust.PRESS, FIRST), *proven.items))
        store.stories.save(tx, [opened])
    with database.read() as tx:
        ((place, story),) = list_last_changed(tx, StoryFilter(), 10)
        shown = public_part(story)
        context = load_newest_alerts(tx, [shown])[story.id]
    assert (len(story.items), shown.title, len(shown.items)) == (2, "Flu vaccine for all", 1)
    assert (context.story, context.alert.item) == (shown, proven.items[0].item)
    assert place.at == changed_at(shown, context.alert) == FIRST


def test_a_story_that_only_unproven_mails_tell_stands_in_no_list(database: Database) -> None:
    mail = news_item("mail", "Forged headline on flu vaccine", FIRST, unproven=True)
    told = story_item(mail, Trust.PRESS, FIRST)
    alone = Story(id="alone", title=mail.title, status=Status.REPORTED, topics=("flu",), opened_at=FIRST, items=(told,))
    with database.begin() as tx:
        store.items.save(tx, [mail], {}, FIRST)
        store.stories.save(tx, [alone])
        store.alerts.save(tx, [first_alert(alone, FIRST)])
        proven = save_story(tx, "proven", "Flu vaccine for all", FIRST)
    with database.read() as tx:
        assert [story.id for _, story in list_last_changed(tx, StoryFilter(), 1)] == [proven.id]
