"""What may stand on a page that anybody can read: nothing that only an unproven e-mail says, nothing of subscribers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from watcher.config import Configuration
from watcher.core.stories.authority import find_official_text
from watcher.model import AlertContext, Reason, Status, Story, StoryItem


def is_public(story: Story) -> bool:
    """Whether somebody says it who is who he says he is: anybody can write an e-mail."""
    return any(not item.is_unproven for item in story.items)


def public_items(story: Story) -> tuple[StoryItem, ...]:
    """The items of a Story that may be shown to anybody."""
    return tuple(item for item in story.items if not item.is_unproven)


def public_part(story: Story) -> Story:
    """A public Story as anybody may see it: without unproven e-mails, and with the headline that holds now."""
    items = public_items(story)
    return replace(story, items=items, title=_headline_of_now(story, items))


def _headline_of_now(story: Story, items: Sequence[StoryItem]) -> str:
    """Of what is official the headline of the official text, as it is now: a report may name a date that moved.

    Else that of the Story, where it is not that of an unproven e-mail alone.
    """
    official = find_official_text(story) if story.status is not Status.REPORTED else None
    if official and not official.is_unproven:
        return official.title
    return story.title if any(item.title == story.title for item in items) else items[0].title


def is_public_alert(context: AlertContext) -> bool:
    """Whether an Alert is news for readers and may be shown to anybody."""
    story, item = context.story, context.item
    if context.alert.reason is Reason.NEEDS_ADMIN or story is None or item is None:
        return False
    return is_public(story) and not item.is_unproven


def topic_names(configuration: Configuration, topics: Iterable[str]) -> Mapping[str, str]:
    """The names of Topics by their ids; one that is no longer configured is called by its id."""
    names = {topic.id: topic.name for topic in configuration.topics}
    return {topic: names.get(topic, topic) for topic in topics}
