"""Who in a practice deals with an announcement: whom it names, else who has the subject of its headline."""

from collections.abc import Sequence

from watcher.core.language.word_lists import pattern, whole_words
from watcher.core.statements.shortening import shorten, trim
from watcher.core.statements.statement import Statement
from watcher.model import Fact

_ROLE = r"(?:managers?|leads?|partners?|nurses?|finance|pharmacists?|reception\w*|administrators?|guardians?|gps?)"
_FOR = pattern(
    rf"\b(?:FAO|for the attention of):? (?:the "
    rf"|all )?(?P<cut>[^.;:–-]{{0,40}}\b{_ROLE}\b[^.;:–-]{{0,20}}?)(?=[.;:\n]| [–-]|$)"
)
_OF_OTHERS = pattern(r"\b(?:pharmac(?:y|ies)|dent(?:al|ists?)|optom\w+|hospitals?|slimming clinics?)\b")
# The narrower subject first: a headline on the pensions of nurses is finance's.
_SUBJECTS = tuple(
    (owner, whole_words(words))
    for owner, words in (
        (
            "registrations lead",
            r"""list (?:data|clean\w+|reconciliation|size|maintenance|validation), registrations?, registering patients
            FP69, deductions?, patient lists?, GP links""",
        ),
        (
            "finance",
            r"""pensions?, pensionable, pay award, pay uplift, pay declaration, earnings, superannuation, invoices?
            claims?, CQRS, statements? of financial entitlements, global sum, reimbursements?, annual allowance
            rent reviews?, locum forms?, payment runs?, fees""",
        ),
        (
            "IT and information governance",
            r"""records? access, DSPT, data security, toolkit, GP Connect, GPAD, data extraction, smartcards?, cyber
            opt-?outs?, IT (?:issue|outage|systems?|incident), EMIS, SystmOne, NHS App, telephony, online consultation
            data sharing, GPDPR, Windows 1\d, e-?mail migration, digital""",
        ),
        ("registered manager", r"CQC, e-?dec\w*, self-declaration, electronic declaration, annual declaration"),
        (
            "practice manager",
            r"""complaints?, KO41b, workforce (?:return|data|survey|census), NWRS, premises, opening hours
            bank holidays?""",
        ),
        (
            "nurse lead",
            r"""vaccin\w+, immunis\w+, jabs?, boosters?, screening, immunosuppress\w*, flu, influenza, RSV, MMRV?
            shingles, pneumococcal, smear tests?""",
        ),
        (
            "prescribing lead",
            r"""shortages?, medicine supply, prescrib\w+, valproate, medicines?, drug (?:alerts?|recalls?), recalls?
            MHRA""",
        ),
        ("safeguarding lead", r"safeguarding"),
        (
            "partners",
            r"partnership, partners, GP contract, enhanced services?, DES, QOF, network contract, enhanced access",
        ),
    )
)


def find_owner(statements: Sequence[Statement]) -> Fact | None:
    """Whom the text names as the one who deals with it, else the owner of the headline's subject; else None.

    No word of the text itself decides: a letter on opening hours mentions vaccines too.
    """
    for statement in statements:
        match = _FOR.search(statement.text)
        value = shorten(match["cut"]) if match else ""
        if match and value:
            return Fact(words=trim(match["cut"]), sentence=statement.text, field=statement.field, value=value)
    for statement in statements:
        if statement.field != "title":
            continue
        if _OF_OTHERS.search(statement.text):
            return None
        for owner, subject in _SUBJECTS:
            match = subject.search(statement.text)
            if match:
                return Fact(words=match[0], sentence=statement.text, field="title", value=owner)
    return None
