"""The words of this field: which mean one thing, and which stand in every second headline.

Headlines of one announcement share few words: one paper says jab and over-50s, a letter says vaccination and 50-64.
These tables make them comparable (core/stories/features.py). They decide no Topic; those are in topics.yaml.
"""

# Programmes and subjects under their many names. Words as `folded_words` folds them; the longest wording wins.
NAMED: dict[str, tuple[str, ...]] = {
    "new-to-partnership": (
        *("new to partnership", "golden hello", "golden handshake", "golden handcuff", "n2pp", "ntpps", "ntpp"),
        *("partnership scheme", "partnership payment", "partnership premium"),
    ),
    "in-person": ("face to face", "in person", "see patients"),
    "practice-manager": ("practice manager", "pm", "managing partner", "practice business manager"),
    "physician-associate": ("physician associate", "physician assistant"),
    "bank-holiday": ("bank holiday", "good friday", "easter", "easter monday"),
    "care-home": ("care home", "carehome", "nursing home"),
    "pay-award": ("pay rise", "pay award", "pay uplift", "pay increase", "ddrb", "review body", "wage rise"),
    "pay-declaration": (
        "pay declaration",
        "pay transparency",
        "declare income",
        "declaring gp earning",
        "declare earning",
    ),
    "staff-vaccination": (
        *("vcod", "vaccination as a condition of deployment", "vaccine mandate", "unvaccinated staff"),
        *("mandatory vaccination", "mandatory jab", "compulsory vaccination", "mandatory covid vaccination"),
        *("mandatory covid jab", "compulsory covid vaccination", "compulsory jab", "unvaccinated"),
    ),
    "arrs": ("arrs", "additional role", "additional roles reimbursement scheme", "newly qualified gp"),
    "pcn": ("pcn", "primary care network"),
    "network-des": ("network contract des", "network des", "pcn des"),
    "rsv": ("rsv", "respiratory syncytial virus"),
    "mmr": ("mmr", "mmrv", "measles"),
    "hrt": ("hrt", "hormone replacement", "menopause"),
    "tirzepatide": ("tirzepatide", "mounjaro", "wegovy", "semaglutide", "weight loss jab", "weight loss drug"),
    "enhanced-service": ("enhanced service", "local enhanced service"),
    "cyber-attack": ("cyber attack", "cyberattack", "cyber incident", "ransomware", "synnovis"),
    "online-access": (
        *("online consultation", "online access", "online booking", "online request", "online form"),
        *("online tool", "consultation tool", "online gp booking", "online gp appointment"),
    ),
    "records-access": ("record access", "access to record", "access to medical record", "patient record access"),
    "opt-out": ("opt out", "gpdpr", "data extraction"),
    "jess-rule": ("jesss rule", "jess rule", "jessica brady", "three strike"),
    "dspt": ("dspt", "security and protection toolkit", "data security toolkit"),
    "edec": ("edec", "electronic declaration", "practice self declaration"),
    "list-cleansing": ("list cleansing", "list reconciliation", "list maintenance", "list validation"),
    "global-sum": ("global sum", "core funding"),
    "opening-hours": (
        "opening hour",
        "extended access",
        "extended hour",
        "seven day",
        "saturday opening",
        "open longer",
    ),
    "special-measures": ("special measure", "inadequate"),
    "serious-shortage": ("serious shortage protocol", "ssp"),
    "collective-action": ("collective action", "industrial action", "work to rule"),
    "premises-fund": ("modernisation fund", "premises fund", "infrastructure fund", "premises upgrade"),
    "call-and-recall": ("call and recall", "catch up"),
    "not-yet": (
        "no start date",
        "no date",
        "still no",
        "yet to",
        "not yet",
        "still waiting",
        "still wait",
        "told to wait",
    ),
    "turned-back": ("u turn", "uturn"),
    "brought-forward": ("brought forward", "bring forward", "start earlier", "starts earlier", "start early"),
    "delay": ("put back", "pushed back", "push back", "held back"),
    "start": ("roll out", "rolled out", "rolling out", "kick off", "rollout"),
}

# One word for all words of a line.
_ALIKE = """
vaccine vaccination vaccinate vaccinated vaccinating jab vac vax immunisation immunise immunised shot dose
gp doctor surgery practice
flu influenza
covid coronavirus covid19
start starting started begin begins beginning begun launch launched launching commence commenced underway
delay delayed postpone postponed late later
scrap scrapped scrapping axe axed abolish abolished abolition drop dropped remove removed
extend extended extension widen widened expand expanded expansion
fund funding funded cash money
appointment booking book booked
premises building
contract contractual
payment pay paid
change changed changing
strike walkout
government ministers minister dhsc department
cancel cancelled cancellation
winter autumn season seasonal
access accessing
letter
warn warned warning
eligible eligibility
screening screened
shortage supply
inspection inspect inspector rating rated
turned-back reversal reverse reversed
limit limited
declare declaration declaring declared
"""

# Words of any announcement: they weigh little when two headlines share them.
_COMMON = """
gp nhs england english uk primary care general programme scheme service patient people health national government
offer given set staff support plan information guidance rule important public million free available deliver campaign
open improve major cut urged urge confirm bulletin announce announced announcement publish published team provide
local system work role use make made get take call help ask asked speak spoken warn warned reveal reveals claim demand
accuse face fear hit back reject vote welcome criticise slam defend admit insist insists raise rise fall show shown find
found report reported review issue issued chaos fury crisis pressure concern risk problem question answer react
reaction leader leaders boss chief pledge promise tells letter rules minister ministers mp mps
thousands hundreds half big biggest huge final full extra more less many few
"""

# The subjects themselves. That two headlines share one is already known from their Topic.
_SUBJECTS = """
flu covid vaccine contract access appointment payment partnership winter online start change fund screening premises
strike delay cqc pcse bma lmc letter london pcn medicine drug record pay-award
january february march april june july august september october november december
"""

_SILENT = """
a an and are as at be been but by can could do does for from get had has have he her his how i if in into is it its may
might more most must my no not now of off on or our out over own per she so than that the their them then there these
they this those to too under until up us was we were what when where which who why will with would you your yet after
before about says said say told tell amid due all any other some also just like via new news latest update updated here
need know today tomorrow year month week day time first next last two three four five one copy full aged age old being
both each every between during since while through per s t re still want go going back down year
"""


def _map_to_first_of_line(table: str) -> dict[str, str]:
    return {word: line.split()[0] for line in table.strip().splitlines() for word in line.split()}


ALIKE = _map_to_first_of_line(_ALIKE)
COMMON = frozenset(_COMMON.split())
SUBJECTS = frozenset(_SUBJECTS.split())
SILENT = frozenset(_SILENT.split())
