"""What else stood on each site in the days around an announcement: ordinary items that concern no practice manager."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.reach.event import said
from tests.reach.sites import Sites, long_read, publication
from tests.stand_ins.answer import london
from tests.stand_ins.cas_site import SafetyAlert
from tests.stand_ins.edited_pages import Notice, PageVersion, PaymentsNotice, Protocol
from tests.stand_ins.govuk_pages import Edition
from tests.stand_ins.govuk_site import DHSC, MHRA, PHE, UKHSA
from tests.stand_ins.legislation_site import Instrument
from tests.stand_ins.letters import pdf
from tests.stand_ins.other_sites import IcbItem
from tests.stand_ins.parliament_site import Question, WrittenStatement
from tests.stand_ins.wordpress_posts import Row, SavedPost

_AROUND = tuple(timedelta(hours=hours) for hours in (-50, -26, -5, 4, 27))
_AGENCY_FROM = date(2021, 10, 1)  # before that day the agency for health security had another name
_LONG_READS_FROM, _PANDEMIC_UNTIL = date(2022, 9, 1), date(2022, 12, 31)
_HOSPITAL = (
    "Ambulance handovers quicker than a year ago",
    "Robot helps surgeons in Leeds",
    "Eye clinics see more people at weekends",
    "Hospital kitchens cook with less waste",
    "Trial of a blood test begins in three cities",
    "Stroke teams open all night in the north",
    "Volunteers thanked at a garden party",
    "New chair for the board of a hospital trust",
    "Scanner arrives at a diagnostic centre in Kent",
    "Midwives return to the profession",
    "Record number of kidneys given by living donors",
    "Apprentices begin in hospital laboratories",
)
_PAPERS = (
    "Board papers of the specialised services group",
    "Dental contract: notes for regional teams",
    "Cancer waiting times: guide to the figures",
    "Ambulance response programme: review",
    "Tariff for acute trusts: answers to questions",
    "Framework for the fitness of directors",
    "Emergency planning: letter to trusts",
    "Optometry fees of the year",
    "Veterans' mental health: service description",
)
_MINISTERS = (
    "New hospital wing opened in Cornwall",
    "Minister visits a children's hospice",
    "Figures on social care staff published",
    "Money for research into dementia",
    "Plan for cleaner hospital energy",
    "Appointment of two members to a review panel",
    "Consultation on cosmetic procedures opens",
    "Award for an inventor of hearing aids",
)
_HEALTH = (
    "Heat and health: advice for the weekend",
    "Figures on sexually transmitted infections",
    "Avian influenza found in wild birds",
    "Air quality and health: research call",
    "Laboratory opens in Essex",
    "Reports of food poisoning fall",
)
_DEVICES = ("Infusion pump", "Hip implant", "Ventilator tube", "Blood glucose strip", "Surgical mesh", "Pacemaker lead")
_LOCAL = (
    "Lift out of order at the health centre",
    "Bone scanner replaced in spring",
    "Training evening on heart sounds",
    "New number for the eye clinic",
    "Survey on referral forms",
    "Car park closed for two weeks",
)
_RULES = (
    "Road Traffic (Temporary Restrictions)",
    "Plant Health (Fees)",
    "Merchant Shipping (Lights)",
    "Dental Charges",
)


def put_neighbours(sites: Sites, number: int, at: datetime) -> None:
    """Lay ordinary items around one moment; `number` keeps their addresses apart."""
    for step, gap in enumerate(_AROUND):
        when, turn = at + gap, number * len(_AROUND) + step
        _nhs_england(sites, when, turn)
        _govuk(sites, when, turn)
        _others(sites, when, turn)


def _taken(words: tuple[str, ...], turn: int, when: datetime) -> str:
    return f"{words[turn % len(words)]}, {london(when):%B %Y}"


def _slug(words: str, turn: int) -> str:
    return "-".join("".join(mark if mark.isalnum() else " " for mark in words.lower()).split()) + f"-{turn}"


def _body(subject: str) -> str:
    return said(f"{subject}: the details were given out today.", "Staff and visitors were thanked for their patience.")


def _nhs_england(sites: Sites, when: datetime, turn: int) -> None:
    news, paper = _taken(_HOSPITAL, turn, when), _taken(_PAPERS, turn, when)
    sites.nhse.put(_slug(news, turn), SavedPost(when, news, _body(news)), terms={"category": ("news",)})
    file = pdf((paper, "This paper is for trusts and regional teams."))
    row = Row(paper, when, f"{_slug(paper, turn)}.pdf", file, publication_type="guidance")
    publication(sites.nhse, _slug(paper, turn), when, paper, row, kind="guidance")
    if when.date() >= _LONG_READS_FROM:
        guide = _taken(_PAPERS, turn + 4, when)
        long_read(sites.nhse, _slug(guide, turn), when, guide, _body(guide), (("Annex", said("Tables for trusts.")),))
    if when.date() <= _PANDEMIC_UNTIL:
        visits = f"Visits to hospital wards: guidance of {london(when):%d %B %Y}"
        row = Row(
            visits, when, f"ward-visits-{turn}.pdf", pdf((visits, "For trusts only.")), publication_type="guidance"
        )
        publication(sites.coronavirus, f"ward-visits-{turn}", when, visits, row, kind="guidance")


def _govuk(sites: Sites, when: datetime, turn: int) -> None:
    agency = UKHSA if when.date() >= _AGENCY_FROM else PHE
    for words, kind, by, place in (
        (_taken(_MINISTERS, turn, when), "press_release", DHSC, "news"),
        (_taken(_HEALTH, turn, when), "news_story", agency, "news"),
        (_taken(_MINISTERS, turn + 3, when), "policy_paper", DHSC, "publications"),
    ):
        path = f"/government/{place}/{_slug(words, turn)}"
        sites.govuk.put(path, kind, Edition(when, words, f"{words}, in short.", _body(words)), by=(by,))
    device = f"Class 3 device recall: {_taken(_DEVICES, turn, when)}"
    facts: dict[str, object] = {"alert_type": "devices", "medical_specialism": ["theatre-practitioners"]}
    edition = Edition(when, device, "Check the lot number.", _body(device))
    path = f"/drug-device-alerts/{_slug(device, turn)}"
    sites.govuk.put(path, "medical_safety_alert", edition, by=(MHRA,), metadata=facts)


def _others(sites: Sites, when: datetime, turn: int) -> None:
    _rules_and_alerts(sites, when, turn)
    title = _taken(_LOCAL, turn, when)
    sites.icb.put(
        IcbItem(when, ("News", "Service", "Event")[turn % 3], title, _slug(title, turn), f"{title}. Read more")
    )
    sites.pcse.put(
        Notice(when, f"Opening of the portal on day {turn}", _body("The portal"), "" if turn % 2 else f"portal-{turn}")
    )
    audience = ("Practice main contacts", "All GP Payments and Pensions users")[turn % 2]
    sites.pcse.put(PaymentsNotice(when, f"Service update {turn}", audience, "Small improvements to the screens."))
    path = f"/advice-and-support/hospital-doctors/rotas-{turn % 7}"
    sites.bma.put(path, PageVersion(when, "Rotas of hospital doctors", said(f"Guide number {turn} to fair rotas.")))
    words = f"Opening hours of pharmacies, note {turn}"
    terms = {"our-latest-news-category": ("shortage",) if turn % 2 else ("contract",)}
    sites.cpe.put(_slug(words, turn), SavedPost(when, words, _body(words)), type="our-latest-news", terms=terms)
    sites.cpe.put(f"statement-{turn}", SavedPost(when, f"Statement of the board {turn}", _body("The board")))
    day = london(when).date()
    sites.nhsbsa.put(
        Protocol(turn, f"Brand {turn} 10mg tablets", when, day + timedelta(days=60), hard_space=turn % 7 == 0)
    )
    html = said(f"The {turn}th report of the ombudsman on water companies is laid before the House today. " * 4)
    title, by, body = ("Water companies", "Defra", 13) if turn % 2 else ("Hospitals, works on their roofs", "DHSC", 17)
    sites.parliament.put(
        WrittenStatement(50_000 + turn, f"HCWS{turn + 100}", when, f"{title}, report {turn}", html, by, body=body)
    )
    asked = Question(
        80_000 + turn, str(100_000 + turn), when, "Hospitals: Parking", "What does it cost?", "Trusts decide."
    )
    sites.parliament.put(asked)


def _rules_and_alerts(sites: Sites, when: datetime, turn: int) -> None:
    for rule in _rules(when, turn):
        sites.legislation.put(rule)
    device = _taken(_DEVICES, turn + 1, when)
    reference = f"MDA/{when.year}/{turn:03}"
    sites.cas.put(
        SafetyAlert(101_000 + turn, reference, device, "MHRA Medical Device Alerts", when, broadcast=_body(device))
    )


def _rules(when: datetime, turn: int) -> Iterator[Instrument]:
    day = london(when).date()
    title = f"The {_RULES[turn % len(_RULES)]} (No. {turn}) Regulations {day.year}"
    yield Instrument(
        day.year, 1_000 + turn, title, day, day, when, "An ordinary instrument.", ("Nothing else changes.",)
    )
    # Its title shares words with the regulations on contracts, so a feed by words of titles holds both.
    title = (
        f"The National Health Service (Optical Medical Aids and Services) (Amendment No. {turn}) Regulations {day.year}"
    )
    yield Instrument(day.year, 2_000 + turn, title, day, day, when, "On spectacles.", ("The voucher is worth more.",))
