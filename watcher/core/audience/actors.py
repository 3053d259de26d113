"""Who must act on a sentence, and whether an announcement binds.

The only lists of who is a general practice and who is not: addressees.py and stories/authority.py read them too.
"""

import re
from collections.abc import Iterable

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import any_of, pattern, whole_words
from watcher.model import Actor, Obligation

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

_OTHER_ACTORS = any_of(
    r"""ministers?, government, health secretary, secretary of state, dhsc, department, treasury, nhs england, nhse
    ics, icss, commissioners?, ccgs?, councils?, contractors, patients?, people, adults, children, parents
    public, residents
    bird keepers, keepers, farmers, mps, suppliers?, manufacturers, employers, companies, firms, businesses, trump
    eu, uk, boards, regions?, providers?, systems, capita, pcse, the bma, bma, rebels"""
)
_OUR_ACTORS = any_of(r"managers, partners, networks?, you, salaried gps, locums, practitioners, clinicians, staff")
_THINGS = any_of(
    r"""agreements?, contracts?, letters?, schemes?, forms?, specifications?, portals?, websites?, bulletins?, surveys?
    deadlines?, guidance"""
)
# "The ICB Local Commissioning Agreement has been sent out": a thing of theirs does not act.
_EITHER = (
    rf"(?:(?P<others>(?:{OTHER_BODIES}|{_OTHER_ACTORS})(?!(?: [\w'’-]+){{0,2}} {_THINGS}\b))"
    rf"|(?P<ours>{OUR_BODIES}|{_OUR_ACTORS}))\b"
)
_TELLING_VERBS = any_of(
    r"""g[ai]ven?, gives, giving, tells?, told, asks?, asked, asking, urg\w+, instruct\w*, remind\w*, orders?
    ordered, wants?, expects?, encourag\w+, advis\w+, invit\w+, allows?, requires?, warn\w*"""
)
# "Practices must tell the ICB": whom practices tell something is not told to act.
_TOLD_TO_ACT = pattern(
    rf"(?<!must )(?<!should )(?<!need to )(?<!have to )\b{_TELLING_VERBS} "
    rf"(?!(?:their|your) (?:local )?{OTHER_BODIES}\b)"
    rf"(?:all |the |its |their |local |every )*{_EITHER}"
)
_MODAL = r"(?:must|should|will|shall|can|may|need|needs|have|has|had|are|is|were|do|does|that|who|to)"
_ACTING = pattern(rf"\b{_EITHER}(?: [\w'’-]+){{0,3}}? {_MODAL}\b")
_MENTIONED = pattern(rf"\b{_EITHER}")
# "Practices should be contacted by their ICB by 13 May": that date is the ICB's.
_DONE_BY_OTHERS = pattern(
    rf"\bbe (?:contacted|notified|informed|told|paid|invited|written to|sent|given|visited)\b(?: [\w'’-]+){{0,3}}? by "
    rf"(?:the |their |your |its )?(?:{OTHER_BODIES}|{_OTHER_ACTORS}) (?:by|before|on|no later than|until)\W*(?:the )?$"
)


def read_obligation(sentences: Iterable[str], instructions: Iterable[str]) -> Obligation:
    """Whether the text binds or asks, by the sentences that tell practices to do something (`instructions`).

    "Not a contractual requirement" counts wherever it stands.
    """
    ours = list(instructions)
    for obligation, wording, among in (
        (Obligation.REQUEST, _NOT_BINDING, list(sentences)),
        (Obligation.BINDING, _BINDING, ours),
        (Obligation.REQUEST, _REQUEST, ours),
    ):
        if any(map(wording.search, among)):
            return obligation
    return Obligation.UNSAID


def read_actor(sentence: str, before_date: str = "") -> Actor:
    """The Actor: whoever is told to act, else whoever must or does act, else the only kind of body mentioned.

    UNSAID when nobody is mentioned, or both practices and others are. `before_date`: the words of the sentence that
    stand right before a date, where it is asked whose date that is.
    """
    if _DONE_BY_OTHERS.search(before_date):
        return Actor.OTHERS
    mention = _MENTIONED.search(sentence)
    if mention is None:
        return Actor.UNSAID
    begin = mention.start()  # whoever acts is mentioned: nothing before it has to be searched again
    match = _TOLD_TO_ACT.search(sentence) or _ACTING.search(sentence, begin)
    if match:
        return _find_actor(match)
    actors = {_find_actor(match) for match in _MENTIONED.finditer(sentence, begin)}
    return actors.pop() if len(actors) == 1 else Actor.UNSAID


# Where a clause begins whose subject is another: "; ", "| ", ", and boards will", "RA managers: "
_CLAUSE_BEGINS = lazy_regex(
    r"[;|]\s+|(?<=[a-z)”’'])[.?!]\s+|:\s+(?=[A-Z“])"
    r"|,? (?:and|but|while|whereas) (?=(?:the |all |each |every |their |those )?(?:[\w’'-]+ ){1,4}?(?:must|should"
    r"|will|have|has|are|is|may|can)\b)"
)
_LABEL = lazy_regex(r"^(?P<label>[A-Z][\w ,]{3,40}?)[:.] ")
# "must reach PCSE by 28 February": whom something goes to, or comes from, does not act.
_IS_OBJECT = pattern(
    r"\b(?:to|reach|reaches|with|from|via|through|at|of|tell|notify|inform)(?: the| your| their| our)? $"
)
_FURTHER_OTHERS = any_of(
    r"""wholesalers?, boards?, services, clinics?, locums?, departments?, mps, committee, spokes\w+, campaign\w*
    branch secretaries
    parents, pharmacy owners?, ra managers?, trust colleagues, inspectors?, regional teams?, networks? of, charit\w+
    institute, union, league, conference, parliament, peers, courts?, interviews, microsoft, university"""
)
_ACTOR_NAMED = pattern(
    rf"\b(?:(?P<others>(?:{OTHER_BODIES}|{_OTHER_ACTORS}|{_FURTHER_OTHERS})(?!(?: [\w'’-]+){{0,2}} {_THINGS}\b))"
    rf"|(?P<ours>{OUR_BODIES}|managers|partners|you|your|salaried gps|practitioners|clinicians|staff|users?"
    rf"|colleagues|doctors))\b"
)


def read_clause_actor(sentence: str, position: int) -> Actor:
    """Whose clause it is in which the character at `position` stands: its first body that is named before it.

    UNSAID where the clause names none.
    """
    before = sentence[:position]
    if _DONE_BY_OTHERS.search(before):
        return Actor.OTHERS
    label = _LABEL.match(before)
    if label and (actor := _ACTOR_NAMED.fullmatch(label["label"])):
        return _find_actor(actor)
    begin = max((match.end() for match in _CLAUSE_BEGINS.finditer(before)), default=label.end() if label else 0)
    named = _ACTOR_NAMED.finditer(sentence, begin, position)
    match = next((match for match in named if not _IS_OBJECT.search(sentence, begin, match.start())), None)
    return _find_actor(match) if match else Actor.UNSAID


def begins_clause_of_others(words: str) -> bool:
    """Whether a clause begins in `words` whose subject is another body."""
    return any(
        (actor := _ACTOR_NAMED.match(words, match.end())) and not actor["ours"]
        for match in _CLAUSE_BEGINS.finditer(words)
    )


def _find_actor(match: re.Match[str]) -> Actor:
    return Actor.PRACTICES if match["ours"] else Actor.OTHERS
