"""What is paid to a practice, with the unit or the condition it is paid for; and how stock is ordered."""

import re
from collections.abc import Iterator, Sequence

from watcher.core.audience.actors import read_clause_actor
from watcher.core.language.word_lists import any_of, pattern, whole_words
from watcher.core.statements.instructions import Writer
from watcher.core.statements.shortening import shorten, trim
from watcher.core.statements.statement import CLAUSE_END, ENDS, IN_CLAUSE, Statement
from watcher.model import Actor, Audience, Fact

_PAYS = whole_words(
    r"""paid, pays?, payments?, payable, fees?, fund\w*, grants?, claim\w*, worth, reimburs\w*, bonus, receives?
    item of service
    tariff, incentive, support, supplement, golden hello, uplift, backfill"""
)
# Money that goes elsewhere, or from the practice.
_NOT_OURS = whole_words(
    r"""million, billion, fines?, fined, penalt\w+, charges?, charged, cost of, (?<!on-)costs, budget, nationally
    prescription, contribution rate, threshold, above, salary, salaries, earn\w*, savings?, debt, overpaid, owed
    invoices?, levy, pensionable, per board
    (?:services|boards|trusts|hospitals|pharmac\w+|clinics) (?:are|will be|is) paid
    pharmacy owners, fixed payment, patients pay, annual fee, registration fee, raised, consultations are paid
    to the (?:hospice|hospital|trust|provider), applicants?, bursary"""
)
_UNSURE = pattern(
    r"\b(?:call(?:s|ed|ing)? for|demand\w*|propos\w+|asked for|should be paid|want\w*|offer rejected|campaign\w*"
    r"|pocket\w*)\b"
)
_BIG = r"(?!\s?(?:m|bn|million|billion)\b)"
_SUM = rf"(?:(?:up to|about|around|an extra|an additional|at least|a further) )?£\s?\d[\d,]*(?:\.\d+)?k?\b{_BIG}"
_UNIT_WORDS = r"(?:of|per|a|an|for|for each|for every|each|plus|and|towards|over)"
_FOR_WHAT = rf"(?: {_UNIT_WORDS}\b{IN_CLAUSE}{{2,80}}?)?"
_STOPS = (
    r",? (?:which|when|where|if|by|before|until|from|will|is|are|can|to|on|has|have|under|as|but|in|together"
    r"|towards cover|with)\b|, "
)
_AMOUNT = pattern(
    rf"(?P<cut>{_SUM}{_FOR_WHAT}(?:(?:,? plus|,? and|;|, [\w -]{{3,40}}, and) {_SUM}{_FOR_WHAT})*)(?=[)]|{_STOPS}"
    rf"|{ENDS})"
)
_PAID_FOR = pattern(
    rf"(?P<cut>{_SUM})(?: \w+){{0,3}}? (?:will be|is|are|was) (?:paid"
    rf"|payable)(?: to [\w ]{{3,30}}?)? (?P<unit>(?:for|per) {IN_CLAUSE}{{3,80}}?)"
    rf"(?=, |{ENDS})"
)
_WORTH = pattern(rf"^(?P<unit>an? [\w ]{{3,30}}?) is worth (?P<cut>{_SUM})")
_FOR_WHOM = (
    pattern(r"^(?P<unit>for (?:an?|each|every|those) [^,.;:]{3,60}?)(?:,| (?=(?:our|we|the|this|it|there|up)\b))"),
    pattern(
        r"(?:^|, )(?P<unit>(?:each|every) (?:practice|site)[^,.;:]{0,50}?) (?:receives|gets|is paid|will receive"
        r"|will be paid)\b"
    ),
    pattern(
        r"^(?P<unit>practices (?:that|which|who) [^.;:]{3,80}?) (?:receive|get|are paid|will receive|will be paid)\b"
    ),
)
_TABLE_ROW = pattern(rf"^(?P<unit>[^:]{{3,50}}): (?P<cut>{_SUM}(?: (?:each|per [\w ]{{3,30}}))?)(?=[, ]|{ENDS})")
_GLOBAL_SUM = pattern(
    rf"\bglobal sum\b{IN_CLAUSE}{{0,80}}?(?:(?:from|went from"
    rf"|up from) {_SUM}(?: per [\w ]{{3,30}}?)? )?to (?P<cut>{_SUM} per (?:weighted )?\w+)"
)
_PAYMENT_HEADING = pattern(r"^(?:payments?|tariffs?|fees?|funding)\W*$")
_UNPAID = pattern(
    rf"\b(?P<cut>(?:no|without(?: any)?) (?:extra |additional |further |new )?(?:payment"
    rf"|funding)\b{IN_CLAUSE}{{0,60}}?)"
    rf"(?=, |{ENDS})"
)
_ITEM_OF_SERVICE = pattern(
    rf"\b(?P<cut>(?:an? )?item of service (?:fee|payment)s?(?: of £\s?\d[\d,]*(?:\.\d+)?)?{IN_CLAUSE}{{0,90}}?)"
    rf"(?=, | under | is payable| stays|{ENDS})"
)


