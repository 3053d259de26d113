"""The words by which something announced is taken back or put off: the only table, as pieces of patterns.

Headlines (stories/status.py), dates (date_extraction), the ledger (deadlines/item_dates.py) and notices on pages
(pages/page_status.py) add to them only what can be said of their own matter.
"""

from watcher.core.language.word_lists import any_of

TAKEN_BACK = any_of(
    r"""withdr[ae]w\w*, scrapp\w*, scraps?, cancel\w*, halt\w*, paus\w*, suspend\w*, revok\w*, abandon\w*
    rescind\w*"""
)
PUT_OFF = any_of(r"""extend\w*, extension\w*, postpon\w*, delay\w*, defer\w*, put back, set back, prolong\w*""")
BROUGHT_FORWARD = any_of(r"""brought forward, bring\w* forward""")
