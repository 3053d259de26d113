"""Why a reader gets a message: by the topics that he chose, and by no other that it is about too."""

from dataclasses import replace

import pytest

from tests.support.announced import FIRST, NOON
from watcher.core.messages.delivery_context import Composer, DeliveryContext, OwnMatches
from watcher.model import AlertContext, Delivery, Evidence, FactKind, Match, Message, Subscriber

FLU = Match(topic="flu", evidence=(Evidence(field="summary", text="flu vaccine", term="flu"),))
ACCESS = Match(topic="access", evidence=(Evidence(field="title", text="open longer", term="open"),))
TOLD = replace(FIRST, alert=replace(FIRST.alert, topics=("access", "flu")), matches=(ACCESS, FLU))
NAMES = {"flu": "Flu vaccination", "access": "Access", "pay": "Pay"}


def reader(name: str, *topics: str) -> Subscriber:
    """One who chose these topics; all where none is named."""
    return Subscriber(id=name, via="email", address=f"{name}@practice.example", topics=frozenset(topics) or None)


def why_of(message: Message) -> list[str]:
    return [words for kind, words in message.paragraphs[0].details if kind is FactKind.WHY_YOU]


@pytest.mark.parametrize(
    ("topics", "why", "named"),
    [
        (("flu", "pay"), "“flu vaccine” in the summary", ("Flu vaccination",)),
        (("access",), "“open longer” in the title", ("Access",)),
        (("access", "flu"), "“open longer” in the title", ("Access", "Flu vaccination")),
        ((), "“open longer” in the title", ()),  # who takes all topics chose none of them
    ],
)
def test_each_reads_the_words_and_the_names_of_own_topics(
    topics: tuple[str, ...], why: str, named: tuple[str, ...]
) -> None:
    composer, own = Composer(), OwnMatches()
    messages = []
    for subscriber in (reader("first"), reader("second", *topics), reader("third", "access")):
        delivery = Delivery(id=subscriber.id, subscriber=subscriber.id, period="alert:1", due=NOON, first_due=NOON)
        context = DeliveryContext(
            delivery=delivery, alerts=[own.keep(TOLD, subscriber)], topic_names=NAMES, now=NOON, subscriber=subscriber
        )
        messages.append(composer.compose_fitting(context, lambda message: len(message.paragraphs))[0])
    assert (why_of(messages[1]), messages[1].topics) == ([why], named)
    assert (why_of(messages[2]), messages[2].topics) == (["“open longer” in the title"], ("Access",))


def test_those_who_chose_the_same_of_its_topics_share_one_context_and_a_story_of_theirs_may_give_no_words() -> None:
    own = OwnMatches()
    readers = (reader("a", "flu", "x"), reader("b", "flu", "y"), reader("c", "flu"))
    kept: list[AlertContext] = [own.keep(TOLD, subscriber) for subscriber in readers]
    assert kept[0] is kept[1] is kept[2]
    assert own.keep(TOLD, reader("d")) is TOLD
    assert own.keep(TOLD, reader("e", "pay")).matches == ()
