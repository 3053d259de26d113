"""Who is to act, and whether money hangs on it, by the words of the sentence."""

from watcher.core.language.patterns import any_of, pattern
from watcher.model.deadline import Actor

_OTHERS = any_of(
    r"""ministers?, government, health secretary, secretary of state, dhsc, department, treasury, nhs england
    nhse, icbs?, integrated care boards?, ics, icss, commissioners?, ccgs?, trusts?, hospitals?, councils?
    local authorit\w+, pharmac(?:y|ies|ists?), contractors, dentists?, optometrists, patients?, people
    adults, children, parents, public, residents, bird keepers, keepers, farmers, mps, suppliers?
    manufacturers, schools?, universit\w+, employers, companies, firms, businesses, trump, eu, uk, boards
    regions?, providers?, systems, capita, pcse, the bma, bma, rebels"""
)
_OURS = any_of(
    r"""practices?, gps?, surger(?:y|ies), general practice, practice managers?, managers, partners, pcns?
    networks?, you, salaried gps, locums, practitioners, clinicians, staff"""
)
_EITHER = rf"(?:(?P<others>{_OTHERS})|(?P<ours>{_OURS}))\b"
_TELL = any_of(
    r"""g[ai]ven?, gives, giving, tells?, told, asks?, asked, asking, urg\w+, instruct\w*, remind\w*, orders?
    ordered, wants?, expects?, encourag\w+, advis\w+, invit\w+, allows?, requires?, warn\w*"""
)
_TOLD = pattern(rf"\b{_TELL} (?:all |the |its |their |local |every )*{_EITHER}")
_MODAL = r"(?:must|should|will|shall|can|may|need|needs|have|has|had|are|is|were|do|does|that|who|to)"
_ACTS = pattern(rf"\b{_EITHER}(?: [\w'’-]+){{0,3}}? {_MODAL}\b")
_NAMED = pattern(rf"\b{_EITHER}")
_PAYMENT = pattern(
    r"£\s?\d|\b(?:payments?|paid|fees?|bonus|incentives?|funding|item of service|reimburse\w*)\b",
)


def read_actor(sentence: str) -> Actor:
    """Who is to act: who is told to, else who does, else who alone is named."""
    for known in (_TOLD, _ACTS):
        found = known.search(sentence)
        if found:
            return Actor.PRACTICES if found["ours"] else Actor.OTHERS
    named = {Actor.PRACTICES if found["ours"] else Actor.OTHERS for found in _NAMED.finditer(sentence)}
    return named.pop() if len(named) == 1 else Actor.UNSAID


def mentions_payment(sentence: str) -> bool:
    """Whether money hangs on it."""
    return bool(_PAYMENT.search(sentence))
