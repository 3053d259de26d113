"""How an announcement stands to its reader: does it bind, is it addressed to practices, are practice managers in it."""

from collections.abc import Iterable

from watcher.core.language.patterns import pattern, whole_words
from watcher.model import Audience, Inclusion, Obligation

_NOT_BINDING = whole_words(r"not contractual, not a contractual, voluntary, optional, not mandatory, not binding")
_BINDING = whole_words(
    r"""must, required to, contractual, contract(?:ual)? requirement, mandatory, obliged to, have to, has to
    will be required, breach notices?"""
)
_REQUEST = whole_words(
    r"""asked to, asks (?:[\w-]+ ){1,3}?to, encouraged to, encourages, invited to, urged to, requested to
    advised to, please"""
)
_COPY = whole_words(r"in copy, copied to, copied in, copies (?:general )?practices?, for information only")
_OURS = r"(?:general practices?|GP practices?|all practices|practices|GPs|surgeries|practice managers|GP partners|PCNs)"
_TO_US = pattern(
    rf"\bDear (?:colleague|practice manager|GP)|\bto:? (?:all )?{_OURS}\b(?! by)|\basks {_OURS} to\b"
    rf"|\b{_OURS}(?: [\w-]+){{0,2}} "
    r"(?:must|should|need to|have until|have to|are (?:asked|required|told|reminded|invited)|will be required)\b"
)
_TO_OTHERS = pattern(
    r"\b(?:addressed to|letter to|to:?) (?:all )?(?:ICBs|integrated care boards|trusts|hospitals|pharmac\w+)\b"
)
_MANAGERS = whole_words("practice managers?")
_OUT = whole_words(
    r"""not eligible, ineligible, excluded, excluding, not included, left out, cannot, will not be, but not, except
    not to add, refused, rejected"""
)
_PLANNED = whole_words(
    r"""working on, plans? to, planned, hopes? to, intends? to, consider\w*, looking at, may be, could be, would like to
    expected to, set to, calls? for, called for"""
)
_IN = whole_words(r"including, includes?, included, eligible, added, can apply, may apply, extended to, open to, join")


def read_obligation(sentences: Iterable[str]) -> Obligation:
    """Whether it binds or asks; "not a contractual requirement" is heard before "requirement"."""
    known = list(sentences)
    for force, wanted in (
        (Obligation.REQUEST, _NOT_BINDING),
        (Obligation.BINDING, _BINDING),
        (Obligation.REQUEST, _REQUEST),
    ):
        if any(map(wanted.search, known)):
            return force
    return Obligation.UNSAID


def read_audience(sentences: Iterable[str]) -> Audience:
    """Whether it speaks to practices, or to others with practices in copy."""
    known = list(sentences)
    for address, wanted in ((Audience.COPY, _COPY), (Audience.PRACTICES, _TO_US), (Audience.OTHERS, _TO_OTHERS)):
        if any(map(wanted.search, known)):
            return address
    return Audience.UNSAID


def read_inclusion(sentences: Iterable[str]) -> Inclusion:
    """What is said of practice managers; the last word counts, as a page tells the history first."""
    standing = Inclusion.NOT_MENTIONED
    for sentence in filter(_MANAGERS.search, sentences):
        said = ((Inclusion.EXCLUDED, _OUT), (Inclusion.PLANNED, _PLANNED), (Inclusion.INCLUDED, _IN))
        standing = next((known for known, wanted in said if wanted.search(sentence)), standing)
    return standing
