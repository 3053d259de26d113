"""Readers of an announcement: whom it addresses, who must act, whether it binds, where practice managers stand.

The only lists of who is a general practice and who is not; stories/authority.py reads them too.
"""

import re
from collections.abc import Iterable

from watcher.core.language.word_lists import any_of, pattern, whole_words
from watcher.model import Actor, Audience, Inclusion, Obligation

OTHER_BODIES = any_of(  # bodies of the health service, and beside it, that are no general practice
    r"""icbs?, integrated care boards?, (?:nhs |acute |community |mental health |hospital )?trusts?, hospitals?
    (?:community )?pharmac(?:y|ies|ists?), dent(?:al|ists?)\w*, optom\w+, opticians?, local authorit(?:y|ies), schools?
    universit\w+, care providers?, ambulance\w*"""
)
OUR_BODIES = any_of(
    r"""general practices?, gp practices?, practices?, gps?, surger(?:y|ies), practice managers?, gp partners, pcns?"""
)
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
# Who is surely addressed, in the plural: nurses "return to practice", children go "to school", patients "to hospital".
_ADDRESSED = any_of(
    r"""general practices?, gp practices?, all practices, practices, gps, surgeries, practice managers
    gp partners, pcns"""
)
_TO_PRACTICES = pattern(
    rf"\bDear (?:colleague|practice manager|GP)|\bto:? (?:all )?{_ADDRESSED}\b(?! by)|\basks {_ADDRESSED} to\b"
    rf"|\b{_ADDRESSED}(?: [\w-]+){{0,2}} "
    r"(?:must|should|need to|have until|have to|are (?:asked|required|told|reminded|invited)|will be required)\b"
)
_TO_OTHERS = pattern(
    r"\b(?:addressed to|letter to|to:?) (?:all )?(?:icbs|integrated care boards|trusts|hospitals|pharmac\w+)\b"
)
_MANAGERS = whole_words("practice managers?")
_EXCLUDED = whole_words(
    r"""not eligible, ineligible, excluded, excluding, not included, left out, cannot, will not be, but not, except
    not to add, refused, rejected"""
)
_PLANNED = whole_words(
    r"""working on, plans? to, planned, hopes? to, intends? to, consider\w*, looking at, may be, could be, would like to
    expected to, set to, calls? for, called for"""
)
_INCLUDED = whole_words(
    r"including, includes?, included, eligible, added, can apply, may apply, extended to, open to, join"
)

_OTHER_ACTORS = any_of(
    r"""ministers?, government, health secretary, secretary of state, dhsc, department, treasury, nhs england, nhse
    ics, icss, commissioners?, ccgs?, councils?, contractors, patients?, people, adults, children, parents
    public, residents
    bird keepers, keepers, farmers, mps, suppliers?, manufacturers, employers, companies, firms, businesses, trump
    eu, uk, boards, regions?, providers?, systems, capita, pcse, the bma, bma, rebels"""
)
_OUR_ACTORS = any_of(r"managers, partners, networks?, you, salaried gps, locums, practitioners, clinicians, staff")
_EITHER = rf"(?:(?P<others>{OTHER_BODIES}|{_OTHER_ACTORS})|(?P<ours>{OUR_BODIES}|{_OUR_ACTORS}))\b"
_TELLING_VERBS = any_of(
    r"""g[ai]ven?, gives, giving, tells?, told, asks?, asked, asking, urg\w+, instruct\w*, remind\w*, orders?
    ordered, wants?, expects?, encourag\w+, advis\w+, invit\w+, allows?, requires?, warn\w*"""
)
_TOLD_TO_ACT = pattern(rf"\b{_TELLING_VERBS} (?:all |the |its |their |local |every )*{_EITHER}")
_MODAL = r"(?:must|should|will|shall|can|may|need|needs|have|has|had|are|is|were|do|does|that|who|to)"
_ACTING = pattern(rf"\b{_EITHER}(?: [\w'’-]+){{0,3}}? {_MODAL}\b")
_MENTIONED = pattern(rf"\b{_EITHER}")


def read_obligation(sentences: Iterable[str]) -> Obligation:
    """Whether the text binds or asks; "not a contractual requirement" is searched for before "requirement"."""
    all_sentences = list(sentences)
    for obligation, wording in (
        (Obligation.REQUEST, _NOT_BINDING),
        (Obligation.BINDING, _BINDING),
        (Obligation.REQUEST, _REQUEST),
    ):
        if any(map(wording.search, all_sentences)):
            return obligation
    return Obligation.UNSAID


def read_audience(sentences: Iterable[str]) -> Audience:
    """Whether the text addresses practices, or others, or others with practices in copy; UNSAID if none of these."""
    all_sentences = list(sentences)
    for audience, wording in (
        (Audience.COPY, _COPY),
        (Audience.PRACTICES, _TO_PRACTICES),
        (Audience.OTHERS, _TO_OTHERS),
    ):
        if any(map(wording.search, all_sentences)):
            return audience
    return Audience.UNSAID


def read_inclusion(sentences: Iterable[str]) -> Inclusion:
    """Whether practice managers are included, excluded or planned for, or not mentioned.

    The last sentence that says so counts, as a page tells the history first.
    """
    inclusion = Inclusion.NOT_MENTIONED
    for sentence in filter(_MANAGERS.search, sentences):
        wordings = ((Inclusion.EXCLUDED, _EXCLUDED), (Inclusion.PLANNED, _PLANNED), (Inclusion.INCLUDED, _INCLUDED))
        inclusion = next((candidate for candidate, wording in wordings if wording.search(sentence)), inclusion)
    return inclusion


def read_actor(sentence: str) -> Actor:
    """The Actor: whoever is told to act, else whoever must or does act, else the only kind of body mentioned.

    UNSAID when nobody is mentioned, or both practices and others are.
    """
    mention = _MENTIONED.search(sentence)
    if mention is None:
        return Actor.UNSAID
    begin = mention.start()  # whoever acts is mentioned: nothing before it has to be searched again
    match = _TOLD_TO_ACT.search(sentence) or _ACTING.search(sentence, begin)
    if match:
        return _find_actor(match)
    actors = {_find_actor(match) for match in _MENTIONED.finditer(sentence, begin)}
    return actors.pop() if len(actors) == 1 else Actor.UNSAID


def _find_actor(match: re.Match[str]) -> Actor:
    return Actor.PRACTICES if match["ours"] else Actor.OTHERS
