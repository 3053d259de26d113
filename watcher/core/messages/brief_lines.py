"""A Brief as lines for people, its fields in their fixed order."""

import re
from dataclasses import replace
from datetime import date

from watcher.core.briefs.current_dates import as_withdrawn
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.wording.date_words import date_with_sentence
from watcher.model import Audience, Brief, Fact, FactKind, Obligation

_ORDER_VERB = lazy_regex(
    r"^(?:orders? vaccines? |orders?|ordered|can be ordered)\s*(?=(?:through|via|from|using|on|in)\b)", re.IGNORECASE
)
MAX_FURTHER_DATES = 2  # the rest is behind the link
ADDRESSEES = {
    Audience.PRACTICES: "addressed to practices",
    Audience.COPY: "addressed to others, with practices in copy",
    Audience.OTHERS: "addressed to others",
}


def brief_lines(brief: Brief, today: date) -> tuple[tuple[FactKind, str], ...]:
    """(kind, text) of each field in its fixed order, each date with the sentence that sets it; "" where not known.

    `today` is London's. What a text does not say of practice managers is not printed: absence is no statement.
    """
    who = [
        *([brief.who.shown] if brief.who else []),
        *([f"practice managers {brief.managers.shown}"] if brief.managers else []),
    ]
    applies = [
        *([brief.area.shown] if brief.area else []),
        *([str(brief.obligation)] if brief.obligation is not Obligation.UNSAID else []),
        *([ADDRESSEES[Audience(brief.addressed_to.value)]] if brief.addressed_to else []),
    ]
    return (
        (FactKind.WHO, "; ".join(who)),
        (FactKind.FROM, date_with_sentence(brief.starts, today)),
        *_plain_facts(brief),
        (FactKind.DUE, _format_due(brief, today)),
        (FactKind.OWNER, brief.owner.shown if brief.owner else ""),
        (FactKind.APPLIES, "; ".join(applies)),
    )


def without_dates(brief: Brief) -> Brief:
    """The Brief of a page that no longer holds: each of its dates is withdrawn."""
    return replace(
        brief,
        starts=as_withdrawn(brief.starts) if brief.starts else None,
        due=as_withdrawn(brief.due) if brief.due else None,
        also_due=tuple(map(as_withdrawn, brief.also_due)),
        if_missed=None,
        contract=None,
    )


def _plain_facts(brief: Brief) -> tuple[tuple[FactKind, str], ...]:
    return (
        (FactKind.DO, brief.do.shown if brief.do else ""),
        (FactKind.ORDER, order_words(brief.order)),
        (FactKind.PAID, brief.paid.shown if brief.paid else ""),
        (FactKind.CODE, brief.code.shown if brief.code else ""),
    )


def order_words(fact: Fact | None) -> str:
    """How to order, without the verb that the label says already: "from the central stock"."""
    return _ORDER_VERB.sub("", fact.shown) if fact else ""


def _format_due(brief: Brief, today: date) -> str:
    if brief.due is None:
        return ""
    parts = [date_with_sentence(brief.due, today, f", to {brief.reply_to.shown}" if brief.reply_to else "")]
    parts += [f"also {date_with_sentence(further, today)}" for further in brief.also_due[:MAX_FURTHER_DATES]]
    parts += [f"and {left} more dates"] if (left := len(brief.also_due) - MAX_FURTHER_DATES) > 0 else []
    parts += [f"if missed: {brief.if_missed.shown}"] if brief.if_missed else []
    parts += [f"shorter than your contract gives ({brief.contract.gives})"] if brief.contract else []
    return "; ".join(parts)
