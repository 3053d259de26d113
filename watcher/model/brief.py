"""The nine fixed fields of an alert, each with the words it was cut from. What is not known is None, never a guess."""

from dataclasses import dataclass
from enum import StrEnum

from watcher.model.deadline import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a Brief says of one thing: `words` of the Item, the `sentence` they stand in, and its `field`.

    `value` is what is shown when that is not the words themselves: who in a practice owns it.
    """

    words: str
    sentence: str
    field: str
    value: str = ""

    @property
    def shown(self) -> str:
        """The value, else the words."""
        return self.value or self.words


class Obligation(StrEnum):
    """Whether an Item binds practices or asks them."""

    BINDING = "binding"
    REQUEST = "request"
    UNSAID = "not known"


class Audience(StrEnum):
    """Whether an Item speaks to practices or only lets them know."""

    PRACTICES = "practices"
    COPY = "practices in copy"
    OTHERS = "others"
    UNSAID = "not known"


class Inclusion(StrEnum):
    """Where practice managers stand. A plan to include them is no rule, and silence is said."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    PLANNED = "said to be planned"
    NOT_MENTIONED = "not mentioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefDate:
    """A Deadline as a Brief quotes it. `moved_from`: the one that the Item names, where later texts moved it here."""

    fact: Fact
    deadline: Deadline
    moved_from: Deadline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a reader needs to decide in half a minute, in the order of messages/brief_lines.py. SOURCE stands elsewhere.

    `starts` is FROM, `reply_by` is REPLY BY, `also_by` what else is due. `contract` is what the contract gives where
    the Item asks for less.
    """

    who: Fact | None = None
    not_who: Fact | None = None
    starts: BriefDate | None = None
    do: Fact | None = None
    order: Fact | None = None
    paid: Fact | None = None
    code: Fact | None = None
    reply_by: BriefDate | None = None
    also_by: tuple[BriefDate, ...] = ()
    reply_to: Fact | None = None
    consequence: Fact | None = None
    owner: Fact | None = None
    area: Fact | None = None
    obligation: Obligation = Obligation.UNSAID
    audience: Audience = Audience.UNSAID
    practice_managers: Inclusion = Inclusion.NOT_MENTIONED
    contract: str = ""
