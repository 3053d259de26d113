"""The words with which practices are told or asked to do something, and those of what is no task: patterns."""

import re

from watcher.core.audience.actors import OTHER_BODIES
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import any_of, pattern
from watcher.core.statements.statement import ENDS, IN_CLAUSE

_WHICH = any_of(
    r"""all, every, each, any, interested, participating, eligible, remaining, local, the, other, gp, general
    dispensing
    member, host, primary, care, medical, services?, health, healthcare, practice, clinical, nursing, vaccination
    system
    individual, these, both"""
)
_NAMED = any_of(
    r"""general practices?, gp practices?, practices?, surger(?:y|ies), contractors?, gps?, gp teams?, partners?
    pcns?, primary care networks?, practice managers?, managers, clinicians?, practitioners?, prescribers?
    practice (?:staff|teams?|nurses?|leads?|sponsors?), surgery teams?, providers?, sites?, caldicott guardians?, teams
    practice (?:and|or) pcn managers?, users?, user administrators?, sponsors?
    (?:contract )?holders? of a [\w\s,]{3,30} contract
    family doctors, doctors, practice nurses"""
)
_READER = any_of(r"""you, colleagues""")
SUBJECT = (
    rf"(?P<subject>(?:{_WHICH} )*(?:{_NAMED}|{_READER})(?: of (?:each|every) practice)?(?: \([^()]{{1,60}}\))?"
    rf"(?:(?:,| and| or) (?:{_WHICH} )*{_NAMED}){{0,2}})"
)
_MODAL_WORDS = r"must|should|need|needs|will|can|may|asked|required|told|are to|is to"
RESTRICTION = (
    r"(?P<restriction>,? (?:that|who|which|with|in|on|not|still|as|whose|across|there|yet|\w+ing)\b"
    rf"(?:(?! (?:{_MODAL_WORDS})\b)[^.;:|]){{0,90}}?)?"
)
_ADVERB = r"(?: (?:also|now|therefore|then|still|please|again|however|always|already|simply|only))*"
BOUND = any_of(
    r"""must, need to, needs to, have to, has to, are required to, is required to, will need to, will be required to
    are obliged to, will have to, shall, are instructed to, are contractually required to, have until [\w ]{3,30}? to
    are to, is to, have been told to, have been instructed to, need"""
)
_ASKED = any_of(
    r"""should, are asked to, is asked to, are requested to, are reminded to, are advised to, are expected to
    are urged to, are encouraged to, are invited to, have been asked to, has been asked to, is requested to
    are being asked to, are now asked to, have been advised to, asked to, told to, urged to"""
)
_NOT_ASKED = any_of(
    r"""must not, should not, may not, are asked not to, is asked not to, are told not to, are advised not to
    have been asked not to, have been told not to, should no longer, must no longer, are not to"""
)
_VERBS = any_of(
    r"""accept, act, activate, add, address, administer, advise, agree, answer, apply, appoint, approve, arrange, ask
    assess, attend, audit, begin, book, bring, call in, call, cancel, carry out, cease, change, check, claim, close
    code
    collect, complete, confirm, consider, contact, continue, co-?operate, correct, declare, delete, deliver, destroy
    discard, disable, display, download, draw up, email, e-mail, enable, encourage, end-date, enrol, enter, ensure
    establish, evaluate, exclude, explain, express, extend, fill in, finish, follow, get, give, go through, hand, hold
    identify, immunise, implement, include, inform, install, invite, issue, keep, let, limit, list, log, maintain, make
    map, migrate, monitor, move, name, nominate, notify, offer, open, operate, opt, order, participate, pass, pause, pay
    phone, plan, post, prepare, prescribe, press, prioritise, provide, publish, put, quarantine, reapply, recall, record
    refer, register, reject, remove, renew, repeat, reply, report, request, reschedule, respond, restart, retain, return
    reverse, review, ring, run down, run, schedule, screen, search, send, set, share, sign off, sign up, sign
    start, stop, store
    submit, re-?submit, subscribe, suspend, switch, take down, take, telephone, tell, test, throw, train, transfer
    treat
    undertake, update, upgrade, upload, use up, use, vaccinate, validate, verify, wait, withdraw, work, write"""
)
POINTERS = pattern(
    r"^(?:see|read|refer to|visit|click|note|be aware|contact (?:us|your|the|their)|consider (?:the|this|these|how"
    r"|whether)"
    r"|make (?:themselves|yourself) (?:aware|familiar)|share (?:this|the)|email (?:us|the)|send (?:us )?(?:any|your"
    r"|further|all)? ?(?:further )?"
    r"(?:questions|queries|feedback|comments)|ask (?:your|their|any|why|for)|follow (?:us|the link|the)|use (?:the"
    r"|this) (?:link|form below|online)"
    r"|take (?:no|note|care|a look|into|part|the money)|give (?:us )?feedback|continue to (?:work|be)|tell us if"
    r"|call (?:on|for)|open (?:their|your) doors"
    r"|get through|start the conversation|need|be|have|work with|keep up|let us)\b"
)
ANAPHORA = pattern(
    r"^[\w-]+(?: (?:up|in|out|off|on|for|to|down))? (?:so|it|this|that|these|those|them|such)(?=$| (?:in|by|to|as|on"
    r"|with|and|up|down)\b)"
)
_NEED_NOT = any_of(
    r"""need not, do not need to, does not need to, no longer need to, no longer have to, do not have to
    are not required to, are no longer required to, will not need to, will no longer need to, are not expected to"""
)
_TASK_ENDS = (
    rf"{ENDS}|[;:?|]| [–-] |, (?:which|while|although|but|with \w+ing|so that|including|such as|because|as)\b"
    r"| so that | because |, '|, “"
)
_TASK, _ANY_TASK = (rf"(?P<task>{verb}\b{IN_CLAUSE}*?)(?={_TASK_ENDS})" for verb in (_VERBS, "[a-z]+"))
TOLD = pattern(
    rf"(?<![\w-]){SUBJECT}{RESTRICTION},? (?:(?P<negation>{_NOT_ASKED})|(?P<modal>{BOUND}|{_ASKED})){_ADVERB} {_TASK}"
)
NEEDLESS = pattern(rf"(?<![\w-]){SUBJECT}{RESTRICTION},? (?P<modal>{_NEED_NOT}) {_ANY_TASK}")
# "practices who are yet to accept these offers, and we ask that these are accepted as soon as possible"
YET_TO = pattern(
    rf"\b{SUBJECT} (?:that|who|which) (?:are|have) (?:still )?(?:yet )?to (?P<task>{_VERBS}\b{IN_CLAUSE}*?)(?={ENDS}"
    rf"|,? and )"
)
ASKS = pattern(r"\b(?:ask|please|remind\w*|urge|encourage|should|must|need)\b")
ASKING = any_of(
    r"""ask(?:s|ed|ing)?, encourag(?:e|es|ed|ing), urg(?:e|es|ed|ing), remind(?:s|ed|ing)?, advis(?:e|es|ed|ing)
    requir(?:e|es|ed|ing), invit(?:e|es|ed|ing), instruct(?:s|ed|ing)?, tells?, telling, told, directs?, directed
    wants"""
)
WE_ASK = pattern(rf"\b{ASKING} {SUBJECT}{RESTRICTION} (?P<negation>not )?to {_TASK}")
# "In a message to practices the team asked them to ring everyone aged 75 or over"
ASK_THEM = pattern(rf"\b(?:{_NAMED})\b{IN_CLAUSE}{{3,120}}?\b{ASKING} them (?P<negation>not )?to {_TASK}")
PLEASE = pattern(rf"(?:^|, |\band |: )please (?P<negation>do not )?(?:(?:also|now|then|always) )*{_TASK}")
_OPENING = (
    r"(?:(?:before then|by then|now|then|first|in the meantime|until (?:this is known|then|further notice)"
    r"|for each \w+|to [\w ]{3,30}|from [\w ]{3,20}"
    r"|as a first step), )?"
)
IMPERATIVE = pattern(rf"^(?P<opening>{_OPENING})(?P<negation>(?:please )?do not )?{_TASK}")
AFTER_CONDITION = pattern(rf"^(?:if|where|once|when) {IN_CLAUSE}{{3,80}}?, (?:please )?{_TASK}")
LABELLED = pattern(rf"(?:^|\| )(?:action(?: required| needed)?|what to do|to do|task): (?P<negation>do not )?{_TASK}")
DONE_TO = pattern(
    rf"(?:^|[.;:] |, and |, |that )(?P<thing>(?:(?:a|an|the|all|any|each|these|completed|signed|separate|new|your"
    rf"|one) )*"
    r"(?:[\w-]+ ){0,5}?[\w-]+(?: (?:already begun|of the [\w ]{3,20}))?)(?:, together with [\w ]{3,40},)? "
    r"(?:must|needs? to|ha(?:s|ve) to|should|is to|are to) (?P<negation>not )?(?:still |now |also |first )?"
    rf"(?P<done>(?:be|have been) (?:\w+ly )?\w+(?:ed|en|wn|de|nt|ut|id|ne|ld)\b{IN_CLAUSE}*?)(?={_TASK_ENDS}|, and )"
)
THINGS = pattern(
    r"\b(?:forms?|certificates?|returns?|claims?|declarations?|applications?|submissions?|requests?|data|records?|opt-?outs?"
    r"|reports?|responses?|documents?|payments?|orders?|notices?|registers?|lists?|stock|templates?|policies|audits?"
    r"|notifications?|invoices?|estimates?|changes|details|questionnaires?|toolkits?|agreements?|batches|parcels?|calls"
    r"|invitations?|sheets?|preparations(?: already begun)?|stock of the [\w ]{3,20}|leaflets?|schedules?|offers?)$"
)
ACTION_HEADING = pattern(
    r"^(?:\d+[.)] ?)?(?:(?:immediate |required |key )?actions?(?: required| needed| to take| for [\w ]{3,40})?"
    r"|next steps|to do|what to do"
    r"|what .{0,40}\b(?:need|needs|should|must|have|has|asked)\b.{0,20}\bdo(?: now)?|how to (?:apply|order|claim)"
    r"|advice for (?:healthcare|health) professionals|for action)\W*$"
)
ASKING_LEAD = pattern(
    rf"\b(?:{ASKING}|must|should|need|needs|please|required|expected|have|has)\b[^.]*\b(?:to|following|steps"
    rf"|actions|now)\W*$|^(?:please|action)\b|\b(?:must|should|need to|please|asked to|required to)\W*$"
)
LEAD_OF_OTHERS = pattern(rf"\b(?:{OTHER_BODIES}|boards?|systems?|services|patients?|included|eligible|issue)\b")
BY_DATE = lazy_regex(
    r",? ['‘“\"]?(?:by|before|no later than|not later than|within|on or before|ahead of|until|prior to|from"
    r"|on)(?: the end of| end of"
    r"| close of (?:play|business)(?: on)?)?(?: [\w:.]+)?(?: on)? ?(?:(?:one|two|three|four|five|six|seven|eight|ten"
    r"|fourteen) (?:working )?(?:hours?|days?|weeks?|months?)|(?!\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m)\d"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|january|february|march|april|may\b|june|july|august"
    r"|september|october|november|december|midnight|noon|spring|summer|autumn|winter|the end of)[^;:,]*$",
    re.IGNORECASE,
)
MEANS_EACH = pattern(r"^(?:all|every|each)\b(?!.*\b(?:not|cannot|fail\w*|unable)\b)")
LIMITED = pattern(
    r"\b(?:interested|participating|eligible|remaining|dispensing|that|who|which|whose|with|without|still|not|in|on|yet"
    r"|across|there|pcns?|networks?|sites?|partners?|practice managers?|prescribers?|users?|sponsors?"
    r"|administrators?|\w+ing"
    r"|holders?)\b|\("
)
OPINION = pattern(
    r"\b(?:warn(?:s|ed|ing)?|fear(?:s|ed)?|claim(?:s|ed) that|call(?:s|ed|ing)? (?:on|for)|campaign\w*|petition"
    r"|argu\w+|suggest\w*|believ\w*|hop(?:es?|ed|ing)"
    r"|demand\w*|charity|charities"
    r"|patients['’] groups?|mps?|committee of mps|recommend\w*|propos\w+|ashamed|moral duty|readers?)\b"
)
THEIRS = pattern(
    rf"\b(?:{OTHER_BODIES}|community|foundation|pharmacy|veterinary|vet|legal|optical|optometry|dental"
    rf"|secondary care|ophthalmic|by|for|to|of|from|with|than|if"
    rf"|where|when|way|how|what|which|why|whether)\s*$"
)
SPEAKS_TO_READER = pattern(r"^(?:you|colleagues|teams|clinicians|providers|managers|practitioners|users?|sites?)\b")
NEGATIVE = pattern(r"\b(?:do not|need not|put on hold|stop)\b")
IS_WITHDRAWN = pattern(
    r"\b(?:withdrawn|cancelled|scrapped|called off|will not go ahead|roll-?out halted|collection (?:paused"
    r"|suspended))\b"
)
