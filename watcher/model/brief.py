"""The nine fixed fields of an alert, each with the words it was taken from; a field that is not known is None."""

from dataclasses import dataclass
from enum import StrEnum

from watcher.model.deadline import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """The source of one field of a Brief: `words` of the Item, the `sentence` they stand in, and which `field` has it.

    `value` is shown in place of the words where it is set: who in a practice owns the task.
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
    """The addressees of an Item: practices, practices in copy, or others."""

    PRACTICES = "practices"
    COPY = "practices in copy"
    OTHERS = "others"
    UNSAID = "not known"


class Inclusion(StrEnum):
    """Whether a scheme includes practice managers. A plan to include them does not include them yet."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    PLANNED = "said to be planned"
    NOT_MENTIONED = "not mentioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefDate:
    """A Deadline as a Brief quotes it. `moved_from`: the date in the Item, where a later text moved it to this."""

    fact: Fact
    deadline: Deadline
    moved_from: Deadline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The fields that a reader decides by in half a minute; core/messages/brief_lines.py has their order and labels.

    `starts` is FROM, `reply_by` is REPLY BY, `also_by` the further dates on which something is due. `contract` is the
    time that the contract gives, such as "30 days", where the Item gives less.
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
