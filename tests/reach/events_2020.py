"""Announcements 1 to 5 and 7 to 9: April to December 2020."""

from tests.reach.event import GOVUK, NHSE, Event, moment, said
from tests.reach.mails import bulletin
from tests.reach.sites import Sites, publication
from tests.stand_ins.govuk_pages import Attachment, Edition
from tests.stand_ins.govuk_site import DHSC, PHE, UKHSA
from tests.stand_ins.letters import head, letter, pdf
from tests.stand_ins.wordpress_posts import Row, SavedPost

_PRACTICES = ("All GP practices in England", "CCG leads for primary care")
_COLLECTION = "/government/collections/annual-flu-programme"
_STOCK = "/government/publications/accessing-government-secured-flu-vaccines-guidance-for-gps-for-2020-to-2021"
_STOCK_TEXT = f"{_STOCK}/dhsc-guidance-for-general-practice-on-central-flu-stock"

_SUMMER = moment(2020, 7, 24, 9, 30)
_NOVEMBER, _ORDERING = moment(2020, 11, 20, 10, 45), moment(2020, 11, 20, 17, 5)
_IN_PERSON = moment(2020, 9, 14, 8, 30)
_EASTER = moment(2020, 4, 7, 17)
_PARTNERS = moment(2020, 6, 30, 9)
_SPECIFICATION = moment(2020, 12, 1, 16)
_SECOND_DOSE, _SECOND_DOSE_LETTER = moment(2020, 12, 30, 9, 20), moment(2020, 12, 30, 18)
_CARE_HOMES = moment(2020, 12, 31, 12)


def _flu_for_more(sites: Sites) -> None:
    body = said(
        "The programme of the coming winter is to be the largest so far. It begins with those who are most at risk.",
        "New this year are people on the shielded patient list with their households, and the first year of secondary "
        "school. Those aged 50 to 64 follow later in the season.",
        "Surgeries should not book anyone aged 50 to 64 until the department says that vaccine is there.",
    )
    title = "Free flu vaccine for 30 million people in England this winter"
    edition = Edition(_SUMMER, title, "The offer grows to cover households of shielded people and year 7.", body)
    sites.govuk.put("/government/news/free-flu-vaccine-for-30-million-people-this-winter", "press_release", edition)


def _flu_from_december(sites: Sites) -> None:
    title = "Flu vaccine for everyone aged 50 to 64 from 1 December"
    body = said(
        "From Tuesday 1 December 2020 it is open to all aged 50 to 64, and to those who turn 50 by 31 March.",
        "GPs and pharmacies give the vaccine. They may order from the stock that the department bought.",
    )
    news = Edition(_NOVEMBER, title, "GPs and pharmacies can draw on more than 7 million doses held centrally.", body)
    sites.govuk.put("/government/news/flu-vaccine-for-everyone-aged-50-to-64-from-1-december", "press_release", news)
    first = said("This guidance tells practices how to top up their flu vaccine. Ordering opens in October.")
    added = said(
        "Stock may also be ordered for people aged 50 to 64, with the form that each regional team has sent out."
    )
    name = "Central flu vaccine stock: guidance for general practice"
    october = moment(2020, 10, 2, 10)
    hung = (Attachment(name, _STOCK_TEXT),)
    abstract = "How practices get flu vaccine that the government has secured."
    sites.govuk.put(
        _STOCK,
        "guidance",
        Edition(october, name, abstract, said(abstract), attachments=hung),
        Edition(_ORDERING, name, abstract, said(abstract), "Ordering for a further age group added.", hung),
    )
    editions = (Edition(october, name, body=first), Edition(_ORDERING, name, body=first + added, note="Changed."))
    sites.govuk.put(_STOCK_TEXT, "html_publication", *editions, parent=_STOCK)
    _collection(sites)


def _collection(sites: Sites) -> None:
    """The page that a watcher of flu would follow: it changed ten days after the announcement."""
    title, words = "Annual flu programme", "Leaflets, letters and figures of the flu vaccination programme."
    members = (_STOCK, "/government/publications/national-flu-immunisation-programme-plan-2022-to-2023")
    notes = (
        (moment(2013, 10, 17, 8), "First published."),
        (moment(2020, 8, 5, 13), "Letter of the season 2020 to 2021 replaced."),
        (moment(2020, 11, 30, 10), "Leaflet on the wider programme added."),
        (moment(2022, 7, 21, 14), "Amended letter of the season 2022 to 2023 added."),
        (moment(2026, 2, 26, 10), "Letter of the season 2026 to 2027 added."),
    )
    editions = [Edition(at, title, words, said(words), note) for at, note in notes]
    sites.govuk.put(_COLLECTION, "document_collection", *editions, by=(PHE, UKHSA, DHSC), members=members)


