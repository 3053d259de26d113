"""Patterns for the words of a sentence that answer each field of a Brief; what their group `cut` matches is kept."""

import re

from watcher.core.language.word_lists import any_of, pattern, whole_words

Patterns = tuple[re.Pattern[str], ...]

_PEOPLE = any_of(
    r"""people, adults, patients, women, men, children, pupils, residents, those, anyone, everyone, all, staff, workers
    carers, partners, GPs, nurses, pharmacists, practices, clinicians"""
)
_AGE = (
    r"(?:aged? )?(?:\d{1,2}\s?(?:-|–|to)\s?\d{1,2}s?|\d{1,2} (?:and|or|years and) (?:over|above|older)"
    r"|(?:over|under)[- ]\d{1,2}s?)"
)
_WORKERS = any_of(
    r"""(?:GP and non-GP |GP )?partners, (?:GP )?practices(?: in England)?, surgeries, PCNs, GPs and practice staff
    (?:salaried )?GPs, clinicians, locums"""
)
_MAY = any_of(
    r"""must, can, will, may, should, need, needs, have until, do not
    are (?:asked|eligible|required|told|encouraged|invited)"""
)
_ROLES = (
    r"nurses?|pharmac|paramedic|podiatr|physio|\bGPs?\b|doctors?|clinician|staff|manager|people|adults"
    r"|aged|carers?|workers?|pregnant|partners?\b|associates?|locums?|pupils|residents|over-\d\ds|households"
)
WHO: Patterns = (
    pattern(
        rf"\b(?:all |healthy |pregnant |new )*{_PEOPLE} (?:who are |in England )?{_AGE}(?: years old| year[- ]olds)?"
    ),
    pattern(
        r"\b(?:aged \d{1,2}\s?(?:-|–|to)\s?\d{1,2}|\d{1,2}(?:-|–|to )\d{1,2}s\b"
        r"|\d{1,2}(?:-|–| to )\d{1,2}[ -]year[ -]olds)"
    ),
    pattern(r"\b(?:over|under)[- ]\d\ds\b"),
    pattern(
        r"\b(?:including|open to|eligible are|extended to) "
        rf"(?P<cut>(?=[^.;:()]{{0,80}}(?:{_ROLES}))\w[^.;:()]{{3,160}}?)(?=[.;:()]|$)"
    ),
    pattern(rf"\b(?P<cut>(?:all |new |newly qualified )*{_WORKERS})(?= {_MAY}\b)"),
)
NOT_WHO: Patterns = (
    pattern(
        r"\b(?P<cut>(?:[\w-]+ ){0,3}?[\w-]+) (?:are|is|were|will be|remain) (?:now )?"
        r"(?:not (?:eligible|included|covered)|excluded|ineligible)"
    ),
    pattern(
        r"\b(?:excluding|except|but not|does not include|do not include) "
        rf"(?P<cut>(?=[^.;:,()]{{0,60}}(?:{_ROLES}))(?!yet|only)[^.;:,()]{{3,80}})"
    ),
)
_VERBS = any_of(
    r"""reply, respond, return, confirm, submit, send, complete, declare, sign up, sign, opt in, opt out, enrol, order
    stop, wait, apply, claim, book, register, check, review, update, switch on, open, offer, invite, call, vaccinate
    report, publish, record, display, nominate, pay, keep, ensure, provide, prepare, email, express interest"""
)
_ASKED = any_of(
    r"""must, should, need to, needs to, have to, has to, please, required to, asked to, urged to
    asks (?:(?!not\b)[\w-]+ ){1,3}?to, invited to, reminded to, encouraged to, expected to, told to, advised to, days to
    hours to, until (?:(?!not\b)[\w:]+ ){1,6}?to"""
)
_FORBIDDEN = any_of(r"""must not, should not, may not
    (?<!that )(?<!who )(?<!which )(?<!they )(?<!you )do not, (?<=asked )not to, (?<=told )not to, (?<=s )not to
    need not, do not need to, does not need to, no longer need to, no longer have to""")
