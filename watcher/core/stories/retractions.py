"""Words that take an announcement back: withdrawals, halts, extensions, delays and corrections.

A minister takes back in other words than an official announced in. So the words only say that something is taken back;
which announcement that is, reference, programme, date and duty prove (same_matter.py).
"""

from functools import lru_cache

from watcher.core.language.text import fold_text
from watcher.core.language.word_lists import PUTS_OFF, TAKES_BACK, any_of, whole_folded_words
from watcher.model import Retraction, StoryItem

_NUMBER = any_of("an?, one, two, three, four, five, six, seven, eight, ten, twelve, several, few, [0-9]+")
_TIME = any_of("days?, weeks?, months?, quarters?, years?, hours?, time")
_MORE = any_of("further, extra, more, another, additional, longer")
_WILL_NOT = r"(?:will|shall|does|do|is|are|was|were|has|have|need|needs|should|must|may|can) (?:not|no longer|never)"
_WRONG_ONE = any_of("date, dose, figure, number, time, link, address, batch, strength, amount, rate, code")
_ENDS = whole_folded_words(
    rf"""{TAKES_BACK}, u-?turn, called off, calls off, stood down, shelved, ditched, torn up, tears up
    {_WILL_NOT} (?:now )?(?:be )?(?:go(?:ing)? ahead|introduced|proceed\w*|happen\w*)"""
)
_CHANGES = whole_folded_words(
    rf"""{PUTS_OFF}, put(?:s|ting)? (?:back|off), (?:pushed|moved|set|held) (?:back|over), defer(?:s|red)
    re-?schedul\w+, rearranged, new (?:start |closing )?(?:date|deadline|time|timetable)
    now (?:from|until|on|by|due|at|\d|mon|tue|wed|thu|fri|sat|sun)\w*, revised (?:date|deadline|timetable|start)
    {_MORE} (?:{_NUMBER} )?{_TIME}, {_NUMBER} {_MORE} {_TIME}
    {_NUMBER} {_TIME} (?:longer|later|more|extra), given (?:until|longer|more), accepted (?:up to|until)
    (?:date|deadline|window|start|launch|go-live|year) (?:now )?(?:move[sd]|change[sd]|slips|slipped)
    corrections?, correct(?:ed|s), errat(?:a|um), corrigend(?:a|um), misprint\w*, in error, wrongly, by mistake
    (?:was|were|is|are) (?:wrong|incorrect|mistaken), (?:wrong|incorrect) {_WRONG_ONE}
    (?:gave|printed|stated|listed|contained|quoted|carried|showed) (?:the |a |an )?(?:wrong|incorrect)
    should (?:have )?(?:read|said), amend(?:ed|ments?|s)?, re-?issued?, supersed\w+
    {_WILL_NOT} (?:now )?(?:be )?(?:enforced|required|needed|apply|applied|charged)
    (?:nobody|no one|none) (?:now )?(?:has|have|needs?) to, need not
    (?:not|no longer|never) (?:have|need|required|obliged|expected) to, no longer
    (?:is|are|been|be|was|were) lifted, on hold, until further notice, brought to (?:a stop|an end), taken out"""
)


def retraction_of(item: StoryItem) -> Retraction | None:
    """What the headline of `item` takes back; None where it takes nothing back."""
    return read_retraction(item.title)


@lru_cache(maxsize=2_000)  # a poll asks twice: to find what it could take back, and to place
def read_retraction(title: str, summary: str = "") -> Retraction | None:
    """Whether the words of a text end an announcement or change it; None where they do neither.

    Only a headline ends an announcement: in a summary the same words may speak of a part of it.
    """
    headline, more = fold_text(title), fold_text(summary)
    if _ENDS.search(headline):
        return Retraction.ENDS
    is_change = any(pattern.search(text) for pattern, text in ((_CHANGES, headline), (_CHANGES, more), (_ENDS, more)))
    return Retraction.CHANGES if is_change else None
