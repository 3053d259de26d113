"""The words with which announcements set, move and withdraw dates: compiled patterns, and pieces of longer ones."""

from watcher.core.language.word_lists import BROUGHT_FORWARD, PUT_OFF, TAKEN_BACK, any_of, pattern, whole_words

ANYTHING = pattern("")
NOTHING = pattern(r"(?!)")

NAME = any_of(
    r"""deadlines?, cut-?off(?: dates?)?, closing dates?, time limits?, target dates?, due dates?, end dates?
    closing times?"""
)
_CALLED_OFF = r"dropp\w*, lift\w*, remov\w*, ditch\w*, waiv\w*, shelv\w*, abolish\w*, delet\w*, revers\w*"
GONE = rf"(?:{TAKEN_BACK}|{any_of(_CALLED_OFF)})"
WAS_PUT_OFF = any_of(r"""extended, postponed, delayed, deferred, moved, pushed back, put back""")
_RESCHEDULED = r"mov\w+, push\w*, chang\w+, shift\w*, slipp\w*, roll\w*"
MOVED = rf"(?:{PUT_OFF}|{BROUGHT_FORWARD}|{any_of(_RESCHEDULED)})(?: back| forward| out)?"
ACT = any_of(
    r"""order\w*, apply, applying, applic\w+, claim\w*, book\w*, regist\w+, sign[ -]up\w*, nominat\w+, bid\w*
    submi\w+, enrol\w*, declar\w+, vote\w*, request\w*, respond\w*"""
)
FOR_WHAT = r"(?: (?:for|to|on|by)\b (?:[\w'’/-]+ ){1,9}?)?"  # "deadline for declaring items is"
IS = (
    rf"(?:\s*{any_of('of, is, are, for, on, at, will be, remains, has been set (?:for|at|as), falls on, now, :')}"
    r"|\s*(?:,|-|–|being|in|until|by))*\s*(?:the |its |their |that |a |an )?$"
)
_UNTIL = any_of(
    r"""by, before, until, '?till?, (?:no|not) later than, up to(?: and including)?, prior to, ahead of, through
    (?:between )?now and, now
    in (?:time|advance|readiness) (?:for|of), to be (?:in|received|completed|returned) (?:by|on)"""
)
BY = pattern(
    rf"\b{_UNTIL}[\s,:]*(?:at the latest,?\s*)?(?:(?:the )?(?:end|close) of (?:(?:play|business)(?: on)? )?)?"
    r"(?:at least |at |on |about |around |noon |then )?(?:the )?$",
)
NO_NEED = r"\bno (?:need|requirement|obligation|duty|longer any need|deadline)\b"
NEED_NOT = (
    r"(?:\b(?:do|does|did|will|would|are|is|were|be|should|has|have)(?: not|n['’]t)|\bno longer|\bnever|\bnot)"
    r"(?: be| now| have| currently| actually| being)* ?"
    r"(?:need|have|expected|required?|obliged|asked|compelled|mandatory|necessary)"
)
NOT_NEEDED = (
    r"\bno longer (?:required?|needs?|needed|due|necessary|mandatory|expected|ha(?:ve|s) to)\b"
    r"|\b(?:not|n['’]t) (?:expect|requir|ask|need|want)(?:e|ing)? (?:[\w-]+ ){1,3}?to\b"
    r"|\b(?:not|n['’]t)(?: be)?(?: currently)? (?:required|needed|due|necessary|mandatory|expected|obliged)\b"
)
SAME_CLAUSE = r"(?:(?!\b(?:but|instead|however|although|and must|and should|who|which)\b|;).){0,80}"

# Only reported, nothing to act on: "published on", "since", "in the three months to".
_REPORTING_VERBS = any_of(
    r"""publish\w*, updat\w+, review\w*, born, died, dated, met, held, announc\w+, said, wr[io]t\w+, issu\w+
    report\w*, releas\w+, award\w*, approv\w+, marri\w+, speaking, posted, launched"""
)
HISTORY = pattern(
    rf"\b{_REPORTING_VERBS}(?: \w+)?(?: on| in| at|:)? ?(?:the )?$"
    r"|\b(?:since|dated|as at|last|in the \w+ (?:months|years?|weeks?) to|week to) (?:the )?$"
)
_PAST_STARTS = any_of(
    r"""started, began, commenced, came in(?:to)? (?:force|effect), took effect, went live, launched, introduced
    opened, applied, has applied, have applied, in force, since
    backdated to, retrospectively (?:to|from)"""
)
TOOK_EFFECT = pattern(rf"\b{_PAST_STARTS}(?:\s+(?:from|on|in|at|since))*\s*(?:the )?$")

# Somebody must do something.
DEMAND = whole_words(
    r"""must, needs? to, have to, has to, had to, having to, should, shall, required?, requirements?
    ask(?:s|ed|ing)? (?:\w+ ){0,3}to, told (?:\w+ )?to, urged? (?:\w+ )?to, reminded?, expected to, wants
    have until, has until, at the latest, (?:no|not) later than, instructed, obliged, duty, due, ensure
    to be eligible, deadline, submi\w+, complet(?:e|ed|ing|ion), sign(?:ed|s|ing)?[ -]up
    appl(?:y|ications?), invited to, express(?:ions? of)? interest, be returned, return (?:it|the|your)
    returns, respond, responses, repl(?:y|ies), regist\w+, claims?, declar\w+, opt(?:ing)?[ -](?:in|out)
    confirm, nominat\w+, bids?, switch on, e-?mail, send, (?:is|are|be) paid, payments?
    be (?:done|sent|received|in place|ready), consultation, your views, certificates?, corrected"""
)
# Something is different from then on.
CHANGE = whole_words(
    r"""will, shall, must, required?, have to, has to, able, eligible, starts?, starting, beg[iau]ns?, beginning
    commenc\w+, introduc\w+, roll\w*, mandatory, compulsory, in(?:to)? (?:force|effect), takes? effect
    effective, appl(?:y|ies), available, offered, get, gets, extend\w*, replac\w+, chang\w+, can, allowed
    permitted, entitled, live, joins?, ban(?:s|ned)?, scrapp\w+, abolish\w+, rules?
    new (?:[\w-]+ ){0,3}(?:programmes?|services?|schemes?|arrangements?|requirements?|specifications?|rates?|fees?)"""
)
_WINDOWS = r"""applications?, applying, apply, survey, portal, window, returns?, declaration, consultation
    registrations?, scheme, fund, bids?, bidding, nominations?, e-?dec\w*, bookings?, orders?
    ordering, claims?, submissions?, enrolment, ballot, vote, voting, sign-?ups?, tender
    call for evidence, toolkit, self-assessments?, surveys"""
WINDOW = whole_words(_WINDOWS)
PROGRAMME = whole_words(
    rf"""{_WINDOWS}, offer, contract, programme, campaign, payments?, funding, grants?, collection, reimbursement
    pilot, vaccin\w+, deliver\w*"""
)
# Words that make a duration binding: "takes effect 14 days after".
BINDS = whole_words(
    r"""must, needs? to, have to, has to, should, shall, required, takes? effect, binds, binding, considered
    deemed, at the latest, up to, apply, claim"""
)