_STRONG = any_of(r"""must, have to, required to, asked to, urged to, encouraged to, reminded to, invited to""")
_NO_VERBS = any_of(
    r"""be, have, not, also, now, do, know, stay, soon, each, all, still, first, never, only, go, see, get"""
)
_ENDS = any_of(r"""by, before, until, within, from, on, no later, and, or, if, when, as, with""")
_WORD = rf"(?: (?!{_ENDS}\b)(?:[\w'’£-]|(?<=\d)[.,](?=\d))+)"
DO: Patterns = (
    pattern(rf"\b(?P<cut>{_FORBIDDEN} (?!{_NO_VERBS}\b)[\w-]+{_WORD}{{0,7}})"),
    pattern(rf"\b{_ASKED}(?: (?:now|also|then|all))? (?P<cut>{_VERBS}\b{_WORD}{{0,7}})"),
    pattern(rf"^(?P<cut>{_VERBS}\b{_WORD}{{1,7}})(?= (?:by|before|until|within|from|no later)\b)"),
    pattern(rf"\b{_STRONG} (?P<cut>(?!{_NO_VERBS}\b)[a-z]+{_WORD}{{0,7}})"),
)
ORDER: Patterns = (
    pattern(
        r"\b(?P<cut>(?:order(?:s|ed|ing)?\b|(?:central|centrally supplied|additional) (?:stock|suppl\w+))[^.;]{0,120}?)"
        r"(?=[.;]|$)"
    ),
)
STOCK = whole_words(r"stock, suppl\w+, vaccines?, doses?, manufacturers?")
MONEY = whole_words(
    r"""paid, pays?, payments?, fees?, fund\w*, grants?, claim\w*, worth, extra, doses?, reimburse\w*, plus, bonus
    offered"""
)
PAID: Patterns = (
    pattern(
        r"(?<!above )(?<!over )(?<!than )(?<!below )(?<!under )"
        r"(?P<cut>(?:up to |an extra |an additional )?£\s?\d[\d,.]*\d?(?:\s?(?:k|m|bn|million|billion)\b)?"
        r"(?: (?:a|an|per|for each|for every|plus|for|towards)\b(?: (?!by\b|before\b|until\b)[\w£,'’-]+){1,5}?)?)"
        r"(?=[.,;)]|$| (?:and|by|before|until|to|from|if|is|are|will|can|on|when|which)\b)"
    ),
    pattern(
        r"\b(?P<cut>(?:no|without) (?:extra |additional |further )?(?:payment|funding|fee|reimbursement)\b[^.;,]{0,60})"
    ),
    pattern(r"\b(?P<cut>item of service (?:fee|payment)[^.;,]{0,40})"),
)
_CODE = r"(?:(?:SNOMED(?: CT)?|Read|clinical|claim|payment|vaccination) )?codes?(?: is| are|:)? [A-Z]?\d{3,18}(?:\.\d)?"
CODE: Patterns = (pattern(rf"\b(?P<cut>{_CODE})\b"),)
_BODY = any_of(
    r"""PCSE, (?:the |your )?(?:local )?commissioner, your ICB, the ICB, the ICO, NHS England, NHSE, NHSBSA, CQC
    CQRS, ImmForm, your (?:local )?LMC, DHSC, UKHSA, the regional team"""
)
REPLY_TO: Patterns = (pattern(rf"\b(?:to|with|via|through|on|reach|e-?mail) (?P<cut>{_BODY})(?!\w)"),)
_MISSED = any_of(
    r"""breach notices?, remedial notices?, escalat\w+, reported to, will not be (?:paid|accepted)
    lose (?:registration|their contract|payment|funding), gaps? in
    late payment charge, withheld, penalt\w+, removed from"""
)
MISSED = pattern(rf"\b{_MISSED}\b")
CONSEQUENCE: Patterns = (pattern(rf"\b(?P<cut>[^.;,]{{0,160}}\b{_MISSED}\b[^.;]{{0,80}})"),)
AREA: Patterns = (
    re.compile(r"\b(?P<cut>(?:NHS )?(?:[A-Z][a-z]+,? (?:and |of )?){1,5}(?:ICB|Integrated Care Board))\b"),
    re.compile(r"(?<!NHS )\b(?P<cut>England|Scotland|Wales|Northern Ireland)\b"),
    re.compile(r"\bNHS (?P<cut>England)\b"),
)
FOR: Patterns = (pattern(r"\b(?:FAO|for the attention of):? (?P<cut>[^.;]{3,80})"),)
# Who in a practice deals with it, by the subject words; the narrower subject first.
OWNERS: tuple[tuple[str, Patterns], ...] = (
    ("registrations", (whole_words(r"list (?:data|clean\w+|reconciliation|size|maintenance), registrations?, FP69"),)),
    (
        "IT and information governance",
        (
            whole_words(
                r"records? access, DSPT, toolkit, GP Connect, GPAD, data extraction, smartcards?, cyber, opt-?outs?"
            ),
        ),
    ),
    (
        "finance",
        (whole_words(r"pensions?, pensionable, pay award, pay declaration, earnings, superannuation, invoices?"),),
    ),
    ("registered manager", (whole_words(r"CQC, e-?dec\w*, self-declaration, electronic declaration"),)),
    ("nurse lead", (whole_words(r"vaccin\w+, immunis\w+, jabs?, boosters?, screening"),)),
    ("prescribing lead", (whole_words(r"shortage of, medicine supply, prescrib\w+, valproate, medicines?"),)),
    ("partners", (whole_words(r"partnership, partners"),)),
)