def _in_person(sites: Sites) -> None:
    top = head("", _PRACTICES, "14 September 2020", cc=("Regional directors of primary care",))
    words = (
        "Most contacts begin by telephone or online, and that has kept patients and staff safe.",
        "Each practice must tell its patients in plain words that they will be seen in person wherever that is needed.",
        "Commissioners look into practices where no such appointment can be had, as this may break the contract.",
    )
    row = Row(
        "Letter on appointments in person - 14 September 2020", _IN_PERSON, "access-letter.pdf", letter(top, *words)
    )
    publication(sites.coronavirus, "access-to-gp-practices", _IN_PERSON, "Access to practices", row)


def _new_partners(sites: Sites) -> None:
    guidance = pdf(
        (
            "New to Partnership payment: guidance for applicants. 30 June 2020.",
            "The payment is up to £20,000 with a further £4,000 for on-costs, and up to £3,000 for training.",
            "It is for people who first became partners on or after 1 April 2020, with two clinical sessions a week.",
            "Practice managers cannot apply: the scheme takes in the eleven clinical roles of annex A and no other.",
            "Applications reach us within six months of the day on which the partnership deed was signed.",
        )
    )
    title = "Guidance on the payment for new partners in general practice"
    row = Row(title, _PARTNERS, "new-to-partnership-guidance.pdf", guidance, publication_type="guidance", pages=12)
    place = "new-to-partnership-payment-scheme"
    publication(sites.nhse, place, _PARTNERS, "New to Partnership payment scheme", row, kind="guidance")
    early = moment(2019, 3, 1)
    top = sites.nhse.put("gp", SavedPost(early, "General practice", said("All about general practice.")), type="page")
    work = sites.nhse.put("the-best-place-to-work", SavedPost(early, "The best place to work"), type="page", parent=top)
    pointer = said("The guidance and the application form are among our publications.")
    sites.nhse.put(place, SavedPost(_PARTNERS, "Payment for new partners", pointer), type="page", parent=work)


def _vaccine_service(sites: Sites) -> None:
    title = "COVID-19 vaccination in 2020/21: enhanced service"
    rows = []
    for number, at in enumerate((_SPECIFICATION, moment(2021, 1, 5, 15), moment(2021, 9, 20, 11)), 1):
        made = pdf(
            (
                f"COVID-19 vaccination by general practice. Specification, issue {number}.",
                "Practices work in groupings of a network and give the vaccine from one designated place.",
                "A grouping that wants to take part signs up with its commissioner by 23:59 on 7 December 2020.",
                "The fee is £12.58 for each dose, paid after the second.",
            )
        )
        name = f"covid-19-enhanced-service-v{number}.pdf"
        rows.append(
            Row("Vaccination by practices: specification", at, name, made, publication_type="guidance", pages=39)
        )
    slug = "enhanced-service-specification-covid-19-vaccination-programme-2020-21"
    publication(sites.coronavirus, slug, _SPECIFICATION, title, *rows, kind="guidance")


def _second_dose(sites: Sites) -> None:
    title = "Chief medical officers: more first doses now, second doses after up to twelve weeks"
    body = said("The four officers want as many people as possible at risk to have one dose first.", "Details follow.")
    news = Edition(_SECOND_DOSE, title, "A joint statement of the four nations on COVID-19 vaccine doses.", body)
    sites.govuk.put("/government/news/chief-medical-officers-on-first-and-second-doses", "news_story", news)
    top = head("C0994", ("PCN designated sites", "Trust chief executives"), "30 December 2020")
    words = (
        "The regulator has approved a second vaccine, and both vaccines are now given at a longer interval.",
        "Appointments for second doses after 4 January are to be moved into the last week of the twelve.",
        "Practices are paid for the extra work of telling those whose date moves.",
    )
    row = Row(
        "Letter on the interval of doses", _SECOND_DOSE_LETTER, "C0994-interval-of-doses.pdf", letter(top, *words)
    )
    slug = "letter-on-the-interval-between-vaccine-doses"
    publication(sites.coronavirus, slug, _SECOND_DOSE_LETTER, "Interval between COVID-19 vaccine doses", row)


