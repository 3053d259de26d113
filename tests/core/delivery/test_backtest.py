"""What a change of the topics would have done to the headlines of the last months."""

from watcher.core.delivery.backtest import Backtest, MatchChange, ZoneChange, backtest
from watcher.core.delivery.judge import TextToJudge
from watcher.core.matching.index import TopicIndex
from watcher.model import Guard, Item, Signal, Topic, Trust, Zone

HEADLINES = (
    "Flu jabs for everyone over fifty",
    "Influenza vaccine orders open",
    "Bird flu jab for hens",
    *(f"GP surgery number {number} opens" for number in range(20)),
)
OLD = Topic(id="flu", name="Flu", any=("flu jab",))
NEW = Topic(id="flu", name="Flu", any=("flu jab", "influenza vaccin*", "laiv", "gp"), unless=("bird flu",))


def texts() -> list[TextToJudge]:
    items = [Item(source="s", identity=str(n), url="", title=title) for n, title in enumerate(HEADLINES)]
    return [TextToJudge(identity=item.id, item=item, publisher="BBC", trust=Trust.PRESS) for item in items]


def test_a_change_is_told_by_what_it_catches_and_loses_and_by_terms_that_do_nothing_or_everything() -> None:
    done = backtest(TopicIndex([OLD]), TopicIndex([NEW]), texts())
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
        moved=(),
        silent=(("flu", "laiv"),),
        loud=(("flu", "gp"),),
    )


def test_the_same_topics_change_nothing_and_a_guard_does() -> None:
    guard = Guard(id="hens", name="Hens", unless=("hens",))
    assert backtest(TopicIndex([OLD]), TopicIndex([OLD]), texts()).changes == ()
    (lost,) = backtest(TopicIndex([OLD]), TopicIndex([OLD], [guard]), texts()).changes
    assert (lost.title, lost.caught) == ("Bird flu jab for hens", False)


def test_what_a_change_of_signals_moves_is_told_with_its_points() -> None:
    quieter = TopicIndex([OLD], signals=[Signal(id="press", name="Press", points=-2, trusts=(Trust.PRESS,))])
    expected = tuple(
        ZoneChange(item=item, title=title, was=Zone.AT_ONCE, zone=Zone.DIGEST, points_before=0, points=-2)
        for item, title in (("0", HEADLINES[0]), ("2", HEADLINES[2]))
    )
    done = backtest(TopicIndex([OLD]), quieter, texts())
    assert (done.changes, done.moved) == ((), expected)
