"""What a change of the topics would have done to the headlines of the last months."""

from watcher.core.matching.backtest import Backtest, MatchChange, backtest
from watcher.core.matching.index import TopicIndex
from watcher.model import Guard, Item, Topic

HEADLINES = (
    "Flu jabs for everyone over fifty",
    "Influenza vaccine orders open",
    "Bird flu jab for hens",
    *(f"GP surgery number {number} opens" for number in range(20)),
)
OLD = Topic(id="flu", name="Flu", any=("flu jab",))
NEW = Topic(id="flu", name="Flu", any=("flu jab", "influenza vaccin*", "laiv", "gp"), unless=("bird flu",))


def items() -> list[tuple[Item, str]]:
    return [(Item(source="s", identity=str(n), url="", title=title), "BBC") for n, title in enumerate(HEADLINES)]


def test_a_change_is_told_by_what_it_catches_and_loses_and_by_terms_that_do_nothing_or_everything() -> None:
    done = backtest(TopicIndex([OLD]), TopicIndex([NEW]), items())
    assert done == Backtest(
        items=23,
        changes=(
            MatchChange(
                item="1", title="Influenza vaccine orders open", topic="flu", caught=True, words="Influenza vaccine"
            ),
            MatchChange(item="2", title="Bird flu jab for hens", topic="flu", caught=False, words="flu jab"),
            *(
                MatchChange(item=str(n), title=f"GP surgery number {n - 3} opens", topic="flu", caught=True, words="GP")
                for n in range(3, 23)
            ),
        ),
        silent=(("flu", "laiv"),),
        loud=(("flu", "gp"),),
    )


def test_the_same_topics_change_nothing_and_a_guard_does() -> None:
    guard = Guard(id="hens", name="Hens", unless=("hens",))
    assert backtest(TopicIndex([OLD]), TopicIndex([OLD]), items()).changes == ()
    (lost,) = backtest(TopicIndex([OLD]), TopicIndex([OLD], [guard]), items()).changes
    assert (lost.title, lost.caught) == ("Bird flu jab for hens", False)
