"""Whom an announcement addresses, by its own address lines or an explicit sentence; never by one word of it.

Letters of NHS England, UKHSA and the DHSC begin with "To:", "Cc:" and "For onward cascade to:"; the Central Alerting
System says "This alert has been issued to:"; safety notices say "Action by"; guidance says whom it is for.
"""

from collections.abc import Iterator

from watcher.core.audience.actors import OTHER_BODIES
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.word_lists import any_of, pattern
from watcher.model import Audience

MAX_LIST_CHARACTERS = 600
_PRACTICES = any_of(
    r"""(?:all )?general practices?, (?:dispensing )?(?:gp )?practices?, gps, dispensing doctors, gp surgeries
    surgeries
    practice managers?, gp partners, gp contractors, primary medical (?:care |services? )?(?:contractors?|providers?)
    providers of (?:essential )?primary medical services, pcns?, primary care networks?, pcn clinical directors?
    general practitioners?, gp teams?, practice teams?, primary care (?:teams?|contractors?|providers)"""
)
_NOT_ONE_OF_OURS = r"(?<!pharmacy )(?<!dental )(?<!veterinary )(?<!legal )(?<!optical )"
_HAS_PRACTICES = pattern(rf"{_NOT_ONE_OF_OURS}\b{_PRACTICES}\b")
_HAS_OTHERS = pattern(
    rf"\b(?:{OTHER_BODIES}|chief executives?|medical directors?|directors? of|regional \w+|systems?|commissioners?"
    rf"|clinics?"
    r"|heads of|midwives|nurses|boards?|secretary of state|ministers?|parliament)\b"
)
_CASCADE = r"for (?:onward |wider |further )?(?:cascade|distribution|dissemination)(?: (?:to|by \w+ to))?"
_LABEL = (
    r"(?P<label>(?<![\w’'])(?:To|TO|Cc|CC|cc|Copy(?: to)?|Copied to|(?i:for information(?: only)?(?: to)?)"
    rf"|(?i:{_CASCADE})|(?i:for (?:the )?(?:urgent )?action(?: by)?)|(?i:action by)"
    rf"|(?i:(?:this \w+ has been )?(?:issued|sent) to)"
    r"|(?i:applies to)|For|(?i:(?:target |intended )?audience)|(?i:who (?:this is for|should read this))"
    r"|(?i:addressed to)) ?:"
    r"|(?:(?<=\n)|^)(?:To|Cc|cc|Action by|Who this is for|Audience) ?\n"
    r"|(?:(?<=\n)|^)To (?=(?:all )?[\w -]{3,60}(?:general practice|practices|managers)\b[^.\n]{0,80}(?:\n|$)))"
)
_LABELLED = lazy_regex(_LABEL)
_LIST_ENDS = lazy_regex(
    r"(?i:\bdear\b|\bdate ?:|\bfrom ?:|\bsubject ?:|\baction category|\bpublication|\bclassification|\breference"
    r"|\bre ?:)"
    r"|\. (?=[A-Z][a-z]+ (?:\w+ ){3})|(?<=\w)\s*\n\s*\n(?!\s*[•–*-])"
)
_COPY_LABELS = pattern(
    r"^(?:cc|copy|copied|for information|for (?:onward |wider |further )?(?:cascade|distribution|dissemin))"
)
_FOR_PRACTICES = pattern(
    r"\b(?:(?:is|are) (?:intended |aimed )?(?:for|at)|(?:letter|guidance|information|update|bulletin|advice|message"
    r"|alert)"
    r" (?:(?:was|is|has been) )?(?:for|to|sent to|went [\w ]{0,20}to)|dear|written to|wrote to|writing to|sent to"
    r"|(?:letter|guidance)"
    rf"[\w’' ]{{0,20}} went (?:on \w+ )?to) (?:all |the |our )?{_PRACTICES}\b"
    rf"|\basks (?:all )?{_PRACTICES} to\b"
)
_TELLS_PRACTICES = pattern(
    rf"{_NOT_ONE_OF_OURS}(?<!help )(?<!that )(?<!for )(?<!by )(?<!from )(?<!of )\b{_PRACTICES}(?:"
    rf" \([^)]{{1,40}}\))?(?: [\w-]+){{0,2}} "
    r"(?:must|should(?! be)|need to|have until|have to|are (?:asked|required|reminded|invited|requested|advised"
    r"|expected)"
    r"|will be required to|will need to)\b"
    rf"|\b(?:every|each|all) {_PRACTICES}\b[^.;:?]{{0,140}}? (?:must|need to|have to|should(?! be))\b"
)
_FOR_OTHERS = pattern(
    rf"\b(?:addressed to|letter to|(?:is|are) for|guidance for|advice for|briefing for) (?:all |the "
    rf"|nhs )?{OTHER_BODIES}\b"
)
_IN_COPY = pattern(
    r"\b(?:in copy|copied (?:in )?(?:to )?(?:general )?practices?|copied to (?:all )?(?:general practices?"
    r"|gp practices?|practices)"
    r"|copies (?:general )?practices?|practices? (?:is|are) (?:only )?in copy)\b"
)


def find_address_line(text: str) -> tuple[Audience, str] | None:
    """The Audience that the address lines of `text` name, and that line word by word; None without such lines.

    Practices in the list of those who are to act are addressed; in a copy or cascade line they are in copy.
    """
    to: list[tuple[str, str]] = []
    copies: list[tuple[str, str]] = []
    for label, line, bodies in _address_lines(text):
        (copies if _COPY_LABELS.match(label) else to).append((line, bodies))
    for line, bodies in to:
        if _HAS_PRACTICES.search(bodies):
            return Audience.PRACTICES, line
    others = [line for line, bodies in to if _HAS_OTHERS.search(bodies)]
    copied = [line for line, bodies in copies if _HAS_PRACTICES.search(bodies)]
    if copied and (others or not to):
        return Audience.COPY, copied[0]
    return (Audience.OTHERS, others[0]) if others else None


def _address_lines(text: str) -> Iterator[tuple[str, str, str]]:
    """(label, the whole line, whom it names) of each address line of `text`; each ends where the next label begins."""
    labels = list(_LABELLED.finditer(text))
    for index, match in enumerate(labels):
        end = labels[index + 1].start() if index + 1 < len(labels) else len(text)
        bodies = text[match.end() : min(end, match.end() + MAX_LIST_CHARACTERS)]
        stop = _LIST_ENDS.search(bodies)
        bodies = bodies[: stop.start()] if stop else bodies
        yield match["label"].strip(" :\n"), f"{match[0]}{bodies}".strip(), bodies


def read_addressees(sentence: str) -> Audience | None:
    """Whom one sentence surely addresses; None where it does not say, or says it under a condition of its own."""
    if _IN_COPY.search(sentence):
        return Audience.COPY
    if _FOR_PRACTICES.search(sentence) or _TELLS_PRACTICES.search(sentence):
        return Audience.PRACTICES
    return Audience.OTHERS if _FOR_OTHERS.search(sentence) else None