def _care_homes(sites: Sites) -> None:
    content = said(
        "GP teams that vaccinate in care homes are to be paid more for each resident they protect. The money comes on "
        "top of the usual fee, because such visits take longer than a session at a surgery and need more hands. "
        "A second vaccine, which a fridge can hold, makes visits easier and lets teams reach smaller homes as well.",
        "The supplement of £10 is claimed for each resident who has a first dose by the end of January 2021.",
    )
    version = SavedPost(_CARE_HOMES, "GP teams get £10 more for each care home resident vaccinated", content)
    slug = "gps-given-10-per-jab-boost-to-support-care-home-vaccination-drive"
    sites.nhse.put(slug, version, terms={"category": ("news", "primary-care")})


_EASTER_WORDS = "Practices open on Good Friday and on Easter Monday this year"
_EASTER_TEXT = (
    "Core hours apply on Friday 10 April and Monday 13 April 2020, and staff costs for both days are paid back."
)

EVENTS = (
    Event(
        1,
        "Flu vaccine for the over-50s announced",
        _SUMMER,
        "DHSC",
        "30 million people in England this winter",
        "should not book anyone aged 50 to 64 until the department says",
        _flu_for_more,
        f"{GOVUK}/government/news/free-flu-vaccine-for-30-million-people-this-winter",
        f"{GOVUK}/government/news/free-flu-vaccine-for-30-million-people-this-winter",
    ),
    Event(
        2,
        "Flu vaccine at 50 to 64 from 1 December",
        _NOVEMBER,
        "DHSC",
        "Flu vaccine for everyone aged 50 to 64 from 1 December",
        "with the form that each regional team has sent out",
        _flu_from_december,
        f"{GOVUK}/government/news/flu-vaccine-for-everyone-aged-50-to-64-from-1-december",
        GOVUK + _STOCK_TEXT,
        _ORDERING,
    ),
    Event(
        3,
        "Letter on seeing patients face to face",
        _IN_PERSON,
        "NHS England",
        "Letter on appointments in person - 14 September 2020",
        "Each practice must tell its patients in plain words",
        _in_person,
        f"{NHSE}/coronavirus/documents/access-to-gp-practices/",
        f"{NHSE}/coronavirus/wp-content/uploads/sites/52/2020/09/access-letter.pdf",
    ),
    Event(
        4,
        "Opening over Easter 2020",
        _EASTER,
        "NHS England",
        _EASTER_WORDS,
        _EASTER_TEXT,
        proven_channel=False,
        proven_text=False,
        by_mail=True,
        mail=bulletin(
            _EASTER,
            "primarycare@england.nhs.uk",
            "Primary care bulletin: 7 April 2020",
            (
                (_EASTER_WORDS, f"We are sorry for the short notice. {_EASTER_TEXT}"),
                ("Protective equipment", "A helpline is open for practices that have less than two days of stock."),
                ("Thank you", "Thank you for all that you do for your patients."),
            ),
        ),
    ),
    Event(
        5,
        "New to Partnership scheme begins",
        _PARTNERS,
        "NHS England",
        "Guidance on the payment for new partners in general practice",
        "Practice managers cannot apply: the scheme takes in the eleven clinical roles",
        _new_partners,
        f"{NHSE}/publication/new-to-partnership-payment-scheme/",
        f"{NHSE}/wp-content/uploads/2020/06/new-to-partnership-guidance.pdf",
    ),
    Event(
        7,
        "Enhanced service for COVID-19 vaccination",
        _SPECIFICATION,
        "NHS England",
        "Vaccination by practices: specification",
        "signs up with its commissioner by 23:59 on 7 December 2020",
        _vaccine_service,
        f"{NHSE}/coronavirus/documents/enhanced-service-specification-covid-19-vaccination-programme-2020-21/",
        f"{NHSE}/coronavirus/wp-content/uploads/sites/52/2020/12/covid-19-enhanced-service-v1.pdf",
    ),
    Event(
        8,
        "Second doses delayed",
        _SECOND_DOSE,
        "DHSC",
        "more first doses now, second doses after up to twelve weeks",
        "are to be moved into the last week of the twelve",
        _second_dose,
        f"{GOVUK}/government/news/chief-medical-officers-on-first-and-second-doses",
        f"{NHSE}/coronavirus/wp-content/uploads/sites/52/2020/12/C0994-interval-of-doses.pdf",
        _SECOND_DOSE_LETTER,
    ),
    Event(
        9,
        "£10 more for doses in care homes",
        _CARE_HOMES,
        "NHS England",
        "GP teams get £10 more for each care home resident vaccinated",
        "is claimed for each resident who has a first dose by the end of January 2021",
        _care_homes,
        f"{NHSE}/2020/12/gps-given-10-per-jab-boost-to-support-care-home-vaccination-drive/",
        f"{NHSE}/2020/12/gps-given-10-per-jab-boost-to-support-care-home-vaccination-drive/",
    ),
)