def find_payment(statements: Sequence[Statement], writer: Writer) -> Fact | None:
    """What a practice is paid, with what it is paid for; None where the sum is somebody else's, or only asked for."""
    if writer.addressed_to in {Audience.OTHERS, Audience.COPY}:
        return None
    for statement in statements:
        if statement.is_question or statement.is_past or _UNSURE.search(statement.text):
            continue
        for match, value in _read_payments(statement):
            shown = shorten(value, whole=True)
            if shown and not statement.is_quoted(match.start("cut")):
                return Fact(words=trim(match["cut"]), sentence=statement.text, field=statement.field, value=shown)
    return None


def _read_payments(statement: Statement) -> Iterator[tuple[re.Match[str], str]]:
    """Each payment of a statement with the words that show what it is for; a sum alone says too little."""
    text = statement.text
    if _PAYMENT_HEADING.match(statement.heading) and (row := _TABLE_ROW.match(text)):
        yield row, f"{row['cut']}: {row['unit'][0].lower()}{row['unit'][1:]}"
    if global_sum := _GLOBAL_SUM.search(text):
        yield global_sum, f"global sum {global_sum['cut']}"
        return
    for found in (_PAID_FOR, _WORTH, _AMOUNT, _ITEM_OF_SERVICE):
        match = found.search(text)
        if match is None or not _is_ours(statement, match):
            continue
        if found in {_PAID_FOR, _WORTH}:
            yield match, f"{match['cut']} {'for ' if found is _WORTH else ''}{match['unit']}"
        elif whom := next((whom for wording in _FOR_WHOM if (whom := wording.search(text))), None):
            unit = whom["unit"]
            link = "" if unit.casefold().startswith("for ") else "for "
            yield match, f"{match['cut']}, {link}{unit[0].lower()}{unit[1:]}"
        elif re.search(
            r"[a-z]", re.sub(r"^(?:up to|about|around|an extra|an additional|at least|a further) ", "", match["cut"])
        ):
            yield match, match["cut"]
    if (match := _UNPAID.search(text)) and not statement.is_conditional:
        yield match, match["cut"]


def _is_ours(statement: Statement, match: re.Match[str]) -> bool:
    text = statement.text
    if not _PAYS.search(text) or _NOT_OURS.search(text) or statement.is_conditional:
        return False
    return read_clause_actor(text, match.start("cut")) is not Actor.OTHERS or bool(re.search(r"\bpay\b", text))


_OTHERS_ORDER = whole_words(
    r"pharmac\w+, trusts?, hospitals?, schools?, wholesalers?, parents, deplete\w*, clinics?, services"
)
_WAY = any_of(r"through, via, from, using, on the, in the")
_ORDER = (
    pattern(
        rf"(?P<cut>(?:(?:place )?orders?|ordered|can be ordered|request them|requested)\b(?:(?! (?:must"
        rf"|should)\b){IN_CLAUSE}){{0,80}}? "
        rf"{_WAY} (?!\d){IN_CLAUSE}{{3,100}}?)(?=, (?:in|up to|allowing|quoting|with|not)\b| or (?:by|via|through)\b"
        rf"|{ENDS})"
    ),
    pattern(rf"^to (?:order|request)[^,]{{0,30}}, (?P<cut>{IN_CLAUSE}{{10,120}}?){CLAUSE_END}"),
)
_STOCK = whole_words(
    r"""stock, suppl\w+, vaccines?, doses?, leaflets?, copies, kits?, posters?, forms?, them, devices?, monitors?
    packs?, pads
    separators, to order"""
)


def find_order(statements: Sequence[Statement], writer: Writer) -> Fact | None:
    """How practices order stock; None where the text names no way, or one that is for others."""
    if writer.addressed_to in {Audience.OTHERS, Audience.COPY}:
        return None
    for statement in statements:
        if not _STOCK.search(statement.text) or _OTHERS_ORDER.search(statement.text) or statement.is_past:
            continue
        match = next((match for wording in _ORDER if (match := wording.search(statement.words))), None)
        value = shorten(match["cut"]) if match else ""
        if match and value:
            return Fact(words=trim(match["cut"]), sentence=statement.text, field=statement.field, value=value)
    return None
