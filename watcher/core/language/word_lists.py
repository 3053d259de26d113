"""Word lists as pieces of patterns, and those that several readers share: words that take back or put off.

Headlines (stories/status.py), dates (date_extraction) and the ledger (deadlines/item_dates.py) add what is their own.
"""

import re

from watcher.core.language.lazy_regex import lazy_regex


def pattern(text: str) -> re.Pattern[str]:
    """`text` as a lazy_regex that ignores case."""
    return lazy_regex(text, re.IGNORECASE)


def any_of(listed: str) -> str:
    """A non-capturing group that matches any of the words listed, with ", " or a line's end between them."""
    return f"(?:{'|'.join(word for line in listed.splitlines() for word in line.strip(' ,').split(', '))})"


def whole_words(listed: str) -> re.Pattern[str]:
    """A lazy_regex that matches any of the words or phrases listed, as whole words and in any case."""
    return pattern(rf"\b{any_of(listed)}\b")


def whole_folded_words(listed: str) -> re.Pattern[str]:
    """The same for texts of `fold_text` alone, and with small letters: without cases to try it takes a fourth of it."""
    return lazy_regex(rf"\b{any_of(listed)}\b")


# In a headline only the verb takes back or puts off: "opioid withdrawal", "the cancellation list" and "when to defer a
# dose" do not.
TAKES_BACK = any_of(
    r"""withdraw[ns]?, withdrew, scrap(?:s|ped)?, cancel(?:s|led), halt(?:s|ed), paus(?:es|ed), suspend(?:s|ed)
    revok(?:es|ed), abandon(?:s|ed), rescind\w*"""
)
PUTS_OFF = any_of(r"extend(?:s|ed)?, extension, delay(?:s|ed)?, postpon\w+, brought forward")
# Beside a date any form of these words speaks of the date.
TAKEN_BACK = any_of(
    r"""withdr[ae]w\w*, scrapp\w*, scraps?, cancel\w*, halt\w*, paus\w*, suspend\w*, revok\w*, abandon\w*
    rescind\w*"""
)
PUT_OFF = any_of(r"""extend\w*, extension\w*, postpon\w*, delay\w*, defer\w*, put back, set back, prolong\w*""")
BROUGHT_FORWARD = any_of(r"""brought forward, bring\w* forward""")
