"""What an announcement asks of a practice, each fact with the words it rests on; a fact that is not sure is None."""

from dataclasses import dataclass
from enum import StrEnum

from watcher.model.deadline import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """The source of one field of a Brief: `words` of the Item, the `sentence` they stand in, and which `field` has it.

    `words` stand in `sentence`, and `sentence` in the field (title, summary or text), both word by word. `value` is
    shown in place of the words where it is set: the words shortened, or the name of who in a practice owns the task.
    """

    words: str
    sentence: str
    field: str
    value: str = ""

    @property
    def shown(self) -> str:
        """The text for readers: `value`, else `words`."""
        return self.value or self.words


class Obligation(StrEnum):
    """Whether an Item binds practices or only asks them."""

    BINDING = "binding"
    REQUEST = "request"
    UNSAID = "not known"


class Audience(StrEnum):
    """The addressees of an Item: practices, others with practices in copy, or others alone."""

    PRACTICES = "practices"
    COPY = "copy"
    OTHERS = "others"


class Inclusion(StrEnum):
    """Whether a scheme includes practice managers. A plan to include them does not include them yet."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefDate:
    """A Deadline as a Brief quotes it. `moved_from`: the date in the Item, where a later text moved it to this."""

    fact: Fact
    deadline: Deadline
    moved_from: Deadline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortNotice:
    """Less time than the contract gives: `asks` "5 days" where it `gives` "30 days", by the sentence of `fact`."""

    gives: str
    asks: str
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The facts that a reader decides by in half a minute; core/messages/brief_lines.py has their order and labels.

    `starts` is FROM, `due` is DUE, `also_due` the further dates on which something is due. `managers` has an Inclusion
    as its value and `addressed_to` an Audience; None where the text does not say.
    """

    who: Fact | None = None
    starts: BriefDate | None = None
    do: Fact | None = None
    order: Fact | None = None
    paid: Fact | None = None
    code: Fact | None = None
    due: BriefDate | None = None
    also_due: tuple[BriefDate, ...] = ()
    reply_to: Fact | None = None
    if_missed: Fact | None = None
    owner: Fact | None = None
    managers: Fact | None = None
    addressed_to: Fact | None = None
    area: Fact | None = None
    obligation: Obligation = Obligation.UNSAID
    contract: ShortNotice | None = None
